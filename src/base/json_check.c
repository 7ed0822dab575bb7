/* SPDX-License-Identifier: ISC */
/*
 * json_check.c: decides what is JSON (RFC 8259) and where it stops being so.
 *
 * json-c, which builds the tree, is too lenient even in its strict mode: it takes `1.` and NaN, replaces lone surrogates without a word and cuts member names at \u0000. So nothing reaches
 * it that has not passed here. The sentences and offsets are in the manner of Python's json module, which the
 * deployed clients know.
 */
#include "base/json_check.h"

#include <string.h>

struct checker {
	const char *start;
	const char *at;
	const char *end;
	char *copy;
	uint64_t
		objects; /* one bit per open container: set for an object, the innermost is bit 0 */
	unsigned depth;
	unsigned containers;
	unsigned values;
	struct gw_json_error *error;
};

static enum gw_err fail(struct checker *c, const char *at, const char *message)
{
	c->error->offset = (size_t)(at - c->start);
	c->error->message = message;
	return GW_INVALID;
}

static enum gw_err fail_limit(struct checker *c, const char *message)
{
	(void)fail(c, c->at, message);
	return GW_TOO_LARGE;
}

static void skip_blanks(struct checker *c)
{
	while (c->at < c->end &&
	       (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r'))
		c->at++;
}

static bool is_digit(const struct checker *c, const char *at)
{
	return at < c->end && *at >= '0' && *at <= '9';
}

/* The four hexadecimal digits at `at`, or -1. */
static int hex4(const struct checker *c, const char *at)
{
	int value = 0;
	int i;

	if (c->end - at < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		char d = at[i];

		if (d >= '0' && d <= '9')
			value = value * 16 + (d - '0');
		else if (d >= 'a' && d <= 'f')
			value = value * 16 + (d - 'a' + 10);
		else if (d >= 'A' && d <= 'F')
			value = value * 16 + (d - 'A' + 10);
		else
			return -1;
	}
	return value;
}

/* Overwrites the digits of the escape whose backslash is at `at`. */
static void patch_escape(struct checker *c, const char *at, const char *digits)
{
	memcpy(c->copy + (at - c->start) + 2, digits, 4);
}

/* A \u escape; c->at is its backslash. */
static enum gw_err check_unicode_escape(struct checker *c, bool is_name)
{
	const char *unusable = is_name ? "fffd" : "0000";
	const char *escape = c->at;
	int code = hex4(c, escape + 2);

	if (code < 0)
		return fail(c, escape, "Invalid \\uXXXX escape");
	c->at += 6;
	if (code >= 0xd800 && code <= 0xdbff && c->end - c->at >= 6 && c->at[0] == '\\' &&
	    c->at[1] == 'u') {
		int low = hex4(c, c->at + 2);

		if (low >= 0xdc00 && low <= 0xdfff) {
			c->at += 6;
			return GW_OK;
		}
	}
	if (code == 0 || (code >= 0xd800 && code <= 0xdfff))
		patch_escape(c, escape, unusable);
	return GW_OK;
}

/* A string; c->at is its opening quote. */
static enum gw_err check_string(struct checker *c, bool is_name)
{
	const char *open = c->at++;
	enum gw_err err;

	while (c->at < c->end) {
		unsigned char byte = (unsigned char)*c->at;

		if (byte == '"') {
			c->at++;
			return GW_OK;
		}
		/* line ends and tabs that the writer did not escape lose nothing; no text holds a NUL */
		if (byte == 0)
			return fail(c, c->at, "Invalid control character at");
		if (byte != '\\') {
			c->at++;
			continue;
		}
		if (c->end - c->at < 2)
			break;
		switch (c->at[1]) {
		case '"':
		case '\\':
		case '/':
		case 'b':
		case 'f':
		case 'n':
		case 'r':
		case 't':
			c->at += 2;
			break;
		case 'u':
			err = check_unicode_escape(c, is_name);
			if (err != GW_OK)
				return err;
			break;
		default:
			return fail(c, c->at, "Invalid \\escape");
		}
	}
	return fail(c, open, "Unterminated string starting at");
}

/* As much of a number as there is at c->at; what follows it is for the caller to refuse. */
static enum gw_err check_number(struct checker *c)
{
	const char *at = c->at;
	const char *more;

	if (*at == '-')
		at++;
	if (!is_digit(c, at))
		return fail(c, c->at, "Expecting value");
	if (*at == '0') {
		at++;
	} else {
		while (is_digit(c, at))
			at++;
	}
	if (at < c->end && *at == '.' && is_digit(c, at + 1)) {
		at++;
		while (is_digit(c, at))
			at++;
	}
	if (at < c->end && (*at == 'e' || *at == 'E')) {
		more = at + 1;
		if (more < c->end && (*more == '+' || *more == '-'))
			more++;
		if (is_digit(c, more)) {
			at = more;
			while (is_digit(c, at))
				at++;
		}
	}
	c->at = at;
	return GW_OK;
}

static enum gw_err check_word(struct checker *c, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(c->end - c->at) < len || memcmp(c->at, word, len) != 0)
		return fail(c, c->at, "Expecting value");
	c->at += len;
	return GW_OK;
}

static enum gw_err open_container(struct checker *c, bool is_object)
{
	if (c->depth == GW_JSON_MAX_DEPTH)
		return fail_limit(c, "Nested too deeply");
	if (++c->containers > GW_JSON_MAX_CONTAINERS)
		return fail_limit(c, "Too many arrays and objects");
	c->objects = c->objects << 1 | (is_object ? 1 : 0);
	c->depth++;
	c->at++;
	skip_blanks(c);
	return GW_OK;
}

static void close_container(struct checker *c)
{
	c->objects >>= 1;
	c->depth--;
	c->at++;
}

/* "name": and the blanks around it. */
static enum gw_err check_name(struct checker *c)
{
	enum gw_err err;

	if (c->at == c->end || *c->at != '"')
		return fail(c, c->at, "Expecting property name enclosed in double quotes");
	err = check_string(c, true);
	if (err != GW_OK)
		return err;
	skip_blanks(c);
	if (c->at == c->end || *c->at != ':')
		return fail(c, c->at, "Expecting ':' delimiter");
	c->at++;
	skip_blanks(c);
	return GW_OK;
}

/*
 * One value that is no container, or the beginning of a container. *ret_open tells that a first element of a
 * container comes next.
 */
static enum gw_err check_value(struct checker *c, bool *ret_open)
{
	enum gw_err err;

	*ret_open = false;
	if (++c->values > GW_JSON_MAX_VALUES)
		return fail_limit(c, "Too many values");
	if (c->at == c->end)
		return fail(c, c->at, "Expecting value");
	switch (*c->at) {
	case '{':
		err = open_container(c, true);
		if (err != GW_OK)
			return err;
		if (c->at < c->end && *c->at == '}') {
			close_container(c);
			return GW_OK;
		}
		*ret_open = true;
		return check_name(c);
	case '[':
		err = open_container(c, false);
		if (err != GW_OK)
			return err;
		if (c->at < c->end && *c->at == ']') {
			close_container(c);
			return GW_OK;
		}
		*ret_open = true;
		return GW_OK;
	case '"':
		return check_string(c, false);
	case 't':
		return check_word(c, "true");
	case 'f':
		return check_word(c, "false");
	case 'n':
		return check_word(c, "null");
	default:
		return check_number(c);
	}
}

/* What follows a value inside containers: closes those that end, stops ahead of the next value. */
static enum gw_err after_value(struct checker *c)
{
	for (;;) {
		bool in_object = c->objects & 1;

		skip_blanks(c);
		if (c->depth == 0)
			return GW_OK;
		if (c->at < c->end && *c->at == (in_object ? '}' : ']')) {
			close_container(c);
			continue;
		}
		if (c->at == c->end || *c->at != ',')
			return fail(c, c->at, "Expecting ',' delimiter");
		c->at++;
		skip_blanks(c);
		return in_object ? check_name(c) : GW_OK;
	}
}

enum gw_err gw_json_check(struct gw_str text, char *copy, struct gw_json_error *ret_error)
{
	struct checker c = {
		.start = text.data,
		.at = text.data,
		.end = text.data + text.len,
		.copy = copy,
		.error = ret_error,
	};
	enum gw_err err;
	bool opened;

	if (text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) {
		memset(copy, ' ', 3);
		c.at += 3;
	}
	skip_blanks(&c);
	do {
		err = check_value(&c, &opened);
		if (err == GW_OK && !opened)
			err = after_value(&c);
		if (err != GW_OK)
			return err;
	} while (c.depth);
	if (c.at < c.end)
		return fail(&c, c.at, "Extra data");
	return GW_OK;
}
