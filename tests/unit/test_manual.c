/* SPDX-License-Identifier: ISC */
/*
 * test_manual.c: clawgw.conf(5) and the table of settings say the same: every key once, in the table's order, with what it
 * means and its default.
 */
#include "base/config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANUAL_MAX ((size_t)1024 * 1024)

static void read_manual(struct gw_buf *out)
{
	const char *srcdir = getenv("GW_TEST_SRCDIR");
	struct gw_buf path;
	char block[4096];
	size_t got = 0;
	FILE *file = NULL;

	gw_buf_init(&path, 4096);
	gw_buf_addf(&path, "%s/man/clawgw.conf.5", srcdir != NULL ? srcdir : ".");
	file = fopen(path.data, "re");
	cr_assert(file != NULL, "%s is not there", path.data);
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		gw_buf_add(out, block, got);
	(void)fclose(file);
	gw_buf_release(&path);
}

/* The manual has one sentence on a line: so has `text` afterwards. */
static void one_sentence_a_line(const char *help, struct gw_buf *text)
{
	for (const char *c = help; *c != '\0'; c++) {
		if (*c == '.' && c[1] == ' ') {
			gw_buf_add_c(text, ".\n");
			c++;
		} else {
			gw_buf_add_char(text, *c);
		}
	}
}

struct reader {
	const char *at; /* what has not been compared yet */
	unsigned keys;
};

static void compare(void *arg, const char *key, const char *value, const char *default_value,
		    const char *help)
{
	struct reader *reader = arg;
	const char *next = NULL;
	const char *found = NULL;
	struct gw_buf want;

	(void)value;
	gw_buf_init(&want, 8192);
	gw_buf_addf(&want, ".It Ic %s\n", key);
	one_sentence_a_line(help, &want);
	cr_assert(strncmp(reader->at, want.data, want.len) == 0,
		  "expected in clawgw.conf.5:\n%sfound:\n%.300s", want.data, reader->at);
	next = strstr(reader->at + 1, "\n.It Ic ");
	gw_buf_reset(&want);
	gw_buf_addf(&want, "\n.br\nDefault: %s\n",
		    default_value[0] == '\0' ? "empty" : default_value);
	found = strstr(reader->at, want.data);
	cr_expect(found != NULL && (next == NULL || found < next), "%s: the default is %s", key,
		  default_value);
	gw_buf_release(&want);
	reader->keys++;
	reader->at = next != NULL ? next + 1 : "";
}

Test(manual, every_key_is_described_once_in_order_with_its_default)
{
	struct gw_config config;
	struct reader reader = {.keys = 0};
	struct gw_buf manual;
	struct gw_buf error;

	gw_log_init("test", GW_LOG_ERROR);
	gw_buf_init(&error, 1024);
	gw_buf_init(&manual, MANUAL_MAX);
	read_manual(&manual);
	cr_assert(gw_config_load("/dev/null", &error, &config) == GW_OK, "%s", error.data);
	reader.at = strstr(manual.data, ".It Ic ");
	cr_assert_not_null(reader.at);
	gw_config_each(&config, compare, &reader);
	cr_expect_str_empty(reader.at, "a key that no program knows: %.40s", reader.at);
	cr_expect_gt(reader.keys, 0);
	gw_config_release(&config);
	gw_buf_release(&manual);
	gw_buf_release(&error);
}
