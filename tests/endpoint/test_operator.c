/* SPDX-License-Identifier: ISC */
/*
 * test_operator.c: operators' endpoints, called directly: who sees what, what is done and noted, and whether somebody who was told nothing
 * learns why an agent does not answer.
 */
#include "lib/database.h"
#include "lib/people.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define NINA "33333333-0000-4000-8000-000000000004"
#define M(n) "bbbbbbbb-0000-4000-8000-00000000000" #n

/* Ursula is an org_admin, Victor an agent_admin who made Beta, Olga a member of another organisation. */
static void setup_on(struct gw_people_fixture *fixture, char *conninfo)
{
	gw_people_setup_on(fixture, conninfo);
	gw_test_sql(
		fixture->conninfo,
		"UPDATE users SET role = 'org_admin' WHERE id = '" URSULA "';"
		"UPDATE users SET role = 'agent_admin' WHERE id = '" VICTOR "';"
		"UPDATE users SET role = 'member' WHERE id = '" OLGA "';"
		"UPDATE agents SET creator_id = '" VICTOR "' WHERE id = '" BETA "';"
		"UPDATE agents SET creator_id = '" URSULA "' WHERE id = '" ALPHA "';"
		"INSERT INTO gateway_messages (id, agent_id, content, status, created_at) VALUES "
		"('" M(1) "', '" ALPHA "', 'For Alpha', 'pending', now() - interval '3 hours'),"
			  "('" M(2) "', '" BETA
				    "', 'For Beta', 'pending', now() - interval '2 hours'),"
				    "('" M(3) "', '" FOREIGN "', 'For the fox', 'pending', now() - "
					      "interval '1 hour')");
}

static void setup(struct gw_people_fixture *fixture)
{
	setup_on(fixture, gw_test_database_used());
}

static bool sees(struct gw_people_fixture *fixture, const char *who, const char *path,
		 const char *what)
{
	struct gw_case_answer answer = gw_people_call(fixture, "GET", path, who, NULL);
	bool found = answer.status == 200 && strstr(answer.body, what) != NULL;

	cr_expect_eq(answer.status, 200, "%s: %d %s", path, answer.status, answer.body);
	gw_people_release(&answer);
	return found;
}

Test(operators, sees_what_belongs_to_him)
{
	static const char *const paths[] = {
		"/operator/overview",      "/operator/messages",      "/operator/jobs",
		"/operator/letters",       "/operator/agents",        "/operator/people",
		"/operator/models",        "/operator/channels",      "/operator/audit",
		"/operator/stories/" M(1), "/operator/agents/" ALPHA,
	};
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);
	char *olga = gw_people_bearer(OLGA);

	setup(&fixture);
	for (size_t i = 0; i < GW_ARRAY_LEN(paths); i++) {
		gw_people_expect(&fixture, "GET", paths[i], "", NULL, 401, "Not signed in");
		gw_people_expect(&fixture, "GET", paths[i], olga, NULL, 404, "");
	}
	cr_expect(sees(&fixture, ursula, "/operator/messages", "For Alpha"));
	cr_expect(sees(&fixture, ursula, "/operator/messages", "For Beta"));
	cr_expect_not(sees(&fixture, ursula, "/operator/messages", "the fox"));
	cr_expect_not(sees(&fixture, victor, "/operator/messages", "For Alpha"));
	cr_expect(sees(&fixture, victor, "/operator/messages", "For Beta"));
	cr_expect(sees(&fixture, ursula, "/operator/agents", "Alpha Claw"));
	cr_expect_not(sees(&fixture, ursula, "/operator/agents", "Foreign"));
	cr_expect_not(sees(&fixture, victor, "/operator/agents", "Alpha Claw"));
	cr_expect(sees(&fixture, ursula, "/operator/people", "\"role\":\"agent_admin\""));
	cr_expect_not(sees(&fixture, ursula, "/operator/people", "Olga"));
	cr_expect(sees(&fixture, ursula, "/operator/models", "\"tokens_today\":0"));
	cr_expect_not(sees(&fixture, ursula, "/operator/models", "api_key"));
	cr_expect(sees(&fixture, ursula, "/operator/stories/" M(2), "\"step\":\"written\""));
	gw_people_expect(&fixture, "GET", "/operator/stories/" M(3), ursula, NULL, 404,
			 "No message");
	gw_people_expect(&fixture, "GET", "/operator/stories/" M(1), victor, NULL, 404,
			 "No message");
	gw_people_expect(&fixture, "GET", "/operator/agents/" ALPHA, victor, NULL, 404,
			 "not found");
	gw_people_expect(&fixture, "GET", "/operator/people", victor, NULL, 404, "Not Found");
	gw_people_expect(&fixture, "GET", "/operator/audit", ursula, NULL, 404, "Not Found");
	/* whoever has everything sees all of it, or one organisation */
	gw_test_sql(fixture.conninfo,
		    "UPDATE users SET role = 'platform_admin' WHERE id = '" OLGA "'");
	cr_expect(sees(&fixture, olga, "/operator/messages", "For Alpha"));
	cr_expect(sees(&fixture, olga, "/operator/messages", "the fox"));
	cr_expect(sees(&fixture, olga, "/operator/overview?period=1h", "\"workers\":"));
	gw_test_sql(
		fixture.conninfo,
		"INSERT INTO clawgw.audit (actor, action, target, outcome) VALUES ('user:" URSULA
		"', 'agent resume', 'agent:" BETA "', 'done'), ('user:nobody', 'tried', "
		"'agent:', 'failed')");
	cr_expect(sees(
		&fixture, olga, "/operator/audit",
		"\"who_name\":\"Ursula User\",\"action\":\"agent resume\",\"target\":\"agent:" BETA
		"\",\"target_name\":\"Beta Claw\""));
	cr_expect(sees(&fixture, olga, "/operator/audit",
		       "\"who\":\"user:nobody\",\"who_name\":null"));
	/* and others gain nothing by asking for another one */
	cr_expect_not(sees(&fixture, ursula,
			   "/operator/messages?tenant=11111111-0000-4000-8000-000000000002",
			   "the fox"));
	gw_people_expect(&fixture, "GET", "/operator/overview?period=2h", olga, NULL, 422,
			 "period");
	gw_people_expect(&fixture, "GET", "/operator/messages?from=x", olga, NULL, 422, "from");
	gw_people_expect(&fixture, "GET", "/operator/messages?agent=x", olga, NULL, 422,
			 "uuid_parsing");
	free(ursula);
	free(victor);
	free(olga);
	gw_people_teardown(&fixture);
}

/* All pages of a list, and how many rows they had. */
static int walk(struct gw_people_fixture *fixture, const char *who, const char *query)
{
	char path[400];
	char next[100] = "";
	int rows = 0;

	for (int page = 0; page < 50; page++) {
		struct gw_case_answer answer;
		const char *at = NULL;

		(void)snprintf(path, sizeof(path), "/operator/messages?limit=7%s%s%s", query,
			       *next != '\0' ? "&from=" : "", next);
		answer = gw_people_call(fixture, "GET", path, who, NULL);
		cr_assert_eq(answer.status, 200, "%s", answer.body);
		for (at = answer.body; (at = strstr(at, "\"id\":")) != NULL; at++)
			rows++;
		at = strstr(answer.body, "\"next\":\"");
		*next = '\0';
		if (at != NULL)
			(void)snprintf(next, sizeof(next), "%.*s", (int)strcspn(at + 8, "\""),
				       at + 8);
		gw_people_release(&answer);
		if (*next == '\0')
			return rows;
	}
	return -1;
}

Test(operators, turns_pages_and_acts_on_what_matches)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);

	setup(&fixture);
	gw_test_sql(fixture.conninfo,
		    "INSERT INTO gateway_messages (agent_id, content, created_at) SELECT '" ALPHA
		    "', 'Row ' || i, now() - i / 3 * interval '1 minute' FROM generate_series(1, "
		    "30) i");
	cr_expect_eq(walk(&fixture, ursula, "&text=row"), 30);
	cr_expect_eq(walk(&fixture, ursula, "&agent=" ALPHA), 31);
	cr_expect_eq(walk(&fixture, ursula, "&state=pending"), 32);
	cr_expect_eq(walk(&fixture, ursula, "&older_than=90m"), 2);
	gw_people_expect(&fixture, "POST", "/operator/deeds", victor,
			 "{\"subject\":\"message\",\"deed\":\"expire\",\"id\":\"" M(2) "\"}", 403,
			 "not_allowed");
	gw_people_expect(&fixture, "POST", "/operator/deeds", ursula,
			 "{\"subject\":\"message\",\"deed\":\"expire\",\"id\":\"" M(3) "\"}", 404,
			 "no such");
	gw_people_expect(&fixture, "POST", "/operator/deeds", ursula,
			 "{\"subject\":\"message\",\"deed\":\"expire\",\"id\":\"" M(1) "\"}", 200,
			 "\"was\":\"pending\",\"now\":\"expired\"");
	gw_people_expect(&fixture, "POST", "/operator/deeds", ursula,
			 "{\"subject\":\"message\",\"deed\":\"expire\",\"id\":\"" M(1) "\"}", 409,
			 "other_state");
	gw_people_expect(&fixture, "POST", "/operator/deeds", ursula,
			 "{\"subject\":\"message\",\"deed\":\"fold\",\"id\":\"" M(1) "\"}", 422,
			 "deed");
	gw_people_expect(&fixture, "POST", "/operator/deeds", ursula,
			 "{\"subject\":\"message\",\"deed\":\"expire\"}", 422, "match");
	/* first the number, then the deed */
	gw_people_expect(
		&fixture, "POST", "/operator/deeds", ursula,
		"{\"subject\":\"message\",\"deed\":\"expire\",\"match\":{\"text\":\"row 1\"}}", 200,
		"\"matched\":11,\"done\":0");
	gw_people_expect(
		&fixture, "POST", "/operator/deeds", ursula,
		"{\"subject\":\"message\",\"deed\":\"expire\",\"match\":{\"text\":\"row 1\"},"
		"\"count\":12}",
		409, "other_count");
	gw_people_expect(
		&fixture, "POST", "/operator/deeds", ursula,
		"{\"subject\":\"message\",\"deed\":\"expire\",\"match\":{\"text\":\"row 1\"},"
		"\"count\":11}",
		200, "\"matched\":11,\"done\":11");
	gw_people_expect(
		&fixture, "POST", "/operator/deeds", ursula,
		"{\"subject\":\"message\",\"deed\":\"purge\",\"match\":{\"text\":\"row 1\"},"
		"\"count\":11}",
		200, "\"done\":11");
	gw_test_expect(fixture.conninfo,
		       "SELECT count(*)::text FROM gateway_messages WHERE content LIKE 'Row%'",
		       "19");
	gw_test_expect(fixture.conninfo,
		       "SELECT string_agg(action || ' ' || coalesce(change, ''), '; ' ORDER BY id) "
		       "FROM clawgw.audit "
		       "WHERE actor = 'user:" URSULA "'",
		       "message expire pending, now expired; message expire 11 of 11, now expired; "
		       "message purge 11 of 11, now gone");
	fixture.test.config.operator_actions = false;
	gw_people_expect(&fixture, "POST", "/operator/deeds", ursula,
			 "{\"subject\":\"message\",\"deed\":\"redeliver\",\"id\":\"" M(1) "\"}",
			 403, "read_only");
	free(ursula);
	free(victor);
	gw_people_teardown(&fixture);
}

Test(operators, looks_after_agents_people_and_models)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);

	setup(&fixture);
	gw_people_expect(&fixture, "POST", "/operator/agents/" BETA, victor, "{\"do\":\"suspend\"}",
			 200, "\"done\":\"suspend\"");
	gw_test_expect(fixture.conninfo, "SELECT status::text FROM agents WHERE id = '" BETA "'",
		       "stopped");
	gw_people_expect(&fixture, "POST", "/operator/agents/" BETA, victor, "{\"do\":\"resume\"}",
			 200, "\"may_act\":true");
	gw_people_expect(&fixture, "POST", "/operator/agents/" BETA, victor, "{\"do\":\"rotate\"}",
			 200, "\"api_key\":\"oc-");
	gw_people_expect(&fixture, "POST", "/operator/agents/" BETA, victor, "{\"do\":\"invite\"}",
			 200, "/api/gateway/join/");
	gw_people_expect(&fixture, "POST", "/operator/agents/" ALPHA, victor,
			 "{\"do\":\"suspend\"}", 404, "no such agent");
	gw_people_expect(&fixture, "POST", "/operator/agents/" BETA, victor,
			 "{\"do\":\"change\",\"name\":\"B\"}", 403, "not_allowed");
	gw_people_expect(&fixture, "POST", "/operator/agents/" BETA, ursula,
			 "{\"do\":\"change\",\"name\":\"Beta II\",\"creator\":\"" URSULA "\"}", 200,
			 "done");
	gw_test_expect(fixture.conninfo,
		       "SELECT name || creator_id FROM agents WHERE id = '" BETA "'",
		       "Beta II" URSULA);
	gw_people_expect(&fixture, "POST", "/operator/agents/" BETA, ursula,
			 "{\"do\":\"change\",\"creator\":\"" OLGA "\"}", 409, "no_creator");
	gw_people_expect(&fixture, "POST", "/operator/agents/" FOREIGN, ursula,
			 "{\"do\":\"suspend\"}", 404, "no such agent");
	gw_people_expect(&fixture, "POST", "/operator/agents/" BETA, ursula, "{\"do\":\"dance\"}",
			 409, "no_deed");

	gw_people_expect(&fixture, "POST", "/operator/people/" VICTOR, ursula,
			 "{\"do\":\"role\",\"role\":\"member\"}", 200, "done");
	gw_people_expect(&fixture, "GET", "/operator/agents", victor, NULL, 404, "Not Found");
	gw_people_expect(&fixture, "POST", "/operator/people/" VICTOR, ursula,
			 "{\"do\":\"role\",\"role\":\"platform_admin\"}", 403, "not_allowed");
	gw_people_expect(&fixture, "POST", "/operator/people/" URSULA, ursula,
			 "{\"do\":\"role\",\"role\":\"member\"}", 403, "not_allowed");
	gw_people_expect(&fixture, "POST", "/operator/people/" OLGA, ursula, "{\"do\":\"suspend\"}",
			 404, "no such user");
	gw_people_expect(&fixture, "POST", "/operator/people/" VICTOR, ursula, "{\"do\":\"link\"}",
			 200, "/app/#in=");
	gw_people_expect(&fixture, "POST", "/operator/people/" VICTOR, ursula,
			 "{\"do\":\"sign_out\"}", 200, "\"ended\":0");
	gw_people_expect(&fixture, "POST", "/operator/people/" VICTOR, ursula,
			 "{\"do\":\"suspend\"}", 200, "done");
	gw_test_expect(fixture.conninfo,
		       "SELECT role || ' ' || is_active FROM users WHERE id = '" VICTOR "'",
		       "member false");
	gw_test_expect(
		fixture.conninfo,
		"SELECT change FROM clawgw.audit WHERE action = 'user role' ORDER BY id LIMIT 1",
		"was role agent_admin, active, now member");

	gw_test_sql(fixture.conninfo, "UPDATE agents SET name = 'Nina' WHERE id = '" NINA "'");
	gw_people_expect(&fixture, "GET", "/operator/agents/" NINA, ursula, NULL, 200,
			 "\"agent\":");
	free(ursula);
	free(victor);
	gw_people_teardown(&fixture);
}

/* Ten ways in which an agent does not answer; each undone before the next. */
static const struct {
	const char *name, *agent, *make, *mend, *code, *said;
} ways[] = {
	{"suspended", BETA, "UPDATE agents SET status = 'stopped' WHERE id = '" BETA "'",
	 "UPDATE agents SET status = 'running' WHERE id = '" BETA "'", "suspended",
	 "it is suspended"},
	{"never polled, key wrong", BETA,
	 "UPDATE agents SET openclaw_last_seen = NULL WHERE id = '" BETA "'",
	 "UPDATE agents SET openclaw_last_seen = now() WHERE id = '" BETA "'", "never_asked",
	 "nobody has ever asked with its key"},
	{"away", BETA,
	 "UPDATE agents SET openclaw_last_seen = now() - interval '1 hour' WHERE id = '" BETA "'",
	 "UPDATE agents SET openclaw_last_seen = now() WHERE id = '" BETA "'", "away",
	 "it is away"},
	{"expired", BETA,
	 "UPDATE agents SET expires_at = now() - interval '1 day' WHERE id = '" BETA "'",
	 "UPDATE agents SET expires_at = NULL WHERE id = '" BETA "'", "expired", "it has expired"},
	{"lease running", BETA,
	 "UPDATE gateway_messages SET status = 'delivered', delivered_at = now() WHERE id = '" M(
		 2) "'",
	 "UPDATE gateway_messages SET status = 'pending', delivered_at = NULL WHERE id = '" M(
		 2) "'",
	 "working", "it is working on message " M(2)},
	{"ambiguous", BETA, "UPDATE agents SET name = 'BETA CLAW' WHERE id = '" ALPHA "'",
	 "UPDATE agents SET name = 'Alpha Claw' WHERE id = '" ALPHA "'", "name_ambiguous",
	 "its name means others, too"},
	{"message expired", BETA,
	 "UPDATE gateway_messages SET status = 'expired', completed_at = now() WHERE id = '" M(
		 2) "'",
	 "UPDATE gateway_messages SET status = 'pending', completed_at = NULL WHERE id = '" M(
		 2) "'",
	 "message_unanswered", "its last message without an answer, " M(2) ", has expired"},
	{"model disabled", NINA, "UPDATE llm_models SET enabled = false",
	 "UPDATE llm_models SET enabled = true", "models_disabled",
	 "none of its language models is enabled"},
	{"quota", NINA,
	 "UPDATE agents SET max_llm_calls_per_day = 5, llm_calls_today = 5, llm_calls_reset_at = "
	 "now() WHERE id = '" NINA "'",
	 "UPDATE agents SET max_llm_calls_per_day = 1000 WHERE id = '" NINA "'",
	 "calls_of_day_made", "it has made its 5 calls of a day"},
	{"worker stopped", NINA,
	 "INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content) VALUES ('" ALPHA
	 "', '" NINA "', 'x')",
	 "DELETE FROM clawgw.jobs", "no_worker", "no worker is alive"},
	{"letter bounced", BETA,
	 "INSERT INTO clawgw.threads (id, agent_id, member_id, channel, subject) SELECT "
	 "'cccccccc-0000-4000-8000-000000000001', '" BETA
	 "', id, 'email', 's' FROM org_members ORDER BY id LIMIT 1;"
	 "INSERT INTO clawgw.letters (id, thread_id, direction, state, content, error, "
	 "finished_at) VALUES "
	 "('cccccccc-0000-4000-8000-000000000002', 'cccccccc-0000-4000-8000-000000000001', 'out', "
	 "'failed', 'x', 'no such mailbox', now())",
	 "DELETE FROM clawgw.threads", "letter_failed", "did not arrive: no such mailbox"},
};

Test(operators, learns_why_an_agent_does_not_answer)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char path[100];
	char code[100];

	setup(&fixture);
	gw_test_sql(fixture.conninfo,
		    "UPDATE agents SET openclaw_last_seen = now() WHERE id = '" BETA "'");
	for (size_t i = 0; i < GW_ARRAY_LEN(ways); i++) {
		struct gw_case_answer answer;

		(void)snprintf(path, sizeof(path), "/operator/agents/%s", ways[i].agent);
		answer = gw_people_call(&fixture, "GET", path, ursula, NULL);
		cr_expect(answer.status == 200 && strstr(answer.body, ways[i].said) == NULL,
			  "%s: %s", ways[i].name, answer.body);
		gw_people_release(&answer);
		gw_test_sql(fixture.conninfo, ways[i].make);
		gw_people_expect(&fixture, "GET", path, ursula, NULL, 200, ways[i].said);
		(void)snprintf(code, sizeof(code), "\"code\":\"%s\",\"sentence\":\"", ways[i].code);
		gw_people_expect(&fixture, "GET", path, ursula, NULL, 200, code);
		gw_test_sql(fixture.conninfo, ways[i].mend);
	}
	/* what a sentence names is there for programs, whatever it is written with */
	gw_test_sql(fixture.conninfo,
		    "UPDATE llm_models SET enabled = false, label = 'the \"quick\" \\ one'");
	gw_people_expect(&fixture, "GET", "/operator/agents/" NINA, ursula, NULL, 200,
			 "\"values\":{\"models\" : \"the \\\"quick\\\" \\\\ one");
	free(ursula);
	gw_people_teardown(&fixture);
}

Test(operators, sees_numbers_of_his_organisation)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);

	setup(&fixture);
	gw_test_sql(fixture.conninfo,
		    "UPDATE gateway_messages SET created_at = now() - interval '50 seconds';"
		    "UPDATE gateway_messages SET status = 'completed', delivered_at = now() - "
		    "interval '40 seconds', "
		    "completed_at = now() - interval '30 seconds' WHERE id IN ('" M(1) "', '" M(
			    3) "');"
			       "SELECT clawgw.rollup('90 seconds');"
			       "SELECT clawgw.rollup('90 seconds')");
	gw_people_expect(&fixture, "GET", "/operator/overview?period=1h", ursula, NULL, 200,
			 "{\"what\":\"accepted\",\"value\":2,\"most\":null}");
	gw_people_expect(&fixture, "GET", "/operator/overview?period=24h", ursula, NULL, 200,
			 "{\"what\":\"completed\",\"value\":1,\"most\":null}");
	gw_people_expect(&fixture, "GET", "/operator/overview?period=30d", ursula, NULL, 200,
			 "{\"what\":\"handed p50\",\"value\":");
	gw_test_expect(fixture.conninfo,
		       "SELECT sum(n)::text FROM clawgw.rollups WHERE what = 'accepted' AND span = "
		       "60 AND tenant_id = "
		       "'00000000-0000-0000-0000-000000000000'",
		       "3");
	/* a minute in which nothing happened was counted all the same, also for an organisation */
	gw_people_expect(&fixture, "GET", "/operator/overview?period=1h", ursula, NULL, 200,
			 "\"counted\":[1,1,1");
	/* what is not there any more is not there: the last number of a gauge is that of the last time */
	gw_test_sql(
		fixture.conninfo,
		"INSERT INTO clawgw.rollups (span, tenant_id, at, what, n) SELECT 1, tenant_id, "
		"(SELECT max(at) FROM clawgw.rollups WHERE what = 'counted' AND span = 1) - "
		"interval '1 minute', 'queued', 9 FROM users WHERE id = '" URSULA "'");
	gw_people_expect(&fixture, "GET", "/operator/overview?period=1h", ursula, NULL, 200,
			 "{\"what\":\"queued\",\"value\":0,\"most\":9}");
	/* half of them took 10 s to be handed out; a bucket is a fifth wide */
	gw_test_expect(fixture.conninfo,
		       "SELECT (2 ^ (min(bucket) / 4.0) BETWEEN 10000 AND 12000)::text FROM "
		       "clawgw.rollups WHERE what = 'handed'",
		       "true");
	/* an organisation's are not for somebody who looks after some agents */
	gw_people_expect(&fixture, "GET", "/operator/overview?period=1h", victor, NULL, 200,
			 "\"role\":\"agent_admin\"");
	free(ursula);
	free(victor);
	gw_people_teardown(&fixture);
}

/* What a backend has counted is delivered when it ends. */
static void wait_for_backends(const char *conninfo)
{
	gw_test_sql(conninfo, "DO $$ BEGIN WHILE (SELECT count(*) FROM pg_stat_activity WHERE "
			      "datname = current_database() "
			      "AND application_name = 'test') > 0 LOOP PERFORM pg_sleep(0.01); "
			      "PERFORM pg_stat_clear_snapshot(); END LOOP; END $$");
}

/* A page costs what it looks at, whatever the table holds. */
Test(operators, looks_at_few_rows_of_large_tables, .timeout = 300)
{
	static const struct {
		const char *path;
		long most;
	} requests[] = {
		{"/operator/messages", 1000},
		{"/operator/messages?state=pending", 1000},
		{"/operator/messages?agent=" BETA, 1000},
		{"/operator/messages?text=nowhere", 100000},
		{"/operator/jobs?agent=" NINA, 1000},
		{"/operator/letters", 1000},
		{"/operator/agents", 1000},
		{"/operator/agents/" ALPHA, 3000},
		{"/operator/stories/" M(2), 1000},
		{"/operator/overview?period=24h", 5000},
	};
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);

	/* what others left in the indexes would be counted */
	setup_on(&fixture, gw_test_database_with_fixtures());
	gw_test_sql(fixture.conninfo,
		    "INSERT INTO gateway_messages (id, agent_id, content, status, created_at, "
		    "completed_at) "
		    "SELECT gen_random_uuid(), '" ALPHA
		    "', 'Row ' || i, 'completed', now() - i * interval '1 second', now() "
		    "FROM generate_series(1, 60000) i;"
		    "INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content, state, "
		    "finished_at) "
		    "SELECT '" ALPHA "', '" BETA
		    "', 'x', 'done', now() FROM generate_series(1, 20000);"
		    "ANALYZE");
	for (size_t i = 0; i < GW_ARRAY_LEN(requests); i++) {
		char *read = NULL;

		gw_people_restart(&fixture);
		wait_for_backends(fixture.conninfo);
		gw_test_sql(fixture.conninfo, "SELECT pg_stat_reset()");
		gw_people_expect(&fixture, "GET", requests[i].path, ursula, NULL, 200, "");
		gw_people_restart(&fixture);
		wait_for_backends(fixture.conninfo);
		read = gw_test_value(
			fixture.conninfo,
			"SELECT sum(idx_tup_read) + coalesce((SELECT sum(seq_tup_read) FROM "
			"pg_stat_user_tables), 0) FROM pg_stat_user_indexes");
		cr_expect(strtol(read, NULL, 10) < requests[i].most, "%s: %s rows were read",
			  requests[i].path, read);
		free(read);
	}
	free(ursula);
	gw_people_teardown(&fixture);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
