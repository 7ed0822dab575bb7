/* SPDX-License-Identifier: ISC */
/*
 * doctor.h: `clawgw-admin doctor`: a list of checks, each with what to do if it fails.
 */
#ifndef GW_DOCTOR_H
#define GW_DOCTOR_H

#include "admin/admin.h"

#include <curl/curl.h>

enum gw_finding {
	GW_FINDING_GOOD,
	GW_FINDING_NOTE, /* worth knowing, and no failure */
	GW_FINDING_BAD,
};

struct gw_doctor {
	struct gw_admin *admin;
	int findings;
	int failures;
};

/* Prints one finding. `advice` says what to do, NULL for nothing. */
void gw_doctor_say(struct gw_doctor *doctor, enum gw_finding finding, const char *check,
		   const char *advice, const char *fmt, ...) GW_PRINTF(5, 6);

/* Settings, secrets, sockets (doctor_host.c). */
void gw_doctor_host(struct gw_doctor *doctor);
/* Server, schema, indexes, clock, what waits (doctor_database.c). False: the database cannot be used, other checks make no sense. */
bool gw_doctor_database(struct gw_doctor *doctor);
void gw_doctor_backlog(struct gw_doctor *doctor);
/* The roles that responders and the worker connect as (doctor_roles.c). */
void gw_doctor_roles(struct gw_doctor *doctor);
/* The gateway through its public address (doctor_http.c). */
void gw_doctor_http(struct gw_doctor *doctor);
/*
 * A request to a path below the gateway's address `base`, with --unix-socket and a deadline of GW_TRANSFER_TIMEOUT; `headers` may be NULL, and
 * lasts as long. Give it back with gw_transfer_end().
 */
CURL *gw_doctor_request(const struct gw_doctor *doctor, const char *base, const char *path,
			struct curl_slist *headers);
/* The page for people, and that events reach it at once (doctor_page.c). */
void gw_doctor_page(struct gw_doctor *doctor, const char *base);
/* Every enabled language model (doctor_models.c). */
void gw_doctor_models(struct gw_doctor *doctor);

#endif
