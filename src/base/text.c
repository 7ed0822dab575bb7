/* SPDX-License-Identifier: ISC */
/*
 * text.c: integers in text from outside, and what is no UTF-8 made so.
 */
#include "base/text.h"

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

void gw_utf8_repair(struct gw_buf *out, struct gw_str text)
{
	static const struct gw_str replacement = {"\xEF\xBF\xBD", 3};

	while (text.len > 0) {
		struct gw_str good = text;
		uint32_t code = 0;
		size_t len = 0;

		while (text.len > 0 && gw_utf8_scan(text, &len, &code) && code != 0)
			text = (struct gw_str){text.data + len, text.len - len};
		good.len -= text.len;
		gw_buf_add_str(out, good);
		if (text.len > 0) {
			gw_buf_add_str(out, replacement);
			text = (struct gw_str){text.data + len, text.len - len};
		}
	}
}
