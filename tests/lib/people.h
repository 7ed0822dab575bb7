/* SPDX-License-Identifier: ISC */
/*
 * people.h: people's endpoints, called directly on the rows of tests/cases/fixtures.sql.
 */
#ifndef GW_TEST_PEOPLE_H
#define GW_TEST_PEOPLE_H

#include "lib/direct.h"
#include "store/session.h"

#define URSULA "22222222-0000-4000-8000-000000000001"
#define VICTOR "22222222-0000-4000-8000-000000000002"
#define OLGA "22222222-0000-4000-8000-000000000009" /* of the other organisation */
#define ALPHA "33333333-0000-4000-8000-000000000001"
#define BETA "33333333-0000-4000-8000-000000000002"
#define FOREIGN "33333333-0000-4000-8000-000000000009"
#define ALPHA_KEY "oc-alpha-plaintext-key-0001"

struct gw_people_fixture {
	char *conninfo;
	struct gw_test_gateway test;
};

void gw_people_setup(struct gw_people_fixture *fixture);
/* The same on a database that has been prepared; takes `conninfo`. */
void gw_people_setup_on(struct gw_people_fixture *fixture, char *conninfo);
/* The gateway with new connections, on the same database. */
void gw_people_restart(struct gw_people_fixture *fixture);
void gw_people_teardown(struct gw_people_fixture *fixture);

/* One call below /api/gateway/people (/operator/…: below /api/gateway), with headers as "name: value\n…"; the answer is the test's to release. */
struct gw_case_answer gw_people_call(struct gw_people_fixture *fixture, const char *method,
				     const char *path, const char *headers, const char *body);
void gw_people_release(struct gw_case_answer *answer);
/* A call whose status and a part of whose body are known. */
void gw_people_expect(struct gw_people_fixture *fixture, const char *method, const char *path,
		      const char *headers, const char *body, int status, const char *part);
/* "Authorization: Bearer …" of a user, to be freed. */
char *gw_people_bearer(const char *user);
/* A link's token for a user; good for `life` (an interval). */
void gw_people_link(struct gw_people_fixture *fixture, const char *user, const char *life,
		    char token[GW_SIGNIN_TOKEN_SIZE]);
struct gw_case_answer gw_people_open_link(struct gw_people_fixture *fixture, const char *token,
					  const char *headers);
/* The header that sends the cookie of an answer back, to be freed. */
char *gw_people_cookie(const struct gw_case_answer *answer);

#endif
