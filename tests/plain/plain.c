/* SPDX-License-Identifier: ISC */
/*
 * plain.c: see criterion/criterion.h in this folder.
 */
#include <criterion/criterion.h>

#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define TESTS_MAX 200
#define SUITES_MAX 10
#define TIMEOUT_DEFAULT 60

static struct suite {
	const char *name;
	struct plain_options options;
} suites[SUITES_MAX];
static int suite_count;

static struct test {
	const char *suite;
	const char *name;
	void (*run)(void);
} tests[TESTS_MAX];
static int test_count;

static int failures;

void plain_add_suite(const char *suite, struct plain_options options)
{
	if (suite_count == SUITES_MAX)
		abort();
	suites[suite_count++] = (struct suite){suite, options};
}

void plain_add_test(const char *suite, const char *name, void (*run)(void))
{
	if (test_count == TESTS_MAX)
		abort();
	tests[test_count++] = (struct test){suite, name, run};
}

void plain_check(bool ok, bool fatal, const char *file, int line, const char *condition,
		 const char *fmt, ...)
{
	va_list args;

	if (ok)
		return;
	failures++;
	printf("# %s:%d: does not hold: %s:", file, line, condition);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	if (fatal)
		exit(1);
}

static struct plain_options options_of(const char *suite)
{
	for (int i = 0; i < suite_count; i++) {
		if (strcmp(suites[i].name, suite) == 0)
			return suites[i].options;
	}
	return (struct plain_options){.timeout = TIMEOUT_DEFAULT};
}

/* In the child: whatever is wrong is in its exit status, which ThreadSanitizer sets, too, when it has found something. */
static void run(const struct test *test)
{
	struct plain_options options = options_of(test->suite);

	alarm(options.timeout > 0 ? options.timeout : TIMEOUT_DEFAULT);
	if (options.init != NULL)
		options.init();
	test->run();
	if (options.fini != NULL)
		options.fini();
	exit(failures > 0);
}

int main(void)
{
	int failed = 0;

	printf("1..%d\n", test_count);
	for (int i = 0; i < test_count; i++) {
		int status = 0;
		pid_t child = 0;

		fflush(stdout);
		child = fork();
		if (child < 0)
			abort();
		if (child == 0)
			run(&tests[i]);
		if (waitpid(child, &status, 0) != child)
			abort();
		failed += status != 0;
		printf("%sok %d - %s::%s\n", status == 0 ? "" : "not ", i + 1, tests[i].suite,
		       tests[i].name);
	}
	return failed > 0;
}
