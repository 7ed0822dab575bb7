/* SPDX-License-Identifier: ISC */
/*
 * held.h: the messages that this agent holds, and what is kept of them on the disk.
 *
 * Two journals in the state folder: `taken`, the messages that the gateway handed out, and `results`, the results that are to
 * be reported. A message is held from the moment it is in `taken` until its result was reported, or refused for good. Whatever
 * instant the process dies at, opening the journals again gives the same messages in the same state:
 *
 *   in `taken` only               not finished: runs, or is adopted if its command still runs (run.h)
 *   in `results`                  finished: is reported, never computed again
 *   ended in `taken`              over
 */
#ifndef GW_HELD_H
#define GW_HELD_H

#include "base/buf.h"
#include "base/err.h"
#include "base/uuid.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct gw_agent;
struct gw_call;
struct gw_journal;
struct gw_run;
struct json_object;

enum gw_held_state {
	GW_HELD_WAITING,  /* for a free slot, or for an earlier message of its conversation */
	GW_HELD_RUNNING,  /* its command runs */
	GW_HELD_FINISHED, /* its result is in the journal and waits to be reported */
};

struct gw_held {
	TAILQ_ENTRY(gw_held) link;
	char id[GW_UUID_TEXT_SIZE];
	struct json_object *message; /* as the gateway handed it out */
	enum gw_held_state state;
	char *result;  /* GW_HELD_FINISHED */
	bool no_reply; /* completes without an answer to the sender */

	/* of the agent at work, not on the disk */
	struct gw_run *run; /* GW_HELD_RUNNING */
	unsigned starts;    /* of the command, by whatever process */
	bool fresh;     /* the program does not know the conversation's session: begin a new one */
	bool withdrawn; /* nobody waits for the result any more */
	bool unseen;    /* what an earlier process left of it could not be looked at */
	int64_t not_before;  /* gw_monotonic(): when it is started, or looked at, again */
	unsigned misreads;   /* of what its command left, in a row */
	unsigned hindrances; /* of starts, in a row */
	char *said;          /* the last line of progress that was told */
	int64_t look_out_at; /* when its output is looked at for a new line */
	int64_t progress_at, report_at, look_at;
	unsigned failures; /* of reports, in a row */
	struct gw_call *report, *progress, *look;
	struct gw_agent *agent; /* for what calls call back */
};
TAILQ_HEAD(gw_held_list, gw_held);

struct gw_ledger {
	struct gw_held_list held; /* in the order of arrival */
	unsigned count;
	struct gw_journal *taken, *results;
	size_t rewrite_from;      /* bytes of both from which on they are rewritten */
	struct gw_recent *recent; /* ids that were reported a moment ago */
};

/* Reads both journals in the folder `dir`. GW_INTERNAL: logged. */
GW_MUST_CHECK enum gw_err gw_ledger_open(int dir, struct gw_ledger *ret_ledger);
void gw_ledger_close(struct gw_ledger *ledger);

/*
 * Takes the messages of an answer (a JSON array); on GW_OK all of them are on the disk, and *ret_new is how many were not held already.
 * Those that this process reported within the last two minutes are left out: the answer was on its way when the report was.
 * GW_INTERNAL: none is held, the gateway must not be told otherwise. GW_INVALID: no array of messages.
 */
GW_MUST_CHECK enum gw_err gw_ledger_take(struct gw_ledger *ledger, struct json_object *messages,
					 unsigned *ret_new);
/* Puts the result on the disk; takes `result`. On GW_INTERNAL (logged) it is kept in memory all the same. */
enum gw_err gw_ledger_finish(struct gw_ledger *ledger, struct gw_held *held, char *result,
			     bool no_reply);
/* The message is over; `held` is gone afterwards. */
void gw_ledger_end(struct gw_ledger *ledger, struct gw_held *held);

/* A string field of the message; absent gives GW_STR_NULL. */
struct gw_str gw_held_field(const struct gw_held *held, const char *name);
/* Whether the sender waits for an answer; a gateway that does not say so means yes. */
bool gw_held_expects_reply(const struct gw_held *held);

#endif
