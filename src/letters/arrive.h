/* SPDX-License-Identifier: ISC */
/*
 * arrive.h: a letter that has come by mail is taken or refused.
 *
 * Whoever wrote it is told why in a sentence for people, which the mail server puts into its answer. What is refused for a reason that
 * will pass is refused for now (EX_TEMPFAIL), so that the mail server repeats it: nothing is lost.
 */
#ifndef GW_LETTERS_ARRIVE_H
#define GW_LETTERS_ARRIVE_H

#include "base/config.h"
#include "letters/mime.h"
#include "store/db.h"

struct gw_arrival {
	const struct gw_config *config;
	struct gw_db *db;
	struct gw_str whole; /* as it came */
	const struct gw_incoming *mail;
};

#define GW_ARRIVAL_WORDS_MAX 1000

/*
 * Takes the letter for one receiver. Returns a status of sysexits.h; unless that is EX_OK, `words` has the sentence. `recipient` need not be an
 * address of ours.
 */
int gw_letter_arrive(const struct gw_arrival *arrival, struct gw_str recipient,
		     struct gw_buf *words);

#endif
