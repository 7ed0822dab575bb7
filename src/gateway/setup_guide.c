/* SPDX-License-Identifier: ISC */
/*
 * setup_guide.c: GET /setup-guide/{agent_id}. Tells an agent, in a skill file that it can save as it is, how to use
 * this gateway.
 *
 * Where things go in an OpenClaw workspace: a skill is skills/<name>/SKILL.md (other files in skills/ are not read), and
 * regular runs are made by `openclaw cron add`, since current releases do not read HEARTBEAT.md by themselves.
 */
#include "gateway/endpoints.h"

#include "gateway/caller.h"
#include "base/digest.h"
#include "gateway/gateway.h"
#include "gateway/guide.h"

#include <strings.h>

#define GUIDE_MAX (256 * 1024)
#define SKILL_FOLDER "skills/clawith_sync"
#define SKILL_PATH SKILL_FOLDER "/SKILL.md"
#define KEY_PATH SKILL_FOLDER "/key"
/* the workspace of OpenClaw's default agent, unless the owner names another */
#define WORKSPACE "cd \"${OPENCLAW_WORKSPACE:-$HOME/.openclaw/workspace}\""

/* What differs between languages. */
struct language {
	const char *skill;
	const char *heartbeat; /* a list line for HEARTBEAT.md */
	const char
		*task; /* what a scheduled run is asked; no quotes, it goes into a shell command */
};

static const struct language english = {
	gw_guide_skill_en,
	"- Check for messages from your organisation: use the skill clawith_sync (poll, then "
	"report the result of "
	"every message).",
	"Use the skill clawith_sync: poll the gateway, do what the messages ask, and report the "
	"result of each.",
};

static const struct language chinese = {
	gw_guide_skill_zh,
	"- 检查来自组织的消息：使用技能 clawith_sync（先 poll，再为每条消息 report 结果）。",
	"使用技能 clawith_sync：向网关 poll，完成消息中的要求，并为每条消息 report 结果。",
};

static const struct language *preferred(const struct gw_request *request)
{
	struct gw_str header = gw_str_trim(gw_request_header(request, "Accept-Language"));

	return header.len >= 2 && strncasecmp(header.data, "zh", 2) == 0 ? &chinese : &english;
}

/* Copies the text with {{base}} and {{auth}} (what curl's -H gets) filled in. */
static void fill_in(struct gw_buf *out, const char *text, struct gw_str base, struct gw_str auth)
{
	static const char base_mark[] = "{{base}}";
	static const char auth_mark[] = "{{auth}}";
	const char *mark = NULL;

	while ((mark = strstr(text, "{{")) != NULL) {
		gw_buf_add(out, text, (size_t)(mark - text));
		if (strncmp(mark, base_mark, strlen(base_mark)) == 0) {
			gw_buf_add_str(out, base);
			text = mark + strlen(base_mark);
		} else if (strncmp(mark, auth_mark, strlen(auth_mark)) == 0) {
			gw_buf_add_str(out, auth);
			text = mark + strlen(auth_mark);
		} else {
			gw_buf_add(out, mark, 2);
			text = mark + 2;
		}
	}
	gw_buf_add_c(out, text);
}

/*
 * The line that makes regular runs. Without --no-deliver every run ends in an error, for want of a chat to deliver to; the
 * declaration key makes a second call change the job in place of adding one.
 */
static void write_cron(struct gw_buf *out, const struct language *language)
{
	gw_buf_addf(out,
		    "openclaw cron add --name clawith-sync --every 5m --session isolated --message "
		    "'%s' --no-deliver "
		    "--declaration-key clawith-sync",
		    language->task);
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

/* A command that writes the file into the workspace, or over the one that is there; nobody else may read the key meanwhile. */
static void write_file_command(struct gw_buf *out, const char *path, const char *mode,
			       struct gw_str content)
{
	struct gw_buf command;

	gw_buf_init(&command, GUIDE_MAX);
	gw_buf_addf(&command,
		    WORKSPACE " && mkdir -p " SKILL_FOLDER
			      " && (umask 077 && cat >%s) <<'CLAWGW_END' && chmod %s %s\n",
		    path, mode, path);
	gw_buf_add_str(&command, content);
	gw_buf_add_c(&command, "CLAWGW_END\n");
	gw_json_add_comma(out);
	gw_json_add_string(out, gw_buf_str(&command));
	gw_buf_release(&command);
}

/* files, commands and test. OpenClaw masks keys in what its model reads, so the key is in a file that only curl reads. */
static void write_setup(struct gw_buf *out, const struct language *language, struct gw_str base,
			struct gw_str key)
{
	struct gw_buf key_file;
	struct gw_buf skill;
	struct gw_buf text;

	gw_buf_init(&key_file, 4096);
	gw_buf_init(&skill, GUIDE_MAX);
	gw_buf_init(&text, GUIDE_MAX);
	gw_buf_addf(&key_file, "X-Api-Key: %.*s\n", (int)key.len, key.data);
	fill_in(&skill, language->skill, base, GW_STR_LIT("@" KEY_PATH));
	gw_json_add_name(out, "files");
	gw_buf_add_char(out, '[');
	write_file(out, KEY_PATH, "600", gw_buf_str(&key_file));
	write_file(out, SKILL_PATH, "644", gw_buf_str(&skill));
	gw_buf_add_char(out, ']');
	gw_json_add_name(out, "commands");
	gw_buf_add_char(out, '[');
	write_file_command(out, KEY_PATH, "600", gw_buf_str(&key_file));
	write_file_command(out, SKILL_PATH, "644", gw_buf_str(&skill));
	write_cron(&text, language);
	gw_json_add_comma(out);
	gw_json_add_string(out, gw_buf_str(&text));
	gw_buf_add_char(out, ']');
	gw_json_add_name(out, "test");
	gw_buf_reset(&text);
	gw_buf_addf(&text, WORKSPACE " && curl -fsS -X POST '%.*s/heartbeat' -H @" KEY_PATH,
		    (int)base.len, base.data);
	gw_json_add_string(out, gw_buf_str(&text));
	gw_secret_wipe(key_file.data, key_file.len);
	gw_buf_release(&key_file);
	gw_buf_release(&skill);
	gw_buf_release(&text);
}

static void write_guide(struct gw_buf *out, const struct language *language, struct gw_str base,
			struct gw_str key)
{
	struct gw_buf auth;
	struct gw_buf text;

	gw_buf_init(&auth, 4096);
	gw_buf_init(&text, GUIDE_MAX);
	gw_buf_addf(&auth, "'X-Api-Key: %.*s'", (int)key.len, key.data);
	fill_in(&text, language->skill, base, gw_buf_str(&auth));
	gw_buf_add_char(out, '{');
	gw_json_add_name(out, "skill_filename"); /* where old front ends put it */
	gw_json_add_string_c(out, "clawith_sync.md");
	gw_json_add_name(out, "skill_content");
	gw_json_add_string(out, gw_buf_str(&text));
	gw_json_add_name(out, "heartbeat_addition");
	gw_json_add_string_c(out, language->heartbeat);
	gw_json_add_name(out, "skill_path");
	gw_json_add_string_c(out, SKILL_PATH);
	gw_json_add_name(out, "cron_command");
	gw_buf_reset(&text);
	write_cron(&text, language);
	gw_json_add_string(out, gw_buf_str(&text));
	write_setup(out, language, base, key);
	gw_buf_add_char(out, '}');
	gw_secret_wipe(auth.data, auth.len);
	gw_buf_release(&auth);
	gw_buf_release(&text);
}

enum gw_err gw_handle_setup_guide(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_invalid invalid;
	struct gw_uuid agent_id;
	struct gw_uuid caller_id;
	struct gw_caller caller;
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
	write_guide(&response->body, preferred(request), gw_buf_str(&base), caller.presented);
out:
	gw_invalid_release(&invalid);
	gw_buf_release(&base);
	return err;
}
