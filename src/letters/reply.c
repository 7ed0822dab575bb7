/* SPDX-License-Identifier: ISC */
/*
 * reply.c: what somebody said in an answer, without what his mail program put around it. See text.h.
 *
 * Lines are sorted into kinds first: quoted, the line that introduces a quote, the header block of Outlook and its like, a
 * signature, words. What is dropped is decided by how they follow each other, so that answers above, below and in between come out.
 * In doubt a line stays: too much is a nuisance, too little is a loss.
 */
#include "letters/reply_line.h"
#include "letters/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

#define LINES_MAX 200000
#define WROTE_LINES 4      /* that an introduction may be broken into */
#define HEADER_LINES 8     /* in which a header block must show itself */
#define SIGNATURE_LINES 12 /* from the end: longer is none without the mark of RFC 3676 */
#define MOBILE_LINES 4     /* from the end */

enum kind { BLANK, WORDS, QUOTED, INTRODUCTION, SIGNATURE, GONE };

struct line {
	struct gw_str text; /* without blanks at its end */
	enum kind kind;
};

struct letter {
	struct line *lines;
	size_t count;
};

/* A header block begins at line `at`: From and at least two other fields in the lines behind it. */
static bool is_header_block(const struct letter *letter, size_t at)
{
	unsigned fields = 0;

	if (!gw_line_is_from_field(letter->lines[at].text))
		return false;
	for (size_t i = at + 1; i < letter->count && i <= at + HEADER_LINES; i++)
		fields += gw_line_is_other_field(letter->lines[i].text);
	return fields >= 2;
}

/* -- sorting */

static void split(struct gw_str text, struct letter *letter)
{
	size_t count = 1;
	size_t start = 0;

	for (size_t i = 0; i < text.len && count < LINES_MAX; i++)
		count += text.data[i] == '\n';
	letter->lines = gw_xcalloc(count, sizeof(*letter->lines));
	for (size_t i = 0; i <= text.len && letter->count < count; i++) {
		struct line *line = &letter->lines[letter->count];
		bool last = letter->count + 1 == count;

		if (i < text.len && (text.data[i] != '\n' || last))
			continue;
		line->text = (struct gw_str){text.data + start, i - start};
		line->kind = gw_str_trim(line->text).len == 0 ? BLANK : WORDS;
		letter->count++;
		start = i + 1;
	}
}

/* The last line of a kind; -1: there is none. */
static ptrdiff_t find_last(const struct letter *letter, enum kind kind)
{
	ptrdiff_t at = (ptrdiff_t)letter->count - 1;

	while (at >= 0 && letter->lines[at].kind != kind)
		at--;
	return at;
}

static void mark_quotes(struct letter *letter)
{
	for (size_t i = 0; i < letter->count; i++) {
		struct gw_str trimmed = gw_str_trim(letter->lines[i].text);

		if (trimmed.len > 0 && gw_line_is_quoted(trimmed))
			letter->lines[i].kind = QUOTED;
	}
}

/* An introduction may be broken, and only its last line ends in "wrote:". */
static size_t introduction_length(const struct letter *letter, size_t at)
{
	char joined[GW_LINE_INTRODUCTION_MAX + 1];
	size_t len = 0;

	for (size_t i = at; i < letter->count && i < at + WROTE_LINES; i++) {
		struct gw_str text = letter->lines[i].text;

		if (letter->lines[i].kind != WORDS || len + text.len + 1 > GW_LINE_INTRODUCTION_MAX)
			return 0;
		memcpy(joined + len, text.data, text.len);
		len += text.len;
		joined[len++] = ' ';
		if (gw_line_is_introduction((struct gw_str){joined, len}))
			return i == at || gw_line_may_introduce(letter->lines[at].text) ? i - at + 1
											: 0;
		/* a sentence that has ended introduces nothing */
		if (text.len > 0 && text.data[text.len - 1] == '.')
			return 0;
	}
	return 0;
}

/* What is behind an introduction or a divider and not marked as quoted is quoted as well, if nothing else tells them apart. */
static void quote_the_rest(struct letter *letter, size_t from, ptrdiff_t last_quoted)
{
	if (last_quoted >= (ptrdiff_t)from)
		return;
	for (size_t i = from; i < letter->count; i++)
		letter->lines[i].kind = letter->lines[i].kind == BLANK ? BLANK : QUOTED;
}

static bool has_words(const struct letter *letter, size_t end)
{
	for (size_t i = 0; i < end; i++) {
		if (letter->lines[i].kind == WORDS)
			return true;
	}
	return false;
}

static void mark_introductions(struct letter *letter)
{
	ptrdiff_t last_quoted = find_last(letter, QUOTED);

	for (size_t i = 0; i < letter->count; i++) {
		size_t len = letter->lines[i].kind == WORDS ? introduction_length(letter, i) : 0;

		for (size_t j = 0; j < len; j++)
			letter->lines[i + j].kind = INTRODUCTION;
		if (len > 0 && has_words(letter, i))
			quote_the_rest(letter, i + len, last_quoted);
		if (len > 0)
			i += len - 1;
	}
}

/* Behind a divider or a header block everything is quoted, unless there is nothing before it: then nobody can tell. */
static void mark_blocks(struct letter *letter)
{
	for (size_t i = 0; i < letter->count; i++) {
		size_t end = i;

		if (letter->lines[i].kind != WORDS ||
		    (!gw_line_is_divider(letter->lines[i].text) && !is_header_block(letter, i)))
			continue;
		/* a ruler right above belongs to it */
		while (end > 0 && (letter->lines[end - 1].kind == BLANK ||
				   gw_line_is_rule(letter->lines[end - 1].text)))
			end--;
		if (!has_words(letter, end))
			continue;
		for (size_t j = end; j < letter->count; j++)
			letter->lines[j].kind = GONE;
		return;
	}
}

/* From the mark on to the next quote, or to the end. */
static void mark_signatures(struct letter *letter)
{
	size_t last = letter->count;

	while (last > 0 && letter->lines[last - 1].kind != WORDS)
		last--;
	for (size_t i = 0; i < letter->count; i++) {
		bool exact = gw_str_equal_c(letter->lines[i].text, "-- ");

		if (letter->lines[i].kind != WORDS ||
		    !gw_line_is_signature_mark(letter->lines[i].text) ||
		    (!exact && last - i > SIGNATURE_LINES))
			continue;
		for (; i < letter->count &&
		       (letter->lines[i].kind == WORDS || letter->lines[i].kind == BLANK);
		     i++)
			letter->lines[i].kind = SIGNATURE;
	}
}

/* The last words above a quote, or of all. */
static void mark_mobile_signatures(struct letter *letter)
{
	for (size_t i = letter->count; i > 0; i--) {
		unsigned behind = 0;

		if (letter->lines[i - 1].kind != WORDS ||
		    !gw_line_is_mobile_signature(letter->lines[i - 1].text))
			continue;
		for (size_t j = i; j < letter->count && letter->lines[j].kind != QUOTED &&
				   letter->lines[j].kind != INTRODUCTION;
		     j++) {
			if (behind == MOBILE_LINES || j > i + SIGNATURE_LINES)
				break;
			behind += letter->lines[j].kind == WORDS;
		}
		if (behind < MOBILE_LINES)
			letter->lines[i - 1].kind = SIGNATURE;
	}
}

/* -- choosing */

/* Blocks of words: one above or below quotes, or several in between. */
static unsigned count_answers(const struct letter *letter)
{
	unsigned count = 0;
	bool inside = false;

	for (size_t i = 0; i < letter->count; i++) {
		enum kind kind = letter->lines[i].kind;

		if (kind == WORDS && !inside)
			count++;
		if (kind == WORDS)
			inside = true;
		else if (kind == QUOTED)
			inside = false;
	}
	return count;
}

/* Answers in between: some words have a quote above and another one, with more words, below. */
static bool is_inline(const struct letter *letter)
{
	ptrdiff_t last_words = find_last(letter, WORDS);
	bool quoted = false;
	bool answered = false;

	for (ptrdiff_t i = 0; i < last_words; i++) {
		enum kind kind = letter->lines[i].kind;

		if (kind == QUOTED && answered)
			return true;
		quoted = quoted || kind == QUOTED;
		answered = answered || (quoted && kind == WORDS);
	}
	return false;
}

static void write_lines(struct gw_buf *out, const struct letter *letter, bool with_quotes)
{
	ptrdiff_t last_words = find_last(letter, WORDS);
	size_t begin = out->len;
	unsigned blank = 0;

	for (size_t i = 0; i < letter->count; i++) {
		const struct line *line = &letter->lines[i];
		struct gw_str text = line->text;
		bool keep = line->kind == WORDS ||
			    (with_quotes && line->kind == QUOTED && (ptrdiff_t)i < last_words);

		if (!keep) {
			blank += line->kind == BLANK || out->len > begin;
			continue;
		}
		while (text.len > 0 && strchr(" \t", text.data[text.len - 1]) != NULL)
			text.len--;
		if (out->len > begin)
			gw_buf_add_c(out, blank > 0 ? "\n\n" : "\n");
		gw_buf_add_str(out, text);
		blank = 0;
	}
}

void gw_text_reply(struct gw_buf *out, struct gw_str text)
{
	struct letter letter = {.lines = NULL};

	split(text, &letter);
	mark_quotes(&letter);
	mark_blocks(&letter);
	mark_introductions(&letter);
	mark_signatures(&letter);
	mark_mobile_signatures(&letter);
	write_lines(out, &letter, count_answers(&letter) > 1 && is_inline(&letter));
	free(letter.lines);
}
