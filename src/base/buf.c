/* SPDX-License-Identifier: ISC */
/*
 * buf.c: the growing buffer.
 *
 * An empty buffer points at a shared NUL byte; cap == 0 tells it from memory of its own, and
 * nothing is ever written there. After an overflow every further addition is dropped too: what
 * stands in the buffer is then a true beginning of what was written, never a text with a hole.
 */
#include "base/buf.h"
#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST_CAP 64

static char nothing[1];

char *gw_str_dup(struct gw_str str)
{
	char *copy = NULL;

	if (!str.data)
		return NULL;
	copy = gw_xmalloc(str.len + 1);
	memcpy(copy, str.data, str.len);
	copy[str.len] = '\0';
	return copy;
}

void gw_buf_init(struct gw_buf *buf, size_t max)
{
	/* beyond PTRDIFF_MAX no object can be, and len + 1 must not wrap */
	*buf = (struct gw_buf){.data = nothing, .max = max < PTRDIFF_MAX ? max : PTRDIFF_MAX - 1};
}

void gw_buf_release(struct gw_buf *buf)
{
	if (buf->cap > 0)
		free(buf->data);
	gw_buf_init(buf, 0);
}

void gw_buf_reset(struct gw_buf *buf)
{
	buf->len = 0;
	buf->overflow = false;
	if (buf->cap > 0)
		buf->data[0] = '\0';
}

char *gw_buf_reserve(struct gw_buf *buf, size_t len)
{
	size_t need = 0;
	size_t cap = 0;

	if (buf->overflow || len > buf->max - buf->len) {
		buf->overflow = true;
		return NULL;
	}
	need = buf->len + len + 1;
	if (need <= buf->cap)
		return buf->data + buf->len;

	cap = buf->cap > SIZE_MAX / 2 ? need : buf->cap * 2;
	if (cap < SMALLEST_CAP)
		cap = SMALLEST_CAP;
	if (cap > buf->max + 1)
		cap = buf->max + 1;
	if (cap < need)
		cap = need;
	buf->data = gw_xrealloc(buf->cap > 0 ? buf->data : NULL, cap);
	buf->cap = cap;
	buf->data[buf->len] = '\0';
	return buf->data + buf->len;
}

void gw_buf_added(struct gw_buf *buf, size_t len)
{
	if (len == 0)
		return;
	buf->len += len;
	buf->data[buf->len] = '\0'; /* NOLINT(clang-analyzer-core.NullDereference): never NULL */
}

void gw_buf_add(struct gw_buf *buf, const void *data, size_t len)
{
	char *room = NULL;

	if (len == 0)
		return;
	room = gw_buf_reserve(buf, len);
	if (!room)
		return;
	memcpy(room, data, len);
	gw_buf_added(buf, len);
}

void gw_buf_add_c(struct gw_buf *buf, const char *cstr)
{
	gw_buf_add(buf, cstr, strlen(cstr));
}

void gw_buf_add_str(struct gw_buf *buf, struct gw_str str)
{
	gw_buf_add(buf, str.data, str.len);
}

void gw_buf_add_char(struct gw_buf *buf, char c)
{
	gw_buf_add(buf, &c, 1);
}

void gw_buf_addf(struct gw_buf *buf, const char *fmt, ...)
{
	size_t room = buf->cap > 0 ? buf->cap - buf->len : 0;
	va_list args;
	int len = 0;

	if (buf->overflow)
		return;
	va_start(args, fmt);
	len = vsnprintf(room > 0 ? buf->data + buf->len : NULL, room, fmt, args);
	va_end(args);

	if (len >= 0 && (size_t)len >= room && gw_buf_reserve(buf, (size_t)len)) {
		va_start(args, fmt);
		len = vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, args);
		va_end(args);
	}
	if (len < 0)
		buf->overflow = true; /* longer than INT_MAX, or a broken wide character */
	if (buf->overflow) {
		if (buf->cap > 0)
			buf->data[buf->len] = '\0'; /* the first attempt wrote here */
		return;
	}
	gw_buf_added(buf, (size_t)len);
}

bool gw_buf_overflowed(const struct gw_buf *buf)
{
	return buf->overflow;
}

struct gw_str gw_buf_str(const struct gw_buf *buf)
{
	return (struct gw_str){buf->data, buf->len};
}

char *gw_buf_detach(struct gw_buf *buf)
{
	char *data = buf->cap > 0 ? buf->data : gw_xstrdup("");

	gw_buf_init(buf, buf->max);
	return data;
}
