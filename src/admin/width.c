/* SPDX-License-Identifier: ISC */
/*
 * width.c: see width.h.
 */
#include "admin/width.h"

#include <unistr.h>
#include <uniwidth.h>

#define EMOJI_STYLE 0xfe0f /* VARIATION SELECTOR-16: the character before it is drawn as an emoji */
#define JOINER 0x200d      /* ZERO WIDTH JOINER: what is on its sides is drawn as one */
#define EMOJI_COLUMNS 2

/* What a person sees as one character: how many bytes and how many columns. */
struct cluster {
	size_t len;
	size_t width;
};

static bool is_regional_indicator(ucs4_t code)
{
	return code >= 0x1f1e6 && code <= 0x1f1ff;
}

static bool is_skin_tone(ucs4_t code)
{
	return code >= 0x1f3fb && code <= 0x1f3ff;
}

/* One code point; a byte that is none is one by itself. Returns its bytes. */
static size_t decode(struct gw_str text, ucs4_t *ret_code, size_t *ret_width)
{
	int used = u8_mbtoucr(ret_code, (const uint8_t *)text.data, text.len);
	int width = 1;

	if (used <= 0) {
		*ret_code = 0;
		*ret_width = 1;
		return 1;
	}
	width = uc_width(*ret_code, "UTF-8");
	*ret_width = width > 0 ? (size_t)width : 0;
	return (size_t)used;
}

/*
 * The first one of `text`, which is not empty: a code point and those that are drawn into it: marks without a width, what a joiner joins,
 * skin tones, the second half of a flag. (libunistring's own boundaries are of a Unicode that knew no joined emoji.)
 */
static struct cluster first_cluster(struct gw_str text)
{
	struct cluster cluster;
	ucs4_t before = 0;
	bool joined = false;
	bool half_flag = false;

	cluster.len = decode(text, &before, &cluster.width);
	half_flag = is_regional_indicator(before);
	while (cluster.len < text.len) {
		struct gw_str rest = {text.data + cluster.len, text.len - cluster.len};
		ucs4_t code = 0;
		size_t width = 0;
		size_t len = decode(rest, &code, &width);
		bool flag = half_flag && is_regional_indicator(code);

		if (width > 0 && !joined && !flag && !(is_skin_tone(code) && cluster.width > 0))
			break;
		if (flag || (code == EMOJI_STYLE && cluster.width > 0))
			cluster.width = EMOJI_COLUMNS;
		half_flag = false;
		joined = code == JOINER && cluster.width == EMOJI_COLUMNS;
		cluster.len += len;
	}
	return cluster;
}

struct gw_str gw_width_cut(struct gw_str text, size_t columns)
{
	struct gw_str rest = text;

	while (rest.len > 0) {
		struct cluster cluster = first_cluster(rest);

		if (cluster.width > columns)
			break;
		columns -= cluster.width;
		rest.data += cluster.len;
		rest.len -= cluster.len;
	}
	return (struct gw_str){text.data, text.len - rest.len};
}

size_t gw_width(struct gw_str text)
{
	size_t width = 0;

	while (text.len > 0) {
		struct cluster cluster = first_cluster(text);

		width += cluster.width;
		text.data += cluster.len;
		text.len -= cluster.len;
	}
	return width;
}
