/*
 * exchange.c: reads one request, has it answered by gw_route() and writes the response.
 *
 * Knows FastCGI (through libfcgi) and plain CGI. It knows nothing of threads, of other connections, nor of when
 * to stop: that is serve.c.
 *
 * About libfcgi 2.4.2, as read in its source: FCGX_Accept_r() would accept connections by itself, but then a
 * kept connection holds its thread, a peer that connects and says nothing holds it for 2 s (is_af_unix_keeper),
 * half a record for good, and a signal between its test and accept(2) is lost. So serve.c accepts, with timeouts
 * on the socket, and the descriptor is put into the request as if an earlier request had left it there. That needs
 * three fields below the line "Don't use anything below here" of fcgiapp.h: ipcFd, keepConnection (without it
 * FCGX_Accept_r begins by closing ipcFd) and detached (close at once, instead of waiting up to 2 s for the peer to
 * close first). The listening socket is given as -1, so that libfcgi's own accept can only fail.
 *
 * Malformed records make FCGX_Accept_r close the connection and return an error. Two things end the process:
 * a parameter whose announced length cannot be allocated (an assertion), and a FCGI_GET_VALUES record that
 * repeats its names (the stack protector finds it). Only the web server may be able to connect.
 */
#include "http/exchange.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <fcgiapp.h>
#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define READ_CHUNK ((size_t)64 * 1024)
#define MAX_HEAD (16 * 1024)
/* What fits into libfcgi's stream buffer goes out in one write, with the records that end the request. */
#define SMALL_RESPONSE 7680
/* The longest content of a record (FastCGI 1.0, 3.3) that needs no padding to a multiple of 8. */
#define MAX_RECORD 65528
#define RECORD_HEADER 8
#define RECORD_STDOUT 6
/* Freed memory past this is given back to the system at once. */
#define LARGE ((size_t)256 * 1024)
/* What a client goes on sending after the response was decided is read and dropped, up to here. */
#define MAX_DRAIN ((size_t)64 * 1024 * 1024)
#define MAX_DRAIN_TIME (5 * GW_USEC_PER_SEC)

/* Reads up to `len` bytes; fewer only at the end. */
typedef size_t read_some(void *arg, char *data, size_t len);

enum body_state { BODY_COMPLETE, BODY_BROKEN, BODY_TOO_LARGE };

static size_t read_fcgi(void *arg, char *data, size_t len)
{
	int got = FCGX_GetStr(data, (int)len, arg);

	return got > 0 ? (size_t)got : 0;
}

static size_t read_stdin(void *arg, char *data, size_t len)
{
	size_t done = 0;

	(void)arg;
	while (done < len) {
		ssize_t got = read(STDIN_FILENO, data + done, len - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

/* Reads exactly `length` bytes into `body`; memory grows with what arrives, not with what was announced. */
static enum body_state read_announced(read_some *read_from, void *arg, size_t length,
				      struct gw_buf *body)
{
	while (body->len < length) {
		size_t want = length - body->len < READ_CHUNK ? length - body->len : READ_CHUNK;
		char *room = gw_buf_reserve(body, want);
		size_t got = room ? read_from(arg, room, want) : 0;

		if (got == 0)
			return BODY_BROKEN;
		gw_buf_added(body, got);
	}
	return BODY_COMPLETE;
}

static enum body_state read_to_end(read_some *read_from, void *arg, struct gw_buf *body)
{
	char chunk[4096];
	size_t got;

	do {
		got = read_from(arg, chunk, sizeof(chunk));
		gw_buf_add(body, chunk, got);
		if (gw_buf_overflowed(body))
			return BODY_TOO_LARGE;
	} while (got == sizeof(chunk));
	return BODY_COMPLETE;
}

/* True if *ret_length is what CONTENT_LENGTH announces. A number of more than 18 digits is as large as any. */
static bool parse_length(struct gw_str text, size_t *ret_length)
{
	int64_t length = INT64_MAX;
	size_t i;

	for (i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	if (text.len <= 18 && !gw_parse_int64(text, 0, INT64_MAX, &length))
		return false;
	*ret_length = (size_t)length;
	return true;
}

/* `open_ended`: a body without CONTENT_LENGTH ends where the stream ends; otherwise there is none. */
static enum body_state read_body(const struct gw_serve_options *options,
				 const struct gw_request *request, read_some *read_from, void *arg,
				 bool open_ended, struct gw_buf *body)
{
	struct gw_str announced = gw_request_env(request, "CONTENT_LENGTH");
	size_t length = 0;

	if (announced.len == 0)
		return open_ended ? read_to_end(read_from, arg, body) : BODY_COMPLETE;
	if (!parse_length(announced, &length))
		return BODY_BROKEN;
	if (length > options->max_body_bytes)
		return BODY_TOO_LARGE;
	return read_announced(read_from, arg, length, body);
}

static void answer(const struct gw_serve_options *options, struct gw_request *request,
		   enum body_state state, struct gw_response *response)
{
	switch (state) {
	case BODY_COMPLETE:
		gw_route(options->endpoints, request, response);
		return;
	case BODY_BROKEN:
		(void)gw_response_error_status(response, GW_INVALID, 400,
					       "There was an error parsing the body");
		break;
	case BODY_TOO_LARGE:
		(void)gw_response_default(response, GW_TOO_LARGE);
		break;
	}
	gw_response_complete(response, request->trace_id);
}

static void report(const struct gw_serve_options *options, const struct gw_request *request,
		   int status)
{
	if (options->finished)
		options->finished(options->context, request, status,
				  gw_monotonic() - request->started);
}

/* Writes all of it. False when the peer is gone or takes nothing for as long as the socket's timeout. */
static bool write_all(int fd, struct iovec *part, size_t parts)
{
	while (parts) {
		ssize_t sent = writev(fd, part, (int)parts);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		while (parts && (size_t)sent >= part->iov_len) {
			sent -= (ssize_t)part->iov_len;
			part++;
			parts--;
		}
		if (parts) {
			part->iov_base = (char *)part->iov_base + sent;
			part->iov_len -= (size_t)sent;
		}
	}
	return true;
}

/* `data` as STDOUT records, straight to the socket: libfcgi's stream would need a write for every 8 KiB. */
static bool write_records(int fd, int request_id, struct gw_buf *data)
{
	size_t at = 0;

	while (at < data->len) {
		size_t len = data->len - at < MAX_RECORD ? data->len - at : MAX_RECORD;
		size_t padding = (8 - len % 8) % 8;
		unsigned char header[RECORD_HEADER] = {1,
						       RECORD_STDOUT,
						       (unsigned char)(request_id >> 8),
						       (unsigned char)request_id,
						       (unsigned char)(len >> 8),
						       (unsigned char)len,
						       (unsigned char)padding,
						       0};
		unsigned char zeros[8] = {0};
		struct iovec parts[] = {{header, sizeof(header)},
					{data->data + at, len},
					{zeros, padding}};

		if (!write_all(fd, parts, padding ? 3 : 2))
			return false;
		at += len;
	}
	return true;
}

static void write_fastcgi(FCGX_Request *fcgi, const struct gw_response *response)
{
	struct gw_buf out;

	gw_buf_init(&out, MAX_HEAD + response->body.len);
	gw_response_head(response, &out);
	gw_buf_add_str(&out, gw_buf_str(&response->body));
	if (out.len <= SMALL_RESPONSE) {
		FCGX_PutStr(out.data, (int)out.len, fcgi->out);
	} else if (!write_records(fcgi->ipcFd, fcgi->requestId, &out)) {
		/* nothing may follow half a record */
		(void)shutdown(fcgi->ipcFd, SHUT_WR);
		fcgi->keepConnection = 0;
	}
	gw_buf_release(&out);
	/* the order in which libfcgi needs the fewest writes */
	if (FCGX_FClose(fcgi->err) != 0 || FCGX_FClose(fcgi->out) != 0) {
		fcgi->keepConnection = 0;
		gw_log_info("the web server left before the response was written");
	}
}

/*
 * Closing a socket that still has input is an error to the peer, which would then never read the response. nginx for its
 * part stops sending once it has an answer, and waits for the end of the stream: it is told first.
 */
static void drain(int fd, FCGX_Stream *in)
{
	int64_t until = gw_monotonic() + MAX_DRAIN_TIME;
	char chunk[4096];
	size_t total = 0;
	size_t got;

	(void)shutdown(fd, SHUT_WR);
	do {
		got = read_fcgi(in, chunk, sizeof(chunk));
		total += got;
	} while (got == sizeof(chunk) && total < MAX_DRAIN && gw_monotonic() < until);
}

bool gw_exchange_fastcgi(const struct gw_serve_options *options, int fd)
{
	FCGX_Request fcgi;
	struct gw_request request;
	struct gw_response response;
	struct gw_buf body;
	enum body_state state;
	bool at_end;
	bool large;

	FCGX_InitRequest(&fcgi, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	fcgi.ipcFd = fd;
	fcgi.keepConnection = 1;
	fcgi.detached = 1;
	if (FCGX_Accept_r(&fcgi) != 0)
		return false;

	gw_request_init(&request, fcgi.envp, options->context);
	gw_log_set_trace(request.trace_id);
	gw_response_init(&response, options->max_response_bytes);
	gw_buf_init(&body, options->max_body_bytes);
	state = read_body(options, &request, read_fcgi, fcgi.in, true, &body);
	/* the record that ends the body has to be read too, or a kept connection would go on with it */
	at_end = state == BODY_COMPLETE && FCGX_GetChar(fcgi.in) == EOF;
	if (state == BODY_COMPLETE && FCGX_GetError(fcgi.in) != 0 &&
	    gw_request_env(&request, "CONTENT_LENGTH").len == 0)
		state = BODY_BROKEN;
	request.body = gw_buf_str(&body);
	answer(options, &request, state, &response);
	write_fastcgi(&fcgi, &response);
	report(options, &request, response.status);
	if (!at_end) {
		fcgi.keepConnection = 0;
		drain(fcgi.ipcFd, fcgi.in);
	}

	large = response.body.cap > LARGE || body.cap > LARGE;
	gw_log_set_trace(NULL);
	gw_response_release(&response);
	gw_request_release(&request);
	gw_buf_release(&body);
	FCGX_Finish_r(&fcgi);
	if (large)
		malloc_trim(0);
	return fcgi.ipcFd >= 0;
}

static void drain_stdin(void)
{
	int64_t until = gw_monotonic() + MAX_DRAIN_TIME;
	char chunk[4096];
	size_t drained = 0;

	while (drained < MAX_DRAIN && gw_monotonic() < until) {
		ssize_t got = read(STDIN_FILENO, chunk, sizeof(chunk));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return;
		drained += (size_t)got;
	}
}

void gw_exchange_cgi(const struct gw_serve_options *options, char *const *env)
{
	struct gw_request request;
	struct gw_response response;
	struct gw_buf body;
	struct gw_buf head;
	enum body_state state;
	bool chunked;

	gw_request_init(&request, env, options->context);
	gw_log_set_trace(request.trace_id);
	gw_response_init(&response, options->max_response_bytes);
	gw_buf_init(&body, options->max_body_bytes);
	gw_buf_init(&head, MAX_HEAD);
	/* RFC 3875, 4.2: without CONTENT_LENGTH there is no body; servers that pass on a chunked one end it by EOF */
	chunked = gw_request_header(&request, "Transfer-Encoding").len != 0;
	state = read_body(options, &request, read_stdin, NULL, chunked, &body);
	/* Apache takes a program that leaves before it has read its input for broken, and answers 500 itself */
	if (state == BODY_TOO_LARGE)
		drain_stdin();
	request.body = gw_buf_str(&body);
	answer(options, &request, state, &response);
	gw_response_head(&response, &head);
	{
		struct iovec parts[] = {{head.data, head.len},
					{response.body.data, response.body.len}};

		if (!write_all(STDOUT_FILENO, parts, response.body.len ? 2 : 1))
			gw_log_info("the web server left before the response was written");
	}
	report(options, &request, response.status);
	gw_log_set_trace(NULL);
	gw_response_release(&response);
	gw_request_release(&request);
	gw_buf_release(&body);
	gw_buf_release(&head);
}
