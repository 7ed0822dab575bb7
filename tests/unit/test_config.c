/* SPDX-License-Identifier: ISC */
/*
 * test_config.c: every kind of mistake in a configuration, and the sample file.
 */
#include "base/clock.h"
#include "base/config.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/clawgw-config-XXXXXX";
static char path[64];

static void setup(void)
{
	gw_log_init("test", GW_LOG_ERROR);
	cr_assert_not_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/clawgw.conf", dir);
}

static void teardown(void)
{
	unlink(path);
	rmdir(dir);
}

TestSuite(config, .init = setup, .fini = teardown);

static void write_file(struct gw_str text)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(text.data, 1, text.len, file), text.len);
	cr_assert_eq(fclose(file), 0);
}

/* Loads `text` and expects exactly this error behind the path, or success if it is NULL. */
static void expect_error(struct gw_str text, const char *want)
{
	struct gw_config config;
	struct gw_buf error;
	enum gw_err err = GW_OK;

	write_file(text);
	gw_buf_init(&error, 1000);
	err = gw_config_load(path, &error, &config);
	if (!want) {
		cr_expect_eq(err, GW_OK, "%s", error.data);
	} else {
		cr_expect_eq(err, GW_INVALID, "no error: %s", want);
		if (err == GW_INVALID)
			cr_expect(strncmp(error.data, path, strlen(path)) == 0, "%s", error.data);
		if (err == GW_INVALID)
			cr_expect_str_eq(error.data + strlen(path), want);
	}
	gw_config_release(&config);
	gw_buf_release(&error);
}

Test(config, mistakes_in_a_file_are_errors_that_name_line_and_key)
{
	static const struct {
		struct gw_str text;
		const char *error;
	} cases[] = {
		{GW_STR_LIT(""), NULL},
		{GW_STR_LIT("# comment\n; comment\n\n  threads = 2  \r\nsite_name: x"), NULL},
		{GW_STR_LIT("\xEF\xBB\xBFthreads = 2\n"), NULL},
		{GW_STR_LIT("\n\npoll_batch = 0\n"),
		 ":3: poll_batch: must be an integer from 1 to 1000"},
		{GW_STR_LIT("poll_batch = 1001"),
		 ":1: poll_batch: must be an integer from 1 to 1000"},
		{GW_STR_LIT("poll_batch = 5 # five"),
		 ":1: poll_batch: must be an integer from 1 to 1000"},
		{GW_STR_LIT("poll_batch ="), ":1: poll_batch: must be an integer from 1 to 1000"},
		{GW_STR_LIT("job_lease = soon"),
		 ":1: job_lease: must be a duration from 100ms to 1h"},
		{GW_STR_LIT("job_lease = 2h"),
		 ":1: job_lease: must be a duration from 100ms to 1h"},
		{GW_STR_LIT("max_body_bytes = 1023"),
		 ":1: max_body_bytes: must be a size from 1K to 64M"},
		{GW_STR_LIT("log_level = loud"),
		 ":1: log_level: must be one of error, warning, notice, info, debug"},
		{GW_STR_LIT("public_url = ftp://x"),
		 ":1: public_url: must be an http:// or https:// URL without user name, query and "
		 "fragment"},
		{GW_STR_LIT("public_url = https://"),
		 ":1: public_url: must be an http:// or https:// URL without user name, query and "
		 "fragment"},
		{GW_STR_LIT("public_url = https://u:p@host"),
		 ":1: public_url: must be an http:// or https:// URL without user name, query and "
		 "fragment"},
		{GW_STR_LIT("public_url = https://host/?x"),
		 ":1: public_url: must be an http:// or https:// URL without user name, query and "
		 "fragment"},
		{GW_STR_LIT("public_url ="), NULL},
		{GW_STR_LIT("feishu_url ="), ":1: feishu_url: must be an http:// or https:// URL "
					     "without user name, query and fragment"},
		{GW_STR_LIT("smtp_url = https://host"),
		 ":1: smtp_url: must be an smtp:// or smtps:// URL without user name, query and "
		 "fragment"},
		{GW_STR_LIT("site_name = a\xFF"), ":1: site_name: must be UTF-8 text without "
						  "control characters, at most 65536 bytes"},
		{GW_STR_LIT("jwt_secret = hunter2\x01"),
		 ":1: jwt_secret: must be UTF-8 text without control characters, at most 65536 "
		 "bytes"},
		{GW_STR_LIT("poll_bath = 3"),
		 ":1: poll_bath: unknown key (did you mean poll_batch?)"},
		{GW_STR_LIT("Threads = 3"), ":1: unknown key"},
		{GW_STR_LIT("something_else = 3"), ":1: something_else: unknown key"},
		{GW_STR_LIT("sk-Secret = 3"), ":1: unknown key"},
		{GW_STR_LIT("threads = 2\n\nthreads = 2\n"),
		 ":3: threads: was set in line 1 already"},
		{GW_STR_LIT("hunter2\n"), ":1: must be `key = value'"},
		{GW_STR_LIT("[gateway]\n"), ":1: there are no sections in this file"},
		{GW_STR_LIT("  [gateway\n"), ":1: there are no sections in this file"},
		{GW_STR_LIT("threads = 2\nsite_name = a\0b\n"), ":2: contains a NUL byte"},
	};
	/* inih takes a line in pieces: first 200 bytes, then as many again */
	char late[300] = "site_name = ";

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++)
		expect_error(cases[i].text, cases[i].error);
	memset(late + 12, 'a', sizeof(late) - 12);
	for (size_t at = 190; at < 260; at++) {
		late[at] = '\0';
		expect_error((struct gw_str){late, at + 1}, ":1: contains a NUL byte");
		late[at] = 'a';
	}
}

Test(config, values_are_converted)
{
	struct gw_config config;
	struct gw_buf error;

	write_file(GW_STR_LIT(
		"delivery_lease = 0\njob_lease=500ms\nmax_body_bytes = 3M\nlog_level=debug\n"
		"public_url = https://gw.example.org/base//\nsite_name = a = b ; c # d\n"
		"smtp_url = smtps://mail:465\njwt_secret = s\n  threads = 7\n"));
	gw_buf_init(&error, 1000);
	cr_assert_eq(gw_config_load(path, &error, &config), GW_OK, "%s", error.data);
	cr_expect_eq(config.delivery_lease, 0);
	cr_expect_eq(config.job_lease, 500000);
	cr_expect_eq(config.max_body_bytes, 3 << 20);
	cr_expect_eq(config.log_level, GW_LOG_DEBUG);
	cr_expect_str_eq(config.public_url, "https://gw.example.org/base");
	cr_expect_str_eq(config.site_name, "a = b ; c # d");
	cr_expect_str_eq(config.smtp_url, "smtps://mail:465");
	cr_expect_str_eq(config.jwt_secret, "s");
	cr_expect_eq(config.threads, 7);
	cr_expect_str_eq(config.admin_token, "", "not set is empty, never NULL");
	cr_expect_eq(config.seen_interval, 10 * GW_USEC_PER_SEC);
	gw_config_release(&config);
	gw_buf_release(&error);
}

/* A file with one value of `len` bytes in a line of len + 10. */
static void write_long_line(size_t len, bool line_feed)
{
	struct gw_buf text;

	gw_buf_init(&text, 100000);
	gw_buf_add_c(&text, "site_name=");
	for (size_t i = 0; i < len; i++)
		gw_buf_add_char(&text, 'x');
	if (line_feed)
		gw_buf_add_c(&text, "\nthreads = 9\n");
	write_file(gw_buf_str(&text));
	gw_buf_release(&text);
}

Test(config, a_line_may_have_64_kib_and_a_longer_one_is_an_error)
{
	static const size_t lengths[] = {150, 180, 189, 190, 191, 400, 1000, 65525, 65526};

	for (size_t i = 0; i < 2 * GW_ARRAY_LEN(lengths); i++) {
		size_t len = lengths[i / 2];
		struct gw_config config;
		struct gw_buf error;

		write_long_line(len, i % 2);
		gw_buf_init(&error, 1000);
		cr_assert_eq(gw_config_load(path, &error, &config), GW_OK, "%zu: %s", len,
			     error.data);
		cr_expect_eq(strlen(config.site_name), len);
		cr_expect_eq(config.threads, i % 2 ? 9 : 4);
		gw_config_release(&config);
		gw_buf_release(&error);
	}
	write_long_line(65527, true);
	{
		struct gw_config config;
		struct gw_buf error;

		gw_buf_init(&error, 1000);
		cr_assert_eq(gw_config_load(path, &error, &config), GW_INVALID);
		cr_expect_not_null(strstr(error.data, ":1: is longer than 65536 bytes"), "%s",
				   error.data);
		gw_buf_release(&error);
	}
}

static void expect_environment_error(const char *name, const char *value, const char *want)
{
	struct gw_config config;
	struct gw_buf error;

	gw_buf_init(&error, 1000);
	cr_assert_eq(setenv(name, value, 1), 0);
	cr_expect_eq(gw_config_load(path, &error, &config), want ? GW_INVALID : GW_OK, "%s",
		     error.data);
	cr_expect_str_eq(error.data, want ? want : "");
	cr_assert_eq(unsetenv(name), 0);
	gw_config_release(&config);
	gw_buf_release(&error);
}

Test(config, the_environment_wins_and_is_checked_too)
{
	struct gw_config config;
	struct gw_buf error;

	write_file(GW_STR_LIT("threads = 2\nsite_name = file\npoll_batch = 5\n"));
	gw_buf_init(&error, 1000);
	setenv("CLAWGW_THREADS", "3", 1);
	setenv("CLAWGW_SITE_NAME", "", 1);
	setenv("CLAWGW_PORT", "8080", 1);
	setenv("CLAWGW_UNKNOWN", "only a warning", 1);
	cr_assert_eq(gw_config_load(path, &error, &config), GW_OK, "%s", error.data);
	cr_expect_eq(config.threads, 3);
	cr_expect_eq(config.poll_batch, 5);
	cr_expect_str_eq(config.site_name, "");
	gw_config_release(&config);
	gw_buf_release(&error);

	expect_environment_error("CLAWGW_THREADS", "",
				 "environment: CLAWGW_THREADS: must be an integer from 1 to 64");
	expect_environment_error("CLAWGW_JWT_SECRET", "line\n",
				 "environment: CLAWGW_JWT_SECRET: must be UTF-8 text without "
				 "control characters, at most 65536 bytes");
	expect_environment_error("CLAWGW_PUBLIC_URL", "", NULL);
}

Test(config, a_named_file_must_be_readable)
{
	struct gw_config config;
	struct gw_buf error;

	gw_buf_init(&error, 1000);
	cr_expect_eq(gw_config_load("/nonexistent/clawgw.conf", &error, &config), GW_INVALID);
	cr_expect_str_eq(error.data,
			 "/nonexistent/clawgw.conf: cannot be read: No such file or directory");
	gw_buf_reset(&error);
	cr_expect_eq(gw_config_load(dir, &error, &config), GW_INVALID);
	cr_expect_not_null(strstr(error.data, "cannot be read: Is a directory"), "%s", error.data);
	gw_buf_reset(&error);
	setenv("CLAWGW_CONFIG", "/nonexistent/other.conf", 1);
	cr_expect_eq(gw_config_load(NULL, &error, &config), GW_INVALID);
	cr_expect_not_null(strstr(error.data, "/nonexistent/other.conf: "), "%s", error.data);
	gw_buf_release(&error);
}

struct visits {
	size_t count;
	char last[64];
	bool defaults;
};

static void visit(void *arg, const char *key, const char *value, const char *default_value,
		  const char *help)
{
	struct visits *visits = arg;

	cr_expect(strcmp(visits->last, key) < 0, "%s stands behind %s", key, visits->last);
	cr_expect_gt(strlen(help), 10);
	if (visits->defaults)
		cr_expect_str_eq(value, default_value,
				 "the default of %s is not in its own notation", key);
	else if (strcmp(key, "jwt_secret") == 0)
		cr_expect_str_eq(value, "(set)");
	else if (strcmp(key, "job_lease") == 0)
		cr_expect_str_eq(value, "2m");
	(void)snprintf(visits->last, sizeof visits->last, "%s", key);
	visits->count++;
}

Test(config, keys_are_visited_in_alphabetical_order_and_secrets_are_not_shown)
{
	struct visits visits = {.defaults = true};
	struct gw_config config;
	struct gw_buf error;

	write_file(GW_STR_LIT("# nothing\n"));
	gw_buf_init(&error, 1000);
	cr_assert_eq(gw_config_load(path, &error, &config), GW_OK, "%s", error.data);
	gw_config_each(&config, visit, &visits);
	cr_expect_eq(visits.count, sizeof(struct gw_config) / sizeof(int64_t),
		     "every field has a key");
	gw_config_release(&config);

	write_file(GW_STR_LIT("jwt_secret = hunter2\njob_lease = 120\n"));
	cr_assert_eq(gw_config_load(path, &error, &config), GW_OK, "%s", error.data);
	visits = (struct visits){.defaults = false};
	gw_config_each(&config, visit, &visits);
	gw_config_release(&config);
	gw_buf_release(&error);
}

Test(config, the_committed_sample_is_the_one_the_table_makes)
{
	const char *srcdir = getenv("GW_TEST_SRCDIR");
	struct gw_buf sample;
	struct gw_buf file_name;
	char committed[65536];
	size_t len = 0;
	FILE *file = NULL;

	cr_assert_not_null(srcdir, "run through make check");
	gw_buf_init(&sample, sizeof committed);
	gw_buf_init(&file_name, 4096);
	gw_config_sample(&sample);
	gw_buf_addf(&file_name, "%s/conf/clawgw.conf", srcdir);
	file = fopen(file_name.data, "r");
	cr_assert_not_null(file, "%s", file_name.data);
	len = fread(committed, 1, sizeof committed, file);
	(void)fclose(file);
	cr_expect(gw_str_equal((struct gw_str){committed, len}, gw_buf_str(&sample)),
		  "conf/clawgw.conf differs from gw_config_sample()");
	gw_buf_release(&sample);
	gw_buf_release(&file_name);
}

Test(config, the_sample_loads_and_so_does_every_default_in_it)
{
	struct gw_buf sample;
	struct gw_buf opened;

	gw_buf_init(&sample, 65536);
	gw_buf_init(&opened, 65536);
	gw_config_sample(&sample);
	expect_error(gw_buf_str(&sample), NULL);
	/* "#key = value" has no blank behind the #, comments have one */
	for (size_t i = 0; i < sample.len; i++) {
		bool begins = i == 0 || sample.data[i - 1] == '\n';

		if (!(begins && sample.data[i] == '#' && sample.data[i + 1] >= 'a' &&
		      sample.data[i + 1] <= 'z'))
			gw_buf_add_char(&opened, sample.data[i]);
	}
	cr_expect_not_null(strstr(opened.data, "\nthreads = 4\n"));
	expect_error(gw_buf_str(&opened), NULL);
	gw_buf_release(&sample);
	gw_buf_release(&opened);
}
