/* SPDX-License-Identifier: ISC */
/*
 * width.h: how many columns of a terminal a text takes, and how to make it take fewer.
 *
 * What a person sees as one character (Unicode Standard Annex #29, Technical Standard #51) is one here: an emoji of several code points is
 * as wide as it is drawn, and is never cut in two. Widths are libunistring's (Unicode Standard Annex #11).
 */
#ifndef GW_WIDTH_H
#define GW_WIDTH_H

#include "base/buf.h"

/* Columns of UTF-8 text; bytes that are none count as one each. */
size_t gw_width(struct gw_str text);
/* The beginning of `text` that takes at most `columns`; whole characters. */
struct gw_str gw_width_cut(struct gw_str text, size_t columns);

#endif
