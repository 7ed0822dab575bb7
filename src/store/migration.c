/* SPDX-License-Identifier: ISC */
/*
 * migration.c: forward-only migrations, one transaction each.
 *
 * The lock belongs to the transaction, so between two files another migrator may step in; it finds the first one
 * recorded and goes on with the second. Nothing is applied twice and nothing out of order.
 *
 * A file of sql/schema may use any function of sql/functions (triggers do), so those that are not there yet are made
 * before it; that is why the arguments and results of functions are of PostgreSQL's own types. With the last file, in
 * the same transaction, all functions are replaced, and the programs' roles get their rights anew.
 */
#include "store/migration.h"

#include "base/alloc.h"
#include "store/capability.h"

#include <unistd.h>

int gw_migration_latest(void)
{
	int version = 0;

	for (const struct gw_migration *migration = gw_migrations; migration->version != 0;
	     migration++)
		version = migration->version;
	return version;
}

#define LOCK_TRIES 600
#define LOCK_PAUSE_S 1
#define SCRIPT_NAMES_MAX (1u << 16)
#define ADOPTED "adopted" /* instead of the first migration's name */

/* What was applied, as it is found under the lock. */
struct state {
	int count;
	bool adopted;
};

char *gw_migration_sql(const struct gw_migration *migration, bool adopted)
{
	return gw_capability_render(migration->sql, adopted ? "own\n" : "");
}

/*
 * How many migrations of ours have been applied. GW_CONFLICT unless they are the first ones of the list: then the
 * database was migrated by a newer program, or by another line of the same one.
 */
static enum gw_err compare(const struct gw_rows *rows, struct state *ret_state)
{
	struct state state = {.count = 0};

	while (state.count < gw_rows_count(rows) && gw_migrations[state.count].version != 0 &&
	       gw_rows_int(rows, state.count, 0) == gw_migrations[state.count].version) {
		struct gw_str name = gw_rows_text(rows, state.count, 1);

		if (state.count == 0 && gw_str_equal_c(name, ADOPTED))
			state.adopted = true;
		else if (!gw_str_equal_c(name, gw_migrations[state.count].name))
			break;
		state.count++;
	}
	if (state.count != gw_rows_count(rows))
		return GW_CONFLICT;
	*ret_state = state;
	return GW_OK;
}

/* What is recorded; GW_FORBIDDEN for tables of the platform's that are not to be adopted. */
static enum gw_err look(struct gw_tx *tx, bool adopt, struct state *ret_state)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	bool migrated = false;
	bool has_tables = false;
	enum gw_err err = gw_tx_exec(tx, GW_STATEMENT_MIGRATION_EXISTS, &none, &rows);

	if (err != GW_OK)
		return err;
	migrated = gw_rows_bool(rows, 0, 0);
	has_tables = gw_rows_bool(rows, 0, 1);
	gw_rows_free(rows);
	if (!migrated) {
		*ret_state = (struct state){.adopted = has_tables};
		return has_tables && !adopt ? GW_FORBIDDEN : GW_OK;
	}
	err = gw_tx_exec(tx, GW_STATEMENT_MIGRATION_LIST, &none, &rows);
	if (err != GW_OK)
		return err;
	err = compare(rows, ret_state);
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

/* The optional tables and columns that are not here; the caller frees the text. */
static enum gw_err find_lacking(struct gw_tx *tx, char **ret_lacking)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_text(&params, gw_capability_names());
	err = gw_tx_exec(tx, GW_STATEMENT_CAPABILITY_LIST, &params, &rows);
	if (err != GW_OK)
		return err;
	*ret_lacking = gw_str_dup(gw_rows_text(rows, 0, 0));
	gw_rows_free(rows);
	return GW_OK;
}

/*
 * Replaces all functions, by texts that fit the platform's tables as they are now, notes what these are, and gives the rights of
 * sql/grants.sql.
 */
static enum gw_err replace_functions_and_rights(struct gw_tx *tx)
{
	struct gw_params record = GW_PARAMS_EMPTY;
	char *lacking = NULL;
	enum gw_err err = find_lacking(tx, &lacking);

	if (err != GW_OK)
		return err;
	for (const struct gw_function *function = gw_functions;
	     err == GW_OK && function->name != NULL; function++) {
		char *sql = gw_capability_render(function->sql, lacking);

		err = sql != NULL ? gw_tx_script(tx, sql) : GW_INTERNAL;
		free(sql);
	}
	gw_params_text_c(&record, lacking);
	if (err == GW_OK)
		err = gw_tx_run(tx, GW_STATEMENT_CAPABILITY_RECORD, &record);
	free(lacking);
	return err != GW_OK ? err : gw_tx_script(tx, gw_grants_sql);
}

static enum gw_err apply_one(struct gw_tx *tx, const struct gw_migration *migration, bool adopted)
{
	struct gw_params record = GW_PARAMS_EMPTY;
	char *sql = gw_migration_sql(migration, adopted);
	enum gw_err err = sql != NULL ? make_functions(tx) : GW_INTERNAL;

	gw_params_int(&record, migration->version);
	gw_params_text_c(&record,
			 adopted && migration == gw_migrations ? ADOPTED : migration->name);
	if (err == GW_OK && (err = gw_tx_script(tx, sql)) == GW_OK)
		err = gw_tx_run(tx, GW_STATEMENT_MIGRATION_RECORD, &record);
	free(sql);
	return err;
}

/* Applies the first migration that is not recorded; *ret_migration is NULL when there is none. */
static enum gw_err apply_next(struct gw_db *db, bool adopt,
			      const struct gw_migration **ret_migration)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	const struct gw_migration *next = NULL;
	struct gw_tx *tx = NULL;
	struct state state = {.count = 0};
	enum gw_err err = gw_tx_begin(db, &tx);

	if (err != GW_OK)
		return err;
	if ((err = gw_tx_run(tx, GW_STATEMENT_MIGRATION_LOCK, &none)) != GW_OK ||
	    (err = look(tx, adopt, &state)) != GW_OK ||
	    (err = gw_tx_script(tx, "SET LOCAL lock_timeout TO '200ms'")) != GW_OK ||
	    (err = gw_tx_run(tx, GW_STATEMENT_MIGRATION_PREPARE, &none)) != GW_OK)
		goto out;
	next = &gw_migrations[state.count];
	if (next->version != 0 && (err = apply_one(tx, next, state.adopted)) != GW_OK)
		goto out;
	if ((next->version == 0 || next[1].version == 0) &&
	    (err = replace_functions_and_rights(tx)) != GW_OK)
		goto out;
	err = gw_tx_commit(tx);
	tx = NULL;
	if (err == GW_OK)
		*ret_migration = next->version != 0 ? next : NULL;
out:
	gw_tx_rollback(tx);
	return err;
}

enum gw_err gw_migration_apply(struct gw_db *db, bool adopt,
			       void (*applied)(void *arg, const struct gw_migration *migration),
			       void *arg)
{
	const struct gw_migration *migration = NULL;
	unsigned tries = 0;
	enum gw_err err = GW_OK;

	do {
		err = apply_next(db, adopt, &migration);
		if (err == GW_BUSY && ++tries < LOCK_TRIES) {
			(void)sleep(LOCK_PAUSE_S);
			continue;
		}
		if (err != GW_OK)
			return err;
		tries = 0;
		if (migration != NULL && applied != NULL)
			applied(arg, migration);
	} while (err == GW_BUSY || migration != NULL);
	return GW_OK;
}

/* A statement of ours with its parameters, as a script says it; texts hold nothing that would need more than quotes. */
static void add_statement(struct gw_buf *out, enum gw_statement statement, const char *parameters)
{
	gw_buf_addf(out,
		    "PREPARE clawgw_step AS %s;\nEXECUTE clawgw_step(%s);\n"
		    "DEALLOCATE clawgw_step;\n",
		    gw_statement_texts[statement], parameters);
}

/* The commands of apply_next(), one transaction a file. */
static enum gw_err write_script(const struct state *state, const char *lacking, struct gw_buf *out)
{
	char parameters[100];
	struct gw_buf quoted;

	gw_buf_add_c(out, "SET check_function_bodies TO off;\n\n");
	gw_buf_addf(out, "%s;\n\n", gw_statement_texts[GW_STATEMENT_MIGRATION_PREPARE]);
	for (const struct gw_function *function = gw_functions; function->name != NULL;
	     function++) {
		char *sql = gw_capability_render(function->sql, lacking);

		if (sql == NULL)
			return GW_INTERNAL;
		gw_buf_addf(out, "%s\n", sql);
		free(sql);
	}
	for (const struct gw_migration *next = &gw_migrations[state->count]; next->version != 0;
	     next++) {
		char *sql = gw_migration_sql(next, state->adopted);

		if (sql == NULL)
			return GW_INTERNAL;
		(void)snprintf(parameters, sizeof(parameters), "%d, '%s'", next->version,
			       state->adopted && next == gw_migrations ? ADOPTED : next->name);
		gw_buf_addf(out, "BEGIN;\nSET LOCAL lock_timeout TO '2s';\n%s\n", sql);
		add_statement(out, GW_STATEMENT_MIGRATION_RECORD, parameters);
		gw_buf_add_c(out, "COMMIT;\n\n");
		free(sql);
	}
	gw_buf_init(&quoted, SCRIPT_NAMES_MAX);
	gw_buf_addf(&quoted, "'%s'", lacking);
	add_statement(out, GW_STATEMENT_CAPABILITY_RECORD, gw_buf_str(&quoted).data);
	gw_buf_release(&quoted);
	gw_buf_addf(out, "%s\n", gw_grants_sql);
	return GW_OK;
}

enum gw_err gw_migration_script(struct gw_db *db, struct gw_buf *out)
{
	struct state state = {.count = 0};
	struct gw_tx *tx = NULL;
	char *lacking = NULL;
	enum gw_err err = gw_tx_begin(db, &tx);

	if (err != GW_OK)
		return err;
	if ((err = look(tx, true, &state)) == GW_OK && (err = find_lacking(tx, &lacking)) == GW_OK)
		err = write_script(&state, lacking, out);
	free(lacking);
	gw_tx_rollback(tx);
	return err;
}

enum gw_err gw_migration_holding(struct gw_db *db, enum gw_holding *ret_holding)
{
	struct state state = {.count = 0};
	struct gw_tx *tx = NULL;
	enum gw_err err = gw_tx_begin(db, &tx);

	if (err != GW_OK)
		return err;
	err = look(tx, true, &state);
	gw_tx_rollback(tx);
	if (err != GW_OK)
		return err;
	if (state.count > 0)
		*ret_holding = state.adopted ? GW_HOLDS_ADOPTED : GW_HOLDS_OWN;
	else
		*ret_holding = state.adopted ? GW_HOLDS_PLATFORM : GW_HOLDS_NOTHING;
	return GW_OK;
}

enum gw_err gw_migration_outdated(struct gw_db *db, bool *ret_outdated)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_tx *tx = NULL;
	char *lacking = NULL;
	enum gw_err err = gw_tx_begin(db, &tx);

	if (err != GW_OK)
		return err;
	if ((err = find_lacking(tx, &lacking)) == GW_OK &&
	    (err = gw_tx_exec(tx, GW_STATEMENT_CAPABILITY_RECALL, &none, &rows)) == GW_OK) {
		*ret_outdated = gw_rows_count(rows) != 1 ||
				!gw_str_equal_c(gw_rows_text(rows, 0, 0), lacking);
		gw_rows_free(rows);
	}
	free(lacking);
	gw_tx_rollback(tx);
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
