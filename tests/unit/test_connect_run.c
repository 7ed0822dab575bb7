/* SPDX-License-Identifier: ISC */
/*
 * test_connect_run.c: a command under its keeper: how its end is written down, and who finds it.
 */
#include "connect_folder.h"

#include "base/clock.h"
#include "base/log.h"
#include "connect/command.h"
#include "connect/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define ID "99999999-0000-4000-8000-000000000001"

static void quiet(void)
{
	gw_log_init("test", GW_LOG_ERROR);
}
TestSuite(connect_run, .init = quiet, .timeout = 300);

/* Arguments of execvp(3) are not const, for historical reasons. */
static char *word(const char *text)
{
	return (char *)(uintptr_t)text;
}

static char *nothing[] = {NULL};

static int starts(const struct folder *folder)
{
	unsigned count = 0;

	cr_assert_eq(gw_run_starts(folder->fd, ID, &count), GW_OK);
	return (int)count;
}

/* Begins `sh -c script`. */
static struct gw_run *begin(const struct folder *folder, const char *script, int64_t time_limit)
{
	char *argv[] = {word("sh"), word("-c"), word(script), NULL};
	char *environment[] = {word("TEST_VALUE=of the test"), NULL};
	struct gw_run_command command = {
		.argv = argv,
		.environment = environment,
		.input = GW_STR_LIT("the input"),
		.time_limit = time_limit,
		.max_out = 1000,
		.max_err = 100,
	};
	struct gw_run *run = NULL;

	cr_assert_eq(gw_run_start(folder->fd, ID, &command, &run), GW_OK);
	return run;
}

static enum gw_run_state wait_for_end(struct gw_run *run)
{
	int64_t until = gw_monotonic() + 40 * GW_USEC_PER_SEC;
	enum gw_run_state state = GW_RUN_RUNNING;

	while ((state = gw_run_look(run)) == GW_RUN_RUNNING && gw_monotonic() < until) {
		struct pollfd fd = {.fd = run->watch, .events = POLLIN};

		/* without a watch the time passes */
		(void)poll(&fd, 1, 200);
	}
	return state;
}

static void leave(const struct folder *folder, struct gw_run *run)
{
	gw_run_free(run);
	gw_folder_remove(folder->fd, ID);
}

static void expect(const struct folder *folder, const char *script, int64_t limit,
		   enum gw_run_how how, int code, const char *out, const char *err)
{
	struct gw_run *run = begin(folder, script, limit);
	struct gw_run_end end = {.code = -1};
	struct gw_buf text;

	gw_buf_init(&text, 65536);
	cr_assert_eq(wait_for_end(run), GW_RUN_ENDED, "%s", script);
	cr_assert_eq(gw_run_read_exit(run, &end), GW_OK, "%s", script);
	cr_expect_eq(end.how, how, "%s: %d", script, end.how);
	cr_expect_eq(end.code, code, "%s: %d", script, end.code);
	cr_assert(gw_file_read(run->folder, "out", &text));
	cr_expect_str_eq(text.data, out, "%s", script);
	gw_buf_reset(&text);
	cr_assert(gw_file_read(run->folder, "err", &text));
	cr_expect_str_eq(text.data, err, "%s", script);
	gw_buf_release(&text);
	leave(folder, run);
}

Test(connect_run, how_a_command_ends_is_written_down)
{
	const int64_t long_time = 30 * GW_USEC_PER_SEC;
	struct folder folder;
	char thousand[1001];

	memset(thousand, 'y', 1000);
	thousand[1000] = '\0';
	folder_make(&folder);
	expect(&folder, "cat; echo \" and $TEST_VALUE\"; echo oops >&2", long_time, GW_RUN_EXITED,
	       0, "the input and of the test\n", "oops\n");
	expect(&folder, "exit 7", long_time, GW_RUN_EXITED, 7, "", "");
	expect(&folder, "kill -ABRT $$", long_time, GW_RUN_SIGNALLED, SIGABRT, "", "");
	expect(&folder, "sleep 30", GW_USEC_PER_SEC / 5, GW_RUN_TIMED_OUT, 0, "", "");
	/* of the output the beginning is kept, of the errors the end */
	expect(&folder, "head -c 300000 /dev/zero | tr '\\0' y", long_time, GW_RUN_EXITED, 0,
	       thousand, "");
	expect(&folder, "head -c 300000 /dev/zero | tr '\\0' z >&2; printf %0100d 5 >&2", long_time,
	       GW_RUN_EXITED, 0, "",
	       "00000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	       "00000000000000005");
	/* it leads a process group of its own, and signals are as at the start of the world */
	expect(&folder, "test $(ps -o pgid= -p $$) = $$ && kill -PIPE $$", long_time,
	       GW_RUN_SIGNALLED, SIGPIPE, "", "");
	folder_remove(&folder);
}

Test(connect_run, what_a_command_leaves_behind_holds_nothing_up)
{
	struct folder folder;
	int64_t begun = gw_monotonic();

	folder_make(&folder);
	expect(&folder, "sleep 50 & (sleep 0.3; echo late) & echo early", 30 * GW_USEC_PER_SEC,
	       GW_RUN_EXITED, 0, "early\nlate\n", "");
	cr_expect_lt(gw_monotonic() - begun, 10 * GW_USEC_PER_SEC);
	folder_remove(&folder);
}

Test(connect_run, a_program_that_is_not_there_is_said)
{
	char *argv[] = {word("/no/such/program"), NULL};
	struct gw_run_command command = {.argv = argv,
					 .environment = nothing,
					 .input = GW_STR_LIT(""),
					 .time_limit = 30 * GW_USEC_PER_SEC,
					 .max_out = 10,
					 .max_err = 10};
	struct gw_run_end end = {.code = 0};
	struct gw_run *run = NULL;
	struct folder folder;

	folder_make(&folder);
	cr_assert_eq(gw_run_start(folder.fd, ID, &command, &run), GW_OK);
	cr_assert_eq(wait_for_end(run), GW_RUN_ENDED);
	cr_assert_eq(gw_run_read_exit(run, &end), GW_OK);
	cr_expect_eq(end.how, GW_RUN_NO_START);
	cr_expect_eq(end.code, ENOENT);
	leave(&folder, run);
	folder_remove(&folder);
}

/* A script that somebody is just writing cannot be executed: nothing final follows from that, and it was no start. */
Test(connect_run, what_hinders_a_start_for_a_moment_is_no_word_on_the_command)
{
	char path[512];
	char *argv[] = {path, NULL};
	struct gw_run_command command = {.argv = argv,
					 .environment = nothing,
					 .input = GW_STR_LIT(""),
					 .time_limit = 30 * GW_USEC_PER_SEC,
					 .max_out = 10,
					 .max_err = 10};
	struct gw_run_end end = {.code = 0};
	struct gw_run *run = NULL;
	struct folder folder;
	int writer = -1;

	folder_make(&folder);
	(void)snprintf(path, sizeof(path), "%s/program", folder.path);
	writer = openat(folder.fd, "program", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	cr_assert(gw_write_all(writer, GW_STR_LIT("#!/bin/sh\n")));
	cr_assert_eq(gw_run_start(folder.fd, ID, &command, &run), GW_OK);
	cr_assert_eq(wait_for_end(run), GW_RUN_ENDED);
	cr_assert_eq(gw_run_read_exit(run, &end), GW_OK);
	cr_expect_eq(end.how, GW_RUN_NO_ROOM);
	cr_expect_eq(end.code, ETXTBSY);
	cr_expect_eq(starts(&folder), 0);
	gw_run_free(run);
	close(writer);
	cr_assert_eq(gw_run_start(folder.fd, ID, &command, &run), GW_OK);
	cr_assert_eq(wait_for_end(run), GW_RUN_ENDED);
	cr_assert_eq(gw_run_read_exit(run, &end), GW_OK);
	cr_expect_eq(end.how, GW_RUN_EXITED);
	leave(&folder, run);
	folder_remove(&folder);
}

/* Puts a folder in the place of a file: it is there and cannot be read. */
static void hide(const struct gw_run *run, const char *name)
{
	(void)unlinkat(run->folder, name, 0);
	cr_assert_eq(mkdirat(run->folder, name, 0700), 0);
}

Test(connect_run, what_cannot_be_read_is_not_what_is_not_there)
{
	const struct gw_connect_options options = {.max_result = 1000};
	struct gw_run_end end = {.code = 0};
	struct gw_result result;
	struct gw_run *run = NULL;
	struct folder folder;
	unsigned count = 0;

	folder_make(&folder);
	cr_assert_eq(gw_run_starts(folder.fd, ID, &count), GW_OK, "no run, no starts");
	run = begin(&folder, "echo said", 30 * GW_USEC_PER_SEC);
	cr_assert_eq(wait_for_end(run), GW_RUN_ENDED);
	cr_assert_eq(gw_run_read_exit(run, &end), GW_OK);
	cr_assert_eq(gw_command_result(&options, run, &end, false, &result), GW_OK);
	cr_expect_str_eq(result.text.data, "said");
	gw_result_release(&result);
	hide(run, "out");
	cr_expect_eq(gw_command_result(&options, run, &end, false, &result), GW_INTERNAL,
		     "it did say something");
	hide(run, "starts");
	cr_expect_eq(gw_run_starts(folder.fd, ID, &count), GW_INTERNAL, "it was started");
	hide(run, "exit");
	cr_expect_eq(gw_run_read_exit(run, &end), GW_INTERNAL, "it has ended");
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = {"out", "starts", "exit"};

		(void)unlinkat(run->folder, names[i], AT_REMOVEDIR);
	}
	leave(&folder, run);
	folder_remove(&folder);
}

Test(connect_run, a_command_that_is_not_wanted_any_more_is_stopped)
{
	struct gw_run_end end = {.code = 0};
	struct folder folder;
	struct gw_run *run = NULL;

	folder_make(&folder);
	run = begin(&folder, "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done",
		    30 * GW_USEC_PER_SEC);
	(void)poll(NULL, 0, 300);
	gw_run_stop(run, false);
	cr_assert_eq(wait_for_end(run), GW_RUN_ENDED);
	cr_assert_eq(gw_run_read_exit(run, &end), GW_OK);
	cr_expect_eq(end.how, GW_RUN_CANCELLED);
	leave(&folder, run);

	run = begin(&folder, "trap '' TERM; while :; do sleep 0.05; done", 30 * GW_USEC_PER_SEC);
	(void)poll(NULL, 0, 300);
	gw_run_stop(run, true);
	cr_assert_eq(wait_for_end(run), GW_RUN_ENDED);
	leave(&folder, run);
	folder_remove(&folder);
}

/* The script of a command that does nothing before let_go(). */
static const char *held(const struct folder *folder, const char *then)
{
	static char script[1024];

	(void)snprintf(script, sizeof(script), "until [ -e %s/go ]; do sleep 0.02; done; %s",
		       folder->path, then);
	return script;
}

static void let_go(const struct folder *folder)
{
	int fd = openat(folder->fd, "go", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	close(fd);
}

/* A process that begins a run and is killed. */
static void begin_and_die(const struct folder *folder, const char *script)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)begin(folder, script, 30 * GW_USEC_PER_SEC);
		(void)raise(SIGKILL);
	}
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

Test(connect_run, a_run_outlives_who_began_it_and_is_found)
{
	struct gw_run_end end = {.code = -1};
	struct folder folder;
	struct gw_run *run = NULL;
	struct gw_buf text;

	gw_buf_init(&text, 4096);
	folder_make(&folder);
	cr_expect_eq(gw_run_adopt(folder.fd, ID, &run), GW_NOT_FOUND);
	begin_and_die(&folder, held(&folder, "echo done; exit 5"));
	cr_assert_eq(gw_run_adopt(folder.fd, ID, &run), GW_OK);
	cr_expect_eq(gw_run_look(run), GW_RUN_RUNNING);
	let_go(&folder);
	cr_assert_eq(wait_for_end(run), GW_RUN_ENDED);
	cr_assert_eq(gw_run_read_exit(run, &end), GW_OK);
	cr_expect_eq(end.code, 5);
	cr_assert(gw_file_read(run->folder, "out", &text));
	cr_expect_str_eq(text.data, "done\n");
	cr_expect_eq(starts(&folder), 1);
	leave(&folder, run);
	gw_buf_release(&text);
	folder_remove(&folder);
}

Test(connect_run, a_run_whose_keeper_was_killed_is_lost_and_its_command_with_it)
{
	struct folder folder;
	struct gw_run *run = NULL;
	struct gw_buf text;

	gw_buf_init(&text, 4096);
	folder_make(&folder);
	run = begin(&folder, held(&folder, "echo done"), 30 * GW_USEC_PER_SEC);
	while (starts(&folder) == 0)
		(void)poll(NULL, 0, 20);
	cr_assert_eq(kill(run->keeper, SIGKILL), 0);
	cr_assert_eq(wait_for_end(run), GW_RUN_LOST);
	cr_expect_eq(starts(&folder), 1);
	let_go(&folder);
	(void)poll(NULL, 0, 500);
	cr_assert(gw_file_read(run->folder, "out", &text));
	cr_expect_str_empty(text.data, "the command died with it");
	gw_run_free(run);
	/* the same message again: it counts */
	run = begin(&folder, "echo done", 30 * GW_USEC_PER_SEC);
	cr_assert_eq(wait_for_end(run), GW_RUN_ENDED);
	cr_expect_eq(starts(&folder), 2);
	leave(&folder, run);
	gw_buf_release(&text);
	folder_remove(&folder);
}

Test(connect_run, the_number_of_a_keeper_that_is_gone_is_nobody)
{
	struct folder folder;
	struct gw_run *run = NULL;
	char id[24];
	int dir = -1;

	folder_make(&folder);
	cr_assert_eq(mkdirat(folder.fd, ID, 0700), 0);
	dir = openat(folder.fd, ID, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* what an old lock file says is the number of a process that is not a keeper: this one */
	(void)snprintf(id, sizeof(id), "%d\n", (int)getpid());
	cr_assert(gw_file_write(dir, "lock", gw_str(id), false));
	cr_assert_eq(gw_run_adopt(folder.fd, ID, &run), GW_OK);
	gw_run_stop(run, true);
	cr_expect_eq(gw_run_look(run), GW_RUN_LOST);
	gw_run_stop(run, true);
	leave(&folder, run);
	close(dir);
	folder_remove(&folder);
}
