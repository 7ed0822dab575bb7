/* SPDX-License-Identifier: ISC */
/*
 * test_text.c: integers, UTF-8, durations and sizes.
 */
#include "base/text.h"
#include "base/units.h"

#include <criterion/criterion.h>
#include <inttypes.h>

Test(text, integers_are_read_strictly)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t value;
	} cases[] = {
		{"0", true, 0},
		{"-0", true, 0},
		{"+7", true, 7},
		{"007", true, 7},
		{"-42", true, -42},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0},
		{"99999999999999999999999", false, 0},
		{"", false, 0},
		{"+", false, 0},
		{"-", false, 0},
		{"--1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1.0", false, 0},
		{"1e3", false, 0},
		{"0x10", false, 0},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		int64_t value = 99;
		bool valid = gw_parse_int64(gw_str(cases[i].text), INT64_MIN, INT64_MAX, &value);

		cr_expect_eq(valid, cases[i].valid, "'%s'", cases[i].text);
		cr_expect_eq(value, valid ? cases[i].value : 99, "'%s' gives %" PRId64,
			     cases[i].text, value);
	}
}

Test(text, integers_keep_to_their_range)
{
	int64_t value = 0;

	cr_expect(gw_parse_int64(gw_str("1"), 1, 3, &value));
	cr_expect(gw_parse_int64(gw_str("3"), 1, 3, &value));
	cr_expect_not(gw_parse_int64(gw_str("0"), 1, 3, &value));
	cr_expect_not(gw_parse_int64(gw_str("4"), 1, 3, &value));
	cr_expect_not(gw_parse_int64(GW_STR_NULL, 1, 3, &value));
	cr_expect_not(gw_parse_int64(GW_STR_LIT("1\0"), 1, 3, &value));
	cr_expect_eq(value, 3);
}

#define FFFD "\xEF\xBF\xBD"

Test(text, utf8_is_checked_and_repaired_as_unicode_says)
{
	static const struct {
		struct gw_str text;
		const char *repaired; /* NULL: valid as it is */
	} cases[] = {
		{GW_STR_LIT(""), NULL},
		{GW_STR_LIT("plain ASCII that is longer than a machine word"), NULL},
		{GW_STR_LIT("\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xEF\xBF\xBF \xF0\x90\x80\x80 "
			    "\xF4\x8F\xBF\xBF"),
		 NULL},
		{GW_STR_LIT("\xED\x9F\xBF\xEE\x80\x80"), NULL}, /* both sides of the surrogates */
		{GW_STR_LIT("12345678\xFF"), "12345678" FFFD},
		{GW_STR_LIT("\x80"), FFFD},
		{GW_STR_LIT("\xC0\xAF"), FFFD FFFD}, /* overlong */
		{GW_STR_LIT("\xC1\xBF"), FFFD FFFD},
		{GW_STR_LIT("\xE0\x80\xAF"), FFFD FFFD FFFD},
		{GW_STR_LIT("\xE0\x9F\xBF"), FFFD FFFD FFFD},
		{GW_STR_LIT("\xF0\x80\x80\xAF"), FFFD FFFD FFFD FFFD},
		{GW_STR_LIT("\xED\xA0\x80"), FFFD FFFD FFFD},          /* U+D800 */
		{GW_STR_LIT("\xED\xBF\xBF"), FFFD FFFD FFFD},          /* U+DFFF */
		{GW_STR_LIT("\xF4\x90\x80\x80"), FFFD FFFD FFFD FFFD}, /* U+110000 */
		{GW_STR_LIT("\xF5\x80"), FFFD FFFD},
		{GW_STR_LIT("\xE2\x82"), FFFD}, /* ends too early: one replacement */
		{GW_STR_LIT("\xF0\x9F\x98"), FFFD},
		{GW_STR_LIT("\xE2\x82x"), FFFD "x"},
		{GW_STR_LIT("a\xF0\x9F\x98\xE2\x82\xAC"), "a" FFFD "\xE2\x82\xAC"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		bool valid = cases[i].repaired == NULL;
		struct gw_buf out;

		gw_buf_init(&out, 1000);
		gw_utf8_repair(&out, cases[i].text);
		cr_expect_eq(gw_utf8_valid(cases[i].text), valid, "case %zu", i);
		cr_expect(gw_str_equal(gw_buf_str(&out),
				       valid ? cases[i].text : gw_str(cases[i].repaired)),
			  "case %zu gives %s", i, out.data);
		cr_expect(gw_utf8_valid(gw_buf_str(&out)), "case %zu", i);
		gw_buf_release(&out);
	}
}

Test(text, a_nul_is_valid_utf8_but_repaired)
{
	struct gw_buf out;

	gw_buf_init(&out, 100);
	gw_utf8_repair(&out, GW_STR_LIT("a\0b"));
	cr_assert(gw_utf8_valid(GW_STR_LIT("a\0b")));
	cr_assert_str_eq(out.data, "a" FFFD "b");
	gw_buf_release(&out);
}

Test(text, decoding_gives_code_points)
{
	uint32_t code = 0;

	cr_expect_eq(gw_utf8_decode(GW_STR_LIT("\xF0\x9F\x98\x80x"), &code), 4);
	cr_expect_eq(code, 0x1F600);
	cr_expect_eq(gw_utf8_decode(GW_STR_LIT("\xE2\x82"), &code), 0);
	cr_expect_eq(gw_utf8_decode(GW_STR_NULL, &code), 0);
	cr_expect_eq(code, 0x1F600);
}

Test(text, cutting_never_splits_a_character)
{
	struct gw_str text =
		GW_STR_LIT("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z"); /* 1 + 2 + 3 + 4 + 1 bytes */
	static const size_t kept[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};

	for (size_t max = 0; max < GW_ARRAY_LEN(kept); max++)
		cr_expect_eq(gw_utf8_cut(text, max).len, kept[max], "at %zu", max);
	cr_expect_eq(gw_utf8_length(text), 5);
	cr_expect_eq(gw_utf8_length(GW_STR_NULL), 0);
}

Test(units, durations_and_sizes_are_read_strictly_and_written_back)
{
	static const struct {
		bool (*parse)(struct gw_str text, int64_t *ret_value);
		const char *text;
		int64_t value;       /* -1: invalid */
		const char *written; /* NULL: the same */
	} cases[] = {
		{gw_duration_parse, "0", 0, NULL},
		{gw_duration_parse, "15", 15000000, "15s"},
		{gw_duration_parse, "250ms", 250000, NULL},
		{gw_duration_parse, "90s", 90000000, NULL},
		{gw_duration_parse, "120s", 120000000, "2m"},
		{gw_duration_parse, "3600s", 3600000000, "1h"},
		{gw_duration_parse, "30d", 2592000000000, NULL},
		{gw_duration_parse, "", -1, NULL},
		{gw_duration_parse, "s", -1, NULL},
		{gw_duration_parse, "-1s", -1, NULL},
		{gw_duration_parse, "+1s", -1, NULL},
		{gw_duration_parse, "1.5s", -1, NULL},
		{gw_duration_parse, "1 s", -1, NULL},
		{gw_duration_parse, "1S", -1, NULL},
		{gw_duration_parse, "1w", -1, NULL},
		{gw_duration_parse, "1sm", -1, NULL},
		{gw_duration_parse, "9999999999999d", -1, NULL},
		{gw_size_parse, "0", 0, NULL},
		{gw_size_parse, "1023", 1023, NULL},
		{gw_size_parse, "2048", 2048, "2K"},
		{gw_size_parse, "2M", 2097152, NULL},
		{gw_size_parse, "1G", 1073741824, NULL},
		{gw_size_parse, "1k", -1, NULL},
		{gw_size_parse, "1KB", -1, NULL},
		{gw_size_parse, "9999999999G", -1, NULL},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		int64_t value = -1;
		bool valid = cases[i].parse(gw_str(cases[i].text), &value);
		struct gw_buf out;

		cr_expect_eq(valid, cases[i].value >= 0, "%s", cases[i].text);
		cr_expect_eq(value, cases[i].value, "%s gives %" PRId64, cases[i].text, value);
		if (!valid)
			continue;
		gw_buf_init(&out, 100);
		if (cases[i].parse == gw_duration_parse)
			gw_duration_format(&out, value);
		else
			gw_size_format(&out, value);
		cr_expect_str_eq(out.data, cases[i].written ? cases[i].written : cases[i].text);
		gw_buf_release(&out);
	}
}
