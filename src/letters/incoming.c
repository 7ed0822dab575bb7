/* SPDX-License-Identifier: ISC */
/*
 * incoming.c: see incoming.h.
 */
#include "letters/incoming.h"

#include "base/alloc.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define ID_BYTES_MAX 900

void gw_incoming_add_id(struct gw_incoming *incoming, const char *id)
{
	if (incoming->id_count < GW_INCOMING_IDS_MAX && strlen(id) <= ID_BYTES_MAX &&
	    gw_utf8_valid(gw_str(id)))
		incoming->ids[incoming->id_count++] = gw_xstrdup(id);
}

void gw_incoming_release(struct gw_incoming *incoming)
{
	free(incoming->from);
	free(incoming->subject);
	free(incoming->message_id);
	free(incoming->text);
	free(incoming->attachments);
	free(incoming->diagnostic);
	for (size_t i = 0; i < incoming->id_count; i++)
		free(incoming->ids[i]);
	for (size_t i = 0; i < incoming->recipient_count; i++)
		free(incoming->recipients[i]);
	*incoming = (struct gw_incoming){.from = NULL};
}
