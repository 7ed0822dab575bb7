/* SPDX-License-Identifier: ISC */
/*
 * test_channels.c: send-message to people, against the stand-ins for Feishu and for a mail server
 * with all their faults.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "channels/channel.h"
#include "lib/cases.h"
#include "lib/database.h"
#include "lib/scene.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

Test(channels, the_contracts_cases_for_feishu_hold)
{
	struct json_object *list = gw_cases_load("contract");
	struct gw_stand_in feishu;
	struct json_object *flag = NULL;
	char *conninfo = gw_test_database_used();
	struct gw_buf title, why;

	gw_stand_in_start(&feishu, "feishu", NULL, NULL);
	gw_buf_init(&title, 1024);
	gw_buf_init(&why, 65536);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		struct gw_test_gateway test;

		if (!json_object_object_get_ex(item, "feishu", &flag))
			continue;
		gw_test_database_refresh(conninfo);
		gw_test_gateway_init(&test, conninfo, 1);
		set_text(&test.config.feishu_url, "http://127.0.0.1:@", feishu.port);
		gw_buf_reset(&title);
		gw_buf_reset(&why);
		gw_case_title(item, &title);
		cr_expect(gw_case_run(item, conninfo, gw_test_direct, &test, &why), "%s: %s",
			  title.data, why.data);
		gw_test_gateway_release(&test);
	}
	free(conninfo);
	gw_buf_release(&title);
	gw_buf_release(&why);
	json_object_put(list);
	gw_stand_in_stop(&feishu);
}

Test(channels, every_fault_of_feishu_ends_in_its_answer)
{
	static const struct {
		const char *external_id, *open_id;
		int status;
		const char *words;
		const char *outcome;
	} cases[] = {
		{"u1", NULL, 200, "\"channel\":\"feishu\"", "sent"},
		{NULL, "ou_1", 200, "\"channel\":\"feishu\"", "sent"},
		{"fail_1", NULL, 502, "invalid request parameter. (code 230001)", "failed"},
		{"fail_1", "ou_1", 200, "\"status\":\"sent\"", "sent"},
		{"fail_1", "biz_1", 502, "(code 230002)", "failed"},
		{"biz_1", NULL, 502, "(code 230002)", "failed"},
		{"biz_1", "ou_1", 200, "\"status\":\"sent\"", "sent"},
		{"html_1", NULL, 502, "HTTP 502 without a readable answer (code N/A)", "unknown"},
		{"html_1", "ou_1", 200, "\"status\":\"sent\"", "sent"},
		{"reset_1", NULL, 502, "Feishu send failed: the connection broke (code N/A)",
		 "unknown"},
		{"reset_1", "ou_1", 200, "\"status\":\"sent\"", "sent"},
		{"badutf8_1", NULL, 502, "bad \xef\xbf\xbd\xef\xbf\xbd words (code 230003)",
		 "failed"},
		{"huge_1", NULL, 502, "answer is too long (code N/A)", "unknown"},
		{"stale_1", NULL, 200, "\"status\":\"sent\"", "sent"},
		{"busy_1", "ou_2", 200, "\"status\":\"sent\"", "sent"},
		{"quota_1", "ou_2", 200, "\"status\":\"sent\"", "sent"},
		{"full_1", "ou_2", 503,
		 "{\"detail\":{\"code\":\"send_later\",\"message\":\"Feishu send failed: create "
		 "message trigger bot msg limit (code 11232)\"}}",
		 "failed"},
		{"denied_1", NULL, 502, "(code 99991663)", "failed"},
		{"denied_1", "ou_1", 200, "\"status\":\"sent\"", "sent"},
		{"we \\\"quote\\\"", NULL, 200, "\"status\":\"sent\"", "sent"},
		{"  ", NULL, 400, "feishu_user_id=no, feishu_open_id=no", ""},
	};
	struct scene scene;

	begin(&scene);
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		sql(&scene, "DELETE FROM clawgw.sends");
		sql(&scene,
		    "UPDATE org_members SET external_id = nullif('%s', ''), open_id = nullif('%s', "
		    "'') "
		    "WHERE name = 'Fei Shu'",
		    cases[i].external_id != NULL ? cases[i].external_id : "",
		    cases[i].open_id != NULL ? cases[i].open_id : "");
		expect(&scene.test, "Fei Shu", NULL, cases[i].status, cases[i].words);
		gw_test_expect(scene.conninfo, "SELECT string_agg(outcome, ' ') FROM clawgw.sends",
			       cases[i].outcome);
	}
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "open_id ou_2"), 0,
		     "a limit is no reason to try another id");
	end(&scene);
}

Test(channels, a_silent_feishu_is_left_after_ten_seconds)
{
	struct scene scene;
	int64_t started = 0, took = 0;

	GW_TEST_ON_OUR_OWN();
	begin(&scene);
	sql(&scene, "UPDATE org_members SET external_id = 'hang_1' WHERE name = 'Fei Shu'");
	started = gw_monotonic();
	expect(&scene.test, "Fei Shu", NULL, 502, "the server did not answer in time (code N/A)");
	took = gw_monotonic() - started;
	cr_expect(took > 9 * GW_USEC_PER_SEC && took < 18 * GW_USEC_PER_SEC, "%lld",
		  (long long)took);
	end(&scene);
}

Test(channels, configurations_decide_where_and_as_whom)
{
	static const struct {
		const char *change;
		int status;
		const char *words;
	} cases[] = {
		{"app_id = 'badapp_1'", 502, "Feishu send failed: invalid param (code 10003)"},
		{"app_id = 'busyapp_1'", 200, "sent"},
		{"app_id = 'fullapp_1'", 503, "\"code\":\"send_later\""},
		{"app_id = 'notoken_1'", 502, "no access token (code 0)"},
		{"app_id = 'eviltoken_1'", 502, "no access token (code 0)"},
		{"app_id = ''", 400, "{\"detail\":\"No Feishu channel configured\"}"},
		{"app_id = NULL", 400, "No Feishu channel configured"},
		{"app_secret = NULL", 400, "No Feishu channel configured"},
		{"channel_type = 'slack'", 400, "No Feishu channel configured"},
		{"extra_config = NULL", 200, "sent"},
		{"extra_config = '[]'", 200, "sent"},
		{"extra_config = '\"domain\"'", 200, "sent"},
		{"extra_config = '{\"domain\":7}'", 200, "sent"},
		{"extra_config = '{\"domain\":\"\\u0000\"}'", 200, "sent"},
		{"extra_config = '{\"domain\":\"ftp://127.0.0.1\"}'", 200, "sent"},
		{"extra_config = '{\"domain\":\"http://127.0.0.1:9\"}'", 502,
		 "not a URL that can be used (code N/A)"},
		{"extra_config = '{\"domain\":\"http://192.0.2.1\"}'", 502,
		 "not a URL that can be used (code N/A)"},
		{"extra_config = '{\"domain\":\"https://169.254.169.254\"}'", 502,
		 "the server cannot be reached (code N/A)"},
		{"extra_config = '{\"domain\":\"https://[::1]\"}'", 502,
		 "the server cannot be reached (code N/A)"},
		{"extra_config = '{\"domain\":\"localhost\"}'", 502,
		 "the server cannot be reached (code N/A)"},
		{"extra_config = '{\"domain\":\"127.0.0.1:9\"}'", 502,
		 "the server cannot be reached (code N/A)"},
	};
	struct scene scene;
	char change[200];

	begin(&scene);
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		sql(&scene, "UPDATE channel_configs SET app_id = 'cli', app_secret = 's', "
			    "channel_type = 'feishu', extra_config = '{}'");
		(void)snprintf(change, sizeof(change), "UPDATE channel_configs SET %s",
			       cases[i].change);
		if (!gw_test_platform_allows(scene.conninfo, change))
			continue;
		gw_test_sql(scene.conninfo, change);
		expect(&scene.test, "Fei Shu", NULL, cases[i].status, cases[i].words);
	}
	end(&scene);
}

Test(channels, an_organisations_own_feishu_is_reached_through_the_operators_proxy)
{
	struct gw_stand_in proxy;
	struct scene scene;
	char *url = NULL;

	begin(&scene);
	gw_stand_in_start(&proxy, "web_proxy", NULL, NULL);
	set_text(&url, "http://127.0.0.1:@", proxy.port);
	cr_assert_eq(setenv("http_proxy", url, 1), 0);
	/* by which whoever wrote the row must not get past the proxy */
	cr_assert_eq(setenv("no_proxy", "feishu.example", 1), 0);
	set_text(&scene.test.config.allow_http_hosts, "feishu.example", 0);
	sql(&scene,
	    "UPDATE channel_configs SET extra_config = '{\"domain\":\"http://feishu.example:%d\"}'",
	    scene.feishu.port);
	expect(&scene.test, "Fei Shu", NULL, 200, "\"status\":\"sent\"");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "sent "), 1);
	cr_expect_eq(gw_stand_in_count(&proxy, "POST http://feishu.example:"), 2,
		     "the token and the message");
	free(url);
	gw_stand_in_stop(&proxy);
	end(&scene);
}

Test(channels, an_organisations_own_address_leads_inside_only_where_the_operator_allows_it)
{
	static const struct {
		const char *http, *private;
		int status;
		const char *words;
		int calls; /* that reached the stand-in: a token, a message */
	} cases[] = {
		{"", "", 502, "not a URL that can be used (code N/A)", 0},
		{"127.0.0.1", "", 502, "the server cannot be reached (code N/A)", 0},
		{"", "127.0.0.1", 502, "not a URL that can be used (code N/A)", 0},
		{"localhost 127.0.0.1", "10.0.0.1, 127.0.0.1", 200, "sent", 2},
	};
	struct gw_stand_in inside;
	struct scene scene;

	begin(&scene);
	gw_stand_in_start(&inside, "feishu", NULL, NULL);
	sql(&scene,
	    "UPDATE channel_configs SET extra_config = '{\"domain\":\"http://127.0.0.1:%d\"}'",
	    inside.port);
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		set_text(&scene.test.config.allow_http_hosts, cases[i].http, 0);
		set_text(&scene.test.config.allow_private_hosts, cases[i].private, 0);
		expect(&scene.test, "Fei Shu", NULL, cases[i].status, cases[i].words);
		cr_expect_eq(gw_stand_in_count(&inside, ""), cases[i].calls, "case %zu", i);
	}
	gw_stand_in_stop(&inside);
	end(&scene);
}

Test(channels, the_tenants_oldest_app_of_a_living_agent_serves_those_without_one)
{
	struct scene scene;

	begin(&scene);
	gw_test_sql(
		scene.conninfo,
		gw_test_either(scene.conninfo,
			       "UPDATE agents SET deleted_at = now() WHERE name = 'Zed 100%_done'",
			       "DELETE FROM agent_permissions; DELETE FROM agents WHERE name = "
			       "'Zed 100%_done'"));
	sql(&scene,
	    "DELETE FROM channel_configs;"
	    "INSERT INTO channel_configs (agent_id, channel_type, app_id, app_secret, created_at) "
	    "SELECT id, 'feishu', 'cli_' || left(name, 3), 's', CASE left(name, 3) "
	    "WHEN 'Zed' THEN timestamptz '2020-01-01' WHEN 'Gam' THEN '2021-01-01' ELSE "
	    "'2022-01-01' END "
	    "FROM agents WHERE name IN ('Zed 100%%_done', 'Gamma', 'Beta Claw', 'Foreign Fox')");
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token cli_Gam s"), 1);
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 1);
	end(&scene);
}

Test(channels, a_token_serves_until_the_secret_changes_and_is_kept_encrypted)
{
	struct scene scene;

	begin(&scene);
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	expect(&scene.test, "Owen Open", NULL, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 1);
	gw_test_expect(scene.conninfo,
		       "SELECT count(*) FROM clawgw.feishu_tokens WHERE token LIKE 't-%'", "1");
	sql(&scene, "UPDATE channel_configs SET app_secret = 'rotated'");
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token cli_alpha rotated"), 1);

	/*
	 * under a secret key the old token is still read, a new one is sealed, and another key
	 * opens neither
	 */
	set_text(&scene.test.config.secret_key, "first key", 0);
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 2);
	sql(&scene, "DELETE FROM clawgw.feishu_tokens");
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 3);
	gw_test_expect(scene.conninfo,
		       "SELECT count(*) FROM clawgw.feishu_tokens WHERE encrypted AND token NOT "
		       "LIKE 't-%'",
		       "1");
	set_text(&scene.test.config.secret_key, "second key", 0);
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 4);
	end(&scene);
}

Test(channels, a_token_that_is_about_to_end_is_replaced_and_used_on_if_that_fails)
{
	struct scene scene;

	begin(&scene);
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	sql(&scene, "UPDATE clawgw.feishu_tokens SET refresh_at = now() - interval '1 second'");
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 2);
	/* somebody else is at it */
	sql(&scene,
	    "UPDATE clawgw.feishu_tokens SET refresh_at = now() - interval '1 second', "
	    "refresher = gen_random_uuid(), refreshing_until = now() + interval '1 minute'");
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 2);
	/* whoever was at it is dead */
	sql(&scene, "UPDATE clawgw.feishu_tokens SET expires_at = now(), "
		    "refreshing_until = now() + interval '300 milliseconds'");
	expect(&scene.test, "Fei Shu", NULL, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 3);
	end(&scene);
}

/* Runs `count` processes that each send once; the number of those that got `status`. */
static int processes(struct scene *scene, int count, const char *key, int status)
{
	pid_t children[16];
	int matching = 0;

	for (int i = 0; i < count; i++) {
		children[i] = fork();
		cr_assert(children[i] >= 0);
		if (children[i] == 0) {
			struct scene mine = *scene;

			open_gateway(&mine, 1);
			_exit(write_to(&mine.test, "Fei Shu", key, NULL) == status ? 0 : 1);
		}
	}
	for (int i = 0; i < count; i++) {
		int result = 1;

		(void)waitpid(children[i], &result, 0);
		matching += result == 0;
	}
	return matching;
}

Test(channels, many_processes_ask_for_one_token)
{
	struct scene scene;

	begin(&scene);
	sql(&scene, "UPDATE channel_configs SET app_id = 'slowapp_1'");
	cr_expect_eq(processes(&scene, 8, NULL, 200), 8);
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 1);
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "sent "), 8);
	end(&scene);
}

Test(channels, a_failed_refresh_is_told_to_all_who_wait_for_it)
{
	struct scene scene;
	int64_t started = 0;

	GW_TEST_ON_OUR_OWN();
	begin(&scene);
	sql(&scene, "UPDATE channel_configs SET app_id = 'hangapp_1'");
	started = gw_monotonic();
	cr_expect_eq(processes(&scene, 6, NULL, 502), 6);
	cr_expect(gw_monotonic() - started < 30 * GW_USEC_PER_SEC);
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "token "), 1);
	end(&scene);
}

Test(channels, a_key_sends_once_and_repeats_get_the_first_answer)
{
	struct scene scene;
	char *first = NULL;
	char *second = NULL;

	begin(&scene);
	cr_expect_eq(write_to(&scene.test, "Fei Shu", KEY, &first), 200);
	cr_expect_eq(write_to(&scene.test, "Fei Shu", KEY, &second), 200);
	cr_expect_str_eq(first, second);
	expect(&scene.test, "Owen Open", KEY, 409, "idempotency_mismatch");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "sent "), 1);
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "again "), 0);
	free(first);
	free(second);
	end(&scene);
}

Test(channels, a_refusal_gives_the_key_back)
{
	struct scene scene;

	begin(&scene);
	sql(&scene, "UPDATE org_members SET external_id = 'fail_1' WHERE name = 'Fei Shu'");
	expect(&scene.test, "Fei Shu", KEY, 502, "230001");
	sql(&scene, "UPDATE org_members SET external_id = 'good_1' WHERE name = 'Fei Shu'");
	expect(&scene.test, "Fei Shu", KEY, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "sent "), 1);
	end(&scene);
}

Test(channels, one_of_many_with_the_same_key_sends)
{
	struct scene scene;
	int sent = 0;

	begin(&scene);
	sql(&scene, "UPDATE org_members SET external_id = 'slow_1' WHERE name = 'Fei Shu'");
	sent = processes(&scene, 8, KEY, 200);
	cr_expect_eq(sent, 1, "%d", sent);
	cr_expect_eq(gw_stand_in_count(&scene.feishu, " user_id slow_1"), 1);
	expect(&scene.test, "Fei Shu", KEY, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, " user_id slow_1"), 1);
	end(&scene);
}

/*
 * A process that is killed after the stand-in has taken its message, and before it could record
 * that.
 */
static void send_and_die(struct scene *scene, const struct gw_stand_in *stand_in, const char *name,
			 const char *taken)
{
	pid_t child = fork();

	cr_assert(child >= 0);
	if (child == 0) {
		struct scene mine = *scene;
		char *smtp_url = scene->test.config.smtp_url;
		char *smtp_from = scene->test.config.smtp_from;

		open_gateway(&mine, 1);
		mine.test.config.smtp_url = smtp_url;
		mine.test.config.smtp_from = smtp_from;
		(void)write_to(&mine.test, name, KEY, NULL);
		_exit(0);
	}
	gw_stand_in_wait(stand_in, taken, 1);
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	gw_test_expect(scene->conninfo, "SELECT outcome FROM clawgw.sends", "sending");
}

Test(channels, a_send_that_a_crash_cut_off_is_repeated_under_the_same_uuid)
{
	struct scene scene;

	begin(&scene);
	sql(&scene, "UPDATE org_members SET external_id = 'slow_1' WHERE name = 'Fei Shu'");
	send_and_die(&scene, &scene.feishu, "Fei Shu", "sent user_id slow_1");
	expect(&scene.test, "Fei Shu", KEY, 409, "idempotency_in_progress");
	sql(&scene, "UPDATE clawgw.idempotency_keys SET busy_until = now() - interval '1 second'");
	cr_expect_eq(processes(&scene, 4, KEY, 200), 1);
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "sent "), 1);
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "again user_id slow_1"), 1);
	gw_test_expect(scene.conninfo, "SELECT outcome FROM clawgw.sends", "sent");
	expect(&scene.test, "Fei Shu", KEY, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "again "), 1);
	end(&scene);
}

Test(channels, a_send_whose_answer_was_lost_is_repeated_under_the_same_uuid)
{
	struct scene scene;

	begin(&scene);
	sql(&scene, "UPDATE org_members SET external_id = 'reset_1' WHERE name = 'Fei Shu'");
	expect(&scene.test, "Fei Shu", KEY, 502, "the connection broke");
	expect(&scene.test, "Fei Shu", KEY, 502, "the connection broke");
	expect(&scene.test, "Owen Open", KEY, 409, "idempotency_mismatch");
	sql(&scene, "UPDATE org_members SET external_id = 'good_1' WHERE name = 'Fei Shu'");
	expect(&scene.test, "Fei Shu", KEY, 200, "sent");
	expect(&scene.test, "Fei Shu", KEY, 200, "sent");
	cr_expect_eq(gw_stand_in_count(&scene.feishu, "sent "), 1);
	end(&scene);
}

Test(channels, a_person_without_an_id_any_more_cannot_be_written_to_again)
{
	struct scene scene;

	begin(&scene);
	sql(&scene, "UPDATE org_members SET external_id = 'reset_1' WHERE name = 'Fei Shu'");
	expect(&scene.test, "Fei Shu", KEY, 502, "the connection broke");
	sql(&scene, "UPDATE org_members SET external_id = NULL WHERE name = 'Fei Shu'");
	expect(&scene.test, "Fei Shu", KEY, 502, "no id at Feishu");
	end(&scene);
}

Test(channels, after_an_hour_nobody_guesses_what_became_of_a_send)
{
	struct scene scene;

	begin(&scene);
	sql(&scene, "UPDATE org_members SET external_id = 'reset_1' WHERE name = 'Fei Shu'");
	expect(&scene.test, "Fei Shu", KEY, 502, "the connection broke");
	sql(&scene, "UPDATE clawgw.idempotency_keys SET created_at = now() - interval '2 hours'");
	expect(&scene.test, "Fei Shu", KEY, 409, "send_outcome_unknown");
	end(&scene);
}
int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
