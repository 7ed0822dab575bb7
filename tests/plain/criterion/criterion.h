/* SPDX-License-Identifier: ISC */
/*
 * criterion.h: as much of Criterion's interface as the tests of threads use, for builds with ThreadSanitizer: Criterion's
 * own way to share memory with its children wants addresses that ThreadSanitizer has taken.
 *
 * A test runs in a process of its own that is ended by its suite's timeout; the program speaks TAP.
 */
#ifndef GW_PLAIN_CRITERION_H
#define GW_PLAIN_CRITERION_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct plain_options {
	void (*init)(void);
	void (*fini)(void);
	unsigned timeout; /* seconds */
};

/* Called before main() by what the macros below make. */
void plain_add_suite(const char *suite, struct plain_options options);
void plain_add_test(const char *suite, const char *name, void (*run)(void));
/* Counts and prints a failure if not ok; if fatal, ends the test with it. */
void plain_check(bool ok, bool fatal, const char *file, int line, const char *condition,
		 const char *fmt, ...) __attribute__((format(printf, 6, 7)));

#define TestSuite(suite, ...)                                                                      \
	__attribute__((constructor(101))) static void plain_suite_##suite(void)                    \
	{                                                                                          \
		plain_add_suite(#suite, (struct plain_options){__VA_ARGS__});                      \
	}                                                                                          \
	struct plain_options

#define Test(suite, name)                                                                          \
	static void suite##_##name(void);                                                          \
	__attribute__((constructor)) static void plain_test_##suite##_##name(void)                 \
	{                                                                                          \
		plain_add_test(#suite, #name, suite##_##name);                                     \
	}                                                                                          \
	static void suite##_##name(void)

#define PLAIN(fatal, condition, ...)                                                               \
	plain_check((condition), fatal, __FILE__, __LINE__, #condition, " " __VA_ARGS__)

#define cr_assert(condition, ...) PLAIN(true, condition, __VA_ARGS__)
#define cr_assert_eq(a, b, ...) PLAIN(true, (a) == (b), __VA_ARGS__)
#define cr_assert_neq(a, b, ...) PLAIN(true, (a) != (b), __VA_ARGS__)
#define cr_assert_geq(a, b, ...) PLAIN(true, (a) >= (b), __VA_ARGS__)
#define cr_assert_gt(a, b, ...) PLAIN(true, (a) > (b), __VA_ARGS__)
#define cr_assert_lt(a, b, ...) PLAIN(true, (a) < (b), __VA_ARGS__)
#define cr_assert_leq(a, b, ...) PLAIN(true, (a) <= (b), __VA_ARGS__)
#define cr_assert_null(a, ...) PLAIN(true, (a) == NULL, __VA_ARGS__)
#define cr_assert_not_null(a, ...) PLAIN(true, (a) != NULL, __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...) PLAIN(true, strcmp((a), (b)) == 0, __VA_ARGS__)
#define cr_assert_not(condition, ...) PLAIN(true, !(condition), __VA_ARGS__)
#define cr_expect(condition, ...) PLAIN(false, condition, __VA_ARGS__)
#define cr_expect_eq(a, b, ...) PLAIN(false, (a) == (b), __VA_ARGS__)
#define cr_expect_neq(a, b, ...) PLAIN(false, (a) != (b), __VA_ARGS__)
#define cr_expect_geq(a, b, ...) PLAIN(false, (a) >= (b), __VA_ARGS__)
#define cr_expect_gt(a, b, ...) PLAIN(false, (a) > (b), __VA_ARGS__)
#define cr_expect_lt(a, b, ...) PLAIN(false, (a) < (b), __VA_ARGS__)
#define cr_expect_leq(a, b, ...) PLAIN(false, (a) <= (b), __VA_ARGS__)
#define cr_expect_null(a, ...) PLAIN(false, (a) == NULL, __VA_ARGS__)
#define cr_expect_not_null(a, ...) PLAIN(false, (a) != NULL, __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...) PLAIN(false, strcmp((a), (b)) == 0, __VA_ARGS__)
#define cr_expect_not(condition, ...) PLAIN(false, !(condition), __VA_ARGS__)

#endif
