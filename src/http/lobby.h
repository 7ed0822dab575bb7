/* SPDX-License-Identifier: ISC */
/*
 * lobby.h: connections that have no thread: those that are silent so far, those that the web server keeps, and requests that
 * wait. They stay in an epoll set; whoever asks gets the next one that has something to do.
 * A guest is in one state at a time (guests.h).
 */
#ifndef GW_LOBBY_H
#define GW_LOBBY_H

#include "base/err.h"
#include "http/guests.h"

/* What there is to do, for a thread that asked. */
enum gw_lobby_task {
	GW_LOBBY_NOTHING, /* ask again, or leave */
	GW_LOBBY_ACCEPT,  /* the listening socket has a connection */
	GW_LOBBY_GUEST,   /* *ret_guest belongs to the caller */
};

/* Prepares for connections to the listening socket `listener`. GW_INTERNAL: the system refuses; the log says what. */
GW_MUST_CHECK enum gw_err gw_lobby_open(int listener, unsigned max_waiting);
void gw_lobby_close(void);

/* Waits until there is something to do. */
enum gw_lobby_task gw_lobby_next(struct gw_guest **ret_guest);
/* Makes one thread that waits in gw_lobby_next() come back; one that comes later, if none waits. */
void gw_lobby_nudge(void);

/* A guest for an accepted connection; the caller has it. */
struct gw_guest *gw_lobby_welcome(int fd);
/* Each takes the guest from its caller. */
void gw_lobby_put_fresh(struct gw_guest *guest);
void gw_lobby_put_kept(struct gw_guest *guest);
/* The connection has been closed already. */
void gw_lobby_forget(struct gw_guest *guest);
/*
 * Puts a request that wants to wait (GW_EXCHANGE_WAIT). False: the caller still has it and runs it again, because a topic rang
 * since guest->since, its time has come, or nobody may wait any more (guest->last_call).
 */
GW_MUST_CHECK bool gw_lobby_put_waiting(struct gw_guest *guest);
/* Puts a stream that waits for the web server (GW_EXCHANGE_FLUSH). */
void gw_lobby_put_flushing(struct gw_guest *guest);

/* A number that grows with every ring. */
uint64_t gw_lobby_now(void);
/* True if another request may wait. */
bool gw_lobby_has_room(void);
/* Drops a connection that nobody would miss, to have its descriptor. False: there is none. */
bool gw_lobby_make_room(void);

/*
 * From now on nobody may wait: every waiting request is to be answered, kept connections are closed unless they have a
 * request.
 */
void gw_lobby_stop(void);
bool gw_lobby_is_empty(void);

#endif
