/* SPDX-License-Identifier: ISC */
/*
 * letter.c: letters between agents and people, by mail and in Feishu.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include <stdio.h>

enum gw_exit gw_letter_list(struct gw_admin *admin)
{
	return gw_admin_filtered_list(admin, GW_SUBJECT_LETTER, "state");
}

/* What came, byte by byte, for whoever wants to know why it was read as it was. */
static enum gw_exit show_whole(struct gw_admin *admin)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_str whole = GW_STR_NULL;
	struct gw_uuid id;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_id(admin, &id);

	if (status != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &id);
	err = gw_db_exec(admin->db, GW_STATEMENT_LETTER_WHOLE, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "show it");
	if (gw_rows_count(rows) == 0)
		status =
			gw_admin_fail(GW_EXIT_NOT_FOUND, "no letter of that id is kept as it came");
	else
		whole = gw_rows_text(rows, 0, 0);
	if (whole.data != NULL && fwrite(whole.data, 1, whole.len, stdout) != whole.len)
		status = gw_admin_fail(GW_EXIT_FAILED, "standard output cannot be written");
	gw_rows_free(rows);
	return status;
}

enum gw_exit gw_letter_show(struct gw_admin *admin)
{
	if (gw_admin_option(admin, "whole") != NULL)
		return show_whole(admin);
	return gw_admin_show(admin, GW_SUBJECT_LETTER);
}

enum gw_exit gw_letter_retry(struct gw_admin *admin)
{
	return gw_admin_deed(admin, GW_SUBJECT_LETTER, "retry", "state");
}

enum gw_exit gw_letter_purge(struct gw_admin *admin)
{
	if (admin->argument_count > 0)
		return gw_admin_deed(admin, GW_SUBJECT_LETTER, "purge", "state");
	return gw_admin_purge(admin, GW_STATEMENT_LETTER_TIDY, "letters");
}
