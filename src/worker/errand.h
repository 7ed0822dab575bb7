/* SPDX-License-Identifier: ISC */
/*
 * errand.h: work that blocks, done by a few threads, so that the worker's one thread need not wait for it.
 */
#ifndef GW_ERRAND_H
#define GW_ERRAND_H

#include "worker/task.h"

#define GW_ERRAND_THREADS 8
/*
 * How many of them one thing may have (a mail server, Feishu): a slow one leaves the others their part. Of these one organisation
 * has at most all but one (clawgw.jobs_take).
 */
#define GW_ERRAND_SHARE 4

struct gw_errands;

/* Threads are started when there is something to do. The database needs GW_ERRAND_THREADS connections for them. */
struct gw_errands *gw_errands_new(struct gw_db *db, const struct gw_config *config);
/* What runs is not interrupted: false, and nothing is freed, when it has not ended by `deadline` (gw_monotonic()). */
bool gw_errands_free(struct gw_errands *errands, int64_t deadline);

/* Readable when something has ended. */
int gw_errands_fd(const struct gw_errands *errands);
/* Whether a thread may be using database and configuration. */
bool gw_errands_busy(struct gw_errands *errands);
/* Has a thread run the task's errand; the task stays the caller's. */
void gw_errands_start(struct gw_errands *errands, struct gw_task *task);
/*
 * Nobody waits for the task any more. True: it had not begun and is the caller's to free. False: a thread has it, and it will
 * be freed when that has ended.
 */
bool gw_errands_abandon(struct gw_errands *errands, struct gw_task *task);

/* One task's errand has ended. The result's texts are the callee's to take over. */
typedef void gw_errand_done(void *context, struct gw_task *task, struct gw_errand_result *result);
void gw_errands_collect(struct gw_errands *errands, gw_errand_done *done, void *context);

#endif
