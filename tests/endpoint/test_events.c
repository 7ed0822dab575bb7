/* SPDX-License-Identifier: ISC */
/*
 * test_events.c: who listens on the database hears of a result, with the user and the conversation it belongs to.
 */
#include "lib/database.h"
#include "lib/direct.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <libpq-fe.h>

#define KEY "oc-alpha-plaintext-key-0001"
#define MESSAGE "99999999-0000-4000-8000-000000000001"
#define USER "22222222-0000-4000-8000-000000000002"

struct fixture {
	char *conninfo;
	struct gw_test_gateway test;
	PGconn *listener;
};

static void fixture_init(struct fixture *fixture, const char *user, const char *conversation)
{
	struct gw_buf sql;

	fixture->conninfo = gw_test_database_used();
	gw_test_gateway_init(&fixture->test, fixture->conninfo, 1);
	fixture->listener = PQconnectdb(fixture->conninfo);
	PQclear(PQexec(fixture->listener, "LISTEN clawgw_events"));
	gw_buf_init(&sql, 1024);
	gw_buf_addf(&sql,
		    "INSERT INTO gateway_messages (id, agent_id, sender_user_id, conversation_id, "
		    "content) VALUES ('" MESSAGE
		    "', '33333333-0000-4000-8000-000000000001', %s, %s, 'hello')",
		    user, conversation);
	gw_test_sql(fixture->conninfo, sql.data);
	gw_buf_release(&sql);
}

static void fixture_release(struct fixture *fixture)
{
	PQfinish(fixture->listener);
	gw_test_gateway_release(&fixture->test);
	free(fixture->conninfo);
}

static int report(struct fixture *fixture, const char *result)
{
	struct json_object *body = json_object_new_object();
	int status = 0;

	json_object_object_add(body, "message_id", json_object_new_string(MESSAGE));
	json_object_object_add(body, "result", json_object_new_string(result));
	status = gw_test_call(&fixture->test, "POST", "/api/gateway/report", KEY,
			      json_object_to_json_string(body), NULL);
	json_object_put(body);
	return status;
}

/* The next event, or NULL when there is none: it has been sent by the time that the report is answered. */
static struct json_object *next_event(struct fixture *fixture)
{
	struct json_object *event = NULL;
	PGnotify *notify = NULL;

	/* a round trip brings in all that was sent before */
	PQclear(PQexec(fixture->listener, "SELECT 1"));
	notify = PQnotifies(fixture->listener);
	if (notify == NULL)
		return NULL;
	event = json_tokener_parse(notify->extra);
	cr_assert(event != NULL, "%s", notify->extra);
	PQfreemem(notify);
	return event;
}

static void expect_field(struct json_object *event, const char *name, const char *expected)
{
	struct json_object *value = NULL;

	cr_assert(json_object_object_get_ex(event, name, &value), "no %s", name);
	cr_expect(strcmp(json_object_get_string(value), expected) == 0, "%s is %s", name,
		  json_object_get_string(value));
}

Test(events, a_result_for_a_user_is_told_once)
{
	struct fixture fixture;
	struct json_object *event = NULL;

	fixture_init(&fixture, "'" USER "'", "'web_1'");
	cr_assert(report(&fixture, "done") == 200);
	event = next_event(&fixture);
	cr_assert(event != NULL);
	expect_field(event, "type", "done");
	expect_field(event, "role", "assistant");
	expect_field(event, "content", "done");
	expect_field(event, "user_id", USER);
	expect_field(event, "conversation_id", "web_1");
	json_object_put(event);
	cr_assert(report(&fixture, "done") == 200);
	cr_expect(next_event(&fixture) == NULL, "a repeat is no event");
	fixture_release(&fixture);
}

Test(events, nothing_without_a_user_without_a_conversation_or_before_the_end)
{
	static const struct {
		const char *user, *conversation, *result;
	} reports[] = {
		{"NULL", "'web_1'", "done"},
		{"'" USER "'", "NULL", "done"},
		{"'" USER "'", "''", "done"},
		{"'" USER "'", "'web_1'", "\xe2\x8f\xb3 half way"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(reports); i++) {
		struct fixture fixture;

		fixture_init(&fixture, reports[i].user, reports[i].conversation);
		cr_assert(report(&fixture, reports[i].result) == 200);
		cr_expect(next_event(&fixture) == NULL, "report %zu", i);
		fixture_release(&fixture);
	}
}

Test(events, a_text_too_long_for_a_notification_is_cut_between_characters)
{
	struct fixture fixture;
	struct json_object *event = NULL;
	struct json_object *content = NULL;
	struct gw_buf text;

	gw_buf_init(&text, 200000);
	for (int i = 0; i < 30000; i++)
		gw_buf_add_c(&text, i % 3 == 0 ? "\"" : i % 3 == 1 ? "\xe7\x8e\x8b" : "\x01");
	fixture_init(&fixture, "'" USER "'", "'web_1'");
	cr_assert(report(&fixture, text.data) == 200);
	event = next_event(&fixture);
	cr_assert(event != NULL);
	expect_field(event, "truncated", "true");
	cr_assert(json_object_object_get_ex(event, "content", &content));
	cr_expect(json_object_get_string_len(content) > 500);
	cr_expect(memcmp(json_object_get_string(content), text.data,
			 (size_t)json_object_get_string_len(content)) == 0);
	json_object_put(event);
	gw_test_expect(fixture.conninfo, "SELECT length(result) FROM gateway_messages", "30000");
	gw_buf_release(&text);
	fixture_release(&fixture);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
