/* SPDX-License-Identifier: ISC */
/*
 * screen.c: see screen.h.
 */
#include "store/screen.h"

#include "base/alloc.h"

#include <stdlib.h>

#define RECENT_MAX 10000
#define SWEEP_MAX 1000

enum gw_err gw_screen_read(struct gw_db *db, const struct gw_screen_reader *reader,
			   const struct gw_place *from, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_screen_event place;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &reader->user);
	gw_params_uuid(&params, &reader->tenant);
	gw_params_bigint(&params, from->xid);
	gw_params_bigint(&params, from->id);
	gw_params_int(&params, from->xid > 0 ? GW_SCREEN_EVENTS : 0);
	gw_params_int(&params, GW_SCREEN_CHARACTERS);
	gw_params_bytes(&params, reader->has_session ? reader->session : NULL,
			sizeof(reader->session));
	gw_params_interval(&params, GW_SESSION_IDLE);
	err = gw_db_exec(db, GW_STATEMENT_EVENT_READ, &params, &rows);
	if (err != GW_OK)
		return err;
	gw_screen_row(rows, 0, &place);
	if (gw_str_equal_c(place.status, "signed_out")) {
		gw_rows_free(rows);
		return GW_UNAUTHORIZED;
	}
	*ret_rows = rows;
	return GW_OK;
}

void gw_screen_row(const struct gw_rows *rows, int row, struct gw_screen_event *ret_event)
{
	enum {
		KIND,
		XID,
		ID,
		AGENT,
		CONVERSATION,
		MESSAGE,
		ROW,
		STATUS,
		ERROR,
		CREATED,
		ROLE,
		SENDER,
		CONTENT,
		TRUNCATED,
		ROW_AT,
		HELD,
	};

	ret_event->kind = gw_rows_text(rows, row, KIND);
	ret_event->place.xid = gw_rows_int(rows, row, XID);
	ret_event->place.id = gw_rows_int(rows, row, ID);
	ret_event->has_agent = gw_rows_uuid(rows, row, AGENT, &ret_event->agent);
	ret_event->conversation = gw_rows_text(rows, row, CONVERSATION);
	ret_event->has_message = gw_rows_uuid(rows, row, MESSAGE, &ret_event->message);
	ret_event->has_row = gw_rows_uuid(rows, row, ROW, &ret_event->row);
	ret_event->status = gw_rows_text(rows, row, STATUS);
	ret_event->error = gw_rows_text(rows, row, ERROR);
	ret_event->created_at = gw_rows_time(rows, row, CREATED);
	ret_event->role = gw_rows_text(rows, row, ROLE);
	ret_event->sender = gw_rows_text(rows, row, SENDER);
	ret_event->content = gw_rows_text(rows, row, CONTENT);
	ret_event->truncated = gw_rows_bool(rows, row, TRUNCATED);
	ret_event->row_at = gw_rows_time(rows, row, ROW_AT);
	ret_event->held = gw_rows_bool(rows, row, HELD);
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

enum gw_err gw_screen_recent(struct gw_db *db, int64_t back, struct gw_screen_look *look,
			     void (*wake)(struct gw_str topic))
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	int64_t *events = NULL;
	size_t count = 0;
	enum gw_err err = GW_OK;

	gw_params_interval(&params, back);
	gw_params_int(&params, RECENT_MAX);
	err = gw_db_exec(db, GW_STATEMENT_EVENT_RECENT, &params, &rows);
	if (err != GW_OK)
		return err;
	events = gw_xcalloc((size_t)gw_rows_count(rows) + 1, sizeof(*events));
	for (int row = 0; row < gw_rows_count(rows); row++) {
		int64_t id = gw_rows_int(rows, row, 0);

		if (look->count == 0 ||
		    bsearch(&id, look->events, look->count, sizeof(id), compare) == NULL)
			wake(gw_rows_text(rows, row, 1));
		events[count++] = id;
	}
	qsort(events, count, sizeof(*events), compare);
	free(look->events);
	look->events = events;
	look->count = count;
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_screen_sweep(struct gw_db *db, int64_t online_after)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_interval(&params, online_after);
	gw_params_int(&params, SWEEP_MAX);
	return gw_db_run(db, GW_STATEMENT_PRESENCE_SWEEP, &params);
}
