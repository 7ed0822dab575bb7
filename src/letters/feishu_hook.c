/* SPDX-License-Identifier: ISC */
/*
 * feishu_hook.c: POST /api/channel/feishu/{agent_id}/webhook, where Feishu (Lark) tells what people have written to an agent's app. The
 * path is the platform's.
 *
 * Feishu proves itself by the encryption and the signature (encrypt_key), by the token (verification_token), or by both, as the app is
 * configured there and here; an app with neither is refused. Feishu repeats an event for hours until it gets a 200: what is in
 * trouble for now is answered with 503, everything else is settled. A message that comes again has no second effect, because its letter has
 * an id made of Feishu's. Strangers, and people whose agent is switched off, get one sentence a day, after Feishu has its answer.
 */
#include "gateway/endpoints.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "channels/channel.h"
#include "gateway/background.h"
#include "gateway/caller.h"
#include "letters/feishu_event.h"
#include "store/bell.h"
#include "store/event.h"
#include "store/feishu.h"
#include "store/letter.h"

#include <json-c/json.h>
#include <stdlib.h>

#define SENTENCE_TIME (10 * GW_USEC_PER_SEC)
#define SENTENCES_MAX 16 /* on their way at once; a flood of strangers gets no more */
#define DAY (86400 * GW_USEC_PER_SEC)
#define SUBJECT "Feishu"

/* A sentence that goes out when Feishu has its answer. */
struct sentence {
	const struct gw_gateway *gateway;
	struct gw_uuid agent;
	char *agent_name, *open_id, *message_id;
	char *text;
};

static void free_sentence(void *arg)
{
	struct sentence *sentence = arg;

	free(sentence->agent_name);
	free(sentence->open_id);
	free(sentence->message_id);
	free(sentence->text);
	free(sentence);
}

static struct gw_uuid id_for(const struct gw_uuid *agent, const char *what, const char *message_id)
{
	struct gw_buf name;
	struct gw_uuid id;

	gw_buf_init(&name, 512);
	gw_buf_addf(&name, "%s:%s", what, message_id);
	id = gw_uuid_v5(agent, gw_buf_str(&name));
	gw_buf_release(&name);
	return id;
}

/* In a thread of its own: Feishu's end of it may take long. */
static void send_sentence(void *arg)
{
	struct sentence *sentence = arg;
	struct gw_send_failure failure = {.text = ""};
	struct gw_letter letter = {
		.config = sentence->gateway->config,
		.db = sentence->gateway->db,
		.agent_id = sentence->agent,
		.agent_name = gw_str(sentence->agent_name),
		.person = {.open_id = gw_str(sentence->open_id)},
		.text = gw_str(sentence->text),
		.id = id_for(&sentence->agent, "feishu-sentence", sentence->message_id),
		.answered = gw_str(sentence->message_id),
		.deadline = gw_monotonic() + SENTENCE_TIME,
	};

	if (gw_channel_feishu.send(&letter, &failure) != GW_OK)
		gw_log_info("feishu: a sentence to somebody unknown was not sent: %s",
			    failure.text);
	free_sentence(sentence);
}

/* A web server may pass the answer on only when the request has ended: nothing is waited for here. */
static void say_sentence(struct gw_request *request, bool written)
{
	(void)written;
	if (gw_background_start(send_sentence, request->state, SENTENCES_MAX))
		request->state = NULL;
	else
		gw_log_info("feishu: too many sentences are under way for one more");
}

/* Once a day for each person and agent. */
static enum gw_err answer_politely(struct gw_request *request, const struct gw_uuid *agent,
				   const struct gw_feishu_hook *hook,
				   const struct gw_feishu_event *event, const char *text)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct sentence *sentence = NULL;
	char id[GW_UUID_TEXT_SIZE];
	struct gw_buf what;
	bool first = false;
	enum gw_err err = GW_OK;

	if (event->open_id == NULL)
		return GW_OK;
	gw_buf_init(&what, 1024);
	gw_buf_addf(&what, "sentence:%s:%s:%lld", gw_uuid_format(agent, id), event->open_id,
		    (long long)(gw_now() / DAY));
	err = gw_feishu_event_note(gateway->db, gw_buf_str(&what), &first);
	gw_buf_release(&what);
	if (err != GW_OK || !first)
		return err;
	sentence = gw_xcalloc(1, sizeof(*sentence));
	sentence->gateway = gateway;
	sentence->agent = *agent;
	sentence->agent_name = gw_str_dup(hook->agent_name);
	sentence->open_id = gw_xstrdup(event->open_id);
	sentence->message_id = gw_xstrdup(event->message_id);
	sentence->text = gw_xstrdup(text);
	request->state = sentence;
	request->free_state = free_sentence;
	gw_request_after(request, say_sentence);
	return GW_OK;
}

static enum gw_err take(struct gw_request *request, struct gw_response *response,
			const struct gw_uuid *agent, const struct gw_uuid *member,
			const struct gw_feishu_hook *hook, const struct gw_feishu_event *event)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_letter_in letter = {
		.id = id_for(agent, "feishu", event->message_id),
		.agent_id = *agent,
		.member_id = *member,
		.channel = gw_channel_feishu.name,
		.place = event->in_group && event->chat_id != NULL
				 ? gw_str(event->chat_id)
				 : gw_str(gw_channel_feishu.place),
		.subject = GW_STR_LIT(SUBJECT),
		.content = gw_str(event->text),
		.external = gw_str(event->message_id),
		.max_pending_from = gateway->config->max_pending_from,
		.max_pending = gateway->config->max_pending,
		.max_pending_organisation = gateway->config->max_pending_organisation,
	};
	enum gw_letter_outcome outcome = GW_LETTER_GONE;
	enum gw_err err = GW_OK;

	letter.thread = letter.id;
	err = gw_letter_receive(gateway->db, &letter, &outcome);
	if (err != GW_OK)
		return err;
	switch (outcome) {
	case GW_LETTER_RECEIVED:
		gw_bell_ring_message(gateway->db, &letter.id);
		if (gw_job_notify(gateway->db) != GW_OK)
			gw_log_info("workers were not told of a letter; they will find it");
		break;
	case GW_LETTER_REPEATED:
	case GW_LETTER_GONE:
		break;
	case GW_LETTER_UNAVAILABLE:
		return answer_politely(
			request, agent, hook, event,
			"I am switched off at the moment and cannot answer. "
			"\xe6\x88\x91\xe7\x8e\xb0\xe5\x9c\xa8\xe5\xb7\xb2\xe5\x81\x9c"
			"\xe7\x94\xa8\xef\xbc\x8c\xe6\x97\xa0\xe6\xb3\x95\xe5\x9b\x9e"
			"\xe5\xa4\x8d\xe3\x80\x82");
	case GW_LETTER_FULL:
		/* Feishu comes back with it */
		return gw_response_error(response, GW_BUSY, "Too many letters wait");
	}
	return GW_OK;
}

static enum gw_err take_message(struct gw_request *request, struct gw_response *response,
				const struct gw_uuid *agent, const struct gw_feishu_hook *hook,
				const struct gw_feishu_event *event)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_uuid member;
	enum gw_err err = GW_OK;

	if (!event->by_person || !event->addressed || event->text[0] == '\0')
		return GW_OK;
	err = gw_feishu_sender_find(gateway->db, agent, gw_str(event->open_id),
				    gw_str(event->user_id), &member);
	if (err == GW_NOT_FOUND)
		return answer_politely(
			request, agent, hook, event,
			"I do not know you yet; please ask the operator of your organisation "
			"to add you. "
			"\xe6\x88\x91\xe8\xbf\x98\xe4\xb8\x8d\xe8\xae\xa4\xe8\xaf\x86\xe6\x82\xa8"
			"\xef\xbc\x8c\xe8\xaf\xb7\xe8\x81\x94\xe7\xb3\xbb\xe7\xae\xa1\xe7\x90\x86"
			"\xe5\x91\x98\xe6\xb7\xbb\xe5\x8a\xa0\xe6\x82\xa8\xe3\x80\x82");
	if (err != GW_OK)
		return err;
	return take(request, response, agent, &member, hook, event);
}

static enum gw_err refuse(struct gw_request *request, struct gw_response *response, const char *why)
{
	uint64_t count = gw_caller_count_wrong(request);

	if (count > 0)
		gw_log_notice("feishu: an event was refused: %s (%llu since this was last told)",
			      why, (unsigned long long)count);
	return gw_response_error(response, GW_UNAUTHORIZED, "%s", why);
}

/* NULL, or why Feishu has not proved that the event is its own. */
static const char *find_fault(const struct gw_request *request, const struct gw_feishu_hook *hook,
			      const struct gw_feishu_event *event)
{
	if (hook->encrypt_key.len == 0 && hook->verification_token.len == 0)
		return "The app has neither encrypt_key nor verification_token here";
	/* Feishu's console does not sign a challenge; that it is encrypted shows who sends it */
	if (hook->encrypt_key.len > 0 && event->kind != GW_FEISHU_CHALLENGE &&
	    !gw_feishu_signature_good(gw_request_header(request, "X-Lark-Request-Timestamp"),
				      gw_request_header(request, "X-Lark-Request-Nonce"),
				      hook->encrypt_key, request->body,
				      gw_request_header(request, "X-Lark-Signature"),
				      gw_now() / GW_USEC_PER_SEC))
		return "The signature does not fit, or is too old";
	if (hook->verification_token.len > 0 &&
	    !gw_secret_equal(gw_str(event->token), hook->verification_token))
		return "The verification token does not fit";
	if (event->app_id != NULL && hook->app_id.len > 0 &&
	    !gw_str_equal_c(hook->app_id, event->app_id))
		return "The event is another app's";
	return NULL;
}

static void add_bot_id(struct gw_buf *out, struct gw_str extra_config)
{
	struct json_object *object = NULL;
	struct json_object *value = NULL;
	struct gw_json_error error;

	if (extra_config.data == NULL || gw_json_parse(extra_config, &error, &object) != GW_OK)
		return;
	if (json_object_is_type(object, json_type_object) &&
	    json_object_object_get_ex(object, "bot_open_id", &value) &&
	    json_object_is_type(value, json_type_string) && gw_json_string(value).len <= 200)
		gw_buf_add_str(out, gw_json_string(value));
	json_object_put(object);
}

static enum gw_err answer(struct gw_request *request, struct gw_response *response,
			  const struct gw_uuid *agent, const struct gw_feishu_hook *hook,
			  const struct gw_feishu_event *event)
{
	const char *fault = find_fault(request, hook, event);
	enum gw_err err = GW_OK;

	if (fault != NULL)
		return refuse(request, response, fault);
	request->authenticated = true;
	if (event->kind == GW_FEISHU_CHALLENGE) {
		gw_buf_add_char(&response->body, '{');
		gw_json_add_name(&response->body, "challenge");
		gw_json_add_string_c(&response->body, event->challenge);
		gw_buf_add_char(&response->body, '}');
		return GW_OK;
	}
	if (event->kind == GW_FEISHU_MESSAGE)
		err = take_message(request, response, agent, hook, event);
	if (err == GW_OK)
		gw_buf_add_c(&response->body, "{\"code\":0}");
	return err;
}

enum gw_err gw_handle_feishu_hook(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_feishu_event event = {.kind = GW_FEISHU_OTHER};
	struct gw_feishu_hook hook = {.rows = NULL};
	struct gw_uuid agent;
	struct gw_buf plain;
	struct gw_buf bot;
	enum gw_err err = GW_OK;

	if (!gw_uuid_parse(request->path_param, &agent))
		return gw_response_error(response, GW_NOT_FOUND, "There is no such app");
	err = gw_feishu_hook_find(gateway->db, &agent, &hook);
	if (err == GW_NOT_FOUND)
		return gw_response_error(response, GW_NOT_FOUND, "There is no such app");
	if (err != GW_OK)
		return err;
	gw_buf_init(&plain, request->body.len + 1);
	gw_buf_init(&bot, 256);
	add_bot_id(&bot, hook.extra_config);
	if (hook.encrypt_key.len > 0 &&
	    gw_feishu_decrypt(request->body, hook.encrypt_key, &plain) != GW_OK)
		err = refuse(request, response, "The event is not encrypted with encrypt_key");
	else if (gw_feishu_event_read(hook.encrypt_key.len > 0 ? gw_buf_str(&plain) : request->body,
				      gw_buf_str(&bot), &event) != GW_OK)
		err = gw_response_error(response, GW_INVALID, "This is no event of Feishu");
	else
		err = answer(request, response, &agent, &hook, &event);
	gw_feishu_event_release(&event);
	gw_feishu_hook_release(&hook);
	gw_buf_release(&plain);
	gw_buf_release(&bot);
	return err;
}
