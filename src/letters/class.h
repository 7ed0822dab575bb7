/* SPDX-License-Identifier: ISC */
/*
 * class.h: who wrote a message that came by mail: a person, a program, or a mail server that could not deliver. Private to mime.c.
 */
#ifndef GW_LETTERS_CLASS_H
#define GW_LETTERS_CLASS_H

#include "base/str.h"
#include "letters/incoming.h"

#include <gmime/gmime.h>

/* Sets class, why, diagnostic, proof and null_sender, and adds the ids of a letter that came back. */
void gw_incoming_classify(struct gw_incoming *incoming, GMimeMessage *message, struct gw_str sender,
			  const char *auth_host);

#endif
