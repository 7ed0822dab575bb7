/* SPDX-License-Identifier: ISC */
/*
 * trace.c: the story of one message, job or letter, and how it went in the last hours.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "store/overview.h"

#include <stdlib.h>

/* One of those that were found: what it is, and what happened to it. */
static enum gw_exit tell(const struct gw_admin *admin, const struct gw_scope *scope,
			 const struct gw_rows *found, int row)
{
	enum { ID = 1 };
	struct gw_rows *story = NULL;
	struct gw_uuid id;
	struct gw_buf line;
	enum gw_err err = GW_OK;

	if (!gw_rows_uuid(found, row, ID, &id))
		return GW_EXIT_OK;
	err = gw_look_story(scope, &id, &story);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "read its story");
	gw_buf_init(&line, 4096);
	if (admin->json) {
		gw_output_line("%s{\"subject\":", row > 0 ? "," : "");
		gw_output_row(found, row, true);
		gw_output_line(",\"story\":");
	} else {
		for (int column = 0; column < gw_rows_columns(found); column++) {
			gw_buf_add_c(&line, column == 0 ? (row > 0 ? "\n" : "") : "  ");
			gw_output_value(&line, found, row, column, false);
		}
		gw_output_buf(&line);
	}
	gw_output_rows(story, admin->json);
	if (admin->json)
		gw_output_line("}");
	gw_buf_release(&line);
	gw_rows_free(story);
	return GW_EXIT_OK;
}

enum gw_exit gw_trace(struct gw_admin *admin)
{
	const struct gw_scope scope = {.db = admin->db};
	const char *wanted = admin->arguments[0];
	struct gw_rows *found = NULL;
	struct gw_uuid id;
	bool is_id = gw_uuid_parse(gw_str(wanted), &id);
	enum gw_exit status = GW_EXIT_OK;
	/* a trace id may look like an id */
	enum gw_err err = gw_look_find(&scope, is_id ? &id : NULL, wanted, &found);

	if (err != GW_OK)
		return gw_admin_store_failed(err, "look for it");
	if (gw_rows_count(found) == 0) {
		status = gw_admin_fail(GW_EXIT_NOT_FOUND,
				       "no message, job or letter has this id or trace id");
		goto out;
	}
	if (admin->json)
		gw_output_line("[");
	for (int row = 0; status == GW_EXIT_OK && row < gw_rows_count(found); row++)
		status = tell(admin, &scope, found, row);
	if (admin->json)
		gw_output_line("]");
out:
	gw_rows_free(found);
	return status;
}

enum gw_exit gw_stats(struct gw_admin *admin)
{
	const char *span = gw_admin_option(admin, "period");
	const struct gw_period *period = gw_period_find(gw_str(span != NULL ? span : "24h"));
	bool series = gw_admin_option(admin, "series") != NULL;
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant;
	bool narrowed = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_tenant(admin, false, &tenant, &narrowed);

	if (status != GW_EXIT_OK)
		return status;
	if (period == NULL)
		abort(); /* the option takes nothing else */
	/* with no worker nobody else has counted; with one this is for naught, and cheap */
	err = gw_overview_count(admin->db, admin->config.online_after);
	if (err == GW_OK)
		err = (series ? gw_look_numbers : gw_look_totals)(admin->db,
								  narrowed ? &tenant : NULL, period,
								  &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "read the numbers");
	gw_output_rows(rows, admin->json);
	gw_rows_free(rows);
	return GW_EXIT_OK;
}

enum gw_exit gw_agent_why(struct gw_admin *admin)
{
	enum { WEIGHT, CODE, SENTENCE, VALUES, SINCE };
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant, agent;
	bool narrowed = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_tenant(admin, false, &tenant, &narrowed);

	if (status != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_agent, admin->arguments[0],
				 narrowed ? &tenant : NULL, &agent)) != GW_EXIT_OK)
		return status;
	err = gw_look_why(admin->db, &agent, admin->config.online_after,
			  admin->config.delivery_lease, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "look at the agent");
	if (!admin->json &&
	    (gw_rows_count(rows) == 0 || gw_rows_int(rows, 0, WEIGHT) > GW_WHY_NOTABLE))
		gw_output_line("nothing keeps it from answering, as far as the gateway knows");
	if (admin->json)
		gw_output_rows(rows, true);
	for (int row = 0; !admin->json && row < gw_rows_count(rows); row++) {
		struct gw_buf line;

		gw_buf_init(&line, 4096);
		gw_output_value(&line, rows, row, SENTENCE, false);
		if (!gw_rows_is_null(rows, row, SINCE)) {
			gw_buf_add_c(&line, " (");
			gw_output_value(&line, rows, row, SINCE, false);
			gw_buf_add_char(&line, ')');
		}
		gw_output_buf(&line);
		gw_buf_release(&line);
	}
	gw_rows_free(rows);
	return GW_EXIT_OK;
}
