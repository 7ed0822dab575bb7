/* SPDX-License-Identifier: ISC */
/*
 * kind_agent.c: jobs of the kind "agent": an agent has written to a native agent, and a language model answers. Request and
 * answer are in the conversation of the pair, and the answer, or the notice that there will be none, is a message to the
 * sender.
 */
#include "worker/kind.h"

#include "base/alloc.h"
#include "store/conversation.h"
#include "worker/ask.h"
#include "worker/prompt.h"

static enum gw_err load_questions(struct gw_tx *tx, const struct gw_job *const *jobs,
				  const bool *ask, size_t count, void **ret_load)
{
	return gw_ask_load(tx, jobs, ask, count, gw_conversation_ask, ret_load);
}

static void begin_question(struct gw_task *task, const struct gw_job *job, const void *load,
			   size_t index)
{
	const struct gw_question_batch *batch = load;

	gw_ask_begin(task, job, &batch->questions[index], gw_prompt_agent);
}

static enum gw_err record_answers(struct gw_tx *tx, struct gw_task *const *tasks, size_t count)
{
	struct gw_conversation_answer *answers = gw_xcalloc(count, sizeof(*answers));
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < count; i++) {
		answers[i].job = tasks[i]->settlement.claim.id;
		answers[i].conversation =
			gw_job_conversation(&tasks[i]->source_agent, &tasks[i]->target_agent);
		answers[i].answered = tasks[i]->settlement.state == GW_JOB_DONE;
		answers[i].content = gw_buf_str(&tasks[i]->content);
	}
	err = gw_conversation_tell(tx, answers, count);
	free(answers);
	return err;
}

const struct gw_kind gw_kind_agent = {
	.name = "agent",
	.load = load_questions,
	.unload = gw_ask_unload,
	.target = gw_ask_target,
	.begin = begin_question,
	.record = record_answers,
};
