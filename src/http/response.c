/* SPDX-License-Identifier: ISC */
/*
 * response.c: fills responses, and is the one place that knows which HTTP status a cause of failure has.
 *
 * Writing a response to a web server is serve.c's part.
 */
#include "http/response.h"

#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_HEADERS 8192
#define MAX_TEXT 4096
/* room for any error text, escaped, even where the configured maximum is smaller */
#define MIN_ERROR_BODY ((size_t)6 * MAX_TEXT + 256)

void gw_response_init(struct gw_response *response, size_t max_body)
{
	response->status = 0;
	response->content_type = "application/json";
	response->streaming = false;
	response->no_body = false;
	gw_buf_init(&response->headers, MAX_HEADERS);
	gw_buf_init(&response->body, max_body);
}

void gw_response_stream(struct gw_response *response, const char *content_type)
{
	response->streaming = true;
	response->content_type = content_type;
	response->body.max = GW_STREAM_MAX;
	/* nginx passes each piece on at once; others ignore it */
	gw_response_header(response, "X-Accel-Buffering", "no");
}

void gw_response_reset(struct gw_response *response)
{
	size_t max = response->body.max;

	gw_response_release(response);
	gw_response_init(response, max);
}

void gw_response_release(struct gw_response *response)
{
	gw_buf_release(&response->headers);
	gw_buf_release(&response->body);
}

void gw_response_header(struct gw_response *response, const char *name, const char *value)
{
	if (strpbrk(value, "\r\n"))
		return;
	gw_buf_addf(&response->headers, "%s: %s\r\n", name, value);
}

void gw_response_complete(struct gw_response *response, const char *trace_id)
{
	gw_response_header(response, "X-Trace-Id", trace_id);
	gw_response_header(response, "Cache-Control", "no-store");
	gw_response_header(response, "X-Content-Type-Options", "nosniff");
}

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} table[] = {
		{200, "OK"},
		{201, "Created"},
		{202, "Accepted"},
		{204, "No Content"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{409, "Conflict"},
		{413, "Content Too Large"},
		{422, "Unprocessable Content"},
		{429, "Too Many Requests"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
	};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(table); i++) {
		if (table[i].status == status)
			return table[i].reason;
	}
	return "Status";
}

void gw_response_head(const struct gw_response *response, struct gw_buf *out)
{
	gw_buf_addf(out, "Status: %d %s\r\nContent-Type: %s\r\n", response->status,
		    reason(response->status), response->content_type);
	if (!response->streaming)
		gw_buf_addf(out, "Content-Length: %zu\r\n", response->body.len);
	gw_buf_add_str(out, gw_buf_str(&response->headers));
	gw_buf_add_c(out, "\r\n");
}

int gw_http_status(enum gw_err err)
{
	switch (err) {
	case GW_OK:
		return 200;
	case GW_INVALID:
		return 422;
	case GW_UNAUTHORIZED:
		return 401;
	case GW_FORBIDDEN:
		return 403;
	case GW_NOT_FOUND:
		return 404;
	case GW_CONFLICT:
		return 409;
	case GW_TOO_LARGE:
		return 413;
	case GW_BUSY:
	case GW_UNAVAILABLE:
		return 503;
	case GW_UPSTREAM:
		return 502;
	case GW_INTERNAL:
		break;
	}
	return 500;
}

/* Empties the response for an error of `status`. */
static void start_error(struct gw_response *response, int status)
{
	response->status = status;
	response->content_type = "application/json";
	response->streaming = false;
	if (response->body.max < MIN_ERROR_BODY)
		response->body.max = MIN_ERROR_BODY;
	gw_buf_reset(&response->body);
	if (status == 503 && !strstr(response->headers.data, "Retry-After: "))
		gw_response_header(response, "Retry-After", "2");
}

/* Appends the formatted text, cut at MAX_TEXT, as a JSON string. */
static void GW_PRINTF(2, 0) add_text(struct gw_buf *out, const char *fmt, va_list args)
{
	char text[MAX_TEXT + 1];
	int len = vsnprintf(text, sizeof(text), fmt, args);

	if (len < 0)
		len = 0;
	if ((size_t)len >= sizeof(text)) {
		/* not in the middle of a character */
		len = (int)sizeof(text) - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	gw_json_add_string(out, (struct gw_str){text, (size_t)len});
}

static void GW_PRINTF(3, 0)
	fill_error(struct gw_response *response, int status, const char *fmt, va_list args)
{
	start_error(response, status);
	gw_buf_add_c(&response->body, "{\"detail\":");
	add_text(&response->body, fmt, args);
	gw_buf_add_char(&response->body, '}');
}

enum gw_err gw_response_error(struct gw_response *response, enum gw_err err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill_error(response, gw_http_status(err), fmt, args);
	va_end(args);
	return err;
}

enum gw_err gw_response_error_status(struct gw_response *response, enum gw_err err, int status,
				     const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill_error(response, status, fmt, args);
	va_end(args);
	return err;
}

enum gw_err gw_response_error_code(struct gw_response *response, enum gw_err err, const char *code,
				   const char *fmt, ...)
{
	va_list args;

	start_error(response, gw_http_status(err));
	gw_buf_add_c(&response->body, "{\"detail\":{\"code\":");
	gw_json_add_string_c(&response->body, code);
	gw_buf_add_c(&response->body, ",\"message\":");
	va_start(args, fmt);
	add_text(&response->body, fmt, args);
	va_end(args);
	gw_buf_add_c(&response->body, "}}");
	return err;
}

void gw_response_hint(struct gw_response *response, const char *fmt, ...)
{
	struct gw_buf *body = &response->body;
	va_list args;

	if (gw_buf_overflowed(body) || body->len < 2 || body->data[body->len - 1] != '}')
		return;
	body->data[--body->len] = '\0'; /* the object goes on */
	gw_json_add_name(body, "hint");
	va_start(args, fmt);
	add_text(body, fmt, args);
	va_end(args);
	gw_buf_add_char(body, '}');
}

static const char *default_text(enum gw_err err)
{
	switch (err) {
	case GW_OK:
		return "OK";
	case GW_INVALID:
		return "Invalid request";
	case GW_UNAUTHORIZED:
		return "Unauthorized";
	case GW_FORBIDDEN:
		return "Forbidden";
	case GW_NOT_FOUND:
		return "Not Found";
	case GW_CONFLICT:
		return "Conflict";
	case GW_TOO_LARGE:
		return "Request body too large";
	case GW_BUSY:
	case GW_UNAVAILABLE:
		return "Service temporarily unavailable";
	case GW_UPSTREAM:
		return "Bad Gateway";
	case GW_INTERNAL:
		break;
	}
	return "Internal Server Error";
}

enum gw_err gw_response_default(struct gw_response *response, enum gw_err err)
{
	return gw_response_error(response, err, "%s", default_text(err));
}
