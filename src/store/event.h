/* SPDX-License-Identifier: ISC */
/*
 * event.h: hints to whoever listens on the database. They may be lost; nothing depends on them.
 */
#ifndef GW_EVENT_H
#define GW_EVENT_H

#include "store/db.h"

#define GW_EVENT_MAX 7900 /* PostgreSQL takes payloads below 8000 bytes */

/* Channel clawgw_events: `json` (at most GW_EVENT_MAX bytes) happened. */
GW_MUST_CHECK enum gw_err gw_event_notify(struct gw_db *db, struct gw_str json);

/* Channel clawgw_jobs: workers look for jobs. */
GW_MUST_CHECK enum gw_err gw_job_notify(struct gw_db *db);

#endif
