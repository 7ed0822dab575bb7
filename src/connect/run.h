/* SPDX-License-Identifier: ISC */
/*
 * run.h: one command that computes one result, in a process group of its own, watched by a keeper.
 *
 * The keeper is a process of its own, in a session of its own, so that a result outlives whoever asked for it: it starts the
 * command, keeps its output within limits, ends it when its time is over, and writes down how it ended, on the disk. When
 * clawgw-connect is killed meanwhile, the next one finds the run by its folder, runs/<message id>/ in the state folder:
 *
 *   lock    locked while the keeper lives; holds its process id
 *   prompt  the command's standard input
 *   out     its standard output, as far as it may go
 *   err     the end of its standard error
 *   starts  how often it was started
 *   exit    {"how","code","cut"}: it has ended; the last file to be written
 */
#ifndef GW_RUN_H
#define GW_RUN_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum gw_run_how {
	GW_RUN_EXITED,    /* code: exit status */
	GW_RUN_SIGNALLED, /* code: signal */
	GW_RUN_TIMED_OUT,
	GW_RUN_CANCELLED, /* by gw_run_stop() */
	GW_RUN_NO_START,  /* the command cannot be executed; code: errno */
	GW_RUN_NO_ROOM, /* nothing was run, and what hindered passes: room on the disk, descriptors, memory; code: errno */
};

struct gw_run_command {
	char *const *argv;        /* ended by NULL; looked for in PATH */
	char *const *environment; /* NAME=VALUE, added to that of this process; ended by NULL */
	struct gw_str input;      /* the command's standard input */
	int64_t time_limit;       /* microseconds; then TERM, and 10 s later KILL */
	size_t max_out,
		max_err; /* bytes; of the output the beginning is kept, of the errors the end */
};

struct gw_run {
	int folder; /* runs/<id>, open */
	int lock;   /* of a run that this process did not start: its lock file, else -1 */
	int watch;  /* readable when the keeper has ended (a pidfd); -1: look from time to time */
	pid_t keeper;
};

/* How a run ended. */
struct gw_run_end {
	enum gw_run_how how;
	int code;
	bool is_cut; /* the output had no room on the disk, or could not be read; the limit `max_out` is no cut */
};

enum gw_run_state {
	GW_RUN_RUNNING,
	GW_RUN_ENDED, /* gw_run_read_exit() says how */
	GW_RUN_LOST, /* its keeper is gone and wrote nothing: the machine went down, or it was killed */
};

/* Starts the command for message `id`; what an earlier run of it left is removed, but for the count of starts. GW_INTERNAL: logged. */
GW_MUST_CHECK enum gw_err gw_run_start(int runs, const char *id,
				       const struct gw_run_command *command,
				       struct gw_run **ret_run);
/*
 * Looks for a run of `id` that another process started. GW_NOT_FOUND: there is none. GW_INTERNAL, with errno: nobody can tell at the
 * moment. Otherwise *ret_run, in whatever state gw_run_look() says.
 */
GW_MUST_CHECK enum gw_err gw_run_adopt(int runs, const char *id, struct gw_run **ret_run);
enum gw_run_state gw_run_look(struct gw_run *run);
/* Asks the keeper to end the command: TERM to its group, 10 s later KILL; at once the latter if `now`. */
void gw_run_stop(const struct gw_run *run, bool now);
/* How it ended. GW_INTERNAL, with errno: that cannot be read, at the moment at least. GW_INVALID: what is written there is damaged. */
GW_MUST_CHECK enum gw_err gw_run_read_exit(const struct gw_run *run, struct gw_run_end *ret_end);
/* How often the command of `id` has been started so far. GW_INTERNAL, with errno: that cannot be read at the moment. */
GW_MUST_CHECK enum gw_err gw_run_starts(int runs, const char *id, unsigned *ret_starts);
void gw_run_free(struct gw_run *run); /* the folder stays; NULL is allowed */

/* keeper.c: the life of a keeper; never returns. */
GW_NORETURN void gw_keeper(int folder, int lock, const struct gw_run_command *command);

#endif
