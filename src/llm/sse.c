/* SPDX-License-Identifier: ISC */
/*
 * sse.c: see sse.h.
 */
#include "llm/sse.h"

#define NAME_MAX_BYTES 256

void gw_sse_init(struct gw_sse *sse, size_t max, gw_sse_event *event, void *arg)
{
	*sse = (struct gw_sse){.event = event, .arg = arg};
	gw_buf_init(&sse->line, max);
	gw_buf_init(&sse->name, NAME_MAX_BYTES);
	gw_buf_init(&sse->data, max);
}

void gw_sse_release(struct gw_sse *sse)
{
	gw_buf_release(&sse->line);
	gw_buf_release(&sse->name);
	gw_buf_release(&sse->data);
}

static void dispatch(struct gw_sse *sse)
{
	if (sse->has_data)
		sse->event(sse->arg, gw_buf_str(&sse->name), gw_buf_str(&sse->data));
	gw_buf_reset(&sse->name);
	gw_buf_reset(&sse->data);
	sse->has_data = false;
}

static bool take_line(struct gw_sse *sse, struct gw_str line)
{
	struct gw_str field = GW_STR_NULL;
	struct gw_str value = GW_STR_LIT("");
	const char *colon = NULL;

	if (!sse->begun && line.len >= 3 && memcmp(line.data, "\xEF\xBB\xBF", 3) == 0) {
		line.data += 3;
		line.len -= 3;
	}
	sse->begun = true;
	if (line.len == 0) {
		dispatch(sse);
		return true;
	}
	field = line;
	colon = memchr(line.data, ':', line.len);
	if (colon != NULL) {
		field.len = (size_t)(colon - line.data);
		value = (struct gw_str){colon + 1, line.len - field.len - 1};
		if (value.len > 0 && value.data[0] == ' ') {
			value.data++;
			value.len--;
		}
	}
	if (gw_str_equal_c(field, "data")) {
		if (sse->has_data)
			gw_buf_add_char(&sse->data, '\n');
		gw_buf_add_str(&sse->data, value);
		sse->has_data = true;
	} else if (gw_str_equal_c(field, "event")) {
		gw_buf_reset(&sse->name);
		gw_buf_add_str(&sse->name, value);
	}
	return !gw_buf_overflowed(&sse->data);
}

/* Up to the end of the line, or of the piece. */
static size_t line_length(const char *data, size_t len)
{
	const char *lf = memchr(data, '\n', len);
	size_t end = lf != NULL ? (size_t)(lf - data) : len;
	const char *cr = memchr(data, '\r', end);

	return cr != NULL ? (size_t)(cr - data) : end;
}

bool gw_sse_feed(struct gw_sse *sse, const char *data, size_t len)
{
	while (len > 0) {
		size_t length = 0;
		bool ok = true;

		if (sse->after_cr && *data == '\n') {
			sse->after_cr = false;
			data++;
			len--;
			continue;
		}
		sse->after_cr = false;
		length = line_length(data, len);
		if (length == len || sse->line.len > 0)
			gw_buf_add(&sse->line, data, length);
		if (gw_buf_overflowed(&sse->line))
			return false;
		if (length == len)
			return true;
		ok = take_line(sse, sse->line.len > 0 ? gw_buf_str(&sse->line)
						      : (struct gw_str){data, length});
		gw_buf_reset(&sse->line);
		if (!ok)
			return false;
		sse->after_cr = data[length] == '\r';
		data += length + 1;
		len -= length + 1;
	}
	return true;
}

bool gw_sse_end(struct gw_sse *sse)
{
	bool ok = sse->line.len == 0 || take_line(sse, gw_buf_str(&sse->line));

	gw_buf_reset(&sse->line);
	if (ok)
		dispatch(sse);
	return ok;
}
