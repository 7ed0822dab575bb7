/* SPDX-License-Identifier: ISC */
/*
 * operator_channel.c: POST /operator/channels/test: an operator sends a letter to himself, to see whether people are reached: by mail, or in
 * Feishu with the app that an agent writes with. It is sent at once, and kept nowhere.
 */
#include "gateway/endpoints.h"

#include "base/clock.h"
#include "channels/channel.h"
#include "http/serve.h"
#include "people/operator.h"

#include <json-c/json.h>
#include <stdio.h>

/* Columns of sql/statements/operator_address.sql. */
enum { NAME, MEMBER, EMAIL, EXTERNAL, OPEN };
enum { AGENT_NAME = 1 }; /* of sql/statements/agent_survey.sql */

struct asked {
	struct gw_str channel;
	struct gw_uuid agent;
	bool has_agent;
};

static const char *advice_for(const struct gw_channel *channel)
{
	return channel == &gw_channel_email
		       ? "see `clawgw-admin doctor', and smtp_url, smtp_from, smtp_user and "
			 "smtp_password"
		       : "see the app's id, secret and permissions at Feishu, and `clawgw-admin "
			 "channel list'";
}

static enum gw_err send(const struct gw_operator *actor, const struct gw_request *request,
			const struct gw_channel *channel, const struct asked *asked,
			struct gw_str agent_name, const struct gw_rows *address,
			struct gw_send_failure *ret_failure)
{
	struct gw_letter letter = {
		.config = gw_gateway_of(request)->config,
		.db = actor->scope.db,
		.agent_id = asked->agent,
		.agent_name = agent_name,
		.person = {.name = gw_rows_text(address, 0, NAME),
			   .external_id = gw_str_trim(gw_rows_text(address, 0, EXTERNAL)),
			   .open_id = gw_str_trim(gw_rows_text(address, 0, OPEN)),
			   .email = gw_str_trim(gw_rows_text(address, 0, EMAIL))},
		.text = GW_STR_LIT("This is a test, asked for on the operators' page: people are "
				   "reached this way."),
		.subject = GW_STR_LIT("A test of the gateway"),
		.id = gw_uuid_random(),
		.deadline = gw_monotonic() + GW_LETTER_LONGEST,
	};
	enum gw_err err = GW_OK;

	(void)gw_rows_uuid(address, 0, MEMBER, &letter.person.id);
	err = gw_serve_blocking_begin();
	if (err != GW_OK)
		return err;
	err = channel->send(&letter, ret_failure);
	gw_serve_blocking_end();
	if (err != GW_OK && ret_failure->text[0] == '\0')
		gw_send_failure_set(ret_failure, "not tried: %s", gw_err_name(err));
	return GW_OK;
}

static enum gw_err test(struct gw_operator *actor, struct gw_request *request,
			const struct asked *asked, struct gw_response *response)
{
	const struct gw_config *config = gw_gateway_of(request)->config;
	const struct gw_channel *channel = gw_channel_named(asked->channel);
	struct gw_send_failure failure = {.text = ""};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf *out = &response->body;
	struct gw_rows *agent = NULL;
	struct gw_rows *address = NULL;
	struct gw_person person;
	bool sent = false;
	enum gw_err err = GW_OK;

	if (channel == NULL)
		return gw_response_error_code(response, GW_CONFLICT, "no_channel",
					      "A channel is email or feishu");
	if (channel == &gw_channel_feishu && !asked->has_agent)
		return gw_response_error_code(response, GW_CONFLICT, "no_agent",
					      "In Feishu agents write: which one?");
	if (asked->has_agent &&
	    (err = gw_operator_agent(actor, config, &asked->agent, &agent)) != GW_OK)
		return err == GW_NOT_FOUND
			       ? gw_response_error(response, err, "There is no such agent")
			       : err;
	gw_params_uuid(&params, &actor->person.id);
	err = gw_db_exec(actor->scope.db, GW_STATEMENT_OPERATOR_ADDRESS, &params, &address);
	if (err != GW_OK)
		goto out;
	person = (struct gw_person){.external_id = gw_str_trim(gw_rows_text(address, 0, EXTERNAL)),
				    .open_id = gw_str_trim(gw_rows_text(address, 0, OPEN)),
				    .email = gw_str_trim(gw_rows_text(address, 0, EMAIL))};
	if (channel == &gw_channel_email && *config->smtp_url == '\0')
		err = gw_response_error_code(response, GW_CONFLICT, "not_configured",
					     "smtp_url is not set: nobody is reached by e-mail");
	else if (!channel->reaches(config, &person))
		err = gw_response_error_code(response, GW_CONFLICT, "no_address",
					     "Your account has no address there");
	else
		err = send(actor, request, channel, asked,
			   agent != NULL ? gw_rows_text(agent, 0, AGENT_NAME)
					 : GW_STR_LIT("The gateway"),
			   address, &failure);
	if (err != GW_OK)
		goto out;
	sent = failure.text[0] == '\0';
	gw_operator_note(actor, request, "channel test", channel->name,
			 asked->has_agent ? &asked->agent : NULL, sent ? "done" : "failed",
			 sent ? NULL : failure.text);
	gw_buf_add_c(out, "{\"done\":\"test\"");
	gw_people_add_string(out, "channel", gw_str(channel->name));
	gw_people_add_bool(out, "sent", sent);
	gw_people_add_string(out, "to", channel == &gw_channel_email ? person.email : GW_STR_NULL);
	gw_people_add_string(out, "error", sent ? GW_STR_NULL : gw_str(failure.text));
	gw_people_add_string(out, "advice", sent ? GW_STR_NULL : gw_str(advice_for(channel)));
	gw_buf_add_char(out, '}');
out:
	gw_rows_free(agent);
	gw_rows_free(address);
	return err;
}

enum gw_err gw_handle_operator_channel_test(struct gw_request *request,
					    struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct json_object *body = NULL;
	struct asked asked = {.has_agent = false};
	struct gw_invalid invalid;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	err = gw_field_body(request, response, &invalid, &body);
	if (err != GW_OK)
		goto out;
	asked.channel = gw_field_string(body, "channel", 1, 0, &invalid);
	gw_field_uuid(body, "agent", GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE, &invalid, &asked.agent,
		      &asked.has_agent);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_operator_caller(request, response, &actor);
	if (err == GW_OK)
		err = gw_operator_may(&actor, request, GW_RANK_ORG_ADMIN, response);
	if (err == GW_OK)
		err = test(&actor, request, &asked, response);
out:
	gw_operator_release(&actor);
	json_object_put(body);
	gw_invalid_release(&invalid);
	return err;
}
