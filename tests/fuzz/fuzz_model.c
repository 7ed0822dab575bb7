/* SPDX-License-Identifier: ISC */
/*
 * fuzz_model.c: answers of language models: a stream of either dialect, or a body, or neither.
 *
 * The first byte chooses dialect and status, the second how the connection ends, the third the size of the pieces in which the rest
 * arrives; lines before an empty one are headers. What is made of it must not depend on the pieces.
 */
#include "fuzz.h"

#include "base/text.h"
#include "llm/dialect.h"

#define MAX_TEXT 4096
#define NOW INT64_C(1000000000000000)

const char *const fuzz_corpus = "model";

static void read_reply(const struct gw_llm_dialect *dialect, int status, enum gw_llm_end end,
		       struct gw_str headers, struct gw_str body, size_t piece,
		       struct gw_llm_result *ret_result)
{
	struct gw_llm_reply *reply = gw_llm_reply_new(dialect, MAX_TEXT);
	struct gw_str rest = headers;
	char line[64];

	if (status != 0) {
		(void)snprintf(line, sizeof(line), "HTTP/1.1 %d Reason", status);
		gw_llm_reply_header(reply, gw_str(line));
	}
	while (rest.len > 0) {
		const char *found = memchr(rest.data, '\n', rest.len);
		size_t len = found != NULL ? (size_t)(found - rest.data) : rest.len;

		/* a status line would begin another head */
		if (len < 4 || memcmp(rest.data, "HTTP", 4) != 0)
			gw_llm_reply_header(reply, (struct gw_str){rest.data, len});
		len += found != NULL ? 1 : 0;
		rest = (struct gw_str){rest.data + len, rest.len - len};
	}
	for (size_t at = 0; at < body.len && !gw_llm_reply_complete(reply); at += piece) {
		size_t len = body.len - at < piece ? body.len - at : piece;

		if (!gw_llm_reply_data(reply, body.data + at, len))
			break;
	}
	gw_llm_reply_finish(reply, end, "a problem", 100, NOW, ret_result);
	gw_llm_reply_free(reply);
}

static void check(const struct gw_llm_result *result)
{
	struct gw_str detail = gw_str(result->detail);
	struct gw_str text = gw_buf_str(&result->text);

	fuzz_require(result->cause < GW_LLM_CAUSES, "a call ends in one of the known ways");
	fuzz_require((result->cause == GW_LLM_ANSWERED) == (text.len > 0), "an answer has a text");
	fuzz_require(gw_utf8_valid(text), "which the database can hold");
	fuzz_require(text.len == 0 || memchr(text.data, '\0', text.len) == NULL, "without a NUL");
	fuzz_require(gw_utf8_valid(detail), "so it can the words for operators");
	fuzz_require(strpbrk(result->detail, "\r\n") == NULL, "which are one line");
	fuzz_require(result->retry_after >= -1, "a wait is not negative");
	fuzz_require(result->tokens >= 0, "neither is a count of tokens");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = {200, 200, 200, 200, 400, 422, 429, 500, 302, 401, 404, 0};
	static const enum gw_llm_end ends[] = {GW_LLM_END_IN_ORDER, GW_LLM_END_IN_ORDER,
					       GW_LLM_END_BROKEN_OFF, GW_LLM_END_STALLED};
	struct fuzz_input input = {data, size};
	unsigned first = fuzz_byte(&input);
	const struct gw_llm_dialect *dialect = first % 2 == 0 ? &gw_llm_openai : &gw_llm_anthropic;
	int status = statuses[(first / 2) % GW_ARRAY_LEN(statuses)];
	enum gw_llm_end end = ends[fuzz_byte(&input) % GW_ARRAY_LEN(ends)];
	size_t piece = 1 + fuzz_byte(&input);
	struct gw_str headers = fuzz_text(&input, 1);
	struct gw_str body = fuzz_rest(&input);
	struct gw_llm_result pieces;
	struct gw_llm_result whole;

	read_reply(dialect, status, end, headers, body, piece, &pieces);
	read_reply(dialect, status, end, headers, body, body.len + 1, &whole);
	check(&pieces);
	check(&whole);
	fuzz_require(pieces.cause == whole.cause &&
			     gw_str_equal(gw_buf_str(&pieces.text), gw_buf_str(&whole.text)) &&
			     pieces.quirks == whole.quirks &&
			     pieces.retry_after == whole.retry_after,
		     "what arrives in pieces is what arrives at once");
	gw_llm_result_release(&pieces);
	gw_llm_result_release(&whole);
	fuzz_free(headers);
	fuzz_free(body);
	return 0;
}
