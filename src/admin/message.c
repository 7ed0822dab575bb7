/* SPDX-License-Identifier: ISC */
/*
 * message.c: messages to openclaw agents, as an operator writes and sees them.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/json.h"

enum gw_exit gw_message_send_command(struct gw_admin *admin)
{
	struct gw_uuid id = gw_uuid_random();
	struct gw_params params = GW_PARAMS_EMPTY;
	char text[GW_UUID_TEXT_SIZE];
	struct gw_rows *rows = NULL;
	struct gw_uuid spoken;
	struct gw_uuid tenant;
	struct gw_uuid user;
	struct gw_uuid agent;
	struct gw_str outcome;
	bool narrowed = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	if ((status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_user, gw_admin_option(admin, "from-user"),
				 narrowed ? &tenant : NULL, &user)) != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_agent, gw_admin_option(admin, "to"),
				 narrowed ? &tenant : NULL, &agent)) != GW_EXIT_OK)
		return status;
	spoken = gw_uuid_v5(&id, gw_str("admin-message"));
	gw_params_uuid(&params, &id);
	gw_params_uuid(&params, &agent);
	gw_params_uuid(&params, &user);
	gw_params_text_c(&params, gw_admin_option(admin, "conversation"));
	gw_params_text_c(&params, admin->arguments[0]);
	gw_params_uuid(&params, &spoken);
	err = gw_db_exec(admin->db, GW_STATEMENT_MESSAGE_SEND_USER, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "send the message");
	outcome = gw_rows_count(rows) > 0 ? gw_rows_text(rows, 0, 0) : GW_STR_NULL;
	if (outcome.data == NULL)
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "the user or the agent was removed in this moment");
	else if (gw_str_equal_c(outcome, "native"))
		status = gw_admin_fail(
			GW_EXIT_CONFLICT,
			"%s is a native agent; only agents write to those through the gateway",
			gw_admin_option(admin, "to"));
	else if (gw_str_equal_c(outcome, "tenant"))
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "user and agent are not of the same organisation");
	else if (gw_str_equal_c(outcome, "suspended"))
		status = gw_admin_fail(GW_EXIT_CONFLICT, "%s is suspended or has expired",
				       gw_admin_option(admin, "to"));
	else if (admin->json)
		gw_output_line("{\"message_id\":\"%s\"}", gw_uuid_format(&id, text));
	else
		gw_output_line("message %s is pending", gw_uuid_format(&id, text));
	gw_rows_free(rows);
	return status;
}

enum gw_exit gw_message_list(struct gw_admin *admin)
{
	return gw_admin_filtered_list(admin, GW_SUBJECT_MESSAGE, "status");
}

enum gw_exit gw_message_show(struct gw_admin *admin)
{
	return gw_admin_show(admin, GW_SUBJECT_MESSAGE);
}

enum gw_exit gw_message_redeliver(struct gw_admin *admin)
{
	return gw_admin_deed(admin, GW_SUBJECT_MESSAGE, "redeliver", "status");
}

enum gw_exit gw_message_expire(struct gw_admin *admin)
{
	return gw_admin_deed(admin, GW_SUBJECT_MESSAGE, "expire", "status");
}

enum gw_exit gw_message_purge(struct gw_admin *admin)
{
	return gw_admin_deed(admin, GW_SUBJECT_MESSAGE, "purge", "status");
}
