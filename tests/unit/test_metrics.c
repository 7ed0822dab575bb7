/* SPDX-License-Identifier: ISC */
/*
 * test_metrics.c: counters in a file that several processes share, and files that are no such thing.
 */
#include "base/log.h"
#include "base/metrics.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[] = {"one", "two", "other", NULL};
static const char *const more_names[] = {"one", "two", "three", "other", NULL};

static const struct gw_metrics_table table = {.events = names};
static const struct gw_metrics_table more_table = {.events = more_names};

static char dir[64];
static char path[96];

static void prepare(void)
{
	gw_log_init("test", GW_LOG_ERROR);
	(void)snprintf(dir, sizeof(dir), "/tmp/gwmXXXXXX");
	cr_assert_not_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/metrics", dir);
}

static void clean(void)
{
	(void)unlink(path);
	/* and nothing else was left there */
	cr_expect_eq(rmdir(dir), 0, "something is left in %s", dir);
}

TestSuite(metrics, .init = prepare, .fini = clean);

static uint64_t counted(const struct gw_metrics *metrics, size_t name, int code)
{
	struct gw_metrics_sample sample;

	gw_metrics_read(metrics, name, &sample);
	for (size_t i = 0; i < GW_METRICS_CODES; i++) {
		if (sample.codes[i].code == code)
			return sample.codes[i].count;
	}
	return UINT64_MAX;
}

static uint64_t counted_in_file(size_t name, int code)
{
	struct gw_metrics *metrics = gw_metrics_open(path, &table);
	uint64_t count = counted(metrics, name, code);

	gw_metrics_close(metrics);
	return count;
}

static void write_file(const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);

	cr_assert(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	close(fd);
}

Test(metrics, counts_by_name_and_code)
{
	struct gw_metrics *metrics = gw_metrics_open("", &table);

	gw_metrics_count(metrics, 0, 200, 10);
	gw_metrics_count(metrics, 0, 200, 10);
	gw_metrics_count(metrics, 0, 404, 10);
	gw_metrics_count(metrics, 1, 200, 10);
	gw_metrics_count(metrics, 1, 299, 10);
	gw_metrics_count(metrics, 1000, 503, 10);
	cr_expect_eq(counted(metrics, 0, 200), 2);
	cr_expect_eq(counted(metrics, 0, 404), 1);
	cr_expect_eq(counted(metrics, 1, 200), 1);
	cr_expect_eq(counted(metrics, 1, 0), 1, "a code that is not listed");
	cr_expect_eq(counted(metrics, 2, 503), 1, "a name that there is not");
	gw_metrics_close(metrics);
}

Test(metrics, puts_durations_into_buckets)
{
	static const int64_t durations[] = {-5, 0, 1000, 1001, 10000000, 10000001};
	static const size_t buckets[] = {0, 0, 0, 1, 11, 12};
	struct gw_metrics *metrics = gw_metrics_open("", &table);
	struct gw_metrics_sample sample;
	uint64_t expected[GW_METRICS_BUCKETS + 1] = {0};

	for (size_t i = 0; i < 6; i++) {
		gw_metrics_count(metrics, 0, 200, durations[i]);
		expected[buckets[i]]++;
	}
	gw_metrics_read(metrics, 0, &sample);
	cr_expect_arr_eq(sample.buckets, expected, sizeof(expected));
	cr_expect_eq(sample.microseconds, 1000 + 1001 + 10000000 + 10000001);
	gw_metrics_close(metrics);
}

Test(metrics, of_nothing_count_nothing)
{
	struct gw_metrics_sample sample;

	gw_metrics_count(NULL, 0, 200, 1);
	gw_metrics_read(NULL, 0, &sample);
	cr_expect_eq(sample.codes[1].count, 0);
	gw_metrics_close(NULL);
}

Test(metrics, outlive_the_process)
{
	struct stat stat_of_file;
	struct gw_metrics *metrics = NULL;

	umask(077);
	metrics = gw_metrics_open(path, &table);
	gw_metrics_count(metrics, 1, 200, 10);
	gw_metrics_close(metrics);
	cr_expect_eq(counted_in_file(1, 200), 1);
	cr_assert_eq(stat(path, &stat_of_file), 0);
	cr_expect_eq(stat_of_file.st_mode & 0777, 0660, "whatever the umask");
}

/* Several processes start at once, on a path where `prepare_path` left something, and count. */
static void count_in_many_processes(void)
{
	enum { PROCESSES = 8, EVENTS = 20000 };
	pid_t pids[PROCESSES];
	int status = 0;
	int gate[2];
	char byte;

	cr_assert_eq(pipe(gate), 0);
	for (int i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct gw_metrics *metrics = NULL;

			close(gate[1]);
			(void)!read(gate[0], &byte, 1); /* ends for all at once */
			metrics = gw_metrics_open(path, &table);
			for (int n = 0; n < EVENTS; n++)
				gw_metrics_count(metrics, 0, 200, 1);
			gw_metrics_close(metrics);
			_exit(0);
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < PROCESSES; i++) {
		cr_assert_eq(waitpid(pids[i], &status, 0), pids[i]);
		cr_expect_eq(status, 0);
	}
	cr_expect_eq(counted_in_file(0, 200), PROCESSES * EVENTS);
}

Test(metrics, of_processes_that_make_the_file_at_once_are_not_lost)
{
	count_in_many_processes();
}

Test(metrics, of_processes_that_replace_the_file_at_once_are_not_lost)
{
	write_file("garbage", 7);
	count_in_many_processes();
}

struct bad_file {
	char title[32];
	off_t size; /* cut or extended to this; -1: as it is */
	int offset; /* of the byte that is changed; -1: none */
};

ParameterizedTestParameters(metrics, start_anew_in_place_of)
{
	static struct bad_file files[] = {
		{"an empty file", 0, -1},       {"a truncated head", 10, -1},
		{"a truncated file", 4096, -1}, {"a file that is too long", 1 << 20, -1},
		{"another magic", -1, 0},       {"another version", -1, 8},
		{"another size", -1, 12},       {"other names", -1, 20},
	};
	return cr_make_param_array(struct bad_file, files, sizeof(files) / sizeof(files[0]), NULL);
}

ParameterizedTest(struct bad_file *file, metrics, start_anew_in_place_of)
{
	struct gw_metrics *metrics = gw_metrics_open(path, &table);
	struct gw_metrics *old = NULL;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	gw_metrics_count(metrics, 0, 200, 10);
	gw_metrics_close(metrics);
	cr_assert(fd >= 0);
	if (file->size >= 0)
		cr_assert_eq(ftruncate(fd, file->size), 0);
	if (file->offset >= 0)
		cr_assert_eq(pwrite(fd, "\xff", 1, file->offset), 1);
	close(fd);
	metrics = gw_metrics_open(path, &table);
	cr_expect_eq(counted(metrics, 0, 200), 0, "%s", file->title);
	gw_metrics_count(metrics, 0, 200, 10);
	cr_expect_eq(counted_in_file(0, 200), 1, "%s", file->title);
	/* who has the replaced file goes on with it unharmed */
	old = gw_metrics_open(path, &more_table);
	gw_metrics_count(metrics, 0, 200, 10);
	cr_expect_eq(counted(metrics, 0, 200), 2);
	cr_expect_eq(counted(old, 0, 200), 0, "counters of another table");
	gw_metrics_close(old);
	gw_metrics_close(metrics);
}

Test(metrics, keep_off_what_is_no_regular_file)
{
	char target[128];
	struct gw_metrics *metrics = NULL;

	(void)snprintf(target, sizeof(target), "%s/target", dir);
	cr_assert_eq(symlink(target, path), 0);
	metrics = gw_metrics_open(path, &table);
	gw_metrics_count(metrics, 0, 200, 1);
	cr_expect_eq(counted(metrics, 0, 200), 1, "counts for itself");
	cr_expect_neq(access(target, F_OK), 0, "nothing was made behind the link");
	gw_metrics_close(metrics);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(mkfifo(path, 0660), 0);
	metrics = gw_metrics_open(path, &table);
	gw_metrics_count(metrics, 0, 200, 1);
	cr_expect_eq(counted(metrics, 0, 200), 1);
	gw_metrics_close(metrics);
}

Test(metrics, keep_off_a_file_that_everybody_may_write)
{
	struct gw_metrics *metrics = NULL;

	gw_metrics_close(gw_metrics_open(path, &table));
	cr_assert_eq(chmod(path, 0666), 0);
	metrics = gw_metrics_open(path, &table);
	gw_metrics_count(metrics, 0, 200, 1);
	gw_metrics_close(metrics);
	cr_assert_eq(chmod(path, 0660), 0);
	cr_expect_eq(counted_in_file(0, 200), 0);
}

Test(metrics, do_without_a_folder_that_is_not_there)
{
	struct gw_metrics *metrics = gw_metrics_open("/nonexistent/metrics", &table);

	gw_metrics_count(metrics, 0, 200, 1);
	cr_expect_eq(counted(metrics, 0, 200), 1);
	gw_metrics_close(metrics);
}

Test(metrics, add_up_totals)
{
	struct gw_metrics *one = gw_metrics_open(path, &table);
	struct gw_metrics *other = gw_metrics_open(path, &table);

	gw_metrics_add(one, 3, 5);
	gw_metrics_add(other, 3, 2);
	gw_metrics_add(other, 4, 0);
	gw_metrics_add(one, GW_METRICS_TOTALS_MAX, 1);
	gw_metrics_add(NULL, 3, 1);
	cr_expect_eq(gw_metrics_total(one, 3), 7);
	cr_expect_eq(gw_metrics_total(one, 4), 0);
	cr_expect_eq(gw_metrics_total(one, GW_METRICS_TOTALS_MAX), 0);
	cr_expect_eq(gw_metrics_total(NULL, 3), 0);
	gw_metrics_close(one);
	gw_metrics_close(other);
}

static struct gw_metrics_gauge gauge(const struct gw_metrics *metrics, size_t number)
{
	struct gw_metrics_gauge gauges[GW_METRICS_GAUGES_MAX];

	gw_metrics_gauges(metrics, gauges);
	return gauges[number];
}

Test(metrics, sum_gauges_and_find_the_largest)
{
	struct gw_metrics *one = gw_metrics_open(path, &table);
	struct gw_metrics *other = gw_metrics_open(path, &table);
	struct gw_metrics *reader = gw_metrics_open(path, &table);

	gw_metrics_gauge_add(one, 1, 3);
	gw_metrics_gauge_add(one, 1, -1);
	gw_metrics_gauge_set(other, 1, 5);
	gw_metrics_gauge_set(other, GW_METRICS_GAUGES_MAX, 5);
	gw_metrics_gauge_set(NULL, 1, 5);
	cr_expect_eq(gauge(reader, 1).sum, 7);
	cr_expect_eq(gauge(reader, 1).largest, 5);
	cr_expect_eq(gauge(one, 1).sum, 7, "its own and the other's");
	cr_expect_eq(gauge(NULL, 1).sum, 0);
	gw_metrics_close(other);
	cr_expect_eq(gauge(reader, 1).sum, 2, "who has gone says nothing");
	other = gw_metrics_open(path, &table);
	gw_metrics_gauge_set(other, 0, 1);
	cr_expect_eq(gauge(reader, 1).sum, 2, "nor does who comes after him, by mistake");
	gw_metrics_close(one);
	gw_metrics_close(other);
	gw_metrics_close(reader);
	one = gw_metrics_open("", &table);
	gw_metrics_gauge_set(one, 2, 4);
	cr_expect_eq(gauge(one, 2).sum, 4, "without a file");
	gw_metrics_close(one);
}

Test(metrics, forget_the_gauges_of_a_process_that_was_killed)
{
	struct gw_metrics *metrics = gw_metrics_open(path, &table);
	int ready[2];
	char byte = 0;
	pid_t child = 0;

	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct gw_metrics *own = gw_metrics_open(path, &table);

		gw_metrics_gauge_set(own, 0, 10000);
		_exit(write(ready[1], "x", 1) == 1 && pause() == 0);
	}
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	cr_expect_eq(gauge(metrics, 0).sum, 10000);
	cr_assert_eq(kill(child, SIGKILL), 0);
	cr_assert_eq(waitpid(child, NULL, 0), child);
	cr_expect_eq(gauge(metrics, 0).sum, 0);
	close(ready[0]);
	close(ready[1]);
	gw_metrics_close(metrics);
}

Test(metrics, do_without_the_gauges_of_one_process_too_many)
{
	struct gw_metrics *all[129];

	gw_log_init("test", GW_LOG_ERROR);
	for (size_t i = 0; i < 129; i++) {
		all[i] = gw_metrics_open(path, &table);
		gw_metrics_gauge_set(all[i], 0, 1);
		gw_metrics_gauge_add(all[i], 0, 1);
	}
	cr_expect_eq(gauge(all[0], 0).sum, 256);
	cr_expect_eq(gauge(all[128], 0).sum, 256);
	for (size_t i = 0; i < 129; i++)
		gw_metrics_close(all[i]);
}
