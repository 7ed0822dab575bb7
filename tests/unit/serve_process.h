/* SPDX-License-Identifier: ISC */
/*
 * serve_process.h: a process that runs gw_serve(), for the tests of src/http.
 */
#ifndef GW_TESTS_SERVE_PROCESS_H
#define GW_TESTS_SERVE_PROCESS_H

#include "http/serve.h"

#include <sys/types.h>

/* A listening Unix socket in a temporary folder; and signals blocked, so that one that comes before gw_serve() waits for it. */
void serve_set_up(void);
void serve_tear_down(void);

/* Starts a process that serves the socket. */
pid_t serve_start(const struct gw_serve_options *options);
/* Ends it with `signal_number` (0: it has had one) and checks that it leaves in good order. */
void serve_expect_end(pid_t pid, int signal_number);
/* A connection to the socket. */
int serve_connected(void);
const char *serve_socket(void);
int serve_listener(void);

#endif
