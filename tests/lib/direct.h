/* SPDX-License-Identifier: ISC */
/*
 * direct.h: calls the gateway's handlers without a web server: a request made of a CGI environment, through the same
 * routing table and JSON as in production.
 */
#ifndef GW_TEST_DIRECT_H
#define GW_TEST_DIRECT_H

#include "base/config.h"
#include "gateway/gateway.h"
#include "lib/cases.h"

/* Services on a database, with the default configuration (which the test may change). */
struct gw_test_gateway {
	struct gw_config config;
	struct gw_gateway gateway;
	bool may_wait; /* a request may begin to wait; its last call comes at once */
};

void gw_test_gateway_init(struct gw_test_gateway *test, const char *conninfo, unsigned connections);
void gw_test_gateway_release(struct gw_test_gateway *test);

/* A transport; `arg` is a struct gw_test_gateway. */
gw_case_transport gw_test_direct;

/* One call with a key and perhaps a body; returns the status. *ret_body (if not NULL) is to be freed. */
int gw_test_call(struct gw_test_gateway *test, const char *method, const char *path,
		 const char *key, const char *body, char **ret_body);

#endif
