/* SPDX-License-Identifier: ISC */
/*
 * stand_in.h: runs the programs of tests/mock for a test.
 */
#ifndef GW_TEST_STAND_IN_H
#define GW_TEST_STAND_IN_H

#include <sys/types.h>

struct gw_stand_in {
	pid_t pid;
	int port;
	char folder[64]; /* its own, removed by _stop */
	char log[128];
};

/*
 * Starts tests/mock/<name> with its folder and, unless they are NULL, two more arguments; returns
 * when it listens. It dies with the test.
 */
void gw_stand_in_start(struct gw_stand_in *stand_in, const char *name, const char *option,
		       const char *value);
void gw_stand_in_stop(struct gw_stand_in *stand_in);

/* How many lines of its log contain `text`. */
int gw_stand_in_count(const struct gw_stand_in *stand_in, const char *text);
/* Waits until there are `count` such lines; fails the test after 10 s. */
void gw_stand_in_wait(const struct gw_stand_in *stand_in, const char *text, int count);
/* A file of its folder, to be freed; NULL if there is none. */
char *gw_stand_in_file(const struct gw_stand_in *stand_in, const char *name);

#endif
