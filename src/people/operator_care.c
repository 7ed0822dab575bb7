/* SPDX-License-Identifier: ISC */
/*
 * operator_care.c: POST /operator/agents/{agent_id}, /operator/people/{user_id}, /operator/models/{model_id}: what an administrator does
 * to them. The member `do` says what.
 */
#include "gateway/endpoints.h"

#include "base/digest.h"
#include "operator/care.h"
#include "people/operator.h"
#include "store/agent.h"
#include "store/invitation.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_CHARACTERS 100
#define CHANGE_MAX 300

/* One request: who does what to whom. */
struct care {
	struct gw_request *request;
	struct gw_response *response;
	struct gw_operator operator;
	struct json_object *body;
	struct gw_uuid id;
	struct gw_str does;
	struct gw_str name, role; /* absent where they were not given */
	bool has_creator;
	struct gw_uuid creator;
	char change[CHANGE_MAX]; /* for the audit */
};

typedef enum gw_err care_run(struct care *care);

/* A table of what may be done: by whom at least, and how. */
struct care_deed {
	const char *name;
	enum gw_operator_rank least;
	care_run *run;
};

static void add_done(struct care *care)
{
	struct gw_buf *out = &care->response->body;

	gw_buf_add_char(out, '{');
	gw_people_add_string(out, "done", care->does);
	gw_people_add_uuid(out, "id", &care->id);
}

/* ---- agents ----------------------------------------------------------------------------------------------------- */

static enum gw_err switch_agent(struct care *care, bool on)
{
	struct gw_switched switched;
	enum gw_err err = gw_care_agent_switch(care->operator.scope.db, &care->id, on, &switched);

	if (err != GW_OK)
		return err;
	(void)snprintf(care->change, sizeof(care->change), "%s", on ? "now idle" : "now stopped");
	add_done(care);
	gw_people_add_bool(&care->response->body, "may_act", switched.may_act);
	gw_people_add_int(&care->response->body, "waiting", switched.waiting);
	gw_buf_add_char(&care->response->body, '}');
	return GW_OK;
}

static enum gw_err suspend_agent(struct care *care)
{
	return switch_agent(care, false);
}

static enum gw_err resume_agent(struct care *care)
{
	return switch_agent(care, true);
}

static enum gw_err rotate_key(struct care *care)
{
	char digest[GW_SHA256_HEX_SIZE];
	char key[GW_AGENT_KEY_SIZE];
	enum gw_err err = GW_OK;

	gw_agent_key_new(key);
	gw_sha256_hex(gw_str(key), digest);
	/* the scope was looked at: the operator acts */
	err = gw_agent_key_replace(care->operator.scope.db, &care->id, NULL, digest,
				   gw_request_env(care->request, "REMOTE_ADDR"),
				   gw_str(care->request->trace_id));
	if (err == GW_NOT_FOUND)
		err = gw_response_error_code(care->response, GW_CONFLICT, "native",
					     "A native agent has no key");
	if (err == GW_OK) {
		add_done(care);
		gw_people_add_string(&care->response->body, "api_key", gw_str(key));
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_secret_wipe(key, sizeof(key));
	return err;
}

static enum gw_err invite_agent(struct care *care)
{
	unsigned char digest[GW_SHA256_SIZE];
	char code[GW_INVITATION_CODE_SIZE];
	struct gw_buf line;
	int64_t expires_at = 0;
	enum gw_err err = GW_OK;

	gw_invitation_code_new(code, digest);
	err = gw_invitation_add(care->operator.scope.db, digest, &care->id, GW_INVITATION_LIFE,
				&expires_at);
	if (err == GW_NOT_FOUND)
		return gw_response_error_code(care->response, GW_CONFLICT, "native",
					      "Only openclaw agents are invited");
	if (err == GW_FORBIDDEN)
		return gw_response_error_code(care->response, GW_CONFLICT, "may_not_act",
					      "This agent may not act: a code would be refused");
	if (err != GW_OK)
		return err;
	gw_buf_init(&line, 8192);
	gw_buf_add_c(&line, "curl -fsS ");
	gw_gateway_address(care->request, &line);
	gw_buf_addf(&line, GW_BASE_PATH "/join/%s | sh", code);
	add_done(care);
	gw_people_add_string(&care->response->body, "command", gw_buf_str(&line));
	gw_people_add_time(&care->response->body, "expires_at", expires_at);
	gw_buf_add_char(&care->response->body, '}');
	gw_secret_wipe(code, sizeof(code));
	gw_secret_wipe(line.data, line.len);
	gw_buf_release(&line);
	return GW_OK;
}

static enum gw_err change_agent(struct care *care)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_str was;
	enum gw_err err = GW_OK;

	if (care->name.data == NULL && !care->has_creator)
		return gw_response_error_code(care->response, GW_CONFLICT, "nothing",
					      "Nothing is to be changed: name or creator");
	gw_params_uuid(&params, &care->operator.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_text(&params, care->name);
	gw_params_uuid(&params, care->has_creator ? &care->creator : NULL);
	err = gw_db_exec(care->operator.scope.db, GW_STATEMENT_AGENT_HAND_OVER, &params, &rows);
	if (err != GW_OK)
		return err;
	was = gw_rows_text(rows, 0, 0);
	if (was.data == NULL) {
		err = GW_NOT_FOUND;
	} else if (gw_str_equal_c(was, "no_creator")) {
		err = gw_response_error_code(care->response, GW_CONFLICT, "no_creator",
					     "There is no such active user in its organisation");
	} else {
		(void)snprintf(care->change, sizeof(care->change), "was %.*s", (int)was.len,
			       was.data);
		add_done(care);
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_rows_free(rows);
	return err;
}

static const struct care_deed agent_deeds[] = {
	{"suspend", GW_RANK_AGENT_ADMIN, suspend_agent},
	{"resume", GW_RANK_AGENT_ADMIN, resume_agent},
	{"rotate", GW_RANK_AGENT_ADMIN, rotate_key},
	{"invite", GW_RANK_AGENT_ADMIN, invite_agent},
	{"change", GW_RANK_ORG_ADMIN, change_agent},
	{NULL, GW_RANK_PLATFORM_ADMIN, NULL},
};

/* ---- people ----------------------------------------------------------------------------------------------------- */

/* NULL and -1: as it is. */
static enum gw_err change_user(struct care *care, struct gw_str role, int active)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_str was;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &care->operator.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_text(&params, role);
	if (active >= 0)
		gw_params_bool(&params, active > 0);
	else
		gw_params_null(&params);
	err = gw_db_exec(care->operator.scope.db, GW_STATEMENT_USER_CHANGE, &params, &rows);
	if (err != GW_OK)
		return err;
	was = gw_rows_text(rows, 0, 0);
	if (was.data == NULL) {
		err = GW_NOT_FOUND;
	} else if (gw_str_equal_c(was, "forbidden")) {
		err = gw_response_error_code(care->response, GW_FORBIDDEN, "not_allowed",
					     "Nobody changes himself, nor one above him");
	} else {
		(void)snprintf(care->change, sizeof(care->change), "was %.*s, now %.*s",
			       (int)was.len, was.data, (int)(role.len > 0 ? role.len : 0),
			       role.len > 0 ? role.data : "");
		if (active >= 0)
			(void)snprintf(care->change, sizeof(care->change), "was %.*s, now %s",
				       (int)was.len, was.data, active > 0 ? "active" : "suspended");
		gw_care_ring(care->operator.scope.db, "user", &care->id);
		add_done(care);
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_rows_free(rows);
	return err;
}

static enum gw_err suspend_user(struct care *care)
{
	return change_user(care, GW_STR_NULL, 0);
}

static enum gw_err resume_user(struct care *care)
{
	return change_user(care, GW_STR_NULL, 1);
}

static enum gw_err set_role(struct care *care)
{
	static const char *const roles[] = {"platform_admin", "org_admin", "agent_admin", "member"};

	for (size_t i = 0; i < GW_ARRAY_LEN(roles); i++) {
		if (gw_str_equal_c(care->role, roles[i]))
			return change_user(care, care->role, -1);
	}
	return gw_response_error_code(care->response, GW_CONFLICT, "no_role",
				      "A role is platform_admin, org_admin, agent_admin or member");
}

static enum gw_err sign_out_user(struct care *care)
{
	int64_t ended = 0;
	enum gw_err err = gw_care_user_sign_out(care->operator.scope.db, &care->id, &ended);

	if (err != GW_OK)
		return err;
	(void)snprintf(care->change, sizeof(care->change), "%lld sessions ended", (long long)ended);
	add_done(care);
	gw_people_add_int(&care->response->body, "ended", ended);
	gw_buf_add_char(&care->response->body, '}');
	return GW_OK;
}

static enum gw_err link_user(struct care *care)
{
	enum { EXPIRES_AT = 3 };
	unsigned char digest[GW_SHA256_SIZE];
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf url;
	enum gw_err err = GW_OK;

	gw_signin_token_new(token, digest);
	gw_params_bytes(&params, digest, sizeof(digest));
	gw_params_uuid(&params, &care->id);
	gw_params_interval(&params, GW_SIGNIN_LINK_LIFE);
	err = gw_db_exec(care->operator.scope.db, GW_STATEMENT_SIGNIN_LINK_ADD, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0) {
		gw_rows_free(rows);
		return gw_response_error_code(care->response, GW_CONFLICT, "may_not_sign_in",
					      "This account, or its organisation, is not active");
	}
	gw_buf_init(&url, 4096);
	gw_gateway_address(care->request, &url);
	gw_buf_addf(&url, "/app/#in=%s", token);
	add_done(care);
	gw_people_add_string(&care->response->body, "url", gw_buf_str(&url));
	gw_people_add_time(&care->response->body, "expires_at", gw_rows_time(rows, 0, EXPIRES_AT));
	gw_buf_add_char(&care->response->body, '}');
	gw_secret_wipe(url.data, url.len);
	gw_secret_wipe(token, sizeof(token));
	gw_buf_release(&url);
	gw_rows_free(rows);
	return GW_OK;
}

static const struct care_deed user_deeds[] = {
	{"suspend", GW_RANK_ORG_ADMIN, suspend_user},
	{"resume", GW_RANK_ORG_ADMIN, resume_user},
	{"role", GW_RANK_ORG_ADMIN, set_role},
	{"sign_out", GW_RANK_ORG_ADMIN, sign_out_user},
	{"link", GW_RANK_ORG_ADMIN, link_user},
	{NULL, GW_RANK_PLATFORM_ADMIN, NULL},
};

/* ---- models ----------------------------------------------------------------------------------------------------- */

static enum gw_err switch_model(struct care *care, bool on)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &care->operator.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_bool(&params, on);
	err = gw_db_exec(care->operator.scope.db, GW_STATEMENT_MODEL_SWITCH, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_is_null(rows, 0, 0)) {
		err = GW_NOT_FOUND;
	} else {
		(void)snprintf(care->change, sizeof(care->change), "%s, now %s",
			       gw_rows_bool(rows, 0, 0) ? "enabled" : "disabled",
			       on ? "enabled" : "disabled");
		add_done(care);
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_rows_free(rows);
	return err;
}

static enum gw_err enable_model(struct care *care)
{
	return switch_model(care, true);
}

static enum gw_err disable_model(struct care *care)
{
	return switch_model(care, false);
}

static const struct care_deed model_deeds[] = {
	{"enable", GW_RANK_ORG_ADMIN, enable_model},
	{"disable", GW_RANK_ORG_ADMIN, disable_model},
	{NULL, GW_RANK_PLATFORM_ADMIN, NULL},
};

/* ---- a request -------------------------------------------------------------------------------------------------- */

/* Whether there is such a thing for this operator. */
typedef enum gw_err care_find(struct care *care);

static enum gw_err find_agent(struct care *care)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_operator_agent(&care->operator, gw_gateway_of(care->request)->config,
					    &care->id, &rows);

	gw_rows_free(rows);
	return err;
}

static enum gw_err find_user(struct care *care)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	if (care->operator.rank<GW_RANK_ORG_ADMIN)
		return GW_NOT_FOUND;
	gw_params_uuid(&params, care->operator.scope.tenant);
	gw_params_uuid(&params, &care->id);
	gw_params_null(&params);
	gw_params_interval(&params, GW_SESSION_IDLE);
	gw_params_null(&params);
	gw_params_null(&params);
	gw_params_int(&params, 1);
	err = gw_db_exec(care->operator.scope.db, GW_STATEMENT_USER_SURVEY, &params, &rows);
	if (err == GW_OK && gw_rows_count(rows) == 0)
		err = GW_NOT_FOUND;
	gw_rows_free(rows);
	return err;
}

/* The statement sees to it. */
static enum gw_err find_model(struct care *care)
{
	return care->operator.rank<GW_RANK_ORG_ADMIN ? GW_NOT_FOUND : GW_OK;
}

static enum gw_err run(struct care *care, const char *kind, const struct care_deed *deeds,
		       care_find *find)
{
	char action[60];
	enum gw_err err = gw_operator_caller(care->request, care->response, &care->operator);

	if (err != GW_OK)
		return err;
	while (deeds->name != NULL && !gw_str_equal_c(care->does, deeds->name))
		deeds++;
	err = find(care);
	if (err == GW_OK)
		err = deeds->name == NULL
			      ? gw_response_error_code(care->response, GW_CONFLICT, "no_deed",
						       "There is nothing of that name to be done")
			      : gw_operator_may(&care->operator, care->request, deeds->least,
						care->response);
	if (err == GW_OK)
		err = deeds->run(care);
	if (err == GW_NOT_FOUND)
		return gw_response_error(care->response, GW_NOT_FOUND, "There is no such %s", kind);
	if (err != GW_OK)
		return err;
	(void)snprintf(action, sizeof(action), "%s %s", kind, deeds->name);
	gw_operator_note(&care->operator, care->request, action, kind, &care->id, "done",
			 care->change);
	return GW_OK;
}

static enum gw_err handle(struct gw_request *request, struct gw_response *response,
			  const char *parameter, const char *kind, const struct care_deed *deeds,
			  care_find *find)
{
	const unsigned optional = GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE | GW_FIELD_TRIM;
	struct care care = {.request = request, .response = response};
	struct gw_invalid invalid;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	err = gw_field_body(request, response, &invalid, &care.body);
	if (err != GW_OK)
		goto out;
	(void)gw_field_path_uuid(request, parameter, &invalid, &care.id);
	care.does = gw_field_string(care.body, "do", 1, 0, &invalid);
	care.name = gw_field_string(care.body, "name", 1, optional, &invalid);
	care.role = gw_field_string(care.body, "role", 1, optional, &invalid);
	gw_field_uuid(care.body, "creator", optional, &invalid, &care.creator, &care.has_creator);
	if (gw_utf8_length(care.name) > NAME_MAX_CHARACTERS)
		gw_invalid_add(&invalid, "string_too_long", "body", "name",
			       "String should have at most 100 characters", GW_STR_LIT("null"),
			       "{\"max_length\":100}");
	if (gw_invalid_any(&invalid))
		err = gw_invalid_respond(&invalid, response);
	else
		err = run(&care, kind, deeds, find);
out:
	gw_operator_release(&care.operator);
	json_object_put(care.body);
	gw_invalid_release(&invalid);
	return err;
}

enum gw_err gw_handle_operator_agent_deed(struct gw_request *request, struct gw_response *response)
{
	return handle(request, response, "agent_id", "agent", agent_deeds, find_agent);
}

enum gw_err gw_handle_operator_user_deed(struct gw_request *request, struct gw_response *response)
{
	return handle(request, response, "user_id", "user", user_deeds, find_user);
}

enum gw_err gw_handle_operator_model_deed(struct gw_request *request, struct gw_response *response)
{
	return handle(request, response, "model_id", "model", model_deeds, find_model);
}
