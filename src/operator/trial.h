/* SPDX-License-Identifier: ISC */
/*
 * trial.h: what an operator can do about a language model that was asked for a word and did not answer.
 */
#ifndef GW_TRIAL_H
#define GW_TRIAL_H

#include "llm/llm.h"

/* A constant sentence; NULL if nothing needs to be done. */
const char *gw_trial_advice(enum gw_llm_cause cause);
/* The cause that an error of a job names ("rate_limited: 429 …"); GW_LLM_CAUSES if it names none. */
enum gw_llm_cause gw_trial_cause(struct gw_str error);

#endif
