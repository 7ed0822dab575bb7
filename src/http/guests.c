/* SPDX-License-Identifier: ISC */
/*
 * guests.c: see guests.h.
 */
#include "http/guests.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct gw_guests gw_guests = {.timer = -1, .nudge = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

void gw_guests_lock(void)
{
	pthread_mutex_lock(&gw_guests.lock);
#if GW_CHECKED
	gw_guests.owner = pthread_self();
	gw_guests.locked = true;
#endif
}

void gw_guests_unlock(void)
{
#if GW_CHECKED
	gw_guests.locked = false;
#endif
	pthread_mutex_unlock(&gw_guests.lock);
}

bool gw_guests_open(void)
{
	gw_guests_assert_locked();
	for (size_t i = 0; i < GW_GUEST_LISTS; i++)
		TAILQ_INIT(&gw_guests.lists[i]);
	for (size_t i = 0; i < GW_GUEST_SLOTS; i++)
		LIST_INIT(&gw_guests.seats[i]);
	gw_guests.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	gw_guests.nudge = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return gw_guests.timer >= 0 && gw_guests.nudge >= 0;
}

void gw_guests_close(void)
{
	gw_guests_assert_locked();
	if (gw_guests.timer >= 0)
		close(gw_guests.timer);
	if (gw_guests.nudge >= 0)
		close(gw_guests.nudge);
	gw_guests.timer = gw_guests.nudge = -1;
	gw_alarms_release(&gw_guests.alarms);
}

/* --- time --------------------------------------------------------------------------------------- */

void gw_guests_arm_timer(void)
{
	const struct gw_alarm *first = gw_alarm_first(&gw_guests.alarms);
	struct itimerspec when = {.it_value = {.tv_sec = 0}};

	gw_guests_assert_locked();
	if (first == NULL || (gw_guests.armed != 0 && gw_guests.armed <= first->at))
		return;
	gw_guests.armed = first->at;
	when.it_value.tv_sec = first->at / GW_USEC_PER_SEC;
	/* a time of 0 would switch it off */
	when.it_value.tv_nsec = (first->at % GW_USEC_PER_SEC) * 1000 + 1;
	(void)timerfd_settime(gw_guests.timer, TFD_TIMER_ABSTIME, &when, NULL);
}

void gw_guest_set_alarm(struct gw_guest *guest, int64_t at)
{
	gw_alarm_set(&gw_guests.alarms, &guest->alarm, at);
	gw_guests_arm_timer();
}

struct gw_guest *gw_guest_of_alarm(struct gw_alarm *alarm)
{
	return (struct gw_guest *)(void *)((char *)alarm - offsetof(struct gw_guest, alarm));
}

/* --- topics ------------------------------------------------------------------------------------- */

size_t gw_guests_slot(const struct gw_topic *topic)
{
	return (size_t)(topic->digest % GW_GUEST_SLOTS);
}

bool gw_guests_have_rung(const struct gw_wait *wait, uint64_t since)
{
	for (unsigned i = 0; i < wait->count; i++) {
		if (gw_guests.rung[gw_guests_slot(&wait->topics[i])] > since)
			return true;
	}
	return false;
}

void gw_guest_take_seats(struct gw_guest *guest, const struct gw_wait *wait)
{
	guest->seat_count = wait->count;
	guest->seats = gw_xcalloc(wait->count, sizeof(*guest->seats));
	for (unsigned i = 0; i < wait->count; i++) {
		struct gw_seat *seat = &guest->seats[i];

		seat->guest = guest;
		seat->topic = wait->topics[i];
		LIST_INSERT_HEAD(&gw_guests.seats[gw_guests_slot(&seat->topic)], seat, link);
	}
}

static void leave_seats(struct gw_guest *guest)
{
	for (unsigned i = 0; i < guest->seat_count; i++)
		LIST_REMOVE(&guest->seats[i], link);
	free(guest->seats);
	guest->seats = NULL;
	guest->seat_count = 0;
}

/* --- states ------------------------------------------------------------------------------------- */

void gw_guest_set_state(struct gw_guest *guest, enum gw_guest_state state)
{
	gw_guests_assert_locked();
	gw_assert(guest->state != state);
	gw_assert(guest->state == GW_GUEST_SERVED || state == GW_GUEST_SERVED ||
		  state == GW_GUEST_READY);
	if (guest->state != GW_GUEST_SERVED) {
		TAILQ_REMOVE(&gw_guests.lists[guest->state], guest, link);
		gw_guests.counts[guest->state]--;
		gw_alarm_clear(&gw_guests.alarms, &guest->alarm);
	}
	if (guest->state == GW_GUEST_WAITING)
		leave_seats(guest);
	guest->state = state;
	if (state != GW_GUEST_SERVED) {
		TAILQ_INSERT_TAIL(&gw_guests.lists[state], guest, link);
		gw_guests.counts[state]++;
	}
}

void gw_guests_nudge(void)
{
	uint64_t one = 1;

	gw_guests.nudged = true;
	if (write(gw_guests.nudge, &one, sizeof(one)) < 0)
		gw_log_error("cannot wake a thread: %s", strerror(errno));
}

void gw_guest_make_ready(struct gw_guest *guest, bool last_call)
{
	guest->last_call = last_call;
	gw_guest_set_state(guest, GW_GUEST_READY);
	if (!gw_guests.nudged)
		gw_guests_nudge();
}
