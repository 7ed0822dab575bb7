/* SPDX-License-Identifier: ISC */
/*
 * session.c: see session.h.
 */
#include "store/session.h"

#include "base/clock.h"
#include "store/array.h"

#include <stdlib.h>

#define TOKEN_BYTES 32
#define TOKEN_TEXT_MAX 64
#define WAIT_MAX (INT64_C(15) * 60 * GW_USEC_PER_SEC)
#define KEYS_TEXT_MAX ((size_t)GW_SIGNIN_KEYS_MAX * (2 * GW_SHA256_SIZE + 16))

/* Columns of session_find.sql and person_find.sql. */
enum person_column { ID, NAME, ROLE, TENANT, TENANT_NAME, SESSION, SESSION_CREATED };

/* Columns of session_list.sql. */
enum list_column {
	LIST_ID,
	LIST_NAME,
	LIST_TENANT,
	LIST_USER,
	LIST_WAY,
	LIST_CREATED,
	LIST_SEEN,
	LIST_ADDRESS,
	LIST_BROWSER,
};

void gw_signin_token_new(char token[GW_SIGNIN_TOKEN_SIZE], unsigned char digest[GW_SHA256_SIZE])
{
	unsigned char random[TOKEN_BYTES];
	struct gw_buf text;

	gw_random_bytes(random, sizeof(random));
	gw_buf_init(&text, TOKEN_TEXT_MAX);
	gw_base64url_encode(&text, random, sizeof(random));
	memcpy(token, text.data, GW_SIGNIN_TOKEN_SIZE);
	gw_sha256(gw_buf_str(&text), digest);
	gw_secret_wipe(text.data, text.len);
	gw_secret_wipe(random, sizeof(random));
	gw_buf_release(&text);
}

void gw_user_release(struct gw_user *person)
{
	free(person->name);
	free(person->role);
	free(person->tenant_name);
	*person = (struct gw_user){.name = NULL};
}

static enum gw_err find(struct gw_db *db, enum gw_statement statement,
			const struct gw_params *params, struct gw_user *ret_person)
{
	struct gw_user person = {.name = NULL};
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_db_exec(db, statement, params, &rows);

	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0 || !gw_rows_uuid(rows, 0, ID, &person.id) ||
	    !gw_rows_uuid(rows, 0, TENANT, &person.tenant)) {
		gw_rows_free(rows);
		return GW_UNAUTHORIZED;
	}
	person.name = gw_str_dup(gw_rows_text(rows, 0, NAME));
	person.role = gw_str_dup(gw_rows_text(rows, 0, ROLE));
	person.tenant_name = gw_str_dup(gw_rows_text(rows, 0, TENANT_NAME));
	person.has_session = gw_rows_uuid(rows, 0, SESSION, &person.session);
	person.session_created = gw_rows_time(rows, 0, SESSION_CREATED);
	gw_rows_free(rows);
	*ret_person = person;
	return GW_OK;
}

enum gw_err gw_session_find(struct gw_db *db, const unsigned char digest[GW_SHA256_SIZE],
			    struct gw_user *ret_person)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_bytes(&params, digest, GW_SHA256_SIZE);
	gw_params_interval(&params, GW_SESSION_IDLE);
	return find(db, GW_STATEMENT_SESSION_FIND, &params, ret_person);
}

enum gw_err gw_person_find(struct gw_db *db, const struct gw_uuid *user, struct gw_user *ret_person)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, user);
	return find(db, GW_STATEMENT_PERSON_FIND, &params, ret_person);
}

static void add_session(struct gw_params *params, const struct gw_session_new *session)
{
	gw_params_uuid(params, &session->id);
	gw_params_bytes(params, session->digest, GW_SHA256_SIZE);
	gw_params_text(params, session->address);
	gw_params_text(params, session->browser);
}

enum gw_err gw_session_open_link(struct gw_db *db, const unsigned char token[GW_SHA256_SIZE],
				 const struct gw_session_new *session,
				 enum gw_signin_outcome *ret_outcome)
{
	static const char *const outcomes[] = {
		[GW_SIGNIN_OK] = "ok",
		[GW_SIGNIN_UNKNOWN] = "unknown",
		[GW_SIGNIN_USED] = "used",
		[GW_SIGNIN_EXPIRED] = "expired",
		[GW_SIGNIN_DISABLED] = "disabled",
	};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_bytes(&params, token, GW_SHA256_SIZE);
	add_session(&params, session);
	err = gw_db_exec(db, GW_STATEMENT_SESSION_OPEN_LINK, &params, &rows);
	if (err != GW_OK)
		return err;
	err = GW_INTERNAL;
	for (size_t i = 0; i < GW_ARRAY_LEN(outcomes); i++) {
		if (gw_str_equal_c(gw_rows_text(rows, 0, 0), outcomes[i])) {
			*ret_outcome = (enum gw_signin_outcome)i;
			err = GW_OK;
		}
	}
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_session_open_password(struct gw_db *db, const struct gw_uuid *user,
				     const struct gw_session_new *session)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, user);
	add_session(&params, session);
	err = gw_db_exec(db, GW_STATEMENT_SESSION_OPEN_PASSWORD, &params, &rows);
	if (err != GW_OK)
		return err;
	err = gw_rows_count(rows) > 0 ? GW_OK : GW_UNAUTHORIZED;
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_session_end(struct gw_db *db, const struct gw_uuid *user,
			   const struct gw_uuid *session, const struct gw_uuid *except,
			   int64_t *ret_ended)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, user);
	gw_params_uuid(&params, session);
	gw_params_uuid(&params, except);
	err = gw_db_exec(db, GW_STATEMENT_SESSION_END, &params, &rows);
	if (err != GW_OK)
		return err;
	*ret_ended = gw_rows_int(rows, 0, 0);
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_session_list(struct gw_db *db, const struct gw_uuid *user, int limit,
			    struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_null(&params);
	gw_params_uuid(&params, user);
	gw_params_interval(&params, GW_SESSION_IDLE);
	gw_params_int(&params, limit);
	return gw_db_exec(db, GW_STATEMENT_SESSION_LIST, &params, ret_rows);
}

void gw_session_row(const struct gw_rows *rows, int row, struct gw_session_row *ret_session)
{
	(void)gw_rows_uuid(rows, row, LIST_ID, &ret_session->id);
	ret_session->way = gw_rows_text(rows, row, LIST_WAY);
	ret_session->address = gw_rows_text(rows, row, LIST_ADDRESS);
	ret_session->browser = gw_rows_text(rows, row, LIST_BROWSER);
	ret_session->created_at = gw_rows_time(rows, row, LIST_CREATED);
	ret_session->seen_at = gw_rows_time(rows, row, LIST_SEEN);
}

enum gw_err gw_signin_link_mail(struct gw_db *db, const unsigned char token[GW_SHA256_SIZE],
				struct gw_str address, char **ret_name)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_bytes(&params, token, GW_SHA256_SIZE);
	gw_params_text(&params, address);
	gw_params_interval(&params, GW_SIGNIN_LINK_LIFE);
	gw_params_int(&params, GW_SIGNIN_LINKS_MAX);
	err = gw_db_exec(db, GW_STATEMENT_SIGNIN_LINK_MAIL, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0)
		err = GW_NOT_FOUND;
	else
		*ret_name = gw_str_dup(gw_rows_text(rows, 0, 1));
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_signin_password(struct gw_db *db, struct gw_str name, struct gw_uuid *ret_user,
			       char **ret_hash)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_text(&params, name);
	err = gw_db_exec(db, GW_STATEMENT_SIGNIN_PASSWORD, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0 || !gw_rows_uuid(rows, 0, 0, ret_user))
		err = GW_NOT_FOUND;
	else
		*ret_hash = gw_str_dup(gw_rows_text(rows, 0, 1));
	gw_rows_free(rows);
	return err;
}

void gw_signin_keys_add(struct gw_signin_keys *keys, const char *kind, struct gw_str value)
{
	struct gw_buf text;

	if (keys->count == GW_SIGNIN_KEYS_MAX)
		return;
	gw_buf_init(&text, value.len + 32);
	gw_buf_addf(&text, "%s:", kind);
	gw_buf_add_str(&text, value);
	gw_sha256(gw_buf_str(&text), keys->digests[keys->count++]);
	gw_buf_release(&text);
}

/* As bytea[] in PostgreSQL's text form. */
static void keys_array(const struct gw_signin_keys *keys, struct gw_buf *out)
{
	gw_buf_init(out, KEYS_TEXT_MAX);
	gw_array_begin(out);
	for (int i = 0; i < keys->count; i++) {
		char text[2 * GW_SHA256_SIZE + 3] = "\\x";

		for (int byte = 0; byte < GW_SHA256_SIZE; byte++)
			(void)snprintf(text + 2 + 2 * byte, 3, "%02x", keys->digests[i][byte]);
		gw_array_add_text(out, gw_str(text));
	}
}

enum gw_err gw_signin_wait(struct gw_db *db, const struct gw_signin_keys *keys, int64_t *ret_wait)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf array;
	enum gw_err err = GW_OK;

	keys_array(keys, &array);
	gw_params_text(&params, gw_array_end(&array));
	gw_params_interval(&params, WAIT_MAX);
	err = gw_db_exec(db, GW_STATEMENT_SIGNIN_WAIT, &params, &rows);
	if (err == GW_OK) {
		double seconds = gw_rows_double(rows, 0, 0);

		*ret_wait = seconds > 0 ? (int64_t)(seconds * (double)GW_USEC_PER_SEC) : 0;
		gw_rows_free(rows);
	}
	gw_buf_release(&array);
	return err;
}

static enum gw_err note(struct gw_db *db, enum gw_statement statement,
			const struct gw_signin_keys *keys)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf array;
	enum gw_err err = GW_OK;

	keys_array(keys, &array);
	gw_params_text(&params, gw_array_end(&array));
	err = gw_db_run(db, statement, &params);
	gw_buf_release(&array);
	return err;
}

enum gw_err gw_signin_failed(struct gw_db *db, const struct gw_signin_keys *keys)
{
	return note(db, GW_STATEMENT_SIGNIN_FAILED, keys);
}

enum gw_err gw_signin_succeeded(struct gw_db *db, const struct gw_signin_keys *keys)
{
	return note(db, GW_STATEMENT_SIGNIN_SUCCEEDED, keys);
}
