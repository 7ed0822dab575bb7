/* SPDX-License-Identifier: ISC */
/*
 * topic.h: what a request waits for, and what rings.
 *
 * A topic is a short text: a kind, a colon and what it is about, usually an id: "agent:<uuid>" (something for that agent),
 * "message:<uuid>" (its status changed), "user:<uuid>" (something for that person). Only a digest of it is kept: two topics
 * with one digest would make a request look once too often, which is harmless.
 */
#ifndef GW_TOPIC_H
#define GW_TOPIC_H

#include "base/buf.h"
#include "base/uuid.h"

#include <stdint.h>

struct gw_topic {
	uint64_t digest;
	char kind;         /* the first letter of the kind if a UUID follows the colon, else 0 */
	struct gw_uuid id; /* that UUID */
};

struct gw_topic gw_topic(struct gw_str text);

#endif
