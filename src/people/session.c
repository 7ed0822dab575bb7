/* SPDX-License-Identifier: ISC */
/*
 * session.c: who is signed in and where: GET and DELETE /people/session, GET /people/sessions, DELETE /people/sessions/{id}.
 */
#include "gateway/endpoints.h"
#include "people/people.h"
#include "people/signin.h"

#define SESSIONS_MAX 100

enum gw_err gw_handle_session_show(struct gw_request *request, struct gw_response *response)
{
	struct gw_user person = {.name = NULL};
	enum gw_err err = gw_people_caller(request, response, &person);

	if (err != GW_OK)
		return err;
	gw_signin_add_person(&response->body, &person, gw_gateway_of(request)->config);
	gw_user_release(&person);
	return GW_OK;
}

enum gw_err gw_handle_session_end(struct gw_request *request, struct gw_response *response)
{
	struct gw_user person = {.name = NULL};
	int64_t ended = 0;
	enum gw_err err = gw_people_caller(request, response, &person);

	if (err != GW_OK)
		return err;
	if (person.has_session)
		err = gw_session_end(gw_gateway_of(request)->db, &person.id, &person.session, NULL,
				     &ended);
	if (err == GW_OK) {
		gw_people_ring(gw_gateway_of(request)->db, &person.id);
		gw_signin_cookie(request, response, "");
		gw_buf_add_c(&response->body, "{\"status\":\"ok\"}");
	}
	gw_user_release(&person);
	return err;
}

static void add_session(struct gw_buf *out, const struct gw_session_row *session, bool current)
{
	gw_json_add_comma(out);
	gw_buf_add_char(out, '{');
	gw_people_add_uuid(out, "id", &session->id);
	gw_people_add_bool(out, "current", current);
	gw_people_add_string(out, "way", session->way);
	gw_people_add_time(out, "created_at", session->created_at);
	gw_people_add_time(out, "last_seen", session->seen_at);
	gw_people_add_string(out, "address", session->address);
	gw_people_add_string(out, "browser", session->browser);
	gw_buf_add_char(out, '}');
}

enum gw_err gw_handle_sessions(struct gw_request *request, struct gw_response *response)
{
	struct gw_user person = {.name = NULL};
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_people_caller(request, response, &person);

	if (err != GW_OK)
		return err;
	err = gw_session_list(gw_gateway_of(request)->db, &person.id, SESSIONS_MAX, &rows);
	if (err == GW_OK) {
		gw_buf_add_c(&response->body, "{\"items\":[");
		for (int row = 0; row < gw_rows_count(rows); row++) {
			struct gw_session_row session;

			gw_session_row(rows, row, &session);
			add_session(&response->body, &session,
				    person.has_session &&
					    gw_uuid_equal(&session.id, &person.session));
		}
		gw_buf_add_c(&response->body, "]}");
		gw_rows_free(rows);
	}
	gw_user_release(&person);
	return err;
}

enum gw_err gw_handle_session_revoke(struct gw_request *request, struct gw_response *response)
{
	struct gw_user person = {.name = NULL};
	struct gw_invalid invalid;
	struct gw_uuid session;
	int64_t ended = 0;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	(void)gw_field_path_uuid(request, "session_id", &invalid, &session);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_people_caller(request, response, &person);
	if (err != GW_OK)
		goto out;
	err = gw_session_end(gw_gateway_of(request)->db, &person.id, &session, NULL, &ended);
	if (err == GW_OK && ended == 0) {
		err = gw_response_error(response, GW_NOT_FOUND, "Session not found");
	} else if (err == GW_OK) {
		gw_people_ring(gw_gateway_of(request)->db, &person.id);
		gw_buf_add_c(&response->body, "{\"status\":\"ok\"}");
	}
out:
	gw_user_release(&person);
	gw_invalid_release(&invalid);
	return err;
}
