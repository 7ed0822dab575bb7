/* SPDX-License-Identifier: ISC */
/*
 * agent_poll.c: see agent.h. At most one poll is under way, and only while there is a free slot. A receipt goes back only when
 * the messages that came with it are in the journal.
 */
#include "connect/agent.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"

#include <json-c/json.h>

#define PAUSE_FIRST GW_USEC_PER_SEC
#define PAUSE_LONGEST (60 * GW_USEC_PER_SEC)
#define PAUSE_REFUSED (60 * GW_USEC_PER_SEC) /* a wrong key does not become right soon */
#define PAUSE_HASTY (GW_USEC_PER_SEC / 4)
#define HASTY (GW_USEC_PER_SEC / 2)
#define MARGIN_SECONDS 15 /* on top of the wait */
#define HEARTBEAT_EVERY (60 * GW_USEC_PER_SEC)
#define HEARTBEAT_SECONDS 30
#define UNREPORTED_MAX 100
#define PATH_MAX_BYTES 512

int64_t gw_agent_pause(unsigned failures, int64_t at_least)
{
	int64_t pause = PAUSE_FIRST;
	uint16_t random = 0;

	for (unsigned i = 1; i < failures && pause < PAUSE_LONGEST; i++)
		pause *= 2;
	if (pause > PAUSE_LONGEST)
		pause = PAUSE_LONGEST;
	gw_random_bytes(&random, sizeof(random));
	/* between a half and the whole: a thousand agents whose gateway comes back do not come all at once */
	pause = pause / 2 + pause / 2 * random / UINT16_MAX;
	return pause > at_least ? pause : at_least + pause / 4;
}

unsigned gw_agent_free_slots(const struct gw_agent *agent)
{
	const struct gw_held *held = NULL;
	unsigned taken = 0;
	unsigned unreported = 0;

	TAILQ_FOREACH(held, &agent->ledger.held, link)
	{
		if (held->state == GW_HELD_FINISHED)
			unreported++;
		else
			taken++;
	}
	if (unreported >= UNREPORTED_MAX || taken >= (unsigned)agent->options->parallel)
		return 0;
	return (unsigned)agent->options->parallel - taken;
}

/* Says what is wrong once, not with every attempt. */
static void set_trouble(struct gw_agent *agent, const char *trouble)
{
	if (strcmp(agent->trouble, trouble) == 0)
		return;
	(void)snprintf(agent->trouble, sizeof(agent->trouble), "%s", trouble);
	if (trouble[0] != '\0')
		gw_log_warning("the gateway is of no use at the moment: %s", agent->trouble);
	else
		gw_log_notice("the gateway answers");
}

bool gw_agent_judge(struct gw_agent *agent, const struct gw_reply *reply)
{
	char text[sizeof(agent->trouble)];

	switch (reply->status) {
	case 0:
		set_trouble(agent, reply->trouble);
		return false;
	case 401:
		set_trouble(agent,
			    "it does not know the key (401): ask its operator for a new one, "
			    "and put it into the key file");
		return false;
	case 403:
		set_trouble(
			agent,
			"it refuses this agent (403), which may be suspended: ask its operator");
		return false;
	default:
		break;
	}
	if (reply->status >= 200 && reply->status < 300)
		return true;
	if (reply->status >= 300 && reply->status < 400)
		(void)snprintf(
			text, sizeof(text),
			"it answers %d and points to %.150s: if that is right, give that address",
			reply->status, reply->location);
	else if (reply->status == 404)
		(void)snprintf(text, sizeof(text), "there is none at this address (404)");
	else
		(void)snprintf(text, sizeof(text), "it answers %d", reply->status);
	set_trouble(agent, text);
	return false;
}

static void poll_failed(struct gw_agent *agent, const struct gw_reply *reply)
{
	int64_t at_least = reply->retry_after;

	agent->failures++;
	if ((reply->status == 401 || reply->status == 403) && at_least < PAUSE_REFUSED)
		at_least = PAUSE_REFUSED;
	agent->poll_at = gw_monotonic() + gw_agent_pause(agent->failures, at_least);
	/* the owner may have put a new key there */
	if (reply->status == 401 && gw_client_read_key(agent->client) != GW_OK)
		gw_log_info("the old key is used on");
}

/* When to ask again after an answer without messages. */
static int64_t rest(struct gw_agent *agent, const struct gw_reply *reply)
{
	/* the first poll does not wait: it shows that the gateway answers */
	if (!agent->had_answer)
		return 0;
	if (!reply->waited)
		return agent->options->interval;
	if (reply->took >= HASTY) {
		agent->hasty = 0;
		return 0;
	}
	/* a gateway that is stopped gives its waiters an empty answer; one that always does so must not be flooded */
	if (agent->hasty < 6)
		agent->hasty++;
	return PAUSE_HASTY << agent->hasty;
}

/* An answer that says 200: its messages are taken, or it was none of a gateway. */
static bool take(struct gw_agent *agent, const struct gw_reply *reply)
{
	struct json_object *answer = NULL;
	struct json_object *messages = NULL;
	struct gw_json_error error;
	enum gw_err err = GW_INVALID;
	unsigned count = 0;
	size_t given = 0;

	if (gw_json_parse(reply->body, &error, &answer) == GW_OK &&
	    json_object_is_type(answer, json_type_object) &&
	    json_object_object_get_ex(answer, "messages", &messages))
		err = gw_ledger_take(&agent->ledger, messages, &count);
	if (err == GW_OK)
		given = json_object_array_length(messages);
	json_object_put(answer);
	if (err == GW_INVALID)
		set_trouble(agent, "its answer is none of a gateway: is the address right?");
	else if (err != GW_OK)
		set_trouble(agent, "what it hands out cannot be kept on this disk");
	if (err != GW_OK)
		return false;
	(void)snprintf(agent->receipt, sizeof(agent->receipt), "%s", reply->receipt);
	agent->is_idle = given == 0;
	if (count > 0)
		gw_log_info("%u messages taken, %u held", count, agent->ledger.count);
	agent->poll_at = given == 0 ? gw_monotonic() + rest(agent, reply) : 0;
	return true;
}

static void poll_done(void *arg, const struct gw_reply *reply)
{
	struct gw_agent *agent = arg;

	agent->poll = NULL;
	if (!gw_agent_judge(agent, reply) || !take(agent, reply)) {
		/* what cannot be taken is not confirmed either: it comes again */
		agent->receipt[0] = '\0';
		agent->is_idle = false;
		poll_failed(agent, reply);
		return;
	}
	set_trouble(agent, "");
	agent->failures = 0;
	agent->had_answer = true;
	agent->seen_at = gw_monotonic();
	gw_identity_replaced(agent->state, &agent->identity);
}

/* Only characters that mean nothing in an address: a receipt is what a gateway said. */
static bool is_plain(const char *text)
{
	return text[0] != '\0' &&
	       text[strspn(text,
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")] ==
		       '\0';
}

static void begin_poll(struct gw_agent *agent, unsigned slots)
{
	int64_t seconds = agent->options->once || !agent->had_answer
				  ? 0
				  : agent->options->wait / GW_USEC_PER_SEC;
	struct gw_buf path;

	gw_buf_init(&path, PATH_MAX_BYTES);
	gw_buf_addf(&path, "/poll?limit=%u&session=%s", slots, agent->identity.session);
	if (is_plain(agent->receipt))
		gw_buf_addf(&path, "&receipt=%s", agent->receipt);
	if (agent->identity.replaces[0] != '\0')
		gw_buf_addf(&path, "&replaces=%s", agent->identity.replaces);
	if (seconds > 0)
		gw_buf_addf(&path, "&wait=%lld", (long long)seconds);
	agent->poll = gw_client_call(agent->client, path.data, GW_STR_NULL,
				     (int)seconds + MARGIN_SECONDS, poll_done, agent);
	gw_buf_release(&path);
}

static void heartbeat_done(void *arg, const struct gw_reply *reply)
{
	struct gw_agent *agent = arg;

	agent->heartbeat = NULL;
	if (gw_agent_judge(agent, reply))
		set_trouble(agent, "");
}

int64_t gw_agent_poll(struct gw_agent *agent, int64_t now)
{
	unsigned slots = gw_agent_free_slots(agent);

	if (agent->poll != NULL || agent->stop_at != 0)
		return INT64_MAX;
	if (slots > 0) {
		if (agent->poll_at > now)
			return agent->poll_at;
		/* with --once an answer without messages was the last */
		if (agent->options->once && agent->is_idle)
			return INT64_MAX;
		begin_poll(agent, slots);
		return INT64_MAX;
	}
	/* no room for messages for a while: the agent is there all the same */
	if (agent->heartbeat != NULL)
		return INT64_MAX;
	if (agent->seen_at + HEARTBEAT_EVERY > now)
		return agent->seen_at + HEARTBEAT_EVERY;
	agent->seen_at = now;
	agent->heartbeat = gw_client_call(agent->client, "/heartbeat", GW_STR_LIT(""),
					  HEARTBEAT_SECONDS, heartbeat_done, agent);
	return INT64_MAX;
}
