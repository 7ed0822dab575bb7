/* SPDX-License-Identifier: ISC */
/*
 * send_person.c: the person rules of POST /send-message: which channel, once and only once, and the
 * answers.
 *
 * An attempt is recorded, with its idempotency key, before the channel is asked, and again when it
 * has ended. In between nothing is held in the database, and other requests pass. A first attempt
 * that a crash cut off is repeated where the channel recognises the repeat; otherwise nobody knows
 * what became of it, and the answer says so.
 */
#include "gateway/send.h"

#include "base/clock.h"
#include "base/log.h"
#include "channels/channel.h"
#include "gateway/send_answer.h"
#include "http/serve.h"
#include "store/event.h"
#include "store/letter.h"
#include "store/send.h"

#include <stdio.h>

/* When an attempt has ended for certain: the channel's time, and what the database may take. */
#define ATTEMPT_LONGEST (GW_LETTER_LONGEST + 20 * GW_USEC_PER_SEC)

static enum gw_err answer_in_progress(struct gw_response *response)
{
	return gw_response_error_code(
		response, GW_CONFLICT, "idempotency_in_progress",
		"The first request with this idempotency key is still running");
}

static enum gw_err answer_unknown(struct gw_response *response, struct gw_str name)
{
	return gw_response_error_code(
		response, GW_CONFLICT, "send_outcome_unknown",
		"The first attempt to write to %.*s ended without an answer, so the message may or "
		"may not have arrived. To send it again, use another idempotency key.",
		(int)name.len, name.data);
}

/* Not sent, and nothing is wrong with it: the same request succeeds later. */
static enum gw_err answer_later(struct gw_response *response, const struct gw_send_failure *failure)
{
	char seconds[24];

	(void)snprintf(seconds, sizeof(seconds), "%lld",
		       (long long)((failure->retry_after + GW_USEC_PER_SEC - 1) / GW_USEC_PER_SEC));
	gw_response_header(response, "Retry-After", seconds);
	return gw_response_error_code(response, GW_BUSY, "send_later", "%s", failure->text);
}

/*
 * What the channel knows the letter by: the same for the same request under the same key, so that
 * the service can tell a repeat, and another one for every request without a key.
 */
static struct gw_uuid letter_id(const struct gw_send *send, const struct gw_uuid *agent_id)
{
	struct gw_uuid id = send->message_id;
	struct gw_buf name;

	if (send->idempotency_key.data == NULL)
		return id;
	gw_buf_init(&name, send->idempotency_key.len + 1 + sizeof(send->digest));
	gw_buf_add_str(&name, send->idempotency_key);
	gw_buf_add_char(&name, '\0');
	gw_buf_add(&name, send->digest, sizeof(send->digest));
	id = gw_uuid_v5(agent_id, gw_buf_str(&name));
	gw_buf_release(&name);
	return id;
}

/* Asks the channel and records what came of it. `attempt_id` has begun. */
static enum gw_err deliver(const struct gw_gateway *gateway, const struct gw_channel *channel,
			   const struct gw_letter *letter, const struct gw_uuid *attempt_id,
			   struct gw_response *response)
{
	struct gw_send_failure failure = {.text = "", .unknown = false};
	enum gw_send_end end = GW_SEND_END_SENT;
	struct gw_letter sent = *letter;
	struct gw_buf external;
	enum gw_err err = GW_OK;

	gw_buf_init(&external, GW_EXTERNAL_MAX);
	sent.external = &external;
	err = channel->send(&sent, &failure);
	if (err != GW_OK) {
		end = failure.unknown ? GW_SEND_END_UNKNOWN : GW_SEND_END_FAILED;
		if (failure.text[0] == '\0')
			gw_send_failure_set(&failure, "not tried: %s", gw_err_name(err));
	}
	/* the log has it, and whoever repeats the request finds the attempt cut off */
	if (gw_send_finish(gateway->db, attempt_id, end,
			   err == GW_OK ? GW_STR_NULL : gw_str(failure.text),
			   external.len > 0 ? gw_buf_str(&external) : GW_STR_NULL) != GW_OK)
		gw_log_warning("the end of an attempt to write to a person was not recorded: %s",
			       err == GW_OK ? "sent" : failure.text);
	if (err == GW_OK)
		gw_send_write_answer(&response->body, GW_TARGET_HUMAN, letter->person.name,
				     gw_str(channel->name), attempt_id);
	else if (err == GW_INVALID)
		err = gw_response_error_status(response, err, 400, "%s", failure.text);
	else if (err == GW_UPSTREAM && failure.refused)
		err = gw_response_error_code(response, GW_CONFLICT, "send_refused", "%s",
					     failure.text);
	else if (err == GW_UPSTREAM && failure.later)
		err = answer_later(response, &failure);
	else if (err == GW_UPSTREAM)
		err = gw_response_error(response, err, "%s", failure.text);
	gw_buf_release(&external);
	return err;
}

static enum gw_err send_first(const struct gw_gateway *gateway, const struct gw_send *send,
			      const struct gw_send_result *found, const struct gw_channel *channel,
			      struct gw_letter *letter, struct gw_response *response)
{
	struct gw_attempt attempt = {
		.id = send->message_id,
		.agent_id = found->agent_id,
		.member_id = letter->person.id,
		.name = letter->person.name,
		.channel = gw_str(channel->name),
		.idempotency_key = send->idempotency_key,
		.digest = send->digest,
		.longest = ATTEMPT_LONGEST,
		.place = gw_str(channel->place),
		.content = letter->text,
	};
	struct gw_buf subject;
	struct gw_buf external;
	enum gw_err err = GW_OK;

	gw_buf_init(&subject, GW_WRITER_MAX);
	gw_buf_init(&external, GW_EXTERNAL_MAX);
	/* what stands over the first letter of a thread */
	gw_letter_add_writer(&subject, letter);
	attempt.subject = gw_buf_str(&subject);
	if (channel->external != NULL) {
		channel->external(gateway->config, &letter->id, &external);
		attempt.external = gw_buf_str(&external);
	}
	err = gw_send_begin(gateway->db, &attempt, &letter->thread);
	gw_buf_release(&subject);
	gw_buf_release(&external);
	if (err == GW_BUSY)
		return answer_in_progress(response);
	if (err == GW_CONFLICT)
		return gw_response_error(response, GW_NOT_FOUND,
					 "Target not found. Check your relationships list.");
	if (err != GW_OK)
		return err;
	return deliver(gateway, channel, letter, &attempt.id, response);
}

/* Leaves it to a worker. */
static enum gw_err send_queued(const struct gw_gateway *gateway, const struct gw_send *send,
			       const struct gw_send_result *found, const struct gw_channel *channel,
			       const struct gw_letter *letter, struct gw_response *response)
{
	struct gw_letter_new new = {
		.id = send->message_id,
		.agent_id = found->agent_id,
		.member_id = letter->person.id,
		.channel = gw_str(channel->name),
		.name = letter->person.name,
		.idempotency_key = send->idempotency_key,
		.digest = send->digest,
		.place = gw_str(channel->place),
		.content = letter->text,
	};
	struct gw_buf subject;
	enum gw_err err = GW_OK;

	gw_buf_init(&subject, GW_WRITER_MAX);
	/* what stands over the first letter of a thread */
	gw_letter_add_writer(&subject, letter);
	new.subject = gw_buf_str(&subject);
	err = gw_letter_compose(gateway->db, &new);
	gw_buf_release(&subject);
	if (err == GW_BUSY)
		return answer_in_progress(response);
	if (err == GW_CONFLICT)
		return gw_response_error(response, GW_NOT_FOUND,
					 "Target not found. Check your relationships list.");
	if (err != GW_OK)
		return err;
	if (gw_job_notify(gateway->db) != GW_OK)
		gw_log_info("workers were not told of a letter; they will find it");
	gw_send_write_queued(&response->body, letter->person.name, gw_str(channel->name), &new.id);
	return GW_OK;
}

/* Repeats what a crash cut off, if that can do no harm. */
static enum gw_err send_again(const struct gw_gateway *gateway, const struct gw_send *send,
			      const struct gw_send_result *found, struct gw_letter *letter,
			      struct gw_response *response)
{
	const struct gw_channel *channel = gw_channel_named(found->channel);
	struct gw_resumed resumed = {.rows = NULL};
	enum gw_err err = GW_OK;

	if (channel == NULL || channel->recognises == 0)
		return answer_unknown(response, found->name);
	err = gw_send_resume(gateway->db, &found->agent_id, send->idempotency_key,
			     channel->recognises, ATTEMPT_LONGEST, &resumed);
	if (err == GW_BUSY)
		return answer_in_progress(response);
	if (err == GW_NOT_FOUND)
		return answer_unknown(response, found->name);
	if (err != GW_OK)
		return err;
	letter->person = (struct gw_person){
		.id = resumed.member_id,
		.name = resumed.name,
		.external_id = gw_str_trim(resumed.external_id),
		.open_id = gw_str_trim(resumed.open_id),
		.email = gw_str_trim(resumed.email),
	};
	err = deliver(gateway, channel, letter, &resumed.id, response);
	gw_resumed_release(&resumed);
	return err;
}

enum gw_err gw_send_to_person(const struct gw_gateway *gateway, const struct gw_send *send,
			      const struct gw_send_result *found, struct gw_response *response)
{
	struct gw_letter letter = {
		.config = gateway->config,
		.db = gateway->db,
		.agent_id = found->agent_id,
		.agent_name = found->agent_name,
		.person = {.id = found->target_id,
			   .name = found->name,
			   .external_id = gw_str_trim(found->external_id),
			   .open_id = gw_str_trim(found->open_id),
			   .email = gw_str_trim(found->email)},
		.text = send->content,
		.id = letter_id(send, &found->agent_id),
	};
	const struct gw_channel *channel =
		gw_channel_choose(gateway->config, &letter.person, send->channel);
	bool again = found->outcome == GW_SEND_CUT_OFF;
	enum gw_err err = GW_OK;

	if (!again && channel == NULL)
		return gw_response_error_status(
			response, GW_INVALID, 400,
			"No available channel to reach %.*s. feishu_user_id=%s, feishu_open_id=%s",
			(int)found->name.len, found->name.data,
			letter.person.external_id.len > 0 ? "yes" : "no",
			letter.person.open_id.len > 0 ? "yes" : "no");
	if (!again && send->queue)
		return send_queued(gateway, send, found, channel, &letter, response);
	err = gw_serve_blocking_begin();
	if (err != GW_OK)
		return err;
	letter.deadline = gw_monotonic() + GW_LETTER_LONGEST;
	err = again ? send_again(gateway, send, found, &letter, response)
		    : send_first(gateway, send, found, channel, &letter, response);
	gw_serve_blocking_end();
	return err;
}
