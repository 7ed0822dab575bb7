/* SPDX-License-Identifier: ISC */
/*
 * trial.h: whether everything that an agent needs is there: its program, its key, the gateway, and an answer to a test message.
 */
#ifndef GW_CONNECT_TRIAL_H
#define GW_CONNECT_TRIAL_H

#include "connect/options.h"

#include <stdbool.h>

/* Where the program to be run is, as the PATH says now; to be freed. NULL: nowhere. */
char *gw_trial_find(const struct gw_connect_options *options);
/*
 * Tries one thing after another and prints a line for each on standard output; the test message is of our own making, does
 * not go through the gateway, and is answered by the program as any other. False: something does not work.
 */
GW_MUST_CHECK bool gw_trial(const struct gw_connect_options *options);

#endif
