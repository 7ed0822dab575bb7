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
#include "channels/mail.h"
#include "channels/transfer.h"

#include <string.h>
#include <strings.h>

#define NAME_MAX_BYTES 400
#define REPLY_LINE_MAX 200

static bool reaches(const struct gw_config *config, const struct gw_person *person)
{
	return config->smtp_url[0] != '\0' && config->smtp_from[0] != '\0' && person->email.len > 0;
}

/* The message on its way to the server, and what the server last said. */
struct dialogue {
	struct gw_str rest;
	bool whole;          /* all of it was handed over */
	struct gw_buf reply; /* the last line of the server that is an error */
};

static size_t hand_over(char *room, size_t size, size_t count, void *arg)
{
	struct dialogue *dialogue = arg;
	size_t len = size * count < dialogue->rest.len ? size * count : dialogue->rest.len;

	memcpy(room, dialogue->rest.data, len);
	dialogue->rest.data += len;
	dialogue->rest.len -= len;
	dialogue->whole = dialogue->rest.len == 0;
	return len;
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
	return len;
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

/* TLS, unless mail without a password goes to a server on this machine. */
static curl_usessl tls_rule(const struct gw_config *config)
{
	return config->smtp_user[0] == '\0' && is_loopback(config->smtp_url) ? CURLUSESSL_NONE
									     : CURLUSESSL_ALL;
}

static void describe(CURLcode code, long status, const struct dialogue *dialogue,
		     struct gw_send_failure *failure)
{
	char number[24] = "N/A";
	const char *words = gw_transfer_strerror(code);

	if (status >= 400 && dialogue->reply.len > 0) {
		(void)snprintf(number, sizeof(number), "%ld", status);
		words = dialogue->reply.data;
	}
	gw_send_failure_set(failure, "E-mail send failed: %s (code %s)", words, number);
	/* refused, or cut off before the end of the message: it was not sent */
	failure->unknown = dialogue->whole && status < 400;
}

static enum gw_err transmit(const struct gw_letter *letter, struct gw_str address,
			    struct gw_str message, struct gw_send_failure *failure)
{
	const struct gw_config *config = letter->config;
	struct dialogue dialogue = {.rest = message};
	struct curl_slist *recipients = NULL;
	CURL *curl = gw_transfer_begin(config, "smtp,smtps", letter->deadline);
	CURLcode code = CURLE_OK;
	char *recipient = gw_str_dup(address);
	long status = 0;

	gw_buf_init(&dialogue.reply, REPLY_LINE_MAX);
	recipients = curl_slist_append(recipients, recipient);
	curl_easy_setopt(curl, CURLOPT_URL, config->smtp_url);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)tls_rule(config));
	if (config->smtp_user[0] != '\0') {
		curl_easy_setopt(curl, CURLOPT_USERNAME, config->smtp_user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, config->smtp_password);
	}
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, config->smtp_from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, hand_over);
	curl_easy_setopt(curl, CURLOPT_READDATA, &dialogue);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message.len);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, listen_to);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &dialogue);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, listen_to);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &dialogue);
	code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	gw_transfer_end(curl, false); /* mail servers end idle connections soon */
	if (code != CURLE_OK)
		describe(code, status, &dialogue, failure);
	curl_slist_free_all(recipients);
	gw_buf_release(&dialogue.reply);
	free(recipient);
	return code == CURLE_OK ? GW_OK : GW_UPSTREAM;
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
		.id = letter->id,
		.time = gw_now(),
	};
	struct gw_buf subject;
	struct gw_buf message;
	enum gw_err err = GW_UPSTREAM;

	if (!gw_address_valid(mail.to)) {
		gw_send_failure_set(ret_failure, "E-mail send failed: the address of this person "
						 "is not one that mail can go to (code N/A)");
		return GW_UPSTREAM;
	}
	if (!gw_address_valid(mail.from) ||
	    (mail.reply_to.len > 0 && !gw_address_valid(mail.reply_to))) {
		gw_send_failure_set(ret_failure, "E-mail send failed: smtp_from or smtp_reply_to "
						 "is not an address (code N/A)");
		return GW_UPSTREAM;
	}
	gw_buf_init(&subject, 2 * NAME_MAX_BYTES + 8);
	gw_buf_init(&message, gw_mail_size(&mail));
	gw_buf_add_str(&subject, gw_utf8_cut(letter->agent_name, NAME_MAX_BYTES));
	gw_buf_add_c(&subject, " via ");
	gw_buf_add_str(&subject, gw_utf8_cut(gw_str(config->site_name), NAME_MAX_BYTES));
	mail.subject = gw_buf_str(&subject);
	mail.from_name = mail.subject;
	gw_mail_write(&message, &mail);
	err = transmit(letter, mail.to, gw_buf_str(&message), ret_failure);
	gw_buf_release(&message);
	gw_buf_release(&subject);
	return err;
}

const struct gw_channel gw_channel_email = {
	.name = "email",
	.recognises = 0,
	.reaches = reaches,
	.send = send_letter,
};
