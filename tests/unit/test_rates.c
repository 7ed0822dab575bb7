/* SPDX-License-Identifier: ISC */
/*
 * test_rates.c: so many a second, so many at once, in several processes, and files that are something else.
 */
#include "base/clock.h"
#include "base/rates.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct gw_rate slow = {.per_second = 5, .burst = 10};

static unsigned take_all(struct gw_rates *rates, const char *who, const struct gw_rate *rate,
			 unsigned tries)
{
	unsigned taken = 0;
	int64_t wait = 0;

	for (unsigned i = 0; i < tries; i++)
		taken += gw_rates_take(rates, GW_RATE_SENDS, gw_str(who), rate, &wait);
	return taken;
}

Test(rates, so_many_at_once_then_so_many_a_second)
{
	struct gw_rates *rates = gw_rates_open("");
	int64_t wait = 0;

	cr_expect(gw_rates_allows(rates, GW_RATE_SENDS, gw_str("a"), &slow, &wait));
	cr_expect_eq(take_all(rates, "a", &slow, 50), 10);
	cr_expect_not(gw_rates_take(rates, GW_RATE_SENDS, gw_str("a"), &slow, &wait));
	cr_expect(wait > 0 && wait <= 200000, "%lld", (long long)wait);
	cr_expect_not(gw_rates_allows(rates, GW_RATE_SENDS, gw_str("a"), &slow, &wait));
	cr_expect_eq(take_all(rates, "b", &slow, 1), 1, "somebody else is not concerned");
	cr_expect(gw_rates_take(rates, GW_RATE_WRONG_KEYS, gw_str("a"), &slow, &wait),
		  "nor is another kind");
	usleep(450000);
	cr_expect_eq(take_all(rates, "a", &slow, 50), 2);
	gw_rates_close(rates);
}

Test(rates, zero_is_no_limit_and_so_is_nobody)
{
	const struct gw_rate off = {.per_second = 0, .burst = 1};
	struct gw_rates *rates = gw_rates_open("");

	cr_expect_eq(take_all(rates, "a", &off, 10000), 10000);
	cr_expect_eq(take_all(NULL, "a", &slow, 100), 100);
	cr_expect_not(gw_rates_marked(NULL, gw_str("a")));
	gw_rates_mark(NULL, gw_str("a"));
	cr_expect_eq(gw_rates_tell(NULL), 1);
	gw_rates_close(rates);
}

Test(rates, marks_are_remembered_and_events_told_once_a_second)
{
	struct gw_rates *rates = gw_rates_open("");

	cr_expect_not(gw_rates_marked(rates, gw_str("a")));
	gw_rates_mark(rates, gw_str("a"));
	cr_expect(gw_rates_marked(rates, gw_str("a")));
	cr_expect_not(gw_rates_marked(rates, gw_str("b")));
	cr_expect_eq(gw_rates_tell(rates), 1);
	for (int i = 0; i < 7; i++)
		cr_expect_eq(gw_rates_tell(rates), 0);
	usleep(1050000);
	cr_expect_eq(gw_rates_tell(rates), 8);
	gw_rates_close(rates);
}

Test(rates, processes_share_the_file_and_replace_what_is_none)
{
	char folder[] = "/tmp/gw-rates-XXXXXX";
	const struct gw_rate rate = {.per_second = 1, .burst = 200};
	struct gw_rates *rates = NULL;
	struct stat status;
	char path[64];
	int64_t wait = 0;
	FILE *file = NULL;

	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/rates", folder);
	file = fopen(path, "we");
	(void)fputs("something else", file);
	(void)fclose(file);
	rates = gw_rates_open(path);
	cr_assert(stat(path, &status) == 0 && (status.st_mode & 0777) == 0660);
	for (int i = 0; i < 4; i++) {
		if (fork() == 0) {
			struct gw_rates *mine = gw_rates_open(path);

			_exit((int)take_all(mine, "a", &rate, 40));
		}
	}
	for (int i = 0; i < 4; i++) {
		int end = 0;

		(void)wait4(-1, &end, 0, NULL);
		cr_expect_eq(WEXITSTATUS(end), 40);
	}
	cr_expect(take_all(rates, "a", &rate, 100) <= 42);
	cr_expect_not(gw_rates_take(rates, GW_RATE_SENDS, gw_str("a"), &rate, &wait));
	gw_rates_close(rates);
	(void)unlink(path);
	(void)rmdir(folder);
}

Test(rates, a_flood_of_names_forgets_those_with_the_most_left)
{
	struct gw_rates *rates = gw_rates_open("");
	char name[32];

	cr_expect_eq(take_all(rates, "busy", &slow, 50), 10);
	for (int i = 0; i < 200000; i++) {
		(void)snprintf(name, sizeof(name), "name %d", i);
		cr_assert_eq(take_all(rates, name, &slow, 1), 1);
	}
	gw_rates_mark(rates, gw_str("known"));
	cr_expect(gw_rates_marked(rates, gw_str("known")));
	gw_rates_close(rates);
}
