/* SPDX-License-Identifier: ISC */
/*
 * feishu_reply.h: what Feishu answered, and where it is to be asked. No network, no database.
 */
#ifndef GW_FEISHU_REPLY_H
#define GW_FEISHU_REPLY_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define GW_FEISHU_WORDS_MAX 200 /* bytes of Feishu's message that are passed on */
#define GW_FEISHU_TOKEN_MAX 4096
#define GW_FEISHU_ID_MAX 200 /* bytes of a message's or a chat's id */
#define GW_FEISHU_URL_MAX 512

struct gw_feishu_reply {
	bool ok;             /* HTTP 2xx and "code":0 */
	bool token_rejected; /* another access token may help */
	bool limited;        /* too many messages for now: the same one may be sent later */
	bool has_code;
	int64_t code;
	char words[GW_FEISHU_WORDS_MAX + 1]; /* fit to be passed on; "" if ok */
	char *token;  /* of a reply to a token request; NULL if there is none that can be used */
	int64_t life; /* of that token, in microseconds */
	char message_id[GW_FEISHU_ID_MAX +
			1]; /* what Feishu calls the message that it took; "" if it does not say */
};

/* An id as Feishu makes them: letters, digits, _ and -, which may stand in an address. */
bool gw_feishu_is_id(struct gw_str text);
/* Reads any reply, whatever it is. Release it. */
void gw_feishu_reply_read(long status, struct gw_str body, struct gw_feishu_reply *ret_reply);
void gw_feishu_reply_release(struct gw_feishu_reply *reply);

/*
 * Appends the base URL for an app: `domain` of its extra_config (JSON of any shape, may be absent)
 * with https:// in front unless it has a scheme; `fallback` when there is no domain, or none that
 * is an http(s) URL. No slash at the end.
 */
void gw_feishu_base_url(struct gw_buf *out, struct gw_str extra_config, const char *fallback);

#endif
