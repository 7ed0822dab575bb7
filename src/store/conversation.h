/* SPDX-License-Identifier: ISC */
/*
 * conversation.h: what pairs of agents said to each other, where one of them is native: the request of a job, what came
 * before it, and what the job leads to.
 */
#ifndef GW_CONVERSATION_H
#define GW_CONVERSATION_H

#include "store/question.h"

/* The conversation of a pair of agents, the same for both directions. */
struct gw_uuid gw_job_conversation(const struct gw_uuid *a, const struct gw_uuid *b);
/* The id of the message that ends a job for its sender: the answer, or the notice that none will come. Never both. */
struct gw_uuid gw_job_message_id(const struct gw_uuid *job);

/* Puts the requests of `jobs` on record, and adds writers and history to the questions, which are in the same order. */
GW_MUST_CHECK enum gw_err gw_conversation_ask(struct gw_tx *tx, const struct gw_job *const *jobs,
					      struct gw_question_batch *questions);

/* The same for jobs of people, whose requests are on record already. */
GW_MUST_CHECK enum gw_err gw_conversation_ask_person(struct gw_tx *tx,
						     const struct gw_job *const *jobs,
						     struct gw_question_batch *questions);

/* The same by another statement with the parameters and rows of person_ask.sql; for src/store. */
GW_MUST_CHECK enum gw_err gw_conversation_ask_by(struct gw_tx *tx, enum gw_statement statement,
						 const struct gw_job *const *jobs,
						 struct gw_question_batch *questions);

/* What a job ends with. */
struct gw_conversation_answer {
	struct gw_uuid job;
	struct gw_uuid conversation; /* of a pair; not asked for where a person wrote */
	bool answered;               /* false: `content` is the notice that no answer will come */
	struct gw_str content;
};

/* Puts answers on record, and sends them, or notices, to who asked. */
GW_MUST_CHECK enum gw_err
gw_conversation_tell(struct gw_tx *tx, const struct gw_conversation_answer *answers, size_t count);
/* The same for people: answers and notices on record, their screens told. */
GW_MUST_CHECK enum gw_err gw_conversation_tell_person(struct gw_tx *tx,
						      const struct gw_conversation_answer *answers,
						      size_t count);

#endif
