/* SPDX-License-Identifier: ISC */
/*
 * send_answer.h: the answers to POST /send-message that agents and people share.
 */
#ifndef GW_SEND_ANSWER_H
#define GW_SEND_ANSWER_H

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

#endif
