/* SPDX-License-Identifier: ISC */
/*
 * worker.c: waits for whatever comes first (a model's bytes, a hint that there is work, a signal, a time) and has the
 * queue do what is due. One thread; statements are short, and never is one open while a model is being waited for.
 */
#include "worker/worker.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/letter.h"
#include "store/message.h"
#include "store/overview.h"
#include "worker/queue.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define SPARE_DESCRIPTORS 64
#define HOUSEKEEPING_INTERVAL (120 * GW_USEC_PER_SEC)
#define HOUSEKEEPING_BATCH 1000
#define CLOCK_INTERVAL (10 * GW_USEC_PER_SEC)
#define COUNT_INTERVAL (20 * GW_USEC_PER_SEC)
#define CONNECTIONS (1 + GW_ERRAND_THREADS)

struct worker {
	struct gw_config *config;
	const struct gw_worker_options *options;
	struct gw_queue queue;
	struct gw_db *db;
	struct gw_listener *listener; /* NULL with --once */
	struct gw_llm_client *client;
	struct gw_errands *errands;
	int signals;
	bool stopping;
	bool reload_wanted;   /* as soon as no thread uses the configuration */
	int64_t deadline;     /* of the whole shutdown; only while stopping */
	int64_t last_begin;   /* no job is begun later; INT64_MAX without limit */
	int64_t clock_at;     /* when the database's clock is looked at */
	int64_t tidy_at;      /* when messages are looked through that nobody will answer */
	int64_t count_at;     /* when the minute's numbers are counted */
	enum gw_err last_err; /* what the database said last */
};

static int open_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	/* libpq and libcurl write to sockets */
	(void)signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Each call needs a descriptor, and connections that are being closed count, too. */
static void raise_descriptor_limit(int64_t max_inflight)
{
	rlim_t wanted = (rlim_t)max_inflight * 2 + SPARE_DESCRIPTORS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
		gw_log_warning("max_inflight is %lld, but only %llu files may be open",
			       (long long)max_inflight, (unsigned long long)limit.rlim_cur);
}

static void stop(struct worker *worker, const char *why)
{
	int64_t now = gw_monotonic();

	if (worker->stopping) {
		gw_log_notice("%s again: not waiting any longer", why);
		worker->deadline = now;
		return;
	}
	/* a run of cron's whose time is up has nothing to report */
	if (worker->options->once && worker->queue.count == 0)
		gw_log_info("%s: ending", why);
	else
		gw_log_notice("%s: ending, %u jobs under way", why, worker->queue.count);
	worker->stopping = true;
	worker->deadline = now + worker->config->shutdown_timeout;
}

static void reload(struct worker *worker)
{
	struct gw_config config;
	struct gw_buf error;

	worker->reload_wanted = false;
	gw_buf_init(&error, 4096);
	if (gw_config_load(worker->options->config_path, &error, &config) != GW_OK) {
		gw_log_error("the configuration stays as it was: %s", gw_buf_str(&error).data);
		gw_buf_release(&error);
		return;
	}
	gw_buf_release(&error);
	if (strcmp(gw_config_worker_url(&config), gw_config_worker_url(worker->config)) != 0 ||
	    strcmp(config.listen_url, worker->config->listen_url) != 0 ||
	    strcmp(config.ca_file, worker->config->ca_file) != 0 ||
	    config.statement_timeout != worker->config->statement_timeout)
		gw_log_warning("the database's URL, ca_file and statement_timeout change with the "
			       "next start");
	gw_config_release(worker->config);
	*worker->config = config;
	gw_log_set_level(config.log_level);
	raise_descriptor_limit(config.max_inflight);
	worker->queue.renew_at = 0;
	worker->queue.look_at = 0;
	gw_log_notice("configuration read again");
}

static void take_signals(struct worker *worker)
{
	struct signalfd_siginfo info;

	while (read(worker->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			worker->reload_wanted = true;
		else
			stop(worker, info.ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT");
	}
}

static bool may_begin(const struct worker *worker, int64_t now)
{
	return !worker->stopping && !worker->reload_wanted && now < worker->last_begin;
}

/* What the database wrote in the future, before its clock was set back, would end late. */
static void follow_clock(struct worker *worker)
{
	int64_t back = 0;

	worker->clock_at = gw_monotonic() + CLOCK_INTERVAL;
	if (gw_clock_follow(worker->db, worker->config->job_lease, &back) == GW_OK && back > 0) {
		gw_log_notice(
			"the database's clock was set back by %lld seconds: leases and pauses "
			"count from now",
			(long long)(back / GW_USEC_PER_SEC));
		worker->queue.look_at = 0;
	}
}

/*
 * Messages that nobody will answer end, and letters that a program was sending when it ended. What is more than a batch goes on with the
 * next turn of the loop.
 */
static void keep_house(struct worker *worker)
{
	int64_t ended = 0;
	int64_t cut_off = 0;
	enum gw_err err = gw_message_housekeeping(worker->db, worker->config->message_ttl,
						  HOUSEKEEPING_BATCH, &ended);

	if (err == GW_OK && ended > 0)
		gw_log_info("%lld messages ended that nobody would answer", (long long)ended);
	if (err == GW_OK)
		err = gw_letter_cut_off(worker->db, HOUSEKEEPING_BATCH, &cut_off);
	if (err == GW_OK && cut_off > 0)
		gw_log_notice("%lld letters were being sent when a program ended: whether they "
			      "arrived is unknown",
			      (long long)cut_off);
	if (err != GW_OK || (ended < HOUSEKEEPING_BATCH && cut_off < HOUSEKEEPING_BATCH))
		worker->tidy_at = gw_monotonic() + HOUSEKEEPING_INTERVAL;
}

/* For the operators' overview. Nothing depends on it, so it is tried again with the next minute. */
static void count(struct worker *worker)
{
	if (gw_overview_count(worker->db, worker->config->online_after) != GW_OK)
		gw_log_info("the minute's numbers were not counted; they will be with the next");
	worker->count_at = gw_monotonic() + COUNT_INTERVAL;
}

/* Everything that the database is to be asked or told, in this order: ends first, because they make room. */
static void attend_queue(struct worker *worker)
{
	struct gw_queue *queue = &worker->queue;

	if (!gw_queue_ready(queue, gw_monotonic()))
		return;
	gw_queue_settle(queue);
	if (gw_queue_ready(queue, gw_monotonic()) && gw_monotonic() >= queue->renew_at)
		gw_queue_renew(queue, worker->options->version);
	if (!gw_queue_ready(queue, gw_monotonic())) {
		worker->last_err = GW_UNAVAILABLE;
		return;
	}
	if (!may_begin(worker, gw_monotonic()))
		return;
	if (gw_monotonic() >= worker->clock_at)
		follow_clock(worker);
	if (gw_queue_ready(queue, gw_monotonic()) && gw_monotonic() >= queue->look_at)
		worker->last_err = gw_queue_claim(queue);
	/* jobs come first: who wrote to an agent is waiting */
	if (gw_monotonic() >= worker->tidy_at && gw_queue_ready(queue, gw_monotonic()))
		keep_house(worker);
	if (gw_monotonic() >= worker->count_at && gw_queue_ready(queue, gw_monotonic()))
		count(worker);
}

static int64_t until(int64_t when, int64_t now)
{
	return when > now ? when - now : 0;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Microseconds until something has to be done even if nothing happens. */
static int64_t wait_time(const struct worker *worker)
{
	const struct gw_queue *queue = &worker->queue;
	int64_t now = gw_monotonic();
	int64_t wait = until(queue->renew_at, now);
	int64_t client = gw_llm_client_wait(worker->client);

	if (may_begin(worker, now)) {
		wait = least(wait, until(queue->look_at, now));
		wait = least(wait, until(worker->last_begin, now));
		wait = least(wait, until(worker->clock_at, now));
		wait = least(wait, until(worker->tidy_at, now));
		wait = least(wait, until(worker->count_at, now));
	}
	if (gw_queue_has_ends(queue))
		wait = 0;
	/* while the database is away nothing of the above is any use */
	if (!gw_queue_ready(queue, now))
		wait = until(queue->retry_at, now);
	if (worker->stopping)
		wait = least(wait, until(worker->deadline, now));
	if (client >= 0)
		wait = least(wait, client);
	return wait;
}

static void wait_for_something(struct worker *worker)
{
	int64_t wait = wait_time(worker);
	struct timespec timeout = {.tv_sec = (time_t)(wait / GW_USEC_PER_SEC),
				   .tv_nsec = (long)(wait % GW_USEC_PER_SEC) * 1000};
	struct pollfd fds[] = {
		{.fd = worker->signals, .events = POLLIN},
		{.fd = gw_llm_client_fd(worker->client), .events = POLLIN},
		{.fd = worker->listener != NULL ? gw_listener_fd(worker->listener) : -1,
		 .events = POLLIN},
		{.fd = gw_errands_fd(worker->errands), .events = POLLIN},
	};

	(void)ppoll(fds, GW_ARRAY_LEN(fds), &timeout, NULL);
	if (fds[0].revents != 0)
		take_signals(worker);
	gw_llm_client_run(worker->client, gw_queue_call_done, &worker->queue);
	if (fds[3].revents != 0)
		gw_errands_collect(worker->errands, gw_queue_errand_done, &worker->queue);
	/* without a connection this is what opens one, at most once a second */
	if (worker->listener != NULL && (fds[2].fd < 0 || fds[2].revents != 0) &&
	    gw_listener_drain(worker->listener))
		worker->queue.look_at = 0;
}

static bool is_done(struct worker *worker)
{
	int64_t now = gw_monotonic();

	if (!worker->stopping && now >= worker->last_begin)
		stop(worker, "time is up");
	if (worker->options->once && worker->queue.count == 0 &&
	    (worker->queue.drained ||
	     (worker->last_err != GW_OK && !gw_queue_ready(&worker->queue, now))))
		return true;
	return worker->stopping && (worker->queue.count == 0 || now >= worker->deadline);
}

static void loop(struct worker *worker)
{
	for (;;) {
		if (worker->reload_wanted && !gw_errands_busy(worker->errands))
			reload(worker);
		attend_queue(worker);
		if (is_done(worker))
			return;
		wait_for_something(worker);
	}
}

/* What is left goes back, and what has an end is recorded, if the database is there. */
static void finish(struct worker *worker)
{
	gw_queue_give_back(&worker->queue);
	if (gw_queue_ready(&worker->queue, gw_monotonic()))
		gw_queue_settle(&worker->queue);
	if (gw_queue_ready(&worker->queue, gw_monotonic()) &&
	    gw_worker_gone(worker->db, worker->queue.name) != GW_OK)
		gw_log_debug("the row in clawgw.workers stays");
	if (gw_queue_has_ends(&worker->queue))
		gw_log_warning("%u answers could not be recorded; their jobs will run again",
			       worker->queue.count);
}

enum gw_err gw_worker_run(struct gw_config *config, const struct gw_worker_options *options)
{
	struct worker worker = {.config = config,
				.options = options,
				.signals = -1,
				.last_begin = INT64_MAX};
	struct gw_llm_client_options client = {
		.ca_file = config->ca_file,
		.user_agent = "clawgw",
		.max_calls = (unsigned)config->max_inflight,
	};
	enum gw_err err = GW_OK;

	worker.signals = open_signals();
	if (worker.signals < 0) {
		gw_log_error("signals cannot be set up: errno %d", errno);
		return GW_INTERNAL;
	}
	raise_descriptor_limit(config->max_inflight);
	err = gw_llm_client_new(&client, &worker.client);
	if (err != GW_OK)
		goto out;
	if (options->max_time > 0)
		worker.last_begin = gw_monotonic() + options->max_time;
	worker.db = gw_db_new(gw_config_worker_url(config), "clawgw-worker", CONNECTIONS,
			      config->statement_timeout);
	if (!options->once) {
		worker.listener =
			gw_listener_new(gw_config_listen_url(config, gw_config_worker_url(config)),
					"clawgw-worker", "clawgw_jobs");
		/* connects: the first job after the start must not wait for a look at the table */
		(void)gw_listener_drain(worker.listener);
	}
	worker.errands = gw_errands_new(worker.db, config);
	gw_queue_init(&worker.queue, config, worker.db, worker.client, worker.errands);
	/* cron mails what a run writes; one in which all went well has nothing to say */
	if (options->once)
		gw_log_info("runs once, as %s", worker.queue.name);
	else
		gw_log_notice("started as %s", worker.queue.name);
	loop(&worker);
	finish(&worker);
	if (options->once)
		gw_log_info("ran once");
	else
		gw_log_notice("ended");
	err = options->once ? worker.last_err : GW_OK;
	gw_queue_release(&worker.queue);
	if (worker.deadline < gw_monotonic() + GW_USEC_PER_SEC)
		worker.deadline = gw_monotonic() + GW_USEC_PER_SEC;
	if (!gw_errands_free(worker.errands, worker.deadline)) {
		/* a thread still uses the database; the process ends without taking it away from under it */
		gw_log_warning(
			"something takes longer than shutdown_timeout; its job will run again");
		return err;
	}
out:
	gw_llm_client_free(worker.client);
	gw_listener_free(worker.listener);
	gw_db_free(worker.db);
	(void)close(worker.signals);
	return err;
}
