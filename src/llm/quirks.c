/* SPDX-License-Identifier: ISC */
/*
 * quirks.c: what the words of a refusal say that a model does not take.
 *
 * There is no list of which model takes what that would be right for a year. So a request is made as the interface's own
 * documentation has it, and what a server complains about is left out of the next one; it is remembered by the model.
 */
#include "llm/dialect.h"

#include "base/text.h"

#include <ctype.h>
#include <strings.h>

static bool has_word(struct gw_str text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++) {
		bool begins = i == 0 || (!isalnum((unsigned char)text.data[i - 1]) &&
					 text.data[i - 1] != '_');
		bool ends = i + len == text.len || (!isalnum((unsigned char)text.data[i + len]) &&
						    text.data[i + len] != '_');

		if (begins && ends && strncasecmp(text.data + i, word, len) == 0)
			return true;
	}
	return false;
}

static bool complains(struct gw_str text)
{
	static const char *const words[] = {"unsupported",  "not supported", "support",
					    "supported",    "unknown",       "unrecognized",
					    "unexpected",   "permitted",     "forbidden",
					    "extra",        "allowed",       "deprecated",
					    "invalid",      "instead",       "only",
					    "incompatible", "too large",     "must",
					    "cannot",       "unrecognised",  "not enabled",
					    "verified",     "range",         "valid"};

	for (size_t i = 0; i < GW_ARRAY_LEN(words); i++) {
		if (has_word(text, words[i]))
			return true;
	}
	return false;
}

uint32_t gw_llm_quirks_of(int status, const struct gw_llm_answer *answer)
{
	static const struct {
		const char *parameter;
		uint32_t quirk;
	} parameters[] = {
		{"temperature", GW_LLM_NO_TEMPERATURE},
		{"stream_options", GW_LLM_NO_STREAM_OPTIONS},
		{"include_usage", GW_LLM_NO_STREAM_OPTIONS},
		{"max_tokens", GW_LLM_NO_LIMIT},
		{"max_completion_tokens", GW_LLM_PLAIN_LIMIT},
		{"maxOutputTokens", GW_LLM_NO_LIMIT},
		{"max_output_tokens", GW_LLM_NO_LIMIT},
		{"max_new_tokens", GW_LLM_NO_LIMIT},
		{"stream", GW_LLM_NO_STREAM},
		{"streaming", GW_LLM_NO_STREAM},
		{"system", GW_LLM_NO_SYSTEM},
		{"developer instruction", GW_LLM_NO_SYSTEM},
		{"must alternate", GW_LLM_ALTERNATING},
	};
	struct gw_str text = gw_str(answer->error_message);
	struct gw_str param = gw_str(answer->error_param);
	uint32_t quirks = 0;

	if (answer->error_status != 0)
		status = answer->error_status;
	if ((status != 400 && status != 422) || gw_llm_classify(status, answer) != GW_LLM_REFUSED)
		return 0;
	/* the parameter that is named as such, else those that are named in a complaint */
	for (size_t i = 0; i < GW_ARRAY_LEN(parameters); i++) {
		if (param.len > 0 && !has_word(param, "messages")
			    ? has_word(param, parameters[i].parameter)
			    : has_word(text, parameters[i].parameter) && complains(text))
			quirks |= parameters[i].quirk;
	}
	/* "use max_completion_tokens instead of max_tokens" names both, perhaps one of them in `param` */
	if (has_word(text, "max_tokens") && has_word(text, "max_completion_tokens")) {
		quirks &= ~(uint32_t)(GW_LLM_NO_LIMIT | GW_LLM_PLAIN_LIMIT);
		quirks |= has_word(text, "too large") ? GW_LLM_NO_LIMIT
			  : gw_str_equal_c(param, "max_completion_tokens")
				  ? GW_LLM_PLAIN_LIMIT
				  : GW_LLM_COMPLETION_LIMIT;
	}
	/* stream_options only makes sense with stream */
	if ((quirks & GW_LLM_NO_STREAM_OPTIONS) != 0)
		quirks &= ~(uint32_t)GW_LLM_NO_STREAM;
	return quirks;
}
