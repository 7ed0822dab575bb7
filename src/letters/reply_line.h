/* SPDX-License-Identifier: ISC */
/*
 * reply_line.h: what single lines of an answer by mail look like, in the languages and mail programs that are known. Private to reply.c, which
 * decides what a line is by its neighbours.
 */
#ifndef GW_LETTERS_REPLY_LINE_H
#define GW_LETTERS_REPLY_LINE_H

#include "base/buf.h"

#define GW_LINE_INTRODUCTION_MAX 400 /* bytes of a line that introduces a quote */

/* "On …, Paul wrote:": the whole of it. */
bool gw_line_is_introduction(struct gw_str text);
/* The first of several lines that are one together may begin so. */
bool gw_line_may_introduce(struct gw_str text);
/* With ">" before it, in ASCII or wide. */
bool gw_line_is_quoted(struct gw_str text);
/* "_____": the rule that Outlook puts above a quote. */
bool gw_line_is_rule(struct gw_str text);
/* "-----Original Message-----" and its like. */
bool gw_line_is_divider(struct gw_str text);
/* Of a header block as Outlook puts it above what it quotes: "From: …", and the other fields. */
bool gw_line_is_from_field(struct gw_str text);
bool gw_line_is_other_field(struct gw_str text);
/* What telephones and programs write under every letter. */
bool gw_line_is_mobile_signature(struct gw_str text);
/* "-- " (RFC 3676, 4.3), and what is taken for it. `raw`: with the blanks at its end. */
bool gw_line_is_signature_mark(struct gw_str raw);

#endif
