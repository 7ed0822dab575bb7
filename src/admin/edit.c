/* SPDX-License-Identifier: ISC */
/*
 * edit.c: changing agents and users: edit, suspend, resume.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "operator/care.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The thing that the command's argument names; what its options change of it is for the audit. */
static enum gw_exit find(struct gw_admin *admin, const struct gw_noun *noun, struct gw_uuid *ret_id)
{
	struct gw_thing thing = {.rows = NULL};
	struct gw_uuid tenant;
	bool narrowed = false;
	enum gw_exit status = gw_admin_tenant(admin, false, &tenant, &narrowed);

	if (status == GW_EXIT_OK)
		status = gw_noun_find(admin, noun, admin->arguments[0], narrowed ? &tenant : NULL,
				      &thing);
	if (status != GW_EXIT_OK)
		return status;
	*ret_id = thing.id;
	gw_admin_edits(admin, thing.rows);
	gw_rows_free(thing.rows);
	return GW_EXIT_OK;
}

/* Runs a statement of one row; none means that the thing has just gone. */
static enum gw_exit run(struct gw_admin *admin, const struct gw_noun *noun,
			enum gw_statement statement, const struct gw_params *params,
			const char *doing, struct gw_rows **ret_rows)
{
	enum gw_err err = gw_db_exec(admin->db, statement, params, ret_rows);

	if (err != GW_OK)
		return gw_admin_store_failed(err, doing);
	if (gw_rows_count(*ret_rows) > 0)
		return GW_EXIT_OK;
	gw_rows_free(*ret_rows);
	*ret_rows = NULL;
	return gw_admin_fail(GW_EXIT_NOT_FOUND, "there is no %s '%s'", noun->name,
			     admin->arguments[0]);
}

/* What was found may be gone a moment later. */
static enum gw_exit switch_failed(const struct gw_admin *admin, enum gw_err err,
				  const struct gw_noun *noun, const char *doing)
{
	if (err == GW_NOT_FOUND)
		return gw_admin_fail(GW_EXIT_NOT_FOUND, "there is no %s '%s'", noun->name,
				     admin->arguments[0]);
	return gw_admin_store_failed(err, doing);
}

static enum gw_exit agent_switch(struct gw_admin *admin, bool on)
{
	struct gw_switched switched;
	struct gw_uuid agent;
	enum gw_err err = GW_OK;
	enum gw_exit status = find(admin, &gw_noun_agent, &agent);

	if (status != GW_EXIT_OK)
		return status;
	err = gw_care_agent_switch(admin->db, &agent, on, &switched);
	if (err != GW_OK)
		return switch_failed(admin, err, &gw_noun_agent, "change the agent");
	gw_admin_changes(admin, "now %s", on ? "idle" : "stopped");
	status = gw_noun_done(admin, &gw_noun_agent, &agent, on ? "resumed" : "suspended");
	if (status == GW_EXIT_OK && on && !switched.may_act)
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "it may not act all the same: it has expired, or its "
				       "organisation or creator is not active");
	else if (status == GW_EXIT_OK && !on && !admin->json && switched.waiting > 0)
		gw_output_line("%lld waiting for it will be ended within minutes, and whoever "
			       "wrote them told",
			       (long long)switched.waiting);
	return status;
}

enum gw_exit gw_agent_suspend(struct gw_admin *admin)
{
	return agent_switch(admin, false);
}

enum gw_exit gw_agent_resume(struct gw_admin *admin)
{
	return agent_switch(admin, true);
}

static enum gw_exit user_switch(struct gw_admin *admin, bool on)
{
	struct gw_switched switched;
	struct gw_uuid user;
	enum gw_err err = GW_OK;
	enum gw_exit status = find(admin, &gw_noun_user, &user);

	if (status != GW_EXIT_OK)
		return status;
	err = gw_care_user_switch(admin->db, &user, on, &switched);
	if (err != GW_OK)
		return switch_failed(admin, err, &gw_noun_user, "change the user");
	gw_admin_changes(admin, "now %s", on ? "active" : "suspended");
	status = gw_noun_done(admin, &gw_noun_user, &user, on ? "resumed" : "suspended");
	if (status == GW_EXIT_OK && !on && !admin->json) {
		gw_output_line("sessions ended: %lld", (long long)switched.ended);
		if (switched.agents > 0)
			gw_output_line(
				"agents that stand still meanwhile, because this user made them: "
				"%lld (agent edit --creator gives them to somebody else)",
				(long long)switched.agents);
	}
	return status;
}

enum gw_exit gw_user_suspend(struct gw_admin *admin)
{
	return user_switch(admin, false);
}

enum gw_exit gw_user_resume(struct gw_admin *admin)
{
	return user_switch(admin, true);
}

enum gw_exit gw_user_edit(struct gw_admin *admin)
{
	const char *name = gw_admin_option(admin, "name");
	const char *role = gw_admin_option(admin, "role");
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_uuid user;
	enum gw_exit status = GW_EXIT_OK;

	if (name == NULL && role == NULL)
		return gw_admin_fail(GW_EXIT_USAGE, "nothing to change: --name or --role");
	status = find(admin, &gw_noun_user, &user);
	if (status != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &user);
	gw_params_text_c(&params, name);
	gw_params_text_c(&params, role);
	status = run(admin, &gw_noun_user, GW_STATEMENT_USER_EDIT, &params, "change the user",
		     &rows);
	gw_rows_free(rows);
	return status != GW_EXIT_OK ? status : gw_noun_done(admin, &gw_noun_user, &user, "changed");
}

/* Something of the agent's organisation that an option names: NULL if it was not given. */
static enum gw_exit option_id(struct gw_admin *admin, const struct gw_noun *noun,
			      const char *option, const struct gw_uuid *tenant,
			      struct gw_uuid *storage, const struct gw_uuid **ret_id)
{
	const char *given = gw_admin_option(admin, option);

	*ret_id = given != NULL ? storage : NULL;
	return given != NULL ? gw_noun_id(admin, noun, given, tenant, storage) : GW_EXIT_OK;
}

/* The organisation of a thing that was found: creators and models are looked for there only. */
static enum gw_exit tenant_of(struct gw_admin *admin, const struct gw_rows *found,
			      struct gw_uuid *ret_tenant)
{
	enum { COLUMN_TENANT = 2 };
	char *slug = gw_str_dup(gw_rows_text(found, 0, COLUMN_TENANT));
	enum gw_exit status = gw_noun_id(admin, &gw_noun_tenant, slug, NULL, ret_tenant);

	free(slug);
	return status;
}

enum gw_exit gw_agent_edit(struct gw_admin *admin)
{
	static const char *const options[] = {"name",          "role-description", "bio",
					      "creator",       "access-mode",      "model",
					      "fallback-model"};
	const char *fallback_label = gw_admin_option(admin, "fallback-model");
	bool no_fallback = fallback_label != NULL && strcmp(fallback_label, "none") == 0;
	const struct gw_uuid *creator = NULL, *model = NULL, *fallback = NULL;
	struct gw_uuid agent, creator_id, model_id, fallback_id;
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_thing thing = {.rows = NULL};
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant;
	bool narrowed = false;
	bool any = false;
	enum gw_exit status = GW_EXIT_OK;

	for (size_t i = 0; i < GW_ARRAY_LEN(options); i++)
		any = any || gw_admin_option(admin, options[i]) != NULL;
	if (!any)
		return gw_admin_fail(GW_EXIT_USAGE, "nothing to change: see --help");
	if ((status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK ||
	    (status = gw_noun_find(admin, &gw_noun_agent, admin->arguments[0],
				   narrowed ? &tenant : NULL, &thing)) != GW_EXIT_OK)
		return status;
	agent = thing.id;
	gw_admin_edits(admin, thing.rows);
	status = tenant_of(admin, thing.rows, &tenant);
	gw_rows_free(thing.rows);
	if (status != GW_EXIT_OK ||
	    (status = option_id(admin, &gw_noun_user, "creator", &tenant, &creator_id, &creator)) !=
		    GW_EXIT_OK ||
	    (status = option_id(admin, &gw_noun_model, "model", &tenant, &model_id, &model)) !=
		    GW_EXIT_OK ||
	    (!no_fallback && (status = option_id(admin, &gw_noun_model, "fallback-model", &tenant,
						 &fallback_id, &fallback)) != GW_EXIT_OK))
		return status;
	gw_params_uuid(&params, &agent);
	gw_params_text_c(&params, gw_admin_option(admin, "name"));
	gw_params_text_c(&params, gw_admin_option(admin, "role-description"));
	gw_params_text_c(&params, gw_admin_option(admin, "bio"));
	gw_params_text_c(&params, gw_admin_option(admin, "access-mode"));
	gw_params_uuid(&params, creator);
	gw_params_uuid(&params, model);
	gw_params_uuid(&params, fallback);
	gw_params_bool(&params, no_fallback);
	status = run(admin, &gw_noun_agent, GW_STATEMENT_AGENT_EDIT, &params, "change the agent",
		     &rows);
	gw_rows_free(rows);
	return status != GW_EXIT_OK ? status
				    : gw_noun_done(admin, &gw_noun_agent, &agent, "changed");
}
