/* SPDX-License-Identifier: ISC */
/*
 * test_people.c: people's endpoints, called directly: who may see and write what, and what becomes of it.
 */
#include "lib/database.h"
#include "lib/people.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE "aaaaaaaa-0000-4000-8000-000000000001"

Test(people, agents_are_those_of_the_organisation_that_one_may_write_to)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);
	struct gw_case_answer answer;

	gw_people_setup(&fixture);
	gw_test_sql(fixture.conninfo,
		    gw_test_either(fixture.conninfo,
				   "UPDATE agents SET access_mode = 'private' WHERE id = '" BETA
				   "'",
				   "DELETE FROM agent_permissions WHERE agent_id = '" BETA "'"));
	answer = gw_people_call(&fixture, "GET", "/agents", ursula, NULL);
	cr_expect(answer.status == 200 && strstr(answer.body, "Alpha Claw") != NULL &&
			  strstr(answer.body, "Beta Claw") == NULL &&
			  strstr(answer.body, "Foreign Fox") == NULL,
		  "%s", answer.body);
	gw_people_release(&answer);
	/* Victor made it */
	gw_people_expect(&fixture, "GET", "/agents", victor, NULL, 200, "Beta Claw");
	gw_people_expect(&fixture, "POST", "/messages", ursula,
			 "{\"agent\":\"" BETA "\",\"content\":\"x\"}", 404, "Agent not found");
	gw_people_expect(&fixture, "POST", "/messages", ursula,
			 "{\"agent\":\"" FOREIGN "\",\"content\":\"x\"}", 404, "Agent not found");
	gw_people_expect(&fixture, "GET", "/agents", "", NULL, 401, "Not signed in");
	gw_test_sql(fixture.conninfo,
		    "UPDATE agents SET status = 'stopped' WHERE id = '" ALPHA "'");
	gw_people_expect(&fixture, "POST", "/messages", ursula,
			 "{\"agent\":\"" ALPHA "\",\"content\":\"x\"}", 409, "target_unavailable");
	free(ursula);
	free(victor);
	gw_people_teardown(&fixture);
}

/* An agent that went while nobody looked, and comes behind the list that shows it as gone: screens hear of it. */
Test(people, an_agent_that_is_listed_as_gone_is_told_when_it_comes)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);

	gw_people_setup(&fixture);
	gw_test_sql(fixture.conninfo,
		    "UPDATE agents SET openclaw_last_seen = NULL; DELETE FROM clawgw.events;"
		    "SELECT clawgw.agent_see('" ALPHA "', '10 seconds', false);"
		    "UPDATE agents SET openclaw_last_seen = now() - interval '1 day' WHERE id = "
		    "'" ALPHA "'");
	gw_people_expect(&fixture, "GET", "/agents", ursula, NULL, 200,
			 "\"online\":false,\"last_seen\":\"2");
	gw_test_sql(fixture.conninfo, "SELECT clawgw.agent_see('" ALPHA "', '10 seconds', false)");
	gw_test_expect(fixture.conninfo,
		       "SELECT string_agg(status, ' ' ORDER BY id) FROM clawgw.events WHERE "
		       "kind = 'agent' AND agent_id = '" ALPHA "'",
		       "online offline online");
	gw_people_expect(&fixture, "GET", "/agents", ursula, NULL, 200,
			 "\"online\":true,\"last_seen\":\"2");
	free(ursula);
	gw_people_teardown(&fixture);
}

#define SEND                                                                                       \
	"{\"agent\":\"" ALPHA                                                                      \
	"\",\"content\":\"  Hello there, how is the report? \",\"message_id\":\"" MESSAGE "\"}"

Test(people, a_message_takes_effect_once_and_is_answered)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);
	char *conversation = NULL;
	char *body = NULL;
	struct gw_buf path;

	gw_people_setup(&fixture);
	gw_people_expect(&fixture, "POST", "/messages", ursula, SEND, 200,
			 "\"status\":\"pending\"");
	gw_people_expect(&fixture, "POST", "/messages", ursula, SEND, 200, MESSAGE);
	gw_people_expect(&fixture, "POST", "/messages", ursula,
			 "{\"agent\":\"" ALPHA "\",\"content\":\"Other\",\"message_id\":\"" MESSAGE
			 "\"}",
			 409, "idempotency_mismatch");
	gw_people_expect(&fixture, "POST", "/messages", victor, SEND, 409, "idempotency_mismatch");
	gw_test_expect(
		fixture.conninfo,
		"SELECT count(*) || ' ' || min(status) || ' ' || min(sender_user_id::text) FROM "
		"gateway_messages",
		"1 pending " URSULA);
	gw_test_expect(
		fixture.conninfo,
		gw_test_either(fixture.conninfo,
			       "SELECT source_channel || '|' || title || '|' || session_type || "
			       "'|' || tenant_id "
			       "FROM chat_sessions",
			       "SELECT source_channel || '|' || title || '|direct|"
			       "11111111-0000-4000-8000-000000000001' FROM chat_sessions"),
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
	gw_people_expect(&fixture, "GET", path.data, ursula, NULL, 200, "\"status\":\"working\"");
	gw_people_expect(&fixture, "GET", path.data, victor, NULL, 404, "Conversation not found");
	gw_people_expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 409,
			 "already_delivered");
	cr_expect(gw_test_call(&fixture.test, "POST", "/api/gateway/report", ALPHA_KEY,
			       "{\"message_id\":\"" MESSAGE
			       "\",\"result\":\"half way\",\"status\":\"in_progress\"}",
			       NULL) == 200);
	gw_people_expect(&fixture, "GET", path.data, ursula, NULL, 200,
			 "\"content\":\"half way\",\"truncated\":false,\"progress\":true");
	gw_people_expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200,
			 "\"progress\":\"half way\"");
	gw_people_expect(&fixture, "GET", "/messages/" MESSAGE, victor, NULL, 404,
			 "Message not found");
	cr_expect(gw_test_call(&fixture.test, "POST", "/api/gateway/report", ALPHA_KEY,
			       "{\"message_id\":\"" MESSAGE "\",\"result\":\"Done\"}",
			       NULL) == 200);
	gw_people_expect(&fixture, "GET", path.data, ursula, NULL, 200, "\"status\":\"completed\"");
	gw_people_expect(&fixture, "GET", path.data, ursula, NULL, 200,
			 "\"content\":\"Done\",\"truncated\":false,\"progress\":false");
	gw_people_expect(&fixture, "GET", "/agents", ursula, NULL, 200, "\"online\":true");
	gw_people_expect(&fixture, "GET", "/agents", ursula, NULL, 200, "\"unread\":1");
	gw_people_expect(&fixture, "GET", "/conversations?agent=" ALPHA, ursula, NULL, 200,
			 "\"last\":{\"role\":\"assistant\",\"content\":\"Done\"");
	gw_buf_reset(&path);
	gw_buf_addf(&path, "/conversations/%s/read", conversation);
	gw_people_expect(&fixture, "POST", path.data, victor, NULL, 404, "Conversation not found");
	gw_people_expect(&fixture, "POST", path.data, ursula, NULL, 200, "ok");
	gw_people_expect(&fixture, "GET", "/conversations", ursula, NULL, 200, "\"unread\":0");
	gw_people_expect(&fixture, "GET", "/conversations", victor, NULL, 200,
			 "{\"items\":[],\"more\":false}");
	gw_buf_release(&path);
	free(conversation);
	free(ursula);
	free(victor);
	gw_people_teardown(&fixture);
}

Test(people, what_nobody_has_begun_with_is_taken_back)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	char *body = NULL;

	gw_people_setup(&fixture);
	gw_people_expect(&fixture, "POST", "/messages", ursula, SEND, 200, "pending");
	gw_people_expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 200,
			 "cancelled");
	gw_people_expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 200,
			 "cancelled");
	cr_expect(gw_test_call(&fixture.test, "GET", "/api/gateway/poll", ALPHA_KEY, NULL, &body) ==
		  200);
	cr_expect(strstr(body, "{\"messages\":[]") != NULL, "%s", body);
	free(body);
	gw_people_expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200,
			 "\"status\":\"cancelled\"");
	gw_people_expect(&fixture, "POST", "/messages/not-an-id/cancel", ursula, NULL, 422,
			 "uuid_parsing");
	free(ursula);
	gw_people_teardown(&fixture);
}

#define NINA "33333333-0000-4000-8000-000000000004"

Test(people, a_message_to_a_native_agent_is_a_job)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);

	gw_people_setup(&fixture);
	gw_people_expect(&fixture, "POST", "/messages", ursula,
			 "{\"agent\":\"" NINA "\",\"content\":\"Hello\",\"message_id\":\"" MESSAGE
			 "\"}",
			 200, "\"status\":\"pending\"");
	gw_test_expect(
		fixture.conninfo,
		"SELECT kind || ' ' || state || ' ' || source_user_id || ' ' || (conversation_id = "
		"(SELECT id::text FROM chat_sessions)) FROM clawgw.jobs WHERE id = '" MESSAGE "'",
		"person queued " URSULA " true");
	gw_test_expect(fixture.conninfo, "SELECT count(*) FROM gateway_messages", "0");
	gw_people_expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200,
			 "\"status\":\"pending\"");
	gw_people_expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 200,
			 "cancelled");
	gw_people_expect(&fixture, "POST", "/messages/" MESSAGE "/cancel", ursula, NULL, 200,
			 "cancelled");
	gw_people_expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200,
			 "\"status\":\"cancelled\"");
	gw_test_expect(fixture.conninfo, "SELECT state FROM clawgw.jobs WHERE id = '" MESSAGE "'",
		       "dead");
	gw_test_expect(
		fixture.conninfo,
		"SELECT string_agg(kind || ':' || status, ' ' ORDER BY id) FROM clawgw.events "
		"WHERE user_id = '" URSULA "'",
		"message:pending status:cancelled");
	free(ursula);
	gw_people_teardown(&fixture);
}

/* Sends `count` messages to an agent, and one more that finds too much. */
static void fill_up(struct gw_people_fixture *fixture, const char *user, const char *agent,
		    int count, const char *words)
{
	struct gw_buf body;

	gw_buf_init(&body, 512);
	gw_buf_addf(&body, "{\"agent\":\"%s\",\"content\":\"x\"}", agent);
	for (int i = 0; i < count; i++)
		gw_people_expect(fixture, "POST", "/messages", user, body.data, 200, "pending");
	gw_people_expect(fixture, "POST", "/messages", user, body.data, 429, words);
	gw_people_expect(fixture, "POST", "/messages", user, body.data, 429, "too_many_pending");
	gw_buf_release(&body);
}

Test(people, no_queue_grows_without_end)
{
	static const char *const agents[] = {ALPHA, NINA};
	char *ursula = gw_people_bearer(URSULA);
	char *victor = gw_people_bearer(VICTOR);

	for (size_t i = 0; i < GW_ARRAY_LEN(agents); i++) {
		struct gw_people_fixture fixture;

		gw_people_setup(&fixture);
		fixture.test.config.max_pending_from = 3;
		fixture.test.config.max_pending = 5;
		fill_up(&fixture, ursula, agents[i], 3, "Too many of your messages");
		fill_up(&fixture, victor, agents[i], 2, "Too many messages wait for this agent");
		gw_test_sql(fixture.conninfo,
			    "INSERT INTO clawgw.backlogs VALUES "
			    "('11111111-0000-4000-8000-000000000001', 2000000, now()) ON CONFLICT "
			    "(id) DO UPDATE SET waiting = 2000000");
		fixture.test.config.max_pending_from = 10;
		fixture.test.config.max_pending = 10;
		fill_up(&fixture, ursula, agents[i], 0, "in this organisation");
		gw_people_teardown(&fixture);
	}
	free(ursula);
	free(victor);
}

Test(people, who_may_not_act_cannot_be_written_to)
{
	static const char *const ways[][2] = {
		{"UPDATE agents SET status = 'stopped' WHERE id = '" ALPHA "'",
		 "UPDATE agents SET status = 'running' WHERE id = '" ALPHA "'"},
		{"UPDATE agents SET is_expired = true WHERE id = '" ALPHA "'",
		 "UPDATE agents SET is_expired = false WHERE id = '" ALPHA "'"},
		{"UPDATE agents SET expires_at = now() WHERE id = '" ALPHA "'",
		 "UPDATE agents SET expires_at = NULL WHERE id = '" ALPHA "'"},
		{"UPDATE users SET is_active = false WHERE id = (SELECT creator_id FROM agents "
		 "WHERE id = '" ALPHA "')",
		 "UPDATE users SET is_active = true"},
	};
	struct gw_people_fixture fixture;
	char *bearer = NULL;
	char *creator = NULL;

	gw_people_setup(&fixture);
	creator = gw_test_value(fixture.conninfo,
				"SELECT creator_id FROM agents WHERE id = '" ALPHA "'");
	bearer = gw_people_bearer(strcmp(creator, URSULA) == 0 ? VICTOR : URSULA);
	for (size_t i = 0; i < GW_ARRAY_LEN(ways); i++) {
		gw_test_sql(fixture.conninfo, ways[i][0]);
		gw_people_expect(&fixture, "POST", "/messages", bearer,
				 "{\"agent\":\"" ALPHA "\",\"content\":\"x\"}", 409,
				 "target_unavailable");
		gw_people_expect(&fixture, "GET", "/agents", bearer, NULL, 200,
				 "\"available\":false");
		gw_test_sql(fixture.conninfo, ways[i][1]);
		gw_people_expect(&fixture, "POST", "/messages", bearer,
				 "{\"agent\":\"" ALPHA "\",\"content\":\"x\"}", 200, "pending");
	}
	free(creator);
	free(bearer);
	gw_people_teardown(&fixture);
}

Test(people, a_message_that_ended_says_why)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);

	gw_people_setup(&fixture);
	gw_people_expect(&fixture, "POST", "/messages", ursula, SEND, 200, "pending");
	gw_test_sql(fixture.conninfo, "SELECT clawgw.message_end(ARRAY['" MESSAGE
				      "'::uuid], 'expired', 'did not answer')");
	gw_people_expect(&fixture, "GET", "/messages/" MESSAGE, ursula, NULL, 200,
			 "\"error\":\"Alpha Claw did not answer.\"");
	gw_test_expect(fixture.conninfo,
		       "SELECT status || ' ' || error FROM clawgw.events WHERE kind = 'status'",
		       "expired Alpha Claw did not answer.");
	free(ursula);
	gw_people_teardown(&fixture);
}

Test(people, a_conversation_is_read_in_pieces)
{
	struct gw_people_fixture fixture;
	char *ursula = gw_people_bearer(URSULA);
	struct gw_case_answer answer;

	gw_people_setup(&fixture);
	gw_test_sql(fixture.conninfo,
		    gw_test_either(fixture.conninfo,
				   "INSERT INTO chat_sessions (id, tenant_id, agent_id, user_id, "
				   "title) VALUES ('bbbbbbbb-0000-4000-8000-000000000001', "
				   "'11111111-0000-4000-8000-000000000001', '" ALPHA "', '" URSULA
				   "', 'Long')",
				   "INSERT INTO chat_sessions (id, agent_id, user_id, title) "
				   "VALUES ('bbbbbbbb-0000-4000-8000-000000000001', '" ALPHA
				   "', '" URSULA "', 'Long')"));
	gw_test_sql(
		fixture.conninfo,
		"INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, "
		"created_at) SELECT ('cccccccc-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, "
		"'" ALPHA "', '" URSULA "', 'assistant', 'line ' || n || ' 预算报告', "
		"'bbbbbbbb-0000-4000-8000-000000000001', timestamptz '2026-01-01 00:00:00Z' + n * "
		"interval '1 second' FROM generate_series(1, 10) n");
#define LINES "/conversations/bbbbbbbb-0000-4000-8000-000000000001/messages"
	answer = gw_people_call(&fixture, "GET", LINES "?limit=3", ursula, NULL);
	cr_expect(strstr(answer.body, "line 7 ") == NULL &&
			  strstr(answer.body, "line 8 ") != NULL &&
			  strstr(answer.body, "\"more_before\":true,\"more_after\":false") != NULL,
		  "%s", answer.body);
	gw_people_release(&answer);
	answer = gw_people_call(&fixture, "GET",
				LINES "?limit=3&before=cccccccc-0000-4000-8000-000000000003",
				ursula, NULL);
	cr_expect(strstr(answer.body, "line 2 ") != NULL &&
			  strstr(answer.body, "line 3 ") == NULL &&
			  strstr(answer.body, "\"more_before\":false,\"more_after\":true") != NULL,
		  "%s", answer.body);
	gw_people_release(&answer);
	answer = gw_people_call(&fixture, "GET",
				LINES "?limit=3&after=cccccccc-0000-4000-8000-000000000003", ursula,
				NULL);
	cr_expect(strstr(answer.body, "line 3 ") == NULL &&
			  strstr(answer.body, "line 6 ") != NULL &&
			  strstr(answer.body, "line 7 ") == NULL &&
			  strstr(answer.body, "\"more_before\":true,\"more_after\":true") != NULL,
		  "%s", answer.body);
	gw_people_release(&answer);
	answer = gw_people_call(&fixture, "GET",
				LINES "?limit=4&around=cccccccc-0000-4000-8000-000000000005",
				ursula, NULL);
	cr_expect(strstr(answer.body, "line 5 ") != NULL &&
			  strstr(answer.body, "line 3 ") != NULL &&
			  strstr(answer.body, "line 7 ") != NULL &&
			  strstr(answer.body, "line 2 ") == NULL &&
			  strstr(answer.body, "line 8 ") == NULL &&
			  strstr(answer.body, "\"more_before\":true,\"more_after\":true") != NULL,
		  "%s", answer.body);
	gw_people_release(&answer);
	answer = gw_people_call(&fixture, "GET",
				LINES "?limit=4&around=cccccccc-0000-4000-8000-000000000008",
				ursula, NULL);
	cr_expect(strstr(answer.body, "line 10 ") != NULL &&
			  strstr(answer.body, "\"more_before\":true,\"more_after\":false") != NULL,
		  "%s", answer.body);
	gw_people_release(&answer);
	answer = gw_people_call(&fixture, "GET",
				LINES "?limit=4&around=cccccccc-0000-4000-8000-000000000003",
				ursula, NULL);
	cr_expect(strstr(answer.body, "line 1 ") != NULL &&
			  strstr(answer.body, "\"more_before\":false,\"more_after\":true") != NULL,
		  "%s", answer.body);
	gw_people_release(&answer);
	gw_people_expect(&fixture, "GET", LINES "?before=cccccccc-0000-4000-8000-0000000000ff",
			 ursula, NULL, 404, "Conversation not found");
	gw_people_expect(&fixture, "GET", LINES "?before=x", ursula, NULL, 422, "uuid_parsing");
	gw_people_expect(&fixture, "GET", LINES "?limit=0", ursula, NULL, 422,
			 "greater_than_equal");
	gw_people_expect(&fixture, "GET", "/search?q=%E9%A2%84%E7%AE%97", ursula, NULL, 200,
			 "\"match\":\"预算\"");
	gw_people_expect(&fixture, "GET", "/search?q=LINE%207", ursula, NULL, 200,
			 "\"match\":\"line 7\"");
	gw_people_expect(&fixture, "GET", "/search?q=100%25", ursula, NULL, 200,
			 "{\"items\":[],\"more\":false}");
	gw_people_expect(&fixture, "GET", "/search?q=", ursula, NULL, 422, "string_too_short");
	gw_people_expect(&fixture, "GET", "/search", ursula, NULL, 422, "missing");
	gw_people_expect(&fixture, "GET", "/search?q=%FF", ursula, NULL, 422, "string_unicode");
	free(ursula);
	{
		char *olga = gw_people_bearer(OLGA);

		gw_people_expect(&fixture, "GET", "/search?q=line", olga, NULL, 200,
				 "{\"items\":[]");
		gw_people_expect(&fixture, "GET", LINES, olga, NULL, 404, "Conversation not found");
		free(olga);
	}
	gw_people_teardown(&fixture);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
