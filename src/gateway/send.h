/* SPDX-License-Identifier: ISC */
/*
 * send.h: POST /send-message to a person (send_person.c).
 */
#ifndef GW_SEND_H
#define GW_SEND_H

#include "gateway/gateway.h"
#include "store/message.h"

/*
 * Writes to the person that was found: chooses the channel and answers. `found->outcome` is GW_SEND_PERSON, or
 * GW_SEND_CUT_OFF when the first request with this idempotency key ended without an answer.
 */
enum gw_err gw_send_to_person(const struct gw_gateway *gateway, const struct gw_send *send,
			      const struct gw_send_result *found, struct gw_response *response);

#endif
