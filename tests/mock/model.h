/* SPDX-License-Identifier: ISC */
/*
 * model.h: one call of the stand-in for language models.
 */
#ifndef GW_MOCK_MODEL_H
#define GW_MOCK_MODEL_H

#include "mock/echo.h"

#define NAME_SIZE 32

struct call {
	int fd;
	struct echo_request request;
	char fault[NAME_SIZE];
	int64_t number; /* behind the fault's name */
	char *text;     /* what is to be said */
	struct gw_buf out;
	bool close;
};

/* Answers in the way that call->fault names. */
void model_answer(struct call *call);

/* Below, what a connection that has gone makes of it is nobody's concern, unless they return false. */
bool send_all(int fd, const char *data, size_t len);
/* Gathers a head in call->out; `more`: further header lines. */
void send_head(struct call *call, int status, const char *type, const char *more);
/* Sends what was gathered as the whole response, with its length. */
void send_whole(struct call *call, int status, const char *type, const char *more,
		struct gw_str body);
void begin_stream(struct call *call);
bool send_chunk(struct call *call, struct gw_str data);
/* A chunk of what was gathered in call->out. */
bool send_gathered(struct call *call);
void end_stream(struct call *call);
/* An error in the form of the dialect, with its type, and OpenAI's code. */
void error_body(const struct call *call, const char *type, const char *code, struct gw_buf *out);
void send_error(struct call *call, int status, const char *more, const char *type,
		const char *code);

#endif
