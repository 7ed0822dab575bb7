/* SPDX-License-Identifier: ISC */
/*
 * bell.h: tells those who wait that there is something new, in whatever process on whatever host they are.
 *
 * A ring is a hint; what counts is in the tables. It goes out by NOTIFY, in a transaction of its own after the commit of what
 * is new. One that is lost (a connection was cut, a transaction pooler stands in between) costs a second: the bell looks by
 * itself, once a second, for all who wait at once.
 */
#ifndef GW_BELL_H
#define GW_BELL_H

#include "base/uuid.h"
#include "store/db.h"

/*
 * Rings. After the commit. Rings of several threads are one transaction; what cannot be rung is logged and forgotten.
 * A topic: "agent:<uuid>" (something to poll), "message:<uuid>" (its status changed), "user:<uuid>" …
 */
void gw_bell_ring(struct gw_db *db, const char *topic);
/*
 * For a message whose status changed, or that is new: rings "message:<id>", and its agent if it is pending. There need not
 * be such a message.
 */
void gw_bell_ring_message(struct gw_db *db, const struct gw_uuid *id);
/* The same for several, in one transaction. */
void gw_bell_ring_messages(struct gw_db *db, const struct gw_uuid *ids, size_t count);

/* Whom a bell tells, and asks who waits. Called from the bell's own thread. */
struct gw_bell_ears {
	void (*rang)(void *context, struct gw_str topic);
	void (*lost)(void *context); /* nobody knows what rang meanwhile */
	/* there are rings that are not heard: those for whom nobody looks have to look for themselves */
	void (*deaf)(void *context);
	/* about once a second while somebody waits: to look for what may have been missed, beside something to poll */
	void (*look)(void *context);
	/* it rang itself, and hears it after so many microseconds; less than 0: it does not */
	void (*tested)(void *context, int64_t microseconds);
	size_t (*agents)(void *context, struct gw_uuid *ids,
			 size_t max);     /* who waits for something to poll */
	size_t (*waiting)(void *context); /* how many wait, for whatever */
};

struct gw_bell;

/*
 * Starts listening, in a thread of its own: on a connection of its own to `listen_url`, which has to reach the server itself
 * and not a transaction pooler; and looks by way of `db`. Never fails: a database that is away is waited for. NULL: there can be
 * no thread; the log says so.
 */
struct gw_bell *gw_bell_open(struct gw_db *db, const char *listen_url, const char *program,
			     const struct gw_bell_ears *ears, void *context);
void gw_bell_close(struct gw_bell *bell); /* NULL allowed */

#endif
