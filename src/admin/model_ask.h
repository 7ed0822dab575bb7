/* SPDX-License-Identifier: ISC */
/*
 * model_ask.h: asks language models for one word, all at once, the way the worker asks.
 */
#ifndef GW_MODEL_ASK_H
#define GW_MODEL_ASK_H

#include "admin/admin.h"
#include "llm/llm.h"

struct gw_model_answer {
	char *name;          /* label (tenant …) */
	const char *problem; /* it could not even be asked: a constant sentence; NULL otherwise */
	bool ended;          /* the call did, and the following is set */
	int64_t took;        /* microseconds */
	struct gw_llm_result result; /* its `detail` may quote the key: not for anybody's eyes */
};

/*
 * Asks each enabled model, or `only` that one, enabled or not; a few tokens each, 30 seconds at most. *ret_answers, to be released, has
 * *ret_count of them, 0 if there is none. GW_INTERNAL: libcurl does not work here. Else the database's errors.
 */
GW_MUST_CHECK enum gw_err gw_models_ask(struct gw_admin *admin, const struct gw_uuid *only,
					struct gw_model_answer **ret_answers, int *ret_count);
void gw_model_answers_release(struct gw_model_answer *answers, int count);
/* Whether it was reached and took the key: an answer that was cut off, or had no text, is one. */
bool gw_model_answered(const struct gw_model_answer *answer);
/* What to do about one that did not answer; NULL: nothing. */
const char *gw_model_advice(const struct gw_model_answer *answer);

#endif
