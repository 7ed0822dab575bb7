/* SPDX-License-Identifier: ISC */
/*
 * buf.h: a growing byte buffer with a mandatory maximum.
 *
 * A buffer that would grow past its maximum keeps what it has and remembers the overflow; the
 * writer goes on undisturbed and whoever uses the content asks gw_buf_overflowed() once.
 * The content is always followed by a NUL byte that is not part of it.
 */
#ifndef GW_BUF_H
#define GW_BUF_H

#include "base/attrs.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* A NUL-terminated copy that the caller frees; absent gives NULL. */
char *gw_str_dup(struct gw_str str);

struct gw_buf {
	char *data; /* never NULL after _init; data[len] == 0 */
	size_t len;
	size_t cap;
	size_t max; /* len never exceeds it */
	bool overflow;
};

/*
 * Nothing is allocated before the first byte is added. _release leaves an empty, usable buffer of
 * maximum 0.
 */
void gw_buf_init(struct gw_buf *buf, size_t max);
void gw_buf_release(struct gw_buf *buf);
/* Empties the buffer, clears the overflow and keeps the memory. */
void gw_buf_reset(struct gw_buf *buf);

void gw_buf_add(struct gw_buf *buf, const void *data, size_t len);
void gw_buf_add_c(struct gw_buf *buf, const char *cstr);
void gw_buf_add_str(struct gw_buf *buf, struct gw_str str);
void gw_buf_add_char(struct gw_buf *buf, char c);
void gw_buf_addf(struct gw_buf *buf, const char *fmt, ...) GW_PRINTF(2, 3);
/*
 * Room for at least `len` more bytes, to be filled and then counted with _added. NULL past the
 * maximum.
 */
char *gw_buf_reserve(struct gw_buf *buf, size_t len);
void gw_buf_added(struct gw_buf *buf, size_t len);

bool gw_buf_overflowed(const struct gw_buf *buf);
struct gw_str gw_buf_str(const struct gw_buf *buf); /* a view that lasts until the next change */
/*
 * Hands the content over as a NUL-terminated string that the caller frees; the buffer is empty
 * afterwards.
 */
char *gw_buf_detach(struct gw_buf *buf);

#endif
