/* SPDX-License-Identifier: ISC */
/*
 * preset.c: see preset.h. A new program is a row of the table and the functions that it names.
 */
#include "connect/preset.h"

#include "base/alloc.h"
#include "base/json.h"

#include <json-c/json.h>

void gw_arguments_add(struct gw_arguments *arguments, const char *item)
{
	arguments->items =
		gw_xrealloc(arguments->items, (arguments->count + 2) * sizeof(*arguments->items));
	arguments->items[arguments->count++] = gw_xstrdup(item);
	arguments->items[arguments->count] = NULL;
}

void gw_arguments_release(struct gw_arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		free(arguments->items[i]);
	free(arguments->items);
	*arguments = (struct gw_arguments){NULL, 0};
}

static void add_all(struct gw_arguments *arguments, const char *const *items)
{
	for (; *items != NULL; items++)
		gw_arguments_add(arguments, *items);
}

static void add_extra(struct gw_arguments *arguments, const struct gw_preset_call *call)
{
	for (char *const *extra = call->extra; *extra != NULL; extra++)
		gw_arguments_add(arguments, *extra);
}

/* Two words: the option for an old session with its id, or the one for a new session with a new id. */
static void add_session(struct gw_arguments *arguments, const struct gw_preset_call *call)
{
	gw_arguments_add(arguments, call->session != NULL ? "--resume" : "--session-id");
	gw_arguments_add(arguments, call->session != NULL ? call->session : call->fresh);
}

/* ----- reading JSON ----- */

static struct json_object *parse(struct gw_str text)
{
	struct json_object *value = NULL;
	struct gw_json_error error;

	return gw_json_parse(text, &error, &value) == GW_OK ? value : NULL;
}

/* The JSON at the end of an output that may begin with lines of another kind. NULL: there is none. */
static struct json_object *parse_output(struct gw_str out)
{
	struct json_object *value = NULL;
	const char *end = out.data + out.len;

	out = gw_str_trim(out);
	while (value == NULL && out.len > 0) {
		const char *next = NULL;

		if (out.data[0] == '{' || out.data[0] == '[')
			value = parse(out);
		next = memchr(out.data, '\n', out.len);
		if (next == NULL)
			break;
		out = gw_str_trim((struct gw_str){next + 1, (size_t)(end - next - 1)});
	}
	return value;
}

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value))
		return NULL;
	return value;
}

static struct gw_str text_of(struct json_object *object, const char *name)
{
	struct json_object *value = member(object, name);

	return json_object_is_type(value, json_type_string) ? gw_json_string(value) : GW_STR_NULL;
}

static bool is(struct json_object *object, const char *name, const char *value)
{
	return gw_str_equal_c(text_of(object, name), value);
}

static void set(struct gw_buf *out, struct gw_str text)
{
	gw_buf_reset(out);
	gw_buf_add_str(out, text);
}

static void preset_fail(struct gw_preset_outcome *outcome, struct gw_str text)
{
	outcome->failed = true;
	set(&outcome->text, text);
}

/* Calls `event` for each line that is a JSON object. */
static void each_event(struct gw_str out, void (*event)(struct json_object *, void *), void *arg)
{
	while (out.len > 0) {
		const char *end = memchr(out.data, '\n', out.len);
		size_t len = end != NULL ? (size_t)(end - out.data) : out.len;
		struct json_object *value = NULL;

		if (len > 0 && out.data[0] == '{')
			value = parse((struct gw_str){out.data, len});
		if (json_object_is_type(value, json_type_object))
			event(value, arg);
		json_object_put(value);
		len += end != NULL ? 1 : 0;
		out.data += len;
		out.len -= len;
	}
}

/* The last line of a text that has something in it. */
static bool last_line(struct gw_str text, struct gw_buf *out)
{
	text = gw_str_trim(text);
	for (size_t i = text.len; i > 0; i--) {
		if (text.data[i - 1] == '\n') {
			text.data += i;
			text.len -= i;
			break;
		}
	}
	set(out, text);
	return text.len > 0;
}

/* ----- Claude Code: {"type":"result","is_error":false,"result":"…","session_id":"…"}; errors come the same way ----- */

static void claude_arguments(struct gw_arguments *arguments, const struct gw_preset_call *call)
{
	static const char *const fixed[] = {"-p", "--output-format", "json", NULL};

	gw_arguments_add(arguments, call->program);
	add_all(arguments, fixed);
	add_session(arguments, call);
	add_extra(arguments, call);
}

static void claude_read(struct gw_str out, struct gw_preset_outcome *outcome)
{
	struct json_object *value = parse_output(out);
	struct json_object *result = value;

	/* with --verbose all events come as one array, the result last */
	if (json_object_is_type(value, json_type_array) && json_object_array_length(value) > 0)
		result = json_object_array_get_idx(value, json_object_array_length(value) - 1);
	if (text_of(result, "result").data == NULL) {
		preset_fail(outcome, out);
	} else {
		set(&outcome->text, text_of(result, "result"));
		set(&outcome->session, text_of(result, "session_id"));
		outcome->failed = json_object_get_boolean(member(result, "is_error"));
	}
	json_object_put(value);
}

/* ----- Codex CLI: events, one a line ----- */

static void codex_arguments(struct gw_arguments *arguments, const struct gw_preset_call *call)
{
	static const char *const fixed[] = {"--skip-git-repo-check", "--json", NULL};

	gw_arguments_add(arguments, call->program);
	gw_arguments_add(arguments, "exec");
	if (call->session != NULL) {
		gw_arguments_add(arguments, "resume");
		gw_arguments_add(arguments, call->session);
	}
	add_all(arguments, fixed);
	add_extra(arguments, call);
	gw_arguments_add(arguments, "-");
}

static void codex_event(struct json_object *event, void *arg)
{
	struct gw_preset_outcome *outcome = arg;
	struct json_object *item = member(event, "item");

	if (is(event, "type", "thread.started")) {
		set(&outcome->session, text_of(event, "thread_id"));
	} else if (is(event, "type", "item.completed") && is(item, "type", "agent_message")) {
		outcome->failed = false;
		set(&outcome->text, text_of(item, "text"));
	} else if (is(event, "type", "turn.failed")) {
		preset_fail(outcome, text_of(member(event, "error"), "message"));
	} else if (is(event, "type", "error") && outcome->text.len == 0) {
		preset_fail(outcome, text_of(event, "message"));
	}
}

static void codex_read(struct gw_str out, struct gw_preset_outcome *outcome)
{
	each_event(out, codex_event, outcome);
}

static bool codex_say(struct gw_str line, struct gw_buf *out)
{
	struct json_object *event = parse(line);
	struct json_object *item = member(event, "item");
	bool said = false;

	if (is(item, "type", "command_execution"))
		said = last_line(text_of(item, "command"), out);
	else if (is(item, "type", "agent_message") || is(item, "type", "reasoning"))
		said = last_line(text_of(item, "text"), out);
	json_object_put(event);
	return said;
}

/* ----- Gemini CLI: {"response":"…"} or {"error":{"message":"…"}} ----- */

static void gemini_arguments(struct gw_arguments *arguments, const struct gw_preset_call *call)
{
	static const char *const fixed[] = {"-o", "json", NULL};

	gw_arguments_add(arguments, call->program);
	gw_arguments_add(arguments, "--skip-trust");
	add_session(arguments, call);
	add_all(arguments, fixed);
	add_extra(arguments, call);
	/* the prompt is on standard input; this makes it run without a terminal */
	gw_arguments_add(arguments, "-p");
	gw_arguments_add(arguments, "");
}

static void gemini_read(struct gw_str out, struct gw_preset_outcome *outcome)
{
	struct json_object *value = parse_output(out);
	struct json_object *error = member(value, "error");

	set(&outcome->session, text_of(value, "session_id"));
	if (json_object_is_type(error, json_type_object))
		preset_fail(outcome, text_of(error, "message"));
	else if (text_of(value, "response").data != NULL)
		set(&outcome->text, text_of(value, "response"));
	else
		preset_fail(outcome, out);
	json_object_put(value);
}

/* ----- opencode: events, one a line; the answer is the text of the last step that has any ----- */

static void opencode_arguments(struct gw_arguments *arguments, const struct gw_preset_call *call)
{
	static const char *const fixed[] = {"run", "--format", "json", NULL};

	gw_arguments_add(arguments, call->program);
	add_all(arguments, fixed);
	if (call->session != NULL) {
		gw_arguments_add(arguments, "-s");
		gw_arguments_add(arguments, call->session);
	}
	add_extra(arguments, call);
}

struct opencode {
	struct gw_preset_outcome *outcome;
	bool next_step;
};

static void opencode_event(struct json_object *event, void *arg)
{
	struct opencode *state = arg;
	struct gw_preset_outcome *outcome = state->outcome;
	struct json_object *error = member(event, "error");
	struct gw_str message = text_of(member(error, "data"), "message");

	if (text_of(event, "sessionID").len > 0)
		set(&outcome->session, text_of(event, "sessionID"));
	if (is(event, "type", "step_start")) {
		state->next_step = true;
	} else if (is(event, "type", "text")) {
		if (state->next_step || outcome->failed)
			gw_buf_reset(&outcome->text);
		state->next_step = false;
		outcome->failed = false;
		gw_buf_add_str(&outcome->text, text_of(member(event, "part"), "text"));
	} else if (is(event, "type", "error")) {
		if (message.len == 0)
			message = text_of(error, "message");
		if (message.len == 0)
			message = text_of(error, "name");
		preset_fail(outcome, message);
	}
}

static void opencode_read(struct gw_str out, struct gw_preset_outcome *outcome)
{
	struct opencode state = {outcome, false};

	each_event(out, opencode_event, &state);
}

static bool opencode_say(struct gw_str line, struct gw_buf *out)
{
	struct json_object *event = parse(line);
	struct json_object *part = member(event, "part");
	bool said = false;

	if (is(event, "type", "text"))
		said = last_line(text_of(part, "text"), out);
	else if (is(event, "type", "tool_use"))
		said = last_line(text_of(member(part, "state"), "title"), out) ||
		       last_line(text_of(part, "tool"), out);
	json_object_put(event);
	return said;
}

/* ----- aider: no sessions, a history file per conversation; its own remarks stand around the answer ----- */

static void aider_arguments(struct gw_arguments *arguments, const struct gw_preset_call *call)
{
	static const char *const fixed[] = {"--yes-always", "--no-stream", "--no-pretty",
					    "--no-check-update", NULL};

	gw_arguments_add(arguments, call->program);
	gw_arguments_add(arguments, "--message-file");
	gw_arguments_add(arguments, call->prompt);
	add_all(arguments, fixed);
	if (call->history != NULL) {
		gw_arguments_add(arguments, "--chat-history-file");
		gw_arguments_add(arguments, call->history);
		gw_arguments_add(arguments, "--restore-chat-history");
	}
	add_extra(arguments, call);
}

static void aider_read(struct gw_str out, struct gw_preset_outcome *outcome)
{
	static const char *const remarks[] = {
		"Aider v",           "Main model:", "Model:",    "Weak model:",
		"Editor model:",     "Git repo",    "Repo-map:", "Tokens:",
		"Restored previous", "Warning:",    "Cost:",     "Can't initialize prompt toolkit",
	};

	while (out.len > 0) {
		const char *end = memchr(out.data, '\n', out.len);
		size_t len = end != NULL ? (size_t)(end - out.data) + 1 : out.len;
		bool is_remark = false;

		for (size_t i = 0; i < GW_ARRAY_LEN(remarks) && !is_remark; i++)
			is_remark = len >= strlen(remarks[i]) &&
				    memcmp(out.data, remarks[i], strlen(remarks[i])) == 0;
		if (!is_remark)
			gw_buf_add(&outcome->text, out.data, len);
		out.data += len;
		out.len -= len;
	}
}

static const struct gw_preset presets[] = {
	{"aider", "aider", aider_arguments, aider_read, NULL, false, false},
	{"claude", "claude", claude_arguments, claude_read, NULL, true, true},
	{"codex", "codex", codex_arguments, codex_read, codex_say, true, false},
	{"gemini", "gemini", gemini_arguments, gemini_read, NULL, true, true},
	{"opencode", "opencode", opencode_arguments, opencode_read, opencode_say, true, false},
};

const struct gw_preset *gw_preset_find(const char *name)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(presets); i++) {
		if (strcmp(presets[i].name, name) == 0)
			return &presets[i];
	}
	return NULL;
}

void gw_preset_names(struct gw_buf *out)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(presets); i++)
		gw_buf_addf(out, "%s%s", i > 0 ? ", " : "", presets[i].name);
}

bool gw_preset_unknown_session(struct gw_str out, struct gw_str err)
{
	static const char *const phrases[] = {
		"no conversation found", "session not found",      "no such session",
		"unknown session",       "invalid session",        "no rollout found",
		"thread not found",      "error resuming",         "no sessions found",
		"no previous sessions",  "could not find session",
	};
	struct gw_buf text;
	bool found = false;

	gw_buf_init(&text, out.len + err.len + 2);
	gw_buf_add_str(&text, out);
	gw_buf_add_char(&text, '\n');
	gw_buf_add_str(&text, err);
	for (size_t i = 0; i < GW_ARRAY_LEN(phrases) && !found; i++)
		found = strcasestr(text.data, phrases[i]) != NULL;
	gw_buf_release(&text);
	return found;
}
