/* SPDX-License-Identifier: ISC */
/*
 * outcome.h: what became of what an agent has sent, and whom it may write to.
 */
#ifndef GW_OUTCOME_H
#define GW_OUTCOME_H

#include "store/agent.h"
#include "store/db.h"

/* A message, a job or an attempt to write to a person. Views last until gw_rows_free(rows). */
struct gw_outcome {
	struct gw_uuid id;
	struct gw_str target, type, status;
	int64_t created_at, delivered_at, completed_at; /* the latter two: 0 for not yet */
	int64_t attempts;
	struct gw_str progress, error; /* may be absent */
	bool has_reply;
	struct gw_uuid reply_id;
	struct gw_rows *rows;
};

/*
 * GW_UNAUTHORIZED: nobody has the key. GW_FORBIDDEN: the agent may not act. GW_NOT_FOUND: there is no such thing, or it is
 * neither from nor for this agent.
 */
GW_MUST_CHECK enum gw_err gw_message_status(struct gw_db *db, const struct gw_agent_key *key,
					    const struct gw_uuid *id,
					    struct gw_outcome *ret_outcome);

/* Takes back what has not been handed out. The same errors, and GW_CONFLICT: too late. */
GW_MUST_CHECK enum gw_err gw_message_cancel(struct gw_db *db, const struct gw_agent_key *key,
					    const struct gw_uuid *id);

/* Views last until gw_rows_free() of the list. */
struct gw_directory_entry {
	struct gw_uuid id;
	struct gw_str kind, name, type;
	struct gw_str description; /* may be absent */
	bool has_online, online;
	int64_t last_seen; /* 0: never */
	bool feishu, email;
};

/* `part` of a name, absent: any. The same errors but GW_NOT_FOUND. */
GW_MUST_CHECK enum gw_err gw_directory_list(struct gw_db *db, const struct gw_agent_key *key,
					    struct gw_str part, int32_t limit, int64_t online_after,
					    struct gw_rows **ret_rows);
/* Entry `row`, counted from 0; false: there are no more. */
bool gw_directory_entry(const struct gw_rows *rows, int row, struct gw_directory_entry *ret_entry);

#endif
