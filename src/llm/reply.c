/* SPDX-License-Identifier: ISC */
/*
 * reply.c: gathers an answer from what a server sends, and decides what became of the call.
 *
 * A server may stream, or answer in one piece although it was asked to stream; which of the two it does shows in the
 * first character of its body. Bodies of errors are kept up to a limit and read at the end.
 */
#include "llm/dialect.h"

#include "base/alloc.h"
#include "base/text.h"
#include "base/json.h"
#include "llm/sse.h"

#include <json-c/json.h>
#include <strings.h>

#define ERROR_BODY_MAX ((size_t)64 * 1024)
#define HEADER_VALUE_SIZE 64
/* JSON may write six bytes for one (\u0000). */
#define ESCAPED(bytes) (6 * (bytes) + ERROR_BODY_MAX)
/* Thoughts in the text are taken out at the end. */
#define WITH_THOUGHTS(bytes) (4 * (bytes) + ((size_t)1 << 20))
/* A stream wraps every few bytes of text into some hundred of JSON, and thoughts that are not kept come on top. */
#define STREAM_MAX(bytes) (256 * (bytes) + ((size_t)16 << 20))

enum mode { MODE_UNKNOWN, MODE_WHOLE, MODE_STREAM };

struct gw_llm_reply {
	const struct gw_llm_dialect *dialect;
	struct gw_llm_answer answer;
	enum mode mode;
	int status; /* 0: no head has arrived */
	char retry_after[HEADER_VALUE_SIZE];
	char retry_after_ms[HEADER_VALUE_SIZE];
	struct gw_buf body; /* MODE_WHOLE */
	struct gw_sse sse;  /* MODE_STREAM */
	size_t max_bytes;
	size_t received;
	uint64_t progress;
	bool garbled; /* something was not JSON */
	bool too_large;
	bool done; /* [DONE] */
};

static void take_event(void *arg, struct gw_str name, struct gw_str data);

struct gw_llm_reply *gw_llm_reply_new(const struct gw_llm_dialect *dialect, size_t max_bytes)
{
	struct gw_llm_reply *reply = gw_xcalloc(1, sizeof(*reply));

	reply->dialect = dialect;
	reply->max_bytes = max_bytes;
	reply->answer.retry_after = -1;
	gw_buf_init(&reply->answer.text, WITH_THOUGHTS(max_bytes));
	gw_buf_init(&reply->body, ESCAPED(max_bytes));
	gw_sse_init(&reply->sse, ESCAPED(max_bytes), take_event, reply);
	return reply;
}

void gw_llm_reply_free(struct gw_llm_reply *reply)
{
	if (reply == NULL)
		return;
	gw_buf_release(&reply->answer.text);
	gw_buf_release(&reply->body);
	gw_sse_release(&reply->sse);
	free(reply);
}

void gw_llm_result_release(struct gw_llm_result *result)
{
	gw_buf_release(&result->text);
}

static bool is_success(const struct gw_llm_reply *reply)
{
	return reply->status >= 200 && reply->status < 300;
}

static void keep_value(char *out, struct gw_str value)
{
	size_t len = value.len < HEADER_VALUE_SIZE - 1 ? value.len : HEADER_VALUE_SIZE - 1;

	memcpy(out, value.data, len);
	out[len] = '\0';
}

static bool header_is(struct gw_str line, const char *name, struct gw_str *ret_value)
{
	size_t len = strlen(name);

	if (line.len <= len || line.data[len] != ':' || strncasecmp(line.data, name, len) != 0)
		return false;
	*ret_value = gw_str_trim((struct gw_str){line.data + len + 1, line.len - len - 1});
	return true;
}

static void take_status(struct gw_llm_reply *reply, struct gw_str line)
{
	const char *blank = memchr(line.data, ' ', line.len);
	int64_t status = 0;

	reply->retry_after[0] = '\0';
	reply->retry_after_ms[0] = '\0';
	if (blank != NULL && line.data + line.len - blank > 3 &&
	    gw_parse_int64((struct gw_str){blank + 1, 3}, 100, 999, &status))
		reply->status = (int)status;
}

void gw_llm_reply_header(struct gw_llm_reply *reply, struct gw_str line)
{
	struct gw_str value = GW_STR_NULL;

	line = gw_str_trim(line);
	if (line.len > 5 && strncasecmp(line.data, "HTTP/", 5) == 0)
		take_status(reply, line);
	else if (header_is(line, "retry-after", &value))
		keep_value(reply->retry_after, value);
	else if (header_is(line, "retry-after-ms", &value))
		keep_value(reply->retry_after_ms, value);
}

/* The JSON object or list in `text`, repaired where it is not UTF-8; NULL if there is none. To be put. */
static struct json_object *parse(struct gw_str text)
{
	struct gw_json_error error;
	struct json_object *value = NULL;
	struct gw_buf repaired;
	enum gw_err err = GW_OK;

	gw_buf_init(&repaired, text.len * 3 + 1);
	if (!gw_utf8_valid(text)) {
		gw_utf8_repair(&repaired, text);
		text = gw_buf_str(&repaired);
	}
	err = gw_json_parse(text, &error, &value);
	gw_buf_release(&repaired);
	if (err != GW_OK)
		return NULL;
	if (!json_object_is_type(value, json_type_object) &&
	    !json_object_is_type(value, json_type_array)) {
		json_object_put(value);
		return NULL;
	}
	return value;
}

/* An error of a shape that nobody knew: its words as they stand, rather than none. */
static void keep_words(struct gw_llm_reply *reply, struct gw_str text)
{
	if (reply->answer.failed && reply->answer.error_message[0] == '\0')
		gw_llm_read_page(&reply->answer, text);
}

/* One piece of JSON of a stream. False: it is none. `failed`: the event's name says that it is an error. */
static bool take_value(struct gw_llm_reply *reply, struct gw_str data, bool failed)
{
	struct json_object *value = parse(data);

	if (value == NULL)
		return false;
	if (!reply->answer.failed && !gw_llm_find_error(&reply->answer, value, failed))
		reply->dialect->event(&reply->answer, value);
	keep_words(reply, data);
	json_object_put(value);
	return true;
}

/* Some servers forget the empty line between events: then each line is one. */
static bool take_lines(struct gw_llm_reply *reply, struct gw_str data, bool failed)
{
	struct gw_str line = GW_STR_NULL;
	bool all = memchr(data.data, '\n', data.len) != NULL;

	while (all && data.len > 0) {
		const char *end = memchr(data.data, '\n', data.len);

		line.data = data.data;
		line.len = end != NULL ? (size_t)(end - data.data) : data.len;
		data.data += line.len + (end != NULL ? 1 : 0);
		data.len -= line.len + (end != NULL ? 1 : 0);
		line = gw_str_trim(line);
		if (gw_str_equal_c(line, "[DONE]"))
			reply->done = true;
		else if (line.len > 0)
			all = take_value(reply, line, failed);
	}
	return all;
}

static void take_event(void *arg, struct gw_str name, struct gw_str data)
{
	struct gw_llm_reply *reply = arg;
	bool failed = gw_str_equal_c(name, "error");

	data = gw_str_trim(data);
	/* Anthropic's keep-alive says as little as a comment */
	if (gw_llm_reply_complete(reply) || data.len == 0 || gw_str_equal_c(name, "ping"))
		return;
	reply->progress++;
	if (gw_str_equal_c(data, "[DONE]")) {
		reply->done = true;
		return;
	}
	if (!take_value(reply, data, failed) && !take_lines(reply, data, failed)) {
		reply->garbled = true;
		if (reply->answer.error_message[0] == '\0')
			gw_llm_read_page(&reply->answer, data);
	}
	if (gw_buf_overflowed(&reply->answer.text))
		reply->too_large = true;
}

/* The mode, by the first character that is no blank; those before it, as many as there are, belong to neither. Returns how many. */
static size_t choose_mode(struct gw_llm_reply *reply, const char *data, size_t len)
{
	size_t i = 0;

	if (!is_success(reply)) {
		reply->mode = MODE_WHOLE;
		return 0;
	}
	while (i < len && (data[i] == ' ' || data[i] == '\t' || data[i] == '\r' || data[i] == '\n'))
		i++;
	if (i < len)
		reply->mode = data[i] == '{' || data[i] == '[' || data[i] == '<' ? MODE_WHOLE
										 : MODE_STREAM;
	return i;
}

bool gw_llm_reply_data(struct gw_llm_reply *reply, const char *data, size_t len)
{
	size_t max = is_success(reply) ? reply->body.max : ERROR_BODY_MAX;

	reply->received += len;
	if (reply->mode == MODE_UNKNOWN) {
		size_t blank = choose_mode(reply, data, len);

		data += blank;
		len -= blank;
	}
	if (reply->mode == MODE_WHOLE) {
		/* of an error the beginning is enough */
		if (reply->body.len + len > max) {
			reply->too_large = is_success(reply);
			return false;
		}
		gw_buf_add(&reply->body, data, len);
		reply->progress++;
		return true;
	}
	if (reply->mode == MODE_STREAM && !gw_sse_feed(&reply->sse, data, len))
		reply->too_large = true;
	if (reply->received > STREAM_MAX(reply->max_bytes))
		reply->too_large = true;
	return !reply->too_large;
}

bool gw_llm_reply_complete(const struct gw_llm_reply *reply)
{
	return reply->done || reply->answer.complete || reply->answer.failed;
}

uint64_t gw_llm_reply_progress(const struct gw_llm_reply *reply)
{
	return reply->progress;
}

static void read_whole(struct gw_llm_reply *reply)
{
	struct json_object *value = parse(gw_buf_str(&reply->body));

	if (value == NULL) {
		reply->garbled = true;
		gw_llm_read_page(&reply->answer, gw_buf_str(&reply->body));
	} else if (!gw_llm_find_error(&reply->answer, value, !is_success(reply)) &&
		   is_success(reply)) {
		reply->dialect->whole(&reply->answer, value);
	}
	keep_words(reply, gw_buf_str(&reply->body));
	json_object_put(value);
	if (gw_buf_overflowed(&reply->answer.text))
		reply->too_large = true;
}

static enum gw_llm_cause ended_early(enum gw_llm_end end)
{
	static const enum gw_llm_cause causes[] = {
		[GW_LLM_END_IN_ORDER] = GW_LLM_BROKEN_OFF,
		[GW_LLM_END_UNREACHABLE] = GW_LLM_UNREACHABLE,
		[GW_LLM_END_BROKEN_OFF] = GW_LLM_BROKEN_OFF,
		[GW_LLM_END_STALLED] = GW_LLM_STALLED,
		[GW_LLM_END_TIMED_OUT] = GW_LLM_TIMED_OUT,
		[GW_LLM_END_BAD_URL] = GW_LLM_MISCONFIGURED,
	};

	return causes[end];
}

/* An answer that came to its end. Leaves in it what is for the reader. */
static enum gw_llm_cause judge_answer(struct gw_llm_reply *reply)
{
	struct gw_llm_answer *answer = &reply->answer;
	struct gw_buf spoken;

	if (answer->stop == GW_LLM_STOP_FILTER)
		return GW_LLM_FILTERED;
	if (answer->stop == GW_LLM_STOP_ERROR)
		return GW_LLM_SERVER_ERROR;
	gw_buf_init(&spoken, answer->text.max);
	if (gw_llm_cut_thoughts(gw_buf_str(&answer->text), &spoken)) {
		answer->thought = true;
		gw_buf_release(&answer->text);
		answer->text = spoken;
	} else {
		gw_buf_release(&spoken);
	}
	if (answer->text.len > reply->max_bytes)
		return GW_LLM_TOO_LARGE;
	if (gw_str_trim(gw_buf_str(&answer->text)).len > 0)
		return GW_LLM_ANSWERED;
	if (answer->tool_call || answer->stop == GW_LLM_STOP_TOOL)
		return GW_LLM_TOOL_CALL;
	if (answer->stop == GW_LLM_STOP_LENGTH)
		return GW_LLM_CUT_OFF;
	return answer->thought ? GW_LLM_ONLY_THOUGHTS : GW_LLM_EMPTY;
}

static enum gw_llm_cause judge(struct gw_llm_reply *reply, enum gw_llm_end end)
{
	struct gw_llm_answer *answer = &reply->answer;

	if (reply->mode == MODE_STREAM && !reply->too_large && !gw_sse_end(&reply->sse))
		reply->too_large = true;
	if (reply->mode == MODE_WHOLE && !reply->too_large &&
	    (end == GW_LLM_END_IN_ORDER || !is_success(reply)))
		read_whole(reply);
	if (reply->status == 0)
		return ended_early(end);
	if (!is_success(reply) || answer->failed)
		return gw_llm_classify(reply->status, answer);
	if (reply->too_large)
		return GW_LLM_TOO_LARGE;
	/* with a hole in it an answer may say the opposite of what was meant */
	if (reply->garbled && end == GW_LLM_END_IN_ORDER)
		return GW_LLM_GARBLED;
	/* a reason to stop is the end of an answer, whatever happens to the connection behind it */
	if (reply->done || answer->complete || answer->stop != GW_LLM_STOP_NONE)
		return reply->garbled ? GW_LLM_GARBLED : judge_answer(reply);
	if (end != GW_LLM_END_IN_ORDER)
		return ended_early(end);
	if (reply->garbled || reply->mode == MODE_WHOLE)
		return GW_LLM_GARBLED;
	return reply->received == 0 ? GW_LLM_EMPTY : GW_LLM_BROKEN_OFF;
}

static void describe(const struct gw_llm_reply *reply, const char *problem,
		     struct gw_llm_result *result)
{
	const struct gw_llm_answer *answer = &reply->answer;
	struct gw_buf text;
	struct gw_str cut = GW_STR_NULL;

	gw_buf_init(&text, 4096);
	gw_buf_add_c(&text, gw_llm_cause_name(result->cause));
	if (reply->status != 0)
		gw_buf_addf(&text, ", HTTP %d", reply->status);
	if (answer->error_code[0] != '\0' || answer->error_type[0] != '\0') {
		gw_buf_add_c(&text, ", ");
		gw_llm_add_words(&text, gw_str(answer->error_code[0] != '\0' ? answer->error_code
									     : answer->error_type));
	}
	if (answer->error_message[0] != '\0') {
		gw_buf_add_c(&text, ": ");
		gw_llm_add_words(&text, gw_str(answer->error_message));
	} else if (problem != NULL && problem[0] != '\0') {
		gw_buf_addf(&text, ": %s", problem);
	}
	cut = gw_utf8_cut(gw_buf_str(&text), sizeof(result->detail) - 1);
	memcpy(result->detail, cut.data, cut.len);
	result->detail[cut.len] = '\0';
	gw_buf_release(&text);
}

int64_t gw_llm_reply_tokens(const struct gw_llm_reply *reply, size_t sent)
{
	const struct gw_llm_answer *answer = &reply->answer;
	/* about four bytes of text are a token: better than not to count at all */
	int64_t heard = (int64_t)(answer->text.len / 4 + 1);
	bool whole = reply->done || answer->complete || answer->stop != GW_LLM_STOP_NONE;

	if (!answer->counted)
		return (int64_t)(sent / 4) + heard;
	/* a count of what was said is only final with the end */
	return answer->input_tokens +
	       (whole || answer->output_tokens > heard ? answer->output_tokens : heard);
}

/* How long to wait before the next attempt: the header or the body, whichever asks for more. */
static int64_t wait_time(const struct gw_llm_reply *reply, int64_t now)
{
	int64_t wait =
		gw_llm_retry_after(gw_str(reply->retry_after_ms), gw_str(reply->retry_after), now);

	return reply->answer.retry_after > wait ? reply->answer.retry_after : wait;
}

void gw_llm_reply_finish(struct gw_llm_reply *reply, enum gw_llm_end end, const char *problem,
			 size_t sent, int64_t now, struct gw_llm_result *ret_result)
{
	static const char cut_mark[] =
		"\n\n[The answer ends here because its language model may not write more.]";
	struct gw_llm_answer *answer = &reply->answer;
	struct gw_llm_result result = {.cause = judge(reply, end), .retry_after = -1};

	gw_buf_init(&result.text, reply->max_bytes + sizeof(cut_mark));
	if (result.cause == GW_LLM_ANSWERED) {
		gw_buf_add_str(&result.text, gw_str_trim(gw_buf_str(&answer->text)));
		result.cut = answer->stop == GW_LLM_STOP_LENGTH;
		if (result.cut)
			gw_buf_add_c(&result.text, cut_mark);
	}
	if (gw_llm_cause_outcome(result.cause) == GW_LLM_RETRY)
		result.retry_after = wait_time(reply, now);
	if (reply->status != 0)
		result.quirks = gw_llm_quirks_of(reply->status, answer);
	/*
	 * Once a model was set to work, somebody asks money for it: it has begun to answer, or it worked until our patience
	 * ended. A refusal costs nothing.
	 */
	result.billed = answer->counted || answer->text.len > 0 || answer->thought ||
			answer->tool_call || result.cause == GW_LLM_TIMED_OUT;
	if (result.billed)
		result.tokens = gw_llm_reply_tokens(reply, sent);
	describe(reply, problem, &result);
	*ret_result = result;
}
