/* SPDX-License-Identifier: ISC */
/*
 * test_operator_state.c: how it stands, as operators see it: jobs by model, letters, agents, the database, requests that were refused; and a
 * letter that an operator sends to himself.
 */
#include "lib/database.h"
#include "lib/people.h"
#include "lib/stand_in.h"

#include "base/alloc.h"
#include "gateway/background.h"
#include "gateway/refusals.h"
#include "http/route.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define NINA "33333333-0000-4000-8000-000000000004"

/* Ursula is an org_admin, Victor an agent_admin, Olga a platform_admin of another organisation. */
static void setup(struct gw_people_fixture *fixture)
{
	gw_people_setup_on(fixture, gw_test_database_used());
	gw_test_sql(fixture->conninfo,
		    "UPDATE users SET role = 'org_admin' WHERE id = '" URSULA "';"
		    "UPDATE users SET role = 'agent_admin' WHERE id = '" VICTOR "';"
		    "UPDATE users SET role = 'platform_admin' WHERE id = '" OLGA "'");
}

Test(operator_state, tells_what_waits_for_which_model_and_how_the_database_is)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);
	char *olga = gw_people_bearer(OLGA);
	struct gw_case_answer answer;

	setup(&fixture);
	gw_test_sql(
		fixture.conninfo,
		"INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content) SELECT '" ALPHA
		"', '" NINA "', 'x' FROM generate_series(1, 3);"
		"INSERT INTO clawgw.threads (id, agent_id, member_id, channel, subject) SELECT "
		"'cccccccc-0000-4000-8000-000000000001', '" ALPHA
		"', id, 'email', 's' FROM org_members ORDER BY id LIMIT 1;"
		"INSERT INTO clawgw.letters (id, thread_id, direction, state, content) VALUES "
		"('cccccccc-0000-4000-8000-000000000002', "
		"'cccccccc-0000-4000-8000-000000000001', 'out', 'failed', 'x')");
	answer = gw_people_call(&fixture, "GET", "/operator/health", ursula, NULL);
	cr_expect_eq(answer.status, 200, "%s", answer.body);
	cr_expect(strstr(answer.body, "\"state\":\"queued\",\"jobs\":3,\"oldest_seconds\":") !=
			  NULL,
		  "%s", answer.body);
	cr_expect(strstr(answer.body, "\"letters\":[{\"channel\":\"email\",\"direction\":\"out\","
				      "\"state\":\"failed\",\"letters\":1}]") != NULL,
		  "%s", answer.body);
	cr_expect(strstr(answer.body, "\"waiting\":null}}") != NULL, "%s", answer.body);
	cr_expect(strstr(answer.body, "\"database\"") == NULL, "%s", answer.body);
	gw_people_release(&answer);
	answer = gw_people_call(&fixture, "GET", "/operator/health", olga, NULL);
	cr_expect(strstr(answer.body, "\"jobs\":3") != NULL, "%s", answer.body);
	cr_expect(strstr(answer.body, "\"database\":{\"size_bytes\":") != NULL, "%s", answer.body);
	cr_expect(strstr(answer.body, "\"max_connections\":") != NULL, "%s", answer.body);
	cr_expect(strstr(answer.body, "\"replicas\":[]") != NULL, "%s", answer.body);
	gw_people_release(&answer);
	/* his own organisation has none of them */
	answer = gw_people_call(&fixture, "GET",
				"/operator/health?tenant=11111111-0000-4000-8000-000000000002",
				olga, NULL);
	cr_expect(strstr(answer.body, "\"jobs\":[],\"letters\":[]") != NULL, "%s", answer.body);
	gw_people_release(&answer);
	gw_people_expect(&fixture, "GET", "/operator/health", victor, NULL, 404, "Not Found");
	gw_people_expect(&fixture, "GET", "/operator/health", "", NULL, 401, "Not signed in");
	/* what doctor found, for who looks after the hosts */
	gw_people_expect(&fixture, "GET", "/operator/checks", olga, NULL, 200,
			 "{\"items\":[],\"failed\":0}");
	gw_test_sql(fixture.conninfo,
		    "INSERT INTO clawgw.findings (host, place, subject, finding, said, advice) "
		    "VALUES ('a', 1, 'worker', 'failed', 'none is alive', 'start it')");
	gw_people_expect(&fixture, "GET", "/operator/checks", olga, NULL, 200,
			 "{\"items\":[{\"host\":\"a\",\"check\":\"worker\",\"finding\":\"failed\","
			 "\"text\":\"none is alive\",\"advice\":\"start it\",\"checked_at\":\"");
	gw_people_expect(&fixture, "GET", "/operator/checks", olga, NULL, 200, ",\"failed\":1}");
	gw_people_expect(&fixture, "GET", "/operator/checks", ursula, NULL, 404, "Not Found");
	/* a stream wants a process that goes on */
	gw_people_expect(&fixture, "GET", "/operator/events", victor, NULL, 501, "FastCGI");
	free(ursula);
	free(victor);
	free(olga);
	gw_people_teardown(&fixture);
}

Test(operator_state, counts_refused_requests_by_the_minute)
{
	static const struct gw_endpoint poll = {.name = "poll"};
	static const struct gw_endpoint page = {.name = "people-agents"};
	struct gw_people_fixture fixture;
	struct gw_request request = {.endpoint = &poll};
	char *olga = gw_people_bearer(OLGA);

	setup(&fixture);
	for (int i = 0; i < 5; i++)
		gw_refusals_note(&fixture.test.gateway, &request, 401);
	gw_refusals_note(&fixture.test.gateway, &request, 429);
	gw_refusals_note(&fixture.test.gateway, &request, 200);
	request.endpoint = &page; /* a session has ended: no key was wrong */
	gw_refusals_note(&fixture.test.gateway, &request, 401);
	cr_assert(gw_background_wait(30 * GW_USEC_PER_SEC));
	gw_test_expect(
		fixture.conninfo,
		"SELECT string_agg(what || ' ' || n, ', ' ORDER BY what) FROM clawgw.rollups",
		"refused key 5, refused rate 1");
	/* what is counted leaves them where they are, and sums them up */
	gw_test_sql(fixture.conninfo,
		    "SELECT clawgw.rollup('90 seconds'); SELECT clawgw.rollup('90 seconds')");
	gw_people_expect(&fixture, "GET", "/operator/overview?period=1h", olga, NULL, 200,
			 "{\"what\":\"refused key\",\"value\":5,\"most\":null}");
	gw_people_expect(&fixture, "GET", "/operator/overview?period=30d", olga, NULL, 200,
			 "{\"what\":\"refused key\",\"value\":5,\"most\":null}");
	free(olga);
	gw_people_teardown(&fixture);
}

static void pause_for_an_hour(void *arg)
{
	(void)arg;
	gw_background_pause(3600 * GW_USEC_PER_SEC);
}

/* A CGI program answers one request and ends: it must not stay to collect refusals. */
Test(operator_state, lets_no_pause_hold_up_the_end)
{
	cr_assert(gw_background_start(pause_for_an_hour, NULL, 8));
	cr_assert(gw_background_wait(60 * GW_USEC_PER_SEC));
	cr_assert(gw_background_start(pause_for_an_hour, NULL, 8));
	cr_assert(gw_background_wait(60 * GW_USEC_PER_SEC), "nor a second one");
}

/* The configuration owns its texts. */
static void set_text(char **setting, const char *text)
{
	free(*setting);
	*setting = gw_xstrdup(text);
}

Test(operator_state, sends_a_letter_to_himself)
{
	struct gw_people_fixture fixture;
	struct gw_stand_in smtp;
	char url[60];
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);

	setup(&fixture);
	gw_people_expect(&fixture, "POST", "/operator/channels/test", ursula,
			 "{\"channel\":\"email\"}", 409, "not_configured");
	gw_stand_in_start(&smtp, "smtp", NULL, NULL);
	(void)snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", smtp.port);
	set_text(&fixture.test.config.smtp_url, url);
	set_text(&fixture.test.config.smtp_from, "gateway@example.org");
	gw_test_sql(fixture.conninfo,
		    "UPDATE org_members SET user_id = NULL;"
		    "INSERT INTO org_members (id, tenant_id, name, email, user_id) SELECT "
		    "'55555555-0000-4000-8000-0000000000aa', tenant_id, 'Ursula', "
		    "'ursula@example.com', id FROM users WHERE id = '" URSULA "'");
	gw_people_expect(&fixture, "POST", "/operator/channels/test", ursula,
			 "{\"channel\":\"email\"}", 200, "\"sent\":true,\"to\":\"");
	cr_expect_eq(gw_stand_in_count(&smtp, "mail 1 gateway@example.org "), 1);
	gw_people_expect(&fixture, "POST", "/operator/channels/test", ursula,
			 "{\"channel\":\"pigeon\"}", 409, "no_channel");
	gw_people_expect(&fixture, "POST", "/operator/channels/test", ursula,
			 "{\"channel\":\"feishu\"}", 409, "no_agent");
	gw_people_expect(&fixture, "POST", "/operator/channels/test", ursula,
			 "{\"channel\":\"feishu\",\"agent\":\"" ALPHA "\"}", 409, "no_address");
	gw_people_expect(&fixture, "POST", "/operator/channels/test", ursula,
			 "{\"channel\":\"email\",\"agent\":\"" FOREIGN "\"}", 404, "no such agent");
	gw_people_expect(&fixture, "POST", "/operator/channels/test", victor,
			 "{\"channel\":\"email\"}", 403, "not_allowed");
	gw_stand_in_stop(&smtp);
	/* nobody answers there any more: what went wrong, and what to do */
	gw_people_expect(&fixture, "POST", "/operator/channels/test", ursula,
			 "{\"channel\":\"email\"}", 200, "\"advice\":\"see `clawgw-admin doctor'");
	gw_test_expect(fixture.conninfo,
		       "SELECT string_agg(outcome || ' ' || target, ', ' ORDER BY id) FROM "
		       "clawgw.audit WHERE action = 'channel test'",
		       "done email, failed email");
	free(ursula);
	free(victor);
	gw_people_teardown(&fixture);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
