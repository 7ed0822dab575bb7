/* SPDX-License-Identifier: ISC */
/*
 * test_operator_make.c: what operators make and change over HTTP: agents, people, language models; and what may be seen of it.
 */
#include "lib/database.h"
#include "lib/people.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Ursula is an org_admin, Victor an agent_admin, Olga a member of another organisation. */
static void setup(struct gw_people_fixture *fixture)
{
	gw_people_setup_on(fixture, gw_test_database_used());
	gw_test_sql(fixture->conninfo,
		    "UPDATE users SET role = 'org_admin' WHERE id = '" URSULA "';"
		    "UPDATE users SET role = 'agent_admin' WHERE id = '" VICTOR "';"
		    "UPDATE users SET role = 'member' WHERE id = '" OLGA "'");
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

/* The value of a text member of an answer, to be freed. */
static char *member(const struct gw_case_answer *answer, const char *name)
{
	char wanted[60];
	const char *at = NULL;

	(void)snprintf(wanted, sizeof(wanted), "\"%s\":\"", name);
	at = strstr(answer->body, wanted);
	cr_assert(at != NULL, "%s: %s", name, answer->body);
	at += strlen(wanted);
	return gw_str_dup((struct gw_str){at, strcspn(at, "\"")});
}

/* Makes one, and gives its id, to be freed. */
static char *make(struct gw_people_fixture *fixture, const char *path, const char *who,
		  const char *body, const char *part)
{
	struct gw_case_answer answer = gw_people_call(fixture, "POST", path, who, body);
	char *id = NULL;

	cr_assert_eq(answer.status, 200, "%s: %s", path, answer.body);
	cr_expect(strstr(answer.body, part) != NULL, "%s", answer.body);
	id = member(&answer, "id");
	gw_people_release(&answer);
	return id;
}

Test(operator_make, makes_agents_and_people)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);
	char path[100];
	char *id = NULL;

	setup(&fixture);
	id = make(&fixture, "/operator/agents", ursula,
		  "{\"name\":\" Nova \",\"role_description\":\"Looks after the shop\"}",
		  "/api/gateway/join/");
	(void)snprintf(path, sizeof(path), "/operator/agents/%s", id);
	gw_people_expect(&fixture, "GET", path, ursula, NULL, 200, "\"name\":\"Nova\"");
	gw_people_expect(&fixture, "POST", path, ursula,
			 "{\"do\":\"change\",\"max_calls_per_day\":7,\"max_tokens_per_day\":9000}",
			 200, "\"done\":\"change\"");
	gw_people_expect(&fixture, "POST", path, ursula,
			 "{\"do\":\"change\",\"max_calls_per_day\":-1}", 422, "max_calls_per_day");
	gw_people_expect(&fixture, "POST", path, ursula, "{\"do\":\"change\"}", 409, "nothing");
	gw_people_expect(&fixture, "POST", path, ursula,
			 "{\"do\":\"change\",\"max_tokens_per_day\":null}", 200, "done");
	gw_test_expect(fixture.conninfo,
		       "SELECT string_agg(change, '; ' ORDER BY id) FROM clawgw.audit WHERE action "
		       "= 'agent "
		       "change'",
		       "max_calls_per_day 1000, now 7; max_tokens_per_day none, now 9000; "
		       "max_tokens_per_day 9000, now none");
	gw_people_expect(&fixture, "POST", path, ursula,
			 "{\"do\":\"change\",\"max_calls_per_day\":null}", 200, "done");
	gw_test_expect(fixture.conninfo,
		       "SELECT max_llm_calls_per_day || coalesce(max_tokens_per_day::text, '') || "
		       "agent_type || (creator_id = '" URSULA "') FROM agents WHERE name = 'Nova'",
		       "-1openclawtrue");
	free(id);
	id = make(&fixture, "/operator/agents", ursula,
		  "{\"name\":\"Nora\",\"type\":\"native\",\"creator\":\"" VICTOR "\"}",
		  "\"command\":null");
	free(id);
	gw_people_expect(&fixture, "POST", "/operator/agents", ursula, "{}", 422, "name");
	gw_people_expect(&fixture, "POST", "/operator/agents", ursula,
			 "{\"name\":\"N\",\"creator\":\"" OLGA "\"}", 409, "no_creator");
	gw_people_expect(&fixture, "POST", "/operator/agents", ursula,
			 "{\"name\":\"N\",\"model\":\"" OLGA "\"}", 409, "no_model");
	gw_people_expect(&fixture, "POST", "/operator/agents", ursula,
			 "{\"name\":\"N\",\"tenant\":\"11111111-0000-4000-8000-000000000002\"}",
			 404, "organisation");
	gw_people_expect(&fixture, "POST", "/operator/agents", victor, "{\"name\":\"N\"}", 403,
			 "not_allowed");

	id = make(&fixture, "/operator/people", ursula, "{\"name\":\"Zo\xc3\xab\"}", "/app/#in=");
	free(id);
	gw_people_expect(&fixture, "POST", "/operator/people", ursula,
			 "{\"name\":\"Zed\",\"role\":\"platform_admin\"}", 403, "not_allowed");
	gw_people_expect(&fixture, "POST", "/operator/people", ursula,
			 "{\"name\":\"Zed\",\"role\":\"king\"}", 409, "no_role");
	gw_people_expect(&fixture, "POST", "/operator/people", victor, "{\"name\":\"Zed\"}", 403,
			 "not_allowed");
	gw_test_expect(fixture.conninfo,
		       "SELECT role || ' ' || is_active || ' ' || (SELECT count(*) FROM "
		       "clawgw.audit WHERE "
		       "action = 'user add') FROM users WHERE display_name = 'Zo\xc3\xab'",
		       "member true 1");
	fixture.test.config.operator_actions = false;
	gw_people_expect(&fixture, "POST", "/operator/agents", ursula, "{\"name\":\"N\"}", 403,
			 "read_only");
	free(ursula);
	free(victor);
	gw_people_teardown(&fixture);
}

Test(operator_make, adds_models_and_sees_what_they_cost)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);
	char path[100];
	char sql[300];
	char *id = NULL;

	setup(&fixture);
	id = make(&fixture, "/operator/models", ursula,
		  "{\"label\":\"Clever\",\"provider\":\"openai\",\"model\":\"clever-1\",\"key\":"
		  "\"sk-secret\",\"max_tokens_per_day\":5000,\"price\":2.5,\"currency\":\"EUR\"}",
		  "\"done\":\"add\"");
	(void)snprintf(path, sizeof(path), "/operator/models/%s", id);
	(void)snprintf(
		sql, sizeof(sql),
		"INSERT INTO clawgw.model_usage (model_id, day, tokens) VALUES ('%s', (SELECT "
		"clawgw.local_time(now(), timezone)::date FROM tenants WHERE id = "
		"'11111111-0000-4000-8000-000000000001'), 400000)",
		id);
	gw_test_sql(fixture.conninfo, sql);
	gw_people_expect(&fixture, "GET", path, ursula, NULL, 200, "\"cost_today\":1,");
	gw_people_expect(&fixture, "GET", path, ursula, NULL, 200, "\"tokens\":400000,\"cost\":1}");
	gw_people_expect(&fixture, "GET", path, victor, NULL, 404, "Not Found");
	cr_expect_not(sees(&fixture, ursula, path, "sk-secret"));
	gw_people_expect(&fixture, "POST", path, ursula,
			 "{\"do\":\"change\",\"label\":\"Cleverer\",\"max_tokens_per_day\":null,"
			 "\"price\":5,\"key\":\"sk-other\"}",
			 200, "\"done\":\"change\"");
	gw_people_expect(&fixture, "GET", path, ursula, NULL, 200,
			 "\"max_tokens_per_day\":null,\"request_timeout\":null,\"price\":5,"
			 "\"currency\":\"EUR\"");
	gw_test_expect(
		fixture.conninfo, "SELECT change FROM clawgw.audit WHERE action = 'model change'",
		"label Clever, now Cleverer; max_tokens_per_day 5000, now none; price 2.5, now 5 "
		"another key");
	gw_test_expect(fixture.conninfo,
		       "SELECT count(*)::text FROM clawgw.audit WHERE coalesce(change, '') LIKE "
		       "'%sk-%'",
		       "0");
	gw_people_expect(&fixture, "POST", path, ursula,
			 "{\"do\":\"change\",\"base_url\":\"ftp://x\"}", 422, "base_url");
	gw_people_expect(&fixture, "POST", "/operator/models", ursula,
			 "{\"label\":\"L\",\"provider\":\"azure\",\"model\":\"m\"}", 409,
			 "no_base_url");
	gw_people_expect(&fixture, "POST", "/operator/models", ursula,
			 "{\"label\":\"L\",\"provider\":\"openai\"}", 409, "nothing");
	gw_people_expect(&fixture, "POST", "/operator/models", victor,
			 "{\"label\":\"L\",\"provider\":\"openai\",\"model\":\"m\"}", 403,
			 "not_allowed");

	/* nobody is there who asks: the question stays, and a worker's answer is seen later */
	gw_people_expect(&fixture, "POST", path, ursula, "{\"do\":\"ask\"}", 200,
			 "\"state\":\"waiting\",\"answers\":null");
	gw_people_expect(&fixture, "POST", path, victor, "{\"do\":\"ask\"}", 404, "no such model");
	gw_test_sql(fixture.conninfo,
		    "UPDATE clawgw.trials SET ended_at = now(), answered = false, error = "
		    "'key_refused: 401', milliseconds = 12, tokens = 0");
	free(id);
	id = gw_test_value(fixture.conninfo, "SELECT id::text FROM clawgw.trials");
	(void)snprintf(path, sizeof(path), "/operator/trials/%s", id);
	gw_people_expect(&fixture, "GET", path, ursula, NULL, 200,
			 "\"answers\":false,\"cause\":\"key_refused: 401\",\"said\":null,"
			 "\"milliseconds\":12,\"tokens\":0,\"advice\":\"check its key");
	gw_people_expect(&fixture, "GET", path, victor, NULL, 404, "Not Found");
	gw_test_sql(fixture.conninfo,
		    "UPDATE users SET role = 'org_admin' WHERE id = '" VICTOR "'");
	gw_people_expect(&fixture, "GET", path, victor, NULL, 404, "no such trial");
	free(id);
	free(ursula);
	free(victor);
	gw_people_teardown(&fixture);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
