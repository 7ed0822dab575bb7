/* SPDX-License-Identifier: ISC */
/*
 * claim.h: a batch of claimed jobs on its way to becoming tasks. Private to queue.c.
 */
#ifndef GW_CLAIM_H
#define GW_CLAIM_H

#include "worker/queue.h"

struct gw_claim;

/*
 * Claims up to `room` jobs, and loads what they need; or does not even look at what they need (`load` false), for jobs that
 * cannot be loaded. *ret_claim is to be freed; it may be empty.
 */
GW_MUST_CHECK enum gw_err gw_claim_take(struct gw_queue *queue, int room, bool load,
					struct gw_claim **ret_claim);
void gw_claim_free(struct gw_claim *claim); /* NULL allowed */

const struct gw_job_batch *gw_claim_batch(const struct gw_claim *claim);
/* The task that the worker has already for a job of the batch; NULL as a rule. */
struct gw_task *gw_claim_known(const struct gw_claim *claim, size_t index);
/* Makes a task of a job of the batch, which begins, or ends, by that. */
struct gw_task *gw_claim_begin(const struct gw_claim *claim, size_t index,
			       const struct gw_config *config);

#endif
