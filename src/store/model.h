/* SPDX-License-Identifier: ISC */
/*
 * model.h: what is kept of language models besides the platform's row: what they used, and what they do not take.
 */
#ifndef GW_MODEL_H
#define GW_MODEL_H

#include "store/db.h"

/* Tokens that a call has used. */
struct gw_model_use {
	struct gw_uuid agent; /* that answers */
	struct gw_uuid model;
	int64_t tokens;
};

GW_MUST_CHECK enum gw_err gw_model_spend(struct gw_tx *tx, const struct gw_model_use *uses,
					 size_t count);

/* Remembers what a model does not take (a set of enum gw_llm_quirk), and in which words it said so. */
GW_MUST_CHECK enum gw_err gw_model_learn(struct gw_tx *tx, const struct gw_uuid *model,
					 uint32_t quirks, struct gw_str words);

#endif
