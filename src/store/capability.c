/* SPDX-License-Identifier: ISC */
/*
 * capability.c: see capability.h.
 */
#include "store/capability.h"

#include "base/alloc.h"
#include "store/array.h"
#include "store/migration.h"

#include <pthread.h>
#include <string.h>

#define TEXT_MAX (1u << 20)
#define NAMES_MAX (1u << 16)

#define OPEN "/*["
#define CLOSE "/*]*/"
#define OPEN_END "*/"
#define ELSE_END "]*/"

static struct gw_str name_at(const char *text)
{
	return (struct gw_str){text, strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.")};
}

static bool is_listed(const char *list, struct gw_str name)
{
	while (*list != '\0') {
		size_t len = strcspn(list, "\n");

		if (gw_str_equal((struct gw_str){list, len}, name))
			return true;
		list += len + (list[len] == '\n');
	}
	return false;
}

static void collect(struct gw_buf *list, const char *text)
{
	while ((text = strstr(text, OPEN)) != NULL) {
		struct gw_str name;

		text += strlen(OPEN);
		text += *text == '!';
		name = name_at(text);
		if (is_listed(gw_buf_str(list).data, name))
			continue;
		gw_buf_add_str(list, name);
		gw_buf_add_char(list, '\n');
	}
}

static struct gw_buf names;

static void names_make(void)
{
	struct gw_buf list;

	gw_buf_init(&list, NAMES_MAX);
	gw_buf_add_c(&list, "");
	for (size_t i = 0; i < GW_STATEMENT_COUNT; i++)
		collect(&list, gw_statement_texts[i]);
	for (const struct gw_function *function = gw_functions; function->name != NULL; function++)
		collect(&list, function->sql);
	gw_buf_init(&names, NAMES_MAX);
	gw_array_begin(&names);
	for (const char *name = list.data; *name != '\0'; name += strcspn(name, "\n") + 1)
		gw_array_add_text(&names, (struct gw_str){name, strcspn(name, "\n")});
	(void)gw_array_end(&names);
	gw_buf_release(&list);
}

struct gw_str gw_capability_names(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, names_make);
	return gw_buf_str(&names);
}

/*
 * Copies from *text to the end of the part that begins there (or of the whole text, if depth is 0), leaving out what is
 * not to be kept. False: a part has no end, or an end no part.
 */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the parts in our own files */
static bool copy(struct gw_buf *out, const char **text, const char *missing, bool keep,
		 unsigned depth)
{
	const char *at = *text;

	for (;;) {
		const char *mark = strstr(at, "/*");
		struct gw_str name;
		bool wanted = true;
		bool present = true;

		while (mark != NULL && strncmp(mark, OPEN, strlen(OPEN)) != 0 &&
		       strncmp(mark, CLOSE, strlen(CLOSE)) != 0)
			mark = strstr(mark + 2, "/*");
		if (keep)
			gw_buf_add(out, at, mark != NULL ? (size_t)(mark - at) : strlen(at));
		if (mark == NULL)
			return depth == 0;
		if (strncmp(mark, CLOSE, strlen(CLOSE)) == 0) {
			*text = mark + strlen(CLOSE);
			return depth > 0;
		}
		at = mark + strlen(OPEN);
		wanted = *at != '!';
		name = name_at(at + !wanted);
		at = name.data + name.len;
		present = !is_listed(missing, name);
		if (name.len == 0)
			return false;
		if (!wanted || strncmp(at, OPEN_END, strlen(OPEN_END)) != 0) {
			const char *end = strstr(at, ELSE_END);

			if (end == NULL)
				return false;
			if (keep && present == wanted)
				gw_buf_add(out, at, (size_t)(end - at));
			at = end + strlen(ELSE_END);
			continue;
		}
		at += strlen(OPEN_END);
		if (!copy(out, &at, missing, keep && present, depth + 1))
			return false;
	}
}

char *gw_capability_render(const char *text, const char *missing)
{
	struct gw_buf out;

	gw_buf_init(&out, TEXT_MAX);
	if (!copy(&out, &text, missing, true, 0) || gw_buf_overflowed(&out)) {
		gw_buf_release(&out);
		return NULL;
	}
	return gw_buf_detach(&out);
}

static void variant_free(struct gw_variant *variant)
{
	for (size_t i = 0; i < GW_STATEMENT_COUNT; i++) {
		if (variant->texts[i] != gw_statement_texts[i])
			/* NOLINTNEXTLINE(performance-no-int-to-ptr): takes const away from what is ours */
			free((void *)(uintptr_t)variant->texts[i]);
	}
	free(variant->missing);
	free(variant);
}

const struct gw_variant *gw_variants_get(struct gw_variants *variants, const char *missing)
{
	struct gw_variant *variant = variants->first;

	while (variant != NULL && strcmp(variant->missing, missing) != 0)
		variant = variant->next;
	if (variant != NULL)
		return variant;
	variant = gw_xcalloc(1, sizeof(*variant));
	variant->missing = gw_xstrdup(missing);
	for (size_t i = 0; i < GW_STATEMENT_COUNT; i++) {
		const char *text = gw_statement_texts[i];

		if (strstr(text, OPEN) != NULL)
			text = gw_capability_render(text, missing);
		variant->texts[i] = text;
		if (text == NULL) {
			variant_free(variant);
			return NULL;
		}
	}
	variant->next = variants->first;
	variants->first = variant;
	return variant;
}

void gw_variants_release(struct gw_variants *variants)
{
	while (variants->first != NULL) {
		struct gw_variant *next = variants->first->next;

		variant_free(variants->first);
		variants->first = next;
	}
}
