/* SPDX-License-Identifier: ISC */
/*
 * body.c: see body.h.
 */
#include "http/body.h"

#include "base/clock.h"
#include "base/text.h"

#define READ_CHUNK ((size_t)64 * 1024)
/* A body that nobody wants is dropped up to here before the handler runs; what is longer is left unread. */
#define MAX_IGNORED ((size_t)2 * 1024 * 1024)

/* Reads exactly `length` bytes into `body`; memory grows with what arrives, not with what was announced. */
static enum gw_body_state read_announced(gw_body_source *source, void *arg, size_t length,
					 struct gw_buf *body)
{
	while (body->len < length) {
		size_t want = length - body->len < READ_CHUNK ? length - body->len : READ_CHUNK;
		char *room = gw_buf_reserve(body, want);
		size_t got = room ? source(arg, room, want) : 0;

		if (got == 0)
			return GW_BODY_BROKEN;
		gw_buf_added(body, got);
	}
	return GW_BODY_COMPLETE;
}

static enum gw_body_state read_to_end(gw_body_source *source, void *arg, struct gw_buf *body)
{
	char chunk[4096];
	size_t got;

	do {
		got = source(arg, chunk, sizeof(chunk));
		gw_buf_add(body, chunk, got);
		if (gw_buf_overflowed(body))
			return GW_BODY_TOO_LARGE;
	} while (got == sizeof(chunk));
	return GW_BODY_COMPLETE;
}

static void drop(gw_body_source *source, void *arg)
{
	size_t total = 0;
	char chunk[4096];
	size_t got;

	do {
		got = source(arg, chunk, sizeof(chunk));
		total += got;
	} while (got == sizeof(chunk) && total < MAX_IGNORED);
}

/* True if *ret_length is what CONTENT_LENGTH announces. A number of more than 18 digits is as large as any. */
static bool parse_length(struct gw_str text, size_t *ret_length)
{
	int64_t length = INT64_MAX;

	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	if (text.len <= 18 && !gw_parse_int64(text, 0, INT64_MAX, &length))
		return false;
	*ret_length = (size_t)length;
	return true;
}

enum gw_body_state gw_body_read(const struct gw_request *request, gw_body_source *source, void *arg,
				bool open_ended, struct gw_buf *body)
{
	struct gw_str announced = gw_request_env(request, "CONTENT_LENGTH");
	size_t length = 0;

	if (body->max == 0) {
		if (announced.len != 0 || open_ended)
			drop(source, arg);
		return GW_BODY_COMPLETE;
	}
	if (announced.len == 0)
		return open_ended ? read_to_end(source, arg, body) : GW_BODY_COMPLETE;
	if (!parse_length(announced, &length))
		return GW_BODY_BROKEN;
	if (length > body->max)
		return GW_BODY_TOO_LARGE;
	return read_announced(source, arg, length, body);
}

void gw_body_refuse(enum gw_body_state state, const struct gw_request *request,
		    struct gw_response *response)
{
	if (state == GW_BODY_TOO_LARGE)
		(void)gw_response_default(response, GW_TOO_LARGE);
	else
		(void)gw_response_error_status(response, GW_INVALID, 400,
					       "There was an error parsing the body");
	gw_response_complete(response, request->trace_id);
}
