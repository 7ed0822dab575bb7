/* SPDX-License-Identifier: ISC */
/*
 * operator_survey.c: GET /operator/agents, /operator/people, /operator/models, /operator/channels, /operator/audit; and
 * GET /operator/agents/{agent_id}: one agent, and what keeps it from answering.
 */
#include "gateway/endpoints.h"

#include "base/text.h"
#include "people/operator.h"
#include "store/rows_json.h"

#include <string.h>

#define LIMIT_DEFAULT 200
#define LIMIT_MAX 1000
#define TEXT_MAX 200

/* What the query string asks for. */
struct wanted {
	struct gw_uuid tenant, after;
	bool has_tenant, has_after;
	struct gw_str text, after_name;
	int limit;
};

static void add_scope(const struct gw_operator *actor, struct gw_params *params, bool creator)
{
	gw_params_uuid(params, actor->scope.tenant);
	if (creator)
		gw_params_uuid(params, actor->scope.creator);
}

static void add_place(const struct wanted *wanted, struct gw_params *params)
{
	gw_params_text(params, wanted->has_after ? wanted->after_name : GW_STR_NULL);
	gw_params_uuid(params, wanted->has_after ? &wanted->after : NULL);
}

typedef enum gw_err survey(const struct gw_operator *actor, const struct gw_config *config,
			   const struct wanted *wanted, struct gw_rows **ret_rows);

static enum gw_err survey_agents(const struct gw_operator *actor, const struct gw_config *config,
				 const struct wanted *wanted, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	add_scope(actor, &params, true);
	gw_params_null(&params);
	gw_params_text(&params, wanted->text);
	gw_params_interval(&params, config->online_after);
	add_place(wanted, &params);
	gw_params_int(&params, wanted->limit);
	return gw_db_exec(actor->scope.db, GW_STATEMENT_AGENT_SURVEY, &params, ret_rows);
}

static enum gw_err survey_people(const struct gw_operator *actor, const struct gw_config *config,
				 const struct wanted *wanted, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	(void)config;
	add_scope(actor, &params, false);
	gw_params_null(&params);
	gw_params_text(&params, wanted->text);
	gw_params_interval(&params, GW_SESSION_IDLE);
	add_place(wanted, &params);
	gw_params_int(&params, wanted->limit);
	return gw_db_exec(actor->scope.db, GW_STATEMENT_USER_SURVEY, &params, ret_rows);
}

/* Statements that see for themselves what the operator may see. */
static enum gw_err survey_as(const struct gw_operator *actor, enum gw_statement statement,
			     const struct wanted *wanted, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, &actor->person.id);
	gw_params_uuid(&params, actor->scope.tenant);
	gw_params_int(&params, wanted->limit);
	return gw_db_exec(actor->scope.db, statement, &params, ret_rows);
}

static enum gw_err survey_models(const struct gw_operator *actor, const struct gw_config *config,
				 const struct wanted *wanted, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	(void)config;
	gw_params_uuid(&params, &actor->person.id);
	gw_params_uuid(&params, actor->scope.tenant);
	gw_params_int(&params, wanted->limit);
	gw_params_null(&params);
	return gw_db_exec(actor->scope.db, GW_STATEMENT_MODEL_SURVEY, &params, ret_rows);
}

static enum gw_err survey_channels(const struct gw_operator *actor, const struct gw_config *config,
				   const struct wanted *wanted, struct gw_rows **ret_rows)
{
	(void)config;
	return survey_as(actor, GW_STATEMENT_CHANNEL_SURVEY, wanted, ret_rows);
}

static enum gw_err survey_audit(const struct gw_operator *actor, const struct gw_config *config,
				const struct wanted *wanted, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	(void)config;
	gw_params_uuid(&params, &actor->person.id);
	gw_params_text(&params, wanted->text);
	gw_params_int(&params, wanted->limit);
	return gw_db_exec(actor->scope.db, GW_STATEMENT_AUDIT_SURVEY, &params, ret_rows);
}

static const struct {
	const char *name;
	enum gw_operator_rank least;
	survey *run;
} surveys[] = {
	{"agents", GW_RANK_AGENT_ADMIN, survey_agents},
	{"people", GW_RANK_ORG_ADMIN, survey_people},
	{"models", GW_RANK_ORG_ADMIN, survey_models},
	{"channels", GW_RANK_ORG_ADMIN, survey_channels},
	/* what was noted belongs to no organisation */
	{"audit", GW_RANK_PLATFORM_ADMIN, survey_audit},
};

/* A text of the query string, trimmed; absent if it is empty or not there. */
static struct gw_str read_text(const struct gw_request *request, const char *name,
			       struct gw_invalid *invalid, struct gw_buf *storage)
{
	struct gw_str text = gw_str_trim(gw_request_query(request, name, storage));

	if (text.len > TEXT_MAX || !gw_utf8_valid(text) || !gw_json_storable(text))
		gw_invalid_add(invalid, "value_error", "query", name,
			       "Input should be a text of at most 200 bytes", GW_STR_LIT("null"),
			       NULL);
	return text.len > 0 ? text : GW_STR_NULL;
}

enum gw_err gw_handle_operator_survey(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct gw_str tail = gw_operator_tail(request);
	struct wanted wanted = {.limit = 0};
	struct gw_rows *rows = NULL;
	struct gw_invalid invalid;
	struct gw_buf storage[2];
	enum gw_err err = GW_OK;
	size_t which = 0;

	gw_invalid_init(&invalid);
	gw_buf_init(&storage[0], request->query.len + 1);
	gw_buf_init(&storage[1], request->query.len + 1);
	wanted.has_tenant = gw_people_query_uuid(request, "tenant", &invalid, &wanted.tenant);
	wanted.has_after = gw_people_query_uuid(request, "after", &invalid, &wanted.after);
	wanted.text = read_text(request, "text", &invalid, &storage[0]);
	wanted.after_name = read_text(request, "after_name", &invalid, &storage[1]);
	wanted.limit =
		(int)gw_field_query_int(request, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT, &invalid);
	while (which < GW_ARRAY_LEN(surveys) && !gw_str_equal_c(tail, surveys[which].name))
		which++;
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_operator_caller(request, response, &actor);
	if (err != GW_OK)
		goto out;
	if (which == GW_ARRAY_LEN(surveys) || actor.rank < surveys[which].least) {
		err = gw_response_error(response, GW_NOT_FOUND, "Not Found");
		goto out;
	}
	if (wanted.has_tenant)
		gw_operator_narrow(&actor, &wanted.tenant);
	err = surveys[which].run(&actor, gw_gateway_of(request)->config, &wanted, &rows);
	if (err == GW_OK) {
		gw_buf_add_c(&response->body, "{\"items\":");
		gw_rows_add_array(&response->body, rows, gw_rows_count(rows));
		gw_people_add_bool(&response->body, "more", gw_rows_count(rows) >= wanted.limit);
		gw_buf_add_char(&response->body, '}');
	}
out:
	gw_rows_free(rows);
	gw_buf_release(&storage[0]);
	gw_buf_release(&storage[1]);
	gw_operator_release(&actor);
	gw_invalid_release(&invalid);
	return err;
}

enum gw_err gw_operator_agent(const struct gw_operator *actor, const struct gw_config *config,
			      const struct gw_uuid *agent, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	enum gw_err err = GW_OK;

	add_scope(actor, &params, true);
	gw_params_uuid(&params, agent);
	gw_params_null(&params);
	gw_params_interval(&params, config->online_after);
	gw_params_null(&params);
	gw_params_null(&params);
	gw_params_int(&params, 1);
	err = gw_db_exec(actor->scope.db, GW_STATEMENT_AGENT_SURVEY, &params, ret_rows);
	if (err == GW_OK && gw_rows_count(*ret_rows) == 0) {
		gw_rows_free(*ret_rows);
		*ret_rows = NULL;
		return GW_NOT_FOUND;
	}
	return err;
}

enum gw_err gw_handle_operator_agent(struct gw_request *request, struct gw_response *response)
{
	const struct gw_config *config = gw_gateway_of(request)->config;
	struct gw_operator actor = {.person = {.name = NULL}};
	struct gw_rows *rows = NULL;
	struct gw_rows *why = NULL;
	struct gw_invalid invalid;
	struct gw_uuid agent;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	(void)gw_field_path_uuid(request, "agent_id", &invalid, &agent);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_operator_caller(request, response, &actor);
	if (err != GW_OK)
		goto out;
	err = gw_operator_agent(&actor, config, &agent, &rows);
	if (err == GW_NOT_FOUND)
		err = gw_response_error(response, GW_NOT_FOUND, "Agent not found");
	if (err != GW_OK)
		goto out;
	err = gw_look_why(actor.scope.db, &agent, config->online_after, config->delivery_lease,
			  &why);
	if (err == GW_OK) {
		gw_buf_add_c(&response->body, "{\"agent\":");
		gw_rows_add_object(&response->body, rows, 0);
		gw_buf_add_c(&response->body, ",\"why\":");
		gw_rows_add_array(&response->body, why, gw_rows_count(why));
		gw_buf_add_char(&response->body, '}');
	}
out:
	gw_rows_free(rows);
	gw_rows_free(why);
	gw_operator_release(&actor);
	gw_invalid_release(&invalid);
	return err;
}
