/* SPDX-License-Identifier: ISC */
/*
 * alloc.h: memory, with one answer to its absence.
 *
 * Running out of memory ends the process: state is in PostgreSQL and the supervisor starts a new
 * one. Callers therefore never test for NULL, and never ask for a size that came from outside
 * without having checked it against a limit first.
 */
#ifndef GW_ALLOC_H
#define GW_ALLOC_H

#include "base/attrs.h"

#include <stddef.h>

/*
 * Each returns memory that the caller releases with free(3); never NULL. A size of 0 gives one
 * byte.
 */
void *gw_xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
/* A product that overflows ends the process too. */
void *gw_xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *gw_xrealloc(void *ptr, size_t size) __attribute__((returns_nonnull));
char *gw_xstrdup(const char *str) __attribute__((malloc, returns_nonnull));
char *gw_xstrndup(const char *str, size_t max) __attribute__((malloc, returns_nonnull));
/* Ends the process when a library had no memory. `size`: bytes, as far as known. */
GW_NORETURN void gw_out_of_memory(size_t size);

#endif
