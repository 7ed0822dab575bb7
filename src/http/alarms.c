/* SPDX-License-Identifier: ISC */
/*
 * alarms.c: see alarms.h.
 */
#include "http/alarms.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>

static void put(struct gw_alarms *alarms, size_t place, struct gw_alarm *alarm)
{
	alarms->heap[place - 1] = alarm;
	alarm->place = place;
}

/* Moves the alarm from its place to where it belongs. */
static void settle(struct gw_alarms *alarms, struct gw_alarm *alarm)
{
	size_t place = alarm->place;

	while (place > 1 && alarms->heap[place / 2 - 1]->at > alarm->at) {
		put(alarms, place, alarms->heap[place / 2 - 1]);
		place /= 2;
	}
	for (;;) {
		size_t child = 2 * place;

		if (child > alarms->count)
			break;
		if (child < alarms->count && alarms->heap[child]->at < alarms->heap[child - 1]->at)
			child++;
		if (alarms->heap[child - 1]->at >= alarm->at)
			break;
		put(alarms, place, alarms->heap[child - 1]);
		place = child;
	}
	put(alarms, place, alarm);
}

void gw_alarm_set(struct gw_alarms *alarms, struct gw_alarm *alarm, int64_t at)
{
	alarm->at = at;
	if (alarm->place == 0) {
		if (alarms->count == alarms->room) {
			alarms->room = alarms->room == 0 ? 64 : 2 * alarms->room;
			alarms->heap =
				gw_xrealloc(alarms->heap, alarms->room * sizeof(struct gw_alarm *));
		}
		put(alarms, ++alarms->count, alarm);
	}
	settle(alarms, alarm);
}

void gw_alarm_clear(struct gw_alarms *alarms, struct gw_alarm *alarm)
{
	struct gw_alarm *last = NULL;

	if (alarm->place == 0)
		return;
	last = alarms->heap[--alarms->count];
	if (last != alarm) {
		put(alarms, alarm->place, last);
		settle(alarms, last);
	}
	alarm->place = 0;
}

struct gw_alarm *gw_alarm_first(const struct gw_alarms *alarms)
{
	return alarms->count > 0 ? alarms->heap[0] : NULL;
}

void gw_alarms_release(struct gw_alarms *alarms)
{
	free(alarms->heap);
	*alarms = (struct gw_alarms){.heap = NULL};
}
