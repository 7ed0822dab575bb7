/* SPDX-License-Identifier: ISC */
/*
 * json_hint.h: how to mend a text that is not JSON, in words for whoever wrote it.
 */
#ifndef GW_JSON_HINT_H
#define GW_JSON_HINT_H

#include "base/json.h"

/*
 * What gw_json_parse() refused with `error`: a constant sentence that tells what to change. There always is one. A guess: it looks
 * at the place of the error and at how the text begins and ends.
 */
const char *gw_json_hint(struct gw_str text, const struct gw_json_error *error);

#endif
