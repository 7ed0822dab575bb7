/* SPDX-License-Identifier: ISC */
/*
 * person.h: what a person of the organisation sees: agents, conversations and their rows; and what he writes.
 *
 * Lists come as rows, to be freed, that a function reads one by one; texts last as long as the rows. Whatever belongs to somebody
 * else is not there.
 */
#ifndef GW_PERSON_H
#define GW_PERSON_H

#include "store/session.h"

#define GW_PERSON_AGENTS_MAX 1000
#define GW_LINE_CHARACTERS                                                                         \
	32768 /* of a row's text in lists and events; the whole is there for the asking */

struct gw_person_agent {
	struct gw_uuid id;
	struct gw_str name, type, description;
	bool online, available;
	bool untold; /* it is not online any more, and screens do not know: gw_screen_sweep() */
	int64_t last_seen, last_message_at; /* 0: never */
	int64_t unread;
};

/* `online_after`: microseconds. `agent` NULL: all. */
GW_MUST_CHECK enum gw_err gw_person_agents(struct gw_db *db, const struct gw_user *person,
					   const struct gw_uuid *agent, int64_t online_after,
					   struct gw_rows **ret_rows);
void gw_person_agent_row(const struct gw_rows *rows, int row, struct gw_person_agent *ret_agent);

struct gw_conversation {
	struct gw_uuid id, agent_id;
	struct gw_str agent, agent_type, title, channel;
	int64_t created_at, last_at, unread;
	bool has_last, writable;
	struct gw_str last_role, last_content;
	int64_t last_created_at;
};

/* The newest first; `agent`, `before` and `id` may be NULL. */
GW_MUST_CHECK enum gw_err gw_conversation_list(struct gw_db *db, const struct gw_user *person,
					       const struct gw_uuid *agent,
					       const struct gw_uuid *before,
					       const struct gw_uuid *id, int limit,
					       struct gw_rows **ret_rows);
void gw_conversation_row(const struct gw_rows *rows, int row, struct gw_conversation *ret);
/* Up to which row he has read; `until` NULL: all. GW_NOT_FOUND: not his conversation. */
GW_MUST_CHECK enum gw_err gw_conversation_read(struct gw_db *db, const struct gw_user *person,
					       const struct gw_uuid *conversation,
					       const struct gw_uuid *until);

struct gw_line_place {
	const struct gw_uuid *row; /* NULL: the end */
	bool before, behind, itself;
	int limit; /* rows on either side; one more is read */
};

struct gw_line {
	int kind;    /* 0 the conversation, 1 a row, 2 a message that an agent works on */
	bool behind; /* the place */
	struct gw_uuid id, agent_id;
	struct gw_str role, content, sender, status, progress, error;
	bool truncated, placed;
	int64_t created_at;
};

/* The first row is the conversation. GW_NOT_FOUND: not his, or the place is not in it. */
GW_MUST_CHECK enum gw_err gw_conversation_lines(struct gw_db *db, const struct gw_user *person,
						const struct gw_uuid *conversation,
						const struct gw_line_place *place,
						struct gw_rows **ret_rows);
void gw_line_row(const struct gw_rows *rows, int row, struct gw_line *ret_line);
/* The id of the row that has an agent's progress and result: openclaw's reports and workers' answers. */
struct gw_uuid gw_line_answer_id(const struct gw_uuid *message);

struct gw_person_message {
	struct gw_uuid id, agent_id;
	struct gw_str role, content, conversation, agent, agent_type, sender, status, progress,
		error;
	int64_t created_at, delivered_at, completed_at, attempts; /* 0: not yet */
};

/* One row, whole. GW_NOT_FOUND: not his. */
GW_MUST_CHECK enum gw_err gw_person_message_show(struct gw_db *db, const struct gw_user *person,
						 const struct gw_uuid *row,
						 struct gw_rows **ret_rows);
void gw_person_message_row(const struct gw_rows *rows, struct gw_person_message *ret_message);
/* GW_NOT_FOUND: not his. GW_CONFLICT: somebody has begun with it. */
GW_MUST_CHECK enum gw_err gw_person_message_cancel(struct gw_db *db, const struct gw_user *person,
						   const struct gw_uuid *row);

struct gw_person_send {
	struct gw_uuid agent, message, conversation;
	bool continues; /* the conversation is there */
	struct gw_str content, title;
	const char *trace_id; /* of the request; NULL: none */
	int64_t max_pending_from, max_pending, max_pending_organisation;
};

enum gw_person_send_outcome {
	GW_PERSON_SENT,
	GW_PERSON_REPEATED,
	GW_PERSON_NO_AGENT,
	GW_PERSON_NO_CONVERSATION,
	GW_PERSON_UNAVAILABLE,
	GW_PERSON_FULL,
	GW_PERSON_MISMATCH,
	GW_PERSON_RACE,
};

struct gw_person_sent {
	enum gw_person_send_outcome outcome;
	struct gw_str conversation, agent, agent_type, status;
	struct gw_str
		full; /* GW_PERSON_FULL: "sender", "target" or "organisation" has too much that waits */
	struct gw_rows *rows; /* to be freed */
};

GW_MUST_CHECK enum gw_err gw_person_message_send(struct gw_db *db, const struct gw_user *person,
						 const struct gw_person_send *send,
						 struct gw_person_sent *ret_sent);

struct gw_search_hit {
	struct gw_uuid id, agent_id;
	struct gw_str conversation, title, agent, role;
	int64_t created_at;
	struct gw_str before, mark, after;
	bool cut_before, cut_after;
};

/* The newest first; `agent` and `before` may be NULL. */
GW_MUST_CHECK enum gw_err gw_message_search(struct gw_db *db, const struct gw_user *person,
					    struct gw_str wanted, const struct gw_uuid *agent,
					    const struct gw_uuid *before, int limit,
					    struct gw_rows **ret_rows);
void gw_search_row(const struct gw_rows *rows, int row, struct gw_search_hit *ret_hit);

#endif
