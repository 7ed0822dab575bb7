/* SPDX-License-Identifier: ISC */
/*
 * join.c: invitations. The operator sends the line `curl -fsS <url>/join/CODE | sh` to whoever runs the program.
 *
 * GET /join/{code} answers with the script of the setup guide and changes nothing: mail scanners and the previews of chats
 * fetch addresses that they find. POST /join/{code}, which the script makes, exchanges the code for a new key, once; the key
 * goes into its file and is never shown.
 */
#include "gateway/endpoints.h"

#include "base/log.h"
#include "base/text.h"
#include "gateway/caller.h"
#include "gateway/guide.h"
#include "store/invitation.h"

#include <stdlib.h>
#include <strings.h>

#define JSON_TYPE "application/json"

static enum gw_err answer_unknown(struct gw_response *response)
{
	enum gw_err err = gw_response_error(response, GW_NOT_FOUND, "There is no such invitation");

	gw_response_hint(response,
			 "Copy the whole line of the invitation, or ask the operator for a "
			 "new one: clawgw-admin agent invite NAME.");
	return err;
}

enum gw_err gw_handle_join_script(struct gw_request *request, struct gw_response *response)
{
	struct gw_guide guide;
	struct gw_buf base;
	struct gw_buf lines;

	/* what is no code does not come into a script */
	if (!gw_invitation_is_code(request->path_param))
		return answer_unknown(response);
	gw_buf_init(&base, 4096);
	gw_buf_init(&lines, GW_GUIDE_MAX);
	gw_gateway_address(request, &base);
	gw_buf_add_c(&base, GW_BASE_PATH);
	guide = gw_guide_in_language(request, gw_buf_str(&base));
	guide.code = request->path_param;
	gw_guide_join_lines(&lines, &guide);
	guide.key = gw_buf_str(&lines);
	response->content_type = GW_GUIDE_SCRIPT_TYPE;
	gw_guide_setup_script(&response->body, &guide);
	gw_buf_release(&base);
	gw_buf_release(&lines);
	return GW_OK;
}

/* For programs that read JSON (clawgw-connect): where to go, as whom, with which key. */
static void write_json(const struct gw_request *request, struct gw_buf *out,
		       const struct gw_uuid *agent, const char *name, const char *key)
{
	struct gw_buf base;

	gw_buf_init(&base, 4096);
	gw_gateway_address(request, &base);
	gw_buf_add_char(out, '{');
	gw_json_add_name(out, "url");
	gw_json_add_string(out, gw_buf_str(&base));
	gw_json_add_name(out, "agent");
	gw_json_add_string_c(out, name);
	gw_json_add_name(out, "agent_id");
	gw_json_add_uuid(out, agent);
	gw_json_add_name(out, "api_key");
	gw_json_add_string_c(out, key);
	gw_buf_add_char(out, '}');
	gw_buf_release(&base);
}

static bool wants_json(const struct gw_request *request)
{
	struct gw_str accept = gw_str_trim(gw_request_header(request, "Accept"));

	return accept.len >= strlen(JSON_TYPE) &&
	       strncasecmp(accept.data, JSON_TYPE, strlen(JSON_TYPE)) == 0;
}

static enum gw_err answer(struct gw_response *response, enum gw_invitation_outcome outcome)
{
	enum gw_err err = GW_CONFLICT;

	switch (outcome) {
	case GW_INVITATION_REPLACED:
		return GW_OK;
	case GW_INVITATION_UNKNOWN:
		return answer_unknown(response);
	case GW_INVITATION_FORBIDDEN:
		return gw_response_error_code(response, GW_FORBIDDEN, "agent_suspended",
					      "The agent of this invitation was stopped, has "
					      "expired, or its organisation is not active");
	case GW_INVITATION_USED:
		err = gw_response_error_status(response, GW_CONFLICT, 410,
					       "This invitation was used");
		break;
	case GW_INVITATION_EXPIRED:
		err = gw_response_error_status(response, GW_CONFLICT, 410,
					       "The time of this invitation is over");
		break;
	}
	gw_response_hint(response,
			 "Ask the operator for a new one: clawgw-admin agent invite NAME.");
	return err;
}

static void note_refused(const struct gw_request *request)
{
	struct gw_str address = gw_request_env(request, "REMOTE_ADDR");
	uint64_t count = gw_caller_count_wrong(request);

	if (count > 0)
		gw_log_notice("wrong invitation from %.*s (%llu since this was last told)",
			      (int)address.len, address.data != NULL ? address.data : "",
			      (unsigned long long)count);
}

enum gw_err gw_handle_join(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	enum gw_invitation_outcome outcome = GW_INVITATION_UNKNOWN;
	unsigned char digest[GW_SHA256_SIZE];
	char key[GW_AGENT_KEY_SIZE] = "";
	char key_digest[GW_SHA256_HEX_SIZE];
	struct gw_uuid agent;
	char *name = NULL;
	enum gw_err err = gw_caller_may_try(request, response);

	if (err != GW_OK)
		return err;
	if (!gw_invitation_is_code(request->path_param)) {
		note_refused(request);
		return answer_unknown(response);
	}
	gw_sha256(request->path_param, digest);
	gw_agent_key_new(key);
	gw_sha256_hex(gw_str(key), key_digest);
	err = gw_invitation_use(gateway->db, digest, key_digest,
				gw_request_env(request, "REMOTE_ADDR"), gw_str(request->trace_id),
				&outcome, &agent, &name);
	if (err != GW_OK)
		goto out;
	err = answer(response, outcome);
	if (err == GW_OK && wants_json(request)) {
		write_json(request, &response->body, &agent, name, key);
	} else if (err == GW_OK) {
		response->content_type = "text/plain; charset=utf-8";
		gw_guide_key_file(&response->body, gw_str(key));
	} else if (outcome != GW_INVITATION_FORBIDDEN) {
		note_refused(request);
	}
out:
	free(name);
	gw_secret_wipe(key, sizeof(key));
	return err;
}
