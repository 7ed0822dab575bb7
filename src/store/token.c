/* SPDX-License-Identifier: ISC */
/*
 * token.c: see token.h.
 */
#include "store/token.h"

#include "base/clock.h"

#include <stdlib.h>

#define TOKEN_MAX 8192
/*
 * A token is replaced this long before it ends, or at half of a life that is shorter than twice
 * that.
 */
#define REFRESH_MARGIN (5 * 60 * GW_USEC_PER_SEC)

void gw_token_key_init(struct gw_token_key *key, struct gw_str base_url, struct gw_str app_id,
		       struct gw_str app_secret)
{
	struct gw_buf text;

	key->base_url = base_url;
	key->app_id = app_id;
	gw_buf_init(&text, base_url.len + app_id.len + app_secret.len + 2);
	gw_buf_add_str(&text, base_url);
	gw_buf_add_char(&text, '\0');
	gw_buf_add_str(&text, app_id);
	gw_buf_add_char(&text, '\0');
	gw_buf_add_str(&text, app_secret);
	gw_sha256(gw_buf_str(&text), key->digest);
	gw_secret_wipe(text.data, text.len);
	gw_buf_release(&text);
}

static char *open_token(struct gw_str stored, bool encrypted, struct gw_str secret_key)
{
	struct gw_buf plain;
	char *text = NULL;

	if (!encrypted)
		return gw_str_dup(stored);
	gw_buf_init(&plain, TOKEN_MAX);
	if (secret_key.len > 0 && gw_secret_decrypt(&plain, secret_key, stored))
		text = gw_buf_detach(&plain);
	gw_buf_release(&plain);
	return text;
}

enum gw_err gw_token_find(struct gw_db *db, const struct gw_token_key *key,
			  struct gw_str secret_key, struct gw_token *ret_token)
{
	enum { TOKEN, ENCRYPTED, GENERATION, VALID, DUE, FAILURE, FAILED_AT };
	struct gw_token token = {.generation = GW_TOKEN_NO_GENERATION};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_bytes(&params, key->digest, sizeof(key->digest));
	err = gw_db_exec(db, GW_STATEMENT_TOKEN_FIND, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) > 0) {
		token.generation = gw_rows_int(rows, 0, GENERATION);
		token.due = gw_rows_bool(rows, 0, DUE);
		token.failure = gw_str_dup(gw_rows_text(rows, 0, FAILURE));
		token.failed_at = gw_rows_time(rows, 0, FAILED_AT);
		if (gw_rows_bool(rows, 0, VALID))
			token.text = open_token(gw_rows_text(rows, 0, TOKEN),
						gw_rows_bool(rows, 0, ENCRYPTED), secret_key);
	}
	gw_rows_free(rows);
	*ret_token = token;
	return GW_OK;
}

void gw_token_release(struct gw_token *token)
{
	gw_secret_free(token->text);
	free(token->failure);
	*token = (struct gw_token){.generation = GW_TOKEN_NO_GENERATION};
}

enum gw_err gw_token_claim(struct gw_db *db, const struct gw_token_key *key,
			   const struct gw_uuid *claimer, int64_t lease, int64_t rejected)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_bytes(&params, key->digest, sizeof(key->digest));
	gw_params_text(&params, key->base_url);
	gw_params_text(&params, key->app_id);
	gw_params_uuid(&params, claimer);
	gw_params_interval(&params, lease);
	gw_params_bigint(&params, rejected);
	err = gw_db_exec(db, GW_STATEMENT_TOKEN_CLAIM, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0)
		err = GW_BUSY;
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_token_store(struct gw_db *db, const struct gw_token_key *key,
			   const struct gw_uuid *claimer, struct gw_str secret_key,
			   struct gw_str token, int64_t life)
{
	int64_t margin = life / 2 < REFRESH_MARGIN ? life / 2 : REFRESH_MARGIN;
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf sealed;
	enum gw_err err = GW_OK;

	gw_buf_init(&sealed, TOKEN_MAX);
	if (secret_key.len > 0)
		gw_secret_encrypt(&sealed, secret_key, token);
	gw_params_bytes(&params, key->digest, sizeof(key->digest));
	gw_params_uuid(&params, claimer);
	gw_params_text(&params, secret_key.len > 0 ? gw_buf_str(&sealed) : token);
	gw_params_bool(&params, secret_key.len > 0);
	gw_params_interval(&params, life - margin);
	gw_params_interval(&params, life);
	err = gw_db_run(db, GW_STATEMENT_TOKEN_STORE, &params);
	gw_buf_release(&sealed);
	return err;
}

enum gw_err gw_token_fail(struct gw_db *db, const struct gw_token_key *key,
			  const struct gw_uuid *claimer, struct gw_str failure)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_bytes(&params, key->digest, sizeof(key->digest));
	gw_params_uuid(&params, claimer);
	gw_params_text(&params, failure);
	return gw_db_run(db, GW_STATEMENT_TOKEN_FAIL, &params);
}
