/* SPDX-License-Identifier: ISC */
/*
 * digest.c: digests, encodings, random bytes and secrets.
 *
 * libcrypto fails here only when memory runs out or the installation is broken; neither leaves
 * anything to go on with, so such a failure ends the process as gw_xmalloc() does.
 */
#include "base/digest.h"
#include "base/log.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AES_BLOCK 16
#define AGENT_KEY_BYTES 32
#define SECRET_TEXT_MAX 65536 /* the column holds 1024 */

static GW_NORETURN void crypto_failed(const char *what)
{
	gw_log_error("libcrypto: %s failed", what);
	abort();
}

/* libcrypto takes an absent key or input for "go on with the previous one". */
static const unsigned char *bytes_of(struct gw_str str)
{
	return (const unsigned char *)(str.data ? str.data : "");
}

void gw_sha256(struct gw_str data, unsigned char digest[GW_SHA256_SIZE])
{
	if (EVP_Digest(bytes_of(data), data.len, digest, NULL, EVP_sha256(), NULL) != 1)
		crypto_failed("SHA-256");
}

char *gw_sha256_hex(struct gw_str data, char hex[GW_SHA256_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[GW_SHA256_SIZE];

	gw_sha256(data, digest);
	for (size_t i = 0; i < sizeof digest; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[2 * sizeof digest] = '\0';
	return hex;
}

void gw_hmac_sha256(struct gw_str key, struct gw_str data, unsigned char digest[GW_SHA256_SIZE])
{
	if (key.len > INT_MAX || !HMAC(EVP_sha256(), bytes_of(key), (int)key.len, bytes_of(data),
				       data.len, digest, NULL))
		crypto_failed("HMAC-SHA-256");
}

bool gw_secret_equal(struct gw_str a, struct gw_str b)
{
	return a.data && b.data && a.len == b.len && CRYPTO_memcmp(a.data, b.data, a.len) == 0;
}

void gw_secret_wipe(void *data, size_t len)
{
	if (data)
		OPENSSL_cleanse(data, len);
}

void gw_secret_free(char *secret)
{
	if (!secret)
		return;
	OPENSSL_cleanse(secret, strlen(secret));
	free(secret);
}

void gw_random_bytes(void *data, size_t len)
{
	if (len > INT_MAX || RAND_bytes(data, (int)len) != 1)
		crypto_failed("RAND_bytes");
}

static const char base64_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(struct gw_buf *out, const unsigned char *data, size_t len, const char *alphabet,
		   bool pad)
{
	for (size_t i = 0; i < len; i += 3) {
		size_t count = len - i < 3 ? len - i : 3;
		uint32_t bits = (uint32_t)data[i] << 16;
		char quad[4] = {'=', '=', '=', '='};

		if (count > 1)
			bits |= (uint32_t)data[i + 1] << 8;
		if (count > 2)
			bits |= data[i + 2];
		for (unsigned j = 0; j <= count; j++)
			quad[j] = alphabet[bits >> (18 - 6 * j) & 63];
		gw_buf_add(out, quad, pad ? 4 : count + 1);
	}
}

/* The value of a character, or -1. */
static int sextet(char c, bool url)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == (url ? '-' : '+'))
		return 62;
	if (c == (url ? '_' : '/'))
		return 63;
	return -1;
}

/*
 * `text` without its padding; the bits that fill up the last character must be 0 (RFC 4648, section
 * 3.5).
 */
static bool decode(struct gw_buf *out, struct gw_str text, bool url)
{
	uint32_t bits = 0;
	unsigned held = 0;

	if (text.len % 4 == 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int value = sextet(text.data[i], url);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			gw_buf_add_char(out, (char)(unsigned char)(bits >> held & 0xFF));
		}
	}
	return (bits & ((1U << held) - 1)) == 0 && !gw_buf_overflowed(out);
}

void gw_base64_encode(struct gw_buf *out, const void *data, size_t len)
{
	encode(out, data, len, base64_alphabet, true);
}

void gw_base64url_encode(struct gw_buf *out, const void *data, size_t len)
{
	encode(out, data, len, base64url_alphabet, false);
}

bool gw_base64_decode(struct gw_buf *out, struct gw_str text)
{
	if (text.len % 4 != 0)
		return false;
	for (int i = 0; i < 2 && text.len > 0 && text.data[text.len - 1] == '='; i++)
		text.len--;
	return decode(out, text, false);
}

bool gw_base64url_decode(struct gw_buf *out, struct gw_str text)
{
	return decode(out, text, true);
}

void gw_agent_key_new(char key[GW_AGENT_KEY_SIZE])
{
	unsigned char random[AGENT_KEY_BYTES];
	struct gw_buf text;

	gw_random_bytes(random, sizeof random);
	gw_buf_init(&text, GW_AGENT_KEY_SIZE - 1);
	gw_buf_add_c(&text, "oc-");
	gw_base64url_encode(&text, random, sizeof random);
	memcpy(key, text.data, GW_AGENT_KEY_SIZE);

	gw_secret_wipe(random, sizeof random);
	gw_secret_wipe(text.data, text.len);
	gw_buf_release(&text);
}

void gw_secret_encrypt(struct gw_buf *out, struct gw_str secret, struct gw_str plain)
{
	unsigned char key[GW_SHA256_SIZE];
	unsigned char iv[AES_BLOCK];
	EVP_CIPHER_CTX *cipher = NULL;
	struct gw_buf sealed;
	unsigned char *room = NULL;
	int len = 0;
	int tail = 0;

	gw_buf_init(&sealed, SECRET_TEXT_MAX);
	gw_sha256(secret, key);
	gw_random_bytes(iv, sizeof iv);
	gw_buf_add(&sealed, iv, sizeof iv);
	room = (unsigned char *)gw_buf_reserve(&sealed, plain.len + AES_BLOCK);
	if (!room) {
		out->overflow = true; /* longer than any such value: the caller's buffer says so */
		goto out;
	}
	cipher = EVP_CIPHER_CTX_new();
	if (!cipher || EVP_EncryptInit_ex2(cipher, EVP_aes_256_cbc(), key, iv, NULL) != 1 ||
	    EVP_EncryptUpdate(cipher, room, &len, bytes_of(plain), (int)plain.len) != 1 ||
	    EVP_EncryptFinal_ex(cipher, room + len, &tail) != 1)
		crypto_failed("AES-256-CBC");
	gw_buf_added(&sealed, (size_t)(len + tail));
	gw_base64_encode(out, sealed.data, sealed.len);
out:
	EVP_CIPHER_CTX_free(cipher);
	gw_secret_wipe(key, sizeof key);
	gw_buf_release(&sealed);
}

bool gw_secret_decrypt(struct gw_buf *out, struct gw_str secret, struct gw_str text)
{
	unsigned char key[GW_SHA256_SIZE];
	EVP_CIPHER_CTX *cipher = NULL;
	struct gw_buf sealed;
	struct gw_buf plain;
	const unsigned char *iv = NULL;
	unsigned char *room = NULL;
	size_t size = 0;
	int len = 0;
	int tail = 0;
	bool done = false;

	gw_buf_init(&sealed, SECRET_TEXT_MAX);
	gw_buf_init(&plain, SECRET_TEXT_MAX);
	gw_sha256(secret, key);
	if (!gw_base64_decode(&sealed, text) || sealed.len < 2 * AES_BLOCK ||
	    sealed.len % AES_BLOCK != 0)
		goto out;
	iv = (const unsigned char *)sealed.data;
	size = sealed.len - AES_BLOCK;
	room = (unsigned char *)gw_buf_reserve(&plain, size + AES_BLOCK);
	if (!room)
		goto out;
	cipher = EVP_CIPHER_CTX_new();
	if (!cipher || EVP_DecryptInit_ex2(cipher, EVP_aes_256_cbc(), key, iv, NULL) != 1)
		crypto_failed("AES-256-CBC");
	if (EVP_DecryptUpdate(cipher, room, &len, iv + AES_BLOCK, (int)size) != 1 ||
	    EVP_DecryptFinal_ex(cipher, room + len, &tail) != 1)
		goto out;
	gw_buf_add(out, room, (size_t)(len + tail));
	done = !gw_buf_overflowed(out);
out:
	EVP_CIPHER_CTX_free(cipher);
	gw_secret_wipe(key, sizeof key);
	gw_secret_wipe(plain.data, plain.cap);
	gw_buf_release(&plain);
	gw_buf_release(&sealed);
	return done;
}
