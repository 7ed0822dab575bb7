/* SPDX-License-Identifier: ISC */
/*
 * letter.h: letters between agents and people: what comes in, what waits to go out, and what became of it.
 *
 * A letter stands in a thread, which is a conversation of one agent with one person over one channel. Letters that come have ids made of
 * what the channel calls them, so that each comes once.
 */
#ifndef GW_STORE_LETTER_H
#define GW_STORE_LETTER_H

#include "base/digest.h"
#include "store/job.h"
#include "store/question.h"

/* A thread as a letter that comes needs it; release it. Views last until then. */
struct gw_thread {
	struct gw_uuid id, agent_id, member_id;
	struct gw_str channel;
	struct gw_str member_name, email; /* email absent or empty: the person has none */
	struct gw_str agent_name;
	bool member_present; /* still a person of the organisation */
	bool agent_present;  /* not removed, nor its organisation closed */
	struct gw_rows *rows;
};

/* GW_NOT_FOUND: there is no such thread. */
GW_MUST_CHECK enum gw_err gw_thread_find(struct gw_db *db, const struct gw_uuid *id,
					 struct gw_thread *ret_thread);
void gw_thread_release(struct gw_thread *thread);
/*
 * The thread of an agent with a person in which one of `externals` stands: an array of what the channel calls letters.
 * GW_NOT_FOUND: there is none.
 */
GW_MUST_CHECK enum gw_err gw_thread_find_by_letters(struct gw_db *db, const struct gw_uuid *agent,
						    const struct gw_uuid *member,
						    const struct gw_str *externals, size_t count,
						    struct gw_uuid *ret_thread);

/* An agent and somebody whom it knows, with the mail address that was looked for. */
struct gw_correspondents {
	struct gw_uuid agent_id, member_id;
	struct gw_str agent_name, slug, member_name;
};
/* Row by row, until there is none (false). The address is given in lower case, in the two ways to write its domain. */
GW_MUST_CHECK enum gw_err gw_correspondents_find(struct gw_db *db, struct gw_str address,
						 struct gw_str same_address,
						 struct gw_rows **ret_rows);
bool gw_correspondents_row(const struct gw_rows *rows, int row, struct gw_correspondents *ret);

/* A letter that has come. */
struct gw_letter_in {
	struct gw_uuid id;
	struct gw_uuid thread; /* one that is there, or the id for a new one */
	struct gw_uuid agent_id, member_id;
	const char *channel;
	struct gw_str place;    /* absent: none */
	struct gw_str subject;  /* of a new thread */
	struct gw_str content;  /* what was said */
	struct gw_str whole;    /* as it came; absent: not kept */
	struct gw_str external; /* what the channel calls it; absent: nothing */
	int64_t max_pending_from, max_pending, max_pending_organisation;
};

enum gw_letter_outcome {
	GW_LETTER_RECEIVED,
	GW_LETTER_REPEATED,    /* it came before; nothing was done */
	GW_LETTER_GONE,        /* agent or person are not there any more */
	GW_LETTER_UNAVAILABLE, /* the agent may not act */
	GW_LETTER_FULL,        /* too much waits for it */
};

GW_MUST_CHECK enum gw_err gw_letter_receive(struct gw_db *db, const struct gw_letter_in *letter,
					    enum gw_letter_outcome *ret_outcome);
/*
 * A mail server says that a letter of the thread did not arrive, perhaps one of `externals`. *ret_told is false if none
 * is known that had not failed already.
 */
GW_MUST_CHECK enum gw_err gw_letter_bounced(struct gw_db *db, const struct gw_uuid *thread,
					    const struct gw_str *externals, size_t count,
					    struct gw_str why, bool *ret_told);

/* A letter that a job delivers. Views last as long as the batch. */
struct gw_letter_out {
	bool there; /* false: it was removed meanwhile; nothing else is set */
	struct gw_uuid id, thread, agent_id, member_id;
	bool begun;      /* an attempt before this one may have sent it, … */
	int64_t repeats; /* … the first of which began so many microseconds ago */
	struct gw_str content, channel, subject, place, answered, agent_name, earlier;
	bool is_answer; /* to a letter of the person's */
	struct gw_str member_name, external_id, open_id, email;
};

struct gw_letter_batch {
	size_t count;
	struct gw_letter_out *letters; /* in the order of the jobs */
	struct gw_rows *rows;
};

GW_MUST_CHECK enum gw_err gw_letter_load(struct gw_tx *tx, const struct gw_job *const *jobs,
					 size_t count, struct gw_letter_batch **ret_batch);
void gw_letter_batch_free(struct gw_letter_batch *batch); /* NULL allowed */

/*
 * The letter is about to be handed to the channel for good, by the worker that holds the job in this epoch. GW_CONFLICT: it does not hold it
 * any more. `external`: what the channel will call it; absent: not known.
 */
GW_MUST_CHECK enum gw_err gw_letter_sending(struct gw_db *db, const struct gw_uuid *letter,
					    const struct gw_job_claim *claim,
					    struct gw_str external);
/* An attempt has failed, for certain. */
GW_MUST_CHECK enum gw_err gw_letter_unsent(struct gw_db *db, const struct gw_uuid *letter,
					   struct gw_str why);

enum gw_letter_end {
	GW_LETTER_SENT,
	GW_LETTER_FAILED,
	GW_LETTER_UNKNOWN,
	GW_LETTER_GIVEN_UP, /* no further attempt is made: unknown if one was cut off while it was sent, else failed */
};
/* What became of it. The agent is told unless it was sent. */
GW_MUST_CHECK enum gw_err gw_letter_ended(struct gw_tx *tx, const struct gw_uuid *letter,
					  enum gw_letter_end end, struct gw_str why,
					  struct gw_str external);

/* An agent writes to a person, and a worker will deliver it. */
struct gw_letter_new {
	struct gw_uuid id, agent_id, member_id;
	struct gw_str channel;
	struct gw_str name;            /* the person's */
	struct gw_str idempotency_key; /* absent: none */
	const unsigned char *digest;   /* of the request, GW_SHA256_SIZE bytes */
	struct gw_str place;           /* absent: none */
	struct gw_str subject;
	struct gw_str content;
};
/* GW_BUSY: another request has the idempotency key. GW_CONFLICT: agent or person are gone. */
GW_MUST_CHECK enum gw_err gw_letter_compose(struct gw_db *db, const struct gw_letter_new *letter);

/* For jobs of people who wrote letters to native agents: adds writers and history to the questions, which are in the same order. */
GW_MUST_CHECK enum gw_err gw_letter_ask(struct gw_tx *tx, const struct gw_job *const *jobs,
					struct gw_question_batch *questions);
/* What such a job ends with: the answer, or the notice that none will come, in the conversation and in a letter. */
GW_MUST_CHECK enum gw_err gw_letter_tell(struct gw_tx *tx, const struct gw_uuid *job, bool answered,
					 struct gw_str content);

/*
 * Letters to ourselves: one is about to be sent; it has come, or come back (`why` absent: it arrived), and *ret_awaited says whether
 * somebody still waits for it; what became of it; nobody waits for it any more.
 */
GW_MUST_CHECK enum gw_err gw_letter_probe_add(struct gw_db *db, const struct gw_uuid *id);
GW_MUST_CHECK enum gw_err gw_letter_probed(struct gw_db *db, const struct gw_uuid *id,
					   struct gw_str why, bool *ret_awaited);
/* *ret_why is to be freed; NULL: it did not come back. */
GW_MUST_CHECK enum gw_err gw_letter_probe_show(struct gw_db *db, const struct gw_uuid *id,
					       bool *ret_came, char **ret_why);
GW_MUST_CHECK enum gw_err gw_letter_probe_end(struct gw_db *db, const struct gw_uuid *id);

/* Letters that a program was sending when it ended: at most `batch` become unknown, and their agents are told. */
GW_MUST_CHECK enum gw_err gw_letter_cut_off(struct gw_db *db, int32_t batch, int64_t *ret_count);

#endif
