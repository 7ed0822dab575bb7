/* SPDX-License-Identifier: ISC */
/*
 * operator_deed.c: POST /operator/deeds: redeliver, expire, retry, cancel, purge; one, or all that match once their number was confirmed.
 */
#include "gateway/endpoints.h"

#include "base/units.h"
#include "operator/deed.h"
#include "people/operator.h"

#include <json-c/json.h>
#include <stdio.h>

#define DONE_MAX 1000 /* of one request: a few seconds at most */

struct asked {
	const struct gw_deed *deed;
	bool has_id;
	struct gw_uuid id;
	bool has_match, has_tenant;
	struct gw_look look;
	struct gw_uuid agent, person, tenant;
	int64_t count; /* -1: only to be counted */
};

static void value_error(struct gw_invalid *invalid, const char *name, const char *message)
{
	gw_invalid_add(invalid, "value_error", "body", name, message, GW_STR_LIT("null"), NULL);
}

/* Which of them, as the lists' query strings say it. */
static void read_match(struct json_object *match, struct gw_invalid *invalid, struct asked *asked)
{
	const unsigned optional = GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE | GW_FIELD_TRIM;
	struct gw_str text;
	bool given = false;

	asked->look.reach = GW_LOOK_REACH;
	gw_field_uuid(match, "agent", optional, invalid, &asked->agent, &given);
	asked->look.agent = given ? &asked->agent : NULL;
	gw_field_uuid(match, "person", optional, invalid, &asked->person, &given);
	asked->look.person = given ? &asked->person : NULL;
	gw_field_uuid(match, "tenant", optional, invalid, &asked->tenant, &asked->has_tenant);
	asked->look.state = gw_field_string(match, "state", 0, optional, invalid);
	asked->look.text = gw_field_string(match, "text", 0, optional, invalid);
	text = gw_field_string(match, "older_than", 0, optional, invalid);
	if (text.len > 0 && !gw_duration_parse(text, &asked->look.older_than))
		value_error(invalid, "older_than", "Input should be a duration such as 15m or 30d");
	if (asked->look.state.len == 0)
		asked->look.state = GW_STR_NULL;
	if (asked->look.text.len == 0)
		asked->look.text = GW_STR_NULL;
}

static void read_asked(struct json_object *body, struct gw_invalid *invalid, struct asked *asked)
{
	struct gw_str subject_name = gw_field_string(body, "subject", 1, 0, invalid);
	struct gw_str deed = gw_field_string(body, "deed", 1, 0, invalid);
	enum gw_subject subject = GW_SUBJECT_MESSAGE;
	struct json_object *match = NULL;
	struct json_object *count = NULL;

	gw_field_uuid(body, "id", GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE, invalid, &asked->id,
		      &asked->has_id);
	if (subject_name.len > 0 && !gw_subject_parse(subject_name, &subject))
		value_error(invalid, "subject", "Input should be 'message', 'job' or 'letter'");
	else if (deed.len > 0 && (asked->deed = gw_deed_find(subject, deed)) == NULL)
		value_error(invalid, "deed", "Input should be something that is done to these");
	if (json_object_object_get_ex(body, "match", &match) &&
	    json_object_is_type(match, json_type_object)) {
		asked->has_match = true;
		read_match(match, invalid, asked);
	}
	asked->count = -1;
	if (json_object_object_get_ex(body, "count", &count) && count != NULL) {
		asked->count = json_object_get_int64(count);
		if (!json_object_is_type(count, json_type_int) || asked->count < 0)
			value_error(invalid, "count", "Input should be a number of things");
	}
	if (body != NULL && asked->has_id == asked->has_match)
		value_error(invalid, "match", "One of id and match is needed");
}

static void action_of(const struct gw_deed *deed, char ret_action[60])
{
	(void)snprintf(ret_action, 60, "%s %s", gw_subject_name(deed->subject), deed->name);
}

static enum gw_err do_one(const struct gw_operator *actor, const struct gw_request *request,
			  const struct asked *asked, struct gw_response *response)
{
	const struct gw_deed *deed = asked->deed;
	char was[GW_DEED_STATE_SIZE];
	char change[80];
	char action[60];
	enum gw_err err = gw_deed_do(&actor->scope, deed, &asked->id, was);

	action_of(deed, action);
	if (err == GW_NOT_FOUND)
		return gw_response_error(response, GW_NOT_FOUND, "There is no such %s",
					 gw_subject_name(deed->subject));
	if (err == GW_CONFLICT && *was != '\0')
		return gw_response_error_code(response, GW_CONFLICT, "other_state",
					      "It is %s; this is for those that are %s", was,
					      deed->from);
	if (err != GW_OK)
		return err;
	(void)snprintf(change, sizeof(change), "%s, now %s", was, deed->done);
	gw_operator_note(actor, request, action, gw_subject_name(deed->subject), &asked->id, "done",
			 change);
	gw_buf_add_char(&response->body, '{');
	gw_people_add_uuid(&response->body, "id", &asked->id);
	gw_people_add_string(&response->body, "was", gw_str(was));
	gw_people_add_string(&response->body, "now", gw_str(deed->done));
	gw_buf_add_char(&response->body, '}');
	return GW_OK;
}

static enum gw_err do_all(const struct gw_operator *actor, const struct gw_request *request,
			  const struct asked *asked, struct gw_response *response)
{
	const struct gw_deed *deed = asked->deed;
	int64_t matched = 0;
	int64_t done = 0;
	char change[80];
	char action[60];
	enum gw_err err = gw_deed_count(&actor->scope, deed, &asked->look, &matched);

	action_of(deed, action);
	if (err != GW_OK)
		return err;
	if (asked->count >= 0 && asked->count != matched)
		return gw_response_error_code(response, GW_CONFLICT, "other_count",
					      "Now %lld match", (long long)matched);
	if (asked->count > 0) {
		err = gw_deed_do_all(&actor->scope, deed, &asked->look, DONE_MAX, &done);
		(void)snprintf(change, sizeof(change), "%lld of %lld, now %s", (long long)done,
			       (long long)matched, deed->done);
		gw_operator_note(actor, request, action, gw_subject_name(deed->subject), NULL,
				 err == GW_OK ? "done" : "failed", change);
		if (err != GW_OK)
			return err;
	}
	gw_buf_addf(&response->body, "{\"matched\":%lld,\"done\":%lld}", (long long)matched,
		    (long long)done);
	return GW_OK;
}

enum gw_err gw_handle_operator_deed(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct asked asked = {.deed = NULL};
	struct json_object *body = NULL;
	struct gw_invalid invalid;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	err = gw_field_body(request, response, &invalid, &body);
	if (err != GW_OK)
		goto out;
	read_asked(body, &invalid, &asked);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_operator_caller(request, response, &actor);
	if (err == GW_OK)
		err = gw_operator_may(&actor, request, GW_RANK_ORG_ADMIN, response);
	if (err != GW_OK)
		goto out;
	if (asked.has_tenant)
		gw_operator_narrow(&actor, &asked.tenant);
	err = asked.has_id ? do_one(&actor, request, &asked, response)
			   : do_all(&actor, request, &asked, response);
out:
	gw_operator_release(&actor);
	json_object_put(body);
	gw_invalid_release(&invalid);
	return err;
}
