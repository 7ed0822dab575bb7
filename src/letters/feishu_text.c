/* SPDX-License-Identifier: ISC */
/*
 * feishu_text.c: see feishu_text.h. Types and fields: open.feishu.cn/document/server-docs/im-v1/message-content-description.
 */
#include "letters/feishu_text.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

#define MENTIONS_MAX 100 /* more are not looked at */

struct gw_str gw_feishu_string(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (object == NULL || !json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return GW_STR_NULL;
	return gw_json_string(value);
}

static struct json_object *at(struct json_object *array, size_t index)
{
	struct json_object *value = json_object_array_get_idx(array, index);

	return json_object_is_type(value, json_type_object) ? value : NULL;
}

static size_t count_of(struct json_object *mentions)
{
	size_t count = mentions != NULL ? json_object_array_length(mentions) : 0;

	return count < MENTIONS_MAX ? count : MENTIONS_MAX;
}

static struct json_object *ids_of(struct json_object *mention)
{
	struct json_object *ids = NULL;

	if (mention == NULL || !json_object_object_get_ex(mention, "id", &ids) ||
	    !json_object_is_type(ids, json_type_object))
		return NULL;
	return ids;
}

/* Whether a mention is of the app itself, as far as can be told. */
static bool is_app(struct json_object *mention, struct gw_str bot, bool sees_users)
{
	struct json_object *ids = ids_of(mention);
	struct gw_str type = gw_feishu_string(mention, "mentioned_type");

	if (bot.len > 0)
		return gw_str_equal(gw_feishu_string(ids, "open_id"), bot);
	if (type.len > 0)
		return gw_str_equal_c(type, "bot");
	return ids != NULL && (!sees_users || gw_feishu_string(ids, "user_id").len == 0);
}

bool gw_feishu_mentions_app(struct json_object *mentions, struct gw_str bot, bool sees_users)
{
	for (size_t i = 0; i < count_of(mentions); i++) {
		if (is_app(at(mentions, i), bot, sees_users))
			return true;
	}
	return false;
}

/* The mention that the text begins with ("@_user_1"); NULL: none. The longest counts: "@_user_1" is not the start of "@_user_10". */
static struct json_object *mention_here(struct json_object *mentions, struct gw_str text,
					size_t *ret_len)
{
	struct json_object *found = NULL;

	*ret_len = 0;
	for (size_t i = 0; i < count_of(mentions); i++) {
		struct json_object *mention = at(mentions, i);
		struct gw_str key = gw_feishu_string(mention, "key");

		if (key.len > *ret_len && key.len <= text.len &&
		    memcmp(text.data, key.data, key.len) == 0) {
			found = mention;
			*ret_len = key.len;
		}
	}
	return found;
}

/* Text with its mentions written out. */
static void add_words(struct gw_buf *out, struct gw_str text, struct json_object *mentions,
		      struct gw_str bot, bool sees_users)
{
	while (text.len > 0) {
		size_t len = 1;
		struct json_object *mention =
			text.data[0] == '@' ? mention_here(mentions, text, &len) : NULL;

		if (mention == NULL) {
			len = 1;
			if (text.data[0] == '\n' || text.data[0] == '\t' ||
			    (unsigned char)text.data[0] >= ' ')
				gw_buf_add_char(out, text.data[0]);
		} else if (!is_app(mention, bot, sees_users)) {
			gw_buf_add_char(out, '@');
			gw_buf_add_str(out, gw_feishu_string(mention, "name"));
		}
		text.data += len;
		text.len -= len;
	}
}

/* One element of a line of rich text. */
static void add_element(struct gw_buf *out, struct json_object *element,
			struct json_object *mentions, struct gw_str bot, bool sees_users)
{
	struct gw_str tag = gw_feishu_string(element, "tag");
	struct gw_str text = gw_feishu_string(element, "text");
	struct gw_str href = gw_feishu_string(element, "href");

	if (gw_str_equal_c(tag, "at")) {
		struct gw_str key = gw_feishu_string(element, "user_id");
		size_t len = 0;
		struct json_object *mention = mention_here(mentions, key, &len);

		if (mention != NULL) {
			add_words(out, key, mentions, bot, sees_users);
		} else if (gw_feishu_string(element, "user_name").len > 0) {
			gw_buf_add_char(out, '@');
			add_words(out, gw_feishu_string(element, "user_name"), NULL, bot, false);
		}
	} else if (gw_str_equal_c(tag, "img") || gw_str_equal_c(tag, "media")) {
		gw_buf_add_c(out, "[A picture or film, which is not passed on.]");
	} else {
		add_words(out, text, mentions, bot, sees_users);
		if (href.len > 0 && !gw_str_equal(href, text)) {
			gw_buf_add_c(out, " <");
			add_words(out, href, NULL, bot, false);
			gw_buf_add_char(out, '>');
		}
	}
}

/* Rich text: a title, and lines of elements; perhaps within the name of a language. */
static void add_post(struct gw_buf *out, struct json_object *post, struct json_object *mentions,
		     struct gw_str bot, bool sees_users)
{
	struct json_object *lines = NULL;
	struct gw_str title = GW_STR_NULL;

	if (post != NULL && !json_object_object_get_ex(post, "content", &lines)) {
		struct json_object_iterator first = json_object_iter_begin(post);
		struct json_object_iterator end = json_object_iter_end(post);

		post = json_object_iter_equal(&first, &end) ? NULL
							    : json_object_iter_peek_value(&first);
		if (!json_object_is_type(post, json_type_object) ||
		    !json_object_object_get_ex(post, "content", &lines))
			return;
	}
	if (!json_object_is_type(lines, json_type_array))
		return;
	title = gw_feishu_string(post, "title");
	if (title.len > 0) {
		add_words(out, title, NULL, bot, false);
		gw_buf_add_c(out, "\n\n");
	}
	for (size_t i = 0; i < json_object_array_length(lines) && !gw_buf_overflowed(out); i++) {
		struct json_object *line = json_object_array_get_idx(lines, i);

		if (i > 0)
			gw_buf_add_char(out, '\n');
		for (size_t j = 0; json_object_is_type(line, json_type_array) &&
				   j < json_object_array_length(line);
		     j++)
			add_element(out, at(line, j), mentions, bot, sees_users);
	}
}

/* What is no text. The words are for the agent. */
static const char *other_type(struct gw_str type)
{
	static const struct {
		const char *type, *words;
	} table[] = {
		{"image", "[A picture, which is not passed on.]"},
		{"file", "[A file, which is not passed on.]"},
		{"audio", "[A recording, which is not passed on.]"},
		{"media", "[A film, which is not passed on.]"},
		{"sticker", "[A sticker.]"},
		{"interactive", "[A card, which is not passed on.]"},
		{"share_chat", "[A group was shared.]"},
		{"share_user", "[A contact was shared.]"},
		{"location", "[A place was shared.]"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(table); i++) {
		if (gw_str_equal_c(type, table[i].type))
			return table[i].words;
	}
	return "[Something that cannot be shown as text.]";
}

void gw_feishu_text(struct gw_buf *out, struct gw_str type, struct gw_str content,
		    struct json_object *mentions, struct gw_str bot, bool sees_users)
{
	struct json_object *object = NULL;
	struct gw_json_error error;

	if (content.data != NULL && gw_json_parse(content, &error, &object) != GW_OK)
		object = NULL;
	if (!json_object_is_type(object, json_type_object)) {
		json_object_put(object);
		object = NULL;
	}
	if (gw_str_equal_c(type, "text"))
		add_words(out, gw_feishu_string(object, "text"), mentions, bot, sees_users);
	else if (gw_str_equal_c(type, "post"))
		add_post(out, object, mentions, bot, sees_users);
	else
		gw_buf_add_c(out, other_type(type));
	json_object_put(object);
}
