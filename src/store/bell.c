/* SPDX-License-Identifier: ISC */
/*
 * bell.c: see bell.h.
 */
#include "store/bell.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/array.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CHANNEL "clawgw_bell"
/* How often the bell looks by itself. */
#define LOOK_INTERVAL GW_USEC_PER_SEC
/* How often it rings itself, to learn whether rings arrive at all: a pooler takes LISTEN and forgets it. */
#define TEST_INTERVAL (15 * GW_USEC_PER_SEC)
#define MAX_RINGS 512
#define MAX_ARRAY ((size_t)64 * MAX_RINGS)
#define MAX_AGENTS ((size_t)100000)

/* --- ringing -------------------------------------------------------------------------------------- */

/* Rings that wait for the transaction that is under way; whoever finishes it takes them along. */
static struct {
	pthread_mutex_t lock;
	bool ringing;
	unsigned count;
	struct gw_buf topics;
	struct gw_buf messages;
} rope = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void rope_reset(void)
{
	gw_buf_init(&rope.topics, MAX_ARRAY);
	gw_buf_init(&rope.messages, MAX_ARRAY);
	gw_array_begin(&rope.topics);
	gw_array_begin(&rope.messages);
	rope.count = 0;
}

/* Sends what has come together, without the lock, until there is nothing more. With the lock held; releases it. */
static void ring_out(struct gw_db *db)
{
	rope.ringing = true;
	while (rope.count > 0) {
		struct gw_params params = GW_PARAMS_EMPTY;
		struct gw_buf topics = rope.topics;
		struct gw_buf messages = rope.messages;
		enum gw_err err = GW_OK;

		rope_reset();
		pthread_mutex_unlock(&rope.lock);
		gw_params_text(&params, gw_array_end(&topics));
		gw_params_text(&params, gw_array_end(&messages));
		err = gw_db_run(db, GW_STATEMENT_BELL_RING, &params);
		if (err != GW_OK)
			gw_log_info("a bell was not rung: %s", gw_err_name(err));
		gw_buf_release(&topics);
		gw_buf_release(&messages);
		pthread_mutex_lock(&rope.lock);
	}
	gw_buf_release(&rope.topics);
	gw_buf_release(&rope.messages);
	rope.ringing = false;
	pthread_mutex_unlock(&rope.lock);
}

/* A topic, if there is one, and messages. */
static void ring(struct gw_db *db, const char *topic, const struct gw_uuid *messages, size_t count)
{
	pthread_mutex_lock(&rope.lock);
	if (!rope.ringing && rope.count == 0)
		rope_reset();
	/* more than that at once: those who wait find out within a second */
	if (topic != NULL && rope.count < MAX_RINGS) {
		rope.count++;
		gw_array_add_text(&rope.topics, gw_str(topic));
	}
	for (size_t i = 0; i < count && rope.count < MAX_RINGS; i++) {
		rope.count++;
		gw_array_add_uuid(&rope.messages, &messages[i]);
	}
	if (rope.ringing)
		pthread_mutex_unlock(&rope.lock);
	else
		ring_out(db);
}

void gw_bell_ring(struct gw_db *db, const char *topic)
{
	ring(db, topic, NULL, 0);
}

void gw_bell_ring_message(struct gw_db *db, const struct gw_uuid *id)
{
	ring(db, NULL, id, 1);
}

void gw_bell_ring_messages(struct gw_db *db, const struct gw_uuid *ids, size_t count)
{
	ring(db, NULL, ids, count);
}

/* --- hearing -------------------------------------------------------------------------------------- */

struct gw_bell {
	struct gw_db *db;
	const struct gw_bell_ears *ears;
	void *context; /* of the ears */
	struct gw_listener *listener;
	pthread_t thread;
	int stop;         /* an eventfd */
	char test[64];    /* the topic of its own rings */
	int64_t tested;   /* when it rang itself last; gw_monotonic() */
	bool test_is_out; /* and has not heard it */
	bool deaf;        /* rings do not arrive */
	int64_t looked;   /* when it looked last */
};

/* A notification; absent: the connection is a new one. */
static void hear(void *arg, struct gw_str payload)
{
	struct gw_bell *bell = arg;

	if (payload.data == NULL) {
		bell->ears->lost(bell->context);
	} else if (gw_str_equal_c(payload, bell->test)) {
		bell->ears->tested(bell->context, gw_monotonic() - bell->tested);
		bell->test_is_out = false;
		if (bell->deaf)
			gw_log_notice("bell: rings are heard again");
		bell->deaf = false;
	} else {
		bell->ears->rang(bell->context, payload);
	}
}

/* Rings itself now and then; one that was not heard within a second tells that none is. */
static void test(struct gw_bell *bell, int64_t now)
{
	if (bell->test_is_out && !bell->deaf && now - bell->tested >= LOOK_INTERVAL) {
		bell->deaf = true;
		bell->ears->tested(bell->context, -1);
		gw_log_notice("bell: rings are not heard, waiting requests look once a second; "
			      "behind a transaction pooler set listen_url");
	}
	if (now - bell->tested >= TEST_INTERVAL) {
		bell->tested = now;
		bell->test_is_out = true;
		gw_bell_ring(bell->db, bell->test);
	}
}

/* One statement for all who wait for something to poll. */
static void look(struct gw_bell *bell)
{
	size_t max = bell->ears->waiting(bell->context) + 64;
	struct gw_uuid *ids = NULL;
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf array;
	size_t count = 0;

	if (max > MAX_AGENTS)
		max = MAX_AGENTS;
	ids = gw_xcalloc(max, sizeof(*ids));
	count = bell->ears->agents(bell->context, ids, max);
	gw_buf_init(&array, count * GW_UUID_TEXT_SIZE + 64);
	gw_array_begin(&array);
	for (size_t i = 0; i < count; i++)
		gw_array_add_uuid(&array, &ids[i]);
	gw_params_text(&params, gw_array_end(&array));
	if (count > 0 && gw_db_exec(bell->db, GW_STATEMENT_BELL_LOOK, &params, &rows) == GW_OK) {
		for (int row = 0; row < gw_rows_count(rows); row++) {
			char topic[sizeof("agent:") + GW_UUID_TEXT_SIZE] = "agent:";
			struct gw_uuid id;

			if (!gw_rows_uuid(rows, row, 0, &id))
				continue;
			(void)gw_uuid_format(&id, topic + strlen("agent:"));
			bell->ears->rang(bell->context, gw_str(topic));
		}
		gw_rows_free(rows);
	}
	gw_buf_release(&array);
	free(ids);
}

static void *listen_thread(void *arg)
{
	struct gw_bell *bell = arg;
	struct pollfd fds[2] = {{.fd = bell->stop, .events = POLLIN}, {.events = POLLIN}};

	for (;;) {
		int64_t now = 0;
		int64_t left = 0;

		(void)gw_listener_drain(bell->listener);
		now = gw_monotonic();
		if (now - bell->looked >= LOOK_INTERVAL) {
			bell->looked = now;
			if (bell->ears->waiting(bell->context) > 0) {
				test(bell, now);
				look(bell);
				bell->ears->look(bell->context);
				if (bell->deaf)
					bell->ears->deaf(bell->context);
			}
		}
		left = bell->looked + LOOK_INTERVAL - gw_monotonic();
		fds[1].fd = gw_listener_fd(bell->listener);
		if (poll(fds, 2, left > 0 ? (int)(left / 1000) + 1 : 0) < 0 && errno != EINTR)
			gw_log_error("bell: %s", strerror(errno));
		if (fds[0].revents != 0)
			return NULL;
	}
}

struct gw_bell *gw_bell_open(struct gw_db *db, const char *listen_url, const char *program,
			     const struct gw_bell_ears *ears, void *context)
{
	struct gw_bell *bell = gw_xcalloc(1, sizeof(*bell));
	struct gw_uuid own = gw_uuid_random();
	int error = 0;

	bell->db = db;
	bell->ears = ears;
	bell->context = context;
	bell->listener = gw_listener_new(listen_url, program, CHANNEL);
	gw_listener_hear(bell->listener, hear, bell);
	memcpy(bell->test, "bell:", sizeof("bell:"));
	(void)gw_uuid_format(&own, bell->test + strlen("bell:"));
	bell->tested = gw_monotonic() - TEST_INTERVAL;
	bell->stop = eventfd(0, EFD_CLOEXEC);
	error = pthread_create(&bell->thread, NULL, listen_thread, bell);
	if (error != 0) {
		gw_log_error("bell: cannot start a thread: %s", strerror(error));
		close(bell->stop);
		gw_listener_free(bell->listener);
		free(bell);
		return NULL;
	}
	return bell;
}

void gw_bell_close(struct gw_bell *bell)
{
	uint64_t one = 1;

	if (bell == NULL)
		return;
	if (write(bell->stop, &one, sizeof(one)) == (ssize_t)sizeof(one))
		(void)pthread_join(bell->thread, NULL);
	close(bell->stop);
	gw_listener_free(bell->listener);
	free(bell);
}
