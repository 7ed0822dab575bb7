/* SPDX-License-Identifier: ISC */
/*
 * channels_mail.c: addresses, headers and bodies of mail, and attempts to smuggle something in.
 */
#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "channels/mail.h"

#include <criterion/criterion.h>

#define LABEL63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LOCAL64 LABEL63 "a"

Test(mail, an_address_is_sane_or_none)
{
	static const struct {
		const char *address;
		bool valid;
	} cases[] = {
		{"a@b", true},
		{"first.last+tag@mail.example.org", true},
		{"o'neil@example.org", true},
		{"1_2-3@4.example", true},
		{LOCAL64 "@example.org", true},
		{LOCAL64 "a@example.org", false},
		{"a@" LABEL63 ".org", true},
		{"a@" LABEL63 "a.org", false},
		{LOCAL64 "@" LABEL63 "." LABEL63 "." LABEL63 ".org", false},
		{"", false},
		{"@", false},
		{"a@", false},
		{"@b", false},
		{"ab", false},
		{"a@b@c", false},
		{"a b@c", false},
		{" a@b", false},
		{"a@b ", false},
		{"a@b\r\n", false},
		{"a\r\nBcc: x@b", false},
		{"a@b\nRCPT TO:<x@b>", false},
		{"<a@b>", false},
		{"a@b>", false},
		{"a@b,c@d", false},
		{"a@b;c@d", false},
		{"\"a b\"@c", false},
		{"a\\@b", false},
		{"(x)a@b", false},
		{".a@b", false},
		{"a.@b", false},
		{"a..b@c", false},
		{"a@.b", false},
		{"a@b.", false},
		{"a@b..c", false},
		{"a@-b", false},
		{"a@b-", false},
		{"a@b-.c", false},
		{"a@b.-c", false},
		{"a@[127.0.0.1]", false},
		{"a@b:25", false},
		{"\xc3\xa4@b", false},
		{"a@b\xc3\xa4.org", false},
		{"a\x7f@b", false},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++)
		cr_expect_eq(gw_address_valid(gw_str(cases[i].address)), cases[i].valid, "%s",
			     cases[i].address);
	cr_expect_not(gw_address_valid((struct gw_str){"a\0@b", 4}));
	cr_expect_not(gw_address_valid((struct gw_str){"a@b\0", 4}));
}

static struct gw_mail sample(void)
{
	return (struct gw_mail){
		.from_name = GW_STR_LIT("Alpha via clawgw"),
		.from = GW_STR_LIT("gateway@example.org"),
		.to_name = GW_STR_LIT("Emma Mail"),
		.to = GW_STR_LIT("emma@example.com"),
		.subject = GW_STR_LIT("Alpha via clawgw"),
		.text = GW_STR_LIT("hello"),
		.message_id = GW_STR_LIT("12340000-0000-0000-0000-000000000000@example.org"),
		.time = INT64_C(1767225605) * GW_USEC_PER_SEC,
	};
}

/*
 * Checks what holds for every message: lines, characters, and that the headers are ours and no
 * others.
 */
static void expect_sound(struct gw_str text)
{
	static const char *const names[] = {
		"From: ",         "To: ",           "Reply-To: ",
		"Subject: ",      "Date: ",         "Message-ID: ",
		"In-Reply-To: ",  "References: ",   "Auto-Submitted: ",
		"MIME-Version: ", "Content-Type: ", "Content-Transfer-Encoding: ",
	};
	bool in_body = false;
	size_t begin = 0;

	for (size_t i = 0; i < text.len; i++) {
		bool known = in_body || text.data[begin] == ' ';

		cr_expect((text.data[i] >= ' ' && text.data[i] <= '~') || text.data[i] == '\r' ||
			  text.data[i] == '\n');
		if (text.data[i] != '\n')
			continue;
		cr_expect(i > 0 && text.data[i - 1] == '\r');
		cr_expect(i - begin <= 79, "%.*s", (int)(i - begin), text.data + begin);
		if (i - begin == 1)
			in_body = true;
		for (size_t n = 0; n < GW_ARRAY_LEN(names) && !in_body; n++)
			known = known ||
				strncmp(text.data + begin, names[n], strlen(names[n])) == 0;
		cr_expect(known || in_body, "%.*s", (int)(i - begin), text.data + begin);
		begin = i + 1;
	}
	cr_expect(in_body);
	cr_expect_eq(begin, text.len);
}

/* The decoded text of all encoded words behind `header`, or the header as it is. */
static void read_header(const char *mail, const char *header, struct gw_buf *out)
{
	const char *at = strstr(mail, header);

	cr_assert_not_null(at);
	at += strlen(header);
	while (*at != '\r' && *at != '<') {
		if (strncmp(at, "=?utf-8?B?", 10) == 0) {
			const char *end = strstr(at + 10, "?=");
			struct gw_buf word;

			cr_assert_not_null(end);
			cr_expect(end + 2 - at <= 75);
			gw_buf_init(&word, 100);
			cr_assert(
				gw_base64_decode(&word, (struct gw_str){at + 10,
									(size_t)(end - at) - 10}));
			cr_expect(gw_utf8_valid(gw_buf_str(&word)), "a character was cut");
			gw_buf_add_str(out, gw_buf_str(&word));
			gw_buf_release(&word);
			at = end + 2;
			if (strncmp(at, "\r\n =?", 5) == 0)
				at += 3;
		} else {
			gw_buf_add_char(out, *at++);
		}
	}
}

Test(mail, a_plain_message_reads_as_expected)
{
	struct gw_mail mail = sample();
	struct gw_buf out;

	gw_buf_init(&out, gw_mail_size(&mail));
	gw_mail_write(&out, &mail);
	cr_expect_str_eq(out.data,
			 "From: Alpha via clawgw <gateway@example.org>\r\n"
			 "To: Emma Mail <emma@example.com>\r\n"
			 "Subject: Alpha via clawgw\r\n"
			 "Date: Thu, 1 Jan 2026 00:00:05 +0000\r\n"
			 "Message-ID: <12340000-0000-0000-0000-000000000000@example.org>\r\n"
			 "Auto-Submitted: auto-generated\r\n"
			 "MIME-Version: 1.0\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n"
			 "Content-Transfer-Encoding: base64\r\n"
			 "\r\n"
			 "aGVsbG8NCg==\r\n");
	expect_sound(gw_buf_str(&out));
	gw_buf_release(&out);
}

Test(mail, names_and_subjects_arrive_as_they_were_and_inject_nothing)
{
	static const struct {
		const char *text;
		const char *arrives;
	} cases[] = {
		{"Emma Mail", "Emma Mail"},
		{"Emma  Mail", "Emma  Mail"},
		{" Emma", " Emma"},
		{"\xc3\x9cml\xc3\xa4ut", "\xc3\x9cml\xc3\xa4ut"},
		{"O'Neil, \"Bob\" <bob@evil.org>", "O'Neil, \"Bob\" <bob@evil.org>"},
		{"x\r\nBcc: eve@evil.org", "x  Bcc: eve@evil.org"},
		{"x\nSubject: y\n\nbody", "x Subject: y  body"},
		{"x\rY: z", "x Y: z"},
		{"=?utf-8?Q?=0D=0ABcc:_eve?=", "=?utf-8?Q?=0D=0ABcc:_eve?="},
		{"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80"
		 "\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80",
		 "\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80"
		 "\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80\xf0\x9f\xa6\x80"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		static const char *const headers[] = {"From: ", "To: ", "Subject: "};

		for (size_t h = 0; h < GW_ARRAY_LEN(headers); h++) {
			struct gw_mail mail = sample();
			struct gw_buf found;
			struct gw_buf out;

			if (h == 0)
				mail.from_name = gw_str(cases[i].text);
			else if (h == 1)
				mail.to_name = gw_str(cases[i].text);
			else
				mail.subject = gw_str(cases[i].text);
			gw_buf_init(&out, gw_mail_size(&mail));
			gw_buf_init(&found, 1000);
			gw_mail_write(&out, &mail);
			expect_sound(gw_buf_str(&out));
			read_header(out.data, headers[h], &found);
			/* a blank or a folded line stands between name and address */
			if (h < 2 && found.len > 0 && found.data[found.len - 1] == ' ')
				found.data[--found.len] = '\0';
			cr_expect_str_eq(found.data, cases[i].arrives, "%s", out.data);
			gw_buf_release(&found);
			gw_buf_release(&out);
		}
	}
}

Test(mail, an_overlong_name_is_cut_between_characters)
{
	struct gw_mail mail = sample();
	struct gw_buf name;
	struct gw_buf out;

	gw_buf_init(&name, 100000);
	while (name.len < 90000)
		gw_buf_add_c(&name, "\xe7\x8e\x8b");
	mail.subject = mail.to_name = mail.from_name = gw_buf_str(&name);
	gw_buf_init(&out, gw_mail_size(&mail));
	gw_mail_write(&out, &mail);
	cr_expect_not(gw_buf_overflowed(&out));
	expect_sound(gw_buf_str(&out));
	gw_buf_release(&out);
	gw_buf_release(&name);
}

Test(mail, bodies_have_crlf_line_ends_and_short_lines)
{
	static const struct {
		const char *text;
		const char *arrives;
	} cases[] = {
		{"", "\r\n"},
		{"one\ntwo", "one\r\ntwo\r\n"},
		{"one\r\ntwo\r\n", "one\r\ntwo\r\n\r\n"},
		{"one\rtwo", "one\r\ntwo\r\n"},
		{"one\n\rtwo", "one\r\n\r\ntwo\r\n"},
		{".\n.\r\nRSET\r\n", ".\r\n.\r\nRSET\r\n\r\n"},
		{"0123456789012345678901234567890123456789012345678901234567890123456789",
		 "0123456789012345678901234567890123456789012345678901234567890123456789\r\n"},
		{"\xc3\xa4\xe7\x8e\x8b\xf0\x9f\xa6\x80",
		 "\xc3\xa4\xe7\x8e\x8b\xf0\x9f\xa6\x80\r\n"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_mail mail = sample();
		struct gw_buf packed;
		struct gw_buf plain;
		struct gw_buf out;
		const char *body = NULL;

		mail.text = gw_str(cases[i].text);
		gw_buf_init(&out, gw_mail_size(&mail));
		gw_buf_init(&packed, 1000);
		gw_buf_init(&plain, 1000);
		gw_mail_write(&out, &mail);
		expect_sound(gw_buf_str(&out));
		body = strstr(out.data, "\r\n\r\n");
		cr_assert_not_null(body);
		for (body += 4; *body != '\0'; body++) {
			if (*body != '\r' && *body != '\n')
				gw_buf_add_char(&packed, *body);
		}
		cr_expect(gw_base64_decode(&plain, gw_buf_str(&packed)));
		cr_expect_str_eq(plain.data, cases[i].arrives);
		gw_buf_release(&plain);
		gw_buf_release(&packed);
		gw_buf_release(&out);
	}
}

Test(mail, a_body_of_line_feeds_still_fits)
{
	struct gw_mail mail = sample();
	struct gw_buf text;
	struct gw_buf out;

	gw_buf_init(&text, 200000);
	while (text.len < 200000)
		gw_buf_add_char(&text, '\n');
	mail.text = gw_buf_str(&text);
	gw_buf_init(&out, gw_mail_size(&mail));
	gw_mail_write(&out, &mail);
	cr_expect_not(gw_buf_overflowed(&out));
	gw_buf_release(&out);
	gw_buf_release(&text);
}

Test(mail, a_reply_address_is_named_when_there_is_one)
{
	struct gw_mail mail = sample();
	struct gw_buf out;

	mail.reply_to = GW_STR_LIT("desk@example.org");
	gw_buf_init(&out, gw_mail_size(&mail));
	gw_mail_write(&out, &mail);
	cr_expect_not_null(strstr(out.data, "\r\nReply-To: <desk@example.org>\r\n"));
	gw_buf_release(&out);
}
