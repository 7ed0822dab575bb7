/* SPDX-License-Identifier: ISC */
/*
 * charset.c: text in any character set becomes UTF-8, and paragraphs that were broken for sending are put together. See text.h.
 */
#include "letters/text.h"

#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* What mail programs mean by the names they use. */
static const struct {
	const char *said, *meant;
} supersets[] = {
	{"gb2312", "GB18030"},
	{"gbk", "GB18030"},
	{"x-gbk", "GB18030"},
	{"hz-gb-2312", "HZ"},
	{"iso-8859-1", "CP1252"},
	{"latin1", "CP1252"},
	{"iso-8859-9", "CP1254"},
	{"shift_jis", "CP932"},
	{"shift-jis", "CP932"},
	{"x-sjis", "CP932"},
	{"ks_c_5601-1987", "CP949"},
	{"euc-kr", "CP949"},
	{"iso-2022-jp", "ISO-2022-JP-2"},
	{"us-ascii", "CP1252"},
	{"ascii", "CP1252"},
	{"ansi_x3.4-1968", "CP1252"},
	{"big5", "BIG5-HKSCS"},
	{"iso-8859-8-i", "ISO-8859-8"},
	{"unicode-1-1-utf-7", "UTF-7"},
	{"utf8", "UTF-8"},
};

/* Character sets of one byte that mail programs name when they do not know better. */
static bool is_a_guess(const char *charset)
{
	return charset == NULL || strcasecmp(charset, "us-ascii") == 0 ||
	       strcasecmp(charset, "ascii") == 0 || strcasecmp(charset, "iso-8859-1") == 0 ||
	       strcasecmp(charset, "latin1") == 0 || strcasecmp(charset, "windows-1252") == 0 ||
	       strcasecmp(charset, "unknown-8bit") == 0 || strcasecmp(charset, "x-unknown") == 0 ||
	       strcasecmp(charset, "default") == 0;
}

static const char *meaning(const char *charset)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(supersets); i++) {
		if (strcasecmp(charset, supersets[i].said) == 0)
			return supersets[i].meant;
	}
	return charset;
}

/* gcc takes (iconv_t)-1, which is nothing, for something to be closed */
#ifndef __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* False: nobody knows the character set. What does not fit it becomes U+FFFD. */
static bool convert(struct gw_buf *out, struct gw_str bytes, const char *charset)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): iconv(3) wants it so, and changes nothing */
	char *in = (char *)(uintptr_t)bytes.data;
	size_t in_left = bytes.len;

	if (cd == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr): iconv_open(3) says so */
		return false;
	while (in_left > 0) {
		char piece[4096];
		char *to = piece;
		size_t room = sizeof(piece);
		size_t done = iconv(cd, &in, &in_left, &to, &room);

		gw_buf_add(out, piece, sizeof(piece) - room);
		if (done != (size_t)-1 || errno == E2BIG)
			continue;
		gw_buf_add_c(out, REPLACEMENT);
		if (in_left > 0) {
			in++;
			in_left--;
		}
		(void)iconv(cd, NULL, NULL, NULL, NULL);
	}
	(void)iconv_close(cd);
	return true;
}

#ifndef __clang__
#pragma GCC diagnostic pop
#endif

static bool has_eighth_bit(struct gw_str bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if ((unsigned char)bytes.data[i] >= 0x80)
			return true;
	}
	return false;
}

/* ISO-2022-JP shifts with escape sequences, which nothing else has in mail. */
static bool has_shifts(struct gw_str bytes)
{
	return memmem(bytes.data, bytes.len, "\x1b$B", 3) != NULL ||
	       memmem(bytes.data, bytes.len, "\x1b$@", 3) != NULL;
}

static void to_utf8(struct gw_buf *out, struct gw_str bytes, const char *charset)
{
	bool eight = has_eighth_bit(bytes);

	if (is_a_guess(charset) && bytes.len > 0 && has_shifts(bytes) &&
	    convert(out, bytes, "ISO-2022-JP-2"))
		return;
	/* what is UTF-8 by chance in another character set is very short */
	if (is_a_guess(charset) && (!eight || gw_utf8_valid(bytes))) {
		gw_buf_add_str(out, bytes);
		return;
	}
	if (charset != NULL && convert(out, bytes, meaning(charset)))
		return;
	if (gw_utf8_valid(bytes))
		gw_buf_add_str(out, bytes);
	else if (!convert(out, bytes, "CP1252"))
		gw_utf8_repair(out, bytes);
}

void gw_text_decode(struct gw_buf *out, struct gw_str bytes, const char *charset)
{
	struct gw_buf raw;
	struct gw_buf clean;

	gw_buf_init(&raw, 4 * bytes.len + 16);
	to_utf8(&raw, bytes, charset);
	gw_buf_init(&clean, 3 * raw.len + 16);
	gw_utf8_repair(&clean, gw_buf_str(&raw));
	for (size_t i = 0; i < clean.len; i++) {
		unsigned char c = (unsigned char)clean.data[i];

		if (c == '\r') {
			if (i + 1 < clean.len && clean.data[i + 1] == '\n')
				continue;
			c = '\n';
		}
		/* a byte order mark, a NUL that was repaired, a form feed: nothing that was said */
		if (c == 0xef && i + 2 < clean.len &&
		    memcmp(clean.data + i, "\xef\xbb\xbf", 3) == 0) {
			i += 2;
			continue;
		}
		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			continue;
		gw_buf_add_char(out, (char)c);
	}
	gw_buf_release(&raw);
	gw_buf_release(&clean);
}

static size_t quote_depth(struct gw_str line)
{
	size_t depth = 0;

	while (depth < line.len && line.data[depth] == '>')
		depth++;
	return depth;
}

static struct gw_str next_line(struct gw_str *rest)
{
	const char *end = memchr(rest->data, '\n', rest->len);
	struct gw_str line = {rest->data, end != NULL ? (size_t)(end - rest->data) : rest->len};
	size_t step = line.len + (end != NULL);

	rest->data += step;
	rest->len -= step;
	return line;
}

void gw_text_unflow(struct gw_buf *out, struct gw_str text, bool delsp)
{
	struct gw_str rest = text;
	size_t open_depth = 0;
	bool open = false; /* a paragraph that goes on */

	while (rest.len > 0) {
		struct gw_str line = next_line(&rest);
		size_t depth = quote_depth(line);
		bool flows = false;

		line.data += depth;
		line.len -= depth;
		if (line.len > 0 && line.data[0] == ' ') { /* space-stuffed */
			line.data++;
			line.len--;
		}
		flows = line.len > 0 && line.data[line.len - 1] == ' ' &&
			!gw_str_equal_c(line, "-- ");
		if (open && (depth != open_depth || gw_str_equal_c(line, "-- "))) {
			gw_buf_add_char(out, '\n');
			open = false;
		}
		if (!open) {
			for (size_t i = 0; i < depth; i++)
				gw_buf_add_char(out, '>');
			if (depth > 0)
				gw_buf_add_char(out, ' ');
		}
		if (flows && delsp)
			line.len--;
		gw_buf_add_str(out, line);
		if (!flows)
			gw_buf_add_char(out, '\n');
		open = flows;
		open_depth = depth;
	}
	if (open)
		gw_buf_add_char(out, '\n');
}
