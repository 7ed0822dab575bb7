/* SPDX-License-Identifier: ISC */
/*
 * feishu.c: text messages through Feishu (Lark), as an app of the organisation.
 *
 * Two calls: for an access token (auth/v3/app_access_token/internal) and for a
 * message (im/v1/messages, which ignores one whose `uuid` it has seen within the hour). See
 * open.feishu.cn/document. Reading replies is feishu_reply.c's, remembering tokens is
 * store/token.c's.
 */
#include "channels/channel.h"

#include "base/clock.h"
#include "base/log.h"
#include "channels/feishu_reply.h"
#include "channels/transfer.h"
#include "base/json.h"
#include "store/channel.h"
#include "store/token.h"

#include <time.h>

/*
 * Feishu recognises a uuid for an hour; less is relied upon, because clocks and transfers take
 * their share.
 */
#define RECOGNISES (50 * 60 * GW_USEC_PER_SEC)
#define REFRESH_LEASE (GW_TRANSFER_TIMEOUT + 2 * GW_USEC_PER_SEC)
#define NO_TOKEN (GW_TOKEN_NO_GENERATION - 1)
#define WAIT_FIRST INT64_C(50000)
#define WAIT_LONGEST INT64_C(400000)
#define LIMIT_PAUSE GW_USEC_PER_SEC         /* where Feishu does not say how long */
#define LIMIT_RESERVE (3 * GW_USEC_PER_SEC) /* what the message itself may take after a wait */
#define LIMIT_BRIEF (2 * GW_USEC_PER_SEC)   /* what a thread waits that others wait for */

/* One letter on its way. */
struct delivery {
	const struct gw_letter *letter;
	struct gw_send_failure *failure;
	struct gw_feishu_app app;
	struct gw_buf base_url;
	bool foreign; /* the URL is the organisation's own, not feishu_url */
	struct gw_token_key token_key;
	struct gw_token token;
	int64_t rejected;    /* generation of the token that Feishu refused */
	bool renewed;        /* a refused token was replaced already */
	int64_t retry_after; /* how long Feishu's last reply asks to wait; 0: it does not say */
};

static bool reaches(const struct gw_config *config, const struct gw_person *person)
{
	(void)config; /* apps are the agents', not the installation's */
	return person->external_id.len > 0 || person->open_id.len > 0;
}

static enum gw_err fail(struct delivery *delivery, const char *words,
			const struct gw_feishu_reply *reply)
{
	char code[24] = "N/A";

	if (reply != NULL && reply->has_code)
		(void)snprintf(code, sizeof(code), "%lld", (long long)reply->code);
	gw_send_failure_set(delivery->failure, "Feishu send failed: %s (code %s)", words, code);
	return GW_UPSTREAM;
}

/* One POST and its reply, to be released. GW_UPSTREAM: there is none, *ret_why says why. */
static enum gw_err call(struct delivery *delivery, const char *path, const char *bearer,
			struct gw_str json, struct gw_feishu_reply *ret_reply, bool *ret_sent,
			const char **ret_why)
{
	const struct gw_letter *letter = delivery->letter;
	struct gw_http_reply reply = {.status = 0};
	enum gw_err err = GW_OK;
	struct gw_buf url;

	gw_buf_init(&url, GW_FEISHU_URL_MAX + 128);
	gw_buf_init(&reply.body, GW_TRANSFER_REPLY_MAX);
	gw_buf_add_str(&url, gw_buf_str(&delivery->base_url));
	gw_buf_add_c(&url, path);
	err = gw_http_post(letter->config, url.data, delivery->foreign, bearer, json,
			   letter->deadline, &reply, ret_why);
	*ret_sent = reply.sent;
	delivery->retry_after = reply.retry_after;
	if (err == GW_OK)
		gw_feishu_reply_read(reply.status, gw_buf_str(&reply.body), ret_reply);
	gw_secret_wipe(reply.body.data, reply.body.len);
	gw_buf_release(&reply.body);
	gw_buf_release(&url);
	return err;
}

static void pause_for(int64_t microseconds)
{
	struct timespec time = {.tv_sec = 0, .tv_nsec = (long)microseconds * 1000};

	(void)nanosleep(&time, NULL);
}

/*
 * Feishu takes no more requests just now: waits as long as it asks, or a little longer each time. False: that takes more time than
 * there is, or than a worker's thread should wait, and whoever asked is told how long.
 */
static bool wait_for_limit(struct delivery *delivery, int64_t *pause)
{
	int64_t wait = delivery->retry_after > 0 ? delivery->retry_after : *pause;

	if (gw_monotonic() + wait + LIMIT_RESERVE >= delivery->letter->deadline ||
	    (delivery->letter->in_background && wait > LIMIT_BRIEF)) {
		delivery->failure->later = true;
		delivery->failure->retry_after = wait;
		return false;
	}
	while (wait > 0) {
		int64_t step = wait < WAIT_LONGEST ? wait : WAIT_LONGEST;

		pause_for(step);
		wait -= step;
	}
	*pause = 2 * *pause;
	return true;
}

/* Asks Feishu for a token. GW_OK: reply->token is there, the caller releases the reply. */
static enum gw_err request_token(struct delivery *delivery, struct gw_feishu_reply *reply)
{
	const char *why = "";
	int64_t pause = LIMIT_PAUSE;
	struct gw_buf json;
	bool sent = false;
	enum gw_err err = GW_OK;

	gw_buf_init(&json, 8192); /* columns of 255 and 512 characters, escaped */
	gw_buf_add_char(&json, '{');
	gw_json_add_name(&json, "app_id");
	gw_json_add_string_c(&json, delivery->app.app_id);
	gw_json_add_name(&json, "app_secret");
	gw_json_add_string_c(&json, delivery->app.app_secret);
	gw_buf_add_char(&json, '}');
	for (;;) {
		err = call(delivery, "/open-apis/auth/v3/app_access_token/internal", NULL,
			   gw_buf_str(&json), reply, &sent, &why);
		if (err != GW_OK || !reply->limited || !wait_for_limit(delivery, &pause))
			break;
		gw_feishu_reply_release(reply);
	}
	gw_secret_wipe(json.data, json.len);
	gw_buf_release(&json);
	if (err != GW_OK)
		return fail(delivery, why, NULL);
	if (reply->ok && reply->token != NULL)
		return GW_OK;
	(void)fail(delivery, reply->ok ? "the answer held no access token" : reply->words, reply);
	gw_feishu_reply_release(reply);
	return GW_UPSTREAM;
}

/* Makes a new token as the one who may, and tells the others. */
static enum gw_err refresh(struct delivery *delivery, const struct gw_uuid *claimer)
{
	const struct gw_letter *letter = delivery->letter;
	struct gw_feishu_reply reply = {.code = 0};
	enum gw_err err = request_token(delivery, &reply);

	if (err != GW_OK) {
		if (gw_token_fail(letter->db, &delivery->token_key, claimer,
				  gw_str(delivery->failure->text)) != GW_OK)
			gw_log_info("feishu: the claim on a token could not be ended; it runs out");
		return err;
	}
	if (gw_token_store(letter->db, &delivery->token_key, claimer,
			   gw_str(letter->config->secret_key), gw_str(reply.token),
			   reply.life) != GW_OK)
		gw_log_info("feishu: a token could not be shared; it serves one message");
	/* the generation that it got is found out only if it is refused */
	gw_token_release(&delivery->token);
	delivery->token.text = reply.token;
	delivery->rejected = NO_TOKEN;
	return GW_OK;
}

static bool is_usable(const struct delivery *delivery)
{
	return delivery->token.text != NULL && delivery->token.generation != delivery->rejected;
}

/*
 * Sees to it that delivery->token can be used: one that is known, a new one, or one that somebody
 * else is just making. A token that is to end soon is used on if nobody can make a new one.
 */
static enum gw_err obtain_token(struct delivery *delivery)
{
	const struct gw_letter *letter = delivery->letter;
	struct gw_uuid claimer = gw_uuid_random();
	int64_t pause = WAIT_FIRST;
	int64_t old_failure = 0;
	bool first = true;

	for (;;) {
		enum gw_err err = GW_OK;
		int64_t useless = 0;

		gw_token_release(&delivery->token);
		err = gw_token_find(letter->db, &delivery->token_key,
				    gw_str(letter->config->secret_key), &delivery->token);
		if (err != GW_OK)
			return err;
		if (is_usable(delivery) && !delivery->token.due)
			return GW_OK;
		if (first)
			old_failure = delivery->token.failed_at;
		if (!is_usable(delivery) && delivery->token.failure != NULL &&
		    delivery->token.failed_at != old_failure) {
			/* whoever we waited for has failed just now: so would we */
			gw_send_failure_set(delivery->failure, "%s", delivery->token.failure);
			return GW_UPSTREAM;
		}
		useless = is_usable(delivery) ? delivery->rejected : delivery->token.generation;
		err = gw_token_claim(letter->db, &delivery->token_key, &claimer, REFRESH_LEASE,
				     useless);
		if (err == GW_OK) {
			err = refresh(delivery, &claimer);
			return is_usable(delivery) ? GW_OK : err;
		}
		if (err != GW_BUSY)
			return err;
		if (is_usable(delivery))
			return GW_OK;
		if (gw_monotonic() + pause >= letter->deadline)
			return fail(delivery, "no access token came in time", NULL);
		pause_for(pause);
		pause = 2 * pause < WAIT_LONGEST ? 2 * pause : WAIT_LONGEST;
		first = false;
	}
}

/* `id`: who gets it; absent: it answers a message, which the path names. */
static void write_message(struct gw_buf *out, const struct gw_letter *letter, struct gw_str id)
{
	char uuid[GW_UUID_TEXT_SIZE];
	struct gw_buf content;

	/* at worst each byte becomes \u00XX, and its backslash doubles in the string around it */
	gw_buf_init(&content, 6 * letter->text.len + 64);
	gw_buf_add_c(&content, "{\"text\":");
	gw_json_add_string(&content, letter->text);
	gw_buf_add_char(&content, '}');
	gw_buf_add_char(out, '{');
	if (id.data != NULL) {
		gw_json_add_name(out, "receive_id");
		gw_json_add_string(out, id);
	}
	gw_json_add_name(out, "msg_type");
	gw_json_add_string_c(out, "text");
	gw_json_add_name(out, "content");
	gw_json_add_string(out, gw_buf_str(&content));
	gw_json_add_name(out, "uuid");
	gw_json_add_string_c(out, gw_uuid_format(&letter->id, uuid));
	gw_buf_add_char(out, '}');
	gw_buf_release(&content);
}

/* One message to one id. *ret_rejected: Feishu refused the token. *ret_limited: it takes no more messages just now. */
static enum gw_err post_message(struct delivery *delivery, const char *path, struct gw_str json,
				bool *ret_rejected, bool *ret_limited)
{
	struct gw_feishu_reply reply = {.code = 0};
	const char *why = "";
	bool sent = false;
	enum gw_err err = call(delivery, path, delivery->token.text, json, &reply, &sent, &why);

	*ret_rejected = false;
	*ret_limited = false;
	if (err != GW_OK) {
		delivery->failure->unknown |= sent;
		return fail(delivery, why, NULL);
	}
	if (!reply.ok) {
		err = fail(delivery, reply.words, &reply);
		/* somebody between us and Feishu answered, not Feishu */
		delivery->failure->unknown |=
			!reply.has_code && !reply.token_rejected && !reply.limited;
		*ret_rejected = reply.token_rejected;
		*ret_limited = reply.limited;
	}
	if (err == GW_OK && delivery->letter->external != NULL && reply.message_id[0] != '\0') {
		gw_buf_reset(delivery->letter->external);
		gw_buf_add_c(delivery->letter->external, reply.message_id);
	}
	gw_feishu_reply_release(&reply);
	return err;
}

/* *ret_hopeless: another id of the same person would not help. */
static enum gw_err send_to(struct delivery *delivery, const char *path, struct gw_str id,
			   bool *ret_hopeless)
{
	const struct gw_letter *letter = delivery->letter;
	bool rejected = false;
	bool limited = false;
	int64_t pause = LIMIT_PAUSE;
	struct gw_buf json;
	enum gw_err err = GW_OK;

	*ret_hopeless = true;
	gw_buf_init(&json, 8 * letter->text.len + 4096);
	write_message(&json, letter, id);
	for (;;) {
		if (!is_usable(delivery)) {
			err = obtain_token(delivery);
			if (err != GW_OK)
				goto out;
		}
		err = post_message(delivery, path, gw_buf_str(&json), &rejected, &limited);
		if (limited) {
			/* the same message to the same id: the limit is the receiver's or the app's */
			if (wait_for_limit(delivery, &pause))
				continue;
			goto out;
		}
		if (!rejected || delivery->renewed)
			break;
		delivery->renewed = true;
		if (delivery->token.generation == GW_TOKEN_NO_GENERATION) {
			/* just made by us: the database knows which one it is */
			gw_token_release(&delivery->token);
			err = gw_token_find(letter->db, &delivery->token_key,
					    gw_str(letter->config->secret_key), &delivery->token);
			if (err != GW_OK)
				goto out;
		}
		delivery->rejected = delivery->token.generation;
		gw_token_release(&delivery->token);
	}
	*ret_hopeless = gw_monotonic() >= letter->deadline;
out:
	gw_buf_release(&json);
	return err;
}

/* A message that is answered, which may have been taken back meanwhile. */
static enum gw_err send_reply(struct delivery *delivery, bool *ret_hopeless)
{
	struct gw_str answered = delivery->letter->answered;
	struct gw_buf path;
	enum gw_err err = GW_OK;

	gw_buf_init(&path, GW_FEISHU_ID_MAX + 64);
	gw_buf_addf(&path, "/open-apis/im/v1/messages/%.*s/reply", (int)answered.len,
		    answered.data);
	err = send_to(delivery, path.data, GW_STR_NULL, ret_hopeless);
	gw_buf_release(&path);
	return err;
}

/* Whatever way leads to the person: an answer, the group's chat, one of his ids. */
static enum gw_err send_by_any_way(struct delivery *delivery)
{
	const struct gw_letter *letter = delivery->letter;
	const struct gw_person *person = &letter->person;
	bool in_group = gw_feishu_is_id(letter->place) &&
			!gw_str_equal_c(letter->place, gw_channel_feishu.place);
	bool hopeless = false;
	enum gw_err err = fail(delivery, "this person has no id at Feishu", NULL);

	if (gw_feishu_is_id(letter->answered))
		err = send_reply(delivery, &hopeless);
	if (err != GW_OK && !hopeless && in_group)
		return send_to(delivery, "/open-apis/im/v1/messages?receive_id_type=chat_id",
			       letter->place, &hopeless);
	if (err != GW_OK && !hopeless && person->external_id.len > 0)
		err = send_to(delivery, "/open-apis/im/v1/messages?receive_id_type=user_id",
			      person->external_id, &hopeless);
	if (err != GW_OK && !hopeless && person->open_id.len > 0)
		err = send_to(delivery, "/open-apis/im/v1/messages?receive_id_type=open_id",
			      person->open_id, &hopeless);
	return err;
}

static enum gw_err send_letter(const struct gw_letter *letter, struct gw_send_failure *ret_failure)
{
	struct delivery delivery = {
		.letter = letter,
		.failure = ret_failure,
		.token = {.generation = GW_TOKEN_NO_GENERATION},
		.rejected = NO_TOKEN,
	};
	enum gw_err err = gw_channel_find_feishu(letter->db, &letter->agent_id, &delivery.app);

	if (err == GW_NOT_FOUND) {
		gw_send_failure_set(ret_failure, "No Feishu channel configured");
		return GW_INVALID;
	}
	if (err != GW_OK)
		return err;
	gw_buf_init(&delivery.base_url, GW_FEISHU_URL_MAX);
	gw_feishu_base_url(&delivery.base_url, gw_str(delivery.app.extra_config),
			   letter->config->feishu_url);
	delivery.foreign =
		!gw_str_equal_c(gw_buf_str(&delivery.base_url), letter->config->feishu_url);
	gw_token_key_init(&delivery.token_key, gw_buf_str(&delivery.base_url),
			  gw_str(delivery.app.app_id), gw_str(delivery.app.app_secret));
	/* Feishu recognises a repeat, for a while: from now on it may have the letter */
	if (gw_buf_overflowed(&delivery.base_url))
		err = fail(&delivery, "the configured address is too long", NULL);
	else if (letter->commit == NULL || (err = letter->commit(letter->commit_arg)) == GW_OK)
		err = send_by_any_way(&delivery);
	gw_token_release(&delivery.token);
	gw_buf_release(&delivery.base_url);
	gw_feishu_app_release(&delivery.app);
	return err;
}

const struct gw_channel gw_channel_feishu = {
	.name = "feishu",
	.recognises = RECOGNISES,
	.reaches = reaches,
	.place = "p2p",
	.send = send_letter,
};
