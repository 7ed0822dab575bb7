/* SPDX-License-Identifier: ISC */
/*
 * email.c: plain-text mail through the organisation's mail server, by libcurl's SMTP. What it says
 * is made in mail.c.
 *
 * SMTP has no way to recognise a message that is sent again, so an attempt whose end is not known
 * is never repeated.
 */
#include "channels/channel.h"

#include "base/clock.h"
#include "base/text.h"
#include "channels/address.h"
#include "channels/mail.h"
#include "channels/transfer.h"

#include <string.h>
#include <strings.h>

#define REPLY_LINE_MAX 200
#define KEPT_SECONDS 20L
#define LATER (60 * GW_USEC_PER_SEC) /* when a repeat may help that a mail server put off */

static bool reaches(const struct gw_config *config, const struct gw_person *person)
{
	return config->smtp_url[0] != '\0' && config->smtp_from[0] != '\0' && person->email.len > 0;
}

/* The message on its way to the server, and what the server last said. */
struct dialogue {
	struct gw_str rest;
	bool whole;          /* all of it was handed over */
	struct gw_buf reply; /* the last line of the server that is an error */
	bool needs_utf8;     /* the address cannot be written in ASCII (RFC 6531) */
	bool greeted;        /* the server's first 220; the one after STARTTLS is the second */
	bool may_end;        /* no STARTTLS is to come: what the server offers now counts */
	bool offers_utf8;
	bool lacks_utf8; /* the end of the dialogue: it offers no SMTPUTF8 */
	const struct gw_letter *letter;
	bool committed;
	enum gw_err not_committed; /* why the end of the message was kept back; GW_OK: it was not */
};

static size_t hand_over(char *room, size_t size, size_t count, void *arg)
{
	struct dialogue *dialogue = arg;
	size_t len = size * count < dialogue->rest.len ? size * count : dialogue->rest.len;

	/* the server has taken sender and receiver and asks for the message; without its end it is none */
	if (len == dialogue->rest.len && !dialogue->committed && dialogue->letter->commit != NULL) {
		dialogue->not_committed = dialogue->letter->commit(dialogue->letter->commit_arg);
		if (dialogue->not_committed != GW_OK)
			return CURL_READFUNC_ABORT;
		dialogue->committed = true;
	}
	memcpy(room, dialogue->rest.data, len);
	dialogue->rest.data += len;
	dialogue->rest.len -= len;
	dialogue->whole = dialogue->rest.len == 0;
	return len;
}

/*
 * Notes what the server offers in its answer to EHLO. False: it does not take such addresses, and it must not be given one
 * (RFC 6531, 3.2), which libcurl would do.
 */
static bool takes_address(struct dialogue *dialogue, const char *line, size_t len)
{
	if (len >= 4 && memcmp(line, "220 ", 4) == 0)
		dialogue->may_end = dialogue->may_end || dialogue->greeted;
	if (len >= 4 && memcmp(line, "220 ", 4) == 0)
		dialogue->greeted = true;
	if (len >= 12 && memcmp(line, "250", 3) == 0 && strncasecmp(line + 4, "SMTPUTF8", 8) == 0)
		dialogue->offers_utf8 = true;
	if (!dialogue->needs_utf8 || !dialogue->may_end || dialogue->offers_utf8 || len < 4 ||
	    memcmp(line, "250 ", 4) != 0)
		return true;
	dialogue->lacks_utf8 = true;
	return false;
}

/*
 * libcurl hands over each line of the server's replies; "550 no such user" and "550-…" are errors.
 */
static size_t listen_to(char *line, size_t size, size_t count, void *arg)
{
	struct dialogue *dialogue = arg;
	size_t len = size * count;

	if (len > 4 && (line[0] == '4' || line[0] == '5')) {
		gw_buf_reset(&dialogue->reply);
		gw_foreign_text(&dialogue->reply, (struct gw_str){line + 4, len - 4},
				REPLY_LINE_MAX);
	}
	return takes_address(dialogue, line, len) ? len : 0;
}

/* The host of smtp://host[:port] or smtp://[address]:port is this machine. */
static bool is_loopback(const char *url)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	const char *host = strstr(url, "://");

	if (host == NULL)
		return false;
	host += 3;
	for (size_t i = 0; i < GW_ARRAY_LEN(names); i++) {
		size_t len = strlen(names[i]);

		if (strncasecmp(host, names[i], len) == 0 && strchr(":/", host[len]) != NULL)
			return true;
	}
	return false;
}

/* TLS, unless mail without a password goes to a server on this machine. A long, as newer versions of libcurl define the words. */
static long tls_rule(const struct gw_config *config)
{
	return config->smtp_user[0] == '\0' && is_loopback(config->smtp_url) ? (long)CURLUSESSL_NONE
									     : (long)CURLUSESSL_ALL;
}

/* 530, 534, 535, 538: not the message was refused but the way we logged in (RFC 4954). An operator has to mend that. */
static bool is_about_us(long status)
{
	return status == 530 || status == 534 || status == 535 || status == 538;
}

static void describe(CURLcode code, long status, const struct dialogue *dialogue,
		     struct gw_send_failure *failure)
{
	char number[24] = "N/A";
	const char *words = gw_transfer_strerror(code);

	if (dialogue->lacks_utf8) {
		gw_send_failure_set(
			failure, "E-mail send failed: the mail server takes no address with such "
				 "characters before the @ (no SMTPUTF8) (code N/A)");
		failure->refused = true;
		return;
	}
	if (status >= 400 && dialogue->reply.len > 0) {
		(void)snprintf(number, sizeof(number), "%ld", status);
		words = dialogue->reply.data;
	}
	gw_send_failure_set(failure, "E-mail send failed: %s (code %s)", words, number);
	/* refused, or cut off before the end of the message: it was not sent */
	failure->unknown = dialogue->whole && status < 400;
	failure->refused = status >= 500 && !is_about_us(status);
	failure->later = status >= 400 && status < 500;
	if (failure->later)
		failure->retry_after = LATER;
}

/* Who is told when the letter does not arrive (RFC 5321, 4.4): the thread, or whoever reads the mail of smtp_from. */
static const char *return_path(const struct gw_letter *letter, const struct gw_mail *mail)
{
	bool token = mail->reply_to.data != NULL && letter->config->inbound_bounces != 0 &&
		     letter->config->inbound_address[0] != '\0' &&
		     mail->reply_to.data != letter->config->smtp_reply_to;

	return token ? mail->reply_to.data : letter->config->smtp_from;
}

/* One try. *ret_kept: it went over a connection that was kept from a letter before. */
static CURLcode converse(const struct gw_letter *letter, const char *sender,
			 struct curl_slist *recipients, struct dialogue *dialogue, bool fresh,
			 long *ret_status, bool *ret_kept)
{
	const struct gw_config *config = letter->config;
	CURL *curl = gw_transfer_begin(config, "smtp,smtps", letter->deadline);
	CURLcode code = CURLE_OK;
	long opened = 0;

	curl_easy_setopt(curl, CURLOPT_URL, config->smtp_url);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, tls_rule(config));
	if (config->smtp_user[0] != '\0') {
		curl_easy_setopt(curl, CURLOPT_USERNAME, config->smtp_user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, config->smtp_password);
	}
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, hand_over);
	curl_easy_setopt(curl, CURLOPT_READDATA, dialogue);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)dialogue->rest.len);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, listen_to);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, dialogue);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, listen_to);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, dialogue);
	if (letter->in_background)
		gw_transfer_extend(curl, letter->deadline);
	/* mail servers end idle connections soon; what one offers is said when it is opened only */
	curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, KEPT_SECONDS);
	if (fresh)
		curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
	(void)curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &opened);
	*ret_kept = opened == 0;
	gw_transfer_end(curl, letter->in_background && code == CURLE_OK);
	return code;
}

static enum gw_err transmit(const struct gw_letter *letter, const struct gw_mail *mail,
			    bool needs_utf8, struct gw_str message, struct gw_send_failure *failure)
{
	const struct gw_config *config = letter->config;
	const struct dialogue beginning = {
		.letter = letter,
		.rest = message,
		.needs_utf8 = needs_utf8,
		.may_end = tls_rule(config) == (long)CURLUSESSL_NONE ||
			   strncasecmp(config->smtp_url, "smtps:", 6) == 0,
	};
	struct dialogue dialogue = beginning;
	char *recipient = gw_str_dup(mail->to);
	struct curl_slist *recipients = curl_slist_append(NULL, recipient);
	enum gw_err err = GW_OK;
	CURLcode code = CURLE_OK;
	bool kept = false;
	long status = 0;

	gw_buf_init(&dialogue.reply, REPLY_LINE_MAX);
	code = converse(letter, return_path(letter, mail), recipients, &dialogue, needs_utf8,
			&status, &kept);
	/* a mail server may end a connection after so many letters or so long, which says nothing of this letter (RFC 5321, 3.8) */
	if (code != CURLE_OK && kept && dialogue.rest.len == message.len &&
	    (status < 400 || status == 421)) {
		gw_buf_release(&dialogue.reply);
		dialogue = beginning;
		gw_buf_init(&dialogue.reply, REPLY_LINE_MAX);
		code = converse(letter, return_path(letter, mail), recipients, &dialogue, true,
				&status, &kept);
	}
	if (dialogue.not_committed != GW_OK) {
		err = dialogue.not_committed;
	} else if (code != CURLE_OK) {
		describe(code, status, &dialogue, failure);
		err = GW_UPSTREAM;
	}
	curl_slist_free_all(recipients);
	gw_buf_release(&dialogue.reply);
	free(recipient);
	return err;
}

static void message_id(const struct gw_config *config, const struct gw_uuid *id, struct gw_buf *out)
{
	const char *at = strchr(config->smtp_from, '@');
	char text[GW_UUID_TEXT_SIZE];

	gw_buf_add_c(out, gw_uuid_format(id, text));
	gw_buf_add_char(out, '@');
	if (config->message_id_domain[0] != '\0')
		gw_buf_add_c(out, config->message_id_domain);
	else
		gw_buf_add_c(out, at != NULL ? at + 1 : "localhost");
}

/* "Ada via Example", the same for whoever writes first; an answer keeps its subject. */
static void add_subject(const struct gw_letter *letter, struct gw_buf *name, struct gw_buf *subject)
{
	gw_letter_add_writer(name, letter);
	if (letter->subject.data != NULL)
		gw_buf_add_str(subject, gw_utf8_cut(letter->subject, GW_WRITER_MAX));
	else
		gw_buf_add_str(subject, gw_buf_str(name));
}

static bool has_thread(const struct gw_letter *letter)
{
	static const struct gw_uuid none;

	return letter->config->inbound_address[0] != '\0' && !gw_uuid_equal(&letter->thread, &none);
}

static enum gw_err send_letter(const struct gw_letter *letter, struct gw_send_failure *ret_failure)
{
	const struct gw_config *config = letter->config;
	struct gw_mail mail = {
		.from = gw_str(config->smtp_from),
		.to_name = letter->person.name,
		.to = gw_str_trim(letter->person.email),
		.reply_to = gw_str(config->smtp_reply_to),
		.text = letter->text,
		.answered = letter->answered,
		.earlier = letter->earlier,
		.time = gw_now(),
	};
	struct gw_buf address;
	struct gw_buf name;
	struct gw_buf subject;
	struct gw_buf message;
	struct gw_buf id;
	struct gw_buf way_back;
	bool needs_utf8 = false;
	enum gw_err err = GW_UPSTREAM;

	gw_buf_init(&address, GW_ADDRESS_MAX);
	if (!gw_address_prepare(&address, mail.to, &needs_utf8)) {
		gw_send_failure_set(ret_failure, "E-mail send failed: the address of this person "
						 "is not one that mail can go to (code N/A)");
		ret_failure->refused = true;
		gw_buf_release(&address);
		return GW_UPSTREAM;
	}
	mail.to = gw_buf_str(&address);
	if (!gw_address_valid(mail.from) ||
	    (mail.reply_to.len > 0 && !gw_address_valid(mail.reply_to))) {
		gw_send_failure_set(ret_failure, "E-mail send failed: smtp_from or smtp_reply_to "
						 "is not an address (code N/A)");
		gw_buf_release(&address);
		return GW_UPSTREAM;
	}
	gw_buf_init(&name, GW_WRITER_MAX);
	gw_buf_init(&subject, GW_WRITER_MAX);
	gw_buf_init(&id, GW_EXTERNAL_MAX);
	gw_buf_init(&way_back, GW_TOKEN_ADDRESS_MAX);
	add_subject(letter, &name, &subject);
	mail.subject = gw_buf_str(&subject);
	mail.from_name = gw_buf_str(&name);
	message_id(config, &letter->id, &id);
	mail.message_id = gw_buf_str(&id);
	if (has_thread(letter)) {
		gw_address_write(&way_back, config, &letter->thread, mail.time);
		mail.reply_to = gw_buf_str(&way_back);
	}
	gw_buf_init(&message, gw_mail_size(&mail));
	gw_mail_write(&message, &mail);
	err = transmit(letter, &mail, needs_utf8, gw_buf_str(&message), ret_failure);
	if (letter->external != NULL)
		gw_buf_add_str(letter->external, mail.message_id);
	gw_buf_release(&address);
	gw_buf_release(&name);
	gw_buf_release(&id);
	gw_buf_release(&way_back);
	gw_buf_release(&message);
	gw_buf_release(&subject);
	return err;
}

const struct gw_channel gw_channel_email = {
	.name = "email",
	.recognises = 0,
	.reaches = reaches,
	.external = message_id,
	.send = send_letter,
};

enum gw_err gw_email_check(const struct gw_config *config, int64_t deadline, bool *ret_sign_in,
			   const char **ret_why)
{
	CURL *curl = gw_transfer_begin(config, "smtp,smtps", deadline);
	CURLcode code = CURLE_OK;
	long status = 0;

	curl_easy_setopt(curl, CURLOPT_URL, config->smtp_url);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, tls_rule(config));
	if (config->smtp_user[0] != '\0') {
		curl_easy_setopt(curl, CURLOPT_USERNAME, config->smtp_user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, config->smtp_password);
	}
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
	curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	gw_transfer_end(curl, false);
	*ret_sign_in = code == CURLE_LOGIN_DENIED || is_about_us(status);
	*ret_why =
		*ret_sign_in ? "the mail server refuses the sign-in" : gw_transfer_strerror(code);
	return code == CURLE_OK ? GW_OK : GW_UPSTREAM;
}

/* A gw_letter's commit: the server has taken sender and receiver, and that is all that was to be known. */
static enum gw_err stop_there(void *arg)
{
	(void)arg;
	return GW_CONFLICT;
}

enum gw_err gw_email_probe(const struct gw_config *config, const struct gw_uuid *id, bool send,
			   int64_t deadline, struct gw_send_failure *ret_failure)
{
	const struct gw_letter letter = {
		.config = config,
		.id = *id,
		.deadline = deadline,
		.commit = send ? NULL : stop_there,
	};
	struct gw_mail mail = {
		.from = gw_str(config->smtp_from),
		.subject = GW_STR_LIT("Does mail come in?"),
		.text = GW_STR_LIT("clawgw-admin doctor has written this to see whether mail comes "
				   "in. Nobody needs to answer."),
		.time = gw_now(),
	};
	struct gw_buf address;
	struct gw_buf name;
	struct gw_buf message;
	enum gw_err err = GW_OK;

	gw_buf_init(&address, GW_TOKEN_ADDRESS_MAX);
	gw_buf_init(&name, GW_EXTERNAL_MAX);
	gw_address_write_probe(&address, config, id, mail.time);
	message_id(config, id, &name);
	mail.to = gw_buf_str(&address);
	mail.reply_to = mail.to;
	mail.message_id = gw_buf_str(&name);
	gw_buf_init(&message, gw_mail_size(&mail));
	gw_mail_write(&message, &mail);
	err = transmit(&letter, &mail, false, gw_buf_str(&message), ret_failure);
	gw_buf_release(&address);
	gw_buf_release(&name);
	gw_buf_release(&message);
	return err == GW_CONFLICT ? GW_OK : err;
}
