/* SPDX-License-Identifier: ISC */
/*
 * mime.h: what a message says that came by mail (RFC 5322, MIME), read by GMime. No network, no database.
 *
 * Everything is UTF-8 without control characters but line ends and tabs, whatever came. What is not a person's letter is told apart:
 * bounces (RFC 3464, or in free words) and what programs send (RFC 3834).
 */
#ifndef GW_LETTERS_MIME_H
#define GW_LETTERS_MIME_H

#include "base/buf.h"
#include "base/err.h"
#include "letters/incoming.h"

/*
 * Reads a message. `sender`: of the envelope; absent: Return-Path says it. `auth_host`: whose Authentication-Results are believed; "": nobody's.
 * GW_INVALID: this is no message. Release it.
 */
GW_MUST_CHECK enum gw_err gw_incoming_read(struct gw_str message, struct gw_str sender,
					   const char *auth_host, struct gw_incoming *ret_incoming);

#endif
