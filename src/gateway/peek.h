/* SPDX-License-Identifier: ISC */
/*
 * peek.h: GET /poll?peek=1 and GET /poll?watch=1: whether something waits, without taking it.
 */
#ifndef GW_PEEK_H
#define GW_PEEK_H

#include "http/request.h"
#include "http/response.h"
#include "http/validate.h"

enum gw_peek {
	GW_PEEK_NOT,   /* an ordinary poll */
	GW_PEEK_ONCE,  /* {"waiting":n}; with wait=, as soon as something does */
	GW_PEEK_WATCH, /* a stream: such a line when something comes, an empty line every 25 s */
};

/* What the request asks for, by ?peek=, ?watch= or `Accept: application/x-ndjson`. Other values than 0 and 1 are invalid. */
enum gw_peek gw_peek_asked(const struct gw_request *request, struct gw_invalid *invalid);
/* Answers it. Where there are no streams (plain CGI) a watch gets one line. */
enum gw_err gw_peek_answer(struct gw_request *request, struct gw_response *response,
			   enum gw_peek peek);

#endif
