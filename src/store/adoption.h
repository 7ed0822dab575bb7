/* SPDX-License-Identifier: ISC */
/*
 * adoption.h: lets the gateway work on a database that is the platform's own.
 *
 * Into the platform's schema go nothing but indexes, each called clawgw_…, made beside everybody who works
 * (sql/platform/indexes.sql), foreign keys from tables of ours, and a trigger on gateway_messages; no column. All else is
 * in schema clawgw. docs/install.md lists it with what it means to the platform.
 */
#ifndef GW_ADOPTION_H
#define GW_ADOPTION_H

#include "store/db.h"

/* One command of sql/platform/indexes.sql; the list ends with name NULL. */
struct gw_platform_index {
	const char *name;
	const char *table;
	const char *
		unless; /* an index of the platform's that does as well, as its definition ends; "" for none */
	const char *sql;
};

extern const struct gw_platform_index gw_platform_indexes[];

/*
 * What has to be done beside gw_migration_apply(), in order: rows of sql/statements/adoption_plan.sql, to be freed. Steps 1
 * come before the migration; GW_ADOPTION_FUNCTION is for scripts only, because the migration makes that function; the
 * others come after it. Nothing is to be done that was done before, so an adoption that was interrupted goes on.
 */
enum gw_adoption_step {
	GW_ADOPTION_RIGHTS = 1,
	GW_ADOPTION_FUNCTION = 2,
	GW_ADOPTION_LEFTOVER = 3, /* an index that was left half-made goes away */
	GW_ADOPTION_INDEX = 4,
	GW_ADOPTION_UNDO_FIRST = 11, /* of adoption_undo.sql */
	GW_ADOPTION_UNDO_LAST = 12,
};
GW_MUST_CHECK enum gw_err gw_adoption_plan(struct gw_db *db, struct gw_rows **ret_rows);

/*
 * Runs the commands of a plan (or of sql/statements/adoption_undo.sql), those of steps `from` to `to`, each on its own and
 * without waiting for locks that block others; `done` is called after each. Commands that an owner has to run are
 * left out.
 */
GW_MUST_CHECK enum gw_err gw_adoption_run(struct gw_db *db, const struct gw_rows *plan, int from,
					  int to, void (*done)(void *arg, struct gw_str command),
					  void *arg);

/* Writes the plan's commands, those for an owner and all others, as a script for psql, with the migration in it. */
GW_MUST_CHECK enum gw_err gw_adoption_script(struct gw_db *db, const struct gw_rows *plan,
					     struct gw_buf *out);

/*
 * Takes the right to adopt or to undo for as long as the pool's only connection lives. GW_BUSY: somebody else has it.
 */
GW_MUST_CHECK enum gw_err gw_adoption_lock(struct gw_db *db);

#endif
