/* SPDX-License-Identifier: ISC */
/*
 * guests.h: the connections of the lobby, and what is known about those that have no thread: their state, when they are to be looked
 * at, and the topics that they wait for. For lobby.c, which knows what a socket has to say, and bell.c, which knows what rings.
 *
 * There is one lock. Everything below gw_guests_lock() wants it held; checked builds say so.
 *
 * What rings is remembered by slot, with the number of the ring: a request that looked before and waits now finds out that
 * it has missed something, whatever topic it decided on. Two topics in one slot make it look once too often.
 */
#ifndef GW_GUESTS_H
#define GW_GUESTS_H

#include "http/alarms.h"
#include "http/exchange.h"
#include "http/topic.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#define GW_GUEST_SLOTS 4096

/* Those before SERVED have a list each. */
enum gw_guest_state {
	GW_GUEST_FRESH,    /* accepted, silent so far; dropped after a few seconds */
	GW_GUEST_KEPT,     /* answered, open for another request */
	GW_GUEST_WAITING,  /* a request whose handler waits for a topic or a time */
	GW_GUEST_FLUSHING, /* a stream whose last piece the web server has not taken */
	GW_GUEST_READY, /* a request that is to be run: a topic rang, its time came, its client left */
	GW_GUEST_SERVED, /* with the thread that got it */
	GW_GUEST_LISTS = GW_GUEST_SERVED,
};

struct gw_guest;

/* A place in the row of those who wait for one topic. */
struct gw_seat {
	LIST_ENTRY(gw_seat) link;
	struct gw_guest *guest;
	struct gw_topic topic;
};

struct gw_guest {
	/* for the thread that serves it */
	struct gw_exchange *exchange; /* NULL for a connection without a request */
	int fd;
	bool last_call; /* its request is to be answered now */
	uint64_t since; /* gw_lobby_now() before its handler was called last */
	/* for the lobby */
	enum gw_guest_state state;
	bool registered; /* in the epoll set, armed or not */
	uint32_t generation;
	struct gw_alarm alarm;
	TAILQ_ENTRY(gw_guest) link;
	int64_t until; /* WAITING: when its time comes; the alarm may come before */
	unsigned seat_count;
	struct gw_seat *seats;
};

/* All of a process. */
extern struct gw_guests {
	int timer;
	int nudge;

	pthread_mutex_t lock; /* guards what follows */
#if GW_CHECKED
	pthread_t owner;
	bool locked;
#endif
	bool nudged; /* a thread is on its way to the ready ones */
	uint64_t rings;
	int64_t armed; /* when the timer fires; 0: not set */
	struct gw_alarms alarms;
	TAILQ_HEAD(gw_guest_list, gw_guest) lists[GW_GUEST_LISTS];
	unsigned counts[GW_GUEST_LISTS];
	uint64_t rung[GW_GUEST_SLOTS]; /* the number of the last ring in each slot */
	LIST_HEAD(gw_seats, gw_seat) seats[GW_GUEST_SLOTS];
} gw_guests;

void gw_guests_lock(void);
void gw_guests_unlock(void);
#if GW_CHECKED
#define gw_guests_assert_locked()                                                                  \
	gw_assert(gw_guests.locked &&pthread_equal(gw_guests.owner, pthread_self()))
#else
#define gw_guests_assert_locked() ((void)0)
#endif

/* Makes a timer and an eventfd, which the lobby watches. False: there are none; errno. */
bool gw_guests_open(void);
void gw_guests_close(void);

/* The one place where a guest changes its state. It leaves its seats with WAITING, and its alarm is cleared. */
void gw_guest_set_state(struct gw_guest *guest, enum gw_guest_state state);
/* Its request is to be run by the next thread, which is woken. */
void gw_guest_make_ready(struct gw_guest *guest, bool last_call);
/* Wakes a thread. */
void gw_guests_nudge(void);

/* The guest is to be looked at then (gw_monotonic()). */
void gw_guest_set_alarm(struct gw_guest *guest, int64_t at);
struct gw_guest *gw_guest_of_alarm(struct gw_alarm *alarm);
/* Sets the timer to the earliest alarm. */
void gw_guests_arm_timer(void);

/* A guest that waits sits down at each of its topics. */
void gw_guest_take_seats(struct gw_guest *guest, const struct gw_wait *wait);
/* True if one of the topics rang since then. */
bool gw_guests_have_rung(const struct gw_wait *wait, uint64_t since);
size_t gw_guests_slot(const struct gw_topic *topic);

#endif
