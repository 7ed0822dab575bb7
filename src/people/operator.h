/* SPDX-License-Identifier: ISC */
/*
 * operator.h: what the endpoints of operators share. docs/operator-api.md says what they answer.
 *
 * They are there for administrators: a platform_admin sees everything, an org_admin his organisation, an agent_admin the agents that he
 * made and what they have to do. For anybody else they are not there. What is changed is noted in clawgw.audit.
 */
#ifndef GW_PEOPLE_OPERATOR_H
#define GW_PEOPLE_OPERATOR_H

#include "operator/look.h"
#include "people/people.h"

#define GW_OPERATOR_TOPIC "operators" /* rings when one of them has changed something */
#define GW_OPERATOR_PATH GW_BASE_PATH "/operator"

enum gw_operator_rank {
	GW_RANK_AGENT_ADMIN, /* sees what his agents have to do, and suspends, resumes and gives keys to them */
	GW_RANK_ORG_ADMIN,
	GW_RANK_PLATFORM_ADMIN,
};

struct gw_operator {
	struct gw_user person;
	enum gw_operator_rank rank;
	struct gw_scope scope; /* points into this struct: it is not to be moved */
	struct gw_uuid tenant; /* that a platform_admin asks for with ?tenant= */
};

/*
 * Who asks, and what he sees. On GW_OK the request is authenticated and *ret is to be released. Otherwise the answer is made: that of
 * gw_people_caller(), or 404 for whoever is no administrator.
 */
GW_MUST_CHECK enum gw_err gw_operator_caller(struct gw_request *request,
					     struct gw_response *response,
					     struct gw_operator *ret_operator);
/* Narrows what a platform_admin sees to one organisation. For others it changes nothing. */
void gw_operator_narrow(struct gw_operator *actor, const struct gw_uuid *tenant);
void gw_operator_release(struct gw_operator *actor); /* zeroed storage allowed */
/*
 * GW_FORBIDDEN: somebody of at least this rank may do it, or nobody may change anything here (operator_actions); 403 is answered.
 */
GW_MUST_CHECK enum gw_err gw_operator_may(const struct gw_operator *actor,
					  const struct gw_request *request,
					  enum gw_operator_rank least,
					  struct gw_response *response);
/* Notes what came of it: `action` and `kind` are words ("message expire", "message"), `id` whose; `change` may be NULL. */
void gw_operator_note(const struct gw_operator *actor, const struct gw_request *request,
		      const char *action, const char *kind, const struct gw_uuid *id,
		      const char *outcome, const char *change);

/* The row of agent_survey.sql of an agent in the scope; GW_NOT_FOUND: there is none. */
GW_MUST_CHECK enum gw_err gw_operator_agent(const struct gw_operator *actor,
					    const struct gw_config *config,
					    const struct gw_uuid *agent, struct gw_rows **ret_rows);

/* Appends `,"name":[…]`: the rows of a statement as objects. */
GW_MUST_CHECK enum gw_err gw_operator_add_rows(struct gw_db *db, enum gw_statement statement,
					       const struct gw_params *params, const char *name,
					       struct gw_buf *out);

/* The last part of the path: "agents" of /operator/agents. */
struct gw_str gw_operator_tail(const struct gw_request *request);

#endif
