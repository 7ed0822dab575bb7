/*
 * policy.h: what happens to a job after its model was asked: is it done, tried again (when, and with which model), or dead?
 *
 * Pure decisions; nothing here looks at a clock, a database or a connection.
 */
#ifndef GW_POLICY_H
#define GW_POLICY_H

#include "llm/llm.h"
#include "store/job.h"

/* A job whose worker died this often while it ran is not run again: it may be the reason. */
#define GW_POLICY_MAX_LOST 20

struct gw_policy_state {
	int64_t attempts; /* that failed before */
	int64_t max_attempts;
	int model;                  /* GW_JOB_PRIMARY or GW_JOB_FALLBACK: who was asked */
	bool usable[GW_JOB_MODELS]; /* there, enabled, and has not refused for good */
	int64_t after
		[GW_JOB_MODELS]; /* microseconds from now before which a model is not to be asked */
};

struct gw_policy_decision {
	enum gw_job_state state;
	int64_t delay;
	bool use_fallback;
	int64_t after[GW_JOB_MODELS]; /* -1: as before */
};

/*
 * `retry_after` as the server said (microseconds, -1 if it did not). `chance` is a random number that spreads jobs which failed
 * together.
 */
void gw_policy_decide(const struct gw_policy_state *state, enum gw_llm_cause cause,
		      int64_t retry_after, uint32_t chance,
		      struct gw_policy_decision *ret_decision);

/*
 * Which model to ask first: GW_JOB_PRIMARY, GW_JOB_FALLBACK, or -1 with *ret_reason for the sender ("it has no language
 * model").
 */
int gw_policy_choose(const struct gw_job *job, const char **ret_reason);

/* Why a job is not to be run at all, for the sender; NULL: it is. */
const char *gw_policy_refusal(const struct gw_job *job);

#endif
