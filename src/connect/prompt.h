/* SPDX-License-Identifier: ISC */
/*
 * prompt.h: what a command reads about a message.
 */
#ifndef GW_CONNECT_PROMPT_H
#define GW_CONNECT_PROMPT_H

#include "base/buf.h"
#include "connect/held.h"

enum gw_input {
	GW_INPUT_PROMPT, /* a text for a language model */
	GW_INPUT_TEXT,   /* the content, nothing else */
	GW_INPUT_JSON,   /* the message as the gateway handed it out */
};

/*
 * Appends it. A prompt frames what came from outside: the content, and the history unless the program remembers it, stand
 * between lines that nobody can have foreseen, as the words of a sender and not as orders.
 */
void gw_prompt_write(struct gw_buf *out, const struct gw_held *held, enum gw_input input,
		     bool with_history);

/* The sender's name on one line, "" if there is none. */
void gw_prompt_sender(struct gw_buf *out, const struct gw_held *held);

#endif
