/* SPDX-License-Identifier: ISC */
/*
 * clock.c: reading the clocks, and writing times in the protocol's form.
 *
 * gw_time_format() computes the calendar itself: a response may hold thousands of times, and
 * gmtime_r() takes a lock of the C library each time.
 */
#include "base/clock.h"

#include <time.h>

#define SEC_PER_DAY INT64_C(86400)
#define YEAR_1 (INT64_C(-62135596800) * GW_USEC_PER_SEC)
#define YEAR_10000 (INT64_C(253402300800) * GW_USEC_PER_SEC)
/*
 * from 1 March of the year 0 to 1 January 1970; years that begin in March have their leap day at
 * the end
 */
#define MARCH_0_TO_1970 INT64_C(719468)
#define DAYS_PER_400_YEARS 146097
#define DAYS_PER_100_YEARS 36524
#define DAYS_PER_4_YEARS 1461

static int64_t read_clock(clockid_t clock)
{
	struct timespec now = {0};

	/* cannot fail: both clocks exist on every Linux */
	(void)clock_gettime(clock, &now);
	return now.tv_sec * GW_USEC_PER_SEC + now.tv_nsec / 1000;
}

int64_t gw_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t gw_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

static unsigned min(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Gregorian date of a day counted from 1970, for years from 1 to 9999. */
static void civil_date(int64_t day, unsigned *ret_year, unsigned *ret_month, unsigned *ret_mday)
{
	/* days before the first of March, April, …, February */
	static const unsigned short before[] = {0,   31,  61,  92,  122, 153,
						184, 214, 245, 275, 306, 337};
	unsigned rest = (unsigned)(day + MARCH_0_TO_1970);
	unsigned year = rest / DAYS_PER_400_YEARS * 400;
	unsigned count = 0;
	unsigned month = 0;

	rest %= DAYS_PER_400_YEARS;
	count = min(rest / DAYS_PER_100_YEARS, 3); /* the fourth century is a day longer */
	year += count * 100;
	rest -= count * DAYS_PER_100_YEARS;
	year += rest / DAYS_PER_4_YEARS * 4;
	rest %= DAYS_PER_4_YEARS;
	count = min(rest / 365, 3); /* so is the fourth year */
	year += count;
	rest -= count * 365;

	month = min(rest / 30, 11);
	if (rest < before[month])
		month--;
	*ret_mday = rest - before[month] + 1;
	*ret_month = month < 10 ? month + 3 : month - 9;
	*ret_year = month < 10 ? year : year + 1;
}

/*
 * Writes `value` with exactly `digits` digits and a character behind them; returns where to go on.
 */
static char *put(char *at, unsigned value, unsigned digits, char behind)
{
	for (unsigned i = digits; i > 0; i--) {
		at[i - 1] = (char)('0' + value % 10);
		value /= 10;
	}
	at[digits] = behind;
	return at + digits + 1;
}

void gw_time_format(struct gw_buf *out, int64_t time)
{
	char text[sizeof "0000-00-00T00:00:00.000000Z"];
	char *at = text;
	unsigned year = 0;
	unsigned month = 0;
	unsigned mday = 0;
	unsigned second = 0;
	unsigned usec = 0;

	if (time < YEAR_1)
		time = YEAR_1;
	if (time >= YEAR_10000)
		time = YEAR_10000 - 1;
	time -= YEAR_1; /* not negative from here on: division and remainder need no care */
	usec = (unsigned)(time % GW_USEC_PER_SEC);
	time /= GW_USEC_PER_SEC;
	second = (unsigned)(time % SEC_PER_DAY);
	civil_date(time / SEC_PER_DAY + YEAR_1 / GW_USEC_PER_SEC / SEC_PER_DAY, &year, &month,
		   &mday);

	at = put(at, year, 4, '-');
	at = put(at, month, 2, '-');
	at = put(at, mday, 2, 'T');
	at = put(at, second / 3600, 2, ':');
	at = put(at, second / 60 % 60, 2, ':');
	at = put(at, second % 60, 2, usec > 0 ? '.' : 'Z');
	if (usec > 0)
		at = put(at, usec, 6, 'Z');
	gw_buf_add(out, text, (size_t)(at - text));
}
