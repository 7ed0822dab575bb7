/* SPDX-License-Identifier: ISC */
/*
 * ask.h: a language model is asked on behalf of a native agent, whoever wrote to it.
 */
#ifndef GW_ASK_H
#define GW_ASK_H

#include "store/question.h"
#include "worker/task.h"

/* Puts the questions of `jobs` into their conversations, and adds to the batch what only the kind knows. */
typedef enum gw_err gw_ask_enter(struct gw_tx *tx, const struct gw_job *const *jobs,
				 struct gw_question_batch *batch);
/* For kinds whose load is a struct gw_question_batch: how it is made, its end, and the name of the agent that a job is for. See struct gw_kind. */
GW_MUST_CHECK enum gw_err gw_ask_load(struct gw_tx *tx, const struct gw_job *const *jobs,
				      const bool *ask, size_t count, gw_ask_enter *enter,
				      void **ret_load);
void gw_ask_unload(void *load);
struct gw_str gw_ask_target(const void *load, size_t index);

/* Writes the system prompt. */
typedef void gw_ask_prompt(const struct gw_question *question, struct gw_buf *out);

/*
 * Begins the call of a model that may be asked; or ends the task: with a notice if there is none, or to be run again when
 * there is one.
 */
void gw_ask_begin(struct gw_task *task, const struct gw_job *job,
		  const struct gw_question *question, gw_ask_prompt *prompt);
/* The model's answer, or failure, ends the task. Takes the result's text over. */
void gw_ask_end(struct gw_task *task, struct gw_llm_result *result);

#endif
