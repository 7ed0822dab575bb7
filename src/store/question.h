/* SPDX-License-Identifier: ISC */
/*
 * question.h: what a native agent is asked by a job, whoever asks: who it is, whether it may be asked now, which language
 * models answer for it, and what was said before.
 */
#ifndef GW_QUESTION_H
#define GW_QUESTION_H

#include "store/job.h"

#define GW_QUESTION_HISTORY 10               /* rows of a conversation that a model is shown */
#define GW_QUESTION_HISTORY_CHARACTERS 16384 /* of each */

enum gw_question_outcome {
	GW_QUESTION_ASK,     /* the model is to be asked; the call is counted already */
	GW_QUESTION_UNASKED, /* nobody wanted to ask */
	GW_QUESTION_GONE, /* the target was deleted, has expired, or is not a native agent any more */
	GW_QUESTION_NO_CALLS,     /* its calls of today are used up */
	GW_QUESTION_TOKENS_DAY,   /* its tokens of today are */
	GW_QUESTION_TOKENS_MONTH, /* its tokens of this month are */
};

enum gw_model_state {
	GW_MODEL_NONE,    /* the agent has none set */
	GW_MODEL_MISSING, /* it was deleted */
	GW_MODEL_DISABLED,
	GW_MODEL_TOKENS, /* its tokens of today are used up */
	GW_MODEL_OK,
};

/* Views last as long as the batch. */
struct gw_model {
	enum gw_model_state state;
	struct gw_uuid id;
	struct gw_str provider, model, key,
		base_url; /* the key as stored, perhaps encrypted; base_url may be absent */
	bool has_temperature;
	double temperature;
	int64_t request_timeout;   /* seconds; 0 or less: not set */
	int64_t max_output_tokens; /* 0 or less: not set */
	uint32_t quirks;           /* a set of enum gw_llm_quirk, learned before */
};

struct gw_question_line {
	bool assistant; /* the target said it */
	struct gw_str text;
};

struct gw_question {
	enum gw_question_outcome outcome;
	struct gw_str target_name, role_description, bio;
	struct gw_model models[GW_JOB_MODELS];
	/* what the kind of the job adds: */
	struct gw_str writer;                   /* the name of who asks */
	const struct gw_question_line *history; /* oldest first */
	size_t history_count;
};

#define GW_QUESTION_RESULTS 4

struct gw_question_batch {
	size_t count;
	struct gw_question *questions; /* in the order of the jobs */
	struct gw_question_line *lines;
	struct gw_rows
		*results[GW_QUESTION_RESULTS]; /* what the views point into; freed with the batch */
	size_t result_count;
};

/*
 * Finds out about `count` jobs, all of which have a target agent, and counts the calls that will be made. `ask` says of each
 * whether to ask at all. What the kind adds is empty. *ret_batch is to be freed.
 */
GW_MUST_CHECK enum gw_err gw_question_consult(struct gw_tx *tx, const struct gw_job *const *jobs,
					      const bool *ask, size_t count,
					      struct gw_question_batch **ret_batch);
/* Keeps a result as long as the batch; at most one by who fills in what the kind adds. */
void gw_question_keep(struct gw_question_batch *batch, struct gw_rows *rows);
void gw_question_batch_free(struct gw_question_batch *batch); /* NULL allowed */

#endif
