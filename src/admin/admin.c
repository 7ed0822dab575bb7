/* SPDX-License-Identifier: ISC */
/*
 * admin.c: from the command line to a command and to an exit status.
 *
 * It knows no command; they are in commands.c. General options may stand anywhere, those of a command behind its words.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "store/migration.h"

#include <getopt.h>

#define PROGRAM "clawgw-admin"
#define ERROR_MAX 16384

/* what getopt_long returns: general options are letters, a command's own are OWN + its place in the table */
enum {
	OPTION_CONFIG = 'c',
	OPTION_HELP = 'h',
	OPTION_JSON = 'j',
	OPTION_VERSION = 'V',
	OPTION_OWN = 1000
};

static const struct option general_options[] = {
	{"config", required_argument, NULL, OPTION_CONFIG},
	{"help", no_argument, NULL, OPTION_HELP},
	{"json", no_argument, NULL, OPTION_JSON},
	{"version", no_argument, NULL, OPTION_VERSION},
};

#define GENERAL_OPTIONS GW_ARRAY_LEN(general_options)

/* What the command line asks for besides a command. */
struct wishes {
	bool help;
	bool version;
};

/* ---- options ---------------------------------------------------------------------------------------------------- */

static size_t option_count(const struct gw_command *command)
{
	size_t count = 0;

	if (command != NULL && command->options != NULL) {
		while (command->options[count].name != NULL)
			count++;
	}
	if (count > GW_OPTIONS_MAX)
		abort(); /* a line in commands.c has too many */
	return count;
}

/* Whether `value` is one of the words of "a|b|c". */
static bool is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = choices; at != NULL; at = strchr(at, '|')) {
		at += *at == '|' ? 1 : 0;
		if (strncmp(at, value, len) == 0 && (at[len] == '|' || at[len] == '\0'))
			return len > 0;
	}
	return false;
}

static enum gw_exit check_text(const char *what, const char *value, size_t max)
{
	if (!gw_utf8_valid(gw_str(value)))
		return gw_admin_fail(GW_EXIT_USAGE, "%s is not UTF-8", what);
	if (gw_utf8_length(gw_str(value)) > max)
		return gw_admin_fail(GW_EXIT_USAGE, "%s is longer than %zu characters", what, max);
	return GW_EXIT_OK;
}

static enum gw_exit check_option(const struct gw_option *option, const char *value)
{
	char what[80];

	if (option->argument == NULL || value == NULL)
		return GW_EXIT_OK;
	(void)snprintf(what, sizeof(what), "the value of --%s", option->name);
	if (strchr(option->argument, '|') != NULL && !is_choice(option->argument, value))
		return gw_admin_fail(GW_EXIT_USAGE, "%s must be one of %s", what, option->argument);
	return check_text(what, value, option->max != 0 ? option->max : GW_OPTION_DEFAULT_MAX);
}

static enum gw_exit no_option(const struct gw_command *command, const char *given)
{
	const char *meant = NULL;

	if (strncmp(given, "--", 2) == 0)
		meant = gw_suggest_option(command, given + 2);
	return gw_admin_fail(GW_EXIT_USAGE, "there is no option %s here%s%s%s", given,
			     meant != NULL ? "; did you mean --" : "", meant != NULL ? meant : "",
			     meant != NULL ? "?" : "");
}

/*
 * Parses options from argv[1] on into `admin` and `wishes`. With a command its own options are known too and may
 * be mixed with arguments; without one, parsing ends at the first word. *ret_next is where the words begin.
 */
static enum gw_exit parse_options(struct gw_admin *admin, const struct gw_command *command,
				  int argc, char **argv, struct wishes *wishes, int *ret_next)
{
	struct option known[GENERAL_OPTIONS + GW_OPTIONS_MAX + 1];
	size_t own = option_count(command);
	enum gw_exit status = GW_EXIT_OK;
	int option = 0;

	memset(known, 0, sizeof(known));
	memcpy(known, general_options, sizeof(general_options));
	for (size_t i = 0; i < own; i++)
		known[GENERAL_OPTIONS + i] = (struct option){
			command->options[i].name,
			command->options[i].argument != NULL ? required_argument : no_argument,
			NULL,
			OPTION_OWN + (int)i,
		};
	optind = 0; /* glibc: starts afresh */
	opterr = 0;
	while ((option = getopt_long(argc, argv, command != NULL ? ":c:hV" : "+:c:hV", known,
				     NULL)) != -1) {
		switch (option) {
		case OPTION_CONFIG:
			admin->config_file = optarg;
			break;
		case OPTION_HELP:
			wishes->help = true;
			break;
		case OPTION_JSON:
			admin->json = true;
			break;
		case OPTION_VERSION:
			wishes->version = true;
			break;
		case ':':
			return gw_admin_fail(GW_EXIT_USAGE, "%s needs a value", argv[optind - 1]);
		case '?':
			return no_option(command, argv[optind - 1]);
		default:
			if (command == NULL)
				abort(); /* nobody else has options of that kind */
			status = check_option(&command->options[option - OPTION_OWN], optarg);
			if (status != GW_EXIT_OK)
				return status;
			admin->values[option - OPTION_OWN] = optarg != NULL ? optarg : "";
		}
	}
	*ret_next = optind;
	return GW_EXIT_OK;
}

/* ---- commands --------------------------------------------------------------------------------------------------- */

/* The command of the first words; *ret_words is how many they were. NULL: none. */
static const struct gw_command *find_command(int count, char **words, int *ret_words)
{
	for (const struct gw_command *command = gw_commands; command->noun != NULL; command++) {
		if (count < 1 || strcmp(command->noun, words[0]) != 0)
			continue;
		if (command->verb == NULL) {
			*ret_words = 1;
			return command;
		}
		if (count >= 2 && strcmp(command->verb, words[1]) == 0) {
			*ret_words = 2;
			return command;
		}
	}
	return NULL;
}

static enum gw_exit check_arguments(const struct gw_admin *admin)
{
	const struct gw_command *command = admin->command;
	const char *verb = command->verb != NULL ? command->verb : "";

	if (!gw_arguments_fit(command->arguments, admin->argument_count))
		return gw_admin_fail(GW_EXIT_USAGE, "usage: " PROGRAM " %s%s%s%s%s", command->noun,
				     *verb != '\0' ? " " : "", verb,
				     *command->arguments != '\0' ? " " : "", command->arguments);
	for (int i = 0; i < admin->argument_count; i++) {
		enum gw_exit status =
			check_text("an argument", admin->arguments[i], command->argument_max);

		if (status != GW_EXIT_OK)
			return status;
		if (gw_str_trim(gw_str(admin->arguments[i])).len == 0)
			return gw_admin_fail(GW_EXIT_USAGE, "an argument is empty");
	}
	for (size_t i = 0; i < option_count(command); i++) {
		if (command->options[i].required && admin->values[i] == NULL)
			return gw_admin_fail(GW_EXIT_USAGE, "--%s is needed",
					     command->options[i].name);
	}
	return GW_EXIT_OK;
}

static enum gw_exit check_schema(struct gw_admin *admin)
{
	int version = 0;
	enum gw_err err = gw_migration_current(admin->db, &version);

	if (err != GW_OK)
		return gw_admin_store_failed(err, "read the schema's version");
	if (version < gw_migration_latest())
		return gw_admin_fail(
			GW_EXIT_FAILED,
			"the database's schema has version %d, this program needs %d: run `" PROGRAM
			" migrate'",
			version, gw_migration_latest());
	if (version > gw_migration_latest())
		return gw_admin_fail(GW_EXIT_FAILED,
				     "the database's schema has version %d, newer than this "
				     "program's %d: install the newer clawgw",
				     version, gw_migration_latest());
	return GW_EXIT_OK;
}

static enum gw_exit read_config(struct gw_admin *admin)
{
	struct gw_buf error;

	gw_buf_init(&error, ERROR_MAX);
	if (gw_config_load(admin->config_file, &error, &admin->config) != GW_OK) {
		(void)gw_admin_fail(GW_EXIT_FAILED, "%s", error.data);
		gw_buf_release(&error);
		return GW_EXIT_FAILED;
	}
	gw_buf_release(&error);
	gw_log_set_level(admin->config.log_level);
	return GW_EXIT_OK;
}

/* Brings about what the command needs, and runs it. */
static enum gw_exit run(struct gw_admin *admin)
{
	enum gw_may_run may_run = admin->command->may_run;
	enum gw_exit status = GW_EXIT_OK;

	if (may_run == GW_MAY_RUN_NOBODY)
		return gw_admin_fail(GW_EXIT_FAILED, "this command is not meant to be run");
	if (may_run == GW_MAY_RUN_ANYBODY)
		return admin->command->run(admin);
	status = read_config(admin);
	if (status != GW_EXIT_OK)
		return status;
	if (may_run != GW_MAY_RUN_CONFIGURED) {
		/* no time limit: what an operator asks for may take a while */
		admin->db = gw_db_new(admin->config.database_url, PROGRAM, 1, 0);
		gw_db_plan_freely(admin->db);
	}
	if (may_run == GW_MAY_RUN_ON_SCHEMA)
		status = check_schema(admin);
	if (status == GW_EXIT_OK) {
		status = admin->command->run(admin);
		if (may_run == GW_MAY_RUN_ON_SCHEMA)
			gw_admin_note(admin, status);
	}
	gw_db_free(admin->db);
	gw_config_release(&admin->config);
	return status;
}

static enum gw_exit unknown_command(const char *noun, const char *verb)
{
	const struct gw_command *meant = gw_suggest_command(noun, verb);

	if (meant != NULL)
		return gw_admin_fail(GW_EXIT_USAGE,
				     "there is no command '%s%s%s'; did you mean '%s%s%s'?", noun,
				     verb != NULL ? " " : "", verb != NULL ? verb : "", meant->noun,
				     verb != NULL && meant->verb != NULL ? " " : "",
				     verb != NULL && meant->verb != NULL ? meant->verb : "");
	return gw_admin_fail(GW_EXIT_USAGE,
			     "there is no command '%s%s%s'; see `" PROGRAM " --help'", noun,
			     verb != NULL ? " " : "", verb != NULL ? verb : "");
}

/* Words that are no command: help on what there is, or what is wrong. */
static enum gw_exit no_command(const struct wishes *wishes, int count, char **words)
{
	if (count > 0 && strcmp(words[0], "help") == 0) {
		int used = 0;
		const struct gw_command *command = find_command(count - 1, words + 1, &used);

		if (count == 1)
			gw_help_all();
		else if (command != NULL)
			gw_help_command(command);
		else if (!gw_help_noun(words[1]))
			return unknown_command(words[1], count > 2 ? words[2] : NULL);
		return GW_EXIT_OK;
	}
	if (wishes->help) {
		if (count == 0 || !gw_help_noun(words[0]))
			gw_help_all();
		return GW_EXIT_OK;
	}
	if (count == 0)
		return gw_admin_fail(GW_EXIT_USAGE, "say what to do; see `" PROGRAM " --help'");
	return unknown_command(words[0], count > 1 ? words[1] : NULL);
}

static enum gw_exit dispatch(struct gw_admin *admin, int argc, char **argv)
{
	struct wishes wishes = {false, false};
	int next = 0;
	int words = 0;
	enum gw_exit status = parse_options(admin, NULL, argc, argv, &wishes, &next);

	if (status != GW_EXIT_OK)
		return status;
	if (wishes.version) {
		gw_output_line(PROGRAM " %s", PACKAGE_VERSION);
		return GW_EXIT_OK;
	}
	admin->command = find_command(argc - next, argv + next, &words);
	if (admin->command == NULL) {
		/* `agent --help' */
		for (int i = next + 1; i < argc; i++)
			wishes.help = wishes.help || strcmp(argv[i], "--help") == 0 ||
				      strcmp(argv[i], "-h") == 0;
		return no_command(&wishes, argc - next, argv + next);
	}
	/* the last word of the command takes the place of the program's name */
	argc -= next + words - 1;
	argv += next + words - 1;
	status = parse_options(admin, admin->command, argc, argv, &wishes, &next);
	if (status != GW_EXIT_OK)
		return status;
	if (wishes.help) {
		gw_help_command(admin->command);
		return GW_EXIT_OK;
	}
	admin->argument_count = argc - next;
	admin->arguments = argv + next;
	status = check_arguments(admin);
	return status == GW_EXIT_OK ? run(admin) : status;
}

int gw_admin_main(int argc, char **argv)
{
	struct gw_admin admin = {.command = NULL};
	enum gw_exit status = GW_EXIT_OK;

	gw_log_init(PROGRAM, GW_LOG_NOTICE);
	gw_output_init();
	status = dispatch(&admin, argc, argv);
	if (!gw_output_finish() && status == GW_EXIT_OK)
		status = gw_admin_fail(GW_EXIT_FAILED, "the result could not be written");
	return (int)status;
}
