/* SPDX-License-Identifier: ISC */
/*
 * event.c: see event.h.
 */
#include "store/event.h"

enum gw_err gw_event_notify(struct gw_db *db, struct gw_str json)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_text(&params, json);
	return gw_db_run(db, GW_STATEMENT_EVENT_NOTIFY, &params);
}

enum gw_err gw_job_notify(struct gw_db *db)
{
	const struct gw_params none = GW_PARAMS_EMPTY;

	return gw_db_run(db, GW_STATEMENT_JOB_NOTIFY, &none);
}
