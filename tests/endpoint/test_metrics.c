/* SPDX-License-Identifier: ISC */
/*
 * test_metrics.c: GET /metrics and GET /health: who may ask, what the answer looks like, what it says.
 */
#include "base/alloc.h"
#include "gateway/counters.h"
#include "gateway/endpoints.h"
#include "lib/database.h"
#include "lib/direct.h"

#include "base/clock.h"

#include <criterion/criterion.h>
#include <unistd.h>
#include <criterion/parameterized.h>
#include <regex.h>

#define METRICS GW_BASE_PATH "/metrics"
#define HEALTH GW_BASE_PATH "/health"
#define TOKEN "a-token-for-metrics"
#define ALPHA "'33333333-0000-4000-8000-000000000001'"
#define BETA "'33333333-0000-4000-8000-000000000002'"

static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINTS_HEALTH(GW_ENDPOINT_ROW) GW_ENDPOINT_END,
};

/* One GET with up to two more variables; returns the status, *ret_body is to be freed. */
static int get(struct gw_test_gateway *test, const char *path, const char *first,
	       const char *second, char **ret_body)
{
	char method[] = "REQUEST_METHOD=GET";
	char *uri = gw_xmalloc(128);
	char *one = gw_xstrdup(first != NULL ? first : "X=");
	char *two = gw_xstrdup(second != NULL ? second : "Y=");
	char *env[] = {method, uri, one, two, NULL};
	struct gw_request request;
	struct gw_response response;
	int status = 0;

	(void)snprintf(uri, 128, "REQUEST_URI=%s", path);
	gw_request_init(&request, env, &test->gateway);
	gw_response_init(&response, 1024 * 1024);
	gw_route(endpoints, &request, &response);
	status = response.status;
	cr_expect_str_eq(response.content_type, status == 200 && strcmp(path, METRICS) == 0
							? "text/plain; version=0.0.4"
							: "application/json");
	if (ret_body != NULL)
		*ret_body = gw_str_dup(gw_buf_str(&response.body));
	gw_response_release(&response);
	gw_request_release(&request);
	free(uri);
	free(one);
	free(two);
	return status;
}

struct access {
	const char *first, *second;
	int status;
};

Test(metrics, are_for_local_addresses_and_holders_of_the_token)
{
	static const struct access cases[] = {
		{"REMOTE_ADDR=127.0.0.1", NULL, 200},
		{"REMOTE_ADDR=127.8.9.10", NULL, 200},
		{"REMOTE_ADDR=::1", NULL, 200},
		{"REMOTE_ADDR=::ffff:127.0.0.1", NULL, 200},
		{"REMOTE_ADDR=unix:", NULL, 200},
		{"REMOTE_ADDR=", NULL, 200},
		{NULL, NULL, 403},
		{"REMOTE_ADDR=10.0.0.1", NULL, 403},
		{"REMOTE_ADDR=128.0.0.1", NULL, 403},
		{"REMOTE_ADDR=127.0.0.1.example.org", NULL, 403},
		{"REMOTE_ADDR=::2", NULL, 403},
		{"REMOTE_ADDR=::ffff:10.0.0.1", NULL, 403},
		/* what a client says of itself opens nothing, and what a proxy says closes */
		{"REMOTE_ADDR=10.0.0.1", "HTTP_X_FORWARDED_FOR=127.0.0.1", 403},
		{"REMOTE_ADDR=127.0.0.1", "HTTP_X_FORWARDED_FOR=127.0.0.1", 403},
		{"REMOTE_ADDR=127.0.0.1", "HTTP_X_FORWARDED_FOR=10.0.0.1", 403},
		{"REMOTE_ADDR=127.0.0.1", "HTTP_X_FORWARDED_FOR=", 403},
		{"REMOTE_ADDR=unix:", "HTTP_FORWARDED=for=10.0.0.1", 403},
		{"REMOTE_ADDR=127.0.0.1", "HTTP_X_REAL_IP=10.0.0.1", 403},
		{"REMOTE_ADDR=127.0.0.1", "HTTP_VIA=1.1 proxy", 403},
		{"REMOTE_ADDR=10.0.0.1", "HTTP_AUTHORIZATION=Bearer " TOKEN, 200},
		{"REMOTE_ADDR=10.0.0.1", "HTTP_AUTHORIZATION=bearer " TOKEN, 200},
		{"HTTP_X_FORWARDED_FOR=10.0.0.1", "HTTP_AUTHORIZATION=Bearer " TOKEN, 200},
		{"REMOTE_ADDR=10.0.0.1", "HTTP_AUTHORIZATION=Bearer " TOKEN "x", 403},
		{"REMOTE_ADDR=10.0.0.1", "HTTP_AUTHORIZATION=Bearer ", 403},
		{"REMOTE_ADDR=10.0.0.1", "HTTP_AUTHORIZATION=Basic " TOKEN, 403},
		{"REMOTE_ADDR=10.0.0.1", "HTTP_AUTHORIZATION=" TOKEN, 403},
	};
	char *conninfo = gw_test_database_new();
	struct gw_test_gateway test;

	gw_test_gateway_init(&test, conninfo, 1);
	free(test.config.metrics_token);
	test.config.metrics_token = gw_xstrdup(TOKEN);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = get(&test, METRICS, cases[i].first, cases[i].second, NULL);

		cr_expect(status == cases[i].status, "%s, %s: %d", cases[i].first, cases[i].second,
			  status);
	}
	/* without a token configured, none fits */
	test.config.metrics_token[0] = '\0';
	cr_expect_eq(get(&test, METRICS, "REMOTE_ADDR=10.0.0.1", "HTTP_AUTHORIZATION=Bearer ",
			 NULL),
		     403);
	gw_test_gateway_release(&test);
	free(conninfo);
}

static bool matches(const char *line, const char *pattern)
{
	regex_t regex;
	bool found = false;

	cr_assert_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	found = regexec(&regex, line, 0, NULL, 0) == 0;
	regfree(&regex);
	return found;
}

/* The format of Prometheus 0.0.4, line by line: each family has a HELP, then its TYPE, then its numbers, and comes once. */
static void check_format(const char *body)
{
	char *copy = gw_xstrdup(body);
	char *state = NULL;
	char family[128] = "";
	char seen[4096] = " ";

	cr_expect(body[strlen(body) - 1] == '\n');
	for (char *line = strtok_r(copy, "\n", &state); line != NULL;
	     line = strtok_r(NULL, "\n", &state)) {
		char name[128] = "";
		size_t len = 0;

		if (strncmp(line, "# HELP ", 7) == 0) {
			len = strcspn(line + 7, " ");
			(void)snprintf(family, sizeof(family), "%.*s", (int)len, line + 7);
			(void)snprintf(name, sizeof(name), " %s ", family);
			cr_expect(strstr(seen, name) == NULL, "%s comes twice", family);
			(void)snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s ",
				       family);
			cr_expect(matches(line, "^# HELP [a-z_]+ [A-Z].*\\.$"), "%s", line);
			continue;
		}
		if (line[0] == '#') {
			(void)snprintf(name, sizeof(name), "# TYPE %s ", family);
			cr_expect(strncmp(line, name, strlen(name)) == 0, "%s", line);
			cr_expect(matches(line, " (counter|gauge|histogram)$"), "%s", line);
			continue;
		}
		cr_expect(strncmp(line, family, strlen(family)) == 0, "%s under %s", line, family);
		cr_expect(matches(line, "^[a-z_]+(\\{[a-z]+=\"[^\"\\\\]*\"(,[a-z]+=\"[^\"\\\\]*\")*"
					"\\})? [0-9]+(\\.[0-9]+)?$"),
			  "%s", line);
	}
	free(copy);
}

static void expect_line(const char *body, const char *line)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "\n%s\n", line);
	cr_expect(strstr(body, text) != NULL, "no line %s in\n%s", line, body);
}

Test(metrics, tell_requests_and_how_things_stand)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_test_gateway test;
	const struct gw_endpoint poll = {.name = "poll"};
	struct gw_request request = {.endpoint = &poll};
	char *body = NULL;

	gw_test_sql(conninfo,
		    "DELETE FROM gateway_messages;"
		    "UPDATE agents SET openclaw_last_seen = CASE id WHEN " ALPHA
		    " THEN now() WHEN " BETA " THEN now() - interval '1 hour' END;"
		    "INSERT INTO gateway_messages (agent_id, status, created_at, completed_at) "
		    "SELECT CASE n WHEN 2 THEN " BETA "::uuid ELSE " ALPHA
		    " END, (ARRAY['pending', 'pending', 'delivered', 'completed', "
		    "'completed', 'completed', 'expired'])[n],"
		    " now() - n * interval '1 minute', CASE WHEN n > 3 THEN now() END "
		    "FROM generate_series(1, 7) n;"
		    "INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content, state, "
		    "created_at, finished_at) "
		    "SELECT " ALPHA ", " BETA ", 'x', (ARRAY['queued', 'done', 'dead', 'dead'])[n],"
		    " now() - n * interval '1 minute', CASE WHEN n > 1 THEN now() END "
		    "FROM generate_series(1, 4) n;"
		    "INSERT INTO clawgw.sends (id, agent_id, member_id, channel, outcome) "
		    "SELECT gen_random_uuid(), " ALPHA
		    ", (SELECT min(id::text)::uuid FROM org_members), 'feishu', "
		    "(ARRAY['sent', 'sent', 'failed', 'unknown'])[n] FROM generate_series(1, 4) n");
	gw_test_sql(
		conninfo,
		"INSERT INTO clawgw.threads (id, agent_id, member_id, channel, subject) SELECT "
		"gen_random_uuid(), " ALPHA
		", (SELECT min(id::text)::uuid FROM org_members), 'email', 'x';"
		"INSERT INTO clawgw.letters (id, thread_id, direction, state, content) SELECT "
		"gen_random_uuid(), threads.id, CASE state WHEN 'received' THEN 'in' ELSE 'out' "
		"END, state, 'x' FROM clawgw.threads, unnest(ARRAY['received', 'received', "
		"'received', 'queued', 'sending', 'sent', 'sent', 'failed', 'unknown']) state;"
		"INSERT INTO clawgw.jobs (id, kind, source_agent_id, subject_id, content, "
		"created_at, queued_at) SELECT id, 'letter', " ALPHA
		", id, '', now() - interval '3 days', now() - interval '5 minutes' FROM "
		"clawgw.letters WHERE state = 'queued'");
	gw_test_sql(
		conninfo,
		"INSERT INTO clawgw.workers (name, version, seen_until, in_flight, max_inflight) "
		"SELECT n, '1', now() + n * interval '1 minute', 0, 1 FROM generate_series(-1, 1, "
		"2) n");
	gw_test_gateway_init(&test, conninfo, 1);
	gw_counters_finished(&test.gateway, &request, 200, 3000);
	gw_counters_finished(&test.gateway, &request, 200, 700000);
	gw_counters_finished(&test.gateway, &request, 401, 20000000);
	gw_counters_waiting(&test.gateway, &request, true);
	gw_counters_waiting(&test.gateway, &request, true);
	gw_counters_waiting(&test.gateway, &request, false);
	request.endpoint = NULL;
	gw_counters_finished(&test.gateway, &request, 404, 1);
	gw_metrics_add(test.gateway.metrics, GW_TOTAL_WOKEN, 3);
	gw_metrics_add(test.gateway.metrics, GW_TOTAL_HANDOUTS + GW_HANDOUT_LAPSED, 2);
	gw_metrics_gauge_set(test.gateway.metrics, gw_gauge_bell_lag(), 1500);
	gw_metrics_gauge_set(test.gateway.metrics, gw_gauge_bell_deaf(), 1);
	cr_assert_eq(get(&test, METRICS, "REMOTE_ADDR=127.0.0.1", NULL, &body), 200);
	check_format(body);
	expect_line(body, "clawgw_requests_total{endpoint=\"poll\",status=\"200\"} 2");
	expect_line(body, "clawgw_requests_total{endpoint=\"poll\",status=\"401\"} 1");
	expect_line(body, "clawgw_requests_total{endpoint=\"unknown\",status=\"404\"} 1");
	expect_line(body,
		    "clawgw_request_duration_seconds_bucket{endpoint=\"poll\",le=\"0.0025\"} 0");
	expect_line(body,
		    "clawgw_request_duration_seconds_bucket{endpoint=\"poll\",le=\"0.005\"} 1");
	expect_line(body, "clawgw_request_duration_seconds_bucket{endpoint=\"poll\",le=\"10\"} 2");
	expect_line(body,
		    "clawgw_request_duration_seconds_bucket{endpoint=\"poll\",le=\"+Inf\"} 3");
	expect_line(body, "clawgw_request_duration_seconds_sum{endpoint=\"poll\"} 20.703000");
	expect_line(body, "clawgw_request_duration_seconds_count{endpoint=\"poll\"} 3");
	expect_line(body, "clawgw_waiting_requests{endpoint=\"poll\"} 1");
	expect_line(body, "clawgw_waiting_requests{endpoint=\"events\"} 0");
	expect_line(body, "clawgw_wakeups_total 3");
	expect_line(body, "clawgw_handouts_total{reason=\"pending\"} 0");
	expect_line(body, "clawgw_handouts_total{reason=\"lapsed\"} 2");
	expect_line(body, "clawgw_handouts_total{reason=\"receipt\"} 0");
	expect_line(body, "clawgw_bell_lag_seconds 0.001500");
	expect_line(body, "clawgw_bells_deaf 1");
	expect_line(body, "clawgw_messages{status=\"pending\"} 2");
	expect_line(body, "clawgw_messages{status=\"delivered\"} 1");
	expect_line(body, "clawgw_messages{status=\"completed\"} 3");
	expect_line(body, "clawgw_messages{status=\"expired\"} 1");
	expect_line(body, "clawgw_letters{state=\"received\"} 3");
	expect_line(body, "clawgw_letters{state=\"queued\"} 1");
	expect_line(body, "clawgw_letters{state=\"sending\"} 1");
	expect_line(body, "clawgw_letters{state=\"sent\"} 2");
	expect_line(body, "clawgw_letters{state=\"failed\"} 1");
	expect_line(body, "clawgw_letters{state=\"unknown\"} 1");
	/* since it was queued, not since it was written */
	cr_expect(matches(body, "\nclawgw_letter_oldest_age_seconds 30[0-9]\\."), "%s", body);
	expect_line(body, "clawgw_jobs{state=\"queued\"} 2");
	expect_line(body, "clawgw_jobs{state=\"running\"} 0");
	expect_line(body, "clawgw_jobs{state=\"done\"} 1");
	expect_line(body, "clawgw_jobs{state=\"dead\"} 2");
	expect_line(body, "clawgw_sends{outcome=\"sending\"} 0");
	expect_line(body, "clawgw_sends{outcome=\"sent\"} 2");
	expect_line(body, "clawgw_sends{outcome=\"failed\"} 1");
	expect_line(body, "clawgw_sends{outcome=\"unknown\"} 1");
	expect_line(body, "clawgw_workers 1");
	expect_line(body, "clawgw_agents_online 1");
	expect_line(body, "clawgw_database_up 1");
	cr_expect(matches(body, "\nclawgw_message_oldest_pending_age_seconds 12[0-9]\\."));
	cr_expect(matches(body, "\nclawgw_job_oldest_age_seconds 6[0-9]\\."));
	free(body);
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(metrics, tell_what_they_can_without_the_database)
{
	struct gw_test_gateway test;
	char *body = NULL;

	gw_test_gateway_init(&test, "host=/nonexistent", 1);
	cr_assert_eq(get(&test, METRICS, "REMOTE_ADDR=127.0.0.1", NULL, &body), 200);
	check_format(body);
	expect_line(body, "clawgw_database_up 0");
	cr_expect(strstr(body, "clawgw_messages") == NULL);
	free(body);
	gw_test_gateway_release(&test);
}

/* Waits until there is no other connection: one that ends delivers its counters. */
static const char alone[] =
	"DO $$ BEGIN WHILE EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
	"AND backend_type = 'client backend' AND pid <> pg_backend_pid()) "
	"LOOP PERFORM pg_sleep(0.01); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$";

Test(metrics, read_few_rows_of_large_tables, .timeout = 300)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_test_gateway test;
	char *body = NULL;
	char *read = NULL;

	gw_test_sql(conninfo,
		    "INSERT INTO gateway_messages (agent_id, status, completed_at) SELECT " ALPHA
		    ", CASE WHEN n % 200 = 0 THEN 'expired' ELSE 'completed' END, now() "
		    "FROM generate_series(1, 200000) n;"
		    "DELETE FROM gateway_messages WHERE status = 'pending';"
		    "INSERT INTO agents (name, agent_type, openclaw_last_seen) "
		    "SELECT 'A' || n, 'openclaw', now() FROM generate_series(1, 100000) n; "
		    "INSERT INTO clawgw.threads (id, agent_id, member_id, channel, subject) SELECT "
		    "gen_random_uuid(), " ALPHA
		    ", (SELECT min(id::text)::uuid FROM org_members), 'email', 'x';"
		    "INSERT INTO clawgw.letters (id, thread_id, direction, state, content) SELECT "
		    "gen_random_uuid(), threads.id, 'in', CASE WHEN n % 4 = 0 THEN 'sent' WHEN n "
		    "% 500 = 1 THEN 'failed' ELSE 'received' END, 'x' FROM clawgw.threads, "
		    "generate_series(1, 60000) n;"
		    "ANALYZE");
	gw_test_sql(conninfo, alone);
	gw_test_sql(conninfo, "SELECT pg_stat_reset()");
	gw_test_gateway_init(&test, conninfo, 1);
	cr_assert_eq(get(&test, METRICS, "REMOTE_ADDR=127.0.0.1", NULL, &body), 200);
	gw_test_gateway_release(&test);
	gw_test_sql(conninfo, alone);
	check_format(body);
	expect_line(body, "clawgw_messages{status=\"expired\"} 1000");
	cr_expect(matches(body, "\nclawgw_messages\\{status=\"completed\"\\} (19[89]|20[01])"
				"[0-9]{3}\n"),
		  "%s", body);
	cr_expect(matches(body, "\nclawgw_agents_online (8|9|10|11)[0-9]{4}\n"), "%s", body);
	expect_line(body, "clawgw_letters{state=\"failed\"} 120");
	cr_expect(matches(body, "\nclawgw_letters\\{state=\"sent\"\\} 1[45][0-9]{3}\n"), "%s",
		  body);
	cr_expect(matches(body, "\nclawgw_letters\\{state=\"received\"\\} 4[45][0-9]{3}\n"), "%s",
		  body);
	read = gw_test_value(conninfo, "SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes)"
				       " + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables)");
	cr_expect(strtol(read, NULL, 10) < 150000, "%s rows were read", read);
	free(read);
	free(body);
	free(conninfo);
}

Test(health, is_good_when_the_schema_fits)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_test_gateway test;
	char *body = NULL;

	gw_test_gateway_init(&test, conninfo, 1);
	cr_expect_eq(get(&test, HEALTH, "REMOTE_ADDR=10.0.0.1", NULL, &body), 200);
	cr_expect_str_eq(body, "{\"status\":\"ok\"}");
	free(body);
	gw_test_sql(conninfo, "DELETE FROM clawgw.migrations WHERE version = (SELECT max(version) "
			      "FROM clawgw.migrations)");
	cr_expect_eq(get(&test, HEALTH, NULL, NULL, NULL), 503);
	gw_test_sql(conninfo, "DROP TABLE clawgw.migrations");
	cr_expect_eq(get(&test, HEALTH, NULL, NULL, NULL), 503);
	gw_test_gateway_release(&test);
	gw_test_gateway_init(&test, "host=/nonexistent", 1);
	cr_expect_eq(get(&test, HEALTH, NULL, NULL, NULL), 503);
	gw_test_gateway_release(&test);
	free(conninfo);
}

/* Whatever stands in the way of requests is said in words; each time a new process looks. */
Test(health, is_bad_when_requests_could_not_work_and_says_why)
{
	static const struct {
		const char *setup, *undo, *why; /* NULL: it is good */
	} cases[] = {
		{"INSERT INTO clawgw.migrations (version, name) VALUES (9999, 'newer')",
		 "DELETE FROM clawgw.migrations WHERE version = 9999", NULL},
		{"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only "
		 "= on', "
		 "current_database()); END $$",
		 "BEGIN READ WRITE; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET "
		 "default_transaction_read_only', current_database()); END $$; COMMIT",
		 "read-only transaction"},
		{"ALTER TABLE agents RENAME COLUMN openclaw_last_seen TO gone",
		 "ALTER TABLE agents RENAME COLUMN gone TO openclaw_last_seen",
		 "openclaw_last_seen"},
		{"ALTER TABLE clawgw.replies RENAME TO gone",
		 "ALTER TABLE clawgw.gone RENAME TO replies", "clawgw.replies"},
		{"SELECT 1", "SELECT 1", NULL},
	};
	char *conninfo = gw_test_database_with_fixtures();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gw_test_gateway test;
		char *body = NULL;

		gw_test_sql(conninfo, cases[i].setup);
		usleep(1100 * 1000); /* what was found before counts for a second */
		gw_test_gateway_init(&test, conninfo, 1);
		cr_expect_eq(get(&test, HEALTH, NULL, NULL, &body),
			     cases[i].why == NULL ? 200 : 503, "%s: %s", cases[i].setup, body);
		cr_expect(cases[i].why == NULL || strstr(body, cases[i].why) != NULL, "%s", body);
		free(body);
		gw_test_gateway_release(&test);
		gw_test_sql(conninfo, cases[i].undo);
	}
	free(conninfo);
}

Test(health, is_bad_when_a_table_is_locked_and_does_not_wait_long)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *other = gw_test_db(conninfo, 1);
	struct gw_test_gateway test;
	struct gw_tx *tx = NULL;
	int64_t started = gw_monotonic();
	char *body = NULL;

	gw_test_gateway_init(&test, conninfo, 1);
	cr_expect_eq(get(&test, HEALTH, NULL, NULL, NULL), 200);
	cr_assert(gw_tx_begin(other, &tx) == GW_OK);
	cr_assert(gw_tx_script(tx, "LOCK TABLE chat_messages IN SHARE MODE") == GW_OK);
	usleep(1100 * 1000);
	cr_expect_eq(get(&test, HEALTH, NULL, NULL, &body), 503);
	cr_expect(strstr(body, "lock timeout") != NULL, "%s", body);
	cr_expect(gw_monotonic() - started < 20 * GW_USEC_PER_SEC);
	gw_tx_rollback(tx);
	free(body);
	gw_test_gateway_release(&test);
	gw_db_free(other);
	free(conninfo);
}

Test(health, is_good_while_the_first_job_of_a_pair_waits_for_a_retry)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_test_gateway test;

	gw_test_sql(conninfo,
		    "INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content, run_at) "
		    "VALUES (" ALPHA ", " BETA ", 'x', now() + interval '1 hour'), (" ALPHA
		    ", " BETA ", 'y', now() - interval '1 hour')");
	gw_test_gateway_init(&test, conninfo, 1);
	cr_expect_eq(get(&test, HEALTH, NULL, NULL, NULL), 200);
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(health, is_bad_when_jobs_wait_and_no_worker_is_alive)
{
	static const struct {
		const char *setup;
		int status;
	} steps[] = {
		{"INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content) "
		 "VALUES (" ALPHA ", " BETA ", 'x')",
		 200}, /* cron has a little time */
		{"UPDATE clawgw.jobs SET run_at = now() - interval '10 minutes'", 503},
		{"INSERT INTO clawgw.workers (name, version, seen_until, in_flight, max_inflight) "
		 "VALUES ('w', '1', now() + interval '1 minute', 0, 1)",
		 200},
		{"UPDATE clawgw.workers SET seen_until = now() - interval '1 minute'", 503},
		{"UPDATE clawgw.jobs SET state = 'running', lease_until = now() - interval '1 "
		 "hour'",
		 503},
		{"UPDATE clawgw.jobs SET state = 'done', finished_at = now()", 200},
	};
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_test_gateway test;

	gw_test_gateway_init(&test, conninfo, 1);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		gw_test_sql(conninfo, steps[i].setup);
		cr_expect_eq(get(&test, HEALTH, NULL, NULL, NULL), steps[i].status, "%s",
			     steps[i].setup);
	}
	gw_test_gateway_release(&test);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
