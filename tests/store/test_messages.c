/* SPDX-License-Identifier: ISC */
/*
 * test_messages.c: what a poll hands out weighs no more than it may; and messages that nobody will answer end, and who sent them is told,
 * whoever took the agent away and however.
 */
#include "lib/database.h"
#include "lib/direct.h"

#include "base/clock.h"
#include "store/message.h"
#include "store/poll.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define ALPHA "33333333-0000-4000-8000-000000000001"
#define GAMMA "33333333-0000-4000-8000-000000000003"
#define TARGET "77777777-0000-4000-8000-000000000001"
#define TTL (30 * INT64_C(86400) * GW_USEC_PER_SEC)
#define BATCH 1000
/* what a look may read of indexes, where the tables hold thousands of rows */
#define MAX_ENTRIES 300

static int64_t keep_house(const char *conninfo)
{
	struct gw_db *db = gw_test_db_as(conninfo, "clawgw_worker", 1);
	int64_t ended = -1;

	cr_assert(gw_message_housekeeping(db, TTL, BATCH, &ended) == GW_OK, "%s",
		  gw_db_last_message());
	gw_db_free(db);
	return ended;
}

/* TARGET, an agent of Alpha's organisation, has two messages of Alpha's that want an answer, and one that does not. */
static void write_to_target(const char *conninfo)
{
	gw_test_sql(
		conninfo,
		"INSERT INTO agents (id, name, creator_id, tenant_id, agent_type) SELECT '" TARGET
		"', 'Target', creator_id, tenant_id, 'openclaw' FROM agents WHERE id = '" ALPHA "';"
		"INSERT INTO gateway_messages (agent_id, sender_agent_id, content, status, "
		"delivered_at) VALUES "
		"('" TARGET "', '" ALPHA "', 'waits', 'pending', NULL), "
		"('" TARGET "', '" ALPHA "', 'was handed out', 'delivered', now()), "
		"('" TARGET "', '" ALPHA "', 'is a reply', 'pending', NULL), "
		"('" GAMMA "', '" ALPHA "', 'to somebody else', 'pending', NULL);"
		"INSERT INTO clawgw.replies (message_id, in_reply_to, depth) SELECT id, "
		"gen_random_uuid(), 1 FROM gateway_messages WHERE content = 'is a reply'");
}

/* How many notices Alpha has; they begin with `words`. */
static void expect_told(const char *conninfo, const char *way, const char *words, const char *count)
{
	char sql[512];
	char *got = NULL;

	(void)snprintf(
		sql, sizeof(sql),
		"SELECT count(*) FROM gateway_messages m JOIN clawgw.replies ON message_id = m.id "
		"WHERE agent_id = '" ALPHA "' AND content LIKE '%s%%'",
		words);
	got = gw_test_value(conninfo, sql);
	cr_expect_str_eq(got, count, "%s: %s were told", way, got);
	free(got);
}

/* A poll of Gamma's session s1, whose answer carries its only message. */
static struct gw_handout hand_out(struct gw_db *db)
{
	const struct gw_poll_limits limits = {.max_bytes = 1000000,
					      .handout_lease = 90 * GW_USEC_PER_SEC,
					      .delivery_lease = 3600 * GW_USEC_PER_SEC,
					      .max_deliveries = 5,
					      .max_content = 1000};
	const struct gw_poll_request request = {.receipt = gw_uuid_random(),
						.session = GW_STR_LIT("s1"),
						.max_messages = 3};
	struct gw_handout handout = {.receipt = request.receipt};
	struct gw_agent_key key;
	struct gw_poll *poll = NULL;
	struct gw_poll_row row;
	int count = 0;

	gw_agent_key_init(&key, GW_STR_LIT("oc-gamma-plain-key-0003"));
	cr_assert(gw_message_poll(db, &key, &request, &limits, &poll) == GW_OK, "%s",
		  gw_db_last_message());
	while (gw_poll_next(poll, &row)) {
		if (row.kind == GW_POLL_AGENT)
			handout.agent_id = row.id;
		count += row.kind == GW_POLL_MESSAGE;
	}
	gw_poll_free(poll);
	cr_assert_eq(count, 1, "the answer carries %d messages", count);
	return handout;
}

Test(messages, a_lost_answer_and_one_that_was_given_back_do_not_count)
{
	/* what became of one answer after the other: l lost on its way, g given back, t nobody asked again until the lease ended */
	static const struct {
		const char *answers;
		const char *counted; /* hand-outs, with the one that follows */
	} campaigns[] = {
		{"l", "1"},          {"g", "1"},
		{"t", "2"},          {"lg", "1"},
		{"gl", "1"},         {"lgl", "1"},
		{"llg", "1"},        {"tg", "2"},
		{"tlg", "2"},        {"lgt", "2"},
		{"gtl", "2"},        {"lglglglglglg", "1"},
		{"ltlglgtglg", "3"}, {"lggllgglllggg", "1"},
	};
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 1);

	for (size_t i = 0; i < sizeof(campaigns) / sizeof(*campaigns); i++) {
		char *counted = NULL;

		gw_test_sql(conninfo, "DELETE FROM gateway_messages WHERE agent_id = '" GAMMA "';"
				      "INSERT INTO gateway_messages (agent_id, content) VALUES "
				      "('" GAMMA "', 'hello')");
		for (const char *answer = campaigns[i].answers; *answer != '\0'; answer++) {
			const struct gw_handout handout = hand_out(db);

			if (*answer == 'g')
				cr_assert(gw_message_give_back(db, &handout) == GW_OK);
			if (*answer == 't')
				gw_test_sql(conninfo,
					    "UPDATE clawgw.handouts SET session = 'before', "
					    "handed_at = handed_at - interval '91 s'");
		}
		(void)hand_out(db);
		counted = gw_test_value(
			conninfo,
			"SELECT coalesce((SELECT attempts - uncounted FROM clawgw.deliveries), 1)");
		cr_expect_str_eq(counted, campaigns[i].counted, "%s: %s hand-outs count",
				 campaigns[i].answers, counted);
		free(counted);
	}
	gw_db_free(db);
	free(conninfo);
}

/* A poll of Alpha's; how many messages it had, and how many bytes. */
static int poll_alpha(struct gw_test_gateway *test, size_t *ret_bytes)
{
	char *body = NULL;
	int count = 0;

	cr_assert_eq(gw_test_call(test, "GET", "/api/gateway/poll?relationships=0",
				  "oc-alpha-plaintext-key-0001", NULL, &body),
		     200);
	*ret_bytes = strlen(body);
	for (const char *at = body; (at = strstr(at, "\"conversation_id\"")) != NULL; at++)
		count++;
	free(body);
	return count;
}

/* However heavy messages and their history are, alone or together, as texts or as JSON. */
Test(polls, weigh_no_more_than_max_poll_bytes_unless_one_message_does)
{
	static const struct {
		const char *what;
		int messages;
		size_t content, history; /* bytes of each */
		const char *text;        /* of which they are made */
		size_t first;            /* most that the first poll may weigh */
	} cases[] = {
		{"many light ones", 90, 100, 100, "x", 1 << 20},
		{"some with a heavy history", 6, 1000, 90000, "x", 1 << 20},
		{"heavy ones", 5, 500000, 0, "x", 1 << 20},
		{"what JSON makes six times as long", 4, 100000, 10000, "\\x01", 1 << 20},
		{"one that is too heavy by itself, without its history", 1, 1500000, 100000, "x",
		 1501000},
	};
	struct gw_buf sql;

	gw_buf_init(&sql, 4096);
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		char *conninfo = gw_test_database_with_fixtures();
		struct gw_test_gateway test;
		size_t bytes = 0;
		int got = 0;
		int polls = 0;

		gw_buf_reset(&sql);
		gw_buf_addf(
			&sql,
			"DELETE FROM gateway_messages;"
			"INSERT INTO gateway_messages (agent_id, conversation_id, content) SELECT "
			"'" ALPHA "', 'c' || i, repeat(E'%s', %zu) FROM generate_series(1, %d) i;"
			"INSERT INTO chat_messages (agent_id, user_id, role, content, "
			"conversation_id) SELECT '" ALPHA
			"', creator_id, 'user', repeat(E'%s', %zu), 'c' || i FROM agents, "
			"generate_series(1, %d) i, generate_series(1, 12) WHERE agents.id = '" ALPHA
			"'",
			cases[i].text, cases[i].content, cases[i].messages, cases[i].text,
			cases[i].history, cases[i].messages);
		gw_test_sql(conninfo, sql.data);
		gw_test_gateway_init(&test, conninfo, 1);
		test.config.max_poll_bytes = 1 << 20;
		while (got < cases[i].messages && polls < 20) {
			got += poll_alpha(&test, &bytes);
			cr_expect(bytes <= cases[i].first, "%s: %zu bytes", cases[i].what, bytes);
			polls++;
		}
		cr_expect_eq(got, cases[i].messages, "%s: %d", cases[i].what, got);
		gw_test_gateway_release(&test);
		free(conninfo);
	}
	gw_buf_release(&sql);
}

Test(endings, of_what_is_for_an_agent_that_other_software_takes_away)
{
	static const struct {
		const char *way, *sql;
	} ways[] = {
		{"marked as deleted",
		 "UPDATE agents SET deleted_at = now() WHERE id = '" TARGET "'"},
		{"stopped", "UPDATE agents SET status = 'stopped' WHERE id = '" TARGET "'"},
		{"expired", "UPDATE agents SET is_expired = true WHERE id = '" TARGET "'"},
		{"past its end", "UPDATE agents SET expires_at = now() WHERE id = '" TARGET "'"},
		{"its creator inactive", "UPDATE users SET is_active = false WHERE id = (SELECT "
					 "creator_id FROM agents WHERE id = '" TARGET "')"},
		{"its organisation inactive",
		 "UPDATE tenants SET is_active = false WHERE id = (SELECT tenant_id FROM agents "
		 "WHERE id = '" TARGET "')"},
		{"its row removed",
		 "DELETE FROM gateway_messages WHERE agent_id = '" TARGET
		 "' OR sender_agent_id = '" TARGET "'; DELETE FROM agents WHERE id = '" TARGET "'"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(ways); i++) {
		char *conninfo = gw_test_database_with_fixtures();

		write_to_target(conninfo);
		cr_expect(keep_house(conninfo) == 0, "%s: not while it is there", ways[i].way);
		if (gw_test_platform_allows(conninfo, ways[i].sql)) {
			gw_test_sql(conninfo, ways[i].sql);
			cr_expect(keep_house(conninfo) >= 2, "%s", ways[i].way);
			gw_test_expect(
				conninfo,
				"SELECT count(*) FROM gateway_messages WHERE agent_id = '" TARGET
				"' AND status <> 'failed'",
				"0");
			expect_told(conninfo, ways[i].way, "Target will not answer: ", "2");
			(void)keep_house(conninfo);
			expect_told(conninfo, ways[i].way, "Target will not answer: ", "2");
			gw_test_expect(conninfo, "SELECT count(*) FROM clawgw.removals", "0");
		}
		free(conninfo);
	}
}

Test(endings, of_messages_by_age)
{
	char *conninfo = gw_test_database_with_fixtures();

	write_to_target(conninfo);
	gw_test_sql(conninfo, "UPDATE gateway_messages SET created_at = now() - interval '29 days' "
			      "WHERE content IN ('waits', 'was handed out', 'is a reply')");
	cr_expect(keep_house(conninfo) == 0);
	gw_test_sql(conninfo, "UPDATE gateway_messages SET created_at = now() - interval '31 days' "
			      "WHERE content IN ('waits', 'was handed out', 'is a reply')");
	cr_expect(keep_house(conninfo) == 3);
	gw_test_expect(conninfo,
		       "SELECT string_agg(DISTINCT status, ' ') FROM gateway_messages WHERE "
		       "agent_id = '" TARGET "'",
		       "expired");
	expect_told(conninfo, "too old", "Target did not answer in time", "2");
	cr_expect(keep_house(conninfo) == 0);
	free(conninfo);
}

Test(endings, of_jobs_whose_agent_is_removed)
{
	char *conninfo = gw_test_database_with_fixtures();

	gw_test_sql(
		conninfo,
		"INSERT INTO agents (id, name, creator_id, tenant_id, agent_type) SELECT '" TARGET
		"', 'Target', creator_id, tenant_id, 'native' FROM agents WHERE id = '" ALPHA "';"
		"INSERT INTO participants (type, ref_id, display_name) VALUES ('agent', '" TARGET
		"', 'Target Native');"
		"INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content, state) VALUES "
		"('" ALPHA "', '" TARGET "', 'one', 'queued'), ('" ALPHA "', '" TARGET
		"', 'two', 'queued'), ('" ALPHA "', '" TARGET "', 'answered', 'done');"
		"DELETE FROM agents WHERE id = '" TARGET "'");
	cr_expect(keep_house(conninfo) == 2);
	expect_told(conninfo, "a native agent", "Target Native will not answer: ", "2");
	free(conninfo);
}

/* Whoever removes messages on purpose, and whoever is removed with what he sent, is not told anything, and nothing is kept for ever. */
Test(endings, of_messages_that_are_removed_while_their_agent_is_there)
{
	char *conninfo = gw_test_database_with_fixtures();

	write_to_target(conninfo);
	gw_test_sql(
		conninfo,
		"INSERT INTO gateway_messages (agent_id, sender_agent_id, content) VALUES ('" GAMMA
		"', '" TARGET "', 'from one who goes');"
		"DELETE FROM gateway_messages WHERE content = 'to somebody else';"
		"DELETE FROM gateway_messages WHERE agent_id = '" TARGET
		"' OR sender_agent_id = '" TARGET "'; DELETE FROM agents WHERE id = '" TARGET "'");
	cr_expect(keep_house(conninfo) == 2);
	expect_told(conninfo, "on purpose", "Gamma", "0");
	gw_test_expect(conninfo, "SELECT count(*) FROM clawgw.removals", "2");
	gw_test_sql(conninfo, "UPDATE clawgw.removals SET removed_at = now() - interval '2 hours'");
	cr_expect(keep_house(conninfo) == 0);
	expect_told(conninfo, "on purpose", "Gamma", "0");
	gw_test_expect(conninfo, "SELECT count(*) FROM clawgw.removals", "0");
	free(conninfo);
}

/* Other software must be able to remove what it likes, even if nothing can be noted about it. */
Test(endings, keep_no_row_from_being_removed)
{
	char *conninfo = gw_test_database_with_fixtures();

	write_to_target(conninfo);
	gw_test_sql(conninfo, "DROP TABLE clawgw.removals;"
			      "DELETE FROM gateway_messages WHERE agent_id = '" TARGET
			      "'; DELETE FROM agents WHERE id = '" TARGET "'");
	gw_test_expect(conninfo, "SELECT count(*) FROM agents WHERE id = '" TARGET "'", "0");
	free(conninfo);
}

Test(endings, are_found_without_reading_what_there_is, .timeout = 300)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_db *db = gw_test_db_as(conninfo, "clawgw_worker", 1);
	struct gw_rows *rows = NULL;
	char *entries = NULL;

	gw_test_sql(conninfo,
		    "INSERT INTO gateway_messages (agent_id, sender_agent_id, content, status, "
		    "completed_at) SELECT '" GAMMA "', '" ALPHA
		    "', 'x', 'completed', now() FROM generate_series(1, 20000);"
		    "INSERT INTO gateway_messages (agent_id, sender_agent_id, content, status) "
		    "SELECT '" GAMMA "', '" ALPHA
		    "', 'x', CASE WHEN i % 2 = 0 THEN 'pending' ELSE 'delivered' END "
		    "FROM generate_series(1, 4000) i; SELECT pg_stat_reset()");
	write_to_target(conninfo);
	/* counters are delivered when a backend ends: those of what was written here, before they are set back */
	gw_test_sql(conninfo,
		    "DO $$ BEGIN WHILE EXISTS (SELECT FROM pg_stat_activity WHERE datname = "
		    "current_database() AND usename <> 'clawgw_worker' AND pid <> "
		    "pg_backend_pid() AND backend_type = 'client backend') LOOP PERFORM "
		    "pg_sleep(0.01); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$;"
		    "UPDATE agents SET status = 'stopped' WHERE id = '" TARGET
		    "'; SELECT pg_stat_reset()");
	gw_params_interval(&params, TTL);
	gw_params_int(&params, BATCH);
	cr_assert(gw_db_exec(db, GW_STATEMENT_MESSAGE_OVERDUE, &params, &rows) == GW_OK, "%s",
		  gw_db_last_message());
	cr_expect(gw_rows_int(rows, 0, 0) == 3);
	gw_rows_free(rows);
	gw_db_free(db);
	/* counters are delivered when a backend ends */
	gw_test_sql(
		conninfo,
		"DO $$ BEGIN WHILE EXISTS (SELECT FROM pg_stat_activity WHERE datname = "
		"current_database() AND usename = 'clawgw_worker') LOOP PERFORM pg_sleep(0.01); "
		"PERFORM pg_stat_clear_snapshot(); END LOOP; END $$");
	gw_test_expect(
		conninfo,
		"SELECT string_agg(relname, ' ') FROM pg_stat_user_tables WHERE seq_scan > 0", "");
	entries = gw_test_value(conninfo, "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes");
	cr_expect(strtol(entries, NULL, 10) > 0 && strtol(entries, NULL, 10) < MAX_ENTRIES,
		  "%s index entries were read", entries);
	free(entries);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
