/* SPDX-License-Identifier: ISC */
/*
 * caller.h: who makes a request, one function per kind of caller; the only place that reads credentials.
 *
 * These functions take credentials out of the request and look at their form. Whether an agent's key is good is known to
 * the database alone: the statement that does the work authenticates as well, and gw_caller_settle() turns its outcome
 * into an answer.
 */
#ifndef GW_CALLER_H
#define GW_CALLER_H

#include "base/config.h"
#include "http/request.h"
#include "http/response.h"
#include "http/validate.h"
#include "store/agent.h"

enum gw_caller_kind {
	GW_CALLER_NOBODY = 0,
	GW_CALLER_AGENT,    /* by its key */
	GW_CALLER_PERSON,   /* a user of the platform, by a JWT */
	GW_CALLER_OPERATOR, /* by admin_token */
};

struct gw_caller {
	enum gw_caller_kind kind;
	struct gw_str
		presented; /* the credential as it came, a view of the request; absent if there is none */
	struct gw_agent_key
		key; /* of GW_CALLER_AGENT: the parameters of every statement that authenticates */
	struct gw_uuid user; /* of GW_CALLER_PERSON with a JWT */
	/* of GW_CALLER_PERSON with the cookie of a session: its digest, which is what the database knows it by */
	bool has_session;
	unsigned char session[GW_SHA256_SIZE];
};

#define GW_CALLER_COOKIE "clawgw_session"

/* GW_UNAUTHORIZED: the request brings no agent's key at all, good or not; 401 is answered. */
GW_MUST_CHECK enum gw_err gw_caller_require_key(const struct gw_request *request,
						struct gw_response *response);
/*
 * An agent: X-Api-Key, or `Authorization: Bearer oc-…`. GW_OK, with *ret_caller filled; no key at all adds `missing` to
 * `invalid` unless that is NULL, and leaves `presented` absent. GW_INVALID: several keys that differ, in headers of one
 * name or of both; 400 is answered. GW_BUSY: too many requests of this key, or too many wrong keys from this address, from where
 * only keys that were right within the hour are looked up; 429 is answered.
 */
GW_MUST_CHECK enum gw_err gw_caller_agent(const struct gw_request *request,
					  struct gw_response *response, struct gw_invalid *invalid,
					  struct gw_caller *ret_caller);
/* The operator: `Authorization: Bearer <admin_token>`. GW_UNAUTHORIZED: no such token, or none is configured. */
GW_MUST_CHECK enum gw_err gw_caller_operator(const struct gw_request *request,
					     const struct gw_config *config,
					     struct gw_caller *ret_caller);
/*
 * A person: `Authorization: Bearer <JWT>` (HS256 with jwt_secret, claims `sub` and `exp`). Whether the
 * user is still there and active is for the statement. GW_UNAUTHORIZED: no such token, or it has expired.
 */
GW_MUST_CHECK enum gw_err gw_caller_person(const struct gw_request *request,
					   const struct gw_config *config,
					   struct gw_caller *ret_caller);
/*
 * Somebody at a screen: the cookie of a session, or else a JWT as above. GW_UNAUTHORIZED: neither. GW_FORBIDDEN: the request has
 * the cookie, changes something, and does not come from a page of ours (see gw_caller_same_site()).
 */
GW_MUST_CHECK enum gw_err gw_caller_screen(const struct gw_request *request,
					   const struct gw_config *config,
					   struct gw_caller *ret_caller);
/*
 * Whether the browser says that a page of ours makes this request: Sec-Fetch-Site (Fetch Metadata), or Origin (RFC 6454) where
 * the browser is too old for it. What has neither comes from no browser: `bare` is returned.
 */
bool gw_caller_same_site(const struct gw_request *request, const struct gw_config *config,
			 bool bare);
/* GW_BUSY: too many wrong tokens came from this address; 429 is answered. For endpoints that take tokens of people and operators. */
GW_MUST_CHECK enum gw_err gw_caller_may_try(const struct gw_request *request,
					    struct gw_response *response);
/*
 * Counts a wrong credential for the address that it came from. Returns how many there were since this was told in the log, if it
 * is to be told now, else 0.
 */
uint64_t gw_caller_count_wrong(const struct gw_request *request);
/* GW_BUSY: the agent sends too many messages; 429 is answered. */
GW_MUST_CHECK enum gw_err gw_caller_may_send(const struct gw_caller *caller,
					     const struct gw_request *request,
					     struct gw_response *response);
/* True for `Authorization: Bearer <token>`; never for an empty `token`. */
bool gw_caller_has_token(const struct gw_request *request, const char *token);

/*
 * Turns the outcome of a store call that authenticates into an answer: on GW_OK marks the request authenticated, on
 * GW_UNAUTHORIZED answers 401 (an agent's "Invalid API key", another's "Invalid or expired token"), on an agent's
 * GW_FORBIDDEN 403 agent_suspended. Returns `err`.
 */
enum gw_err gw_caller_settle(const struct gw_caller *caller, struct gw_request *request,
			     struct gw_response *response, enum gw_err err);

#endif
