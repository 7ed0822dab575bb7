/* SPDX-License-Identifier: ISC */
/*
 * messages.c: writing to agents: POST /people/messages, GET /people/messages/{id}, POST /people/messages/{id}/cancel.
 *
 * A message is the row in the conversation, and, with the same id, what an agent polls or a worker runs.
 */
#include "gateway/endpoints.h"

#include "base/log.h"
#include "base/text.h"
#include "gateway/send_answer.h"
#include "people/people.h"
#include "store/bell.h"
#include "store/event.h"

#include <json-c/json.h>

#define TITLE_MAX 120 /* bytes: some forty Chinese characters, or a line of Latin ones */

/* The first words: of the first line, whole ones if there are blanks. */
static struct gw_str title_of(struct gw_str content)
{
	const char *end = memchr(content.data, '\n', content.len);
	struct gw_str line = {content.data,
			      end != NULL ? (size_t)(end - content.data) : content.len};
	struct gw_str title = gw_utf8_cut(gw_str_trim(line), TITLE_MAX);

	if (title.len < gw_str_trim(line).len) {
		size_t len = title.len;

		while (len > 0 && title.data[len - 1] != ' ')
			len--;
		if (len > TITLE_MAX / 2)
			title.len = len;
	}
	return gw_str_trim(title);
}

static enum gw_err answer(struct gw_request *request, struct gw_response *response,
			  const struct gw_person_send *send, const struct gw_person_sent *sent)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_buf *out = &response->body;

	switch (sent->outcome) {
	case GW_PERSON_SENT:
		gw_bell_ring_message(gateway->db, &send->message);
		if (!gw_str_equal_c(sent->agent_type, "openclaw") &&
		    gw_job_notify(gateway->db) != GW_OK)
			gw_log_info("workers were not told of a job; they will find it");
		break;
	case GW_PERSON_REPEATED:
		break;
	case GW_PERSON_NO_AGENT:
		return gw_response_error(response, GW_NOT_FOUND, "Agent not found");
	case GW_PERSON_NO_CONVERSATION:
		return gw_response_error(response, GW_NOT_FOUND, "Conversation not found");
	case GW_PERSON_UNAVAILABLE:
		return gw_response_error_code(response, GW_CONFLICT, "target_unavailable",
					      "This agent is switched off and cannot answer");
	case GW_PERSON_FULL:
		return gw_send_answer_full(response, sent->full);
	case GW_PERSON_MISMATCH:
		return gw_response_error_code(response, GW_CONFLICT, "idempotency_mismatch",
					      "This message_id was used for a different message");
	case GW_PERSON_RACE:
		return gw_response_error(response, GW_BUSY,
					 "The same message is being sent right now");
	}
	gw_buf_add_char(out, '{');
	gw_people_add_uuid(out, "message_id", &send->message);
	gw_people_add_string(out, "conversation_id", sent->conversation);
	gw_people_add_string(out, "status",
			     sent->status.data != NULL ? sent->status : GW_STR_LIT("pending"));
	gw_buf_add_char(out, '}');
	return GW_OK;
}

/* Twice when somebody has taken the id at this very moment: then what he did is seen. */
static enum gw_err store(struct gw_db *db, const struct gw_user *person,
			 const struct gw_person_send *send, struct gw_person_sent *ret_sent)
{
	enum gw_err err = gw_person_message_send(db, person, send, ret_sent);

	if (err == GW_OK && ret_sent->outcome == GW_PERSON_RACE) {
		gw_rows_free(ret_sent->rows);
		ret_sent->rows = NULL;
		err = gw_person_message_send(db, person, send, ret_sent);
	}
	return err;
}

enum gw_err gw_handle_people_send(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_person_send send = {.continues = false};
	struct gw_person_sent sent = {.rows = NULL};
	struct gw_user person = {.name = NULL};
	struct json_object *body = NULL;
	struct gw_invalid invalid;
	bool has_agent = false;
	bool has_message = false;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	err = gw_field_body(request, response, &invalid, &body);
	if (err != GW_OK)
		goto out;
	gw_field_uuid(body, "agent", 0, &invalid, &send.agent, &has_agent);
	send.content = gw_field_string(body, "content", 1, GW_FIELD_TRIM, &invalid);
	gw_field_uuid(body, "conversation_id", GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE, &invalid,
		      &send.conversation, &send.continues);
	gw_field_uuid(body, "message_id", GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE, &invalid,
		      &send.message, &has_message);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_people_caller(request, response, &person);
	if (err != GW_OK)
		goto out;
	if (!has_message)
		send.message = gw_uuid_random();
	/* a repeat opens no second conversation */
	if (!send.continues)
		send.conversation = gw_uuid_v5(&send.message, GW_STR_LIT("conversation"));
	send.title = title_of(send.content);
	send.trace_id = request->trace_id;
	send.max_pending_from = gateway->config->max_pending_from;
	send.max_pending = gateway->config->max_pending;
	send.max_pending_organisation = gateway->config->max_pending_organisation;
	err = store(gateway->db, &person, &send, &sent);
	if (err == GW_OK)
		err = answer(request, response, &send, &sent);
out:
	gw_rows_free(sent.rows);
	gw_user_release(&person);
	json_object_put(body);
	gw_invalid_release(&invalid);
	return err;
}

static void write_message(struct gw_buf *out, const struct gw_person_message *message)
{
	struct gw_uuid reply = gw_line_answer_id(&message->id);
	bool answered = gw_str_equal_c(message->status, "completed");

	if (!gw_str_equal_c(message->agent_type, "openclaw"))
		reply = gw_uuid_v5(&message->id, GW_STR_LIT("assistant"));
	gw_buf_add_char(out, '{');
	gw_people_add_uuid(out, "id", &message->id);
	gw_people_add_uuid(out, "agent_id", &message->agent_id);
	gw_people_add_string(out, "target", message->agent);
	gw_people_add_string(out, "conversation_id", message->conversation);
	gw_people_add_string(out, "role", message->role);
	gw_people_add_string(out, "sender", message->sender);
	gw_people_add_string(out, "content", message->content);
	gw_people_add_string(out, "status", message->status);
	gw_people_add_time(out, "created_at", message->created_at);
	gw_people_add_time(out, "delivered_at", message->delivered_at);
	gw_people_add_time(out, "completed_at", message->completed_at);
	gw_people_add_int(out, "attempts", message->attempts);
	gw_people_add_string(out, "progress", message->progress);
	gw_people_add_uuid(out, "reply_id", answered ? &reply : NULL);
	gw_people_add_string(out, "error", message->error);
	gw_buf_add_char(out, '}');
}

/* The id in the path and who asks; the rest is the caller's. */
static enum gw_err begin(struct gw_request *request, struct gw_response *response,
			 struct gw_uuid *ret_id, struct gw_user *ret_person)
{
	struct gw_invalid invalid;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	(void)gw_field_path_uuid(request, "message_id", &invalid, ret_id);
	if (gw_invalid_any(&invalid))
		err = gw_invalid_respond(&invalid, response);
	else
		err = gw_people_caller(request, response, ret_person);
	gw_invalid_release(&invalid);
	return err;
}

enum gw_err gw_handle_people_message(struct gw_request *request, struct gw_response *response)
{
	struct gw_user person = {.name = NULL};
	struct gw_person_message message;
	struct gw_rows *rows = NULL;
	struct gw_uuid id;
	enum gw_err err = begin(request, response, &id, &person);

	if (err != GW_OK)
		return err;
	err = gw_person_message_show(gw_gateway_of(request)->db, &person, &id, &rows);
	if (err == GW_NOT_FOUND) {
		err = gw_response_error(response, GW_NOT_FOUND, "Message not found");
	} else if (err == GW_OK) {
		gw_person_message_row(rows, &message);
		write_message(&response->body, &message);
		gw_rows_free(rows);
	}
	gw_user_release(&person);
	return err;
}

enum gw_err gw_handle_people_cancel(struct gw_request *request, struct gw_response *response)
{
	struct gw_user person = {.name = NULL};
	struct gw_uuid id;
	enum gw_err err = begin(request, response, &id, &person);

	if (err != GW_OK)
		return err;
	err = gw_person_message_cancel(gw_gateway_of(request)->db, &person, &id);
	if (err == GW_NOT_FOUND) {
		err = gw_response_error(response, GW_NOT_FOUND, "Message not found");
	} else if (err == GW_CONFLICT) {
		err = gw_response_error_code(response, GW_CONFLICT, "already_delivered",
					     "The agent has the message already");
	} else if (err == GW_OK) {
		gw_bell_ring_message(gw_gateway_of(request)->db, &id);
		gw_buf_add_c(&response->body, "{\"status\":\"cancelled\"}");
	}
	gw_user_release(&person);
	return err;
}
