/*
 * api_key.c: POST /agents/{agent_id}/api-key gives an openclaw agent a new key; POST /generate-key/{agent_id}, its old
 * place, only says where it went.
 */
#include "gateway/endpoints.h"

#include "base/clock.h"
#include "base/jwt.h"
#include "gateway/gateway.h"

#include <strings.h>

#define BEARER "Bearer "

/* Who asks: a user by his token, or the operator (then *ret_is_operator, and there is no user). */
static enum gw_err authorize(const struct gw_request *request, const struct gw_config *config,
			     struct gw_uuid *ret_user, bool *ret_is_operator)
{
	struct gw_str header = gw_request_header(request, "Authorization");
	struct gw_str token = GW_STR_NULL;

	if (header.len <= strlen(BEARER) || strncasecmp(header.data, BEARER, strlen(BEARER)) != 0)
		return GW_UNAUTHORIZED;
	token = gw_str_trim(
		(struct gw_str){header.data + strlen(BEARER), header.len - strlen(BEARER)});
	if (config->admin_token[0] != '\0' && gw_secret_equal(token, gw_str(config->admin_token))) {
		*ret_is_operator = true;
		return GW_OK;
	}
	*ret_is_operator = false;
	return gw_jwt_verify(token, gw_str(config->jwt_secret), gw_now() / GW_USEC_PER_SEC,
			     ret_user);
}

static enum gw_err refuse(struct gw_response *response)
{
	gw_response_header(response, "WWW-Authenticate", "Bearer");
	return gw_response_error(response, GW_UNAUTHORIZED, "Invalid or expired token");
}

enum gw_err gw_handle_api_key(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	char digest[GW_SHA256_HEX_SIZE];
	char key[GW_AGENT_KEY_SIZE];
	struct gw_invalid invalid;
	struct gw_uuid agent_id;
	struct gw_uuid user_id;
	bool is_operator = false;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	(void)gw_field_path_uuid(request, "agent_id", &invalid, &agent_id);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	if (authorize(request, gateway->config, &user_id, &is_operator) != GW_OK) {
		err = refuse(response);
		goto out;
	}
	gw_agent_key_new(key);
	gw_sha256_hex(gw_str(key), digest);
	err = gw_agent_key_replace(gateway->db, &agent_id, is_operator ? NULL : &user_id, digest);
	if (err == GW_UNAUTHORIZED) {
		err = refuse(response);
	} else if (err == GW_NOT_FOUND) {
		err = gw_response_error(response, GW_NOT_FOUND, "OpenClaw agent not found");
	} else if (err == GW_FORBIDDEN) {
		err = gw_response_error(response, GW_FORBIDDEN,
					"Only the agent's creator or an administrator may do this");
	} else if (err == GW_OK) {
		request->authenticated = true;
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
