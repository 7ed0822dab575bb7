/* SPDX-License-Identifier: ISC */
/*
 * uuid.c: UUIDs, on top of libuuid.
 */
#include "base/uuid.h"

#include <string.h>
#include <uuid/uuid.h>

#define HYPHENATED 36
#define BARE_DIGITS 32

/* Takes the braces or the URN prefix (RFC 9562, section 4) away. */
static struct gw_str unwrap(struct gw_str text)
{
	static const char urn[] = "urn:uuid:";
	size_t prefix = sizeof urn - 1;

	if (text.len >= 2 && text.data[0] == '{' && text.data[text.len - 1] == '}')
		return (struct gw_str){text.data + 1, text.len - 2};
	if (text.len >= prefix && memcmp(text.data, urn, prefix) == 0)
		return (struct gw_str){text.data + prefix, text.len - prefix};
	return text;
}

bool gw_uuid_parse(struct gw_str text, struct gw_uuid *ret_uuid)
{
	char canonical[GW_UUID_TEXT_SIZE];
	uuid_t parsed;

	text = unwrap(text);
	if (text.len == HYPHENATED) {
		memcpy(canonical, text.data, HYPHENATED);
	} else if (text.len == BARE_DIGITS) {
		size_t at = 0;

		for (size_t i = 0; i < BARE_DIGITS; i++) {
			if (i == 8 || i == 12 || i == 16 || i == 20)
				canonical[at++] = '-';
			canonical[at++] = text.data[i];
		}
	} else {
		return false;
	}
	canonical[HYPHENATED] = '\0';
	if (uuid_parse(canonical, parsed) != 0)
		return false;
	memcpy(ret_uuid->bytes, parsed, sizeof ret_uuid->bytes);
	return true;
}

char *gw_uuid_format(const struct gw_uuid *uuid, char text[GW_UUID_TEXT_SIZE])
{
	uuid_unparse_lower(uuid->bytes, text);
	return text;
}

bool gw_uuid_equal(const struct gw_uuid *a, const struct gw_uuid *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

struct gw_uuid gw_uuid_random(void)
{
	struct gw_uuid uuid;

	uuid_generate_random(uuid.bytes);
	return uuid;
}

struct gw_uuid gw_uuid_v5(const struct gw_uuid *name_space, struct gw_str name)
{
	struct gw_uuid uuid;

	uuid_generate_sha1(uuid.bytes, name_space->bytes, name.data ? name.data : "", name.len);
	return uuid;
}
