/* SPDX-License-Identifier: ISC */
/*
 * command.c: see command.h.
 */
#include "connect/command.h"

#include "base/alloc.h"
#include "base/digest.h"
#include "base/log.h"
#include "connect/files.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#define INPUT_MAX ((size_t)64 * 1024 * 1024)
#define PRESET_OUT_MAX ((size_t)64 * 1024 * 1024) /* the answer is at the end of what they write */
#define ERRORS_MAX ((size_t)16 * 1024)
#define VALUE_MAX 400

static void add_variable(struct gw_arguments *environment, const char *name, struct gw_str value)
{
	struct gw_buf text;

	gw_buf_init(&text, VALUE_MAX + 64);
	gw_buf_addf(&text, "%s=", name);
	for (size_t i = 0; i < value.len && i < VALUE_MAX && value.data[i] != '\0'; i++)
		gw_buf_add_char(&text, value.data[i]);
	gw_arguments_add(environment, text.data);
	gw_buf_release(&text);
}

static void add_environment(struct gw_arguments *environment, const struct gw_held *held)
{
	struct gw_buf sender;

	gw_buf_init(&sender, 1024);
	gw_prompt_sender(&sender, held);
	add_variable(environment, "MESSAGE_ID", gw_str(held->id));
	add_variable(environment, "MESSAGE_CONVERSATION", gw_held_field(held, "conversation_id"));
	add_variable(environment, "MESSAGE_SENDER", gw_buf_str(&sender));
	gw_buf_release(&sender);
}

/* A file for the conversation, for programs that keep theirs in one. */
static void name_history(const struct gw_connect_options *options, const struct gw_held *held,
			 struct gw_buf *out)
{
	struct gw_str conversation = gw_held_field(held, "conversation_id");
	char digest[GW_SHA256_HEX_SIZE];

	if (conversation.len == 0)
		conversation = gw_str(held->id);
	gw_buf_addf(out, "%s/histories/%.32s.md", options->state,
		    gw_sha256_hex(conversation, digest));
}

void gw_command_session(const struct gw_held *held, unsigned starts, char ret_id[GW_UUID_TEXT_SIZE])
{
	struct gw_uuid message;
	struct gw_uuid session;
	char name[64];

	(void)snprintf(name, sizeof(name), "clawgw-connect-session-%u", starts);
	if (!gw_uuid_parse(gw_str(held->id), &message))
		message = gw_uuid_random();
	session = gw_uuid_v5(&message, gw_str(name));
	(void)gw_uuid_format(&session, ret_id);
}

/* How much of the output is kept: of a plain command one byte more than is reported tells that there was more. */
static size_t max_out(const struct gw_connect_options *options)
{
	return options->preset != NULL ? PRESET_OUT_MAX : (size_t)options->max_result + 1;
}

static void compose_preset(const struct gw_connect_options *options, const struct gw_held *held,
			   const char *session, const char *runs, struct gw_command *command)
{
	struct gw_preset_call call = {
		.program = options->program,
		.extra = options->command,
		.session = session,
	};
	struct gw_buf prompt;
	struct gw_buf history;

	gw_buf_init(&prompt, PATH_MAX);
	gw_buf_init(&history, PATH_MAX);
	gw_command_session(held, held->starts, call.fresh);
	gw_buf_addf(&prompt, "%s/%s/%s/prompt", options->state, runs, held->id);
	name_history(options, held, &history);
	call.prompt = prompt.data;
	call.history = history.data;
	options->preset->arguments(&command->arguments, &call);
	/* a program that goes on with a session, or with its own file, knows what was said before */
	gw_prompt_write(&command->input, held, options->input,
			session == NULL &&
				(options->preset->has_sessions || access(history.data, F_OK) != 0));
	gw_buf_release(&prompt);
	gw_buf_release(&history);
}

void gw_command_compose(const struct gw_connect_options *options, const struct gw_held *held,
			const char *session, const char *runs, struct gw_command *ret_command)
{
	*ret_command = (struct gw_command){.arguments = {NULL, 0}};
	gw_buf_init(&ret_command->input, INPUT_MAX);
	add_environment(&ret_command->environment, held);
	if (options->preset != NULL) {
		compose_preset(options, held, session, runs, ret_command);
	} else {
		for (char *const *word = options->command; *word != NULL; word++)
			gw_arguments_add(&ret_command->arguments, *word);
		gw_prompt_write(&ret_command->input, held, options->input, true);
	}
	ret_command->run = (struct gw_run_command){
		.argv = ret_command->arguments.items,
		.environment = ret_command->environment.items,
		.input = gw_buf_str(&ret_command->input),
		.time_limit = options->time_limit,
		.max_out = max_out(options),
		.max_err = ERRORS_MAX,
	};
}

void gw_command_release(struct gw_command *command)
{
	gw_arguments_release(&command->arguments);
	gw_arguments_release(&command->environment);
	gw_buf_release(&command->input);
}

/* What does not fit is not missed: the keeper has kept no more than that. Nor is a file that the keeper could not write. */
static bool read_file(const struct gw_run *run, const char *name, struct gw_buf *out)
{
	return gw_file_read(run->folder, name, out) || gw_buf_overflowed(out) || errno == ENOENT;
}

enum gw_err gw_command_result(const struct gw_connect_options *options, const struct gw_run *run,
			      const struct gw_run_end *end, bool had_session,
			      struct gw_result *ret_result)
{
	struct gw_result_source source = {
		.preset = options->preset,
		.end = *end,
		.had_session = had_session,
		.time_limit = options->time_limit,
		.max = (size_t)options->max_result,
	};
	struct gw_buf out;
	struct gw_buf errors;
	enum gw_err err = GW_INTERNAL;
	int error = 0;

	gw_buf_init(&out, max_out(options));
	gw_buf_init(&errors, ERRORS_MAX);
	if (read_file(run, "out", &out) && read_file(run, "err", &errors)) {
		source.out = gw_buf_str(&out);
		source.err = gw_buf_str(&errors);
		source.is_out_cut = out.len == max_out(options);
		gw_result_compose(&source, ret_result);
		err = GW_OK;
	}
	error = errno;
	gw_buf_release(&out);
	gw_buf_release(&errors);
	errno = error;
	return err;
}
