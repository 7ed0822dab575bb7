/* SPDX-License-Identifier: ISC */
/*
 * sessions.h: which session of the program goes on with which conversation. Kept on the disk; the least used are forgotten.
 */
#ifndef GW_SESSIONS_H
#define GW_SESSIONS_H

#include "base/buf.h"
#include "base/err.h"

struct gw_sessions;

/* Those of one program (a preset's name); another program's are not its own. GW_INTERNAL: logged. */
GW_MUST_CHECK enum gw_err gw_sessions_open(int dir, const char *program,
					   struct gw_sessions **ret_sessions);
void gw_sessions_close(struct gw_sessions *sessions); /* NULL is allowed */
/* The session of a conversation; NULL: none is known. Lasts until the next change. */
const char *gw_sessions_find(struct gw_sessions *sessions, struct gw_str conversation);
/* An empty session forgets what was known. */
void gw_sessions_set(struct gw_sessions *sessions, struct gw_str conversation,
		     struct gw_str session);

#endif
