/* SPDX-License-Identifier: ISC */
/*
 * kind_correspondent.c: jobs of the kind "correspondent": a person has written a letter to a native agent, and a language model answers.
 * The letter is in the conversation already, under the job's id; the answer becomes a row behind it and a letter to the person, or
 * else a letter says that none will come.
 */
#include "worker/kind.h"

#include "store/letter.h"
#include "worker/ask.h"
#include "worker/prompt.h"

static enum gw_err load_questions(struct gw_tx *tx, const struct gw_job *const *jobs,
				  const bool *ask, size_t count, void **ret_load)
{
	return gw_ask_load(tx, jobs, ask, count, gw_letter_ask, ret_load);
}

static void begin_question(struct gw_task *task, const struct gw_job *job, const void *load,
			   size_t index)
{
	const struct gw_question_batch *batch = load;

	gw_ask_begin(task, job, &batch->questions[index], gw_prompt_correspondent);
}

static enum gw_err record_answers(struct gw_tx *tx, struct gw_task *const *tasks, size_t count)
{
	enum gw_err err = GW_OK;

	for (size_t i = 0; err == GW_OK && i < count; i++)
		err = gw_letter_tell(tx, &tasks[i]->settlement.claim.id,
				     tasks[i]->settlement.state == GW_JOB_DONE,
				     gw_buf_str(&tasks[i]->content));
	return err;
}

const struct gw_kind gw_kind_correspondent = {
	.name = "correspondent",
	.load = load_questions,
	.unload = gw_ask_unload,
	.target = gw_ask_target,
	.begin = begin_question,
	.record = record_answers,
};
