/* SPDX-License-Identifier: ISC */
/*
 * events.c: GET /events, what a person's screen has to know, as server-sent events (HTML, "Server-sent events").
 *
 * Each event's id is its place; a browser that comes back with Last-Event-ID goes on behind it. Without one the stream begins with
 * `hello` at the present place; where events behind the place are not kept any more, with `reset`: the screen loads anew what
 * it shows. Between calls a stream costs its state and a descriptor. It is woken by its topics (store/bell.h). Whether the person may
 * still see this is asked with every look, in the same statement.
 */
#include "gateway/endpoints.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/text.h"
#include "gateway/caller.h"
#include "people/people.h"
#include "store/screen.h"

#include <stdlib.h>

#define ALIVE_INTERVAL (15 * GW_USEC_PER_SEC)
#define SEEN_INTERVAL                                                                              \
	(3600 * GW_USEC_PER_SEC) /* an open stream keeps its session from growing old */
#define OUTAGE_PAUSE (1 * GW_USEC_PER_SEC)
/* Until events of open transactions are looked for again: most are open for a moment, some for long. */
#define HELD_FIRST (5 * INT64_C(1000))
#define HELD_MAX (1 * GW_USEC_PER_SEC)
#define PIECE_MAX ((size_t)96 * 1024) /* an event more, and it is still below GW_STREAM_MAX */
#define ID_MAX 64

struct stream {
	struct gw_screen_reader reader;
	struct gw_place place;
	int64_t alive_at;  /* gw_monotonic(): a sign of life is due */
	int64_t seen_at;   /* the session is to be marked seen */
	int64_t held_wait; /* until it looks again for what is held back; 0: nothing is */
};

/* "1234.5" of Last-Event-ID or ?last=; anything else is the present. */
static struct gw_place read_place(const struct gw_request *request)
{
	struct gw_str given = gw_request_header(request, "Last-Event-ID");
	struct gw_place place = {0, 0};
	struct gw_place read;
	struct gw_buf storage;
	const char *point = NULL;

	gw_buf_init(&storage, request->query.len + 1);
	if (given.data == NULL)
		given = gw_request_query(request, "last", &storage);
	if (given.len > 0 && given.len < ID_MAX)
		point = memchr(given.data, '.', given.len);
	if (point != NULL) {
		size_t len = (size_t)(point - given.data);

		if (gw_parse_int64((struct gw_str){given.data, len}, 1, INT64_MAX, &read.xid) &&
		    gw_parse_int64((struct gw_str){point + 1, given.len - len - 1}, 0, INT64_MAX,
				   &read.id))
			place = read;
	}
	gw_buf_release(&storage);
	return place;
}

static void begin_event(struct gw_buf *out, struct gw_str kind, const struct gw_place *place)
{
	gw_buf_add_c(out, "event: ");
	gw_buf_add_str(out, kind);
	gw_buf_addf(out, "\nid: %lld.%lld\ndata: {", (long long)place->xid, (long long)place->id);
}

static void add_event(struct gw_buf *out, const struct gw_screen_event *event)
{
	begin_event(out, event->kind, &event->place);
	if (gw_str_equal_c(event->kind, "agent")) {
		gw_people_add_uuid(out, "id", &event->agent);
		gw_people_add_bool(out, "online", gw_str_equal_c(event->status, "online"));
		gw_people_add_time(out, "at", event->created_at);
	} else {
		gw_people_add_uuid(out, "agent_id", event->has_agent ? &event->agent : NULL);
		gw_people_add_string(out, "conversation_id", event->conversation);
		gw_people_add_uuid(out, "message_id", event->has_message ? &event->message : NULL);
	}
	if (gw_str_equal_c(event->kind, "message")) {
		const struct gw_people_line line = {
			.id = event->row,
			.role = event->role,
			.sender = event->sender,
			.content = event->content,
			.truncated = event->truncated,
			.progress = gw_str_equal_c(event->status, "progress"),
			.created_at = event->row_at,
			.status = gw_str_equal_c(event->role, "user") ? event->status : GW_STR_NULL,
		};

		gw_json_add_name(out, "message");
		gw_people_add_line(out, &line);
	} else if (!gw_str_equal_c(event->kind, "agent")) {
		gw_people_add_string(out, "status", event->status);
		gw_people_add_string(out, "error", event->error);
	}
	gw_buf_add_c(out, "}\n\n");
}

/*
 * Writes what is behind the stream's place, as much as goes into a piece. *ret_again: when to look for more. GW_UNAUTHORIZED: the
 * person may not see it any more.
 */
static enum gw_err write_events(struct gw_db *db, struct stream *stream, struct gw_buf *out,
				int64_t *ret_again)
{
	struct gw_screen_event end, event;
	struct gw_rows *rows = NULL;
	bool all = true;
	enum gw_err err = gw_screen_read(db, &stream->reader, &stream->place, &rows);

	if (err != GW_OK)
		return err;
	gw_screen_row(rows, 0, &end);
	if (stream->place.xid == 0 || gw_str_equal_c(end.status, "reset")) {
		begin_event(out, stream->place.xid == 0 ? GW_STR_LIT("hello") : GW_STR_LIT("reset"),
			    &end.place);
		gw_buf_add_c(out, "}\n\n");
		stream->place = end.place;
		gw_rows_free(rows);
		return GW_OK;
	}
	for (int row = 1; row < gw_rows_count(rows) && all; row++) {
		gw_screen_row(rows, row, &event);
		/* a row that is not there any more is nothing to show */
		if (!gw_str_equal_c(event.kind, "message") || event.role.data != NULL)
			add_event(out, &event);
		stream->place = event.place;
		all = out->len < PIECE_MAX;
	}
	stream->held_wait = !end.held                          ? 0
			    : stream->held_wait == 0           ? HELD_FIRST
			    : stream->held_wait < HELD_MAX / 2 ? 2 * stream->held_wait
							       : HELD_MAX;
	if (!all || gw_rows_count(rows) - 1 >= GW_SCREEN_EVENTS)
		*ret_again = 0;
	else if (end.held)
		*ret_again = gw_monotonic() + stream->held_wait;
	/* nothing is left behind the place: it moves on, so that it does not grow old */
	if (all && gw_rows_count(rows) - 1 < GW_SCREEN_EVENTS && end.place.xid > stream->place.xid)
		stream->place = end.place;
	gw_rows_free(rows);
	return GW_OK;
}

/* Now and then a session is marked seen. The database's being away is no reason to end a stream. */
static void mark_seen(struct gw_db *db, struct stream *stream, int64_t now)
{
	struct gw_user person = {.name = NULL};

	if (!stream->reader.has_session || now < stream->seen_at)
		return;
	stream->seen_at = now + SEEN_INTERVAL;
	(void)!gw_session_find(db, stream->reader.session, &person);
	gw_user_release(&person);
}

static enum gw_err wait(struct gw_request *request, const struct stream *stream, int64_t until)
{
	char topic[16 + GW_UUID_TEXT_SIZE] = "user:";

	(void)gw_uuid_format(&stream->reader.user, topic + strlen(topic));
	gw_request_watch(request, topic);
	(void)snprintf(topic, sizeof(topic), "tenant:");
	(void)gw_uuid_format(&stream->reader.tenant, topic + strlen(topic));
	return gw_request_wait(request, topic, until);
}

static enum gw_err begin(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_user person = {.name = NULL};
	struct stream *stream = NULL;
	struct gw_caller caller;
	enum gw_err err = GW_OK;

	if (!request->may_wait)
		return gw_response_error_status(response, GW_INVALID, 501,
						"Events need a gateway that runs as FastCGI");
	err = gw_people_caller(request, response, &person);
	if (err == GW_OK)
		err = gw_caller_screen(request, gateway->config, &caller);
	if (err != GW_OK) {
		gw_user_release(&person);
		return err;
	}
	stream = gw_xcalloc(1, sizeof(*stream));
	stream->reader.user = person.id;
	stream->reader.tenant = person.tenant;
	stream->reader.has_session = caller.has_session;
	memcpy(stream->reader.session, caller.session, sizeof(caller.session));
	stream->place = read_place(request);
	stream->seen_at = gw_monotonic() + SEEN_INTERVAL;
	gw_user_release(&person);
	request->state = stream;
	request->free_state = free;
	gw_response_stream(response, "text/event-stream; charset=utf-8");
	gw_response_header(response, "X-Accel-Buffering", "no");
	gw_buf_add_c(&response->body, "retry: 1000\n\n");
	return GW_OK;
}

enum gw_err gw_handle_events(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct stream *stream = request->state;
	int64_t now = gw_monotonic();
	int64_t until = 0;
	enum gw_err err = GW_OK;

	if (stream == NULL) {
		err = begin(request, response);
		if (err != GW_OK)
			return err;
		stream = request->state;
	}
	request->authenticated = true;
	if (request->last_call)
		return GW_OK;
	if (now >= stream->alive_at) {
		if (stream->alive_at > 0)
			gw_buf_add_c(&response->body, "event: alive\ndata: {}\n\n");
		stream->alive_at = now + ALIVE_INTERVAL;
		mark_seen(gateway->db, stream, now);
	}
	until = stream->alive_at;
	err = write_events(gateway->db, stream, &response->body, &until);
	if (err == GW_UNAUTHORIZED)
		return GW_OK;
	/* an outage ends no stream: the place stays where it is */
	if (err != GW_OK)
		until = now + OUTAGE_PAUSE;
	return wait(request, stream, until);
}
