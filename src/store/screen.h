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

/*
 * What is behind `from`. The first row has the end of what can be read now in `place`, "reset" in `status` if events behind `from` are
 * not kept any more, and `held` if some wait for open transactions. *ret_rows is to be freed.
 */
GW_MUST_CHECK enum gw_err gw_screen_read(struct gw_db *db, const struct gw_user *person,
					 const struct gw_place *from, struct gw_rows **ret_rows);
void gw_screen_row(const struct gw_rows *rows, int row, struct gw_screen_event *ret_event);

/* Calls `wake` for the topics of screens that were told something within `back` microseconds. */
GW_MUST_CHECK enum gw_err gw_screen_recent(struct gw_db *db, int64_t back,
					   void (*wake)(struct gw_str topic));
/* Tells screens about agents that have not been seen for `online_after` microseconds. */
GW_MUST_CHECK enum gw_err gw_screen_sweep(struct gw_db *db, int64_t online_after);

#endif
