/* SPDX-License-Identifier: ISC */
/*
 * policy.c: see policy.h.
 */
#include "worker/policy.h"

#include "base/clock.h"

#define BACKOFF_FIRST GW_USEC_PER_SEC
#define BACKOFF_MAX (INT64_C(300) * GW_USEC_PER_SEC)
#define SPREAD (GW_USEC_PER_SEC / 4)
/* The primary is asked this often in a row before the fallback gets its turn, … */
#define PRIMARY_ATTEMPTS 2
/* … unless it wants to be left alone for longer than this. */
#define PRIMARY_PATIENCE (INT64_C(60) * GW_USEC_PER_SEC)

/* Exponential, half of it by chance. */
int64_t gw_policy_delay(int64_t attempts, int64_t retry_after, uint32_t chance)
{
	int64_t delay = BACKOFF_FIRST;

	while (attempts-- > 0 && delay < BACKOFF_MAX)
		delay *= 2;
	if (delay > BACKOFF_MAX)
		delay = BACKOFF_MAX;
	delay = delay / 2 + (int64_t)(chance % (uint32_t)(delay / 2 + 1));
	if (retry_after >= 0 && retry_after + chance % SPREAD > delay)
		delay = retry_after + chance % SPREAD;
	return delay;
}

static bool is_speechless(enum gw_llm_cause cause)
{
	return cause == GW_LLM_EMPTY || cause == GW_LLM_TOOL_CALL || cause == GW_LLM_ONLY_THOUGHTS;
}

static bool is_last(const struct gw_policy_state *state, enum gw_llm_cause cause, bool wasted)
{
	int64_t max_wasted = is_speechless(cause) ? GW_POLICY_MAX_SPEECHLESS : GW_POLICY_MAX_WASTED;

	return state->attempts + 1 >= state->max_attempts ||
	       (wasted && state->wasted + 1 >= max_wasted);
}

/* Whether it is the other model's turn, after this one failed in a way that may pass. */
static bool is_turn_of(const struct gw_policy_state *state, int other, int64_t delay)
{
	return state->usable[other] && state->after[other] < delay &&
	       (state->model == GW_JOB_FALLBACK || state->attempts + 1 >= PRIMARY_ATTEMPTS ||
		delay > PRIMARY_PATIENCE);
}

void gw_policy_decide(const struct gw_policy_state *state, const struct gw_llm_result *result,
		      uint32_t chance, struct gw_policy_decision *ret_decision)
{
	struct gw_policy_decision decision = {.state = GW_JOB_RETRY, .after = {-1, -1}};
	int other = state->model == GW_JOB_PRIMARY ? GW_JOB_FALLBACK : GW_JOB_PRIMARY;
	bool speechless = is_speechless(result->cause);
	int next = state->model;

	switch (gw_llm_cause_outcome(result->cause)) {
	case GW_LLM_OK:
		decision.state = GW_JOB_DONE;
		break;
	case GW_LLM_PERMANENT:
		decision.after[state->model] = GW_JOB_NEVER;
		decision.delay = state->after[other];
		next = other;
		if (state->attempts + 1 >= state->max_attempts || !state->usable[other])
			decision.state = GW_JOB_DEAD;
		break;
	case GW_LLM_RETRY:
		decision.wasted = result->billed || speechless;
		decision.delay = gw_policy_delay(state->attempts, result->retry_after, chance);
		decision.after[state->model] = decision.delay;
		if (is_last(state, result->cause, decision.wasted)) {
			decision.state = GW_JOB_DEAD;
		} else if (is_turn_of(state, other, decision.delay) ||
			   (speechless && state->usable[other] && state->after[other] <= 0)) {
			next = other;
			decision.delay = state->after[other];
		}
		break;
	}
	decision.use_fallback = next == GW_JOB_FALLBACK;
	decision.expired = decision.state == GW_JOB_RETRY && decision.delay > state->left;
	if (decision.expired)
		decision.state = GW_JOB_DEAD;
	if (decision.state == GW_JOB_DEAD)
		decision.delay = 0;
	*ret_decision = decision;
}

int gw_policy_choose(const struct gw_policy_state *state, const struct gw_question *question,
		     bool use_fallback, int64_t *ret_wait, const char **ret_reason)
{
	static const char *const reasons[] = {
		[GW_MODEL_NONE] = "it has no language model",
		[GW_MODEL_MISSING] = "its language model does not exist any more",
		[GW_MODEL_DISABLED] = "its language model is switched off",
		[GW_MODEL_TOKENS] = "its language model has used up its tokens for today",
		[GW_MODEL_OK] = "its language model refused the request",
	};
	int wanted = use_fallback ? GW_JOB_FALLBACK : GW_JOB_PRIMARY;
	int best = -1;

	/* the one whose time comes first; the wanted one if both may be asked */
	for (int i = 0; i < GW_JOB_MODELS; i++) {
		int model = (wanted + i) % GW_JOB_MODELS;

		if (state->usable[model] && (best < 0 || state->after[model] < state->after[best]))
			best = model;
	}
	if (best < 0)
		*ret_reason = reasons[question->models[GW_JOB_PRIMARY].state];
	else
		*ret_wait = state->after[best] > 0 ? state->after[best] : 0;
	return best;
}

const char *gw_policy_refusal(const struct gw_question *question)
{
	switch (question->outcome) {
	case GW_QUESTION_ASK:
	case GW_QUESTION_UNASKED:
		break;
	case GW_QUESTION_GONE:
		return "it is not there any more";
	case GW_QUESTION_NO_CALLS:
		return "its language model calls for today are used up";
	case GW_QUESTION_TOKENS_DAY:
		return "its tokens for today are used up";
	case GW_QUESTION_TOKENS_MONTH:
		return "its tokens for this month are used up";
	}
	return NULL;
}

const char *gw_policy_job_refusal(const struct gw_job *job, int64_t deadline, bool *ret_expired)
{
	if (ret_expired != NULL)
		*ret_expired = job->lost < GW_POLICY_MAX_LOST && job->age >= deadline;
	if (job->lost >= GW_POLICY_MAX_LOST)
		return "the work on it was interrupted too often";
	if (job->age >= deadline)
		return "it could not be asked in time";
	return NULL;
}
