/* SPDX-License-Identifier: ISC */
/*
 * test_adoption.c: the platform's own database, of every version that is known: what adopting does to it and what not, that it
 * can be taken back, and how the gateway and the platform's own service live there together.
 */
#include "lib/cases.h"
#include "lib/database.h"
#include "lib/direct.h"
#include "lib/people.h"

#include "base/alloc.h"
#include "store/adoption.h"
#include "store/health.h"
#include "store/migration.h"

#include <criterion/criterion.h>

#define SESSION "aaaaaaaa-0000-4000-8000-000000000001"

static void request(struct gw_test_gateway *test, const char *method, const char *path,
		    const char *body, int status)
{
	struct json_object *headers = json_tokener_parse("[[\"X-Api-Key\",\"" ALPHA_KEY "\"]]");
	struct gw_case_answer answer = {.body = NULL};

	gw_test_direct(test, method, path, headers, gw_str(body != NULL ? body : ""), &answer);
	cr_expect(answer.status == status, "%s: %d %s", path, answer.status, answer.body);
	free(answer.headers);
	free(answer.body);
	json_object_put(headers);
}

/* The session as the platform makes it: another id than ours would have, in either direction. */
static void make_session(const char *conninfo, const char *one, const char *other)
{
	struct gw_buf sql;

	gw_buf_init(&sql, 2000);
	gw_buf_addf(&sql,
		    "INSERT INTO chat_sessions (id, agent_id, peer_agent_id, user_id, title, "
		    "source_channel, "
		    "created_at) VALUES ('" SESSION
		    "', '%s', '%s', (SELECT creator_id FROM agents WHERE id = "
		    "'%s'), 'pair', 'agent', now() - interval '1 day')",
		    one, other, one);
	gw_test_sql(conninfo, sql.data);
	gw_buf_reset(&sql);
	if (gw_test_platform_allows(conninfo,
				    "UPDATE chat_sessions SET session_type = 'a2a', tenant_id = "
				    "'11111111-0000-4000-8000-000000000001'"))
		gw_test_sql(conninfo, "UPDATE chat_sessions SET session_type = 'a2a', tenant_id = "
				      "'11111111-0000-4000-8000-000000000001'");
	gw_buf_release(&sql);
}

Test(adoption, a_pair_of_agents_goes_on_in_the_session_that_it_has)
{
	static const char *const pairs[][2] = {{ALPHA, BETA}, {BETA, ALPHA}};

	for (size_t i = 0; i < GW_ARRAY_LEN(pairs); i++) {
		char *conninfo = gw_test_database_used();
		struct gw_test_gateway test;

		make_session(conninfo, pairs[i][0], pairs[i][1]);
		gw_test_gateway_init(&test, conninfo, 1);
		request(&test, "POST", "/api/gateway/send-message",
			"{\"target\":\"Beta Claw\",\"content\":\"hello\"}", 200);
		gw_test_expect(
			conninfo,
			"SELECT count(*) || ' ' || min(conversation_id) FROM gateway_messages",
			"1 " SESSION);
		gw_test_expect(conninfo, "SELECT conversation_id FROM chat_messages", SESSION);
		gw_test_expect(
			conninfo,
			"SELECT last_message_at > now() - interval '1 minute' FROM chat_sessions",
			"t");
		gw_test_gateway_release(&test);
		free(conninfo);
	}
}

Test(adoption, an_answer_without_a_conversation_goes_into_the_session_of_the_pair)
{
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;

	make_session(conninfo, BETA, ALPHA);
	gw_test_sql(conninfo,
		    "INSERT INTO gateway_messages (id, agent_id, sender_agent_id, content) VALUES "
		    "('99999999-0000-4000-8000-000000000001', '" ALPHA "', '" BETA "', 'hello?')");
	gw_test_gateway_init(&test, conninfo, 1);
	request(&test, "POST", "/api/gateway/report",
		"{\"message_id\":\"99999999-0000-4000-8000-000000000001\",\"result\":\"hello!\"}",
		200);
	gw_test_expect(conninfo,
		       "SELECT conversation_id FROM gateway_messages WHERE content = 'hello!'",
		       SESSION);
	gw_test_gateway_release(&test);
	free(conninfo);
}

/* The platform's time of a row is that of its transaction: rows tie, and must come once, in one order, in whatever pieces. */
Test(adoption, rows_of_one_moment_are_read_once_and_in_one_order)
{
	char *conninfo = gw_test_database_used();
	char *bearer = gw_people_bearer(URSULA);
	struct gw_people_fixture people;
	struct gw_case_answer answer;
	struct gw_buf seen;
	struct gw_buf path;

	make_session(conninfo, ALPHA, BETA);
	gw_test_sql(
		conninfo,
		gw_test_either(conninfo,
			       "UPDATE chat_sessions SET source_channel = 'web', user_id = '" URSULA
			       "', peer_agent_id = NULL, session_type = 'direct'",
			       "UPDATE chat_sessions SET source_channel = 'web', user_id = '" URSULA
			       "', peer_agent_id = NULL"));
	gw_test_sql(
		conninfo,
		"INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, "
		"created_at) SELECT gen_random_uuid(), '" ALPHA "', '" URSULA
		"', 'user', 'line', '" SESSION "', '2026-10-01Z' FROM generate_series(1, 25);"
		"INSERT INTO gateway_messages (id, agent_id, sender_agent_id, content, status, "
		"created_at) "
		"SELECT gen_random_uuid(), '" ALPHA "', '" BETA
		"', 'x', 'pending', now() FROM generate_series(1, 25)");
	gw_people_setup_on(&people, gw_xstrdup(conninfo));
	gw_buf_init(&seen, 10000);
	gw_buf_init(&path, 1000);
	gw_buf_add_c(&path, "/conversations/" SESSION "/messages?limit=10");
	for (int page = 0; page < 3; page++) {
		const char *at = NULL;
		struct json_object *body = NULL;
		struct json_object *items = NULL;

		answer = gw_people_call(&people, "GET", path.data, bearer, NULL);
		cr_assert(answer.status == 200, "%s", answer.body);
		body = json_tokener_parse(answer.body);
		cr_assert(json_object_object_get_ex(body, "items", &items));
		/* pages go back in time, each the right way round */
		for (size_t i = json_object_array_length(items); i > 0; i--) {
			struct json_object *id = NULL;

			cr_assert(json_object_object_get_ex(json_object_array_get_idx(items, i - 1),
							    "id", &id));
			at = json_object_get_string(id);
			gw_buf_addf(&seen, "%s%s", seen.len > 0 ? "," : "", at);
		}
		gw_buf_reset(&path);
		gw_buf_addf(&path, "/conversations/" SESSION "/messages?limit=10&before=%s", at);
		json_object_put(body);
		gw_people_release(&answer);
	}
	gw_test_expect(conninfo,
		       "SELECT string_agg(id::text, ',' ORDER BY id DESC) FROM chat_messages",
		       seen.data);
	gw_buf_reset(&seen);
	for (int poll = 0; poll < 3; poll++) {
		char *text = NULL;
		struct json_object *body = NULL;
		struct json_object *messages = NULL;

		people.test.config.poll_batch = 10;
		cr_assert(gw_test_call(&people.test, "GET", "/api/gateway/poll", ALPHA_KEY, NULL,
				       &text) == 200);
		body = json_tokener_parse(text);
		cr_assert(json_object_object_get_ex(body, "messages", &messages));
		for (size_t i = 0; i < json_object_array_length(messages); i++) {
			struct json_object *id = NULL;

			cr_assert(json_object_object_get_ex(json_object_array_get_idx(messages, i),
							    "id", &id));
			gw_buf_addf(&seen, "%s%s", seen.len > 0 ? "," : "",
				    json_object_get_string(id));
		}
		json_object_put(body);
		free(text);
	}
	gw_test_expect(conninfo,
		       "SELECT string_agg(id::text, ',' ORDER BY id) FROM gateway_messages",
		       seen.data);
	gw_buf_release(&seen);
	gw_buf_release(&path);
	gw_people_teardown(&people);
	free(bearer);
	free(conninfo);
}

/* What is in the platform's tables is the platform's to remove; in our own, what ended long ago goes. */
Test(adoption, tidying_removes_no_message_of_the_platforms)
{
	char *conninfo = gw_test_database_used();
	struct gw_db *db = gw_test_db(conninfo, 1);
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;

	gw_test_sql(conninfo,
		    "INSERT INTO gateway_messages (id, agent_id, content, status, created_at, "
		    "completed_at) SELECT gen_random_uuid(), '" ALPHA
		    "', 'x', 'completed', at, at FROM unnest(ARRAY['2010-01-01Z', "
		    "'2025-01-01Z']::timestamptz[]) at");
	gw_params_interval(&params, 0);
	gw_params_int(&params, 100);
	cr_assert(gw_db_exec(db, GW_STATEMENT_MESSAGE_TIDY, &params, &rows) == GW_OK);
	cr_expect(gw_rows_int(rows, 0, 0) == (gw_test_platform() != NULL ? 0 : 2));
	gw_test_expect(conninfo, "SELECT count(*) FROM gateway_messages",
		       gw_test_platform() != NULL ? "2" : "0");
	gw_rows_free(rows);
	gw_db_free(db);
	free(conninfo);
}

/* Deleted sessions, and those that the platform has for other purposes, are none of the pair's. */
Test(adoption, a_session_of_another_kind_is_not_the_pairs)
{
	static const char *const changes[] = {
		"UPDATE chat_sessions SET source_channel = 'web'",
		"UPDATE chat_sessions SET is_group = true",
		"UPDATE chat_sessions SET deleted_at = now()",
		"UPDATE chat_sessions SET session_type = 'direct'",
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(changes); i++) {
		char *conninfo = gw_test_database_used();

		make_session(conninfo, ALPHA, BETA);
		if (gw_test_platform_allows(conninfo, changes[i])) {
			gw_test_sql(conninfo, changes[i]);
			gw_test_expect(conninfo,
				       "SELECT clawgw.pair_conversation('" ALPHA "', '" BETA
				       "', 'none')",
				       "none");
		}
		free(conninfo);
	}
}

Test(adoption, every_statement_fits)
{
	char *conninfo = gw_test_database_new();
	struct gw_db *db = gw_test_db(conninfo, 1);
	const char *statement = NULL;

	cr_expect(gw_db_prepare_all(db, &statement) == GW_OK && statement == NULL, "%s: %s",
		  statement, gw_db_last_message());
	gw_db_free(db);
	free(conninfo);
}

/* What a later version of the platform may do: a column or a table has another name. Health and doctor say which one is missed. */
Test(adoption, what_is_missing_is_named)
{
	static const char *const columns[][2] = {
		{"agents", "api_key_hash"},          {"gateway_messages", "conversation_id"},
		{"chat_messages", "participant_id"}, {"chat_sessions", "peer_agent_id"},
		{"org_members", "open_id"},          {"users", "display_name"},
		{"llm_models", "base_url"},          {"participants", NULL},
		{"agent_relationships", NULL},
	};
	char *conninfo = gw_test_database_new();
	struct gw_buf sql;
	struct gw_buf why;

	gw_buf_init(&sql, 1000);
	gw_buf_init(&why, 1000);
	for (size_t i = 0; i < GW_ARRAY_LEN(columns); i++) {
		const char *table = columns[i][0];
		const char *column = columns[i][1];
		const char *name = column != NULL ? column : table;
		struct gw_db *db = gw_test_db(conninfo, 1);

		gw_buf_reset(&sql);
		gw_buf_reset(&why);
		if (column != NULL)
			gw_buf_addf(&sql, "ALTER TABLE %s RENAME COLUMN %s TO gone", table, column);
		else
			gw_buf_addf(&sql, "ALTER TABLE %s RENAME TO gone", table);
		gw_test_sql(conninfo, sql.data);
		cr_expect(gw_health_statements(db, &why) == GW_OK);
		cr_expect(why.len > 0 && strstr(why.data, "The database lacks") != NULL &&
				  strstr(why.data, name) != NULL,
			  "%s: %s", name, why.len > 0 ? why.data : "nothing is said");
		gw_buf_reset(&sql);
		if (column != NULL)
			gw_buf_addf(&sql, "ALTER TABLE %s RENAME COLUMN gone TO %s", table, column);
		else
			gw_buf_addf(&sql, "ALTER TABLE gone RENAME TO %s", table);
		gw_test_sql(conninfo, sql.data);
		gw_db_free(db);
	}
	gw_buf_release(&sql);
	gw_buf_release(&why);
	free(conninfo);
}

/* Of two indexes with one definition, whatever they are called, one is enough to look at: so both lists stay one. */
Test(adoption, the_indexes_for_the_platforms_tables_are_those_of_our_own)
{
	char *conninfo = gw_test_database_new();
	struct gw_db *db = gw_test_db(conninfo, 1);
	struct gw_rows *plan = NULL;

	if (gw_test_platform() == NULL) {
		gw_test_sql(conninfo, "CREATE TABLE before AS SELECT tablename, substring(indexdef "
				      "FROM 'USING.*') AS what, "
				      "indexname FROM pg_indexes WHERE schemaname = 'public'");
		cr_assert(gw_adoption_plan(db, &plan) == GW_OK);
		for (int row = 0; row < gw_rows_count(plan); row++) {
			char *command = gw_str_dup(gw_rows_text(plan, row, 1));

			gw_test_sql(conninfo, command);
			free(command);
		}
		gw_rows_free(plan);
		gw_test_expect(
			conninfo,
			"SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM before WHERE "
			"indexname NOT IN (SELECT conname FROM pg_constraint) AND NOT EXISTS "
			"(SELECT FROM pg_indexes other WHERE other.indexname LIKE 'clawgw\\_%' AND "
			"other.tablename = before.tablename AND substring(other.indexdef FROM "
			"'USING.*') = before.what)",
			"agents_tenant_folded_name chat_messages_user_words");
		gw_test_expect(
			conninfo,
			"SELECT string_agg(indexname, ' ') FROM pg_indexes other WHERE indexname "
			"LIKE "
			"'clawgw\\_%' AND NOT EXISTS (SELECT FROM before WHERE before.tablename = "
			"other.tablename AND before.what = substring(other.indexdef FROM "
			"'USING.*'))",
			"");
	}
	gw_db_free(db);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
