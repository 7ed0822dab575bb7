/* SPDX-License-Identifier: ISC */
/*
 * session.h: people who sign in: one-time links, passwords, and the sessions that come of them.
 *
 * Tokens and cookies are never stored, only their SHA-256.
 */
#ifndef GW_SESSION_H
#define GW_SESSION_H

#include "base/digest.h"
#include "store/db.h"

#define GW_SESSION_IDLE                                                                            \
	(INT64_C(30) * 86400 * 1000000) /* microseconds that a session lives unused */
#define GW_SIGNIN_LINK_LIFE (INT64_C(15) * 60 * 1000000) /* microseconds that a link is good */
#define GW_SIGNIN_LINKS_MAX 3 /* by mail, for one person within that time */
#define GW_SIGNIN_KEYS_MAX 4

#define GW_SIGNIN_TOKEN_SIZE 44 /* 43 characters of base64url and a NUL */

/* A new token, for a link or a cookie (32 random bytes as base64url), and the digest that is stored. */
void gw_signin_token_new(char token[GW_SIGNIN_TOKEN_SIZE], unsigned char digest[GW_SHA256_SIZE]);

/* Somebody who may sign in. Strings belong to it; release with gw_user_release(). */
struct gw_user {
	struct gw_uuid id, tenant;
	char *name, *role, *tenant_name;
	bool has_session; /* came with a cookie; else with a token of the platform's */
	struct gw_uuid session;
	int64_t session_created;
};

void gw_user_release(struct gw_user *person); /* zeroed storage allowed */

/* Who is signed in with a cookie. GW_UNAUTHORIZED: nobody, or somebody who may not any more. */
GW_MUST_CHECK enum gw_err gw_session_find(struct gw_db *db,
					  const unsigned char digest[GW_SHA256_SIZE],
					  struct gw_user *ret_person);
/* A person by id. GW_UNAUTHORIZED: there is none who may sign in. */
GW_MUST_CHECK enum gw_err gw_person_find(struct gw_db *db, const struct gw_uuid *user,
					 struct gw_user *ret_person);

/* A session to be; texts may be absent. */
struct gw_session_new {
	struct gw_uuid id;
	unsigned char digest[GW_SHA256_SIZE];
	struct gw_str address, browser;
};

enum gw_signin_outcome {
	GW_SIGNIN_OK,
	GW_SIGNIN_UNKNOWN,
	GW_SIGNIN_USED,
	GW_SIGNIN_EXPIRED,
	GW_SIGNIN_DISABLED
};

/* Uses a link up; on GW_SIGNIN_OK the session is open. */
GW_MUST_CHECK enum gw_err gw_session_open_link(struct gw_db *db,
					       const unsigned char token[GW_SHA256_SIZE],
					       const struct gw_session_new *session,
					       enum gw_signin_outcome *ret_outcome);
/* Opens a session for somebody whose password was right. GW_UNAUTHORIZED: he may not any more. */
GW_MUST_CHECK enum gw_err gw_session_open_password(struct gw_db *db, const struct gw_uuid *user,
						   const struct gw_session_new *session);
/* Ends one session of a person's, or all (NULL), but not `except` (may be NULL). */
GW_MUST_CHECK enum gw_err gw_session_end(struct gw_db *db, const struct gw_uuid *user,
					 const struct gw_uuid *session,
					 const struct gw_uuid *except, int64_t *ret_ended);

/* One of a list; texts last as long as the rows. */
struct gw_session_row {
	struct gw_uuid id;
	struct gw_str way, address, browser;
	int64_t created_at, seen_at;
};

/* Somebody's sessions, the last used first; *ret_rows is to be freed. */
GW_MUST_CHECK enum gw_err gw_session_list(struct gw_db *db, const struct gw_uuid *user, int limit,
					  struct gw_rows **ret_rows);
void gw_session_row(const struct gw_rows *rows, int row, struct gw_session_row *ret_session);

/*
 * A link for whoever has this mail address (lower case). GW_NOT_FOUND: nobody, more than one, or enough links were made lately: to be
 * answered as if there were one. *ret_name is to be freed.
 */
GW_MUST_CHECK enum gw_err gw_signin_link_mail(struct gw_db *db,
					      const unsigned char token[GW_SHA256_SIZE],
					      struct gw_str address, char **ret_name);

/* The stored password of whoever has a name; GW_NOT_FOUND: nobody. *ret_hash is to be freed. */
GW_MUST_CHECK enum gw_err gw_signin_password(struct gw_db *db, struct gw_str name,
					     struct gw_uuid *ret_user, char **ret_hash);

/* What is tried, as digests: names, addresses. */
struct gw_signin_keys {
	int count;
	unsigned char digests[GW_SIGNIN_KEYS_MAX][GW_SHA256_SIZE];
};

/* Adds one; `kind` keeps names and addresses apart. */
void gw_signin_keys_add(struct gw_signin_keys *keys, const char *kind, struct gw_str value);
/* Microseconds that whoever tries has to wait; 0: none. */
GW_MUST_CHECK enum gw_err gw_signin_wait(struct gw_db *db, const struct gw_signin_keys *keys,
					 int64_t *ret_wait);
GW_MUST_CHECK enum gw_err gw_signin_failed(struct gw_db *db, const struct gw_signin_keys *keys);
GW_MUST_CHECK enum gw_err gw_signin_succeeded(struct gw_db *db, const struct gw_signin_keys *keys);

#endif
