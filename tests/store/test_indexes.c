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
#include "base/clock.h"
#include "channels/address.h"
#include "letters/arrive.h"
#include "store/letter.h"

#include <criterion/criterion.h>
#include <sysexits.h>

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
	"UPDATE org_members SET email = md5(id::text) || '@example.com', open_id = 'ou_' || id, "
	"external_id = "
	"'fs_' || id WHERE name LIKE 'Member %';"
	"INSERT INTO clawgw.threads (id, agent_id, member_id, channel, place, subject) SELECT "
	"gen_random_uuid(), '33333333-0000-4000-8000-000000000001', id, 'feishu', 'p2p', 'x' FROM "
	"org_members WHERE name LIKE 'Member %';"
	"INSERT INTO clawgw.letters (id, thread_id, direction, state, external_id, content) SELECT "
	"gen_random_uuid(), id, CASE n WHEN 1 THEN 'in' ELSE 'out' END, (ARRAY['received', 'sent', "
	"'failed', 'unknown', 'queued'])[n], n || 'om_' || id, 'x' FROM clawgw.threads, "
	"generate_series(1, 5) n;"
	"INSERT INTO clawgw.jobs (id, kind, source_agent_id, subject_id, content, run_at) SELECT "
	"id, 'letter', '33333333-0000-4000-8000-000000000001', id, '', now() + interval '1 day' "
	"FROM clawgw.letters WHERE state = 'queued' LIMIT 2000;"
	"INSERT INTO clawgw.feishu_events SELECT 'e' || n FROM generate_series(1, 20000) n;"
	/* the long queue of an agent was counted in this second */
	"INSERT INTO clawgw.backlogs VALUES ('33333333-0000-4000-8000-000000000002', 1000, now() + "
	"interval '1 hour');";

#define WAITING "99999999-0000-4000-8000-000000000001"
#define THREAD "99999999-0000-4000-8000-000000000002"
#define LETTER "99999999-0000-4000-8000-000000000003"
#define EMMA "55555555-0000-4000-8000-000000000003"
#define ALPHA "33333333-0000-4000-8000-000000000001"

/* after whatever an earlier request had */
#define A_THREAD                                                                                   \
	"DELETE FROM clawgw.threads WHERE id = '" THREAD                                           \
	"';DELETE FROM gateway_messages WHERE id = '" LETTER "';"                                  \
	"INSERT INTO clawgw.threads (id, agent_id, member_id, channel, subject) VALUES "           \
	"('" THREAD "', '" ALPHA "', '" EMMA "', 'email', 'x');"
#define A_LETTER_OUT                                                                               \
	A_THREAD "INSERT INTO clawgw.letters (id, thread_id, direction, state, external_id, "      \
		 "content) VALUES ('" LETTER "', '" THREAD                                         \
		 "', 'out', 'sent', 'x@example.com', 'x')"
#define A_JOB                                                                                      \
	"INSERT INTO clawgw.jobs (id, kind, source_agent_id, subject_id, content, state, "         \
	"lease_owner, lease_until, lease_epoch) VALUES ('" LETTER "', 'letter', '" ALPHA           \
	"', '" LETTER "', '', 'running', 'x', now() + interval '1 hour', 7)"
#define AN_APP                                                                                     \
	"UPDATE channel_configs SET encrypt_key = NULL, verification_token = 'token' WHERE "       \
	"agent_id = '" ALPHA "'"
#define EVENT(sender)                                                                              \
	"{\"schema\":\"2.0\",\"header\":{\"event_type\":\"im.message.receive_v1\","                \
	"\"token\":\"token\",\"app_id\":\"cli_alpha\"},\"event\":{\"sender\":{\"sender_id\":{"     \
	"\"open_id\":\"" sender "\"},\"sender_type\":\"user\"},\"message\":{\"message_id\":"       \
	"\"om_1\",\"chat_id\":\"oc_1\",\"chat_type\":\"p2p\",\"message_type\":\"text\","           \
	"\"content\":\"{\\\"text\\\":\\\"x\\\"}\"}}}"

/* A letter by mail, to the thread's address or that of a name. */
static void arrive(struct gw_test_gateway *test, const char *local, enum gw_incoming_class class)
{
	char from[] = "emma@example.com";
	char text[] = "Yes.";
	char id[] = "x@example.com";
	char empty[] = "";
	const struct gw_incoming mail = {
		.class = class,
		.from = from,
		.subject = empty,
		.message_id = id,
		.text = text,
		.attachments = empty,
		.diagnostic = empty,
		.proof = GW_PROOF_PASS,
		.id_count = 1,
		.ids = {id},
	};
	const struct gw_arrival arrival = {
		.config = &test->config,
		.db = test->gateway.db,
		.whole = GW_STR_LIT("whole"),
		.mail = &mail,
	};
	struct gw_uuid thread;
	struct gw_buf address;
	struct gw_buf words;

	cr_assert(gw_uuid_parse(GW_STR_LIT(THREAD), &thread));
	gw_buf_init(&address, GW_TOKEN_ADDRESS_MAX);
	gw_buf_init(&words, GW_ARRIVAL_WORDS_MAX);
	if (local != NULL)
		gw_buf_addf(&address, "%s@agents.example.com", local);
	else
		gw_address_write(&address, &test->config, &thread, gw_now());
	cr_expect_eq(gw_letter_arrive(&arrival, gw_buf_str(&address), &words), EX_OK, "%s: %s",
		     address.data, words.data);
	gw_buf_release(&address);
	gw_buf_release(&words);
}

static void arrive_answer(struct gw_test_gateway *test)
{
	arrive(test, NULL, GW_INCOMING_PERSONAL);
}

static void arrive_first(struct gw_test_gateway *test)
{
	arrive(test, "alpha-claw", GW_INCOMING_PERSONAL);
}

static void arrive_bounce(struct gw_test_gateway *test)
{
	arrive(test, NULL, GW_INCOMING_BOUNCE);
}

/* What a worker does with a letter: two attempts, the first of which fails. */
static void deliver(struct gw_test_gateway *test)
{
	struct gw_job job = {.epoch = 7};
	const struct gw_job *const jobs[] = {&job};
	struct gw_job_claim claim = {.epoch = 7};
	struct gw_letter_batch *batch = NULL;
	struct gw_tx *tx = NULL;

	cr_assert(gw_uuid_parse(GW_STR_LIT(LETTER), &job.id));
	claim.id = job.id;
	cr_assert(gw_tx_begin(test->gateway.db, &tx) == GW_OK);
	cr_assert(gw_letter_load(tx, jobs, 1, &batch) == GW_OK);
	cr_expect(batch->letters[0].there);
	gw_letter_batch_free(batch);
	cr_assert(gw_tx_commit(tx) == GW_OK);
	cr_expect(gw_letter_sending(test->gateway.db, &job.id, &claim, GW_STR_NULL) == GW_OK);
	cr_expect(gw_letter_unsent(test->gateway.db, &job.id, GW_STR_LIT("x")) == GW_OK);
	cr_assert(gw_tx_begin(test->gateway.db, &tx) == GW_OK);
	cr_expect(gw_letter_ended(tx, &job.id, GW_LETTER_FAILED, GW_STR_LIT("x"), GW_STR_NULL) ==
		  GW_OK);
	cr_assert(gw_tx_commit(tx) == GW_OK);
}

/* What is no request: those without a method name one of these. */
static const struct {
	const char *name;
	void (*run)(struct gw_test_gateway *test);
} letters[] = {
	{"answer", arrive_answer},
	{"first", arrive_first},
	{"bounce", arrive_bounce},
	{"deliver", deliver},
};

static const struct {
	const char *what;
	const char *setup;
	const char *method, *path, *body;
	int status;
} requests[] = {
	{"a letter that answers", A_THREAD, NULL, "answer", NULL, 0},
	{"a letter to an agent's name", "", NULL, "first", NULL, 0},
	{"a letter to a name in a thread", A_LETTER_OUT, NULL, "first", NULL, 0},
	{"a letter that comes back", A_LETTER_OUT, NULL, "bounce", NULL, 0},
	{"a letter that is delivered",
	 A_LETTER_OUT ";UPDATE clawgw.letters SET state = 'queued' WHERE id = '" LETTER "';" A_JOB,
	 NULL, "deliver", NULL, 0},
	{"an event of Feishu", AN_APP, "POST", "/api/channel/feishu/" ALPHA "/webhook",
	 EVENT("ou_open_2"), 200},
	{"an event of Feishu by a stranger", AN_APP, "POST",
	 "/api/channel/feishu/" ALPHA "/webhook", EVENT("ou_nobody"), 200},
	{"a letter that is left to a worker", "", "POST", "/api/gateway/send-message",
	 "{\"target\":\"Fei Shu\",\"content\":\"x\",\"queue\":true}", 200},
	{"what became of a letter", A_LETTER_OUT, "GET", "/api/gateway/messages/" LETTER, NULL,
	 200},
	{"a report on a letter",
	 A_THREAD "INSERT INTO clawgw.letters (id, thread_id, direction, state, content) VALUES "
		  "('" LETTER "', '" THREAD "', 'in', 'received', 'x');"
		  "INSERT INTO gateway_messages (id, agent_id, conversation_id, content) VALUES "
		  "('" LETTER "', '" ALPHA "', '" THREAD "', 'x')",
	 "POST", "/api/gateway/report", "{\"message_id\":\"" LETTER "\",\"result\":\"done\"}", 200},
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
	free(test->config.inbound_address);
	test->config.inbound_address = gw_xstrdup("mail@agents.example.com");
	free(test->config.letter_secret);
	test->config.letter_secret = gw_xstrdup("a-secret-of-sixteen-and-more");
}

static void answer(struct gw_test_gateway *test, const char *conninfo, size_t i)
{
	struct json_object *headers = json_tokener_parse(
		"[[\"X-Api-Key\",\"" KEY "\"],[\"Authorization\",\"Bearer " TOKEN "\"]]");
	struct gw_case_answer got = {.body = NULL};

	if (requests[i].setup[0] != '\0')
		gw_test_sql(conninfo, requests[i].setup);
	test->may_wait = true;
	for (size_t n = 0; requests[i].method == NULL && n < GW_ARRAY_LEN(letters); n++) {
		if (strcmp(requests[i].path, letters[n].name) == 0)
			letters[n].run(test);
	}
	if (requests[i].method == NULL) {
		json_object_put(headers);
		return;
	}
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

/* How many rows and index entries an empty poll looks at. */
static long empty_poll_reads(const char *conninfo)
{
	struct gw_test_gateway test;
	char *value = NULL;
	long count = 0;
	size_t poll = 0;

	while (strcmp(requests[poll].what, "empty poll") != 0)
		poll++;
	gw_test_sql(conninfo, "SELECT pg_stat_reset()");
	start(&test, conninfo);
	answer(&test, conninfo, poll);
	gw_test_gateway_release(&test);
	wait_for_backends(conninfo, 0);
	value = gw_test_value(conninfo,
			      "SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables) + "
			      "(SELECT sum(idx_tup_read) FROM pg_stat_user_indexes)");
	count = strtol(value, NULL, 10);
	free(value);
	return count;
}

/*
 * What the indexes are for, as a ratio: at 100,000 messages an empty poll without those that clawgw adds, to the platform's tables or to
 * its own, looks at a thousand times as many rows.
 */
static void compare_without_indexes(const char *conninfo)
{
	long with = 0;
	long without = 0;

	gw_test_sql(conninfo,
		    "UPDATE agents SET api_key_hash = '" KEY "' WHERE api_key_hash = 'gone'");
	with = empty_poll_reads(conninfo);
	gw_test_sql(conninfo,
		    "DO $$ DECLARE one text; BEGIN FOR one IN SELECT indexrelid::regclass FROM "
		    "pg_index WHERE indrelid IN ('gateway_messages'::regclass, 'agents'::regclass) "
		    "AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN "
		    "('p', 'u')) AND (indexrelid::regclass::text LIKE 'clawgw%' OR NOT EXISTS "
		    "(SELECT FROM clawgw.migrations WHERE name = 'adopted')) "
		    "LOOP EXECUTE 'DROP INDEX ' || one; END LOOP; END $$");
	without = empty_poll_reads(conninfo);
	(void)printf("# an empty poll looks at %ld rows, without indexes at %ld\n", with, without);
	cr_expect(with < MAX_ENTRIES && without > 1000 * with, "%ld and %ld", with, without);
}

Test(indexes, a_request_reads_few_rows_of_large_tables, .timeout = 300)
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
	compare_without_indexes(conninfo);
	free(conninfo);
}

/* A plan is made once per connection, perhaps on the day of the installation, and kept. */
static const char undo[] = "DELETE FROM clawgw.idempotency_keys; DELETE FROM clawgw.jobs; DELETE "
			   "FROM gateway_messages; DELETE FROM chat_messages; DELETE FROM "
			   "clawgw.threads; DELETE FROM clawgw.feishu_events;"
			   "UPDATE agents SET api_key_hash = '" KEY "' WHERE api_key_hash = 'gone'";

Test(indexes, a_plan_made_while_tables_were_small_is_good_when_they_are_large, .timeout = 300)
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
