/* SPDX-License-Identifier: ISC */
/*
 * test_width.c: how wide a text is on a terminal, and what may have been meant by a word.
 */
#include "admin/admin.h"
#include "admin/width.h"

#include <criterion/criterion.h>
#include <stdint.h>

Test(width, is_what_a_terminal_shows)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{"", 0},
		{"abc", 3},
		{"näh", 3},
		{"na\xcc\x88h", 3},                          /* a combining diaeresis */
		{"小明", 4},                                 /* CJK */
		{"ｱﾊﾟ", 3},                                  /* halfwidth katakana */
		{"ＡＢ", 4},                                 /* fullwidth Latin */
		{"한국", 4},                                 /* precomposed Hangul */
		{"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2}, /* the same from its parts */
		/* an emoji, with a skin tone; a family, joined: formatters do not agree how wide they are, hence no comment beside them */
		{"😀", 2},
		{"👍🏽", 2},
		{"👩‍👩‍👧‍👦", 2},
		/* drawn as an emoji by a selector, and without it */
		{"❤️", 2},
		{"❤", 1},
		/* a keycap, two flags */
		{"1️⃣", 2},
		{"🇦🇹🇨🇳", 4},
		{"a\xff"
		 "b",
		 3}, /* no UTF-8 */
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++)
		cr_expect_eq(gw_width(gw_str(cases[i].text)), cases[i].width, "%s: %zu, not %zu",
			     cases[i].text, gw_width(gw_str(cases[i].text)), cases[i].width);
}

Test(width, cuts_between_characters)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *cut;
	} cases[] = {
		{"abcdef", 3, "abc"},
		{"小明小", 3, "小"},
		{"小明", 4, "小明"},
		{"a👩‍👩‍👧‍👦b", 2, "a"},
		{"a👩‍👩‍👧‍👦b", 3, "a👩‍👩‍👧‍👦"},
		{"na\xcc\x88h", 2, "na\xcc\x88"},
		{"🇦🇹🇨🇳", 3, "🇦🇹"},
		{"", 5, ""},
		{"ab", 0, ""},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_str cut = gw_width_cut(gw_str(cases[i].text), cases[i].columns);

		cr_expect(gw_str_equal_c(cut, cases[i].cut), "%s in %zu: %.*s", cases[i].text,
			  cases[i].columns, (int)cut.len, cut.data);
	}
}

Test(suggest, finds_what_is_near)
{
	static const struct {
		const char *noun, *verb, *wanted_noun, *wanted_verb;
	} cases[] = {
		{"agnet", "list", "agent", "list"},    {"message", "lst", "message", "list"},
		{"tenants", "list", "tenant", "list"}, {"mesage", "sned", "message", "send"},
		{"docter", NULL, "doctor", NULL},
	};
	const struct gw_command *found = NULL;

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		found = gw_suggest_command(cases[i].noun, cases[i].verb);
		cr_assert(found != NULL, "%s %s", cases[i].noun, cases[i].verb);
		cr_expect_str_eq(found->noun, cases[i].wanted_noun);
		if (cases[i].wanted_verb != NULL)
			cr_expect_str_eq(found->verb, cases[i].wanted_verb);
	}
	cr_expect_null(gw_suggest_command("frobnicate", "list"));
	cr_expect_null(gw_suggest_command("", NULL));
	cr_expect_str_eq(gw_suggest_option(NULL, "josn"), "json");
	cr_expect_null(gw_suggest_option(NULL, "zzzzzz"));
}

Test(suggest, prefers_the_nearest)
{
	size_t nearest = SIZE_MAX;

	cr_expect(gw_suggest_nearer("message", "messages", &nearest));
	cr_expect_eq(nearest, 1);
	cr_expect_not(gw_suggest_nearer("message", "mesagee", &nearest), "no nearer");
	cr_expect_not(gw_suggest_nearer("abc", "xyz", &nearest), "three of three");
}
