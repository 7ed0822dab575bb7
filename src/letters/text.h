/* SPDX-License-Identifier: ISC */
/*
 * text.h: texts of mail on their way to somebody who wants to know what was said.
 */
#ifndef GW_LETTERS_TEXT_H
#define GW_LETTERS_TEXT_H

#include "base/buf.h"

/*
 * Appends `bytes` as UTF-8 with "\n" as line end, without other control characters but tabs. `charset` is what the message
 * says (NULL: nothing), which is believed as far as the bytes fit it.
 */
void gw_text_decode(struct gw_buf *out, struct gw_str bytes, const char *charset);
/* Appends text that is format=flowed (RFC 3676) with its paragraphs put together again. */
void gw_text_unflow(struct gw_buf *out, struct gw_str text, bool delsp);
/* Appends an HTML document as text. What it marks as quoted has "> " before each line. */
void gw_text_from_html(struct gw_buf *out, struct gw_str html);
/*
 * Appends what was said in an answer: without what it quotes and without a signature. Quotes between answers stay,
 * because answers mean little without them.
 */
void gw_text_reply(struct gw_buf *out, struct gw_str text);
/* The subject without "Re:", "AW:", "回复：" and their like. */
struct gw_str gw_text_bare_subject(struct gw_str subject);

#endif
