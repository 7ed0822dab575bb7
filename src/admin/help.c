/* SPDX-License-Identifier: ISC */
/*
 * help.c: --help, made of the table of commands.
 */
#include "admin/admin.h"
#include "admin/output.h"

const struct gw_option gw_general_options[] = {
	{"config", "FILE", 0, false, "the configuration file; -c FILE for short"},
	{"json", NULL, 0, false, "JSON instead of a table"},
	{"help", NULL, 0, false, "this text"},
	{"version", NULL, 0, false, "the program's version"},
	{NULL, NULL, 0, false, NULL},
};

bool gw_arguments_fit(const char *arguments, int count)
{
	int least = 0;
	int most = 0;

	for (const char *at = arguments; *at != '\0'; at++) {
		if (at != arguments && at[-1] != ' ')
			continue;
		most++;
		least += *at != '[';
	}
	return count >= least && count <= most;
}

static void add_words(struct gw_buf *out, const struct gw_command *command)
{
	gw_buf_add_c(out, command->noun);
	if (command->verb != NULL)
		gw_buf_addf(out, " %s", command->verb);
}

/* One line of a list of commands. */
static void write_summary(const struct gw_command *command)
{
	struct gw_buf words;

	gw_buf_init(&words, 200);
	add_words(&words, command);
	if (*command->arguments != '\0')
		gw_buf_addf(&words, " %s", command->arguments);
	gw_output_line("  %-34s %s", words.data, command->help);
	gw_buf_release(&words);
}

static void write_options(const struct gw_option *option)
{
	struct gw_buf words;

	gw_buf_init(&words, 400);
	for (; option->name != NULL; option++) {
		gw_buf_reset(&words);
		gw_buf_addf(&words, "--%s", option->name);
		if (option->argument != NULL)
			gw_buf_addf(&words, " %s", option->argument);
		if (words.len > 32)
			gw_output_line("  %s\n  %-32s %s%s", words.data, "", option->help,
				       option->required ? " (needed)" : "");
		else
			gw_output_line("  %-32s %s%s", words.data, option->help,
				       option->required ? " (needed)" : "");
	}
	gw_buf_release(&words);
}

void gw_help_all(void)
{
	const char *noun = "";

	gw_output_line("usage: clawgw-admin [-c FILE] [--json] COMMAND …\n"
		       "       clawgw-admin COMMAND --help");
	for (const struct gw_command *command = gw_commands; command->noun != NULL; command++) {
		if (strcmp(command->noun, noun) != 0)
			gw_output_line("%s", "");
		noun = command->noun;
		write_summary(command);
	}
	gw_output_line("\nWhatever has a name may be called by its name or its id.\n"
		       "Exit status: 0 done, 1 failed, 2 usage, 3 not found, 4 conflict, 5 "
		       "database unavailable.");
}

bool gw_help_noun(const char *noun)
{
	bool found = false;

	for (const struct gw_command *command = gw_commands; command->noun != NULL; command++) {
		if (strcmp(command->noun, noun) != 0)
			continue;
		if (!found)
			gw_output_line("usage: clawgw-admin [-c FILE] [--json] %s …\n", noun);
		found = true;
		write_summary(command);
	}
	return found;
}

void gw_help_command(const struct gw_command *command)
{
	struct gw_buf words;

	gw_buf_init(&words, 200);
	add_words(&words, command);
	gw_output_line("usage: clawgw-admin %s [OPTION]…%s%s\n\n%s.\n", words.data,
		       *command->arguments != '\0' ? " " : "", command->arguments, command->help);
	if (command->options != NULL) {
		write_options(command->options);
		gw_output_line("%s", "");
	}
	write_options(gw_general_options);
	gw_buf_release(&words);
}
