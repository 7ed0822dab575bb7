/* SPDX-License-Identifier: ISC */
/*
 * agent.h: clawgw-connect at work: one process, one thread, one agent.
 *
 *   agent.c         the loop: what is due, what has happened, signals, sleep, the end
 *   agent_poll.c    asking for messages
 *   agent_work.c    a message's command: begun, watched, ended
 *   agent_report.c  what the gateway is told of a message, and whether anybody still waits for it
 *
 * Nothing here blocks but the wait of the loop, the writes of the journals, and the start of a command.
 */
#ifndef GW_CONNECT_AGENT_H
#define GW_CONNECT_AGENT_H

#include "connect/client.h"
#include "connect/held.h"
#include "connect/identity.h"
#include "connect/options.h"
#include "connect/sessions.h"
#include "connect/status.h"

#include <stdbool.h>
#include <stdint.h>

struct gw_agent {
	const struct gw_connect_options *options;
	struct gw_client *client;
	struct gw_ledger ledger;
	struct gw_sessions *sessions; /* NULL: the program has none */
	struct gw_identity identity;
	int state, runs, histories; /* folders */
	int events;                 /* epoll: signals, the clock, keepers that end */
	int signals, clock;
	int64_t asleep; /* microseconds that this machine has slept since it was started */

	struct gw_call *poll, *heartbeat;
	char receipt[80];  /* of the last answer whose messages are in the journal, or "" */
	int64_t poll_at;   /* gw_monotonic(): not before */
	int64_t seen_at;   /* when the gateway last heard of us */
	unsigned failures; /* of polls, in a row */
	unsigned hasty;    /* empty answers in a row that did not wait although they could have */
	bool had_answer;   /* a poll was answered since the start */
	bool is_idle;      /* the last poll brought nothing */
	bool cannot_look;  /* the gateway does not tell what became of a message */
	char trouble[256]; /* why the gateway is of no use at the moment, or "" */

	int64_t answered, failed; /* messages since the start */
	int64_t tell_at;          /* when it may be written down again */
	struct gw_status told;    /* as it was last written down */
	int64_t stop_at;          /* 0: works; else when it ends at the latest */
	bool stop_now;
};

/* Runs until a signal says otherwise, or with --once until nothing is left to do. An exit status of sysexits.h. */
int gw_agent_run(const struct gw_connect_options *options);

/* agent_poll.c: begins a poll or a heartbeat if one is due. Returns when one will be, or INT64_MAX. */
int64_t gw_agent_poll(struct gw_agent *agent, int64_t now);
/* Messages that may still be taken: free slots. */
unsigned gw_agent_free_slots(const struct gw_agent *agent);
/* What an answer of any kind says of the gateway; true if it is one that the gateway gave to this agent. */
bool gw_agent_judge(struct gw_agent *agent, const struct gw_reply *reply);
/* A pause after so many failures in a row: 1 s, doubled each time up to 60 s, with jitter; never less than `at_least`. */
int64_t gw_agent_pause(unsigned failures, int64_t at_least);

/* agent_work.c: finds the runs that an earlier process began; removes what is left of those that are over. */
void gw_agent_adopt(struct gw_agent *agent);
/* Begins what has a slot; looks at what runs. Returns when something will be due. */
int64_t gw_agent_work(struct gw_agent *agent, int64_t now);
/* Nobody waits for the result any more: its command is ended. */
void gw_agent_withdraw(struct gw_held *held);
/* The message is over: `held` is gone afterwards. */
void gw_agent_end(struct gw_agent *agent, struct gw_held *held);

/* agent_report.c: tells progress and results that are due. Returns when something will be due. */
int64_t gw_agent_report(struct gw_agent *agent, int64_t now);

#endif
