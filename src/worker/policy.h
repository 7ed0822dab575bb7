/* SPDX-License-Identifier: ISC */
/*
 * policy.h: what happens to a job after its model was asked: is it done, tried again (when, and with which model), or dead?
 *
 * Pure decisions; nothing here looks at a clock, a database or a connection.
 */
#ifndef GW_POLICY_H
#define GW_POLICY_H

#include "llm/llm.h"
#include "store/question.h"

/* A job whose worker died this often while it ran is not run again: it may be the reason. */
#define GW_POLICY_MAX_LOST 20
/* Attempts that cost something and led to nothing: nobody pays for more of them, however many attempts are left. */
#define GW_POLICY_MAX_WASTED 8
/* The same when the model did answer, only not in words: it will hardly change its mind. */
#define GW_POLICY_MAX_SPEECHLESS 2

struct gw_policy_state {
	int64_t attempts; /* that failed before */
	int64_t max_attempts;
	int64_t wasted;             /* attempts before that cost something */
	int64_t left;               /* microseconds until the job's deadline */
	int model;                  /* GW_JOB_PRIMARY or GW_JOB_FALLBACK: who was asked */
	bool usable[GW_JOB_MODELS]; /* there, enabled, and has not refused for good */
	/* microseconds from now before which a model is not to be asked */
	int64_t after[GW_JOB_MODELS];
};

struct gw_policy_decision {
	enum gw_job_state state;
	int64_t delay;
	bool expired; /* dead because there is no time left */
	bool wasted;  /* this attempt cost something */
	bool use_fallback;
	int64_t after[GW_JOB_MODELS]; /* -1: as before */
};

/*
 * How long to wait after an attempt that failed: what the other side asks for (microseconds, -1 if it does not), but not less
 * than a time that grows with the attempts before. `chance` is a random number that spreads jobs which failed together.
 */
int64_t gw_policy_delay(int64_t attempts, int64_t retry_after, uint32_t chance);

/* Looks at cause, retry_after and billed of the result only. */
void gw_policy_decide(const struct gw_policy_state *state, const struct gw_llm_result *result,
		      uint32_t chance, struct gw_policy_decision *ret_decision);

/*
 * Which model to ask now: GW_JOB_PRIMARY or GW_JOB_FALLBACK, with *ret_wait 0; or which one later, with the microseconds until
 * then; or -1 with *ret_reason for the sender ("it has no language model").
 */
int gw_policy_choose(const struct gw_policy_state *state, const struct gw_question *question,
		     bool use_fallback, int64_t *ret_wait, const char **ret_reason);

/* Why a model is not to be asked at all, for the sender; NULL: it is. */
const char *gw_policy_refusal(const struct gw_question *question);
/*
 * Why a job is not to be begun, whatever its kind, for the sender; NULL: it is. `deadline`: microseconds; *ret_expired: it has been
 * reached; may be NULL.
 */
const char *gw_policy_job_refusal(const struct gw_job *job, int64_t deadline, bool *ret_expired);

#endif
