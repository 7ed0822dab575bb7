/* SPDX-License-Identifier: ISC */
/*
 * topic.c: see topic.h.
 */
#include "http/topic.h"

#include <string.h>

/* FNV-1a, 64 bits (draft-eastlake-fnv): topics are our own, nobody chooses them to collide. */
static uint64_t digest(struct gw_str text)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(1099511628211);
	return hash;
}

struct gw_topic gw_topic(struct gw_str text)
{
	struct gw_topic topic = {.digest = digest(text)};
	const char *colon = text.len > 0 ? memchr(text.data, ':', text.len) : NULL;

	if (colon != NULL && colon > text.data) {
		struct gw_str rest = {colon + 1, text.len - (size_t)(colon + 1 - text.data)};

		if (gw_uuid_parse(rest, &topic.id))
			topic.kind = text.data[0];
	}
	return topic;
}
