/* SPDX-License-Identifier: ISC */
/*
 * operator.c: see operator.h.
 */
#include "people/operator.h"

#include "base/log.h"
#include "store/audit.h"
#include "store/bell.h"
#include "store/rows_json.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 120

static bool rank_of(const char *role, enum gw_operator_rank *ret_rank)
{
	static const char *const roles[] = {
		[GW_RANK_AGENT_ADMIN] = "agent_admin",
		[GW_RANK_ORG_ADMIN] = "org_admin",
		[GW_RANK_PLATFORM_ADMIN] = "platform_admin",
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(roles); i++) {
		if (role != NULL && strcmp(role, roles[i]) == 0) {
			*ret_rank = (enum gw_operator_rank)i;
			return true;
		}
	}
	return false;
}

enum gw_err gw_operator_caller(struct gw_request *request, struct gw_response *response,
			       struct gw_operator *ret_operator)
{
	enum gw_err err = gw_people_caller(request, response, &ret_operator->person);

	if (err != GW_OK)
		return err;
	if (!rank_of(ret_operator->person.role, &ret_operator->rank))
		return gw_response_error(response, GW_NOT_FOUND, "Not Found");
	ret_operator->scope = (struct gw_scope){.db = gw_gateway_of(request)->db};
	if (ret_operator->rank < GW_RANK_PLATFORM_ADMIN)
		ret_operator->scope.tenant = &ret_operator->person.tenant;
	if (ret_operator->rank < GW_RANK_ORG_ADMIN)
		ret_operator->scope.creator = &ret_operator->person.id;
	return GW_OK;
}

void gw_operator_narrow(struct gw_operator *actor, const struct gw_uuid *tenant)
{
	if (actor->rank < GW_RANK_PLATFORM_ADMIN)
		return;
	actor->tenant = *tenant;
	actor->scope.tenant = &actor->tenant;
}

void gw_operator_release(struct gw_operator *actor)
{
	gw_user_release(&actor->person);
}

enum gw_err gw_operator_may(const struct gw_operator *actor, const struct gw_request *request,
			    enum gw_operator_rank least, struct gw_response *response)
{
	if (!gw_gateway_of(request)->config->operator_actions)
		return gw_response_error_code(response, GW_FORBIDDEN, "read_only",
					      "Nothing can be changed here (operator_actions)");
	if (actor->rank < least)
		return gw_response_error_code(response, GW_FORBIDDEN, "not_allowed",
					      "Your role may see this, but not change it");
	return GW_OK;
}

void gw_operator_note(const struct gw_operator *actor, const struct gw_request *request,
		      const char *action, const char *kind, const struct gw_uuid *id,
		      const char *outcome, const char *change)
{
	char by[sizeof("user:") + GW_UUID_TEXT_SIZE] = "user:";
	char target[TEXT_MAX] = "";
	char text[GW_UUID_TEXT_SIZE];
	struct gw_audit entry = {
		.action = gw_str(action),
		.outcome = gw_str(outcome),
		.address = gw_request_env(request, "REMOTE_ADDR"),
		.trace_id = gw_str(request->trace_id),
		.change = gw_str(change),
	};

	(void)gw_uuid_format(&actor->person.id, by + strlen(by));
	(void)snprintf(target, sizeof(target), "%s%s%s", kind, id != NULL ? ":" : "",
		       id != NULL ? gw_uuid_format(id, text) : "");
	entry.actor = gw_str(by);
	entry.target = gw_str(target);
	if (gw_audit_add(gw_gateway_of(request)->db, &entry) != GW_OK)
		gw_log_warning("an operator's %s of %s was not noted in the audit", action, target);
	gw_bell_ring(gw_gateway_of(request)->db, GW_OPERATOR_TOPIC);
}

enum gw_err gw_operator_add_rows(struct gw_db *db, enum gw_statement statement,
				 const struct gw_params *params, const char *name,
				 struct gw_buf *out)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_db_exec(db, statement, params, &rows);

	if (err != GW_OK)
		return err;
	gw_json_add_name(out, name);
	gw_rows_add_array(out, rows, gw_rows_count(rows));
	gw_rows_free(rows);
	return GW_OK;
}

struct gw_str gw_operator_tail(const struct gw_request *request)
{
	const char *slash = strrchr(request->path.data, '/');

	return gw_str(slash != NULL ? slash + 1 : request->path.data);
}
