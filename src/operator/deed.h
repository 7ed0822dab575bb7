/* SPDX-License-Identifier: ISC */
/*
 * deed.h: what an operator does to messages, jobs and letters, to one or to all that match. clawgw-admin and the page do the same.
 */
#ifndef GW_DEED_H
#define GW_DEED_H

#include "operator/look.h"

struct gw_deed {
	const char *name; /* redeliver, expire, retry, cancel, purge */
	enum gw_subject subject;
	const char *from; /* the states that it is for: "delivered, expired or failed" */
	const char *done; /* the state afterwards; "gone": it is not there any more */
};

/* NULL: nothing of that name is done to those. */
const struct gw_deed *gw_deed_find(enum gw_subject subject, struct gw_str name);

#define GW_DEED_STATE_SIZE 20

/*
 * Does it to one, in the scope. GW_NOT_FOUND: there is no such thing there. GW_CONFLICT: it was not in one of the states; nothing was
 * done. `ret_was`: the state in which it was found; set unless the database fails.
 */
GW_MUST_CHECK enum gw_err gw_deed_do(const struct gw_scope *scope, const struct gw_deed *deed,
				     const struct gw_uuid *id, char ret_was[GW_DEED_STATE_SIZE]);
/*
 * All that match and are in one of the states: counted; or done, at most `most` of them. `look->limit` is not used, and there is no
 * bound to how many are looked at.
 */
GW_MUST_CHECK enum gw_err gw_deed_count(const struct gw_scope *scope, const struct gw_deed *deed,
					const struct gw_look *look, int64_t *ret_count);
GW_MUST_CHECK enum gw_err gw_deed_do_all(const struct gw_scope *scope, const struct gw_deed *deed,
					 const struct gw_look *look, int64_t most,
					 int64_t *ret_done);

#endif
