/* SPDX-License-Identifier: ISC */
/*
 * test_people.c: people's endpoints, called directly: signing in, who may see and write what, and what becomes of it.
 */
#include "lib/database.h"
#include "lib/direct.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/jwt.h"
#include "store/session.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define URSULA "22222222-0000-4000-8000-000000000001"
#define VICTOR "22222222-0000-4000-8000-000000000002"
#define OLGA "22222222-0000-4000-8000-000000000009" /* of the other organisation */
#define BETA "33333333-0000-4000-8000-000000000002"
#define ALPHA "33333333-0000-4000-8000-000000000001"
#define FOREIGN "33333333-0000-4000-8000-000000000009"
#define ALPHA_KEY "oc-alpha-plaintext-key-0001"
#define MESSAGE "aaaaaaaa-0000-4000-8000-000000000001"
#define SECRET "a-secret-for-tokens-of-the-platform-0123"
#define PEOPLE "/api/gateway/people"

struct fixture {
	char *conninfo;
	struct gw_test_gateway test;
};

static void setup(struct fixture *fixture)
{
	fixture->conninfo = gw_test_database_with_fixtures();
	gw_test_gateway_init(&fixture->test, fixture->conninfo, 4);
	free(fixture->test.config.jwt_secret);
	fixture->test.config.jwt_secret = gw_xstrdup(SECRET);
}

static void teardown(struct fixture *fixture)
{
	gw_test_gateway_release(&fixture->test);
	free(fixture->conninfo);
}

/* "name: value\n…" as the list that a transport takes. */
static struct json_object *header_list(const char *lines)
{
	struct json_object *list = json_object_new_array();

	while (*lines != '\0') {
		struct json_object *pair = json_object_new_array();
		size_t name = strcspn(lines, ":");
		size_t end = strcspn(lines, "\n");

		json_object_array_add(pair, json_object_new_string_len(lines, (int)name));
		json_object_array_add(pair, json_object_new_string_len(lines + name + 2,
								       (int)(end - name - 2)));
		json_object_array_add(list, pair);
		lines += end + (lines[end] == '\n');
	}
	return list;
}

/* One call; the answer is the test's to release. */
static struct gw_case_answer call(struct fixture *fixture, const char *method, const char *path,
				  const char *headers, const char *body)
{
	struct gw_case_answer answer = {.body = NULL};
	struct json_object *list = header_list(headers);
	struct gw_buf whole;

	gw_buf_init(&whole, 4096);
	gw_buf_addf(&whole, PEOPLE "%s", path);
	gw_test_direct(&fixture->test, method, whole.data, list, gw_str(body != NULL ? body : ""),
		       &answer);
	gw_buf_release(&whole);
	json_object_put(list);
	return answer;
}

static void release(struct gw_case_answer *answer)
{
	free(answer->headers);
	free(answer->body);
}

/* A call whose status and a part of whose body are known. */
static void expect(struct fixture *fixture, const char *method, const char *path,
		   const char *headers, const char *body, int status, const char *part)
{
	struct gw_case_answer answer = call(fixture, method, path, headers, body);

	cr_expect(answer.status == status, "%s %s: %d instead of %d: %s", method, path,
		  answer.status, status, answer.body);
	cr_expect(strstr(answer.body, part) != NULL, "%s %s: no %s in %s", method, path, part,
		  answer.body);
	release(&answer);
}

/* "Authorization: Bearer …" of a user. */
static char *bearer(const char *user)
{
	struct gw_uuid id;
	struct gw_buf header;

	cr_assert(gw_uuid_parse(gw_str(user), &id));
	gw_buf_init(&header, 1024);
	gw_buf_add_c(&header, "Authorization: Bearer ");
	gw_jwt_sign(&header, GW_STR_LIT(SECRET), &id, gw_now() / GW_USEC_PER_SEC,
		    gw_now() / GW_USEC_PER_SEC + 600);
	return gw_buf_detach(&header);
}

/* A link's token for a user; good for `life` (an interval). */
static void make_link(struct fixture *fixture, const char *user, const char *life,
		      char token[GW_SIGNIN_TOKEN_SIZE])
{
	unsigned char digest[GW_SHA256_SIZE];
	char hex[GW_SHA256_HEX_SIZE];
	struct gw_buf sql;

	gw_signin_token_new(token, digest);
	(void)gw_sha256_hex(gw_str(token), hex);
	gw_buf_init(&sql, 1024);
	gw_buf_addf(
		&sql,
		"INSERT INTO clawgw.signin_links VALUES (decode('%s', 'hex'), '%s', now(), now() + "
		"interval '%s')",
		hex, user, life);
	gw_test_sql(fixture->conninfo, sql.data);
	gw_buf_release(&sql);
}

static struct gw_case_answer open_link(struct fixture *fixture, const char *token,
				       const char *headers)
{
	struct gw_case_answer answer;
	struct gw_buf body;

	gw_buf_init(&body, 1024);
	gw_buf_addf(&body, "{\"token\":\"%s\"}", token);
	answer = call(fixture, "POST", "/session", headers, body.data);
	gw_buf_release(&body);
	return answer;
}

/* The header that sends the cookie of an answer back. */
static char *cookie_of(const struct gw_case_answer *answer)
{
	const char *begin = strstr(answer->headers, "Set-Cookie: ");
	struct gw_buf header;

	cr_assert(begin != NULL, "no cookie in %s", answer->headers);
	begin += strlen("Set-Cookie: ");
	gw_buf_init(&header, 1024);
	gw_buf_add_c(&header, "Cookie: other=1; ");
	gw_buf_add(&header, begin, strcspn(begin, ";"));
	return gw_buf_detach(&header);
}

Test(people, a_link_signs_in_once)
{
	struct fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;
	char *cookie = NULL;

	setup(&fixture);
	make_link(&fixture, URSULA, "15 minutes", token);
	answer = open_link(&fixture, token, "");
	cr_expect(answer.status == 200, "%s", answer.body);
	cr_expect(strstr(answer.body, "\"name\":\"Ursula User\"") != NULL, "%s", answer.body);
	cr_expect(strstr(answer.headers, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000\r\n") !=
			  NULL,
		  "%s", answer.headers);
	cookie = cookie_of(&answer);
	release(&answer);
	expect(&fixture, "GET", "/session", cookie, NULL, 200, "\"organisation\":{");
	answer = open_link(&fixture, token, "");
	cr_expect(answer.status == 410 && strstr(answer.body, "used already") != NULL, "%s",
		  answer.body);
	release(&answer);
	/* the cookie's value is nowhere in the database */
	gw_test_expect(fixture.conninfo,
		       "SELECT count(*) FROM clawgw.sessions WHERE length(digest) = 32", "1");
	free(cookie);
	teardown(&fixture);
}

Test(people, links_that_are_old_unknown_or_of_somebody_disabled_are_refused_in_words)
{
	struct fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;

	setup(&fixture);
	make_link(&fixture, URSULA, "-1 second", token);
	answer = open_link(&fixture, token, "");
	cr_expect(answer.status == 410 && strstr(answer.body, "too old") != NULL, "%s",
		  answer.body);
	release(&answer);
	answer = open_link(&fixture, "nonsense", "");
	cr_expect(answer.status == 401, "%s", answer.body);
	release(&answer);
	make_link(&fixture, VICTOR, "15 minutes", token);
	gw_test_sql(fixture.conninfo, "UPDATE users SET is_active = false WHERE id = '" VICTOR "'");
	answer = open_link(&fixture, token, "");
	cr_expect(answer.status == 403, "%s", answer.body);
	release(&answer);
	gw_test_sql(fixture.conninfo, "UPDATE users SET is_active = true WHERE id = '" VICTOR "'");
	/* a refusal has not used it up, nor does looking (a mail scanner's GET) */
	expect(&fixture, "GET", "/session", "", NULL, 401, "Not signed in");
	answer = open_link(&fixture, token, "");
	cr_expect(answer.status == 200, "%s", answer.body);
	release(&answer);
	expect(&fixture, "POST", "/session", "", "{}", 422, "\"missing\"");
	expect(&fixture, "POST", "/session", "", "{\"name\":\"x\"}", 422, "\"password\"");
	teardown(&fixture);
}

Test(people, the_cookie_is_secure_behind_tls)
{
	struct fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;

	setup(&fixture);
	make_link(&fixture, URSULA, "15 minutes", token);
	answer = open_link(&fixture, token, "X-Forwarded-Proto: https");
	cr_expect(answer.status == 200 && strstr(answer.headers, "; Secure") != NULL, "%s",
		  answer.headers);
	release(&answer);
	make_link(&fixture, URSULA, "15 minutes", token);
	answer = open_link(&fixture, token, "Sec-Fetch-Site: cross-site");
	cr_expect(answer.status == 403, "signing somebody in from another site: %s", answer.body);
	release(&answer);
	teardown(&fixture);
}

Test(people, changes_with_the_cookie_come_from_the_own_site_only)
{
	static const struct {
		const char *headers;
		int status;
	} rows[] = {
		{"", 403},
		{"Sec-Fetch-Site: cross-site", 403},
		{"Sec-Fetch-Site: same-site", 403},
		{"Sec-Fetch-Site: none", 403},
		{"Origin: https://evil.example", 403},
		{"Origin: null", 403},
		{"Origin: http://gateway.example.evil.example", 403},
		{"Origin: http://gateway.example\nSec-Fetch-Site: cross-site", 403},
		{"Origin: http://gateway.example", 200},
		{"Sec-Fetch-Site: same-origin", 200},
	};
	struct fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;
	char *cookie = NULL;

	setup(&fixture);
	make_link(&fixture, URSULA, "15 minutes", token);
	answer = open_link(&fixture, token, "");
	cookie = cookie_of(&answer);
	release(&answer);
	for (size_t i = 0; i < GW_ARRAY_LEN(rows); i++) {
		struct gw_buf headers;

		gw_buf_init(&headers, 2048);
		gw_buf_addf(&headers, "%s%s%s", cookie, rows[i].headers[0] != '\0' ? "\n" : "",
			    rows[i].headers);
		answer = call(&fixture, "POST", "/messages", headers.data,
			      "{\"agent\":\"" BETA "\",\"content\":\"x\"}");
		cr_expect(answer.status == rows[i].status, "%s: %d", rows[i].headers,
			  answer.status);
		release(&answer);
		gw_buf_release(&headers);
	}
	/* looking is no change */
	expect(&fixture, "GET", "/agents", cookie, NULL, 200, "Beta Claw");
	free(cookie);
	teardown(&fixture);
}

Test(people, sessions_are_listed_and_ended)
{
	struct fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;
	struct gw_buf path;
	char *first = NULL;
	char *second = NULL;
	char *id = NULL;
	char *other = NULL;

	setup(&fixture);
	make_link(&fixture, URSULA, "15 minutes", token);
	answer = open_link(&fixture, token, "User-Agent: Old\xff Browser");
	first = cookie_of(&answer);
	release(&answer);
	make_link(&fixture, URSULA, "15 minutes", token);
	/* a cookie that somebody planted is not taken over: the session gets its own */
	answer = open_link(&fixture, token, "Cookie: clawgw_session=planted");
	second = cookie_of(&answer);
	cr_expect(strstr(second, "planted") == NULL && strcmp(first, second) != 0);
	release(&answer);
	expect(&fixture, "GET", "/sessions", second, NULL, 200, "\"current\":true");
	expect(&fixture, "GET", "/sessions", second, NULL, 200, "Browser\"");
	id = gw_test_value(fixture.conninfo,
			   "SELECT id FROM clawgw.sessions ORDER BY created_at LIMIT 1");
	gw_buf_init(&path, 256);
	gw_buf_addf(&path, "/sessions/%s", id);
	other = bearer(VICTOR);
	expect(&fixture, "DELETE", path.data, other, NULL, 404, "Session not found");
	gw_buf_add_char(&path, '\0');
	{
		char *own = bearer(URSULA);

		expect(&fixture, "DELETE", path.data, own, NULL, 200, "ok");
		free(own);
	}
	expect(&fixture, "GET", "/session", first, NULL, 401, "Not signed in");
	expect(&fixture, "GET", "/session", second, NULL, 200, "Ursula");
	gw_test_sql(fixture.conninfo,
		    "UPDATE clawgw.sessions SET seen_at = now() - interval '31 days'");
	expect(&fixture, "GET", "/session", second, NULL, 401, "Not signed in");
	gw_test_sql(fixture.conninfo, "UPDATE clawgw.sessions SET seen_at = now()");
	gw_test_sql(fixture.conninfo, "UPDATE users SET is_active = false WHERE id = '" URSULA "'");
	expect(&fixture, "GET", "/session", second, NULL, 401, "Not signed in");
	gw_buf_release(&path);
	free(first);
	free(second);
	free(other);
	free(id);
	teardown(&fixture);
}

Test(people, agents_are_those_of_the_organisation_that_one_may_write_to)
{
	struct fixture fixture;
	char *ursula = bearer(URSULA);
	char *victor = bearer(VICTOR);
	struct gw_case_answer answer;

	setup(&fixture);
	gw_test_sql(fixture.conninfo,
		    "UPDATE agents SET access_mode = 'private' WHERE id = '" BETA "'");
	answer = call(&fixture, "GET", "/agents", ursula, NULL);
	cr_expect(answer.status == 200 && strstr(answer.body, "Alpha Claw") != NULL &&
			  strstr(answer.body, "Beta Claw") == NULL &&
			  strstr(answer.body, "Foreign Fox") == NULL,
		  "%s", answer.body);
	release(&answer);
	/* Victor made it */
	expect(&fixture, "GET", "/agents", victor, NULL, 200, "Beta Claw");
	expect(&fixture, "POST", "/messages", ursula, "{\"agent\":\"" BETA "\",\"content\":\"x\"}",
	       404, "Agent not found");
	expect(&fixture, "POST", "/messages", ursula,
	       "{\"agent\":\"" FOREIGN "\",\"content\":\"x\"}", 404, "Agent not found");
	expect(&fixture, "GET", "/agents", "", NULL, 401, "Not signed in");
	gw_test_sql(fixture.conninfo,
		    "UPDATE agents SET status = 'stopped' WHERE id = '" ALPHA "'");
	expect(&fixture, "POST", "/messages", ursula, "{\"agent\":\"" ALPHA "\",\"content\":\"x\"}",
	       409, "target_unavailable");
	free(ursula);
	free(victor);
	teardown(&fixture);
}

#define SEND                                                                                       \
	"{\"agent\":\"" ALPHA                                                                      \
	"\",\"content\":\"  Hello there, how is the report? \",\"message_id\":\"" MESSAGE "\"}"

Test(people, a_message_takes_effect_once_and_is_answered)
{
	struct fixture fixture;
	char *ursula = bearer(URSULA);
	char *victor = bearer(VICTOR);
	char *conversation = NULL;
	char *body = NULL;
	struct gw_buf path;

	setup(&fixture);
	expect(&fixture, "POST", "/messages", ursula, SEND, 200, "\"status\":\"pending\"");
	expect(&fixture, "POST", "/messages", ursula, SEND, 200, MESSAGE);
	expect(&fixture, "POST", "/messages", ursula,
	       "{\"agent\":\"" ALPHA "\",\"content\":\"Other\",\"message_id\":\"" MESSAGE "\"}",
	       409, "idempotency_mismatch");
	expect(&fixture, "POST", "/messages", victor, SEND, 409, "idempotency_mismatch");
	gw_test_expect(
		fixture.conninfo,
		"SELECT count(*) || ' ' || min(status) || ' ' || min(sender_user_id::text) FROM "
		"gateway_messages",
		"1 pending " URSULA);
	gw_test_expect(
		fixture.conninfo,
		"SELECT source_channel || '|' || title || '|' || session_type || '|' || tenant_id "
		"FROM chat_sessions",
		"web|Hello there, how is the report?|direct|11111111-0000-4000-8000-000000000001");
	gw_test_expect(fixture.conninfo,
		       "SELECT role || '|' || (user_id = '" URSULA
		       "') || '|' || (agent_id = '" ALPHA
		       "') || '|' || display_name FROM chat_messages JOIN participants ON "
		       "participants.id = participant_id",
		       "user|true|true|Ursula User");
	conversation = gw_test_value(fixture.conninfo, "SELECT id FROM chat_sessions");
	/* the agent polls it, with a history that ends with it */
	cr_expect(gw_test_call(&fixture.test, "GET", "/api/gateway/poll", ALPHA_KEY, NULL, &body) ==
		  200);
	cr_expect(strstr(body, "\"sender_user_name\":\"Ursula User\"") != NULL &&
			  strstr(body, conversation) != NULL &&
			  strstr(body,
				 "\"history\":[{\"role\":\"user\",\"content\":\"Hello there") !=
				  NULL,
		  "%s", body);
	free(body);
	gw_buf_init(&path, 512);
	gw_buf_addf(&path, "/conversations/%s/messages", conversation);
	expect(&fixture, "GET", path.data, ursula, NULL, 200, "\"status\":\"working\"");
	expect(&fixture, "GET", path.data, victor, NULL, 404, "Conversation not found");
	expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 409,
	       "already_delivered");
	cr_expect(gw_test_call(&fixture.test, "POST", "/api/gateway/report", ALPHA_KEY,
			       "{\"message_id\":\"" MESSAGE
			       "\",\"result\":\"half way\",\"status\":\"in_progress\"}",
			       NULL) == 200);
	expect(&fixture, "GET", path.data, ursula, NULL, 200,
	       "\"content\":\"half way\",\"truncated\":false,\"progress\":true");
	expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200,
	       "\"progress\":\"half way\"");
	expect(&fixture, "GET", "/messages/" MESSAGE, victor, NULL, 404, "Message not found");
	cr_expect(gw_test_call(&fixture.test, "POST", "/api/gateway/report", ALPHA_KEY,
			       "{\"message_id\":\"" MESSAGE "\",\"result\":\"Done\"}",
			       NULL) == 200);
	expect(&fixture, "GET", path.data, ursula, NULL, 200, "\"status\":\"completed\"");
	expect(&fixture, "GET", path.data, ursula, NULL, 200,
	       "\"content\":\"Done\",\"truncated\":false,\"progress\":false");
	expect(&fixture, "GET", "/agents", ursula, NULL, 200, "\"online\":true");
	expect(&fixture, "GET", "/agents", ursula, NULL, 200, "\"unread\":1");
	expect(&fixture, "GET", "/conversations?agent=" ALPHA, ursula, NULL, 200,
	       "\"last\":{\"role\":\"assistant\",\"content\":\"Done\"");
	gw_buf_reset(&path);
	gw_buf_addf(&path, "/conversations/%s/read", conversation);
	expect(&fixture, "POST", path.data, victor, NULL, 404, "Conversation not found");
	expect(&fixture, "POST", path.data, ursula, NULL, 200, "ok");
	expect(&fixture, "GET", "/conversations", ursula, NULL, 200, "\"unread\":0");
	expect(&fixture, "GET", "/conversations", victor, NULL, 200,
	       "{\"items\":[],\"more\":false}");
	gw_buf_release(&path);
	free(conversation);
	free(ursula);
	free(victor);
	teardown(&fixture);
}

Test(people, what_nobody_has_begun_with_is_taken_back)
{
	struct fixture fixture;
	char *ursula = bearer(URSULA);
	char *body = NULL;

	setup(&fixture);
	expect(&fixture, "POST", "/messages", ursula, SEND, 200, "pending");
	expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 200, "cancelled");
	expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 200, "cancelled");
	cr_expect(gw_test_call(&fixture.test, "GET", "/api/gateway/poll", ALPHA_KEY, NULL, &body) ==
		  200);
	cr_expect(strstr(body, "{\"messages\":[]") != NULL, "%s", body);
	free(body);
	expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200,
	       "\"status\":\"cancelled\"");
	expect(&fixture, "POST", "/messages/not-an-id/cancel", ursula, NULL, 422, "uuid_parsing");
	free(ursula);
	teardown(&fixture);
}

#define NINA "33333333-0000-4000-8000-000000000004"

Test(people, a_message_to_a_native_agent_is_a_job)
{
	struct fixture fixture;
	char *ursula = bearer(URSULA);

	setup(&fixture);
	expect(&fixture, "POST", "/messages", ursula,
	       "{\"agent\":\"" NINA "\",\"content\":\"Hello\",\"message_id\":\"" MESSAGE "\"}", 200,
	       "\"status\":\"pending\"");
	gw_test_expect(
		fixture.conninfo,
		"SELECT kind || ' ' || state || ' ' || source_user_id || ' ' || (conversation_id = "
		"(SELECT id::text FROM chat_sessions)) FROM clawgw.jobs WHERE id = '" MESSAGE "'",
		"person queued " URSULA " true");
	gw_test_expect(fixture.conninfo, "SELECT count(*) FROM gateway_messages", "0");
	expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200, "\"status\":\"pending\"");
	expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 200, "cancelled");
	expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 200, "cancelled");
	expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200,
	       "\"status\":\"cancelled\"");
	gw_test_expect(fixture.conninfo, "SELECT state FROM clawgw.jobs WHERE id = '" MESSAGE "'",
		       "dead");
	gw_test_expect(
		fixture.conninfo,
		"SELECT string_agg(kind || ':' || status, ' ' ORDER BY id) FROM clawgw.events "
		"WHERE user_id = '" URSULA "'",
		"message:pending status:cancelled");
	free(ursula);
	teardown(&fixture);
}

Test(people, a_message_that_ended_says_why)
{
	struct fixture fixture;
	char *ursula = bearer(URSULA);

	setup(&fixture);
	expect(&fixture, "POST", "/messages", ursula, SEND, 200, "pending");
	gw_test_sql(fixture.conninfo, "SELECT clawgw.message_end(ARRAY['" MESSAGE
				      "'::uuid], 'expired', 'did not answer')");
	expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200,
	       "\"error\":\"Alpha Claw did not answer.\"");
	gw_test_expect(fixture.conninfo,
		       "SELECT status || ' ' || error FROM clawgw.events WHERE kind = 'status'",
		       "expired Alpha Claw did not answer.");
	free(ursula);
	teardown(&fixture);
}

Test(people, a_conversation_is_read_in_pieces)
{
	struct fixture fixture;
	char *ursula = bearer(URSULA);
	struct gw_case_answer answer;

	setup(&fixture);
	gw_test_sql(fixture.conninfo,
		    "INSERT INTO chat_sessions (id, tenant_id, agent_id, user_id, title) VALUES "
		    "('bbbbbbbb-0000-4000-8000-000000000001', "
		    "'11111111-0000-4000-8000-000000000001', '" ALPHA "', '" URSULA "', 'Long')");
	gw_test_sql(
		fixture.conninfo,
		"INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, "
		"created_at) SELECT ('cccccccc-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, "
		"'" ALPHA "', '" URSULA "', 'assistant', 'line ' || n || ' 预算报告', "
		"'bbbbbbbb-0000-4000-8000-000000000001', timestamptz '2026-01-01 00:00:00Z' + n * "
		"interval '1 second' FROM generate_series(1, 10) n");
#define LINES "/conversations/bbbbbbbb-0000-4000-8000-000000000001/messages"
	answer = call(&fixture, "GET", LINES "?limit=3", ursula, NULL);
	cr_expect(strstr(answer.body, "line 7 ") == NULL &&
			  strstr(answer.body, "line 8 ") != NULL &&
			  strstr(answer.body, "\"more_before\":true,\"more_after\":false") != NULL,
		  "%s", answer.body);
	release(&answer);
	answer = call(&fixture, "GET", LINES "?limit=3&before=cccccccc-0000-4000-8000-000000000003",
		      ursula, NULL);
	cr_expect(strstr(answer.body, "line 2 ") != NULL &&
			  strstr(answer.body, "line 3 ") == NULL &&
			  strstr(answer.body, "\"more_before\":false") != NULL,
		  "%s", answer.body);
	release(&answer);
	answer = call(&fixture, "GET", LINES "?limit=3&after=cccccccc-0000-4000-8000-000000000003",
		      ursula, NULL);
	cr_expect(strstr(answer.body, "line 3 ") == NULL &&
			  strstr(answer.body, "line 6 ") != NULL &&
			  strstr(answer.body, "line 7 ") == NULL &&
			  strstr(answer.body, "\"more_after\":true") != NULL,
		  "%s", answer.body);
	release(&answer);
	answer = call(&fixture, "GET", LINES "?limit=4&around=cccccccc-0000-4000-8000-000000000005",
		      ursula, NULL);
	cr_expect(strstr(answer.body, "line 5 ") != NULL &&
			  strstr(answer.body, "line 3 ") != NULL &&
			  strstr(answer.body, "line 7 ") != NULL,
		  "%s", answer.body);
	release(&answer);
	expect(&fixture, "GET", LINES "?before=cccccccc-0000-4000-8000-0000000000ff", ursula, NULL,
	       404, "Conversation not found");
	expect(&fixture, "GET", LINES "?before=x", ursula, NULL, 422, "uuid_parsing");
	expect(&fixture, "GET", LINES "?limit=0", ursula, NULL, 422, "greater_than_equal");
	expect(&fixture, "GET", "/search?q=%E9%A2%84%E7%AE%97", ursula, NULL, 200,
	       "\"match\":\"预算\"");
	expect(&fixture, "GET", "/search?q=LINE%207", ursula, NULL, 200, "\"match\":\"line 7\"");
	expect(&fixture, "GET", "/search?q=100%25", ursula, NULL, 200,
	       "{\"items\":[],\"more\":false}");
	expect(&fixture, "GET", "/search?q=", ursula, NULL, 422, "string_too_short");
	expect(&fixture, "GET", "/search", ursula, NULL, 422, "missing");
	expect(&fixture, "GET", "/search?q=%FF", ursula, NULL, 422, "string_unicode");
	free(ursula);
	{
		char *olga = bearer(OLGA);

		expect(&fixture, "GET", "/search?q=line", olga, NULL, 200, "{\"items\":[]");
		expect(&fixture, "GET", LINES, olga, NULL, 404, "Conversation not found");
		free(olga);
	}
	teardown(&fixture);
}

Test(people, names_and_passwords_are_slow_after_failures_and_tell_nobody_who_exists)
{
	struct fixture fixture;

	setup(&fixture);
	for (int i = 0; i < 3; i++)
		expect(&fixture, "POST", "/session", "",
		       "{\"name\":\"nobody\",\"password\":\"wrong\"}", 401,
		       "Wrong name or password");
	expect(&fixture, "POST", "/session", "", "{\"name\":\"nobody\",\"password\":\"wrong\"}",
	       429, "Too many attempts");
	teardown(&fixture);
}

Test(people, mail_links_answer_the_same_whoever_asks)
{
	struct fixture fixture;

	setup(&fixture);
	expect(&fixture, "POST", "/session/link", "", "{\"email\":\"emma@example.com\"}", 501,
	       "not set up");
	free(fixture.test.config.smtp_url);
	free(fixture.test.config.smtp_from);
	free(fixture.test.config.public_url);
	fixture.test.config.smtp_url = gw_xstrdup("smtp://127.0.0.1:1");
	fixture.test.config.smtp_from = gw_xstrdup("gateway@example.org");
	fixture.test.config.public_url = gw_xstrdup("https://gateway.example");
	expect(&fixture, "POST", "/session/link", "", "{\"email\":\"nobody@example.com\"}", 202,
	       "accepted");
	expect(&fixture, "POST", "/session/link", "", "{\"email\":\"not an address\"}", 202,
	       "accepted");
	gw_test_expect(fixture.conninfo, "SELECT count(*) FROM clawgw.signin_links", "0");
	gw_test_sql(fixture.conninfo, "UPDATE org_members SET user_id = '" URSULA
				      "' WHERE email = 'emma@example.com'");
	for (int i = 0; i < 5; i++)
		expect(&fixture, "POST", "/session/link", "", "{\"email\":\"Emma@Example.com\"}",
		       202, "accepted");
	gw_test_expect(fixture.conninfo, "SELECT count(*) FROM clawgw.signin_links", "3");
	expect(&fixture, "POST", "/session/link", "", "{}", 422, "missing");
	teardown(&fixture);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
