/* SPDX-License-Identifier: ISC */
/*
 * invitation.h: one-time codes, each of which is exchanged for a new key of one agent. Only their SHA-256 is stored.
 */
#ifndef GW_INVITATION_H
#define GW_INVITATION_H

#include "base/digest.h"
#include "store/db.h"

#define GW_INVITATION_LIFE (INT64_C(10) * 60 * 1000000) /* microseconds, unless asked otherwise */

#define GW_INVITATION_CODE_SIZE 25 /* 24 characters and a NUL */

/*
 * A new code, 120 random bits as characters of [a-z0-9] that are hard to mistake for each other, and the digest that is stored.
 */
void gw_invitation_code_new(char code[GW_INVITATION_CODE_SIZE],
			    unsigned char digest[GW_SHA256_SIZE]);
/* Whether this has the form of a code. */
bool gw_invitation_is_code(struct gw_str text);

/*
 * Stores one for an openclaw agent, and ends that agent's older ones. GW_NOT_FOUND: there is no such agent. GW_FORBIDDEN: it may
 * not act, so the code would be refused.
 */
GW_MUST_CHECK enum gw_err gw_invitation_add(struct gw_db *db,
					    const unsigned char digest[GW_SHA256_SIZE],
					    const struct gw_uuid *agent, int64_t life,
					    int64_t *ret_expires_at);

enum gw_invitation_outcome {
	GW_INVITATION_REPLACED,  /* the agent has the new key */
	GW_INVITATION_UNKNOWN,   /* there is no such code, or it was removed long after its end */
	GW_INVITATION_USED,      /* somebody has exchanged it */
	GW_INVITATION_EXPIRED,   /* its time is over, or a newer one took its place */
	GW_INVITATION_FORBIDDEN, /* the agent may not act */
};

/*
 * Exchanges a code for the key whose digest is `key_digest`. Each outcome is noted in the audit, with where the request came from
 * and its id. An error is the database's. *ret_agent and *ret_name (to be freed) say whose it is; NULL if it is unknown.
 */
GW_MUST_CHECK enum gw_err gw_invitation_use(struct gw_db *db,
					    const unsigned char digest[GW_SHA256_SIZE],
					    const char *key_digest, struct gw_str address,
					    struct gw_str trace_id,
					    enum gw_invitation_outcome *ret_outcome,
					    struct gw_uuid *ret_agent, char **ret_name);

#endif
