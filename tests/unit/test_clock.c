/* SPDX-License-Identifier: ISC */
/*
 * test_clock.c: the protocol's times, compared with the C library's calendar.
 */
#include "base/clock.h"

#include <criterion/criterion.h>
#include <time.h>

#define SEC INT64_C(1000000)

static void check(int64_t time, const char *want)
{
	struct gw_buf out;

	gw_buf_init(&out, 100);
	gw_time_format(&out, time);
	cr_expect_str_eq(out.data, want);
	gw_buf_release(&out);
}

Test(clock, times_are_written_as_the_protocol_says)
{
	static const struct {
		int64_t time;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00Z"},
		{1, "1970-01-01T00:00:00.000001Z"},
		{-1, "1969-12-31T23:59:59.999999Z"},
		{1767225602 * SEC, "2026-01-01T00:00:02Z"},
		{1767225603 * SEC + 500000, "2026-01-01T00:00:03.500000Z"},
		{951782400 * SEC, "2000-02-29T00:00:00Z"},
		{4107542400 * SEC, "2100-03-01T00:00:00Z"},
		{4107542399 * SEC, "2100-02-28T23:59:59Z"},
		{-62135596800 * SEC, "0001-01-01T00:00:00Z"},
		{-62135596800 * SEC - 1, "0001-01-01T00:00:00Z"},
		{INT64_MIN, "0001-01-01T00:00:00Z"},
		{253402300800 * SEC - 1, "9999-12-31T23:59:59.999999Z"},
		{253402300800 * SEC, "9999-12-31T23:59:59.999999Z"},
		{INT64_MAX, "9999-12-31T23:59:59.999999Z"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++)
		check(cases[i].time, cases[i].text);
}

Test(clock, every_day_of_the_calendar_agrees_with_the_c_library)
{
	struct gw_buf out;

	gw_buf_init(&out, 100);
	for (int64_t day = -719162; day < 2932896; day++) {
		time_t second = day * 86400 + 86399;
		char want[64] = "";
		struct tm tm;

		cr_assert_not_null(gmtime_r(&second, &tm));
		(void)snprintf(want, sizeof want, "%04d-%02d-%02dT23:59:59Z", tm.tm_year + 1900,
			       tm.tm_mon + 1, tm.tm_mday);
		gw_buf_reset(&out);
		gw_time_format(&out, second * SEC);
		if (strcmp(out.data, want) != 0)
			cr_assert_fail("%s is written %s", want, out.data);
	}
	gw_buf_release(&out);
}

Test(clock, the_monotonic_clock_does_not_go_back_and_the_wall_clock_is_in_microseconds)
{
	int64_t before = gw_monotonic();

	for (int i = 0; i < 1000; i++) {
		int64_t now = gw_monotonic();

		cr_assert_geq(now, before);
		before = now;
	}
	cr_assert_leq(llabs(gw_now() / SEC - time(NULL)), 2);
}
