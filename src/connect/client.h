/* SPDX-License-Identifier: ISC */
/*
 * client.h: requests to the gateway, many at a time in one thread (libcurl's multi interface).
 */
#ifndef GW_CONNECT_CLIENT_H
#define GW_CONNECT_CLIENT_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct gw_client;
struct gw_call;

struct gw_client_options {
	const char *url;      /* of the API */
	const char *key_file; /* the key, or a line `X-Api-Key: oc-…`; NULL: requests carry none */
	const char *ca_file;  /* NULL: the system's */
	const char *proxy;    /* NULL: that of the environment */
};

/* What came of a call; lasts as long as the call back. */
struct gw_reply {
	int status;          /* 0: no answer; `trouble` says why */
	struct gw_str body;  /* at most GW_CLIENT_BODY_MAX; a longer one is no answer */
	const char *trouble; /* one sentence, "" if there is an answer */
	int64_t retry_after; /* microseconds; 0: not said */
	bool waited;         /* the gateway says that it can wait */
	char receipt[80];    /* X-Gateway-Receipt, or "" */
	int64_t took;        /* microseconds */
	char location
		[200]; /* where the answer sends us, or ""; we do not go there, the key is for the gateway alone */
};
#define GW_CLIENT_BODY_MAX ((size_t)32 * 1024 * 1024)

typedef void gw_client_done(void *arg, const struct gw_reply *reply);

/* GW_INVALID: no key can be read; GW_INTERNAL: not at the moment; logged. */
GW_MUST_CHECK enum gw_err gw_client_new(const struct gw_client_options *options,
					struct gw_client **ret_client);
void gw_client_free(struct gw_client *client); /* NULL is allowed; calls under way are dropped */
/* Reads the key file again. GW_INVALID, GW_INTERNAL as above: the key stays what it was. */
GW_MUST_CHECK enum gw_err gw_client_read_key(struct gw_client *client);

/*
 * Begins a request; `path` is below the API's address. `body` absent: GET, else POST. `seconds` is the longest that it may take.
 * `done` is called from gw_client_run(), once, unless the call is dropped.
 */
struct gw_call *gw_client_call(struct gw_client *client, const char *path, struct gw_str body,
			       int seconds, gw_client_done *done, void *arg);
/* Breaks it off; nobody is told. NULL is allowed. */
void gw_client_drop(struct gw_client *client, struct gw_call *call);
/* It goes on, so that its connection stays of use, but nobody is told of its end. NULL is allowed. */
void gw_client_let_go(struct gw_call *call);
/* Gives up every connection, which may be dead after a sleep; calls under way end without an answer (`trouble`). */
void gw_client_reset(struct gw_client *client, const char *trouble);
/* The host of the API's address is this machine, or the key travels encrypted. */
bool gw_client_is_private(const struct gw_client_options *options);

/* Waits until something happens, `fd` is readable, or the time is over (microseconds); works on what there is. */
void gw_client_run(struct gw_client *client, int fd, int64_t timeout);

#endif
