/* SPDX-License-Identifier: ISC */
/*
 * feishu_event.h: what Feishu sends to a webhook: proof, encryption, events (open.feishu.cn/document, "Subscribe to events"). No
 * network, no database.
 */
#ifndef GW_LETTERS_FEISHU_EVENT_H
#define GW_LETTERS_FEISHU_EVENT_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* How far the clocks of Feishu and ours may be apart. */
#define GW_FEISHU_SKEW INT64_C(300) /* seconds */

enum gw_feishu_event_kind {
	GW_FEISHU_CHALLENGE, /* the console tries the address: `challenge` is to be sent back */
	GW_FEISHU_MESSAGE,   /* somebody has written */
	GW_FEISHU_OTHER,     /* of no concern to us */
};

/* Texts are NULL where the event has none. */
struct gw_feishu_event {
	enum gw_feishu_event_kind kind;
	char *token, *challenge, *app_id;
	char *message_id, *chat_id;
	char *open_id, *user_id; /* of who has written */
	char *text; /* what he has written, UTF-8, names for mentions; "" if nothing that can be shown */
	bool in_group;
	bool addressed; /* of a group: the app is mentioned */
	bool by_person; /* not by an app */
};

/*
 * Whether `signature` (hexadecimal) is that of the body: sha256(timestamp + nonce + key + body), made within GW_FEISHU_SKEW of `now`
 * (seconds since 1970). Compares in constant time.
 */
bool gw_feishu_signature_good(struct gw_str timestamp, struct gw_str nonce, struct gw_str key,
			      struct gw_str body, struct gw_str signature, int64_t now);
/*
 * {"encrypt": "…"} becomes what was encrypted: base64 of 16 bytes IV and AES-256-CBC under sha256(key), PKCS #7. GW_NOT_FOUND: the body is
 * not encrypted. GW_INVALID: not with this key. `out` has room for the body.
 */
GW_MUST_CHECK enum gw_err gw_feishu_decrypt(struct gw_str body, struct gw_str key,
					    struct gw_buf *out);
/*
 * Reads an event of the schema 2.0 or 1.0. `bot`: the app's own open id, by which a group's mentions know it; absent: not known.
 * GW_INVALID: that is none. Release it.
 */
GW_MUST_CHECK enum gw_err gw_feishu_event_read(struct gw_str body, struct gw_str bot,
					       struct gw_feishu_event *ret_event);
void gw_feishu_event_release(struct gw_feishu_event *event);

#endif
