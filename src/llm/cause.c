/* SPDX-License-Identifier: ISC */
/*
 * cause.c: what the ways in which a call can end mean, and what servers call them.
 */
#include "llm/dialect.h"

#include <strings.h>

static const struct {
	const char *name;
	enum gw_llm_outcome outcome;
	const char *reason;
} causes[GW_LLM_CAUSES] = {
	[GW_LLM_ANSWERED] = {"answered", GW_LLM_OK, NULL},
	[GW_LLM_UNREACHABLE] = {"unreachable", GW_LLM_RETRY,
				"its language model cannot be reached"},
	[GW_LLM_BROKEN_OFF] = {"broken_off", GW_LLM_RETRY,
			       "the connection to its language model kept breaking"},
	[GW_LLM_STALLED] = {"stalled", GW_LLM_RETRY, "its language model fell silent"},
	[GW_LLM_TIMED_OUT] = {"timed_out", GW_LLM_RETRY, "its language model took too long"},
	[GW_LLM_RATE_LIMITED] = {"rate_limited", GW_LLM_RETRY, "its language model is overloaded"},
	[GW_LLM_SERVER_ERROR] = {"server_error", GW_LLM_RETRY,
				 "its language model is out of order"},
	[GW_LLM_GARBLED] = {"garbled", GW_LLM_RETRY, "its language model did not make sense"},
	[GW_LLM_EMPTY] = {"empty", GW_LLM_RETRY, "its language model had nothing to say"},
	[GW_LLM_TOOL_CALL] = {"tool_call", GW_LLM_RETRY,
			      "its language model did not answer in words"},
	[GW_LLM_ONLY_THOUGHTS] = {"only_thoughts", GW_LLM_RETRY,
				  "its language model thought and said nothing"},
	[GW_LLM_QUOTA] = {"quota", GW_LLM_PERMANENT, "the quota at its language model is used up"},
	[GW_LLM_FILTERED] = {"filtered", GW_LLM_PERMANENT,
			     "the content filter of its language model stepped in"},
	[GW_LLM_KEY_REFUSED] = {"key_refused", GW_LLM_PERMANENT,
				"its language model does not accept its key"},
	[GW_LLM_UNKNOWN_MODEL] = {"unknown_model", GW_LLM_PERMANENT,
				  "its language model does not exist"},
	[GW_LLM_TOO_LONG] = {"too_long", GW_LLM_PERMANENT,
			     "the message is too long for its language model"},
	[GW_LLM_REFUSED] = {"refused", GW_LLM_PERMANENT, "its language model refused the request"},
	[GW_LLM_REDIRECTED] = {"redirected", GW_LLM_PERMANENT,
			       "its language model is not set up correctly"},
	[GW_LLM_TOO_LARGE] = {"too_large", GW_LLM_PERMANENT,
			      "the answer was too long to be delivered"},
	[GW_LLM_CUT_OFF] = {"cut_off", GW_LLM_PERMANENT,
			    "its language model may not write enough to get to an answer"},
	[GW_LLM_MISCONFIGURED] = {"misconfigured", GW_LLM_PERMANENT,
				  "its language model is not set up correctly"},
};

const char *gw_llm_cause_name(enum gw_llm_cause cause)
{
	return causes[cause].name;
}

enum gw_llm_outcome gw_llm_cause_outcome(enum gw_llm_cause cause)
{
	return causes[cause].outcome;
}

const char *gw_llm_cause_reason(enum gw_llm_cause cause)
{
	return causes[cause].reason;
}

/*
 * The words that servers use in `code` or `type` of an error ("Error codes" in OpenAI's, "Errors" in Anthropic's, and
 * the like in other providers' documentation).
 */
static const struct {
	const char *word;
	enum gw_llm_cause cause;
} words[] = {
	{"insufficient_quota", GW_LLM_QUOTA},
	{"enforced_spend_limit_reached", GW_LLM_QUOTA},
	{"billing_hard_limit_reached", GW_LLM_QUOTA},
	{"billing_not_active", GW_LLM_QUOTA},
	{"billing_error", GW_LLM_QUOTA},
	{"exceeded_current_quota_error", GW_LLM_QUOTA},
	{"insufficient_balance", GW_LLM_QUOTA},
	{"content_filter", GW_LLM_FILTERED},
	{"content_policy_violation", GW_LLM_FILTERED},
	{"data_inspection_failed", GW_LLM_FILTERED},
	{"context_length_exceeded", GW_LLM_TOO_LONG},
	{"request_too_large", GW_LLM_TOO_LONG},
	{"model_not_found", GW_LLM_UNKNOWN_MODEL},
	{"not_found_error", GW_LLM_UNKNOWN_MODEL},
	{"invalid_api_key", GW_LLM_KEY_REFUSED},
	{"authentication_error", GW_LLM_KEY_REFUSED},
	{"permission_error", GW_LLM_KEY_REFUSED},
	{"rate_limit_exceeded", GW_LLM_RATE_LIMITED},
	{"rate_limit_error", GW_LLM_RATE_LIMITED},
	{"overloaded_error", GW_LLM_RATE_LIMITED},
	{"timeout_error", GW_LLM_SERVER_ERROR},
	{"api_error", GW_LLM_SERVER_ERROR},
	{"server_error", GW_LLM_SERVER_ERROR},
	{"invalid_request_error", GW_LLM_REFUSED},
};

static bool by_word(const char *word, enum gw_llm_cause *ret_cause)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(words); i++) {
		if (strcasecmp(word, words[i].word) == 0) {
			*ret_cause = words[i].cause;
			return true;
		}
	}
	return false;
}

static enum gw_llm_cause by_status(int status)
{
	switch (status) {
	case 401:
	case 403:
		return GW_LLM_KEY_REFUSED;
	case 402:
		return GW_LLM_QUOTA;
	case 404:
		return GW_LLM_UNKNOWN_MODEL;
	case 408:
	case 409:
		return GW_LLM_SERVER_ERROR;
	case 413:
		return GW_LLM_TOO_LONG;
	case 429:
	case 529: /* Anthropic: overloaded */
		return GW_LLM_RATE_LIMITED;
	default:
		break;
	}
	if (status >= 500)
		return GW_LLM_SERVER_ERROR;
	if (status >= 400)
		return GW_LLM_REFUSED;
	/* an error in the body of a success that does not say more is the server's */
	return status >= 300 ? GW_LLM_REDIRECTED : GW_LLM_SERVER_ERROR;
}

enum gw_llm_cause gw_llm_classify(int status, const struct gw_llm_answer *answer)
{
	enum gw_llm_cause cause = by_status(
		status >= 300 || answer->error_status == 0 ? status : answer->error_status);
	enum gw_llm_cause word = cause;

	/* nothing that a redirect says in its body matters */
	if (cause == GW_LLM_REDIRECTED ||
	    (!by_word(answer->error_code, &word) && !by_word(answer->error_type, &word)))
		return cause;
	/*
	 * An error after HTTP 200 is what its words say. Otherwise the words may only make the status more exact: among
	 * failures of one kind, or from "too many requests" to a quota that is used up.
	 */
	if (status < 300 || gw_llm_cause_outcome(word) == gw_llm_cause_outcome(cause) ||
	    (status == 429 && word == GW_LLM_QUOTA))
		return word;
	return cause;
}

/* Whole words, and what is told by a part of one: each provider has its own word for what went wrong. */
static const struct {
	const char *word;
	bool part;
	enum gw_llm_stop stop;
} stops[] = {
	{"length", false, GW_LLM_STOP_LENGTH},
	{"max_tokens", false, GW_LLM_STOP_LENGTH},
	{"max_output_tokens", false, GW_LLM_STOP_LENGTH},
	{"model_length", false, GW_LLM_STOP_LENGTH},
	{"model_context_window_exceeded", false, GW_LLM_STOP_LENGTH},
	{"content_filter", false, GW_LLM_STOP_FILTER},
	{"content_filtered", false, GW_LLM_STOP_FILTER},
	{"sensitive", false, GW_LLM_STOP_FILTER},
	{"safety", false, GW_LLM_STOP_FILTER},
	{"recitation", false, GW_LLM_STOP_FILTER},
	{"blocklist", false, GW_LLM_STOP_FILTER},
	{"prohibited_content", false, GW_LLM_STOP_FILTER},
	{"spii", false, GW_LLM_STOP_FILTER},
	{"refusal", false, GW_LLM_STOP_FILTER},
	{"guardrail_intervened", false, GW_LLM_STOP_FILTER},
	{"tool_calls", false, GW_LLM_STOP_TOOL},
	{"tool_use", false, GW_LLM_STOP_TOOL},
	{"function_call", false, GW_LLM_STOP_TOOL},
	{"insufficient_system_resource", false, GW_LLM_STOP_ERROR},
	{"error", true, GW_LLM_STOP_ERROR},
	{"abort", true, GW_LLM_STOP_ERROR},
	{"cancel", true, GW_LLM_STOP_ERROR},
	{"fail", true, GW_LLM_STOP_ERROR},
	{"timeout", true, GW_LLM_STOP_ERROR},
	{"incomplete", true, GW_LLM_STOP_ERROR},
	{"interrupt", true, GW_LLM_STOP_ERROR},
	{"overload", true, GW_LLM_STOP_ERROR},
	{"malformed", true, GW_LLM_STOP_ERROR},
};

enum gw_llm_stop gw_llm_stop_of(struct gw_str reason)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(stops); i++) {
		size_t len = strlen(stops[i].word);

		for (size_t at = 0; at + len <= reason.len; at++) {
			if (strncasecmp(reason.data + at, stops[i].word, len) == 0 &&
			    (stops[i].part || reason.len == len))
				return stops[i].stop;
		}
	}
	return GW_LLM_STOP_END;
}
