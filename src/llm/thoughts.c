/* SPDX-License-Identifier: ISC */
/*
 * thoughts.c: takes out of an answer what a model thought before it, where its server leaves that in the text.
 *
 * What is written so: `<think>…</think>` (Qwen, DeepSeek and the like; also thinking, thought and reasoning), with the
 * opening tag missing when it was part of the prompt; and the channels of gpt-oss ("harmony" response format), of which only
 * `final` is for the reader. A tag in backticks is something that the model writes about.
 */
#include "llm/dialect.h"

#include <strings.h>

static const char *const tags[] = {"think", "thinking", "thought", "reasoning", "seed:think"};

enum tag { TAG_NONE, TAG_OPEN, TAG_CLOSE };

/* Which tag begins at `text`; its length in *ret_len. */
static enum tag read_tag(struct gw_str text, size_t *ret_len)
{
	bool close = text.len > 1 && text.data[1] == '/';
	size_t start = close ? 2 : 1;

	if (text.len < 3 || text.data[0] != '<')
		return TAG_NONE;
	for (size_t i = 0; i < GW_ARRAY_LEN(tags); i++) {
		size_t len = strlen(tags[i]);

		if (text.len > start + len && text.data[start + len] == '>' &&
		    strncasecmp(text.data + start, tags[i], len) == 0) {
			*ret_len = start + len + 1;
			return close ? TAG_CLOSE : TAG_OPEN;
		}
	}
	return TAG_NONE;
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

/* What of `text` is outside of thoughts. `before`: a closing tag without an opening one ends thoughts that began with the text. */
static bool cut_blocks(struct gw_str text, struct gw_buf *out)
{
	size_t depth = 0;
	bool found = false;

	for (size_t i = 0; i < text.len;) {
		const char *next = memchr(text.data + i, '<', text.len - i);
		size_t at = next != NULL ? (size_t)(next - text.data) : text.len;
		size_t len = 1;
		enum tag tag = TAG_NONE;

		if (depth == 0)
			gw_buf_add(out, text.data + i, at - i);
		if (at == text.len)
			break;
		if (at == 0 || text.data[at - 1] != '`')
			tag = read_tag(behind(text, at), &len);
		if (tag == TAG_OPEN) {
			depth++;
		} else if (tag == TAG_CLOSE && depth > 0) {
			depth--;
		} else if (tag == TAG_CLOSE && !found) {
			gw_buf_reset(out);
		} else if (tag == TAG_NONE && depth == 0) {
			gw_buf_add_char(out, '<');
		}
		found = found || tag != TAG_NONE;
		i = at + len;
	}
	return found;
}

bool gw_llm_cut_thoughts(struct gw_str text, struct gw_buf *out)
{
	struct gw_str spoken = final_channel(text);
	bool found = cut_blocks(spoken, out);

	return found || spoken.data != text.data || spoken.len != text.len;
}
