/* SPDX-License-Identifier: ISC */
/*
 * nearness.h: how near a name that somebody wrote is to one that exists. No database.
 */
#ifndef GW_NEARNESS_H
#define GW_NEARNESS_H

#include "base/buf.h"

#define GW_NEARNESS_NONE 100 /* not worth mentioning */

/*
 * `text` without what people and models put around a name: blanks, quotes, brackets, @, #, *, punctuation of any script. May be
 * empty.
 */
struct gw_str gw_name_bare(struct gw_str text);

/*
 * From 0 (the same) to GW_NEARNESS_NONE for two keys (clawgw.name_key()), well-formed UTF-8: one is part of the other, a few
 * letters differ or are swapped (one in four, Damerau), or they share a word.
 */
unsigned gw_nearness(struct gw_str wanted, struct gw_str key);

#endif
