/* SPDX-License-Identifier: ISC */
/*
 * main.c: the command line of clawgw-connect.
 */
#include "connect/connect.h"

#include "base/log.h"
#include "connect/agent.h"
#include "connect/join.h"
#include "connect/options.h"
#include "connect/service.h"
#include "connect/trial.h"

#include <sysexits.h>

/* A program that is not there would make every message a failure. */
static int run(const struct gw_connect_options *options)
{
	char *program = gw_trial_find(options);

	if (program == NULL) {
		gw_log_error("there is no program %s in PATH",
			     options->preset != NULL ? options->program : options->command[0]);
		return EX_UNAVAILABLE;
	}
	free(program);
	return gw_agent_run(options);
}

int gw_connect_main(int argc, char **argv)
{
	struct gw_connect_options options;
	struct gw_buf error;
	int status = EX_USAGE;
	enum gw_err err = GW_OK;

	gw_log_init("connect", GW_LOG_NOTICE);
	gw_buf_init(&error, 4096);
	err = gw_connect_options_read(argc, argv, &error, &options);
	if (err == GW_INTERNAL) {
		gw_log_error("%s", error.data);
		status = EX_TEMPFAIL;
	} else if (err != GW_OK) {
		if (error.len > 0)
			(void)fprintf(stderr, "clawgw-connect: %s\nTry clawgw-connect --help\n",
				      error.data);
		status = error.len > 0 ? EX_USAGE : EX_OK;
	}
	if (err != GW_OK) {
		gw_buf_release(&error);
		return status;
	}
	gw_buf_release(&error);
	gw_log_set_level(options.log_level);
	switch (options.verb) {
	case GW_CONNECT_RUN:
		status = run(&options);
		break;
	case GW_CONNECT_JOIN:
		status = gw_join(&options);
		break;
	case GW_CONNECT_INSTALL:
		status = gw_service_install(&options);
		break;
	case GW_CONNECT_STATUS:
		status = gw_service_status(&options);
		break;
	case GW_CONNECT_DOCTOR:
		status = gw_service_doctor(&options);
		break;
	case GW_CONNECT_UNINSTALL:
		status = gw_service_uninstall(&options);
		break;
	}
	gw_connect_options_release(&options);
	return status;
}
