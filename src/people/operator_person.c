/* SPDX-License-Identifier: ISC */
/*
 * operator_person.c: POST /operator/people, which makes a user and gives the link that signs him in; and POST /operator/people/{user_id}:
 * what an administrator does to one.
 */
#include "gateway/endpoints.h"

#include "base/digest.h"
#include "operator/care.h"
#include "people/operator_care.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

/* NULL and -1: as it is. */
static enum gw_err change_user(struct gw_operator_care *care, struct gw_str role, int active)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_str was;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &care->actor.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_text(&params, role);
	if (active >= 0)
		gw_params_bool(&params, active > 0);
	else
		gw_params_null(&params);
	err = gw_db_exec(care->actor.scope.db, GW_STATEMENT_USER_CHANGE, &params, &rows);
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
		gw_care_ring(care->actor.scope.db, "user", &care->id);
		gw_operator_care_done(care, role.data != NULL ? "role"
					    : active > 0      ? "resume"
							      : "suspend");
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_rows_free(rows);
	return err;
}

static enum gw_err suspend_user(struct gw_operator_care *care)
{
	return change_user(care, GW_STR_NULL, 0);
}

static enum gw_err resume_user(struct gw_operator_care *care)
{
	return change_user(care, GW_STR_NULL, 1);
}

static bool is_role(struct gw_str role)
{
	static const char *const roles[] = {"platform_admin", "org_admin", "agent_admin", "member"};

	for (size_t i = 0; i < GW_ARRAY_LEN(roles); i++) {
		if (gw_str_equal_c(role, roles[i]))
			return true;
	}
	return false;
}

static enum gw_err refuse_role(struct gw_operator_care *care)
{
	return gw_response_error_code(care->response, GW_CONFLICT, "no_role",
				      "A role is platform_admin, org_admin, agent_admin or member");
}

static enum gw_err set_role(struct gw_operator_care *care)
{
	return is_role(care->role) ? change_user(care, care->role, -1) : refuse_role(care);
}

static enum gw_err sign_out_user(struct gw_operator_care *care)
{
	int64_t ended = 0;
	enum gw_err err = gw_care_user_sign_out(care->actor.scope.db, &care->id, &ended);

	if (err != GW_OK)
		return err;
	(void)snprintf(care->change, sizeof(care->change), "%lld sessions ended", (long long)ended);
	gw_operator_care_done(care, "sign_out");
	gw_people_add_int(&care->response->body, "ended", ended);
	gw_buf_add_char(&care->response->body, '}');
	return GW_OK;
}

/* Answers with a link that signs in, once. */
static enum gw_err add_link(struct gw_operator_care *care, const char *done)
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
	err = gw_db_exec(care->actor.scope.db, GW_STATEMENT_SIGNIN_LINK_ADD, &params, &rows);
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
	gw_operator_care_done(care, done);
	gw_people_add_string(&care->response->body, "url", gw_buf_str(&url));
	gw_people_add_time(&care->response->body, "expires_at", gw_rows_time(rows, 0, EXPIRES_AT));
	gw_buf_add_char(&care->response->body, '}');
	gw_secret_wipe(url.data, url.len);
	gw_secret_wipe(token, sizeof(token));
	gw_buf_release(&url);
	gw_rows_free(rows);
	return GW_OK;
}

static enum gw_err link_user(struct gw_operator_care *care)
{
	return add_link(care, "link");
}

static enum gw_err make_user(struct gw_operator_care *care)
{
	struct gw_str role = care->role.len > 0 ? care->role : GW_STR_LIT("member");
	struct gw_params params = GW_PARAMS_EMPTY;
	struct json_object *name = NULL;
	struct gw_rows *rows = NULL;
	bool forbidden = false;
	enum gw_err err = GW_OK;

	if (!is_role(role))
		return refuse_role(care);
	(void)json_object_object_get_ex(care->body, "name", &name);
	gw_params_uuid(&params, &care->actor.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_uuid(&params, care->tenant);
	gw_params_text(&params, gw_str_trim(gw_json_string(name)));
	gw_params_text(&params, role);
	err = gw_db_exec(care->actor.scope.db, GW_STATEMENT_USER_MAKE, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_is_null(rows, 0, 0))
		err = GW_NOT_FOUND;
	forbidden = gw_str_equal_c(gw_rows_text(rows, 0, 0), "forbidden");
	gw_rows_free(rows);
	if (err != GW_OK)
		return err;
	if (forbidden)
		return gw_response_error_code(care->response, GW_FORBIDDEN, "not_allowed",
					      "Nobody makes one who is above him");
	(void)snprintf(care->change, sizeof(care->change), "role %.*s", (int)role.len, role.data);
	return add_link(care, "add");
}

static const struct gw_operator_deed user_deeds[] = {
	{"suspend", GW_RANK_ORG_ADMIN, suspend_user},
	{"resume", GW_RANK_ORG_ADMIN, resume_user},
	{"role", GW_RANK_ORG_ADMIN, set_role},
	{"sign_out", GW_RANK_ORG_ADMIN, sign_out_user},
	{"link", GW_RANK_ORG_ADMIN, link_user},
	{NULL, GW_RANK_PLATFORM_ADMIN, NULL},
};

static const struct gw_setting new_settings[] = {
	{"name", GW_SETTING_TEXT, false, 0, 100},
	{NULL, GW_SETTING_TEXT, false, 0, 0},
};

static const struct gw_operator_deed makes[] = {
	{"add", GW_RANK_ORG_ADMIN, make_user},
	{NULL, GW_RANK_PLATFORM_ADMIN, NULL},
};

static enum gw_err find_user(struct gw_operator_care *care)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	if (care->actor.rank < GW_RANK_ORG_ADMIN)
		return GW_NOT_FOUND;
	gw_params_uuid(&params, care->actor.scope.tenant);
	gw_params_uuid(&params, &care->id);
	gw_params_null(&params);
	gw_params_interval(&params, GW_SESSION_IDLE);
	gw_params_null(&params);
	gw_params_null(&params);
	gw_params_int(&params, 1);
	err = gw_db_exec(care->actor.scope.db, GW_STATEMENT_USER_SURVEY, &params, &rows);
	if (err == GW_OK && gw_rows_count(rows) == 0)
		err = GW_NOT_FOUND;
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_handle_operator_user_deed(struct gw_request *request, struct gw_response *response)
{
	static const struct gw_operator_tending tending = {"user", "user_id", user_deeds, NULL,
							   find_user};

	return gw_operator_tend(request, response, &tending);
}

enum gw_err gw_handle_operator_user_make(struct gw_request *request, struct gw_response *response)
{
	static const struct gw_operator_tending tending = {"user", NULL, makes, new_settings, NULL};

	return gw_operator_tend(request, response, &tending);
}
