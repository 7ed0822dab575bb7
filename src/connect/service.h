/* SPDX-License-Identifier: ISC */
/*
 * service.h: clawgw-connect as something that runs by itself: a unit of the user's systemd. Each returns an exit status of
 * sysexits.h and says on standard output what it did.
 */
#ifndef GW_CONNECT_SERVICE_H
#define GW_CONNECT_SERVICE_H

#include "connect/options.h"

/* Tries everything (trial.h), then writes the unit and starts it. Without a systemd of the user's it says what else to do. */
int gw_service_install(const struct gw_connect_options *options);
/* Stops it and removes the unit, with --purge also what was kept. Not there: no error. */
int gw_service_uninstall(const struct gw_connect_options *options);
/* 0: it runs; EX_UNAVAILABLE: it does not. */
int gw_service_status(const struct gw_connect_options *options);
int gw_service_doctor(const struct gw_connect_options *options);

/* The unit's text; `program` is clawgw-connect itself. Appends. */
void gw_service_unit(struct gw_buf *out, const struct gw_connect_options *options,
		     const char *program, const char *directory, const char *path);

#endif
