/* SPDX-License-Identifier: ISC */
/*
 * driver.c: what libFuzzer does, for compilers without it and in a time that is always the same: a TAP program that runs every file
 * of a target's corpus, and deterministic mutations of each.
 */
#include "fuzz.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTATIONS 1500
#define MAX_FILES 256

/* xorshift64*: the same numbers every time. */
static uint64_t next_number(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

/* Changes a few places of `data`, in ways that tend to keep JSON nearly JSON. Returns the new size. */
static size_t mutate(uint8_t *data, size_t size, uint64_t *state)
{
	static const char *const tokens[] = {
		"\"", "\\",  "\\u0000", "\\ud800",   "\\udc00", "{", "}",    "[",    "]",
		",",  ":",   "null",    "1e9",       "-",       "0", "\xff", "\xc3", "\xef\xbb\xbf",
		"%",  "%00", "\n\n",    "urn:uuid:", " ",       "\t"};
	unsigned changes = 1 + (unsigned)(next_number(state) % 4);

	while (changes--) {
		size_t at = size ? next_number(state) % size : 0;
		const char *token = tokens[next_number(state) % GW_ARRAY_LEN(tokens)];
		size_t len = strlen(token);

		switch (next_number(state) % 4) {
		case 0:
			if (size)
				data[at] = (uint8_t)next_number(state);
			break;
		case 1:
			if (size)
				size = at;
			break;
		case 2:
			len = size ? next_number(state) % (size - at < 16 ? size - at : 16) : 0;
			memmove(data + at, data + at + len, size - at - len);
			size -= len;
			break;
		default:
			if (size + len > FUZZ_MAX_SIZE)
				break;
			memmove(data + at + len, data + at, size - at);
			memcpy(data + at, token, len);
			size += len;
		}
	}
	return size;
}

static size_t read_file(const char *folder, const char *name, uint8_t *data)
{
	struct gw_buf path;
	size_t size;
	FILE *file;

	gw_buf_init(&path, 8192);
	gw_buf_addf(&path, "%s/%s", folder, name);
	file = fopen(path.data, "rb");
	gw_buf_release(&path);
	fuzz_require(file != NULL, "a file of the corpus can be read");
	size = fread(data, 1, FUZZ_MAX_SIZE, file);
	fclose(file);
	return size;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(void)
{
	const char *source = getenv("GW_TEST_SRCDIR");
	uint8_t *seed = gw_xmalloc(FUZZ_MAX_SIZE);
	uint8_t *data = gw_xmalloc(FUZZ_MAX_SIZE);
	uint64_t state = UINT64_C(88172645463325252);
	struct dirent **entries = NULL;
	char folder[4096];
	int count;
	int i;

	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", source ? source : ".",
		 fuzz_corpus);
	count = scandir(folder, &entries, is_visible, alphasort);
	fuzz_require(count > 0 && count < MAX_FILES, "there is a corpus");
	printf("1..%d\n", count);
	for (i = 0; i < count; i++) {
		size_t size = read_file(folder, entries[i]->d_name, seed);
		int round;

		(void)LLVMFuzzerTestOneInput(seed, size);
		for (round = 0; round < MUTATIONS; round++) {
			memcpy(data, seed, size);
			(void)LLVMFuzzerTestOneInput(data, mutate(data, size, &state));
		}
		printf("ok %d - %s and %d mutations\n", i + 1, entries[i]->d_name, MUTATIONS);
		free(entries[i]);
	}
	free(entries);
	free(seed);
	free(data);
	return 0;
}
