/* SPDX-License-Identifier: ISC */
/*
 * health.h: whether the database lets the gateway do its work.
 */
#ifndef GW_STORE_HEALTH_H
#define GW_STORE_HEALTH_H

#include "store/db.h"

/*
 * Looks at the schema's version (a newer one is good: migrations add what older programs can live with), at whether every
 * statement fits the tables, at whether what requests write can be written (it is rolled back), and at whether due work has
 * waited for longer than `patience` microseconds while no worker is alive. GW_OK and an empty `why`: all is well. GW_OK and a sentence:
 * what is wrong. Otherwise the database did not answer. What was found by writing counts for a second, what was found
 * about the statements for some minutes.
 */
GW_MUST_CHECK enum gw_err gw_health_check(struct gw_db *db, int64_t patience, struct gw_buf *why);

/* The same about the statements alone, looked at now; `why` names the first one that does not fit, and what it misses. */
GW_MUST_CHECK enum gw_err gw_health_statements(struct gw_db *db, struct gw_buf *why);
/* The same for what requests write, which is done and rolled back. */
GW_MUST_CHECK enum gw_err gw_health_write(struct gw_db *db, struct gw_buf *why);

#endif
