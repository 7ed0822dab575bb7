/* SPDX-License-Identifier: ISC */
/*
 * kind_person.c: jobs of the kind "person": somebody has written to a native agent on the page, and a language model answers.
 * The request is in the conversation already, under the job's id; the answer becomes a row behind it, and the person's screens are
 * told. Where no answer will come, the notice stands with the request.
 */
#include "worker/kind.h"

#include "base/alloc.h"
#include "store/conversation.h"
#include "worker/ask.h"
#include "worker/prompt.h"

static enum gw_err load_questions(struct gw_tx *tx, const struct gw_job *const *jobs,
				  const bool *ask, size_t count, void **ret_load)
{
	return gw_ask_load(tx, jobs, ask, count, gw_conversation_ask_person, ret_load);
}

static void begin_question(struct gw_task *task, const struct gw_job *job, const void *load,
			   size_t index)
{
	const struct gw_question_batch *batch = load;

	gw_ask_begin(task, job, &batch->questions[index], gw_prompt_person);
}

static enum gw_err record_answers(struct gw_tx *tx, struct gw_task *const *tasks, size_t count)
{
	struct gw_conversation_answer *answers = gw_xcalloc(count, sizeof(*answers));
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < count; i++) {
		answers[i].job = tasks[i]->settlement.claim.id;
		answers[i].answered = tasks[i]->settlement.state == GW_JOB_DONE;
		answers[i].content = gw_buf_str(&tasks[i]->content);
	}
	err = gw_conversation_tell_person(tx, answers, count);
	free(answers);
	return err;
}

const struct gw_kind gw_kind_person = {
	.name = "person",
	.load = load_questions,
	.unload = gw_ask_unload,
	.target = gw_ask_target,
	.begin = begin_question,
	.record = record_answers,
};
