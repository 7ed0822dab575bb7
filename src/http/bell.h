/* SPDX-License-Identifier: ISC */
/*
 * bell.h: who wakes waiting requests, and what can be said about them. For the program's source of topics; handlers use
 * gw_request_wait().
 */
#ifndef GW_HTTP_BELL_H
#define GW_HTTP_BELL_H

#include "http/topic.h"

#include <stddef.h>

/* Wakes the requests that wait for the topic `text`; returns how many there were. Any thread. */
size_t gw_wake(struct gw_str text);
/* The same, one after the other: many at once are spread over some time. For what others have probably rung for already. */
void gw_wake_in_turn(struct gw_str text);
/*
 * Wakes all that wait, because nobody knows what rang meanwhile. Not all at once: after an outage of the database a few
 * thousand a second.
 */
void gw_wake_all(void);

/* The ids of the topics of `kind` ("agent:…": 'a') that somebody waits for, at most `max`. Returns how many were written. */
size_t gw_waiting_ids(char kind, struct gw_uuid *ids, size_t max);
/* Wakes those who wait for a topic of none of `kinds` ("au"). */
void gw_wake_others(const char *kinds);
/* How many requests wait now. */
size_t gw_waiting_count(void);

#endif
