/* SPDX-License-Identifier: ISC */
/*
 * handout.h: what became of the answers that carried messages.
 *
 * Answers that were written are confirmed together, about a second later, by a thread of its own: one write to the database for
 * many polls. A process that is killed in between costs its agents handout_lease. An answer that was not written is given
 * back at once.
 */
#ifndef GW_HANDOUT_H
#define GW_HANDOUT_H

#include "store/poll.h"

struct gw_handouts;

/* The thread starts with the first answer. `db` must live longer. */
struct gw_handouts *gw_handouts_new(struct gw_db *db);
/* Confirms what was written. NULL allowed. */
void gw_handouts_free(struct gw_handouts *handouts);

/* An answer was written to its peer, or could not be. NULL `handouts`: the leases alone count. */
void gw_handouts_end(struct gw_handouts *handouts, const struct gw_handout *handout, bool written);

#endif
