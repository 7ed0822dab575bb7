/* SPDX-License-Identifier: ISC */
/*
 * class.h: who wrote a message that came by mail: a person, a program, or a mail server that could not deliver. Private to mime.c.
 */
#ifndef GW_LETTERS_CLASS_H
#define GW_LETTERS_CLASS_H

#include "letters/mime.h"

#include <gmime/gmime.h>

/* Sets class, why, diagnostic, proof and null_sender, and adds the ids of a letter that came back. */
void gw_incoming_classify(struct gw_incoming *incoming, GMimeMessage *message, struct gw_str sender,
			  const char *auth_host);
/* Adds an id; ignored when there are enough, or it is too long. */
void gw_incoming_add_id(struct gw_incoming *incoming, const char *id);

#endif
