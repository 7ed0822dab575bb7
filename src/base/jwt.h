/* SPDX-License-Identifier: ISC */
/*
 * jwt.h: JSON Web Tokens signed with HS256 (RFC 7519, RFC 7515), the one kind that clawgw takes.
 */
#ifndef GW_JWT_H
#define GW_JWT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/uuid.h"

#include <stdint.h>

/*
 * Checks signature and claims of `token` at the time `now` (seconds since 1970), with clocks that
 * may differ by `leeway` seconds. On GW_OK *ret_subject is the claim `sub`. GW_UNAUTHORIZED for
 * everything else: another algorithm, a broken signature, no `exp` or one that has passed, an `nbf`
 * or `iat` still to come, a `sub` that is not a UUID, an empty secret.
 */
GW_MUST_CHECK enum gw_err gw_jwt_verify(struct gw_str token, struct gw_str secret, int64_t now,
					int64_t leeway, struct gw_uuid *ret_subject);

/* Appends a token for `subject`, issued at `now`, that ends at `expires` (seconds since 1970). */
void gw_jwt_sign(struct gw_buf *out, struct gw_str secret, const struct gw_uuid *subject,
		 int64_t now, int64_t expires);

#endif
