/* SPDX-License-Identifier: ISC */
/*
 * run.c: see run.h: the side of the one that asks.
 */
#include "connect/run.h"

#include "base/alloc.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "connect/files.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct gw_run *run_new(int folder, int lock, pid_t keeper)
{
	struct gw_run *run = gw_xcalloc(1, sizeof(*run));

	run->folder = folder;
	run->lock = lock;
	run->watch = -1;
	run->keeper = keeper;
	return run;
}

/* From here on the keeper is meant even if its number goes to another process. */
static void watch(struct gw_run *run)
{
	if (run->keeper > 0 && run->watch < 0)
		run->watch = pidfd_open(run->keeper, 0);
}

static void unwatch(struct gw_run *run)
{
	if (run->watch >= 0)
		close(run->watch);
	run->watch = -1;
}

void gw_run_free(struct gw_run *run)
{
	if (run == NULL)
		return;
	unwatch(run);
	close(run->folder);
	if (run->lock >= 0)
		close(run->lock);
	free(run);
}

static int open_folder(int runs, const char *id)
{
	return openat(runs, id, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

enum gw_err gw_run_start(int runs, const char *id, const struct gw_run_command *command,
			 struct gw_run **ret_run)
{
	static const char *const left[] = {"exit", "exit.new", "out", "err", "prompt"};
	int folder = -1;
	int lock = -1;
	pid_t keeper = 0;

	if (mkdirat(runs, id, 0700) != 0 && errno != EEXIST)
		goto failed;
	folder = open_folder(runs, id);
	if (folder < 0)
		goto failed;
	lock = openat(folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	/* the lock belongs to the open file, which the keeper shares from its first instant on */
	if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0)
		goto failed;
	/* the id of an earlier keeper may be another process's by now */
	if (ftruncate(lock, 0) != 0)
		goto failed;
	for (size_t i = 0; i < GW_ARRAY_LEN(left); i++)
		(void)unlinkat(folder, left[i], 0);
	if (!gw_file_write(folder, "prompt", command->input, false))
		goto failed;
	keeper = fork();
	if (keeper == 0)
		gw_keeper(folder, lock, command);
	if (keeper < 0)
		goto failed;
	close(lock);
	*ret_run = run_new(folder, -1, keeper);
	watch(*ret_run);
	return GW_OK;
failed:
	gw_log_error("the command for message %s cannot be started: %s", id, strerror(errno));
	if (lock >= 0)
		close(lock);
	if (folder >= 0)
		close(folder);
	return GW_INTERNAL;
}

static pid_t read_keeper(int folder)
{
	struct gw_buf text;
	int64_t pid = 0;

	gw_buf_init(&text, 64);
	if (!gw_file_read(folder, "lock", &text) ||
	    !gw_parse_int64(gw_str_trim(gw_buf_str(&text)), 2, INT32_MAX, &pid))
		pid = 0;
	gw_buf_release(&text);
	return (pid_t)pid;
}

/* Whether the keeper of a run that was adopted lives. */
static bool is_locked(const struct gw_run *run)
{
	if (flock(run->lock, LOCK_EX | LOCK_NB) != 0)
		return true;
	(void)flock(run->lock, LOCK_UN);
	return false;
}

/* A keeper writes its id a moment after it has the lock; while it holds that, the id is its own. */
static void find_keeper(struct gw_run *run)
{
	if (run->watch >= 0)
		return;
	run->keeper = read_keeper(run->folder);
	watch(run);
	if (!is_locked(run)) {
		unwatch(run);
		run->keeper = 0;
	}
}

enum gw_err gw_run_adopt(int runs, const char *id, struct gw_run **ret_run)
{
	int folder = open_folder(runs, id);
	int lock = folder >= 0 ? openat(folder, "lock", O_RDWR | O_CLOEXEC) : -1;
	int error = errno;

	if (lock < 0) {
		if (folder >= 0)
			close(folder);
		errno = error;
		return error == ENOENT || error == ENOTDIR ? GW_NOT_FOUND : GW_INTERNAL;
	}
	*ret_run = run_new(folder, lock, 0);
	find_keeper(*ret_run);
	return GW_OK;
}

enum gw_run_state gw_run_look(struct gw_run *run)
{
	if (run->lock >= 0) {
		if (is_locked(run)) {
			find_keeper(run);
			return GW_RUN_RUNNING;
		}
	} else if (run->keeper > 0) {
		pid_t ended = waitpid(run->keeper, NULL, WNOHANG);

		if (ended == 0 || (ended < 0 && errno == EINTR))
			return GW_RUN_RUNNING;
	}
	unwatch(run);
	run->keeper = 0;
	if (faccessat(run->folder, "exit", F_OK, 0) == 0)
		return GW_RUN_ENDED;
	/* of what cannot be seen nothing is known */
	return errno == ENOENT ? GW_RUN_LOST : GW_RUN_RUNNING;
}

void gw_run_stop(const struct gw_run *run, bool now)
{
	int number = now ? SIGQUIT : SIGTERM;

	if (run->watch >= 0)
		(void)pidfd_send_signal(run->watch, number, NULL, 0);
	else if (run->keeper > 0 && (run->lock < 0 || is_locked(run)))
		(void)kill(run->keeper, number);
}

enum gw_err gw_run_read_exit(const struct gw_run *run, struct gw_run_end *ret_end)
{
	struct json_object *value = NULL;
	struct json_object *how = NULL;
	struct json_object *code = NULL;
	struct json_object *cut = NULL;
	struct gw_json_error error;
	struct gw_buf text;
	enum gw_err err = GW_INVALID;

	gw_buf_init(&text, 4096);
	if (!gw_file_read(run->folder, "exit", &text))
		err = errno == EFBIG ? GW_INVALID : GW_INTERNAL;
	else if (gw_json_parse(gw_buf_str(&text), &error, &value) == GW_OK &&
		 json_object_object_get_ex(value, "how", &how) &&
		 json_object_object_get_ex(value, "code", &code)) {
		*ret_end = (struct gw_run_end){
			.how = (enum gw_run_how)json_object_get_int(how),
			.code = json_object_get_int(code),
			.is_cut = json_object_object_get_ex(value, "cut", &cut) &&
				  json_object_get_boolean(cut),
		};
		err = GW_OK;
	}
	json_object_put(value);
	gw_buf_release(&text);
	return err;
}

enum gw_err gw_run_starts(int runs, const char *id, unsigned *ret_starts)
{
	int folder = open_folder(runs, id);
	enum gw_err err = GW_OK;
	struct gw_buf text;
	int64_t starts = 0;
	int error = errno;

	if (folder < 0) {
		*ret_starts = 0;
		return error == ENOENT || error == ENOTDIR ? GW_OK : GW_INTERNAL;
	}
	gw_buf_init(&text, 64);
	if (gw_file_read(folder, "starts", &text)) {
		if (!gw_parse_int64(gw_buf_str(&text), 0, INT32_MAX, &starts))
			starts = 0;
	} else {
		error = errno;
		err = error == ENOENT ? GW_OK : GW_INTERNAL;
	}
	gw_buf_release(&text);
	close(folder);
	errno = error;
	if (err == GW_OK)
		*ret_starts = (unsigned)starts;
	return err;
}
