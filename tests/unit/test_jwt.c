/* SPDX-License-Identifier: ISC */
/*
 * test_jwt.c: tokens that are good, and every way in which one is not.
 */
#include "base/digest.h"
#include "base/jwt.h"

#include <criterion/criterion.h>

#define NOW 1000
#define SECRET "a secret of the platform"
#define SUBJECT "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define CLAIMS "{\"sub\":\"" SUBJECT "\",\"exp\":1001}"

/* A token of any header and claims with a correct signature. */
static void make(struct gw_buf *out, const char *header, const char *claims)
{
	unsigned char digest[GW_SHA256_SIZE];

	gw_base64url_encode(out, header, strlen(header));
	gw_buf_add_char(out, '.');
	gw_base64url_encode(out, claims, strlen(claims));
	gw_hmac_sha256(gw_str(SECRET), gw_buf_str(out), digest);
	gw_buf_add_char(out, '.');
	gw_base64url_encode(out, digest, sizeof digest);
}

static enum gw_err verify(struct gw_str token, const char *secret)
{
	struct gw_uuid subject = {{0}};
	struct gw_uuid zero = {{0}};
	char text[GW_UUID_TEXT_SIZE];
	enum gw_err err = gw_jwt_verify(token, gw_str(secret), NOW, 0, &subject);

	if (err == GW_OK)
		cr_expect_str_eq(gw_uuid_format(&subject, text), SUBJECT);
	else
		cr_expect(gw_uuid_equal(&subject, &zero));
	return err;
}

Test(jwt, header_and_claims_decide)
{
	static const struct {
		const char *header;
		const char *claims;
		bool valid;
	} cases[] = {
		{HEADER, CLAIMS, true},
		{"{\"alg\":\"HS256\"}", CLAIMS, true},
		{"{\"typ\":\"anything\",\"alg\":\"HS256\"}", CLAIMS, true},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":1000.5,\"nbf\":1000}", true},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":1e12,\"nbf\":999.5,\"role\":\"member\"}",
		 true},
		{"{\"alg\":\"none\"}", CLAIMS, false},
		{"{\"alg\":\"hs256\"}", CLAIMS, false},
		{"{\"alg\":\"HS512\"}", CLAIMS, false},
		{"{\"alg\":\"RS256\"}", CLAIMS, false},
		{"{\"alg\":\"HS256\\u0000\"}", CLAIMS, false},
		{"{\"alg\":[\"HS256\"]}", CLAIMS, false},
		{"{\"alg\":null}", CLAIMS, false},
		{"{}", CLAIMS, false},
		{"[]", CLAIMS, false},
		{"null", CLAIMS, false},
		{"", CLAIMS, false},
		{HEADER " x", CLAIMS, false},
		{"{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", CLAIMS, false},
		{"{\"alg\":\"HS256\",\"crit\":null}", CLAIMS, false},
		{HEADER, "{\"sub\":\"" SUBJECT "\"}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":1000}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":999}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":-5}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":\"2000\"}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":null}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":true}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":1e999}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":NaN}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":Infinity}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":2000,\"nbf\":1001}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":2000,\"nbf\":\"1\"}", false},
		{HEADER, "{\"sub\":\"" SUBJECT "\",\"exp\":2000,\"nbf\":null}", false},
		{HEADER, "{\"exp\":2000}", false},
		{HEADER, "{\"sub\":7,\"exp\":2000}", false},
		{HEADER, "{\"sub\":\"root\",\"exp\":2000}", false},
		{HEADER, "[\"" SUBJECT "\",2000]", false},
		{HEADER, "", false},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_buf token;

		gw_buf_init(&token, 2000);
		make(&token, cases[i].header, cases[i].claims);
		cr_expect_eq(verify(gw_buf_str(&token), SECRET),
			     cases[i].valid ? GW_OK : GW_UNAUTHORIZED, "%s %s", cases[i].header,
			     cases[i].claims);
		gw_buf_release(&token);
	}
}

Test(jwt, clocks_may_differ_by_the_leeway_and_no_more)
{
	static const struct {
		const char *claims;
		bool valid;
	} cases[] = {
		{"{\"sub\":\"" SUBJECT "\",\"exp\":971}", true},
		{"{\"sub\":\"" SUBJECT "\",\"exp\":970.5}", true},
		{"{\"sub\":\"" SUBJECT "\",\"exp\":970}", false},
		{"{\"sub\":\"" SUBJECT "\",\"exp\":2000,\"nbf\":1030}", true},
		{"{\"sub\":\"" SUBJECT "\",\"exp\":2000,\"nbf\":1030.5}", false},
		{"{\"sub\":\"" SUBJECT "\",\"exp\":2000,\"iat\":1030}", true},
		{"{\"sub\":\"" SUBJECT "\",\"exp\":2000,\"iat\":1031}", false},
		{"{\"sub\":\"" SUBJECT "\",\"exp\":2000,\"iat\":\"now\"}", false},
		{"{\"sub\":\"" SUBJECT "\",\"exp\":980,\"nbf\":1020,\"iat\":1020}", true},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_uuid subject;
		struct gw_buf token;

		gw_buf_init(&token, 2000);
		make(&token, HEADER, cases[i].claims);
		cr_expect_eq(gw_jwt_verify(gw_buf_str(&token), gw_str(SECRET), NOW, 30, &subject),
			     cases[i].valid ? GW_OK : GW_UNAUTHORIZED, "%s", cases[i].claims);
		gw_buf_release(&token);
	}
}

Test(jwt, no_byte_of_a_token_can_be_changed_cut_off_or_added)
{
	struct gw_buf token;

	gw_buf_init(&token, 2000);
	make(&token, HEADER, CLAIMS);
	for (size_t i = 0; i < token.len; i++) {
		char saved = token.data[i];

		for (int bit = 0; bit < 8; bit++) {
			token.data[i] = (char)(saved ^ (1 << bit));
			cr_expect_eq(verify(gw_buf_str(&token), SECRET), GW_UNAUTHORIZED,
				     "byte %zu bit %d", i, bit);
		}
		token.data[i] = saved;
		cr_expect_eq(verify((struct gw_str){token.data, i}, SECRET), GW_UNAUTHORIZED,
			     "cut at %zu", i);
	}
	cr_expect_eq(verify(gw_buf_str(&token), SECRET), GW_OK);
	gw_buf_add_char(&token, '.');
	cr_expect_eq(verify(gw_buf_str(&token), SECRET), GW_UNAUTHORIZED);
	gw_buf_release(&token);
}

Test(jwt, an_empty_or_another_secret_opens_nothing)
{
	struct gw_buf token;

	gw_buf_init(&token, 2000);
	make(&token, HEADER, CLAIMS);
	cr_expect_eq(verify(gw_buf_str(&token), ""), GW_UNAUTHORIZED);
	cr_expect_eq(verify(gw_buf_str(&token), NULL), GW_UNAUTHORIZED);
	cr_expect_eq(verify(gw_buf_str(&token), "another"), GW_UNAUTHORIZED);
	cr_expect_eq(verify(GW_STR_NULL, SECRET), GW_UNAUTHORIZED);
	gw_buf_release(&token);
}

Test(jwt, a_token_above_8_kib_is_not_looked_at)
{
	char claims[8200];
	struct gw_buf token;

	memset(claims, ' ', sizeof claims);
	memcpy(claims, CLAIMS, sizeof CLAIMS - 1);
	claims[5000] = '\0';
	gw_buf_init(&token, 20000);
	make(&token, HEADER, claims);
	cr_expect_eq(verify(gw_buf_str(&token), SECRET), GW_OK);
	claims[5000] = ' ';
	claims[sizeof claims - 1] = '\0';
	gw_buf_reset(&token);
	make(&token, HEADER, claims);
	cr_expect_eq(verify(gw_buf_str(&token), SECRET), GW_UNAUTHORIZED);
	gw_buf_release(&token);
}

/*
 * RFC 7515, A.1: its claims name no subject and end in 2011, so the signature is checked through
 * the parts.
 */
Test(jwt, the_signature_of_rfc_7515_is_reproduced)
{
	static const char input[] = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
				    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9le"
				    "GFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
	static const char key_text[] = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-"
				       "1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
	unsigned char digest[GW_SHA256_SIZE];
	struct gw_buf key;
	struct gw_buf signature;

	gw_buf_init(&key, 100);
	gw_buf_init(&signature, 100);
	cr_assert(gw_base64url_decode(&key, gw_str(key_text)));
	gw_hmac_sha256(gw_buf_str(&key), gw_str(input), digest);
	gw_base64url_encode(&signature, digest, sizeof digest);
	cr_assert_str_eq(signature.data, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
	gw_buf_release(&key);
	gw_buf_release(&signature);
}

Test(jwt, a_signed_token_is_accepted_until_it_ends)
{
	struct gw_uuid subject = gw_uuid_random();
	struct gw_uuid found = {{0}};
	struct gw_buf token;

	gw_buf_init(&token, 1000);
	gw_jwt_sign(&token, gw_str(SECRET), &subject, 100, 200);
	cr_expect_eq(gw_jwt_verify(gw_buf_str(&token), gw_str(SECRET), 199, 0, &found), GW_OK);
	cr_expect(gw_uuid_equal(&subject, &found));
	cr_expect_eq(gw_jwt_verify(gw_buf_str(&token), gw_str(SECRET), 200, 0, &found),
		     GW_UNAUTHORIZED);
	gw_buf_release(&token);
}
