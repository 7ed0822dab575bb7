/* SPDX-License-Identifier: ISC */
/*
 * test_lost_answers.c: the contract once more, while each statement of each request loses its first answer after the commit.
 * The client must not notice: every case of tests/cases ends as if nothing had been lost.
 */
#include "lib/cases.h"
#include "lib/database.h"
#include "lib/direct.h"
#include "lib/proxy.h"

#include "base/clock.h"
#include "store/send.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#define MAX_CASES 1000
#define CASES_AT_ONCE (gw_test_platform() != NULL ? 15 : 1) /* see test_cases.c */

static bool is_repeatable(const char *statement)
{
	for (size_t i = 0; i < GW_STATEMENT_COUNT; i++) {
		if (strcmp(gw_statement_names[i], statement) == 0)
			return gw_statement_repeatable[i] && i != GW_STATEMENT_SESSION_CONFIGURE &&
			       i != GW_STATEMENT_CAPABILITY_LIST;
	}
	return false;
}

struct which {
	size_t index, end;
};

static bool is_for_us(struct json_object *item)
{
	struct json_object *value = NULL;

	return !(json_object_object_get_ex(item, "feishu", &value) &&
		 json_object_get_boolean(value));
}

static void free_cases(struct criterion_test_params *params)
{
	cr_free(params->params);
}

ParameterizedTestParameters(lost_answers, go_unnoticed)
{
	struct which *all = cr_malloc(sizeof(*all) * MAX_CASES);
	struct json_object *list = gw_cases_load("contract");
	size_t count = 0;

	for (size_t i = 0; i < json_object_array_length(list) && count < MAX_CASES;
	     i += CASES_AT_ONCE) {
		if (CASES_AT_ONCE > 1 || is_for_us(json_object_array_get_idx(list, i)))
			all[count++] = (struct which){i, i + CASES_AT_ONCE};
	}
	json_object_put(list);
	return cr_make_param_array(struct which, all, count, free_cases);
}

static void run(struct json_object *item, const char *conninfo)
{
	struct gw_proxy *proxy = gw_proxy_new(conninfo, is_repeatable);
	struct gw_test_gateway test;
	struct gw_buf title;
	struct gw_buf why;

	gw_buf_init(&title, 1024);
	gw_buf_init(&why, 64 * 1024);
	gw_case_title(item, &title);
	gw_test_gateway_init(&test, gw_proxy_conninfo(proxy), 1);
	cr_expect(gw_case_run(item, conninfo, gw_test_direct, &test, &why), "%s: %s", title.data,
		  why.data);
	gw_test_gateway_release(&test);
	gw_proxy_free(proxy);
	gw_buf_release(&why);
	gw_buf_release(&title);
}

ParameterizedTest(struct which *which, lost_answers, go_unnoticed)
{
	char *conninfo = gw_test_database_used();
	struct json_object *list = gw_cases_load("contract");

	for (size_t i = which->index; i < which->end && i < json_object_array_length(list); i++) {
		if (!is_for_us(json_object_array_get_idx(list, i)))
			continue;
		if (i > which->index)
			gw_test_database_refresh(conninfo);
		run(json_object_array_get_idx(list, i), conninfo);
	}
	json_object_put(list);
	free(conninfo);
}

static const char agent_key[] = "oc-alpha-plaintext-key-0001";

static bool is_heartbeat(const char *statement)
{
	return strcmp(statement, "agent_heartbeat") == 0;
}

Test(lost_answers, are_really_lost_and_the_repeat_goes_through)
{
	char *conninfo = gw_test_database_used();
	struct gw_proxy *proxy = gw_proxy_new(conninfo, is_heartbeat);
	struct gw_test_gateway test;

	gw_test_gateway_init(&test, gw_proxy_conninfo(proxy), 1);
	for (unsigned i = 1; i <= 3; i++) {
		cr_expect(gw_test_call(&test, "POST", "/api/gateway/heartbeat", agent_key, NULL,
				       NULL) == 200);
		cr_expect(gw_proxy_lost(proxy) == i, "%u", gw_proxy_lost(proxy));
	}
	gw_test_gateway_release(&test);
	gw_proxy_free(proxy);
	free(conninfo);
}

/* What may not be repeated is not: the client hears that nothing is known, with 503, and the statement ran once. */
static bool is_careful(const char *statement)
{
	return strcmp(statement, "message_expire") == 0;
}

Test(lost_answers, of_what_must_not_be_repeated_are_told)
{
	char *conninfo = gw_test_database_used();
	struct gw_proxy *proxy = gw_proxy_new(conninfo, is_careful);
	struct gw_db *db = gw_test_db(gw_proxy_conninfo(proxy), 1);
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_uuid id = {{0}};
	struct gw_rows *rows = NULL;

	gw_params_uuid(&params, &id);
	cr_assert(!gw_statement_repeatable[GW_STATEMENT_MESSAGE_EXPIRE]);
	cr_expect(gw_db_exec(db, GW_STATEMENT_MESSAGE_EXPIRE, &params, &rows) == GW_UNAVAILABLE);
	cr_expect(gw_proxy_lost(proxy) == 1);
	cr_expect(gw_db_exec(db, GW_STATEMENT_MESSAGE_EXPIRE, &params, &rows) == GW_OK,
		  "and the next one has a connection again");
	gw_rows_free(rows);
	gw_db_free(db);
	gw_proxy_free(proxy);
	free(conninfo);
}

static bool is_resume(const char *statement)
{
	return strcmp(statement, "send_resume") == 0;
}

/* A first request that was cut off is taken over once, also by somebody who hears of it only at the second time of asking. */
Test(lost_answers, of_taking_over_what_was_cut_off_are_given_again)
{
	char *conninfo = gw_test_database_used();
	struct gw_proxy *proxy = gw_proxy_new(conninfo, is_resume);
	struct gw_db *db = gw_test_db(gw_proxy_conninfo(proxy), 1);
	struct gw_resumed resumed = {.rows = NULL};
	struct gw_uuid agent;

	gw_test_sql(
		conninfo,
		"INSERT INTO clawgw.sends (id, agent_id, member_id, channel, idempotency_key) "
		"SELECT '77777777-0000-4000-8000-000000000001', agent_id, member_id, 'feishu', "
		"'cut-off' FROM agent_relationships JOIN org_members ON org_members.id = member_id "
		"WHERE org_members.status = 'active' AND "
		"agent_id = '33333333-0000-4000-8000-000000000001' LIMIT 1; "
		"INSERT INTO clawgw.idempotency_keys (agent_id, key, request_digest, state, "
		"target_name, target_type, channel, message_id, busy_until) "
		"SELECT agent_id, idempotency_key, '\\x00', 'running', 'Paul', 'human', "
		"channel, id, now() - interval '1 second' FROM clawgw.sends");
	cr_assert(gw_uuid_parse(gw_str("33333333-0000-4000-8000-000000000001"), &agent));
	cr_expect(gw_send_resume(db, &agent, GW_STR_LIT("cut-off"), GW_USEC_PER_SEC * 600,
				 GW_USEC_PER_SEC * 60, &resumed) == GW_OK);
	cr_expect(gw_proxy_lost(proxy) == 1, "the first answer was lost");
	gw_resumed_release(&resumed);
	cr_expect(gw_send_resume(db, &agent, GW_STR_LIT("cut-off"), GW_USEC_PER_SEC * 600,
				 GW_USEC_PER_SEC * 60, &resumed) == GW_BUSY,
		  "somebody else is told that it is under way");
	gw_db_free(db);
	gw_proxy_free(proxy);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
