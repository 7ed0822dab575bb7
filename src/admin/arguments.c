/* SPDX-License-Identifier: ISC */
/*
 * arguments.c: what a command asks of its command line, and the sentences with which it fails.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/alloc.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/units.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SENTENCE_MAX 16384

enum gw_exit gw_admin_fail(enum gw_exit status, const char *fmt, ...)
{
	struct gw_buf line;
	va_list args;
	char *text = NULL;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		abort();
	va_end(args);
	gw_buf_init(&line, 4 * (size_t)SENTENCE_MAX);
	gw_output_escape(&line, gw_utf8_cut(gw_str(text), SENTENCE_MAX));
	(void)fflush(stdout);
	(void)fprintf(stderr, "clawgw-admin: %s\n", line.data);
	gw_buf_release(&line);
	free(text);
	return status;
}

enum gw_exit gw_admin_store_failed(enum gw_err err, const char *doing)
{
	switch (err) {
	case GW_OK:
		return GW_EXIT_OK;
	case GW_UNAVAILABLE:
	case GW_BUSY:
		return gw_admin_fail(GW_EXIT_UNAVAILABLE,
				     "cannot %s: the database does not serve us now (%s); "
				     "`clawgw-admin doctor' looks into it",
				     doing, gw_db_last_message());
	case GW_NOT_FOUND:
		return gw_admin_fail(GW_EXIT_NOT_FOUND, "cannot %s: it is not there", doing);
	case GW_CONFLICT:
		return gw_admin_fail(GW_EXIT_CONFLICT, "cannot %s: the database forbids it (%s)",
				     doing, gw_db_last_message());
	case GW_INVALID:
	case GW_UNAUTHORIZED:
	case GW_FORBIDDEN:
	case GW_TOO_LARGE:
	case GW_UPSTREAM:
	case GW_INTERNAL:
		break;
	}
	return gw_admin_fail(GW_EXIT_FAILED, "cannot %s: %s", doing, gw_err_name(err));
}

const char *gw_admin_option(const struct gw_admin *admin, const char *name)
{
	const struct gw_option *options = admin->command->options;

	for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
		if (strcmp(options[i].name, name) == 0)
			return admin->values[i];
	}
	abort(); /* the command asks for what its line in commands.c does not have */
}

enum gw_exit gw_admin_integer(const struct gw_admin *admin, const char *name, int64_t min,
			      int64_t max, int64_t fallback, int64_t *ret_value)
{
	const char *value = gw_admin_option(admin, name);

	if (value == NULL) {
		*ret_value = fallback;
		return GW_EXIT_OK;
	}
	if (!gw_parse_int64(gw_str(value), min, max, ret_value))
		return gw_admin_fail(GW_EXIT_USAGE, "--%s must be a whole number from %lld to %lld",
				     name, (long long)min, (long long)max);
	return GW_EXIT_OK;
}

enum gw_exit gw_admin_duration(const struct gw_admin *admin, const char *name, int64_t fallback,
			       int64_t *ret_value)
{
	const char *value = gw_admin_option(admin, name);

	if (value == NULL) {
		*ret_value = fallback;
		return GW_EXIT_OK;
	}
	if (!gw_duration_parse(gw_str(value), ret_value))
		return gw_admin_fail(GW_EXIT_USAGE,
				     "--%s must be a duration such as 90s, 15m, 1h or 30d", name);
	return GW_EXIT_OK;
}

enum gw_exit gw_admin_confirm(const struct gw_admin *admin, const char *question)
{
	char answer[16];

	if (gw_admin_option(admin, "yes") != NULL)
		return GW_EXIT_OK;
	if (!isatty(STDIN_FILENO))
		return gw_admin_fail(GW_EXIT_USAGE,
				     "nobody is there to be asked; --yes does it without");
	(void)fflush(stdout);
	(void)fprintf(stderr, "%s [y/N] ", question);
	if (fgets(answer, sizeof(answer), stdin) != NULL && (*answer == 'y' || *answer == 'Y'))
		return GW_EXIT_OK;
	return gw_admin_fail(GW_EXIT_FAILED, "nothing was changed");
}

enum gw_exit gw_admin_secret(const struct gw_admin *admin, const char *name, char **ret_secret)
{
	const char *value = gw_admin_option(admin, name);
	char *line = NULL;
	size_t size = 0;
	ssize_t len = 0;

	if (value == NULL || strcmp(value, "-") != 0) {
		*ret_secret = value != NULL ? gw_xstrdup(value) : NULL;
		return GW_EXIT_OK;
	}
	len = getline(&line, &size, stdin);
	if (len > 0 && line[len - 1] == '\n')
		line[--len] = '\0';
	if (len <= 0 || strlen(line) != (size_t)len || !gw_utf8_valid(gw_str(line)) ||
	    gw_utf8_length(gw_str(line)) > GW_OPTION_DEFAULT_MAX) {
		gw_secret_wipe(line, size);
		free(line);
		return gw_admin_fail(
			GW_EXIT_USAGE,
			"--%s - reads a line of at most %d characters from standard input", name,
			GW_OPTION_DEFAULT_MAX);
	}
	*ret_secret = line;
	return GW_EXIT_OK;
}
