/* SPDX-License-Identifier: ISC */
/*
 * str.c: comparing and trimming views, and UTF-8.
 */
#include "base/str.h"

#include <string.h>

struct gw_str gw_str(const char *cstr)
{
	return cstr ? (struct gw_str){cstr, strlen(cstr)} : GW_STR_NULL;
}

bool gw_str_equal(struct gw_str a, struct gw_str b)
{
	if (!a.data || !b.data)
		return !a.data && !b.data;
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

bool gw_str_equal_c(struct gw_str a, const char *cstr)
{
	return gw_str_equal(a, gw_str(cstr));
}

static bool in_range(unsigned char byte, unsigned char low, unsigned char high)
{
	return byte >= low && byte <= high;
}

bool gw_utf8_scan(struct gw_str text, size_t *ret_len, uint32_t *ret_code)
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

	return text.len > 0 && gw_utf8_scan(text, &len, ret_code) ? len : 0;
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
		if (len == 0 && !gw_utf8_scan(text, &len, &code))
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

/* The characters that Python's str.strip() takes away: Unicode's White_Space and U+001C-U+001F. */
static bool is_space(uint32_t code)
{
	return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x20) || code == 0x85 ||
	       code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
	       code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F ||
	       code == 0x3000;
}

/*
 * The length of the white space character at the end of `str`, 0 if there is none; none is longer
 * than 3 bytes.
 */
static size_t trailing_space(struct gw_str str)
{
	for (size_t len = 1; len <= 3 && len <= str.len; len++) {
		struct gw_str last = {str.data + str.len - len, len};
		uint32_t code = 0;

		if (gw_utf8_decode(last, &code) == len)
			return is_space(code) ? len : 0;
	}
	return 0;
}

struct gw_str gw_str_trim(struct gw_str str)
{
	uint32_t code = 0;
	size_t len = 0;

	while ((len = gw_utf8_decode(str, &code)) > 0 && is_space(code)) {
		str.data += len;
		str.len -= len;
	}
	while ((len = trailing_space(str)) > 0)
		str.len -= len;
	return str;
}
