/* SPDX-License-Identifier: ISC */
/*
 * feishu_reply.c: see feishu_reply.h. Codes and fields are those of Feishu's server API ("generic
 * error codes", open.feishu.cn/document/server-docs/api-call-guide/generic-error-code).
 */
#include "channels/feishu_reply.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "channels/channel.h"
#include "base/json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <strings.h>

#define LIFE_UNKNOWN 60 /* seconds, for a token that comes without a life */
#define LIFE_MAX 86400

/* The access token is missing, malformed, invalid or has ended. */
static const int64_t token_codes[] = {
	99991661, 99991663, 99991664, 99991665, 99991668, 99991671, 99991677,
};

/*
 * Too many requests: of an app at an interface, of an app to one person or group (5 a second), and of an app to somebody in all.
 */
static const int64_t limit_codes[] = {99991400, 230020, 11232};

static bool limits(const struct gw_feishu_reply *reply, long status)
{
	for (size_t i = 0; reply->has_code && i < GW_ARRAY_LEN(limit_codes); i++) {
		if (reply->code == limit_codes[i])
			return true;
	}
	return status == 429;
}

static bool rejects_token(const struct gw_feishu_reply *reply, long status)
{
	for (size_t i = 0; reply->has_code && i < GW_ARRAY_LEN(token_codes); i++) {
		if (reply->code == token_codes[i])
			return true;
	}
	return status == 401;
}

/* Goes into a header, so nothing but visible ASCII. */
static bool is_token(struct gw_str text)
{
	if (text.len == 0 || text.len > GW_FEISHU_TOKEN_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] <= ' ' || text.data[i] > '~')
			return false;
	}
	return true;
}

static struct gw_str string_member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return GW_STR_NULL;
	return gw_json_string(value);
}

static bool int_member(struct json_object *object, const char *name, int64_t *ret_value)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_int))
		return false;
	*ret_value = json_object_get_int64(value);
	return true;
}

bool gw_feishu_is_id(struct gw_str text)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_-";

	if (text.len == 0 || text.len > GW_FEISHU_ID_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\0' || strchr(allowed, text.data[i]) == NULL)
			return false;
	}
	return true;
}

static void read_message_id(struct json_object *object, struct gw_feishu_reply *reply)
{
	struct json_object *data = NULL;
	struct gw_str id = GW_STR_NULL;

	if (json_object_object_get_ex(object, "data", &data) &&
	    json_object_is_type(data, json_type_object))
		id = string_member(data, "message_id");
	if (id.data != NULL && gw_feishu_is_id(id))
		memcpy(reply->message_id, id.data, id.len);
}

static void read_token(struct json_object *object, struct gw_feishu_reply *reply)
{
	struct gw_str token = string_member(object, "tenant_access_token");
	int64_t seconds = LIFE_UNKNOWN;

	if (!is_token(token))
		token = string_member(object, "app_access_token");
	if (!is_token(token))
		return;
	if (!int_member(object, "expire", &seconds) || seconds < 1)
		seconds = LIFE_UNKNOWN;
	if (seconds > LIFE_MAX)
		seconds = LIFE_MAX;
	reply->token = gw_str_dup(token);
	reply->life = seconds * GW_USEC_PER_SEC;
}

static void set_words(struct gw_feishu_reply *reply, long status, struct gw_str message)
{
	struct gw_buf words;

	gw_buf_init(&words, GW_FEISHU_WORDS_MAX);
	if (message.len > 0)
		gw_foreign_text(&words, message, GW_FEISHU_WORDS_MAX);
	if (words.len == 0 && reply->has_code)
		gw_buf_addf(&words, "refused with HTTP %ld", status);
	else if (words.len == 0)
		gw_buf_addf(&words, "HTTP %ld without a readable answer", status);
	memcpy(reply->words, words.data, words.len + 1);
	gw_buf_release(&words);
}

/* GW_OK with NULL for anything that is not an object; invalid UTF-8 is repaired first. */
static struct json_object *parse_object(struct gw_str body)
{
	struct json_object *value = NULL;
	struct gw_json_error error;
	struct gw_buf repaired;

	gw_buf_init(&repaired, 3 * body.len + 1);
	gw_utf8_repair(&repaired, body);
	if (gw_json_parse(gw_buf_str(&repaired), &error, &value) != GW_OK)
		value = NULL;
	gw_buf_release(&repaired);
	if (value != NULL && !json_object_is_type(value, json_type_object)) {
		json_object_put(value);
		value = NULL;
	}
	return value;
}

void gw_feishu_reply_read(long status, struct gw_str body, struct gw_feishu_reply *ret_reply)
{
	struct json_object *object = parse_object(body);
	struct gw_feishu_reply reply = {.code = 0};
	struct gw_str message = GW_STR_NULL;

	if (object != NULL) {
		reply.has_code = int_member(object, "code", &reply.code);
		message = string_member(object, "msg");
		read_token(object, &reply);
		read_message_id(object, &reply);
	}
	reply.ok = status >= 200 && status < 300 && reply.has_code && reply.code == 0;
	reply.token_rejected = !reply.ok && rejects_token(&reply, status);
	reply.limited = !reply.ok && limits(&reply, status);
	if (!reply.ok)
		set_words(&reply, status, message);
	json_object_put(object);
	*ret_reply = reply;
}

void gw_feishu_reply_release(struct gw_feishu_reply *reply)
{
	gw_secret_free(reply->token);
	reply->token = NULL;
}

/* host[:port][/path] of characters that need no escaping; so no user name, query or fragment. */
static bool is_address(struct gw_str text)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789.-_~:/[]%";

	if (text.len == 0 || text.len > GW_FEISHU_URL_MAX - 16 || strchr(":/.-%", text.data[0]) ||
	    text.data[text.len - 1] == ':')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\0' || strchr(allowed, text.data[i]) == NULL)
			return false;
		if (text.data[i] == '/' && i + 1 < text.len && text.data[i + 1] == '/')
			return false;
	}
	return true;
}

static bool add_domain(struct gw_buf *out, struct gw_str domain)
{
	const char *scheme = "https://";

	domain = gw_str_trim(domain);
	if (domain.len >= 8 && strncasecmp(domain.data, "https://", 8) == 0) {
		domain = (struct gw_str){domain.data + 8, domain.len - 8};
	} else if (domain.len >= 7 && strncasecmp(domain.data, "http://", 7) == 0) {
		domain = (struct gw_str){domain.data + 7, domain.len - 7};
		scheme = "http://";
	}
	while (domain.len > 0 && domain.data[domain.len - 1] == '/')
		domain.len--;
	if (!is_address(domain))
		return false;
	gw_buf_add_c(out, scheme);
	gw_buf_add_str(out, domain);
	return true;
}

void gw_feishu_base_url(struct gw_buf *out, struct gw_str extra_config, const char *fallback)
{
	struct json_object *object = parse_object(extra_config);
	struct gw_str domain = GW_STR_NULL;

	if (object != NULL)
		domain = string_member(object, "domain");
	if (!add_domain(out, domain))
		gw_buf_add_c(out, fallback);
	json_object_put(object);
}
