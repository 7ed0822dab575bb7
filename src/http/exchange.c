/* SPDX-License-Identifier: ISC */
/*
 * exchange.c: see exchange.h.
 *
 * Knows one request: it is read, routed, has its body read with the limit of its endpoint, and is answered. It knows nothing of
 * threads, of other connections, nor of when to stop: those are threads.c, lobby.c and serve.c.
 */
#include "http/exchange.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/body.h"
#include "http/fcgi.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Freed memory past this is given back to the system at once. */
#define LARGE ((size_t)256 * 1024)
/* What nginx's log calls a client that left; counted, never sent. */
#define CLIENT_LEFT 499

/* How far it has come. A request is in one state at a time; set_state() moves it. */
enum state {
	OPENED,    /* read, not yet run */
	WAITING,   /* its handler waits for a topic or a time */
	FLUSHING,  /* a piece of a stream has not been taken yet */
	ANSWERED,  /* written */
	ABANDONED, /* its client left, or took nothing */
};

struct gw_exchange {
	const struct gw_serve_options *options;
	struct gw_fcgi *fcgi; /* NULL once the body is read to its end */
	struct gw_fcgi_peer peer;
	enum state state;
	bool large; /* its buffers were, so that their memory is to go back to the system */
	bool has_waited;
	bool has_head;   /* of a stream: the head has been sent */
	bool last_piece; /* of a stream: nothing comes after what is in `out` */
	int64_t working; /* microseconds spent running */
	char **env;      /* copied from libfcgi, whose memory is given back */
	struct gw_request request;
	struct gw_response response;
	struct gw_buf body;
	struct gw_buf out; /* of a stream: records that the web server has not taken yet */
	size_t out_at;
};

static void set_state(struct gw_exchange *exchange, enum state state)
{
	const struct gw_serve_options *options = exchange->options;

	gw_assert(exchange->state != ANSWERED && exchange->state != ABANDONED);
	exchange->state = state;
	if (!exchange->has_waited && (state == WAITING || state == FLUSHING)) {
		exchange->has_waited = true;
		if (options->waiting != NULL)
			options->waiting(options->context, &exchange->request, true);
	}
}

/* Variables that say nothing about the request once its path is known; many servers send them all. */
static bool is_dispensable(const char *variable)
{
	static const char *const prefixes[] = {"SERVER_",   "GATEWAY_",       "DOCUMENT_",
					       "CONTEXT_",  "SCRIPT_F",       "FCGI_",
					       "REDIRECT_", "HTTP_ACCEPT_ENC"};

	for (size_t i = 0; i < GW_ARRAY_LEN(prefixes); i++) {
		if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	}
	return false;
}

/* The environment in one block: pointers, then what they point to. */
static char **copy_env(char *const *env)
{
	size_t count = 1;
	size_t size = 0;
	char **copy = NULL;
	char *at = NULL;

	for (char *const *variable = env; *variable != NULL; variable++) {
		if (is_dispensable(*variable))
			continue;
		count++;
		size += strlen(*variable) + 1;
	}
	copy = gw_xmalloc(count * sizeof(*copy) + size);
	at = (char *)(copy + count);
	count = 0;
	for (char *const *variable = env; *variable != NULL; variable++) {
		size_t len = strlen(*variable) + 1;

		if (is_dispensable(*variable))
			continue;
		copy[count++] = memcpy(at, *variable, len);
		at += len;
	}
	copy[count] = NULL;
	return copy;
}

struct gw_exchange *gw_exchange_open(const struct gw_serve_options *options, int fd, bool is_tcp)
{
	struct gw_fcgi_peer peer;
	struct gw_fcgi *fcgi = gw_fcgi_open(fd, is_tcp, &peer);
	struct gw_exchange *exchange = NULL;

	if (fcgi == NULL)
		return NULL;
	exchange = gw_xcalloc(1, sizeof(*exchange));
	exchange->options = options;
	exchange->fcgi = fcgi;
	exchange->peer = peer;
	exchange->env = copy_env(gw_fcgi_env(fcgi));
	gw_request_init(&exchange->request, exchange->env, options->context);
	gw_request_strip(&exchange->request, options->prefix);
	exchange->request.peer = &exchange->peer;
	gw_response_init(&exchange->response, options->max_response_bytes);
	gw_buf_init(&exchange->body, 0);
	gw_buf_init(&exchange->out, GW_STREAM_MAX + GW_MAX_HEAD + gw_fcgi_overhead(GW_STREAM_MAX));
	return exchange;
}

/* Reads the body, and gives libfcgi's memory back unless there is more to read than anybody wants. */
static enum gw_body_state read_body(struct gw_exchange *exchange)
{
	struct gw_request *request = &exchange->request;
	size_t limit = request->endpoint->max_body;
	enum gw_body_state state = GW_BODY_COMPLETE;

	gw_buf_init(&exchange->body,
		    limit == GW_BODY_CONFIGURED ? exchange->options->max_body_bytes : limit);
	state = gw_body_read(request, gw_fcgi_read, exchange->fcgi, true, &exchange->body);
	if (state == GW_BODY_COMPLETE && limit != GW_BODY_IGNORED &&
	    gw_fcgi_broken(exchange->fcgi) && gw_request_env(request, "CONTENT_LENGTH").len == 0)
		state = GW_BODY_BROKEN;
	request->body = gw_buf_str(&exchange->body);
	/* the record that ends the body has to be read too, or a kept connection would go on with it */
	if (state == GW_BODY_COMPLETE && gw_fcgi_at_end(exchange->fcgi)) {
		gw_fcgi_free(exchange->fcgi);
		exchange->fcgi = NULL;
	}
	return state;
}

/* Answers as a whole. */
static void write_answer(struct gw_exchange *exchange)
{
	const struct gw_response *response = &exchange->response;
	struct gw_buf head;
	bool ok = false;

	gw_buf_init(&head, GW_MAX_HEAD);
	gw_response_head(response, &head);
	ok = !gw_fcgi_peer_gone(&exchange->peer) &&
	     gw_fcgi_write(&exchange->peer, gw_buf_str(&head),
			   response->no_body ? GW_STR_LIT("") : gw_buf_str(&response->body));
	gw_buf_release(&head);
	if (!ok) {
		/* nothing may follow half a record */
		exchange->peer.keep = false;
		gw_log_info("the web server left before the response was written");
	}
	set_state(exchange, ok ? ANSWERED : ABANDONED);
}

/* Frames what the handler has added to a stream. */
static void add_piece(struct gw_exchange *exchange)
{
	struct gw_response *response = &exchange->response;
	struct gw_buf head;

	if (!exchange->has_head) {
		gw_buf_init(&head, GW_MAX_HEAD);
		gw_response_head(response, &head);
		gw_fcgi_add_stdout(&exchange->out, &exchange->peer, gw_buf_str(&head));
		gw_buf_release(&head);
		exchange->has_head = true;
	} else if (!response->streaming) {
		/* an error: its text has no place in the middle of a stream, which ends */
		gw_buf_reset(&response->body);
	}
	gw_fcgi_add_stdout(&exchange->out, &exchange->peer, gw_buf_str(&response->body));
	gw_buf_release(&response->body);
	gw_buf_init(&response->body, GW_STREAM_MAX);
	if (exchange->last_piece)
		gw_fcgi_add_end(&exchange->out, &exchange->peer);
}

/* Sends what can be sent without waiting. */
static enum gw_exchange_next flush(struct gw_exchange *exchange)
{
	struct gw_buf *out = &exchange->out;

	while (exchange->out_at < out->len) {
		ssize_t sent = send(exchange->peer.fd, out->data + exchange->out_at,
				    out->len - exchange->out_at, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EAGAIN || errno == ENOBUFS)) {
			set_state(exchange, FLUSHING);
			return GW_EXCHANGE_FLUSH;
		}
		if (sent < 0) {
			exchange->peer.keep = false;
			set_state(exchange, ABANDONED);
			return GW_EXCHANGE_END;
		}
		exchange->out_at += (size_t)sent;
	}
	gw_buf_release(out);
	gw_buf_init(out, GW_STREAM_MAX + GW_MAX_HEAD + gw_fcgi_overhead(GW_STREAM_MAX));
	exchange->out_at = 0;
	set_state(exchange, exchange->last_piece ? ANSWERED : WAITING);
	return exchange->last_piece ? GW_EXCHANGE_END : GW_EXCHANGE_WAIT;
}

/* Chooses the handler and reads the body. False: it has been answered already. */
static bool prepare(struct gw_exchange *exchange)
{
	struct gw_request *request = &exchange->request;
	enum gw_body_state state = GW_BODY_COMPLETE;

	if (gw_route_choose(exchange->options->endpoints, request, &exchange->response) == NULL)
		return false;
	state = read_body(exchange);
	if (state != GW_BODY_COMPLETE)
		gw_body_refuse(state, request, &exchange->response);
	return state == GW_BODY_COMPLETE;
}

static bool call_last(struct gw_exchange *exchange)
{
	exchange->request.last_call = true;
	return gw_route_call(&exchange->request, &exchange->response);
}

static enum gw_exchange_next call(struct gw_exchange *exchange, bool may_wait, bool last_call)
{
	struct gw_request *request = &exchange->request;
	struct gw_response *response = &exchange->response;

	/* what has not been read would be taken for the next thing that the client says */
	request->may_wait = may_wait && exchange->fcgi == NULL;
	request->last_call = last_call || (exchange->state == WAITING && !request->may_wait);
	if (!gw_route_call(request, response)) {
		bool wait = request->may_wait && !request->last_call;

		if (wait && response->streaming) {
			add_piece(exchange);
			return flush(exchange);
		}
		/* a stream that may not wait ends with what there is */
		if (!response->streaming) {
			gw_response_reset(response);
			if (wait) {
				set_state(exchange, WAITING);
				return GW_EXCHANGE_WAIT;
			}
			if (request->last_call || !call_last(exchange))
				gw_route_refuse_wait(request, response);
		}
	}
	if (response->streaming || exchange->has_head) {
		exchange->last_piece = true;
		add_piece(exchange);
		return flush(exchange);
	}
	write_answer(exchange);
	return GW_EXCHANGE_END;
}

enum gw_exchange_next gw_exchange_run(struct gw_exchange *exchange, bool may_wait, bool last_call)
{
	int64_t begin = gw_monotonic();
	enum gw_exchange_next next = GW_EXCHANGE_END;

	gw_log_set_trace(exchange->request.trace_id);
	if (exchange->state == OPENED && !prepare(exchange)) {
		write_answer(exchange);
	} else if (gw_fcgi_peer_gone(&exchange->peer)) {
		exchange->peer.keep = false;
		set_state(exchange, ABANDONED);
	} else if (exchange->state == FLUSHING) {
		next = flush(exchange);
	} else {
		next = call(exchange, may_wait, last_call);
	}
	exchange->working += gw_monotonic() - begin;
	gw_log_set_trace(NULL);
	return next;
}

const struct gw_wait *gw_exchange_wait(const struct gw_exchange *exchange)
{
	return &exchange->request.wait;
}

bool gw_exchange_is_stream(const struct gw_exchange *exchange)
{
	return exchange->response.streaming;
}

bool gw_exchange_is_flushing(const struct gw_exchange *exchange)
{
	return exchange->state == FLUSHING;
}

bool gw_exchange_peer_gone(const struct gw_exchange *exchange)
{
	return gw_fcgi_peer_gone(&exchange->peer);
}

/*
 * Closing a socket that still has input is an error to the peer, which would then never read the response. nginx for its part
 * stops sending once it has an answer, and waits for the end of the stream: it is told first.
 */
static void drain(struct gw_exchange *exchange)
{
	int64_t until = gw_monotonic() + GW_MAX_DRAIN_TIME;
	char chunk[4096];
	size_t total = 0;
	size_t got;

	(void)shutdown(exchange->peer.fd, SHUT_WR);
	do {
		got = gw_fcgi_read(exchange->fcgi, chunk, sizeof(chunk));
		total += got;
	} while (got == sizeof(chunk) && total < GW_MAX_DRAIN && gw_monotonic() < until);
}

bool gw_exchange_free(struct gw_exchange *exchange)
{
	const struct gw_serve_options *options = exchange->options;
	struct gw_request *request = &exchange->request;
	bool written = exchange->state == ANSWERED;
	bool keep = written && exchange->peer.keep;
	bool large = exchange->response.body.cap > LARGE || exchange->body.cap > LARGE;
	int fd = exchange->peer.fd;

	gw_log_set_trace(request->trace_id);
	if (request->written != NULL)
		request->written(request, written && exchange->response.status < 400);
	if (exchange->has_waited && options->waiting != NULL)
		options->waiting(options->context, request, false);
	if (options->finished != NULL)
		options->finished(options->context, request,
				  written ? exchange->response.status : CLIENT_LEFT,
				  exchange->working);
	if (exchange->fcgi != NULL) {
		keep = false;
		if (written)
			drain(exchange);
	}
	gw_log_set_trace(NULL);
	gw_response_release(&exchange->response);
	gw_request_release(request);
	gw_buf_release(&exchange->body);
	gw_buf_release(&exchange->out);
	gw_fcgi_free(exchange->fcgi);
	free(exchange->env);
	free(exchange);
	if (large)
		(void)malloc_trim(0);
	if (!keep)
		close(fd);
	return keep;
}
