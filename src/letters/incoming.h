/* SPDX-License-Identifier: ISC */
/*
 * incoming.h: what a message that came by mail says.
 */
#ifndef GW_LETTERS_INCOMING_H
#define GW_LETTERS_INCOMING_H

#include <stdbool.h>
#include <stddef.h>

#define GW_INCOMING_IDS_MAX 50        /* of message ids that are looked at */
#define GW_INCOMING_RECIPIENTS_MAX 50 /* of addresses in headers */
#define GW_INCOMING_ATTACHMENTS_MAX 50
#define GW_INCOMING_TEXT_MAX ((size_t)4 * 1024 * 1024)

enum gw_incoming_class {
	GW_INCOMING_PERSONAL,
	GW_INCOMING_AUTOMATIC, /* nobody wrote it: vacation, list, receipt */
	GW_INCOMING_BOUNCE,    /* a letter did not arrive */
	GW_INCOMING_DELAY,     /* it has not arrived yet */
	GW_INCOMING_LOOP,      /* it has been through too many hands */
};

enum gw_incoming_proof {
	GW_PROOF_NONE, /* nobody who is trusted says anything */
	GW_PROOF_PASS, /* it comes from the domain of its sender (DMARC) */
	GW_PROOF_FAIL,
};

struct gw_incoming {
	enum gw_incoming_class class;
	const char *why;   /* of all but personal ones: a constant, for logs */
	char *from;        /* address, in lower case; NULL: none, or several */
	char *subject;     /* without "Re:" and its like; "" if none */
	char *message_id;  /* without brackets; NULL: none */
	char *text;        /* all of it, quotes and signature included */
	char *attachments; /* a line for each; "" if none */
	char *diagnostic;  /* of a bounce: why, in the mail server's words; "" if it does not say */
	enum gw_incoming_proof proof;
	size_t id_count, recipient_count;
	char *ids[GW_INCOMING_IDS_MAX];               /* letters that it answers, or is about */
	char *recipients[GW_INCOMING_RECIPIENTS_MAX]; /* the envelope's first, where headers tell */
	bool null_sender;
};

/* Adds the id of a letter that it is about; ignored when there are enough, or it is too long or no UTF-8. */
void gw_incoming_add_id(struct gw_incoming *incoming, const char *id);
void gw_incoming_release(struct gw_incoming *incoming);

#endif
