/* SPDX-License-Identifier: ISC */
/*
 * address.h: the addresses that answers by mail come to: inbound_address with a token that names a thread.
 *
 * A token is 48 letters and digits of one case (RFC 4648, 6; mail servers may change the case): the thread's id, the day on
 * which it was made, and the first 12 bytes of an HMAC-SHA256 of both under letter_secret. So nobody makes one himself or moves one to
 * another thread, and it takes answers until letter_ttl has passed. A token of another purpose is that of a letter which
 * `clawgw-admin doctor --mail` writes to the gateway itself. No network, no database.
 */
#ifndef GW_ADDRESS_H
#define GW_ADDRESS_H

#include "base/config.h"
#include "base/uuid.h"

#define GW_TOKEN_ADDRESS_MAX 254

enum gw_address_verdict {
	GW_ADDRESS_GOOD,
	GW_ADDRESS_PLAIN,   /* there is no token in it */
	GW_ADDRESS_FORGED,  /* a token that this gateway has not made */
	GW_ADDRESS_EXPIRED, /* one that is too old; the thread is known all the same */
	GW_ADDRESS_PROBE,   /* of a letter to ourselves */
};

/* Appends the address for answers in a thread; nothing when no mail comes in. `now`: microseconds since 1970. */
void gw_address_write(struct gw_buf *out, const struct gw_config *config,
		      const struct gw_uuid *thread, int64_t now);
/* Appends the address of a letter to ourselves. */
void gw_address_write_probe(struct gw_buf *out, const struct gw_config *config,
			    const struct gw_uuid *id, int64_t now);
/*
 * Reads what is before the @ of an address at the domain of inbound_address. *ret_thread is set for GW_ADDRESS_GOOD and
 * GW_ADDRESS_EXPIRED; for GW_ADDRESS_PROBE it is the id of the letter.
 */
enum gw_address_verdict gw_address_read(const struct gw_config *config, struct gw_str local,
					int64_t now, struct gw_uuid *ret_thread);
/* Whether an address is at the domain of inbound_address; *ret_local is what is before the @. */
bool gw_address_is_inbound(const struct gw_config *config, struct gw_str address,
			   struct gw_str *ret_local);

#endif
