/* SPDX-License-Identifier: ISC */
/*
 * token.h: Feishu's access tokens, which all processes of an installation share.
 *
 * A token belongs to a base URL, an app and that app's secret. One process at a time gets a new
 * one, under a lease that is a row in the table; nothing is locked while Feishu is asked.
 */
#ifndef GW_STORE_TOKEN_H
#define GW_STORE_TOKEN_H

#include "base/digest.h"
#include "store/db.h"

struct gw_token_key {
	struct gw_str base_url;
	struct gw_str app_id;
	unsigned char digest[GW_SHA256_SIZE];
};

void gw_token_key_init(struct gw_token_key *key, struct gw_str base_url, struct gw_str app_id,
		       struct gw_str app_secret);

#define GW_TOKEN_NO_GENERATION INT64_C(-1)

struct gw_token {
	char *text;         /* NULL when there is none that can be used; see gw_secret_free() */
	int64_t generation; /* says which it is; GW_TOKEN_NO_GENERATION if there never was one */
	bool due;           /* can be used, but a new one should be made */
	char *failure;      /* why the last refresh failed; NULL if it did not */
	int64_t failed_at;  /* and when, by the database's clock */
};

/*
 * What is known. `secret_key` opens a token that was stored encrypted; one that cannot be opened
 * counts as none. GW_OK also when nothing is known.
 */
GW_MUST_CHECK enum gw_err gw_token_find(struct gw_db *db, const struct gw_token_key *key,
					struct gw_str secret_key, struct gw_token *ret_token);
void gw_token_release(struct gw_token *token);

/*
 * Asks for the right to refresh for `lease` microseconds, as `claimer`. GW_BUSY: somebody else
 * refreshes, or there is a token that needs none and is not of generation `rejected`.
 */
GW_MUST_CHECK enum gw_err gw_token_claim(struct gw_db *db, const struct gw_token_key *key,
					 const struct gw_uuid *claimer, int64_t lease,
					 int64_t rejected);
/*
 * Ends the claim with a token (encrypted unless `secret_key` is empty) that is good for `life`
 * microseconds.
 */
GW_MUST_CHECK enum gw_err gw_token_store(struct gw_db *db, const struct gw_token_key *key,
					 const struct gw_uuid *claimer, struct gw_str secret_key,
					 struct gw_str token, int64_t life);
/* Ends the claim without one. */
GW_MUST_CHECK enum gw_err gw_token_fail(struct gw_db *db, const struct gw_token_key *key,
					const struct gw_uuid *claimer, struct gw_str failure);

#endif
