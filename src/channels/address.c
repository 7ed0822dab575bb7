/* SPDX-License-Identifier: ISC */
/*
 * address.c: see address.h.
 */
#include "channels/address.h"

#include "base/clock.h"
#include "base/digest.h"

#include <string.h>
#include <strings.h>

#define DAY (86400 * GW_USEC_PER_SEC)
#define DAYS_MAX 0xFFFF
#define SIGNED_BYTES 18 /* the thread and the day */
#define MAC_BYTES 12
#define TOKEN_BYTES (SIGNED_BYTES + MAC_BYTES)
#define TOKEN_CHARS 48 /* 8 for every 5 bytes */

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

_Static_assert(TOKEN_BYTES * 8 == TOKEN_CHARS * 5, "a token needs no padding");

/* What a token is for; both words are of one length. */
static const char for_thread[] = "clawgw letter token 1";
static const char for_probe[] = "clawgw probes token 1";

_Static_assert(sizeof(for_thread) == sizeof(for_probe), "what is signed has one length");

static void sign(const struct gw_config *config, const char *purpose,
		 unsigned char token[TOKEN_BYTES])
{
	unsigned char digest[GW_SHA256_SIZE];
	char text[sizeof(for_thread) + SIGNED_BYTES];

	memcpy(text, purpose, sizeof(for_thread));
	memcpy(text + sizeof(for_thread), token, SIGNED_BYTES);
	gw_hmac_sha256(gw_str(config->letter_secret), (struct gw_str){text, sizeof(text)}, digest);
	memcpy(token + SIGNED_BYTES, digest, MAC_BYTES);
}

static void add_address(struct gw_buf *out, const struct gw_config *config, const char *purpose,
			const struct gw_uuid *id, int64_t now)
{
	const char *at = strchr(config->inbound_address, '@');
	unsigned day = (unsigned)((now / DAY) & DAYS_MAX);
	unsigned char token[TOKEN_BYTES];
	unsigned bits = 0;
	unsigned pending = 0;

	if (at == NULL)
		return;
	memcpy(token, id->bytes, sizeof(id->bytes));
	token[16] = (unsigned char)(day >> 8);
	token[17] = (unsigned char)day;
	sign(config, purpose, token);
	gw_buf_add(out, config->inbound_address, (size_t)(at - config->inbound_address));
	gw_buf_add_char(out, '+');
	for (size_t i = 0; i < TOKEN_BYTES; i++) {
		pending = (pending << 8) | token[i];
		for (bits += 8; bits >= 5; bits -= 5)
			gw_buf_add_char(out, alphabet[(pending >> (bits - 5)) & 31]);
	}
	gw_buf_add_c(out, at);
}

void gw_address_write(struct gw_buf *out, const struct gw_config *config,
		      const struct gw_uuid *thread, int64_t now)
{
	add_address(out, config, for_thread, thread, now);
}

void gw_address_write_probe(struct gw_buf *out, const struct gw_config *config,
			    const struct gw_uuid *id, int64_t now)
{
	add_address(out, config, for_probe, id, now);
}

static bool decode(const char *text, unsigned char token[TOKEN_BYTES])
{
	unsigned bits = 0;
	unsigned pending = 0;
	size_t len = 0;

	for (size_t i = 0; i < TOKEN_CHARS; i++) {
		char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
		const char *place = c != '\0' ? strchr(alphabet, c) : NULL;

		if (place == NULL)
			return false;
		pending = (pending << 5) | (unsigned)(place - alphabet);
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			token[len++] = (unsigned char)(pending >> bits);
		}
	}
	return len == TOKEN_BYTES;
}

/* Where a token would stand: behind the name of inbound_address and a delimiter, or alone (a mail server may have cut the rest). */
static const char *find_token(const struct gw_config *config, struct gw_str local)
{
	size_t name = strcspn(config->inbound_address, "@");

	if (local.len == TOKEN_CHARS)
		return local.data;
	if (local.len <= name + 1 || strncasecmp(local.data, config->inbound_address, name) != 0 ||
	    strchr("+-=", local.data[name]) == NULL)
		return NULL;
	return local.data + name + 1;
}

/* Whether this gateway has made the token for that purpose. */
static bool is_signed(const struct gw_config *config, const char *purpose,
		      const unsigned char token[TOKEN_BYTES])
{
	unsigned char expected[TOKEN_BYTES];

	memcpy(expected, token, SIGNED_BYTES);
	sign(config, purpose, expected);
	return gw_secret_equal((struct gw_str){(const char *)expected, TOKEN_BYTES},
			       (struct gw_str){(const char *)token, TOKEN_BYTES});
}

enum gw_address_verdict gw_address_read(const struct gw_config *config, struct gw_str local,
					int64_t now, struct gw_uuid *ret_thread)
{
	const char *text = find_token(config, local);
	unsigned char token[TOKEN_BYTES];
	int64_t today = now / DAY;
	int64_t age = 0;

	if (text == NULL)
		return GW_ADDRESS_PLAIN;
	if ((size_t)(local.data + local.len - text) != TOKEN_CHARS || !decode(text, token))
		return local.len == TOKEN_CHARS ? GW_ADDRESS_PLAIN : GW_ADDRESS_FORGED;
	if (is_signed(config, for_probe, token)) {
		memcpy(ret_thread->bytes, token, sizeof(ret_thread->bytes));
		return GW_ADDRESS_PROBE;
	}
	if (!is_signed(config, for_thread, token))
		return GW_ADDRESS_FORGED;
	memcpy(ret_thread->bytes, token, sizeof(ret_thread->bytes));
	age = (today & DAYS_MAX) - ((token[16] << 8) | token[17]);
	if (age < 0)
		age += DAYS_MAX + 1;
	/* a clock that is a day behind has made none of the future */
	if (age > config->letter_ttl / DAY && age != DAYS_MAX)
		return GW_ADDRESS_EXPIRED;
	return GW_ADDRESS_GOOD;
}

bool gw_address_is_inbound(const struct gw_config *config, struct gw_str address,
			   struct gw_str *ret_local)
{
	const char *own = strchr(config->inbound_address, '@');
	const char *at = address.len > 0 ? memrchr(address.data, '@', address.len) : NULL;
	size_t rest = at != NULL ? (size_t)(address.data + address.len - at) : 0;

	if (own == NULL || at == NULL || rest != strlen(own) || strncasecmp(at, own, rest) != 0)
		return false;
	*ret_local = (struct gw_str){address.data, (size_t)(at - address.data)};
	return true;
}
