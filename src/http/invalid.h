/* SPDX-License-Identifier: ISC */
/*
 * invalid.h: the list of what is wrong with a request, which becomes a 422.
 *
 * The shapes (type, loc, msg, input, ctx) are those of the Python service (pydantic 2), see the manual clawgw-protocol.
 */
#ifndef GW_INVALID_H
#define GW_INVALID_H

#include "base/buf.h"
#include "base/err.h"
#include "http/response.h"

struct json_object;

#define GW_HINT_SIZE 400

struct gw_invalid {
	struct gw_buf list; /* the elements so far, comma-separated */
	unsigned count;
	char hint[GW_HINT_SIZE]; /* of the first error that has one */
};

void gw_invalid_init(struct gw_invalid *invalid);
void gw_invalid_release(struct gw_invalid *invalid);
bool gw_invalid_any(const struct gw_invalid *invalid);
/* Answers 422 with the list and the hint (gw_response_hint()); returns GW_INVALID. */
enum gw_err gw_invalid_respond(struct gw_invalid *invalid, struct gw_response *response);
/*
 * Adds an error of any kind. `where` is "header", "path", "query" or "body"; `field` may be NULL
 * (loc is just [where]); `input` is a JSON text (cut down if it is long); `ctx` a JSON object text
 * or NULL.
 */
void gw_invalid_add(struct gw_invalid *invalid, const char *type, const char *where,
		    const char *field, const char *msg, struct gw_str input, const char *ctx);
/* The same with a text, or a member of the body, as the input. */
void gw_invalid_add_text(struct gw_invalid *invalid, const char *type, const char *where,
			 const char *field, const char *msg, struct gw_str text, const char *ctx);
void gw_invalid_add_value(struct gw_invalid *invalid, const char *type, const char *field,
			  const char *msg, struct json_object *value, const char *ctx);

/* What to do about the error that was added last; the first hint stays. */
void gw_invalid_hint(struct gw_invalid *invalid, const char *fmt, ...) GW_PRINTF(2, 3);

#endif
