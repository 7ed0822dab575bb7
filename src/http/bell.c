/* SPDX-License-Identifier: ISC */
/*
 * bell.c: see bell.h.
 */
#include "http/bell.h"

#include "base/clock.h"
#include "http/guests.h"

#include <string.h>

/* Between two that look again after an outage. */
#define SPREAD (GW_USEC_PER_SEC / 4000)
/* Between two that are woken in turn. */
#define TURN (2 * INT64_C(1000))

size_t gw_wake(struct gw_str text)
{
	struct gw_topic topic = gw_topic(text);
	size_t slot = gw_guests_slot(&topic);
	struct gw_seat *seat = NULL;
	struct gw_seat *next = NULL;
	size_t woken = 0;

	gw_guests_lock();
	gw_guests.rung[slot] = ++gw_guests.rings;
	for (seat = LIST_FIRST(&gw_guests.seats[slot]); seat != NULL; seat = next) {
		struct gw_guest *guest = seat->guest;

		next = LIST_NEXT(seat, link);
		if (seat->topic.digest != topic.digest)
			continue;
		/* a guest gives up all its seats at once: the next one must not be one of them */
		while (next != NULL && next->guest == guest)
			next = LIST_NEXT(next, link);
		woken++;
		gw_guest_make_ready(guest, false);
	}
	gw_guests_unlock();
	return woken;
}

/* Has a guest that waits look again at `at`, unless its time comes before. */
static void look_again(struct gw_guest *guest, int64_t at)
{
	if (at < guest->alarm.at)
		gw_alarm_set(&gw_guests.alarms, &guest->alarm, at);
}

void gw_wake_in_turn(struct gw_str text)
{
	static int64_t turn; /* with the lock */
	struct gw_topic topic = gw_topic(text);
	size_t slot = gw_guests_slot(&topic);
	int64_t now = gw_monotonic();
	const struct gw_seat *seat = NULL;

	gw_guests_lock();
	gw_guests.rung[slot] = ++gw_guests.rings;
	LIST_FOREACH(seat, &gw_guests.seats[slot], link)
	{
		if (seat->topic.digest != topic.digest)
			continue;
		turn = turn > now ? turn + TURN : now;
		look_again(seat->guest, turn);
	}
	gw_guests.armed = 0;
	gw_guests_arm_timer();
	gw_guests_unlock();
}

void gw_wake_all(void)
{
	int64_t at = gw_monotonic();
	struct gw_guest *guest = NULL;

	gw_guests_lock();
	gw_guests.rings++;
	for (size_t i = 0; i < GW_GUEST_SLOTS; i++)
		gw_guests.rung[i] = gw_guests.rings;
	TAILQ_FOREACH(guest, &gw_guests.lists[GW_GUEST_WAITING], link)
	{
		look_again(guest, at += SPREAD);
	}
	gw_guests.armed = 0;
	gw_guests_arm_timer();
	gw_guests_unlock();
}

void gw_wake_others(const char *kinds)
{
	int64_t at = gw_monotonic();
	struct gw_guest *guest = NULL;

	gw_guests_lock();
	TAILQ_FOREACH(guest, &gw_guests.lists[GW_GUEST_WAITING], link)
	{
		bool other = false;

		for (unsigned i = 0; i < guest->seat_count; i++)
			other = other || guest->seats[i].topic.kind == '\0' ||
				strchr(kinds, guest->seats[i].topic.kind) == NULL;
		if (other)
			look_again(guest, at += SPREAD);
	}
	gw_guests.armed = 0;
	gw_guests_arm_timer();
	gw_guests_unlock();
}

size_t gw_waiting_ids(char kind, struct gw_uuid *ids, size_t max)
{
	size_t count = 0;
	const struct gw_guest *guest = NULL;

	gw_guests_lock();
	TAILQ_FOREACH(guest, &gw_guests.lists[GW_GUEST_WAITING], link)
	{
		for (unsigned i = 0; i < guest->seat_count && count < max; i++) {
			if (guest->seats[i].topic.kind == kind)
				ids[count++] = guest->seats[i].topic.id;
		}
	}
	gw_guests_unlock();
	return count;
}

size_t gw_waiting_count(void)
{
	size_t count = 0;

	gw_guests_lock();
	count = gw_guests.counts[GW_GUEST_WAITING] + gw_guests.counts[GW_GUEST_FLUSHING];
	gw_guests_unlock();
	return count;
}
