/* SPDX-License-Identifier: ISC */
/*
 * responder.h: the life of a responder program, from its arguments to its exit status.
 */
#ifndef GW_RESPONDER_H
#define GW_RESPONDER_H

#include "http/route.h"

/*
 * Reads the configuration, serves `endpoints` until told to stop, and returns the exit status: 0, or 2 when the
 * arguments or the configuration are wrong. The database need not be there yet.
 */
int gw_responder_main(int argc, char **argv, const char *program,
		      const struct gw_endpoint *endpoints);

#endif
