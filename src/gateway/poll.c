/*
 * poll.c: GET /poll. Hands out what waits for the agent, with the history it needs to understand it, and tells whom it
 * may write to. A body is ignored.
 */
#include "gateway/endpoints.h"

#include "gateway/caller.h"
#include "base/clock.h"
#include "gateway/gateway.h"
#include "gateway/patience.h"
#include "gateway/peek.h"
#include "store/poll.h"

#define POLL_LIMIT_MAX 1000

static void add_message(struct gw_buf *out, const struct gw_poll_row *row)
{
	gw_json_add_comma(out);
	gw_buf_add_c(out, "{\"id\":");
	gw_json_add_uuid(out, &row->id);
	gw_buf_add_c(out, ",\"conversation_id\":");
	gw_json_add_string(out, row->conversation_id);
	gw_buf_add_c(out, ",\"sender_agent_name\":");
	gw_json_add_string(out, row->sender_agent);
	gw_buf_add_c(out, ",\"sender_user_name\":");
	gw_json_add_string(out, row->sender_user);
	gw_buf_add_c(out, ",\"sender_user_id\":");
	gw_json_add_uuid(out, row->has_sender_user ? &row->sender_user_id : NULL);
	gw_buf_add_c(out, ",\"content\":");
	gw_json_add_string(out, row->content);
	gw_buf_add_c(out, ",\"created_at\":");
	gw_json_add_time(out, row->created_at);
	gw_buf_add_c(out, ",\"history\":[");
}

static void add_history(struct gw_buf *out, const struct gw_poll_row *row)
{
	gw_json_add_comma(out);
	gw_buf_add_c(out, "{\"role\":");
	gw_json_add_string(out, row->role);
	gw_buf_add_c(out, ",\"content\":");
	gw_json_add_string(out, row->content.data != NULL ? row->content : GW_STR_LIT(""));
	gw_buf_add_c(out, ",\"sender_name\":");
	gw_json_add_string(out, row->sender);
	gw_buf_add_c(out, ",\"created_at\":");
	gw_json_add_time(out, row->created_at);
	gw_buf_add_char(out, '}');
}

static void add_relationship(struct gw_buf *out, const struct gw_poll_row *row)
{
	gw_json_add_comma(out);
	gw_buf_add_c(out, "{\"name\":");
	gw_json_add_string(out, row->name);
	gw_buf_add_c(out,
		     row->kind == GW_POLL_PEER ? ",\"type\":\"agent\"" : ",\"type\":\"human\"");
	gw_buf_add_c(out, ",\"role\":");
	gw_json_add_string(out, row->relation);
	gw_buf_add_c(out, ",\"description\":");
	gw_json_add_string(out, row->description.len > 0 ? row->description : GW_STR_NULL);
	gw_buf_add_c(out, ",\"channels\":[");
	if (row->kind == GW_POLL_PEER)
		gw_buf_add_c(out, "\"agent\"");
	if (row->feishu)
		gw_buf_add_c(out, "\"feishu\"");
	if (row->email)
		gw_buf_add_c(out, row->feishu ? ",\"email\"" : "\"email\"");
	gw_buf_add_c(out, "]}");
}

/* Returns how many messages there are. */
static size_t write_poll(struct gw_buf *out, struct gw_poll *poll, struct gw_uuid *ret_agent)
{
	size_t count = 0;
	bool in_message = false;
	bool in_messages = true;
	struct gw_poll_row row;

	gw_buf_add_c(out, "{\"messages\":[");
	while (gw_poll_next(poll, &row)) {
		if (in_message && row.kind != GW_POLL_HISTORY) {
			gw_buf_add_c(out, "]}");
			in_message = false;
		}
		switch (row.kind) {
		case GW_POLL_AGENT:
			*ret_agent = row.id;
			break;
		case GW_POLL_MESSAGE:
			add_message(out, &row);
			count++;
			in_message = true;
			break;
		case GW_POLL_HISTORY:
			add_history(out, &row);
			break;
		case GW_POLL_PERSON:
		case GW_POLL_PEER:
			if (in_messages)
				gw_buf_add_c(out, "],\"relationships\":[");
			in_messages = false;
			add_relationship(out, &row);
			break;
		}
	}
	if (in_message)
		gw_buf_add_c(out, "]}");
	gw_buf_add_c(out, in_messages ? "],\"relationships\":[]}" : "]}");
	return count;
}

enum gw_err gw_handle_poll(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	const struct gw_config *config = gateway->config;
	struct gw_poll *poll = NULL;
	struct gw_poll_limits limits = {
		.seen_interval = config->seen_interval,
		.max_bytes = config->max_poll_bytes,
		.delivery_lease = config->delivery_lease,
		.max_deliveries = (int32_t)config->max_deliveries,
		.max_reply_depth = (int32_t)config->max_reply_depth,
		.max_content = (int32_t)config->max_body_bytes,
	};
	struct gw_invalid invalid;
	char topic[sizeof("agent:") + GW_UUID_TEXT_SIZE] = "agent:";
	struct gw_caller caller;
	struct gw_uuid agent;
	enum gw_peek peek = GW_PEEK_NOT;
	int64_t seconds = 0;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	peek = gw_peek_asked(request, &invalid);
	seconds = gw_patience(request, config, &invalid);
	limits.max_messages = (int32_t)gw_field_query_int(request, "limit", 1, POLL_LIMIT_MAX,
							  config->poll_batch, &invalid);
	err = gw_caller_agent(request, response, &invalid, &caller);
	if (err != GW_OK)
		goto out;
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	if (peek != GW_PEEK_NOT) {
		err = gw_peek_answer(request, response, peek);
		goto out;
	}
	/* what nobody would read is not taken */
	if (gw_request_peer_gone(request)) {
		err = gw_response_error(response, GW_UNAVAILABLE, "The client has left");
		goto out;
	}
	err = gw_message_poll(gateway->db, &caller.key, &limits, &poll);
	err = gw_caller_settle(&caller, request, response, err);
	if (err != GW_OK)
		goto out;
	if (write_poll(&response->body, poll, &agent) == 0 && gw_patience_begin(request, seconds)) {
		(void)gw_uuid_format(&agent, topic + strlen("agent:"));
		err = gw_request_wait(request, topic, gw_patience_end(request));
		goto out;
	}
	gw_patience_applied(request, response, seconds);
out:
	gw_poll_free(poll);
	gw_invalid_release(&invalid);
	return err;
}
