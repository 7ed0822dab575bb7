/* SPDX-License-Identifier: ISC */
/*
 * agent.c: see agent.h.
 *
 * The first TERM or INT ends the work in order: no more messages are taken, commands are stopped, results that there are are still
 * reported. What was not finished stays in the journal, for the next start. A second one ends it at once.
 */
#include "connect/agent.h"

#include "base/clock.h"
#include "base/log.h"
#include "connect/files.h"
#include "connect/run.h"
#include "connect/status.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sysexits.h>
#include <unistd.h>

#define STOP_WITHIN (20 * GW_USEC_PER_SEC)
#define STATUS_EVERY (GW_USEC_PER_SEC / 2)
#define SLEPT (3 * GW_USEC_PER_SEC)
#define ONCE_ATTEMPTS 3 /* of a program that is about to end */
#define CLOCK_SECONDS 30
#define LONGEST_WAIT (3600 * GW_USEC_PER_SEC)

/* ----- what wakes the loop ----- */

static int64_t clock_of(clockid_t clock)
{
	struct timespec now = {0};

	(void)clock_gettime(clock, &now);
	return now.tv_sec * GW_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* How long this machine has slept since it was started: only one of the two clocks goes on meanwhile. */
static int64_t time_asleep(void)
{
	return clock_of(CLOCK_BOOTTIME) - clock_of(CLOCK_MONOTONIC);
}

static bool add_event(const struct gw_agent *agent, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};

	return fd >= 0 && epoll_ctl(agent->events, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool open_events(struct gw_agent *agent)
{
	const struct itimerspec every = {.it_value = {.tv_sec = CLOCK_SECONDS},
					 .it_interval = {.tv_sec = CLOCK_SECONDS}};
	sigset_t wanted;

	(void)sigemptyset(&wanted);
	(void)sigaddset(&wanted, SIGTERM);
	(void)sigaddset(&wanted, SIGINT);
	(void)sigaddset(&wanted, SIGHUP);
	(void)sigaddset(&wanted, SIGCONT);
	(void)sigprocmask(SIG_BLOCK, &wanted, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	/* a file that may not grow is an error like a full disk */
	(void)signal(SIGXFSZ, SIG_IGN);
	agent->events = epoll_create1(EPOLL_CLOEXEC);
	agent->signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	/* this clock goes on while the machine sleeps: the timer runs out at the moment it wakes */
	agent->clock = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	agent->asleep = time_asleep();
	return agent->events >= 0 && add_event(agent, agent->signals) &&
	       add_event(agent, agent->clock) &&
	       timerfd_settime(agent->clock, 0, &every, NULL) == 0;
}

/* Connections from before a pause may be dead, and nobody says so; waiting for that would take minutes. */
static void begin_anew(struct gw_agent *agent)
{
	gw_client_reset(agent->client, "this machine slept");
	agent->trouble[0] = '\0';
	agent->failures = 0;
	agent->poll_at = 0;
}

static void notice_sleep(struct gw_agent *agent)
{
	int64_t asleep = time_asleep();

	if (asleep - agent->asleep > SLEPT) {
		gw_log_notice("this machine has slept for %lld s: the gateway is called anew",
			      (long long)((asleep - agent->asleep) / GW_USEC_PER_SEC));
		begin_anew(agent);
	}
	agent->asleep = asleep;
}

static void stop(struct gw_agent *agent)
{
	struct gw_held *held = NULL;

	if (agent->stop_at != 0) {
		agent->stop_now = true;
	} else {
		gw_log_notice("told to stop: %u messages are held", agent->ledger.count);
		agent->stop_at = gw_monotonic() + STOP_WITHIN;
		gw_client_drop(agent->client, agent->poll);
		gw_client_drop(agent->client, agent->heartbeat);
		agent->poll = agent->heartbeat = NULL;
	}
	TAILQ_FOREACH(held, &agent->ledger.held, link)
	{
		if (held->state == GW_HELD_RUNNING)
			gw_run_stop(held->run, agent->stop_now);
	}
}

static void take_signals(struct gw_agent *agent)
{
	struct signalfd_siginfo info;

	while (read(agent->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGTERM:
		case SIGINT:
			stop(agent);
			break;
		case SIGHUP:
			if (gw_client_read_key(agent->client) == GW_OK)
				gw_log_notice("the key file was read again");
			agent->poll_at = 0;
			break;
		case SIGCONT:
			/* it was stopped, who knows for how long */
			begin_anew(agent);
			break;
		default:
			break;
		}
	}
}

static void take_events(struct gw_agent *agent)
{
	uint64_t expirations = 0;

	take_signals(agent);
	while (read(agent->clock, &expirations, sizeof(expirations)) > 0)
		continue;
	notice_sleep(agent);
}

/* ----- how it stands ----- */

/* Writes it down if it has changed, not too often. Returns when that is due. */
static int64_t write_status(struct gw_agent *agent, int64_t since, int64_t now)
{
	struct gw_status status = {
		.since = since,
		.reached = agent->had_answer,
		.answered = agent->answered,
		.failed = agent->failed,
	};
	const struct gw_held *held = NULL;

	memcpy(status.trouble, agent->trouble, sizeof(status.trouble));
	TAILQ_FOREACH(held, &agent->ledger.held, link)
	{
		status.running += held->state == GW_HELD_RUNNING ? 1 : 0;
		status.waiting += held->state == GW_HELD_WAITING ? 1 : 0;
		status.unreported += held->state == GW_HELD_FINISHED ? 1 : 0;
	}
	if (gw_status_equal(&status, &agent->told))
		return INT64_MAX;
	if (now < agent->tell_at)
		return agent->tell_at;
	gw_status_write(agent->state, &status);
	agent->told = status;
	agent->tell_at = now + STATUS_EVERY;
	return INT64_MAX;
}

/* Whether the end has to be put off for a message. */
static bool is_pressing(const struct gw_agent *agent, const struct gw_held *held)
{
	switch (held->state) {
	case GW_HELD_WAITING:
		return agent->stop_at == 0 && held->hindrances < ONCE_ATTEMPTS;
	case GW_HELD_RUNNING:
		return true;
	case GW_HELD_FINISHED:
		return held->failures < ONCE_ATTEMPTS;
	}
	return false;
}

static bool is_busy(const struct gw_agent *agent)
{
	const struct gw_held *held = NULL;

	TAILQ_FOREACH(held, &agent->ledger.held, link)
	{
		if (is_pressing(agent, held))
			return true;
	}
	return false;
}

/* Whether there is nothing more to do; then *ret_status is the exit status. */
static bool is_over(const struct gw_agent *agent, int64_t now, int *ret_status)
{
	*ret_status = EX_OK;
	if (agent->stop_at != 0)
		return agent->stop_now || now >= agent->stop_at || !is_busy(agent);
	if (!agent->options->once)
		return false;
	if (agent->failures >= ONCE_ATTEMPTS) {
		*ret_status = EX_TEMPFAIL;
		return !is_busy(agent);
	}
	return agent->is_idle && agent->poll == NULL && !is_busy(agent);
}

static int loop(struct gw_agent *agent)
{
	int64_t since = gw_now();
	int status = EX_OK;

	for (;;) {
		int64_t now = gw_monotonic();
		int64_t due = gw_agent_work(agent, now);
		int64_t at = gw_agent_report(agent, now);

		due = at < due ? at : due;
		at = gw_agent_poll(agent, now);
		due = at < due ? at : due;
		if (is_over(agent, now, &status))
			break;
		if (agent->stop_at != 0 && agent->stop_at < due)
			due = agent->stop_at;
		at = write_status(agent, since, now);
		due = at < due ? at : due;
		gw_client_run(agent->client, agent->events,
			      due - now < LONGEST_WAIT ? due - now : LONGEST_WAIT);
		take_events(agent);
	}
	(void)write_status(agent, since, INT64_MAX / 2);
	return status;
}

/* ----- beginning and end ----- */

static int open_folder(const struct gw_agent *agent, const char *name)
{
	if (mkdirat(agent->state, name, 0700) != 0 && errno != EEXIST)
		return -1;
	return openat(agent->state, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* What is on the disk. An exit status. */
static int open_state(struct gw_agent *agent)
{
	const struct gw_preset *preset = agent->options->preset;
	char machine[GW_MACHINE_SIZE];

	agent->runs = open_folder(agent, "runs");
	agent->histories = open_folder(agent, "histories");
	if (agent->runs < 0 || agent->histories < 0) {
		gw_log_error("the state folder %s cannot be written: %s", agent->options->state,
			     strerror(errno));
		return EX_CANTCREAT;
	}
	gw_machine_read(machine);
	if (gw_identity_open(agent->state, machine, &agent->identity) != GW_OK ||
	    gw_ledger_open(agent->state, &agent->ledger) != GW_OK)
		return EX_CANTCREAT;
	if (preset != NULL && preset->has_sessions &&
	    gw_sessions_open(agent->state, preset->name, &agent->sessions) != GW_OK)
		return EX_CANTCREAT;
	return EX_OK;
}

static int open_gateway(struct gw_agent *agent)
{
	const struct gw_client_options client = {
		.url = agent->options->url,
		.key_file = agent->options->key_file,
		.ca_file = agent->options->ca_file,
		.proxy = agent->options->proxy,
	};
	enum gw_err err = GW_OK;

	if (!gw_client_is_private(&client))
		gw_log_warning("%s is not encrypted: the key can be read on the way", client.url);
	err = gw_client_new(&client, &agent->client);
	if (err == GW_OK)
		return EX_OK;
	/* after the first a service manager starts it again, after the second it does not (service.c) */
	return err == GW_INTERNAL ? EX_TEMPFAIL : EX_NOINPUT;
}

static void close_all(struct gw_agent *agent)
{
	const int fds[] = {agent->state,   agent->runs,  agent->histories,
			   agent->signals, agent->clock, agent->events};
	struct gw_held *held = NULL;

	gw_client_free(agent->client);
	TAILQ_FOREACH(held, &agent->ledger.held, link)
	{
		gw_run_free(held->run);
	}
	gw_ledger_close(&agent->ledger);
	gw_sessions_close(agent->sessions);
	for (size_t i = 0; i < GW_ARRAY_LEN(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

static int work(struct gw_agent *agent)
{
	int status = open_state(agent);

	if (status == EX_OK)
		status = open_gateway(agent);
	if (status != EX_OK)
		return status;
	if (!open_events(agent)) {
		gw_log_error("cannot wait for events: %s", strerror(errno));
		return EX_OSERR;
	}
	gw_log_notice("at work for %s, state in %s", agent->options->url, agent->options->state);
	gw_agent_adopt(agent);
	status = loop(agent);
	gw_log_notice("ended");
	return status;
}

int gw_agent_run(const struct gw_connect_options *options)
{
	struct gw_agent agent = {
		.options = options,
		.runs = -1,
		.histories = -1,
		.events = -1,
		.signals = -1,
		.clock = -1,
	};
	int lock = -1;
	int status = EX_CANTCREAT;
	enum gw_err err = GW_OK;

	TAILQ_INIT(&agent.ledger.held);
	agent.state = gw_folder_open(options->state);
	if (agent.state < 0) {
		gw_log_error("the state folder %s cannot be made: %s", options->state,
			     strerror(errno));
		return EX_CANTCREAT;
	}
	err = gw_state_lock(agent.state, &lock);
	if (err == GW_OK) {
		status = work(&agent);
	} else if (err == GW_BUSY && options->once) {
		gw_log_info("another process is at work here");
		status = EX_OK;
	} else if (err == GW_BUSY) {
		gw_log_error("another process is at work here: %s is locked", options->state);
		status = EX_TEMPFAIL;
	}
	close_all(&agent);
	if (lock >= 0)
		close(lock);
	return status;
}
