/* SPDX-License-Identifier: ISC */
/*
 * test_indexes.c: a request reads a handful of rows, however many there are.
 *
 * Looking at plans would not see into functions, and says nothing about how much an index scan reads. So the server's own
 * counters are read: over large tables, the statements of the request path must read no table as a whole, and few index
 * entries.
 */
#include "lib/database.h"
#include "lib/direct.h"

#include "base/alloc.h"

#include <criterion/criterion.h>

#define KEY "oc-alpha-plaintext-key-0001"
#define TOKEN "operator-token-0123456789"
#define MAX_ENTRIES                                                                                \
	300 /* index entries that one request may read; the tables hold 100,000 rows and more */

static const char fill[] =
	"INSERT INTO agents (name, creator_id, tenant_id, agent_type, api_key_hash) "
	"SELECT 'Foreign ' || n, '22222222-0000-4000-8000-000000000009', "
	"'11111111-0000-4000-8000-000000000002', 'openclaw', "
	"       md5(n::text) FROM generate_series(1, 20000) n;"
	"INSERT INTO gateway_messages (agent_id, content, status, conversation_id, created_at, "
	"delivered_at, completed_at) "
	"SELECT CASE WHEN n % 2 = 0 THEN '33333333-0000-4000-8000-000000000001'::uuid "
	"            ELSE '33333333-0000-4000-8000-000000000002'::uuid END, 'x', "
	"       CASE WHEN n % 100 = 1 THEN 'pending' WHEN n % 10 = 0 THEN 'delivered' ELSE "
	"'completed' END, 'c' || n % 1000, "
	"       now() - interval '1 day' + n * interval '1 millisecond', now(), now() FROM "
	"generate_series(1, 100000) n;"
	"INSERT INTO chat_messages (agent_id, role, content, conversation_id) "
	"SELECT '33333333-0000-4000-8000-000000000001', 'user', 'x', 'c' || n % 1000 FROM "
	"generate_series(1, 100000) n;"
	"INSERT INTO participants (type, ref_id) SELECT 'user', gen_random_uuid() FROM "
	"generate_series(1, 20000);"
	"INSERT INTO org_members (id, tenant_id, name) SELECT gen_random_uuid(), "
	"'11111111-0000-4000-8000-000000000001', "
	"       'Member ' || n FROM generate_series(1, 20000) n;"
	"INSERT INTO agent_relationships (agent_id, member_id) SELECT "
	"'33333333-0000-4000-8000-000000000003', id FROM org_members;"
	"INSERT INTO clawgw.idempotency_keys (agent_id, key, request_digest, target_name, "
	"target_type, message_id) "
	"SELECT '33333333-0000-4000-8000-000000000001', 'header:' || n, '', 'x', 'agent', "
	"gen_random_uuid() "
	"FROM generate_series(1, 20000) n;"
	"INSERT INTO clawgw.replies SELECT id, gen_random_uuid(), 1 FROM gateway_messages LIMIT "
	"20000;"
	"INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content, state, finished_at) "
	"SELECT '33333333-0000-4000-8000-000000000001', '33333333-0000-4000-8000-000000000004', "
	"'x', 'done', now() FROM generate_series(1, 20000);"
	"INSERT INTO channel_configs (agent_id, channel_type, app_id, app_secret) "
	"SELECT id, 'feishu', 'app', 'secret' FROM agents WHERE name LIKE 'Foreign %' AND "
	"api_key_hash <> 'oc-foreign-key-0009';"
	"INSERT INTO clawgw.sends (id, agent_id, member_id, channel) SELECT gen_random_uuid(), "
	"'33333333-0000-4000-8000-000000000001', '55555555-0000-4000-8000-000000000001', 'feishu' "
	"FROM generate_series(1, 20000);"
	"INSERT INTO clawgw.feishu_tokens (key, base_url, app_id) SELECT "
	"decode(md5(n::text), 'hex'), 'x', 'x' FROM generate_series(1, 20000) n;"
	"INSERT INTO clawgw.deliveries SELECT id, 2 FROM gateway_messages LIMIT 20000;"
	"INSERT INTO clawgw.handouts (message_id, agent_id, receipt, session, confirmed) SELECT "
	"id, "
	"agent_id, gen_random_uuid(), 's' || n % 3, n % 10 > 0 FROM (SELECT *, row_number() OVER "
	"() AS "
	"n FROM gateway_messages WHERE status = 'delivered' AND agent_id <> "
	"'33333333-0000-4000-8000-000000000001') x;"
	/* the long queue of an agent was counted in this second */
	"INSERT INTO clawgw.backlogs VALUES ('33333333-0000-4000-8000-000000000002', 1000, now() + "
	"interval '1 hour');";

#define WAITING "99999999-0000-4000-8000-000000000001"

static const struct {
	const char *what;
	const char *setup;
	const char *method, *path, *body;
	int status;
} requests[] = {
	{"heartbeat", "", "POST", "/api/gateway/heartbeat", NULL, 200},
	{"empty poll", "", "GET", "/api/gateway/poll", NULL, 200},
	{"poll that waits", "", "GET", "/api/gateway/poll?wait=1", NULL, 200},
	{"peek that waits", "", "GET", "/api/gateway/poll?peek=1&wait=1", NULL, 200},
	{"poll with a message",
	 "INSERT INTO gateway_messages (agent_id, conversation_id, content) VALUES "
	 "('33333333-0000-4000-8000-000000000001', 'c7', 'x')",
	 "GET", "/api/gateway/poll", NULL, 200},
	{"poll with a redelivery",
	 "INSERT INTO gateway_messages (agent_id, conversation_id, content, status, delivered_at) "
	 "VALUES "
	 "('33333333-0000-4000-8000-000000000001', 'c7', 'x', 'delivered', now() - interval '1 "
	 "day')",
	 "GET", "/api/gateway/poll", NULL, 200},
	{"report",
	 "INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content) "
	 "VALUES ('" WAITING "', "
	 "'33333333-0000-4000-8000-000000000001', '33333333-0000-4000-8000-000000000002', 'c7', "
	 "'x')",
	 "POST", "/api/gateway/report", "{\"message_id\":\"" WAITING "\",\"result\":\"done\"}",
	 200},
	{"send by exact name", "", "POST", "/api/gateway/send-message",
	 "{\"target\":\"Beta Claw\",\"content\":\"x\"}", 200},
	{"send by folded name", "", "POST", "/api/gateway/send-message",
	 "{\"target\":\"beta CLAW\",\"content\":\"x\"}", 200},
	{"send by part of a name", "", "POST", "/api/gateway/send-message",
	 "{\"target\":\"eta\",\"content\":\"x\"}", 200},
	{"send to a native agent", "", "POST", "/api/gateway/send-message",
	 "{\"target\":\"Nina Native\",\"content\":\"x\",\"message_id\":\"" WAITING "\"}", 200},
	{"send to nobody", "", "POST", "/api/gateway/send-message",
	 "{\"target\":\"Foreign 77\",\"content\":\"x\"}", 404},
	{"setup guide", "", "GET", "/api/gateway/setup-guide/33333333-0000-4000-8000-000000000001",
	 NULL, 200},
	{"a new key", "", "POST",
	 "/api/gateway/agents/33333333-0000-4000-8000-000000000002/api-key", NULL, 200},
	{"send to a person, whom Feishu does not reach", "", "POST", "/api/gateway/send-message",
	 "{\"target\":\"Fei "
	 "Shu\",\"content\":\"x\",\"message_id\":\"99999999-0000-4000-8000-000000000009\"}",
	 502},
	{"health", "", "GET", "/api/gateway/health", NULL, 200},
	{"a key that nobody has",
	 "UPDATE agents SET api_key_hash = 'gone' WHERE api_key_hash = '" KEY "'", "POST",
	 "/api/gateway/heartbeat", NULL, 401},
};

/* A gateway that takes TOKEN from the operator and finds nobody where Feishu should be. */
static void start(struct gw_test_gateway *test, const char *conninfo)
{
	gw_test_gateway_init(test, conninfo, 1);
	free(test->config.admin_token);
	test->config.admin_token = gw_xstrdup(TOKEN);
	free(test->config.feishu_url);
	test->config.feishu_url = gw_xstrdup("http://127.0.0.1:1");
}

static void answer(struct gw_test_gateway *test, const char *conninfo, size_t i)
{
	struct json_object *headers = json_tokener_parse(
		"[[\"X-Api-Key\",\"" KEY "\"],[\"Authorization\",\"Bearer " TOKEN "\"]]");
	struct gw_case_answer got = {.body = NULL};

	if (requests[i].setup[0] != '\0')
		gw_test_sql(conninfo, requests[i].setup);
	test->may_wait = true;
	gw_test_direct(test, requests[i].method, requests[i].path, headers,
		       gw_str(requests[i].body != NULL ? requests[i].body : ""), &got);
	cr_expect(got.status == requests[i].status, "%s: %d %s", requests[i].what, got.status,
		  got.body);
	free(got.headers);
	free(got.body);
	json_object_put(headers);
}

static void check_counters(const char *conninfo, size_t i, const char *when)
{
	char *scanned =
		gw_test_value(conninfo, "SELECT string_agg(relname, ',') FROM pg_stat_user_tables "
					"WHERE seq_scan > 0");
	char *entries =
		gw_test_value(conninfo, "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes");
	char *most = gw_test_value(conninfo,
				   "SELECT string_agg(indexrelname || ' ' || idx_tup_read, ', ' "
				   "ORDER BY idx_tup_read DESC) FROM "
				   "pg_stat_user_indexes WHERE idx_tup_read > 20");
	long count = strtol(entries, NULL, 10);

	cr_expect(scanned[0] == '\0', "%s, %s: whole tables were read: %s", requests[i].what, when,
		  scanned);
	cr_expect(count > 0 || requests[i].status == 401, "%s, %s: no index entry was counted",
		  requests[i].what, when);
	cr_expect(count < MAX_ENTRIES, "%s, %s: %ld index entries were read: %s", requests[i].what,
		  when, count, most);
	free(most);
	free(scanned);
	free(entries);
}

/* Counters are delivered when a backend ends: waits until only `left` of those that answer are there. */
static void wait_for_backends(const char *conninfo, size_t left)
{
	struct gw_buf sql;

	gw_buf_init(&sql, 1024);
	gw_buf_addf(&sql,
		    "DO $$ BEGIN WHILE (SELECT count(*) FROM pg_stat_activity WHERE datname = "
		    "current_database() "
		    "AND application_name = 'test') > %zu LOOP PERFORM pg_sleep(0.01); "
		    "PERFORM pg_stat_clear_snapshot(); END LOOP; END $$",
		    left);
	gw_test_sql(conninfo, sql.data);
	gw_buf_release(&sql);
}

Test(indexes, a_request_reads_few_rows_of_large_tables, .timeout = 120)
{
	char *conninfo = gw_test_database_with_fixtures();

	gw_test_sql(conninfo, fill);
	gw_test_sql(conninfo, "ANALYZE");
	for (size_t i = 0; i < GW_ARRAY_LEN(requests); i++) {
		struct gw_test_gateway test;

		gw_test_sql(conninfo, "SELECT pg_stat_reset()");
		start(&test, conninfo);
		answer(&test, conninfo, i);
		gw_test_gateway_release(&test);
		wait_for_backends(conninfo, 0);
		check_counters(conninfo, i, "planned with statistics");
	}
	free(conninfo);
}

/* A plan is made once per connection, perhaps on the day of the installation, and kept. */
static const char undo[] = "DELETE FROM clawgw.idempotency_keys; DELETE FROM clawgw.jobs; DELETE "
			   "FROM gateway_messages; DELETE FROM chat_messages;"
			   "UPDATE agents SET api_key_hash = '" KEY "' WHERE api_key_hash = 'gone'";

Test(indexes, a_plan_made_while_tables_were_small_is_good_when_they_are_large, .timeout = 120)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_test_gateway tests[GW_ARRAY_LEN(requests)];

	for (size_t i = 0; i < GW_ARRAY_LEN(requests); i++) {
		start(&tests[i], conninfo);
		answer(&tests[i], conninfo, i);
		gw_test_sql(conninfo, undo);
	}
	gw_test_sql(conninfo, fill); /* and nobody analyses */
	for (size_t i = 0; i < GW_ARRAY_LEN(requests); i++) {
		gw_test_sql(conninfo, "SELECT pg_stat_reset()");
		answer(&tests[i], conninfo, i);
		gw_test_gateway_release(&tests[i]);
		wait_for_backends(conninfo, GW_ARRAY_LEN(requests) - 1 - i);
		check_counters(conninfo, i, "planned on small tables");
	}
	free(conninfo);
}

/* A part of a name is found by reading names: of a large organisation only so many, whatever is looked for. */
Test(indexes, a_part_of_a_name_is_not_looked_for_among_all_agents)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_test_gateway test;
	char *entries = NULL;

	gw_test_sql(
		conninfo,
		"INSERT INTO agents (name, creator_id, tenant_id, agent_type) SELECT 'Peer ' || "
		"n, creator_id, tenant_id, 'native' FROM agents, generate_series(1, 20000) n "
		"WHERE id = '33333333-0000-4000-8000-000000000001'");
	/* what a session has counted is delivered when it ends */
	gw_test_sql(conninfo,
		    "DO $$ BEGIN WHILE (SELECT count(*) FROM pg_stat_activity WHERE datname = "
		    "current_database()) > 1 LOOP PERFORM pg_sleep(0.01); PERFORM "
		    "pg_stat_clear_snapshot(); END LOOP; END $$; SELECT pg_stat_reset()");
	start(&test, conninfo);
	cr_expect_eq(gw_test_call(&test, "POST", "/api/gateway/send-message", KEY,
				  "{\"target\":\"no such part\",\"content\":\"x\"}", NULL),
		     404);
	gw_test_gateway_release(&test);
	wait_for_backends(conninfo, 0);
	gw_test_expect(
		conninfo,
		"SELECT string_agg(relname, ',') FROM pg_stat_user_tables WHERE seq_scan > 0", "");
	entries = gw_test_value(conninfo, "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes");
	cr_expect(strtol(entries, NULL, 10) < 5000, "%s index entries were read", entries);
	free(entries);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
