/* SPDX-License-Identifier: ISC */
/*
 * screen.h: clawgw.events, as the reader of a screen's stream sees it.
 *
 * A place is a transaction and an event's number in it. A reader never passes a transaction that is still open, so what is
 * committed later never lies behind it.
 */
#ifndef GW_SCREEN_H
#define GW_SCREEN_H

#include "store/session.h"

#define GW_SCREEN_EVENTS 64        /* read at once */
#define GW_SCREEN_CHARACTERS 16384 /* of a row's text */

struct gw_place {
	int64_t xid, id; /* xid 0: now */
};

struct gw_screen_event {
	struct gw_str kind; /* the first row: "place" */
	struct gw_place place;
	bool has_agent, has_message, has_row;
	struct gw_uuid agent, message, row;
	struct gw_str conversation, status, error, role, sender, content;
	bool truncated, held;
	int64_t created_at, row_at;
};

/* Who reads. With a session: as long as that is open. */
struct gw_screen_reader {
	struct gw_uuid user, tenant;
	bool has_session;
	unsigned char session[GW_SHA256_SIZE]; /* the digest of its cookie */
};

/*
 * What is behind `from`. The first row has the end of what can be read now in `place`, "reset" in `status` if events behind `from` are
 * not kept any more, and `held` if some wait for open transactions. *ret_rows is to be freed. GW_UNAUTHORIZED: who reads is not
 * signed in any more.
 */
GW_MUST_CHECK enum gw_err gw_screen_read(struct gw_db *db, const struct gw_screen_reader *reader,
					 const struct gw_place *from, struct gw_rows **ret_rows);
void gw_screen_row(const struct gw_rows *rows, int row, struct gw_screen_event *ret_event);

/* What was found by the last look for events; zeroed at first, free `events` at the end. */
struct gw_screen_look {
	int64_t *events; /* their numbers, sorted */
	size_t count;
};

/*
 * Calls `wake` for the topics of screens that were told something within `back` microseconds, unless the last look had found
 * it already.
 */
GW_MUST_CHECK enum gw_err gw_screen_recent(struct gw_db *db, int64_t back,
					   struct gw_screen_look *look,
					   void (*wake)(struct gw_str topic));
/* Tells screens about agents that have not been seen for `online_after` microseconds. */
GW_MUST_CHECK enum gw_err gw_screen_sweep(struct gw_db *db, int64_t online_after);

#endif
