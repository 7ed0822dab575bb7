/* SPDX-License-Identifier: ISC */
/*
 * preset.h: how the known CLI agents are called without a person in front of them, and how their output is read.
 *
 * Each gets the prompt on standard input (aider: as a file) and goes on with a session of its own per conversation. As
 * measured with Claude Code 2.1, Codex CLI 0.169, Gemini CLI 0.61, opencode 1.18 and aider 0.86.
 */
#ifndef GW_PRESET_H
#define GW_PRESET_H

#include "base/buf.h"
#include "base/uuid.h"

#include <stdbool.h>

/* A list of arguments, ended by NULL. */
struct gw_arguments {
	char **items;
	size_t count;
};
void gw_arguments_add(struct gw_arguments *arguments, const char *item); /* copies it */
void gw_arguments_release(struct gw_arguments *arguments);

/* What one call is made of. */
struct gw_preset_call {
	const char *program;
	char *const *extra;            /* the owner's own arguments, ended by NULL */
	const char *session;           /* to go on with; NULL: a new one */
	char fresh[GW_UUID_TEXT_SIZE]; /* the id that a new one may get */
	const char *prompt;            /* path of the file that holds it */
	const char
		*history; /* path of a file for the conversation, for programs without sessions */
};

/* What its output says. */
struct gw_preset_outcome {
	struct gw_buf text;    /* the answer, or, if it failed, what the program says about that */
	struct gw_buf session; /* the id of the session, if the output names one */
	bool failed;
};

struct gw_preset {
	const char *name;
	const char *program;
	void (*arguments)(struct gw_arguments *arguments, const struct gw_preset_call *call);
	void (*read)(struct gw_str out, struct gw_preset_outcome *outcome);
	/* Of programs that tell what they do in lines of JSON: what this line says, in `out`; false: nothing. Else NULL. */
	bool (*say)(struct gw_str line, struct gw_buf *out);
	bool has_sessions;
	bool takes_fresh; /* a new session gets the id `fresh`; else the output names it */
};

const struct gw_preset *gw_preset_find(const char *name); /* NULL: there is none */
/* "claude, codex, …" */
void gw_preset_names(struct gw_buf *out);
/* Whether a program that was to go on with a session failed because it does not know it. */
bool gw_preset_unknown_session(struct gw_str out, struct gw_str err);

#endif
