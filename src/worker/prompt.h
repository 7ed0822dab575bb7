/* SPDX-License-Identifier: ISC */
/*
 * prompt.h: what a language model is told before the conversation, and what a sender is told when no answer will come.
 */
#ifndef GW_PROMPT_H
#define GW_PROMPT_H

#include "store/question.h"

/* For a message from another agent. */
void gw_prompt_agent(const struct gw_question *question, struct gw_buf *out);
/* For a message from a person. */
void gw_prompt_person(const struct gw_question *question, struct gw_buf *out);
/* For a letter from a person. */
void gw_prompt_correspondent(const struct gw_question *question, struct gw_buf *out);
/* One sentence: no answer will come from `target` (may be empty), because of `reason`. */
void gw_prompt_notice(struct gw_str target, const char *reason, struct gw_buf *out);

#endif
