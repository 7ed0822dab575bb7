/* SPDX-License-Identifier: ISC */
/*
 * json_hint.c: see json_hint.h.
 *
 * Most bodies are written by language models, and sent by a shell. What goes wrong there is a short list: a shell's
 * backslash before an exclamation mark, a comma too many, the quotes and words of Python, a fence around the object, a
 * path of Windows. A sentence that names it lets the writer mend it at once; "Expecting value" lets it guess.
 */
#include "base/json_hint.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char use_double_quotes[] =
	"JSON has double quotes only: write \"name\":\"value\", not 'name':'value'. In a shell put "
	"single quotes around the whole object, or read it from a file with --data-binary @file.";
static const char use_plain_quotes[] =
	"There are typographic quotes in place of plain ones: names and strings stand between two "
	"characters \" (U+0022).";
static const char remove_comma[] =
	"There is a comma after the last element: remove the comma before the closing bracket.";
static const char remove_fence[] = "Send the object alone: leave out the ``` lines around it.";
static const char remove_text[] =
	"Send the object alone: the first character of the body is { and the last one is }, with "
	"no words before or after it.";
static const char one_object[] =
	"There is something after the end of the object: send one object and nothing after it.";
static const char double_backslash[] = "Inside a string every backslash is written twice: "
				       "\"C:\\\\x\" for C:\\x. A single one is good "
				       "before \" \\ / b f n r t u only.";
static const char remove_backslash[] =
	"Remove the backslash: this character stands in a string as it is (\"!\", not \"\\!\"). A "
	"shell may have added it; reading the body from a file with --data-binary @file avoids "
	"that.";
static const char four_digits[] = "After \\u there are exactly four hexadecimal digits, as in "
				  "\"\\u00e9\". If a backslash was "
				  "meant, write it twice: \"\\\\u\".";
static const char close_string[] =
	"A string has no end: the body was cut off, or a quote inside the text is not written as "
	"\\\". An apostrophe in the text ends a shell's single quotes: read the body from a file "
	"with --data-binary @file instead.";
static const char close_object[] =
	"The object has no end: a closing bracket is missing, or the body was cut off.";
static const char lower_case_words[] = "JSON writes true, false and null, in lower case.";
static const char no_numbers[] = "JSON has no NaN and no Infinity: write null.";
static const char no_comments[] = "JSON has no comments: remove it.";
static const char quote_name[] =
	"The names of an object stand in double quotes: {\"target\":\"…\",\"content\":\"…\"}.";
static const char quote_value[] = "A text stands in double quotes: {\"content\":\"…\"}.";
static const char missing_comma[] =
	"Between two elements there is a comma. If the text ends earlier than you meant, a quote "
	"inside it has to be written as \\\".";
static const char missing_colon[] =
	"After a name there is a colon and a value: {\"name\":\"value\"}.";
static const char not_a_form[] =
	"This is a form (name=value): send a JSON object instead, {\"name\":\"value\"}.";
static const char not_encoded[] =
	"The object is percent-encoded, as in a form: send it as it is, in curl with -d or "
	"--data-binary in place of --data-urlencode.";
static const char not_a_file[] =
	"This is the name of a file, not its content: curl reads the file with --data-binary "
	"@file.";
static const char no_nul[] = "Remove the character U+0000 from the text.";
static const char send_object[] = "Send a JSON object, such as {\"name\":\"value\"}, in UTF-8.";

static bool begins(struct gw_str text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && strncasecmp(text.data, prefix, len) == 0;
}

/* What begins at `at`, with a few characters of typographic quotes in mind: “ ” „ ‘ ’ « ». */
static bool is_typographic(struct gw_str rest)
{
	static const char *const quotes[] = {"\u201C", "\u201D", "\u201E", "\u2018",
					     "\u2019", "\u00AB", "\u00BB"};

	for (size_t i = 0; i < GW_ARRAY_LEN(quotes); i++) {
		if (begins(rest, quotes[i]))
			return true;
	}
	return false;
}

/* The last character before `offset` that is no blank; 0 if there is none. */
static char before(struct gw_str text, size_t offset)
{
	while (offset > 0 && isspace((unsigned char)text.data[offset - 1]))
		offset--;
	return offset > 0 ? text.data[offset - 1] : '\0';
}

static const char *hint_for_value(struct gw_str text, size_t offset, struct gw_str rest)
{
	char last = before(text, offset);
	bool at_start = last == '\0';

	if (begins(rest, "```"))
		return remove_fence;
	if (begins(rest, "true") || begins(rest, "false") || begins(rest, "null") ||
	    begins(rest, "none"))
		return lower_case_words;
	if (begins(rest, "nan") || begins(rest, "infinity") || begins(rest, "-infinity"))
		return no_numbers;
	if (begins(rest, "//") || begins(rest, "/*") || begins(rest, "#"))
		return no_comments;
	if (rest.len == 0)
		return at_start ? send_object : close_object;
	if ((rest.data[0] == ']' || rest.data[0] == '}') && last == ',')
		return remove_comma;
	if (rest.data[0] == '\'' || rest.data[0] == '`')
		return use_double_quotes;
	if (is_typographic(rest))
		return use_plain_quotes;
	if (at_start && rest.data[0] == '@')
		return not_a_file;
	if (at_start && begins(rest, "%7b"))
		return not_encoded;
	if (at_start && memchr(rest.data, '{', rest.len) != NULL)
		return remove_text;
	if (at_start && memchr(rest.data, '=', rest.len) != NULL)
		return not_a_form;
	return at_start ? send_object : quote_value;
}

static const char *hint_for_name(struct gw_str text, size_t offset, struct gw_str rest)
{
	if (rest.len == 0)
		return close_object;
	if (rest.data[0] == '}' && before(text, offset) == ',')
		return remove_comma;
	if (rest.data[0] == '\'' || rest.data[0] == '`')
		return use_double_quotes;
	if (rest.data[0] == '\\')
		return remove_backslash;
	if (is_typographic(rest))
		return use_plain_quotes;
	if (begins(rest, "//") || begins(rest, "/*") || rest.data[0] == '#')
		return no_comments;
	return quote_name;
}

/* A backslash that begins no escape: before a letter or a digit it is a path's or a pattern's, else a shell added it. */
static const char *hint_for_escape(struct gw_str rest)
{
	return rest.len > 1 && isalnum((unsigned char)rest.data[1]) ? double_backslash
								    : remove_backslash;
}

static const char *hint_for_extra(struct gw_str rest)
{
	if (begins(rest, "```"))
		return remove_fence;
	if (begins(rest, "//") || begins(rest, "/*") || begins(rest, "#"))
		return no_comments;
	return one_object;
}

const char *gw_json_hint(struct gw_str text, const struct gw_json_error *error)
{
	size_t offset = error->offset < text.len ? error->offset : text.len;
	struct gw_str rest = {text.data + offset, text.len - offset};

	if (strcmp(error->message, "Expecting value") == 0)
		return hint_for_value(text, offset, rest);
	if (strncmp(error->message, "Expecting property name", 23) == 0)
		return hint_for_name(text, offset, rest);
	if (strcmp(error->message, "Invalid \\escape") == 0)
		return hint_for_escape(rest);
	if (strcmp(error->message, "Invalid \\uXXXX escape") == 0)
		return four_digits;
	if (strncmp(error->message, "Unterminated string", 19) == 0)
		return close_string;
	if (strncmp(error->message, "Expecting ':'", 13) == 0)
		return rest.len == 0 ? close_object : missing_colon;
	if (strncmp(error->message, "Expecting ','", 13) == 0) {
		if (begins(rest, "//") || begins(rest, "/*") || begins(rest, "#"))
			return no_comments;
		return rest.len == 0 ? close_object : missing_comma;
	}
	if (strncmp(error->message, "Invalid control", 15) == 0)
		return no_nul;
	if (strcmp(error->message, "Extra data") == 0)
		return hint_for_extra(rest);
	return send_object;
}
