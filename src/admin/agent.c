/* SPDX-License-Identifier: ISC */
/*
 * agent.c: adding agents and relationships, and agents' keys.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/digest.h"
#include "base/json.h"
#include "store/agent.h"
#include "store/invitation.h"

/* A model named by an option, in the tenant; *ret_given is false without the option. */
static enum gw_exit option_model(struct gw_admin *admin, const char *option,
				 const struct gw_uuid *tenant, struct gw_uuid *ret_id,
				 bool *ret_given)
{
	const char *label = gw_admin_option(admin, option);

	*ret_given = label != NULL;
	return label != NULL ? gw_noun_id(admin, &gw_noun_model, label, tenant, ret_id)
			     : GW_EXIT_OK;
}

enum gw_exit gw_agent_add(struct gw_admin *admin)
{
	const char *type = gw_admin_option(admin, "type");
	const char *role = gw_admin_option(admin, "role-description");
	const char *mode = gw_admin_option(admin, "access-mode");
	struct gw_uuid id = gw_uuid_random();
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_uuid tenant;
	struct gw_uuid creator;
	struct gw_uuid model;
	struct gw_uuid fallback;
	bool given = false;
	bool has_model = false;
	bool has_fallback = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	if ((status = gw_admin_tenant(admin, true, &tenant, &given)) != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_user, gw_admin_option(admin, "creator"), &tenant,
				 &creator)) != GW_EXIT_OK ||
	    (status = option_model(admin, "model", &tenant, &model, &has_model)) != GW_EXIT_OK ||
	    (status = option_model(admin, "fallback-model", &tenant, &fallback, &has_fallback)) !=
		    GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &id);
	gw_params_uuid(&params, &tenant);
	gw_params_text_c(&params, admin->arguments[0]);
	gw_params_uuid(&params, &creator);
	gw_params_text_c(&params, type != NULL ? type : "native");
	gw_params_uuid(&params, has_model ? &model : NULL);
	gw_params_uuid(&params, has_fallback ? &fallback : NULL);
	gw_params_text_c(&params, role != NULL ? role : "");
	gw_params_text_c(&params, gw_admin_option(admin, "bio"));
	gw_params_text_c(&params, mode != NULL ? mode : "company");
	err = gw_db_run(admin->db, GW_STATEMENT_AGENT_ADD, &params);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "add the agent");
	return gw_noun_done(admin, &gw_noun_agent, &id, "added");
}

/* The one time that the key can be read. */
static void write_key(const struct gw_admin *admin, const struct gw_uuid *agent, const char *key)
{
	struct gw_buf line;

	gw_buf_init(&line, 400);
	if (admin->json) {
		gw_buf_add_char(&line, '{');
		gw_json_add_name(&line, "agent_id");
		gw_json_add_uuid(&line, agent);
		gw_json_add_name(&line, "api_key");
		gw_json_add_string_c(&line, key);
		gw_buf_add_char(&line, '}');
	} else {
		gw_buf_add_c(&line, key != NULL ? key : "the key was revoked");
	}
	gw_output_buf(&line);
	gw_secret_wipe(line.data, line.len);
	gw_buf_release(&line);
}

enum gw_exit gw_agent_key(struct gw_admin *admin)
{
	bool revoke = gw_admin_option(admin, "revoke") != NULL;
	char key[GW_AGENT_KEY_SIZE] = "";
	char digest[GW_SHA256_HEX_SIZE];
	struct gw_uuid tenant;
	struct gw_uuid agent;
	bool narrowed = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	if ((status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_agent, admin->arguments[0],
				 narrowed ? &tenant : NULL, &agent)) != GW_EXIT_OK)
		return status;
	gw_agent_key_new(key);
	gw_sha256_hex(gw_str(key), digest);
	err = gw_agent_key_replace(admin->db, &agent, NULL, revoke ? NULL : digest, GW_STR_NULL,
				   GW_STR_NULL);
	if (err == GW_NOT_FOUND)
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "%s is not an openclaw agent; only those have keys",
				       admin->arguments[0]);
	else if (err != GW_OK)
		status = gw_admin_store_failed(err, "change the key");
	else
		write_key(admin, &agent, revoke ? NULL : key);
	gw_secret_wipe(key, sizeof(key));
	return status;
}

#define INVITATION_LIFE_MAX (INT64_C(7) * 86400 * GW_USEC_PER_SEC)

/* The line that the agent's owner runs; nothing else, so that it can be passed on as it is. */
static void write_invitation(const struct gw_admin *admin, const struct gw_uuid *agent,
			     const char *code, int64_t expires_at)
{
	const char *language = gw_admin_option(admin, "language");
	bool chinese = language != NULL && strcmp(language, "zh") == 0;
	struct gw_buf url;
	struct gw_buf command;
	struct gw_buf line;

	gw_buf_init(&url, 4096);
	gw_buf_init(&command, 8192);
	gw_buf_init(&line, 32768);
	gw_buf_addf(&url, "%s/api/gateway/join/%s", admin->config.public_url, code);
	gw_buf_addf(&command, "curl -fsS %s%s | sh", chinese ? "-H 'Accept-Language: zh' " : "",
		    url.data);
	if (admin->json) {
		gw_buf_add_char(&line, '{');
		gw_json_add_name(&line, "command");
		gw_json_add_string(&line, gw_buf_str(&command));
		gw_json_add_name(&line, "url");
		gw_json_add_string(&line, gw_buf_str(&url));
		gw_json_add_name(&line, "agent_id");
		gw_json_add_uuid(&line, agent);
		gw_json_add_name(&line, "expires_at");
		gw_json_add_time(&line, expires_at);
		gw_buf_add_char(&line, '}');
	} else {
		gw_buf_add_str(&line, gw_buf_str(&command));
	}
	gw_output_buf(&line);
	gw_secret_wipe(url.data, url.len);
	gw_secret_wipe(command.data, command.len);
	gw_secret_wipe(line.data, line.len);
	gw_buf_release(&url);
	gw_buf_release(&command);
	gw_buf_release(&line);
}

enum gw_exit gw_agent_invite(struct gw_admin *admin)
{
	unsigned char digest[GW_SHA256_SIZE];
	char code[GW_INVITATION_CODE_SIZE];
	struct gw_uuid tenant;
	struct gw_uuid agent;
	bool narrowed = false;
	int64_t expires_at = 0;
	int64_t life = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_duration(admin, "expires", GW_INVITATION_LIFE, &life);

	if (status != GW_EXIT_OK)
		return status;
	if (life <= 0 || life > INVITATION_LIFE_MAX)
		return gw_admin_fail(GW_EXIT_USAGE, "--expires must be more than 0 and at most 7d");
	if (admin->config.public_url[0] == '\0')
		return gw_admin_fail(GW_EXIT_USAGE,
				     "public_url is not set: where the gateway is, is not known");
	if ((status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_agent, admin->arguments[0],
				 narrowed ? &tenant : NULL, &agent)) != GW_EXIT_OK)
		return status;
	gw_invitation_code_new(code, digest);
	err = gw_invitation_add(admin->db, digest, &agent, life, &expires_at);
	if (err == GW_NOT_FOUND)
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "%s is not an openclaw agent; only those are invited",
				       admin->arguments[0]);
	else if (err == GW_FORBIDDEN)
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "%s may not act: it was stopped, has expired, or its "
				       "organisation or creator is not active",
				       admin->arguments[0]);
	else if (err != GW_OK)
		status = gw_admin_store_failed(err, "make the invitation");
	else
		write_invitation(admin, &agent, code, expires_at);
	gw_secret_wipe(code, sizeof(code));
	return status;
}

enum gw_exit gw_relationship_add(struct gw_admin *admin)
{
	const char *member = gw_admin_option(admin, "member");
	const char *peer = gw_admin_option(admin, "agent");
	const char *relation = gw_admin_option(admin, "relation");
	const char *description = gw_admin_option(admin, "description");
	struct gw_uuid id = gw_uuid_random();
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant;
	struct gw_uuid agent;
	struct gw_uuid other;
	struct gw_str outcome;
	bool narrowed = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	if ((member == NULL) == (peer == NULL))
		return gw_admin_fail(GW_EXIT_USAGE, "one of --member and --agent is needed");
	if ((status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_agent, admin->arguments[0],
				 narrowed ? &tenant : NULL, &agent)) != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, member != NULL ? &gw_noun_member : &gw_noun_agent,
				 member != NULL ? member : peer, narrowed ? &tenant : NULL,
				 &other)) != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &id);
	gw_params_uuid(&params, &agent);
	gw_params_uuid(&params, &other);
	gw_params_text_c(&params, relation != NULL ? relation : "collaborator");
	gw_params_text_c(&params, description != NULL ? description : "");
	err = gw_db_exec(admin->db,
			 member != NULL ? GW_STATEMENT_RELATIONSHIP_ADD_MEMBER
					: GW_STATEMENT_RELATIONSHIP_ADD_AGENT,
			 &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "add the relationship");
	outcome = gw_rows_text(rows, 0, 0);
	if (gw_str_equal_c(outcome, "added"))
		status = gw_noun_done(admin, &gw_noun_relationship, &id, "added");
	else
		status = gw_admin_fail(GW_EXIT_CONFLICT, "%s",
				       gw_str_equal_c(outcome, "exists")
					       ? "there is such a relationship already"
				       : gw_str_equal_c(outcome, "self")
					       ? "an agent has no relationship to itself"
					       : "they are not of the same organisation");
	gw_rows_free(rows);
	return status;
}
