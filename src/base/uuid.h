/* SPDX-License-Identifier: ISC */
/*
 * uuid.h: UUIDs as 16 bytes in network order (RFC 9562), on top of libuuid.
 */
#ifndef GW_UUID_H
#define GW_UUID_H

#include "base/attrs.h"
#include "base/buf.h"

#include <stdbool.h>

struct gw_uuid {
	unsigned char bytes[16];
};

#define GW_UUID_TEXT_SIZE 37 /* 36 characters and a NUL */

/*
 * Accepts what deployed clients send: 8-4-4-4-12 or 32 hexadecimal digits in either case, bare, in
 * braces, or after "urn:uuid:". Nothing else, no surrounding blanks. False (and *ret_uuid
 * untouched) otherwise.
 */
GW_MUST_CHECK bool gw_uuid_parse(struct gw_str text, struct gw_uuid *ret_uuid);
/* Lower case with hyphens. Returns `text`. */
char *gw_uuid_format(const struct gw_uuid *uuid, char text[GW_UUID_TEXT_SIZE]);
bool gw_uuid_equal(const struct gw_uuid *a, const struct gw_uuid *b);

/* Version 4, from the system's random numbers. */
struct gw_uuid gw_uuid_random(void);
/* Version 5: the SHA-1 name-based UUID of `name` in `namespace` (RFC 9562, 5.5). */
struct gw_uuid gw_uuid_v5(const struct gw_uuid *name_space, struct gw_str name);

#endif
