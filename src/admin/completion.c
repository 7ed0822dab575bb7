/* SPDX-License-Identifier: ISC */
/*
 * completion.c: what a shell completes, made of the table of commands. completion/ holds what these commands print; a test compares.
 *
 * Nothing of it runs clawgw-admin: a key that is pressed in a shell neither waits for a database nor needs the configuration.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include <string.h>

#define LINE_MAX_BYTES 8192

/* The options of a command as words, each behind `before`. */
static void add_options(struct gw_buf *line, const struct gw_option *options, const char *before)
{
	for (; options != NULL && options->name != NULL; options++)
		gw_buf_addf(line, "%s--%s", before, options->name);
}

/* The verbs of the noun whose first line this is. */
static void add_verbs(struct gw_buf *line, const struct gw_command *first)
{
	for (const struct gw_command *command = gw_commands; command->noun != NULL; command++) {
		if (command->verb != NULL && strcmp(command->noun, first->noun) == 0)
			gw_buf_addf(line, " %s", command->verb);
	}
}

static bool is_first(const struct gw_command *command)
{
	for (const struct gw_command *other = gw_commands; other != command; other++) {
		if (strcmp(other->noun, command->noun) == 0)
			return false;
	}
	return true;
}

/* A line, and the buffer is empty again. */
static void write_line(struct gw_buf *line)
{
	gw_output_buf(line);
	gw_buf_reset(line);
}

/* Both shells: which verbs a noun has. */
static void write_verbs(struct gw_buf *line)
{
	gw_output_line("\tcase ${typed[*]} in\n\t'')");
	gw_buf_add_c(line, "\t\tcandidates='help");
	for (const struct gw_command *command = gw_commands; command->noun != NULL; command++) {
		if (is_first(command))
			gw_buf_addf(line, " %s", command->noun);
	}
	gw_buf_add_c(line, "' ;;");
	write_line(line);
	for (const struct gw_command *command = gw_commands; command->noun != NULL; command++) {
		if (!is_first(command) || command->verb == NULL)
			continue;
		gw_buf_addf(line, "\t%s) candidates='", command->noun);
		add_verbs(line, command);
		gw_buf_add_c(line, "' ;;");
		write_line(line);
	}
	gw_output_line("\tesac");
}

static void add_words(struct gw_buf *line, const struct gw_command *command)
{
	gw_buf_addf(line, "'%s%s%s'", command->noun, command->verb != NULL ? " " : "",
		    command->verb != NULL ? command->verb : "");
}

/* Both shells: which options a command has, and which words an option takes. */
static void write_options(struct gw_buf *line)
{
	gw_output_line("\tcase ${typed[*]} in");
	for (const struct gw_command *command = gw_commands; command->noun != NULL; command++) {
		if (command->options == NULL)
			continue;
		gw_buf_add_char(line, '\t');
		add_words(line, command);
		gw_buf_add_char(line, '*');
		gw_buf_add_c(line, ") options+='");
		add_options(line, command->options, " ");
		gw_buf_add_c(line, "' ;;");
		write_line(line);
	}
	gw_output_line("\tesac\n\tcase \"${typed[*]} $previous\" in");
	for (const struct gw_command *command = gw_commands; command->noun != NULL; command++) {
		for (const struct gw_option *option = command->options;
		     option != NULL && option->name != NULL; option++) {
			if (option->argument == NULL || strchr(option->argument, '|') == NULL)
				continue;
			gw_buf_add_char(line, '\t');
			add_words(line, command);
			gw_buf_addf(line, "*' --%s') values='", option->name);
			for (const char *at = option->argument; *at != '\0'; at++)
				gw_buf_add_char(line, *at == '|' ? ' ' : *at);
			gw_buf_add_c(line, "' ;;");
			write_line(line);
		}
	}
	gw_output_line("\tesac");
}

/* Both: the words that were typed, without options and without the value of --config. */
static const char typed_words[] =
	"\t\tcase $before in -c | --config) before=$word && continue ;; esac\n"
	"\t\t[[ $word == -* ]] || typed+=(\"$word\")\n"
	"\t\tbefore=$word\n"
	"\tdone\n"
	"\tcase $previous in\n";

static void write_bash(struct gw_buf *line)
{
	gw_output_line(
		"# SPDX-License-Identifier: ISC\n"
		"# clawgw-admin(8) completion for bash: made by `clawgw-admin completion bash'\n"
		"_clawgw_admin() {\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
		"\tlocal IFS=$' \\t\\n' typed=() word before='' candidates='' values='' options='");
	gw_buf_add_c(line, "\t\t");
	add_options(line, gw_general_options, " ");
	gw_buf_add_c(line, "'");
	write_line(line);
	gw_output_line(
		"\tCOMPREPLY=()\n"
		"\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
		"%s"
		"\t-c | --config) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") && return ;;\n"
		"\tesac",
		typed_words);
	write_verbs(line);
	write_options(line);
	gw_output_line("\tif [[ -n $values ]]; then\n"
		       "\t\tcandidates=$values\n"
		       "\telif [[ $cur == -* ]]; then\n"
		       "\t\tcandidates=$options\n"
		       "\tfi\n"
		       "\tmapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"$cur\")\n"
		       "}\n"
		       "complete -F _clawgw_admin clawgw-admin");
}

static void write_zsh(struct gw_buf *line)
{
	gw_output_line(
		"#compdef clawgw-admin\n"
		"# SPDX-License-Identifier: ISC\n"
		"# clawgw-admin(8) completion for zsh: made by `clawgw-admin completion zsh'\n"
		"_clawgw_admin() {\n"
		"\tlocal previous=${words[CURRENT-1]} word before candidates values options='");
	gw_buf_add_c(line, "\t\t");
	add_options(line, gw_general_options, " ");
	gw_buf_add_c(line, "'");
	write_line(line);
	gw_output_line("\tlocal -a typed\n"
		       "\tfor word in \"${(@)words[2,CURRENT-1]}\"; do\n"
		       "%s"
		       "\t-c | --config) _files && return ;;\n"
		       "\tesac",
		       typed_words);
	write_verbs(line);
	write_options(line);
	gw_output_line("\tif [[ -n $values ]]; then\n"
		       "\t\tcandidates=$values\n"
		       "\telif [[ ${words[CURRENT]} == -* ]]; then\n"
		       "\t\tcandidates=$options\n"
		       "\tfi\n"
		       "\tcompadd -- ${=candidates}\n"
		       "}\n"
		       "_clawgw_admin \"$@\"");
}

enum gw_exit gw_completion(struct gw_admin *admin)
{
	const char *shell = admin->arguments[0];
	struct gw_buf line;

	gw_buf_init(&line, LINE_MAX_BYTES);
	if (strcmp(shell, "bash") == 0)
		write_bash(&line);
	else if (strcmp(shell, "zsh") == 0)
		write_zsh(&line);
	else
		(void)gw_admin_fail(GW_EXIT_USAGE, "there is completion for bash and for zsh");
	gw_buf_release(&line);
	return strcmp(shell, "bash") == 0 || strcmp(shell, "zsh") == 0 ? GW_EXIT_OK : GW_EXIT_USAGE;
}
