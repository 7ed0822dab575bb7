/* SPDX-License-Identifier: ISC */
/*
 * test_keys.c: key administration: who may, what comes out, and what stops working.
 */
#include "lib/database.h"
#include "lib/direct.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/jwt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define ALPHA "33333333-0000-4000-8000-000000000001"
#define FOREIGN "33333333-0000-4000-8000-000000000009"
#define NINA "33333333-0000-4000-8000-000000000004"
#define NOBODY "33333333-0000-4000-8000-0000000000ff"
#define ALPHA_KEY "oc-alpha-plaintext-key-0001"
#define SECRET "a-secret-for-tests-0123456789abcdef"
#define ADMIN_TOKEN "an-admin-token-0123456789abcdef"

#define URSULA "22222222-0000-4000-8000-000000000001" /* org_admin of Acme, created Alpha */
#define VICTOR "22222222-0000-4000-8000-000000000002" /* member of Acme, created Beta */
#define OLGA "22222222-0000-4000-8000-000000000009"   /* of another tenant */

static void configure(struct gw_test_gateway *test, const char *conninfo)
{
	gw_test_gateway_init(test, conninfo, 1);
	free(test->config.jwt_secret);
	test->config.jwt_secret = gw_xstrdup(SECRET);
	free(test->config.admin_token);
	test->config.admin_token = gw_xstrdup(ADMIN_TOKEN);
}

static int post(struct gw_test_gateway *test, const char *agent, const char *authorization,
		char **ret_body)
{
	struct json_object *headers = json_object_new_array();
	struct json_object *pair = json_object_new_array();
	struct gw_case_answer answer = {.body = NULL};
	struct gw_buf path;

	gw_buf_init(&path, 256);
	gw_buf_addf(&path, "/api/gateway/agents/%s/api-key", agent);
	if (authorization != NULL) {
		json_object_array_add(pair, json_object_new_string("Authorization"));
		json_object_array_add(pair, json_object_new_string(authorization));
		json_object_array_add(headers, json_object_get(pair));
	}
	gw_test_direct(test, "POST", path.data, headers, GW_STR_LIT(""), &answer);
	json_object_put(pair);
	json_object_put(headers);
	gw_buf_release(&path);
	if (ret_body != NULL)
		*ret_body = answer.body;
	else
		free(answer.body);
	cr_expect((strstr(answer.headers, "WWW-Authenticate: Bearer") != NULL) ==
		  (answer.status == 401));
	free(answer.headers);
	return answer.status;
}

static char *bearer(const char *user, const char *secret, int64_t lifetime)
{
	int64_t now = gw_now() / GW_USEC_PER_SEC;
	struct gw_uuid subject;
	struct gw_buf out;

	cr_assert(gw_uuid_parse(gw_str(user), &subject));
	gw_buf_init(&out, 2048);
	gw_buf_add_c(&out, "Bearer ");
	gw_jwt_sign(&out, gw_str(secret), &subject, now - 60, now + lifetime);
	return gw_buf_detach(&out);
}

Test(api_key, depends_on_who_asks_and_for_whom)
{
	static const struct {
		const char *what, *user, *secret, *agent;
		int64_t lifetime;
		int status;
	} asks[] = {
		{"the creator", URSULA, SECRET, ALPHA, 60, 200},
		{"an administrator of the tenant", URSULA, SECRET,
		 "33333333-0000-4000-8000-000000000002", 60, 200},
		{"a member who did not create it", VICTOR, SECRET, ALPHA, 60, 403},
		{"somebody of another tenant", OLGA, SECRET, ALPHA, 60, 403},
		{"an administrator, for another tenant's agent", URSULA, SECRET, FOREIGN, 60, 403},
		{"for a native agent", URSULA, SECRET, NINA, 60, 404},
		{"for an agent that is not there", URSULA, SECRET, NOBODY, 60, 404},
		{"with a token that has just ended, within the leeway", URSULA, SECRET, ALPHA, -15,
		 200},
		{"with an expired token", URSULA, SECRET, ALPHA, -45, 401},
		{"with a token of another secret", URSULA, "another-secret-0123456789abcdef0123",
		 ALPHA, 60, 401},
		{"a user who is not there", NOBODY, SECRET, ALPHA, 60, 401},
	};
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;

	configure(&test, conninfo);
	for (size_t i = 0; i < GW_ARRAY_LEN(asks); i++) {
		char *authorization = bearer(asks[i].user, asks[i].secret, asks[i].lifetime);
		int status = post(&test, asks[i].agent, authorization, NULL);

		cr_expect(status == asks[i].status, "%s: %d instead of %d", asks[i].what, status,
			  asks[i].status);
		free(authorization);
	}
	gw_test_sql(conninfo, "UPDATE users SET is_active = false");
	char *authorization = bearer(URSULA, SECRET, 60);
	cr_expect(post(&test, ALPHA, authorization, NULL) == 401, "a user who was deactivated");
	free(authorization);
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(api_key, the_new_key_works_the_old_one_does_not_and_only_the_digest_is_stored)
{
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;
	struct json_object *answer = NULL;
	struct json_object *key = NULL;
	char *stored = NULL;
	char *body = NULL;

	configure(&test, conninfo);
	cr_assert(post(&test, ALPHA, "Bearer " ADMIN_TOKEN, &body) == 200);
	answer = json_tokener_parse(body);
	cr_assert(json_object_object_get_ex(answer, "api_key", &key));
	cr_expect(strncmp(json_object_get_string(key), "oc-", 3) == 0 &&
		  json_object_get_string_len(key) == 46);
	cr_expect(gw_test_call(&test, "POST", "/api/gateway/heartbeat", json_object_get_string(key),
			       NULL, NULL) == 200);
	cr_expect(gw_test_call(&test, "POST", "/api/gateway/heartbeat", ALPHA_KEY, NULL, NULL) ==
		  401);
	stored = gw_test_value(conninfo, "SELECT api_key_hash FROM agents WHERE id = '" ALPHA "'");
	cr_expect(strlen(stored) == 64 && strstr(stored, json_object_get_string(key) + 3) == NULL);
	cr_expect(gw_test_call(&test, "POST", "/api/gateway/heartbeat", stored, NULL, NULL) == 401);
	free(stored);
	json_object_put(answer);
	free(body);
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(api_key, broken_authorization_is_401)
{
	static const char *const values[] = {
		NULL,
		"",
		"Bearer",
		"Bearer  ",
		"Basic dTpw",
		"Bearer x",
		"Bearer a.b.c",
		"Bearer " ADMIN_TOKEN "x",
		"Bearer "
		"eyJhbGciOiJub25lIn0."
		"eyJzdWIiOiIyMjIyMjIyMi0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEiLCJleHAiOjk5OTk5OTk5OT"
		"l9.",
	};
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;

	configure(&test, conninfo);
	for (size_t i = 0; i < GW_ARRAY_LEN(values); i++)
		cr_expect(post(&test, ALPHA, values[i], NULL) == 401, "'%s'", values[i]);
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(hints, a_key_that_nobody_has_tells_what_may_be_wrong_with_it)
{
	static const struct {
		const char *key;
		const char *words;
	} cases[] = {
		{"\"oc-alpha-plaintext-key-0001\"", "quotes around it"},
		{"'oc-alpha-plaintext-key-0001'", "quotes around it"},
		{"Bearer oc-alpha-plaintext-key-0001", "word Bearer"},
		{"oc-alph...0001", "shortened form"},
		{"oc-***", "shortened form"},
		{"oc-alph\u2026", "shortened form"},
		{"<your key>", "placeholder"},
		{"$KEY", "placeholder"},
		{"YOUR_API_KEY", "placeholder"},
		{"", "is empty"},
		{"secret", "begins with oc-"},
		{"oc-0123456789", "newest key"},
	};
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;

	gw_test_gateway_init(&test, conninfo, 1);
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		char *body = NULL;

		cr_expect_eq(gw_test_call(&test, "POST", "/api/gateway/heartbeat", cases[i].key,
					  NULL, &body),
			     401, "%s", cases[i].key);
		cr_expect_eq(strstr(body, "{\"detail\":\"Invalid API key\",\"hint\":\""), body,
			     "%s", body);
		cr_expect_not_null(strstr(body, cases[i].words), "%s: %s", cases[i].key, body);
		cr_expect_null(strstr(body, "alpha-plain"), "%s", body);
		free(body);
	}
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(hints, a_path_with_a_slash_at_its_end_and_another_method_are_explained)
{
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;
	char *body = NULL;

	gw_test_gateway_init(&test, conninfo, 1);
	cr_expect_eq(gw_test_call(&test, "GET", "/api/gateway/poll/", NULL, NULL, &body), 404);
	cr_expect_not_null(strstr(body, "{\"detail\":\"Not Found\",\"hint\":"), "%s", body);
	cr_expect_not_null(strstr(body, "without a slash at its end"), "%s", body);
	free(body);
	cr_expect_eq(gw_test_call(&test, "GET", "/api/gateway/report", NULL, NULL, &body), 405);
	cr_expect_str_eq(body, "{\"detail\":\"Method Not Allowed\",\"hint\":\"This path takes "
			       "POST.\"}");
	free(body);
	gw_test_gateway_release(&test);
	free(conninfo);
}

/* A request from an address, with a key. */
static int call_from(struct gw_test_gateway *test, const char *address, const char *method,
		     const char *path, const char *key, const char *body, char **ret_answer)
{
	int status = 0;

	cr_assert_eq(setenv("GW_TEST_ADDRESS", address, 1), 0);
	status = gw_test_call(test, method, path, key, body, ret_answer);
	cr_assert_eq(unsetenv("GW_TEST_ADDRESS"), 0);
	return status;
}

Test(rates, wrong_keys_are_slowed_down_and_right_ones_are_not)
{
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;
	unsigned refused = 0;
	unsigned slowed = 0;
	char *body = NULL;

	gw_test_gateway_init(&test, conninfo, 1);
	test.gateway.rates = gw_rates_open("");
	cr_expect_eq(call_from(&test, "192.0.2.1", "POST", "/api/gateway/heartbeat",
			       "oc-alpha-plaintext-key-0001", NULL, NULL),
		     200);
	for (int i = 0; i < 300; i++) {
		char key[32];
		int status = 0;

		(void)snprintf(key, sizeof(key), "oc-guess-%d", i);
		status = call_from(&test, "192.0.2.1", "GET", "/api/gateway/poll", key, NULL, NULL);
		refused += status == 401;
		slowed += status == 429;
	}
	cr_expect(refused >= 100 && refused < 130, "%u", refused);
	cr_expect_eq(refused + slowed, 300);
	cr_expect_eq(call_from(&test, "192.0.2.1", "GET", "/api/gateway/poll",
			       "oc-gamma-plain-key-0003", NULL, &body),
		     429, "a key that was not right lately waits with them");
	cr_expect_eq(strncmp(body, "{\"detail\":\"Too Many Requests\",\"hint\":", 37), 0, "%s",
		     body);
	free(body);
	cr_expect_eq(call_from(&test, "192.0.2.1", "POST", "/api/gateway/heartbeat",
			       "oc-alpha-plaintext-key-0001", NULL, NULL),
		     200, "one that was does not");
	cr_expect_eq(call_from(&test, "192.0.2.2", "GET", "/api/gateway/poll", "oc-guess", NULL,
			       NULL),
		     401, "another address is not concerned");
	gw_rates_close(test.gateway.rates);
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(rates, a_key_sends_so_many_messages_and_no_more)
{
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;
	unsigned sent = 0;

	gw_test_gateway_init(&test, conninfo, 1);
	test.gateway.rates = gw_rates_open("");
	test.config.rate_sends = 1;
	test.config.rate_sends_burst = 20;
	for (int i = 0; i < 60; i++)
		sent += call_from(&test, "192.0.2.1", "POST", "/api/gateway/send-message",
				  "oc-alpha-plaintext-key-0001",
				  "{\"target\":\"Beta Claw\",\"content\":\"x\"}", NULL) == 200;
	cr_expect(sent >= 20 && sent < 25, "%u", sent);
	test.config.rate_requests = 1;
	test.config.rate_requests_burst = 5;
	sent = 0;
	for (int i = 0; i < 30; i++)
		sent += call_from(&test, "192.0.2.1", "POST", "/api/gateway/heartbeat",
				  "oc-alpha-plaintext-key-0001", NULL, NULL) == 200;
	cr_expect(sent >= 5 && sent < 9, "%u", sent);
	gw_rates_close(test.gateway.rates);
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(audit, who_asked_for_a_key_and_what_came_of_it_is_noted)
{
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;

	configure(&test, conninfo);
	cr_assert_eq(setenv("GW_TEST_ADDRESS", "192.0.2.7", 1), 0);
	cr_expect_eq(post(&test, ALPHA, "Bearer " ADMIN_TOKEN, NULL), 200);
	gw_test_expect(conninfo,
		       "SELECT concat_ws(' ', actor, action, target, outcome, address, "
		       "trace_id IS NOT NULL) FROM clawgw.audit ORDER BY id DESC LIMIT 1",
		       "operator api-key agent:" ALPHA " replaced 192.0.2.7 t");
	cr_expect_eq(post(&test, ALPHA, "Bearer nobody", NULL), 401);
	gw_test_expect(conninfo,
		       "SELECT concat_ws(' ', actor, action, target, outcome, address) FROM "
		       "clawgw.audit ORDER BY id DESC LIMIT 1",
		       "unknown api-key agent:" ALPHA " refused 192.0.2.7");
	char *authorization = bearer(VICTOR, SECRET, 60);
	cr_expect_eq(post(&test, ALPHA, authorization, NULL), 403);
	free(authorization);
	gw_test_expect(conninfo,
		       "SELECT actor || ' ' || outcome FROM clawgw.audit ORDER BY id DESC LIMIT 1",
		       "user:" VICTOR " forbidden");
	gw_test_expect(conninfo, "SELECT count(*) FROM clawgw.audit", "3");
	cr_assert_eq(unsetenv("GW_TEST_ADDRESS"), 0);
	gw_test_gateway_release(&test);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
