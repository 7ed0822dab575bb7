/* SPDX-License-Identifier: ISC */
/*
 * peek.c: see peek.h.
 *
 * A watcher is a program that starts an agent when there is something to do: it runs for as long as the machine does, so
 * its stream has to tell by itself that it is alive, and to hand over nothing that a poll would not hand out again.
 */
#include "gateway/peek.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "gateway/caller.h"
#include "gateway/gateway.h"
#include "gateway/lease.h"
#include "gateway/patience.h"
#include "store/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define NDJSON "application/x-ndjson"
/* How often a stream without news says that it is alive; proxies in between close what is silent for a minute. */
#define BLANK_INTERVAL (25 * GW_USEC_PER_SEC)

/* What a stream remembers. */
struct watch {
	bool told;        /* something has been written */
	int32_t waiting;  /* what was told last */
	int64_t blank_at; /* when the next empty line is due */
};

enum gw_peek gw_peek_asked(const struct gw_request *request, struct gw_invalid *invalid)
{
	bool peek = gw_field_query_int(request, "peek", 0, 1, 0, invalid) == 1;
	bool watch = gw_field_query_int(request, "watch", 0, 1, 0, invalid) == 1;
	struct gw_str accept = gw_str_trim(gw_request_header(request, "Accept"));

	if (watch ||
	    (accept.len == strlen(NDJSON) && strncasecmp(accept.data, NDJSON, strlen(NDJSON)) == 0))
		return GW_PEEK_WATCH;
	return peek ? GW_PEEK_ONCE : GW_PEEK_NOT;
}

static void add_line(struct gw_buf *out, int32_t waiting)
{
	gw_buf_addf(out, "{\"waiting\":%d}", waiting);
}

/* The next piece of a stream. */
static enum gw_err watch(struct gw_request *request, struct gw_response *response, int32_t waiting,
			 const char *topic)
{
	struct watch *state = request->state;
	int64_t now = gw_monotonic();

	if (state == NULL) {
		state = request->state = gw_xcalloc(1, sizeof(*state));
		request->free_state = free;
		gw_response_stream(response, NDJSON);
	}
	/* something came: more than before, or anything after nothing */
	if (!state->told || waiting > state->waiting) {
		add_line(&response->body, waiting);
		gw_buf_add_char(&response->body, '\n');
		state->blank_at = now + BLANK_INTERVAL;
	} else if (now >= state->blank_at) {
		gw_buf_add_char(&response->body, '\n');
		state->blank_at = now + BLANK_INTERVAL;
	}
	state->told = true;
	state->waiting = waiting;
	if (request->last_call || !request->may_wait)
		return GW_OK;
	return gw_request_wait(request, topic, state->blank_at);
}

enum gw_err gw_peek_answer(struct gw_request *request, struct gw_response *response,
			   enum gw_peek peek)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	const struct gw_message_leases leases = gw_leases(gateway->config);
	char topic[sizeof("agent:") + GW_UUID_TEXT_SIZE] = "agent:";
	struct gw_invalid invalid;
	struct gw_caller caller;
	struct gw_uuid agent;
	int64_t seconds = 0;
	int32_t waiting = 0;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	seconds = gw_patience(request, gateway->config, &invalid);
	err = gw_caller_agent(request, response, &invalid, &caller);
	if (err != GW_OK)
		goto out;
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_agent_heartbeat(gateway->db, &caller.key, gateway->config->seen_interval, &agent);
	err = gw_caller_settle(&caller, request, response, err);
	if (err != GW_OK)
		goto out;
	err = gw_message_waiting(gateway->db, &agent, &leases, &waiting);
	if (err != GW_OK)
		goto out;
	(void)gw_uuid_format(&agent, topic + strlen("agent:"));
	if (peek == GW_PEEK_WATCH && (request->state != NULL || request->may_wait)) {
		if (request->may_wait)
			err = gw_lease_look_again(request, &agent);
		if (err == GW_OK)
			err = watch(request, response, waiting, topic);
	} else if (waiting == 0 && gw_patience_begin(request, seconds)) {
		err = gw_lease_look_again(request, &agent);
		if (err == GW_OK)
			err = gw_request_wait(request, topic, gw_patience_end(request));
	} else {
		gw_patience_applied(request, response, seconds);
		add_line(&response->body, waiting);
	}
out:
	gw_invalid_release(&invalid);
	return err;
}
