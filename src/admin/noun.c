/* SPDX-License-Identifier: ISC */
/*
 * noun.c: what all nouns have in common: finding one by name or id, list, show and remove.
 *
 * A new noun is its <noun>_list.sql and <noun>_remove.sql, a line here, and its lines in commands.c.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/digest.h"

#include <stdio.h>

#define LIST_DEFAULT_LIMIT 1000
#define LIST_MAX_LIMIT 1000000
#define CANDIDATES_SHOWN 10
#define SENTENCE_MAX 8192

/* columns of every list */
enum { COLUMN_ID, COLUMN_NAME, COLUMN_TENANT };

#define STATEMENTS(noun) GW_STATEMENT_##noun##_LIST, GW_STATEMENT_##noun##_REMOVE
const struct gw_noun gw_noun_tenant = {"tenant", "tenants", STATEMENTS(TENANT)};
const struct gw_noun gw_noun_user = {"user", "users", STATEMENTS(USER)};
const struct gw_noun gw_noun_agent = {"agent", "agents", STATEMENTS(AGENT)};
const struct gw_noun gw_noun_member = {"member", "members", STATEMENTS(MEMBER)};
const struct gw_noun gw_noun_model = {"model", "models", STATEMENTS(MODEL)};
const struct gw_noun gw_noun_relationship = {"relationship", "relationships",
					     STATEMENTS(RELATIONSHIP)};
const struct gw_noun gw_noun_channel = {"channel", "channels", STATEMENTS(CHANNEL)};

static const struct gw_noun *const nouns[] = {
	&gw_noun_tenant, &gw_noun_user,         &gw_noun_agent,   &gw_noun_member,
	&gw_noun_model,  &gw_noun_relationship, &gw_noun_channel,
};

/* The noun of the command that runs. */
static const struct gw_noun *own_noun(const struct gw_admin *admin)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(nouns); i++) {
		if (strcmp(nouns[i]->name, admin->command->noun) == 0)
			return nouns[i];
	}
	abort(); /* a line in commands.c without its noun here */
}

static enum gw_exit list(struct gw_admin *admin, const struct gw_noun *noun,
			 const struct gw_uuid *tenant, const struct gw_uuid *id, const char *name,
			 int64_t limit, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, tenant);
	gw_params_uuid(&params, id);
	gw_params_text_c(&params, name);
	gw_params_int(&params, (int32_t)limit);
	err = gw_db_exec(admin->db, noun->list, &params, ret_rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "list");
	return GW_EXIT_OK;
}

/* Several have the name: which, so that the next try can name one. */
static enum gw_exit ambiguous(const struct gw_noun *noun, const char *reference,
			      const struct gw_rows *rows)
{
	struct gw_buf text;

	gw_buf_init(&text, SENTENCE_MAX);
	for (int i = 0; i < gw_rows_count(rows) && i < CANDIDATES_SHOWN; i++) {
		gw_buf_add_c(&text, i > 0 ? ", " : "");
		gw_output_value(&text, rows, i, COLUMN_ID, false);
		gw_buf_add_c(&text, " (tenant ");
		gw_output_value(&text, rows, i, COLUMN_TENANT, false);
		gw_buf_add_char(&text, ')');
	}
	if (gw_rows_count(rows) > CANDIDATES_SHOWN)
		gw_buf_add_c(&text, ", …");
	(void)gw_admin_fail(
		GW_EXIT_CONFLICT,
		"several %s are called '%s'; name one by its id or narrow with --tenant: %s",
		noun->plural, reference, text.data);
	gw_buf_release(&text);
	return GW_EXIT_CONFLICT;
}

enum gw_exit gw_noun_find(struct gw_admin *admin, const struct gw_noun *noun, const char *reference,
			  const struct gw_uuid *tenant, struct gw_thing *ret_thing)
{
	struct gw_rows *rows = NULL;
	struct gw_uuid id;
	enum gw_exit status = GW_EXIT_OK;

	/* a name that looks like an id is still a name if no such id exists */
	if (gw_uuid_parse(gw_str(reference), &id)) {
		status = list(admin, noun, tenant, &id, NULL, 1, &rows);
		if (status != GW_EXIT_OK)
			return status;
	}
	if (rows == NULL || gw_rows_count(rows) == 0) {
		gw_rows_free(rows);
		rows = NULL;
		status = list(admin, noun, tenant, NULL, reference, CANDIDATES_SHOWN + 1, &rows);
		if (status != GW_EXIT_OK)
			return status;
	}
	if (gw_rows_count(rows) == 1 && gw_rows_uuid(rows, 0, COLUMN_ID, &ret_thing->id)) {
		ret_thing->rows = rows;
		return GW_EXIT_OK;
	}
	status = gw_rows_count(rows) > 1 ? ambiguous(noun, reference, rows)
					 : gw_admin_fail(GW_EXIT_NOT_FOUND, "there is no %s '%s'",
							 noun->name, reference);
	gw_rows_free(rows);
	return status;
}

enum gw_exit gw_noun_id(struct gw_admin *admin, const struct gw_noun *noun, const char *reference,
			const struct gw_uuid *tenant, struct gw_uuid *ret_id)
{
	struct gw_thing thing = {.rows = NULL};
	enum gw_exit status = gw_noun_find(admin, noun, reference, tenant, &thing);

	if (status != GW_EXIT_OK)
		return status;
	*ret_id = thing.id;
	gw_rows_free(thing.rows);
	return GW_EXIT_OK;
}

enum gw_exit gw_admin_tenant(struct gw_admin *admin, bool needed, struct gw_uuid *ret_tenant,
			     bool *ret_given)
{
	const char *reference = gw_admin_option(admin, "tenant");
	struct gw_rows *rows = NULL;
	enum gw_exit status = GW_EXIT_OK;

	if (reference == NULL && !needed) {
		*ret_given = false;
		return GW_EXIT_OK;
	}
	*ret_given = true;
	if (reference != NULL)
		return gw_noun_id(admin, &gw_noun_tenant, reference, NULL, ret_tenant);
	status = list(admin, &gw_noun_tenant, NULL, NULL, NULL, 2, &rows);
	if (status != GW_EXIT_OK)
		return status;
	if (gw_rows_count(rows) == 0)
		status = gw_admin_fail(
			GW_EXIT_NOT_FOUND,
			"there is no tenant yet; make one with `clawgw-admin tenant add'");
	else if (gw_rows_count(rows) > 1)
		status = gw_admin_fail(GW_EXIT_USAGE,
				       "there are several tenants; say which with --tenant");
	else
		(void)gw_rows_uuid(rows, 0, COLUMN_ID, ret_tenant);
	gw_rows_free(rows);
	return status;
}

/* What is lost with an agent, and whether it shall be. */
static enum gw_exit confirm_agent(struct gw_admin *admin, const struct gw_thing *agent)
{
	enum { MESSAGES, JOBS, LETTERS, RELATIONSHIPS, CONVERSATIONS };
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = GW_OK;
	struct gw_buf line;

	gw_params_uuid(&params, &agent->id);
	err = gw_db_exec(admin->db, GW_STATEMENT_AGENT_WEIGH, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "look at what belongs to it");
	gw_buf_init(&line, SENTENCE_MAX);
	gw_buf_add_c(&line, "agent ");
	gw_output_value(&line, agent->rows, 0, COLUMN_NAME, false);
	gw_buf_addf(&line,
		    ": its key stops working; %lld messages, %lld jobs and %lld letters that "
		    "have not ended do, and who sent them is told; %lld relationships lead "
		    "nowhere; %lld conversations stay",
		    (long long)gw_rows_int(rows, 0, MESSAGES),
		    (long long)gw_rows_int(rows, 0, JOBS), (long long)gw_rows_int(rows, 0, LETTERS),
		    (long long)gw_rows_int(rows, 0, RELATIONSHIPS),
		    (long long)gw_rows_int(rows, 0, CONVERSATIONS));
	/* to where the question is: standard output is the result's */
	(void)fprintf(stderr, "%s\n", line.data);
	status = gw_admin_confirm(admin, "Remove it?");
	gw_buf_release(&line);
	gw_rows_free(rows);
	return status;
}

/* "user Ana (3f…) added" */
static void say(const struct gw_noun *noun, const struct gw_rows *rows, const char *done)
{
	struct gw_buf line;

	gw_buf_init(&line, SENTENCE_MAX);
	gw_buf_addf(&line, "%s ", noun->name);
	gw_output_value(&line, rows, 0, COLUMN_NAME, false);
	gw_buf_add_c(&line, " (");
	gw_output_value(&line, rows, 0, COLUMN_ID, false);
	gw_buf_addf(&line, ") %s", done);
	gw_output_buf(&line);
	gw_buf_release(&line);
}

enum gw_exit gw_noun_done(struct gw_admin *admin, const struct gw_noun *noun,
			  const struct gw_uuid *id, const char *done)
{
	struct gw_rows *rows = NULL;
	enum gw_exit status = list(admin, noun, NULL, id, NULL, 1, &rows);

	if (status != GW_EXIT_OK)
		return status;
	if (gw_rows_count(rows) == 0) {
		/* somebody else has removed it since */
		gw_rows_free(rows);
		return gw_admin_fail(GW_EXIT_NOT_FOUND, "the %s is not there any more", noun->name);
	}
	if (admin->json)
		gw_output_row(rows, 0, true);
	else
		say(noun, rows, done);
	gw_rows_free(rows);
	return GW_EXIT_OK;
}

enum gw_exit gw_noun_list(struct gw_admin *admin)
{
	const struct gw_noun *noun = own_noun(admin);
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant;
	bool narrowed = false;
	int64_t limit = 0;
	enum gw_exit status = GW_EXIT_OK;

	if ((status = gw_admin_integer(admin, "limit", 1, LIST_MAX_LIMIT, LIST_DEFAULT_LIMIT,
				       &limit)) != GW_EXIT_OK)
		return status;
	if (noun != &gw_noun_tenant &&
	    (status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK)
		return status;
	status = list(admin, noun, narrowed ? &tenant : NULL, NULL, NULL, limit, &rows);
	if (status != GW_EXIT_OK)
		return status;
	gw_output_rows(rows, admin->json);
	gw_rows_free(rows);
	return GW_EXIT_OK;
}

/* What the command's first argument means. */
static enum gw_exit find_argument(struct gw_admin *admin, const struct gw_noun *noun,
				  struct gw_thing *ret_thing)
{
	struct gw_uuid tenant;
	bool narrowed = false;
	enum gw_exit status = GW_EXIT_OK;

	if (noun != &gw_noun_tenant &&
	    (status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK)
		return status;
	return gw_noun_find(admin, noun, admin->arguments[0], narrowed ? &tenant : NULL, ret_thing);
}

enum gw_exit gw_noun_show(struct gw_admin *admin)
{
	struct gw_thing thing = {.rows = NULL};
	enum gw_exit status = find_argument(admin, own_noun(admin), &thing);

	if (status != GW_EXIT_OK)
		return status;
	gw_output_row(thing.rows, 0, admin->json);
	gw_rows_free(thing.rows);
	return GW_EXIT_OK;
}

enum gw_exit gw_noun_remove(struct gw_admin *admin)
{
	const struct gw_noun *noun = own_noun(admin);
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_thing thing = {.rows = NULL};
	struct gw_str users;
	enum gw_err err = GW_OK;
	enum gw_exit status = find_argument(admin, noun, &thing);

	if (status != GW_EXIT_OK)
		return status;
	if (noun == &gw_noun_agent && (status = confirm_agent(admin, &thing)) != GW_EXIT_OK)
		goto out;
	gw_params_uuid(&params, &thing.id);
	err = gw_db_exec(admin->db, noun->remove, &params, &rows);
	if (err == GW_CONFLICT) {
		/* a reference that the statement does not look for, or one made this very moment */
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "the %s cannot be removed, something still refers to it: %s",
				       noun->name, gw_db_last_message());
		goto out;
	}
	if (err != GW_OK) {
		status = gw_admin_store_failed(err, "remove it");
		goto out;
	}
	users = gw_rows_text(rows, 0, 0);
	if (users.len > 0)
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "the %s cannot be removed, because %.*s still refer to it",
				       noun->name, (int)users.len, users.data);
	else if (admin->json)
		gw_output_row(thing.rows, 0, true);
	else
		say(noun, thing.rows, "removed");
out:
	gw_rows_free(rows);
	gw_rows_free(thing.rows);
	return status;
}
