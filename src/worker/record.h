/* SPDX-License-Identifier: ISC */
/*
 * record.h: the ends of tasks in the database.
 */
#ifndef GW_RECORD_H
#define GW_RECORD_H

#include "worker/queue.h"

/*
 * Records the ends of `count` tasks, what they lead to, and what calls have used, dropped ones included, in one transaction; then
 * rings for who waits for it. Sorts the tasks, and notes in each (settlement.claim.held) whether it was still this worker's. What
 * the database says otherwise: nothing was recorded, or after GW_UNAVAILABLE perhaps all.
 */
GW_MUST_CHECK enum gw_err gw_record_ends(struct gw_queue *queue, struct gw_task **tasks,
					 size_t count);

#endif
