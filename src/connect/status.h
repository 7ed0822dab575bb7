/* SPDX-License-Identifier: ISC */
/*
 * status.h: what `clawgw-connect status` knows of an agent at work: a small file in its state folder, and the folder's lock.
 */
#ifndef GW_CONNECT_STATUS_H
#define GW_CONNECT_STATUS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct gw_status {
	int64_t since;             /* gw_now(): of the start */
	bool reached;              /* the gateway answered at least once since the start */
	char trouble[256];         /* "" if the gateway answers */
	int64_t answered, failed;  /* messages since the start */
	unsigned running, waiting; /* commands that run; messages that wait for one */
	unsigned unreported;       /* results that the gateway has not taken yet */
};

/* Takes the lock of a state folder. GW_BUSY: another process has it. GW_INTERNAL: logged. It lasts until the descriptor is closed. */
GW_MUST_CHECK enum gw_err gw_state_lock(int dir, int *ret_lock);
/* The process that has the lock; 0: nobody. */
int64_t gw_state_owner(int dir);

bool gw_status_equal(const struct gw_status *a, const struct gw_status *b);
/* Not brought to the disk: it is of interest only while the process lives. Trouble is not reported. */
void gw_status_write(int dir, const struct gw_status *status);
/* Appends the words for people. False: there is none. */
GW_MUST_CHECK bool gw_status_describe(int dir, struct gw_buf *out);

#endif
