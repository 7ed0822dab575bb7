/* SPDX-License-Identifier: ISC */
/*
 * operator_events.c: GET /operator/events: how it stands, for an operator's screen, as server-sent events (HTML, "Server-sent events").
 *
 * Nothing is written for it where messages pass: every few seconds the stream looks how many of what there are, in one statement that reads
 * a bounded number of rows, and says it when that has changed. What other operators do rings. Whether this one may still see it is asked
 * with every look. Between looks a stream costs its state and a descriptor.
 */
#include "gateway/endpoints.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "people/operator.h"
#include "store/rows_json.h"

#include <stdlib.h>
#include <string.h>

#define ALIVE_INTERVAL (15 * GW_USEC_PER_SEC)
#define LOOK_INTERVAL (5 * GW_USEC_PER_SEC)
#define CHANGED_INTERVAL                                                                           \
	(1 * GW_USEC_PER_SEC) /* a bell that is deaf wakes everybody once a second */
#define NOW_MAX 512
#define MARK_MAX 64

/* Columns of sql/statements/operator_now.sql. */
enum { ONLINE, PENDING, WORKING, QUEUED, RUNNING, OLDEST_MESSAGE, OLDEST_JOB, WORKERS, MARK };

struct stream {
	int64_t alive_at, look_at, changed_at; /* gw_monotonic() */
	bool rung;                             /* and nothing was said of it yet */
	char now[NOW_MAX];                     /* what was said last, but for ages */
	char mark[MARK_MAX];                   /* of the numbers that were counted last */
};

static void add_column(struct gw_buf *out, const struct gw_rows *rows, int column)
{
	gw_json_add_name(out, gw_rows_name(rows, column));
	gw_rows_add_value(out, rows, 0, column);
}

static bool is_other(char *known, size_t size, struct gw_str text)
{
	if (strlen(known) == text.len && memcmp(known, text.data, text.len) == 0)
		return false;
	(void)snprintf(known, size, "%.*s", (int)text.len, text.len > 0 ? text.data : "");
	return true;
}

/* Says how it stands, if that is another way than last time. */
static enum gw_err look(const struct gw_operator *actor, struct stream *stream, struct gw_buf *out)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf now;
	bool first = *stream->mark == '\0';
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, actor->scope.tenant);
	gw_params_uuid(&params, actor->scope.creator);
	err = gw_db_exec(actor->scope.db, GW_STATEMENT_OPERATOR_NOW, &params, &rows);
	if (err != GW_OK)
		return err;
	gw_buf_init(&now, NOW_MAX);
	gw_buf_add_char(&now, '{');
	for (int column = ONLINE; column <= RUNNING; column++)
		add_column(&now, rows, column);
	if (actor->rank == GW_RANK_PLATFORM_ADMIN)
		add_column(&now, rows, WORKERS);
	if (is_other(stream->now, sizeof(stream->now), gw_buf_str(&now))) {
		gw_buf_add_c(out, "event: now\ndata: ");
		gw_buf_add_str(out, gw_buf_str(&now));
		add_column(out, rows, OLDEST_MESSAGE);
		add_column(out, rows, OLDEST_JOB);
		gw_buf_add_c(out, "}\n\n");
	}
	if (is_other(stream->mark, sizeof(stream->mark),
		     gw_rows_is_null(rows, 0, MARK) ? GW_STR_LIT("-")
						    : gw_rows_text(rows, 0, MARK)) &&
	    !first)
		gw_buf_add_c(out, "event: counted\ndata: {}\n\n");
	gw_buf_release(&now);
	gw_rows_free(rows);
	return GW_OK;
}

/* Who asks, narrowed to the organisation that he asks for. */
static enum gw_err find_operator(struct gw_request *request, struct gw_response *response,
				 struct gw_operator *ret_operator)
{
	struct gw_invalid invalid;
	struct gw_uuid tenant;
	bool has_tenant = false;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	has_tenant = gw_people_query_uuid(request, "tenant", &invalid, &tenant);
	if (gw_invalid_any(&invalid))
		err = gw_invalid_respond(&invalid, response);
	gw_invalid_release(&invalid);
	if (err == GW_OK)
		err = gw_operator_caller(request, response, ret_operator);
	if (err == GW_OK && has_tenant)
		gw_operator_narrow(ret_operator, &tenant);
	return err;
}

/* A look for a stream that has begun: an error ends it only if it is the operator's. */
static enum gw_err look_again(struct gw_request *request, struct stream *stream, struct gw_buf *out,
			      bool *ret_over)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct gw_response refused;
	enum gw_err err = GW_OK;

	gw_response_init(&refused, GW_STREAM_MAX);
	err = find_operator(request, &refused, &actor);
	*ret_over = err == GW_UNAUTHORIZED || err == GW_FORBIDDEN || err == GW_NOT_FOUND;
	if (err == GW_OK)
		err = look(&actor, stream, out);
	gw_operator_release(&actor);
	gw_response_release(&refused);
	return err;
}

static enum gw_err begin(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct stream *stream = NULL;
	enum gw_err err = GW_OK;

	if (!request->may_wait)
		return gw_response_error_status(response, GW_INVALID, 501,
						"Events need a gateway that runs as FastCGI");
	err = find_operator(request, response, &actor);
	if (err != GW_OK)
		goto out;
	stream = gw_xcalloc(1, sizeof(*stream));
	stream->alive_at = gw_monotonic() + ALIVE_INTERVAL;
	stream->look_at = gw_monotonic() + LOOK_INTERVAL;
	request->state = stream;
	request->free_state = free;
	gw_response_stream(response, "text/event-stream; charset=utf-8");
	gw_response_header(response, "X-Accel-Buffering", "no");
	gw_buf_add_c(&response->body, "retry: 1000\n\nevent: hello\ndata: {}\n\n");
	/* an outage ends no stream */
	(void)!look(&actor, stream, &response->body);
out:
	gw_operator_release(&actor);
	return err;
}

enum gw_err gw_handle_operator_events(struct gw_request *request, struct gw_response *response)
{
	bool began = request->state == NULL;
	struct stream *stream = NULL;
	int64_t now = gw_monotonic();
	int64_t until = 0;
	bool over = false;

	if (began) {
		enum gw_err err = begin(request, response);

		if (err != GW_OK)
			return err;
	}
	stream = request->state;
	if (stream == NULL)
		return GW_INTERNAL; /* begin() has made one */
	request->authenticated = true;
	if (request->last_call)
		return GW_OK;
	if (now >= stream->look_at) {
		stream->look_at = now + LOOK_INTERVAL;
		/* an outage ends no stream */
		(void)!look_again(request, stream, &response->body, &over);
		if (over)
			return GW_OK;
	} else if (!began && now < stream->alive_at) {
		stream->rung = true; /* what else would have called */
	}
	if (stream->rung && now >= stream->changed_at) {
		stream->rung = false;
		stream->changed_at = now + CHANGED_INTERVAL;
		gw_buf_add_c(&response->body, "event: changed\ndata: {}\n\n");
	}
	if (now >= stream->alive_at) {
		stream->alive_at = now + ALIVE_INTERVAL;
		gw_buf_add_c(&response->body, "event: alive\ndata: {}\n\n");
	}
	until = stream->look_at < stream->alive_at ? stream->look_at : stream->alive_at;
	if (stream->rung && stream->changed_at < until)
		until = stream->changed_at;
	return gw_request_wait(request, GW_OPERATOR_TOPIC, until);
}
