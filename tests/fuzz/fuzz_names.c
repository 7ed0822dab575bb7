/* SPDX-License-Identifier: ISC */
/*
 * fuzz_names.c: names as models write them: what stands around them, and which of two is nearer.
 */
#include "fuzz.h"

#include "base/text.h"
#include "gateway/nearness.h"

const char *const fuzz_corpus = "names";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct gw_str wanted = fuzz_text(&input, '\n');
	struct gw_str key = fuzz_rest(&input);
	struct gw_str bare = gw_name_bare(wanted);
	struct gw_str again = gw_name_bare(bare);

	fuzz_require(bare.len <= wanted.len, "a bare name is a part of the name");
	if (gw_utf8_valid(wanted)) {
		fuzz_require(gw_utf8_valid(bare), "cut between characters");
		fuzz_require(again.len == bare.len, "and stays as it is");
	}
	if (wanted.len > 0 && key.len > 0) {
		unsigned one = gw_nearness(wanted, key);
		unsigned other = gw_nearness(key, wanted);

		fuzz_require(one <= GW_NEARNESS_NONE && other <= GW_NEARNESS_NONE,
			     "nothing is farther than nothing");
		if (gw_str_equal(wanted, key) && gw_utf8_valid(key))
			fuzz_require(one == 0, "what is the same is nearest");
	}
	fuzz_free(wanted);
	fuzz_free(key);
	return 0;
}
