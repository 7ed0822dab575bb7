/* SPDX-License-Identifier: ISC */
/*
 * people.c: see people.h.
 */
#include "people/people.h"

#include "gateway/caller.h"
#include "store/bell.h"

#define UUID_QUERY_MAX 256

enum gw_err gw_people_caller(struct gw_request *request, struct gw_response *response,
			     struct gw_user *ret_person)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_caller caller;
	enum gw_err err = gw_caller_screen(request, gateway->config, &caller);

	if (err == GW_FORBIDDEN)
		return gw_response_error(response, GW_FORBIDDEN,
					 "This request does not come from a page of this site");
	if (err == GW_OK)
		err = caller.has_session ? gw_session_find(gateway->db, caller.session, ret_person)
					 : gw_person_find(gateway->db, &caller.user, ret_person);
	if (err == GW_UNAUTHORIZED)
		return gw_response_error(response, GW_UNAUTHORIZED, "Not signed in");
	if (err == GW_OK)
		request->authenticated = true;
	return err;
}

void gw_people_ring(struct gw_db *db, const struct gw_uuid *user)
{
	char topic[sizeof("user:") + GW_UUID_TEXT_SIZE] = "user:";

	(void)gw_uuid_format(user, topic + strlen(topic));
	gw_bell_ring(db, topic);
}

bool gw_people_query_uuid(const struct gw_request *request, const char *name,
			  struct gw_invalid *invalid, struct gw_uuid *ret)
{
	struct gw_buf storage;
	struct gw_buf input;
	struct gw_str text;
	bool found = false;

	gw_buf_init(&storage, request->query.len + 1);
	text = gw_request_query(request, name, &storage);
	if (text.len > 0 && text.len < UUID_QUERY_MAX)
		found = gw_uuid_parse(text, ret);
	if (text.len > 0 && !found) {
		gw_buf_init(&input, 6 * UUID_QUERY_MAX + 8);
		text.len = text.len < UUID_QUERY_MAX ? text.len : UUID_QUERY_MAX;
		gw_json_add_string(&input, text);
		gw_invalid_add(invalid, "uuid_parsing", "query", name,
			       "Input should be a valid UUID", gw_buf_str(&input), NULL);
		gw_buf_release(&input);
	}
	gw_buf_release(&storage);
	return found;
}

void gw_people_add_time(struct gw_buf *out, const char *name, int64_t time)
{
	gw_json_add_name(out, name);
	if (time == 0)
		gw_buf_add_c(out, "null");
	else
		gw_json_add_time(out, time);
}

void gw_people_add_string(struct gw_buf *out, const char *name, struct gw_str text)
{
	gw_json_add_name(out, name);
	gw_json_add_string(out, text);
}

void gw_people_add_uuid(struct gw_buf *out, const char *name, const struct gw_uuid *id)
{
	gw_json_add_name(out, name);
	gw_json_add_uuid(out, id);
}

void gw_people_add_int(struct gw_buf *out, const char *name, int64_t value)
{
	gw_json_add_name(out, name);
	gw_json_add_int(out, value);
}

void gw_people_add_bool(struct gw_buf *out, const char *name, bool value)
{
	gw_json_add_name(out, name);
	gw_json_add_bool(out, value);
}

void gw_people_add_line(struct gw_buf *out, const struct gw_people_line *line)
{
	gw_buf_add_char(out, '{');
	gw_people_add_uuid(out, "id", &line->id);
	gw_people_add_string(out, "role", line->role);
	gw_people_add_string(out, "sender", line->sender);
	gw_people_add_string(out, "content",
			     line->content.data != NULL ? line->content : GW_STR_LIT(""));
	gw_people_add_bool(out, "truncated", line->truncated);
	gw_people_add_bool(out, "progress", line->progress);
	gw_people_add_time(out, "created_at", line->created_at);
	gw_people_add_string(out, "status", line->status);
	gw_people_add_string(out, "error", line->error);
	gw_buf_add_char(out, '}');
}
