/* SPDX-License-Identifier: ISC */
/*
 * migration.h: brings the database's schema to the version that this program was built with.
 */
#ifndef GW_MIGRATION_H
#define GW_MIGRATION_H

#include "store/db.h"

/* One file of sql/schema; the list ends with version 0. */
struct gw_migration {
	int version;
	const char *name;
	const char *sql;
};

extern const struct gw_migration gw_migrations[];

/* One file of sql/functions, named like its function; the list ends with name NULL. */
struct gw_function {
	const char *name;
	const char *sql;
};

extern const struct gw_function gw_functions[];

/* The version of the last entry. */
int gw_migration_latest(void);

/*
 * Applies what is missing, in order, each file in a transaction of its own, under a lock that holds
 * off everybody else who migrates. Then replaces every function by this program's, whether or not anything was missing;
 * their texts depend on the platform's tables, too. `applied` is called after each commit. GW_CONFLICT: what the
 * database has are not the first ones of ours, so it is newer than this program, or of another line.
 */
GW_MUST_CHECK enum gw_err
gw_migration_apply(struct gw_db *db,
		   void (*applied)(void *arg, const struct gw_migration *migration), void *arg);

/* The version that the database has; 0 if it has none. */
GW_MUST_CHECK enum gw_err gw_migration_current(struct gw_db *db, int *ret_version);

#endif
