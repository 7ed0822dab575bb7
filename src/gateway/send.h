/* SPDX-License-Identifier: ISC */
/*
 * send.h: the answers to POST /send-message that agents and people share.
 */
#ifndef GW_SEND_H
#define GW_SEND_H

#include "gateway/gateway.h"
#include "store/message.h"

/* The answer to a message that was sent, or had been sent by the first request with this key. */
void gw_send_write_answer(struct gw_buf *out, enum gw_target_type type, struct gw_str name,
			  struct gw_str channel, const struct gw_uuid *message_id);

/* 429: too much waits already; `full`: for whom (clawgw.queue_full). When that ends is not known: the client is asked to be patient. */
enum gw_err gw_send_answer_full(struct gw_response *response, struct gw_str full);

/* The answer to a letter that a worker will deliver. */
void gw_send_write_queued(struct gw_buf *out, struct gw_str name, struct gw_str channel,
			  const struct gw_uuid *message_id);

/*
 * Writes to the person that was found: chooses the channel and answers. `found->outcome` is GW_SEND_PERSON, or
 * GW_SEND_CUT_OFF when the first request with this idempotency key ended without an answer.
 */
enum gw_err gw_send_to_person(const struct gw_gateway *gateway, const struct gw_send *send,
			      const struct gw_send_result *found, struct gw_response *response);

#endif
