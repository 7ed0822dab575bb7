/* SPDX-License-Identifier: ISC */
/*
 * job.c: the queue of native agents, and the record of what was sent to people.
 */
#include "admin/admin.h"
#include "admin/output.h"
#include "base/log.h"
#include "store/event.h"
#include "store/conversation.h"

enum gw_exit gw_job_list(struct gw_admin *admin)
{
	return gw_admin_filtered_list(admin, GW_STATEMENT_JOB_LIST, "state");
}

enum gw_exit gw_send_list(struct gw_admin *admin)
{
	return gw_admin_filtered_list(admin, GW_STATEMENT_SEND_LIST, "outcome");
}

enum gw_exit gw_job_show(struct gw_admin *admin)
{
	return gw_admin_show(admin, GW_STATEMENT_JOB_SHOW);
}

enum gw_exit gw_job_retry(struct gw_admin *admin)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_uuid id;
	enum gw_exit status = gw_admin_id(admin, &id);

	if (status != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &id);
	status =
		gw_admin_change(admin, GW_STATEMENT_JOB_RETRY, &params, "dead or queued", "queued");
	/* only a hint: workers look by themselves */
	if (status == GW_EXIT_OK && gw_job_notify(admin->db) != GW_OK)
		gw_log_info("workers were not told of the job; they will find it");
	return status;
}

enum gw_exit gw_job_cancel(struct gw_admin *admin)
{
	struct gw_params find = GW_PARAMS_EMPTY;
	struct gw_params params = GW_PARAMS_EMPTY;
	char conversation[GW_UUID_TEXT_SIZE];
	struct gw_rows *rows = NULL;
	struct gw_uuid pair;
	struct gw_uuid id;
	struct gw_uuid notice;
	struct gw_uuid lo;
	struct gw_uuid hi;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_id(admin, &id);

	if (status != GW_EXIT_OK)
		return status;
	gw_params_uuid(&find, &id);
	err = gw_db_exec(admin->db, GW_STATEMENT_JOB_PAIR, &find, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "find the job");
	if (gw_rows_count(rows) == 0 || !gw_rows_uuid(rows, 0, 0, &lo) ||
	    !gw_rows_uuid(rows, 0, 1, &hi)) {
		gw_rows_free(rows);
		return gw_admin_fail(GW_EXIT_NOT_FOUND, "there is no such job");
	}
	gw_rows_free(rows);
	pair = gw_job_conversation(&lo, &hi);
	notice = gw_job_message_id(&id); /* the one that the answer would have had */
	gw_params_uuid(&params, &id);
	gw_params_uuid(&params, &notice);
	gw_params_text_c(&params, gw_uuid_format(&pair, conversation));
	return gw_admin_change(admin, GW_STATEMENT_JOB_CANCEL, &params, "queued or running",
			       "dead");
}

enum gw_exit gw_job_purge(struct gw_admin *admin)
{
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
