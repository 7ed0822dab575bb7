/* SPDX-License-Identifier: ISC */
/*
 * join.h: an invitation (docs/protocol.md, "Invitations") exchanged for a key, and where key and address are kept.
 *
 * In the folder clawgw-connect of the user's configuration: NAME.key, the key as a header line, mode 0600, and NAME.url, the
 * gateway's address. Both are what --key-file and --url are when they are not given.
 */
#ifndef GW_CONNECT_JOIN_H
#define GW_CONNECT_JOIN_H

#include "connect/options.h"

/* Exchanges options->invitation and writes both files. An exit status of sysexits.h; says on standard output what it did. */
int gw_join(const struct gw_connect_options *options);

/* The path of NAME's file of this kind ("key", "url"); to be freed. */
char *gw_join_path(const char *name, const char *kind);
/*
 * The address that NAME's file holds, to be freed; NULL, if there is no such file. Else `error` has a sentence: GW_INVALID: it cannot be
 * read; GW_INTERNAL: not at the moment.
 */
GW_MUST_CHECK enum gw_err gw_join_url(const char *name, struct gw_buf *error, char **ret_url);

#endif
