/* SPDX-License-Identifier: ISC */
/*
 * jwt.c: JSON Web Tokens with HS256 (RFC 7515, RFC 7519).
 *
 * The algorithm is never chosen by the token: a header that names any other is refused, and so is
 * one with critical extensions (RFC 7515, 4.1.11), of which none is known here.
 */
#include "base/jwt.h"
#include "base/digest.h"

#include "base/json.h"

#include <json-c/json.h>
#include <math.h>
#include <string.h>

#define TOKEN_MAX 8192

/* Takes the text before the next dot off *rest; false if there is no dot. */
static bool next_part(struct gw_str *rest, struct gw_str *ret_part)
{
	const char *dot = rest->len > 0 ? memchr(rest->data, '.', rest->len) : NULL;
	size_t len = 0;

	if (!dot)
		return false;
	len = (size_t)(dot - rest->data);
	*ret_part = (struct gw_str){rest->data, len};
	*rest = (struct gw_str){dot + 1, rest->len - len - 1};
	return true;
}

/* The JSON object behind a part of a token, or NULL; the caller puts it. */
static struct json_object *part_object(struct gw_str part)
{
	struct json_tokener *tokener = NULL;
	struct json_object *object = NULL;
	struct gw_buf text;

	gw_buf_init(&text, TOKEN_MAX);
	if (!gw_base64url_decode(&text, part))
		goto out;
	tokener = json_tokener_new();
	if (!tokener)
		goto out;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = gw_json_tokenize(tokener, text.data, (int)text.len);
	if (object && (json_tokener_get_parse_end(tokener) != text.len ||
		       !json_object_is_type(object, json_type_object))) {
		json_object_put(object);
		object = NULL;
	}
out:
	if (tokener)
		json_tokener_free(tokener);
	gw_buf_release(&text);
	return object;
}

static struct gw_str member_string(const struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return GW_STR_NULL;
	return (struct gw_str){json_object_get_string(value),
			       (size_t)json_object_get_string_len(value)};
}

/* A NumericDate (RFC 7519, section 2), with or without a fraction. Not a finite number: false. */
static bool numeric_date(const struct json_object *value, double *ret_seconds)
{
	double seconds = 0;

	if (!json_object_is_type(value, json_type_int) &&
	    !json_object_is_type(value, json_type_double))
		return false;
	seconds = json_object_get_double(value);
	if (!isfinite(seconds))
		return false;
	*ret_seconds = seconds;
	return true;
}

/* True unless the claim is there and is no time, or one later than `latest`. */
static bool not_after(const struct json_object *claims, const char *name, double latest)
{
	struct json_object *value = NULL;
	double seconds = 0;

	if (!json_object_object_get_ex(claims, name, &value))
		return true;
	return numeric_date(value, &seconds) && seconds <= latest;
}

/* `exp` must be there and lie ahead; `nbf` and `iat` may be there and must not. */
static bool in_time(const struct json_object *claims, int64_t now, int64_t leeway)
{
	struct json_object *value = NULL;
	double latest = (double)now + (double)leeway;
	double seconds = 0;

	return json_object_object_get_ex(claims, "exp", &value) && numeric_date(value, &seconds) &&
	       (double)now - (double)leeway < seconds && not_after(claims, "nbf", latest) &&
	       not_after(claims, "iat", latest);
}

static bool signature_matches(struct gw_str input, struct gw_str secret, struct gw_str signature)
{
	unsigned char digest[GW_SHA256_SIZE];
	struct gw_buf given;
	bool same = false;

	gw_buf_init(&given, sizeof digest);
	gw_hmac_sha256(secret, input, digest);
	same = gw_base64url_decode(&given, signature) &&
	       gw_secret_equal(gw_buf_str(&given),
			       (struct gw_str){(const char *)digest, sizeof digest});
	gw_secret_wipe(digest, sizeof digest);
	gw_buf_release(&given);
	return same;
}

enum gw_err gw_jwt_verify(struct gw_str token, struct gw_str secret, int64_t now, int64_t leeway,
			  struct gw_uuid *ret_subject)
{
	struct json_object *header = NULL;
	struct json_object *claims = NULL;
	struct gw_str header_part = GW_STR_NULL;
	struct gw_str claims_part = GW_STR_NULL;
	struct gw_str signature = token;
	struct gw_uuid subject;
	enum gw_err err = GW_UNAUTHORIZED;

	if (secret.len == 0 || token.len > TOKEN_MAX)
		return GW_UNAUTHORIZED;
	/* a further dot is in the signature then, where no decoder takes it */
	if (!next_part(&signature, &header_part) || !next_part(&signature, &claims_part))
		return GW_UNAUTHORIZED;

	header = part_object(header_part);
	if (!header || !gw_str_equal_c(member_string(header, "alg"), "HS256") ||
	    json_object_object_get_ex(header, "crit", NULL))
		goto out;
	if (!signature_matches((struct gw_str){token.data, header_part.len + 1 + claims_part.len},
			       secret, signature))
		goto out;
	claims = part_object(claims_part);
	if (!claims || !in_time(claims, now, leeway) ||
	    !gw_uuid_parse(member_string(claims, "sub"), &subject))
		goto out;
	*ret_subject = subject;
	err = GW_OK;
out:
	json_object_put(claims);
	json_object_put(header);
	return err;
}

void gw_jwt_sign(struct gw_buf *out, struct gw_str secret, const struct gw_uuid *subject,
		 int64_t now, int64_t expires)
{
	static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
	unsigned char digest[GW_SHA256_SIZE];
	char sub[GW_UUID_TEXT_SIZE];
	struct gw_buf claims;
	struct gw_buf token;

	gw_buf_init(&claims, TOKEN_MAX);
	gw_buf_init(&token, TOKEN_MAX);
	gw_buf_addf(&claims, "{\"sub\":\"%s\",\"iat\":%lld,\"exp\":%lld}",
		    gw_uuid_format(subject, sub), (long long)now, (long long)expires);
	gw_base64url_encode(&token, header, sizeof header - 1);
	gw_buf_add_char(&token, '.');
	gw_base64url_encode(&token, claims.data, claims.len);
	gw_hmac_sha256(secret, gw_buf_str(&token), digest);
	gw_buf_add_char(&token, '.');
	gw_base64url_encode(&token, digest, sizeof digest);
	gw_buf_add_str(out, gw_buf_str(&token));

	gw_secret_wipe(digest, sizeof digest);
	gw_buf_release(&token);
	gw_buf_release(&claims);
}
