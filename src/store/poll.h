/*
 * poll.h: what a poll hands out: messages with their history, and the agent's relationships.
 */
#ifndef GW_POLL_H
#define GW_POLL_H

#include "store/agent.h"
#include "store/db.h"

struct gw_poll_limits {
	int64_t seen_interval;
	int32_t max_messages;
	int64_t max_bytes;      /* of texts; the message that passes it is the last */
	int64_t delivery_lease; /* microseconds; 0: nothing is handed out twice */
	int32_t max_deliveries;
	int32_t max_reply_depth;
	int32_t max_content; /* characters of a text; other software may have stored longer ones */
};

enum gw_poll_kind { GW_POLL_AGENT, GW_POLL_MESSAGE, GW_POLL_HISTORY, GW_POLL_PERSON, GW_POLL_PEER };

/* One row; which members have a meaning depends on the kind. Views last until gw_poll_free(). */
struct gw_poll_row {
	enum gw_poll_kind kind;
	struct gw_uuid id;                         /* message */
	struct gw_str conversation_id;             /* message; may be absent */
	struct gw_str sender_agent, sender_user;   /* message; names, may be absent */
	bool has_sender_user;                      /* message */
	struct gw_uuid sender_user_id;             /* message */
	struct gw_str content;                     /* message, history (may be absent) */
	int64_t created_at;                        /* message, history */
	struct gw_str role, sender;                /* history; the sender may be absent */
	struct gw_str name, relation, description; /* person, peer */
	bool feishu, email;                        /* person: how to reach him */
};

struct gw_poll;

/*
 * Authenticates, marks seen, and hands out. In one transaction, so an answer that does not reach the agent is handed out
 * again when its lease has run out. GW_UNAUTHORIZED: nobody has the key.
 */
GW_MUST_CHECK enum gw_err gw_message_poll(struct gw_db *db, const struct gw_agent_key *key,
					  const struct gw_poll_limits *limits,
					  struct gw_poll **ret_poll);
void gw_poll_free(struct gw_poll *poll);
/*
 * The next row: first the agent, then messages in order, each followed by its history from old to new, then people, then
 * agents. False at the end.
 */
bool gw_poll_next(struct gw_poll *poll, struct gw_poll_row *ret_row);

#endif
