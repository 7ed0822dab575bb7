/* SPDX-License-Identifier: ISC */
/*
 * agent.h: agents as those who call: their keys, and when they were last seen.
 */
#ifndef GW_AGENT_H
#define GW_AGENT_H

#include "base/digest.h"
#include "store/db.h"

/*
 * A presented key in the two forms in which the agents table may hold it: as its digest, and, only if it begins with "oc-", as
 * it is. A digest that somebody presents as a key is digested again and so never matches.
 */
struct gw_agent_key {
	char digest[GW_SHA256_HEX_SIZE];
	struct gw_str plain; /* absent, or a view of the presented key */
};

/* `presented` must live as long as the key. Bytes that are not UTF-8 make a key that matches nothing. */
void gw_agent_key_init(struct gw_agent_key *key, struct gw_str presented);
/* Adds the key as the first two parameters of a statement. */
void gw_params_agent_key(struct gw_params *params, const struct gw_agent_key *key);

/*
 * GW_UNAUTHORIZED unless exactly one of the `count` agents that the key fits is there; several are logged, because
 * nobody can be authenticated until an operator has changed one of the keys.
 */
GW_MUST_CHECK enum gw_err gw_agent_only(const struct gw_agent_key *key, int count);

/* Who has this key. GW_UNAUTHORIZED: nobody. GW_FORBIDDEN: somebody who may not act (clawgw.agent_may_act). */
GW_MUST_CHECK enum gw_err gw_agent_authenticate(struct gw_db *db, const struct gw_agent_key *key,
						struct gw_uuid *ret_id);

/* The same, and marks the agent seen unless that was done less than `seen_interval` microseconds ago. */
GW_MUST_CHECK enum gw_err gw_agent_heartbeat(struct gw_db *db, const struct gw_agent_key *key,
					     int64_t seen_interval, struct gw_uuid *ret_id);

/*
 * Replaces an openclaw agent's key by one whose digest is `digest`. `user` is who asks, NULL for the operator.
 * GW_UNAUTHORIZED: no such active user. GW_NOT_FOUND: no such openclaw agent. GW_FORBIDDEN: neither its creator nor an
 * administrator of its tenant. Each is noted in the audit, with where the request came from and its id.
 */
GW_MUST_CHECK enum gw_err gw_agent_key_replace(struct gw_db *db, const struct gw_uuid *agent,
					       const struct gw_uuid *user, const char *digest,
					       struct gw_str address, struct gw_str trace_id);

#endif
