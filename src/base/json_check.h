/* SPDX-License-Identifier: ISC */
/*
 * json_check.h: the strict reader in front of json-c; part of json.c, of no use elsewhere.
 */
#ifndef GW_JSON_CHECK_H
#define GW_JSON_CHECK_H

#include "base/json.h"

/*
 * Checks that `text` is one JSON text within the limits of json.h, in one pass and without
 * recursion. `copy` has room for text.len bytes and holds the same text already; escapes that
 * json-c would mistreat are replaced in it, without changing its length. Errors as gw_json_parse().
 */
GW_MUST_CHECK enum gw_err gw_json_check(struct gw_str text, char *copy,
					struct gw_json_error *ret_error);

#endif
