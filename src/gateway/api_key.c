/*
 * api_key.c: POST /agents/{agent_id}/api-key gives an openclaw agent a new key; POST /generate-key/{agent_id}, its old
 * place, only says where it went.
 */
#include "gateway/endpoints.h"

#include "base/digest.h"
#include "gateway/caller.h"
#include "gateway/gateway.h"

/* Who asks: a user by his token, or the operator. */
static enum gw_err authorize(const struct gw_request *request, const struct gw_config *config,
			     struct gw_caller *ret_caller)
{
	enum gw_err err = gw_caller_operator(request, config, ret_caller);

	return err == GW_OK ? err : gw_caller_person(request, config, ret_caller);
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
		err = gw_caller_settle(&caller, request, response, err);
		goto out;
	}
	gw_agent_key_new(key);
	gw_sha256_hex(gw_str(key), digest);
	err = gw_agent_key_replace(gateway->db, &agent_id,
				   caller.kind == GW_CALLER_OPERATOR ? NULL : &caller.user, digest);
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
