/* SPDX-License-Identifier: ISC */
/*
 * operator_agent.c: POST /operator/agents, which makes an agent and gives the line that connects a program to it; and
 * POST /operator/agents/{agent_id}: what an administrator does to one.
 */
#include "gateway/endpoints.h"

#include "base/digest.h"
#include "base/log.h"
#include "operator/care.h"
#include "people/operator_care.h"
#include "store/agent.h"
#include "store/invitation.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static enum gw_err switch_agent(struct gw_operator_care *care, bool on)
{
	struct gw_switched switched;
	enum gw_err err = gw_care_agent_switch(care->actor.scope.db, &care->id, on, &switched);

	if (err != GW_OK)
		return err;
	(void)snprintf(care->change, sizeof(care->change), "%s", on ? "now idle" : "now stopped");
	gw_operator_care_done(care, on ? "resume" : "suspend");
	gw_people_add_bool(&care->response->body, "may_act", switched.may_act);
	gw_people_add_int(&care->response->body, "waiting", switched.waiting);
	gw_buf_add_char(&care->response->body, '}');
	return GW_OK;
}

static enum gw_err suspend_agent(struct gw_operator_care *care)
{
	return switch_agent(care, false);
}

static enum gw_err resume_agent(struct gw_operator_care *care)
{
	return switch_agent(care, true);
}

static enum gw_err rotate_key(struct gw_operator_care *care)
{
	char digest[GW_SHA256_HEX_SIZE];
	char key[GW_AGENT_KEY_SIZE];
	enum gw_err err = GW_OK;

	gw_agent_key_new(key);
	gw_sha256_hex(gw_str(key), digest);
	/* the scope was looked at: the operator acts */
	err = gw_agent_key_replace(care->actor.scope.db, &care->id, NULL, digest,
				   gw_request_env(care->request, "REMOTE_ADDR"),
				   gw_str(care->request->trace_id));
	if (err == GW_NOT_FOUND)
		err = gw_response_error_code(care->response, GW_CONFLICT, "native",
					     "A native agent has no key");
	if (err == GW_OK) {
		gw_operator_care_done(care, "rotate");
		gw_people_add_string(&care->response->body, "api_key", gw_str(key));
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_secret_wipe(key, sizeof(key));
	return err;
}

/* Adds `,"command":…,"expires_at":…`: the line that connects a program, good once. Errors are those of gw_invitation_add(). */
static enum gw_err add_invitation(struct gw_operator_care *care)
{
	unsigned char digest[GW_SHA256_SIZE];
	char code[GW_INVITATION_CODE_SIZE];
	struct gw_buf line;
	int64_t expires_at = 0;
	enum gw_err err = GW_OK;

	gw_invitation_code_new(code, digest);
	err = gw_invitation_add(care->actor.scope.db, digest, &care->id, GW_INVITATION_LIFE,
				&expires_at);
	if (err != GW_OK)
		return err;
	gw_buf_init(&line, 8192);
	gw_buf_add_c(&line, "curl -fsS ");
	gw_gateway_address(care->request, &line);
	gw_buf_addf(&line, GW_BASE_PATH "/join/%s | sh", code);
	gw_people_add_string(&care->response->body, "command", gw_buf_str(&line));
	gw_people_add_time(&care->response->body, "expires_at", expires_at);
	gw_secret_wipe(code, sizeof(code));
	gw_secret_wipe(line.data, line.len);
	gw_buf_release(&line);
	return GW_OK;
}

static enum gw_err invite_agent(struct gw_operator_care *care)
{
	enum gw_err err = GW_OK;

	gw_operator_care_done(care, "invite");
	err = add_invitation(care);
	if (err == GW_OK)
		gw_buf_add_char(&care->response->body, '}');
	if (err == GW_NOT_FOUND)
		return gw_response_error_code(care->response, GW_CONFLICT, "native",
					      "Only openclaw agents are invited");
	if (err == GW_FORBIDDEN)
		return gw_response_error_code(care->response, GW_CONFLICT, "may_not_act",
					      "This agent may not act: a code would be refused");
	return err;
}

/* What agent_make() and agent_change() say instead of what was. */
static enum gw_err refuse(struct gw_operator_care *care, struct gw_str said)
{
	if (said.data == NULL)
		return GW_NOT_FOUND;
	if (gw_str_equal_c(said, "no_creator"))
		return gw_response_error_code(care->response, GW_CONFLICT, "no_creator",
					      "There is no such active user in its organisation");
	if (gw_str_equal_c(said, "no_model"))
		return gw_response_error_code(
			care->response, GW_CONFLICT, "no_model",
			"There is no such language model in its organisation");
	return GW_OK;
}

static enum gw_err change_agent(struct gw_operator_care *care)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_str was;
	enum gw_err err = GW_OK;

	if (care->setting_count == 0)
		return gw_response_error_code(care->response, GW_CONFLICT, "nothing",
					      "Nothing is to be changed");
	gw_params_uuid(&params, &care->actor.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_text(&params, gw_buf_str(&care->settings));
	err = gw_db_exec(care->actor.scope.db, GW_STATEMENT_AGENT_CHANGE, &params, &rows);
	if (err != GW_OK)
		return err;
	was = gw_rows_text(rows, 0, 0);
	err = refuse(care, was);
	if (err == GW_OK) {
		(void)snprintf(care->change, sizeof(care->change), "%.*s", (int)was.len, was.data);
		gw_care_ring(care->actor.scope.db, "agent", &care->id);
		gw_operator_care_done(care, "change");
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_rows_free(rows);
	return err;
}

static enum gw_err make_agent(struct gw_operator_care *care)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct json_object *type = NULL;
	struct gw_rows *rows = NULL;
	bool native = false;
	enum gw_err err = GW_OK;

	(void)json_object_object_get_ex(care->body, "type", &type);
	native = type != NULL && gw_str_equal_c(gw_json_string(type), "native");
	if (type != NULL && !native && !gw_str_equal_c(gw_json_string(type), "openclaw"))
		return gw_response_error_code(care->response, GW_CONFLICT, "no_type",
					      "A type is openclaw or native");
	gw_params_uuid(&params, &care->actor.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_uuid(&params, care->tenant);
	gw_params_text(&params, gw_buf_str(&care->settings));
	err = gw_db_exec(care->actor.scope.db, GW_STATEMENT_AGENT_MAKE, &params, &rows);
	if (err != GW_OK)
		return err;
	err = refuse(care, gw_rows_text(rows, 0, 0));
	gw_rows_free(rows);
	if (err != GW_OK)
		return err;
	(void)snprintf(care->change, sizeof(care->change), "%.*s",
		       (int)gw_utf8_cut(gw_buf_str(&care->settings), sizeof(care->change) - 1).len,
		       care->settings.data);
	gw_operator_care_done(care, "add");
	if (!native && (err = add_invitation(care)) != GW_OK)
		gw_log_warning("an agent was made without its invitation: %s", gw_err_name(err));
	/* the agent is there: whoever is told otherwise makes another. It can be invited later */
	if (native || err != GW_OK) {
		gw_people_add_string(&care->response->body, "command", GW_STR_NULL);
		gw_people_add_time(&care->response->body, "expires_at", 0);
	}
	gw_buf_add_char(&care->response->body, '}');
	return GW_OK;
}

static const struct gw_setting settings[] = {
	{"name", GW_SETTING_TEXT, false, 0, 100},
	{"creator", GW_SETTING_UUID, false, 0, 0},
	{"role_description", GW_SETTING_LINES, false, 0, 500},
	{"model", GW_SETTING_UUID, true, 0, 0},
	{"fallback_model", GW_SETTING_UUID, true, 0, 0},
	{"max_calls_per_day", GW_SETTING_INTEGER, true, 0, INT_MAX},
	{"max_tokens_per_day", GW_SETTING_INTEGER, true, 0, INT_MAX},
	{NULL, GW_SETTING_TEXT, false, 0, 0},
};

static const struct gw_setting new_settings[] = {
	{"name", GW_SETTING_TEXT, false, 0, 100},
	{"type", GW_SETTING_TEXT, false, 0, 20},
	{"creator", GW_SETTING_UUID, false, 0, 0},
	{"role_description", GW_SETTING_LINES, false, 0, 500},
	{"model", GW_SETTING_UUID, true, 0, 0},
	{"fallback_model", GW_SETTING_UUID, true, 0, 0},
	{NULL, GW_SETTING_TEXT, false, 0, 0},
};

static const struct gw_operator_deed agent_deeds[] = {
	{"suspend", GW_RANK_AGENT_ADMIN, suspend_agent},
	{"resume", GW_RANK_AGENT_ADMIN, resume_agent},
	{"rotate", GW_RANK_AGENT_ADMIN, rotate_key},
	{"invite", GW_RANK_AGENT_ADMIN, invite_agent},
	{"change", GW_RANK_ORG_ADMIN, change_agent},
	{NULL, GW_RANK_PLATFORM_ADMIN, NULL},
};

static const struct gw_operator_deed makes[] = {
	{"add", GW_RANK_ORG_ADMIN, make_agent},
	{NULL, GW_RANK_PLATFORM_ADMIN, NULL},
};

static enum gw_err find_agent(struct gw_operator_care *care)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_operator_agent(&care->actor, gw_gateway_of(care->request)->config,
					    &care->id, &rows);

	gw_rows_free(rows);
	return err;
}

enum gw_err gw_handle_operator_agent_deed(struct gw_request *request, struct gw_response *response)
{
	static const struct gw_operator_tending tending = {"agent", "agent_id", agent_deeds,
							   settings, find_agent};

	return gw_operator_tend(request, response, &tending);
}

enum gw_err gw_handle_operator_agent_make(struct gw_request *request, struct gw_response *response)
{
	static const struct gw_operator_tending tending = {"agent", NULL, makes, new_settings,
							   NULL};

	return gw_operator_tend(request, response, &tending);
}
