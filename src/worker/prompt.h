/*
 * prompt.h: the texts that a worker writes: what a model is told about its part, and what a sender is told when no answer
 * will come.
 */
#ifndef GW_PROMPT_H
#define GW_PROMPT_H

#include "store/job.h"

/* Appends the system prompt for a job. */
void gw_prompt_system(const struct gw_job *job, struct gw_buf *out);
/* Appends one sentence; `target` may be empty, `reason` is "its language model fell silent" or the like. */
void gw_prompt_notice(struct gw_str target, const char *reason, struct gw_buf *out);

#endif
