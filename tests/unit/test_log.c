/* SPDX-License-Identifier: ISC */
/*
 * test_log.c: what a line looks like, read back through a pipe.
 */
#include "base/log.h"
#include "base/attrs.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int saved_stderr;

/* A packet pipe: one read(2) gives what one write(2) wrote. */
static int capture(void)
{
	int ends[2];

	cr_assert_eq(pipe2(ends, O_DIRECT | O_CLOEXEC), 0);
	saved_stderr = dup(STDERR_FILENO);
	cr_assert_geq(dup2(ends[1], STDERR_FILENO), 0);
	close(ends[1]);
	return ends[0];
}

static void release(int fd)
{
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	close(fd);
}

/* One write's bytes as a string. */
static void read_line(int fd, char line[5000])
{
	ssize_t len = read(fd, line, 4999);

	line[len > 0 ? len : 0] = '\0';
}

static bool matches(const char *line, const char *pattern)
{
	regex_t regex;
	bool found = false;

	cr_assert_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	found = regexec(&regex, line, 0, NULL, 0) == 0;
	regfree(&regex);
	return found;
}

Test(log, a_line_names_time_program_level_and_trace)
{
	char line[5000];
	char other[5000];
	int fd = capture();

	gw_log_init("poll", GW_LOG_NOTICE);
	gw_log_set_trace("trace-1");
	gw_log_error("%s %d", "text", 7);
	read_line(fd, line);
	gw_log_set_trace(NULL);
	gw_log_warning("none");
	read_line(fd, other);
	release(fd);
	cr_expect(matches(line,
			  "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z "
			  "poll\\[[0-9]+\\] error \\[trace-1\\] text 7\n$"),
		  "%s", line);
	cr_expect(matches(other, " warning \\[-\\] none\n$"), "%s", other);
}

Test(log, text_from_outside_stays_on_its_line)
{
	static const struct {
		const char *text;
		const char *written;
	} cases[] = {
		{"", ""},
		{"a\nb\r\tc", "a\\x0ab\\x0d\\x09c"},
		{"C:\\x0a", "C:\\x5cx0a"},
		{"\x1b[31m\x7f", "\\x1b[31m\\x7f"},
		{"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80",
		 "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"},
		{"\xC2\x85 \xC2\x9B", "\\xc2\\x85 \\xc2\\x9b"},
		{"\xFF\xE2\x82", "\\xff\\xe2\\x82"},
		{"\xED\xA0\x80", "\\xed\\xa0\\x80"},
	};

	gw_log_init("test", GW_LOG_NOTICE);
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		char line[5000];
		const char *text = NULL;
		int fd = capture();

		gw_log_notice("%s", cases[i].text);
		read_line(fd, line);
		release(fd);
		text = strstr(line, "[-] ");
		cr_assert_not_null(text);
		line[strcspn(line, "\n")] = '\0';
		cr_expect_str_eq(text + 4, cases[i].written);
	}
}

Test(log, a_long_line_is_cut_between_characters_and_still_ends)
{
	static const char *const units[] = {"x", "\xC3\xA9", "\xE2\x82\xAC", "\n"};

	gw_log_init("test", GW_LOG_NOTICE);
	for (size_t i = 0; i < GW_ARRAY_LEN(units); i++) {
		char text[10000] = "";
		char line[5000];
		size_t len = 0;
		int fd = capture();

		while (len + strlen(units[i]) < sizeof text) {
			memcpy(text + len, units[i], strlen(units[i]));
			len += strlen(units[i]);
		}
		text[len] = '\0';
		gw_log_error("%s", text);
		read_line(fd, line);
		release(fd);
		cr_expect_leq(strlen(line), 4096);
		cr_expect_geq(strlen(line), 4090);
		cr_expect_eq(line[strlen(line) - 1], '\n');
		cr_expect_eq(strchr(line, '\n'), line + strlen(line) - 1);
		cr_expect_null(strstr(line, "\\xe2"), "no character is split");
	}
}

Test(log, what_is_below_the_level_is_not_written)
{
	char line[5000];
	int fd = capture();

	gw_log_init("test", GW_LOG_WARNING);
	gw_log_notice("hidden");
	gw_log_warning("shown");
	read_line(fd, line);
	gw_log_set_level(GW_LOG_DEBUG);
	gw_log_debug("also shown");
	cr_expect_not_null(strstr(line, "shown"));
	cr_expect_null(strstr(line, "hidden"));
	read_line(fd, line);
	cr_expect_not_null(strstr(line, " debug [-] also shown"));
	release(fd);
}

Test(log, errno_survives)
{
	int fd = capture();

	errno = ENOENT;
	gw_log_error("x");
	cr_expect_eq(errno, ENOENT);
	release(fd);
}

/* Makes JOURNAL_STREAM name standard error, or a file that is next to it. */
static void pass_for_journal(bool same)
{
	struct stat status;
	char stream[64];

	cr_assert_eq(fstat(STDERR_FILENO, &status), 0);
	(void)snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)status.st_dev,
		       (uintmax_t)status.st_ino + (same ? 0U : 1U));
	cr_assert_eq(setenv("JOURNAL_STREAM", stream, 1), 0);
}

Test(log, the_journal_is_told_the_priority)
{
	const enum gw_log_level levels[] = {GW_LOG_ERROR, GW_LOG_WARNING, GW_LOG_NOTICE,
					    GW_LOG_INFO, GW_LOG_DEBUG};
	const char *const begins[] = {"^<3>2", "^<4>2", "^<5>2", "^<6>2", "^<7>2"};
	char line[5000];
	int fd = capture();

	pass_for_journal(true);
	gw_log_init("poll", GW_LOG_DEBUG);
	for (size_t i = 0; i < GW_ARRAY_LEN(levels); i++) {
		gw_log(levels[i], "text");
		read_line(fd, line);
		cr_expect(matches(line, begins[i]), "%s", line);
	}
	release(fd);
}

Test(log, a_file_that_is_not_the_journal_has_lines_without_priority)
{
	char line[5000];
	int fd = capture();

	pass_for_journal(false);
	gw_log_init("poll", GW_LOG_NOTICE);
	gw_log_error("text");
	read_line(fd, line);
	cr_expect(matches(line, "^2.*error"), "%s", line);
	cr_assert_eq(setenv("JOURNAL_STREAM", "", 1), 0);
	gw_log_init("poll", GW_LOG_NOTICE);
	gw_log_error("text");
	read_line(fd, line);
	release(fd);
	cr_expect(matches(line, "^2.*error"), "%s", line);
}
