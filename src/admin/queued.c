/* SPDX-License-Identifier: ISC */
/*
 * queued.c: what messages, jobs and letters have in common: filtered lists, show, and what is done to one or to all that match.
 */
#include "admin/admin.h"
#include "admin/output.h"
#include "operator/deed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the options --tenant, --agent, --person, --text, --older-than, --limit and the one of the state say. */
struct asked {
	struct gw_scope scope;
	struct gw_look look;
	struct gw_uuid tenant, agent, person;
};

static enum gw_exit read_look(struct gw_admin *admin, const char *state, struct asked *ret)
{
	const char *agent = gw_admin_option(admin, "agent");
	const char *person = gw_admin_option(admin, "person");
	bool narrowed = false;
	enum gw_exit status = gw_admin_tenant(admin, false, &ret->tenant, &narrowed);

	ret->scope = (struct gw_scope){.db = admin->db, .tenant = narrowed ? &ret->tenant : NULL};
	ret->look = (struct gw_look){.state = gw_str(gw_admin_option(admin, state)),
				     .text = gw_str(gw_admin_option(admin, "text")),
				     .reach = GW_LOOK_FAR};
	if (status == GW_EXIT_OK)
		status = gw_admin_duration(admin, "older-than", 0, &ret->look.older_than);
	if (status == GW_EXIT_OK && agent != NULL) {
		status = gw_noun_id(admin, &gw_noun_agent, agent, ret->scope.tenant, &ret->agent);
		ret->look.agent = &ret->agent;
	}
	if (status == GW_EXIT_OK && person != NULL) {
		status = gw_noun_id(admin, &gw_noun_user, person, ret->scope.tenant, &ret->person);
		ret->look.person = &ret->person;
	}
	return status;
}

enum gw_exit gw_admin_filtered_list(struct gw_admin *admin, enum gw_subject subject,
				    const char *state)
{
	struct asked asked;
	struct gw_rows *rows = NULL;
	int64_t limit = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_integer(admin, "limit", 1, 1000000, 100, &limit);

	if (status != GW_EXIT_OK || (status = read_look(admin, state, &asked)) != GW_EXIT_OK)
		return status;
	asked.look.limit = (int)limit;
	err = gw_look_list(&asked.scope, subject, &asked.look, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "list them");
	gw_output_rows(rows, admin->json);
	gw_rows_free(rows);
	return GW_EXIT_OK;
}

/* All that match: counted first, and done when the number was confirmed. */
static enum gw_exit do_all(struct gw_admin *admin, const struct gw_deed *deed, const char *state)
{
	struct asked asked;
	char question[200];
	int64_t count = 0;
	int64_t done = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = read_look(admin, state, &asked);

	if (status != GW_EXIT_OK)
		return status;
	err = gw_deed_count(&asked.scope, deed, &asked.look, &count);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "count them");
	(void)snprintf(question, sizeof(question), "%s %lld %ss?", deed->name, (long long)count,
		       gw_subject_name(deed->subject));
	if (count > 0 && (status = gw_admin_confirm(admin, question)) != GW_EXIT_OK)
		return status;
	if (count > 0)
		err = gw_deed_do_all(&asked.scope, deed, &asked.look, count, &done);
	gw_admin_changes(admin, "%lld of %lld: now %s", (long long)done, (long long)count,
			 deed->done);
	if (admin->json)
		gw_output_line("{\"matched\":%lld,\"done\":%lld}", (long long)count,
			       (long long)done);
	else
		gw_output_line("%s: %lld of %lld %ss", deed->name, (long long)done,
			       (long long)count, gw_subject_name(deed->subject));
	return err == GW_OK ? GW_EXIT_OK : gw_admin_store_failed(err, "do it to the rest");
}

/* Whether an option was given that says which: --yes does not. */
static bool is_narrowed(const struct gw_admin *admin)
{
	const struct gw_option *option = admin->command->options;
	bool narrowed = false;

	for (; option != NULL && option->name != NULL; option++)
		narrowed = narrowed || (strcmp(option->name, "yes") != 0 &&
					gw_admin_option(admin, option->name) != NULL);
	return narrowed;
}

enum gw_exit gw_admin_deed(struct gw_admin *admin, enum gw_subject subject, const char *name,
			   const char *state)
{
	const struct gw_deed *deed = gw_deed_find(subject, gw_str(name));
	const struct gw_scope scope = {.db = admin->db};
	char was[GW_DEED_STATE_SIZE];
	char id_text[GW_UUID_TEXT_SIZE];
	struct gw_uuid id;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	if (deed == NULL)
		abort(); /* there is no such deed */
	if (admin->argument_count == 0 && !is_narrowed(admin))
		return gw_admin_fail(GW_EXIT_USAGE,
				     "say which: by its id, or all that --%s, --older-than and "
				     "other options leave",
				     state);
	if (admin->argument_count > 0 && is_narrowed(admin))
		return gw_admin_fail(GW_EXIT_USAGE, "one by its id, or all that match: not both");
	if (admin->argument_count == 0)
		return do_all(admin, deed, state);
	if ((status = gw_admin_id(admin, &id)) != GW_EXIT_OK)
		return status;
	gw_uuid_format(&id, id_text);
	err = gw_deed_do(&scope, deed, &id, was);
	if (err == GW_NOT_FOUND)
		return gw_admin_fail(GW_EXIT_NOT_FOUND, "there is no such %s",
				     admin->command->noun);
	if (err == GW_CONFLICT && *was != '\0')
		return gw_admin_fail(GW_EXIT_CONFLICT,
				     "the %s is %s; this is for those that are %s",
				     admin->command->noun, was, deed->from);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "change it");
	gw_admin_changes(admin, "%s, now %s", was, deed->done);
	if (admin->json)
		gw_output_line("{\"id\":\"%s\",\"was\":\"%s\",\"now\":\"%s\"}", id_text, was,
			       deed->done);
	else
		gw_output_line("%s %s: %s, now %s", admin->command->noun, id_text, was, deed->done);
	return GW_EXIT_OK;
}

/* The id that the command's argument must be. */
enum gw_exit gw_admin_id(const struct gw_admin *admin, struct gw_uuid *ret_id)
{
	if (!gw_uuid_parse(gw_str(admin->arguments[0]), ret_id))
		return gw_admin_fail(GW_EXIT_USAGE, "a %s is called by its id (a UUID)",
				     admin->command->noun);
	return GW_EXIT_OK;
}

enum gw_exit gw_admin_show(struct gw_admin *admin, enum gw_subject subject)
{
	const struct gw_scope scope = {.db = admin->db};
	struct gw_rows *rows = NULL;
	struct gw_uuid id;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_id(admin, &id);

	if (status != GW_EXIT_OK)
		return status;
	err = gw_look_show(&scope, subject, &id, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "show it");
	if (gw_rows_count(rows) == 0)
		status = gw_admin_fail(GW_EXIT_NOT_FOUND, "there is no such %s",
				       admin->command->noun);
	else
		gw_output_row(rows, 0, admin->json);
	gw_rows_free(rows);
	return status;
}
