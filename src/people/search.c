/* SPDX-License-Identifier: ISC */
/*
 * search.c: GET /people/search looks for a text in somebody's conversations.
 */
#include "gateway/endpoints.h"

#include "base/text.h"
#include "people/people.h"

#define WANTED_MAX 200 /* bytes */
#define HITS_MAX 100
#define HITS_DEFAULT 30

static void add_hit(struct gw_buf *out, const struct gw_search_hit *hit)
{
	gw_json_add_comma(out);
	gw_buf_add_char(out, '{');
	gw_people_add_uuid(out, "id", &hit->id);
	gw_people_add_string(out, "conversation_id", hit->conversation);
	gw_people_add_string(out, "title", hit->title);
	gw_people_add_uuid(out, "agent_id", &hit->agent_id);
	gw_people_add_string(out, "agent", hit->agent);
	gw_people_add_string(out, "role", hit->role);
	gw_people_add_time(out, "created_at", hit->created_at);
	gw_people_add_string(out, "before", hit->before);
	gw_people_add_string(out, "match", hit->mark);
	gw_people_add_string(out, "after", hit->after);
	gw_people_add_bool(out, "cut_before", hit->cut_before);
	gw_people_add_bool(out, "cut_after", hit->cut_after);
	gw_buf_add_char(out, '}');
}

/* What is looked for: 1 to WANTED_MAX bytes of good text. */
static struct gw_str read_wanted(const struct gw_request *request, struct gw_buf *storage,
				 struct gw_invalid *invalid)
{
	struct gw_str raw = gw_request_query(request, "q", storage);
	struct gw_str wanted = raw.data != NULL ? gw_str_trim(raw) : GW_STR_NULL;

	if (raw.data == NULL)
		gw_invalid_add(invalid, "missing", "query", "q", "Field required",
			       GW_STR_LIT("null"), NULL);
	else if (wanted.len == 0)
		gw_invalid_add(invalid, "string_too_short", "query", "q",
			       "String should have at least 1 character", GW_STR_LIT("\"\""),
			       "{\"min_length\":1}");
	else if (wanted.len > WANTED_MAX)
		gw_invalid_add(invalid, "string_too_long", "query", "q",
			       "String should have at most 200 bytes", GW_STR_LIT("null"),
			       "{\"max_length\":200}");
	else if (!gw_utf8_valid(wanted) || !gw_json_storable(wanted))
		gw_invalid_add(invalid, "string_unicode", "query", "q",
			       "Input should be a valid string", GW_STR_LIT("null"), NULL);
	return wanted;
}

enum gw_err gw_handle_people_search(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_user person = {.name = NULL};
	struct gw_uuid agent, before;
	struct gw_rows *rows = NULL;
	struct gw_invalid invalid;
	struct gw_buf storage;
	struct gw_str wanted;
	bool has_agent = false;
	bool has_before = false;
	int limit = 0;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	gw_buf_init(&storage, request->query.len + 1);
	wanted = read_wanted(request, &storage, &invalid);
	has_agent = gw_people_query_uuid(request, "agent", &invalid, &agent);
	has_before = gw_people_query_uuid(request, "before", &invalid, &before);
	limit = (int)gw_field_query_int(request, "limit", 1, HITS_MAX, HITS_DEFAULT, &invalid);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_people_caller(request, response, &person);
	if (err != GW_OK)
		goto out;
	err = gw_message_search(gateway->db, &person, wanted, has_agent ? &agent : NULL,
				has_before ? &before : NULL, limit + 1, &rows);
	if (err != GW_OK)
		goto out;
	gw_buf_add_c(&response->body, "{\"items\":[");
	for (int row = 0; row < gw_rows_count(rows) && row < limit; row++) {
		struct gw_search_hit hit;

		gw_search_row(rows, row, &hit);
		add_hit(&response->body, &hit);
	}
	gw_buf_add_c(&response->body, "],\"more\":");
	gw_json_add_bool(&response->body, gw_rows_count(rows) > limit);
	gw_buf_add_char(&response->body, '}');
out:
	gw_rows_free(rows);
	gw_buf_release(&storage);
	gw_user_release(&person);
	gw_invalid_release(&invalid);
	return err;
}
