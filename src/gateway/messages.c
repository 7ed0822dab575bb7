/* SPDX-License-Identifier: ISC */
/*
 * messages.c: GET /messages/{message_id}, what became of a message; POST /messages/{message_id}/cancel, its sender takes it back;
 * GET /directory, whom the caller may write to.
 */
#include "gateway/endpoints.h"

#include "base/text.h"
#include "gateway/caller.h"
#include "gateway/gateway.h"
#include "gateway/patience.h"
#include "store/bell.h"
#include "store/outcome.h"

#include <stdio.h>
#include <string.h>

#define DIRECTORY_MAX 50
#define PART_MAX 1024 /* bytes of a part of a name */
#define STATUS_MAX 64

static void add_time(struct gw_buf *out, int64_t time)
{
	if (time == 0)
		gw_buf_add_c(out, "null");
	else
		gw_json_add_time(out, time);
}

static void write_outcome(struct gw_buf *out, const struct gw_outcome *outcome)
{
	gw_buf_add_c(out, "{\"id\":");
	gw_json_add_uuid(out, &outcome->id);
	gw_json_add_name(out, "target");
	gw_json_add_string(out, outcome->target);
	gw_json_add_name(out, "type");
	gw_json_add_string(out, outcome->type);
	gw_json_add_name(out, "status");
	gw_json_add_string(out, outcome->status);
	gw_json_add_name(out, "created_at");
	add_time(out, outcome->created_at);
	gw_json_add_name(out, "delivered_at");
	add_time(out, outcome->delivered_at);
	gw_json_add_name(out, "completed_at");
	add_time(out, outcome->completed_at);
	gw_buf_addf(out, ",\"attempts\":%lld", (long long)outcome->attempts);
	gw_json_add_name(out, "progress");
	gw_json_add_string(out, outcome->progress);
	gw_json_add_name(out, "reply_id");
	gw_json_add_uuid(out, outcome->has_reply ? &outcome->reply_id : NULL);
	gw_json_add_name(out, "error");
	gw_json_add_string(out, outcome->error);
	gw_buf_add_char(out, '}');
}

/* Whether the caller knows this status already: it is one of `known`, words with commas between them. */
static bool is_known(struct gw_str known, struct gw_str status)
{
	while (known.len > 0) {
		const char *comma = memchr(known.data, ',', known.len);
		size_t len = comma != NULL ? (size_t)(comma - known.data) : known.len;

		if (gw_str_equal((struct gw_str){known.data, len}, status))
			return true;
		if (comma != NULL)
			len++;
		known.data += len;
		known.len -= len;
	}
	return false;
}

/* Waits for the message to leave the states that the caller knows. */
static enum gw_err wait_for_change(struct gw_request *request, const struct gw_uuid *id)
{
	char topic[GW_UUID_TEXT_SIZE + sizeof("message:")];
	char text[GW_UUID_TEXT_SIZE];

	(void)snprintf(topic, sizeof(topic), "message:%s", gw_uuid_format(id, text));
	return gw_request_wait(request, topic, gw_patience_end(request));
}

enum gw_err gw_handle_message(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_outcome outcome = {.rows = NULL};
	struct gw_str known = GW_STR_NULL;
	struct gw_invalid invalid;
	struct gw_caller caller;
	struct gw_buf status;
	struct gw_uuid id;
	int64_t seconds = 0;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	gw_buf_init(&status, STATUS_MAX);
	(void)gw_field_path_uuid(request, "message_id", &invalid, &id);
	seconds = gw_patience(request, gateway->config, &invalid);
	known = gw_request_query(request, "status", &status);
	err = gw_caller_agent(request, response, &invalid, &caller);
	if (err != GW_OK)
		goto out;
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_message_status(gateway->db, &caller.key, &id, &outcome);
	if (err == GW_NOT_FOUND) {
		request->authenticated = true;
		err = gw_response_error(response, GW_NOT_FOUND, "Message not found");
		goto out;
	}
	err = gw_caller_settle(&caller, request, response, err);
	if (err != GW_OK)
		goto out;
	if (is_known(known, outcome.status) && gw_patience_begin(request, seconds)) {
		err = wait_for_change(request, &id);
		goto out;
	}
	gw_patience_applied(request, response, seconds);
	write_outcome(&response->body, &outcome);
out:
	gw_rows_free(outcome.rows);
	gw_buf_release(&status);
	gw_invalid_release(&invalid);
	return err;
}

enum gw_err gw_handle_message_cancel(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_invalid invalid;
	struct gw_caller caller;
	struct gw_uuid id;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	(void)gw_field_path_uuid(request, "message_id", &invalid, &id);
	err = gw_caller_agent(request, response, &invalid, &caller);
	if (err != GW_OK)
		goto out;
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_message_cancel(gateway->db, &caller.key, &id);
	if (err == GW_NOT_FOUND) {
		err = gw_response_error(response, err, "Message not found");
	} else if (err == GW_CONFLICT) {
		err = gw_response_error_code(response, err, "already_delivered",
					     "The message was handed out already, or has ended");
	} else {
		err = gw_caller_settle(&caller, request, response, err);
		if (err == GW_OK) {
			gw_buf_add_c(&response->body, "{\"status\":\"cancelled\"}");
			gw_bell_ring_message(gateway->db, &id);
		}
	}
out:
	gw_invalid_release(&invalid);
	return err;
}

static void write_entry(struct gw_buf *out, const struct gw_directory_entry *entry, bool mail)
{
	bool is_person = gw_str_equal_c(entry->kind, "person");

	gw_json_add_comma(out);
	gw_buf_add_c(out, "{\"kind\":");
	gw_json_add_string(out, entry->kind);
	gw_json_add_name(out, "id");
	gw_json_add_uuid(out, &entry->id);
	gw_json_add_name(out, "name");
	gw_json_add_string(out, entry->name);
	gw_json_add_name(out, "type");
	gw_json_add_string(out, entry->type);
	gw_json_add_name(out, "online");
	if (entry->has_online)
		gw_json_add_bool(out, entry->online);
	else
		gw_buf_add_c(out, "null");
	gw_json_add_name(out, "last_seen");
	add_time(out, entry->last_seen);
	gw_json_add_name(out, "description");
	gw_json_add_string(out, entry->description);
	gw_buf_add_c(out, ",\"channels\":[");
	if (!is_person)
		gw_buf_add_c(out, "\"agent\"");
	if (entry->feishu)
		gw_buf_add_c(out, "\"feishu\"");
	if (entry->email && mail)
		gw_buf_add_c(out, entry->feishu ? ",\"email\"" : "\"email\"");
	gw_buf_add_c(out, "]}");
}

enum gw_err gw_handle_directory(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_directory_entry entry;
	struct gw_rows *rows = NULL;
	struct gw_str part = GW_STR_NULL;
	struct gw_invalid invalid;
	struct gw_caller caller;
	struct gw_buf storage;
	int32_t limit = 0;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	gw_buf_init(&storage, PART_MAX);
	limit = (int32_t)gw_field_query_int(request, "limit", 1, DIRECTORY_MAX, DIRECTORY_MAX,
					    &invalid);
	part = gw_str_trim(gw_request_query(request, "q", &storage));
	if (part.len > 0 && (!gw_utf8_valid(part) || !gw_json_storable(part)))
		gw_invalid_add(&invalid, "string_unicode", "query", "q",
			       "Input should be a valid string", GW_STR_LIT("null"), NULL);
	err = gw_caller_agent(request, response, &invalid, &caller);
	if (err != GW_OK)
		goto out;
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_directory_list(gateway->db, &caller.key, part.len > 0 ? part : GW_STR_NULL, limit,
				gateway->config->online_after, &rows);
	err = gw_caller_settle(&caller, request, response, err);
	if (err != GW_OK)
		goto out;
	gw_buf_add_c(&response->body, "{\"items\":[");
	for (int row = 0; gw_directory_entry(rows, row, &entry); row++)
		write_entry(&response->body, &entry, gateway->config->smtp_url[0] != '\0');
	gw_buf_add_c(&response->body, "]}");
out:
	gw_rows_free(rows);
	gw_buf_release(&storage);
	gw_invalid_release(&invalid);
	return err;
}
