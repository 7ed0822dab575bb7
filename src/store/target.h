/* SPDX-License-Identifier: ISC */
/*
 * target.h: the names that an agent may have meant when it named nobody.
 */
#ifndef GW_TARGET_H
#define GW_TARGET_H

#include "store/db.h"

#define GW_TARGET_NAMES_MAX 240

/* Views that last until _release. Keys are names as they are compared (sql/schema, clawgw.name_key()). */
struct gw_target_names {
	struct gw_str wanted_key;
	int count;
	struct gw_str names[GW_TARGET_NAMES_MAX], keys[GW_TARGET_NAMES_MAX];
	struct gw_rows *rows;
};

/*
 * Names that `agent` may write to, some of them: all near `wanted` that an index finds, and others. `agents`: those of agents,
 * too, not only of people. On GW_OK *ret_names is to be released.
 */
GW_MUST_CHECK enum gw_err gw_target_suggest(struct gw_db *db, const struct gw_uuid *agent,
					    struct gw_str wanted, bool agents,
					    struct gw_target_names *ret_names);
void gw_target_names_release(struct gw_target_names *names);

#endif
