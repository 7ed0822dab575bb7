/* SPDX-License-Identifier: ISC */
/*
 * echo.h: what a language model answers that has no thoughts of its own, in both dialects. For quickstart's echo model and
 * for the stand-in with faults.
 */
#ifndef GW_MOCK_ECHO_H
#define GW_MOCK_ECHO_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct echo_request {
	bool anthropic;
	bool stream;
	bool has_temperature;
	char *model;
	char *message; /* the last one's text */
	size_t messages;
};

/* Reads the body of a request; false if it is none. To be released. */
bool echo_read(struct gw_str body, bool anthropic, struct echo_request *request);
void echo_release(struct echo_request *request);

/* "LLM echo: " and the last line of the last message. To be freed. */
char *echo_text(const struct echo_request *request);

/* Appends the whole answer: a JSON object, or the events of a stream. */
void echo_answer(const struct echo_request *request, struct gw_str text, struct gw_buf *out);

/* The parts of a stream: the beginning, a piece of text, the end (without usage if not `counted`). */
void echo_begin(const struct echo_request *request, struct gw_buf *out);
void echo_piece(const struct echo_request *request, struct gw_str text, struct gw_buf *out);
void echo_end(const struct echo_request *request, const char *stop, bool counted,
	      struct gw_buf *out);

/* What every answer is said to have cost. */
#define ECHO_INPUT_TOKENS 7
#define ECHO_OUTPUT_TOKENS 5

#endif
