/* SPDX-License-Identifier: ISC */
/*
 * job.c: the queue of native agents, and the record of what was sent to people.
 */
#include "admin/admin.h"
#include "admin/output.h"

enum gw_exit gw_job_list(struct gw_admin *admin)
{
	return gw_admin_filtered_list(admin, GW_SUBJECT_JOB, "state");
}

enum gw_exit gw_send_list(struct gw_admin *admin)
{
	const char *reference = gw_admin_option(admin, "agent");
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant;
	struct gw_uuid agent;
	bool narrowed = false;
	int64_t limit = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	if ((status = gw_admin_integer(admin, "limit", 1, 1000000, 100, &limit)) != GW_EXIT_OK ||
	    (status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK)
		return status;
	if (reference != NULL &&
	    (status = gw_noun_id(admin, &gw_noun_agent, reference, narrowed ? &tenant : NULL,
				 &agent)) != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, narrowed ? &tenant : NULL);
	gw_params_uuid(&params, reference != NULL ? &agent : NULL);
	gw_params_text_c(&params, gw_admin_option(admin, "outcome"));
	gw_params_int(&params, (int32_t)limit);
	err = gw_db_exec(admin->db, GW_STATEMENT_SEND_LIST, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "list them");
	gw_output_rows(rows, admin->json);
	gw_rows_free(rows);
	return GW_EXIT_OK;
}

enum gw_exit gw_job_show(struct gw_admin *admin)
{
	return gw_admin_show(admin, GW_SUBJECT_JOB);
}

enum gw_exit gw_job_retry(struct gw_admin *admin)
{
	return gw_admin_deed(admin, GW_SUBJECT_JOB, "retry", "state");
}

enum gw_exit gw_job_cancel(struct gw_admin *admin)
{
	return gw_admin_deed(admin, GW_SUBJECT_JOB, "cancel", "state");
}

enum gw_exit gw_job_purge(struct gw_admin *admin)
{
	if (admin->argument_count > 0)
		return gw_admin_deed(admin, GW_SUBJECT_JOB, "purge", "state");
	return gw_admin_purge(admin, GW_STATEMENT_JOB_TIDY, "jobs");
}

enum gw_exit gw_queue(struct gw_admin *admin)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *states = NULL;
	struct gw_rows *workers = NULL;
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = gw_db_exec(admin->db, GW_STATEMENT_QUEUE_SHOW, &none, &states);

	if (err == GW_OK)
		err = gw_db_exec(admin->db, GW_STATEMENT_WORKER_LIST, &none, &workers);
	if (err != GW_OK) {
		status = gw_admin_store_failed(err, "look at the queue");
		goto out;
	}
	gw_output_line("%s", admin->json ? "{\"states\":" : "jobs");
	gw_output_rows(states, admin->json);
	gw_output_line("%s", admin->json ? ",\"workers\":" : "\nworkers");
	gw_output_rows(workers, admin->json);
	if (admin->json)
		gw_output_line("}");
out:
	gw_rows_free(states);
	gw_rows_free(workers);
	return status;
}
