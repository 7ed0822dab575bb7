/* SPDX-License-Identifier: ISC */
/*
 * http_validate.c: the 422 lists, byte for byte.
 */
#include "http/validate.h"

#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

struct answer {
	struct gw_response response;
	enum gw_err err;
};

/* What an endpoint with a header, a UUID and some strings makes of a body. */
static void run(struct answer *answer, const char *header, const char *query,
		struct gw_str body_text)
{
	char query_env[128];
	char header_env[128];
	char *env[] = {query_env, header_env, NULL};
	struct json_object *body = NULL;
	struct gw_invalid invalid;
	struct gw_request request;
	struct gw_uuid uuid;
	bool present;

	snprintf(query_env, sizeof(query_env), "QUERY_STRING=%s", query);
	snprintf(header_env, sizeof(header_env), "%s", header);
	gw_request_init(&request, env, NULL);
	request.body = body_text;
	gw_response_init(&answer->response, 100);
	gw_invalid_init(&invalid);
	(void)gw_field_query_int(&request, "limit", 1, 1000, 100, &invalid);
	(void)gw_field_header(&request, "X-Api-Key", &invalid);
	answer->err = gw_field_body(&request, &answer->response, &invalid, &body);
	if (answer->err != GW_OK)
		goto out;
	gw_field_uuid(body, "id", GW_FIELD_OPTIONAL, &invalid, &uuid, &present);
	(void)gw_field_string(body, "text", 1, GW_FIELD_TRIM, &invalid);
	(void)gw_field_string(body, "note", 0, GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE, &invalid);
	if (gw_invalid_any(&invalid))
		answer->err = gw_invalid_respond(&invalid, &answer->response);
out:
	json_object_put(body);
	gw_invalid_release(&invalid);
	gw_request_release(&request);
}

#define KEY "HTTP_X_API_KEY=k"
#define LIST(elements) "{\"detail\":[" elements "]}"
#define STRING_TYPE(field, input)                                                                  \
	"{\"type\":\"string_type\",\"loc\":[\"body\",\"" field                                     \
	"\"],\"msg\":\"Input should be a valid string\",\"input\":" input "}"
#define UUID_TYPE(input)                                                                           \
	"{\"type\":\"uuid_type\",\"loc\":[\"body\",\"id\"],\"msg\":\"UUID input should be a "      \
	"string, bytes or UUID object\","                                                          \
	"\"input\":" input "}"
#define UUID_PARSING(input, reason)                                                                \
	"{\"type\":\"uuid_parsing\",\"loc\":[\"body\",\"id\"],\"msg\":\"Input should be a valid "  \
	"UUID, " reason "\","                                                                      \
	"\"input\":" input ",\"ctx\":{\"error\":\"" reason "\"}}"
#define TOO_SHORT(input)                                                                           \
	"{\"type\":\"string_too_short\",\"loc\":[\"body\",\"text\"],\"msg\":\"String should have " \
	"at least 1 character\","                                                                  \
	"\"input\":" input ",\"ctx\":{\"min_length\":1}}"
#define UNICODE(field, input)                                                                      \
	"{\"type\":\"string_unicode\",\"loc\":[\"body\",\"" field "\"],"                           \
	"\"msg\":\"Input should be a valid string, unable to parse raw data as a unicode "         \
	"string\",\"input\":" input "}"
#define MISSING(loc, input)                                                                        \
	"{\"type\":\"missing\",\"loc\":[" loc "],\"msg\":\"Field required\",\"input\":" input "}"
#define MODEL(input)                                                                               \
	"{\"type\":\"model_attributes_type\",\"loc\":[\"body\"],"                                  \
	"\"msg\":\"Input should be a valid dictionary or object to extract fields "                \
	"from\",\"input\":" input "}"
#define NOT_JSON(offset, error)                                                                    \
	"{\"type\":\"json_invalid\",\"loc\":[\"body\"," offset                                     \
	"],\"msg\":\"JSON decode error\",\"input\":{},"                                            \
	"\"ctx\":{\"error\":\"" error "\",\"hint\":\""
#define BAD_CHARACTER                                                                              \
	"invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], " \
	"found "
#define QUERY(type, msg, input, ctx)                                                               \
	"{\"type\":\"" type "\",\"loc\":[\"query\",\"limit\"],\"msg\":\"" msg                      \
	"\",\"input\":\"" input "\"" ctx "}"

Test(validate, every_error_has_the_shape_that_clients_know)
{
	static const struct {
		const char *header;
		const char *query;
		struct gw_str body;
		const char *answer; /* NULL: accepted */
	} table[] = {
#define CASE(header, query, body, answer) {header, query, {body, sizeof(body) - 1}, answer}
		CASE(KEY, "", "{\"text\":\"x\"}", NULL),
		CASE(KEY, "limit=1000", "{\"text\":\"x\",\"note\":null,\"more\":[1]}", NULL),
		CASE(KEY, "limit=+7",
		     "{\"id\":\"99999999-0000-4000-8000-000000000001\",\"text\":\"x\",\"note\":"
		     "\"\"}",
		     NULL),
		CASE("HTTP_X_API_KEY=", "", "{\"text\":\"x\"}", NULL),
		CASE("A=", "", "",
		     LIST(MISSING("\"header\",\"X-Api-Key\"", "null") "," MISSING("\"body\"",
										  "null"))),
		CASE(KEY, "", "null", LIST(MISSING("\"body\"", "null"))),
		CASE(KEY, "", "[]", LIST(MODEL("[]"))),
		CASE(KEY, "", "\"a\"", LIST(MODEL("\"a\""))),
		CASE(KEY, "", "true", LIST(MODEL("true"))),
		CASE(KEY, "", "{\"a\":1.50}", LIST(MISSING("\"body\",\"text\"", "{\"a\":1.50}"))),
		CASE("A=", "", "{}",
		     LIST(MISSING("\"header\",\"X-Api-Key\"",
				  "null") "," MISSING("\"body\",\"text\"", "{}"))),
		CASE(KEY, "", "{\"text\":5,\"note\":[\"a\"]}",
		     LIST(STRING_TYPE("text", "5") "," STRING_TYPE("note", "[\"a\"]"))),
		CASE(KEY, "", "{\"text\":null}", LIST(STRING_TYPE("text", "null"))),
		CASE(KEY, "", "{\"text\":\"\"}", LIST(TOO_SHORT("\"\""))),
		CASE(KEY, "", "{\"text\":\" \\n\"}", LIST(TOO_SHORT("\" \\n\""))),
		CASE(KEY, "", "{\"text\":\"a\\u0000\"}", LIST(UNICODE("text", "\"a\\u0000\""))),
		CASE(KEY, "", "{\"text\":\"a\",\"note\":\"\\ud800\"}",
		     LIST(UNICODE("note", "\"\\u0000\""))),
		CASE(KEY, "", "{\"id\":null,\"text\":\"a\"}", LIST(UUID_TYPE("null"))),
		CASE(KEY, "", "{\"id\":{\"a\":1},\"text\":\"a\"}", LIST(UUID_TYPE("{\"a\":1}"))),
		CASE(KEY, "", "{\"id\":\"ab-\",\"text\":\"a\"}",
		     LIST(UUID_PARSING("\"ab-\"",
				       "invalid length: expected 32 hexadecimal digits, found 2"))),
		CASE(KEY, "", "{\"id\":\"a\\\"\",\"text\":\"a\"}",
		     LIST(UUID_PARSING("\"a\\\"\"", BAD_CHARACTER "`\\\"` at 2"))),
		CASE(KEY, "", "{\"id\":\"\xc3\xa9\xe7\x8e\x8b\",\"text\":\"a\"}",
		     LIST(UUID_PARSING("\"\xc3\xa9\xe7\x8e\x8b\"",
				       BAD_CHARACTER "`\xc3\xa9` at 1"))),
		CASE(KEY, "", "{\"id\":\"9999999-90000-4000-8000-000000000001\",\"text\":\"a\"}",
		     LIST(UUID_PARSING("\"9999999-90000-4000-8000-000000000001\"",
				       "invalid groups: expected 8-4-4-4-12 digits"))),
		CASE(KEY, "limit=x", "{\"text\":\"a\"}",
		     LIST(QUERY("int_parsing",
				"Input should be a valid integer, unable to parse string as an "
				"integer",
				"x", ""))),
		CASE(KEY, "limit=", "{\"text\":\"a\"}",
		     LIST(QUERY("int_parsing",
				"Input should be a valid integer, unable to parse string as an "
				"integer",
				"", ""))),
		CASE(KEY, "limit=0", "{\"text\":\"a\"}",
		     LIST(QUERY("greater_than_equal", "Input should be greater than or equal to 1",
				"0", ",\"ctx\":{\"ge\":1}"))),
		CASE(KEY, "limit=1001", "{\"text\":\"a\"}",
		     LIST(QUERY("less_than_equal", "Input should be less than or equal to 1000",
				"1001", ",\"ctx\":{\"le\":1000}"))),
		CASE(KEY, "limit=-99999999999999999999", "{\"text\":\"a\"}",
		     LIST(QUERY("greater_than_equal", "Input should be greater than or equal to 1",
				"-99999999999999999999", ",\"ctx\":{\"ge\":1}"))),
		CASE(KEY, "limit=99999999999999999999", "{\"text\":\"a\"}",
		     LIST(QUERY("less_than_equal", "Input should be less than or equal to 1000",
				"99999999999999999999", ",\"ctx\":{\"le\":1000}"))),
		CASE("A=", "limit=x", "abc", LIST(NOT_JSON("0", "Expecting value"))),
		CASE(KEY, "", "  \n", LIST(NOT_JSON("3", "Expecting value"))),
		CASE(KEY, "", "{\"text\":\"a\"} x", LIST(NOT_JSON("13", "Extra data"))),
		CASE(KEY, "", "\"\\q\"", LIST(NOT_JSON("1", "Invalid \\\\escape"))),
		CASE(KEY, "", "{\"text\":\"\xff\"}",
		     "{\"detail\":\"There was an error parsing the body\"}"),
	};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(table); i++) {
		struct answer answer;

		run(&answer, table[i].header, table[i].query, table[i].body);
		if (table[i].answer) {
			int status = strstr(table[i].answer, "There was") ? 400 : 422;

			cr_expect(answer.err == GW_INVALID, "%s", table[i].body.data);
			cr_expect_eq(answer.response.status, status);
			/* the brackets at the end may come later: a hint follows */
			cr_expect_eq(strncmp(answer.response.body.data, table[i].answer,
					     strlen(table[i].answer) - 2),
				     0, "%s ?%s\n%s\n%s", table[i].body.data, table[i].query,
				     answer.response.body.data, table[i].answer);
		} else {
			cr_expect(answer.err == GW_OK, "%s: %s", table[i].body.data,
				  answer.response.body.data);
		}
		gw_response_release(&answer.response);
	}
}

Test(validate, a_path_parameter_that_is_no_uuid_is_reported_with_its_name)
{
	char uri[] = "REQUEST_URI=/x";
	char *env[] = {uri, NULL};
	struct gw_request request;
	struct gw_invalid invalid;
	struct gw_uuid uuid;

	gw_request_init(&request, env, NULL);
	gw_invalid_init(&invalid);
	request.path_param = GW_STR_LIT("{99999999-0000-4000-8000-00000000000A}");
	cr_expect(gw_field_path_uuid(&request, "agent_id", &invalid, &uuid));
	request.path_param = GW_STR_LIT("n\xffpe");
	cr_expect_not(gw_field_path_uuid(&request, "agent_id", &invalid, &uuid));
	cr_expect_eq(invalid.count, 1);
	cr_expect_not_null(strstr(invalid.list.data,
				  "{\"type\":\"uuid_parsing\",\"loc\":[\"path\",\"agent_id\"]"));
	gw_invalid_release(&invalid);
	gw_request_release(&request);
}

Test(validate, an_answer_repeats_no_more_than_a_little_of_the_input)
{
	struct json_object *parsed = NULL;
	struct gw_json_error error;
	struct answer answer;
	struct gw_buf body;
	int i;

	gw_buf_init(&body, (size_t)1024 * 1024);
	gw_buf_add_c(&body, "{\"id\":\"");
	for (i = 0; i < 20000; i++)
		gw_buf_add_c(&body, "\xe7\x8e\x8b");
	gw_buf_add_c(&body, "\",\"note\":[\"");
	for (i = 0; i < 20000; i++)
		gw_buf_add_c(&body, "\\u0001");
	gw_buf_add_c(&body, "\"]}");
	run(&answer, KEY, "", gw_buf_str(&body));
	cr_expect_eq(answer.response.status, 422);
	cr_expect_lt(answer.response.body.len, 5000);
	cr_expect(gw_json_parse(gw_buf_str(&answer.response.body), &error, &parsed) == GW_OK);
	cr_expect_not_null(strstr(answer.response.body.data, "\"input\":\"(too long to repeat)\""));
	json_object_put(parsed);
	gw_response_release(&answer.response);
	gw_buf_release(&body);
}

Test(validate, who_wrote_the_request_is_told_what_to_do)
{
	static const struct {
		const char *header;
		const char *body;
		const char *hint;
	} cases[] = {
		{"A=", "{\"text\":\"x\"}", "\"hint\":\"The request needs the header X-Api-Key.\""},
		{KEY, "", "\"hint\":\"The body is empty"},
		{KEY, "null", "\"hint\":\"The body is empty"},
		{KEY, "[{\"text\":\"x\"}]", "\"hint\":\"The body is a list"},
		{KEY, "\"{\\\"text\\\":1}\"", "\"hint\":\"The body is a string"},
		{KEY, "7", "\"hint\":\"The body has to be an object"},
		{KEY, "{\"message\":\"x\",\"to\":1}",
		 "\"hint\":\"The object has no \\\"text\\\"; it has \\\"message\\\", \\\"to\\\"."},
		{KEY, "{}", "it is empty."},
		{KEY, "{\"text\":{\"a\":1}}", "has to be a text in double quotes"},
		{KEY, "{\"text\":\"\"}", "must not be empty"},
		{KEY, "{\"text\":\"\\u0000\"}", "half of a surrogate pair"},
		{KEY, "{\"text\":\"x\",\"id\":7}", "an id in double quotes"},
		{KEY, "{\"text\":\"x\",\"id\":\"7\"}", "32 hexadecimal digits"},
		{KEY, "\xff", "\"hint\":\"The body is not UTF-8"},
		{KEY, "{\"text\":\"\\!\"}", "\"hint\":\"Remove the backslash"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_json_error error;
		struct json_object *parsed = NULL;
		struct answer answer;

		run(&answer, cases[i].header, "", gw_str(cases[i].body));
		cr_expect_not_null(strstr(answer.response.body.data, cases[i].hint), "%s: %s",
				   cases[i].body, answer.response.body.data);
		cr_expect(gw_json_parse(gw_buf_str(&answer.response.body), &error, &parsed) ==
			  GW_OK);
		json_object_put(parsed);
		gw_response_release(&answer.response);
	}
}
