/* SPDX-License-Identifier: ISC */
/*
 * text.c: integers and UTF-8 in text from outside.
 */
#include "base/text.h"

#include <string.h>

bool gw_parse_int64(struct gw_str text, int64_t min, int64_t max, int64_t *ret_value)
{
	bool negative = false;
	int64_t value = 0;
	size_t i = 0;

	if (text.len > 0 && (text.data[0] == '-' || text.data[0] == '+')) {
		negative = text.data[0] == '-';
		i = 1;
	}
	if (i == text.len)
		return false;
	/* counted downwards: INT64_MIN has no positive counterpart */
	for (; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, text.data[i] - '0', &value))
			return false;
	}
	if (!negative) {
		if (value == INT64_MIN)
			return false;
		value = -value;
	}
	if (value < min || value > max)
		return false;
	*ret_value = value;
	return true;
}

static bool in_range(unsigned char byte, unsigned char low, unsigned char high)
{
	return byte >= low && byte <= high;
}

/*
 * Looks at the sequence at the beginning of `text`, which must not be empty. True: a well-formed
 * character of *ret_len bytes (RFC 3629, section 4). False: *ret_len bytes, at least one, that a
 * decoder replaces by one U+FFFD: the longest beginning of a well-formed character (Unicode,
 * "substitution of maximal subparts").
 */
static bool scan(struct gw_str text, size_t *ret_len, uint32_t *ret_code)
{
	const unsigned char *bytes = (const unsigned char *)text.data;
	unsigned char low = 0x80;
	unsigned char high = 0xBF;
	uint32_t code = 0;
	size_t len = 0;

	if (bytes[0] < 0x80) {
		*ret_len = 1;
		*ret_code = bytes[0];
		return true;
	}
	if (in_range(bytes[0], 0xC2, 0xDF)) {
		len = 2;
		code = bytes[0] & 0x1FU;
	} else if (in_range(bytes[0], 0xE0, 0xEF)) {
		len = 3;
		code = bytes[0] & 0x0FU;
	} else if (in_range(bytes[0], 0xF0, 0xF4)) {
		len = 4;
		code = bytes[0] & 0x07U;
	} else {
		*ret_len = 1;
		return false;
	}

	/* the second byte keeps out overlong forms, surrogates and what lies past U+10FFFF */
	if (bytes[0] == 0xE0)
		low = 0xA0;
	else if (bytes[0] == 0xED)
		high = 0x9F;
	else if (bytes[0] == 0xF0)
		low = 0x90;
	else if (bytes[0] == 0xF4)
		high = 0x8F;

	for (size_t i = 1; i < len; i++) {
		if (i == text.len || !in_range(bytes[i], low, high)) {
			*ret_len = i;
			return false;
		}
		code = code << 6 | (bytes[i] & 0x3FU);
		low = 0x80;
		high = 0xBF;
	}
	*ret_len = len;
	*ret_code = code;
	return true;
}

size_t gw_utf8_decode(struct gw_str text, uint32_t *ret_code)
{
	size_t len = 0;

	return text.len > 0 && scan(text, &len, ret_code) ? len : 0;
}

/*
 * The number of bytes at the beginning of `text` that are ASCII; counted in words, most text is
 * nothing else.
 */
static size_t ascii_prefix(struct gw_str text)
{
	size_t len = 0;
	uint64_t word = 0;

	while (text.len - len >= sizeof word) {
		memcpy(&word, text.data + len, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			break;
		len += sizeof word;
	}
	while (len < text.len && (unsigned char)text.data[len] < 0x80)
		len++;
	return len;
}

static struct gw_str skip(struct gw_str text, size_t len)
{
	return (struct gw_str){text.data + len, text.len - len};
}

bool gw_utf8_valid(struct gw_str text)
{
	uint32_t code = 0;
	size_t len = 0;

	while (text.len > 0) {
		len = ascii_prefix(text);
		if (len == 0 && !scan(text, &len, &code))
			return false;
		text = skip(text, len);
	}
	return true;
}

struct gw_str gw_utf8_cut(struct gw_str text, size_t max)
{
	if (text.len <= max)
		return text;
	text.len = max;
	/* the first byte that is cut off must not be one that continues a character */
	while (text.len > 0 && ((unsigned char)text.data[text.len] & 0xC0) == 0x80)
		text.len--;
	return text;
}

size_t gw_utf8_length(struct gw_str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
	return count;
}

void gw_utf8_repair(struct gw_buf *out, struct gw_str text)
{
	static const struct gw_str replacement = {"\xEF\xBF\xBD", 3};

	while (text.len > 0) {
		struct gw_str good = text;
		uint32_t code = 0;
		size_t len = 0;

		while (text.len > 0 && scan(text, &len, &code) && code != 0)
			text = skip(text, len);
		good.len -= text.len;
		gw_buf_add_str(out, good);
		if (text.len > 0) {
			gw_buf_add_str(out, replacement);
			text = skip(text, len);
		}
	}
}
