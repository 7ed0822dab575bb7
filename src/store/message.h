/* SPDX-License-Identifier: ISC */
/*
 * message.h: what happens to messages: a report on one, and a new one to whoever is meant. Polls are in poll.h.
 */
#ifndef GW_MESSAGE_H
#define GW_MESSAGE_H

#include "store/agent.h"
#include "store/db.h"

/* A report on a message. */
struct gw_report {
	struct gw_uuid message_id;
	struct gw_str result;
	bool final; /* false: progress */
	bool reply; /* the result goes back to an agent that sent the message and expects one */
	const char *trace_id; /* of the request; NULL: none */
	int64_t seen_interval;
};

enum gw_report_outcome {
	GW_REPORT_NOT_FOUND, /* no such message of this agent */
	GW_REPORT_EXPIRED,   /* it was given up */
	GW_REPORT_CANCELLED, /* its sender took it back */
	GW_REPORT_MISMATCH,  /* completed before, with another result */
	GW_REPORT_SAME,      /* nothing to do: completed before */
	GW_REPORT_APPLIED,
};

struct gw_report_result {
	enum gw_report_outcome outcome;
	struct gw_uuid agent_id;
	bool has_user; /* a user sent the message */
	struct gw_uuid user_id;
	char *conversation_id; /* NULL without one; the caller frees it */
	bool posted;           /* a letter is to go out */
	bool has_replied_to;   /* an agent has a message now, namely */
	struct gw_uuid replied_to;
};

/* GW_UNAUTHORIZED: nobody has the key. GW_FORBIDDEN: the agent may not act. All effects are one transaction. */
GW_MUST_CHECK enum gw_err gw_message_report(struct gw_db *db, const struct gw_agent_key *key,
					    const struct gw_report *report,
					    struct gw_report_result *ret_result);

/* A message to somebody named. */
struct gw_send {
	struct gw_str target;                 /* trimmed */
	struct gw_str channel;                /* lower case, trimmed; absent: any */
	struct gw_str content;                /* trimmed */
	struct gw_str idempotency_key;        /* absent: none */
	unsigned char digest[GW_SHA256_SIZE]; /* of the request */
	struct gw_uuid message_id;            /* for the new message or job */
	bool queue;                           /* a letter to a person is left to a worker */
	const char *trace_id;                 /* of the request; NULL: none */
	int64_t seen_interval;
	int64_t max_pending_from, max_pending, max_pending_organisation;
};

enum gw_target_type { GW_TARGET_OPENCLAW_AGENT, GW_TARGET_AGENT, GW_TARGET_HUMAN };

/* As the protocol writes it: "openclaw_agent", "agent", "human". */
const char *gw_target_type_name(enum gw_target_type type);

enum gw_send_outcome {
	GW_SEND_STORED,      /* one agent was meant and the message or job is there */
	GW_SEND_PERSON,      /* one person was meant; nothing was written */
	GW_SEND_NOBODY,      /* nobody has such a name */
	GW_SEND_AMBIGUOUS,   /* several have; candidates in the rows */
	GW_SEND_REPEATED,    /* the idempotency key led to this before */
	GW_SEND_MISMATCH,    /* the idempotency key belongs to another request */
	GW_SEND_IN_PROGRESS, /* the first request with this key is still running */
	GW_SEND_CUT_OFF,     /* it was, but ended without an answer (a crash) */
	GW_SEND_UNAVAILABLE, /* one agent was meant, which may not act */
	GW_SEND_FULL,        /* too much waits already; `full` says where */
};

#define GW_SEND_MAX_CANDIDATES 11 /* more are not looked for */

/* The views last until _release. */
struct gw_send_result {
	enum gw_send_outcome outcome;
	struct gw_uuid agent_id;  /* the caller */
	struct gw_uuid tenant_id; /* the caller's; all zero without one */
	struct gw_str agent_name;
	enum gw_target_type type;
	struct gw_str name;
	struct gw_uuid target_id;
	struct gw_uuid message_id; /* of the first request when it is a repeat */
	struct gw_str channel;     /* GW_SEND_REPEATED to a person: how */
	struct gw_str external_id, open_id,
		email;      /* GW_SEND_PERSON; absent or empty when the person has none */
	struct gw_str full; /* GW_SEND_FULL: "sender", "target", "organisation" */
	int candidate_count;
	struct gw_str candidates[GW_SEND_MAX_CANDIDATES];
	struct gw_rows *rows;
};

/* GW_UNAUTHORIZED: nobody has the key. GW_FORBIDDEN: the agent may not act. */
GW_MUST_CHECK enum gw_err gw_message_send(struct gw_db *db, const struct gw_agent_key *key,
					  const struct gw_send *send,
					  struct gw_send_result *ret_result);
void gw_send_result_release(struct gw_send_result *result);

/*
 * Ends messages that are older than `ttl` and those for agents that may not act, `batch` at most of each, and tells who sent them;
 * counts what waits in organisations. Harmless at any time, by any number of programs.
 */
GW_MUST_CHECK enum gw_err gw_message_housekeeping(struct gw_db *db, int64_t ttl, int32_t batch,
						  int64_t *ret_ended);

/* When what was handed out is handed out again, in microseconds; delivery 0: never. */
struct gw_message_leases {
	int64_t handout;
	int64_t delivery;
};

/* How many messages a poll of the agent would find, at most 1000. */
GW_MUST_CHECK enum gw_err gw_message_waiting(struct gw_db *db, const struct gw_uuid *agent,
					     const struct gw_message_leases *leases,
					     int32_t *ret_waiting);
/* In how many microseconds the next lease of one of the agent's messages ends; INT64_MAX: none does. */
GW_MUST_CHECK enum gw_err gw_message_due(struct gw_db *db, const struct gw_uuid *agent,
					 const struct gw_message_leases *leases, int64_t *ret_in);

#endif
