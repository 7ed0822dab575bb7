/* SPDX-License-Identifier: ISC */
/*
 * sse.h: reads a stream of server-sent events (WHATWG HTML, 9.2.6), in pieces of any size.
 *
 * Only the fields `event` and `data` matter here; others, and comments, are passed over.
 */
#ifndef GW_SSE_H
#define GW_SSE_H

#include "base/buf.h"

/* An event: its name (empty without one) and its data, lines joined by line feeds. Views that last for the call. */
typedef void gw_sse_event(void *arg, struct gw_str name, struct gw_str data);

struct gw_sse {
	struct gw_buf line; /* begun and not ended */
	struct gw_buf name;
	struct gw_buf data;
	bool has_data;
	bool after_cr; /* a line feed that comes next belongs to the line that has ended */
	bool begun;    /* past the place where a byte order mark may be */
	gw_sse_event *event;
	void *arg;
};

/* `max` bounds a line and an event. */
void gw_sse_init(struct gw_sse *sse, size_t max, gw_sse_event *event, void *arg);
void gw_sse_release(struct gw_sse *sse);
/* False when a line or an event was longer than allowed; there is no use in going on. */
GW_MUST_CHECK bool gw_sse_feed(struct gw_sse *sse, const char *data, size_t len);
/* The stream has ended: an event that lacks only its empty line is one, too. */
GW_MUST_CHECK bool gw_sse_end(struct gw_sse *sse);

#endif
