/* SPDX-License-Identifier: ISC */
/*
 * config.c: how a configuration is put together from defaults, file and environment, by the table of settings.
 *
 * Everything about a key stands in its one line of the table: parsing, errors, the sample file and
 * what `clawgw-admin` prints are made of it. No error text repeats a value, because any value may
 * be a secret that ended up in the wrong place.
 */
#include "base/config.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/setting.h"
#include "base/settings.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENV_PREFIX "CLAWGW_"
#define KEY_SIZE 40 /* longer than any key */

#define SETTINGS GW_ARRAY_LEN(settings)
#define LETTER_SECRET_MIN 16

/* What the environment may hold besides settings. */
static const char *const other_variables[] = {"CLAWGW_CONFIG", "CLAWGW_PORT"};

static const struct setting *find_setting(const char *key)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		if (strcmp(settings[i].key, key) == 0)
			return &settings[i];
	}
	return NULL;
}

/* A file on its way through inih. */
struct source {
	struct gw_config *config;
	struct gw_buf *error;
	const char *path;
	FILE *file;
	unsigned line;
	size_t line_len;
	bool in_line;   /* the line has begun */
	bool has_begun; /* and something other than blanks was in it */
	bool failed;    /* `error` says why */
	bool has_secret;
	unsigned set_in_line[SETTINGS];
};

/* Always NULL and so false: for "return fail(…)" in either kind of function. */
GW_PRINTF(2, 3) static void *fail(struct source *source, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	gw_buf_addf(source->error, "%s:%u: %s", source->path, source->line, text);
	source->failed = true;
	return NULL;
}

/*
 * inih's reader, instead of its fgets(): it counts lines, and it refuses what inih would pass over:
 * the rest of a line behind a NUL byte, a line in two pieces, a section without keys.
 */
static char *read_line(char *str, int size, void *arg)
{
	struct source *source = arg;
	int len = 0;
	int c = 0;

	/* it is looked at even after a failure */
	*str = '\0';
	while (len < size - 1 && c != '\n' && (c = getc(source->file)) != EOF) {
		if (!source->in_line) {
			source->line++;
			source->line_len = 0;
			source->has_begun = false;
		}
		source->in_line = c != '\n';
		if (c == '\0')
			return fail(source, "contains a NUL byte");
		if (source->in_line && ++source->line_len > GW_SETTING_MAX)
			return fail(source, "is longer than %d bytes", GW_SETTING_MAX);
		if (c == '[' && !source->has_begun)
			return fail(source, "there are no sections in this file");
		if (c != ' ' && c != '\t')
			source->has_begun = true;
		str[len++] = (char)c;
		str[len] = '\0';
	}
	return len > 0 ? str : NULL;
}

/*
 * The number of single-character changes between two keys (Levenshtein); KEY_SIZE for what is too
 * long to be one.
 */
static unsigned distance(const char *a, const char *b)
{
	size_t len = strlen(b);
	unsigned row[KEY_SIZE + 1];

	if (strlen(a) > KEY_SIZE || len > KEY_SIZE)
		return KEY_SIZE;
	for (unsigned j = 0; j <= len; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1] != '\0'; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len];
}

static void *fail_unknown(struct source *source, const char *key)
{
	const char *nearest = NULL;
	unsigned smallest = 3;

	/* something that does not look like a key may be a secret whose key was forgotten */
	if (strlen(key) > KEY_SIZE ||
	    key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
		return fail(source, "unknown key");
	for (size_t i = 0; i < SETTINGS; i++) {
		unsigned changes = distance(key, settings[i].key);

		if (changes < smallest) {
			smallest = changes;
			nearest = settings[i].key;
		}
	}
	if (nearest)
		return fail(source, "%s: unknown key (did you mean %s?)", key, nearest);
	return fail(source, "%s: unknown key", key);
}

/* inih's handler: 0 stops it. */
static int take_pair(void *arg, const char *section, const char *key, const char *value)
{
	struct source *source = arg;
	const struct setting *setting = NULL;
	struct gw_buf wanted;
	size_t at = 0;

	if (source->failed)
		return 0;
	if (section[0] != '\0')
		return fail(source, "there are no sections in this file") != NULL;
	setting = find_setting(key);
	if (!setting)
		return fail_unknown(source, key) != NULL;
	at = (size_t)(setting - settings);
	if (source->set_in_line[at] > 0)
		return fail(source, "%s: was set in line %u already", key,
			    source->set_in_line[at]) != NULL;
	if (!gw_setting_set(source->config, setting, value)) {
		gw_buf_init(&wanted, 256);
		gw_setting_describe(&wanted, setting);
		fail(source, "%s: must be %s", key, gw_buf_str(&wanted).data);
		gw_buf_release(&wanted);
		return 0;
	}
	source->set_in_line[at] = source->line;
	if (setting->kind == SECRET && value[0] != '\0')
		source->has_secret = true;
	return 1;
}

static void warn_if_exposed(const struct source *source)
{
	struct stat status;

	if (source->has_secret && fstat(fileno(source->file), &status) == 0 &&
	    (status.st_mode & S_IROTH))
		gw_log_warning("%s: holds secrets and can be read by everybody", source->path);
}

static bool load_file(struct gw_config *config, const char *path, bool must_exist,
		      struct gw_buf *error)
{
	struct source source = {.config = config, .error = error, .path = path};
	int result = 0;

	source.file = fopen(path, "re");
	if (!source.file) {
		if (!must_exist && (errno == ENOENT || errno == ENOTDIR))
			return true;
		gw_buf_addf(error, "%s: cannot be read: %s", path, strerrordesc_np(errno));
		return false;
	}
	/* settings of the library as a whole, which nobody else in clawgw uses */
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = GW_SETTING_MAX + 3;
	ini_allow_inline_comments = false;
	ini_allow_multiline = false;
	ini_allow_no_value = false;
	ini_stop_on_first_error = true;

	result = ini_parse_stream(read_line, &source, take_pair, &source);
	if (!source.failed && ferror(source.file)) {
		gw_buf_addf(error, "%s: cannot be read: %s", path, strerrordesc_np(errno));
		source.failed = true;
	}
	if (!source.failed && result < 0)
		fail(&source, "out of memory");
	if (!source.failed && result > 0)
		fail(&source, "must be `key = value'");
	if (!source.failed)
		warn_if_exposed(&source);
	(void)fclose(source.file);
	return !source.failed;
}

/* CLAWGW_POLL_BATCH for poll_batch. */
static void variable_name(const struct setting *setting, struct gw_buf *out)
{
	gw_buf_add_c(out, ENV_PREFIX);
	for (const char *c = setting->key; *c != '\0'; c++)
		gw_buf_add_char(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
}

static bool load_environment(struct gw_config *config, struct gw_buf *error)
{
	struct gw_buf name;
	bool valid = true;

	gw_buf_init(&name, sizeof ENV_PREFIX + KEY_SIZE);
	for (size_t i = 0; i < SETTINGS && valid; i++) {
		const char *value = NULL;

		gw_buf_reset(&name);
		variable_name(&settings[i], &name);
		value = getenv(name.data);
		if (value && !gw_setting_set(config, &settings[i], value)) {
			gw_buf_addf(error, "environment: %s: must be ", name.data);
			gw_setting_describe(error, &settings[i]);
			valid = false;
		}
	}
	gw_buf_release(&name);
	return valid;
}

static bool is_known_variable(struct gw_str name)
{
	struct gw_buf known;
	bool found = false;

	for (size_t i = 0; i < GW_ARRAY_LEN(other_variables); i++) {
		if (gw_str_equal_c(name, other_variables[i]))
			return true;
	}
	gw_buf_init(&known, sizeof ENV_PREFIX + KEY_SIZE);
	for (size_t i = 0; i < SETTINGS && !found; i++) {
		gw_buf_reset(&known);
		variable_name(&settings[i], &known);
		found = gw_str_equal(name, gw_buf_str(&known));
	}
	gw_buf_release(&known);
	return found;
}

static void warn_of_unknown_variables(void)
{
	for (char **variable = environ; variable && *variable; variable++) {
		struct gw_str name = {*variable, strcspn(*variable, "=")};

		if (strncmp(*variable, ENV_PREFIX, sizeof ENV_PREFIX - 1) == 0 &&
		    !is_known_variable(name))
			gw_log_warning("environment: %.*s: unknown setting",
				       (int)(name.len < 100 ? name.len : 100), name.data);
	}
}

enum gw_err gw_config_load(const char *path, struct gw_buf *error, struct gw_config *ret_config)
{
	struct gw_config config = {0};
	bool named = true;

	for (size_t i = 0; i < SETTINGS; i++) {
		if (!gw_setting_set(&config, &settings[i], settings[i].fallback)) {
			gw_buf_addf(error, "%s: has a bad default", settings[i].key);
			goto fail;
		}
	}
	if (!path) {
		path = getenv("CLAWGW_CONFIG");
		named = path && path[0] != '\0';
	}
	if (!load_file(&config, named ? path : GW_CONFIG_DEFAULT_FILE, named, error))
		goto fail;
	if (!load_environment(&config, error))
		goto fail;
	if (config.inbound_address[0] != '\0' && strlen(config.letter_secret) < LETTER_SECRET_MIN) {
		gw_buf_addf(error,
			    "inbound_address needs a letter_secret of at least %d characters",
			    LETTER_SECRET_MIN);
		goto fail;
	}
	warn_of_unknown_variables();
	*ret_config = config;
	return GW_OK;
fail:
	gw_config_release(&config);
	*ret_config = config;
	return GW_INVALID;
}

const char *gw_config_web_url(const struct gw_config *config)
{
	return config->database_url_web[0] != '\0' ? config->database_url_web
						   : config->database_url;
}

const char *gw_config_worker_url(const struct gw_config *config)
{
	return config->database_url_worker[0] != '\0' ? config->database_url_worker
						      : config->database_url;
}

const char *gw_config_listen_url(const struct gw_config *config, const char *url)
{
	return config->listen_url[0] != '\0' ? config->listen_url : url;
}

void gw_config_release(struct gw_config *config)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		if (gw_setting_is_text(settings[i].kind))
			gw_secret_free(*gw_setting_string(config, &settings[i]));
	}
	*config = (struct gw_config){0};
}

/* Appends a sentence as comment lines of at most 90 columns. */
static void add_comment(struct gw_buf *out, const char *sentence)
{
	size_t column = 0;

	while (*sentence != '\0') {
		size_t len = strcspn(sentence, " ");

		if (column > 0 && column + 1 + len > 90) {
			gw_buf_add_char(out, '\n');
			column = 0;
		}
		gw_buf_add_c(out, column > 0 ? " " : "# ");
		gw_buf_add(out, sentence, len);
		column += len + (column > 0 ? 1 : 2);
		sentence += len + (sentence[len] == ' ');
	}
	gw_buf_add_char(out, '\n');
}

void gw_config_sample(struct gw_buf *out)
{
	struct gw_buf wanted;

	add_comment(out, "SPDX-License-Identifier: ISC");
	add_comment(out, "clawgw.conf: the configuration of all programs of clawgw.");
	gw_buf_add_c(out, "#\n");
	add_comment(out, "A line is `key = value', without quotation marks; lines that begin with "
			 "# or ; are comments. Every key is here, commented out, with its default. "
			 "The environment variable CLAWGW_<KEY>, such as CLAWGW_POLL_BATCH, wins "
			 "over the file.");
	gw_buf_add_c(out, "#\n");
	add_comment(out,
		    "Durations are seconds, or a number with ms, s, m, h or d. Sizes are bytes, "
		    "or a number with K, M or G. This file will hold secrets: nobody but the "
		    "gateway should be able to read it.");

	gw_buf_init(&wanted, 256);
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *setting = &settings[i];

		gw_buf_add_char(out, '\n');
		add_comment(out, setting->help);
		if (!gw_setting_is_text(setting->kind)) {
			gw_buf_reset(&wanted);
			gw_setting_describe(&wanted, setting);
			gw_buf_addf(out, "# (%s)\n", gw_buf_str(&wanted).data);
		}
		gw_buf_addf(out, "#%s =%s%s\n", setting->key,
			    setting->fallback[0] != '\0' ? " " : "", setting->fallback);
	}
	gw_buf_release(&wanted);
}

void gw_config_each(const struct gw_config *config, gw_config_visit *visit, void *arg)
{
	struct gw_config copy = *config; /* shares the strings; only read */
	struct gw_buf text;

	gw_buf_init(&text, GW_SETTING_MAX);
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *setting = &settings[i];

		gw_buf_reset(&text);
		if (setting->kind == SECRET)
			gw_buf_add_c(&text,
				     *gw_setting_string(&copy, setting)[0] != '\0' ? "(set)" : "");
		else if (gw_setting_is_text(setting->kind))
			gw_buf_add_c(&text, *gw_setting_string(&copy, setting));
		else if (setting->kind == LEVEL)
			gw_buf_add_c(&text, gw_log_level_name(copy.log_level));
		else
			gw_setting_format_number(&text, setting->kind,
						 *gw_setting_number(&copy, setting));
		visit(arg, setting->key, gw_buf_str(&text).data, setting->fallback, setting->help);
	}
	gw_buf_release(&text);
}
