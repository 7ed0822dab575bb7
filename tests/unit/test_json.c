/* SPDX-License-Identifier: ISC */
/*
 * http_json.c: what is JSON, where it stops being so, and what is written.
 */
#include "base/alloc.h"
#include "base/json.h"
#include "base/json_hint.h"

#include <criterion/criterion.h>
#include <json-c/json.h>

struct text_case {
	const char *text;
	size_t len; /* 0: strlen */
	enum gw_err err;
	size_t offset;
	const char *message; /* or, for GW_OK, the tree written again; NULL: the same text */
};

static struct gw_str case_text(const struct text_case *c)
{
	return c->len ? (struct gw_str){c->text, c->len} : gw_str(c->text);
}

static const struct text_case invalid_cases[] = {
	{"", 0, GW_INVALID, 0, "Expecting value"},
	{"  \n", 0, GW_INVALID, 3, "Expecting value"},
	{"\xef\xbb\xbf", 0, GW_INVALID, 3, "Expecting value"},
	{"abc", 0, GW_INVALID, 0, "Expecting value"},
	{"nul", 0, GW_INVALID, 0, "Expecting value"},
	{"True", 0, GW_INVALID, 0, "Expecting value"},
	{"NaN", 0, GW_INVALID, 0, "Expecting value"},
	{"Infinity", 0, GW_INVALID, 0, "Expecting value"},
	{"-Infinity", 0, GW_INVALID, 0, "Expecting value"},
	{"'a'", 0, GW_INVALID, 0, "Expecting value"},
	{"/*x*/{}", 0, GW_INVALID, 0, "Expecting value"},
	{"{}//", 0, GW_INVALID, 2, "Extra data"},
	{"{} x", 0, GW_INVALID, 3, "Extra data"},
	{"nullx", 0, GW_INVALID, 4, "Extra data"},
	{"1 2", 0, GW_INVALID, 2, "Extra data"},
	{"1.", 0, GW_INVALID, 1, "Extra data"},
	{".5", 0, GW_INVALID, 0, "Expecting value"},
	{"+1", 0, GW_INVALID, 0, "Expecting value"},
	{"-", 0, GW_INVALID, 0, "Expecting value"},
	{"01", 0, GW_INVALID, 1, "Extra data"},
	{"-01", 0, GW_INVALID, 2, "Extra data"},
	{"0x10", 0, GW_INVALID, 1, "Extra data"},
	{"1e", 0, GW_INVALID, 1, "Extra data"},
	{"1e+", 0, GW_INVALID, 1, "Extra data"},
	{"[1.]", 0, GW_INVALID, 2, "Expecting ',' delimiter"},
	{"[1,]", 0, GW_INVALID, 3, "Expecting value"},
	{"[,1]", 0, GW_INVALID, 1, "Expecting value"},
	{"[1 2]", 0, GW_INVALID, 3, "Expecting ',' delimiter"},
	{"[1", 0, GW_INVALID, 2, "Expecting ',' delimiter"},
	{"[", 0, GW_INVALID, 1, "Expecting value"},
	{"]", 0, GW_INVALID, 0, "Expecting value"},
	{"[1}", 0, GW_INVALID, 2, "Expecting ',' delimiter"},
	{"[1]]", 0, GW_INVALID, 3, "Extra data"},
	{"{", 0, GW_INVALID, 1, "Expecting property name enclosed in double quotes"},
	{"{a:1}", 0, GW_INVALID, 1, "Expecting property name enclosed in double quotes"},
	{"{'a':1}", 0, GW_INVALID, 1, "Expecting property name enclosed in double quotes"},
	{"{1:1}", 0, GW_INVALID, 1, "Expecting property name enclosed in double quotes"},
	{"{\"a\":1,}", 0, GW_INVALID, 7, "Expecting property name enclosed in double quotes"},
	{"{\"a\"}", 0, GW_INVALID, 4, "Expecting ':' delimiter"},
	{"{\"a\" 1}", 0, GW_INVALID, 5, "Expecting ':' delimiter"},
	{"{\"a\":}", 0, GW_INVALID, 5, "Expecting value"},
	{"{\"a\":1", 0, GW_INVALID, 6, "Expecting ',' delimiter"},
	{"{\"a\":1]", 0, GW_INVALID, 6, "Expecting ',' delimiter"},
	{"{\"a\":1 \"b\":2}", 0, GW_INVALID, 7, "Expecting ',' delimiter"},
	{"{\"message_id\":\"abc", 0, GW_INVALID, 14, "Unterminated string starting at"},
	{"\"abc\\", 0, GW_INVALID, 0, "Unterminated string starting at"},
	{"\"a\0b\"", 5, GW_INVALID, 2, "Invalid control character at"},
	{"{}\0", 3, GW_INVALID, 2, "Extra data"},
	{"\"\\x\"", 0, GW_INVALID, 1, "Invalid \\escape"},
	{"\"\\u12\"", 0, GW_INVALID, 1, "Invalid \\uXXXX escape"},
	{"\"\\u123g\"", 0, GW_INVALID, 1, "Invalid \\uXXXX escape"},
	{"\"\\ud83d\\u12\"", 0, GW_INVALID, 7, "Invalid \\uXXXX escape"},
	{"\v1", 0, GW_INVALID, 0, "Expecting value"},
	{"\xc2\xa0"
	 "1",
	 0, GW_INVALID, 0, "Expecting value"},
	{"\"\xff\"", 0, GW_TOO_LARGE, 0, "Not UTF-8"},
	{"\"\xed\xa0\x80\"", 0, GW_TOO_LARGE, 0, "Not UTF-8"},
	{"\"\xc0\x80\"", 0, GW_TOO_LARGE, 0, "Not UTF-8"},
	{"\xff\xfe{\0}\0", 6, GW_TOO_LARGE, 0, "Not UTF-8"},
};

Test(json, text_that_is_not_json_is_refused_at_its_first_wrong_byte)
{
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(invalid_cases); i++) {
		const struct text_case *c = &invalid_cases[i];
		struct json_object *value = NULL;
		struct gw_json_error error;
		enum gw_err err = gw_json_parse(case_text(c), &error, &value);

		cr_expect(err == c->err, "'%s': %s", c->text, gw_err_name(err));
		cr_expect(error.offset == c->offset, "'%s': offset %zu", c->text, error.offset);
		cr_expect_str_eq(error.message, c->message, "'%s': %s", c->text, error.message);
	}
}

static const struct text_case valid_cases[] = {
	{"null", 0, GW_OK, 0, NULL},
	{"true", 0, GW_OK, 0, NULL},
	{" false ", 0, GW_OK, 0, "false"},
	{"0", 0, GW_OK, 0, NULL},
	{"-0", 0, GW_OK, 0, "0"},
	{"-0.0", 0, GW_OK, 0, NULL},
	{"-12", 0, GW_OK, 0, NULL},
	{"1.50", 0, GW_OK, 0, NULL},
	{"1e5", 0, GW_OK, 0, NULL},
	{"1E+5", 0, GW_OK, 0, NULL},
	{"-0.5e-3", 0, GW_OK, 0, NULL},
	{"1e999", 0, GW_OK, 0, NULL},
	{"9223372036854775807", 0, GW_OK, 0, NULL},
	{"[]", 0, GW_OK, 0, NULL},
	{"[ ]", 0, GW_OK, 0, "[]"},
	{"{}", 0, GW_OK, 0, NULL},
	{"{ }\r\n", 0, GW_OK, 0, "{}"},
	{"[[],{},[{}]]", 0, GW_OK, 0, NULL},
	{"[ 1 , \"a\" , null ]", 0, GW_OK, 0, "[1,\"a\",null]"},
	{"{ \"a\" : 1 , \"b\" : [ ] }", 0, GW_OK, 0, "{\"a\":1,\"b\":[]}"},
	{"\xef\xbb\xbf{\"a\":1}", 0, GW_OK, 0, "{\"a\":1}"},
	{"{\"a\":1,\"b\":2,\"a\":3}", 0, GW_OK, 0, "{\"a\":3,\"b\":2}"},
	{"{\"\":1}", 0, GW_OK, 0, NULL},
	{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", 0, GW_OK, 0, "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
	{"\"\\u0041\\u00e9\\u738b\"", 0, GW_OK, 0, "\"A\xc3\xa9\xe7\x8e\x8b\""},
	{"\"\\ud83d\\ude00\"", 0, GW_OK, 0, "\"\xf0\x9f\x98\x80\""},
	{"\"\\uD83D\\uDE00\"", 0, GW_OK, 0, "\"\xf0\x9f\x98\x80\""},
	{"\"\x7f\"", 0, GW_OK, 0, NULL},
	{"\"\\u001f\"", 0, GW_OK, 0, NULL},
	{"\"a\\u0000b\"", 0, GW_OK, 0, NULL},
	{"\"a\\ud800b\"", 0, GW_OK, 0, "\"a\\u0000b\""},
	{"\"a\\udc00b\"", 0, GW_OK, 0, "\"a\\u0000b\""},
	{"\"\\ud800\\ud800\\udc00\"", 0, GW_OK, 0, "\"\\u0000\xf0\x90\x80\x80\""},
	{"\"\\ud800\\n\"", 0, GW_OK, 0, "\"\\u0000\\n\""},
	{"{\"a\\u0000b\":1,\"a\":2}", 0, GW_OK, 0,
	 "{\"a\xef\xbf\xbd"
	 "b\":1,\"a\":2}"},
	{"{\"\\udfff\":{\"x\":\"\\udfff\"}}", 0, GW_OK, 0,
	 "{\"\xef\xbf\xbd\":{\"x\":\"\\u0000\"}}"},
};

Test(json, text_that_is_json_becomes_the_same_tree)
{
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(valid_cases); i++) {
		const struct text_case *c = &valid_cases[i];
		struct json_object *value = NULL;
		struct gw_json_error error;
		struct gw_buf out;
		enum gw_err err = gw_json_parse(case_text(c), &error, &value);

		cr_assert(err == GW_OK, "'%s': %s at %zu", c->text, error.message, error.offset);
		gw_buf_init(&out, 4096);
		gw_json_add_value(&out, value);
		cr_expect_str_eq(out.data, c->message ? c->message : c->text, "'%s': %s", c->text,
				 out.data);
		gw_buf_release(&out);
		json_object_put(value);
	}
}

static enum gw_err parse_repeated(const char *before, const char *open, size_t count,
				  const char *middle, const char *close)
{
	struct json_object *value = NULL;
	struct gw_json_error error;
	struct gw_buf text;
	enum gw_err err;
	size_t i;

	gw_buf_init(&text, (size_t)8 * 1024 * 1024);
	gw_buf_add_c(&text, before);
	for (i = 0; i < count; i++)
		gw_buf_add_c(&text, open);
	gw_buf_add_c(&text, middle);
	for (i = 0; *close && i < count; i++)
		gw_buf_add_c(&text, close);
	if (*before)
		gw_buf_add_c(&text, "]");
	err = gw_json_parse(gw_buf_str(&text), &error, &value);
	json_object_put(value);
	gw_buf_release(&text);
	return err;
}

Test(json, nesting_ends_at_the_limit_and_not_before)
{
	cr_expect(parse_repeated("", "[", GW_JSON_MAX_DEPTH, "1", "]") == GW_OK);
	cr_expect(parse_repeated("", "[", GW_JSON_MAX_DEPTH + 1, "1", "]") == GW_TOO_LARGE);
	cr_expect(parse_repeated("", "{\"a\":", GW_JSON_MAX_DEPTH, "1", "}") == GW_OK);
	cr_expect(parse_repeated("", "{\"a\":", GW_JSON_MAX_DEPTH + 1, "1", "}") == GW_TOO_LARGE);
	cr_expect(parse_repeated("", "[", 100000, "", "") == GW_TOO_LARGE);
	cr_expect(parse_repeated("", "[", GW_JSON_MAX_DEPTH, "", "") == GW_INVALID);
}

Test(json, texts_that_would_take_much_memory_are_refused)
{
	cr_expect(parse_repeated("[", "[],", GW_JSON_MAX_CONTAINERS - 1, "1", "") == GW_OK);
	cr_expect(parse_repeated("[", "[],", GW_JSON_MAX_CONTAINERS, "1", "") == GW_TOO_LARGE);
	cr_expect(parse_repeated("[", "1,", GW_JSON_MAX_VALUES - 2, "1", "") == GW_OK);
	cr_expect(parse_repeated("[", "1,", GW_JSON_MAX_VALUES, "1", "") == GW_TOO_LARGE);
}

Test(json, text_with_a_nul_or_a_lone_surrogate_cannot_be_stored)
{
	cr_expect(gw_json_storable(GW_STR_LIT("abc")));
	cr_expect(gw_json_storable(GW_STR_NULL));
	cr_expect_not(gw_json_storable(GW_STR_LIT("a\0c")));
}

Test(json, the_writer_escapes_as_pydantic_does)
{
	struct gw_buf out;

	gw_buf_init(&out, 1024);
	gw_json_add_string(&out, GW_STR_LIT("\"\\/\b\f\n\r\t\x01\x1f\x7f\0\xc3\xa9"));
	cr_expect_str_eq(out.data, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000\xc3\xa9\"");
	gw_buf_reset(&out);
	gw_json_add_string(&out, GW_STR_LIT("a\xff"
					    "b\xc3"));
	cr_expect_str_eq(out.data, "\"a\xef\xbf\xbd"
				   "b\xef\xbf\xbd\"");
	gw_buf_reset(&out);
	gw_json_add_string(&out, GW_STR_NULL);
	gw_json_add_string(&out, GW_STR_LIT(""));
	gw_json_add_string_c(&out, NULL);
	gw_json_add_uuid(&out, NULL);
	cr_expect_str_eq(out.data, "null\"\"nullnull");
	gw_buf_release(&out);
}

Test(json, names_and_elements_are_separated_by_commas)
{
	struct gw_buf out;

	gw_buf_init(&out, 1024);
	gw_buf_add_char(&out, '{');
	gw_json_add_name(&out, "a");
	gw_json_add_int(&out, INT64_MIN);
	gw_json_add_name(&out, "b");
	gw_buf_add_char(&out, '[');
	gw_json_add_comma(&out);
	gw_json_add_bool(&out, true);
	gw_json_add_comma(&out);
	gw_json_add_int(&out, 0);
	gw_buf_add_c(&out, "]");
	gw_json_add_name(&out, "c");
	gw_json_add_time(&out, 0);
	gw_buf_add_c(&out, "}");
	cr_expect_str_eq(
		out.data,
		"{\"a\":-9223372036854775808,\"b\":[true,0],\"c\":\"1970-01-01T00:00:00Z\"}");
	gw_buf_release(&out);
}

Test(json, strings_may_hold_line_ends_and_tabs_as_they_are)
{
	static const char text[] = "{\"a\nb\":\"one\n\ttwo\r\n\x01\x1f\"}";
	struct gw_json_error error;
	struct json_object *value = NULL;
	struct json_object *member = NULL;

	cr_assert(gw_json_parse(gw_str(text), &error, &value) == GW_OK, "%s", error.message);
	cr_assert(json_object_object_get_ex(value, "a\nb", &member));
	cr_expect_str_eq(json_object_get_string(member), "one\n\ttwo\r\n\x01\x1f");
	json_object_put(value);
}

Test(json, who_wrote_no_json_is_told_how_to_mend_it)
{
	static const struct {
		const char *text;
		const char *words; /* of the hint */
	} cases[] = {
		{"{\"a\":\"Hello\\!\"}", "Remove the backslash"},
		{"{\"a\":\"it\\'s\"}", "Remove the backslash"},
		{"{\"a\":\"$5\\$\"}", "Remove the backslash"},
		{"{\\\"a\\\":1}", "Remove the backslash"},
		{"{\"a\":\"C:\\x\"}", "written twice"},
		{"{\"a\":\"C:\\Users\"}", "written twice"},
		{"{\"a\":\"\\d+\"}", "written twice"},
		{"{\"a\":\"C:\\users\"}", "four hexadecimal digits"},
		{"{\"a\":1,}", "remove the comma"},
		{"{\"a\":1,\n}", "remove the comma"},
		{"{\"a\":[1,]}", "remove the comma"},
		{"{'a':'b'}", "double quotes only"},
		{"{\"a\":'b'}", "double quotes only"},
		{"{\"a\":`b`}", "double quotes only"},
		{"'{\"a\":1}'", "double quotes only"},
		{"{\u201Ca\u201D:1}", "typographic quotes"},
		{"{\"a\":\u201Cb\u201D}", "typographic quotes"},
		{"```json\n{\"a\":1}\n```", "```"},
		{"{\"a\":1}\n```", "```"},
		{"Here is the object:\n{\"a\":1}", "no words before"},
		{"{\"a\":1}\nDone.", "nothing after it"},
		{"{\"a\":1}{\"a\":2}", "nothing after it"},
		{"{\"a\":True}", "lower case"},
		{"{\"a\":None}", "lower case"},
		{"{\"a\":NaN}", "NaN"},
		{"{\"a\":1 // one\n}", "no comments"},
		{"// one\n{\"a\":1}", "no comments"},
		{"{\"a\":1, # one\n}", "no comments"},
		{"{a:1}", "names of an object"},
		{"{\"a\":hello}", "stands in double quotes"},
		{"{\"a\":\"say \"hi\" now\"}", "written as \\\""},
		{"{\"a\":\"don", "apostrophe"},
		{"{\"a\":1", "has no end"},
		{"{\"a\":", "has no end"},
		{"{\"a\"", "has no end"},
		{"{", "has no end"},
		{"{\"a\" 1}", "colon"},
		{"target=Beta&content=x", "This is a form"},
		{"@body.json", "name of a file"},
		{"hello", "Send a JSON object"},
		{"  ", "Send a JSON object"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_str text = gw_str(cases[i].text);
		struct json_object *value = NULL;
		struct gw_json_error error;
		const char *hint = NULL;

		cr_assert(gw_json_parse(text, &error, &value) == GW_INVALID, "%s", cases[i].text);
		hint = gw_json_hint(text, &error);
		cr_expect_not_null(strstr(hint, cases[i].words), "%s: %s", cases[i].text, hint);
	}
	for (size_t i = 0; i < GW_ARRAY_LEN(invalid_cases); i++) {
		const struct gw_json_error error = {invalid_cases[i].offset,
						    invalid_cases[i].message};

		cr_expect_gt(strlen(gw_json_hint(case_text(&invalid_cases[i]), &error)), 20);
	}
}
