/* SPDX-License-Identifier: ISC */
/*
 * test_llm.c: requests as they go over the wire, streams in pieces of any size and Retry-After.
 */
#include "llm/dialect.h"
#include "llm/sse.h"

#include "base/clock.h"

#include <criterion/criterion.h>

#define NOW (INT64_C(1767225600) * GW_USEC_PER_SEC) /* Thu, 01 Jan 2026 00:00:00 GMT */

static void write_event(void *arg, struct gw_str name, struct gw_str data)
{
	struct gw_buf *out = arg;

	gw_buf_add_str(out, name);
	gw_buf_add_char(out, '=');
	gw_buf_add_str(out, data);
	gw_buf_add_char(out, ';');
}

/* What a stream comes to when it arrives in pieces of `piece` bytes. */
static void read_stream(const char *stream, size_t piece, struct gw_buf *out)
{
	struct gw_sse sse;
	bool ok = true;

	gw_sse_init(&sse, 64, write_event, out);
	for (size_t at = 0; ok && at < strlen(stream); at += piece)
		ok = gw_sse_feed(&sse, stream + at,
				 at + piece < strlen(stream) ? piece : strlen(stream) - at);
	if (!ok || !gw_sse_end(&sse))
		gw_buf_add_c(out, "too long");
	gw_sse_release(&sse);
}

Test(sse, reads_events_whatever_the_line_ends_and_the_pieces)
{
	static const struct {
		const char *stream, *events;
	} cases[] = {
		{"data: a\n\n", "=a;"},
		{"data:a\r\n\r\ndata: b\r\n\r\n", "=a;=b;"},
		{"data: a\r\rdata: b\r\r", "=a;=b;"},
		{"event: x\ndata: 1\ndata: 2\n\n", "x=1\n2;"},
		{": comment\n\n\n\nid: 7\nretry: 5\ndata: a\n\n", "=a;"},
		{"\xEF\xBB\xBF"
		 "data: a\n\n",
		 "=a;"},
		{"data\n\n", "=;"},
		{"data:  two\n\n", "= two;"},
		{"event: lost\n\ndata: a\n\n", "=a;"},
		{"data: unfinished", "=unfinished;"},
		{"data: unfinished\n", "=unfinished;"},
		{"datum: a\n\n", ""},
		{"", ""},
		{"data: 0123456789012345678901234567890123456789012345678901234567890123456789\n\n",
		 "too long"},
		{"data: 012345678901234567890123456789\ndata: "
		 "012345678901234567890123456789\ndata: 0123456789\n\n",
		 "too long"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		for (size_t piece = 1; piece < 20; piece++) {
			struct gw_buf out;

			gw_buf_init(&out, 4096);
			read_stream(cases[i].stream, piece, &out);
			cr_expect_str_eq(gw_buf_str(&out).len > 0 ? out.data : "", cases[i].events,
					 "case %zu in pieces of %zu: %s", i, piece, out.data);
			gw_buf_release(&out);
		}
	}
}

Test(retry_after, is_read_in_all_its_forms)
{
	static const struct {
		const char *milliseconds, *retry_after;
		int64_t wait;
	} cases[] = {
		{NULL, NULL, -1},
		{NULL, "0", 0},
		{NULL, "120", 120 * GW_USEC_PER_SEC},
		{NULL, " 1.5 ", 3 * GW_USEC_PER_SEC / 2},
		{"1500", NULL, 3 * GW_USEC_PER_SEC / 2},
		{"20.5", "3600", 20500},
		{"soon", "2", 2 * GW_USEC_PER_SEC},
		{NULL, "Thu, 01 Jan 2026 00:00:30 GMT", 30 * GW_USEC_PER_SEC},
		{NULL, "Thursday, 01-Jan-26 01:00:00 GMT", 3600 * GW_USEC_PER_SEC},
		{NULL, "Thu Jan  1 00:00:05 2026", 5 * GW_USEC_PER_SEC},
		{NULL, "Wed, 31 Dec 2025 00:00:00 GMT", 0},
		{NULL, "-5", -1},
		{NULL, "1.2.3", -1},
		{NULL, "tomorrow, perhaps", -1},
		{NULL, "9223372036854775807", INT64_C(3650) * 86400 * GW_USEC_PER_SEC},
		{"9223372036854775807", NULL, INT64_C(3650) * 86400 * GW_USEC_PER_SEC},
		{NULL, "0.99999999999999999999", 999999},
		{NULL, "Fri, 31 Dec 9999 23:59:59 GMT", INT64_C(3650) * 86400 * GW_USEC_PER_SEC},
		{NULL, "99999999999999999999", INT64_C(3650) * 86400 * GW_USEC_PER_SEC},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		int64_t wait = gw_llm_retry_after(gw_str(cases[i].milliseconds),
						  gw_str(cases[i].retry_after), NOW);

		cr_expect_eq(wait, cases[i].wait, "case %zu: %lld", i, (long long)wait);
	}
}

static void request_text(const struct gw_llm_request *request, struct gw_buf *out)
{
	struct gw_llm_wire wire;
	const char *problem = NULL;

	if (gw_llm_prepare(request, &problem, &wire) != GW_OK) {
		gw_buf_add_c(out, problem);
		return;
	}
	gw_buf_add_c(out, wire.url);
	for (size_t i = 2; i < GW_LLM_HEADERS && wire.headers[i] != NULL; i++)
		gw_buf_addf(out, "|%s", wire.headers[i]);
	gw_llm_wire_release(&wire);
}

Test(wire, finds_the_address_and_the_header_of_each_provider)
{
	static const struct {
		const char *provider, *base_url, *key, *text;
	} cases[] = {
		{"openai", NULL, "k",
		 "https://api.openai.com/v1/chat/completions|Authorization: Bearer k"},
		{"OpenAI", "", "k",
		 "https://api.openai.com/v1/chat/completions|Authorization: Bearer k"},
		{"deepseek", NULL, "k",
		 "https://api.deepseek.com/v1/chat/completions|Authorization: Bearer k"},
		{"qwen", NULL, "k",
		 "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/"
		 "completions|Authorization: Bearer k"},
		{"openrouter", NULL, "k",
		 "https://openrouter.ai/api/v1/chat/completions|Authorization: Bearer k"},
		{"zhipu", NULL, "k",
		 "https://open.bigmodel.cn/api/paas/v4/chat/completions|Authorization: Bearer k"},
		{"kimi", NULL, "k",
		 "https://api.moonshot.cn/v1/chat/completions|Authorization: Bearer k"},
		{"minimax", NULL, "k",
		 "https://api.minimaxi.com/v1/chat/completions|Authorization: Bearer k"},
		{"baidu", NULL, "k",
		 "https://qianfan.baidubce.com/v2/chat/completions|Authorization: Bearer k"},
		{"gemini", NULL, "k",
		 "https://generativelanguage.googleapis.com/v1beta/openai/chat/"
		 "completions|Authorization: Bearer k"},
		{"openai-response", NULL, "k",
		 "https://api.openai.com/v1/chat/completions|Authorization: Bearer k"},
		{"sglang", NULL, "", "http://localhost:30000/v1/chat/completions"},
		{"ollama", NULL, "", "http://localhost:11434/v1/chat/completions"},
		{"vllm", NULL, "", "http://localhost:8000/v1/chat/completions"},
		{"anthropic", NULL, "k",
		 "https://api.anthropic.com/v1/messages|anthropic-version: 2023-06-01|x-api-key: "
		 "k"},
		{"anthropic", "http://h/v1/", "k",
		 "http://h/v1/messages|anthropic-version: 2023-06-01|x-api-key: k"},
		{"azure", "https://h/openai?api-version=1", "k",
		 "https://h/openai/chat/completions?api-version=1|api-key: k"},
		{"custom", " http://h/v1// ", "k",
		 "http://h/v1/chat/completions|Authorization: Bearer k"},
		{"custom", "http://h/v1/chat/completions", "", "http://h/v1/chat/completions"},
		{"unheard-of", "http://h", "", "http://h/chat/completions"},
		{"azure", NULL, "k", "the model needs a base_url"},
		{"custom", "file:///etc/passwd", "k",
		 "the model's base_url is not an http or https URL"},
		{"custom", "http://elsewhere/v1", "k",
		 "the model's base_url is not https, and allow_http_hosts does not name its host"},
		{"ollama", "http://localhost:11434/v1", "",
		 "the model's base_url is not https, and allow_http_hosts does not name its host"},
		{"custom", "http://h@elsewhere/v1", "k",
		 "the model's base_url is not https, and allow_http_hosts does not name its host"},
		{"custom", "http://h\r\nX: y", "k",
		 "the model's base_url is not an http or https URL"},
		{"openai", NULL, "a\r\nb",
		 "the model's key has characters that no key has (is secret_key right?)"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_llm_request request = {
			.provider = gw_str(cases[i].provider),
			.base_url = gw_str(cases[i].base_url),
			.allow_http_hosts = "h",
			.model = GW_STR_LIT("m"),
			.key = gw_str(cases[i].key),
			.message = GW_STR_LIT("x"),
		};
		struct gw_buf out;

		gw_buf_init(&out, 4096);
		request_text(&request, &out);
		cr_expect_str_eq(out.data, cases[i].text, "case %zu: %s", i, out.data);
		gw_buf_release(&out);
	}
}

Test(wire, says_everything_in_either_dialect)
{
	static const struct gw_llm_turn turns[] = {{true, {"old \"news\"", 10}},
						   {false, {"a", 1}},
						   {false, {"b", 1}},
						   {true, {"", 0}},
						   {true, {"c", 1}}};
	static const struct {
		const char *provider;
		bool has_temperature;
		double temperature;
		int64_t max_output;
		const char *body;
	} cases[] = {
		{"openai", false, 0, 0,
		 "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"S\"},"
		 "{\"role\":\"assistant\",\"content\":\"old "
		 "\\\"news\\\"\"},{\"role\":\"user\",\"content\":\"a\"},"
		 "{\"role\":\"user\",\"content\":\"b\"},{\"role\":\"assistant\",\"content\":\"c\"},"
		 "{\"role\":\"user\",\"content\":\"x\"}],\"stream\":true,\"stream_options\":{"
		 "\"include_usage\":true}}"},
		{"openai", true, 0.7, 100,
		 "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"S\"},"
		 "{\"role\":\"assistant\",\"content\":\"old "
		 "\\\"news\\\"\"},{\"role\":\"user\",\"content\":\"a\"},"
		 "{\"role\":\"user\",\"content\":\"b\"},{\"role\":\"assistant\",\"content\":\"c\"},"
		 "{\"role\":\"user\",\"content\":\"x\"}],\"temperature\":0.7,\"max_tokens\":100,"
		 "\"stream\":true,"
		 "\"stream_options\":{\"include_usage\":true}}"},
		{"anthropic", false, 0, 0,
		 "{\"model\":\"m\",\"max_tokens\":4096,\"system\":\"S\",\"messages\":["
		 "{\"role\":\"user\",\"content\":\"a\\n\\nb\"},{\"role\":\"assistant\",\"content\":"
		 "\"c\"},"
		 "{\"role\":\"user\",\"content\":\"x\"}],\"stream\":true}"},
		{"anthropic", true, 1.5, 5,
		 "{\"model\":\"m\",\"max_tokens\":5,\"system\":\"S\",\"messages\":["
		 "{\"role\":\"user\",\"content\":\"a\\n\\nb\"},{\"role\":\"assistant\",\"content\":"
		 "\"c\"},"
		 "{\"role\":\"user\",\"content\":\"x\"}],\"temperature\":1,\"stream\":true}"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_llm_request request = {
			.provider = gw_str(cases[i].provider),
			.model = GW_STR_LIT("m"),
			.has_temperature = cases[i].has_temperature,
			.temperature = cases[i].temperature,
			.max_output_tokens = cases[i].max_output,
			.system = GW_STR_LIT("S"),
			.turns = turns,
			.turn_count = GW_ARRAY_LEN(turns),
			.message = GW_STR_LIT("x"),
		};
		struct gw_llm_wire wire;
		const char *problem = NULL;

		cr_assert_eq(gw_llm_prepare(&request, &problem, &wire), GW_OK);
		cr_expect_str_eq(wire.body.data, cases[i].body, "case %zu: %s", i, wire.body.data);
		gw_llm_wire_release(&wire);
	}
}
