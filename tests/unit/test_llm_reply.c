/* SPDX-License-Identifier: ISC */
/*
 * test_llm_reply.c: what becomes of a call, by what the server sends and how the connection ends.
 */
#include "llm/dialect.h"

#include "base/clock.h"

#include <criterion/criterion.h>

#define NOW (INT64_C(1767225600) * GW_USEC_PER_SEC) /* Thu, 01 Jan 2026 00:00:00 GMT */

#define CHUNK(text) "data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define STOP(reason) "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"" reason "\"}]}\n\n"
#define USAGE "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5}}\n\n"
#define DONE "data: [DONE]\n\n"
#define CUT "\n\n[The answer ends here because its language model may not write more.]"
#define A_START                                                                                    \
	"data: "                                                                                   \
	"{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":7,\"output_"         \
	"tokens\":1}}}\n\n"
#define A_TEXT(text)                                                                               \
	"data: "                                                                                   \
	"{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"" text    \
	"\"}}\n\n"
#define A_STOP(reason)                                                                             \
	"data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" reason                   \
	"\"},\"usage\":{\"output_tokens\":5}}\n\n"
#define A_END "data: {\"type\":\"message_stop\"}\n\n"
#define ERROR(code) "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":\"" code "\"}}"
#define A_ERROR(type) "{\"type\":\"error\",\"error\":{\"type\":\"" type "\",\"message\":\"m\"}}"

static const struct {
	bool anthropic;
	int status;
	const char *body;
	enum gw_llm_end end;
	enum gw_llm_cause cause;
	const char *text;
	int64_t tokens; /* -1: whatever */
} replies[] = {
	{false, 200, CHUNK("Hel") CHUNK("lo") STOP("stop") USAGE DONE, GW_LLM_END_IN_ORDER,
	 GW_LLM_ANSWERED, "Hello", 12},
	{false, 200, CHUNK("Hello") STOP("stop"), GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hello",
	 -1},
	{false, 200, CHUNK("Hello") STOP("stop"), GW_LLM_END_BROKEN_OFF, GW_LLM_ANSWERED, "Hello",
	 -1},
	{false, 200, CHUNK("Hello") STOP("length") DONE, GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED,
	 "Hello" CUT, -1},
	{false, 200, CHUNK("Hello"), GW_LLM_END_IN_ORDER, GW_LLM_BROKEN_OFF, "", 27},
	{false, 200, CHUNK("Hello"), GW_LLM_END_STALLED, GW_LLM_STALLED, "", 27},
	{false, 200, CHUNK("Hello"), GW_LLM_END_TIMED_OUT, GW_LLM_TIMED_OUT, "", 27},
	/* blanks before it are no part of its first line, in whichever pieces they come */
	{false, 200, " \n    " CHUNK("Hello") STOP("stop") DONE, GW_LLM_END_IN_ORDER,
	 GW_LLM_ANSWERED, "Hello", -1},
	/* what follows the end in the same packet is nobody's */
	{false, 200, CHUNK("Hello") STOP("stop") DONE "data: {\n\n", GW_LLM_END_IN_ORDER,
	 GW_LLM_ANSWERED, "Hello", -1},
	{true, 200, A_TEXT("Hello") A_STOP("end_turn") A_END "data: {\n\n" A_TEXT("!"),
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hello", -1},
	{false, 200, CHUNK("  \\n") STOP("stop") USAGE DONE, GW_LLM_END_IN_ORDER, GW_LLM_EMPTY, "",
	 12},
	{false, 200, CHUNK("0123456789012345678901234567890123456789") STOP("stop") DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_TOO_LARGE, "", 36},
	{false, 200, "data: {\"choices\n\n" DONE, GW_LLM_END_IN_ORDER, GW_LLM_GARBLED, "", 0},
	{false, 200, CHUNK("Hello") "data: " ERROR("server_error") "\n\n", GW_LLM_END_IN_ORDER,
	 GW_LLM_SERVER_ERROR, "", 27},
	{false, 200, "data: " ERROR("insufficient_quota") "\n\n", GW_LLM_END_IN_ORDER, GW_LLM_QUOTA,
	 "", 0},
	{false, 200, "data: {\"error\":{\"code\":502,\"message\":\"m\"}}\n\n", GW_LLM_END_IN_ORDER,
	 GW_LLM_SERVER_ERROR, "", 0},
	{false, 200, "data: {\"error\":{\"code\":400,\"message\":\"m\"}}\n\n", GW_LLM_END_IN_ORDER,
	 GW_LLM_REFUSED, "", 0},
	{false, 200, CHUNK("I") STOP("content_filter") DONE, GW_LLM_END_IN_ORDER, GW_LLM_FILTERED,
	 "", 26},
	{false, 200, STOP("length") DONE, GW_LLM_END_IN_ORDER, GW_LLM_CUT_OFF, "", 0},
	{false, 200, STOP("tool_calls") DONE, GW_LLM_END_IN_ORDER, GW_LLM_TOOL_CALL, "", 0},
	{false, 200, CHUNK("a\\u0000b") STOP("stop") DONE, GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED,
	 "ab", -1},
	{false, 200, CHUNK("caf\xE9") STOP("stop") DONE, GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED,
	 "caf\xEF\xBF\xBD", -1},
	{false, 200,
	 "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":{"
	 "\"total_tokens\":9}}",
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", 9},
	{false, 200,
	 " \n{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}}]}",
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", -1},
	{false, 200, "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"No.\"}}]}",
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "No.", -1},
	{false, 200, "{\"choices\":[{\"message\":{\"content\":\"Hi", GW_LLM_END_BROKEN_OFF,
	 GW_LLM_BROKEN_OFF, "", 0},
	{false, 200, "{\"unrelated\":true}", GW_LLM_END_IN_ORDER, GW_LLM_GARBLED, "", 0},
	{false, 200, "<html>", GW_LLM_END_IN_ORDER, GW_LLM_GARBLED, "", 0},
	{false, 200, "[[[[[[", GW_LLM_END_IN_ORDER, GW_LLM_GARBLED, "", 0},
	{false, 200, "nonsense", GW_LLM_END_IN_ORDER, GW_LLM_BROKEN_OFF, "", 0},
	{false, 200, "", GW_LLM_END_IN_ORDER, GW_LLM_EMPTY, "", 0},
	{false, 200, "", GW_LLM_END_STALLED, GW_LLM_STALLED, "", 0},
	{false, 0, "", GW_LLM_END_UNREACHABLE, GW_LLM_UNREACHABLE, "", 0},
	{false, 0, "", GW_LLM_END_STALLED, GW_LLM_STALLED, "", 0},
	{false, 0, "", GW_LLM_END_BROKEN_OFF, GW_LLM_BROKEN_OFF, "", 0},
	{false, 0, "", GW_LLM_END_BAD_URL, GW_LLM_MISCONFIGURED, "", 0},
	{false, 302, "", GW_LLM_END_IN_ORDER, GW_LLM_REDIRECTED, "", 0},
	{false, 307, ERROR("rate_limit_exceeded"), GW_LLM_END_IN_ORDER, GW_LLM_REDIRECTED, "", 0},
	{false, 400, ERROR(""), GW_LLM_END_IN_ORDER, GW_LLM_REFUSED, "", 0},
	{false, 400, ERROR("context_length_exceeded"), GW_LLM_END_IN_ORDER, GW_LLM_TOO_LONG, "", 0},
	{false, 400, ERROR("content_filter"), GW_LLM_END_IN_ORDER, GW_LLM_FILTERED, "", 0},
	{false, 400, ERROR("rate_limit_exceeded"), GW_LLM_END_IN_ORDER, GW_LLM_REFUSED, "", 0},
	{false, 401, "<html>", GW_LLM_END_IN_ORDER, GW_LLM_KEY_REFUSED, "", 0},
	{false, 402, "", GW_LLM_END_IN_ORDER, GW_LLM_QUOTA, "", 0},
	{false, 404, "", GW_LLM_END_IN_ORDER, GW_LLM_UNKNOWN_MODEL, "", 0},
	{false, 408, "", GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR, "", 0},
	{false, 409, "", GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR, "", 0},
	{false, 422, "", GW_LLM_END_IN_ORDER, GW_LLM_REFUSED, "", 0},
	{false, 429, "", GW_LLM_END_IN_ORDER, GW_LLM_RATE_LIMITED, "", 0},
	{false, 429, ERROR("insufficient_quota"), GW_LLM_END_IN_ORDER, GW_LLM_QUOTA, "", 0},
	{false, 429, ERROR("enforced_spend_limit_reached"), GW_LLM_END_IN_ORDER, GW_LLM_QUOTA, "",
	 0},
	{false, 500, ERROR("insufficient_quota"), GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR, "", 0},
	{false, 503, "", GW_LLM_END_BROKEN_OFF, GW_LLM_SERVER_ERROR, "", 0},
	{true, 200, A_START A_TEXT("Hel") A_TEXT("lo") A_STOP("end_turn") A_END,
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hello", 12},
	{true, 200, A_START A_TEXT("Hello") A_STOP("max_tokens") A_END, GW_LLM_END_IN_ORDER,
	 GW_LLM_ANSWERED, "Hello" CUT, 12},
	{true, 200, A_START A_TEXT("Hello"), GW_LLM_END_IN_ORDER, GW_LLM_BROKEN_OFF, "", 9},
	{true, 200, A_START A_STOP("end_turn") A_END, GW_LLM_END_IN_ORDER, GW_LLM_EMPTY, "", 12},
	{true, 200, A_START A_STOP("tool_use") A_END, GW_LLM_END_IN_ORDER, GW_LLM_TOOL_CALL, "",
	 12},
	{true, 200, A_START A_TEXT("I") A_STOP("refusal") A_END, GW_LLM_END_IN_ORDER,
	 GW_LLM_FILTERED, "", 12},
	{true, 200, A_START "event: error\ndata: " A_ERROR("overloaded_error") "\n\n",
	 GW_LLM_END_IN_ORDER, GW_LLM_RATE_LIMITED, "", 8},
	{true, 200, "data: " A_ERROR("api_error") "\n\n", GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR,
	 "", 0},
	{true, 200, "data: " A_ERROR("invalid_request_error") "\n\n", GW_LLM_END_IN_ORDER,
	 GW_LLM_REFUSED, "", 0},
	{true, 200,
	 "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":"
	 "\"end_turn\","
	 "\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}",
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", 3},
	{true, 400, A_ERROR("invalid_request_error"), GW_LLM_END_IN_ORDER, GW_LLM_REFUSED, "", 0},
	/* an answer with a hole in it */
	{false, 200,
	 CHUNK("Pay 10 euros,") "data: {\"choices\":[{\"del\n\n" CHUNK(" today.") STOP("stop") DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_GARBLED, "", -1},
	{true, 200,
	 A_START A_TEXT("Pay") "data: but not\n\n" A_TEXT(" today.") A_STOP("end_turn") A_END,
	 GW_LLM_END_IN_ORDER, GW_LLM_GARBLED, "", 12},
	/* a failure in the middle */
	{false, 200, CHUNK("Hel") STOP("error") DONE, GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR, "",
	 -1},
	{false, 200,
	 CHUNK("Hel") "data: {\"choices\":[{\"delta\":{\"content\":\"lo\"},\"error\":{\"code\":502,"
		      "\"message\":\"m\"},\"finish_reason\":\"error\"}]}\n\n" DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR, "", -1},
	{false, 200,
	 CHUNK("Hel") "data: "
		      "{\"error\":{\"message\":\"m\",\"code\":429},\"choices\":[{\"delta\":{}}]}"
		      "\n\n",
	 GW_LLM_END_IN_ORDER, GW_LLM_RATE_LIMITED, "", -1},
	{false, 200, "{\"code\":500,\"msg\":\"busy\"}", GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR,
	 "", 0},
	{false, 200, "{\"code\":\"429\",\"message\":\"busy\"}", GW_LLM_END_IN_ORDER,
	 GW_LLM_RATE_LIMITED, "", 0},
	{false, 200, "{\"base_resp\":{\"status_code\":1002,\"status_msg\":\"m\"},\"choices\":null}",
	 GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR, "", 0},
	{false, 200,
	 "{\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"base_resp\":{\"status_code\":0}}",
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", -1},
	{false, 200, CHUNK("Hel") "data: {\"message\":\"Internal server error\"}\n\n" DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR, "", -1},
	{false, 200, CHUNK("Hel") "data: {\"detail\":\"m\"}\n\n" DONE, GW_LLM_END_IN_ORDER,
	 GW_LLM_SERVER_ERROR, "", -1},
	{false, 200, CHUNK("Hel") "event: error\ndata: {\"text\":\"m\"}\n\n" DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR, "", -1},
	{false, 200, CHUNK("Hel") "data: {\"statusCode\":429,\"body\":\"m\"}\n\n" DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_RATE_LIMITED, "", -1},
	{false, 200, CHUNK("Hel") STOP("MALFORMED_RESPONSE") DONE, GW_LLM_END_IN_ORDER,
	 GW_LLM_SERVER_ERROR, "", -1},
	{false, 200, "{\"success\":false,\"errors\":[{\"code\":429,\"message\":\"m\"}]}",
	 GW_LLM_END_IN_ORDER, GW_LLM_RATE_LIMITED, "", 0},
	{false, 200, "{\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"error\":{}}",
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", -1},
	/* events without the empty line between them */
	{false, 200,
	 "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n"
	 "data: {\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n"
	 "data: [DONE]\n",
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hello", -1},
	{false, 503, "[{\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}]",
	 GW_LLM_END_IN_ORDER, GW_LLM_SERVER_ERROR, "", 0},
	/* thoughts */
	{false, 200, CHUNK("<think>hm</think>") CHUNK("Hi") STOP("stop") DONE, GW_LLM_END_IN_ORDER,
	 GW_LLM_ANSWERED, "Hi", -1},
	{false, 200, CHUNK("<thi") CHUNK("nk>h") CHUNK("m</th") CHUNK("ink>Hi") STOP("stop") DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", -1},
	{false, 200, CHUNK("well, hm</think>\\n\\nHi") STOP("stop") DONE, GW_LLM_END_IN_ORDER,
	 GW_LLM_ANSWERED, "Hi", -1},
	{false, 200, CHUNK("<THINK>hm") STOP("stop") DONE, GW_LLM_END_IN_ORDER,
	 GW_LLM_ONLY_THOUGHTS, "", -1},
	{false, 200, CHUNK("<think>a</think>b<think>c</think>d") STOP("stop") DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "bd", -1},
	{false, 200, CHUNK("Write `<think>` and a < b") STOP("stop") DONE, GW_LLM_END_IN_ORDER,
	 GW_LLM_ANSWERED, "Write `<think>` and a < b", -1},
	{false, 200,
	 CHUNK("<think>0123456789012345678901234567890123456789</think>Hi") STOP("stop") DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", -1},
	{false, 200,
	 CHUNK("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|"
	       ">Hi<|return|>") STOP("stop") DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", -1},
	{false, 200,
	 "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n" STOP("stop") DONE,
	 GW_LLM_END_IN_ORDER, GW_LLM_ONLY_THOUGHTS, "", -1},
	{false, 200,
	 "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":"
	 "\"text\","
	 "\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"Hi\"}]}}]}",
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", -1},
	{true, 200,
	 A_START "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"thinking_delta\","
		 "\"thinking\":\"hm\"}}\n\n" A_TEXT("Hi") A_STOP("end_turn") A_END,
	 GW_LLM_END_IN_ORDER, GW_LLM_ANSWERED, "Hi", 12},
	{true, 413, A_ERROR("request_too_large"), GW_LLM_END_IN_ORDER, GW_LLM_TOO_LONG, "", 0},
	{true, 429, A_ERROR("rate_limit_error"), GW_LLM_END_IN_ORDER, GW_LLM_RATE_LIMITED, "", 0},
	{true, 529, A_ERROR("overloaded_error"), GW_LLM_END_IN_ORDER, GW_LLM_RATE_LIMITED, "", 0},
};

static void read_reply(size_t i, size_t piece)
{
	struct gw_llm_reply *reply =
		gw_llm_reply_new(replies[i].anthropic ? &gw_llm_anthropic : &gw_llm_openai, 32);
	struct gw_llm_result result;
	const char *body = replies[i].body;
	bool more = true;
	char line[64];

	if (replies[i].status != 0) {
		gw_llm_reply_header(reply, GW_STR_LIT("HTTP/1.1 100 Continue\r\n"));
		(void)snprintf(line, sizeof(line), "HTTP/1.1 %d Reason\r\n", replies[i].status);
		gw_llm_reply_header(reply, gw_str(line));
		gw_llm_reply_header(reply, GW_STR_LIT("ReTry-After: 7\r\n"));
	}
	for (size_t at = 0; more && at < strlen(body); at += piece)
		more = gw_llm_reply_data(reply, body + at,
					 at + piece < strlen(body) ? piece : strlen(body) - at);
	gw_llm_reply_finish(reply, replies[i].end, "problem", 100, NOW, &result);
	cr_expect_eq(result.cause, replies[i].cause, "case %zu in pieces of %zu: %s", i, piece,
		     result.detail);
	cr_expect(gw_str_equal_c(gw_str_trim(gw_buf_str(&result.text)), replies[i].text) ||
			  (result.text.len == 0 && replies[i].text[0] == '\0'),
		  "case %zu: %s", i, result.text.data);
	if (replies[i].tokens >= 0)
		cr_expect_eq(result.tokens, replies[i].tokens, "case %zu: %lld", i,
			     (long long)result.tokens);
	if (gw_llm_cause_outcome(result.cause) == GW_LLM_RETRY && replies[i].status != 0)
		cr_expect_eq(result.retry_after, 7 * GW_USEC_PER_SEC, "case %zu", i);
	else
		cr_expect_eq(result.retry_after, -1, "case %zu", i);
	gw_llm_result_release(&result);
	gw_llm_reply_free(reply);
}

Test(reply, ends_in_exactly_one_cause_in_pieces_of_any_size)
{
	static const size_t pieces[] = {1, 2, 7, 64, 100000};

	for (size_t i = 0; i < GW_ARRAY_LEN(replies); i++) {
		for (size_t j = 0; j < GW_ARRAY_LEN(pieces); j++)
			read_reply(i, pieces[j]);
	}
}

Test(cause, has_a_name_and_a_reason_each)
{
	for (int cause = 0; cause < GW_LLM_CAUSES; cause++) {
		const char *reason = gw_llm_cause_reason((enum gw_llm_cause)cause);

		cr_expect_not_null(gw_llm_cause_name((enum gw_llm_cause)cause), "cause %d", cause);
		cr_expect_eq(reason == NULL, cause == GW_LLM_ANSWERED, "cause %d", cause);
	}
}
