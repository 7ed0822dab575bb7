/* SPDX-License-Identifier: ISC */
/*
 * organisation.c: adding tenants, users and members, and users' login tokens.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/clock.h"
#include "base/jwt.h"
#include "base/text.h"
#include "base/json.h"

#define SLUG_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-_"
#define TOKEN_MAX 2048

enum gw_exit gw_tenant_add(struct gw_admin *admin)
{
	const char *slug = gw_admin_option(admin, "slug");
	const char *timezone = gw_admin_option(admin, "timezone");
	struct gw_uuid id = gw_uuid_random();
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_str outcome;
	bool known = false;
	enum gw_err err = GW_OK;

	if (*slug == '\0' || slug[strspn(slug, SLUG_CHARACTERS)] != '\0')
		return gw_admin_fail(GW_EXIT_USAGE, "--slug may hold a-z, 0-9, - and _ only");
	gw_params_uuid(&params, &id);
	gw_params_text_c(&params, admin->arguments[0]);
	gw_params_text_c(&params, slug);
	gw_params_text_c(&params, timezone != NULL ? timezone : "UTC");
	err = gw_db_exec(admin->db, GW_STATEMENT_TENANT_ADD, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "add the tenant");
	outcome = gw_rows_text(rows, 0, 0);
	known = gw_str_equal_c(outcome, "added");
	if (!known)
		(void)gw_admin_fail(GW_EXIT_FAILED, "%s",
				    gw_str_equal_c(outcome, "timezone")
					    ? "the database knows no such --timezone"
					    : "there is a tenant with that slug already");
	if (!known) {
		enum gw_exit status =
			gw_str_equal_c(outcome, "timezone") ? GW_EXIT_USAGE : GW_EXIT_CONFLICT;

		gw_rows_free(rows);
		return status;
	}
	gw_rows_free(rows);
	return gw_noun_done(admin, &gw_noun_tenant, &id, "added");
}

enum gw_exit gw_user_add(struct gw_admin *admin)
{
	const char *role = gw_admin_option(admin, "role");
	struct gw_uuid id = gw_uuid_random();
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_uuid tenant;
	bool given = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_tenant(admin, true, &tenant, &given);

	if (status != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &id);
	gw_params_uuid(&params, &tenant);
	gw_params_text_c(&params, admin->arguments[0]);
	gw_params_text_c(&params, role != NULL ? role : "member");
	err = gw_db_run(admin->db, GW_STATEMENT_USER_ADD, &params);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "add the user");
	return gw_noun_done(admin, &gw_noun_user, &id, "added");
}

enum gw_exit gw_user_token(struct gw_admin *admin)
{
	const int64_t now = gw_now() / GW_USEC_PER_SEC;
	struct gw_uuid tenant;
	struct gw_uuid user;
	struct gw_buf token;
	struct gw_buf line;
	bool narrowed = false;
	int64_t lifetime = 0;
	enum gw_exit status = GW_EXIT_OK;

	if (*admin->config.jwt_secret == '\0')
		return gw_admin_fail(
			GW_EXIT_FAILED,
			"jwt_secret is not configured, so nobody would accept a token");
	if ((status = gw_admin_duration(admin, "expires", 3600 * GW_USEC_PER_SEC, &lifetime)) !=
		    GW_EXIT_OK ||
	    (status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_user, admin->arguments[0],
				 narrowed ? &tenant : NULL, &user)) != GW_EXIT_OK)
		return status;
	lifetime /= GW_USEC_PER_SEC;
	if (lifetime < 1 || lifetime > INT64_C(3650) * 86400)
		return gw_admin_fail(GW_EXIT_USAGE, "--expires must be from 1s to 3650d");
	gw_buf_init(&token, TOKEN_MAX);
	gw_buf_init(&line, 2 * TOKEN_MAX);
	gw_jwt_sign(&token, gw_str(admin->config.jwt_secret), &user, now, now + lifetime);
	if (admin->json) {
		gw_buf_add_char(&line, '{');
		gw_json_add_name(&line, "user_id");
		gw_json_add_uuid(&line, &user);
		gw_json_add_name(&line, "token");
		gw_json_add_string(&line, gw_buf_str(&token));
		gw_json_add_name(&line, "expires_at");
		gw_json_add_time(&line, (now + lifetime) * GW_USEC_PER_SEC);
		gw_buf_add_char(&line, '}');
	} else {
		gw_buf_add_str(&line, gw_buf_str(&token));
	}
	gw_output_buf(&line);
	gw_buf_release(&line);
	gw_buf_release(&token);
	return GW_EXIT_OK;
}

enum gw_exit gw_member_add(struct gw_admin *admin)
{
	struct gw_uuid id = gw_uuid_random();
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_uuid tenant;
	bool given = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_tenant(admin, true, &tenant, &given);

	if (status != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &id);
	gw_params_uuid(&params, &tenant);
	gw_params_text_c(&params, admin->arguments[0]);
	gw_params_text_c(&params, gw_admin_option(admin, "email"));
	gw_params_text_c(&params, gw_admin_option(admin, "open-id"));
	gw_params_text_c(&params, gw_admin_option(admin, "external-id"));
	gw_params_text_c(&params, gw_admin_option(admin, "title"));
	err = gw_db_run(admin->db, GW_STATEMENT_MEMBER_ADD, &params);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "add the member");
	return gw_noun_done(admin, &gw_noun_member, &id, "added");
}
