/* SPDX-License-Identifier: ISC */
/*
 * care.c: see care.h.
 */
#include "operator/care.h"

#include "store/bell.h"

#include <stdio.h>

void gw_care_ring(struct gw_db *db, const char *kind, const struct gw_uuid *whose)
{
	char topic[16 + GW_UUID_TEXT_SIZE];
	char id[GW_UUID_TEXT_SIZE];

	(void)snprintf(topic, sizeof(topic), "%s:%s", kind, gw_uuid_format(whose, id));
	gw_bell_ring(db, topic);
}

static enum gw_err exec_switch(struct gw_db *db, enum gw_statement statement,
			       const struct gw_uuid *id, bool on, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, id);
	gw_params_bool(&params, on);
	err = gw_db_exec(db, statement, &params, ret_rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(*ret_rows) > 0)
		return GW_OK;
	gw_rows_free(*ret_rows);
	return GW_NOT_FOUND;
}

enum gw_err gw_care_agent_switch(struct gw_db *db, const struct gw_uuid *agent, bool on,
				 struct gw_switched *ret_switched)
{
	enum { TENANT, MAY_ACT, WAITING };
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant;
	enum gw_err err = exec_switch(db, GW_STATEMENT_AGENT_SWITCH, agent, on, &rows);

	if (err != GW_OK)
		return err;
	/* who waits in a poll hears it, and so do people's screens */
	gw_care_ring(db, "agent", agent);
	if (gw_rows_uuid(rows, 0, TENANT, &tenant))
		gw_care_ring(db, "tenant", &tenant);
	*ret_switched = (struct gw_switched){.may_act = gw_rows_bool(rows, 0, MAY_ACT),
					     .waiting = gw_rows_int(rows, 0, WAITING)};
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_care_user_switch(struct gw_db *db, const struct gw_uuid *user, bool on,
				struct gw_switched *ret_switched)
{
	enum { ENDED, AGENTS };
	struct gw_rows *rows = NULL;
	enum gw_err err = exec_switch(db, GW_STATEMENT_USER_SWITCH, user, on, &rows);

	if (err != GW_OK)
		return err;
	/* open streams of events end */
	gw_care_ring(db, "user", user);
	*ret_switched = (struct gw_switched){.ended = gw_rows_int(rows, 0, ENDED),
					     .agents = gw_rows_int(rows, 0, AGENTS)};
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_care_user_sign_out(struct gw_db *db, const struct gw_uuid *user, int64_t *ret_ended)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, user);
	err = gw_db_exec(db, GW_STATEMENT_SESSION_END_ALL, &params, &rows);
	if (err != GW_OK)
		return err;
	gw_care_ring(db, "user", user);
	*ret_ended = gw_rows_int(rows, 0, 0);
	gw_rows_free(rows);
	return GW_OK;
}
