/* SPDX-License-Identifier: ISC */
/*
 * send.h: attempts to write to people: who may make one under an idempotency key, and what came of
 * it.
 *
 * An attempt begins and ends in one statement each; between the two an outside service is called,
 * with nothing held in the database. Whoever is killed in between leaves the idempotency key busy
 * until the attempt would have ended.
 */
#ifndef GW_STORE_SEND_H
#define GW_STORE_SEND_H

#include "base/digest.h"
#include "store/db.h"

struct gw_attempt {
	struct gw_uuid id;
	struct gw_uuid agent_id;
	struct gw_uuid member_id;
	struct gw_str name; /* the person's */
	struct gw_str channel;
	struct gw_str idempotency_key; /* absent: none */
	const unsigned char *digest;   /* of the request, GW_SHA256_SIZE bytes */
	int64_t longest;               /* microseconds after which the attempt must have ended */
	/* the letter, which has the attempt's id: */
	struct gw_str place;   /* at the channel; absent: none */
	struct gw_str subject; /* of a new thread */
	struct gw_str content;
	struct gw_str external; /* what the channel will call it; absent: not known */
};

/* GW_BUSY: another request has the idempotency key. GW_CONFLICT: agent or person are gone. *ret_thread: where the letter stands. */
GW_MUST_CHECK enum gw_err gw_send_begin(struct gw_db *db, const struct gw_attempt *attempt,
					struct gw_uuid *ret_thread);

/* The attempt that was cut off, and whom it was to reach. Views last until _release. */
struct gw_resumed {
	struct gw_uuid id;
	struct gw_uuid member_id;
	struct gw_str name, external_id, open_id, email;
	struct gw_rows *rows;
};

/*
 * Takes over the attempt that a crash cut off, if it began less than `repeatable` microseconds ago.
 * GW_BUSY: somebody else has taken it over. GW_NOT_FOUND: too long ago, or the person is gone.
 */
GW_MUST_CHECK enum gw_err gw_send_resume(struct gw_db *db, const struct gw_uuid *agent,
					 struct gw_str idempotency_key, int64_t repeatable,
					 int64_t longest, struct gw_resumed *ret_resumed);
void gw_resumed_release(struct gw_resumed *resumed);

enum gw_send_end {
	GW_SEND_END_SENT,
	GW_SEND_END_FAILED,  /* nothing was sent: the idempotency key is free again */
	GW_SEND_END_UNKNOWN, /* perhaps: the idempotency key stays taken */
};

/* `error` is absent for GW_SEND_END_SENT. `external`: what the channel calls it; absent: as was said before. */
GW_MUST_CHECK enum gw_err gw_send_finish(struct gw_db *db, const struct gw_uuid *id,
					 enum gw_send_end end, struct gw_str error,
					 struct gw_str external);

#endif
