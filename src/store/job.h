/* SPDX-License-Identifier: ISC */
/*
 * job.h: the queue of jobs, as a worker sees it. What the kinds of jobs need besides is in question.h and conversation.h.
 *
 * A worker takes jobs for the length of a lease, renews the lease, and settles each job or gives it back. Every claim
 * raises the job's epoch; whoever comes with an older one changes nothing. The protocol: jobs of one lane run one after
 * another in the order of arrival, and what a job leads to has ids derived from the job's, so it exists once.
 */
#ifndef GW_JOB_H
#define GW_JOB_H

#include "store/db.h"

#define GW_JOB_NEVER INT64_MAX

/* A model that answers, and the one that takes its place. */
enum { GW_JOB_PRIMARY, GW_JOB_FALLBACK, GW_JOB_MODELS };

/* A claimed job. Ids that it has not are all zero. Views last as long as the batch. */
struct gw_job {
	struct gw_uuid id;
	struct gw_str kind;
	struct gw_uuid source_agent, target_agent, source_user, subject;
	struct gw_uuid tenant, resource; /* whose share it takes, and of what */
	struct gw_str conversation;      /* of kinds that have one of their own; else absent */
	struct gw_str content;
	int64_t epoch;
	int64_t attempts; /* that failed */
	int64_t wasted;   /* those of them that cost something */
	int64_t lost;     /* times that a worker died with it */
	int64_t age;      /* microseconds since it was queued */
	bool use_fallback;
	/* microseconds from the claim before which a model is not to be asked; 0, or GW_JOB_NEVER */
	int64_t after[GW_JOB_MODELS];
};

/* How many jobs somebody, or something, has under way in this worker. */
struct gw_job_share {
	struct gw_uuid id;
	int count;
};

struct gw_job_demand {
	const char *worker;
	int64_t lease;
	int room; /* jobs at most */
	int free; /* calls that the worker could begin */
	/* jobs that wait for longer are taken whatever they wait for; 0: not looked after this time */
	int64_t deadline;
	const struct gw_uuid *after_tenant; /* the one that was served last; NULL: none */
	const struct gw_job_share *tenants, *resources;
	size_t tenant_count, resource_count;
	/* what one of them may have when it is alone: parts of all, above 0; from 1 on there is no limit */
	double tenant_part, resource_part;
};

struct gw_job_batch {
	size_t count;
	struct gw_job *jobs;
	int64_t wait; /* microseconds until there may be more to take; GW_JOB_NEVER: nothing waits or runs */
	struct gw_uuid last_tenant; /* the one to begin behind next time */
	bool has_last_tenant;
	struct gw_rows *rows;
};

/* Takes jobs that are due. The batch is to be freed; it may be empty. */
GW_MUST_CHECK enum gw_err gw_job_take(struct gw_tx *tx, const struct gw_job_demand *demand,
				      struct gw_job_batch **ret_batch);
void gw_job_batch_free(struct gw_job_batch *batch); /* NULL allowed */

/* A claim that a worker holds. */
struct gw_job_claim {
	struct gw_uuid id;
	int64_t epoch;
	bool held; /* set by the functions below: the claim was still good */
};

/* Prolongs the leases of all `claims`; those not `held` afterwards belong to somebody else, or were cancelled. */
GW_MUST_CHECK enum gw_err gw_job_renew(struct gw_db *db, const char *worker, int64_t lease,
				       struct gw_job_claim *claims, size_t count);
/* Gives jobs back, due at once; their attempts do not grow. */
GW_MUST_CHECK enum gw_err gw_job_release(struct gw_db *db, const char *worker,
					 struct gw_job_claim *claims, size_t count);

enum gw_job_state {
	GW_JOB_DONE,
	GW_JOB_DEAD,
	GW_JOB_RETRY, /* to be run again after `delay` */
};

/* What became of a claimed job. */
struct gw_job_settlement {
	struct gw_job_claim claim;
	enum gw_job_state state;
	struct gw_str error; /* for operators; absent: none */
	int64_t delay;       /* microseconds */
	bool attempted;      /* it was tried, so this counts as an attempt */
	bool expired;        /* dead because its time is over */
	bool wasted;         /* which cost something and led to nothing */
	bool use_fallback;   /* which model is next */
	/* microseconds from now before which a model is not to be asked; -1: as before */
	int64_t after[GW_JOB_MODELS];
	struct gw_uuid resource; /* what it will use */
};

/*
 * Settles all of them; sets `claim.held`. Those not held are left as they are. Rows are locked in the order given, so whoever
 * settles many sorts them by id first.
 */
GW_MUST_CHECK enum gw_err gw_job_settle(struct gw_tx *tx, const char *worker,
					struct gw_job_settlement *const *settlements, size_t count);

/* A worker's row in clawgw.workers: it is there and will be heard of again within `validity`. */
GW_MUST_CHECK enum gw_err gw_worker_seen(struct gw_db *db, const char *worker, const char *version,
					 int64_t validity, int in_flight, int max_inflight);
GW_MUST_CHECK enum gw_err gw_worker_gone(struct gw_db *db, const char *worker);
/*
 * Notes the database's time, and mends what a clock that was set back leaves behind (sql/functions/clock_follow.sql). *ret_back: by how
 * many microseconds it was since the last call of any worker; 0: it was not.
 */
GW_MUST_CHECK enum gw_err gw_clock_follow(struct gw_db *db, int64_t job_lease, int64_t *ret_back);

#endif
