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
 */
#include "http/lobby.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SILENT_TIMEOUT (5 * GW_USEC_PER_SEC)
#define FLUSH_TIMEOUT (30 * GW_USEC_PER_SEC)
#define MAX_FRESH 256
#define MAX_KEPT 256

/* Events that are no guest's: generations begin with 1. */
enum { EVENT_NUDGE, EVENT_TIMER, EVENT_LISTENER };

static struct {
	int listener;
	int epoll;
	unsigned max_waiting;

	/* the lock of guests.h guards what follows */
	bool stopping;
	uint32_t generation;
	struct gw_guest **by_fd;
	size_t fds;
} lobby = {.epoll = -1};

static void forget(struct gw_guest *guest)
{
	gw_guests_assert_locked();
	gw_assert(guest->state == GW_GUEST_SERVED);
	/* once it was closed, the descriptor may be another guest's */
	if (lobby.by_fd[guest->fd] == guest)
		lobby.by_fd[guest->fd] = NULL;
	free(guest);
}

/* Closes a connection without a request. */
static void drop(struct gw_guest *guest)
{
	gw_assert(guest->exchange == NULL);
	if (guest->state != GW_GUEST_SERVED)
		gw_guest_set_state(guest, GW_GUEST_SERVED);
	close(guest->fd);
	forget(guest);
}

/* True if the socket is watched for `events`. */
static bool watch(struct gw_guest *guest, uint32_t events)
{
	struct epoll_event event = {.events = events | EPOLLONESHOT,
				    .data.u64 = (uint64_t)guest->generation << 32 |
						(uint32_t)guest->fd};

	if (epoll_ctl(lobby.epoll, guest->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, guest->fd,
		      &event) != 0)
		return false;
	guest->registered = true;
	return true;
}

static bool drop_oldest(enum gw_guest_state state)
{
	struct gw_guest *oldest = TAILQ_FIRST(&gw_guests.lists[state]);

	if (oldest == NULL)
		return false;
	drop(oldest);
	return true;
}

/* --- coming and going ---------------------------------------------------------------------------- */

struct gw_guest *gw_lobby_welcome(int fd)
{
	struct gw_guest *guest = gw_xcalloc(1, sizeof(*guest));

	guest->fd = fd;
	guest->state = GW_GUEST_SERVED;
	gw_guests_lock();
	if ((size_t)fd >= lobby.fds) {
		size_t fds = (size_t)fd * 2 + 64;

		lobby.by_fd = gw_xrealloc(lobby.by_fd, fds * sizeof(struct gw_guest *));
		memset(lobby.by_fd + lobby.fds, 0, (fds - lobby.fds) * sizeof(struct gw_guest *));
		lobby.fds = fds;
	}
	if (++lobby.generation == 0)
		lobby.generation = 1;
	guest->generation = lobby.generation;
	lobby.by_fd[fd] = guest;
	gw_guests_unlock();
	return guest;
}

void gw_lobby_put_fresh(struct gw_guest *guest)
{
	gw_guests_lock();
	if (gw_guests.counts[GW_GUEST_FRESH] >= MAX_FRESH)
		(void)drop_oldest(GW_GUEST_FRESH);
	if (watch(guest, EPOLLIN | EPOLLRDHUP)) {
		gw_guest_set_state(guest, GW_GUEST_FRESH);
		gw_guest_set_alarm(guest, gw_monotonic() + SILENT_TIMEOUT);
	} else {
		drop(guest);
	}
	gw_guests_unlock();
}

void gw_lobby_put_kept(struct gw_guest *guest)
{
	gw_guests_lock();
	guest->exchange = NULL;
	if (!lobby.stopping && gw_guests.counts[GW_GUEST_KEPT] < MAX_KEPT &&
	    watch(guest, EPOLLIN | EPOLLRDHUP))
		gw_guest_set_state(guest, GW_GUEST_KEPT);
	else
		drop(guest);
	gw_guests_unlock();
}

void gw_lobby_forget(struct gw_guest *guest)
{
	gw_guests_lock();
	forget(guest);
	gw_guests_unlock();
}

bool gw_lobby_put_waiting(struct gw_guest *guest)
{
	const struct gw_wait *wait = gw_exchange_wait(guest->exchange);
	bool is_late = wait->until <= gw_monotonic();
	bool waits = false;

	gw_guests_lock();
	guest->last_call = lobby.stopping || (is_late && !gw_exchange_is_stream(guest->exchange));
	if (!guest->last_call && !is_late && !gw_guests_have_rung(wait, guest->since) &&
	    watch(guest, EPOLLIN | EPOLLRDHUP)) {
		gw_guest_set_state(guest, GW_GUEST_WAITING);
		guest->until = wait->until;
		gw_guest_set_alarm(guest, wait->again > 0 && wait->again < wait->until
						  ? wait->again
						  : wait->until);
		gw_guest_take_seats(guest, wait);
		waits = true;
	}
	gw_guests_unlock();
	return waits;
}

void gw_lobby_put_flushing(struct gw_guest *guest)
{
	gw_guests_lock();
	if (watch(guest, EPOLLOUT)) {
		gw_guest_set_state(guest, GW_GUEST_FLUSHING);
		gw_guest_set_alarm(guest, gw_monotonic() + FLUSH_TIMEOUT);
	} else {
		(void)shutdown(guest->fd, SHUT_RDWR);
		gw_guest_make_ready(guest, true);
	}
	gw_guests_unlock();
}

uint64_t gw_lobby_now(void)
{
	uint64_t now = 0;

	gw_guests_lock();
	now = gw_guests.rings;
	gw_guests_unlock();
	return now;
}

bool gw_lobby_has_room(void)
{
	bool room = false;

	gw_guests_lock();
	room = !lobby.stopping &&
	       gw_guests.counts[GW_GUEST_WAITING] + gw_guests.counts[GW_GUEST_FLUSHING] <
		       lobby.max_waiting;
	gw_guests_unlock();
	return room;
}

bool gw_lobby_make_room(void)
{
	struct gw_guest *longest = NULL;
	bool made = false;

	gw_guests_lock();
	made = drop_oldest(GW_GUEST_FRESH) || drop_oldest(GW_GUEST_KEPT);
	longest = TAILQ_FIRST(&gw_guests.lists[GW_GUEST_WAITING]);
	if (!made && longest != NULL) {
		gw_guest_make_ready(longest, true);
		made = true;
	}
	gw_guests_unlock();
	return made;
}

/* --- what there is to do -------------------------------------------------------------------------- */

/* Deals with everything whose time has come. */
static void look_at_clock(void)
{
	int64_t now = gw_monotonic();
	struct gw_alarm *first = NULL;

	gw_guests_assert_locked();
	gw_guests.armed = 0;
	while ((first = gw_alarm_first(&gw_guests.alarms)) != NULL && first->at <= now) {
		struct gw_guest *guest = gw_guest_of_alarm(first);

		if (guest->state == GW_GUEST_FRESH) {
			drop(guest);
		} else if (guest->state == GW_GUEST_FLUSHING) {
			/* takes nothing: its thread finds it gone */
			(void)shutdown(guest->fd, SHUT_RDWR);
			gw_guest_make_ready(guest, true);
		} else {
			gw_assert(guest->state == GW_GUEST_WAITING);
			gw_guest_make_ready(guest, guest->until <= now &&
							   !gw_exchange_is_stream(guest->exchange));
		}
	}
	gw_guests_arm_timer();
}

/* The guest that the event is about, if it is the caller's now. */
static struct gw_guest *take(const struct epoll_event *event)
{
	uint32_t fd = (uint32_t)event->data.u64;
	struct gw_guest *guest = fd < lobby.fds ? lobby.by_fd[fd] : NULL;

	gw_guests_assert_locked();
	if (guest == NULL || guest->generation != event->data.u64 >> 32)
		return NULL;
	switch (guest->state) {
	case GW_GUEST_WAITING:
		/* a client has nothing to say now, but that it leaves */
		if (!gw_exchange_peer_gone(guest->exchange)) {
			(void)watch(guest, 0);
			return NULL;
		}
		break;
	case GW_GUEST_FRESH:
	case GW_GUEST_KEPT:
	case GW_GUEST_FLUSHING:
		break;
	case GW_GUEST_READY:
	case GW_GUEST_SERVED:
		return NULL;
	}
	gw_guest_set_state(guest, GW_GUEST_SERVED);
	return guest;
}

/* The next request that is to be run; others that are get another thread. */
static struct gw_guest *take_ready(void)
{
	struct gw_guest *guest = TAILQ_FIRST(&gw_guests.lists[GW_GUEST_READY]);

	gw_guests_assert_locked();
	gw_guests.nudged = false;
	if (guest != NULL)
		gw_guest_set_state(guest, GW_GUEST_SERVED);
	if (!TAILQ_EMPTY(&gw_guests.lists[GW_GUEST_READY]))
		gw_guests_nudge();
	return guest;
}

enum gw_lobby_task gw_lobby_next(struct gw_guest **ret_guest)
{
	struct epoll_event event;
	struct gw_guest *guest = NULL;

	if (epoll_wait(lobby.epoll, &event, 1, -1) <= 0)
		return GW_LOBBY_NOTHING;
	if (event.data.u64 == EVENT_LISTENER)
		return GW_LOBBY_ACCEPT;
	gw_guests_lock();
	if (event.data.u64 == EVENT_TIMER)
		look_at_clock();
	else if (event.data.u64 == EVENT_NUDGE)
		guest = take_ready();
	else
		guest = take(&event);
	gw_guests_unlock();
	if (guest == NULL)
		return GW_LOBBY_NOTHING;
	*ret_guest = guest;
	return GW_LOBBY_GUEST;
}

void gw_lobby_nudge(void)
{
	gw_guests_lock();
	gw_guests_nudge();
	gw_guests_unlock();
}

/* --- beginning and end ---------------------------------------------------------------------------- */

static bool add_own(int fd, uint32_t events, uint64_t what)
{
	struct epoll_event event = {.events = events, .data.u64 = what};

	return epoll_ctl(lobby.epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

enum gw_err gw_lobby_open(int listener, unsigned max_waiting)
{
	bool opened = false;

	gw_guests_lock();
	lobby.listener = listener;
	lobby.max_waiting = max_waiting;
	lobby.stopping = false;
	lobby.epoll = epoll_create1(EPOLL_CLOEXEC);
	opened = gw_guests_open();
	gw_guests_unlock();
	if (lobby.epoll < 0 || !opened ||
	    !add_own(gw_guests.timer, EPOLLIN | EPOLLET, EVENT_TIMER) ||
	    !add_own(gw_guests.nudge, EPOLLIN | EPOLLET, EVENT_NUDGE) ||
	    !add_own(listener, EPOLLIN | EPOLLEXCLUSIVE, EVENT_LISTENER)) {
		gw_log_error("cannot watch the listening socket: %s", strerror(errno));
		return GW_INTERNAL;
	}
	return GW_OK;
}

void gw_lobby_close(void)
{
	gw_guests_lock();
	if (lobby.epoll >= 0)
		close(lobby.epoll);
	lobby.epoll = -1;
	gw_guests_close();
	free(lobby.by_fd);
	lobby.by_fd = NULL;
	lobby.fds = 0;
	gw_guests_unlock();
}

void gw_lobby_stop(void)
{
	struct gw_guest *guest = NULL;
	struct gw_guest *next = NULL;
	char byte = 0;

	gw_guests_lock();
	lobby.stopping = true;
	(void)epoll_ctl(lobby.epoll, EPOLL_CTL_DEL, lobby.listener, NULL);
	for (guest = TAILQ_FIRST(&gw_guests.lists[GW_GUEST_KEPT]); guest != NULL; guest = next) {
		next = TAILQ_NEXT(guest, link);
		/* a request that is here already is still served */
		if (recv(guest->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
			drop(guest);
	}
	while ((guest = TAILQ_FIRST(&gw_guests.lists[GW_GUEST_WAITING])) != NULL)
		gw_guest_make_ready(guest, true);
	gw_guests_nudge();
	gw_guests_unlock();
}

bool gw_lobby_is_empty(void)
{
	bool empty = true;

	gw_guests_lock();
	for (size_t i = 0; i < GW_GUEST_LISTS; i++)
		empty = empty && TAILQ_EMPTY(&gw_guests.lists[i]);
	gw_guests_unlock();
	return empty;
}
