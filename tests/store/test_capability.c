/* SPDX-License-Identifier: ISC */
/*
 * test_capability.c: SQL texts that fit databases with and without a table or a column, and functions that a migration replaces.
 */
#include "lib/database.h"

#include "base/alloc.h"
#include "store/capability.h"
#include "store/migration.h"

#include <criterion/criterion.h>
#include <string.h>

Test(capability, parts_are_kept_dropped_or_replaced_by_what_is_missing)
{
	static const struct {
		const char *text, *missing, *expected; /* NULL: the marks do not match */
	} cases[] = {
		{"a /*[t.c*/b/*]*/ c", "", "a b c"},
		{"a /*[t.c*/b/*]*/ c", "t.c\n", "a  c"},
		{"a /*[t.c*/b/*]*/ c", "t.cc\nx\n", "a b c"},
		{"a /*[!t.c b ]*/ c", "", "a  c"},
		{"a /*[!t.c b ]*/ c", "s\nt.c\n", "a  b  c"},
		{"a /*[t.c b ]*/ c", "", "a  b  c"},
		{"a /*[t.c b ]*/ c", "t.c\n", "a  c"},
		{"/*[t*/a/*[t.c*/b/*]*//*[!t.c d]*/e/*]*/", "t.c\n", "a de"},
		{"/*[t*/a/*[t.c*/b/*]*//*[!t.c d]*/e/*]*/", "t\nt.c\n", ""},
		{"a /* an ordinary comment */ b", "t\n", "a /* an ordinary comment */ b"},
		{"a /*[t*/ b", "", NULL},
		{"a /*]*/ b", "", NULL},
		{"a /*[!t b", "", NULL},
		{"a /*[*/ b /*]*/", "", NULL},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		char *out = gw_capability_render(cases[i].text, cases[i].missing);

		if (cases[i].expected == NULL)
			cr_expect(out == NULL, "%s: %s", cases[i].text, out);
		else
			cr_expect(out != NULL && strcmp(out, cases[i].expected) == 0,
				  "%s without %s: %s", cases[i].text, cases[i].missing, out);
		free(out);
	}
}

Test(capability, the_marks_of_every_statement_and_function_match)
{
	struct gw_variants variants = {NULL};

	cr_expect(gw_variants_get(&variants, "") != NULL);
	cr_expect(gw_variants_get(&variants, "") == variants.first, "made once");
	for (const struct gw_function *function = gw_functions; function->name != NULL;
	     function++) {
		char *out = gw_capability_render(function->sql, "");

		cr_expect(out != NULL, "%s", function->name);
		free(out);
	}
	gw_variants_release(&variants);
}

Test(capability, the_names_are_those_that_occur)
{
	struct gw_str names = gw_capability_names();

	cr_expect(names.len > 2 && names.data[0] == '{');
	cr_expect(strstr(names.data, "\"chat_messages.tenant_id\"") != NULL, "%s", names.data);
	cr_expect(gw_str_equal(gw_capability_names(), names));
}

/*
 * What must not be sent twice when nobody knows whether it was committed: what is counted, claimed or told by its first
 * execution only, and what runs inside of transactions anyway. Everything else says in its file why it may.
 */
Test(statements, that_may_not_be_repeated_are_these)
{
	struct gw_buf names;

	gw_buf_init(&names, 1u << 16);
	for (size_t i = 0; i < GW_STATEMENT_COUNT; i++) {
		if (!gw_statement_repeatable[i])
			gw_buf_addf(&names, "%s%s", names.len == 0 ? "" : " ",
				    gw_statement_names[i]);
	}
	cr_expect_str_eq(names.data, "feishu_event_note health_write job_answer job_cancel "
				     "job_consult job_purge job_settle job_take "
				     "letter_end letter_purge "
				     "message_expire message_purge migration_lock "
				     "migration_prepare migration_record model_spend "
				     "person_message_cancel refusal_add "
				     "session_end session_end_all session_revoke "
				     "signin_failed signin_link_mail");
	gw_buf_release(&names);
}

Test(functions, are_the_files_of_sql_functions_by_name_and_nothing_else)
{
	char *conninfo = gw_test_database_new();
	struct gw_buf names;

	gw_buf_init(&names, 1u << 16);
	for (const struct gw_function *function = gw_functions; function->name != NULL; function++)
		gw_buf_addf(&names, "%s%s", names.len == 0 ? "" : " ", function->name);
	gw_test_expect(
		conninfo,
		"SELECT string_agg(proname, ' ' ORDER BY proname COLLATE \"C\") FROM pg_proc "
		"WHERE pronamespace = 'clawgw'::regnamespace",
		names.data);
	gw_buf_release(&names);
	free(conninfo);
}

Test(functions, are_replaced_by_every_migration_even_if_no_file_is_new)
{
	char *conninfo = gw_test_database_new();
	struct gw_db *db = gw_test_db(conninfo, 1);
	static const char body[] = "SELECT md5(prosrc) FROM pg_proc WHERE proname = 'local_time'";
	char *before = gw_test_value(conninfo, body);

	gw_test_sql(conninfo,
		    "CREATE OR REPLACE FUNCTION clawgw.local_time(at timestamptz, zone text) "
		    "RETURNS timestamp LANGUAGE sql AS 'SELECT NULL::timestamp'");
	cr_assert(gw_migration_apply(db, false, NULL, NULL) == GW_OK);
	gw_test_expect(conninfo, body, before);
	free(before);
	gw_db_free(db);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
