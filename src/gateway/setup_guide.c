/* SPDX-License-Identifier: ISC */
/*
 * setup_guide.c: GET /setup-guide/{agent_id}: how an agent uses this gateway, as files and commands for an OpenClaw workspace;
 * GET /setup-guide/{agent_id}.sh: the same as one script.
 *
 * OpenClaw masks keys in what its model reads, so the key is in a file that only curl reads. An agent is woken by a stream
 * automation whose source waits at the gateway (guide/watch.sh): HEARTBEAT.md is no longer read by current releases, and a
 * run by the clock costs tokens even if there is nothing to do.
 */
#include "gateway/endpoints.h"

#include "gateway/caller.h"
#include "base/digest.h"
#include "gateway/gateway.h"
#include "gateway/guide.h"

#define SKILL_PATH GW_GUIDE_FOLDER "/SKILL.md"
#define KEY_PATH GW_GUIDE_FOLDER "/key"
#define WATCH_PATH GW_GUIDE_FOLDER "/watch.sh"
/* The workspace of OpenClaw's default agent, unless the owner names another by the variable that OpenClaw itself reads. */
#define WORKSPACE "\"${OPENCLAW_WORKSPACE_DIR:-${OPENCLAW_STATE_DIR:-$HOME/.openclaw}/workspace}\""
#define SCRIPT_SUFFIX ".sh"

/*
 * A command that adds an automation. Without --no-deliver every run ends in an error, for want of a chat to deliver to; the
 * declaration key makes a second call change the automation in place of adding one.
 */
static void write_automation(struct gw_buf *out, const char *source, const struct gw_guide *guide)
{
	gw_buf_addf(out, "openclaw cron add --name clawith-sync %s --session isolated --message '",
		    source);
	gw_guide_word(out, "task", guide);
	gw_buf_add_c(out, "' --no-deliver --declaration-key clawith-sync");
}

/* By the clock: what every release knows. */
static void write_clock(struct gw_buf *out, const struct gw_guide *guide)
{
	write_automation(out, "--every 5m", guide);
}

/* Woken by the watcher; a release that knows no streams is asked for the clock. */
static void write_woken(struct gw_buf *out, const struct gw_guide *guide)
{
	gw_buf_add_c(out, "(cd " WORKSPACE " && { ");
	write_automation(out,
			 "--stream-command '[\"sh\",\"" WATCH_PATH "\"]' --stream-cwd \"$PWD\"",
			 guide);
	gw_buf_add_c(out, " || ");
	write_clock(out, guide);
	gw_buf_add_c(out, "; })");
}

static void write_file(struct gw_buf *out, const char *path, const char *mode,
		       struct gw_str content)
{
	gw_json_add_comma(out);
	gw_buf_add_char(out, '{');
	gw_json_add_name(out, "path");
	gw_json_add_string_c(out, path);
	gw_json_add_name(out, "mode");
	gw_json_add_string_c(out, mode);
	gw_json_add_name(out, "content");
	gw_json_add_string(out, content);
	gw_buf_add_char(out, '}');
}

/*
 * A command that writes the file into the workspace, or over the one that is there; nobody else may read the key meanwhile. A new
 * OpenClaw has no workspace before its first run.
 */
static void write_file_command(struct gw_buf *out, const char *path, const char *mode,
			       struct gw_str content)
{
	struct gw_buf command;

	gw_buf_init(&command, GW_GUIDE_MAX);
	gw_buf_addf(&command,
		    "(mkdir -p " WORKSPACE "/" GW_GUIDE_FOLDER " && cd " WORKSPACE
		    " && umask 077 && cat >%s && chmod %s %s) <<'" GW_GUIDE_END "'\n",
		    path, mode, path);
	gw_buf_add_str(&command, content);
	gw_buf_add_c(&command, GW_GUIDE_END "\n");
	gw_json_add_comma(out);
	gw_json_add_string(out, gw_buf_str(&command));
	gw_secret_wipe(command.data, command.len);
	gw_buf_release(&command);
}

/* files, commands and test */
static void write_setup(struct gw_buf *out, const struct gw_guide *guide, struct gw_str key)
{
	struct gw_buf key_file;
	struct gw_buf skill;
	struct gw_buf watch;
	struct gw_buf text;

	gw_buf_init(&key_file, 4096);
	gw_buf_init(&skill, GW_GUIDE_MAX);
	gw_buf_init(&watch, GW_GUIDE_MAX);
	gw_buf_init(&text, GW_GUIDE_MAX);
	gw_guide_key_file(&key_file, key);
	gw_guide_skill(&skill, guide);
	gw_guide_watch_script(&watch, guide);
	gw_json_add_name(out, "files");
	gw_buf_add_char(out, '[');
	write_file(out, KEY_PATH, "600", gw_buf_str(&key_file));
	write_file(out, SKILL_PATH, "644", gw_buf_str(&skill));
	write_file(out, WATCH_PATH, "644", gw_buf_str(&watch));
	gw_buf_add_char(out, ']');
	gw_json_add_name(out, "commands");
	gw_buf_add_char(out, '[');
	write_file_command(out, KEY_PATH, "600", gw_buf_str(&key_file));
	write_file_command(out, SKILL_PATH, "644", gw_buf_str(&skill));
	write_file_command(out, WATCH_PATH, "644", gw_buf_str(&watch));
	write_woken(&text, guide);
	gw_json_add_comma(out);
	gw_json_add_string(out, gw_buf_str(&text));
	gw_buf_add_char(out, ']');
	gw_json_add_name(out, "test");
	gw_buf_reset(&text);
	gw_buf_addf(&text,
		    "(cd " WORKSPACE " && curl -fsS -X POST '%.*s/heartbeat' -H @" KEY_PATH ")",
		    (int)guide->base.len, guide->base.data);
	gw_json_add_string(out, gw_buf_str(&text));
	gw_secret_wipe(key_file.data, key_file.len);
	gw_buf_release(&key_file);
	gw_buf_release(&skill);
	gw_buf_release(&watch);
	gw_buf_release(&text);
}

static void write_guide(struct gw_buf *out, struct gw_guide *guide, struct gw_str key)
{
	struct gw_buf auth;
	struct gw_buf text;

	gw_buf_init(&auth, 4096);
	gw_buf_init(&text, GW_GUIDE_MAX);
	gw_buf_addf(&auth, "'X-Api-Key: %.*s'", (int)key.len, key.data);
	guide->auth = gw_buf_str(&auth);
	gw_guide_fill(&text, guide->skill, guide);
	gw_buf_add_char(out, '{');
	gw_json_add_name(out, "skill_filename"); /* where old front ends put it */
	gw_json_add_string_c(out, "clawith_sync.md");
	gw_json_add_name(out, "skill_content");
	gw_json_add_string(out, gw_buf_str(&text));
	gw_json_add_name(out, "heartbeat_addition");
	gw_buf_reset(&text);
	gw_guide_word(&text, "heartbeat", guide);
	gw_json_add_string(out, gw_buf_str(&text));
	gw_json_add_name(out, "skill_path");
	gw_json_add_string_c(out, SKILL_PATH);
	gw_json_add_name(out, "cron_command");
	gw_buf_reset(&text);
	write_clock(&text, guide);
	gw_json_add_string(out, gw_buf_str(&text));
	write_setup(out, guide, key);
	gw_buf_add_char(out, '}');
	gw_secret_wipe(auth.data, auth.len);
	gw_buf_release(&auth);
	gw_buf_release(&text);
}

static void write_script(struct gw_buf *out, struct gw_guide *guide, struct gw_str key)
{
	struct gw_buf lines;

	gw_buf_init(&lines, 4096);
	gw_guide_key_lines(&lines, key);
	guide->key = gw_buf_str(&lines);
	gw_guide_setup_script(out, guide);
	gw_secret_wipe(lines.data, lines.len);
	gw_buf_release(&lines);
}

/* Whether the script is asked for; the path parameter is the id alone from then on. */
static bool takes_script(struct gw_request *request)
{
	struct gw_str *param = &request->path_param;
	const size_t len = strlen(SCRIPT_SUFFIX);

	if (param->len <= len || memcmp(param->data + param->len - len, SCRIPT_SUFFIX, len) != 0)
		return false;
	param->len -= len;
	return true;
}

enum gw_err gw_handle_setup_guide(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	bool script = takes_script(request);
	struct gw_invalid invalid;
	struct gw_uuid agent_id;
	struct gw_uuid caller_id;
	struct gw_caller caller;
	struct gw_guide guide;
	struct gw_buf base;
	enum gw_err err = GW_OK;

	gw_buf_init(&base, 4096);
	gw_invalid_init(&invalid);
	(void)gw_field_path_uuid(request, "agent_id", &invalid, &agent_id);
	err = gw_caller_agent(request, response, &invalid, &caller);
	if (err != GW_OK)
		goto out;
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_agent_authenticate(gateway->db, &caller.key, &caller_id);
	err = gw_caller_settle(&caller, request, response, err);
	if (err != GW_OK)
		goto out;
	if (!gw_uuid_equal(&agent_id, &caller_id)) {
		err = gw_response_error(response, GW_FORBIDDEN, "Key does not match this agent");
		goto out;
	}
	gw_gateway_address(request, &base);
	gw_buf_add_c(&base, GW_BASE_PATH);
	guide = gw_guide_in_language(request, gw_buf_str(&base));
	if (script) {
		response->content_type = GW_GUIDE_SCRIPT_TYPE;
		write_script(&response->body, &guide, caller.presented);
	} else {
		write_guide(&response->body, &guide, caller.presented);
	}
out:
	gw_invalid_release(&invalid);
	gw_buf_release(&base);
	return err;
}
