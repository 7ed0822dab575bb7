/* SPDX-License-Identifier: ISC */
/*
 * words.c: what servers say when they refuse: errors in all the shapes in which they come, in words that may be kept.
 */
#include "llm/dialect.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

#include <ctype.h>
#include <json-c/json.h>
#include <strings.h>

#define ERRORS_MAX 8  /* of a list; the first ones say enough */
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

	if (answer->error_code[0] != '\0')
		return;
	if (gw_llm_text(code).len > 0)
		keep(answer->error_code, sizeof(answer->error_code), gw_llm_text(code));
	else if (number != 0)
		(void)snprintf(answer->error_code, sizeof(answer->error_code), "%lld",
			       (long long)number);
	/* OpenRouter and others: the status of the provider behind it */
	if (number >= 400 && number < 600)
		answer->error_status = (int)number;
}

/* Adds to what is known already: an outer shell often says less than what is in it ("Provider returned error"). */
static void add_message(struct gw_llm_answer *answer, struct gw_str text)
{
	struct gw_buf all;

	text = gw_str_trim(text);
	if (text.len == 0)
		return;
	if (answer->error_message[0] == '\0') {
		keep(answer->error_message, sizeof(answer->error_message), text);
		return;
	}
	if (memmem(answer->error_message, strlen(answer->error_message), text.data, text.len) !=
	    NULL)
		return;
	gw_buf_init(&all, GW_LLM_MESSAGE_SIZE * 2 + text.len);
	gw_buf_add_c(&all, answer->error_message);
	gw_buf_add_c(&all, ": ");
	gw_buf_add_str(&all, text);
	keep(answer->error_message, sizeof(answer->error_message), gw_buf_str(&all));
	gw_buf_release(&all);
}

static void add_param(struct gw_llm_answer *answer, struct gw_str name)
{
	size_t len = strlen(answer->error_param);

	/* brokers written in Python say so where there is none */
	if (name.len == 0 || gw_str_equal_c(name, "None") || gw_str_equal_c(name, "null"))
		return;
	if (len > 0 && len + 1 < sizeof(answer->error_param))
		answer->error_param[len++] = ' ';
	keep(answer->error_param + len, sizeof(answer->error_param) - len, name);
}

/* One of pydantic's {"type":"extra_forbidden","loc":["body","temperature"],"msg":"…"} */
static void read_detail(struct gw_llm_answer *answer, const struct json_object *detail)
{
	const struct json_object *loc = gw_llm_member(detail, "loc");
	struct gw_str field = GW_STR_NULL;
	struct gw_buf message;

	for (size_t i = 0;
	     json_object_is_type(loc, json_type_array) && i < json_object_array_length(loc); i++) {
		struct gw_str name = gw_llm_text(json_object_array_get_idx(loc, i));

		if (name.len > 0)
			field = name;
	}
	add_param(answer, field);
	gw_buf_init(&message, 4096);
	if (field.len > 0) {
		gw_buf_add_str(&message, field);
		gw_buf_add_c(&message, ": ");
	}
	gw_buf_add_str(&message, gw_llm_text(gw_llm_member(detail, "msg")));
	add_message(answer, gw_buf_str(&message));
	gw_buf_release(&message);
	if (answer->error_type[0] == '\0')
		keep(answer->error_type, sizeof(answer->error_type),
		     gw_llm_text(gw_llm_member(detail, "type")));
}

/* Google's [{"@type":"…RetryInfo","retryDelay":"20s"}], and members that say it in a number. */
static void read_wait(struct gw_llm_answer *answer, const struct json_object *error)
{
	static const struct {
		const char *name;
		int64_t unit;
	} members[] = {
		{"retry_after", GW_USEC_PER_SEC},
		{"retryAfter", GW_USEC_PER_SEC},
		{"retry_after_seconds", GW_USEC_PER_SEC},
		{"retry_after_ms", 1000},
		{"retryAfterMs", 1000},
	};
	const struct json_object *details = gw_llm_member(error, "details");
	int64_t wait = gw_llm_retry_in_words(gw_llm_text(error));

	for (size_t i = 0;
	     json_object_is_type(details, json_type_array) && i < json_object_array_length(details);
	     i++) {
		int64_t delay = gw_llm_duration(gw_llm_text(
			gw_llm_member(json_object_array_get_idx(details, i), "retryDelay")));

		wait = delay > wait ? delay : wait;
	}
	for (size_t i = 0; i < GW_ARRAY_LEN(members); i++) {
		const struct json_object *member = gw_llm_member(error, members[i].name);
		double number = json_object_is_type(member, json_type_int) ||
						json_object_is_type(member, json_type_double)
					? json_object_get_double(member)
					: -1;

		if (number >= 0 && number < 1e9 &&
		    (int64_t)(number * (double)members[i].unit) > wait)
			wait = (int64_t)(number * (double)members[i].unit);
	}
	if (wait > answer->retry_after)
		answer->retry_after = wait;
}

static void read_value(struct gw_llm_answer *answer, const struct json_object *value);

/* Words; or JSON once more, as brokers pass it on. */
/* NOLINTNEXTLINE(misc-no-recursion): each level is shorter than what it was in */
static void read_words(struct gw_llm_answer *answer, struct gw_str text)
{
	struct json_object *value = NULL;
	struct gw_json_error error;

	text = gw_str_trim(text);
	if (text.len > 1 && (text.data[0] == '{' || text.data[0] == '[') &&
	    gw_json_parse(text, &error, &value) == GW_OK) {
		read_value(answer, value);
		json_object_put(value);
		return;
	}
	add_message(answer, text);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the reader of JSON lets it be */
static void read_object(struct gw_llm_answer *answer, const struct json_object *error)
{
	/* the first that has words is what the server says; what is an object or a list holds the words */
	static const char *const messages[] = {
		"error",      "errors",       "message",     "msg",           "error_msg",
		"errmsg",     "detail",       "fault",       "error_message", "error_description",
		"status_msg", "errorMessage", "faultstring", "Message",       "description",
		"reason",     "response",     "title"};
	static const char *const types[] = {"type", "status", "errorType"};
	static const char *const codes[] = {"code",       "error_code", "status_code",
					    "statusCode", "errcode",    "status"};
	bool told = false;

	read_wait(answer, error);
	if (json_object_is_type(gw_llm_member(error, "loc"), json_type_array)) {
		read_detail(answer, error);
		return;
	}
	for (size_t i = 0; i < GW_ARRAY_LEN(messages); i++) {
		const struct json_object *value = gw_llm_member(error, messages[i]);

		if (json_object_is_type(value, json_type_object) ||
		    json_object_is_type(value, json_type_array)) {
			read_value(answer, value);
			told = answer->error_message[0] != '\0';
		} else if (!told && gw_llm_text(value).len > 0) {
			/* {"error":"invalid_request","message":"what it is about"} */
			const struct json_object *message = gw_llm_member(error, "message");

			read_words(answer,
				   gw_llm_text(i == 0 && gw_llm_text(message).len > 0 ? message
										      : value));
			told = true;
		}
	}
	/* OpenRouter: what the provider behind it said */
	read_words(answer, gw_llm_text(gw_llm_member(gw_llm_member(error, "metadata"), "raw")));
	for (size_t i = 0; i < GW_ARRAY_LEN(types) && answer->error_type[0] == '\0'; i++)
		keep(answer->error_type, sizeof(answer->error_type),
		     gw_llm_text(gw_llm_member(error, types[i])));
	for (size_t i = 0; i < GW_ARRAY_LEN(codes); i++)
		read_code(answer, gw_llm_member(error, codes[i]));
	if (answer->error_param[0] == '\0')
		add_param(answer, gw_llm_text(gw_llm_member(error, "param")));
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the reader of JSON lets it be */
static void read_value(struct gw_llm_answer *answer, const struct json_object *value)
{
	if (json_object_is_type(value, json_type_string))
		read_words(answer, gw_llm_text(value));
	else if (json_object_is_type(value, json_type_object))
		read_object(answer, value);
	for (size_t i = 0; json_object_is_type(value, json_type_array) &&
			   i < json_object_array_length(value) && i < ERRORS_MAX;
	     i++)
		read_value(answer, json_object_array_get_idx(value, i));
}

void gw_llm_read_error(struct gw_llm_answer *answer, const struct json_object *error)
{
	int64_t wait = -1;

	answer->failed = true;
	read_value(answer, error);
	wait = gw_llm_retry_in_words(gw_str(answer->error_message));
	if (wait > answer->retry_after)
		answer->retry_after = wait;
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

static bool is_filled(const struct json_object *value)
{
	return (json_object_is_type(value, json_type_object) &&
		json_object_object_length(value) > 0) ||
	       (json_object_is_type(value, json_type_array) &&
		json_object_array_length(value) > 0) ||
	       gw_llm_text(value).len > 0;
}

/* Whether something that came with a success, and is no part of an answer, is an error. */
static bool is_error(const struct json_object *body)
{
	static const char *const answers[] = {"choices", "content", "delta", "usage",
					      "message_start"};
	static const char *const words[] = {"message", "msg",    "detail",     "errors",
					    "fault",   "errmsg", "error_code", "errorMessage"};
	static const char *const codes[] = {"code", "error_code", "statusCode", "status"};
	static const char *const kinds[] = {"object", "type", "status"};
	const struct json_object *success = gw_llm_member(body, "success");

	for (size_t i = 0; i < GW_ARRAY_LEN(answers); i++) {
		if (gw_llm_member(body, answers[i]) != NULL)
			return false;
	}
	for (size_t i = 0; i < GW_ARRAY_LEN(kinds); i++) {
		struct gw_str kind = gw_llm_text(gw_llm_member(body, kinds[i]));

		if (gw_str_equal_c(kind, "error") || gw_str_equal_c(kind, "failed"))
			return true;
	}
	for (size_t i = 0; i < GW_ARRAY_LEN(codes); i++) {
		if (as_number(gw_llm_member(body, codes[i])) >= 400)
			return true;
	}
	/* words instead of an answer; Anthropic's "message" is an object, of an event that is no error */
	for (size_t i = 0; i < GW_ARRAY_LEN(words); i++) {
		const struct json_object *value = gw_llm_member(body, words[i]);

		if (is_filled(value) && (i > 0 || gw_llm_text(value).len > 0))
			return true;
	}
	return gw_llm_text(gw_llm_member(body, "code")).len > 0 ||
	       (json_object_is_type(success, json_type_boolean) &&
		!json_object_get_boolean(success));
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the reader of JSON lets it be */
bool gw_llm_find_error(struct gw_llm_answer *answer, const struct json_object *body, bool refused)
{
	const struct json_object *error = gw_llm_member(body, "error");

	if (json_object_is_type(body, json_type_array) && json_object_array_length(body) > 0 &&
	    !refused)
		return gw_llm_find_error(answer, json_object_array_get_idx(body, 0), refused);
	if (read_base_resp(answer, body))
		return true;
	if (!refused && !is_filled(error) && !is_error(body))
		return false;
	gw_llm_read_error(answer, body);
	return true;
}
