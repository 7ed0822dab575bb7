/* SPDX-License-Identifier: ISC */
/*
 * nearness.c: see nearness.h.
 */
#include "gateway/nearness.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define LETTERS_MAX 100 /* of a name that are compared letter by letter; the columns hold no more */
#define PART_MIN 2      /* characters of a name, or of a word, that say anything by themselves */

/* ASCII besides letters, digits and what a name may well end or begin with, such as the parts of "C++" and "100%_done". */
static const char ascii_around[] = "\t\n\v\f\r \"'`@#*~<>()[]{}.,;:!?|\\/";

/* The same in other scripts: quotes, brackets, full stops, commas. */
static bool is_around(uint32_t code)
{
	return (code < 0x80 && code != 0 && strchr(ascii_around, (int)code) != NULL) ||
	       code == 0xA0 || code == 0xA1 || code == 0xAB || code == 0xB4 || code == 0xBB ||
	       code == 0xBF || (code >= 0x2010 && code <= 0x203A) ||
	       (code >= 0x3000 && code <= 0x3003) || (code >= 0x3008 && code <= 0x3011) ||
	       (code >= 0x3014 && code <= 0x301F) || (code >= 0xFF01 && code <= 0xFF0F) ||
	       (code >= 0xFF1A && code <= 0xFF20) || code == 0xFF3B || code == 0xFF3D ||
	       (code >= 0xFF5B && code <= 0xFF65);
}

struct gw_str gw_name_bare(struct gw_str text)
{
	uint32_t code = 0;
	size_t len = 0;
	size_t end = 0; /* of the last character that stays, from where the text begins now */

	while ((len = gw_utf8_decode(text, &code)) > 0 && is_around(code))
		text = (struct gw_str){text.data + len, text.len - len};
	for (size_t at = 0; at < text.len; at += len) {
		len = gw_utf8_decode((struct gw_str){text.data + at, text.len - at}, &code);
		if (len == 0)
			break;
		if (!is_around(code))
			end = at + len;
	}
	return (struct gw_str){text.data, end};
}

static size_t letters_of(struct gw_str text, uint32_t letters[LETTERS_MAX])
{
	size_t count = 0;
	size_t len = 0;

	while (count < LETTERS_MAX && (len = gw_utf8_decode(text, &letters[count])) > 0) {
		text = (struct gw_str){text.data + len, text.len - len};
		count++;
	}
	return count;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters to change, add, leave out or swap with their neighbour (optimal string alignment). */
static unsigned distance(const uint32_t *a, size_t a_len, const uint32_t *b, size_t b_len)
{
	unsigned rows[3][LETTERS_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i - 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]),
				       least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

static bool contains(struct gw_str whole, struct gw_str part)
{
	return gw_utf8_length(part) >= PART_MIN &&
	       memmem(whole.data, whole.len, part.data, part.len) != NULL;
}

/* Takes the next word off *rest; false if there is none. Keys have single blanks. */
static bool next_word(struct gw_str *rest, struct gw_str *ret_word)
{
	const char *blank = rest->len > 0 ? memchr(rest->data, ' ', rest->len) : NULL;
	size_t len = blank != NULL ? (size_t)(blank - rest->data) : rest->len;
	size_t skip = blank != NULL ? len + 1 : len;

	if (rest->len == 0)
		return false;
	*ret_word = (struct gw_str){rest->data, len};
	*rest = (struct gw_str){rest->data + skip, rest->len - skip};
	return true;
}

static bool share_a_word(struct gw_str a, struct gw_str b)
{
	struct gw_str word = GW_STR_NULL;
	struct gw_str other = GW_STR_NULL;

	while (next_word(&a, &word)) {
		struct gw_str rest = b;

		while (gw_utf8_length(word) > PART_MIN && next_word(&rest, &other)) {
			if (gw_str_equal(word, other))
				return true;
		}
	}
	return false;
}

unsigned gw_nearness(struct gw_str wanted, struct gw_str key)
{
	uint32_t a[LETTERS_MAX];
	uint32_t b[LETTERS_MAX];
	size_t a_len = letters_of(wanted, a);
	size_t b_len = letters_of(key, b);
	unsigned changes = 0;

	if (a_len == 0 || b_len == 0)
		return GW_NEARNESS_NONE;
	if (gw_str_equal(wanted, key))
		return 0;
	changes = distance(a, a_len, b, b_len);
	if (changes <= (a_len + 3) / 4 && changes < a_len)
		return changes;
	if (contains(key, wanted) || contains(wanted, key))
		return GW_NEARNESS_NONE / 2;
	return share_a_word(wanted, key) ? GW_NEARNESS_NONE - 1 : GW_NEARNESS_NONE;
}
