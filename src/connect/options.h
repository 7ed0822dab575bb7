/* SPDX-License-Identifier: ISC */
/*
 * options.h: the command line of clawgw-connect.
 */
#ifndef GW_CONNECT_OPTIONS_H
#define GW_CONNECT_OPTIONS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "connect/preset.h"
#include "connect/prompt.h"

#include <stdbool.h>
#include <stdint.h>

#define GW_CONNECT_NAME "agent" /* of the agent, where nothing else is said */

enum gw_connect_verb {
	GW_CONNECT_RUN,
	GW_CONNECT_JOIN,
	GW_CONNECT_INSTALL,
	GW_CONNECT_STATUS,
	GW_CONNECT_DOCTOR,
	GW_CONNECT_UNINSTALL,
};

/* Durations are in microseconds. Strings are of the command line, or "" or NULL where that is said. */
struct gw_connect_options {
	enum gw_connect_verb verb;
	const char *invitation;         /* GW_CONNECT_JOIN: its address */
	char *url;                      /* of the API: …/api/gateway; to be freed */
	char *key_file;                 /* absolute; to be freed */
	char *name;                     /* of this agent on this machine; to be freed */
	char *state;                    /* absolute; to be freed */
	const char *ca_file;            /* NULL: the system's */
	const char *proxy;              /* NULL: that of the environment */
	const struct gw_preset *preset; /* NULL: none */
	const char *program;            /* of the preset */
	char *const *
		command; /* without a preset: what to run; with one: further arguments; ended by NULL */
	char *const *
		words; /* the command line behind the verb, without what only a verb understands; ended by NULL */
	int64_t parallel;
	int64_t wait;       /* of a long poll */
	int64_t interval;   /* between polls where the gateway cannot wait */
	int64_t lease;      /* how long the gateway leaves a message with a silent agent */
	int64_t time_limit; /* of one run */
	int64_t max_result; /* bytes */
	enum gw_input input;
	bool on_reply;           /* replies that expect no answer start runs as well */
	bool report_interrupted; /* a run that was cut off is reported, not repeated */
	bool once;               /* ends when nothing waits */
	bool purge;              /* uninstall: the state, too */
	enum gw_log_level log_level;
};

/*
 * Reads the command line. GW_INVALID: `error` says what is wrong with it in one sentence, or is empty when the help or the version was
 * printed. GW_INTERNAL: what belongs to it cannot be read at the moment, as `error` says. On GW_OK release it.
 */
GW_MUST_CHECK enum gw_err gw_connect_options_read(int argc, char **argv, struct gw_buf *error,
						  struct gw_connect_options *ret_options);
void gw_connect_options_release(struct gw_connect_options *options);

/*
 * What a person gives as the gateway's address, in the form that requests need: with /api/gateway, without a slash at the
 * end. GW_INVALID: `error` says why.
 */
GW_MUST_CHECK enum gw_err gw_connect_url(const char *given, struct gw_buf *error, char **ret_url);

#endif
