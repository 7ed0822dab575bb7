/* SPDX-License-Identifier: ISC */
/*
 * reply.c: what somebody said in an answer, without what his mail program put around it. See text.h.
 *
 * Lines are sorted into kinds first: quoted, the line that introduces a quote, the header block of Outlook and its like, a
 * signature, words. What is dropped is decided by how they follow each other, so that answers above, below and in between come out.
 * In doubt a line stays: too much is a nuisance, too little is a loss.
 */
#include "letters/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

#define LINES_MAX 200000
#define WROTE_LINES 4      /* that an introduction may be broken into */
#define WROTE_MAX 400      /* bytes of one */
#define HEADER_LINES 8     /* in which a header block must show itself */
#define SIGNATURE_LINES 12 /* from the end: longer is none without the mark of RFC 3676 */
#define MOBILE_LINES 4     /* from the end */
#define MOBILE_MAX 120     /* bytes of such a line */

enum kind { BLANK, WORDS, QUOTED, INTRODUCTION, SIGNATURE, GONE };

struct line {
	struct gw_str text; /* without blanks at its end */
	enum kind kind;
};

struct letter {
	struct line *lines;
	size_t count;
};

static bool begins_with(struct gw_str text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && strncasecmp(text.data, prefix, len) == 0;
}

static bool contains(struct gw_str text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++) {
		if (strncasecmp(text.data + i, word, len) == 0)
			return true;
	}
	return false;
}

static bool ends_with(struct gw_str text, const char *suffix)
{
	size_t len = strlen(suffix);

	return text.len >= len && memcmp(text.data + text.len - len, suffix, len) == 0;
}

static bool contains_one_of(struct gw_str text, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		if (contains(text, words[i]))
			return true;
	}
	return false;
}

static bool begins_with_one_of(struct gw_str text, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		if (begins_with(text, words[i]))
			return true;
	}
	return false;
}

static bool has_digit_or_address(struct gw_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((text.data[i] >= '0' && text.data[i] <= '9') || text.data[i] == '@')
			return true;
	}
	return false;
}

/* -- lines of their own kind */

/* "On Monday, Ada <ada@example.org> wrote:", in the languages of those who write. */
static bool is_introduction(struct gw_str text)
{
	static const char *const wrote[] = {
		"wrote",
		"writes",
		"schrieb",
		"geschrieben",
		"a \xc3\xa9"
		"crit",
		"a ecrit",
		"escribi\xc3\xb3",
		"escribio",
		"ha scritto",
		"escreveu",
		"schreef",
		"skrev",
		"napisa",
		"\xe5\x86\x99\xe9\x81\x93" /* xie dao */,
		"\xe5\xaf\xab\xe9\x81\x93",
		"\xe6\x9b\xb8\xe3\x81\x8d\xe3\x81\xbe\xe3\x81\x97\xe3\x81\x9f",
		"\xd0\xbd\xd0\xb0\xd0\xbf\xd0\xb8\xd1\x81\xd0\xb0" /* napisa */,
		"kirjoitti",
		"yazd\xc4\xb1",
		"napsal",
		NULL};
	struct gw_str trimmed = gw_str_trim(text);

	if (!ends_with(trimmed, ":") && !ends_with(trimmed, "\xef\xbc\x9a"))
		return false;
	return trimmed.len <= WROTE_MAX && has_digit_or_address(trimmed) &&
	       contains_one_of(trimmed, wrote);
}

/* How an introduction begins that mail programs break into several lines. */
static bool may_introduce(struct gw_str text)
{
	static const char *const beginnings[] = {"On ",
						 "Am ",
						 "Le ",
						 "El ",
						 "Il ",
						 "Em ",
						 "Op ",
						 "Den ",
						 "Dnia ",
						 "W dniu ",
						 "\xe5\x9c\xa8" /* zai */,
						 "\xe4\xba\x8e" /* yu */,
						 NULL};
	struct gw_str trimmed = gw_str_trim(text);

	return begins_with_one_of(trimmed, beginnings) ||
	       (trimmed.len > 0 && trimmed.data[0] >= '0' && trimmed.data[0] <= '9');
}

/* "-----Original Message-----" and its like. */
static bool is_divider(struct gw_str text)
{
	static const char *const words[] = {
		"Original Message",
		"Original-Nachricht",
		"Urspr\xc3\xbcngliche Nachricht",
		"Originalnachricht",
		"Message d'origine",
		"Message original",
		"Mensaje original",
		"Messaggio originale",
		"Mensagem original",
		"Oorspronkelijk bericht",
		"\xe5\x8e\x9f\xe5\xa7\x8b\xe9\x82\xae\xe4\xbb\xb6" /* yuanshi youjian */,
		"\xe5\x8e\x9f\xe5\xa7\x8b\xe9\x83\xb5\xe4\xbb\xb6",
		"\xe5\x8e\x9f\xe9\x82\xae\xe4\xbb\xb6",
		"Forwarded message",
		"Weitergeleitete Nachricht",
		"Message transf\xc3\xa9r\xc3\xa9",
		"\xe8\xbd\xac\xe5\x8f\x91\xe9\x82\xae\xe4\xbb\xb6" /* zhuanfa youjian */,
		"\xe5\x85\x83\xe3\x81\xae\xe3\x83\xa1\xe3\x83\x83\xe3\x82\xbb\xe3\x83\xbc\xe3\x82"
		"\xb8",
		NULL};
	struct gw_str trimmed = gw_str_trim(text);

	return trimmed.len > 6 && trimmed.len < 120 &&
	       (memcmp(trimmed.data, "---", 3) == 0 || begins_with(trimmed, "Begin forwarded") ||
		memcmp(trimmed.data, "___", 3) == 0) &&
	       contains_one_of(trimmed, words);
}

/* "From: …" as the first of the lines that Outlook puts over what it quotes. */
static bool is_from_field(struct gw_str text)
{
	static const char *const names[] = {"From:",
					    "*From:",
					    "Von:",
					    "*Von:",
					    "De :",
					    "De:",
					    "*De :",
					    "*De:",
					    "Da:",
					    "Van:",
					    "Fra:",
					    "Fr\xc3\xa5n:",
					    "Od:",
					    "\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba:" /* fajianren */,
					    "\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba\xef\xbc\x9a",
					    "\xe5\xaf\x84\xe4\xbb\xb6\xe8\x80\x85:",
					    "\xe5\xaf\x84\xe4\xbb\xb6\xe8\x80\x85\xef\xbc\x9a",
					    "\xe5\xb7\xae\xe5\x87\xba\xe4\xba\xba:",
					    "\xe5\x8f\x91\xe8\x87\xaa:",
					    "\xe5\x8f\x91\xe8\x87\xaa\xef\xbc\x9a",
					    NULL};

	return begins_with_one_of(gw_str_trim(text), names);
}

static bool is_other_field(struct gw_str text)
{
	static const char *const names[] = {
		"Sent:",
		"*Sent:",
		"Date:",
		"*Date:",
		"To:",
		"*To:",
		"Cc:",
		"*Cc:",
		"Subject:",
		"*Subject:",
		"Gesendet:",
		"*Gesendet:",
		"Datum:",
		"An:",
		"*An:",
		"Betreff:",
		"*Betreff:",
		"Kopie:",
		"Envoy\xc3\xa9 :",
		"Envoy\xc3\xa9:",
		"\xc3\x80 :",
		"\xc3\x80:",
		"Objet :",
		"Objet:",
		"Enviado",
		"Para:",
		"Asunto:",
		"Inviato:",
		"A:",
		"Oggetto:",
		"Verzonden:",
		"Aan:",
		"Onderwerp:",
		"Reply-To:",
		"\xe5\x8f\x91\xe9\x80\x81\xe6\x97\xb6\xe9\x97\xb4" /* fasong shijian */,
		"\xe5\x8f\x91\xe9\x80\x81\xe6\x97\xa5\xe6\x9c\x9f",
		"\xe6\x97\xa5\xe6\x9c\x9f" /* riqi */,
		"\xe6\x94\xb6\xe4\xbb\xb6\xe4\xba\xba" /* shoujianren */,
		"\xe4\xb8\xbb\xe9\xa2\x98" /* zhuti */,
		"\xe6\x8a\x84\xe9\x80\x81" /* chaosong */,
		"\xe4\xb8\xbb\xe6\x97\xa8",
		"\xe6\x97\xb6\xe9\x97\xb4" /* shijian */,
		"\xe9\x80\x81\xe4\xbf\xa1\xe6\x97\xa5\xe6\x99\x82",
		"\xe5\xae\x9b\xe5\x85\x88",
		"\xe4\xbb\xb6\xe5\x90\x8d",
		NULL};

	return begins_with_one_of(gw_str_trim(text), names);
}

/* A header block begins at line `at`: From and at least two other fields in the lines behind it. */
static bool is_header_block(const struct letter *letter, size_t at)
{
	unsigned fields = 0;

	if (!is_from_field(letter->lines[at].text))
		return false;
	for (size_t i = at + 1; i < letter->count && i <= at + HEADER_LINES; i++)
		fields += is_other_field(letter->lines[i].text);
	return fields >= 2;
}

/* What telephones and programs write under every letter. */
static bool is_mobile_signature(struct gw_str text)
{
	static const char *const words[] = {
		"Sent from my ",
		"Sent from Mail for",
		"Sent from Outlook",
		"Sent from Yahoo",
		"Sent with Proton",
		"Sent from Proton",
		"Sent via ",
		"Get Outlook for ",
		"Sent from the ",
		"Von meinem ",
		"Gesendet von ",
		"Gesendet mit ",
		"Diese Nachricht wurde von ",
		"Holen Sie sich Outlook",
		"Outlook f\xc3\xbcr ",
		"Envoy\xc3\xa9 de",
		"Envoy\xc3\xa9 \xc3\xa0 partir",
		"T\xc3\xa9l\xc3\xa9"
		"charger Outlook",
		"Obtenez Outlook",
		"Enviado desde ",
		"Enviado do meu",
		"Inviato da",
		"Verstuurd vanaf",
		"Skickat fr\xc3\xa5n",
		"\xe5\x8f\x91\xe8\x87\xaa\xe6\x88\x91\xe7\x9a\x84" /* fa zi wo de */,
		"\xe4\xbb\x8e\xe6\x88\x91\xe7\x9a\x84" /* cong wo de */,
		"\xe5\x8f\x91\xe8\x87\xaa Outlook",
		"\xe8\x8e\xb7\xe5\x8f\x96 Outlook" /* huoqu */,
		"\xe5\xaf\x84\xe8\x87\xaa\xe6\x88\x91\xe7\x9a\x84",
		NULL};
	static const char *const devices[] = {"iPhone",
					      "iPad",
					      "Android",
					      "Galaxy",
					      "Samsung",
					      "Huawei",
					      "Windows",
					      "Outlook",
					      "Mail",
					      "Handy",
					      "Ger\xc3\xa4t",
					      "BlackBerry",
					      "Yahoo",
					      "Telekom",
					      "Smartphone",
					      "mobile",
					      "t\xc3\xa9l\xc3\xa9phone",
					      "m\xc3\xb3vil",
					      "telefono",
					      "GMX",
					      "WEB.DE",
					      "K-9",
					      "phone",
					      "Pixel",
					      "HONOR",
					      "Xiaomi",
					      "\xe5\xb0\x8f\xe7\xb1\xb3",
					      "QQ",
					      "\xe6\x89\x8b\xe6\x9c\xba" /* shouji */,
					      "\xe9\x82\xae\xe7\xae\xb1" /* youxiang */,
					      "\xe5\x8d\x8e\xe4\xb8\xba",
					      NULL};
	struct gw_str trimmed = gw_str_trim(text);

	return trimmed.len > 0 && trimmed.len <= MOBILE_MAX && begins_with_one_of(trimmed, words) &&
	       contains_one_of(trimmed, devices);
}

static bool is_signature_mark(struct gw_str raw)
{
	return gw_str_equal_c(raw, "-- ") || gw_str_equal_c(raw, "--") ||
	       gw_str_equal_c(raw, "\xe2\x80\x94");
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

		if (trimmed.len > 0 &&
		    (trimmed.data[0] == '>' || begins_with(trimmed, "\xef\xbc\x9e")))
			letter->lines[i].kind = QUOTED;
	}
}

/* An introduction may be broken, and only its last line ends in "wrote:". */
static size_t introduction_length(const struct letter *letter, size_t at)
{
	char joined[WROTE_MAX + 1];
	size_t len = 0;

	for (size_t i = at; i < letter->count && i < at + WROTE_LINES; i++) {
		struct gw_str text = letter->lines[i].text;

		if (letter->lines[i].kind != WORDS || len + text.len + 1 > WROTE_MAX)
			return 0;
		memcpy(joined + len, text.data, text.len);
		len += text.len;
		joined[len++] = ' ';
		if (is_introduction((struct gw_str){joined, len}))
			return i == at || may_introduce(letter->lines[at].text) ? i - at + 1 : 0;
		/* a sentence that has ended introduces nothing */
		if (ends_with(gw_str_trim(text), "."))
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
		    (!is_divider(letter->lines[i].text) && !is_header_block(letter, i)))
			continue;
		/* a ruler right above belongs to it */
		while (end > 0 && (letter->lines[end - 1].kind == BLANK ||
				   begins_with(gw_str_trim(letter->lines[end - 1].text), "_____")))
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

		if (letter->lines[i].kind != WORDS || !is_signature_mark(letter->lines[i].text) ||
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
		    !is_mobile_signature(letter->lines[i - 1].text))
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

struct gw_str gw_text_bare_subject(struct gw_str subject)
{
	static const char *const prefixes[] = {"Re:",
					       "RE:",
					       "AW:",
					       "Aw:",
					       "Antw:",
					       "Antwort:",
					       "SV:",
					       "VS:",
					       "RV:",
					       "Rif:",
					       "R:",
					       "RES:",
					       "Odp:",
					       "YNT:",
					       "Fwd:",
					       "Fw:",
					       "WG:",
					       "TR:",
					       "Re :",
					       "RE :",
					       "R\xc3\xa9p:",
					       "R\xc3\xa9p :",
					       "\xe5\x9b\x9e\xe5\xa4\x8d:" /* huifu */,
					       "\xe5\x9b\x9e\xe5\xa4\x8d\xef\xbc\x9a",
					       "\xe7\xad\x94\xe5\xa4\x8d:" /* dafu */,
					       "\xe7\xad\x94\xe5\xa4\x8d\xef\xbc\x9a",
					       "\xe5\x9b\x9e\xe8\xa6\x86:",
					       "\xe5\x9b\x9e\xe8\xa6\x86\xef\xbc\x9a",
					       "\xe8\xbd\xac\xe5\x8f\x91:" /* zhuanfa */,
					       "\xe8\xbd\xac\xe5\x8f\x91\xef\xbc\x9a",
					       "Re\xef\xbc\x9a"};
	struct gw_str rest = gw_str_trim(subject);
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < GW_ARRAY_LEN(prefixes) && !again; i++) {
			if (!begins_with(rest, prefixes[i]))
				continue;
			rest.data += strlen(prefixes[i]);
			rest.len -= strlen(prefixes[i]);
			rest = gw_str_trim(rest);
			again = true;
		}
	}
	return rest;
}
