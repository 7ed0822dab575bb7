/* SPDX-License-Identifier: ISC */
/*
 * options.c: see options.h. The table is the one place where an option is described; the help is made of it, and a test holds
 * the manual page and the completion against it.
 */
#include "connect/options.h"

#include "base/alloc.h"
#include "base/text.h"
#include "base/units.h"
#include "connect/join.h"

#include <getopt.h>
#include <limits.h>
#include <unistd.h>

#define BASE_PATH "/api/gateway"

enum option_id {
	OPTION_CA_FILE = 256,
	OPTION_HELP,
	OPTION_INPUT,
	OPTION_INTERRUPTED,
	OPTION_INTERVAL,
	OPTION_KEY_FILE,
	OPTION_LEASE,
	OPTION_LOG_LEVEL,
	OPTION_MAX_RESULT,
	OPTION_NAME,
	OPTION_ON_REPLY,
	OPTION_ONCE,
	OPTION_PARALLEL,
	OPTION_PRESET,
	OPTION_PROGRAM,
	OPTION_PROXY,
	OPTION_PURGE,
	OPTION_STATE,
	OPTION_TIME_LIMIT,
	OPTION_URL,
	OPTION_VERSION,
	OPTION_WAIT,
};

static const struct {
	const char *name;
	const char *value; /* NULL: it takes none */
	enum option_id id;
	const char *help;
} table[] = {
	{"url", "URL", OPTION_URL, "the gateway, e.g. https://agents.example.org"},
	{"key-file", "FILE", OPTION_KEY_FILE, "holds the agent's key"},
	{"preset", "NAME", OPTION_PRESET, "a CLI agent that is known: see below"},
	{"program", "FILE", OPTION_PROGRAM, "the preset's program, if not in PATH by its own name"},
	{"name", "NAME", OPTION_NAME, "of this agent on this machine (the key file's name)"},
	{"parallel", "N", OPTION_PARALLEL, "messages worked on at a time (1)"},
	{"time-limit", "TIME", OPTION_TIME_LIMIT, "for one message (30m)"},
	{"input", "KIND", OPTION_INPUT, "what the command reads: prompt, text or json (prompt)"},
	{"on-reply", NULL, OPTION_ON_REPLY, "run for replies that expect no answer, too"},
	{"interrupted", "WHAT", OPTION_INTERRUPTED,
	 "a run that was cut off: repeat or report (repeat)"},
	{"once", NULL, OPTION_ONCE, "answer what waits, then end"},
	{"max-result", "SIZE", OPTION_MAX_RESULT, "longest answer (256K)"},
	{"lease", "TIME", OPTION_LEASE,
	 "the gateway's delivery_lease (1h); progress is told at a third"},
	{"wait", "TIME", OPTION_WAIT, "how long a request waits for messages (50s)"},
	{"interval", "TIME", OPTION_INTERVAL, "between requests if the gateway cannot wait (10s)"},
	{"ca-file", "FILE", OPTION_CA_FILE, "certificates to trust instead of the system's"},
	{"proxy", "URL", OPTION_PROXY, "instead of that of the environment"},
	{"state", "DIR", OPTION_STATE, "where messages and results are kept"},
	{"purge", NULL, OPTION_PURGE, "uninstall: remove the state, too"},
	{"log-level", "LEVEL", OPTION_LOG_LEVEL, "error, warning, notice, info or debug (notice)"},
	{"help", NULL, OPTION_HELP, "this text"},
	{"version", NULL, OPTION_VERSION, "the version"},
};

static const struct {
	const char *name;
	enum gw_connect_verb verb;
} verbs[] = {
	{"join", GW_CONNECT_JOIN},           {"install", GW_CONNECT_INSTALL},
	{"status", GW_CONNECT_STATUS},       {"doctor", GW_CONNECT_DOCTOR},
	{"uninstall", GW_CONNECT_UNINSTALL},
};

static const char usage[] =
	"usage: clawgw-connect [--url URL --key-file FILE] [OPTION...] -- COMMAND [ARGUMENT...]\n"
	"       clawgw-connect [--url URL --key-file FILE] [OPTION...] --preset NAME [-- "
	"ARGUMENT...]\n"
	"       clawgw-connect join [--name NAME] INVITATION\n"
	"       clawgw-connect install|doctor ...        as the first two\n"
	"       clawgw-connect status|uninstall [--name NAME]\n"
	"\n"
	"Makes a command an agent: it reads each message on its standard input, and what it "
	"prints\n"
	"is the answer.\n";

static void print_help(void)
{
	struct gw_buf names;

	gw_buf_init(&names, 1024);
	gw_preset_names(&names);
	(void)printf("%s\nPresets: %s.\n\n", usage, names.data);
	gw_buf_release(&names);
	for (size_t i = 0; i < GW_ARRAY_LEN(table); i++)
		(void)printf("  --%-11s %-6s %s\n", table[i].name,
			     table[i].value != NULL ? table[i].value : "", table[i].help);
}

enum gw_err gw_connect_url(const char *given, struct gw_buf *error, char **ret_url)
{
	static const char *const tails[] = {"/poll", "/report", "/heartbeat", "/send-message",
					    "/mcp"};
	struct gw_str url = gw_str_trim(gw_str(given));
	struct gw_buf out;

	if (url.len < 8 ||
	    (strncmp(url.data, "http://", 7) != 0 && strncmp(url.data, "https://", 8) != 0)) {
		gw_buf_addf(
			error,
			"the address of the gateway has to begin with https:// (or http://): %s",
			given);
		return GW_INVALID;
	}
	for (size_t i = 0; i < url.len; i++) {
		if ((unsigned char)url.data[i] <= ' ' || url.data[i] == '?' || url.data[i] == '#') {
			gw_buf_addf(error,
				    "the address of the gateway may not hold blanks, ? or #: %s",
				    given);
			return GW_INVALID;
		}
	}
	while (url.len > 0 && url.data[url.len - 1] == '/')
		url.len--;
	for (size_t i = 0; i < GW_ARRAY_LEN(tails); i++) {
		size_t len = strlen(tails[i]);

		if (url.len > len && memcmp(url.data + url.len - len, tails[i], len) == 0)
			url.len -= len;
	}
	gw_buf_init(&out, url.len + sizeof(BASE_PATH));
	gw_buf_add_str(&out, url);
	if (url.len < strlen(BASE_PATH) ||
	    memcmp(url.data + url.len - strlen(BASE_PATH), BASE_PATH, strlen(BASE_PATH)) != 0)
		gw_buf_add_c(&out, BASE_PATH);
	*ret_url = gw_buf_detach(&out);
	return GW_OK;
}

/* The path as seen from anywhere. */
static char *absolute(const char *path)
{
	struct gw_buf out;
	char here[PATH_MAX];

	gw_buf_init(&out, (size_t)2 * PATH_MAX);
	if (path[0] != '/' && getcwd(here, sizeof(here)) != NULL)
		gw_buf_addf(&out, "%s/", here);
	gw_buf_add_c(&out, path);
	return gw_buf_detach(&out);
}

/* The key file's name without its ending, as far as it can be part of a file's name. */
static char *name_of(const char *key_file)
{
	const char *slash = strrchr(key_file, '/');
	const char *base = slash != NULL ? slash + 1 : key_file;
	size_t len = strcspn(base, ".");
	char *name = gw_xstrndup(base, len > 0 && len <= 64 ? len : 0);

	for (char *c = name; *c != '\0'; c++) {
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		      (*c >= '0' && *c <= '9') || *c == '-' || *c == '_'))
			*c = '-';
	}
	if (name[0] == '\0') {
		free(name);
		name = gw_xstrdup(GW_CONNECT_NAME);
	}
	return name;
}

static char *default_state(const char *name)
{
	const char *base = getenv("STATE_DIRECTORY");
	const char *home = getenv("HOME");
	struct gw_buf out;

	gw_buf_init(&out, PATH_MAX);
	if (base != NULL && base[0] == '/') {
		gw_buf_add_c(&out, base);
		return gw_buf_detach(&out);
	}
	base = getenv("XDG_STATE_HOME");
	if (base != NULL && base[0] == '/')
		gw_buf_addf(&out, "%s/clawgw-connect/%s", base, name);
	else
		gw_buf_addf(&out, "%s/.local/state/clawgw-connect/%s",
			    home != NULL && home[0] == '/' ? home : "/tmp", name);
	return gw_buf_detach(&out);
}

static bool read_duration(const char *value, int64_t min, int64_t max, int64_t *ret_value)
{
	int64_t parsed = 0;

	if (!gw_duration_parse(gw_str(value), &parsed) || parsed < min || parsed > max)
		return false;
	*ret_value = parsed;
	return true;
}

static bool read_size(const char *value, int64_t *ret_value)
{
	int64_t parsed = 0;

	if (!gw_size_parse(gw_str(value), &parsed) || parsed < 1024 || parsed > 8 * 1024 * 1024)
		return false;
	*ret_value = parsed;
	return true;
}

static bool read_word(const char *value, const char *const *words, int *ret_index)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], value) == 0) {
			*ret_index = i;
			return true;
		}
	}
	return false;
}

static bool read_name(const char *value, char **ret_name)
{
	size_t len =
		strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	if (len == 0 || len > 64 || value[len] != '\0')
		return false;
	free(*ret_name);
	*ret_name = gw_xstrdup(value);
	return true;
}

/* One option with its value. False: the value is none. */
static bool take(struct gw_connect_options *options, enum option_id id, const char *value)
{
	static const char *const inputs[] = {"prompt", "text", "json", NULL};
	static const char *const whats[] = {"repeat", "report", NULL};
	static const char *const levels[] = {"error", "warning", "notice", "info", "debug", NULL};
	const int64_t second = 1000000;
	int index = 0;

	switch (id) {
	case OPTION_CA_FILE:
		options->ca_file = value;
		return true;
	case OPTION_PROXY:
		options->proxy = value;
		return true;
	case OPTION_PROGRAM:
		options->program = value;
		return true;
	case OPTION_KEY_FILE:
		free(options->key_file);
		options->key_file = absolute(value);
		return true;
	case OPTION_STATE:
		free(options->state);
		options->state = absolute(value);
		return true;
	case OPTION_URL:
		free(options->url);
		options->url = gw_xstrdup(value);
		return true;
	case OPTION_NAME:
		return read_name(value, &options->name);
	case OPTION_PRESET:
		options->preset = gw_preset_find(value);
		return options->preset != NULL;
	case OPTION_PARALLEL:
		return gw_parse_int64(gw_str(value), 1, 64, &options->parallel);
	case OPTION_TIME_LIMIT:
		return read_duration(value, second, 7 * 86400 * second, &options->time_limit);
	case OPTION_LEASE:
		return read_duration(value, 3 * second, 7 * 86400 * second, &options->lease);
	case OPTION_WAIT:
		return read_duration(value, 0, 300 * second, &options->wait);
	case OPTION_INTERVAL:
		return read_duration(value, second, 86400 * second, &options->interval);
	case OPTION_MAX_RESULT:
		return read_size(value, &options->max_result);
	case OPTION_INPUT:
		if (!read_word(value, inputs, &index))
			return false;
		options->input = (enum gw_input)index;
		return true;
	case OPTION_INTERRUPTED:
		if (!read_word(value, whats, &index))
			return false;
		options->report_interrupted = index == 1;
		return true;
	case OPTION_LOG_LEVEL:
		if (!read_word(value, levels, &index))
			return false;
		options->log_level = (enum gw_log_level)index;
		return true;
	case OPTION_ON_REPLY:
		options->on_reply = true;
		return true;
	case OPTION_ONCE:
		options->once = true;
		return true;
	case OPTION_PURGE:
		options->purge = true;
		return true;
	case OPTION_HELP:
	case OPTION_VERSION:
		return true;
	}
	return false;
}

/* GW_INVALID with an empty `error`: it was answered. */
static enum gw_err read_all(int argc, char **argv, struct gw_buf *error,
			    struct gw_connect_options *options)
{
	struct option longs[GW_ARRAY_LEN(table) + 1];
	int index = 0;
	int id = 0;

	memset(longs, 0, sizeof(longs));
	for (size_t i = 0; i < GW_ARRAY_LEN(table); i++)
		longs[i] = (struct option){table[i].name,
					   table[i].value != NULL ? required_argument : no_argument,
					   NULL, (int)table[i].id};
	optind = 1;
	opterr = 0;
	while ((id = getopt_long(argc, argv, "+", longs, &index)) != -1) {
		if (id == OPTION_HELP) {
			print_help();
			return GW_INVALID;
		}
		if (id == OPTION_VERSION) {
			(void)printf("clawgw-connect %s\n", PACKAGE_VERSION);
			return GW_INVALID;
		}
		if (id == '?') {
			gw_buf_addf(error, "unknown option, or one without its value: %s",
				    argv[optind - 1]);
			return GW_INVALID;
		}
		if (!take(options, (enum option_id)id, optarg)) {
			gw_buf_addf(error, "--%s: not a value for it: %s", longs[index].name,
				    optarg);
			return GW_INVALID;
		}
	}
	options->command = argv + optind;
	return GW_OK;
}

/* The address of an invitation: not one of a page, and with a code. */
static enum gw_err read_invitation(struct gw_buf *error, struct gw_connect_options *options)
{
	static const char place[] = "/api/gateway/join/";
	const char *given = options->command[0];
	const char *found = given != NULL ? strstr(given, place) : NULL;

	if (found == NULL || found[strlen(place)] == '\0' || options->command[1] != NULL ||
	    (strncmp(given, "https://", 8) != 0 && strncmp(given, "http://", 7) != 0)) {
		gw_buf_add_c(
			error,
			"join wants the address of an invitation, https://…/api/gateway/join/CODE");
		return GW_INVALID;
	}
	options->invitation = given;
	return GW_OK;
}

/* What was not said, as far as it can be known. GW_INVALID, GW_INTERNAL: of gw_join_url(). */
static enum gw_err add_defaults(struct gw_buf *error, struct gw_connect_options *options)
{
	enum gw_err err = GW_OK;

	if (options->name == NULL)
		options->name = name_of(options->key_file != NULL ? options->key_file : "");
	if (options->key_file == NULL)
		options->key_file = gw_join_path(options->name, "key");
	if (options->url == NULL)
		err = gw_join_url(options->name, error, &options->url);
	if (options->state == NULL)
		options->state = default_state(options->name);
	if (options->preset != NULL && options->program == NULL)
		options->program = options->preset->program;
	return err;
}

static enum gw_err complete(struct gw_buf *error, struct gw_connect_options *options)
{
	bool needs_gateway = options->verb == GW_CONNECT_RUN ||
			     options->verb == GW_CONNECT_INSTALL ||
			     options->verb == GW_CONNECT_DOCTOR;
	enum gw_err err = add_defaults(error, options);
	char *url = NULL;

	/* who leaves need not know where from */
	if (options->verb == GW_CONNECT_JOIN || !needs_gateway)
		gw_buf_reset(error);
	if (options->verb == GW_CONNECT_JOIN)
		return read_invitation(error, options);
	if (!needs_gateway)
		return GW_OK;
	if (err != GW_OK)
		return err;
	if (options->url == NULL) {
		gw_buf_add_c(error, "no gateway: give --url and --key-file, or join one first "
				    "(clawgw-connect join)");
		return GW_INVALID;
	}
	if (gw_connect_url(options->url, error, &url) != GW_OK)
		return GW_INVALID;
	free(options->url);
	options->url = url;
	if (options->preset == NULL && options->command[0] == NULL) {
		gw_buf_add_c(error, "no command: put it behind --, or name a --preset");
		return GW_INVALID;
	}
	return GW_OK;
}

enum gw_err gw_connect_options_read(int argc, char **argv, struct gw_buf *error,
				    struct gw_connect_options *ret_options)
{
	const int64_t second = 1000000;
	struct gw_connect_options options = {
		.parallel = 1,
		.wait = 50 * second,
		.interval = 10 * second,
		.lease = 3600 * second,
		.time_limit = 1800 * second,
		.max_result = (int64_t)256 * 1024,
		.log_level = GW_LOG_NOTICE,
	};
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < GW_ARRAY_LEN(verbs) && argc > 1; i++) {
		if (strcmp(argv[1], verbs[i].name) == 0) {
			options.verb = verbs[i].verb;
			argc--;
			argv++;
			break;
		}
	}
	options.words = argv + 1;
	err = read_all(argc, argv, error, &options);
	if (err == GW_OK)
		err = complete(error, &options);
	if (err == GW_OK)
		*ret_options = options;
	else
		gw_connect_options_release(&options);
	return err;
}

void gw_connect_options_release(struct gw_connect_options *options)
{
	free(options->url);
	free(options->key_file);
	free(options->name);
	free(options->state);
}
