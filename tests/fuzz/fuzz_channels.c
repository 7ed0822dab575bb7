/* SPDX-License-Identifier: ISC */
/*
 * fuzz_channels.c: Feishu's replies and addresses; mail that is made of names, subjects, texts and addresses of any kind.
 */
#include "fuzz.h"

#include "base/text.h"
#include "channels/feishu_reply.h"
#include "channels/mail.h"

const char *const fuzz_corpus = "channels";

static void check_reply(struct fuzz_input *input)
{
	static const long statuses[] = {200, 201, 302, 400, 401, 429, 500};
	long status = statuses[fuzz_byte(input) % GW_ARRAY_LEN(statuses)];
	struct gw_str body = fuzz_rest(input);
	struct gw_feishu_reply reply;

	gw_feishu_reply_read(status, body, &reply);
	fuzz_require(reply.ok == (reply.words[0] == '\0'), "a refusal has words");
	fuzz_require(gw_utf8_valid(gw_str(reply.words)), "which can be passed on");
	fuzz_require(strpbrk(reply.words, "\r\n") == NULL, "in one line");
	fuzz_require(!reply.ok || (!reply.limited && !reply.token_rejected),
		     "a success is no refusal");
	if (reply.token != NULL) {
		for (const char *at = reply.token; *at != '\0'; at++)
			fuzz_require(*at > ' ' && *at <= '~', "a token fits into a header");
		fuzz_require(reply.life > 0, "and lives");
	}
	gw_feishu_reply_release(&reply);
	fuzz_free(body);
}

static void check_base_url(struct fuzz_input *input)
{
	struct gw_str config = fuzz_rest(input);
	struct gw_buf url;

	gw_buf_init(&url, GW_FEISHU_URL_MAX);
	gw_feishu_base_url(&url, config, "https://open.feishu.cn");
	fuzz_require(!gw_buf_overflowed(&url) && strncmp(url.data, "http", 4) == 0 &&
			     strpbrk(url.data, " \r\n\"<>?#@\\") == NULL,
		     "an address is one");
	gw_buf_release(&url);
	fuzz_free(config);
}

static void check_address(struct gw_str address, struct gw_buf *out)
{
	bool needs_utf8 = false;

	if (!gw_address_prepare(out, address, &needs_utf8))
		return;
	fuzz_require(!gw_buf_overflowed(out) && out->len <= GW_ADDRESS_MAX,
		     "an address has a length");
	fuzz_require(strpbrk(out->data, " \t\r\n<>,;\"()") == NULL, "nothing breaks out of it");
	fuzz_require(needs_utf8 != gw_address_valid(gw_buf_str(out)),
		     "it is ASCII, or needs SMTPUTF8");
}

/* RFC 5322: lines of at most 998 characters that end in CRLF; and nothing of the input became a header. */
static void check_message(struct gw_str message)
{
	size_t line = 0;
	size_t headers = 0;
	bool in_head = true;

	for (size_t i = 0; i < message.len; i++) {
		char c = message.data[i];

		fuzz_require((unsigned char)c < 0x80 && c != '\0', "a message is ASCII");
		if (c == '\r') {
			fuzz_require(i + 1 < message.len && message.data[i + 1] == '\n',
				     "line ends are whole");
			in_head = in_head && line > 0;
			line = 0;
			i++;
			continue;
		}
		fuzz_require(c != '\n', "line ends are whole");
		headers += in_head && line == 0 && c != ' ' ? 1 : 0;
		line++;
		fuzz_require(line <= 998, "lines have a length");
	}
	fuzz_require(headers == 9 || headers == 10, "a message has its headers, and no other");
}

static void check_mail(struct fuzz_input *input)
{
	struct gw_str parts[5];
	struct gw_buf address, message;
	struct gw_mail mail = {.from = GW_STR_LIT("gateway@example.org"),
			       .to = GW_STR_LIT("emma@example.com")};

	for (size_t i = 0; i < GW_ARRAY_LEN(parts); i++)
		parts[i] = i + 1 < GW_ARRAY_LEN(parts) ? fuzz_text(input, 0) : fuzz_rest(input);
	gw_buf_init(&address, GW_ADDRESS_MAX);
	gw_buf_add_c(&address, "");
	check_address(parts[0], &address);
	mail.from_name = parts[1];
	mail.to_name = parts[2];
	mail.subject = parts[3];
	mail.text = parts[4];
	gw_buf_init(&message, gw_mail_size(&mail));
	gw_mail_write(&message, &mail);
	fuzz_require(!gw_buf_overflowed(&message), "a message has the size that was announced");
	check_message(gw_buf_str(&message));
	gw_buf_release(&message);
	gw_buf_release(&address);
	for (size_t i = 0; i < GW_ARRAY_LEN(parts); i++)
		fuzz_free(parts[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	switch (fuzz_byte(&input) % 3) {
	case 0:
		check_reply(&input);
		break;
	case 1:
		check_base_url(&input);
		break;
	default:
		check_mail(&input);
	}
	return 0;
}
