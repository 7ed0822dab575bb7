/* SPDX-License-Identifier: ISC */
/*
 * api_key.c: POST /agents/{agent_id}/api-key gives an openclaw agent a new key; POST /generate-key/{agent_id}, its old
 * place, only says where it went.
 */
#include "gateway/endpoints.h"

#include "base/digest.h"
#include "gateway/caller.h"
#include "base/log.h"
#include "gateway/gateway.h"
#include "store/audit.h"

#include <string.h>

/* Who asks: a user by his token, or the operator. */
static enum gw_err authorize(const struct gw_request *request, const struct gw_config *config,
			     struct gw_caller *ret_caller)
{
	enum gw_err err = gw_caller_operator(request, config, ret_caller);

	return err == GW_OK ? err : gw_caller_person(request, config, ret_caller);
}

/* A token that is nobody's. How many an address may try is limited, and so is what is noted of them. */
static void note_refused(const struct gw_gateway *gateway, const struct gw_request *request,
			 const struct gw_uuid *agent_id)
{
	char target[sizeof("agent:") + GW_UUID_TEXT_SIZE] = "agent:";
	struct gw_audit entry = {
		.actor = GW_STR_LIT("unknown"),
		.action = GW_STR_LIT("api-key"),
		.outcome = GW_STR_LIT("refused"),
		.address = gw_request_env(request, "REMOTE_ADDR"),
		.trace_id = gw_str(request->trace_id),
	};

	(void)gw_uuid_format(agent_id, target + strlen(target));
	entry.target = gw_str(target);
	if (gw_audit_add(gateway->db, &entry) != GW_OK)
		gw_log_warning("api-key: a refused token was not noted in the audit");
}

enum gw_err gw_handle_api_key(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	char digest[GW_SHA256_HEX_SIZE];
	char key[GW_AGENT_KEY_SIZE];
	struct gw_invalid invalid;
	struct gw_uuid agent_id;
	struct gw_caller caller = {.kind = GW_CALLER_NOBODY};
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	(void)gw_field_path_uuid(request, "agent_id", &invalid, &agent_id);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_caller_may_try(request, response);
	if (err != GW_OK)
		goto out;
	err = authorize(request, gateway->config, &caller);
	if (err != GW_OK) {
		note_refused(gateway, request, &agent_id);
		err = gw_caller_settle(&caller, request, response, err);
		goto out;
	}
	gw_agent_key_new(key);
	gw_sha256_hex(gw_str(key), digest);
	err = gw_agent_key_replace(gateway->db, &agent_id,
				   caller.kind == GW_CALLER_OPERATOR ? NULL : &caller.user, digest,
				   gw_request_env(request, "REMOTE_ADDR"),
				   gw_str(request->trace_id));
	err = gw_caller_settle(&caller, request, response, err);
	if (err == GW_NOT_FOUND) {
		err = gw_response_error(response, GW_NOT_FOUND, "OpenClaw agent not found");
	} else if (err == GW_FORBIDDEN) {
		err = gw_response_error(response, GW_FORBIDDEN,
					"Only the agent's creator or an administrator may do this");
	} else if (err == GW_OK) {
		gw_buf_add_c(&response->body, "{\"api_key\":");
		gw_json_add_string_c(&response->body, key);
		gw_buf_add_c(&response->body,
			     ",\"message\":\"Keep this key: it is shown only once. "
			     "The previous key no longer works.\"}");
	}
	gw_secret_wipe(key, sizeof(key));
out:
	gw_invalid_release(&invalid);
	return err;
}

enum gw_err gw_handle_generate_key(struct gw_request *request, struct gw_response *response)
{
	(void)request;
	return gw_response_error_status(response, GW_INVALID, 501,
					"Use the /agents/{id}/api-key endpoint instead");
}
