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
static int64_t backoff(int64_t attempts, uint32_t chance)
{
	int64_t delay = BACKOFF_FIRST;

	while (attempts-- > 0 && delay < BACKOFF_MAX)
		delay *= 2;
	if (delay > BACKOFF_MAX)
		delay = BACKOFF_MAX;
	return delay / 2 + (int64_t)(chance % (uint32_t)(delay / 2 + 1));
}

static void die(struct gw_policy_decision *decision)
{
	decision->state = GW_JOB_DEAD;
	decision->delay = 0;
}

void gw_policy_decide(const struct gw_policy_state *state, enum gw_llm_cause cause,
		      int64_t retry_after, uint32_t chance, struct gw_policy_decision *ret_decision)
{
	struct gw_policy_decision decision = {.state = GW_JOB_RETRY, .after = {-1, -1}};
	int other = state->model == GW_JOB_PRIMARY ? GW_JOB_FALLBACK : GW_JOB_PRIMARY;
	bool last = state->attempts + 1 >= state->max_attempts;
	int64_t delay =
		retry_after >= 0 ? retry_after + chance % SPREAD : backoff(state->attempts, chance);
	int next = state->model;

	decision.use_fallback = state->model == GW_JOB_FALLBACK;
	switch (gw_llm_cause_outcome(cause)) {
	case GW_LLM_OK:
		decision.state = GW_JOB_DONE;
		break;
	case GW_LLM_PERMANENT:
		decision.after[state->model] = GW_JOB_NEVER;
		decision.delay = state->after[other];
		decision.use_fallback = other == GW_JOB_FALLBACK;
		if (last || !state->usable[other])
			die(&decision);
		break;
	case GW_LLM_RETRY:
		decision.after[state->model] = delay;
		decision.delay = delay;
		if (last) {
			die(&decision);
			break;
		}
		if (state->usable[other] && state->after[other] < delay &&
		    (state->model == GW_JOB_FALLBACK || state->attempts + 1 >= PRIMARY_ATTEMPTS ||
		     delay > PRIMARY_PATIENCE))
			next = other;
		decision.use_fallback = next == GW_JOB_FALLBACK;
		if (next == other)
			decision.delay = state->after[other];
		break;
	}
	*ret_decision = decision;
}

int gw_policy_choose(const struct gw_job *job, const char **ret_reason)
{
	static const char *const reasons[] = {
		[GW_JOB_MODEL_NONE] = "it has no language model",
		[GW_JOB_MODEL_MISSING] = "its language model does not exist any more",
		[GW_JOB_MODEL_DISABLED] = "its language model is switched off",
		[GW_JOB_MODEL_TOKENS] = "its language model has used up its tokens for today",
		[GW_JOB_MODEL_OK] = "its language model refused the request",
	};
	int wanted = job->use_fallback ? GW_JOB_FALLBACK : GW_JOB_PRIMARY;

	for (int i = 0; i < GW_JOB_MODELS; i++) {
		int model = (wanted + i) % GW_JOB_MODELS;

		if (job->models[model].state == GW_JOB_MODEL_OK &&
		    job->models[model].after != GW_JOB_NEVER)
			return model;
	}
	*ret_reason = reasons[job->models[GW_JOB_PRIMARY].state];
	return -1;
}

const char *gw_policy_refusal(const struct gw_job *job)
{
	if (job->lost >= GW_POLICY_MAX_LOST)
		return "the work on it was interrupted too often";
	switch (job->outcome) {
	case GW_JOB_ASK:
		break;
	case GW_JOB_GONE:
		return "it is not there any more";
	case GW_JOB_NO_CALLS:
		return "its language model calls for today are used up";
	case GW_JOB_TOKENS_DAY:
		return "its tokens for today are used up";
	case GW_JOB_TOKENS_MONTH:
		return "its tokens for this month are used up";
	}
	return NULL;
}
