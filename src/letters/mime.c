/* SPDX-License-Identifier: ISC */
/*
 * mime.c: see mime.h. GMime parses; here is what is made of its tree. What kind of message it is, is in class.c.
 */
#include "letters/mime.h"

#include "base/alloc.h"
#include "base/text.h"
#include "letters/class.h"
#include "letters/text.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 64       /* of parts within parts that are looked into */
#define PARTS_MAX 1000     /* parsing is recursive: a message that could have more is none */
#define ATTACHMENT_MAX 200 /* characters of a name */
#define MIME_TYPE_MAX 100

static pthread_once_t gmime_once = PTHREAD_ONCE_INIT;

static void start_gmime(void)
{
	g_mime_init();
}

/* What is found in the tree of parts. */
struct finding {
	struct gw_buf text;
	struct gw_buf attachments;
	unsigned attachment_count;
	bool has_html; /* the text so far was HTML */
};

/* -- parts */

static void part_bytes(GMimePart *part, struct gw_buf *out)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *memory = NULL;
	GByteArray *bytes = NULL;

	if (content == NULL)
		return;
	memory = g_mime_stream_mem_new();
	/* decodes quoted-printable, base64 and the like */
	(void)g_mime_data_wrapper_write_to_stream(content, memory);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	gw_buf_add(out, bytes->data, bytes->len);
	g_object_unref(memory);
}

static void add_text(struct finding *finding, struct gw_str text)
{
	if (gw_str_trim(text).len == 0)
		return;
	if (finding->text.len > 0)
		gw_buf_add_c(&finding->text, "\n");
	gw_buf_add_str(&finding->text, text);
}

static void read_text(struct finding *finding, GMimePart *part, bool html)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	const char *charset = g_mime_content_type_get_parameter(type, "charset");
	const char *format = g_mime_content_type_get_parameter(type, "format");
	const char *delsp = g_mime_content_type_get_parameter(type, "delsp");
	struct gw_buf bytes;
	struct gw_buf text;
	struct gw_buf plain;

	gw_buf_init(&bytes, (size_t)64 * 1024 * 1024);
	part_bytes(part, &bytes);
	if (bytes.len > GW_INCOMING_TEXT_MAX)
		bytes.len = GW_INCOMING_TEXT_MAX;
	gw_buf_init(&text, 12 * GW_INCOMING_TEXT_MAX + 64);
	gw_buf_init(&plain, 12 * GW_INCOMING_TEXT_MAX + 64);
	gw_text_decode(&text, gw_buf_str(&bytes), charset);
	if (html)
		gw_text_from_html(&plain, gw_buf_str(&text));
	else if (format != NULL && strcasecmp(format, "flowed") == 0)
		gw_text_unflow(&plain, gw_buf_str(&text),
			       delsp != NULL && strcasecmp(delsp, "yes") == 0);
	else
		gw_buf_add_str(&plain, gw_buf_str(&text));
	add_text(finding, gw_buf_str(&plain));
	gw_buf_release(&bytes);
	gw_buf_release(&text);
	gw_buf_release(&plain);
}

/* Appends what a mail says of itself as one line, as far as `max` bytes, whatever bytes it is made of. */
static void add_line(struct gw_buf *out, const char *said, size_t max)
{
	struct gw_buf clean;

	gw_buf_init(&clean, (size_t)64 * 1024);
	gw_text_decode(&clean, gw_str(said), NULL);
	for (size_t i = 0; i < clean.len; i++) {
		if (clean.data[i] == '\n' || clean.data[i] == '\t')
			clean.data[i] = ' ';
	}
	gw_buf_add_str(out, gw_utf8_cut(gw_buf_str(&clean), max));
	gw_buf_release(&clean);
}

/* "attachment: name (application/pdf, 12345 bytes)": said, because it is not passed on. */
static void note_attachment(struct finding *finding, GMimeObject *object, const char *name)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	char *mime = g_mime_content_type_get_mime_type(type);
	struct gw_buf bytes;

	if (finding->attachment_count++ >= GW_INCOMING_ATTACHMENTS_MAX) {
		g_free(mime);
		return;
	}
	gw_buf_init(&bytes, (size_t)64 * 1024 * 1024);
	if (GMIME_IS_PART(object))
		part_bytes(GMIME_PART(object), &bytes);
	gw_buf_add_c(&finding->attachments, "[attachment: ");
	add_line(&finding->attachments, name != NULL ? name : "without a name", ATTACHMENT_MAX);
	gw_buf_add_c(&finding->attachments, " (");
	add_line(&finding->attachments, mime != NULL ? mime : "unknown", MIME_TYPE_MAX);
	if (bytes.len > 0)
		gw_buf_addf(&finding->attachments, ", %zu bytes", bytes.len);
	gw_buf_add_c(&finding->attachments, ")]\n");
	gw_buf_release(&bytes);
	g_free(mime);
}

static bool is_type(GMimeObject *object, const char *type, const char *subtype)
{
	return g_mime_content_type_is_type(g_mime_object_get_content_type(object), type, subtype);
}

static bool is_attached(GMimeObject *object)
{
	const char *disposition = g_mime_object_get_disposition(object);

	return disposition != NULL && strcasecmp(disposition, "attachment") == 0;
}

static void read_object(struct finding *finding, GMimeObject *object, unsigned depth);

/* Whether there is text of that kind in it that is not attached. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool has_text(GMimeObject *object, const char *subtype, unsigned depth)
{
	if (GMIME_IS_MULTIPART(object) && depth < DEPTH_MAX) {
		GMimeMultipart *parts = GMIME_MULTIPART(object);

		for (int i = 0; i < g_mime_multipart_get_count(parts); i++) {
			if (has_text(g_mime_multipart_get_part(parts, i), subtype, depth + 1))
				return true;
		}
		return false;
	}
	return GMIME_IS_PART(object) && is_type(object, "text", subtype) && !is_attached(object);
}

/* The same thing several times, the best last (RFC 2046, 5.1.4): plain text tells it best here, unless it is empty. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void read_alternative(struct finding *finding, GMimeMultipart *parts, unsigned depth)
{
	static const char *const wanted[] = {"plain", "html", "*"};
	size_t before = finding->text.len;

	for (size_t w = 0; w < GW_ARRAY_LEN(wanted); w++) {
		for (int i = 0; i < g_mime_multipart_get_count(parts); i++) {
			GMimeObject *part = g_mime_multipart_get_part(parts, i);

			if (has_text(part, wanted[w], depth))
				read_object(finding, part, depth + 1);
			if (finding->text.len > before)
				return;
		}
	}
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static void read_multipart(struct finding *finding, GMimeMultipart *parts, unsigned depth)
{
	GMimeObject *object = GMIME_OBJECT(parts);
	int count = g_mime_multipart_get_count(parts);

	if (is_type(object, "multipart", "alternative")) {
		read_alternative(finding, parts, depth);
		return;
	}
	if (is_type(object, "multipart", "encrypted")) {
		note_attachment(finding, object, "an encrypted text");
		return;
	}
	/* what a page shows belongs to the page, and a signature to what it signs */
	if (is_type(object, "multipart", "related") || is_type(object, "multipart", "signed"))
		count = count > 0 ? 1 : 0;
	for (int i = 0; i < count; i++)
		read_object(finding, g_mime_multipart_get_part(parts, i), depth + 1);
}

/* GMime limits how deep its tree is by what it was given; this by DEPTH_MAX. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void read_object(struct finding *finding, GMimeObject *object, unsigned depth)
{
	if (object == NULL || depth > DEPTH_MAX)
		return;
	if (GMIME_IS_MULTIPART(object)) {
		read_multipart(finding, GMIME_MULTIPART(object), depth);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		note_attachment(finding, object,
				inner != NULL ? g_mime_message_get_subject(inner) : NULL);
	} else if (GMIME_IS_PART(object)) {
		const char *name = g_mime_part_get_filename(GMIME_PART(object));
		bool html = is_type(object, "text", "html");

		if (!is_attached(object) && (html || is_type(object, "text", "plain") ||
					     is_type(object, "text", "enriched")))
			read_text(finding, GMIME_PART(object), html);
		else
			note_attachment(finding, object, name);
	}
}

/* -- headers */

static char *decoded(const char *text, size_t max)
{
	struct gw_buf out;
	struct gw_str cut = GW_STR_NULL;
	char *copy = NULL;

	gw_buf_init(&out, (size_t)1024 * 1024);
	gw_text_decode(&out, gw_str(text != NULL ? text : ""), NULL);
	for (size_t i = 0; i < out.len; i++) {
		if (out.data[i] == '\n' || out.data[i] == '\t')
			out.data[i] = ' ';
	}
	cut = gw_utf8_cut(gw_text_bare_subject(gw_buf_str(&out)), max);
	copy = gw_str_dup(cut.data != NULL ? cut : GW_STR_LIT(""));
	gw_buf_release(&out);
	return copy;
}

static char *lower_copy(const char *text)
{
	char *copy = gw_xstrdup(text);

	for (char *c = copy; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* The only address that a header names; NULL if there are none or several. */
static char *only_address(InternetAddressList *list)
{
	InternetAddress *address = NULL;
	const char *text = NULL;

	if (list == NULL || internet_address_list_length(list) != 1)
		return NULL;
	address = internet_address_list_get_address(list, 0);
	if (!INTERNET_ADDRESS_IS_MAILBOX(address))
		return NULL;
	text = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
	return text != NULL && strchr(text, '@') != NULL && strlen(text) <= 320 &&
			       gw_utf8_valid(gw_str(text))
		       ? lower_copy(text)
		       : NULL;
}

static void add_recipient(struct gw_incoming *incoming, const char *address)
{
	if (address != NULL && strlen(address) <= 320 &&
	    incoming->recipient_count < GW_INCOMING_RECIPIENTS_MAX)
		incoming->recipients[incoming->recipient_count++] = gw_xstrdup(address);
}

static void add_recipients(struct gw_incoming *incoming, InternetAddressList *list)
{
	int count = list != NULL ? internet_address_list_length(list) : 0;

	for (int i = 0; i < count; i++) {
		InternetAddress *address = internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_MAILBOX(address))
			add_recipient(incoming, internet_address_mailbox_get_addr(
							INTERNET_ADDRESS_MAILBOX(address)));
	}
}

/* Where mail servers put the receiver of the envelope, then what the writer wrote. */
static void read_recipients(struct gw_incoming *incoming, GMimeMessage *message)
{
	static const char *const names[] = {"X-Original-To", "Envelope-To", "Delivered-To"};

	for (size_t i = 0; i < GW_ARRAY_LEN(names); i++) {
		const char *value = g_mime_object_get_header(GMIME_OBJECT(message), names[i]);
		InternetAddressList *list =
			value != NULL ? internet_address_list_parse(NULL, value) : NULL;

		add_recipients(incoming, list);
		if (list != NULL)
			g_object_unref(list);
	}
	add_recipients(incoming, g_mime_message_get_to(message));
	add_recipients(incoming, g_mime_message_get_cc(message));
}

/* The newest first: References ends with what was answered. */
static void read_ids(struct gw_incoming *incoming, GMimeMessage *message)
{
	static const char *const names[] = {"In-Reply-To", "References"};

	for (size_t i = 0; i < GW_ARRAY_LEN(names); i++) {
		const char *value = g_mime_object_get_header(GMIME_OBJECT(message), names[i]);
		GMimeReferences *list = value != NULL ? g_mime_references_parse(NULL, value) : NULL;
		int count = list != NULL ? g_mime_references_length(list) : 0;

		for (int j = count - 1; j >= 0; j--) {
			const char *id = g_mime_references_get_message_id(list, j);

			if (id != NULL)
				gw_incoming_add_id(incoming, id);
		}
		if (list != NULL)
			g_mime_references_free(list);
	}
}

/* -- the whole */

/* As many parts as the message could have: each needs one of these words. */
static bool has_too_many_parts(struct gw_str message)
{
	static const char *const words[] = {"boundary", "message/"};
	size_t count = 0;

	for (size_t w = 0; w < GW_ARRAY_LEN(words); w++) {
		size_t len = strlen(words[w]);

		for (size_t i = 0; i + len <= message.len; i++) {
			if (tolower((unsigned char)message.data[i]) == words[w][0] &&
			    strncasecmp(message.data + i, words[w], len) == 0 &&
			    ++count > PARTS_MAX)
				return true;
		}
	}
	return false;
}

static GMimeMessage *parse(struct gw_str text)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text.data, text.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = NULL;

	g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

/* Lines that only some programs write: "From …" of a mailbox, and blank ones. */
static struct gw_str without_preface(struct gw_str text)
{
	const char *end = NULL;

	while (text.len > 0 && (text.data[0] == '\n' || text.data[0] == '\r')) {
		text.data++;
		text.len--;
	}
	if (text.len < 5 || memcmp(text.data, "From ", 5) != 0)
		return text;
	end = memchr(text.data, '\n', text.len);
	return end != NULL ? (struct gw_str){end + 1, (size_t)(text.data + text.len - end - 1)}
			   : text;
}

static void read_content(struct gw_incoming *incoming, GMimeMessage *message)
{
	struct finding finding = {.attachment_count = 0};

	gw_buf_init(&finding.text, 16 * GW_INCOMING_TEXT_MAX);
	gw_buf_init(&finding.attachments, (size_t)64 * 1024);
	read_object(&finding, g_mime_message_get_mime_part(message), 0);
	if (finding.attachment_count > GW_INCOMING_ATTACHMENTS_MAX)
		gw_buf_addf(&finding.attachments, "[and %u more]\n",
			    finding.attachment_count - GW_INCOMING_ATTACHMENTS_MAX);
	incoming->text = gw_buf_detach(&finding.text);
	incoming->attachments = gw_buf_detach(&finding.attachments);
	gw_buf_release(&finding.text);
	gw_buf_release(&finding.attachments);
}

enum gw_err gw_incoming_read(struct gw_str text, struct gw_str sender, const char *auth_host,
			     struct gw_incoming *ret_incoming)
{
	struct gw_str rest = without_preface(text);
	struct gw_incoming incoming = {.class = GW_INCOMING_PERSONAL};
	GMimeMessage *message = NULL;
	const char *id = NULL;

	if (rest.len == 0 || has_too_many_parts(rest))
		return GW_INVALID;
	pthread_once(&gmime_once, start_gmime);
	message = parse(rest);
	if (message == NULL || g_mime_header_list_get_count(
				       g_mime_object_get_header_list(GMIME_OBJECT(message))) == 0) {
		if (message != NULL)
			g_object_unref(message);
		return GW_INVALID;
	}
	incoming.from = only_address(g_mime_message_get_from(message));
	incoming.subject = decoded(g_mime_message_get_subject(message), 400);
	id = g_mime_message_get_message_id(message);
	if (id != NULL && strlen(id) <= 900 && gw_utf8_valid(gw_str(id)) && id[0] != '\0')
		incoming.message_id = gw_xstrdup(id);
	read_ids(&incoming, message);
	read_recipients(&incoming, message);
	read_content(&incoming, message);
	gw_incoming_classify(&incoming, message, sender, auth_host);
	g_object_unref(message);
	*ret_incoming = incoming;
	return GW_OK;
}
