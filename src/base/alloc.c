/* SPDX-License-Identifier: ISC */
/*
 * alloc.c: malloc and its family, which end the process instead of failing.
 *
 * abort() and not exit(): no handler that itself allocates runs in between.
 */
#include "base/alloc.h"
#include "base/log.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

GW_NORETURN void gw_out_of_memory(size_t size)
{
	gw_log_error("out of memory: %zu bytes", size);
	abort();
}

void *gw_xmalloc(size_t size)
{
	void *ptr = malloc(size > 0 ? size : 1);

	if (!ptr)
		gw_out_of_memory(size);
	return ptr;
}

void *gw_xcalloc(size_t count, size_t size)
{
	void *ptr = count > 0 && size > 0 ? calloc(count, size) : calloc(1, 1);

	if (!ptr)
		gw_out_of_memory(count > 0 && size > SIZE_MAX / count ? SIZE_MAX : count * size);
	return ptr;
}

void *gw_xrealloc(void *ptr, size_t size)
{
	void *moved = realloc(ptr, size > 0 ? size : 1);

	if (!moved)
		gw_out_of_memory(size);
	return moved;
}

char *gw_xstrdup(const char *str)
{
	size_t size = strlen(str) + 1;

	return memcpy(gw_xmalloc(size), str, size);
}

char *gw_xstrndup(const char *str, size_t max)
{
	size_t len = strnlen(str, max);
	char *copy = gw_xmalloc(len + 1);

	memcpy(copy, str, len);
	copy[len] = '\0';
	return copy;
}
