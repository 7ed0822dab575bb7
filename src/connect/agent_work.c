/* SPDX-License-Identifier: ISC */
/*
 * agent_work.c: see agent.h. A message's way: waiting → running → finished → over; from running back to waiting when its run came to
 * nothing. Messages of one conversation are worked on one after another, in the order of arrival.
 */
#include "connect/agent.h"

#include "base/clock.h"
#include "base/log.h"
#include "connect/command.h"
#include "connect/files.h"
#include "connect/result.h"
#include "connect/run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#define UNWATCHED_LOOK (GW_USEC_PER_SEC / 5)
#define MISREADS_MAX 8 /* with the pauses between them, two minutes */
#define LOOK_AFTER                                                                                 \
	(2 *                                                                                       \
	 GW_USEC_PER_SEC) /* most commands that end soon need no look at whether they are wanted */

static const char noted[] = "(Read.)";
static const char interrupted[] = "The agent was interrupted while it worked on this, and did not "
				  "come to an end. Please ask again if it is still wanted.";

static const char unreadable[] =
	"The agent has come to an end with this, but what it said cannot be read from its disk.";

static const char *known_session(const struct gw_agent *agent, const struct gw_held *held)
{
	if (agent->sessions == NULL || held->fresh)
		return NULL;
	return gw_sessions_find(agent->sessions, gw_held_field(held, "conversation_id"));
}

/* ----- from one state to another ----- */

/* Whether its end will wake the loop. */
static bool watch(const struct gw_agent *agent, const struct gw_held *held)
{
	struct epoll_event event = {.events = EPOLLIN, .data = {.fd = -1}};

	return held->run->watch >= 0 &&
	       (epoll_ctl(agent->events, EPOLL_CTL_ADD, held->run->watch, &event) == 0 ||
		errno == EEXIST);
}

static void to_running(struct gw_agent *agent, struct gw_held *held, struct gw_run *run)
{
	gw_assert(held->state == GW_HELD_WAITING && held->run == NULL);
	held->state = GW_HELD_RUNNING;
	held->agent = agent;
	held->run = run;
	held->progress_at = gw_monotonic();
	held->look_out_at = held->progress_at;
	held->look_at = held->progress_at + LOOK_AFTER;
	held->misreads = 0;
	held->not_before = 0;
	(void)watch(agent, held);
}

static void leave_run(const struct gw_agent *agent, struct gw_held *held, bool remove)
{
	gw_run_free(held->run);
	held->run = NULL;
	if (remove)
		gw_folder_remove(agent->runs, held->id);
}

/* The run came to nothing: it is begun anew after a pause. */
static void to_waiting(struct gw_agent *agent, struct gw_held *held, int64_t pause, bool remove)
{
	gw_assert(held->state == GW_HELD_RUNNING);
	leave_run(agent, held, remove);
	gw_client_let_go(held->progress);
	gw_client_drop(agent->client, held->look);
	held->progress = held->look = NULL;
	held->state = GW_HELD_WAITING;
	held->not_before = gw_monotonic() + pause;
}

static void to_finished(struct gw_agent *agent, struct gw_held *held, struct gw_str text,
			bool no_reply)
{
	bool is_kept = false;

	gw_assert(held->state != GW_HELD_FINISHED);
	gw_client_let_go(held->progress);
	gw_client_drop(agent->client, held->look);
	held->progress = held->look = NULL;
	is_kept = gw_ledger_finish(&agent->ledger, held, gw_str_dup(text), no_reply) == GW_OK;
	/* while the result is in no journal, the run's own files say what it was */
	leave_run(agent, held, is_kept);
	held->agent = agent;
	held->report_at = 0;
}

void gw_agent_end(struct gw_agent *agent, struct gw_held *held)
{
	gw_client_let_go(held->report);
	gw_client_let_go(held->progress);
	gw_client_drop(agent->client, held->look);
	leave_run(agent, held, true);
	gw_ledger_end(&agent->ledger, held);
}

void gw_agent_withdraw(struct gw_held *held)
{
	if (held->withdrawn || held->state != GW_HELD_RUNNING)
		return;
	gw_log_notice("nobody waits for the answer to %s any more: its command is stopped",
		      held->id);
	held->withdrawn = true;
	gw_run_stop(held->run, false);
}

/* ----- the end of a run ----- */

static void keep_session(struct gw_agent *agent, struct gw_held *held,
			 const struct gw_result *result)
{
	struct gw_str conversation = gw_held_field(held, "conversation_id");
	char fresh[GW_UUID_TEXT_SIZE];

	if (agent->sessions == NULL || result->failed)
		return;
	if (result->session.len > 0) {
		gw_sessions_set(agent->sessions, conversation, gw_buf_str(&result->session));
	} else if (agent->options->preset->takes_fresh && known_session(agent, held) == NULL) {
		gw_command_session(held, held->starts - 1, fresh);
		gw_sessions_set(agent->sessions, conversation, gw_str(fresh));
	}
}

/* What its command left cannot be read at the moment, or never again: then somebody has to be told at last. */
static void run_unread(struct gw_agent *agent, struct gw_held *held)
{
	gw_log_warning("what the command for %s left cannot be read: %s", held->id,
		       strerror(errno));
	if (++held->misreads < MISREADS_MAX) {
		held->not_before = gw_monotonic() + gw_agent_pause(held->misreads, 0);
		return;
	}
	agent->failed++;
	to_finished(agent, held, gw_str(unreadable), false);
}

static void run_has_result(struct gw_agent *agent, struct gw_held *held,
			   const struct gw_run_end *end)
{
	struct gw_result result;

	if (gw_command_result(agent->options, held->run, end, known_session(agent, held) != NULL,
			      &result) != GW_OK) {
		run_unread(agent, held);
		return;
	}
	if (result.unknown_session && !held->fresh) {
		gw_log_info("the program does not know the session of this conversation any more: "
			    "it gets a new one");
		held->fresh = true;
		gw_sessions_set(agent->sessions, gw_held_field(held, "conversation_id"),
				GW_STR_LIT(""));
		to_waiting(agent, held, 0, true);
	} else {
		keep_session(agent, held, &result);
		agent->answered += result.failed ? 0 : 1;
		agent->failed += result.failed ? 1 : 0;
		gw_log_info("%s was answered%s", held->id, result.failed ? ", with a failure" : "");
		to_finished(agent, held, gw_buf_str(&result.text), false);
	}
	gw_result_release(&result);
}

/* The machine went down, or somebody killed the keeper with the command. */
static void run_lost(struct gw_agent *agent, struct gw_held *held)
{
	if (held->withdrawn) {
		gw_agent_end(agent, held);
		return;
	}
	if (gw_run_starts(agent->runs, held->id, &held->starts) != GW_OK) {
		run_unread(agent, held);
	} else if (held->starts == 0) {
		/* what was to start it was killed before it did, or could not even begin */
		to_waiting(agent, held, gw_agent_pause(++held->hindrances, 0), true);
	} else if (held->starts < 2 && !agent->options->report_interrupted) {
		gw_log_notice("the command for %s was interrupted: it is run once more", held->id);
		to_waiting(agent, held, 0, false);
	} else {
		gw_log_warning("the command for %s was interrupted: that is reported", held->id);
		agent->failed++;
		to_finished(agent, held, gw_str(interrupted), false);
	}
}

static void run_ended(struct gw_agent *agent, struct gw_held *held)
{
	struct gw_run_end end = {.how = GW_RUN_NO_ROOM};
	enum gw_err err = GW_OK;

	if (held->withdrawn) {
		gw_agent_end(agent, held);
		return;
	}
	err = gw_run_read_exit(held->run, &end);
	if (err == GW_INTERNAL) {
		run_unread(agent, held);
		return;
	}
	if (err != GW_OK) {
		gw_log_warning("what became of the command for %s is damaged", held->id);
		run_lost(agent, held);
		return;
	}
	switch (end.how) {
	case GW_RUN_CANCELLED:
		/* this program was told to stop: it begins anew with the next start */
		to_waiting(agent, held, GW_USEC_PER_SEC, true);
		return;
	case GW_RUN_NO_ROOM:
		gw_log_error("no command can be started: %s", strerror(end.code));
		/* its folder stays: how often the command has been run is still true */
		to_waiting(agent, held, gw_agent_pause(++held->hindrances, 0), false);
		return;
	case GW_RUN_EXITED:
	case GW_RUN_SIGNALLED:
	case GW_RUN_TIMED_OUT:
	case GW_RUN_NO_START:
		run_has_result(agent, held, &end);
		return;
	}
	to_waiting(agent, held, gw_agent_pause(++held->hindrances, 0), true);
}

static int64_t look(struct gw_agent *agent, struct gw_held *held, int64_t now)
{
	if (held->not_before > now)
		return held->not_before;
	switch (gw_run_look(held->run)) {
	case GW_RUN_RUNNING:
		return watch(agent, held) ? INT64_MAX : now + UNWATCHED_LOOK;
	case GW_RUN_ENDED:
		run_ended(agent, held);
		return now;
	case GW_RUN_LOST:
		run_lost(agent, held);
		return now;
	}
	return now;
}

/* ----- the beginning of one ----- */

static bool conversation_is_free(const struct gw_agent *agent, const struct gw_held *held)
{
	struct gw_str conversation = gw_held_field(held, "conversation_id");
	const struct gw_held *other = NULL;

	if (conversation.len == 0)
		return true;
	TAILQ_FOREACH(other, &agent->ledger.held, link)
	{
		/* those behind it in the list came later */
		if (other == held)
			return true;
		if (other->state != GW_HELD_FINISHED &&
		    gw_str_equal(gw_held_field(other, "conversation_id"), conversation))
			return false;
	}
	return true;
}

static void hindered(struct gw_held *held)
{
	held->not_before = gw_monotonic() + gw_agent_pause(++held->hindrances, 0);
}

/* Takes over what an earlier process of this program has begun. */
static void find_run(struct gw_agent *agent, struct gw_held *held)
{
	enum gw_err err = GW_OK;
	struct gw_run *run = NULL;

	held->unseen = false;
	err = gw_run_adopt(agent->runs, held->id, &run);
	if (err == GW_OK) {
		to_running(agent, held, run);
	} else if (err != GW_NOT_FOUND) {
		/* to begin it anew would be to compute it twice */
		gw_log_warning("nobody can tell whether the command for %s runs: %s", held->id,
			       strerror(errno));
		held->unseen = true;
	}
}

static void start(struct gw_agent *agent, struct gw_held *held)
{
	struct gw_command command;
	struct gw_run *run = NULL;

	if (held->unseen)
		find_run(agent, held);
	if (held->state == GW_HELD_RUNNING)
		return;

	if (!gw_held_expects_reply(held) && !agent->options->on_reply) {
		to_finished(agent, held, gw_str(noted), true);
		return;
	}
	if (held->unseen || gw_run_starts(agent->runs, held->id, &held->starts) != GW_OK) {
		hindered(held);
		return;
	}
	gw_command_compose(agent->options, held, known_session(agent, held), "runs", &command);
	if (gw_run_start(agent->runs, held->id, &command.run, &run) == GW_OK) {
		held->starts++;
		to_running(agent, held, run);
		gw_log_info("the command for %s runs", held->id);
	} else {
		hindered(held);
	}
	gw_command_release(&command);
}

int64_t gw_agent_work(struct gw_agent *agent, int64_t now)
{
	struct gw_held *held = NULL;
	struct gw_held *next = NULL;
	unsigned running = 0;
	int64_t due = INT64_MAX;

	for (held = TAILQ_FIRST(&agent->ledger.held); held != NULL; held = next) {
		int64_t at = INT64_MAX;

		next = TAILQ_NEXT(held, link);
		if (held->state != GW_HELD_RUNNING)
			continue;
		at = look(agent, held, now);
		due = at < due ? at : due;
	}
	TAILQ_FOREACH(held, &agent->ledger.held, link)
	{
		running += held->state == GW_HELD_RUNNING ? 1 : 0;
	}
	if (agent->stop_at != 0)
		return due;
	TAILQ_FOREACH(held, &agent->ledger.held, link)
	{
		if (held->state != GW_HELD_WAITING || !conversation_is_free(agent, held))
			continue;
		if (held->not_before > now) {
			due = held->not_before < due ? held->not_before : due;
			continue;
		}
		if (running >= (unsigned)agent->options->parallel)
			break;
		start(agent, held);
		if (held->state == GW_HELD_RUNNING)
			running++;
		else
			due = now;
	}
	return due;
}

/* ----- after a start of this program ----- */

/* Folders of runs whose messages are over, or whose results are in the journal. */
static void sweep(struct gw_agent *agent)
{
	int copy = fcntl(agent->runs, F_DUPFD_CLOEXEC, 3);
	DIR *folder = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *entry = NULL;

	if (folder == NULL) {
		if (copy >= 0)
			close(copy);
		return;
	}
	rewinddir(folder);
	while ((entry = readdir(folder)) != NULL) {
		const struct gw_held *held = NULL;
		bool is_wanted = entry->d_name[0] == '.';

		TAILQ_FOREACH(held, &agent->ledger.held, link)
		{
			is_wanted |= held->state != GW_HELD_FINISHED &&
				     strcmp(held->id, entry->d_name) == 0;
		}
		if (!is_wanted) {
			struct gw_run *run = NULL;
			enum gw_err err = gw_run_adopt(agent->runs, entry->d_name, &run);

			/* of a message that was withdrawn: its command has no business any more */
			if (err == GW_OK) {
				gw_run_stop(run, true);
				gw_run_free(run);
			}
			/* what cannot be looked at may still run: the next start of this program sees to it */
			if (err != GW_INTERNAL)
				gw_folder_remove(agent->runs, entry->d_name);
		}
	}
	closedir(folder);
}

void gw_agent_adopt(struct gw_agent *agent)
{
	struct gw_held *held = NULL;

	sweep(agent);
	TAILQ_FOREACH(held, &agent->ledger.held, link)
	{
		held->agent = agent;
		if (held->state != GW_HELD_WAITING)
			continue;
		if (gw_run_starts(agent->runs, held->id, &held->starts) != GW_OK)
			held->starts = 0; /* asked again before it means anything */
		find_run(agent, held);
	}
}
