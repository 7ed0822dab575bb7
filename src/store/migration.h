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

/* sql/grants.sql: one command, for whoever owns tables that the programs' roles are to use. */
extern const char gw_grants_sql[];

/* The version of the last entry. */
int gw_migration_latest(void);

/*
 * Whose the tables in schema public are. A database of the platform's own is adopted (adoption.h); the first entry of
 * clawgw.migrations is called "adopted" there instead of "platform", so that programs that know nothing of it leave it
 * alone. Files of sql/schema mark what is only for our own tables, as optional parts (capability.h) by the name "own":
 * everything in schema public. What the platform's tables need beside theirs is in sql/platform.
 */
enum gw_holding {
	GW_HOLDS_NOTHING,
	GW_HOLDS_OWN,
	GW_HOLDS_PLATFORM, /* not adopted yet */
	GW_HOLDS_ADOPTED,
};
GW_MUST_CHECK enum gw_err gw_migration_holding(struct gw_db *db, enum gw_holding *ret_holding);

/*
 * Applies what is missing, in order, each file in a transaction of its own, under a lock that holds
 * off everybody else who migrates. Then replaces every function by this program's, whether or not anything was missing;
 * their texts depend on the platform's tables, too. `applied` is called after each commit. Nobody who works on the tables
 * is kept waiting: a lock that is not to be had within 200 ms is tried again every second, for ten minutes, then GW_BUSY.
 * GW_CONFLICT: what the database has are not the first ones of ours, so it is newer than this program, or of another
 * line. GW_FORBIDDEN: the tables are the platform's and not adopted, and `adopt` is false.
 */
GW_MUST_CHECK enum gw_err
gw_migration_apply(struct gw_db *db, bool adopt,
		   void (*applied)(void *arg, const struct gw_migration *migration), void *arg);

/*
 * Writes the commands of gw_migration_apply() for tables that are to be, or were, adopted, as a script for psql. The same
 * errors.
 */
GW_MUST_CHECK enum gw_err gw_migration_script(struct gw_db *db, struct gw_buf *out);

/* The text of a migration as it is run, without what is only for our own tables if these are the platform's; to be freed. */
char *gw_migration_sql(const struct gw_migration *migration, bool adopted);

/* Whether the platform's tables have changed since the functions were made for them: gw_migration_apply() mends that. */
GW_MUST_CHECK enum gw_err gw_migration_outdated(struct gw_db *db, bool *ret_outdated);

/* The version that the database has; 0 if it has none. */
GW_MUST_CHECK enum gw_err gw_migration_current(struct gw_db *db, int *ret_version);

#endif
