/* SPDX-License-Identifier: ISC */
/*
 * test_adoption.c: the platform's own database, of every version that is known: what adopting does to it and what not, that it
 * can be taken back, and how the gateway and the platform's own service live there together.
 */
#include "lib/cases.h"
#include "lib/database.h"
#include "lib/direct.h"

#include "base/alloc.h"
#include "store/adoption.h"
#include "store/migration.h"

#include <criterion/criterion.h>

#define ALPHA_KEY "oc-alpha-plaintext-key-0001"
#define ALPHA "33333333-0000-4000-8000-000000000001"
#define BETA "33333333-0000-4000-8000-000000000002"
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
		char *conninfo = gw_test_database_with_fixtures();
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
	char *conninfo = gw_test_database_with_fixtures();
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
		char *conninfo = gw_test_database_with_fixtures();

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
