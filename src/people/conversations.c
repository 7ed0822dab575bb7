/* SPDX-License-Identifier: ISC */
/*
 * conversations.c: somebody's conversations: GET /people/conversations, GET /people/conversations/{id}/messages and POST
 * /people/conversations/{id}/read.
 */
#include "gateway/endpoints.h"

#include "base/alloc.h"
#include "people/people.h"

#include <json-c/json.h>

#define LIST_MAX 100
#define LIST_DEFAULT 50
#define LINES_MAX 200
#define LINES_DEFAULT 50

static void add_conversation(struct gw_buf *out, const struct gw_conversation *conversation)
{
	gw_json_add_comma(out);
	gw_buf_add_char(out, '{');
	gw_people_add_uuid(out, "id", &conversation->id);
	gw_people_add_uuid(out, "agent_id", &conversation->agent_id);
	gw_people_add_string(out, "agent", conversation->agent);
	gw_people_add_string(out, "agent_type", conversation->agent_type);
	gw_people_add_string(out, "title", conversation->title);
	gw_people_add_string(out, "channel", conversation->channel);
	gw_people_add_time(out, "created_at", conversation->created_at);
	gw_people_add_time(out, "last_message_at", conversation->last_at);
	gw_people_add_int(out, "unread", conversation->unread);
	gw_people_add_bool(out, "writable", conversation->writable);
	gw_json_add_name(out, "last");
	if (conversation->has_last) {
		gw_buf_add_char(out, '{');
		gw_people_add_string(out, "role", conversation->last_role);
		gw_people_add_string(out, "content", conversation->last_content);
		gw_people_add_time(out, "created_at", conversation->last_created_at);
		gw_buf_add_char(out, '}');
	} else {
		gw_buf_add_c(out, "null");
	}
	gw_buf_add_char(out, '}');
}

enum gw_err gw_handle_conversations(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_user person = {.name = NULL};
	struct gw_uuid agent, before;
	struct gw_rows *rows = NULL;
	struct gw_invalid invalid;
	bool has_agent = false;
	bool has_before = false;
	int limit = 0;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	has_agent = gw_people_query_uuid(request, "agent", &invalid, &agent);
	has_before = gw_people_query_uuid(request, "before", &invalid, &before);
	limit = (int)gw_field_query_int(request, "limit", 1, LIST_MAX, LIST_DEFAULT, &invalid);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_people_caller(request, response, &person);
	if (err != GW_OK)
		goto out;
	err = gw_conversation_list(gateway->db, &person, has_agent ? &agent : NULL,
				   has_before ? &before : NULL, NULL, limit + 1, &rows);
	if (err != GW_OK)
		goto out;
	gw_buf_add_c(&response->body, "{\"items\":[");
	for (int row = 0; row < gw_rows_count(rows) && row < limit; row++) {
		struct gw_conversation conversation;

		gw_conversation_row(rows, row, &conversation);
		add_conversation(&response->body, &conversation);
	}
	gw_buf_add_c(&response->body, "],\"more\":");
	gw_json_add_bool(&response->body, gw_rows_count(rows) > limit);
	gw_buf_add_char(&response->body, '}');
out:
	gw_rows_free(rows);
	gw_user_release(&person);
	gw_invalid_release(&invalid);
	return err;
}

/* Which part of a conversation a query asks for. False if it asks for several. */
static bool read_place(const struct gw_request *request, struct gw_invalid *invalid,
		       struct gw_uuid *row, struct gw_line_place *place)
{
	static const char *const names[] = {"before", "after", "around"};
	int found = -1;
	unsigned count = 0;

	for (size_t i = 0; i < GW_ARRAY_LEN(names); i++) {
		if (gw_people_query_uuid(request, names[i], invalid, row)) {
			found = (int)i;
			count++;
		}
	}
	*place = (struct gw_line_place){
		.row = found >= 0 ? row : NULL,
		.before = found != 1,
		.behind = found == 1 || found == 2,
		.itself = found == 2,
	};
	return count <= 1;
}

/* Rows that agents still work on change; their ids are made of those of what was written. */
static size_t read_open(const struct gw_rows *rows, struct gw_uuid *ids)
{
	size_t count = 0;

	for (int row = 0; row < gw_rows_count(rows); row++) {
		struct gw_line line;

		gw_line_row(rows, row, &line);
		if (line.kind == 2)
			ids[count++] = gw_line_answer_id(&line.id);
	}
	return count;
}

/* At most `limit` rows on either side of the place; that itself comes with the older ones. */
static void write_lines(struct gw_buf *out, const struct gw_rows *rows,
			const struct gw_line_place *place)
{
	const int limit = place->limit;
	const int limit_older = limit + place->itself;
	struct gw_uuid *open = gw_xcalloc((size_t)gw_rows_count(rows), sizeof(struct gw_uuid));
	size_t open_count = read_open(rows, open);
	int older = 0;
	int newer = 0;
	struct gw_line line;

	for (int row = 1; row < gw_rows_count(rows); row++) {
		gw_line_row(rows, row, &line);
		older += line.kind == 1 && !line.behind;
		newer += line.kind == 1 && line.behind;
	}
	gw_line_row(rows, 0, &line);
	gw_buf_add_c(out, "{\"conversation\":{");
	gw_people_add_uuid(out, "id", &line.id);
	gw_people_add_uuid(out, "agent_id", &line.agent_id);
	gw_people_add_string(out, "agent", line.sender);
	gw_people_add_string(out, "agent_type", line.role);
	gw_people_add_string(out, "title", line.content);
	gw_people_add_time(out, "created_at", line.created_at);
	gw_buf_add_c(out, "},\"items\":[");
	for (int row = 1, left = older > limit_older ? older - limit_older : 0, taken = 0;
	     row < gw_rows_count(rows); row++) {
		struct gw_people_line shown;

		gw_line_row(rows, row, &line);
		/* the surplus row on either side only says that there are more */
		if (line.kind != 1 || (!line.behind && left-- > 0) ||
		    (line.behind && taken++ >= limit))
			continue;
		shown = (struct gw_people_line){.id = line.id,
						.role = line.role,
						.sender = line.sender,
						.content = line.content,
						.status = line.status,
						.error = line.error,
						.truncated = line.truncated,
						.created_at = line.created_at};
		for (size_t i = 0; i < open_count; i++)
			shown.progress = shown.progress || gw_uuid_equal(&open[i], &line.id);
		gw_json_add_comma(out);
		gw_people_add_line(out, &shown);
	}
	gw_buf_add_c(out, "],\"more_before\":");
	/* the place of before= and after= is itself on the other side */
	gw_json_add_bool(out, older > limit_older || !place->before);
	gw_buf_add_c(out, ",\"more_after\":");
	gw_json_add_bool(out, newer > limit || (place->row != NULL && !place->behind));
	gw_buf_add_char(out, '}');
	free(open);
}

enum gw_err gw_handle_conversation_messages(struct gw_request *request,
					    struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_user person = {.name = NULL};
	struct gw_line_place place;
	struct gw_uuid conversation, row;
	struct gw_rows *rows = NULL;
	struct gw_invalid invalid;
	bool single = false;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	(void)gw_field_path_uuid(request, "conversation_id", &invalid, &conversation);
	single = read_place(request, &invalid, &row, &place);
	place.limit =
		(int)gw_field_query_int(request, "limit", 1, LINES_MAX, LINES_DEFAULT, &invalid);
	if (!single)
		gw_invalid_add(&invalid, "value_error", "query", "before",
			       "Only one of before, after and around can be asked for",
			       GW_STR_LIT("null"), NULL);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_people_caller(request, response, &person);
	if (err != GW_OK)
		goto out;
	if (place.itself)
		place.limit = (place.limit + 1) / 2;
	err = gw_conversation_lines(gateway->db, &person, &conversation, &place, &rows);
	if (err == GW_NOT_FOUND)
		err = gw_response_error(response, GW_NOT_FOUND, "Conversation not found");
	else if (err == GW_OK)
		write_lines(&response->body, rows, &place);
out:
	gw_rows_free(rows);
	gw_user_release(&person);
	gw_invalid_release(&invalid);
	return err;
}

enum gw_err gw_handle_conversation_read(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_user person = {.name = NULL};
	struct gw_uuid conversation, until;
	struct json_object *body = NULL;
	struct gw_invalid invalid;
	bool has_until = false;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	if (request->body.len > 0) {
		err = gw_field_body(request, response, &invalid, &body);
		if (err != GW_OK)
			goto out;
	}
	(void)gw_field_path_uuid(request, "conversation_id", &invalid, &conversation);
	gw_field_uuid(body, "message_id", GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE, &invalid, &until,
		      &has_until);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_people_caller(request, response, &person);
	if (err != GW_OK)
		goto out;
	err = gw_conversation_read(gateway->db, &person, &conversation, has_until ? &until : NULL);
	if (err == GW_NOT_FOUND) {
		err = gw_response_error(response, GW_NOT_FOUND, "Conversation not found");
	} else if (err == GW_OK) {
		gw_people_ring(gateway->db, &person.id);
		gw_buf_add_c(&response->body, "{\"status\":\"ok\"}");
	}
out:
	json_object_put(body);
	gw_user_release(&person);
	gw_invalid_release(&invalid);
	return err;
}
