/* SPDX-License-Identifier: ISC */
/*
 * mail.c: see mail.h.
 */
#include "channels/mail.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORD_BYTES                                                                                 \
	30 /* of text in one encoded word: 52 characters, so that a header's name fits before it */
/* What a subject may hold as it is: it is unstructured (RFC 5322, 2.2.1), and "Re:" is best read by everybody. */
#define SUBJECT_MARKS ":,.-/()!+#&'"
#define WORDS_MAX 600 /* bytes of a name or subject; more is cut off */
#define LINE_BYTES 57 /* of the body in one line of 76 characters of base64 */
#define LABEL_MAX 63
#define LOCAL_MAX 64
#define LINE_MAX_CHARS 76
#define MESSAGE_ID_MAX 900 /* its header stays below the 998 characters of RFC 5322, 2.1.1 */

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* atext of RFC 5322, 3.2.3 */
#define ATEXT LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~"

/* Non-empty pieces of `allowed` characters, of at most `max`, joined by single dots. */
static bool is_dotted(struct gw_str text, const char *allowed, size_t max)
{
	size_t piece = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '.') {
			if (piece == 0)
				return false;
			piece = 0;
		} else if (text.data[i] == '\0' || strchr(allowed, text.data[i]) == NULL ||
			   ++piece > max) {
			return false;
		}
	}
	return piece > 0;
}

static bool is_domain(struct gw_str text)
{
	if (!is_dotted(text, LETTERS DIGITS "-", LABEL_MAX))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool at_edge = i == 0 || i + 1 == text.len || text.data[i - 1] == '.' ||
			       text.data[i + 1] == '.';

		if (text.data[i] == '-' && at_edge)
			return false;
	}
	return true;
}

bool gw_address_valid(struct gw_str address)
{
	const char *at = NULL;
	struct gw_str local = GW_STR_NULL;
	struct gw_str domain = GW_STR_NULL;

	if (address.len == 0 || address.len > GW_ADDRESS_MAX)
		return false;
	at = memchr(address.data, '@', address.len);
	if (at == NULL)
		return false;
	local = (struct gw_str){address.data, (size_t)(at - address.data)};
	domain = (struct gw_str){at + 1, address.len - local.len - 1};
	return local.len <= LOCAL_MAX && is_dotted(local, ATEXT, LOCAL_MAX) && is_domain(domain);
}

/* An atom's characters and any character beyond ASCII but controls (RFC 6531, 3.3). */
static bool is_utf8_local(struct gw_str local)
{
	struct gw_str rest = local;
	uint32_t code = 0;
	char ascii[LOCAL_MAX];
	size_t count = 0;
	size_t len = 0;

	if (local.len > LOCAL_MAX || !gw_utf8_valid(local))
		return false;
	while ((len = gw_utf8_decode(rest, &code)) > 0) {
		if (code >= 0x80 && (code < 0xA1 || code == 0xAD || code == 0xFEFF ||
				     (code >= 0x2000 && code <= 0x206F)))
			return false;
		ascii[count++] = code < 0x80 ? (char)code : 'x';
		rest = (struct gw_str){rest.data + len, rest.len - len};
	}
	return is_dotted((struct gw_str){ascii, count}, ATEXT, LOCAL_MAX);
}

bool gw_address_prepare(struct gw_buf *out, struct gw_str address, bool *ret_needs_utf8)
{
	const char *at = address.len > 0 ? memrchr(address.data, '@', address.len) : NULL;
	struct gw_str local = GW_STR_NULL;
	char *domain = NULL;
	char *ascii = NULL;
	bool ok = false;

	if (at == NULL || address.len > 2 * GW_ADDRESS_MAX || !gw_utf8_valid(address) ||
	    memchr(address.data, '\0', address.len) != NULL)
		return false;
	local = (struct gw_str){address.data, (size_t)(at - address.data)};
	domain = gw_str_dup((struct gw_str){at + 1, address.len - local.len - 1});
	if (idn2_to_ascii_8z(domain, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
	    is_domain(gw_str(ascii)) && is_utf8_local(local) &&
	    local.len + 1 + strlen(ascii) <= GW_ADDRESS_MAX) {
		gw_buf_add_str(out, local);
		gw_buf_add_char(out, '@');
		gw_buf_add_c(out, ascii);
		*ret_needs_utf8 = !gw_address_valid(gw_buf_str(out));
		ok = true;
	}
	if (ascii != NULL)
		idn2_free(ascii);
	free(domain);
	return ok;
}

/*
 * Letters, digits and single blanks between them need no encoding, wherever a name or a subject may
 * stand; nor do `marks`.
 */
static bool is_plain(struct gw_str text, const char *marks)
{
	if (text.len == 0 || text.len > WORD_BYTES)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool blank = text.data[i] == ' ';

		if (blank && (i == 0 || i + 1 == text.len || text.data[i - 1] == ' '))
			return false;
		if (blank)
			continue;
		if (text.data[i] == '\0' || (strchr(LETTERS DIGITS, text.data[i]) == NULL &&
					     strchr(marks, text.data[i]) == NULL))
			return false;
	}
	return true;
}

/* Encoded words of RFC 2047, each on a line of its own; none cuts a character. */
static void add_words(struct gw_buf *out, struct gw_str text, const char *marks)
{
	struct gw_str rest = GW_STR_NULL;
	struct gw_buf clean;

	gw_buf_init(&clean, 3 * text.len + 1);
	gw_utf8_repair(&clean, text);
	/* encoded, a line end could do no harm; but it means nothing in a name */
	for (size_t i = 0; i < clean.len; i++) {
		if ((unsigned char)clean.data[i] < ' ' || clean.data[i] == '\x7f')
			clean.data[i] = ' ';
	}
	rest = gw_utf8_cut(gw_buf_str(&clean), WORDS_MAX);
	if (is_plain(rest, marks)) {
		gw_buf_add_str(out, rest);
		rest.len = 0;
	}
	for (bool first = true; rest.len > 0; first = false) {
		struct gw_str word = gw_utf8_cut(rest, WORD_BYTES);

		gw_buf_add_c(out, first ? "=?utf-8?B?" : "\r\n =?utf-8?B?");
		gw_base64_encode(out, word.data, word.len);
		gw_buf_add_c(out, "?=");
		rest.data += word.len;
		rest.len -= word.len;
	}
	gw_buf_release(&clean);
}

static void add_address(struct gw_buf *out, const char *header, struct gw_str name,
			struct gw_str address)
{
	gw_buf_add_c(out, header);
	gw_buf_add_c(out, ": ");
	if (name.len > 0) {
		add_words(out, name, "");
		gw_buf_add_c(out, strlen(header) + name.len + address.len < WORD_BYTES + 30 &&
						  is_plain(name, "")
					  ? " "
					  : "\r\n ");
	}
	gw_buf_add_char(out, '<');
	gw_buf_add_str(out, address);
	gw_buf_add_c(out, ">\r\n");
}

/* RFC 5322, 3.3; strftime(3) would follow the locale. */
static void add_date(struct gw_buf *out, int64_t when)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = (time_t)(when / GW_USEC_PER_SEC);
	struct tm parts;

	if (gmtime_r(&seconds, &parts) == NULL)
		return;
	gw_buf_addf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[parts.tm_wday],
		    parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
		    parts.tm_min, parts.tm_sec);
}

/* base64 of the text with CRLF line ends, as text in MIME must have (RFC 2046, 4.1.1). */
static void add_body(struct gw_buf *out, struct gw_str text)
{
	struct gw_buf lines;

	gw_buf_init(&lines, 6 * text.len + 2);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '\r' && i + 1 < text.len && text.data[i + 1] == '\n')
			continue;
		if (c == '\r' || c == '\n')
			gw_buf_add_c(&lines, "\r\n");
		else
			gw_buf_add_char(&lines, c);
	}
	gw_buf_add_c(&lines, "\r\n");
	for (size_t i = 0; i < lines.len; i += LINE_BYTES) {
		size_t left = lines.len - i;

		gw_base64_encode(out, lines.data + i, left < LINE_BYTES ? left : LINE_BYTES);
		gw_buf_add_c(out, "\r\n");
	}
	gw_buf_release(&lines);
}

/* What may stand between the brackets of a msg-id (RFC 5322, 3.6.4), as far as headers and lines are safe with it. */
static bool is_message_id(struct gw_str id)
{
	for (size_t i = 0; i < id.len; i++) {
		if (id.data[i] <= ' ' || id.data[i] >= 0x7f || id.data[i] == '<' ||
		    id.data[i] == '>')
			return false;
	}
	return id.len > 2 && id.len <= MESSAGE_ID_MAX && memchr(id.data, '@', id.len) != NULL;
}

static void add_message_id(struct gw_buf *out, const char *header, struct gw_str id)
{
	gw_buf_add_c(out, header);
	gw_buf_add_char(out, '<');
	gw_buf_add_str(out, id);
	gw_buf_add_c(out, ">\r\n");
}

/* In-Reply-To and References (RFC 5322, 3.6.4). */
static void add_thread(struct gw_buf *out, const struct gw_mail *mail)
{
	bool answers = is_message_id(mail->answered);
	struct gw_str rest = mail->earlier;
	const char *header = "References: ";

	if (answers)
		add_message_id(out, "In-Reply-To: ", mail->answered);
	while (rest.len > 0) {
		const char *end = memchr(rest.data, '\n', rest.len);
		struct gw_str id = {rest.data, end != NULL ? (size_t)(end - rest.data) : rest.len};

		rest.data += id.len + (end != NULL);
		rest.len -= id.len + (end != NULL);
		if (!is_message_id(id) || (answers && gw_str_equal(id, mail->answered)))
			continue;
		add_message_id(out, header, id);
		header = " ";
	}
	if (answers)
		add_message_id(out, header, mail->answered);
}

size_t gw_mail_size(const struct gw_mail *mail)
{
	/* line ends may double the text, base64 and its own line ends take 78 for 57 */
	return 3 * mail->text.len + 2 * mail->earlier.len + 16384;
}

void gw_mail_write(struct gw_buf *out, const struct gw_mail *mail)
{
	add_address(out, "From", mail->from_name, mail->from);
	add_address(out, "To", mail->to_name, mail->to);
	if (mail->reply_to.len > 0)
		add_address(out, "Reply-To", GW_STR_NULL, mail->reply_to);
	gw_buf_add_c(out, "Subject: ");
	add_words(out, mail->subject, SUBJECT_MARKS);
	gw_buf_add_c(out, "\r\n");
	add_date(out, mail->time);
	add_message_id(out, "Message-ID: ", mail->message_id);
	add_thread(out, mail);
	/* no out-of-office replies to a program (RFC 3834, 5) */
	gw_buf_add_c(out, "Auto-Submitted: ");
	gw_buf_add_c(out, mail->answered.len > 0 ? "auto-replied\r\n" : "auto-generated\r\n");
	gw_buf_add_c(out, "MIME-Version: 1.0\r\n"
			  "Content-Type: text/plain; charset=utf-8\r\n"
			  "Content-Transfer-Encoding: base64\r\n"
			  "\r\n");
	add_body(out, mail->text);
}
