/* SPDX-License-Identifier: ISC */
/*
 * overview.h: how things stand, in numbers: for whoever watches the gateway.
 */
#ifndef GW_OVERVIEW_H
#define GW_OVERVIEW_H

#include "store/db.h"

/*
 * One number. `which` tells apart numbers of one kind and may be absent. Kinds: "messages" by status, "jobs" by state, "sends" by
 * outcome, "letters" by state, "agents_online", "workers" that are alive; and in seconds, left out when there is none: "message_age" of
 * the oldest pending message, "job_age" of the oldest unfinished job but those of letters, and "letter_age" of these.
 */
typedef void gw_overview_visit(void *arg, struct gw_str what, struct gw_str which, double value);

/*
 * Calls `visit` for each number, those of one kind in a row. An agent seen within `online` microseconds is online. Costs little at
 * any table size: numbers beyond some thousands are estimates, or for what waits or has failed, "at least".
 */
GW_MUST_CHECK enum gw_err gw_overview_read(struct gw_db *db, int64_t online,
					   gw_overview_visit *visit, void *arg);

/*
 * *ret_stalled: jobs have been waiting for longer than `patience` microseconds, and no worker is alive.
 */
GW_MUST_CHECK enum gw_err gw_overview_stalled(struct gw_db *db, int64_t patience,
					      bool *ret_stalled);

/*
 * Counts what has happened since it was counted last (sql/functions/rollup.sql); to be called some times a minute. Harmless at any
 * time, by any number of programs. An agent seen within `online` microseconds is online.
 */
GW_MUST_CHECK enum gw_err gw_overview_count(struct gw_db *db, int64_t online);

#endif
