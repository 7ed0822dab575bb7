/* SPDX-License-Identifier: ISC */
/*
 * feishu_text.h: the content of Feishu's messages as text. Private to feishu_event.c.
 */
#ifndef GW_LETTERS_FEISHU_TEXT_H
#define GW_LETTERS_FEISHU_TEXT_H

#include "base/buf.h"

#include <json-c/json.h>
#include <stdbool.h>

#define GW_FEISHU_TEXT_MAX ((size_t)512 * 1024)

/* A member that is a string; absent if there is none, or `object` is NULL. */
struct gw_str gw_feishu_string(struct json_object *object, const char *name);
/*
 * Whether the app is among a message's mentions (an array or NULL): by its open id if `bot` is known, else the one that Feishu says is a
 * bot, else one that has no user id although the app sees user ids (`sees_users`), else any.
 */
bool gw_feishu_mentions_app(struct json_object *mentions, struct gw_str bot, bool sees_users);
/*
 * Appends what a message of this type says. `content` is JSON in a string. The app's own mention is left out, others become names. What
 * is no text (a picture, a file) becomes a sentence in brackets.
 */
void gw_feishu_text(struct gw_buf *out, struct gw_str type, struct gw_str content,
		    struct json_object *mentions, struct gw_str bot, bool sees_users);

#endif
