/* SPDX-License-Identifier: ISC */
/*
 * fuzz.h: what every target of tests/fuzz has. A target is one file: it says where its corpus is, and what must hold for any input.
 * With libFuzzer (tests/fuzz/run) its driver is libFuzzer's, else driver.c.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_MAX_SIZE ((size_t)64 * 1024)

/* The folder below tests/fuzz/corpus. */
extern const char *const fuzz_corpus;
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process if `condition` does not hold, which is a finding. */
static inline void fuzz_require(bool condition, const char *what)
{
	if (condition)
		return;
	(void)fprintf(stderr, "violated: %s\n", what);
	abort();
}

/* What is left of an input that is several things one after the other. */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

/* The next byte; 0 when nothing is left. */
static inline unsigned fuzz_byte(struct fuzz_input *input)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++;
}

/*
 * A copy of what comes before the next byte `end` or the end, on the heap and with nothing behind it, so that a read past its end is
 * seen. The caller frees `data`.
 */
static inline struct gw_str fuzz_text(struct fuzz_input *input, int end)
{
	const uint8_t *found =
		end >= 0 && input->size > 0 ? memchr(input->data, end, input->size) : NULL;
	size_t len = found != NULL ? (size_t)(found - input->data) : input->size;
	size_t taken = found != NULL ? len + 1 : len;
	char *copy = malloc(len > 0 ? len : 1);

	if (copy == NULL)
		abort();
	if (len > 0)
		memcpy(copy, input->data, len);
	input->data += taken;
	input->size -= taken;
	return (struct gw_str){copy, len};
}

/* All that is left. */
static inline struct gw_str fuzz_rest(struct fuzz_input *input)
{
	return fuzz_text(input, -1);
}

static inline void fuzz_free(struct gw_str text)
{
	free((void *)(uintptr_t)text.data);
}

#endif
