/* SPDX-License-Identifier: ISC */
/*
 * feishu_event.c: see feishu_event.h. Texts are put together in feishu_text.c.
 */
#include "letters/feishu_event.h"

#include "base/alloc.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "letters/feishu_text.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define IV_BYTES 16
#define ID_MAX 200 /* bytes of what Feishu calls something */

bool gw_feishu_signature_good(struct gw_str timestamp, struct gw_str nonce, struct gw_str key,
			      struct gw_str body, struct gw_str signature, int64_t now)
{
	char hex[GW_SHA256_HEX_SIZE];
	struct gw_buf text;
	int64_t made = 0;
	bool good = false;

	if (!gw_parse_int64(timestamp, 0, INT64_MAX / 2, &made) || made > now + GW_FEISHU_SKEW ||
	    made < now - GW_FEISHU_SKEW)
		return false;
	gw_buf_init(&text, timestamp.len + nonce.len + key.len + body.len + 1);
	gw_buf_add_str(&text, timestamp);
	gw_buf_add_str(&text, nonce);
	gw_buf_add_str(&text, key);
	gw_buf_add_str(&text, body);
	gw_sha256_hex(gw_buf_str(&text), hex);
	good = gw_secret_equal(gw_str(hex), signature);
	gw_secret_wipe(text.data, text.len);
	gw_buf_release(&text);
	return good;
}

static struct json_object *parse(struct gw_str text)
{
	struct json_object *value = NULL;
	struct gw_json_error error;

	if (gw_json_parse(text, &error, &value) != GW_OK)
		return NULL;
	if (!json_object_is_type(value, json_type_object)) {
		json_object_put(value);
		return NULL;
	}
	return value;
}

static struct json_object *object_member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (object == NULL || !json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_object))
		return NULL;
	return value;
}

static bool open_sealed(const unsigned char key[GW_SHA256_SIZE], const struct gw_buf *sealed,
			struct gw_buf *out)
{
	const unsigned char *data = (const unsigned char *)sealed->data;
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	unsigned char *plain = gw_xmalloc(sealed->len + IV_BYTES);
	int first = 0;
	int last = 0;
	bool good = false;

	if (cipher == NULL)
		gw_out_of_memory(0);
	good = sealed->len >= 2 * IV_BYTES && (sealed->len % IV_BYTES) == 0 &&
	       EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, key, data) == 1 &&
	       EVP_DecryptUpdate(cipher, plain, &first, data + IV_BYTES,
				 (int)(sealed->len - IV_BYTES)) == 1 &&
	       EVP_DecryptFinal_ex(cipher, plain + first, &last) == 1;
	if (good)
		gw_buf_add(out, plain, (size_t)(first + last));
	EVP_CIPHER_CTX_free(cipher);
	free(plain);
	return good;
}

enum gw_err gw_feishu_decrypt(struct gw_str body, struct gw_str key, struct gw_buf *out)
{
	struct json_object *object = parse(body);
	struct gw_str text = gw_feishu_string(object, "encrypt");
	unsigned char digest[GW_SHA256_SIZE];
	struct gw_buf sealed;
	enum gw_err err = GW_INVALID;

	if (object != NULL && text.data == NULL)
		err = GW_NOT_FOUND;
	gw_buf_init(&sealed, body.len + 4);
	gw_sha256(key, digest);
	if (text.data != NULL && gw_base64_decode(&sealed, text) &&
	    open_sealed(digest, &sealed, out))
		err = GW_OK;
	gw_buf_release(&sealed);
	json_object_put(object);
	return err;
}

/* A string that is no longer than Feishu's own names; NULL otherwise. */
static char *id_of(struct json_object *object, const char *name)
{
	struct gw_str text = gw_feishu_string(object, name);

	return text.len > 0 && text.len <= ID_MAX && gw_json_storable(text) ? gw_str_dup(text)
									    : NULL;
}

static void read_message(struct json_object *object, struct gw_str bot,
			 struct gw_feishu_event *event)
{
	struct json_object *message = object_member(object, "message");
	struct json_object *sender = object_member(object, "sender");
	struct json_object *ids = object_member(sender, "sender_id");
	struct json_object *mentions = NULL;
	struct gw_str said = GW_STR_NULL;
	struct gw_buf text;

	if (message == NULL)
		return;
	event->message_id = id_of(message, "message_id");
	event->chat_id = id_of(message, "chat_id");
	event->open_id = id_of(ids, "open_id");
	event->user_id = id_of(ids, "user_id");
	event->by_person = gw_str_equal_c(gw_feishu_string(sender, "sender_type"), "user");
	event->in_group = !gw_str_equal_c(gw_feishu_string(message, "chat_type"), "p2p");
	if (json_object_object_get_ex(message, "mentions", &mentions) &&
	    !json_object_is_type(mentions, json_type_array))
		mentions = NULL;
	event->addressed =
		!event->in_group || gw_feishu_mentions_app(mentions, bot, event->user_id != NULL);
	gw_buf_init(&text, GW_FEISHU_TEXT_MAX);
	gw_feishu_text(&text, gw_feishu_string(message, "message_type"),
		       gw_feishu_string(message, "content"), mentions, bot, event->user_id != NULL);
	said = gw_buf_str(&text);
	/* the last character may have been cut */
	if (gw_buf_overflowed(&text))
		said = gw_utf8_cut(said, said.len - 4);
	event->text = gw_str_dup(gw_str_trim(said));
	gw_buf_release(&text);
	if (event->message_id != NULL)
		event->kind = GW_FEISHU_MESSAGE;
}

enum gw_err gw_feishu_event_read(struct gw_str body, struct gw_str bot,
				 struct gw_feishu_event *ret_event)
{
	struct gw_feishu_event event = {.kind = GW_FEISHU_OTHER};
	struct json_object *object = parse(body);
	struct json_object *header = object_member(object, "header");

	if (object == NULL)
		return GW_INVALID;
	/* the challenge, and the schema 1.0, have it outside */
	event.token = id_of(header != NULL ? header : object, "token");
	event.app_id = id_of(header, "app_id");
	if (gw_str_equal_c(gw_feishu_string(object, "type"), "url_verification")) {
		event.challenge = id_of(object, "challenge");
		event.kind = event.challenge != NULL ? GW_FEISHU_CHALLENGE : GW_FEISHU_OTHER;
	} else if (gw_str_equal_c(gw_feishu_string(header, "event_type"),
				  "im.message.receive_v1")) {
		read_message(object_member(object, "event"), bot, &event);
	}
	json_object_put(object);
	*ret_event = event;
	return GW_OK;
}

void gw_feishu_event_release(struct gw_feishu_event *event)
{
	gw_secret_free(event->token);
	free(event->challenge);
	free(event->app_id);
	free(event->message_id);
	free(event->chat_id);
	free(event->open_id);
	free(event->user_id);
	free(event->text);
	*event = (struct gw_feishu_event){.kind = GW_FEISHU_OTHER};
}
