/* SPDX-License-Identifier: ISC */
/*
 * care.h: what an operator does to agents and people, and who hears of it at once. clawgw-admin and the page do the same.
 */
#ifndef GW_CARE_H
#define GW_CARE_H

#include "store/db.h"

struct gw_switched {
	bool may_act; /* an agent that was resumed: false if its end, organisation or creator speaks against it */
	int64_t waiting; /* an agent's messages and jobs that have not ended */
	int64_t ended;   /* a user's sessions that ended */
	int64_t agents;  /* agents that a user made, which act only while he is active */
};

/* Suspends an agent, or lets it act again. GW_NOT_FOUND: there is no such agent. */
GW_MUST_CHECK enum gw_err gw_care_agent_switch(struct gw_db *db, const struct gw_uuid *agent,
					       bool on, struct gw_switched *ret_switched);
/* The same for a user. */
GW_MUST_CHECK enum gw_err gw_care_user_switch(struct gw_db *db, const struct gw_uuid *user, bool on,
					      struct gw_switched *ret_switched);
/* Ends all sessions of a user, and the links that would open new ones. */
GW_MUST_CHECK enum gw_err gw_care_user_sign_out(struct gw_db *db, const struct gw_uuid *user,
						int64_t *ret_ended);
/* Wakes whoever waits for a topic of this kind: "agent", "user", "tenant". A hint. */
void gw_care_ring(struct gw_db *db, const char *kind, const struct gw_uuid *whose);

#endif
