/* SPDX-License-Identifier: ISC */
/*
 * words.c: what servers say when they refuse: errors in all the shapes in which they come, in words that may be kept.
 */
#include "llm/dialect.h"

#include "base/text.h"
#include "base/json.h"

#include <ctype.h>
#include <json-c/json.h>
#include <strings.h>

#define SECRET_MIN 24 /* a word this long of letters and digits is no word */

static void keep(char *out, size_t size, struct gw_str text)
{
	struct gw_str cut = gw_utf8_cut(text, size - 1);

	if (cut.len > 0)
		memcpy(out, cut.data, cut.len);
	out[cut.len] = '\0';
}

/* -- words that may be kept */

static bool is_end_of_word(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"' || c == '\'' ||
	       c == '<' || c == '>' || c == '(' || c == ')' || c == ',' || c == '`';
}

static bool begins_with(struct gw_str word, const char *begin)
{
	return word.len > strlen(begin) && strncasecmp(word.data, begin, strlen(begin)) == 0;
}

static bool is_address(struct gw_str word)
{
	return (word.len > 3 && memmem(word.data, word.len, "://", 3) != NULL) ||
	       begins_with(word, "www.");
}

static bool is_secret(struct gw_str word)
{
	static const char *const begins[] = {"sk-",  "sk_",  "pk-", "AIza",
					     "gsk_", "xai-", "eyJ", "key-"};
	size_t digits = 0;

	for (size_t i = 0; i < GW_ARRAY_LEN(begins); i++) {
		if (begins_with(word, begins[i]))
			return true;
	}
	if (word.len < SECRET_MIN)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		unsigned char c = (unsigned char)word.data[i];

		if (!isalnum(c) && c != '-' && c != '_' && c != '+' && c != '/' && c != '=')
			return false;
		digits += isdigit(c) ? 1 : 0;
	}
	return digits > 2;
}

void gw_llm_add_words(struct gw_buf *out, struct gw_str text)
{
	size_t i = 0;

	while (i < text.len) {
		struct gw_str word = {text.data + i, 0};

		while (i + word.len < text.len && !is_end_of_word(word.data[word.len]))
			word.len++;
		if (is_address(word))
			gw_buf_add_c(out, "[address]");
		else if (is_secret(word))
			gw_buf_add_c(out, "[secret]");
		else
			gw_buf_add_str(out, word);
		i += word.len;
		if (i < text.len) {
			char c = text.data[i++];

			gw_buf_add_char(out, c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
		}
	}
}

/* The text of a page: without tags, blanks in a row as one. */
void gw_llm_read_page(struct gw_llm_answer *answer, struct gw_str page)
{
	struct gw_buf text, repaired;
	bool tag = false;

	gw_buf_init(&text, GW_LLM_MESSAGE_SIZE * 4);
	gw_buf_init(&repaired, GW_LLM_MESSAGE_SIZE * 16);
	for (size_t i = 0; i < page.len && !gw_buf_overflowed(&text); i++) {
		char c = page.data[i];

		if (c == '<' || c == '>') {
			tag = c == '<';
			c = ' ';
		}
		if (tag)
			continue;
		if ((unsigned char)c <= ' ') {
			if (text.len > 0 && text.data[text.len - 1] != ' ')
				gw_buf_add_char(&text, ' ');
			continue;
		}
		gw_buf_add_char(&text, c);
	}
	gw_utf8_repair(&repaired, gw_buf_str(&text));
	keep(answer->error_message, sizeof(answer->error_message),
	     gw_str_trim(gw_buf_str(&repaired)));
	gw_buf_release(&text);
	gw_buf_release(&repaired);
}

/* -- shapes */

/* A number, or a text that is one; 0 for anything else. */
static int64_t as_number(const struct json_object *value)
{
	int64_t number = 0;

	if (json_object_is_type(value, json_type_int))
		return json_object_get_int64(value);
	if (gw_parse_int64(gw_llm_text(value), 0, INT32_MAX, &number))
		return number;
	return 0;
}

static void read_code(struct gw_llm_answer *answer, const struct json_object *code)
{
	int64_t number = as_number(code);

	if (gw_llm_text(code).len > 0)
		keep(answer->error_code, sizeof(answer->error_code), gw_llm_text(code));
	else if (number != 0)
		(void)snprintf(answer->error_code, sizeof(answer->error_code), "%lld",
			       (long long)number);
	/* OpenRouter and others: the status of the provider behind it */
	if (number >= 400 && number < 600)
		answer->error_status = (int)number;
}

static const struct json_object *first_of(const struct json_object *value, const char *const *names)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		const struct json_object *member = gw_llm_member(value, names[i]);

		if (gw_llm_text(member).len > 0)
			return member;
	}
	return NULL;
}

/* pydantic's [{"type":"extra_forbidden","loc":["body","temperature"],"msg":"…"}] */
static void read_detail_list(struct gw_llm_answer *answer, const struct json_object *list)
{
	const struct json_object *first =
		json_object_array_length(list) > 0 ? json_object_array_get_idx(list, 0) : NULL;
	const struct json_object *loc = gw_llm_member(first, "loc");
	struct gw_buf message;

	gw_buf_init(&message, 4096);
	gw_buf_add_c(&message, "");
	if (json_object_is_type(loc, json_type_array) && json_object_array_length(loc) > 0) {
		struct gw_str last = gw_llm_text(
			json_object_array_get_idx(loc, json_object_array_length(loc) - 1));

		keep(answer->error_param, sizeof(answer->error_param), last);
		gw_buf_add_str(&message, last);
		gw_buf_add_c(&message, ": ");
	}
	gw_buf_add_str(&message, gw_llm_text(gw_llm_member(first, "msg")));
	if (gw_llm_text(first).len > 0)
		gw_buf_add_str(&message, gw_llm_text(first));
	keep(answer->error_type, sizeof(answer->error_type),
	     gw_llm_text(gw_llm_member(first, "type")));
	keep(answer->error_message, sizeof(answer->error_message), gw_buf_str(&message));
	gw_buf_release(&message);
}

/* Google's [{"@type":"…RetryInfo","retryDelay":"20s"}] */
static void read_retry_info(struct gw_llm_answer *answer, const struct json_object *error)
{
	const struct json_object *details = gw_llm_member(error, "details");

	if (!json_object_is_type(details, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(details); i++) {
		struct gw_str delay = gw_llm_text(
			gw_llm_member(json_object_array_get_idx(details, i), "retryDelay"));
		int64_t wait = gw_llm_duration(delay);

		if (wait > answer->retry_after)
			answer->retry_after = wait;
	}
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the reader of JSON lets it be */
void gw_llm_read_error(struct gw_llm_answer *answer, const struct json_object *error)
{
	static const char *const messages[] = {"message",    "msg",           "error_msg",
					       "status_msg", "error_message", "detail",
					       "title",      "error",         NULL};
	static const char *const types[] = {"type", "status", NULL};
	static const char *const codes[] = {"code", "error_code", "status_code", "status", NULL};
	const struct json_object *inner = gw_llm_member(error, "error");

	answer->failed = true;
	if (json_object_is_type(error, json_type_array)) {
		read_detail_list(answer, error);
		return;
	}
	if (json_object_is_type(inner, json_type_object)) {
		gw_llm_read_error(answer, inner);
		return;
	}
	if (json_object_is_type(gw_llm_member(error, "detail"), json_type_array)) {
		read_detail_list(answer, gw_llm_member(error, "detail"));
		return;
	}
	if (json_object_is_type(gw_llm_member(error, "detail"), json_type_object)) {
		gw_llm_read_error(answer, gw_llm_member(error, "detail"));
		return;
	}
	keep(answer->error_type, sizeof(answer->error_type), gw_llm_text(first_of(error, types)));
	keep(answer->error_param, sizeof(answer->error_param),
	     gw_llm_text(gw_llm_member(error, "param")));
	for (size_t i = 0; codes[i] != NULL && answer->error_code[0] == '\0'; i++)
		read_code(answer, gw_llm_member(error, codes[i]));
	if (json_object_is_type(error, json_type_string))
		keep(answer->error_message, sizeof(answer->error_message), gw_llm_text(error));
	else
		keep(answer->error_message, sizeof(answer->error_message),
		     gw_llm_text(first_of(error, messages)));
	read_retry_info(answer, error);
	{
		int64_t wait = gw_llm_retry_in_words(gw_str(answer->error_message));

		if (wait > answer->retry_after)
			answer->retry_after = wait;
	}
}

/* MiniMax: {"base_resp":{"status_code":1008,"status_msg":"…"}} beside an answer without text */
static bool read_base_resp(struct gw_llm_answer *answer, const struct json_object *body)
{
	const struct json_object *base = gw_llm_member(body, "base_resp");

	if (as_number(gw_llm_member(base, "status_code")) == 0)
		return false;
	gw_llm_read_error(answer, base);
	return true;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the reader of JSON lets it be */
bool gw_llm_find_error(struct gw_llm_answer *answer, const struct json_object *body, bool refused)
{
	static const char *const answers[] = {"choices", "content", "delta", "usage",
					      "message_start"};
	const struct json_object *error = gw_llm_member(body, "error");
	const struct json_object *code = gw_llm_member(body, "code");
	bool has_code = as_number(code) >= 400 || gw_llm_text(code).len > 0;

	if (json_object_is_type(body, json_type_array) && json_object_array_length(body) > 0)
		return gw_llm_find_error(answer, json_object_array_get_idx(body, 0), refused);
	if (json_object_is_type(error, json_type_object) || gw_llm_text(error).len > 0) {
		gw_llm_read_error(answer, error);
		/* the words may stand beside it: {"error":"…","message":"…"} */
		if (json_object_is_type(error, json_type_string) &&
		    gw_llm_text(gw_llm_member(body, "message")).len > 0)
			keep(answer->error_message, sizeof(answer->error_message),
			     gw_llm_text(gw_llm_member(body, "message")));
		return true;
	}
	if (read_base_resp(answer, body))
		return true;
	if (!refused) {
		for (size_t i = 0; i < GW_ARRAY_LEN(answers); i++) {
			if (gw_llm_member(body, answers[i]) != NULL)
				return false;
		}
		if (!has_code && gw_llm_member(body, "error_code") == NULL &&
		    !gw_str_equal_c(gw_llm_text(gw_llm_member(body, "object")), "error"))
			return false;
	}
	gw_llm_read_error(answer, body);
	return true;
}

/* -- what a model does not take */

static bool has_word(struct gw_str text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++) {
		bool begins = i == 0 || (!isalnum((unsigned char)text.data[i - 1]) &&
					 text.data[i - 1] != '_');
		bool ends = i + len == text.len || (!isalnum((unsigned char)text.data[i + len]) &&
						    text.data[i + len] != '_');

		if (begins && ends && strncasecmp(text.data + i, word, len) == 0)
			return true;
	}
	return false;
}

static bool complains(struct gw_str text)
{
	static const char *const words[] = {"unsupported",  "not supported", "support",
					    "supported",    "unknown",       "unrecognized",
					    "unexpected",   "permitted",     "forbidden",
					    "extra",        "allowed",       "deprecated",
					    "invalid",      "instead",       "only",
					    "incompatible", "too large",     "must"};

	for (size_t i = 0; i < GW_ARRAY_LEN(words); i++) {
		if (has_word(text, words[i]))
			return true;
	}
	return false;
}

uint32_t gw_llm_quirks_of(int status, const struct gw_llm_answer *answer)
{
	static const struct {
		const char *parameter;
		uint32_t quirk;
	} parameters[] = {
		{"temperature", GW_LLM_NO_TEMPERATURE},
		{"stream_options", GW_LLM_NO_STREAM_OPTIONS},
		{"include_usage", GW_LLM_NO_STREAM_OPTIONS},
		{"max_tokens", GW_LLM_NO_LIMIT},
		{"max_completion_tokens", GW_LLM_PLAIN_LIMIT},
		{"stream", GW_LLM_NO_STREAM},
		{"system", GW_LLM_NO_SYSTEM},
	};
	struct gw_str text = gw_str(answer->error_message);
	struct gw_str param = gw_str(answer->error_param);
	uint32_t quirks = 0;

	if (answer->error_status != 0)
		status = answer->error_status;
	if ((status != 400 && status != 422) || gw_llm_classify(status, answer) != GW_LLM_REFUSED)
		return 0;
	/* the parameter that is named as such, else those that are named in a complaint */
	for (size_t i = 0; i < GW_ARRAY_LEN(parameters); i++) {
		if (param.len > 0 ? has_word(param, parameters[i].parameter)
				  : has_word(text, parameters[i].parameter) && complains(text))
			quirks |= parameters[i].quirk;
	}
	/* "use max_completion_tokens instead of max_tokens" names both, perhaps one of them in `param` */
	if (has_word(text, "max_tokens") && has_word(text, "max_completion_tokens")) {
		quirks &= ~(uint32_t)(GW_LLM_NO_LIMIT | GW_LLM_PLAIN_LIMIT);
		quirks |= has_word(text, "too large") ? GW_LLM_NO_LIMIT
			  : gw_str_equal_c(param, "max_completion_tokens")
				  ? GW_LLM_PLAIN_LIMIT
				  : GW_LLM_COMPLETION_LIMIT;
	}
	/* stream_options only makes sense with stream */
	if ((quirks & GW_LLM_NO_STREAM_OPTIONS) != 0)
		quirks &= ~(uint32_t)GW_LLM_NO_STREAM;
	return quirks;
}
