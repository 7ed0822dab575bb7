/* SPDX-License-Identifier: ISC */
/*
 * lobby.c: see lobby.h.
 *
 * One epoll set, shared by all threads, holds
 *   - the listening socket (EPOLLEXCLUSIVE: of several processes one is woken),
 *   - the sockets of guests (EPOLLONESHOT: one thread gets the event),
 *   - a timer for the earliest of all times that anybody waits for,
 *   - an eventfd, edge-triggered: one write wakes one thread.
 * An event names its guest by descriptor and generation, and is looked up with the lock held: one that comes late, for a guest
 * that another thread has taken or closed meanwhile, finds nothing and is forgotten. So a guest may be taken or closed at
 * any time by whoever holds the lock.
 *
 * What rings is remembered by slot, with the number of the ring: a request that looked before and waits now finds out that
 * it has missed something, whatever topic it decided on. Two topics in one slot make it look once too often.
 */
#include "http/lobby.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/alarms.h"
#include "http/bell.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define SILENT_TIMEOUT (5 * GW_USEC_PER_SEC)
#define FLUSH_TIMEOUT (30 * GW_USEC_PER_SEC)
/* Between two that look again after an outage. */
#define SPREAD (GW_USEC_PER_SEC / 4000)
#define MAX_FRESH 256
#define MAX_KEPT 256
#define SLOTS 4096

/* Events that are no guest's: generations begin with 1. */
enum { EVENT_NUDGE, EVENT_TIMER, EVENT_LISTENER };

enum state { FRESH, KEPT, WAITING, FLUSHING, READY, SERVED };
#define LISTS SERVED /* a guest that is served is in no list */

struct guest;

/* A place in the row of those who wait for one topic. */
struct seat {
	LIST_ENTRY(seat) link;
	struct guest *guest;
	struct gw_topic topic;
};

struct guest {
	struct gw_guest shown; /* first: a pointer to it is one to the guest */
	enum state state;
	bool registered; /* in the epoll set, armed or not */
	uint32_t generation;
	struct gw_alarm alarm;
	TAILQ_ENTRY(guest) link;
	int64_t until; /* WAITING: when its time comes; the alarm may come before */
	unsigned seat_count;
	struct seat *seats;
};

static struct lobby {
	int listener;
	int epoll;
	int timer;
	int nudge;
	unsigned max_waiting;

	pthread_mutex_t lock; /* guards what follows */
#if GW_CHECKED
	pthread_t owner;
	bool locked;
#endif
	bool stopping;
	bool nudged; /* a thread is on its way to the ready ones */
	uint64_t rings;
	int64_t armed; /* when the timer fires; 0: not set */
	uint32_t generation;
	struct gw_alarms alarms;
	TAILQ_HEAD(guests, guest) lists[LISTS];
	unsigned counts[LISTS];
	struct guest **by_fd;
	size_t fds;
	uint64_t rung[SLOTS]; /* the number of the last ring in each slot */
	LIST_HEAD(seats, seat) seats[SLOTS];
} lobby = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void lock(void)
{
	pthread_mutex_lock(&lobby.lock);
#if GW_CHECKED
	lobby.owner = pthread_self();
	lobby.locked = true;
#endif
}

static void unlock(void)
{
#if GW_CHECKED
	lobby.locked = false;
#endif
	pthread_mutex_unlock(&lobby.lock);
}

#if GW_CHECKED
#define assert_locked() gw_assert(lobby.locked &&pthread_equal(lobby.owner, pthread_self()))
#else
#define assert_locked() ((void)0)
#endif

static struct guest *guest_of(struct gw_guest *shown)
{
	return (struct guest *)(void *)shown;
}

static struct guest *guest_of_alarm(struct gw_alarm *alarm)
{
	return (struct guest *)(void *)((char *)alarm - offsetof(struct guest, alarm));
}

static size_t slot_of(const struct gw_topic *topic)
{
	return (size_t)(topic->digest % SLOTS);
}

/* --- time --------------------------------------------------------------------------------------- */

/* Sets the timer to the earliest alarm. */
static void arm_timer(void)
{
	const struct gw_alarm *first = gw_alarm_first(&lobby.alarms);
	struct itimerspec when = {.it_value = {.tv_sec = 0}};

	assert_locked();
	if (first == NULL || (lobby.armed != 0 && lobby.armed <= first->at))
		return;
	lobby.armed = first->at;
	when.it_value.tv_sec = first->at / GW_USEC_PER_SEC;
	/* a time of 0 would switch it off */
	when.it_value.tv_nsec = (first->at % GW_USEC_PER_SEC) * 1000 + 1;
	(void)timerfd_settime(lobby.timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void set_alarm(struct guest *guest, int64_t at)
{
	gw_alarm_set(&lobby.alarms, &guest->alarm, at);
	arm_timer();
}

/* --- states ------------------------------------------------------------------------------------- */

static void leave_seats(struct guest *guest)
{
	for (unsigned i = 0; i < guest->seat_count; i++)
		LIST_REMOVE(&guest->seats[i], link);
	free(guest->seats);
	guest->seats = NULL;
	guest->seat_count = 0;
}

/* The one place where a guest changes its state. */
static void set_state(struct guest *guest, enum state state)
{
	assert_locked();
	gw_assert(guest->state != state);
	gw_assert(guest->state == SERVED || state == SERVED || state == READY);
	if (guest->state != SERVED) {
		TAILQ_REMOVE(&lobby.lists[guest->state], guest, link);
		lobby.counts[guest->state]--;
		gw_alarm_clear(&lobby.alarms, &guest->alarm);
	}
	if (guest->state == WAITING)
		leave_seats(guest);
	guest->state = state;
	if (state != SERVED) {
		TAILQ_INSERT_TAIL(&lobby.lists[state], guest, link);
		lobby.counts[state]++;
	}
}

static void nudge(void)
{
	uint64_t one = 1;

	lobby.nudged = true;
	if (write(lobby.nudge, &one, sizeof(one)) < 0)
		gw_log_error("cannot wake a thread: %s", strerror(errno));
}

/* Its request is to be run by the next thread. */
static void make_ready(struct guest *guest, bool last_call)
{
	guest->shown.last_call = last_call;
	set_state(guest, READY);
	if (!lobby.nudged)
		nudge();
}

static void forget(struct guest *guest)
{
	assert_locked();
	gw_assert(guest->state == SERVED);
	/* once it was closed, the descriptor may be another guest's */
	if (lobby.by_fd[guest->shown.fd] == guest)
		lobby.by_fd[guest->shown.fd] = NULL;
	free(guest);
}

/* Closes a connection without a request. */
static void drop(struct guest *guest)
{
	gw_assert(guest->shown.exchange == NULL);
	if (guest->state != SERVED)
		set_state(guest, SERVED);
	close(guest->shown.fd);
	forget(guest);
}

/* True if the socket is watched for `events`. */
static bool watch(struct guest *guest, uint32_t events)
{
	struct epoll_event event = {.events = events | EPOLLONESHOT,
				    .data.u64 = (uint64_t)guest->generation << 32 |
						(uint32_t)guest->shown.fd};

	if (epoll_ctl(lobby.epoll, guest->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
		      guest->shown.fd, &event) != 0)
		return false;
	guest->registered = true;
	return true;
}

static bool drop_oldest(enum state state)
{
	struct guest *oldest = TAILQ_FIRST(&lobby.lists[state]);

	if (oldest == NULL)
		return false;
	drop(oldest);
	return true;
}

/* --- coming and going ---------------------------------------------------------------------------- */

struct gw_guest *gw_lobby_welcome(int fd)
{
	struct guest *guest = gw_xcalloc(1, sizeof(*guest));

	guest->shown.fd = fd;
	guest->state = SERVED;
	lock();
	if ((size_t)fd >= lobby.fds) {
		size_t fds = (size_t)fd * 2 + 64;

		lobby.by_fd = gw_xrealloc(lobby.by_fd, fds * sizeof(struct guest *));
		memset(lobby.by_fd + lobby.fds, 0, (fds - lobby.fds) * sizeof(struct guest *));
		lobby.fds = fds;
	}
	if (++lobby.generation == 0)
		lobby.generation = 1;
	guest->generation = lobby.generation;
	lobby.by_fd[fd] = guest;
	unlock();
	return &guest->shown;
}

void gw_lobby_put_fresh(struct gw_guest *shown)
{
	struct guest *guest = guest_of(shown);

	lock();
	if (lobby.counts[FRESH] >= MAX_FRESH)
		(void)drop_oldest(FRESH);
	if (watch(guest, EPOLLIN | EPOLLRDHUP)) {
		set_state(guest, FRESH);
		set_alarm(guest, gw_monotonic() + SILENT_TIMEOUT);
	} else {
		drop(guest);
	}
	unlock();
}

void gw_lobby_put_kept(struct gw_guest *shown)
{
	struct guest *guest = guest_of(shown);

	lock();
	shown->exchange = NULL;
	if (!lobby.stopping && lobby.counts[KEPT] < MAX_KEPT && watch(guest, EPOLLIN | EPOLLRDHUP))
		set_state(guest, KEPT);
	else
		drop(guest);
	unlock();
}

void gw_lobby_forget(struct gw_guest *shown)
{
	lock();
	forget(guest_of(shown));
	unlock();
}

static bool has_rung(const struct gw_wait *wait, uint64_t since)
{
	for (unsigned i = 0; i < wait->count; i++) {
		if (lobby.rung[slot_of(&wait->topics[i])] > since)
			return true;
	}
	return false;
}

static void take_seats(struct guest *guest, const struct gw_wait *wait)
{
	guest->seat_count = wait->count;
	guest->seats = gw_xcalloc(wait->count, sizeof(*guest->seats));
	for (unsigned i = 0; i < wait->count; i++) {
		struct seat *seat = &guest->seats[i];

		seat->guest = guest;
		seat->topic = wait->topics[i];
		LIST_INSERT_HEAD(&lobby.seats[slot_of(&seat->topic)], seat, link);
	}
}

bool gw_lobby_put_waiting(struct gw_guest *shown)
{
	struct guest *guest = guest_of(shown);
	const struct gw_wait *wait = gw_exchange_wait(shown->exchange);
	bool is_late = wait->until <= gw_monotonic();
	bool waits = false;

	lock();
	shown->last_call = lobby.stopping || (is_late && !gw_exchange_is_stream(shown->exchange));
	if (!shown->last_call && !is_late && !has_rung(wait, shown->since) &&
	    watch(guest, EPOLLIN | EPOLLRDHUP)) {
		set_state(guest, WAITING);
		guest->until = wait->until;
		set_alarm(guest, wait->until);
		take_seats(guest, wait);
		waits = true;
	}
	unlock();
	return waits;
}

void gw_lobby_put_flushing(struct gw_guest *shown)
{
	struct guest *guest = guest_of(shown);

	lock();
	if (watch(guest, EPOLLOUT)) {
		set_state(guest, FLUSHING);
		set_alarm(guest, gw_monotonic() + FLUSH_TIMEOUT);
	} else {
		(void)shutdown(shown->fd, SHUT_RDWR);
		make_ready(guest, true);
	}
	unlock();
}

uint64_t gw_lobby_now(void)
{
	uint64_t now = 0;

	lock();
	now = lobby.rings;
	unlock();
	return now;
}

bool gw_lobby_has_room(void)
{
	bool room = false;

	lock();
	room = !lobby.stopping &&
	       lobby.counts[WAITING] + lobby.counts[FLUSHING] < lobby.max_waiting;
	unlock();
	return room;
}

bool gw_lobby_make_room(void)
{
	struct guest *longest = NULL;
	bool made = false;

	lock();
	made = drop_oldest(FRESH) || drop_oldest(KEPT);
	longest = TAILQ_FIRST(&lobby.lists[WAITING]);
	if (!made && longest != NULL) {
		make_ready(longest, true);
		made = true;
	}
	unlock();
	return made;
}

/* --- what there is to do -------------------------------------------------------------------------- */

/* Deals with everything whose time has come. */
static void look_at_clock(void)
{
	int64_t now = gw_monotonic();
	struct gw_alarm *first = NULL;

	assert_locked();
	lobby.armed = 0;
	while ((first = gw_alarm_first(&lobby.alarms)) != NULL && first->at <= now) {
		struct guest *guest = guest_of_alarm(first);

		if (guest->state == FRESH) {
			drop(guest);
		} else if (guest->state == FLUSHING) {
			/* takes nothing: its thread finds it gone */
			(void)shutdown(guest->shown.fd, SHUT_RDWR);
			make_ready(guest, true);
		} else {
			gw_assert(guest->state == WAITING);
			make_ready(guest, guest->until <= now &&
						  !gw_exchange_is_stream(guest->shown.exchange));
		}
	}
	arm_timer();
}

/* The guest that the event is about, if it is the caller's now. */
static struct guest *take(const struct epoll_event *event)
{
	uint32_t fd = (uint32_t)event->data.u64;
	struct guest *guest = fd < lobby.fds ? lobby.by_fd[fd] : NULL;

	assert_locked();
	if (guest == NULL || guest->generation != event->data.u64 >> 32)
		return NULL;
	switch (guest->state) {
	case WAITING:
		/* a client has nothing to say now, but that it leaves */
		if (!gw_exchange_peer_gone(guest->shown.exchange)) {
			(void)watch(guest, 0);
			return NULL;
		}
		break;
	case FRESH:
	case KEPT:
	case FLUSHING:
		break;
	case READY:
	case SERVED:
		return NULL;
	}
	set_state(guest, SERVED);
	return guest;
}

/* The next request that is to be run; others that are get another thread. */
static struct guest *take_ready(void)
{
	struct guest *guest = TAILQ_FIRST(&lobby.lists[READY]);

	assert_locked();
	lobby.nudged = false;
	if (guest != NULL)
		set_state(guest, SERVED);
	if (!TAILQ_EMPTY(&lobby.lists[READY]))
		nudge();
	return guest;
}

enum gw_lobby_task gw_lobby_next(struct gw_guest **ret_guest)
{
	struct epoll_event event;
	struct guest *guest = NULL;

	if (epoll_wait(lobby.epoll, &event, 1, -1) <= 0)
		return GW_LOBBY_NOTHING;
	if (event.data.u64 == EVENT_LISTENER)
		return GW_LOBBY_ACCEPT;
	lock();
	if (event.data.u64 == EVENT_TIMER)
		look_at_clock();
	else if (event.data.u64 == EVENT_NUDGE)
		guest = take_ready();
	else
		guest = take(&event);
	unlock();
	if (guest == NULL)
		return GW_LOBBY_NOTHING;
	*ret_guest = &guest->shown;
	return GW_LOBBY_GUEST;
}

void gw_lobby_nudge(void)
{
	lock();
	nudge();
	unlock();
}

/* --- the bell ------------------------------------------------------------------------------------- */

size_t gw_wake(struct gw_str text)
{
	struct gw_topic topic = gw_topic(text);
	size_t slot = slot_of(&topic);
	struct seat *seat = NULL;
	struct seat *next = NULL;
	size_t woken = 0;

	lock();
	lobby.rung[slot] = ++lobby.rings;
	for (seat = LIST_FIRST(&lobby.seats[slot]); seat != NULL; seat = next) {
		struct guest *guest = seat->guest;

		next = LIST_NEXT(seat, link);
		if (seat->topic.digest != topic.digest)
			continue;
		/* a guest gives up all its seats at once: the next one must not be one of them */
		while (next != NULL && next->guest == guest)
			next = LIST_NEXT(next, link);
		woken++;
		make_ready(guest, false);
	}
	unlock();
	return woken;
}

/* Has a guest that waits look again at `at`, unless its time comes before. */
static void look_again(struct guest *guest, int64_t at)
{
	if (at < guest->alarm.at)
		gw_alarm_set(&lobby.alarms, &guest->alarm, at);
}

void gw_wake_all(void)
{
	int64_t at = gw_monotonic();
	struct guest *guest = NULL;

	lock();
	lobby.rings++;
	for (size_t i = 0; i < SLOTS; i++)
		lobby.rung[i] = lobby.rings;
	TAILQ_FOREACH(guest, &lobby.lists[WAITING], link)
	{
		look_again(guest, at += SPREAD);
	}
	lobby.armed = 0;
	arm_timer();
	unlock();
}

void gw_wake_others(char kind)
{
	int64_t at = gw_monotonic();
	struct guest *guest = NULL;

	lock();
	TAILQ_FOREACH(guest, &lobby.lists[WAITING], link)
	{
		bool other = false;

		for (unsigned i = 0; i < guest->seat_count; i++)
			other = other || guest->seats[i].topic.kind != kind;
		if (other)
			look_again(guest, at += SPREAD);
	}
	lobby.armed = 0;
	arm_timer();
	unlock();
}

size_t gw_waiting_ids(char kind, struct gw_uuid *ids, size_t max)
{
	size_t count = 0;
	const struct guest *guest = NULL;

	lock();
	TAILQ_FOREACH(guest, &lobby.lists[WAITING], link)
	{
		for (unsigned i = 0; i < guest->seat_count && count < max; i++) {
			if (guest->seats[i].topic.kind == kind)
				ids[count++] = guest->seats[i].topic.id;
		}
	}
	unlock();
	return count;
}

size_t gw_waiting_count(void)
{
	size_t count = 0;

	lock();
	count = lobby.counts[WAITING] + lobby.counts[FLUSHING];
	unlock();
	return count;
}

/* --- beginning and end ---------------------------------------------------------------------------- */

static bool add_own(int fd, uint32_t events, uint64_t what)
{
	struct epoll_event event = {.events = events, .data.u64 = what};

	return epoll_ctl(lobby.epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

enum gw_err gw_lobby_open(int listener, unsigned max_waiting)
{
	lock();
	lobby.listener = listener;
	lobby.max_waiting = max_waiting;
	lobby.stopping = false;
	for (size_t i = 0; i < LISTS; i++)
		TAILQ_INIT(&lobby.lists[i]);
	for (size_t i = 0; i < SLOTS; i++)
		LIST_INIT(&lobby.seats[i]);
	lobby.epoll = epoll_create1(EPOLL_CLOEXEC);
	lobby.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	lobby.nudge = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	unlock();
	if (lobby.epoll < 0 || lobby.timer < 0 || lobby.nudge < 0 ||
	    !add_own(lobby.timer, EPOLLIN | EPOLLET, EVENT_TIMER) ||
	    !add_own(lobby.nudge, EPOLLIN | EPOLLET, EVENT_NUDGE) ||
	    !add_own(listener, EPOLLIN | EPOLLEXCLUSIVE, EVENT_LISTENER)) {
		gw_log_error("cannot watch the listening socket: %s", strerror(errno));
		return GW_INTERNAL;
	}
	return GW_OK;
}

void gw_lobby_close(void)
{
	lock();
	for (int *fd = (int[]){lobby.epoll, lobby.timer, lobby.nudge, -1}; *fd >= 0; fd++)
		close(*fd);
	gw_alarms_release(&lobby.alarms);
	free(lobby.by_fd);
	lobby.by_fd = NULL;
	lobby.fds = 0;
	unlock();
}

void gw_lobby_stop(void)
{
	struct guest *guest = NULL;
	struct guest *next = NULL;
	char byte = 0;

	lock();
	lobby.stopping = true;
	(void)epoll_ctl(lobby.epoll, EPOLL_CTL_DEL, lobby.listener, NULL);
	for (guest = TAILQ_FIRST(&lobby.lists[KEPT]); guest != NULL; guest = next) {
		next = TAILQ_NEXT(guest, link);
		/* a request that is here already is still served */
		if (recv(guest->shown.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
			drop(guest);
	}
	while ((guest = TAILQ_FIRST(&lobby.lists[WAITING])) != NULL)
		make_ready(guest, true);
	nudge();
	unlock();
}

bool gw_lobby_is_empty(void)
{
	bool empty = true;

	lock();
	for (size_t i = 0; i < LISTS; i++)
		empty = empty && TAILQ_EMPTY(&lobby.lists[i]);
	unlock();
	return empty;
}
