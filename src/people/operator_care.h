/* SPDX-License-Identifier: ISC */
/*
 * operator_care.h: what is done to one agent, person or model: POST /operator/agents/{agent_id} and the like, whose member `do` says what;
 * and POST /operator/agents and the like, which make one.
 */
#ifndef GW_PEOPLE_OPERATOR_CARE_H
#define GW_PEOPLE_OPERATOR_CARE_H

#include "people/operator.h"
#include "people/operator_setting.h"

#define GW_CARE_CHANGE_MAX 1600

/* One request: who does what to whom. */
struct gw_operator_care {
	struct gw_request *request;
	struct gw_response *response;
	struct gw_operator actor;
	struct json_object *body;
	struct gw_uuid id;            /* of the new one, where one is made */
	const struct gw_uuid *tenant; /* where one is made: the organisation that was asked for */
	struct gw_str role;           /* absent where it was not given */
	struct gw_buf settings;       /* what was read by the table, as JSON */
	size_t setting_count;
	char change[GW_CARE_CHANGE_MAX]; /* for the audit: what was and is */
	struct gw_uuid tenant_storage;
};

typedef enum gw_err gw_operator_care_run(struct gw_operator_care *care);

/* A table of what may be done: by whom at least, and how. NULL as name ends it. */
struct gw_operator_deed {
	const char *name;
	enum gw_operator_rank least;
	gw_operator_care_run *run;
};

/* What an endpoint is for. */
struct gw_operator_tending {
	const char *kind;      /* "agent" */
	const char *parameter; /* of the path; NULL: one is made, by the first of the deeds */
	const struct gw_operator_deed *deeds;
	const struct gw_setting *settings; /* that the body may have; NULL: none */
	gw_operator_care_run *
		find; /* GW_NOT_FOUND unless there is such a one for the operator; NULL: not asked */
};

/* Reads the request, sees whether it may be done, does it, and notes it in the audit. */
GW_MUST_CHECK enum gw_err gw_operator_tend(struct gw_request *request, struct gw_response *response,
					   const struct gw_operator_tending *tending);
/* Begins the answer: `{"done":…,"id":…`. */
void gw_operator_care_done(struct gw_operator_care *care, const char *done);
#endif
