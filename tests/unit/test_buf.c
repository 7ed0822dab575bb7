/* SPDX-License-Identifier: ISC */
/*
 * test_buf.c: the growing buffer at and past its maximum, views, and memory.
 */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdint.h>

Test(buf, an_empty_buffer_is_an_empty_string)
{
	struct gw_buf buf;

	gw_buf_init(&buf, 10);
	cr_assert_str_eq(buf.data, "");
	cr_assert_eq(buf.len, 0);
	cr_assert_eq(buf.cap, 0, "nothing is allocated yet");
	gw_buf_add(&buf, NULL, 0);
	gw_buf_add_str(&buf, GW_STR_NULL);
	gw_buf_add_c(&buf, "");
	gw_buf_added(&buf, 0);
	gw_buf_reset(&buf);
	cr_assert_eq(buf.cap, 0);
	gw_buf_release(&buf);
	gw_buf_release(&buf);
}

Test(buf, a_buffer_fills_up_to_its_maximum_and_no_further)
{
	for (size_t max = 0; max < 300; max++) {
		struct gw_buf buf;

		gw_buf_init(&buf, max);
		for (size_t i = 0; i < max; i++) {
			gw_buf_add_char(&buf, 'x');
			cr_assert_not(gw_buf_overflowed(&buf));
			cr_assert_eq(buf.data[buf.len], '\0');
		}
		cr_assert_eq(buf.len, max);
		gw_buf_add_char(&buf, 'y');
		cr_assert(gw_buf_overflowed(&buf));
		cr_assert_eq(buf.len, max);
		gw_buf_reset(&buf);
		cr_assert_not(gw_buf_overflowed(&buf));
		gw_buf_release(&buf);
	}
}

Test(buf, after_an_overflow_nothing_is_added_that_would_leave_a_hole)
{
	struct gw_buf buf;

	gw_buf_init(&buf, 8);
	gw_buf_add_c(&buf, "12345");
	gw_buf_add_c(&buf, "6789");
	gw_buf_add_c(&buf, "6");
	gw_buf_addf(&buf, "%d", 6);
	cr_assert_null(gw_buf_reserve(&buf, 1));
	cr_assert_str_eq(buf.data, "12345");
	cr_assert(gw_buf_overflowed(&buf));
	gw_buf_release(&buf);
}

Test(buf, formatted_text_grows_the_buffer_and_respects_the_maximum)
{
	struct gw_buf buf;

	gw_buf_init(&buf, 200);
	gw_buf_addf(&buf, "%s-%d", "a", 1);
	cr_assert_str_eq(buf.data, "a-1");
	gw_buf_addf(&buf, "%*s", 197, "z");
	cr_assert_eq(buf.len, 200);
	cr_assert_not(gw_buf_overflowed(&buf));
	gw_buf_addf(&buf, "%s", "");
	cr_assert_not(gw_buf_overflowed(&buf));
	gw_buf_addf(&buf, "%s", "!");
	cr_assert(gw_buf_overflowed(&buf));
	cr_assert_eq(buf.len, 200);
	cr_assert_eq(buf.data[200], '\0');
	gw_buf_release(&buf);
}

Test(buf, a_format_that_does_not_fit_leaves_the_text_before_it)
{
	struct gw_buf buf;

	gw_buf_init(&buf, 70);
	gw_buf_add_c(&buf, "before");
	gw_buf_addf(&buf, "%*s", 100, "z");
	cr_assert_str_eq(buf.data, "before");
	cr_assert(gw_buf_overflowed(&buf));
	gw_buf_release(&buf);
}

Test(buf, reserved_room_can_be_filled_and_counted)
{
	struct gw_buf buf;
	char *room = NULL;

	gw_buf_init(&buf, 1000);
	gw_buf_add_c(&buf, "ab");
	room = gw_buf_reserve(&buf, 998);
	cr_assert_not_null(room);
	memcpy(room, "cd", 2);
	gw_buf_added(&buf, 2);
	cr_assert_str_eq(buf.data, "abcd");
	cr_assert_null(gw_buf_reserve(&buf, SIZE_MAX));
	cr_assert(gw_buf_overflowed(&buf));
	gw_buf_release(&buf);
}

Test(buf, a_maximum_beyond_all_memory_does_not_wrap)
{
	struct gw_buf buf;

	gw_buf_init(&buf, SIZE_MAX);
	gw_buf_add_c(&buf, "x");
	cr_assert_null(gw_buf_reserve(&buf, SIZE_MAX));
	cr_assert_str_eq(buf.data, "x");
	gw_buf_release(&buf);
}

Test(buf, detached_content_belongs_to_the_caller)
{
	struct gw_buf buf;
	char *text = NULL;

	gw_buf_init(&buf, 10);
	text = gw_buf_detach(&buf);
	cr_assert_str_eq(text, "");
	free(text);
	gw_buf_add_c(&buf, "hello");
	text = gw_buf_detach(&buf);
	cr_assert_str_eq(text, "hello");
	cr_assert_eq(buf.len, 0);
	gw_buf_add_c(&buf, "0123456789");
	cr_assert_str_eq(text, "hello");
	cr_assert_not(gw_buf_overflowed(&buf), "the maximum is still there");
	free(text);
	gw_buf_release(&buf);
}

Test(str, absent_equals_only_absent)
{
	cr_assert(gw_str_equal(GW_STR_NULL, gw_str(NULL)));
	cr_assert_not(gw_str_equal(GW_STR_NULL, gw_str("")));
	cr_assert_not(gw_str_equal(gw_str(""), GW_STR_NULL));
	cr_assert(gw_str_equal(gw_str(""), GW_STR_LIT("")));
	cr_assert(gw_str_equal_c(GW_STR_LIT("abc"), "abc"));
	cr_assert_not(gw_str_equal_c(GW_STR_LIT("ab"), "abc"));
	cr_assert_not(gw_str_equal_c(GW_STR_LIT("abc\0"), "abc"));
	cr_assert_null(gw_str_dup(GW_STR_NULL));
}

Test(str, a_copy_ends_with_nul)
{
	char *copy = gw_str_dup((struct gw_str){"hello", 4});

	cr_assert_str_eq(copy, "hell");
	free(copy);
}

Test(str, trimming_takes_what_python_strips)
{
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{"", ""},
		{" ", ""},
		{"\t\n\v\f\r \x1c\x1d\x1e\x1f", ""},
		{"  a b  ", "a b"},
		{"\xC2\xA0x\xC2\x85", "x"},
		{"\xE3\x80\x80\xE4\xBD\xA0\xE5\xA5\xBD\xE3\x80\x80\xE2\x80\xA8\xE2\x80\xA9",
		 "\xE4\xBD\xA0\xE5\xA5\xBD"},
		{"\xE1\x9A\x80\xE2\x80\x80\xE2\x80\x8A\xE2\x80\xAF\xE2\x81\x9F", ""},
		{"\xE2\x80\x8Bx", "\xE2\x80\x8Bx"}, /* zero width space is no white space */
		{"\xEF\xBB\xBFx", "\xEF\xBB\xBFx"}, /* nor is the byte order mark */
		{"\x1bx\x7f", "\x1bx\x7f"},
		{"\xA0x\x85", "\xA0x\x85"}, /* not UTF-8 */
		{"x\xE4\xBD\xA0", "x\xE4\xBD\xA0"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_str out = gw_str_trim(gw_str(cases[i].in));

		cr_expect(gw_str_equal_c(out, cases[i].out), "case %zu", i);
	}
	cr_assert_null(gw_str_trim(GW_STR_NULL).data);
}

Test(alloc, a_size_of_zero_gives_memory)
{
	char *text = gw_xstrndup("hello", 2);

	free(gw_xmalloc(0));
	free(gw_xcalloc(0, 8));
	free(gw_xrealloc(NULL, 0));
	cr_assert_str_eq(text, "he");
	free(text);
	text = gw_xstrdup("");
	cr_assert_str_eq(text, "");
	free(text);
}

Test(err, every_value_has_a_name_and_only_passing_troubles_are_retried)
{
	cr_assert_str_eq(gw_err_name(GW_OK), "ok");
	cr_assert_str_eq(gw_err_name(GW_NOT_FOUND), "not_found");
	for (int err = GW_OK; err <= GW_INTERNAL; err++) {
		bool passing = err == GW_BUSY || err == GW_UNAVAILABLE || err == GW_UPSTREAM;

		cr_expect_str_neq(gw_err_name((enum gw_err)err), "unknown");
		cr_expect_eq(gw_err_retryable((enum gw_err)err), passing, "%s",
			     gw_err_name((enum gw_err)err));
	}
}
