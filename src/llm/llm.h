/* SPDX-License-Identifier: ISC */
/*
 * llm.h: asking a language model, whichever way its provider speaks.
 *
 * A request is turned into what goes over the wire (gw_llm_prepare); what comes back is fed to a gw_llm_reply, byte by
 * byte as it arrives, and ends in exactly one result: an answer, a failure that may pass, or a failure that will not.
 * Nothing here opens a connection; client.h does.
 */
#ifndef GW_LLM_H
#define GW_LLM_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct gw_llm_turn {
	bool assistant;
	struct gw_str text;
};

/* What some models do not take, though most do; a set of bits, which are stored: never change their values. */
enum gw_llm_quirk {
	GW_LLM_NO_TEMPERATURE = 1 << 0,
	GW_LLM_NO_STREAM_OPTIONS = 1 << 1,
	GW_LLM_NO_LIMIT = 1 << 2,         /* neither max_tokens nor max_completion_tokens */
	GW_LLM_COMPLETION_LIMIT = 1 << 3, /* max_completion_tokens in place of max_tokens */
	GW_LLM_PLAIN_LIMIT = 1 << 4,      /* max_tokens in place of max_completion_tokens */
	GW_LLM_NO_STREAM = 1 << 5,
	GW_LLM_NO_SYSTEM = 1 << 6, /* no system message: its text goes before the last one */
	GW_LLM_ALTERNATING =
		1 << 7, /* the user's and the model's messages in turn, the user's first */
};

struct gw_llm_request {
	struct gw_str
		provider; /* "openai", "anthropic", …; names nobody knows are OpenAI-compatible */
	struct gw_str base_url; /* absent or empty: the provider's own */
	/* the settings of these names: where a base_url may lead, whoever wrote it; NULL lists nothing */
	const char *allow_http_hosts;
	const char *allow_private_hosts;
	struct gw_str model;
	struct gw_str key; /* in plain text; empty: none is sent */
	bool has_temperature;
	double temperature;
	int64_t max_output_tokens; /* 0 or less: not limited by us */
	uint32_t quirks;           /* a set of enum gw_llm_quirk */
	struct gw_str system;
	const struct gw_llm_turn *turns; /* what was said before, oldest first */
	size_t turn_count;
	struct gw_str message;
};

struct gw_llm_dialect;

#define GW_LLM_HEADERS 8

/* A request on the wire: POST `body` to `url` with `headers`. */
struct gw_llm_wire {
	const struct gw_llm_dialect *dialect;
	char *url;
	bool own_base;    /* the provider's own address, to which the lists of hosts do not apply */
	bool public_only; /* no address that is not public is to be connected to */
	char *headers[GW_LLM_HEADERS]; /* "Name: value"; NULL behind the last. They hold secrets. */
	struct gw_buf body;
};

/* How a call ended. Names, and what each means for the job and the sender, are one table in cause.c. */
enum gw_llm_cause {
	GW_LLM_ANSWERED,
	/* may pass */
	GW_LLM_UNREACHABLE,  /* no connection, no TLS, no such host */
	GW_LLM_BROKEN_OFF,   /* the connection or the stream ended early */
	GW_LLM_STALLED,      /* nothing arrived for too long */
	GW_LLM_TIMED_OUT,    /* the whole took too long */
	GW_LLM_RATE_LIMITED, /* 429, or the like in the body */
	GW_LLM_SERVER_ERROR, /* 408, 409, 5xx, or an error in the body that is not the request's fault */
	GW_LLM_GARBLED,      /* not JSON, or not what was agreed upon */
	GW_LLM_EMPTY,        /* an answer without text */
	GW_LLM_TOOL_CALL,     /* a call of a tool instead of text; none was offered */
	GW_LLM_ONLY_THOUGHTS, /* thoughts, and no word for the reader */
	/* will not */
	GW_LLM_QUOTA,    /* the account has nothing left to spend */
	GW_LLM_FILTERED, /* the provider's content filter */
	GW_LLM_KEY_REFUSED,
	GW_LLM_UNKNOWN_MODEL,
	GW_LLM_TOO_LONG,   /* the request is larger than the model can take */
	GW_LLM_REFUSED,    /* other 4xx */
	GW_LLM_REDIRECTED, /* 3xx: not followed, the key must not go elsewhere */
	GW_LLM_TOO_LARGE,  /* the answer passed max_reply_bytes */
	GW_LLM_CUT_OFF,    /* the output tokens ran out before any text came */
	GW_LLM_MISCONFIGURED,
	GW_LLM_CAUSES,
};

enum gw_llm_outcome { GW_LLM_OK, GW_LLM_RETRY, GW_LLM_PERMANENT };

/* For logs ("rate_limited"). */
const char *gw_llm_cause_name(enum gw_llm_cause cause);
enum gw_llm_outcome gw_llm_cause_outcome(enum gw_llm_cause cause);
/* For people who wait for the answer: "its language model could not be reached"; NULL for GW_LLM_ANSWERED. */
const char *gw_llm_cause_reason(enum gw_llm_cause cause);

#define GW_LLM_DETAIL_SIZE 320

struct gw_llm_result {
	enum gw_llm_cause cause;
	struct gw_buf text; /* the answer: UTF-8 that the database can hold */
	bool cut;           /* the answer ends where the output tokens ran out; `text` says so */
	bool billed;        /* the server did, or may have done, what it asks money for */
	uint32_t quirks;    /* what its words say it does not take */
	int64_t tokens; /* used, in and out; also when the answer is of no use; perhaps estimated */
	int64_t retry_after; /* microseconds the server asks us to wait; -1: it does not say */
	char detail
		[GW_LLM_DETAIL_SIZE]; /* for operators: status and the server's words. May quote the key. */
};
void gw_llm_result_release(struct gw_llm_result *result);

/*
 * GW_INVALID: the model's configuration cannot work; *ret_problem is a constant sentence for operators. Else *ret_wire
 * is to be released.
 */
GW_MUST_CHECK enum gw_err gw_llm_prepare(const struct gw_llm_request *request,
					 const char **ret_problem, struct gw_llm_wire *ret_wire);
void gw_llm_wire_release(struct gw_llm_wire *wire); /* wipes the headers */

/* What ended a call, as far as the connection is concerned. */
enum gw_llm_end {
	GW_LLM_END_IN_ORDER,
	GW_LLM_END_UNREACHABLE, /* before anything could be sent */
	GW_LLM_END_BROKEN_OFF,
	GW_LLM_END_STALLED,
	GW_LLM_END_TIMED_OUT,
	GW_LLM_END_BAD_URL,
};

struct gw_llm_reply;

/* `max_bytes` bounds the answer's text; what is kept besides is a small multiple of it. */
struct gw_llm_reply *gw_llm_reply_new(const struct gw_llm_dialect *dialect, size_t max_bytes);
void gw_llm_reply_free(struct gw_llm_reply *reply); /* NULL allowed */
/* One line of the head, status lines included; a new status line forgets the head before it (1xx). */
void gw_llm_reply_header(struct gw_llm_reply *reply, struct gw_str line);
/* Bytes of the body, in pieces of any size. False: nothing more needs to be read. */
bool gw_llm_reply_data(struct gw_llm_reply *reply, const char *data, size_t len);
/* Grows with everything that is said; not with what only keeps the connection alive. */
uint64_t gw_llm_reply_progress(const struct gw_llm_reply *reply);
/* The tokens that the call has used so far: as the server counts them, or estimated. `sent`: the size of the request. */
int64_t gw_llm_reply_tokens(const struct gw_llm_reply *reply, size_t sent);
/* True once the answer is whole, even if the connection does not end. */
bool gw_llm_reply_complete(const struct gw_llm_reply *reply);
/*
 * The result; `problem` (may be NULL) is what the connection's end was called, `sent` the size of the request, for an
 * estimate when the server does not count tokens, `now` the wall clock (gw_now()).
 */
void gw_llm_reply_finish(struct gw_llm_reply *reply, enum gw_llm_end end, const char *problem,
			 size_t sent, int64_t now, struct gw_llm_result *ret_result);

/*
 * Retry-After (RFC 9110, 10.2.3: seconds or a date) and retry-after-ms (OpenAI, Azure; wins); absent where not sent.
 * Microseconds from `now`, at most ten years; -1 if neither makes sense.
 */
int64_t gw_llm_retry_after(struct gw_str milliseconds, struct gw_str retry_after, int64_t now);

#endif
