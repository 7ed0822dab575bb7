/* SPDX-License-Identifier: ISC */
/*
 * html.c: mail that is HTML only, as text. libxml2 reads it; here is how its tree is written down. See text.h.
 */
#include "letters/text.h"

#include "base/text.h"

#include <libxml/HTMLparser.h>
#include <libxml/tree.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 400
#define HTML_MAX (INT32_MAX / 2)
#define QUOTES_MAX 9 /* deeper ones look the same */

struct writer {
	struct gw_buf *out;
	bool begun;    /* something is on the line */
	bool blank;    /* a blank is to come before the next word */
	int line_ends; /* that are to come before the next word */
	int quotes;    /* depth */
	int preserved; /* depth of <pre> */
	int depth;
};

static bool is_one_of(const xmlNode *node, const char *const *names)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		if (strcasecmp((const char *)node->name, names[i]) == 0)
			return true;
	}
	return false;
}

static bool has_word(const xmlNode *node, const char *attribute, const char *word)
{
	xmlChar *value = xmlGetProp(node, (const xmlChar *)attribute);
	bool found = value != NULL && strcasestr((const char *)value, word) != NULL;

	xmlFree(value);
	return found;
}

/* What mail programs put around what they quote. */
static bool quotes(const xmlNode *node)
{
	static const char *const classes[] = {"gmail_quote",     "yahoo_quoted", "protonmail_quote",
					      "moz-cite-prefix", "gmail_attr",   "tutanota_quote"};
	static const char *const ids[] = {"divRplyFwdMsg", "appendonsend",
					  "mail-editor-reference-message-container",
					  "isReplyContent", "ymail_android_signature"};

	if (strcasecmp((const char *)node->name, "blockquote") == 0)
		return true;
	for (size_t i = 0; i < GW_ARRAY_LEN(classes); i++) {
		if (has_word(node, "class", classes[i]))
			return true;
	}
	for (size_t i = 0; i < GW_ARRAY_LEN(ids); i++) {
		if (has_word(node, "id", ids[i]))
			return true;
	}
	return false;
}

static bool is_hidden(const xmlNode *node)
{
	static const char *const silent[] = {"head",   "script", "style",    "title",  "meta",
					     "link",   "object", "template", "select", "noscript",
					     "applet", "svg",    "math",     NULL};

	return is_one_of(node, silent) || has_word(node, "style", "display:none") ||
	       has_word(node, "style", "display: none");
}

static void begin_word(struct writer *writer)
{
	if (writer->line_ends > 0 && writer->out->len > 0) {
		for (int i = 0; i < writer->line_ends; i++)
			gw_buf_add_char(writer->out, '\n');
		writer->begun = false;
	}
	writer->line_ends = 0;
	if (!writer->begun) {
		for (int i = 0; i < writer->quotes && i < QUOTES_MAX; i++)
			gw_buf_add_c(writer->out, "> ");
	} else if (writer->blank) {
		gw_buf_add_char(writer->out, ' ');
	}
	writer->begun = true;
	writer->blank = false;
}

/* At least so many line ends before the next word. */
static void end_lines(struct writer *writer, int count)
{
	if (count == 0)
		return;
	if (writer->line_ends < count)
		writer->line_ends = count;
	writer->blank = false;
}

static bool is_blank(const char *at, size_t left, size_t *ret_len)
{
	*ret_len = 1;
	if (strchr(" \t\n\r\f", *at) != NULL && *at != '\0')
		return true;
	/* no-break space; what shows nothing at all is one, too */
	*ret_len = left >= 2 && memcmp(at, "\xc2\xa0", 2) == 0       ? 2
		   : left >= 3 && memcmp(at, "\xe2\x80\x8b", 3) == 0 ? 3
		   : left >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0 ? 3
		   : left >= 3 && memcmp(at, "\xcd\x8f", 2) == 0     ? 2
								     : 0;
	return *ret_len > 0;
}

static void write_words(struct writer *writer, const char *text)
{
	size_t len = strlen(text);
	size_t step = 0;

	for (size_t i = 0; i < len; i += step) {
		if (writer->preserved > 0 && text[i] == '\n') {
			step = 1;
			writer->line_ends++;
		} else if (is_blank(text + i, len - i, &step)) {
			if (writer->preserved > 0) {
				begin_word(writer);
				gw_buf_add_char(writer->out, ' ');
			} else {
				writer->blank = writer->begun && writer->line_ends == 0;
			}
		} else {
			step = 1;
			begin_word(writer);
			gw_buf_add_char(writer->out, text[i]);
		}
	}
}

static void write_link(struct writer *writer, const xmlNode *node, size_t begin)
{
	xmlChar *href = xmlGetProp(node, (const xmlChar *)"href");
	const char *target = (const char *)href;

	/* unless that is what it says already */
	if (target != NULL &&
	    (strncasecmp(target, "http:", 5) == 0 || strncasecmp(target, "https:", 6) == 0) &&
	    strlen(target) < 2000 && begin < writer->out->len &&
	    strstr(writer->out->data + begin, target) == NULL) {
		begin_word(writer);
		gw_buf_add_c(writer->out, " <");
		write_words(writer, target);
		gw_buf_add_c(writer->out, ">");
	}
	xmlFree(href);
}

/* How many line ends stand around an element. */
static int space_around(const xmlNode *node)
{
	static const char *const paragraphs[] = {"p",          "h1",  "h2", "h3", "h4",
						 "h5",         "h6",  "ul", "ol", "table",
						 "blockquote", "pre", "dl", "hr", NULL};
	static const char *const blocks[] = {"div",     "li",      "tr",      "dt",       "dd",
					     "address", "article", "section", "header",   "footer",
					     "center",  "form",    "body",    "fieldset", NULL};

	if (is_one_of(node, paragraphs))
		return 2;
	return is_one_of(node, blocks) ? 1 : 0;
}

static void enter(struct writer *writer, const xmlNode *node, int space, bool quoting)
{
	if (quoting)
		space = 2;
	end_lines(writer, writer->out->len > 0 ? space : 0);
	writer->quotes += quoting;
	writer->preserved += strcasecmp((const char *)node->name, "pre") == 0;
	if (strcasecmp((const char *)node->name, "li") == 0) {
		begin_word(writer);
		gw_buf_add_c(writer->out, "-");
		writer->blank = true;
	}
	if (strcasecmp((const char *)node->name, "td") == 0 ||
	    strcasecmp((const char *)node->name, "th") == 0)
		writer->blank = writer->begun && writer->line_ends == 0;
	if (strcasecmp((const char *)node->name, "br") == 0) {
		writer->line_ends++;
		writer->blank = false;
	}
}

static void leave(struct writer *writer, const xmlNode *node, int space, bool quoting)
{
	writer->preserved -= strcasecmp((const char *)node->name, "pre") == 0;
	end_lines(writer, quoting ? 2 : space);
	writer->quotes -= quoting;
}

/* libxml2 limits how deep a document can be; this limits it further. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void write_node(struct writer *writer, const xmlNode *node)
{
	size_t begin = writer->out->len;
	bool quoting = false;
	int space = 0;

	if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
		write_words(writer, (const char *)node->content);
		return;
	}
	if (node->type != XML_ELEMENT_NODE || writer->depth >= DEPTH_MAX || is_hidden(node))
		return;
	quoting = quotes(node);
	space = space_around(node);
	enter(writer, node, space, quoting);
	writer->depth++;
	for (const xmlNode *child = node->children; child != NULL; child = child->next)
		write_node(writer, child);
	writer->depth--;
	if (strcasecmp((const char *)node->name, "a") == 0)
		write_link(writer, node, begin);
	leave(writer, node, space, quoting);
}

static void be_silent(void *context, const char *message, ...)
{
	(void)context;
	(void)message;
}

void gw_text_from_html(struct gw_buf *out, struct gw_str html)
{
	struct writer writer = {.out = out};
	htmlDocPtr document = NULL;
	const xmlNode *root = NULL;

	if (html.len == 0 || html.len > HTML_MAX)
		return;
	xmlSetGenericErrorFunc(NULL, be_silent);
	document = htmlReadMemory(html.data, (int)html.len, NULL, "UTF-8",
				  HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					  HTML_PARSE_NONET | HTML_PARSE_COMPACT);
	if (document == NULL)
		return;
	root = xmlDocGetRootElement(document);
	for (const xmlNode *node = root; node != NULL; node = node->next)
		write_node(&writer, node);
	xmlFreeDoc(document);
	if (out->len > 0)
		gw_buf_add_char(out, '\n');
}
