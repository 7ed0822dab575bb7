/* SPDX-License-Identifier: ISC */
/*
 * guide.h: the texts of the setup guide. They are written as Markdown and shell in src/gateway/guide, and what differs between
 * languages as a list of name=text. A mark {{name}} in a text stands for
 *
 *     {{base}}    the gateway's URL, with GW_BASE_PATH
 *     {{auth}}    the argument of curl's -H that holds the key
 *     {{key}}     in setup.sh: the lines that write the file `key`
 *     {{code}}    in join.sh: the invitation's code
 *     {{skill}}   in setup.sh: SKILL.md
 *     {{watch}}   in setup.sh: watch.sh
 *     {{…}}       else: the text of that name in the guide's language
 */
#ifndef GW_GUIDE_H
#define GW_GUIDE_H

#include "base/buf.h"
#include "http/request.h"

#define GW_GUIDE_MAX ((size_t)256 * 1024)
/* Where things go in an OpenClaw workspace: a skill is skills/<name>/SKILL.md; other files in skills/ are not read. */
#define GW_GUIDE_FOLDER "skills/clawith_sync"

/* What ends a here-document: no text contains it as a line. */
#define GW_GUIDE_END "CLAWGW_END"

struct gw_guide {
	const char *skill; /* Markdown, with marks */
	const char *words; /* lines of name=text */
	struct gw_str base;
	struct gw_str auth; /* for the copy of the skill whose key is in the text */
	struct gw_str key;  /* shell */
	struct gw_str code;
};

/* A guide in the language that Accept-Language asks for: Chinese if it begins with zh, else English. */
struct gw_guide gw_guide_in_language(const struct gw_request *request, struct gw_str base);
/* Appends a text with its marks filled in. */
void gw_guide_fill(struct gw_buf *out, const char *text, const struct gw_guide *guide);
/* Appends the text of that name. */
void gw_guide_word(struct gw_buf *out, const char *name, const struct gw_guide *guide);
/* The skill as a file that holds no key: curl reads it from the file beside it. */
void gw_guide_skill(struct gw_buf *out, const struct gw_guide *guide);
void gw_guide_watch_script(struct gw_buf *out, const struct gw_guide *guide);
/* Everything as one script for sh; `guide->key` says how it gets the key. */
void gw_guide_setup_script(struct gw_buf *out, const struct gw_guide *guide);

/* The lines of {{key}} for a key that stands in the script, and for one that an invitation is exchanged for. */
void gw_guide_key_lines(struct gw_buf *out, struct gw_str key);
void gw_guide_join_lines(struct gw_buf *out, const struct gw_guide *guide);
/* The file that curl's -H @file reads: the whole line of the header. */
void gw_guide_key_file(struct gw_buf *out, struct gw_str key);

#define GW_GUIDE_SCRIPT_TYPE "text/x-shellscript; charset=utf-8"

extern const char gw_guide_join[];
extern const char gw_guide_setup[];
extern const char gw_guide_skill_en[];
extern const char gw_guide_skill_zh[];
extern const char gw_guide_watch[];
extern const char gw_guide_words_en[];
extern const char gw_guide_words_zh[];

#endif
