/* SPDX-License-Identifier: ISC */
/*
 * units.c: reading and writing durations and sizes.
 */
#include "base/units.h"
#include "base/clock.h"
#include "base/text.h"

#include <string.h>

struct unit {
	const char *suffix;
	int64_t factor;
};

/* Largest first, as writing needs them. */
static const struct unit duration_units[] = {
	{"d", 86400 * GW_USEC_PER_SEC}, {"h", 3600 * GW_USEC_PER_SEC},  {"m", 60 * GW_USEC_PER_SEC},
	{"s", GW_USEC_PER_SEC},         {"ms", GW_USEC_PER_SEC / 1000},
};

static const struct unit size_units[] = {
	{"G", INT64_C(1) << 30},
	{"M", INT64_C(1) << 20},
	{"K", INT64_C(1) << 10},
	{"", 1},
};

static bool parse(struct gw_str text, const struct unit *units, size_t count, int64_t plain,
		  int64_t *ret_value)
{
	struct gw_str number = {text.data, 0};
	struct gw_str suffix = GW_STR_NULL;
	int64_t factor = plain;
	int64_t value = 0;
	size_t i = 0;

	while (number.len < text.len && text.data[number.len] >= '0' &&
	       text.data[number.len] <= '9')
		number.len++;
	if (!gw_parse_int64(number, 0, INT64_MAX, &value))
		return false;
	suffix = (struct gw_str){text.data + number.len, text.len - number.len};
	if (suffix.len > 0) {
		while (i < count && !gw_str_equal_c(suffix, units[i].suffix))
			i++;
		if (i == count)
			return false;
		factor = units[i].factor;
	}
	if (__builtin_mul_overflow(value, factor, &value))
		return false;
	*ret_value = value;
	return true;
}

static void format(struct gw_buf *out, int64_t value, const struct unit *units, size_t count)
{
	size_t i = 0;

	if (value == 0) {
		gw_buf_add_char(out, '0');
		return;
	}
	while (i + 1 < count && value % units[i].factor != 0)
		i++;
	gw_buf_addf(out, "%lld%s", (long long)(value / units[i].factor), units[i].suffix);
}

bool gw_duration_parse(struct gw_str text, int64_t *ret_value)
{
	return parse(text, duration_units, GW_ARRAY_LEN(duration_units), GW_USEC_PER_SEC,
		     ret_value);
}

bool gw_size_parse(struct gw_str text, int64_t *ret_value)
{
	return parse(text, size_units, GW_ARRAY_LEN(size_units), 1, ret_value);
}

void gw_duration_format(struct gw_buf *out, int64_t value)
{
	format(out, value, duration_units, GW_ARRAY_LEN(duration_units));
}

void gw_size_format(struct gw_buf *out, int64_t value)
{
	format(out, value, size_units, GW_ARRAY_LEN(size_units));
}
