/* SPDX-License-Identifier: ISC */
/*
 * poll.h: what a poll hands out: messages with their history, and the agent's relationships; and what becomes of the answer
 * that carries them.
 *
 * An answer has a receipt, a UUID. Until it is confirmed its messages are due again after handout_lease, later after
 * delivery_lease. It is confirmed by gw_message_confirm() when it was written, or, for an agent that names its session, by the
 * session's next poll.
 */
#ifndef GW_POLL_H
#define GW_POLL_H

#include "store/agent.h"
#include "store/db.h"

/* What the agent asks for. */
struct gw_poll_request {
	struct gw_uuid
		receipt; /* of the answer to come; a repeat of the statement gets the same messages */
	struct gw_str session;           /* absent: none */
	const struct gw_uuid *presented; /* the receipt that the session confirms; NULL: none */
	struct gw_str replaces; /* the session that this one takes the place of; absent: none */
	int32_t max_messages;
};

/* Durations in microseconds. */
struct gw_poll_limits {
	int64_t seen_interval;
	int64_t max_bytes; /* of messages and history as JSON; a first message that is larger goes out alone */
	int64_t handout_lease;
	int64_t delivery_lease; /* 0: what was confirmed is not handed out twice */
	int32_t max_deliveries;
	int32_t max_content; /* characters of a text; other software may have stored longer ones */
};

enum gw_poll_kind {
	GW_POLL_AGENT,
	GW_POLL_MESSAGE,
	GW_POLL_HISTORY,
	GW_POLL_PERSON,
	GW_POLL_PEER,
	GW_POLL_GIVEN_UP, /* a message that was handed out too often */
};

/* Why a message was handed out. */
enum gw_handout_reason {
	GW_HANDOUT_PENDING, /* for the first time */
	GW_HANDOUT_LAPSED,  /* the lease ended, or the session was replaced */
	GW_HANDOUT_RECEIPT, /* the session did not confirm the answer that carried it */
	GW_HANDOUT_REASONS,
};
extern const char *const gw_handout_reason_names[GW_HANDOUT_REASONS];

/* One row; which members have a meaning depends on the kind. Views last until gw_poll_free(). */
struct gw_poll_row {
	enum gw_poll_kind kind;
	struct gw_uuid id;                         /* agent, message, given up */
	struct gw_str conversation_id;             /* message; may be absent */
	struct gw_str sender_agent, sender_user;   /* message; names, may be absent */
	bool has_sender_user;                      /* message */
	struct gw_uuid sender_user_id;             /* message */
	struct gw_str content;                     /* message, history (may be absent) */
	int64_t created_at;                        /* message, history */
	bool is_reply;                             /* message: in_reply_to is set */
	struct gw_uuid in_reply_to;                /* message */
	bool expects_reply;                        /* message */
	int64_t attempt;                           /* message: 1 for the first hand-out */
	enum gw_handout_reason reason;             /* message */
	bool has_told;                             /* given up: the agent that sent it was told */
	struct gw_uuid told;                       /* given up */
	struct gw_str role, sender;                /* history; the sender may be absent */
	struct gw_str name, relation, description; /* person, peer; agent: name */
	bool feishu, email;                        /* person: how to reach him */
};

struct gw_poll;

/*
 * Authenticates, marks seen, and hands out. In one transaction, so an answer that does not reach the agent is handed out
 * again when its lease has run out. GW_UNAUTHORIZED: nobody has the key. GW_FORBIDDEN: the agent may not act.
 */
GW_MUST_CHECK enum gw_err gw_message_poll(struct gw_db *db, const struct gw_agent_key *key,
					  const struct gw_poll_request *request,
					  const struct gw_poll_limits *limits,
					  struct gw_poll **ret_poll);
void gw_poll_free(struct gw_poll *poll);
/*
 * The next row: first the agent, then messages in order, each followed by its history from old to new, then people, then
 * agents; those given up come before the messages. False at the end.
 */
bool gw_poll_next(struct gw_poll *poll, struct gw_poll_row *ret_row);

/* An answer that carried messages. */
struct gw_handout {
	struct gw_uuid agent_id;
	struct gw_uuid receipt;
};

/* These answers were written; who waits for the status of what they carried is woken. No lease changes for those of sessions. */
GW_MUST_CHECK enum gw_err gw_message_confirm(struct gw_db *db, const struct gw_handout *handouts,
					     size_t count);
/* This answer could not be written: its messages wait again, as if they had not been handed out. */
GW_MUST_CHECK enum gw_err gw_message_give_back(struct gw_db *db, const struct gw_handout *handout);

#endif
