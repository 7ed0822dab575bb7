/* SPDX-License-Identifier: ISC */
/*
 * invitation.c: see invitation.h.
 */
#include "store/invitation.h"

#include <string.h>

/* 32 of them, without i, l, o and u (Crockford's base 32, in lower case). */
static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

void gw_invitation_code_new(char code[GW_INVITATION_CODE_SIZE],
			    unsigned char digest[GW_SHA256_SIZE])
{
	unsigned char bytes[GW_INVITATION_CODE_SIZE - 1];

	gw_random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		code[i] = alphabet[bytes[i] % 32];
	code[sizeof(bytes)] = '\0';
	gw_sha256(gw_str(code), digest);
	gw_secret_wipe(bytes, sizeof(bytes));
}

bool gw_invitation_is_code(struct gw_str text)
{
	bool good = text.len == GW_INVITATION_CODE_SIZE - 1;

	for (size_t i = 0; good && i < text.len; i++)
		good = text.data[i] != '\0' && strchr(alphabet, text.data[i]) != NULL;
	return good;
}

enum gw_err gw_invitation_add(struct gw_db *db, const unsigned char digest[GW_SHA256_SIZE],
			      const struct gw_uuid *agent, int64_t life, int64_t *ret_expires_at)
{
	enum { NAME, MAY_ACT, EXPIRES_AT };
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_bytes(&params, digest, GW_SHA256_SIZE);
	gw_params_uuid(&params, agent);
	gw_params_interval(&params, life);
	err = gw_db_exec(db, GW_STATEMENT_INVITATION_ADD, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0)
		err = GW_NOT_FOUND;
	else if (!gw_rows_bool(rows, 0, MAY_ACT))
		err = GW_FORBIDDEN;
	else
		*ret_expires_at = gw_rows_time(rows, 0, EXPIRES_AT);
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_invitation_use(struct gw_db *db, const unsigned char digest[GW_SHA256_SIZE],
			      const char *key_digest, struct gw_str address, struct gw_str trace_id,
			      enum gw_invitation_outcome *ret_outcome, struct gw_uuid *ret_agent,
			      char **ret_name)
{
	enum { OUTCOME, AGENT, NAME };
	static const char *const outcomes[] = {
		[GW_INVITATION_REPLACED] = "replaced",   [GW_INVITATION_UNKNOWN] = "unknown",
		[GW_INVITATION_USED] = "used",           [GW_INVITATION_EXPIRED] = "expired",
		[GW_INVITATION_FORBIDDEN] = "forbidden",
	};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_bytes(&params, digest, GW_SHA256_SIZE);
	gw_params_text_c(&params, key_digest);
	gw_params_text(&params, address);
	gw_params_text(&params, trace_id);
	err = gw_db_exec(db, GW_STATEMENT_INVITATION_USE, &params, &rows);
	if (err != GW_OK)
		return err;
	err = GW_INTERNAL;
	for (size_t i = 0; i < GW_ARRAY_LEN(outcomes); i++) {
		if (gw_str_equal_c(gw_rows_text(rows, 0, OUTCOME), outcomes[i])) {
			*ret_outcome = (enum gw_invitation_outcome)i;
			*ret_name = gw_rows_uuid(rows, 0, AGENT, ret_agent)
					    ? gw_str_dup(gw_rows_text(rows, 0, NAME))
					    : NULL;
			err = GW_OK;
		}
	}
	gw_rows_free(rows);
	return err;
}
