/* SPDX-License-Identifier: ISC */
/*
 * test_digest.c: digests, encodings and sealed secrets against published vectors.
 */
#include "base/digest.h"

#include <criterion/criterion.h>

static void expect_hex(const unsigned char *bytes, size_t len, const char *want)
{
	struct gw_buf hex;

	gw_buf_init(&hex, 200);
	for (size_t i = 0; i < len; i++)
		gw_buf_addf(&hex, "%02x", bytes[i]);
	cr_expect_str_eq(hex.data, want);
	gw_buf_release(&hex);
}

Test(digest, sha256_matches_fips_180)
{
	char hex[GW_SHA256_HEX_SIZE];

	cr_expect_str_eq(gw_sha256_hex(gw_str("abc"), hex),
			 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	cr_expect_str_eq(gw_sha256_hex(gw_str(""), hex),
			 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	cr_expect_str_eq(gw_sha256_hex(GW_STR_NULL, hex),
			 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	cr_expect_str_eq(
		gw_sha256_hex(gw_str("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
			      hex),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

Test(digest, hmac_matches_rfc_4231)
{
	unsigned char digest[GW_SHA256_SIZE];

	gw_hmac_sha256(gw_str("Jefe"), gw_str("what do ya want for nothing?"), digest);
	expect_hex(digest, sizeof digest,
		   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	gw_hmac_sha256(GW_STR_NULL, GW_STR_NULL, digest);
	expect_hex(digest, sizeof digest,
		   "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

Test(digest, secrets_are_equal_only_when_both_are_there_and_the_same)
{
	cr_expect(gw_secret_equal(gw_str("abc"), gw_str("abc")));
	cr_expect(gw_secret_equal(gw_str(""), gw_str("")));
	cr_expect_not(gw_secret_equal(gw_str("abc"), gw_str("abd")));
	cr_expect_not(gw_secret_equal(gw_str("abc"), gw_str("ab")));
	cr_expect_not(gw_secret_equal(GW_STR_NULL, GW_STR_NULL));
	gw_secret_wipe(NULL, 5);
	gw_secret_free(NULL);
}

Test(base64, encodings_match_rfc_4648)
{
	static const struct {
		const char *plain;
		const char *base64;
		const char *base64url;
	} cases[] = {
		{"", "", ""},
		{"f", "Zg==", "Zg"},
		{"fo", "Zm8=", "Zm8"},
		{"foo", "Zm9v", "Zm9v"},
		{"foob", "Zm9vYg==", "Zm9vYg"},
		{"fooba", "Zm9vYmE=", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
		{"\xFB\xEF\xBE\xFF\xFF\xFF", "++++////", "----____"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_buf out;

		gw_buf_init(&out, 100);
		gw_base64_encode(&out, cases[i].plain, strlen(cases[i].plain));
		cr_expect_str_eq(out.data, cases[i].base64);
		gw_buf_reset(&out);
		gw_base64url_encode(&out, cases[i].plain, strlen(cases[i].plain));
		cr_expect_str_eq(out.data, cases[i].base64url);
		gw_buf_reset(&out);
		cr_expect(gw_base64_decode(&out, gw_str(cases[i].base64)));
		cr_expect_str_eq(out.data, cases[i].plain);
		gw_buf_reset(&out);
		cr_expect(gw_base64url_decode(&out, gw_str(cases[i].base64url)));
		cr_expect_str_eq(out.data, cases[i].plain);
		gw_buf_release(&out);
	}
}

Test(base64, decoding_is_strict)
{
	static const struct {
		const char *text;
		bool url;
	} cases[] = {
		{"Z", false},    {"Zg", false},   {"Zg=", false},     {"Zg===", false},
		{"=", false},    {"====", false}, {"Z===", false},    {"Zg==Zg==", false},
		{"Zh==", false}, {"Zm9=", false}, {"Zm9v\n", false},  {" Zm9v", false},
		{"Zm-v", false}, {"Zm_v", false}, {"Zm\xFFv", false}, {"Z", true},
		{"Zg==", true},  {"Zh", true},    {"Zm+v", true},     {"Zm/v", true},
		{"Zm9vY", true}, {"Zm.v", true},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_str text = gw_str(cases[i].text);
		struct gw_buf out;

		gw_buf_init(&out, 100);
		cr_expect_not(cases[i].url ? gw_base64url_decode(&out, text)
					   : gw_base64_decode(&out, text),
			      "'%s'", cases[i].text);
		gw_buf_release(&out);
	}
}

Test(base64, decoding_past_the_maximum_is_no_success)
{
	struct gw_buf out;

	gw_buf_init(&out, 2);
	cr_expect_not(gw_base64_decode(&out, gw_str("Zm9v")));
	gw_buf_release(&out);
}

Test(digest, agent_keys_have_their_form_and_differ)
{
	char a[GW_AGENT_KEY_SIZE];
	char b[GW_AGENT_KEY_SIZE];
	struct gw_buf bytes;

	gw_agent_key_new(a);
	gw_agent_key_new(b);
	gw_buf_init(&bytes, 100);
	cr_expect_eq(strlen(a), 46);
	cr_expect(strncmp(a, "oc-", 3) == 0);
	cr_expect(gw_base64url_decode(&bytes, gw_str(a + 3)));
	cr_expect_eq(bytes.len, 32);
	cr_expect_str_neq(a, b);
	gw_buf_release(&bytes);
}

Test(secret, what_was_sealed_can_be_opened_whatever_its_length)
{
	char plain[100];

	memset(plain, 'k', sizeof plain);
	for (size_t len = 0; len <= sizeof plain; len++) {
		struct gw_str text = {plain, len};
		struct gw_buf sealed;
		struct gw_buf again;
		struct gw_buf opened;

		gw_buf_init(&sealed, 1000);
		gw_buf_init(&again, 1000);
		gw_buf_init(&opened, 1000);
		gw_secret_encrypt(&sealed, gw_str("the secret"), text);
		gw_secret_encrypt(&again, gw_str("the secret"), text);
		cr_expect_str_neq(sealed.data, again.data, "the IV is random");
		cr_expect(gw_secret_decrypt(&opened, gw_str("the secret"), gw_buf_str(&sealed)));
		cr_expect(gw_str_equal(gw_buf_str(&opened), text), "length %zu", len);
		gw_buf_release(&sealed);
		gw_buf_release(&again);
		gw_buf_release(&opened);
	}
}

Test(secret, a_value_made_by_other_software_opens)
{
	/*
	 * openssl enc -aes-256-cbc -K sha256("the secret") -iv 000102…0f, with the IV in front, in
	 * base64
	 */
	static const char sealed[] =
		"AAECAwQFBgcICQoLDA0ODxUBe/Vgpd1PC9eanea2gWHhS/QyLhWchnyNyUpoL5vm";
	struct gw_buf opened;

	gw_buf_init(&opened, 1000);
	cr_assert(gw_secret_decrypt(&opened, gw_str("the secret"), gw_str(sealed)));
	cr_assert_str_eq(opened.data, "sk-0123456789abcdef");
	gw_buf_release(&opened);
}

Test(secret, what_is_no_sealed_value_is_refused)
{
	static const char *const cases[] = {
		"",
		"sk-0123456789abcdef",
		"AAECAwQFBgcICQoLDA0ODw==",     /* an IV alone */
		"AAECAwQFBgcICQoLDA0ODxAREhM=", /* no whole block */
		"AAECAwQFBgcICQoLDA0ODxUBe/Vgpd1PC9eanea2gWE=",
		"AAECAwQFBgcICQoLDA0ODxUBe/Vgpd1PC9eanea2gWHhS/QyLhWchnyNyUpoL5vm ",
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_buf opened;

		gw_buf_init(&opened, 1000);
		cr_expect_not(gw_secret_decrypt(&opened, gw_str("the secret"), gw_str(cases[i])),
			      "case %zu", i);
		cr_expect_eq(opened.len, 0);
		gw_buf_release(&opened);
	}
}

Test(secret, a_changed_padding_or_another_secret_is_refused)
{
	struct gw_buf raw;
	struct gw_buf text;
	struct gw_buf opened;

	gw_buf_init(&raw, 1000);
	gw_buf_init(&text, 1000);
	gw_buf_init(&opened, 1000);
	cr_assert(gw_base64_decode(
		&raw, gw_str("AAECAwQFBgcICQoLDA0ODxUBe/Vgpd1PC9eanea2gWHhS/QyLhWchnyNyUpoL5vm")));
	/*
	 * CBC: a bit of the block before changes the same bit of the last one, here of its padding
	 */
	raw.data[raw.len - 17] = (char)(raw.data[raw.len - 17] ^ 0x40);
	gw_base64_encode(&text, raw.data, raw.len);
	cr_expect_not(gw_secret_decrypt(&opened, gw_str("the secret"), gw_buf_str(&text)));
	cr_expect_not(gw_secret_decrypt(
		&opened, gw_str("another secret"),
		gw_str("AAECAwQFBgcICQoLDA0ODxUBe/Vgpd1PC9eanea2gWHhS/QyLhWchnyNyUpoL5vm")));
	gw_buf_release(&raw);
	gw_buf_release(&text);
	gw_buf_release(&opened);
}
