/* SPDX-License-Identifier: ISC */
/*
 * audit.h: who did what to whom, for whoever has to find out later.
 */
#ifndef GW_AUDIT_H
#define GW_AUDIT_H

#include "store/db.h"

/* Absent or empty where it does not apply; no secrets. Text that is not UTF-8 is repaired, long text is cut. */
struct gw_audit {
	struct gw_str actor, action, target, outcome, address, trace_id;
	struct gw_str change; /* "pending, now expired" */
};

/* Adds an entry. An error is the database's. */
GW_MUST_CHECK enum gw_err gw_audit_add(struct gw_db *db, const struct gw_audit *entry);

#endif
