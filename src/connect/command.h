/* SPDX-License-Identifier: ISC */
/*
 * command.h: what is run for a message, and what its end says.
 */
#ifndef GW_CONNECT_COMMAND_H
#define GW_CONNECT_COMMAND_H

#include "connect/held.h"
#include "connect/options.h"
#include "connect/preset.h"
#include "connect/result.h"
#include "connect/run.h"

struct gw_command {
	struct gw_arguments arguments;
	struct gw_arguments environment; /* MESSAGE_ID, MESSAGE_CONVERSATION, MESSAGE_SENDER */
	struct gw_buf input;
	struct gw_run_command run; /* of the above; lasts as long as they do */
};

/*
 * `session`: of the program, to go on with; NULL: a new one, which a preset that takes an id from us calls
 * gw_command_session(held, held->starts). `runs`: the name of the folder below options->state in which it will run.
 */
void gw_command_compose(const struct gw_connect_options *options, const struct gw_held *held,
			const char *session, const char *runs, struct gw_command *ret_command);
void gw_command_release(struct gw_command *command);

/* The id of a new session: another one for every start of the command, the same for every process that asks. */
void gw_command_session(const struct gw_held *held, unsigned starts,
			char ret_id[GW_UUID_TEXT_SIZE]);

/*
 * What a run that ended has come to; release the result. See gw_result_compose() for which ends have one. GW_INTERNAL, with errno: what it
 * has said cannot be read, at the moment at least; there is no result.
 */
GW_MUST_CHECK enum gw_err gw_command_result(const struct gw_connect_options *options,
					    const struct gw_run *run, const struct gw_run_end *end,
					    bool had_session, struct gw_result *ret_result);

#endif
