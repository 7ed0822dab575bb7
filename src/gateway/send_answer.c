/* SPDX-License-Identifier: ISC */
/*
 * send_answer.c: see send_answer.h.
 */
#include "gateway/send_answer.h"

#include "base/json.h"

void gw_send_write_answer(struct gw_buf *out, enum gw_target_type type, struct gw_str name,
			  struct gw_str channel, const struct gw_uuid *message_id)
{
	struct gw_buf sentence;

	gw_buf_add_c(out,
		     type == GW_TARGET_HUMAN ? "{\"status\":\"sent\"" : "{\"status\":\"accepted\"");
	gw_json_add_name(out, "target");
	gw_json_add_string(out, name);
	gw_json_add_name(out, "type");
	gw_json_add_string_c(out, gw_target_type_name(type));
	if (type == GW_TARGET_HUMAN) {
		gw_json_add_name(out, "channel");
		gw_json_add_string(out, channel);
	} else {
		gw_buf_init(&sentence, name.len + 128);
		gw_buf_add_c(&sentence, "Message sent to ");
		gw_buf_add_str(&sentence, name);
		gw_buf_add_c(&sentence, ". Reply will appear in your next poll.");
		gw_json_add_name(out, "message");
		gw_json_add_string(out, gw_buf_str(&sentence));
		gw_buf_release(&sentence);
	}
	gw_json_add_name(out, "message_id");
	gw_json_add_uuid(out, message_id);
	gw_buf_add_char(out, '}');
}

void gw_send_write_queued(struct gw_buf *out, struct gw_str name, struct gw_str channel,
			  const struct gw_uuid *message_id)
{
	gw_buf_add_c(out, "{\"status\":\"accepted\"");
	gw_json_add_name(out, "target");
	gw_json_add_string(out, name);
	gw_json_add_name(out, "type");
	gw_json_add_string_c(out, gw_target_type_name(GW_TARGET_HUMAN));
	gw_json_add_name(out, "channel");
	gw_json_add_string(out, channel);
	gw_json_add_name(out, "message_id");
	gw_json_add_uuid(out, message_id);
	gw_buf_add_char(out, '}');
}

enum gw_err gw_send_answer_full(struct gw_response *response, struct gw_str full)
{
	const char *message = "Too many messages wait in this organisation";
	enum gw_err err = GW_OK;

	if (gw_str_equal_c(full, "sender"))
		message = "Too many of your messages wait for this agent";
	else if (gw_str_equal_c(full, "target"))
		message = "Too many messages wait for this agent";
	gw_response_header(response, "Retry-After", "60");
	err = gw_response_error_code(response, GW_BUSY, "too_many_pending", "%s", message);
	response->status = 429;
	return err;
}
