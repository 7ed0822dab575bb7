/* SPDX-License-Identifier: ISC */
/*
 * adopt.c: takes the platform's own database into use, or gives it back.
 *
 * What was found and what is done goes to standard output, a line each; with --dry-run everything is a comment or a
 * command of SQL there, so that it can be read, and run by psql.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/json.h"
#include "store/adoption.h"
#include "store/migration.h"

#include <string.h>

#define SCRIPT_MAX (4u << 20)

enum look {
	LOOK_ROLE,
	LOOK_VERSION,
	LOOK_MISSING,
	LOOK_OWNERS,
	LOOK_OWNED,
	LOOK_MESSAGES,
	LOOK_LINES
};
enum plan { PLAN_STEP, PLAN_COMMAND, PLAN_OWNER };

struct adopting {
	struct gw_admin *admin;
	struct gw_buf done;  /* JSON: elements of an array */
	struct gw_buf owner; /* the same: what an owner has to run */
};

static void say_done(void *arg, struct gw_str command)
{
	struct adopting *adopting = arg;

	if (adopting->admin->json) {
		gw_json_add_comma(&adopting->done);
		gw_json_add_string(&adopting->done, command);
	} else {
		gw_output_line("done: %.*s", (int)command.len, command.data);
	}
}

static void say_applied(void *arg, const struct gw_migration *migration)
{
	char text[100];

	(void)snprintf(text, sizeof(text), "migration %04d %s", migration->version,
		       migration->name);
	say_done(arg, gw_str(text));
}

/* What was found, as one sentence; `prefix` makes a comment of it. */
static void say_found(const struct gw_rows *look, enum gw_holding holding, const char *prefix)
{
	struct gw_str version = gw_rows_text(look, 0, LOOK_VERSION);
	struct gw_str owners = gw_rows_text(look, 0, LOOK_OWNERS);
	struct gw_str role = gw_rows_text(look, 0, LOOK_ROLE);

	gw_output_line("%sfound: the platform's tables as of %.*s, %s; some %lld messages and %lld "
		       "rows of "
		       "conversations",
		       prefix, (int)version.len, version.data,
		       holding == GW_HOLDS_ADOPTED ? "adopted" : "not adopted",
		       (long long)gw_rows_int(look, 0, LOOK_MESSAGES),
		       (long long)gw_rows_int(look, 0, LOOK_LINES));
	gw_output_line("%sowner of the tables: %.*s; connected as: %.*s", prefix, (int)owners.len,
		       owners.data, (int)role.len, role.data);
}

static int count_for_owner(const struct gw_rows *plan)
{
	int count = 0;

	for (int row = 0; row < gw_rows_count(plan); row++)
		count += gw_rows_bool(plan, row, PLAN_OWNER);
	return count;
}

static void say_for_owner(struct adopting *adopting, const struct gw_rows *plan)
{
	for (int row = 0; row < gw_rows_count(plan); row++) {
		struct gw_str command = gw_rows_text(plan, row, PLAN_COMMAND);

		if (!gw_rows_bool(plan, row, PLAN_OWNER))
			continue;
		if (adopting->admin->json) {
			gw_json_add_comma(&adopting->owner);
			gw_json_add_string(&adopting->owner, command);
		} else {
			gw_output_line("for an owner: %.*s", (int)command.len, command.data);
		}
	}
}

static void say_json(struct adopting *adopting, const struct gw_rows *look, int version)
{
	struct gw_buf line;

	gw_buf_init(&line, SCRIPT_MAX);
	gw_buf_add_c(&line, "{\"found\":");
	gw_json_add_string(&line, gw_rows_text(look, 0, LOOK_VERSION));
	gw_buf_addf(&line, ",\"version\":%d,\"done\":[%s],\"for_owner\":[%s]}", version,
		    adopting->done.data, adopting->owner.data);
	gw_output_buf(&line);
	gw_buf_release(&line);
}

static enum gw_exit print_script(struct gw_admin *admin, const struct gw_rows *look,
				 enum gw_holding holding, const struct gw_rows *plan)
{
	struct gw_buf script;
	enum gw_err err = GW_OK;

	gw_buf_init(&script, SCRIPT_MAX);
	err = gw_adoption_script(admin->db, plan, &script);
	if (err != GW_OK || gw_buf_overflowed(&script)) {
		gw_buf_release(&script);
		return gw_admin_store_failed(err != GW_OK ? err : GW_INTERNAL,
					     "write down what adopting means");
	}
	say_found(look, holding, "-- ");
	gw_output_line("-- to be run %s, by psql -v ON_ERROR_STOP=1 -f, not in one transaction; if "
		       "it stops, "
		       "have it printed anew.",
		       count_for_owner(plan) > 0
			       ? "by an owner of the tables who may act as the role above"
			       : "as the role above");
	gw_output_line("-- Nothing is locked for longer than a moment. To take it back: "
		       "clawgw-admin adopt "
		       "--undo");
	gw_output_buf(&script);
	gw_buf_release(&script);
	return GW_EXIT_OK;
}

static enum gw_exit said(enum gw_err err, const char *doing)
{
	if (err == GW_CONFLICT && *gw_db_last_message() == '\0')
		return gw_admin_fail(
			GW_EXIT_CONFLICT,
			"the database's schema is newer than this program's (%d), or of another "
			"line of it: use the clawgw that made it",
			gw_migration_latest());
	if (err == GW_BUSY)
		return gw_admin_fail(GW_EXIT_UNAVAILABLE,
				     "somebody has kept a table locked for ten minutes; what was "
				     "done stays: run "
				     "it again (%s)",
				     gw_db_last_message());
	return gw_admin_store_failed(err, doing);
}

/* Does what is to be done; what an owner has to do first is left to him, and then nothing is done. */
static enum gw_exit adopt_now(struct adopting *adopting, const struct gw_rows *plan)
{
	struct gw_db *db = adopting->admin->db;
	int for_owner = count_for_owner(plan);
	enum gw_err err = GW_OK;

	if (for_owner > 0) {
		say_for_owner(adopting, plan);
		return gw_admin_fail(
			GW_EXIT_FAILED,
			"nothing was done: an owner of the tables has to run %d commands first; "
			"`clawgw-admin adopt --dry-run' prints the script",
			for_owner);
	}
	if ((err = gw_adoption_run(db, plan, GW_ADOPTION_RIGHTS, GW_ADOPTION_RIGHTS, say_done,
				   adopting)) != GW_OK ||
	    (err = gw_migration_apply(db, true, say_applied, adopting)) != GW_OK ||
	    (err = gw_adoption_run(db, plan, GW_ADOPTION_LEFTOVER, GW_ADOPTION_INDEX, say_done,
				   adopting)) != GW_OK)
		return said(err, "adopt the database");
	if (!adopting->admin->json)
		gw_output_line("the schema has version %d, and all indexes are there",
			       gw_migration_latest());
	return GW_EXIT_OK;
}

static enum gw_exit take_up(struct gw_admin *admin, enum gw_holding holding, bool dry)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct adopting adopting = {.admin = admin};
	struct gw_rows *look = NULL;
	struct gw_rows *plan = NULL;
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = gw_db_exec(admin->db, GW_STATEMENT_ADOPTION_LOOK, &none, &look);

	if (err != GW_OK)
		return gw_admin_store_failed(err, "look at the database");
	gw_buf_init(&adopting.done, SCRIPT_MAX);
	gw_buf_init(&adopting.owner, SCRIPT_MAX);
	gw_buf_add_c(&adopting.done, "");
	gw_buf_add_c(&adopting.owner, "");
	if (!gw_rows_is_null(look, 0, LOOK_MISSING)) {
		struct gw_str missing = gw_rows_text(look, 0, LOOK_MISSING);

		status = gw_admin_fail(GW_EXIT_FAILED,
				       "these tables of the platform are not here: %.*s",
				       (int)missing.len, missing.data);
	} else if ((err = gw_adoption_plan(admin->db, &plan)) != GW_OK) {
		status = gw_admin_store_failed(err, "find out what is to be done");
	} else if (dry) {
		status = print_script(admin, look, holding, plan);
	} else {
		if (!admin->json)
			say_found(look, holding, "");
		status = adopt_now(&adopting, plan);
		if (admin->json)
			say_json(&adopting, look, status == GW_EXIT_OK ? gw_migration_latest() : 0);
	}
	gw_rows_free(plan);
	gw_rows_free(look);
	gw_buf_release(&adopting.done);
	gw_buf_release(&adopting.owner);
	return status;
}

/* Jobs would be lost, and who waits for their answers would wait for ever. */
static enum gw_exit check_unfinished(struct gw_admin *admin)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	int version = 0;
	int64_t jobs = 0;
	enum gw_err err = gw_migration_current(admin->db, &version);

	if (err != GW_OK)
		return gw_admin_store_failed(err, "read the schema's version");
	if (version < 2)
		return GW_EXIT_OK; /* there is no such table yet */
	err = gw_db_exec(admin->db, GW_STATEMENT_JOB_UNFINISHED, &none, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "count the jobs");
	jobs = gw_rows_int(rows, 0, 0);
	gw_rows_free(rows);
	if (jobs == 0)
		return GW_EXIT_OK;
	return gw_admin_fail(
		GW_EXIT_CONFLICT,
		"%lld jobs have not ended and would be lost: let clawgw-worker finish them, cancel "
		"them, or say --force",
		(long long)jobs);
}

static enum gw_exit undo(struct gw_admin *admin, bool dry)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct adopting adopting = {.admin = admin};
	struct gw_rows *plan = NULL;
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = gw_db_exec(admin->db, GW_STATEMENT_ADOPTION_UNDO, &none, &plan);

	if (err != GW_OK)
		return gw_admin_store_failed(err, "find out what is to be taken back");
	gw_buf_init(&adopting.done, SCRIPT_MAX);
	gw_buf_init(&adopting.owner, SCRIPT_MAX);
	gw_buf_add_c(&adopting.done, "");
	gw_buf_add_c(&adopting.owner, "");
	if (dry) {
		for (int row = 0; row < gw_rows_count(plan); row++)
			gw_output_line("%.*s;", (int)gw_rows_text(plan, row, PLAN_COMMAND).len,
				       gw_rows_text(plan, row, PLAN_COMMAND).data);
	} else if (count_for_owner(plan) > 0) {
		say_for_owner(&adopting, plan);
		status = gw_admin_fail(
			GW_EXIT_FAILED,
			"nothing was done: an owner has to run what `clawgw-admin adopt --undo "
			"--dry-run' prints");
	} else if (gw_admin_option(admin, "force") != NULL ||
		   (status = check_unfinished(admin)) == GW_EXIT_OK) {
		err = gw_adoption_run(admin->db, plan, GW_ADOPTION_UNDO_FIRST,
				      GW_ADOPTION_UNDO_LAST, say_done, &adopting);
		if (err != GW_OK)
			status = said(err, "take it back");
		else if (!admin->json)
			gw_output_line("nothing of clawgw is left in the database");
	}
	if (admin->json && !dry)
		gw_output_line("{\"done\":[%s],\"for_owner\":[%s]}", adopting.done.data,
			       adopting.owner.data);
	gw_rows_free(plan);
	gw_buf_release(&adopting.done);
	gw_buf_release(&adopting.owner);
	return status;
}

static enum gw_exit take_turn(struct gw_admin *admin)
{
	enum gw_err err = gw_adoption_lock(admin->db);

	if (err == GW_OK)
		return GW_EXIT_OK;
	return err == GW_BUSY
		       ? gw_admin_fail(GW_EXIT_CONFLICT, "somebody else is adopting this database")
		       : said(err, "adopt the database");
}

enum gw_exit gw_adopt_again(struct gw_admin *admin)
{
	enum gw_exit status = take_turn(admin);

	return status == GW_EXIT_OK ? take_up(admin, GW_HOLDS_ADOPTED, false) : status;
}

enum gw_exit gw_adopt(struct gw_admin *admin)
{
	bool dry = gw_admin_option(admin, "dry-run") != NULL;
	bool back = gw_admin_option(admin, "undo") != NULL;
	enum gw_holding holding = GW_HOLDS_NOTHING;
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = gw_migration_holding(admin->db, &holding);

	if (err != GW_OK)
		return said(err, "look at the database");
	if (holding == GW_HOLDS_OWN)
		return gw_admin_fail(GW_EXIT_CONFLICT,
				     "the tables are clawgw's own: there is nothing to adopt "
				     "or to take back");
	if (!back && holding == GW_HOLDS_NOTHING)
		return gw_admin_fail(GW_EXIT_NOT_FOUND, "there are no tables of the platform here; "
							"`clawgw-admin migrate' makes our own");
	if (!dry && (status = take_turn(admin)) != GW_EXIT_OK)
		return status;
	return back ? undo(admin, dry) : take_up(admin, holding, dry);
}
