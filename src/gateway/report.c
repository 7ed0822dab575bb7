/* SPDX-License-Identifier: ISC */
/*
 * report.c: POST /report. An agent tells the result of a message, or how far it has come with it.
 */
#include "gateway/endpoints.h"

#include "base/log.h"
#include "base/text.h"
#include "gateway/caller.h"
#include "gateway/gateway.h"
#include "store/bell.h"
#include "store/event.h"
#include "store/message.h"

#include <json-c/json.h>

/* Deployed bridges begin the text of a progress report with this (U+23F3, hourglass). */
#define PROGRESS_MARK "\xe2\x8f\xb3"

/*
 * Whether the report is a final one. Only "in_progress" says no: older clients may send a `status` of their own, which
 * the Python service ignored.
 */
static bool is_final(struct json_object *body, struct gw_str result)
{
	struct json_object *status = NULL;

	if (result.len >= strlen(PROGRESS_MARK) &&
	    memcmp(result.data, PROGRESS_MARK, strlen(PROGRESS_MARK)) == 0)
		return false;
	return !json_object_object_get_ex(body, "status", &status) ||
	       !json_object_is_type(status, json_type_string) ||
	       !gw_str_equal_c(gw_json_string(status), "in_progress");
}

/* Whether an agent that sent the message gets the result: unless `reply` says no. */
static bool wants_reply(struct json_object *body, struct gw_invalid *invalid)
{
	struct json_object *value = NULL;

	if (body == NULL || !json_object_object_get_ex(body, "reply", &value) || value == NULL)
		return true;
	if (!json_object_is_type(value, json_type_boolean)) {
		gw_invalid_add(invalid, "bool_type", "body", "reply",
			       "Input should be a valid boolean",
			       gw_str(json_object_to_json_string_ext(value,
								     JSON_C_TO_STRING_PLAIN)),
			       NULL);
		return true;
	}
	return json_object_get_boolean(value) != 0;
}

static void write_event(struct gw_buf *out, const struct gw_report_result *result,
			const struct gw_report *report, struct gw_str content)
{
	gw_buf_add_c(out, "{\"type\":\"done\",\"role\":\"assistant\",\"content\":");
	gw_json_add_string(out, content);
	gw_json_add_name(out, "truncated");
	gw_json_add_bool(out, content.len < report->result.len);
	gw_json_add_name(out, "user_id");
	gw_json_add_uuid(out, &result->user_id);
	gw_json_add_name(out, "agent_id");
	gw_json_add_uuid(out, &result->agent_id);
	gw_json_add_name(out, "conversation_id");
	gw_json_add_string_c(out, result->conversation_id);
	gw_json_add_name(out, "message_id");
	gw_json_add_uuid(out, &report->message_id);
	gw_buf_add_char(out, '}');
}

/* Tells whoever shows the conversation to the user. A hint: the result is stored already. */
static void tell_listeners(struct gw_db *db, const struct gw_report_result *result,
			   const struct gw_report *report)
{
	struct gw_str content = report->result;
	struct gw_buf json;
	enum gw_err err = GW_OK;

	gw_buf_init(&json, GW_EVENT_MAX);
	write_event(&json, result, report, content);
	while (gw_buf_overflowed(&json) && content.len > 0) {
		/* escaping makes a text up to six times as long */
		content = gw_utf8_cut(content, content.len > GW_EVENT_MAX ? GW_EVENT_MAX / 2
									  : content.len / 2);
		gw_buf_reset(&json);
		write_event(&json, result, report, content);
	}
	err = gw_event_notify(db, gw_buf_str(&json));
	if (err != GW_OK)
		gw_log_info("listeners were not told of a result: %s", gw_err_name(err));
	gw_buf_release(&json);
}

/* The message has another status; and if its sender gets a reply, that has this id. */
static void ring(struct gw_db *db, const struct gw_report *report)
{
	struct gw_uuid reply = gw_uuid_v5(&report->message_id, GW_STR_LIT("gateway-report-reply"));

	gw_bell_ring_message(db, &report->message_id);
	if (report->final)
		gw_bell_ring_message(db, &reply);
}

static enum gw_err answer(struct gw_response *response, enum gw_report_outcome outcome)
{
	switch (outcome) {
	case GW_REPORT_NOT_FOUND:
		return gw_response_error(response, GW_NOT_FOUND, "Message not found");
	case GW_REPORT_EXPIRED:
		return gw_response_error_code(
			response, GW_CONFLICT, "message_expired",
			"The message has expired: it was handed out too often, or waited too "
			"long, without a report");
	case GW_REPORT_CANCELLED:
		return gw_response_error_code(response, GW_CONFLICT, "message_cancelled",
					      "The sender took the message back");
	case GW_REPORT_MISMATCH:
		return gw_response_error_code(
			response, GW_CONFLICT, "gateway_result_mismatch",
			"The message was completed before, with another result");
	case GW_REPORT_SAME:
	case GW_REPORT_APPLIED:
		gw_buf_add_c(&response->body, "{\"status\":\"ok\"}");
		return GW_OK;
	}
	return GW_INTERNAL;
}

enum gw_err gw_handle_report(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_report report = {
		.trace_id = request->trace_id,
		.seen_interval = gateway->config->seen_interval,
	};
	struct gw_report_result result = {.conversation_id = NULL};
	struct json_object *body = NULL;
	struct gw_invalid invalid;
	struct gw_caller caller;
	bool present = false;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	err = gw_caller_agent(request, response, NULL, &caller);
	if (err != GW_OK)
		goto out;
	err = gw_field_body(request, response, &invalid, &body);
	if (err != GW_OK)
		goto out;
	gw_field_uuid(body, "message_id", 0, &invalid, &report.message_id, &present);
	report.result = gw_field_string(body, "result", 1, 0, &invalid);
	report.reply = wants_reply(body, &invalid) && gateway->config->max_reply_depth > 0;
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	if (caller.presented.len == 0) {
		err = gw_response_error(response, GW_UNAUTHORIZED, "Missing X-Api-Key header");
		goto out;
	}
	report.final = is_final(body, report.result);
	err = gw_message_report(gateway->db, &caller.key, &report, &result);
	err = gw_caller_settle(&caller, request, response, err);
	if (err != GW_OK)
		goto out;
	if (result.outcome == GW_REPORT_APPLIED)
		ring(gateway->db, &report);
	if (result.posted && gw_job_notify(gateway->db) != GW_OK)
		gw_log_info("workers were not told of a letter; they will find it");
	if (result.outcome == GW_REPORT_APPLIED && report.final && result.has_user &&
	    result.conversation_id != NULL)
		tell_listeners(gateway->db, &result, &report);
	err = answer(response, result.outcome);
out:
	free(result.conversation_id);
	json_object_put(body);
	gw_invalid_release(&invalid);
	return err;
}
