/* SPDX-License-Identifier: ISC */
/*
 * reply_line.c: see reply_line.h.
 */
#include "letters/reply_line.h"
#include "letters/text.h"

#include <string.h>
#include <strings.h>

#define WROTE_MAX GW_LINE_INTRODUCTION_MAX
#define MOBILE_MAX 120 /* bytes of such a line */

static bool begins_with(struct gw_str text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && strncasecmp(text.data, prefix, len) == 0;
}

static bool contains(struct gw_str text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++) {
		if (strncasecmp(text.data + i, word, len) == 0)
			return true;
	}
	return false;
}

static bool ends_with(struct gw_str text, const char *suffix)
{
	size_t len = strlen(suffix);

	return text.len >= len && memcmp(text.data + text.len - len, suffix, len) == 0;
}

static bool contains_one_of(struct gw_str text, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		if (contains(text, words[i]))
			return true;
	}
	return false;
}

static bool begins_with_one_of(struct gw_str text, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		if (begins_with(text, words[i]))
			return true;
	}
	return false;
}

static bool has_digit_or_address(struct gw_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((text.data[i] >= '0' && text.data[i] <= '9') || text.data[i] == '@')
			return true;
	}
	return false;
}

/* -- lines of their own kind */

/* "On Monday, Ada <ada@example.org> wrote:", in the languages of those who write. */
bool gw_line_is_introduction(struct gw_str text)
{
	static const char *const wrote[] = {
		"wrote",
		"writes",
		"schrieb",
		"geschrieben",
		"a \xc3\xa9"
		"crit",
		"a ecrit",
		"escribi\xc3\xb3",
		"escribio",
		"ha scritto",
		"escreveu",
		"schreef",
		"skrev",
		"napisa",
		"\xe5\x86\x99\xe9\x81\x93" /* xie dao */,
		"\xe5\xaf\xab\xe9\x81\x93",
		"\xe6\x9b\xb8\xe3\x81\x8d\xe3\x81\xbe\xe3\x81\x97\xe3\x81\x9f",
		"\xd0\xbd\xd0\xb0\xd0\xbf\xd0\xb8\xd1\x81\xd0\xb0" /* napisa */,
		"kirjoitti",
		"yazd\xc4\xb1",
		"napsal",
		NULL};
	struct gw_str trimmed = gw_str_trim(text);

	if (!ends_with(trimmed, ":") && !ends_with(trimmed, "\xef\xbc\x9a"))
		return false;
	return trimmed.len <= WROTE_MAX && has_digit_or_address(trimmed) &&
	       contains_one_of(trimmed, wrote);
}

/* How an introduction begins that mail programs break into several lines. */
bool gw_line_may_introduce(struct gw_str text)
{
	static const char *const beginnings[] = {"On ",
						 "Am ",
						 "Le ",
						 "El ",
						 "Il ",
						 "Em ",
						 "Op ",
						 "Den ",
						 "Dnia ",
						 "W dniu ",
						 "\xe5\x9c\xa8" /* zai */,
						 "\xe4\xba\x8e" /* yu */,
						 NULL};
	struct gw_str trimmed = gw_str_trim(text);

	return begins_with_one_of(trimmed, beginnings) ||
	       (trimmed.len > 0 && trimmed.data[0] >= '0' && trimmed.data[0] <= '9');
}

/* "-----Original Message-----" and its like. */
bool gw_line_is_divider(struct gw_str text)
{
	static const char *const words[] = {
		"Original Message",
		"Original-Nachricht",
		"Urspr\xc3\xbcngliche Nachricht",
		"Originalnachricht",
		"Message d'origine",
		"Message original",
		"Mensaje original",
		"Messaggio originale",
		"Mensagem original",
		"Oorspronkelijk bericht",
		"\xe5\x8e\x9f\xe5\xa7\x8b\xe9\x82\xae\xe4\xbb\xb6" /* yuanshi youjian */,
		"\xe5\x8e\x9f\xe5\xa7\x8b\xe9\x83\xb5\xe4\xbb\xb6",
		"\xe5\x8e\x9f\xe9\x82\xae\xe4\xbb\xb6",
		"Forwarded message",
		"Weitergeleitete Nachricht",
		"Message transf\xc3\xa9r\xc3\xa9",
		"\xe8\xbd\xac\xe5\x8f\x91\xe9\x82\xae\xe4\xbb\xb6" /* zhuanfa youjian */,
		"\xe5\x85\x83\xe3\x81\xae\xe3\x83\xa1\xe3\x83\x83\xe3\x82\xbb\xe3\x83\xbc\xe3\x82"
		"\xb8",
		NULL};
	struct gw_str trimmed = gw_str_trim(text);

	return trimmed.len > 6 && trimmed.len < 120 &&
	       (memcmp(trimmed.data, "---", 3) == 0 || begins_with(trimmed, "Begin forwarded") ||
		memcmp(trimmed.data, "___", 3) == 0) &&
	       contains_one_of(trimmed, words);
}

/* "From: …" as the first of the lines that Outlook puts over what it quotes. */
bool gw_line_is_from_field(struct gw_str text)
{
	static const char *const names[] = {"From:",
					    "*From:",
					    "Von:",
					    "*Von:",
					    "De :",
					    "De:",
					    "*De :",
					    "*De:",
					    "Da:",
					    "Van:",
					    "Fra:",
					    "Fr\xc3\xa5n:",
					    "Od:",
					    "\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba:" /* fajianren */,
					    "\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba\xef\xbc\x9a",
					    "\xe5\xaf\x84\xe4\xbb\xb6\xe8\x80\x85:",
					    "\xe5\xaf\x84\xe4\xbb\xb6\xe8\x80\x85\xef\xbc\x9a",
					    "\xe5\xb7\xae\xe5\x87\xba\xe4\xba\xba:",
					    "\xe5\x8f\x91\xe8\x87\xaa:",
					    "\xe5\x8f\x91\xe8\x87\xaa\xef\xbc\x9a",
					    NULL};

	return begins_with_one_of(gw_str_trim(text), names);
}

bool gw_line_is_other_field(struct gw_str text)
{
	static const char *const names[] = {
		"Sent:",
		"*Sent:",
		"Date:",
		"*Date:",
		"To:",
		"*To:",
		"Cc:",
		"*Cc:",
		"Subject:",
		"*Subject:",
		"Gesendet:",
		"*Gesendet:",
		"Datum:",
		"An:",
		"*An:",
		"Betreff:",
		"*Betreff:",
		"Kopie:",
		"Envoy\xc3\xa9 :",
		"Envoy\xc3\xa9:",
		"\xc3\x80 :",
		"\xc3\x80:",
		"Objet :",
		"Objet:",
		"Enviado",
		"Para:",
		"Asunto:",
		"Inviato:",
		"A:",
		"Oggetto:",
		"Verzonden:",
		"Aan:",
		"Onderwerp:",
		"Reply-To:",
		"\xe5\x8f\x91\xe9\x80\x81\xe6\x97\xb6\xe9\x97\xb4" /* fasong shijian */,
		"\xe5\x8f\x91\xe9\x80\x81\xe6\x97\xa5\xe6\x9c\x9f",
		"\xe6\x97\xa5\xe6\x9c\x9f" /* riqi */,
		"\xe6\x94\xb6\xe4\xbb\xb6\xe4\xba\xba" /* shoujianren */,
		"\xe4\xb8\xbb\xe9\xa2\x98" /* zhuti */,
		"\xe6\x8a\x84\xe9\x80\x81" /* chaosong */,
		"\xe4\xb8\xbb\xe6\x97\xa8",
		"\xe6\x97\xb6\xe9\x97\xb4" /* shijian */,
		"\xe9\x80\x81\xe4\xbf\xa1\xe6\x97\xa5\xe6\x99\x82",
		"\xe5\xae\x9b\xe5\x85\x88",
		"\xe4\xbb\xb6\xe5\x90\x8d",
		NULL};

	return begins_with_one_of(gw_str_trim(text), names);
}
/* What telephones and programs write under every letter. */
bool gw_line_is_mobile_signature(struct gw_str text)
{
	static const char *const words[] = {
		"Sent from my ",
		"Sent from Mail for",
		"Sent from Outlook",
		"Sent from Yahoo",
		"Sent with Proton",
		"Sent from Proton",
		"Sent via ",
		"Get Outlook for ",
		"Sent from the ",
		"Von meinem ",
		"Gesendet von ",
		"Gesendet mit ",
		"Diese Nachricht wurde von ",
		"Holen Sie sich Outlook",
		"Outlook f\xc3\xbcr ",
		"Envoy\xc3\xa9 de",
		"Envoy\xc3\xa9 \xc3\xa0 partir",
		"T\xc3\xa9l\xc3\xa9"
		"charger Outlook",
		"Obtenez Outlook",
		"Enviado desde ",
		"Enviado do meu",
		"Inviato da",
		"Verstuurd vanaf",
		"Skickat fr\xc3\xa5n",
		"\xe5\x8f\x91\xe8\x87\xaa\xe6\x88\x91\xe7\x9a\x84" /* fa zi wo de */,
		"\xe4\xbb\x8e\xe6\x88\x91\xe7\x9a\x84" /* cong wo de */,
		"\xe5\x8f\x91\xe8\x87\xaa Outlook",
		"\xe8\x8e\xb7\xe5\x8f\x96 Outlook" /* huoqu */,
		"\xe5\xaf\x84\xe8\x87\xaa\xe6\x88\x91\xe7\x9a\x84",
		NULL};
	static const char *const devices[] = {"iPhone",
					      "iPad",
					      "Android",
					      "Galaxy",
					      "Samsung",
					      "Huawei",
					      "Windows",
					      "Outlook",
					      "Mail",
					      "Handy",
					      "Ger\xc3\xa4t",
					      "BlackBerry",
					      "Yahoo",
					      "Telekom",
					      "Smartphone",
					      "mobile",
					      "t\xc3\xa9l\xc3\xa9phone",
					      "m\xc3\xb3vil",
					      "telefono",
					      "GMX",
					      "WEB.DE",
					      "K-9",
					      "phone",
					      "Pixel",
					      "HONOR",
					      "Xiaomi",
					      "\xe5\xb0\x8f\xe7\xb1\xb3",
					      "QQ",
					      "\xe6\x89\x8b\xe6\x9c\xba" /* shouji */,
					      "\xe9\x82\xae\xe7\xae\xb1" /* youxiang */,
					      "\xe5\x8d\x8e\xe4\xb8\xba",
					      NULL};
	struct gw_str trimmed = gw_str_trim(text);

	return trimmed.len > 0 && trimmed.len <= MOBILE_MAX && begins_with_one_of(trimmed, words) &&
	       contains_one_of(trimmed, devices);
}

bool gw_line_is_signature_mark(struct gw_str raw)
{
	return gw_str_equal_c(raw, "-- ") || gw_str_equal_c(raw, "--") ||
	       gw_str_equal_c(raw, "\xe2\x80\x94");
}

bool gw_line_is_quoted(struct gw_str text)
{
	return begins_with(text, ">") || begins_with(text, "\xef\xbc\x9e");
}

bool gw_line_is_rule(struct gw_str text)
{
	return begins_with(gw_str_trim(text), "_____");
}

struct gw_str gw_text_bare_subject(struct gw_str subject)
{
	static const char *const prefixes[] = {"Re:",
					       "RE:",
					       "AW:",
					       "Aw:",
					       "Antw:",
					       "Antwort:",
					       "SV:",
					       "VS:",
					       "RV:",
					       "Rif:",
					       "R:",
					       "RES:",
					       "Odp:",
					       "YNT:",
					       "Fwd:",
					       "Fw:",
					       "WG:",
					       "TR:",
					       "Re :",
					       "RE :",
					       "R\xc3\xa9p:",
					       "R\xc3\xa9p :",
					       "\xe5\x9b\x9e\xe5\xa4\x8d:" /* huifu */,
					       "\xe5\x9b\x9e\xe5\xa4\x8d\xef\xbc\x9a",
					       "\xe7\xad\x94\xe5\xa4\x8d:" /* dafu */,
					       "\xe7\xad\x94\xe5\xa4\x8d\xef\xbc\x9a",
					       "\xe5\x9b\x9e\xe8\xa6\x86:",
					       "\xe5\x9b\x9e\xe8\xa6\x86\xef\xbc\x9a",
					       "\xe8\xbd\xac\xe5\x8f\x91:" /* zhuanfa */,
					       "\xe8\xbd\xac\xe5\x8f\x91\xef\xbc\x9a",
					       "Re\xef\xbc\x9a"};
	struct gw_str rest = gw_str_trim(subject);
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < GW_ARRAY_LEN(prefixes) && !again; i++) {
			if (!begins_with(rest, prefixes[i]))
				continue;
			rest.data += strlen(prefixes[i]);
			rest.len -= strlen(prefixes[i]);
			rest = gw_str_trim(rest);
			again = true;
		}
	}
	return rest;
}
