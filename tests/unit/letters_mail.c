/* SPDX-License-Identifier: ISC */
/*
 * letters_mail.c: what is made of mail: the messages of tests/cases/mail, each with what is expected beside it, and large ones that are made
 * here.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "letters/mime.h"
#include "letters/text.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILE_MAX ((size_t)4 * 1024 * 1024)

static void read_file(const char *name, struct gw_buf *out)
{
	const char *srcdir = getenv("GW_TEST_SRCDIR");
	struct gw_buf path;
	char block[65536];
	size_t got = 0;
	FILE *file = NULL;

	gw_buf_init(&path, 4096);
	gw_buf_init(out, FILE_MAX);
	gw_buf_addf(&path, "%s/tests/cases/mail/%s", srcdir != NULL ? srcdir : ".", name);
	file = fopen(path.data, "re");
	cr_assert(file != NULL, "%s", path.data);
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		gw_buf_add(out, block, got);
	(void)fclose(file);
	gw_buf_release(&path);
}

/* What arrive.c makes of it, without the subject. */
static void write_said(const struct gw_incoming *mail, struct gw_buf *out)
{
	gw_text_reply(out, gw_str(mail->text));
	if (mail->attachments[0] != '\0') {
		gw_buf_add_c(out, out->len > 0 ? "\n\n" : "");
		gw_buf_add_str(out, gw_str_trim(gw_str(mail->attachments)));
	}
}

/* The first line of the expected file, and the text behind it. */
static void write_found(enum gw_err err, const struct gw_incoming *mail, struct gw_buf *out)
{
	static const char *const classes[] = {
		[GW_INCOMING_PERSONAL] = "personal", [GW_INCOMING_AUTOMATIC] = "automatic",
		[GW_INCOMING_BOUNCE] = "bounce",     [GW_INCOMING_DELAY] = "delay",
		[GW_INCOMING_LOOP] = "loop",
	};
	struct gw_buf said;

	if (err != GW_OK) {
		gw_buf_add_c(out, "invalid\n");
		return;
	}
	gw_buf_add_c(out, classes[mail->class]);
	if (mail->class == GW_INCOMING_BOUNCE) {
		gw_buf_addf(out, ":%s%s", mail->diagnostic[0] != '\0' ? " " : "", mail->diagnostic);
		if (mail->id_count > 0)
			gw_buf_addf(out, " [%s]", mail->ids[mail->id_count - 1]);
	}
	gw_buf_add_c(out, "\n");
	if (mail->class == GW_INCOMING_BOUNCE || mail->class == GW_INCOMING_DELAY)
		return;
	gw_buf_init(&said, FILE_MAX);
	write_said(mail, &said);
	if (said.len > 0)
		gw_buf_addf(out, "\n%s\n", said.data);
	gw_buf_release(&said);
}

static void check(const char *name)
{
	char *base = gw_str_dup((struct gw_str){name, strlen(name) - 4});
	struct gw_incoming mail = {.from = NULL};
	struct gw_buf message;
	struct gw_buf expected;
	struct gw_buf found;
	struct gw_buf path;
	enum gw_err err = GW_OK;

	gw_buf_init(&path, 1024);
	gw_buf_addf(&path, "%s.txt", base);
	read_file(name, &message);
	read_file(path.data, &expected);
	err = gw_incoming_read(gw_buf_str(&message), GW_STR_NULL, "", &mail);
	gw_buf_init(&found, FILE_MAX);
	write_found(err, &mail, &found);
	cr_expect(gw_str_equal(gw_buf_str(&found), gw_buf_str(&expected)),
		  "%s: expected\n%s\nfound\n%s", name, expected.data, found.data);
	if (err == GW_OK) {
		cr_expect(gw_utf8_valid(gw_str(mail.text)), "%s", name);
		gw_incoming_release(&mail);
	}
	gw_buf_release(&message);
	gw_buf_release(&expected);
	gw_buf_release(&found);
	gw_buf_release(&path);
	free(base);
}

static int is_message(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && strcmp(entry->d_name + len - 4, ".eml") == 0;
}

Test(mail, each_message_of_the_corpus_says_what_is_expected)
{
	const char *srcdir = getenv("GW_TEST_SRCDIR");
	struct dirent **entries = NULL;
	struct gw_buf path;
	int count = 0;

	gw_buf_init(&path, 4096);
	gw_buf_addf(&path, "%s/tests/cases/mail", srcdir != NULL ? srcdir : ".");
	count = scandir(path.data, &entries, is_message, alphasort);
	cr_expect_geq(count, 60, "%d messages in %s", count, path.data);
	for (int i = 0; i < count; i++) {
		check(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	gw_buf_release(&path);
}

static const char headers[] = "From: paul@example.org\nTo: agents@example.org\nSubject: Re: x\n";

/* Reads a message that was made here; it takes no longer than 20 seconds, on a busy machine with sanitizers. */
static enum gw_err read_made(struct gw_buf *message, struct gw_incoming *ret_mail)
{
	time_t start = time(NULL);
	enum gw_err err = gw_incoming_read(gw_buf_str(message), GW_STR_NULL, "", ret_mail);

	cr_expect_leq(time(NULL) - start, 20);
	gw_buf_release(message);
	return err;
}

static void expect_reply(const struct gw_incoming *mail, const char *expected)
{
	time_t start = time(NULL);
	struct gw_buf said;

	gw_buf_init(&said, (size_t)64 * 1024 * 1024);
	gw_text_reply(&said, gw_str(mail->text));
	cr_expect_leq(time(NULL) - start, 20);
	cr_expect(said.len >= strlen(expected) &&
			  memcmp(said.data, expected, strlen(expected)) == 0,
		  "%.200s", said.data);
	gw_buf_release(&said);
}

Test(mail, a_message_of_20_mebibytes_is_read)
{
	struct gw_incoming mail;
	struct gw_buf message;

	gw_buf_init(&message, (size_t)32 * 1024 * 1024);
	gw_buf_addf(&message,
		    "%sMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
		    "Content-Type: text/plain\n\nSee the file.\n--b\n"
		    "Content-Type: application/zip; name=big.zip\nContent-Transfer-Encoding: "
		    "base64\n\n",
		    headers);
	while (message.len < (size_t)20 * 1024 * 1024)
		gw_buf_add_c(
			&message,
			"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	gw_buf_add_c(&message, "--b--\n");
	cr_assert(read_made(&message, &mail) == GW_OK);
	expect_reply(&mail, "See the file.");
	cr_expect_not_null(strstr(mail.attachments, "big.zip (application/zip, 15"), "%s",
			   mail.attachments);
	gw_incoming_release(&mail);
}

Test(mail, text_of_20_mebibytes_is_cut)
{
	struct gw_incoming mail;
	struct gw_buf message;

	gw_buf_init(&message, (size_t)32 * 1024 * 1024);
	gw_buf_addf(&message, "%s\nFirst.\n", headers);
	while (message.len < (size_t)20 * 1024 * 1024)
		gw_buf_add_c(
			&message,
			"> From: Sent: To: On wrote: Sent from my iPhone\nSent from my iPhone\n");
	cr_assert(read_made(&message, &mail) == GW_OK);
	cr_expect_leq(strlen(mail.text), GW_INCOMING_TEXT_MAX + 64);
	expect_reply(&mail, "First.");
	gw_incoming_release(&mail);
}

Test(mail, ten_thousand_headers_are_read)
{
	struct gw_incoming mail;
	struct gw_buf message;

	gw_buf_init(&message, (size_t)4 * 1024 * 1024);
	for (int i = 0; i < 10000; i++)
		gw_buf_addf(&message, "X-Header-%d: value\n", i);
	gw_buf_addf(&message, "%s\nYes.\n", headers);
	cr_assert(read_made(&message, &mail) == GW_OK);
	expect_reply(&mail, "Yes.");
	cr_expect_str_eq(mail.from, "paul@example.org");
	gw_incoming_release(&mail);
}

static void nest(struct gw_buf *message, int depth)
{
	gw_buf_init(message, (size_t)4 * 1024 * 1024);
	gw_buf_addf(message, "%sMIME-Version: 1.0\n", headers);
	for (int i = 0; i < depth; i++)
		gw_buf_addf(message, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i,
			    i);
	gw_buf_add_c(message, "Content-Type: text/plain\n\nDeep down.\n");
	for (int i = depth - 1; i >= 0; i--)
		gw_buf_addf(message, "--b%d--\n", i);
}

Test(mail, parts_within_parts_are_read_or_refused)
{
	struct gw_incoming mail;
	struct gw_buf message;

	nest(&message, 20);
	cr_assert(read_made(&message, &mail) == GW_OK);
	expect_reply(&mail, "Deep down.");
	gw_incoming_release(&mail);
	nest(&message, 100);
	cr_assert(read_made(&message, &mail) == GW_OK);
	gw_incoming_release(&mail);
	nest(&message, 50000);
	cr_assert(read_made(&message, &mail) == GW_INVALID);
}

Test(mail, html_within_html_ends)
{
	struct gw_incoming mail;
	struct gw_buf message;

	gw_buf_init(&message, (size_t)32 * 1024 * 1024);
	gw_buf_addf(&message, "%sContent-Type: text/html\n\n<p>Yes.</p>", headers);
	for (int i = 0; i < 100000; i++)
		gw_buf_add_c(&message, "<div><blockquote><b>x");
	cr_assert(read_made(&message, &mail) == GW_OK);
	expect_reply(&mail, "Yes.");
	gw_incoming_release(&mail);
}

Test(mail, a_line_without_an_end_is_read)
{
	struct gw_incoming mail;
	struct gw_buf message;

	gw_buf_init(&message, (size_t)32 * 1024 * 1024);
	gw_buf_addf(&message, "%s\n", headers);
	for (int i = 0; i < 300000; i++)
		gw_buf_add_c(&message, "word ");
	cr_assert(read_made(&message, &mail) == GW_OK);
	expect_reply(&mail, "word word");
	gw_incoming_release(&mail);
}

Test(mail, subjects_lose_what_answers_put_before_them)
{
	static const struct {
		const char *subject, *bare;
	} cases[] = {
		{"Re: The report", "The report"},
		{"AW: Re: WG: The report", "The report"},
		{"\xe5\x9b\x9e\xe5\xa4\x8d\xef\xbc\x9aRe: \xe6\x8a\xa5\xe5\x91\x8a",
		 "\xe6\x8a\xa5\xe5\x91\x8a"},
		{"Report: Re: x", "Report: Re: x"},
		{"  ", ""},
		{"Re:", ""},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_str bare = gw_text_bare_subject(gw_str(cases[i].subject));

		cr_expect(gw_str_equal_c(bare, cases[i].bare), "%s: %.*s", cases[i].subject,
			  (int)bare.len, bare.data);
	}
}

Test(mail, only_the_topmost_result_of_the_trusted_host_counts)
{
	static const struct {
		const char *results;
		enum gw_incoming_proof proof;
	} cases[] = {
		{"Authentication-Results: mx.example.net; spf=pass; dmarc=pass "
		 "header.from=example.org\n",
		 GW_PROOF_PASS},
		{"Authentication-Results: mx.example.net;\n\tdkim=pass;\n\tdmarc=fail (p=REJECT)\n",
		 GW_PROOF_FAIL},
		{"Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=example.org\n",
		 GW_PROOF_NONE},
		{"Authentication-Results: mx.example.net; dmarc=none\n", GW_PROOF_NONE},
		{"Authentication-Results: evil.example.com; dmarc=pass\n", GW_PROOF_NONE},
		{"Authentication-Results: mx.example.net.evil.example; dmarc=pass\n",
		 GW_PROOF_NONE},
		{"Authentication-Results: mx.example.net; xdmarc=pass\n", GW_PROOF_NONE},
		{"Authentication-Results: mx.example.net; dmarc=fail\n"
		 "Authentication-Results: mx.example.net; dmarc=pass\n",
		 GW_PROOF_FAIL},
		{"", GW_PROOF_NONE},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_incoming mail;
		struct gw_buf message;

		gw_buf_init(&message, 65536);
		gw_buf_addf(&message, "%s%s\nYes.\n", cases[i].results, headers);
		cr_assert(gw_incoming_read(gw_buf_str(&message), GW_STR_NULL, "mx.example.net",
					   &mail) == GW_OK);
		cr_expect_eq(mail.proof, cases[i].proof, "%s", cases[i].results);
		gw_incoming_release(&mail);
		gw_buf_release(&message);
	}
}
