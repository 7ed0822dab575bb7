/* SPDX-License-Identifier: ISC */
/*
 * trial.c: see trial.h.
 */
#include "operator/trial.h"

#include <string.h>

const char *gw_trial_advice(enum gw_llm_cause cause)
{
	if (cause == GW_LLM_MISCONFIGURED)
		return "correct what the model is set to: its base URL, its name at the provider";
	switch (gw_llm_cause_outcome(cause)) {
	case GW_LLM_OK:
		return NULL;
	case GW_LLM_RETRY:
		return "check its base URL (a private address must be named in "
		       "allow_private_hosts), ca_file and the way there; ask again later if its "
		       "provider has a bad day";
	case GW_LLM_PERMANENT:
		break;
	}
	return "check its key, its name at the provider, its base URL and the account";
}

enum gw_llm_cause gw_trial_cause(struct gw_str error)
{
	for (int cause = GW_LLM_ANSWERED; cause < GW_LLM_CAUSES; cause++) {
		const char *name = gw_llm_cause_name((enum gw_llm_cause)cause);
		size_t len = strlen(name);

		if (error.len >= len && memcmp(error.data, name, len) == 0 &&
		    (error.len == len || error.data[len] == ':'))
			return (enum gw_llm_cause)cause;
	}
	return GW_LLM_CAUSES;
}
