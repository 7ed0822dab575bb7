/* SPDX-License-Identifier: ISC */
/*
 * operator_health.c: GET /operator/health: jobs by model, letters by outcome, agents that are there; and for a platform_admin the workers
 * and the database.
 */
#include "gateway/endpoints.h"

#include "gateway/counters.h"
#include "people/operator.h"
#include "store/rows_json.h"

#include <string.h>

/* Appends the members of the only row; the object is still open. */
static enum gw_err open_object(struct gw_db *db, enum gw_statement statement,
			       const struct gw_params *params, const char *name, struct gw_buf *out)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_db_exec(db, statement, params, &rows);

	if (err != GW_OK)
		return err;
	gw_json_add_name(out, name);
	gw_buf_add_char(out, '{');
	for (int column = 0; gw_rows_count(rows) > 0 && column < gw_rows_columns(rows); column++) {
		gw_json_add_name(out, gw_rows_name(rows, column));
		gw_rows_add_value(out, rows, 0, column);
	}
	gw_rows_free(rows);
	return GW_OK;
}

static enum gw_err add_agents(const struct gw_gateway *gateway, const struct gw_operator *actor,
			      struct gw_buf *out)
{
	struct gw_metrics_gauge gauges[GW_METRICS_GAUGES_MAX];
	struct gw_params params = GW_PARAMS_EMPTY;
	enum gw_err err = GW_OK;
	size_t name = 0;

	gw_params_uuid(&params, actor->scope.tenant);
	err = open_object(actor->scope.db, GW_STATEMENT_AGENTS_COUNT, &params, "agents", out);
	if (err != GW_OK)
		return err;
	/* the counters of this host know nothing of organisations */
	gw_json_add_name(out, "waiting");
	while (gw_counter_names[name] != NULL && strcmp(gw_counter_names[name], "poll") != 0)
		name++;
	if (actor->scope.tenant != NULL || gateway->metrics == NULL ||
	    *gateway->config->metrics_file == '\0') {
		gw_buf_add_c(out, "null");
	} else {
		gw_metrics_gauges(gateway->metrics, gauges);
		gw_json_add_int(out, gauges[name].sum > 0 ? gauges[name].sum : 0);
	}
	gw_buf_add_char(out, '}');
	return GW_OK;
}

static enum gw_err add_platform(struct gw_db *db, struct gw_buf *out)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	enum gw_err err = gw_operator_add_rows(db, GW_STATEMENT_WORKER_LIST, &none, "workers", out);

	if (err == GW_OK)
		err = open_object(db, GW_STATEMENT_DATABASE_HEALTH, &none, "database", out);
	if (err == GW_OK)
		err = gw_operator_add_rows(db, GW_STATEMENT_DATABASE_REPLICAS, &none, "replicas",
					   out);
	if (err == GW_OK)
		gw_buf_add_char(out, '}');
	return err;
}

static enum gw_err add_all(const struct gw_gateway *gateway, const struct gw_operator *actor,
			   struct gw_buf *out)
{
	struct gw_db *db = actor->scope.db;
	struct gw_params params = GW_PARAMS_EMPTY;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &actor->person.id);
	gw_params_uuid(&params, actor->scope.tenant);
	err = gw_operator_add_rows(db, GW_STATEMENT_JOBS_BY_MODEL, &params, "jobs", out);
	if (err != GW_OK)
		return err;
	params = (struct gw_params)GW_PARAMS_EMPTY;
	gw_params_uuid(&params, actor->scope.tenant);
	err = gw_operator_add_rows(db, GW_STATEMENT_LETTERS_BY_STATE, &params, "letters", out);
	if (err == GW_OK)
		err = add_agents(gateway, actor, out);
	if (err == GW_OK && actor->rank == GW_RANK_PLATFORM_ADMIN)
		err = add_platform(db, out);
	return err;
}

enum gw_err gw_handle_operator_health(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct gw_invalid invalid;
	struct gw_uuid tenant;
	bool has_tenant = false;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	has_tenant = gw_people_query_uuid(request, "tenant", &invalid, &tenant);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_operator_caller(request, response, &actor);
	if (err == GW_OK && actor.rank < GW_RANK_ORG_ADMIN)
		err = gw_response_error(response, GW_NOT_FOUND, "Not Found");
	if (err != GW_OK)
		goto out;
	if (has_tenant)
		gw_operator_narrow(&actor, &tenant);
	gw_buf_add_char(&response->body, '{');
	err = add_all(gw_gateway_of(request), &actor, &response->body);
	gw_buf_add_char(&response->body, '}');
out:
	gw_operator_release(&actor);
	gw_invalid_release(&invalid);
	return err;
}
