/* SPDX-License-Identifier: ISC */
/*
 * test_guide.c: the setup guide: it says all that an agent needs, and every command in it is one that a shell can read.
 */
#include "lib/database.h"
#include "lib/direct.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <spawn.h>
#include <sys/wait.h>

#define ALPHA "33333333-0000-4000-8000-000000000001"
#define ALPHA_KEY "oc-alpha-plaintext-key-0001"

static struct json_object *guide(struct gw_test_gateway *test, const char *language)
{
	struct json_object *headers = json_object_new_array();
	struct json_object *parsed = NULL;
	struct gw_case_answer answer = {.body = NULL};
	const char *const pairs[][2] = {{"X-Api-Key", ALPHA_KEY}, {"Accept-Language", language}};

	for (size_t i = 0; i < GW_ARRAY_LEN(pairs); i++) {
		struct json_object *pair = json_object_new_array();

		json_object_array_add(pair, json_object_new_string(pairs[i][0]));
		json_object_array_add(pair, json_object_new_string(pairs[i][1]));
		json_object_array_add(headers, pair);
	}
	gw_test_direct(test, "GET", "/api/gateway/setup-guide/" ALPHA, headers, GW_STR_LIT(""),
		       &answer);
	cr_assert(answer.status == 200, "%s", answer.body);
	parsed = json_tokener_parse(answer.body);
	free(answer.headers);
	free(answer.body);
	json_object_put(headers);
	return parsed;
}

static const char *field(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	cr_assert(json_object_object_get_ex(object, name, &value), "no field %s", name);
	return json_object_get_string(value);
}

Test(setup_guide, tells_an_agent_all_it_needs_in_both_languages)
{
	/* every field, status and address that an agent will meet */
	static const char *const words[] = {
		"name: clawith_sync",
		"description:",
		"/api/gateway/poll",
		"/api/gateway/report",
		"/api/gateway/send-message",
		"/api/gateway/heartbeat",
		"X-Api-Key: " ALPHA_KEY,
		"message_id",
		"result",
		"in_progress",
		"wait=5",
		"expects_reply",
		"in_reply_to",
		"attempt",
		"\"reply\":false",
		"message_cancelled",
		"history",
		"sender_user_name",
		"sender_user_id",
		"sender_agent_name",
		"conversation_id",
		"created_at",
		"sender_name",
		"role",
		"relationships",
		"channels",
		"description",
		"target",
		"content",
		"channel",
		"ambiguous_target",
		"candidates",
		"gateway_result_mismatch",
		"message_expired",
		"idempotency_mismatch",
		"idempotency_in_progress",
		"Retry-After",
	};
	static const char *const languages[] = {"en-GB,en;q=0.8", "zh-CN,zh;q=0.9"};
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;

	gw_test_gateway_init(&test, conninfo, 1);
	for (size_t l = 0; l < GW_ARRAY_LEN(languages); l++) {
		struct json_object *object = guide(&test, languages[l]);
		const char *skill = field(object, "skill_content");

		for (size_t i = 0; i < GW_ARRAY_LEN(words); i++)
			cr_expect(strstr(skill, words[i]) != NULL, "%s: %s is not explained",
				  languages[l], words[i]);
		cr_expect(strstr(skill, "{{") == NULL, "%s: a mark was not filled in",
			  languages[l]);
		cr_expect(strncmp(skill, "---\n", 4) == 0);
		cr_expect((strstr(skill, "消息") != NULL) == (l == 1));
		cr_expect(strncmp(field(object, "heartbeat_addition"), "- ", 2) == 0);
		cr_expect(strchr(field(object, "heartbeat_addition"), '\n') == NULL);
		cr_expect(strstr(field(object, "cron_command"),
				 "openclaw cron add --name clawith-sync --every 5m --session "
				 "isolated --message '") != NULL);
		json_object_put(object);
	}
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(setup_guide, addresses_are_those_of_the_configuration_or_of_the_request)
{
	char *conninfo = gw_test_database_used();
	struct json_object *object = NULL;
	struct gw_test_gateway test;

	gw_test_gateway_init(&test, conninfo, 1);
	object = guide(&test, "");
	cr_expect(strstr(field(object, "skill_content"),
			 "'http://gateway.example/api/gateway/poll?wait=5'") != NULL);
	json_object_put(object);
	/* a client chooses what host it names */
	test.config.guide_hosts[0] = '\0';
	object = guide(&test, "");
	cr_expect(strstr(field(object, "skill_content"),
			 "'http://localhost/api/gateway/poll?wait=5'") != NULL);
	cr_expect(strstr(field(object, "skill_content"), "gateway.example") == NULL);
	json_object_put(object);
	free(test.config.public_url);
	test.config.public_url = gw_xstrdup("https://agents.example.org");
	object = guide(&test, "");
	cr_expect(strstr(field(object, "skill_content"),
			 "'https://agents.example.org/api/gateway/poll?wait=5'") != NULL);
	cr_expect(strstr(field(object, "skill_content"), "gateway.example") == NULL);
	json_object_put(object);
	gw_test_gateway_release(&test);
	free(conninfo);
}

/* The script that does all of it. */
static char *script(struct gw_test_gateway *test, const char *language)
{
	struct json_object *headers = json_object_new_array();
	struct gw_case_answer answer = {.body = NULL};
	const char *const pairs[][2] = {{"X-Api-Key", ALPHA_KEY}, {"Accept-Language", language}};

	for (size_t i = 0; i < GW_ARRAY_LEN(pairs); i++) {
		struct json_object *pair = json_object_new_array();

		json_object_array_add(pair, json_object_new_string(pairs[i][0]));
		json_object_array_add(pair, json_object_new_string(pairs[i][1]));
		json_object_array_add(headers, pair);
	}
	gw_test_direct(test, "GET", "/api/gateway/setup-guide/" ALPHA ".sh", headers,
		       GW_STR_LIT(""), &answer);
	cr_assert(answer.status == 200, "%s", answer.body);
	json_object_put(headers);
	free(answer.headers);
	return answer.body;
}

/* Whether the shell can read the command to its end. */
static bool parses(const char *command)
{
	char locale[] = "LC_ALL=C.UTF-8", sh[] = "sh", only_read[] = "-n", text[] = "-c";
	char *const environment[] = {locale, NULL};
	char *arguments[] = {sh, only_read, text, gw_xstrdup(command), NULL};
	int status = 0;
	pid_t pid = 0;

	cr_assert(posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environment) == 0);
	cr_assert(waitpid(pid, &status, 0) == pid);
	free(arguments[3]);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void expect_command(const char *command)
{
	const char *at = NULL;

	cr_expect(parses(command), "sh cannot read: %s", command);
	cr_expect(strstr(command, "\\n") == NULL, "a backslash and an n: %s", command);
	for (at = command; (at = strstr(at, "://")) != NULL; at++)
		cr_expect(strncmp(at, "://gateway.example/api/gateway/", 31) == 0,
			  "another address than the gateway's: %s", command);
}

/* Calls expect_command() for each block between lines of ```; returns how many there are. */
static size_t expect_commands(const char *markdown)
{
	size_t count = 0;
	const char *at = markdown;

	while ((at = strstr(at, "\n```")) != NULL) {
		const char *begin = strchr(at + 1, '\n');
		const char *end = begin != NULL ? strstr(begin, "\n```") : NULL;
		char *command = NULL;

		cr_assert(end != NULL, "a block without an end");
		command = gw_xstrndup(begin + 1, (size_t)(end - begin));
		expect_command(command);
		free(command);
		count++;
		at = end + 1;
	}
	return count;
}

/* The key is in no file but the key file, and what the commands write is what `files` says. */
static void expect_setup(struct json_object *object)
{
	struct json_object *files = json_object_object_get(object, "files");
	struct json_object *commands = json_object_object_get(object, "commands");

	cr_assert(json_object_array_length(files) == 3 && json_object_array_length(commands) == 4);
	for (size_t i = 0; i < 3; i++) {
		struct json_object *file = json_object_array_get_idx(files, i);
		const char *content = field(file, "content");
		bool is_key = strcmp(field(file, "path"), "skills/clawith_sync/key") == 0;
		bool is_script = strcmp(field(file, "path"), "skills/clawith_sync/watch.sh") == 0;

		cr_expect((strstr(content, ALPHA_KEY) != NULL) == is_key, "%s",
			  field(file, "path"));
		cr_expect(strcmp(field(file, "mode"), is_key ? "600" : "644") == 0);
		cr_expect(strstr(json_object_get_string(json_object_array_get_idx(commands, i)),
				 content) != NULL);
		if (is_script)
			expect_command(content);
		else if (!is_key)
			cr_expect(expect_commands(content) == 5);
		cr_expect(strstr(content, "{{") == NULL);
	}
	for (size_t i = 0; i < 4; i++)
		cr_expect(parses(json_object_get_string(json_object_array_get_idx(commands, i))));
	cr_expect(strstr(field(object, "cron_command"), "--no-deliver") != NULL);
	cr_expect(strstr(field(object, "cron_command"), "--declaration-key") != NULL);
}

Test(setup_guide, every_command_is_one_that_a_shell_can_read)
{
	static const char *const languages[] = {"en", "zh"};
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;
	char *text = NULL;

	gw_test_gateway_init(&test, conninfo, 1);
	for (size_t l = 0; l < GW_ARRAY_LEN(languages); l++) {
		struct json_object *object = guide(&test, languages[l]);

		cr_expect(expect_commands(field(object, "skill_content")) == 5);
		expect_command(field(object, "cron_command"));
		expect_command(field(object, "test"));
		expect_setup(object);
		json_object_put(object);
		text = script(&test, languages[l]);
		cr_expect(parses(text), "%s", text);
		cr_expect(strncmp(text, "#!/bin/sh\n", 10) == 0 && strstr(text, "{{") == NULL);
		cr_expect(strstr(strstr(text, ALPHA_KEY) + 1, ALPHA_KEY) == NULL,
			  "the key stands in the script more than once");
		free(text);
	}
	gw_test_gateway_release(&test);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
