/* SPDX-License-Identifier: ISC */
/*
 * thoughts.c: takes out of an answer what a model thought before it, where its server leaves that in the text.
 *
 * What is written so: `<think>…</think>` (Qwen, DeepSeek and the like; also thinking, thought and reasoning) and the marks of
 * Magistral, Kimi, Command A and Sky-T1, with the opening mark missing when it was part of the prompt; and the channels of gpt-oss
 * ("harmony" response format), of which only `final` is for the reader. A mark in backticks or in a fenced block is something that
 * the model writes about.
 */
#include "llm/dialect.h"

#include <strings.h>

static const struct {
	const char *open, *close;
} marks[] = {
	{"<think>", "</think>"},
	{"<thinking>", "</thinking>"},
	{"<thought>", "</thought>"},
	{"<thoughts>", "</thoughts>"},
	{"<reasoning>", "</reasoning>"},
	{"<seed:think>", "</seed:think>"},
	{"<antThinking>", "</antThinking>"},
	{"[THINK]", "[/THINK]"},
	{"◁think▷", "◁/think▷"},
	{"<|START_THINKING|>", "<|END_THINKING|>"},
	{"<|begin_of_thought|>", "<|end_of_thought|>"},
};

/* What some of the same models put around what is for the reader. */
static const struct {
	const char *open, *close;
} wraps[] = {
	{"<answer>", "</answer>"},
	{"<response>", "</response>"},
	{"<|START_RESPONSE|>", "<|END_RESPONSE|>"},
	{"<|begin_of_solution|>", "<|end_of_solution|>"},
};

enum mark { MARK_NONE, MARK_OPEN, MARK_CLOSE };

static bool begins(struct gw_str text, const char *with)
{
	size_t len = strlen(with);

	return text.len >= len && strncasecmp(text.data, with, len) == 0;
}

/* Which mark begins at `text`; its length in *ret_len. */
static enum mark read_mark(struct gw_str text, size_t *ret_len)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(marks); i++) {
		if (begins(text, marks[i].open)) {
			*ret_len = strlen(marks[i].open);
			return MARK_OPEN;
		}
		if (begins(text, marks[i].close)) {
			*ret_len = strlen(marks[i].close);
			return MARK_CLOSE;
		}
	}
	return MARK_NONE;
}

static struct gw_str behind(struct gw_str text, size_t position)
{
	return (struct gw_str){text.data + position, text.len - position};
}

/* The part behind `marker`, if it is there. */
static bool find_behind(struct gw_str text, const char *marker, struct gw_str *ret_rest)
{
	size_t len = strlen(marker);
	const char *found = text.len > 0 ? memmem(text.data, text.len, marker, len) : NULL;

	if (found == NULL)
		return false;
	*ret_rest = behind(text, (size_t)(found - text.data) + len);
	return true;
}

static struct gw_str final_channel(struct gw_str text)
{
	static const char *const ends[] = {"<|return|>", "<|end|>", "<|call|>"};
	struct gw_str rest = text;

	if (!find_behind(text, "<|channel|>final", &rest)) {
		/* channels, and none for the reader */
		return find_behind(text, "<|channel|>analysis", &rest) ? behind(text, text.len)
								       : text;
	}
	(void)find_behind(rest, "<|message|>", &rest);
	for (size_t i = 0; i < GW_ARRAY_LEN(ends); i++) {
		const char *end =
			rest.len > 0 ? memmem(rest.data, rest.len, ends[i], strlen(ends[i])) : NULL;

		if (end != NULL)
			rest.len = (size_t)(end - rest.data);
	}
	return rest;
}

static bool may_begin_mark(char c)
{
	return c == '<' || c == '[' || c == '\xE2'; /* the last: the first byte of ◁ */
}

/*
 * What of `text` is outside of thoughts. A closing mark without an opening one ends thoughts that began with the text; unless a
 * fence is open there. `nested`: thoughts may hold thoughts. False in *ret_closed: they did not end.
 */
static bool cut_blocks(struct gw_str text, bool nested, struct gw_buf *out, bool *ret_closed)
{
	size_t depth = 0;
	bool found = false;
	bool closed = false;
	bool fenced = false;
	size_t i = 0;

	while (i < text.len) {
		struct gw_str rest = behind(text, i);
		enum mark mark = MARK_NONE;
		size_t len = 1;

		if (depth == 0 && begins(rest, "```") &&
		    (out->len == 0 || out->data[out->len - 1] == '\n')) {
			fenced = !fenced;
			len = 3;
		} else if (may_begin_mark(text.data[i]) && !fenced &&
			   (i == 0 || text.data[i - 1] != '`' || depth > 0)) {
			mark = read_mark(rest, &len);
		}
		closed = closed || mark == MARK_CLOSE;
		if (mark == MARK_OPEN)
			depth += nested || depth == 0 ? 1 : 0;
		else if (mark == MARK_CLOSE && depth > 0)
			depth--;
		else if (mark == MARK_CLOSE && !found)
			gw_buf_reset(out);
		else if (mark == MARK_NONE && depth == 0)
			gw_buf_add(out, text.data + i, len);
		found = found || mark != MARK_NONE;
		i += len;
	}
	*ret_closed = depth == 0 || !closed;
	return found;
}

/* The answer without what the model puts around it, which it only does when it also marks its thoughts. */
static void unwrap(struct gw_buf *out)
{
	struct gw_str text = gw_str_trim(gw_buf_str(out));
	struct gw_buf inner;

	for (size_t i = 0; i < GW_ARRAY_LEN(wraps); i++) {
		size_t open = strlen(wraps[i].open);
		size_t close = strlen(wraps[i].close);

		if (!begins(text, wraps[i].open))
			continue;
		text = behind(text, open);
		if (text.len >= close && begins(behind(text, text.len - close), wraps[i].close))
			text.len -= close;
		gw_buf_init(&inner, out->max);
		gw_buf_add_c(&inner, "");
		gw_buf_add_str(&inner, text);
		gw_buf_release(out);
		*out = inner;
		return;
	}
}

bool gw_llm_cut_thoughts(struct gw_str text, struct gw_buf *out)
{
	struct gw_str spoken = final_channel(text);
	bool closed = true;
	bool found = cut_blocks(spoken, true, out, &closed);

	/* a model that thinks about the mark itself writes one too many */
	if (!closed) {
		gw_buf_reset(out);
		(void)cut_blocks(spoken, false, out, &closed);
	}
	if (found)
		unwrap(out);
	return found || spoken.data != text.data || spoken.len != text.len;
}
