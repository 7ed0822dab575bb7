/* SPDX-License-Identifier: ISC */
/*
 * test_mcp.c: what tools/list tells a model about the tools (src/mcp/tools.json) is what they take (src/mcp/tool.c).
 */
#include "lib/database.h"
#include "lib/direct.h"

#include "base/alloc.h"

#include <criterion/criterion.h>

#define KEY "oc-alpha-plaintext-key-0001"
#define PATH "/api/gateway/mcp"

static struct json_object *ask(struct gw_test_gateway *test, const char *body)
{
	struct json_object *answer = NULL;
	char *text = NULL;

	cr_assert(gw_test_call(test, "POST", PATH, KEY, body, &text) == 200, "%s", text);
	answer = json_tokener_parse(text);
	cr_assert(answer != NULL, "%s", text);
	free(text);
	return answer;
}

/* The value at a path of names; NULL if it is not there. */
static struct json_object *at(struct json_object *value, const char *const names[])
{
	for (size_t i = 0; value != NULL && names[i] != NULL; i++) {
		struct json_object *next = NULL;

		if (!json_object_object_get_ex(value, names[i], &next))
			return NULL;
		value = next;
	}
	return value;
}

#define AT(value, ...) at(value, (const char *const[]){__VA_ARGS__, NULL})

/* The sentence with which a tool refuses these arguments; to be freed. */
static char *refusal(struct gw_test_gateway *test, const char *tool, const char *arguments)
{
	static const char before[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
				     "\"params\":{\"name\":\"";
	struct json_object *answer = NULL;
	struct json_object *content = NULL;
	struct gw_buf body;
	char *sentence = NULL;

	gw_buf_init(&body, 4096);
	gw_buf_addf(&body, "%s%s\",\"arguments\":%s}}", before, tool, arguments);
	answer = ask(test, body.data);
	content = AT(answer, "result", "content");
	cr_assert(json_object_get_boolean(AT(answer, "result", "isError")), "%s: %s", tool,
		  body.data);
	sentence = gw_xstrdup(
		json_object_get_string(AT(json_object_array_get_idx(content, 0), "text")));
	json_object_put(answer);
	gw_buf_release(&body);
	return sentence;
}

static bool is_required(struct json_object *schema, const char *name)
{
	struct json_object *required = AT(schema, "required");

	for (size_t i = 0; required != NULL && i < json_object_array_length(required); i++) {
		if (strcmp(json_object_get_string(json_object_array_get_idx(required, i)), name) ==
		    0)
			return true;
	}
	return false;
}

/* "It takes a, b (may be left out)." of a schema. */
static void expect_names(const char *tool, struct json_object *schema, const char *sentence)
{
	struct json_object_iter member;
	struct gw_buf expected;
	unsigned count = 0;

	gw_buf_init(&expected, 4096);
	gw_buf_add_c(&expected, "It takes ");
	json_object_object_foreachC(AT(schema, "properties"), member)
	{
		gw_buf_addf(&expected, "%s%s%s", count++ > 0 ? ", " : "", member.key,
			    is_required(schema, member.key) ? "" : " (may be left out)");
	}
	gw_buf_add_char(&expected, '.');
	cr_expect(strstr(sentence, expected.data) != NULL, "%s: %s, but the list says: %s", tool,
		  sentence, expected.data);
	gw_buf_release(&expected);
}

/* What a number may be, and that a text is none and a number no text. */
static void expect_types(struct gw_test_gateway *test, const char *tool, struct json_object *schema)
{
	struct json_object_iter member;

	json_object_object_foreachC(AT(schema, "properties"), member)
	{
		const char *type = json_object_get_string(AT(member.val, "type"));
		bool is_number = strcmp(type, "integer") == 0;
		struct gw_buf arguments, range;
		struct json_object_iter other;
		char *sentence = NULL;

		gw_buf_init(&arguments, 4096);
		gw_buf_init(&range, 256);
		gw_buf_addf(&arguments, "{\"%s\":%s", member.key, is_number ? "\"many\"" : "[7]");
		json_object_object_foreachC(AT(schema, "properties"), other)
		{
			if (other.key != member.key && is_required(schema, other.key))
				gw_buf_addf(&arguments,
					    ",\"%s\":\"99999999-0000-4000-8000-000000000001\"",
					    other.key);
		}
		gw_buf_add_char(&arguments, '}');
		sentence = refusal(test, tool, arguments.data);
		if (is_number)
			gw_buf_addf(&range, "from %d to %d",
				    json_object_get_int(AT(member.val, "minimum")),
				    json_object_get_int(AT(member.val, "maximum")));
		else if (strcmp(type, "boolean") == 0)
			gw_buf_add_c(&range, "true or false");
		else
			gw_buf_add_c(&range, AT(member.val, "format") != NULL ? "an id" : "a text");
		cr_expect(strstr(sentence, member.key) != NULL &&
				  strstr(sentence, range.data) != NULL,
			  "%s: %s: expected %s", arguments.data, sentence, range.data);
		free(sentence);
		gw_buf_release(&arguments);
		gw_buf_release(&range);
	}
}

Test(mcp, the_list_of_tools_says_what_they_take)
{
	static const char *const hints[] = {"readOnlyHint", "destructiveHint", "idempotentHint",
					    "openWorldHint"};
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;
	struct json_object *answer = NULL;
	struct json_object *tools = NULL;

	gw_test_gateway_init(&test, conninfo, 1);
	answer = ask(&test, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
	tools = AT(answer, "result", "tools");
	cr_assert(json_object_array_length(tools) == 6);
	for (size_t i = 0; i < json_object_array_length(tools); i++) {
		struct json_object *tool = json_object_array_get_idx(tools, i);
		const char *name = json_object_get_string(AT(tool, "name"));
		char *sentence = refusal(&test, name, "{\"misspelt\":1}");

		expect_names(name, AT(tool, "inputSchema"), sentence);
		expect_types(&test, name, AT(tool, "inputSchema"));
		cr_expect(strlen(json_object_get_string(AT(tool, "description"))) > 40, "%s", name);
		cr_expect(AT(tool, "outputSchema", "properties") != NULL, "%s", name);
		for (size_t h = 0; h < GW_ARRAY_LEN(hints); h++)
			cr_expect(AT(tool, "annotations", hints[h]) != NULL, "%s: %s", name,
				  hints[h]);
		free(sentence);
	}
	json_object_put(answer);
	gw_test_gateway_release(&test);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
