/* SPDX-License-Identifier: ISC */
/*
 * queued.c: what messages, jobs and sends have in common: filtered lists, show, and changes of state.
 */
#include "admin/admin.h"
#include "admin/output.h"

enum gw_exit gw_admin_filtered_list(struct gw_admin *admin, enum gw_statement statement,
				    const char *filter)
{
	const char *reference = gw_admin_option(admin, "agent");
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant;
	struct gw_uuid agent;
	bool narrowed = false;
	int64_t limit = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	if ((status = gw_admin_integer(admin, "limit", 1, 1000000, 100, &limit)) != GW_EXIT_OK ||
	    (status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK)
		return status;
	if (reference != NULL &&
	    (status = gw_noun_id(admin, &gw_noun_agent, reference, narrowed ? &tenant : NULL,
				 &agent)) != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, narrowed ? &tenant : NULL);
	gw_params_uuid(&params, reference != NULL ? &agent : NULL);
	gw_params_text_c(&params, gw_admin_option(admin, filter));
	gw_params_int(&params, (int32_t)limit);
	err = gw_db_exec(admin->db, statement, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "list them");
	gw_output_rows(rows, admin->json);
	gw_rows_free(rows);
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

enum gw_exit gw_admin_show(struct gw_admin *admin, enum gw_statement statement)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_uuid id;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_id(admin, &id);

	if (status != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &id);
	err = gw_db_exec(admin->db, statement, &params, &rows);
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

/* Whether "a or b" has the word. */
static bool is_word_of(const char *words, struct gw_str word)
{
	for (const char *at = words; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " ")) {
		if (strcspn(at, " ") == word.len && memcmp(at, word.data, word.len) == 0)
			return true;
	}
	return false;
}

enum gw_exit gw_admin_change(struct gw_admin *admin, enum gw_statement statement,
			     const struct gw_params *params, const char *from, const char *done)
{
	char id_text[GW_UUID_TEXT_SIZE];
	struct gw_rows *rows = NULL;
	struct gw_uuid id;
	struct gw_str was;
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = GW_OK;

	if ((status = gw_admin_id(admin, &id)) != GW_EXIT_OK)
		return status;
	gw_uuid_format(&id, id_text);
	err = gw_db_exec(admin->db, statement, params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "change it");
	was = gw_rows_text(rows, 0, 0);
	if (was.data == NULL)
		status = gw_admin_fail(GW_EXIT_NOT_FOUND, "there is no such %s",
				       admin->command->noun);
	else if (!is_word_of(from, was))
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "the %s is %.*s; this is for those that are %s",
				       admin->command->noun, (int)was.len, was.data, from);
	else if (admin->json)
		gw_output_line("{\"id\":\"%s\",\"was\":\"%.*s\",\"now\":\"%s\"}", id_text,
			       (int)was.len, was.data, done);
	else
		gw_output_line("%s %s: %.*s, now %s", admin->command->noun, id_text, (int)was.len,
			       was.data, done);
	gw_rows_free(rows);
	return status;
}
