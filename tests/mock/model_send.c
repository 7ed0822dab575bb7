/* SPDX-License-Identifier: ISC */
/*
 * model_send.c: what the stand-in for language models writes: whole responses, streams in chunks, errors.
 */
#include "mock/model.h"

#include <stdio.h>
#include <sys/socket.h>

bool send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		len -= (size_t)sent;
	}
	return true;
}

void send_head(struct call *call, int status, const char *type, const char *more)
{
	gw_buf_addf(&call->out, "HTTP/1.1 %d Whatever\r\nContent-Type: %s\r\n%s", status, type,
		    more);
}

/* Sends what was gathered as the whole response, with its length. */
void send_whole(struct call *call, int status, const char *type, const char *more,
		struct gw_str body)
{
	send_head(call, status, type, more);
	gw_buf_addf(&call->out, "Content-Length: %zu\r\n\r\n", body.len);
	gw_buf_add_str(&call->out, body);
	(void)send_all(call->fd, call->out.data, call->out.len);
}

void begin_stream(struct call *call)
{
	send_head(call, 200, "text/event-stream", "Transfer-Encoding: chunked\r\n\r\n");
	(void)send_all(call->fd, call->out.data, call->out.len);
	gw_buf_reset(&call->out);
}

bool send_chunk(struct call *call, struct gw_str data)
{
	char size[32];
	int len = snprintf(size, sizeof(size), "%zx\r\n", data.len);

	return send_all(call->fd, size, (size_t)len) && send_all(call->fd, data.data, data.len) &&
	       send_all(call->fd, "\r\n", 2);
}

/* A chunk of what was gathered in `out`. */
bool send_gathered(struct call *call)
{
	bool ok = send_chunk(call, gw_buf_str(&call->out));

	gw_buf_reset(&call->out);
	return ok;
}

void end_stream(struct call *call)
{
	(void)send_all(call->fd, "0\r\n\r\n", 5);
}

/* An error in the form of the dialect, with its type, and OpenAI's code. */
void error_body(const struct call *call, const char *type, const char *code, struct gw_buf *out)
{
	if (call->request.anthropic)
		gw_buf_addf(out,
			    "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"as you "
			    "wish\"}}",
			    code[0] != '\0' ? code : type);
	else
		gw_buf_addf(
			out,
			"{\"error\":{\"message\":\"as you wish\",\"type\":\"%s\",\"code\":\"%s\"}}",
			type, code);
}

void send_error(struct call *call, int status, const char *more, const char *type, const char *code)
{
	struct gw_buf body;

	gw_buf_init(&body, 4096);
	error_body(call, type, code, &body);
	send_whole(call, status, "application/json", more, gw_buf_str(&body));
	gw_buf_release(&body);
}
