/* SPDX-License-Identifier: ISC */
/*
 * cases.h: the HTTP contract as data: reads tests/cases/NAME.json and checks answers against it.
 *
 * A case starts from tests/cases/fixtures.sql: run `setup` (SQL), send each of `before`, then `request`, compare with `expect`
 * (see tests/cases/README), then run each query of `after` and compare its value.
 */
#ifndef GW_TEST_CASES_H
#define GW_TEST_CASES_H

#include "base/buf.h"

#include <json-c/json.h>

/* How a request reaches the gateway: a direct call, or HTTP through a web server. `headers` is a list of [name, value]. */
struct gw_case_answer {
	int status;
	char *headers; /* "Name: value\r\n" for each; to be freed */
	char *body;    /* to be freed */
};
typedef void gw_case_transport(void *arg, const char *method, const char *path,
			       struct json_object *headers, struct gw_str body,
			       struct gw_case_answer *ret_answer);

/* The list of cases of tests/cases/<name>.json; json_object_put() it. */
struct json_object *gw_cases_load(const char *name);

/* "group: name" */
void gw_case_title(struct json_object *item, struct gw_buf *out);

/*
 * Runs one case on a database that holds the fixtures. True if it holds; else `why` says what differs. A case that cannot be
 * in a database of the platform's own (gw_test_platform_allows()) holds, and `why` begins with "cannot be".
 */
bool gw_case_run(struct json_object *item, const char *conninfo, gw_case_transport *transport,
		 void *arg, struct gw_buf *why);

#endif
