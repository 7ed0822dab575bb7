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
	static const char *const wrote[] = {"wrote",
					    "writes",
					    "schrieb",
					    "geschrieben",
					    "a écrit",
					    "a ecrit",
					    "escribió",
					    "escribio",
					    "ha scritto",
					    "escreveu",
					    "schreef",
					    "skrev",
					    "napisa",
					    "写道" /* xie dao */,
					    "寫道",
					    "書きました",
					    "написа" /* napisa */,
					    "kirjoitti",
					    "yazdı",
					    "napsal",
					    NULL};
	struct gw_str trimmed = gw_str_trim(text);

	if (!ends_with(trimmed, ":") && !ends_with(trimmed, "："))
		return false;
	return trimmed.len <= WROTE_MAX && has_digit_or_address(trimmed) &&
	       contains_one_of(trimmed, wrote);
}

/* How an introduction begins that mail programs break into several lines. */
bool gw_line_may_introduce(struct gw_str text)
{
	static const char *const beginnings[] = {"On ",   "Am ",     "Le ",          "El ",
						 "Il ",   "Em ",     "Op ",          "Den ",
						 "Dnia ", "W dniu ", "在" /* zai */, "于" /* yu */,
						 NULL};
	struct gw_str trimmed = gw_str_trim(text);

	return begins_with_one_of(trimmed, beginnings) ||
	       (trimmed.len > 0 && trimmed.data[0] >= '0' && trimmed.data[0] <= '9');
}

/* "-----Original Message-----" and its like. */
bool gw_line_is_divider(struct gw_str text)
{
	static const char *const words[] = {"Original Message",
					    "Original-Nachricht",
					    "Ursprüngliche Nachricht",
					    "Originalnachricht",
					    "Message d'origine",
					    "Message original",
					    "Mensaje original",
					    "Messaggio originale",
					    "Mensagem original",
					    "Oorspronkelijk bericht",
					    "原始邮件" /* yuanshi youjian */,
					    "原始郵件",
					    "原邮件",
					    "Forwarded message",
					    "Weitergeleitete Nachricht",
					    "Message transféré",
					    "转发邮件" /* zhuanfa youjian */,
					    "元のメッセージ",
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
	static const char *const names[] = {"From:",    "*From:",
					    "Von:",     "*Von:",
					    "De :",     "De:",
					    "*De :",    "*De:",
					    "Da:",      "Van:",
					    "Fra:",     "Från:",
					    "Od:",      "发件人:" /* fajianren */,
					    "发件人：", "寄件者:",
					    "寄件者：", "差出人:",
					    "发自:",    "发自：",
					    NULL};

	return begins_with_one_of(gw_str_trim(text), names);
}

bool gw_line_is_other_field(struct gw_str text)
{
	static const char *const names[] = {"Sent:",
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
					    "Envoyé :",
					    "Envoyé:",
					    "À :",
					    "À:",
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
					    "发送时间" /* fasong shijian */,
					    "发送日期",
					    "日期" /* riqi */,
					    "收件人" /* shoujianren */,
					    "主题" /* zhuti */,
					    "抄送" /* chaosong */,
					    "主旨",
					    "时间" /* shijian */,
					    "送信日時",
					    "宛先",
					    "件名",
					    NULL};

	return begins_with_one_of(gw_str_trim(text), names);
}
/* What telephones and programs write under every letter. */
bool gw_line_is_mobile_signature(struct gw_str text)
{
	static const char *const words[] = {"Sent from my ",
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
					    "Outlook für ",
					    "Envoyé de",
					    "Envoyé à partir",
					    "Télécharger Outlook",
					    "Obtenez Outlook",
					    "Enviado desde ",
					    "Enviado do meu",
					    "Inviato da",
					    "Verstuurd vanaf",
					    "Skickat från",
					    "发自我的" /* fa zi wo de */,
					    "从我的" /* cong wo de */,
					    "发自 Outlook",
					    "获取 Outlook" /* huoqu */,
					    "寄自我的",
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
					      "Gerät",
					      "BlackBerry",
					      "Yahoo",
					      "Telekom",
					      "Smartphone",
					      "mobile",
					      "téléphone",
					      "móvil",
					      "telefono",
					      "GMX",
					      "WEB.DE",
					      "K-9",
					      "phone",
					      "Pixel",
					      "HONOR",
					      "Xiaomi",
					      "小米",
					      "QQ",
					      "手机" /* shouji */,
					      "邮箱" /* youxiang */,
					      "华为",
					      NULL};
	struct gw_str trimmed = gw_str_trim(text);

	return trimmed.len > 0 && trimmed.len <= MOBILE_MAX && begins_with_one_of(trimmed, words) &&
	       contains_one_of(trimmed, devices);
}

bool gw_line_is_signature_mark(struct gw_str raw)
{
	return gw_str_equal_c(raw, "-- ") || gw_str_equal_c(raw, "--") || gw_str_equal_c(raw, "—");
}

bool gw_line_is_quoted(struct gw_str text)
{
	return begins_with(text, ">") || begins_with(text, "＞");
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
					       "Rép:",
					       "Rép :",
					       "回复:" /* huifu */,
					       "回复：",
					       "答复:" /* dafu */,
					       "答复：",
					       "回覆:",
					       "回覆：",
					       "转发:" /* zhuanfa */,
					       "转发：",
					       "Re："};
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
