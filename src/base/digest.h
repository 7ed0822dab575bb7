/* SPDX-License-Identifier: ISC */
/*
 * digest.h: digests, encodings, random bytes and secrets, on top of OpenSSL's libcrypto.
 */
#ifndef GW_DIGEST_H
#define GW_DIGEST_H

#include "base/attrs.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

#define GW_SHA256_SIZE 32
#define GW_SHA256_HEX_SIZE 65 /* 64 characters and a NUL */

void gw_sha256(struct gw_str data, unsigned char digest[GW_SHA256_SIZE]);
/* Lower-case hexadecimal. Returns `hex`. */
char *gw_sha256_hex(struct gw_str data, char hex[GW_SHA256_HEX_SIZE]);
void gw_hmac_sha256(struct gw_str key, struct gw_str data, unsigned char digest[GW_SHA256_SIZE]);

/* Compares in time that depends on the lengths only. */
bool gw_secret_equal(struct gw_str a, struct gw_str b);
/* Overwrites memory that held a secret; NULL is allowed. */
void gw_secret_wipe(void *data, size_t len);
/* Overwrites and frees a NUL-terminated secret; NULL is allowed. */
void gw_secret_free(char *secret);

void gw_random_bytes(void *data, size_t len);

/* RFC 4648: base64 with padding (section 4), base64url without (section 5). */
void gw_base64_encode(struct gw_buf *out, const void *data, size_t len);
void gw_base64url_encode(struct gw_buf *out, const void *data, size_t len);
/*
 * Decode strictly: GW_INVALID-like false on any character, padding or length that is wrong; `out`
 * then has no meaning.
 */
GW_MUST_CHECK bool gw_base64_decode(struct gw_buf *out, struct gw_str text);
GW_MUST_CHECK bool gw_base64url_decode(struct gw_buf *out, struct gw_str text);

/* A new agent key: "oc-" and 43 characters of base64url (32 random bytes), NUL-terminated. */
#define GW_AGENT_KEY_SIZE 47
void gw_agent_key_new(char key[GW_AGENT_KEY_SIZE]);

/*
 * Model keys as the platform stores them: base64(IV || AES-256-CBC with PKCS#7 padding) under
 * sha256(secret). _decrypt returns false when `text` is not such a value under this secret.
 */
void gw_secret_encrypt(struct gw_buf *out, struct gw_str secret, struct gw_str plain);
GW_MUST_CHECK bool gw_secret_decrypt(struct gw_buf *out, struct gw_str secret, struct gw_str text);

#endif
