/* SPDX-License-Identifier: ISC */
/*
 * operator_model.c: POST /operator/models, which adds a language model; POST /operator/models/{model_id}: what an administrator does to
 * one; GET /operator/models/{model_id}: it, and what it has used day by day; GET /operator/trials/{trial_id}: what came of asking it.
 *
 * The responders' role does not read models. A model is asked by a worker: the request waits for it without a thread.
 */
#include "gateway/endpoints.h"

#include "base/alloc.h"
#include "base/digest.h"
#include "base/log.h"
#include "operator/care.h"
#include "operator/trial.h"
#include "people/operator_care.h"
#include "store/event.h"
#include "store/rows_json.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define STORED_KEY_MAX 500 /* the narrowest of the platform's columns */
#define TRIAL_PATIENCE (25 * GW_USEC_PER_SEC)

static enum gw_err switch_model(struct gw_operator_care *care, bool on)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &care->actor.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_bool(&params, on);
	err = gw_db_exec(care->actor.scope.db, GW_STATEMENT_MODEL_SWITCH, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_is_null(rows, 0, 0)) {
		err = GW_NOT_FOUND;
	} else {
		(void)snprintf(care->change, sizeof(care->change), "%s, now %s",
			       gw_rows_bool(rows, 0, 0) ? "enabled" : "disabled",
			       on ? "enabled" : "disabled");
		gw_operator_care_done(care, on ? "enable" : "disable");
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_rows_free(rows);
	return err;
}

static enum gw_err enable_model(struct gw_operator_care *care)
{
	return switch_model(care, true);
}

static enum gw_err disable_model(struct gw_operator_care *care)
{
	return switch_model(care, false);
}

/* ---- adding and changing ---------------------------------------------------------------------------------------- */

/* The key as the table holds it; absent if none was given. */
static enum gw_err store_key(const struct gw_operator_care *care, struct gw_buf *storage,
			     struct gw_str *ret_stored)
{
	const struct gw_config *config = gw_gateway_of(care->request)->config;
	struct json_object *key = NULL;
	struct gw_str plain;

	*ret_stored = GW_STR_NULL;
	if (!json_object_object_get_ex(care->body, "key", &key) || key == NULL)
		return GW_OK;
	plain = json_object_is_type(key, json_type_string) ? gw_str_trim(gw_json_string(key))
							   : GW_STR_NULL;
	if (plain.data == NULL || !gw_json_storable(plain))
		return gw_response_error_code(care->response, GW_CONFLICT, "no_key",
					      "A key is a text");
	if (*config->secret_key != '\0' && plain.len > 0)
		gw_secret_encrypt(storage, gw_str(config->secret_key), plain);
	else
		gw_buf_add_str(storage, plain);
	if (gw_buf_overflowed(storage))
		return gw_response_error_code(care->response, GW_CONFLICT, "no_key",
					      "This key is too long");
	*ret_stored = storage->len > 0 ? gw_buf_str(storage) : GW_STR_LIT("");
	return GW_OK;
}

static bool has_text(const struct gw_operator_care *care, const char *name, struct gw_str *ret_text)
{
	struct json_object *value = NULL;
	bool there = json_object_object_get_ex(care->body, name, &value) && value != NULL;

	*ret_text = there ? gw_str_trim(gw_json_string(value)) : GW_STR_NULL;
	return there;
}

static enum gw_err run_put(struct gw_operator_care *care, enum gw_statement statement,
			   const struct gw_params *params)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_db_exec(care->actor.scope.db, statement, params, &rows);

	if (err != GW_OK)
		return err;
	if (gw_rows_is_null(rows, 0, 0))
		err = GW_NOT_FOUND;
	else if (statement == GW_STATEMENT_MODEL_CHANGE)
		(void)snprintf(care->change, sizeof(care->change), "%s",
			       gw_rows_text(rows, 0, 0).data);
	gw_rows_free(rows);
	return err;
}

static enum gw_err add_model(struct gw_operator_care *care)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_str key, provider, model, base_url;
	struct gw_buf storage;
	enum gw_err err = GW_OK;

	if (!has_text(care, "provider", &provider) || !has_text(care, "model", &model))
		return gw_response_error_code(care->response, GW_CONFLICT, "nothing",
					      "A model needs provider and model");
	if (!has_text(care, "base_url", &base_url) &&
	    (gw_str_equal_c(provider, "azure") || gw_str_equal_c(provider, "custom")))
		return gw_response_error_code(care->response, GW_CONFLICT, "no_base_url",
					      "This provider needs an address (base_url)");
	gw_buf_init(&storage, STORED_KEY_MAX);
	err = store_key(care, &storage, &key);
	gw_params_uuid(&params, &care->actor.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_uuid(&params, care->tenant);
	gw_params_text(&params, gw_buf_str(&care->settings));
	gw_params_text(&params, key);
	if (err == GW_OK)
		err = run_put(care, GW_STATEMENT_MODEL_MAKE, &params);
	if (err == GW_OK) {
		(void)snprintf(
			care->change, sizeof(care->change), "%.*s",
			(int)gw_utf8_cut(gw_buf_str(&care->settings), sizeof(care->change) - 1).len,
			care->settings.data);
		gw_operator_care_done(care, "add");
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_secret_wipe(storage.data, storage.len);
	gw_buf_release(&storage);
	return err;
}

static enum gw_err change_model(struct gw_operator_care *care)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf storage;
	struct gw_str key;
	enum gw_err err = GW_OK;

	gw_buf_init(&storage, STORED_KEY_MAX);
	err = store_key(care, &storage, &key);
	if (err == GW_OK && care->setting_count == 0 && key.data == NULL)
		err = gw_response_error_code(care->response, GW_CONFLICT, "nothing",
					     "Nothing is to be changed");
	gw_params_uuid(&params, &care->actor.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_text(&params, gw_buf_str(&care->settings));
	gw_params_text(&params, key);
	if (err == GW_OK)
		err = run_put(care, GW_STATEMENT_MODEL_CHANGE, &params);
	if (err == GW_OK) {
		gw_operator_care_done(care, "change");
		gw_buf_add_char(&care->response->body, '}');
	}
	gw_secret_wipe(storage.data, storage.len);
	gw_buf_release(&storage);
	return err;
}

/* ---- asking ----------------------------------------------------------------------------------------------------- */

/* Columns of sql/statements/trial_show.sql. */
enum {
	TRIAL_MODEL,
	TRIAL_ENDED,
	TRIAL_ANSWERED,
	TRIAL_SAID,
	TRIAL_ERROR,
	TRIAL_TIME,
	TRIAL_TOKENS
};

/* A request that waits for a worker. */
struct trial {
	struct gw_uuid id, who;
	int64_t until; /* gw_monotonic() */
};

static enum gw_err read_trial(struct gw_db *db, const struct gw_uuid *id, const struct gw_uuid *who,
			      struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, id);
	gw_params_uuid(&params, who);
	err = gw_db_exec(db, GW_STATEMENT_TRIAL_SHOW, &params, ret_rows);
	if (err == GW_OK && gw_rows_count(*ret_rows) == 0) {
		gw_rows_free(*ret_rows);
		*ret_rows = NULL;
		return GW_NOT_FOUND;
	}
	return err;
}

static void add_number(struct gw_buf *out, const char *name, const struct gw_rows *rows, int column)
{
	gw_json_add_name(out, name);
	gw_rows_add_value(out, rows, 0, column);
}

static void add_trial(struct gw_buf *out, const struct gw_rows *rows, const struct gw_uuid *id)
{
	struct gw_str error = gw_rows_text(rows, 0, TRIAL_ERROR);
	bool ended = gw_rows_bool(rows, 0, TRIAL_ENDED);
	bool answered = ended && gw_rows_bool(rows, 0, TRIAL_ANSWERED);
	enum gw_llm_cause cause = answered ? GW_LLM_ANSWERED : gw_trial_cause(error);
	struct gw_uuid model;

	gw_buf_add_c(out, "{\"done\":\"ask\"");
	if (gw_rows_uuid(rows, 0, TRIAL_MODEL, &model))
		gw_people_add_uuid(out, "id", &model);
	gw_people_add_uuid(out, "trial", id);
	gw_people_add_string(out, "state", gw_str(ended ? "ended" : "waiting"));
	gw_json_add_name(out, "answers");
	gw_rows_add_value(out, rows, 0, TRIAL_ANSWERED);
	gw_people_add_string(out, "cause", answered ? GW_STR_LIT("answered") : error);
	gw_people_add_string(out, "said", gw_rows_text(rows, 0, TRIAL_SAID));
	add_number(out, "milliseconds", rows, TRIAL_TIME);
	add_number(out, "tokens", rows, TRIAL_TOKENS);
	gw_people_add_string(out, "advice",
			     !ended || answered || cause == GW_LLM_CAUSES
				     ? GW_STR_NULL
				     : gw_str(gw_trial_advice(cause)));
	gw_buf_add_char(out, '}');
}

/* Answers, if there is something to say; otherwise waits. */
static enum gw_err await_trial(struct gw_request *request, struct gw_response *response)
{
	const struct trial *trial = request->state;
	char topic[16 + GW_UUID_TEXT_SIZE] = "message:";
	struct gw_rows *rows = NULL;
	enum gw_err err = read_trial(gw_gateway_of(request)->db, &trial->id, &trial->who, &rows);

	if (err == GW_NOT_FOUND)
		return gw_response_error(response, GW_NOT_FOUND, "There is no such model");
	if (err != GW_OK)
		return err;
	/* a job rings when it has ended */
	(void)gw_uuid_format(&trial->id, topic + strlen(topic));
	if (gw_rows_bool(rows, 0, TRIAL_ENDED) || request->last_call || !request->may_wait)
		add_trial(&response->body, rows, &trial->id);
	else
		err = gw_request_wait(request, topic, trial->until);
	gw_rows_free(rows);
	return err;
}

static enum gw_err ask_model(struct gw_operator_care *care)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct trial *trial = NULL;
	struct gw_uuid id = gw_uuid_random();
	bool asked = false;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &care->actor.person.id);
	gw_params_uuid(&params, &care->id);
	gw_params_uuid(&params, &id);
	err = gw_db_exec(care->actor.scope.db, GW_STATEMENT_TRIAL_ASK, &params, &rows);
	if (err != GW_OK)
		return err;
	asked = gw_rows_bool(rows, 0, 0);
	gw_rows_free(rows);
	if (!asked)
		return GW_NOT_FOUND;
	if (gw_job_notify(care->actor.scope.db) != GW_OK)
		gw_log_info("workers were not told of the job; they will find it");
	trial = gw_xcalloc(1, sizeof(*trial));
	trial->id = id;
	trial->who = care->actor.person.id;
	trial->until = gw_monotonic() + TRIAL_PATIENCE;
	care->request->state = trial;
	care->request->free_state = free;
	return await_trial(care->request, care->response);
}

/* ---- a request -------------------------------------------------------------------------------------------------- */

#define SETTINGS_OF_ALL                                                                            \
	{"model", GW_SETTING_TEXT, false, 0, 100}, {"base_url", GW_SETTING_URL, true, 0, 500},     \
		{"temperature", GW_SETTING_NUMBER, false, 0, 2},                                   \
		{"max_output_tokens", GW_SETTING_INTEGER, false, 1, INT_MAX},                      \
		{"max_tokens_per_day", GW_SETTING_INTEGER, true, 1, INT_MAX},                      \
		{"request_timeout", GW_SETTING_INTEGER, false, 1, INT_MAX},                        \
		{"enabled", GW_SETTING_BOOL, false, 0, 0},                                         \
		{"price", GW_SETTING_NUMBER, true, 0, 1000000},                                    \
		{"currency", GW_SETTING_TEXT, false, 0, 10},                                       \
	{                                                                                          \
		NULL, GW_SETTING_TEXT, false, 0, 0                                                 \
	}

static const struct gw_setting settings[] = {
	{"label", GW_SETTING_TEXT, false, 0, 200},
	SETTINGS_OF_ALL,
};

static const struct gw_setting new_settings[] = {
	{"label", GW_SETTING_TEXT, false, 0, 200},
	{"provider", GW_SETTING_TEXT, false, 0, 50},
	SETTINGS_OF_ALL,
};

static const struct gw_operator_deed model_deeds[] = {
	{"enable", GW_RANK_ORG_ADMIN, enable_model}, {"disable", GW_RANK_ORG_ADMIN, disable_model},
	{"change", GW_RANK_ORG_ADMIN, change_model}, {"ask", GW_RANK_ORG_ADMIN, ask_model},
	{NULL, GW_RANK_PLATFORM_ADMIN, NULL},
};

static const struct gw_operator_deed makes[] = {
	{"add", GW_RANK_ORG_ADMIN, add_model},
	{NULL, GW_RANK_PLATFORM_ADMIN, NULL},
};

/* The statements see to it. */
static enum gw_err find_model(struct gw_operator_care *care)
{
	return care->actor.rank < GW_RANK_ORG_ADMIN ? GW_NOT_FOUND : GW_OK;
}

enum gw_err gw_handle_operator_model_deed(struct gw_request *request, struct gw_response *response)
{
	static const struct gw_operator_tending tending = {"model", "model_id", model_deeds,
							   settings, find_model};

	if (request->state != NULL) {
		request->authenticated = true;
		return await_trial(request, response);
	}
	return gw_operator_tend(request, response, &tending);
}

enum gw_err gw_handle_operator_model_make(struct gw_request *request, struct gw_response *response)
{
	static const struct gw_operator_tending tending = {"model", NULL, makes, new_settings,
							   NULL};

	return gw_operator_tend(request, response, &tending);
}

/* Who may look at models, and which one; the answer is made unless GW_OK. */
static enum gw_err begin_look(struct gw_request *request, struct gw_response *response,
			      const char *parameter, struct gw_operator *actor,
			      struct gw_uuid *ret_id)
{
	struct gw_invalid invalid;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	(void)gw_field_path_uuid(request, parameter, &invalid, ret_id);
	if (gw_invalid_any(&invalid))
		err = gw_invalid_respond(&invalid, response);
	gw_invalid_release(&invalid);
	if (err != GW_OK)
		return err;
	err = gw_operator_caller(request, response, actor);
	if (err == GW_OK && actor->rank < GW_RANK_ORG_ADMIN)
		err = gw_response_error(response, GW_NOT_FOUND, "Not Found");
	return err;
}

enum gw_err gw_handle_operator_trial(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct gw_rows *rows = NULL;
	struct gw_uuid id;
	enum gw_err err = begin_look(request, response, "trial_id", &actor, &id);

	if (err == GW_OK) {
		err = read_trial(actor.scope.db, &id, &actor.person.id, &rows);
		if (err == GW_NOT_FOUND)
			err = gw_response_error(response, err, "There is no such trial");
		else if (err == GW_OK)
			add_trial(&response->body, rows, &id);
	}
	gw_rows_free(rows);
	gw_operator_release(&actor);
	return err;
}

enum gw_err gw_handle_operator_model(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_rows *days = NULL;
	struct gw_uuid id;
	enum gw_err err = begin_look(request, response, "model_id", &actor, &id);

	if (err != GW_OK)
		goto out;
	gw_params_uuid(&params, &actor.person.id);
	gw_params_uuid(&params, actor.scope.tenant);
	gw_params_int(&params, 1);
	gw_params_uuid(&params, &id);
	err = gw_db_exec(actor.scope.db, GW_STATEMENT_MODEL_SURVEY, &params, &rows);
	if (err == GW_OK && gw_rows_count(rows) == 0)
		err = gw_response_error(response, GW_NOT_FOUND, "There is no such model");
	if (err != GW_OK)
		goto out;
	params = (struct gw_params)GW_PARAMS_EMPTY;
	gw_params_uuid(&params, &actor.person.id);
	gw_params_uuid(&params, &id);
	err = gw_db_exec(actor.scope.db, GW_STATEMENT_MODEL_DAYS, &params, &days);
	if (err == GW_OK) {
		gw_buf_add_c(&response->body, "{\"model\":");
		gw_rows_add_object(&response->body, rows, 0);
		gw_buf_add_c(&response->body, ",\"days\":");
		gw_rows_add_array(&response->body, days, gw_rows_count(days));
		gw_buf_add_char(&response->body, '}');
	}
out:
	gw_rows_free(rows);
	gw_rows_free(days);
	gw_operator_release(&actor);
	return err;
}
