/* SPDX-License-Identifier: ISC */
/*
 * fuzz_letters.c: mail of any kind, texts as they are in mail, addresses with tokens, and what Feishu tells.
 */
#include "fuzz.h"

#include "base/clock.h"
#include "base/text.h"
#include "channels/address.h"
#include "letters/feishu_event.h"
#include "letters/mime.h"
#include "letters/text.h"

const char *const fuzz_corpus = "letters";

/* What agents, logs and the database may be given. */
static void check_text(const char *text, const char *what)
{
	fuzz_require(gw_utf8_valid(gw_str(text)), what);
	for (const char *at = text; *at != '\0'; at++)
		fuzz_require((unsigned char)*at >= ' ' || *at == '\n' || *at == '\t', what);
}

static void check_reply(struct gw_str text)
{
	struct gw_buf out;

	gw_buf_init(&out, 2 * text.len + 16);
	gw_text_reply(&out, text);
	fuzz_require(!gw_buf_overflowed(&out), "what was said is no longer than all of it");
	gw_buf_release(&out);
}

static void check_mail(struct fuzz_input *input)
{
	struct gw_str message = fuzz_rest(input);
	struct gw_incoming mail;

	if (gw_incoming_read(message, GW_STR_NULL, "mx.example.org", &mail) == GW_OK) {
		check_text(mail.text, "the text of a mail");
		check_text(mail.subject, "the subject of a mail");
		check_text(mail.attachments, "the attachments of a mail");
		check_text(mail.diagnostic, "why a mail came back");
		fuzz_require(strpbrk(mail.subject, "\r\n") == NULL, "a subject is a line");
		fuzz_require(mail.id_count <= GW_INCOMING_IDS_MAX, "not too many letters");
		fuzz_require((mail.class == GW_INCOMING_PERSONAL) == (mail.why == NULL),
			     "what is no person's has a reason");
		check_reply(gw_str(mail.text));
		gw_incoming_release(&mail);
	}
	fuzz_free(message);
}

static void check_html(struct fuzz_input *input)
{
	struct gw_str html = fuzz_rest(input);
	struct gw_buf out;

	gw_buf_init(&out, 64 * html.len + 4096);
	gw_text_from_html(&out, html);
	(void)gw_buf_overflowed(&out);
	gw_buf_release(&out);
	fuzz_free(html);
}

/* An address that is made is read as what it was made of; one that is not is no good. */
static void check_token(struct fuzz_input *input)
{
	char inbound[] = "agents@example.org";
	char secret[] = "0123456789abcdef";
	struct gw_config config = {.inbound_address = inbound,
				   .letter_secret = secret,
				   .letter_ttl = 90 * 86400 * GW_USEC_PER_SEC};
	int64_t now = (int64_t)fuzz_byte(input) * 86400 * GW_USEC_PER_SEC;
	struct gw_uuid thread = {{0}};
	struct gw_uuid found = {{0}};
	struct gw_str local = GW_STR_NULL;
	struct gw_str rest = GW_STR_NULL;
	struct gw_buf address;

	for (size_t i = 0; i < sizeof(thread.bytes); i++)
		thread.bytes[i] = (unsigned char)fuzz_byte(input);
	gw_buf_init(&address, GW_TOKEN_ADDRESS_MAX);
	gw_address_write(&address, &config, &thread, now);
	fuzz_require(gw_address_is_inbound(&config, gw_buf_str(&address), &local) &&
			     gw_address_read(&config, local, now, &found) == GW_ADDRESS_GOOD &&
			     gw_uuid_equal(&found, &thread),
		     "an address leads to its thread");
	rest = fuzz_rest(input);
	if (gw_address_is_inbound(&config, rest, &local))
		fuzz_require(gw_address_read(&config, local, now, &found) != GW_ADDRESS_GOOD,
			     "nobody makes an address himself");
	gw_buf_release(&address);
	fuzz_free(rest);
}

static void check_event(struct fuzz_input *input)
{
	struct gw_str body = fuzz_rest(input);
	struct gw_feishu_event event;

	if (gw_feishu_event_read(body, GW_STR_NULL, &event) == GW_OK) {
		if (event.kind == GW_FEISHU_MESSAGE) {
			fuzz_require(event.message_id != NULL && event.text != NULL,
				     "a message has an id and a text");
			check_text(event.text, "the text of a message");
		}
		fuzz_require(event.kind != GW_FEISHU_CHALLENGE || event.challenge != NULL,
			     "a challenge is one");
		gw_feishu_event_release(&event);
	}
	fuzz_free(body);
}

static void check_sealed(struct fuzz_input *input)
{
	struct gw_str body = fuzz_rest(input);
	struct gw_buf out;

	gw_buf_init(&out, body.len + 1);
	if (gw_feishu_decrypt(body, GW_STR_LIT("key"), &out) == GW_OK)
		fuzz_require(!gw_buf_overflowed(&out), "what was encrypted is no longer");
	gw_buf_release(&out);
	fuzz_free(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const checks[])(struct fuzz_input *) = {
		check_mail, check_html, check_token, check_event, check_sealed,
	};
	struct fuzz_input input = {data, size};

	checks[fuzz_byte(&input) % GW_ARRAY_LEN(checks)](&input);
	return 0;
}
