/* SPDX-License-Identifier: ISC */
/*
 * channels_feishu.c: what is made of Feishu's replies, of configurations and of foreign words.
 */
#include "base/clock.h"
#include "channels/channel.h"
#include "channels/feishu_reply.h"

#include <criterion/criterion.h>

#define OK_TOKEN "{\"code\":0,\"tenant_access_token\":\"t-1\",\"expire\":7200}"

Test(feishu, status_and_code_decide_together)
{
	static const struct {
		long status;
		const char *body;
		bool ok, rejected, has_code;
		int64_t code;
		const char *words;
	} cases[] = {
		{200, "{\"code\":0,\"msg\":\"success\"}", true, false, true, 0, ""},
		{201, "{\"code\":0}", true, false, true, 0, ""},
		{200, " \xef\xbb\xbf", false, false, false, 0,
		 "HTTP 200 without a readable answer"},
		{200, "", false, false, false, 0, "HTTP 200 without a readable answer"},
		{200, "{}", false, false, false, 0, "HTTP 200 without a readable answer"},
		{200, "[{\"code\":0}]", false, false, false, 0,
		 "HTTP 200 without a readable answer"},
		{200, "null", false, false, false, 0, "HTTP 200 without a readable answer"},
		{200, "{\"code\":\"0\",\"msg\":\"x\"}", false, false, false, 0, "x"},
		{200, "{\"code\":0.0,\"msg\":\"x\"}", false, false, false, 0, "x"},
		{200, "{\"code\":null}", false, false, false, 0,
		 "HTTP 200 without a readable answer"},
		{200, "{\"code\":1}", false, false, true, 1, "refused with HTTP 200"},
		{200, "{\"code\":1,\"msg\":7}", false, false, true, 1, "refused with HTTP 200"},
		{200, "{\"code\":1,\"msg\":\" \\n \"}", false, false, true, 1,
		 "refused with HTTP 200"},
		{200, "{\"code\":230002,\"msg\":\"no\"}", false, false, true, 230002, "no"},
		{200, "{\"code\":-1,\"msg\":\"no\"}", false, false, true, -1, "no"},
		{302, "{\"code\":0,\"msg\":\"moved\"}", false, false, true, 0, "moved"},
		{400, "{\"code\":0}", false, false, true, 0, "refused with HTTP 400"},
		{502, "<html>", false, false, false, 0, "HTTP 502 without a readable answer"},
		{400, "{\"code\":99991663,\"msg\":\"t\"}", false, true, true, 99991663, "t"},
		{200, "{\"code\":99991663,\"msg\":\"t\"}", false, true, true, 99991663, "t"},
		{400, "{\"code\":99991661,\"msg\":\"t\"}", false, true, true, 99991661, "t"},
		{400, "{\"code\":99991664,\"msg\":\"t\"}", false, true, true, 99991664, "t"},
		{400, "{\"code\":99991668,\"msg\":\"t\"}", false, true, true, 99991668, "t"},
		{400, "{\"code\":99991671,\"msg\":\"t\"}", false, true, true, 99991671, "t"},
		{400, "{\"code\":99991677,\"msg\":\"t\"}", false, true, true, 99991677, "t"},
		{400, "{\"code\":99991672,\"msg\":\"scope\"}", false, false, true, 99991672,
		 "scope"},
		{401, "", false, true, false, 0, "HTTP 401 without a readable answer"},
		{200, "{\"code\":1,\"msg\":\"a\\u0000b\\r\\nc\"}", false, false, true, 1,
		 "a\xef\xbf\xbd"
		 "b  c"},
		{200, "{\"code\":1,\"msg\":\"\xff\xff\"}", false, false, true, 1,
		 "\xef\xbf\xbd\xef\xbf\xbd"},
		{200, "{\"code\":1,\"code\":0}", true, false, true, 0, ""},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_feishu_reply reply;

		gw_feishu_reply_read(cases[i].status, gw_str(cases[i].body), &reply);
		cr_expect_eq(reply.ok, cases[i].ok, "%s", cases[i].body);
		cr_expect_eq(reply.token_rejected, cases[i].rejected, "%s", cases[i].body);
		cr_expect_eq(reply.has_code, cases[i].has_code, "%s", cases[i].body);
		cr_expect_eq(reply.code, cases[i].code, "%s", cases[i].body);
		cr_expect_str_eq(reply.words, cases[i].words, "%s: %s", cases[i].body, reply.words);
		cr_expect_null(reply.token);
		gw_feishu_reply_release(&reply);
	}
}

Test(feishu, tokens_are_taken_only_if_they_fit_into_a_header)
{
	static const struct {
		const char *body;
		const char *token;
		int64_t seconds;
	} cases[] = {
		{OK_TOKEN, "t-1", 7200},
		{"{\"code\":0,\"app_access_token\":\"a-1\",\"expire\":60}", "a-1", 60},
		{"{\"code\":0,\"app_access_token\":\"a-1\",\"tenant_access_token\":\"t-1\"}", "t-1",
		 60},
		{"{\"code\":0,\"app_access_token\":\"a-1\",\"tenant_access_token\":\"\"}", "a-1",
		 60},
		{"{\"code\":0,\"tenant_access_token\":\"t\",\"expire\":0}", "t", 60},
		{"{\"code\":0,\"tenant_access_token\":\"t\",\"expire\":-5}", "t", 60},
		{"{\"code\":0,\"tenant_access_token\":\"t\",\"expire\":\"99\"}", "t", 60},
		{"{\"code\":0,\"tenant_access_token\":\"t\",\"expire\":99999999999999999999}", "t",
		 86400},
		{"{\"code\":0,\"tenant_access_token\":\"a b\"}", NULL, 0},
		{"{\"code\":0,\"tenant_access_token\":\"a\\r\\nX: y\"}", NULL, 0},
		{"{\"code\":0,\"tenant_access_token\":\"\\u0000\"}", NULL, 0},
		{"{\"code\":0,\"tenant_access_token\":\"\xc3\xa4\"}", NULL, 0},
		{"{\"code\":0,\"tenant_access_token\":[\"t\"]}", NULL, 0},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_feishu_reply reply;

		gw_feishu_reply_read(200, gw_str(cases[i].body), &reply);
		cr_expect(reply.ok);
		if (cases[i].token == NULL) {
			cr_expect_null(reply.token, "%s", cases[i].body);
		} else {
			cr_assert_not_null(reply.token, "%s", cases[i].body);
			cr_expect_str_eq(reply.token, cases[i].token);
			cr_expect_eq(reply.life, cases[i].seconds * GW_USEC_PER_SEC, "%s",
				     cases[i].body);
		}
		gw_feishu_reply_release(&reply);
	}
}

Test(feishu, a_domain_counts_only_if_it_is_one)
{
	static const struct {
		const char *extra_config;
		const char *url;
	} cases[] = {
		{NULL, "https://fallback"},
		{"", "https://fallback"},
		{"{}", "https://fallback"},
		{"[]", "https://fallback"},
		{"7", "https://fallback"},
		{"{\"domain\":null}", "https://fallback"},
		{"{\"domain\":{\"domain\":\"x\"}}", "https://fallback"},
		{"{\"domain\":\"\"}", "https://fallback"},
		{"{\"domain\":\"  \"}", "https://fallback"},
		{"{\"domain\":\"https://\"}", "https://fallback"},
		{"{\"domain\":\"ftp://open.feishu.cn\"}", "https://fallback"},
		{"{\"domain\":\"file:///etc/passwd\"}", "https://fallback"},
		{"{\"domain\":\"http://user@host\"}", "https://fallback"},
		{"{\"domain\":\"host?x=1\"}", "https://fallback"},
		{"{\"domain\":\"host#x\"}", "https://fallback"},
		{"{\"domain\":\"ho st\"}", "https://fallback"},
		{"{\"domain\":\"host\\r\\nX: y\"}", "https://fallback"},
		{"{\"domain\":\"host\\u0000\"}", "https://fallback"},
		{"{\"domain\":\"open.larksuite.com\"}", "https://open.larksuite.com"},
		{"{\"domain\":\" https://open.larksuite.com/ \"}", "https://open.larksuite.com"},
		{"{\"domain\":\"HTTPS://open.larksuite.com//\"}", "https://open.larksuite.com"},
		{"{\"domain\":\"http://127.0.0.1:8080/base\"}", "http://127.0.0.1:8080/base"},
		{"{\"domain\":\"127.0.0.1:8080\"}", "https://127.0.0.1:8080"},
		{"{\"domain\":\"http://[::1]:8080\"}", "http://[::1]:8080"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_buf url;

		gw_buf_init(&url, GW_FEISHU_URL_MAX);
		gw_feishu_base_url(&url, gw_str(cases[i].extra_config), "https://fallback");
		cr_expect_str_eq(url.data, cases[i].url, "%s: %s", cases[i].extra_config, url.data);
		gw_buf_release(&url);
	}
}

Test(feishu, foreign_words_are_cut_between_characters)
{
	static const struct {
		const char *text;
		const char *made;
	} cases[] = {
		{"", ""},
		{"short", "short"},
		{" a\tb\x7f ", "a b"},
		{"12345678901", "1234567890"},
		{"123456789\xc3\xa4", "123456789"},
		{"12345678\xc3\xa4", "12345678\xc3\xa4"},
		{"\xf0\x9f", "\xef\xbf\xbd"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_buf out;

		gw_buf_init(&out, 10);
		gw_foreign_text(&out, gw_str(cases[i].text), 10);
		cr_expect_str_eq(out.data, cases[i].made);
		gw_buf_release(&out);
	}
}

static const struct gw_channel *choose(const char *smtp_url, struct gw_person person,
				       const char *wanted)
{
	char url[64];
	char from[] = "a@b";
	struct gw_config config = {.smtp_url = url, .smtp_from = from};

	(void)snprintf(url, sizeof(url), "%s", smtp_url);
	return gw_channel_choose(&config, &person, gw_str(wanted));
}

Test(channel, whoever_has_a_feishu_id_is_not_written_mail_unless_that_is_asked_for)
{
	const struct gw_person both = {.open_id = GW_STR_LIT("ou"), .email = GW_STR_LIT("a@b")};
	const struct gw_person mail = {.email = GW_STR_LIT("a@b")};
	const struct gw_person none = {.email = GW_STR_NULL};

	cr_expect_eq(choose("smtp://x", both, NULL), &gw_channel_feishu);
	cr_expect_eq(choose("smtp://x", both, "feishu"), &gw_channel_feishu);
	cr_expect_eq(choose("smtp://x", both, "email"), &gw_channel_email);
	cr_expect_null(choose("smtp://x", both, "agent"));
	cr_expect_null(choose("", both, "email"));
	cr_expect_eq(choose("smtp://x", mail, NULL), &gw_channel_email);
	cr_expect_null(choose("smtp://x", mail, "feishu"));
	cr_expect_null(choose("", mail, NULL));
	cr_expect_null(choose("smtp://x", none, NULL));
	cr_expect_eq(gw_channel_named(GW_STR_LIT("email")), &gw_channel_email);
	cr_expect_null(gw_channel_named(GW_STR_LIT("pigeon")));
}
