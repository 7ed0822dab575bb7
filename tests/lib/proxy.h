/* SPDX-License-Identifier: ISC */
/*
 * proxy.h: stands between a program and PostgreSQL, and loses answers: the server has executed the statement and committed,
 * and then the connection breaks.
 *
 * Each execution of a prepared statement loses its answer once; the same statement with the same parameters, sent again,
 * gets through. Statements for which `lose` is false get through at once, and so does everything that is not one.
 */
#ifndef GW_TEST_PROXY_H
#define GW_TEST_PROXY_H

#include <stdbool.h>

struct gw_proxy;

/* `conninfo` as of gw_test_database_new(). */
struct gw_proxy *gw_proxy_new(const char *conninfo, bool (*lose)(const char *statement));
/* To be called when everything that was connected is closed. */
void gw_proxy_free(struct gw_proxy *proxy);

/* How to connect through it; lasts as long as the proxy. */
const char *gw_proxy_conninfo(const struct gw_proxy *proxy);
/* How many answers were lost. */
unsigned gw_proxy_lost(const struct gw_proxy *proxy);

#endif
