/* SPDX-License-Identifier: ISC */
/*
 * class.c: see class.h.
 */
#include "letters/class.h"

#include "base/alloc.h"
#include "base/text.h"
#include "letters/text.h"

#include <string.h>
#include <strings.h>

#define HOPS_MAX 50 /* Received headers; mail servers end loops at 30 to 100 themselves */
#define REPORT_MAX ((size_t)256 * 1024)
#define DIAGNOSTIC_MAX 300

static const char *header(GMimeMessage *message, const char *name)
{
	return g_mime_object_get_header(GMIME_OBJECT(message), name);
}

static bool has_word(const char *text, const char *const *words)
{
	for (size_t i = 0; text != NULL && words[i] != NULL; i++) {
		if (strcasestr(text, words[i]) != NULL)
			return true;
	}
	return false;
}

static bool begins_with_word(const char *text, const char *const *words)
{
	for (size_t i = 0; text != NULL && words[i] != NULL; i++) {
		if (strncasecmp(text, words[i], strlen(words[i])) == 0)
			return true;
	}
	return false;
}

static unsigned count_headers(GMimeMessage *message, const char *name)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(message));
	int count = g_mime_header_list_get_count(list);
	unsigned found = 0;

	for (int i = 0; i < count; i++) {
		GMimeHeader *field = g_mime_header_list_get_header_at(list, i);

		found += strcasecmp(g_mime_header_get_name(field), name) == 0;
	}
	return found;
}

static bool is_null_sender(GMimeMessage *message, struct gw_str sender)
{
	const char *path = header(message, "Return-Path");

	if (sender.data != NULL)
		return sender.len == 0 || gw_str_equal_c(sender, "<>") ||
		       (sender.len == 13 && strncasecmp(sender.data, "MAILER-DAEMON", 13) == 0);
	return path != NULL && gw_str_equal_c(gw_str_trim(gw_str(path)), "<>");
}

/* -- what programs write (RFC 3834, RFC 2919, and habits) */

static const char *find_automatic(GMimeMessage *message)
{
	static const char *const lists[] = {"List-Id", "List-Post", "List-Unsubscribe",
					    "Mailing-List"};
	static const char *const programs[] = {"X-Autoreply", "X-Autorespond", "X-Auto-Reply-From",
					       "X-Mail-Autoreply", "X-Vacation"};
	static const char *const bulk[] = {"bulk", "junk", "list", "auto_reply", NULL};
	static const char *const away[] = {
		"Automatic reply:",
		"Auto:",
		"Autoreply:",
		"Auto-reply:",
		"Out of Office",
		"Out of the office",
		"Abwesenheitsnotiz",
		"Automatische Antwort",
		"Abwesend:",
		"R\xc3\xa9ponse automatique",
		"Absence du bureau",
		"Respuesta autom\xc3\xa1tica",
		"Risposta automatica",
		"\xe8\x87\xaa\xe5\x8a\xa8\xe5\x9b\x9e\xe5\xa4\x8d" /* zidong huifu */,
		"\xe8\x87\xaa\xe5\x8a\xa8\xe7\xad\x94\xe5\xa4\x8d",
		"\xe8\x87\xaa\xe5\x8b\x95\xe5\x9b\x9e\xe8\xa6\x86",
		NULL};
	const char *submitted = header(message, "Auto-Submitted");

	if (submitted != NULL && strncasecmp(submitted, "no", 2) != 0)
		return "Auto-Submitted";
	for (size_t i = 0; i < GW_ARRAY_LEN(lists); i++) {
		if (header(message, lists[i]) != NULL)
			return "it comes from a list";
	}
	for (size_t i = 0; i < GW_ARRAY_LEN(programs); i++) {
		if (header(message, programs[i]) != NULL)
			return "an automatic reply";
	}
	if (has_word(header(message, "Precedence"), bulk))
		return "Precedence";
	if (begins_with_word(g_mime_message_get_subject(message), away))
		return "an automatic reply";
	return NULL;
}

/* -- mail that came back */

static void content_text(GMimePart *part, struct gw_buf *out)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *memory = NULL;
	GByteArray *bytes = NULL;

	if (content == NULL)
		return;
	memory = g_mime_stream_mem_new();
	(void)g_mime_data_wrapper_write_to_stream(content, memory);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	gw_text_decode(out,
		       (struct gw_str){(const char *)bytes->data,
				       bytes->len < REPORT_MAX ? bytes->len : REPORT_MAX},
		       NULL);
	g_object_unref(memory);
}

/* A field of a delivery report (RFC 3464, 2.1); absent if it is not there. Folded lines are one. */
static char *report_field(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *at = text;
	struct gw_buf value;

	while (at != NULL && strncasecmp(at, name, len) != 0) {
		at = strchr(at, '\n');
		at = at != NULL ? at + 1 : NULL;
	}
	if (at == NULL)
		return NULL;
	gw_buf_init(&value, REPORT_MAX);
	for (at += len; *at != '\0' && (*at != '\n' || at[1] == ' ' || at[1] == '\t'); at++)
		gw_buf_add_char(&value, *at == '\n' || *at == '\t' ? ' ' : *at);
	return gw_buf_detach(&value);
}

/* "smtp; 550 5.1.1 no such user" without what comes before the semicolon. */
static void set_diagnostic(struct gw_incoming *incoming, const char *text)
{
	const char *semicolon = strchr(text, ';');
	struct gw_str words = gw_str_trim(
		gw_str(semicolon != NULL && semicolon - text < 20 ? semicolon + 1 : text));
	struct gw_buf clean;

	words = gw_utf8_cut(words, DIAGNOSTIC_MAX);
	gw_buf_init(&clean, DIAGNOSTIC_MAX + 1);
	for (size_t i = 0; i < words.len; i++) {
		bool blank = words.data[i] == ' ' || words.data[i] == '\n' || words.data[i] == '\t';

		if (!blank)
			gw_buf_add_char(&clean, words.data[i]);
		else if (clean.len > 0 && clean.data[clean.len - 1] != ' ')
			gw_buf_add_char(&clean, ' ');
	}
	free(incoming->diagnostic);
	incoming->diagnostic = gw_buf_detach(&clean);
	gw_buf_release(&clean);
}

static void read_status(struct gw_incoming *incoming, GMimePart *part)
{
	struct gw_buf text;
	char *action = NULL;
	char *status = NULL;
	char *diagnostic = NULL;

	gw_buf_init(&text, 4 * REPORT_MAX);
	content_text(part, &text);
	action = report_field(text.data, "Action:");
	status = report_field(text.data, "Status:");
	diagnostic = report_field(text.data, "Diagnostic-Code:");
	if (action != NULL &&
	    (strcasestr(action, "delayed") != NULL || strcasestr(action, "relayed") != NULL ||
	     strcasestr(action, "delivered") != NULL || strcasestr(action, "expanded") != NULL))
		incoming->class = GW_INCOMING_DELAY;
	else
		incoming->class = GW_INCOMING_BOUNCE;
	if (diagnostic != NULL)
		set_diagnostic(incoming, diagnostic);
	else if (status != NULL)
		set_diagnostic(incoming, status);
	free(action);
	free(status);
	free(diagnostic);
	gw_buf_release(&text);
}

/* The letter that came back, or its headers. */
static void read_returned(struct gw_incoming *incoming, GMimeObject *object)
{
	struct gw_buf text;
	char *id = NULL;

	if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		if (inner != NULL && g_mime_message_get_message_id(inner) != NULL)
			gw_incoming_add_id(incoming, g_mime_message_get_message_id(inner));
		return;
	}
	if (!GMIME_IS_PART(object))
		return;
	gw_buf_init(&text, 4 * REPORT_MAX);
	content_text(GMIME_PART(object), &text);
	id = report_field(text.data, "Message-ID:");
	if (id != NULL) {
		struct gw_str bare = gw_str_trim(gw_str(id));
		char *copy = NULL;

		if (bare.len > 2 && bare.data[0] == '<' && bare.data[bare.len - 1] == '>') {
			copy = gw_str_dup((struct gw_str){bare.data + 1, bare.len - 2});
			gw_incoming_add_id(incoming, copy);
			free(copy);
		}
	}
	free(id);
	gw_buf_release(&text);
}

/* A report (RFC 3462): what it reports, or false. */
static bool read_report(struct gw_incoming *incoming, GMimeMessage *message)
{
	GMimeObject *root = g_mime_message_get_mime_part(message);
	GMimeContentType *type = root != NULL ? g_mime_object_get_content_type(root) : NULL;
	const char *kind =
		type != NULL ? g_mime_content_type_get_parameter(type, "report-type") : NULL;
	bool found = false;

	if (root == NULL || !GMIME_IS_MULTIPART(root) ||
	    !g_mime_content_type_is_type(type, "multipart", "report"))
		return false;
	if (kind != NULL && strcasecmp(kind, "delivery-status") != 0) {
		incoming->class = GW_INCOMING_AUTOMATIC;
		incoming->why = "a receipt";
		return true;
	}
	for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(root)); i++) {
		GMimeObject *part = g_mime_multipart_get_part(GMIME_MULTIPART(root), i);
		GMimeContentType *part_type = g_mime_object_get_content_type(part);

		if (GMIME_IS_PART(part) &&
		    (g_mime_content_type_is_type(part_type, "message", "delivery-status") ||
		     g_mime_content_type_is_type(part_type, "message", "global-delivery-status"))) {
			read_status(incoming, GMIME_PART(part));
			found = true;
		} else if (i > 0) {
			read_returned(incoming, part);
		}
	}
	if (!found)
		incoming->class = GW_INCOMING_BOUNCE;
	incoming->why = incoming->class == GW_INCOMING_BOUNCE
				? "a delivery report"
				: "a delivery report, not of a failure";
	return true;
}

/* A line with a code of SMTP that is for good, such as "550 5.1.1 … no such user". */
static const char *find_code(const char *text)
{
	for (const char *at = text; at != NULL && *at != '\0';) {
		const char *end = strchr(at, '\n');
		size_t len = end != NULL ? (size_t)(end - at) : strlen(at);

		for (size_t i = 0; i + 4 < len; i++) {
			bool start = i == 0 || strchr(" <[(:#\t-", at[i - 1]) != NULL;

			if (start && at[i] == '5' && at[i + 1] >= '0' && at[i + 1] <= '7' &&
			    at[i + 2] >= '0' && at[i + 2] <= '9' && strchr(" -", at[i + 3]) != NULL)
				return at + i;
			if (start && at[i] == '5' && at[i + 1] == '.' && at[i + 2] >= '0' &&
			    at[i + 2] <= '7' && at[i + 3] == '.')
				return at + i;
		}
		at = end != NULL ? end + 1 : NULL;
	}
	return NULL;
}

/* Mail servers that use their own words. */
static bool read_free_bounce(struct gw_incoming *incoming, GMimeMessage *message)
{
	static const char *const servers[] = {"mailer-daemon@", "postmaster@", "mail-daemon@",
					      "microsoftexchange", NULL};
	static const char *const subjects[] = {
		"undeliver",
		"delivery status notification",
		"delivery failure",
		"delivery failed",
		"delivery notification",
		"mail delivery",
		"returned mail",
		"failure notice",
		"returned to sender",
		"mail system error",
		"unzustellbar",
		"nicht zustellbar",
		"nicht zugestellt",
		"non remis",
		"non distribu",
		"no se pudo entregar",
		"\xe9\x80\x80\xe4\xbf\xa1" /* tuixin */,
		"\xe6\x97\xa0\xe6\xb3\x95\xe6\x8a\x95\xe9\x80\x92" /* wufa toudi */,
		NULL};
	static const char *const delays[] = {"delayed",
					     "will retry",
					     "will be retried",
					     "still trying",
					     "not yet been delivered",
					     "could not be delivered for",
					     "temporarily",
					     "verz\xc3\xb6gert",
					     NULL};
	const char *subject = g_mime_message_get_subject(message);
	bool server = has_word(incoming->from, servers);
	const char *code = NULL;
	char *line = NULL;

	if (!(server && incoming->null_sender) &&
	    !((server || incoming->null_sender) && has_word(subject, subjects)))
		return false;
	code = find_code(incoming->text);
	incoming->class = GW_INCOMING_BOUNCE;
	incoming->why = "a mail server says that it could not deliver";
	if (code == NULL && (has_word(subject, delays) || has_word(incoming->text, delays))) {
		incoming->class = GW_INCOMING_DELAY;
		incoming->why = "a mail server says that it takes longer";
	}
	if (code != NULL) {
		line = gw_str_dup((struct gw_str){code, strcspn(code, "\n")});
		set_diagnostic(incoming, line);
		free(line);
	}
	return true;
}

/* -- who vouches for the sender */

/*
 * The topmost Authentication-Results of the host that the operator trusts (RFC 8601): that host puts its own on top, and removes what
 * others wrote in its name.
 */
static enum gw_incoming_proof read_proof(GMimeMessage *message, const char *auth_host)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(message));
	int count = g_mime_header_list_get_count(list);
	size_t len = strlen(auth_host);

	for (int i = 0; i < count && len > 0; i++) {
		GMimeHeader *field = g_mime_header_list_get_header_at(list, i);
		const char *value = g_mime_header_get_value(field);
		const char *dmarc = NULL;

		if (strcasecmp(g_mime_header_get_name(field), "Authentication-Results") != 0 ||
		    value == NULL)
			continue;
		value += strspn(value, " \t\r\n");
		if (strncasecmp(value, auth_host, len) != 0 || strchr(" \t;", value[len]) == NULL)
			continue;
		dmarc = strcasestr(value + len, "dmarc=");
		if (dmarc == NULL || strchr(" \t;\r\n", dmarc[-1]) == NULL)
			continue;
		dmarc += strlen("dmarc=");
		if (strncasecmp(dmarc, "pass", 4) == 0)
			return GW_PROOF_PASS;
		if (strncasecmp(dmarc, "fail", 4) == 0)
			return GW_PROOF_FAIL;
		return GW_PROOF_NONE;
	}
	return GW_PROOF_NONE;
}

void gw_incoming_classify(struct gw_incoming *incoming, GMimeMessage *message, struct gw_str sender,
			  const char *auth_host)
{
	const char *automatic = NULL;

	incoming->null_sender = is_null_sender(message, sender);
	incoming->proof = read_proof(message, auth_host);
	incoming->diagnostic = gw_xstrdup("");
	if (count_headers(message, "Received") > HOPS_MAX) {
		incoming->class = GW_INCOMING_LOOP;
		incoming->why = "it has been through too many mail servers";
		return;
	}
	if (read_report(incoming, message) || read_free_bounce(incoming, message))
		return;
	automatic = find_automatic(message);
	if (automatic == NULL && incoming->null_sender)
		automatic = "it wants no answer (null sender)";
	if (automatic != NULL) {
		incoming->class = GW_INCOMING_AUTOMATIC;
		incoming->why = automatic;
	}
}
