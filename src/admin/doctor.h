/* SPDX-License-Identifier: ISC */
/*
 * doctor.h: `clawgw-admin doctor`: a list of checks, each with what to do if it fails.
 */
#ifndef GW_DOCTOR_H
#define GW_DOCTOR_H

#include "admin/admin.h"

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
/* The gateway through its public address (doctor_http.c). */
void gw_doctor_http(struct gw_doctor *doctor);
/* Every enabled language model (doctor_models.c). */
void gw_doctor_models(struct gw_doctor *doctor);

#endif
