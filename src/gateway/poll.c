/* SPDX-License-Identifier: ISC */
/*
 * poll.c: GET /poll. Hands out what waits for the agent, with the history it needs to understand it, and tells whom it
 * may write to. A body is ignored.
 */
#include "gateway/endpoints.h"

#include "base/alloc.h"
#include "gateway/caller.h"
#include "gateway/counters.h"
#include "gateway/gateway.h"
#include "gateway/handout.h"
#include "gateway/lease.h"
#include "gateway/patience.h"
#include "gateway/peek.h"
#include "store/bell.h"
#include "store/poll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLL_LIMIT_MAX 1000
#define SESSION_MAX 64
#define TOPIC_SIZE (sizeof("agent:") + GW_UUID_TEXT_SIZE)

/* What the query string asks for. */
struct poll_query {
	struct gw_poll_request request;
	bool relationships; /* to be listed in the answer */
	struct gw_uuid presented;
	struct gw_buf session, replaces;
};

/* A name of a session: 1 to 64 characters of [A-Za-z0-9._-]; absent: none. */
static struct gw_str session_field(const struct gw_request *request, const char *name,
				   struct gw_buf *storage, struct gw_invalid *invalid)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	struct gw_str value = gw_request_query(request, name, storage);
	bool good = value.len >= 1 && value.len <= SESSION_MAX;

	if (value.data == NULL)
		return value;
	for (size_t i = 0; good && i < value.len; i++)
		good = value.data[i] != '\0' && strchr(allowed, value.data[i]) != NULL;
	if (good)
		return value;
	gw_invalid_add(invalid, "string_pattern_mismatch", "query", name,
		       "Input should be 1 to 64 characters of A-Z, a-z, 0-9, '.', '_' and '-'",
		       GW_STR_LIT("null"), NULL);
	return GW_STR_NULL;
}

static void read_query(const struct gw_request *request, const struct gw_config *config,
		       struct gw_invalid *invalid, struct poll_query *query)
{
	struct gw_poll_request *wanted = &query->request;

	wanted->receipt = gw_uuid_random();
	wanted->max_messages = (int32_t)gw_field_query_int(request, "limit", 1, POLL_LIMIT_MAX,
							   config->poll_batch, invalid);
	wanted->session = session_field(request, "session", &query->session, invalid);
	if (gw_field_query_uuid(request, "receipt", invalid, &query->presented))
		wanted->presented = &query->presented;
	wanted->replaces = session_field(request, "replaces", &query->replaces, invalid);
	query->relationships = gw_field_query_int(request, "relationships", 0, 1, 1, invalid) == 1;
	/* both say something about a session */
	if (wanted->session.data == NULL && wanted->presented != NULL)
		gw_invalid_add(invalid, "value_error", "query", "receipt",
			       "Value error, a receipt belongs to a session", GW_STR_LIT("null"),
			       NULL);
	if (wanted->session.data == NULL && wanted->replaces.data != NULL)
		gw_invalid_add(invalid, "value_error", "query", "replaces",
			       "Value error, a session is replaced by a session",
			       GW_STR_LIT("null"), NULL);
}

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

/* What follows the history of a message. */
static void end_message(struct gw_buf *out, const struct gw_poll_row *row)
{
	gw_buf_add_char(out, ']');
	gw_json_add_name(out, "in_reply_to");
	gw_json_add_uuid(out, row->is_reply ? &row->in_reply_to : NULL);
	gw_json_add_name(out, "expects_reply");
	gw_json_add_bool(out, row->expects_reply);
	gw_buf_addf(out, ",\"attempt\":%lld}", (long long)row->attempt);
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

static void add_relationship(struct gw_buf *out, const struct gw_poll_row *row, bool mail)
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
	if (row->email && mail)
		gw_buf_add_c(out, row->feishu ? ",\"email\"" : "\"email\"");
	gw_buf_add_c(out, "]}");
}

static void agent_topic(const struct gw_uuid *id, char ret_topic[TOPIC_SIZE])
{
	char text[GW_UUID_TEXT_SIZE];

	(void)snprintf(ret_topic, TOPIC_SIZE, "agent:%s", gw_uuid_format(id, text));
}

/* There is something new for the agent: the notice that a message of its own was given up. */
static void ring_agent(struct gw_db *db, const struct gw_uuid *id)
{
	char topic[TOPIC_SIZE];

	agent_topic(id, topic);
	gw_bell_ring(db, topic);
}

/* Returns how many messages there are. */
static size_t write_poll(struct gw_buf *out, struct gw_poll *poll, const struct gw_gateway *gateway,
			 bool relationships, struct gw_uuid *ret_agent)
{
	const bool mail = gateway->config->smtp_url[0] != '\0'; /* people can be reached by it */
	struct gw_db *db = gateway->db;
	struct gw_poll_row message = {.kind = GW_POLL_AGENT};
	bool in_message = false;
	bool in_messages = true;
	struct gw_poll_row row;
	size_t count = 0;

	gw_buf_add_c(out, "{\"messages\":[");
	while (gw_poll_next(poll, &row)) {
		if (in_message && row.kind != GW_POLL_HISTORY) {
			end_message(out, &message);
			in_message = false;
		}
		switch (row.kind) {
		case GW_POLL_AGENT:
			*ret_agent = row.id;
			break;
		case GW_POLL_MESSAGE:
			add_message(out, &row);
			gw_metrics_add(gateway->metrics, GW_TOTAL_HANDOUTS + row.reason, 1);
			message = row;
			in_message = true;
			count++;
			break;
		case GW_POLL_HISTORY:
			add_history(out, &row);
			break;
		case GW_POLL_PERSON:
		case GW_POLL_PEER:
			if (in_messages)
				gw_buf_add_c(out, "],\"relationships\":[");
			in_messages = false;
			if (relationships)
				add_relationship(out, &row, mail);
			break;
		case GW_POLL_GIVEN_UP:
			gw_bell_ring_message(db, &row.id);
			if (row.has_told)
				ring_agent(db, &row.told);
			break;
		}
	}
	if (in_message)
		end_message(out, &message);
	gw_buf_add_c(out, in_messages ? "],\"relationships\":[]}" : "]}");
	return count;
}

/* An agent that names its session gets a receipt: for new messages a new one, else the one that it has presented. */
static void add_receipt(struct gw_response *response, const struct gw_poll_request *request,
			bool has_messages)
{
	const struct gw_uuid *receipt =
		has_messages || request->presented == NULL ? &request->receipt : request->presented;
	char text[GW_UUID_TEXT_SIZE];

	if (request->session.data != NULL)
		gw_response_header(response, "X-Gateway-Receipt", gw_uuid_format(receipt, text));
}

/* After the answer was written, or could not be: request->state is its struct gw_handout. */
static void handout_ended(struct gw_request *request, bool written)
{
	gw_handouts_end(gw_gateway_of(request)->handouts, request->state, written);
}

static void note_handout(struct gw_request *request, const struct gw_uuid *agent_id,
			 const struct gw_uuid *receipt)
{
	struct gw_handout *handout = gw_xmalloc(sizeof(*handout));

	if (request->free_state != NULL)
		request->free_state(request->state);
	*handout = (struct gw_handout){.agent_id = *agent_id, .receipt = *receipt};
	request->state = handout;
	request->free_state = free;
	gw_request_after(request, handout_ended);
}

enum gw_err gw_handle_poll(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	const struct gw_config *config = gateway->config;
	struct poll_query query = {.request = {.presented = NULL}};
	struct gw_poll *poll = NULL;
	const struct gw_poll_limits limits = {
		.seen_interval = config->seen_interval,
		.max_bytes = config->max_poll_bytes,
		.handout_lease = config->handout_lease,
		.delivery_lease = config->delivery_lease,
		.max_deliveries = (int32_t)config->max_deliveries,
		.max_content = (int32_t)config->max_body_bytes,
	};
	struct gw_invalid invalid;
	char topic[TOPIC_SIZE];
	struct gw_caller caller;
	struct gw_uuid agent;
	enum gw_peek peek = GW_PEEK_NOT;
	int64_t seconds = 0;
	enum gw_err err = GW_OK;
	size_t count = 0;

	gw_invalid_init(&invalid);
	gw_buf_init(&query.session, (size_t)4 * SESSION_MAX);
	gw_buf_init(&query.replaces, (size_t)4 * SESSION_MAX);
	peek = gw_peek_asked(request, &invalid);
	seconds = gw_patience(request, config, &invalid);
	read_query(request, config, &invalid, &query);
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
	err = gw_message_poll(gateway->db, &caller.key, &query.request, &limits, &poll);
	err = gw_caller_settle(&caller, request, response, err);
	if (err != GW_OK)
		goto out;
	count = write_poll(&response->body, poll, gateway, query.relationships, &agent);
	if (count == 0 && gw_patience_begin(request, seconds)) {
		agent_topic(&agent, topic);
		err = gw_lease_look_again(request, &agent);
		if (err == GW_OK)
			err = gw_request_wait(request, topic, gw_patience_end(request));
		goto out;
	}
	gw_patience_applied(request, response, seconds);
	add_receipt(response, &query.request, count > 0);
	if (count > 0)
		note_handout(request, &agent, &query.request.receipt);
out:
	gw_buf_release(&query.session);
	gw_buf_release(&query.replaces);
	gw_poll_free(poll);
	gw_invalid_release(&invalid);
	return err;
}
