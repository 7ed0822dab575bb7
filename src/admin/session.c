/* SPDX-License-Identifier: ISC */
/*
 * session.c: how users get in, and out again: sign-in links and sessions.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/json.h"
#include "operator/care.h"
#include "store/session.h"

#define LIST_DEFAULT_LIMIT 100
#define LIST_MAX_LIMIT 1000000
#define LINK_LIFE_MAX (INT64_C(7) * 86400 * GW_USEC_PER_SEC)
#define LINE_MAX_BYTES 8192

/* The user of the command's argument. */
static enum gw_exit find_user(struct gw_admin *admin, struct gw_uuid *ret_user)
{
	struct gw_uuid tenant;
	bool narrowed = false;
	enum gw_exit status = gw_admin_tenant(admin, false, &tenant, &narrowed);

	if (status != GW_EXIT_OK)
		return status;
	return gw_noun_id(admin, &gw_noun_user, admin->arguments[0], narrowed ? &tenant : NULL,
			  ret_user);
}

static void print_link(const struct gw_admin *admin, const struct gw_rows *rows, const char *url)
{
	struct gw_buf line;
	struct gw_uuid user;

	gw_buf_init(&line, LINE_MAX_BYTES);
	if (admin->json && gw_rows_uuid(rows, 0, 0, &user)) {
		gw_buf_add_c(&line, "{\"url\":");
		gw_json_add_string_c(&line, url);
		gw_json_add_name(&line, "user");
		gw_json_add_string(&line, gw_rows_text(rows, 0, 1));
		gw_json_add_name(&line, "user_id");
		gw_json_add_uuid(&line, &user);
		gw_json_add_name(&line, "tenant");
		gw_json_add_string(&line, gw_rows_text(rows, 0, 2));
		gw_json_add_name(&line, "expires_at");
		gw_json_add_time(&line, gw_rows_time(rows, 0, 3));
		gw_buf_add_char(&line, '}');
	} else {
		gw_buf_add_c(&line, url);
	}
	gw_output_buf(&line);
	gw_secret_wipe(line.data, line.len);
	gw_buf_release(&line);
}

enum gw_exit gw_user_link(struct gw_admin *admin)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	unsigned char digest[GW_SHA256_SIZE];
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_rows *rows = NULL;
	struct gw_buf url;
	struct gw_uuid user;
	int64_t life = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_duration(admin, "expires", GW_SIGNIN_LINK_LIFE, &life);

	if (status != GW_EXIT_OK)
		return status;
	if (life <= 0 || life > LINK_LIFE_MAX)
		return gw_admin_fail(GW_EXIT_USAGE, "--expires must be more than 0 and at most 7d");
	if (admin->config.public_url[0] == '\0')
		return gw_admin_fail(GW_EXIT_USAGE,
				     "public_url is not set: where the page is, is not known");
	if ((status = find_user(admin, &user)) != GW_EXIT_OK)
		return status;
	gw_signin_token_new(token, digest);
	gw_params_bytes(&params, digest, sizeof(digest));
	gw_params_uuid(&params, &user);
	gw_params_interval(&params, life);
	err = gw_db_exec(admin->db, GW_STATEMENT_SIGNIN_LINK_ADD, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "make a link");
	if (gw_rows_count(rows) == 0) {
		gw_rows_free(rows);
		return gw_admin_fail(
			GW_EXIT_CONFLICT,
			"this user may not sign in: the account or its organisation is "
			"not active, or it belongs to none");
	}
	gw_buf_init(&url, LINE_MAX_BYTES);
	gw_buf_addf(&url, "%s/app/#in=%s", admin->config.public_url, token);
	print_link(admin, rows, url.data);
	gw_rows_free(rows);
	gw_secret_wipe(url.data, url.len);
	gw_secret_wipe(token, sizeof(token));
	gw_buf_release(&url);
	return GW_EXIT_OK;
}

/* "2 sessions ended", or {"ended":2} */
static void print_ended(const struct gw_admin *admin, int64_t ended)
{
	struct gw_buf line;

	gw_buf_init(&line, LINE_MAX_BYTES);
	if (admin->json)
		gw_buf_addf(&line, "{\"ended\":%lld}", (long long)ended);
	else
		gw_buf_addf(&line, "%lld session%s ended", (long long)ended, ended == 1 ? "" : "s");
	gw_output_buf(&line);
	gw_buf_release(&line);
}

enum gw_exit gw_user_signout(struct gw_admin *admin)
{
	struct gw_uuid user;
	int64_t ended = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = find_user(admin, &user);

	if (status != GW_EXIT_OK)
		return status;
	err = gw_care_user_sign_out(admin->db, &user, &ended);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "end the sessions");
	print_ended(admin, ended);
	return GW_EXIT_OK;
}

enum gw_exit gw_session_list_command(struct gw_admin *admin)
{
	const char *name = gw_admin_option(admin, "user");
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant, user;
	bool narrowed = false;
	int64_t limit = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	if ((status = gw_admin_integer(admin, "limit", 1, LIST_MAX_LIMIT, LIST_DEFAULT_LIMIT,
				       &limit)) != GW_EXIT_OK ||
	    (status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK)
		return status;
	if (name != NULL && (status = gw_noun_id(admin, &gw_noun_user, name,
						 narrowed ? &tenant : NULL, &user)) != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, narrowed ? &tenant : NULL);
	gw_params_uuid(&params, name != NULL ? &user : NULL);
	gw_params_interval(&params, GW_SESSION_IDLE);
	gw_params_int(&params, (int32_t)limit);
	err = gw_db_exec(admin->db, GW_STATEMENT_SESSION_LIST, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "list the sessions");
	gw_output_rows(rows, admin->json);
	gw_rows_free(rows);
	return GW_EXIT_OK;
}

enum gw_exit gw_session_revoke(struct gw_admin *admin)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_uuid session, user;
	bool found = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_id(admin, &session);

	if (status != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &session);
	err = gw_db_exec(admin->db, GW_STATEMENT_SESSION_REVOKE, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "end the session");
	found = gw_rows_count(rows) > 0;
	if (found) {
		(void)gw_rows_uuid(rows, 0, 0, &user);
		/* its streams of events see that nobody is signed in any more */
		gw_care_ring(admin->db, "user", &user);
	}
	gw_rows_free(rows);
	if (!found)
		return gw_admin_fail(GW_EXIT_NOT_FOUND, "there is no such session");
	print_ended(admin, 1);
	return GW_EXIT_OK;
}
