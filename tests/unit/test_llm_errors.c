/* SPDX-License-Identifier: ISC */
/*
 * test_llm_errors.c: what servers say when they refuse: in which words, how long to wait, and what the model does not take.
 */
#include "llm/dialect.h"

#include "base/clock.h"

#include <criterion/criterion.h>

#define NOW (INT64_C(1767225600) * GW_USEC_PER_SEC) /* Thu, 01 Jan 2026 00:00:00 GMT */
#define A_REFUSAL(text)                                                                            \
	"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"" text    \
	"\"}}"
#define ERROR(code) "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":\"" code "\"}}"

Test(retry_after, is_read_in_the_words_of_an_error)
{
	static const struct {
		const char *words;
		int64_t wait;
	} cases[] = {
		{"Rate limit reached. Please try again in 20s.", 20 * GW_USEC_PER_SEC},
		{"Please try again in 1m30s. Visit", 90 * GW_USEC_PER_SEC},
		{"Please try again in 6ms", 6000},
		{"Please retry in 34.074824224s.", 34074824},
		{"Retry after 5 seconds", 5 * GW_USEC_PER_SEC},
		{"Retry after 9223372036854775807 days", INT64_C(3650) * 86400 * GW_USEC_PER_SEC},
		{"Try again in 99999999d99999999h99999999999999999999s",
		 INT64_C(3650) * 86400 * GW_USEC_PER_SEC},
		{"please wait 2 minutes before", 120 * GW_USEC_PER_SEC},
		{"try again in 1 hour 5 minutes", 3900 * GW_USEC_PER_SEC},
		{"Please retry your request after 20 seconds.", 20 * GW_USEC_PER_SEC},
		{"Please wait for 20 seconds", 20 * GW_USEC_PER_SEC},
		{"{ 'retryDelay': '34s' }", 34 * GW_USEC_PER_SEC},
		{"Quota resets in 2m", 120 * GW_USEC_PER_SEC},
		{"请求过于频繁，请 20 秒后重试", 20 * GW_USEC_PER_SEC},
		{"请等待1分钟", 60 * GW_USEC_PER_SEC},
		{"响应时间 20 秒", -1},
		{"Try again. The limit is 3 requests per 60s.", -1},
		{"try again in a while", -1},
		{"in 20s", -1},
		{"", -1},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++)
		cr_expect_eq(gw_llm_retry_in_words(gw_str(cases[i].words)), cases[i].wait,
			     "case %zu: %lld", i,
			     (long long)gw_llm_retry_in_words(gw_str(cases[i].words)));
}

/* What one whole body with a status comes to. */
static void read_body(bool anthropic, int status, const char *retry_after, const char *body,
		      struct gw_llm_result *ret_result)
{
	struct gw_llm_reply *reply =
		gw_llm_reply_new(anthropic ? &gw_llm_anthropic : &gw_llm_openai, 4096);
	char line[64];

	(void)snprintf(line, sizeof(line), "HTTP/1.1 %d Reason\r\n", status);
	gw_llm_reply_header(reply, gw_str(line));
	if (retry_after != NULL) {
		(void)snprintf(line, sizeof(line), "Retry-After: %s\r\n", retry_after);
		gw_llm_reply_header(reply, gw_str(line));
	}
	(void)gw_llm_reply_data(reply, body, strlen(body));
	gw_llm_reply_finish(reply, GW_LLM_END_IN_ORDER, NULL, 100, NOW, ret_result);
	gw_llm_reply_free(reply);
}

Test(errors, keep_their_words_whatever_their_shape)
{
	static const struct {
		int status;
		const char *body, *detail;
	} cases[] = {
		{400, "{\"error\":{\"message\":\"words\",\"type\":\"t\",\"code\":null}}",
		 "refused, HTTP 400, t: words"},
		{400, "{\"error\":\"words\"}", "refused, HTTP 400: words"},
		{400, "{\"detail\":\"words\"}", "refused, HTTP 400: words"},
		{422,
		 "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"temperature\"],"
		 "\"msg\":\"Extra "
		 "inputs are not permitted\"}]}",
		 "refused, HTTP 422, extra_forbidden: temperature: Extra inputs are not permitted"},
		{400, "{\"detail\":{\"error\":{\"message\":\"words\"}}}",
		 "refused, HTTP 400: words"},
		{400,
		 "{\"object\":\"error\",\"message\":\"words\",\"type\":\"BadRequestError\","
		 "\"code\":400}",
		 "refused, HTTP 400, 400: words"},
		{400, "{\"code\":1210,\"msg\":\"words\"}", "refused, HTTP 400, 1210: words"},
		{400, "{\"error_code\":336,\"error_msg\":\"words\"}",
		 "refused, HTTP 400, 336: words"},
		{500, "[{\"error\":{\"code\":500,\"message\":\"words\",\"status\":\"INTERNAL\"}}]",
		 "server_error, HTTP 500, 500: words"},
		{502, "<html><head><title>502 Bad Gateway</title></head><body>\n\n<h1>nginx</h1>",
		 "server_error, HTTP 502: 502 Bad Gateway nginx"},
		{503, "upstream connect error", "server_error, HTTP 503: upstream connect error"},
		{401,
		 "{\"error\":{\"message\":\"Incorrect API key provided: sk-abcd1234. See "
		 "https://platform.example/keys.\"}}",
		 "key_refused, HTTP 401: Incorrect API key provided: [secret] See [address]"},
		{429, "{\"error\":{\"message\":\"of org-AbC0123456789012345678901 on tokens\"}}",
		 "rate_limited, HTTP 429: of [secret] on tokens"},
		{400, "", "refused, HTTP 400"},
		{400,
		 "{\"error\":{\"message\":\"Provider returned "
		 "error\",\"code\":400,\"metadata\":{\"raw\":"
		 "\"{\\\"error\\\":{\\\"message\\\":\\\"words\\\"}}\",\"provider_name\":\"P\"}}}",
		 "refused, HTTP 400, 400: Provider returned error: words"},
		{422,
		 "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"a\",\"loc\":[\"body\","
		 "\"x\"],"
		 "\"msg\":\"one\"},{\"type\":\"b\",\"loc\":[\"body\",\"messages\",0,\"y\"],\"msg\":"
		 "\"two\"}]}}",
		 "refused, HTTP 422, a: x: one: y: two"},
		{403, "{\"success\":false,\"errors\":[{\"code\":7003,\"message\":\"words\"}]}",
		 "key_refused, HTTP 403, 7003: words"},
		{500, "{\"fault\":{\"faultstring\":\"words\",\"detail\":{\"errorcode\":\"x\"}}}",
		 "server_error, HTTP 500: words"},
		{403, "{\"Message\":\"words\"}", "key_refused, HTTP 403: words"},
		{400, "{\"title\":\"Bad Request\",\"detail\":\"words\",\"status\":400}",
		 "refused, HTTP 400, 400: words"},
		{400, "{\"error\":\"invalid_grant\",\"error_description\":\"words\"}",
		 "refused, HTTP 400: invalid_grant"},
		{400, "{\"error\":\"invalid\",\"message\":\"words\"}", "refused, HTTP 400: words"},
		{400,
		 "{\"error\":{\"message\":\"{\\n \\\"error\\\": {\\\"message\\\": "
		 "\\\"words\\\"}}\"}}",
		 "refused, HTTP 400: words"},
		{400, "{\"error\":[\"one\",\"two\"]}", "refused, HTTP 400: one: two"},
		{400, "\"words\"", "refused, HTTP 400: \"words\""},
		{400, "{\"nobody\":{\"knows\":[1]}}",
		 "refused, HTTP 400: {\"nobody\":{\"knows\":[1]}}"},
		{400, "[]", "refused, HTTP 400: []"},
		{200, "Internal error", "broken_off, HTTP 200"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_llm_result result;

		read_body(false, cases[i].status, NULL, cases[i].body, &result);
		cr_expect_str_eq(result.detail, cases[i].detail, "case %zu: %s", i, result.detail);
		gw_llm_result_release(&result);
	}
}

Test(errors, in_the_body_and_the_head_ask_for_a_wait_of_which_the_larger_counts)
{
	static const struct {
		const char *header, *body;
		int64_t wait;
	} cases[] = {
		{NULL,
		 "[{\"error\":{\"code\":429,\"message\":\"quota\",\"details\":[{\"@type\":"
		 "\"RetryInfo\","
		 "\"retryDelay\":\"34s\"}]}}]",
		 34 * GW_USEC_PER_SEC},
		{"5", "{\"error\":{\"message\":\"Please try again in 20s.\"}}",
		 20 * GW_USEC_PER_SEC},
		{"50", "{\"error\":{\"message\":\"Please try again in 20s.\"}}",
		 50 * GW_USEC_PER_SEC},
		{NULL, "{\"error\":{\"message\":\"Slow down\",\"retry_after\":7}}",
		 7 * GW_USEC_PER_SEC},
		{NULL, "{\"retry_after_ms\":1500,\"message\":\"Slow down\"}", 1500000},
		{NULL, "{\"error\":{\"message\":\"Slow down\",\"retry_after\":-7}}", -1},
		{NULL, "{\"error\":{\"message\":\"Slow down\"}}", -1},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_llm_result result;

		read_body(false, 429, cases[i].header, cases[i].body, &result);
		cr_expect_eq(result.retry_after, cases[i].wait, "case %zu: %lld", i,
			     (long long)result.retry_after);
		gw_llm_result_release(&result);
	}
}

#define PARAM(text, param)                                                                         \
	"{\"error\":{\"message\":\"" text                                                          \
	"\",\"type\":\"invalid_request_error\",\"param\":\"" param                                 \
	"\",\"code\":\"unsupported_parameter\"}}"

Test(quirks, are_learned_from_what_a_model_refuses)
{
	static const struct {
		bool anthropic;
		int status;
		const char *body;
		uint32_t quirks;
	} cases[] = {
		{false, 400,
		 PARAM("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
		       "'max_completion_tokens' instead.",
		       "max_tokens"),
		 GW_LLM_COMPLETION_LIMIT},
		{false, 400,
		 PARAM("Unsupported value: 'temperature' does not support 0.7 with this model. "
		       "Only "
		       "the default (1) value is supported.",
		       "temperature"),
		 GW_LLM_NO_TEMPERATURE},
		{false, 400,
		 "{\"error\":{\"message\":\"Unrecognized request argument supplied: "
		 "stream_options\",\"param\":null}}",
		 GW_LLM_NO_STREAM_OPTIONS},
		{false, 422,
		 "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"stream_options\"],"
		 "\"msg\":"
		 "\"Extra inputs are not permitted\",\"input\":{}}]}",
		 GW_LLM_NO_STREAM_OPTIONS},
		{false, 400,
		 "{\"error\":{\"message\":\"Unrecognized request argument supplied: "
		 "max_completion_tokens\"}}",
		 GW_LLM_PLAIN_LIMIT},
		{false, 400,
		 "{\"object\":\"error\",\"message\":\"'max_tokens' or 'max_completion_tokens' is "
		 "too "
		 "large: 20000.\",\"code\":400}",
		 GW_LLM_NO_LIMIT},
		{true, 400,
		 "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
		 "\"`temperature` is deprecated for this model.\"}}",
		 GW_LLM_NO_TEMPERATURE},
		{false, 400,
		 "{\"error\":{\"message\":\"Provider returned "
		 "error\",\"code\":400,\"metadata\":{\"raw\":"
		 "\"{\\\"error\\\":{\\\"message\\\":\\\"Unsupported parameter: 'max_tokens'. Use "
		 "'max_completion_tokens' instead.\\\",\\\"param\\\":\\\"max_tokens\\\"}}\"}}}",
		 GW_LLM_COMPLETION_LIMIT},
		{false, 400,
		 "{\"error\":{\"message\":\"litellm.BadRequestError: 'temperature' is not "
		 "supported\","
		 "\"param\":\"None\",\"code\":\"400\"}}",
		 GW_LLM_NO_TEMPERATURE},
		{false, 422,
		 "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"temperature\"],"
		 "\"msg\":\"Extra "
		 "inputs are not "
		 "permitted\"},{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"stream_options\"],"
		 "\"msg\":\"Extra inputs are not permitted\"}]}",
		 GW_LLM_NO_TEMPERATURE | GW_LLM_NO_STREAM_OPTIONS},
		{false, 422,
		 "{\"message\":{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"max_"
		 "tokens\"],"
		 "\"msg\":\"Extra inputs are not permitted\"}]}}",
		 GW_LLM_NO_LIMIT},
		{false, 400,
		 PARAM("Unsupported value: 'messages[0].role' does not support 'system' with this "
		       "model.",
		       "messages[0].role"),
		 GW_LLM_NO_SYSTEM},
		{false, 400,
		 "[{\"error\":{\"code\":400,\"message\":\"Developer instruction is not enabled for "
		 "models/m\",\"status\":\"INVALID_ARGUMENT\"}}]",
		 GW_LLM_NO_SYSTEM},
		{false, 400,
		 "[{\"error\":{\"code\":400,\"message\":\"Invalid JSON payload received. Unknown "
		 "name "
		 "\\\"stream_options\\\": Cannot find field.\",\"status\":\"INVALID_ARGUMENT\"}}]",
		 GW_LLM_NO_STREAM_OPTIONS},
		{false, 400,
		 "{\"error\":{\"message\":\"it has a maxOutputTokens value of 99999 but the "
		 "supported "
		 "range is from 1 to 8193\"}}",
		 GW_LLM_NO_LIMIT},
		{false, 400,
		 PARAM("Your organization must be verified to stream this model.", "stream"),
		 GW_LLM_NO_STREAM},
		{false, 400,
		 "{\"message\":\"Conversation roles must alternate "
		 "user/assistant/user/assistant/...\"}",
		 GW_LLM_ALTERNATING},
		{true, 400,
		 A_REFUSAL("max_tokens: 20000 > 8192, which is the maximum allowed number of "
			   "output tokens"),
		 GW_LLM_NO_LIMIT},
		{false, 400, PARAM("The model has reached its maximum context length", "messages"),
		 0},
		{false, 400, ERROR("context_length_exceeded"), 0},
		{false, 401, PARAM("'temperature' is not supported", "temperature"), 0},
		{false, 500, PARAM("'temperature' is not supported", "temperature"), 0},
		{false, 400, "{\"error\":{\"message\":\"It was about the temperature of tea.\"}}",
		 0},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_llm_result result;

		read_body(cases[i].anthropic, cases[i].status, NULL, cases[i].body, &result);
		cr_expect_eq(result.quirks, cases[i].quirks, "case %zu: %x, %s", i, result.quirks,
			     result.detail);
		gw_llm_result_release(&result);
	}
}

Test(quirks, put_what_was_said_in_turn)
{
	static const struct gw_llm_turn turns[] = {
		{true, GW_STR_LIT("a")},  {false, GW_STR_LIT("b")}, {false, GW_STR_LIT("")},
		{false, GW_STR_LIT("c")}, {true, GW_STR_LIT("d")},  {false, GW_STR_LIT("e")},
	};
	static const struct {
		uint32_t quirks;
		const char *messages;
	} cases[] = {
		{GW_LLM_NO_STREAM,
		 "[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"assistant\",\"content\":"
		 "\"a\"},"
		 "{\"role\":\"user\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"c\"},"
		 "{\"role\":\"assistant\",\"content\":\"d\"},{\"role\":\"user\",\"content\":\"e\"},"
		 "{\"role\":\"user\",\"content\":\"x\"}]}"},
		{GW_LLM_NO_STREAM | GW_LLM_ALTERNATING,
		 "[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":"
		 "\"b\\n\\nc\"},"
		 "{\"role\":\"assistant\",\"content\":\"d\"},{\"role\":\"user\",\"content\":"
		 "\"e\\n\\nx\"}]}"},
		{GW_LLM_NO_STREAM | GW_LLM_ALTERNATING | GW_LLM_NO_SYSTEM,
		 "[{\"role\":\"user\",\"content\":\"b\\n\\nc\"},{\"role\":\"assistant\","
		 "\"content\":\"d\"},"
		 "{\"role\":\"user\",\"content\":\"e\\n\\nS\\n\\nx\"}]}"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_llm_request request = {
			.provider = GW_STR_LIT("openai"),
			.model = GW_STR_LIT("m"),
			.quirks = cases[i].quirks,
			.system = GW_STR_LIT("S"),
			.turns = turns,
			.turn_count = GW_ARRAY_LEN(turns),
			.message = GW_STR_LIT("x"),
		};
		const char *problem = NULL;
		struct gw_llm_wire wire;

		cr_assert_eq(gw_llm_prepare(&request, &problem, &wire), GW_OK);
		cr_expect(strstr(wire.body.data, cases[i].messages) != NULL, "case %zu: %s", i,
			  wire.body.data);
		gw_llm_wire_release(&wire);
	}
}

Test(quirks, change_the_request)
{
	static const struct {
		const char *provider, *model;
		uint32_t quirks;
		const char *body;
	} cases[] = {
		{"openai", "m", GW_LLM_NO_TEMPERATURE | GW_LLM_COMPLETION_LIMIT,
		 "\"max_completion_tokens\":9,\"stream\":true,\"stream_options\":{\"include_"
		 "usage\":true}}"},
		{"openai", "m", GW_LLM_NO_LIMIT | GW_LLM_NO_STREAM_OPTIONS,
		 "\"temperature\":0.5,\"stream\":true}"},
		{"openai", "m", GW_LLM_COMPLETION_LIMIT | GW_LLM_PLAIN_LIMIT | GW_LLM_NO_STREAM,
		 "\"temperature\":0.5}"},
		{"openrouter", "openai/o3-mini", GW_LLM_NO_TEMPERATURE | GW_LLM_NO_STREAM,
		 "\"max_completion_tokens\":9}"},
		{"openrouter", "openai/o3-mini",
		 GW_LLM_NO_TEMPERATURE | GW_LLM_NO_STREAM | GW_LLM_PLAIN_LIMIT,
		 "\"max_tokens\":9}"},
		{"openai", "m",
		 GW_LLM_NO_SYSTEM | GW_LLM_NO_LIMIT | GW_LLM_NO_TEMPERATURE | GW_LLM_NO_STREAM,
		 "\"messages\":[{\"role\":\"user\",\"content\":\"S\\n\\nx\"}]}"},
		{"anthropic", "m", GW_LLM_NO_TEMPERATURE,
		 "{\"model\":\"m\",\"max_tokens\":9,\"system\":\"S\",\"messages\":[{\"role\":"
		 "\"user\","
		 "\"content\":\"x\"}],\"stream\":true}"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_llm_request request = {
			.provider = gw_str(cases[i].provider),
			.model = gw_str(cases[i].model),
			.has_temperature = true,
			.temperature = 0.5,
			.max_output_tokens = 9,
			.quirks = cases[i].quirks,
			.system = GW_STR_LIT("S"),
			.message = GW_STR_LIT("x"),
		};
		const char *problem = NULL;
		struct gw_llm_wire wire;
		size_t len = strlen(cases[i].body);

		cr_assert_eq(gw_llm_prepare(&request, &problem, &wire), GW_OK);
		cr_expect(wire.body.len >= len &&
				  strcmp(wire.body.data + wire.body.len - len, cases[i].body) == 0,
			  "case %zu: %s", i, wire.body.data);
		gw_llm_wire_release(&wire);
	}
}
