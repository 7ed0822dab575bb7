/* SPDX-License-Identifier: ISC */
/*
 * background.h: work that goes on after a request was answered, in a thread of its own, and the wait for it at the program's end.
 */
#ifndef GW_BACKGROUND_H
#define GW_BACKGROUND_H

#include "base/attrs.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Starts run(arg) in a thread if fewer than `max` are under way; run() owns arg then. False if it was not started.
 * What run() uses of the gateway (its configuration) lives until gw_background_wait() has returned.
 */
GW_MUST_CHECK bool gw_background_start(void (*run)(void *arg), void *arg, unsigned max);

/* For run(): returns after so long, or as soon as somebody waits for the end. */
void gw_background_pause(int64_t microseconds);

/* Waits until none is under way, for at most `microseconds`; false if some still are. Pauses of theirs end at once. */
bool gw_background_wait(int64_t microseconds);

#endif
