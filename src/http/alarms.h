/* SPDX-License-Identifier: ISC */
/*
 * alarms.h: points in time, the earliest first: a binary heap of what is embedded in others.
 */
#ifndef GW_ALARMS_H
#define GW_ALARMS_H

#include <stddef.h>
#include <stdint.h>

struct gw_alarm {
	int64_t at;   /* gw_monotonic() */
	size_t place; /* in the heap, counted from 1; 0: it is not set */
};

struct gw_alarms {
	struct gw_alarm **heap;
	size_t count;
	size_t room;
};

/* Sets an alarm, or moves one that is set. */
void gw_alarm_set(struct gw_alarms *alarms, struct gw_alarm *alarm, int64_t at);
/* Nothing happens to one that is not set. */
void gw_alarm_clear(struct gw_alarms *alarms, struct gw_alarm *alarm);
/* The earliest; NULL: none is set. */
struct gw_alarm *gw_alarm_first(const struct gw_alarms *alarms);
void gw_alarms_release(struct gw_alarms *alarms);

#endif
