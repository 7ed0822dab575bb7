/* SPDX-License-Identifier: ISC */
/*
 * test_connect_journal.c: what clawgw-connect keeps on the disk is there after a crash at any byte, a full disk, and a change of machine.
 */
#include "connect_folder.h"

#include "base/json.h"
#include "base/log.h"
#include "connect/held.h"
#include "connect/identity.h"
#include "connect/journal.h"
#include "connect/sessions.h"
#include "connect/status.h"

#include <json-c/json.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define ID1 "99999999-0000-4000-8000-000000000001"
#define ID2 "99999999-0000-4000-8000-000000000002"

static void quiet(void)
{
	gw_log_init("test", GW_LOG_ERROR);
}
TestSuite(connect_journal, .init = quiet);

/* ----- the journal ----- */

static void count(void *arg, struct json_object *record)
{
	struct gw_buf *seen = arg;

	gw_json_add_value(seen, record);
}

static struct gw_journal *reopen(const struct folder *folder, struct gw_buf *seen)
{
	struct gw_journal *journal = NULL;

	gw_buf_reset(seen);
	cr_assert_eq(gw_journal_open(folder->fd, "j", count, seen, &journal), GW_OK);
	return journal;
}

static void append(struct gw_journal *journal, const char *record)
{
	struct gw_buf line;

	gw_buf_init(&line, 4096);
	gw_journal_frame(&line, gw_str(record));
	cr_assert_eq(gw_journal_append(journal, gw_buf_str(&line)), GW_OK);
	gw_buf_release(&line);
}

Test(connect_journal, a_journal_that_was_cut_at_any_byte_holds_the_records_before_it)
{
	struct folder folder;
	struct gw_buf seen;
	struct gw_buf whole;
	struct gw_journal *journal = NULL;
	size_t first = 0;

	gw_buf_init(&seen, 65536);
	gw_buf_init(&whole, 65536);
	folder_make(&folder);
	journal = reopen(&folder, &seen);
	append(journal, "{\"n\":1}");
	first = gw_journal_size(journal);
	append(journal, "{\"n\":2}");
	gw_journal_close(journal);
	folder_read(&folder, "j", &whole);
	for (size_t len = 0; len <= whole.len; len++) {
		const char *want = len == whole.len ? "{\"n\":1}{\"n\":2}"
				   : len >= first   ? "{\"n\":1}"
						    : "";

		cr_assert(gw_file_write(folder.fd, "j", (struct gw_str){whole.data, len}, false));
		gw_journal_close(reopen(&folder, &seen));
		cr_expect_str_eq(seen.data, want, "cut at %zu", len);
		/* and what is added afterwards is a record of its own */
		journal = reopen(&folder, &seen);
		append(journal, "{\"n\":3}");
		gw_journal_close(journal);
		gw_journal_close(reopen(&folder, &seen));
		cr_expect(strncmp(seen.data, want, strlen(want)) == 0 &&
				  strcmp(seen.data + strlen(want), "{\"n\":3}") == 0,
			  "cut at %zu: %s", len, seen.data);
	}
	folder_remove(&folder);
	gw_buf_release(&seen);
	gw_buf_release(&whole);
}

Test(connect_journal, a_damaged_record_costs_no_other)
{
	struct folder folder;
	struct gw_buf seen;
	struct gw_buf whole;
	struct gw_journal *journal = NULL;

	gw_buf_init(&seen, 65536);
	gw_buf_init(&whole, 65536);
	folder_make(&folder);
	journal = reopen(&folder, &seen);
	append(journal, "{\"n\":1}");
	append(journal, "{\"n\":2}");
	append(journal, "{\"n\":3}");
	gw_journal_close(journal);
	folder_read(&folder, "j", &whole);
	strstr(whole.data, "\"n\":2")[4] = '7';
	cr_assert(gw_file_write(folder.fd, "j", gw_buf_str(&whole), false));
	gw_journal_close(reopen(&folder, &seen));
	cr_expect_str_eq(seen.data, "{\"n\":1}{\"n\":3}");
	folder_remove(&folder);
	gw_buf_release(&seen);
	gw_buf_release(&whole);
}

/* No file may grow beyond `bytes`; RLIM_INFINITY takes that back. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit = {0};

	(void)signal(SIGXFSZ, SIG_IGN);
	(void)getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(connect_journal, a_write_that_fails_half_way_leaves_nothing)
{
	struct folder folder;
	struct gw_buf seen;
	struct gw_buf line;
	struct gw_journal *journal = NULL;

	gw_buf_init(&seen, 65536);
	gw_buf_init(&line, 4096);
	folder_make(&folder);
	journal = reopen(&folder, &seen);
	append(journal, "{\"n\":1}");
	gw_journal_frame(&line, GW_STR_LIT("{\"n\":2}"));
	limit_files(gw_journal_size(journal) + 5);
	cr_expect_eq(gw_journal_append(journal, gw_buf_str(&line)), GW_INTERNAL);
	cr_expect_eq(gw_journal_rewrite(journal, gw_buf_str(&line)), GW_OK, "a shorter one fits");
	limit_files(RLIM_INFINITY);
	append(journal, "{\"n\":3}");
	gw_journal_close(journal);
	gw_journal_close(reopen(&folder, &seen));
	cr_expect_str_eq(seen.data, "{\"n\":2}{\"n\":3}");
	folder_remove(&folder);
	gw_buf_release(&seen);
	gw_buf_release(&line);
}

Test(connect_journal, a_journal_that_was_rewritten_takes_further_records)
{
	struct folder folder;
	struct gw_buf seen;
	struct gw_buf lines;
	struct gw_journal *journal = NULL;

	gw_buf_init(&seen, 65536);
	gw_buf_init(&lines, 4096);
	folder_make(&folder);
	journal = reopen(&folder, &seen);
	for (int i = 0; i < 20; i++)
		append(journal, "{\"n\":1}");
	gw_journal_frame(&lines, GW_STR_LIT("{\"n\":2}"));
	cr_assert_eq(gw_journal_rewrite(journal, gw_buf_str(&lines)), GW_OK);
	cr_expect_eq(gw_journal_size(journal), lines.len);
	append(journal, "{\"n\":3}");
	gw_journal_close(journal);
	gw_journal_close(reopen(&folder, &seen));
	cr_expect_str_eq(seen.data, "{\"n\":2}{\"n\":3}");
	folder_remove(&folder);
	gw_buf_release(&seen);
	gw_buf_release(&lines);
}

/* ----- what is held ----- */

static unsigned take(struct gw_ledger *ledger, const char *json)
{
	struct json_object *messages = NULL;
	struct gw_json_error error;
	unsigned count_new = 99;

	cr_assert_eq(gw_json_parse(gw_str(json), &error, &messages), GW_OK, "%s", json);
	cr_assert_eq(gw_ledger_take(ledger, messages, &count_new), GW_OK);
	json_object_put(messages);
	return count_new;
}

static void open_ledger(const struct folder *folder, struct gw_ledger *ledger)
{
	cr_assert_eq(gw_ledger_open(folder->fd, ledger), GW_OK);
}

Test(connect_journal, a_message_is_held_until_its_end_through_every_restart)
{
	struct folder folder;
	struct gw_ledger ledger;
	struct gw_held *held = NULL;

	folder_make(&folder);
	open_ledger(&folder, &ledger);
	cr_expect_eq(take(&ledger, "[{\"id\":\"" ID1 "\",\"content\":\"a\\nb\"},{\"id\":\"" ID2
				   "\"},{\"id\":\"" ID1 "\"},{\"id\":3},{}]"),
		     2, "each once, those without an id not at all");
	cr_expect_eq(take(&ledger, "[{\"id\":\"" ID1 "\"}]"), 0, "what is held is not taken again");
	gw_ledger_close(&ledger);

	open_ledger(&folder, &ledger);
	cr_assert_eq(ledger.count, 2);
	held = TAILQ_FIRST(&ledger.held);
	cr_expect_str_eq(held->id, ID1);
	cr_expect_eq(held->state, GW_HELD_WAITING);
	cr_expect(gw_str_equal_c(gw_held_field(held, "content"), "a\nb"));
	cr_expect(gw_held_expects_reply(held));
	cr_assert_eq(gw_ledger_finish(&ledger, held, strdup("the result"), true), GW_OK);
	gw_ledger_close(&ledger);

	open_ledger(&folder, &ledger);
	held = TAILQ_FIRST(&ledger.held);
	cr_expect_eq(held->state, GW_HELD_FINISHED);
	cr_expect_str_eq(held->result, "the result");
	cr_expect(held->no_reply);
	gw_ledger_end(&ledger, held);
	cr_expect_eq(ledger.count, 1);
	cr_expect_eq(take(&ledger, "[{\"id\":\"" ID1 "\"}]"), 0,
		     "what was reported a moment ago is not taken");
	gw_ledger_close(&ledger);

	open_ledger(&folder, &ledger);
	cr_expect_eq(ledger.count, 1);
	cr_expect_str_eq(TAILQ_FIRST(&ledger.held)->id, ID2);
	gw_ledger_close(&ledger);
	folder_remove(&folder);
}

Test(connect_journal, a_result_counts_for_a_message_that_is_handed_out_again)
{
	struct folder folder;
	struct gw_ledger ledger;
	struct gw_held *held = NULL;

	folder_make(&folder);
	open_ledger(&folder, &ledger);
	(void)take(&ledger, "[{\"id\":\"" ID1 "\"}]");
	held = TAILQ_FIRST(&ledger.held);
	cr_assert_eq(gw_ledger_finish(&ledger, held, strdup("r"), false), GW_OK);
	gw_ledger_close(&ledger);
	open_ledger(&folder, &ledger);
	cr_expect_eq(take(&ledger, "[{\"id\":\"" ID1 "\"}]"), 0);
	cr_expect_eq(TAILQ_FIRST(&ledger.held)->state, GW_HELD_FINISHED);
	gw_ledger_close(&ledger);
	folder_remove(&folder);
}

Test(connect_journal, what_cannot_be_written_is_not_held)
{
	struct folder folder;
	struct gw_ledger ledger;
	struct json_object *messages = NULL;
	struct gw_json_error error;
	unsigned count_new = 0;

	folder_make(&folder);
	open_ledger(&folder, &ledger);
	cr_assert_eq(gw_json_parse(GW_STR_LIT("[{\"id\":\"" ID1 "\"}]"), &error, &messages), GW_OK);
	limit_files(3);
	cr_expect_eq(gw_ledger_take(&ledger, messages, &count_new), GW_INTERNAL);
	cr_expect_eq(ledger.count, 0);
	limit_files(RLIM_INFINITY);
	cr_expect_eq(gw_ledger_take(&ledger, messages, &count_new), GW_OK);
	cr_expect_eq(ledger.count, 1);
	json_object_put(messages);
	gw_ledger_close(&ledger);
	open_ledger(&folder, &ledger);
	cr_expect_eq(ledger.count, 1);
	gw_ledger_close(&ledger);
	folder_remove(&folder);
}

Test(connect_journal, the_journals_do_not_grow_with_what_is_over)
{
	struct folder folder;
	struct gw_ledger ledger;
	struct stat status;
	struct gw_buf json;

	gw_buf_init(&json, (size_t)1024 * 1024);
	folder_make(&folder);
	open_ledger(&folder, &ledger);
	(void)take(&ledger, "[{\"id\":\"" ID1 "\"}]");
	for (unsigned i = 0; i < 60; i++) {
		struct gw_held *held = NULL;

		gw_buf_reset(&json);
		gw_buf_addf(&json, "[{\"id\":\"99999999-0000-4000-8000-1%011u\",\"content\":\"", i);
		for (unsigned n = 0; n < 50000; n++)
			gw_buf_add_char(&json, 'x');
		gw_buf_add_c(&json, "\"}]");
		(void)take(&ledger, json.data);
		held = TAILQ_LAST(&ledger.held, gw_held_list);
		cr_assert_eq(gw_ledger_finish(&ledger, held, strdup("r"), false), GW_OK);
		gw_ledger_end(&ledger, held);
	}
	cr_assert_eq(fstatat(folder.fd, "taken", &status, 0), 0);
	cr_expect_lt(status.st_size, 1200000);
	gw_ledger_close(&ledger);
	open_ledger(&folder, &ledger);
	cr_expect_eq(ledger.count, 1);
	gw_ledger_close(&ledger);
	folder_remove(&folder);
	gw_buf_release(&json);
}

/* ----- sessions ----- */

Test(connect_journal, a_session_of_the_gateway_belongs_to_a_folder_on_a_machine)
{
	struct folder folder;
	struct gw_identity first;
	struct gw_identity again;

	folder_make(&folder);
	cr_assert_eq(gw_identity_open(folder.fd, "machine1", &first), GW_OK);
	cr_expect_str_empty(first.replaces);
	cr_assert_eq(gw_identity_open(folder.fd, "machine1", &again), GW_OK);
	cr_expect_str_eq(again.session, first.session);
	cr_expect_str_empty(again.replaces,
			    "a restart replaces nothing, which would count as a delivery");
	cr_assert_eq(gw_identity_open(folder.fd, "machine2", &again), GW_OK);
	cr_expect_str_neq(again.session, first.session);
	cr_expect_str_eq(again.replaces, first.session);
	cr_assert_eq(gw_identity_open(folder.fd, "machine3", &again), GW_OK);
	cr_expect_str_eq(again.replaces, first.session, "the one that was given messages");
	gw_identity_replaced(folder.fd, &again);
	first = again;
	cr_assert_eq(gw_identity_open(folder.fd, "machine3", &again), GW_OK);
	cr_expect_str_empty(again.replaces);
	cr_expect_str_eq(again.session, first.session);
	cr_assert(gw_file_write(folder.fd, "session", GW_STR_LIT("{\"session\":\"../../x\"}"),
				false));
	cr_assert_eq(gw_identity_open(folder.fd, "machine3", &again), GW_OK);
	cr_expect_eq(strlen(again.session), 36, "a broken one is made anew");
	folder_remove(&folder);
}

Test(connect_journal, the_sessions_of_a_program_are_found_again)
{
	struct folder folder;
	struct gw_sessions *sessions = NULL;
	char name[32];

	folder_make(&folder);
	cr_assert_eq(gw_sessions_open(folder.fd, "claude", &sessions), GW_OK);
	cr_expect_null(gw_sessions_find(sessions, GW_STR_LIT("c")));
	gw_sessions_set(sessions, GW_STR_LIT("c"), GW_STR_LIT("s1"));
	gw_sessions_set(sessions, GW_STR_LIT("c"), GW_STR_LIT("s2"));
	gw_sessions_set(sessions, GW_STR_LIT("d"), GW_STR_LIT("s3"));
	gw_sessions_set(sessions, GW_STR_LIT("d"), GW_STR_LIT(""));
	gw_sessions_close(sessions);
	cr_assert_eq(gw_sessions_open(folder.fd, "codex", &sessions), GW_OK);
	cr_expect_null(gw_sessions_find(sessions, GW_STR_LIT("c")),
		       "another program's are not its own");
	gw_sessions_close(sessions);
	cr_assert_eq(gw_sessions_open(folder.fd, "claude", &sessions), GW_OK);
	cr_expect_str_eq(gw_sessions_find(sessions, GW_STR_LIT("c")), "s2");
	cr_expect_null(gw_sessions_find(sessions, GW_STR_LIT("d")));
	for (unsigned i = 0; i < 600; i++) {
		(void)snprintf(name, sizeof(name), "conversation-%u", i);
		gw_sessions_set(sessions, gw_str(name), GW_STR_LIT("s"));
		(void)gw_sessions_find(sessions, GW_STR_LIT("c"));
	}
	cr_expect_null(gw_sessions_find(sessions, GW_STR_LIT("conversation-5")),
		       "the least used are forgotten");
	cr_expect_str_eq(gw_sessions_find(sessions, GW_STR_LIT("c")), "s2", "the others are not");
	gw_sessions_close(sessions);
	folder_remove(&folder);
}

Test(connect_journal, one_process_has_a_state_folder)
{
	struct folder folder;
	int first = -1;
	int second = -1;

	folder_make(&folder);
	cr_expect_eq(gw_state_owner(folder.fd), 0);
	cr_assert_eq(gw_state_lock(folder.fd, &first), GW_OK);
	cr_expect_eq(gw_state_lock(folder.fd, &second), GW_BUSY);
	cr_expect_eq(gw_state_owner(folder.fd), getpid());
	close(first);
	cr_expect_eq(gw_state_owner(folder.fd), 0);
	folder_remove(&folder);
}
