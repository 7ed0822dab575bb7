/* SPDX-License-Identifier: ISC */
/*
 * migration.c: forward-only migrations, one transaction each.
 *
 * The lock belongs to the transaction, so between two files another migrator may step in; it finds the first one
 * recorded and goes on with the second. Nothing is applied twice and nothing out of order.
 *
 * A file of sql/schema may use any function of sql/functions (triggers do), so those that are not there yet are made
 * before it; that is why the arguments and results of functions are of PostgreSQL's own types. With the last file, in
 * the same transaction, all functions are replaced.
 */
#include "store/migration.h"

#include "base/alloc.h"
#include "store/capability.h"

int gw_migration_latest(void)
{
	int version = 0;

	for (const struct gw_migration *migration = gw_migrations; migration->version != 0;
	     migration++)
		version = migration->version;
	return version;
}

/*
 * How many migrations of ours have been applied. GW_CONFLICT unless they are the first ones of the list: then the
 * database was migrated by a newer program, or by another line of the same one.
 */
static enum gw_err count_recorded(struct gw_tx *tx, int *ret_count)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_tx_exec(tx, GW_STATEMENT_MIGRATION_LIST, &none, &rows);
	int count = 0;

	if (err != GW_OK)
		return err;
	while (count < gw_rows_count(rows) && gw_migrations[count].version != 0 &&
	       gw_rows_int(rows, count, 0) == gw_migrations[count].version &&
	       gw_str_equal_c(gw_rows_text(rows, count, 1), gw_migrations[count].name))
		count++;
	if (count == gw_rows_count(rows))
		*ret_count = count;
	else
		err = GW_CONFLICT;
	gw_rows_free(rows);
	return err;
}

static bool has_name(const struct gw_rows *rows, const char *name)
{
	for (int row = 0; row < gw_rows_count(rows); row++) {
		if (gw_str_equal_c(gw_rows_text(rows, row, 0), name))
			return true;
	}
	return false;
}

/* Makes the functions that are not there; their bodies may need what a migration has yet to make. */
static enum gw_err make_functions(struct gw_tx *tx)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_tx_exec(tx, GW_STATEMENT_FUNCTION_LIST, &none, &rows);

	if (err != GW_OK)
		return err;
	err = gw_tx_script(tx, "SET LOCAL check_function_bodies TO off");
	for (const struct gw_function *function = gw_functions;
	     err == GW_OK && function->name != NULL; function++) {
		if (!has_name(rows, function->name))
			err = gw_tx_script(tx, function->sql);
	}
	gw_rows_free(rows);
	return err != GW_OK ? err : gw_tx_script(tx, "SET LOCAL check_function_bodies TO DEFAULT");
}

/* Replaces all functions, by texts that fit the platform's tables as they are now. */
static enum gw_err replace_functions(struct gw_tx *tx)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	char *missing = NULL;
	enum gw_err err = GW_OK;

	gw_params_text(&params, gw_capability_names());
	err = gw_tx_exec(tx, GW_STATEMENT_CAPABILITY_LIST, &params, &rows);
	if (err != GW_OK)
		return err;
	missing = gw_str_dup(gw_rows_text(rows, 0, 0));
	gw_rows_free(rows);
	for (const struct gw_function *function = gw_functions;
	     err == GW_OK && function->name != NULL; function++) {
		char *sql = gw_capability_render(function->sql, missing);

		err = sql != NULL ? gw_tx_script(tx, sql) : GW_INTERNAL;
		free(sql);
	}
	free(missing);
	return err;
}

/* Applies the first migration that is not recorded; *ret_migration is NULL when there is none. */
static enum gw_err apply_next(struct gw_db *db, const struct gw_migration **ret_migration)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_params record = GW_PARAMS_EMPTY;
	const struct gw_migration *next = NULL;
	struct gw_tx *tx = NULL;
	int count = 0;
	enum gw_err err = gw_tx_begin(db, &tx);

	if (err != GW_OK)
		return err;
	if ((err = gw_tx_run(tx, GW_STATEMENT_MIGRATION_LOCK, &none)) != GW_OK ||
	    (err = gw_tx_run(tx, GW_STATEMENT_MIGRATION_PREPARE, &none)) != GW_OK ||
	    (err = count_recorded(tx, &count)) != GW_OK)
		goto out;
	next = &gw_migrations[count];
	if (next->version != 0) {
		gw_params_int(&record, next->version);
		gw_params_text_c(&record, next->name);
		if ((err = make_functions(tx)) != GW_OK ||
		    (err = gw_tx_script(tx, next->sql)) != GW_OK ||
		    (err = gw_tx_run(tx, GW_STATEMENT_MIGRATION_RECORD, &record)) != GW_OK)
			goto out;
	}
	if ((next->version == 0 || next[1].version == 0) && (err = replace_functions(tx)) != GW_OK)
		goto out;
	err = gw_tx_commit(tx);
	tx = NULL;
	if (err == GW_OK)
		*ret_migration = next->version != 0 ? next : NULL;
out:
	gw_tx_rollback(tx);
	return err;
}

enum gw_err gw_migration_apply(struct gw_db *db,
			       void (*applied)(void *arg, const struct gw_migration *migration),
			       void *arg)
{
	const struct gw_migration *migration = NULL;
	enum gw_err err = GW_OK;

	while ((err = apply_next(db, &migration)) == GW_OK && migration != NULL) {
		if (applied != NULL)
			applied(arg, migration);
	}
	return err;
}

enum gw_err gw_migration_current(struct gw_db *db, int *ret_version)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	bool exists = false;
	enum gw_err err = gw_db_exec(db, GW_STATEMENT_MIGRATION_EXISTS, &none, &rows);

	if (err != GW_OK)
		return err;
	exists = gw_rows_bool(rows, 0, 0);
	gw_rows_free(rows);
	if (!exists) {
		*ret_version = 0;
		return GW_OK;
	}
	err = gw_db_exec(db, GW_STATEMENT_MIGRATION_LIST, &none, &rows);
	if (err != GW_OK)
		return err;
	*ret_version =
		gw_rows_count(rows) == 0 ? 0 : (int)gw_rows_int(rows, gw_rows_count(rows) - 1, 0);
	gw_rows_free(rows);
	return GW_OK;
}
