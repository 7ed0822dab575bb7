/* SPDX-License-Identifier: ISC */
/*
 * send.c: POST /send-message. An agent writes to another agent or to a person, by name.
 */
#include "gateway/send.h"
#include "gateway/send_answer.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/caller.h"
#include "gateway/endpoints.h"
#include "gateway/nearness.h"
#include "store/bell.h"
#include "store/event.h"
#include "store/target.h"

#include <ctype.h>
#include <json-c/json.h>

#define IDEMPOTENCY_KEY_MAX 255
#define TARGET_SHOWN_MAX 200    /* bytes of a name that an error repeats */
#define TARGET_COMPARED_MAX 800 /* bytes of a name that others are compared with */
#define NEAREST_MAX 5

/* What the body says, once it is valid. */
struct send_body {
	struct gw_str target, content;
	char *channel; /* lower case; NULL: none asked for */
	char *idempotency_key;
	bool queue;
};

static char *lower_case(struct gw_str text)
{
	char *copy = gw_str_dup(text);

	for (char *c = copy; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c); /* channels are named in ASCII */
	return copy;
}

/* The header Idempotency-Key: 1 to 255 visible ASCII characters; absent or empty means none. */
static struct gw_str idempotency_header(const struct gw_request *request,
					struct gw_invalid *invalid)
{
	struct gw_str value = gw_str_trim(gw_request_header(request, "Idempotency-Key"));
	bool ok = value.len <= IDEMPOTENCY_KEY_MAX;

	for (size_t i = 0; ok && i < value.len; i++)
		ok = value.data[i] >= ' ' && value.data[i] <= '~';
	if (!ok) {
		gw_invalid_add(invalid, "string_pattern_mismatch", "header", "Idempotency-Key",
			       "Input should be at most 255 printable ASCII characters",
			       GW_STR_LIT("null"), NULL);
		return GW_STR_NULL;
	}
	return value.len > 0 ? value : GW_STR_NULL;
}

/* The body's message_id wins: it names the message, the header perhaps only one attempt to send it. */
static char *idempotency_key(struct gw_str header, const struct gw_uuid *message_id,
			     bool has_message_id)
{
	char text[GW_UUID_TEXT_SIZE];
	struct gw_buf key;

	if (!has_message_id && header.data == NULL)
		return NULL;
	gw_buf_init(&key, IDEMPOTENCY_KEY_MAX + 16);
	gw_buf_add_c(&key, has_message_id ? "message_id:" : "header:");
	gw_buf_add_str(&key, has_message_id ? gw_str(gw_uuid_format(message_id, text)) : header);
	return gw_buf_detach(&key);
}

/* Whether a letter to a person is to be left to a worker: only if `queue` says so. */
static bool wants_queue(struct json_object *body, struct gw_invalid *invalid)
{
	struct json_object *value = NULL;

	if (body == NULL || !json_object_object_get_ex(body, "queue", &value) || value == NULL)
		return false;
	if (!json_object_is_type(value, json_type_boolean)) {
		gw_invalid_add(invalid, "bool_type", "body", "queue",
			       "Input should be a valid boolean",
			       gw_str(json_object_to_json_string_ext(value,
								     JSON_C_TO_STRING_PLAIN)),
			       NULL);
		return false;
	}
	return json_object_get_boolean(value) != 0;
}

static void read_body(struct json_object *body, struct gw_str header, struct gw_invalid *invalid,
		      struct send_body *out)
{
	struct gw_str channel = GW_STR_NULL;
	bool has_message_id = false;
	struct gw_uuid message_id;

	out->target = gw_field_string(body, "target", 1, GW_FIELD_TRIM, invalid);
	out->content = gw_field_string(body, "content", 1, GW_FIELD_TRIM, invalid);
	channel = gw_field_string(body, "channel", 0,
				  GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE | GW_FIELD_TRIM, invalid);
	gw_field_uuid(body, "message_id", GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE, invalid,
		      &message_id, &has_message_id);
	out->queue = wants_queue(body, invalid);
	if (channel.len > 0)
		out->channel = lower_case(channel);
	out->idempotency_key = idempotency_key(header, &message_id, has_message_id);
}

/* Two requests are the same when this is: what they say, not how it was spelled. No text contains a NUL. */
static void request_digest(const struct send_body *body, unsigned char digest[GW_SHA256_SIZE])
{
	size_t len = body->target.len + body->content.len + 4;
	struct gw_str channel = gw_str(body->channel);
	struct gw_buf text;

	gw_buf_init(&text, len + channel.len);
	gw_buf_add_str(&text, body->target);
	gw_buf_add_char(&text, '\0');
	gw_buf_add_str(&text, channel);
	gw_buf_add_char(&text, '\0');
	gw_buf_add_str(&text, body->content);
	if (body->queue)
		gw_buf_add(&text, "\0q", 2);
	gw_sha256(gw_buf_str(&text), digest);
	gw_buf_release(&text);
}

static enum gw_err answer_ambiguous(struct gw_response *response, const struct gw_send *send,
				    const struct gw_send_result *found)
{
	struct gw_str shown = gw_utf8_cut(send->target, TARGET_SHOWN_MAX);
	struct gw_buf *out = &response->body;
	struct gw_buf sentence;

	gw_buf_init(&sentence, TARGET_SHOWN_MAX + 128);
	gw_buf_addf(&sentence, "Target '%.*s' is ambiguous. Use one of the full names.",
		    (int)shown.len, shown.data);
	gw_buf_reset(out);
	gw_buf_add_c(out, "{\"detail\":{\"code\":\"ambiguous_target\",\"message\":");
	gw_json_add_string(out, gw_buf_str(&sentence));
	gw_buf_add_c(out, ",\"candidates\":[");
	for (int i = 0; i < found->candidate_count; i++) {
		gw_json_add_comma(out);
		gw_json_add_string(out, found->candidates[i]);
	}
	gw_buf_add_c(out, "]}}");
	gw_buf_release(&sentence);
	response->status = gw_http_status(GW_CONFLICT);
	return GW_CONFLICT;
}

/* The nearest names to the one that was given, the nearest first; their number. */
static int nearest_names(const struct gw_target_names *known, struct gw_str nearest[NEAREST_MAX])
{
	unsigned distances[NEAREST_MAX];
	int count = 0;

	for (int i = 0; i < known->count; i++) {
		unsigned distance = gw_nearness(known->wanted_key, known->keys[i]);
		int at = count;

		if (distance >= GW_NEARNESS_NONE)
			continue;
		while (at > 0 && distances[at - 1] > distance)
			at--;
		if (at == NEAREST_MAX)
			continue;
		count = count < NEAREST_MAX ? count + 1 : NEAREST_MAX;
		for (int j = count - 1; j > at; j--) {
			distances[j] = distances[j - 1];
			nearest[j] = nearest[j - 1];
		}
		distances[at] = distance;
		nearest[at] = known->names[i];
	}
	return count;
}

/* The answer's `candidates`, if there are any: names that the agent may have meant. Without them it is as good as before. */
static void add_nearest(const struct gw_gateway *gateway, const struct gw_send *send,
			const struct gw_send_result *found, struct gw_buf *out)
{
	struct gw_str bare = gw_name_bare(gw_utf8_cut(send->target, TARGET_COMPARED_MAX));
	bool agents = send->channel.data == NULL || gw_str_equal_c(send->channel, "agent");
	struct gw_str nearest[NEAREST_MAX];
	struct gw_target_names *known = NULL;
	int count = 0;

	if (bare.len == 0)
		return;
	known = gw_xcalloc(1, sizeof(*known));
	if (gw_target_suggest(gateway->db, &found->agent_id, bare, agents, known) == GW_OK) {
		count = nearest_names(known, nearest);
		if (count > 0) {
			out->data[--out->len] = '\0'; /* the object goes on */
			gw_json_add_name(out, "candidates");
			gw_buf_add_char(out, '[');
			for (int i = 0; i < count; i++) {
				gw_json_add_comma(out);
				gw_json_add_string(out, nearest[i]);
			}
			gw_buf_add_c(out, "]}");
		}
		gw_target_names_release(known);
	}
	free(known);
}

static enum gw_err answer_nobody(const struct gw_gateway *gateway, const struct gw_send *send,
				 const struct gw_send_result *found, struct gw_response *response)
{
	struct gw_str shown = gw_utf8_cut(send->target, TARGET_SHOWN_MAX);
	enum gw_err err =
		gw_response_error(response, GW_NOT_FOUND,
				  "Target '%.*s%s' not found. Check your relationships list.",
				  (int)shown.len, shown.data,
				  shown.len < send->target.len ? "…" : "");

	add_nearest(gateway, send, found, &response->body);
	return err;
}

static enum gw_err answer(const struct gw_gateway *gateway, const struct gw_send *send,
			  const struct gw_send_result *found, struct gw_response *response)
{
	switch (found->outcome) {
	case GW_SEND_STORED:
		if (found->type == GW_TARGET_AGENT && gw_job_notify(gateway->db) != GW_OK)
			gw_log_info("workers were not told of a job; they will find it");
		if (found->type == GW_TARGET_OPENCLAW_AGENT)
			gw_bell_ring_message(gateway->db, &found->message_id);
		gw_send_write_answer(&response->body, found->type, found->name, GW_STR_NULL,
				     &found->message_id);
		return GW_OK;
	case GW_SEND_REPEATED:
		if (found->type == GW_TARGET_HUMAN && send->queue) {
			gw_send_write_queued(&response->body, found->name, found->channel,
					     &found->message_id);
			return GW_OK;
		}
		gw_send_write_answer(&response->body, found->type, found->name, found->channel,
				     &found->message_id);
		return GW_OK;
	case GW_SEND_PERSON:
	case GW_SEND_CUT_OFF:
		return gw_send_to_person(gateway, send, found, response);
	case GW_SEND_AMBIGUOUS:
		return answer_ambiguous(response, send, found);
	case GW_SEND_NOBODY:
		return answer_nobody(gateway, send, found, response);
	case GW_SEND_UNAVAILABLE:
		return gw_response_error_code(
			response, GW_CONFLICT, "target_unavailable",
			"This agent is suspended or has expired; it takes no messages");
	case GW_SEND_FULL:
		return gw_send_answer_full(response, found->full);
	case GW_SEND_MISMATCH:
		return gw_response_error_code(
			response, GW_CONFLICT, "idempotency_mismatch",
			"This idempotency key was used for a different request");
	case GW_SEND_IN_PROGRESS:
		return gw_response_error_code(
			response, GW_CONFLICT, "idempotency_in_progress",
			"The first request with this idempotency key is still running");
	}
	return GW_INTERNAL;
}

enum gw_err gw_handle_send_message(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_send send = {.trace_id = request->trace_id,
			       .seen_interval = gateway->config->seen_interval};
	struct send_body read = {.channel = NULL};
	struct gw_send_result found = {.rows = NULL};
	struct json_object *body = NULL;
	struct gw_str header = GW_STR_NULL;
	struct gw_invalid invalid;
	struct gw_caller caller;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	err = gw_caller_agent(request, response, &invalid, &caller);
	if (err != GW_OK)
		goto out;
	header = idempotency_header(request, &invalid);
	err = gw_field_body(request, response, &invalid, &body);
	if (err != GW_OK)
		goto out;
	read_body(body, header, &invalid, &read);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	send.target = read.target;
	send.content = read.content;
	send.channel = gw_str(read.channel);
	send.idempotency_key = gw_str(read.idempotency_key);
	send.queue = read.queue;
	send.message_id = gw_uuid_random();
	send.max_pending_from = gateway->config->max_pending_from;
	send.max_pending = gateway->config->max_pending;
	send.max_pending_organisation = gateway->config->max_pending_organisation;
	request_digest(&read, send.digest);
	err = gw_caller_may_send(&caller, request, response);
	if (err != GW_OK)
		goto out;
	err = gw_message_send(gateway->db, &caller.key, &send, &found);
	err = gw_caller_settle(&caller, request, response, err);
	if (err != GW_OK)
		goto out;
	err = answer(gateway, &send, &found, response);
out:
	gw_send_result_release(&found);
	free(read.channel);
	free(read.idempotency_key);
	json_object_put(body);
	gw_invalid_release(&invalid);
	return err;
}
