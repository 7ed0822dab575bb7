/* SPDX-License-Identifier: ISC */
/*
 * client.h: many calls of language models at once, in one thread.
 *
 * Connections are kept and used again, TLS sessions and names are remembered. Nothing here blocks: whoever owns the
 * client polls its descriptor and calls gw_llm_client_run().
 */
#ifndef GW_LLM_CLIENT_H
#define GW_LLM_CLIENT_H

#include "llm/llm.h"

struct gw_llm_client;
struct gw_llm_call;

struct gw_llm_client_options {
	const char *ca_file; /* "": the system's certificates */
	const char *user_agent;
	unsigned max_calls; /* connections that are kept when nobody uses them */
};

struct gw_llm_limits {
	int64_t stall;    /* microseconds in which nothing more is said, once something was */
	int64_t total;    /* microseconds for the whole call */
	size_t max_bytes; /* of the answer */
};

/* GW_INTERNAL: libcurl or epoll does not work here; logged. */
GW_MUST_CHECK enum gw_err gw_llm_client_new(const struct gw_llm_client_options *options,
					    struct gw_llm_client **ret_client);
/* Calls under way are dropped without a word. NULL allowed. */
void gw_llm_client_free(struct gw_llm_client *client);

/* Readable when there is something to do. */
int gw_llm_client_fd(const struct gw_llm_client *client);
/* Microseconds until gw_llm_client_run() is to be called even if nothing is readable; -1: no need. */
int64_t gw_llm_client_wait(const struct gw_llm_client *client);
unsigned gw_llm_client_count(const struct gw_llm_client *client);

/* The end of a call; `result` is the callee's to keep and release, or to leave alone. The call is gone afterwards. */
typedef void gw_llm_done(void *context, void *arg, struct gw_llm_result *result);

/* Begins a call; takes the wire over. `arg` is handed to `done`. */
struct gw_llm_call *gw_llm_client_start(struct gw_llm_client *client, struct gw_llm_wire *wire,
					const struct gw_llm_limits *limits, void *arg);
/* Ends a call without a result. Returns the tokens that it has used, as far as that can be known. */
int64_t gw_llm_client_cancel(struct gw_llm_client *client, struct gw_llm_call *call);
/* Does what is to be done, and reports the calls that have ended. */
void gw_llm_client_run(struct gw_llm_client *client, gw_llm_done *done, void *context);

#endif
