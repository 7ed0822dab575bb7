/* SPDX-License-Identifier: ISC */
/*
 * channel.h: the ways to reach a person, behind one small interface.
 *
 * A new channel is one file that defines a `const struct gw_channel`, and one line in the table in
 * channel.c. It says whom it reaches and sends; choosing, idempotency, the record and the HTTP
 * answer are the gateway's. It may take its time: no database connection is held while it waits,
 * and the caller lets other requests pass meanwhile.
 */
#ifndef GW_CHANNEL_H
#define GW_CHANNEL_H

#include "base/config.h"
#include "store/db.h"

/* Who is to be reached; what a person does not have is absent or empty. */
struct gw_person {
	struct gw_uuid id;
	struct gw_str name, external_id, open_id, email;
};

/* What is to be said to whom by whom. */
struct gw_letter {
	const struct gw_config *config;
	struct gw_db *db;
	struct gw_uuid agent_id;
	struct gw_str agent_name;
	struct gw_person person;
	struct gw_str text;
	struct gw_uuid
		id; /* the same when the same letter is sent again, so that it can be recognised */
	int64_t deadline;      /* gw_monotonic(); must be over by then */
	struct gw_uuid thread; /* answers belong to it; all zero: none are expected */
	struct gw_str subject; /* absent: who writes */
	struct gw_str
		answered; /* what the channel calls the letter that this one answers; absent: none */
	struct gw_str place; /* of the thread; absent: the person */
	struct gw_str
		earlier; /* what it calls the thread's letters before, oldest first, each on a line */
	bool in_background; /* nobody waits: all the time until `deadline`, and connections are kept */
	/*
	 * Called before the moment from which on nobody but the channel knows whether the letter will arrive; may be NULL. Unless
	 * it returns GW_OK the letter is not sent, and that is what `send` returns.
	 */
	enum gw_err (*commit)(void *arg);
	void *commit_arg;
	struct gw_buf
		*external; /* gets what the channel calls the letter, if it says; may be NULL */
};

#define GW_WRITER_MAX 808 /* bytes that gw_letter_add_writer() adds at the most */
/* Who writes, as people see it: "Ada via Example". */
void gw_letter_add_writer(struct gw_buf *out, const struct gw_letter *letter);

#define GW_LETTER_LONGEST (40 * GW_USEC_PER_SEC)
#define GW_EXTERNAL_MAX 998 /* bytes of what a channel calls a letter */

/* Why a letter was not sent, for agents and operators: no secrets, UTF-8, no control characters. */
struct gw_send_failure {
	char text[512];
	bool unknown;        /* it may have been sent all the same */
	bool refused;        /* for good: sending it again would end the same way */
	bool later;          /* the service asks for patience; it was not sent */
	int64_t retry_after; /* microseconds, with `later` */
};

struct gw_channel {
	const char *name; /* as agents ask for it and answers call it */
	/*
	 * how long after the first attempt the service recognises a letter by its id; 0: it does
	 * not
	 */
	int64_t recognises;
	bool (*reaches)(const struct gw_config *config, const struct gw_person *person);
	/* What the channel calls a letter, if that is known before it is sent; may be NULL. */
	void (*external)(const struct gw_config *config, const struct gw_uuid *id,
			 struct gw_buf *out);
	const char
		*place; /* of a thread with one person, at channels that know places; else NULL */
	/*
	 * GW_UPSTREAM: the service refused or failed, *ret_failure says whether a repeat can help.
	 * GW_INVALID: the organisation has not configured it, *ret_failure says so. GW_UNAVAILABLE, GW_INTERNAL: it was not asked,
	 * because of the database.
	 */
	enum gw_err (*send)(const struct gw_letter *letter, struct gw_send_failure *ret_failure);
};

/* In the order in which they are preferred; NULL at the end. */
extern const struct gw_channel *const gw_channels[];

/* The channel called `wanted` (absent: the first) that reaches the person; NULL if none does. */
const struct gw_channel *gw_channel_choose(const struct gw_config *config,
					   const struct gw_person *person, struct gw_str wanted);
/* By its name; NULL if there is no such. */
const struct gw_channel *gw_channel_named(struct gw_str name);

extern const struct gw_channel gw_channel_feishu;
extern const struct gw_channel gw_channel_email;

/*
 * Connects to the mail server as a letter would, signs in and says NOOP (RFC 5321, 4.1.1.9): nothing is sent to anybody. GW_UPSTREAM:
 * that failed; *ret_why (a constant sentence) says how, *ret_sign_in whether the server is there and refuses user and password.
 */
GW_MUST_CHECK enum gw_err gw_email_check(const struct gw_config *config, int64_t deadline,
					 bool *ret_sign_in, const char **ret_why);

/*
 * A letter to ourselves, to the address that gw_address_write_probe() makes of `id`: as one to a person is sent, or without `send` up to
 * the moment before the message itself, so that the mail server has only said whether it would take it. GW_UPSTREAM: *ret_failure says
 * what it said.
 */
GW_MUST_CHECK enum gw_err gw_email_probe(const struct gw_config *config, const struct gw_uuid *id,
					 bool send, int64_t deadline,
					 struct gw_send_failure *ret_failure);

/*
 * Words of an outside service, made fit to be passed on: UTF-8 repaired, control characters turned
 * into blanks, cut at `max` bytes.
 */
void gw_foreign_text(struct gw_buf *out, struct gw_str text, size_t max);
/* Fills failure->text; `fmt` and arguments must be fit already. */
void gw_send_failure_set(struct gw_send_failure *failure, const char *fmt, ...) GW_PRINTF(2, 3);

#endif
