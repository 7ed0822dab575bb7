/* SPDX-License-Identifier: ISC */
/*
 * operator_look.c: GET /operator/messages, /operator/jobs, /operator/letters: filtered lists, page by page; GET /operator/stories/{id}: one
 * with everything that happened to it.
 */
#include "gateway/endpoints.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"
#include "people/operator.h"
#include "store/rows_json.h"

#include <string.h>

#define PAGE_DEFAULT 50
#define PAGE_MAX 500
#define TEXT_MAX 200
#define PLACE_MAX 64

/* What the query string asks for; the texts are in `storage`. */
struct wanted {
	struct gw_look look;
	struct gw_uuid agent, person, tenant;
	bool has_tenant;
	struct gw_buf storage[4];
};

static void wanted_release(struct wanted *wanted)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(wanted->storage); i++)
		gw_buf_release(&wanted->storage[i]);
}

/* "1767225600000000.<uuid>", as `next` of an answer gave it. */
static bool read_place(struct gw_str text, struct gw_look *look)
{
	const char *point = text.len < PLACE_MAX ? memchr(text.data, '.', text.len) : NULL;
	size_t len = point != NULL ? (size_t)(point - text.data) : 0;

	return point != NULL &&
	       gw_parse_int64((struct gw_str){text.data, len}, 1, INT64_MAX, &look->before) &&
	       gw_uuid_parse((struct gw_str){point + 1, text.len - len - 1}, &look->before_id);
}

static void invalid_value(struct gw_invalid *invalid, const char *name, const char *message)
{
	gw_invalid_add(invalid, "value_error", "query", name, message, GW_STR_LIT("null"), NULL);
}

static void read_wanted(const struct gw_request *request, struct gw_invalid *invalid,
			struct wanted *ret)
{
	struct gw_str text;

	for (size_t i = 0; i < GW_ARRAY_LEN(ret->storage); i++)
		gw_buf_init(&ret->storage[i], request->query.len + 1);
	ret->look = (struct gw_look){.reach = GW_LOOK_REACH};
	ret->has_tenant = gw_people_query_uuid(request, "tenant", invalid, &ret->tenant);
	if (gw_people_query_uuid(request, "agent", invalid, &ret->agent))
		ret->look.agent = &ret->agent;
	if (gw_people_query_uuid(request, "person", invalid, &ret->person))
		ret->look.person = &ret->person;
	text = gw_request_query(request, "state", &ret->storage[0]);
	if (text.len > 0 && gw_utf8_valid(text) && gw_json_storable(text))
		ret->look.state = text;
	text = gw_str_trim(gw_request_query(request, "text", &ret->storage[1]));
	if (text.len > TEXT_MAX || !gw_utf8_valid(text) || !gw_json_storable(text))
		invalid_value(invalid, "text", "Input should be a text of at most 200 bytes");
	else if (text.len > 0)
		ret->look.text = text;
	text = gw_request_query(request, "older_than", &ret->storage[2]);
	if (text.len > 0 && !gw_duration_parse(text, &ret->look.older_than))
		invalid_value(invalid, "older_than",
			      "Input should be a duration such as 15m or 30d");
	text = gw_request_query(request, "from", &ret->storage[3]);
	if (text.len > 0 && !read_place(text, &ret->look))
		invalid_value(invalid, "from", "Input should be what an answer had as its next");
	ret->look.limit =
		(int)gw_field_query_int(request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, invalid);
}

static enum gw_err add_page(const struct gw_operator *actor, enum gw_subject subject,
			    const struct gw_look *look, struct gw_buf *out)
{
	struct gw_rows *rows = NULL;
	struct gw_uuid before_id;
	char id[GW_UUID_TEXT_SIZE];
	int64_t before = 0;
	bool more = false;
	enum gw_err err = gw_look_list(&actor->scope, subject, look, &rows);

	if (err != GW_OK)
		return err;
	err = gw_look_next(&actor->scope, subject, look, rows, &more, &before, &before_id);
	if (err == GW_OK) {
		gw_buf_add_c(out, "{\"items\":");
		gw_rows_add_array(out, rows, gw_rows_count(rows));
		gw_buf_add_c(out, ",\"next\":");
		if (more)
			gw_buf_addf(out, "\"%lld.%s\"", (long long)before,
				    gw_uuid_format(&before_id, id));
		else
			gw_buf_add_c(out, "null");
		/* fewer than a page, and there is more: until when was looked */
		gw_people_add_time(out, "looked_until",
				   more && gw_rows_count(rows) < look->limit ? before : 0);
		gw_buf_add_char(out, '}');
	}
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_handle_operator_list(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct gw_str list = gw_operator_tail(request);
	enum gw_subject subject = GW_SUBJECT_MESSAGE;
	struct gw_invalid invalid;
	struct wanted wanted;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	read_wanted(request, &invalid, &wanted);
	/* "messages" without its last letter */
	if (list.len == 0 ||
	    !gw_subject_parse((struct gw_str){list.data, list.len - 1}, &subject)) {
		err = gw_response_error(response, GW_NOT_FOUND, "Not Found");
		goto out;
	}
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_operator_caller(request, response, &actor);
	if (err != GW_OK)
		goto out;
	if (wanted.has_tenant)
		gw_operator_narrow(&actor, &wanted.tenant);
	err = add_page(&actor, subject, &wanted.look, &response->body);
out:
	wanted_release(&wanted);
	gw_operator_release(&actor);
	gw_invalid_release(&invalid);
	return err;
}

/* ---- stories ---------------------------------------------------------------------------------------------------- */

/* The whole of one that was found, and what happened to it. */
static enum gw_err add_story(const struct gw_operator *actor, const struct gw_rows *found, int row,
			     struct gw_buf *out)
{
	enum { KIND, ID };
	enum gw_subject subject = GW_SUBJECT_MESSAGE;
	struct gw_rows *whole = NULL;
	struct gw_rows *story = NULL;
	struct gw_uuid id;
	enum gw_err err = GW_OK;

	if (!gw_rows_uuid(found, row, ID, &id) ||
	    !gw_subject_parse(gw_rows_text(found, row, KIND), &subject))
		return GW_INTERNAL;
	err = gw_look_show(&actor->scope, subject, &id, &whole);
	if (err == GW_OK)
		err = gw_look_story(&actor->scope, &id, &story);
	if (err == GW_OK) {
		gw_json_add_comma(out);
		gw_buf_add_c(out, "{\"subject\":");
		gw_rows_add_object(out, found, row);
		gw_buf_add_c(out, ",\"whole\":");
		if (gw_rows_count(whole) > 0)
			gw_rows_add_object(out, whole, 0);
		else
			gw_buf_add_c(out, "null"); /* it has just gone */
		gw_buf_add_c(out, ",\"story\":");
		gw_rows_add_array(out, story, gw_rows_count(story));
		gw_buf_add_char(out, '}');
	}
	gw_rows_free(whole);
	gw_rows_free(story);
	return err;
}

enum gw_err gw_handle_operator_story(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct gw_str wanted = request->path_param;
	struct gw_rows *found = NULL;
	struct gw_uuid id;
	char trace_id[GW_TRACE_ID_SIZE] = "";
	bool is_id = gw_uuid_parse(wanted, &id);
	enum gw_err err = gw_operator_caller(request, response, &actor);

	if (err != GW_OK)
		goto out;
	/* a trace id may look like an id */
	if (wanted.len < sizeof(trace_id) && gw_utf8_valid(wanted) && gw_json_storable(wanted))
		memcpy(trace_id, wanted.data, wanted.len);
	err = gw_look_find(&actor.scope, is_id ? &id : NULL, trace_id, &found);
	if (err != GW_OK)
		goto out;
	if (gw_rows_count(found) == 0) {
		err = gw_response_error(response, GW_NOT_FOUND,
					"No message, job or letter has this id or trace id");
		goto out;
	}
	gw_buf_add_c(&response->body, "{\"items\":[");
	for (int row = 0; err == GW_OK && row < gw_rows_count(found); row++)
		err = add_story(&actor, found, row, &response->body);
	gw_buf_add_c(&response->body, "]}");
out:
	gw_rows_free(found);
	gw_operator_release(&actor);
	return err;
}
