/* SPDX-License-Identifier: ISC */
/*
 * audit.c: notes what commands did, and lists what was noted.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "store/audit.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ACTOR_MAX 200

enum gw_exit gw_audit_list(struct gw_admin *admin)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	int64_t limit = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_integer(admin, "limit", 1, 1000000, 100, &limit);

	if (status != GW_EXIT_OK)
		return status;
	gw_params_text_c(&params, gw_admin_option(admin, "actor"));
	gw_params_text_c(&params, gw_admin_option(admin, "action"));
	gw_params_text_c(&params, gw_admin_option(admin, "target"));
	gw_params_int(&params, (int32_t)limit);
	err = gw_db_exec(admin->db, GW_STATEMENT_AUDIT_LIST, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "list them");
	gw_output_rows(rows, admin->json);
	gw_rows_free(rows);
	return GW_EXIT_OK;
}

void gw_admin_changes(struct gw_admin *admin, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(admin->change, sizeof(admin->change), fmt, args);
	va_end(args);
}

/* The column that an option changes; -1: the list has none. */
static int column_of(const struct gw_rows *rows, const char *option)
{
	const char *name = strcmp(option, "label") == 0 ? "name" : option;

	for (int column = 0; column < gw_rows_columns(rows); column++) {
		const char *at = gw_rows_name(rows, column);
		size_t i = 0;

		while (at[i] != '\0' && (at[i] == name[i] || (at[i] == '_' && name[i] == '-')))
			i++;
		if (at[i] == '\0' && name[i] == '\0')
			return column;
	}
	return -1;
}

void gw_admin_edits(struct gw_admin *admin, const struct gw_rows *before)
{
	struct gw_buf line;

	gw_buf_init(&line, 65536);
	for (const struct gw_option *option = admin->command->options;
	     option != NULL && option->name != NULL; option++) {
		const char *value = gw_admin_option(admin, option->name);
		int column = value != NULL ? column_of(before, option->name) : -1;

		/* --tenant only narrows */
		if (column < 0 || strcmp(option->name, "tenant") == 0)
			continue;
		gw_buf_addf(&line, "%s%s ", line.len > 0 ? "; " : "", option->name);
		gw_output_value(&line, before, 0, column, false);
		gw_buf_add_c(&line, ", now ");
		gw_output_escape(&line, gw_str(value));
	}
	gw_admin_changes(admin, "%.*s", GW_CHANGE_SIZE - 1,
			 gw_buf_overflowed(&line) ? "" : line.data);
	gw_buf_release(&line);
}

/* Commands that only look. */
static bool only_reads(const struct gw_command *command)
{
	static const char *const verbs[] = {"list", "show", "test", "why"};
	static const char *const nouns[] = {"queue", "doctor", "stats", "trace"};

	for (size_t i = 0; command->verb != NULL && i < GW_ARRAY_LEN(verbs); i++) {
		if (strcmp(command->verb, verbs[i]) == 0)
			return true;
	}
	for (size_t i = 0; command->verb == NULL && i < GW_ARRAY_LEN(nouns); i++) {
		if (strcmp(command->noun, nouns[i]) == 0)
			return true;
	}
	return false;
}

void gw_admin_note(const struct gw_admin *admin, enum gw_exit status)
{
	const struct gw_command *command = admin->command;
	const struct passwd *account = getpwuid(getuid());
	const char *behind = getenv("SUDO_USER");
	struct gw_audit entry = {.address = GW_STR_NULL};
	char actor[ACTOR_MAX];
	char action[ACTOR_MAX];

	/* a usage error did nothing, and a database that is away can note nothing */
	if (only_reads(command) || status == GW_EXIT_USAGE || status == GW_EXIT_UNAVAILABLE)
		return;
	(void)snprintf(actor, sizeof(actor), "admin:%s%s%s",
		       account != NULL ? account->pw_name : "?", behind != NULL ? " for " : "",
		       behind != NULL ? behind : "");
	(void)snprintf(action, sizeof(action), "%s%s%s", command->noun,
		       command->verb != NULL ? " " : "",
		       command->verb != NULL ? command->verb : "");
	entry.actor = gw_str(actor);
	entry.action = gw_str(action);
	if (admin->argument_count > 0)
		entry.target = gw_str(admin->arguments[0]);
	entry.outcome = gw_str(status == GW_EXIT_OK ? "done" : "failed");
	entry.change = gw_str(admin->change);
	if (gw_audit_add(admin->db, &entry) != GW_OK)
		(void)gw_admin_fail(GW_EXIT_FAILED, "this could not be noted in the audit: %s",
				    gw_db_last_message());
}
