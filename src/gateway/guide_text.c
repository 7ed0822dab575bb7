/* SPDX-License-Identifier: ISC */
/*
 * guide_text.c: see guide.h.
 */
#include "gateway/guide.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

#define MARK_OPEN "{{"
#define MARK_CLOSE "}}"
#define KEY_FILE_ARGUMENT "@" GW_GUIDE_FOLDER "/key"

struct gw_guide gw_guide_in_language(const struct gw_request *request, struct gw_str base)
{
	struct gw_str header = gw_str_trim(gw_request_header(request, "Accept-Language"));
	bool chinese = header.len >= 2 && strncasecmp(header.data, "zh", 2) == 0;

	return (struct gw_guide){
		.skill = chinese ? gw_guide_skill_zh : gw_guide_skill_en,
		.words = chinese ? gw_guide_words_zh : gw_guide_words_en,
		.base = base,
		.auth = GW_STR_LIT(KEY_FILE_ARGUMENT),
		.key = GW_STR_NULL,
		.code = GW_STR_NULL,
	};
}

/* The text of a line name=text; absent if there is none. */
static struct gw_str word(const char *words, struct gw_str name)
{
	const char *line = words;

	while (*line != '\0') {
		const char *end = line + strcspn(line, "\n");

		if ((size_t)(end - line) > name.len && line[name.len] == '=' &&
		    memcmp(line, name.data, name.len) == 0)
			return (struct gw_str){line + name.len + 1,
					       (size_t)(end - line) - name.len - 1};
		line = *end != '\0' ? end + 1 : end;
	}
	return GW_STR_NULL;
}

static void fill(struct gw_buf *out, struct gw_str text, const struct gw_guide *guide);

/* NOLINTNEXTLINE(misc-no-recursion): see fill() */
static void fill_mark(struct gw_buf *out, struct gw_str name, const struct gw_guide *guide)
{
	if (gw_str_equal_c(name, "base"))
		gw_buf_add_str(out, guide->base);
	else if (gw_str_equal_c(name, "auth"))
		gw_buf_add_str(out, guide->auth);
	else if (gw_str_equal_c(name, "key"))
		gw_buf_add_str(out, guide->key);
	else if (gw_str_equal_c(name, "code"))
		gw_buf_add_str(out, guide->code);
	else if (gw_str_equal_c(name, "skill"))
		fill(out, gw_str(guide->skill), guide);
	else if (gw_str_equal_c(name, "watch"))
		fill(out, gw_str(gw_guide_watch), guide);
	else
		fill(out, word(guide->words, name), guide);
}

/* No text contains a mark that leads back to it, so this ends. NOLINTNEXTLINE(misc-no-recursion) */
static void fill(struct gw_buf *out, struct gw_str text, const struct gw_guide *guide)
{
	while (text.len > 0) {
		const char *open = memmem(text.data, text.len, MARK_OPEN, strlen(MARK_OPEN));
		size_t before = open != NULL ? (size_t)(open - text.data) : text.len;
		const char *close = open != NULL ? memmem(open, text.len - before, MARK_CLOSE,
							  strlen(MARK_CLOSE))
						 : NULL;
		size_t used = text.len;

		if (close == NULL)
			before = text.len;
		gw_buf_add(out, text.data, before);
		if (close != NULL) {
			open += strlen(MARK_OPEN);
			fill_mark(out, (struct gw_str){open, (size_t)(close - open)}, guide);
			used = (size_t)(close - text.data) + strlen(MARK_CLOSE);
		}
		text.data += used;
		text.len -= used;
	}
}

void gw_guide_fill(struct gw_buf *out, const char *text, const struct gw_guide *guide)
{
	fill(out, gw_str(text), guide);
}

void gw_guide_word(struct gw_buf *out, const char *name, const struct gw_guide *guide)
{
	fill_mark(out, gw_str(name), guide);
}

void gw_guide_skill(struct gw_buf *out, const struct gw_guide *guide)
{
	struct gw_guide with_file = *guide;

	with_file.auth = GW_STR_LIT(KEY_FILE_ARGUMENT);
	gw_guide_fill(out, guide->skill, &with_file);
}

void gw_guide_watch_script(struct gw_buf *out, const struct gw_guide *guide)
{
	gw_guide_fill(out, gw_guide_watch, guide);
}

void gw_guide_setup_script(struct gw_buf *out, const struct gw_guide *guide)
{
	struct gw_guide with_file = *guide;

	with_file.auth = GW_STR_LIT(KEY_FILE_ARGUMENT);
	gw_guide_fill(out, gw_guide_setup, &with_file);
}

void gw_guide_key_file(struct gw_buf *out, struct gw_str key)
{
	gw_buf_addf(out, "X-Api-Key: %.*s\n", (int)key.len, key.data);
}

void gw_guide_key_lines(struct gw_buf *out, struct gw_str key)
{
	gw_buf_add_c(out, "\tcat >key <<'" GW_GUIDE_END "'\n");
	gw_guide_key_file(out, key);
	gw_buf_add_c(out, GW_GUIDE_END "\n");
}

void gw_guide_join_lines(struct gw_buf *out, const struct gw_guide *guide)
{
	gw_guide_fill(out, gw_guide_join, guide);
}
