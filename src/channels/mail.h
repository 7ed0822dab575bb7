/* SPDX-License-Identifier: ISC */
/*
 * mail.h: Internet messages: RFC 5322 with MIME (RFC 2045, RFC 2047). No network, no database.
 *
 * Nothing from outside can end a header or begin another: text becomes encoded words or base64,
 * addresses are checked character by character.
 */
#ifndef GW_MAIL_H
#define GW_MAIL_H

#include "base/buf.h"
#include "base/uuid.h"

#include <stdbool.h>
#include <stdint.h>

#define GW_ADDRESS_MAX 254 /* RFC 5321, 4.5.3.1.3 without the angle brackets */

/*
 * local@domain as RFC 5321 writes it without quoting, ASCII only: sane enough to be put into a
 * header and an SMTP command as it is.
 */
bool gw_address_valid(struct gw_str address);
/*
 * Appends the address as SMTP takes it: the domain in its ASCII form (IDNA 2008). *ret_needs_utf8: there are characters beyond
 * ASCII before the @, so only a server that offers SMTPUTF8 (RFC 6531) may be given it. False: it is no address in that form
 * either.
 */
bool gw_address_prepare(struct gw_buf *out, struct gw_str address, bool *ret_needs_utf8);

struct gw_mail {
	struct gw_str from_name; /* may be empty, as may all names */
	struct gw_str from;      /* addresses are valid ones, reply_to may be empty */
	struct gw_str to_name;
	struct gw_str to;
	struct gw_str reply_to;
	struct gw_str subject;
	struct gw_str text;       /* line ends of any kind */
	struct gw_str message_id; /* without brackets */
	struct gw_str answered;   /* the Message-ID that this one answers; absent: none */
	struct gw_str earlier; /* those of the thread, oldest first, each on a line; absent: none */
	int64_t time;          /* microseconds since 1970 */
};

/* A maximum for the buffer that takes the message. */
size_t gw_mail_size(const struct gw_mail *mail);
/*
 * Appends the whole message; every line ends in CRLF and has at most 78 characters, but for long
 * addresses.
 */
void gw_mail_write(struct gw_buf *out, const struct gw_mail *mail);

#endif
