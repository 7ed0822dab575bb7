/* SPDX-License-Identifier: ISC */
/*
 * worker.h: the loop that drains the queue.
 */
#ifndef GW_WORKER_H
#define GW_WORKER_H

#include "base/config.h"

struct gw_worker_options {
	const char *config_path; /* read again on SIGHUP; NULL: the usual place */
	bool once;               /* end when nothing is due any more */
	int64_t max_time;        /* microseconds after which no job is begun; 0: no limit */
	const char *version;
};

/*
 * Works until SIGTERM or SIGINT, or as the options say. `config` is replaced on SIGHUP. GW_UNAVAILABLE: `once`, and the
 * database was not there. GW_INTERNAL: the process cannot be set up; logged.
 */
GW_MUST_CHECK enum gw_err gw_worker_run(struct gw_config *config,
					const struct gw_worker_options *options);

/* The whole program: arguments, configuration, exit status. */
int gw_worker_main(int argc, char **argv);

#endif
