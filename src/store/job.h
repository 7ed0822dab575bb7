/*
 * job.h: the queue of messages that native agents are to answer, as a worker sees it.
 *
 * A worker claims jobs for the length of a lease, renews the lease, and settles each job or gives it back. Every
 * claim raises the job's epoch; whoever comes with an older one changes nothing. New jobs are made by gw_message_send().
 * The protocol: a pair of agents has at most one job running, its jobs run in the order of arrival, and what a job leads
 * to (rows in the conversation, the message to the sender) has ids derived from the job's, so it exists once.
 */
#ifndef GW_JOB_H
#define GW_JOB_H

#include "store/db.h"

#define GW_JOB_HISTORY 10               /* rows of a conversation that a model is shown */
#define GW_JOB_HISTORY_CHARACTERS 16384 /* of each */
#define GW_JOB_NEVER INT64_MAX

enum gw_job_outcome {
	GW_JOB_ASK,  /* the model is to be asked; the call is counted already */
	GW_JOB_GONE, /* the target was deleted, has expired, or is not a native agent any more */
	GW_JOB_NO_CALLS,     /* its calls of today are used up */
	GW_JOB_TOKENS_DAY,   /* its tokens of today are */
	GW_JOB_TOKENS_MONTH, /* its tokens of this month are */
};

enum gw_job_model_state {
	GW_JOB_MODEL_NONE,    /* the agent has none set */
	GW_JOB_MODEL_MISSING, /* it was deleted */
	GW_JOB_MODEL_DISABLED,
	GW_JOB_MODEL_TOKENS, /* its tokens of today are used up */
	GW_JOB_MODEL_OK,
};

/* Views last as long as the batch. */
struct gw_job_model {
	enum gw_job_model_state state;
	struct gw_uuid id;
	struct gw_str provider, model, key,
		base_url; /* the key as stored, perhaps encrypted; base_url may be absent */
	bool has_temperature;
	double temperature;
	int64_t request_timeout;   /* seconds; 0 or less: not set */
	int64_t max_output_tokens; /* 0 or less: not set */
	int64_t after; /* microseconds from the claim before which it is not to be asked; 0, or GW_JOB_NEVER */
};

enum { GW_JOB_PRIMARY, GW_JOB_FALLBACK, GW_JOB_MODELS };

struct gw_job_line {
	bool assistant; /* the target said it */
	struct gw_str text;
};

struct gw_job {
	struct gw_uuid id;
	int64_t epoch;
	int64_t attempts; /* that failed */
	int64_t lost;     /* times that a worker died with it */
	struct gw_uuid conversation;
	enum gw_job_outcome outcome;
	struct gw_str content, source_name, target_name, role_description, bio;
	bool use_fallback;
	struct gw_job_model models[GW_JOB_MODELS];
	const struct gw_job_line *history; /* oldest first */
	size_t history_count;
};

struct gw_job_batch {
	size_t count;
	struct gw_job *jobs;
	struct gw_job_line *lines;
	struct gw_rows *rows;
};

/*
 * Takes up to `limit` jobs that are due, and what is needed to do them. What must be on record before a model is asked
 * (the request in its conversation, the count of calls) is, when this returns. The batch is to be freed; it may be empty.
 */
GW_MUST_CHECK enum gw_err gw_job_claim(struct gw_db *db, const char *worker, int64_t lease,
				       int limit, struct gw_job_batch **ret_batch);
void gw_job_batch_free(struct gw_job_batch *batch); /* NULL allowed */

/*
 * Takes one job without looking at what it is about: for jobs that gw_job_claim() fails on. A batch of at most one, in which
 * only id, epoch, attempts, lost and conversation are set.
 */
GW_MUST_CHECK enum gw_err gw_job_claim_blindly(struct gw_db *db, const char *worker, int64_t lease,
					       struct gw_job_batch **ret_batch);

/* Microseconds until there may be something to claim, 0 if overdue, GW_JOB_NEVER if nothing waits or runs. */
GW_MUST_CHECK enum gw_err gw_job_next(struct gw_db *db, int64_t *ret_wait);

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
	GW_JOB_DONE,  /* `content` is the answer */
	GW_JOB_DEAD,  /* `content` is the notice that there will be none */
	GW_JOB_RETRY, /* to be run again after `delay` */
};

/* What became of a claimed job. */
struct gw_job_settlement {
	struct gw_job_claim claim;
	struct gw_uuid conversation;
	enum gw_job_state state;
	struct gw_str content;
	struct gw_str error; /* for operators; absent: none */
	int64_t delay;       /* microseconds */
	bool asked;          /* a model was asked, namely */
	struct gw_uuid model_id;
	int64_t tokens;    /* that it used */
	bool use_fallback; /* which model is next */
	int64_t after
		[GW_JOB_MODELS]; /* microseconds from now before which a model is not to be asked; -1: as before */
};

/* Settles all of them in one transaction; sets `claim.held`. Those not held are left as they are. */
GW_MUST_CHECK enum gw_err gw_job_settle(struct gw_db *db, const char *worker,
					struct gw_job_settlement *settlements, size_t count);

/* The conversation of a pair of agents, the same for both directions. */
struct gw_uuid gw_job_conversation(const struct gw_uuid *a, const struct gw_uuid *b);
/* The id of the message that ends a job for its sender: the answer, or the notice that none will come. Never both. */
struct gw_uuid gw_job_message_id(const struct gw_uuid *job);

/* A worker's row in clawgw.workers: it is there and will be heard of again within `validity`. */
GW_MUST_CHECK enum gw_err gw_worker_seen(struct gw_db *db, const char *worker, const char *version,
					 int64_t validity, int in_flight, int max_inflight);
GW_MUST_CHECK enum gw_err gw_worker_gone(struct gw_db *db, const char *worker);

#endif
