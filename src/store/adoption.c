/* SPDX-License-Identifier: ISC */
/*
 * adoption.c: see adoption.h. What is to be done is found by sql/statements/adoption_plan.sql; here it is run, or written.
 */
#include "store/adoption.h"

#include "base/alloc.h"
#include "store/array.h"
#include "store/migration.h"

#include <string.h>
#include <unistd.h>

#define ARRAY_MAX (1u << 16)
#define FUNCTION_NAME_MAX 100
#define TRIES 600
#define PAUSE_S 1

enum column { STEP, COMMAND, OWNER, ROLE };

static struct gw_str list(struct gw_buf *array, size_t field)
{
	gw_buf_init(array, ARRAY_MAX);
	gw_array_begin(array);
	for (const struct gw_platform_index *index = gw_platform_indexes; index->name != NULL;
	     index++) {
		const char *fields[] = {index->name, index->table, index->sql, index->unless};

		gw_array_add_text(array, gw_str(fields[field]));
	}
	return gw_array_end(array);
}

enum gw_err gw_adoption_plan(struct gw_db *db, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf arrays[4];
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < GW_ARRAY_LEN(arrays); i++)
		gw_params_text(&params, list(&arrays[i], i));
	err = gw_db_exec(db, GW_STATEMENT_ADOPTION_PLAN, &params, ret_rows);
	for (size_t i = 0; i < GW_ARRAY_LEN(arrays); i++)
		gw_buf_release(&arrays[i]);
	return err;
}

/*
 * Commands that run beside others (indexes) may wait as long as they like: they hold nobody up. The others give up soon
 * and come back. An index that fails is left half-made, and the next plan takes it away.
 */
static enum gw_err run_command(struct gw_db *db, const char *command)
{
	bool beside = strstr(command, " CONCURRENTLY ") != NULL;
	enum gw_err err = GW_BUSY;

	if ((err = gw_db_script(db, beside ? "SET lock_timeout TO 0"
					   : "SET lock_timeout TO '200ms'")) != GW_OK)
		return err;
	for (unsigned tries = 0; tries < TRIES; tries++) {
		if (tries > 0)
			(void)sleep(PAUSE_S);
		err = gw_db_script(db, command);
		if (err != GW_BUSY || beside)
			break;
	}
	return err;
}

enum gw_err gw_adoption_run(struct gw_db *db, const struct gw_rows *plan, int from, int to,
			    void (*done)(void *arg, struct gw_str command), void *arg)
{
	for (int row = 0; row < gw_rows_count(plan); row++) {
		int step = (int)gw_rows_int(plan, row, STEP);
		char *command = NULL;
		enum gw_err err = GW_OK;

		if (step < from || step > to || gw_rows_bool(plan, row, OWNER))
			continue;
		command = gw_str_dup(gw_rows_text(plan, row, COMMAND));
		err = run_command(db, command);
		if (err == GW_OK)
			done(arg, gw_str(command));
		free(command);
		if (err != GW_OK)
			return err;
	}
	return GW_OK;
}

/* The function that a command of step GW_ADOPTION_FUNCTION is about. */
static const char *index_function(struct gw_str command)
{
	const struct gw_function *function = gw_functions;
	char named[FUNCTION_NAME_MAX];

	for (; function->name != NULL; function++) {
		(void)snprintf(named, sizeof(named), " clawgw.%s(", function->name);
		if (memmem(command.data, command.len, named, strlen(named)) != NULL)
			return function->sql;
	}
	return "";
}

static bool needs_owner(const struct gw_rows *plan)
{
	for (int row = 0; row < gw_rows_count(plan); row++) {
		if (gw_rows_bool(plan, row, OWNER))
			return true;
	}
	return false;
}

/* SET ROLE for what the role itself would do, where the script is for somebody else. */
static void as_role(struct gw_buf *out, const struct gw_rows *plan, bool begin)
{
	if (!needs_owner(plan))
		return;
	if (begin)
		gw_buf_addf(out, "SET ROLE %.*s;\n", (int)gw_rows_text(plan, 0, ROLE).len,
			    gw_rows_text(plan, 0, ROLE).data);
	else
		gw_buf_add_c(out, "RESET ROLE;\n");
}

static void add_steps(struct gw_buf *out, const struct gw_rows *plan, int from, int to)
{
	for (int row = 0; row < gw_rows_count(plan); row++) {
		int step = (int)gw_rows_int(plan, row, STEP);
		struct gw_str command = gw_rows_text(plan, row, COMMAND);

		if (step < from || step > to)
			continue;
		if (step == GW_ADOPTION_FUNCTION) {
			as_role(out, plan, true);
			gw_buf_add_c(out, index_function(command));
		}
		gw_buf_addf(out, "%.*s;\n", (int)command.len, command.data);
		if (step == GW_ADOPTION_FUNCTION)
			as_role(out, plan, false);
	}
}

enum gw_err gw_adoption_script(struct gw_db *db, const struct gw_rows *plan, struct gw_buf *out)
{
	enum gw_err err = GW_OK;

	gw_buf_add_c(out, "SET search_path TO public;\n");
	add_steps(out, plan, GW_ADOPTION_RIGHTS, GW_ADOPTION_INDEX);
	gw_buf_add_c(out, "\n-- Schema clawgw, which clawgw-admin adopt would make by itself.\n");
	as_role(out, plan, true);
	err = gw_migration_script(db, out);
	as_role(out, plan, false);
	if (needs_owner(plan))
		gw_buf_addf(
			out,
			"\n-- What the programs' roles may do with the platform's tables.\n%s\n",
			gw_grants_sql);
	return err;
}

enum gw_err gw_adoption_lock(struct gw_db *db)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_db_exec(db, GW_STATEMENT_ADOPTION_LOCK, &none, &rows);

	if (err != GW_OK)
		return err;
	err = gw_rows_bool(rows, 0, 0) ? GW_OK : GW_BUSY;
	gw_rows_free(rows);
	return err;
}
