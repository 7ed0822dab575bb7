/* SPDX-License-Identifier: ISC */
/*
 * arrive.c: see arrive.h.
 *
 * A token says which thread a letter belongs to, and is proof that its writer got a letter of that thread. Without one (people may write
 * first) the mail server has to vouch for the sender, unless the operator does not mind.
 */
#include "letters/arrive.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "channels/address.h"
#include "channels/mail.h"
#include "letters/text.h"
#include "store/bell.h"
#include "store/event.h"
#include "store/letter.h"

#include <ctype.h>
#include <idn2.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#define CONTENT_MAX ((size_t)512 * 1024)
#define CUT_MARK "\n\n[The letter goes on; the rest was cut off.]"
#define DAY (86400 * GW_USEC_PER_SEC)

static int refuse(struct gw_buf *words, int status, const char *fmt, ...) GW_PRINTF(3, 4);
static int refuse(struct gw_buf *words, int status, const char *fmt, ...)
{
	char text[GW_ARRIVAL_WORDS_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	gw_buf_reset(words);
	gw_buf_add_str(words, gw_utf8_cut(gw_str(text), sizeof(text) - 4));
	gw_log_notice("refused (%d): %s", status, words->data);
	return status;
}

static int refuse_for_now(struct gw_buf *words, enum gw_err err)
{
	return refuse(words, EX_TEMPFAIL,
		      "The letter cannot be taken just now; it will be tried again. (%s)",
		      gw_err_name(err));
}

/* -- addresses */

/* Lower case, the domain in ASCII: how addresses are compared. Empty: it is none. */
static void add_canonical(struct gw_buf *out, struct gw_str address)
{
	bool needs_utf8 = false;

	if (!gw_address_prepare(out, gw_str_trim(address), &needs_utf8))
		gw_buf_reset(out);
	for (size_t i = 0; i < out->len; i++)
		out->data[i] = (char)tolower((unsigned char)out->data[i]);
}

static bool is_same_address(const char *a, struct gw_str b)
{
	struct gw_buf first;
	struct gw_buf second;
	bool same = false;

	gw_buf_init(&first, 2 * GW_ADDRESS_MAX);
	gw_buf_init(&second, 2 * GW_ADDRESS_MAX);
	add_canonical(&first, gw_str(a));
	add_canonical(&second, b);
	same = first.len > 0 && gw_str_equal(gw_buf_str(&first), gw_buf_str(&second));
	gw_buf_release(&first);
	gw_buf_release(&second);
	return same;
}

/* The same with the domain in Unicode, as it may be stored. */
static void add_unicode(struct gw_buf *out, struct gw_str canonical)
{
	const char *at = canonical.len > 0 ? memrchr(canonical.data, '@', canonical.len) : NULL;
	char *domain = NULL;
	char *unicode = NULL;

	if (at == NULL)
		return;
	domain = gw_str_dup(
		(struct gw_str){at + 1, (size_t)(canonical.data + canonical.len - at - 1)});
	gw_buf_add(out, canonical.data, (size_t)(at + 1 - canonical.data));
	if (idn2_to_unicode_8z8z(domain, &unicode, 0) == IDN2_OK) {
		gw_buf_add_c(out, unicode);
		idn2_free(unicode);
	} else {
		gw_buf_add_c(out, domain);
	}
	free(domain);
}

/* -- what is said */

/* False: there is nothing of the writer's own in it. */
static bool write_content(const struct gw_arrival *arrival, bool first, struct gw_buf *out)
{
	const struct gw_incoming *mail = arrival->mail;
	struct gw_buf reply;
	struct gw_str said = GW_STR_NULL;
	bool any = false;

	gw_buf_init(&reply, 2 * strlen(mail->text) + 16);
	gw_text_reply(&reply, gw_str(mail->text));
	said = gw_str_trim(gw_buf_str(&reply));
	any = said.len > 0 || mail->attachments[0] != '\0' || (first && mail->subject[0] != '\0');
	/* of an answer the subject is the thread's */
	if (any && first && mail->subject[0] != '\0')
		gw_buf_addf(out, "Subject: %s%s", mail->subject, said.len > 0 ? "\n\n" : "");
	if (said.len > CONTENT_MAX) {
		gw_buf_add_str(out, gw_utf8_cut(said, CONTENT_MAX));
		gw_buf_add_c(out, CUT_MARK);
	} else {
		gw_buf_add_str(out, said);
	}
	if (mail->attachments[0] != '\0') {
		gw_buf_add_c(out, out->len > 0 ? "\n\n" : "");
		gw_buf_add_str(out, gw_str_trim(gw_str(mail->attachments)));
	}
	gw_buf_release(&reply);
	return any;
}

/* What makes it the same letter when the mail server sends it again. */
static struct gw_uuid letter_id(const struct gw_arrival *arrival, const struct gw_uuid *agent)
{
	const struct gw_incoming *mail = arrival->mail;
	char hex[GW_SHA256_HEX_SIZE];
	struct gw_uuid id;
	struct gw_buf name;

	gw_buf_init(&name, 4096);
	gw_buf_add_c(&name, "mail:");
	if (mail->message_id != NULL)
		gw_buf_add_c(&name, mail->message_id);
	else
		gw_buf_add_c(&name, gw_sha256_hex(arrival->whole, hex));
	gw_buf_add_char(&name, '\n');
	gw_buf_add_c(&name, mail->from != NULL ? mail->from : "");
	id = gw_uuid_v5(agent, gw_buf_str(&name));
	gw_buf_release(&name);
	return id;
}

static int take(const struct gw_arrival *arrival, struct gw_letter_in *letter, bool first,
		struct gw_str agent_name, struct gw_buf *words)
{
	const struct gw_incoming *mail = arrival->mail;
	enum gw_letter_outcome outcome = GW_LETTER_GONE;
	enum gw_err err = GW_OK;
	struct gw_buf content;
	int status = EX_OK;

	gw_buf_init(&content, 2 * CONTENT_MAX + 256 * 1024);
	if (!write_content(arrival, first, &content)) {
		status = refuse(words, EX_DATAERR,
				"Your letter holds no text of your own. Please write above what "
				"you answer to, and send it again.");
		goto out;
	}
	letter->channel = "email";
	letter->subject = gw_str(mail->subject[0] != '\0' ? mail->subject : "Your letter");
	letter->content = gw_buf_str(&content);
	letter->whole = arrival->whole;
	letter->external = gw_str(mail->message_id);
	letter->max_pending_from = arrival->config->max_pending_from;
	letter->max_pending = arrival->config->max_pending;
	letter->max_pending_organisation = arrival->config->max_pending_organisation;
	err = gw_letter_receive(arrival->db, letter, &outcome);
	if (err != GW_OK) {
		status = refuse_for_now(words, err);
		goto out;
	}
	switch (outcome) {
	case GW_LETTER_RECEIVED:
		gw_bell_ring_message(arrival->db, &letter->id);
		if (gw_job_notify(arrival->db) != GW_OK)
			gw_log_info("workers were not told of a letter; they will find it");
		gw_log_info("a letter has come");
		break;
	case GW_LETTER_REPEATED:
		gw_log_info("a letter has come again");
		break;
	case GW_LETTER_GONE:
		status =
			refuse(words, EX_NOUSER, "%.*s is not there any more and takes no letters.",
			       (int)agent_name.len, agent_name.data);
		break;
	case GW_LETTER_UNAVAILABLE:
		status = refuse(words, EX_UNAVAILABLE,
				"%.*s is switched off and takes no letters at the moment.",
				(int)agent_name.len, agent_name.data);
		break;
	case GW_LETTER_FULL:
		status = refuse(words, EX_TEMPFAIL,
				"Too many letters wait for %.*s; yours will be tried again.",
				(int)agent_name.len, agent_name.data);
		break;
	}
out:
	gw_buf_release(&content);
	return status;
}

/* -- answers */

static int take_answer(const struct gw_arrival *arrival, const struct gw_uuid *thread_id,
		       struct gw_buf *words)
{
	const struct gw_incoming *mail = arrival->mail;
	struct gw_thread thread = {.rows = NULL};
	struct gw_letter_in letter = {.thread = *thread_id};
	enum gw_err err = gw_thread_find(arrival->db, thread_id, &thread);
	int status = EX_OK;

	if (err == GW_NOT_FOUND)
		return refuse(
			words, EX_NOUSER,
			"The conversation that this address belongs to is not there any more.");
	if (err != GW_OK)
		return refuse_for_now(words, err);
	if (!thread.agent_present)
		status =
			refuse(words, EX_NOUSER, "%.*s is not there any more and takes no letters.",
			       (int)thread.agent_name.len, thread.agent_name.data);
	else if (!thread.member_present)
		status = refuse(words, EX_NOUSER,
				"The conversation that this address belongs to has ended.");
	else if (mail->from == NULL)
		status = refuse(words, EX_DATAERR, "Your letter does not say who sends it.");
	else if (mail->proof == GW_PROOF_FAIL)
		status = refuse(words, EX_NOPERM,
				"Your letter does not come from a mail server of your address.");
	else if (arrival->config->inbound_any_sender == 0 &&
		 !is_same_address(mail->from, thread.email))
		status = refuse(words, EX_NOPERM,
				"Only who was written to can answer here. Please answer from the "
				"address that %.*s wrote to.",
				(int)thread.agent_name.len, thread.agent_name.data);
	if (status == EX_OK) {
		letter.agent_id = thread.agent_id;
		letter.member_id = thread.member_id;
		letter.id = letter_id(arrival, &thread.agent_id);
		status = take(arrival, &letter, false, thread.agent_name, words);
	}
	gw_thread_release(&thread);
	return status;
}

/* -- first letters */

static bool is_meant(const struct gw_correspondents *pair, struct gw_str local)
{
	struct gw_uuid id;

	if (gw_uuid_parse(local, &id))
		return gw_uuid_equal(&id, &pair->agent_id);
	/* who wrote it may have had his own idea of upper case */
	return pair->slug.len > 0 && pair->slug.len == local.len &&
	       strncasecmp(pair->slug.data, local.data, local.len) == 0;
}

static int take_first(const struct gw_arrival *arrival, struct gw_str local, struct gw_buf *words)
{
	const struct gw_incoming *mail = arrival->mail;
	struct gw_str ids[GW_INCOMING_IDS_MAX];
	struct gw_correspondents pair;
	struct gw_correspondents meant = {.agent_name = GW_STR_NULL};
	struct gw_letter_in letter = {.channel = NULL};
	struct gw_rows *rows = NULL;
	struct gw_buf address;
	struct gw_buf unicode;
	unsigned count = 0;
	int status = EX_OK;
	enum gw_err err = GW_OK;

	gw_buf_init(&address, 2 * GW_ADDRESS_MAX);
	gw_buf_init(&unicode, 4 * GW_ADDRESS_MAX);
	if (mail->from != NULL)
		add_canonical(&address, gw_str(mail->from));
	if (address.len == 0) {
		status = refuse(words, EX_DATAERR, "Your letter does not say who sends it.");
		goto out;
	}
	if (mail->proof == GW_PROOF_FAIL ||
	    (mail->proof != GW_PROOF_PASS && arrival->config->inbound_unproven == 0)) {
		status = refuse(
			words, EX_NOPERM,
			"Nothing proves that this letter comes from you. Please answer a letter "
			"that you got instead.");
		goto out;
	}
	add_unicode(&unicode, gw_buf_str(&address));
	err = gw_correspondents_find(arrival->db, gw_buf_str(&address), gw_buf_str(&unicode),
				     &rows);
	if (err != GW_OK) {
		status = refuse_for_now(words, err);
		goto out;
	}
	for (int row = 0; gw_correspondents_row(rows, row, &pair); row++) {
		if (is_meant(&pair, local) && count++ == 0)
			meant = pair;
	}
	if (count != 1) {
		status = refuse(
			words, EX_NOUSER,
			count == 0 ? "There is no %.*s here that you may write to."
				   : "Several here are called %.*s. Please answer a letter that "
				     "you got instead.",
			(int)gw_utf8_cut(local, 100).len, local.data);
		goto out;
	}
	letter.agent_id = meant.agent_id;
	letter.member_id = meant.member_id;
	letter.id = letter_id(arrival, &meant.agent_id);
	letter.thread = letter.id;
	for (size_t i = 0; i < mail->id_count; i++)
		ids[i] = gw_str(mail->ids[i]);
	err = gw_thread_find_by_letters(arrival->db, &meant.agent_id, &meant.member_id, ids,
					mail->id_count, &letter.thread);
	if (err != GW_OK && err != GW_NOT_FOUND) {
		status = refuse_for_now(words, err);
		goto out;
	}
	status = take(arrival, &letter, err == GW_NOT_FOUND, meant.agent_name, words);
out:
	gw_rows_free(rows);
	gw_buf_release(&address);
	gw_buf_release(&unicode);
	return status;
}

/* -- what nobody wrote */

static int take_bounce(const struct gw_arrival *arrival, const struct gw_uuid *thread,
		       struct gw_buf *words)
{
	const struct gw_incoming *mail = arrival->mail;
	struct gw_str ids[GW_INCOMING_IDS_MAX];
	struct gw_str why =
		gw_str(mail->diagnostic[0] != '\0' ? mail->diagnostic
						   : "the mail server does not say why");
	bool told = false;
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < mail->id_count; i++)
		ids[i] = gw_str(mail->ids[i]);
	err = gw_letter_bounced(arrival->db, thread, ids, mail->id_count, why, &told);
	if (err != GW_OK)
		return refuse_for_now(words, err);
	gw_log_notice("a letter came back: %.*s%s", (int)why.len, why.data,
		      told ? "" : " (it is not known, or had failed already)");
	return EX_OK;
}

/* `clawgw-admin doctor --mail` waits for it, or for the news that it came back. */
static int take_probe(const struct gw_arrival *arrival, const struct gw_uuid *id,
		      struct gw_buf *words)
{
	const struct gw_incoming *mail = arrival->mail;
	struct gw_str why = GW_STR_NULL;
	bool awaited = false;
	enum gw_err err = GW_OK;

	if (mail->class == GW_INCOMING_DELAY)
		return EX_OK;
	if (mail->class == GW_INCOMING_BOUNCE)
		why = gw_str(mail->diagnostic[0] != '\0' ? mail->diagnostic
							 : "the mail server does not say why");
	err = gw_letter_probed(arrival->db, id, why, &awaited);
	if (err != GW_OK)
		return refuse_for_now(words, err);
	gw_log_info("a letter of our own %s%s", why.data != NULL ? "came back" : "has come",
		    awaited ? "" : ", and nobody waits for it");
	return EX_OK;
}

int gw_letter_arrive(const struct gw_arrival *arrival, struct gw_str recipient,
		     struct gw_buf *words)
{
	const struct gw_incoming *mail = arrival->mail;
	struct gw_str local = GW_STR_NULL;
	struct gw_uuid thread;
	enum gw_address_verdict verdict = GW_ADDRESS_PLAIN;

	if (!gw_address_is_inbound(arrival->config, recipient, &local))
		return refuse(words, EX_NOUSER, "No letters are taken at this address.");
	verdict = gw_address_read(arrival->config, local, gw_now(), &thread);
	if (verdict == GW_ADDRESS_PROBE)
		return take_probe(arrival, &thread, words);
	if (mail->class == GW_INCOMING_BOUNCE &&
	    (verdict == GW_ADDRESS_GOOD || verdict == GW_ADDRESS_EXPIRED))
		return take_bounce(arrival, &thread, words);
	if (mail->class != GW_INCOMING_PERSONAL) {
		/* an answer to it would go to a program, and perhaps come back */
		gw_log_notice("dropped what nobody wrote: %s", mail->why);
		return EX_OK;
	}
	switch (verdict) {
	case GW_ADDRESS_PROBE:
		break;
	case GW_ADDRESS_GOOD:
		return take_answer(arrival, &thread, words);
	case GW_ADDRESS_PLAIN:
		return take_first(arrival, local, words);
	case GW_ADDRESS_FORGED:
		return refuse(
			words, EX_NOUSER,
			"There is no such address here. Please answer the letter that you got.");
	case GW_ADDRESS_EXPIRED:
		return refuse(words, EX_NOUSER,
			      "This address took answers for %lld days, and that time is over.",
			      (long long)(arrival->config->letter_ttl / DAY));
	}
	return EX_SOFTWARE;
}
