/* SPDX-License-Identifier: ISC */
/*
 * identity.h: the name under which this state folder polls, its session (docs/protocol.md, "Nothing is lost").
 *
 * The session lives as long as the folder, not as long as the process: what a process that was killed had been given and not
 * confirmed comes again at the next poll without being counted as another delivery, and what it had confirmed is in its
 * journal. Only a folder that was copied to another machine takes a new session, which replaces the old one: two machines
 * under one session would get each other's messages.
 */
#ifndef GW_CONNECT_IDENTITY_H
#define GW_CONNECT_IDENTITY_H

#include "base/err.h"
#include "base/uuid.h"

#define GW_MACHINE_SIZE 65

struct gw_identity {
	char session[GW_UUID_TEXT_SIZE];
	char replaces[GW_UUID_TEXT_SIZE]; /* the session to be replaced with the next poll, or "" */
	char machine[GW_MACHINE_SIZE];
};

/* This machine's name for itself (machine-id(5)), "" if it has none. */
void gw_machine_read(char ret_machine[GW_MACHINE_SIZE]);
/* Reads or makes the folder's session, as seen from this machine. GW_INTERNAL: it cannot be read or kept; logged. */
GW_MUST_CHECK enum gw_err gw_identity_open(int dir, const char *machine,
					   struct gw_identity *ret_identity);
/* A poll with `replaces` was answered. */
void gw_identity_replaced(int dir, struct gw_identity *identity);

#endif
