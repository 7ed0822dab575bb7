/* SPDX-License-Identifier: ISC */
/*
 * agent.c: see agent.h.
 */
#include "store/agent.h"

#include "base/log.h"
#include "base/text.h"

void gw_agent_key_init(struct gw_agent_key *key, struct gw_str presented)
{
	*key = (struct gw_agent_key){.plain = GW_STR_NULL};
	gw_sha256_hex(presented, key->digest);
	if (presented.len > 3 && memcmp(presented.data, "oc-", 3) == 0 && gw_utf8_valid(presented))
		key->plain = presented;
}

void gw_params_agent_key(struct gw_params *params, const struct gw_agent_key *key)
{
	gw_params_text_c(params, key->digest);
	gw_params_text(params, key->plain);
}

enum gw_err gw_agent_only(const struct gw_agent_key *key, int count)
{
	if (count == 1)
		return GW_OK;
	if (count > 1)
		gw_log_warning("a key fits several agents, so it authenticates none (begins %.8s; "
			       "SHA-256 begins %.8s)",
			       key->plain.len >= 8 ? key->plain.data : "?", key->digest);
	return GW_UNAUTHORIZED;
}

/* Statements whose columns are the id and whether the agent may act, with one row per agent that the key fits. */
static enum gw_err one_agent(struct gw_db *db, enum gw_statement statement,
			     const struct gw_params *params, const struct gw_agent_key *key,
			     struct gw_uuid *ret_id)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_db_exec(db, statement, params, &rows);

	if (err != GW_OK)
		return err;
	err = gw_agent_only(key, gw_rows_count(rows));
	if (err == GW_OK && !gw_rows_bool(rows, 0, 1))
		err = GW_FORBIDDEN;
	else if (err == GW_OK && !gw_rows_uuid(rows, 0, 0, ret_id))
		err = GW_INTERNAL;
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_agent_authenticate(struct gw_db *db, const struct gw_agent_key *key,
				  struct gw_uuid *ret_id)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_agent_key(&params, key);
	return one_agent(db, GW_STATEMENT_AGENT_AUTHENTICATE, &params, key, ret_id);
}

enum gw_err gw_agent_heartbeat(struct gw_db *db, const struct gw_agent_key *key,
			       int64_t seen_interval, struct gw_uuid *ret_id)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_agent_key(&params, key);
	gw_params_interval(&params, seen_interval);
	return one_agent(db, GW_STATEMENT_AGENT_HEARTBEAT, &params, key, ret_id);
}

enum gw_err gw_agent_key_replace(struct gw_db *db, const struct gw_uuid *agent,
				 const struct gw_uuid *user, const char *digest,
				 struct gw_str address, struct gw_str trace_id)
{
	static const struct {
		const char *outcome;
		enum gw_err err;
	} outcomes[] = {
		{"replaced", GW_OK},
		{"unauthorized", GW_UNAUTHORIZED},
		{"not_found", GW_NOT_FOUND},
		{"forbidden", GW_FORBIDDEN},
	};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, agent);
	gw_params_uuid(&params, user);
	gw_params_text_c(&params, digest);
	gw_params_text(&params, address.len > 0 ? address : GW_STR_NULL);
	gw_params_text(&params, trace_id.len > 0 ? trace_id : GW_STR_NULL);
	err = gw_db_exec(db, GW_STATEMENT_AGENT_KEY_REPLACE, &params, &rows);
	if (err != GW_OK)
		return err;
	err = GW_INTERNAL;
	for (size_t i = 0; i < GW_ARRAY_LEN(outcomes); i++) {
		if (gw_str_equal_c(gw_rows_text(rows, 0, 0), outcomes[i].outcome))
			err = outcomes[i].err;
	}
	gw_rows_free(rows);
	return err;
}
