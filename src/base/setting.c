/* SPDX-License-Identifier: ISC */
/*
 * setting.c: see setting.h.
 */
#include "base/setting.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "base/units.h"

#include <string.h>

/* 64 (RFC 5321, 4.5.3.1.1) without a plus sign and a token */
#define INBOUND_LOCAL_MAX 15

char **gw_setting_string(struct gw_config *config, const struct setting *setting)
{
	return (char **)(void *)((char *)config + setting->offset);
}

int64_t *gw_setting_number(struct gw_config *config, const struct setting *setting)
{
	return (int64_t *)(void *)((char *)config + setting->offset);
}

bool gw_setting_is_text(enum kind kind)
{
	return kind == STRING || kind == SECRET || kind == WEB_URL || kind == SMTP_URL ||
	       kind == ADDRESS;
}

void gw_setting_format_number(struct gw_buf *out, enum kind kind, int64_t value)
{
	if (kind == BOOLEAN)
		gw_buf_add_c(out, value != 0 ? "on" : "off");
	else if (kind == DURATION)
		gw_duration_format(out, value);
	else if (kind == SIZE)
		gw_size_format(out, value);
	else
		gw_buf_addf(out, "%lld", (long long)value);
}

void gw_setting_describe(struct gw_buf *out, const struct setting *setting)
{
	switch (setting->kind) {
	case STRING:
	case SECRET:
		gw_buf_addf(out, "UTF-8 text without control characters, at most %d bytes",
			    GW_SETTING_MAX);
		return;
	case WEB_URL:
		gw_buf_add_c(out,
			     "an http:// or https:// URL without user name, query and fragment");
		return;
	case SMTP_URL:
		gw_buf_add_c(out,
			     "an smtp:// or smtps:// URL without user name, query and fragment");
		return;
	case ADDRESS:
		gw_buf_addf(out,
			    "a mail address with at most %d letters, digits, dots, hyphens "
			    "and underscores before the @",
			    INBOUND_LOCAL_MAX);
		return;
	case BOOLEAN:
		gw_buf_add_c(out, "on or off");
		return;
	case LEVEL:
		gw_buf_add_c(out, "one of");
		for (int level = 0; level < GW_LOG_LEVELS; level++)
			gw_buf_addf(out, "%s %s", level > 0 ? "," : "",
				    gw_log_level_name((enum gw_log_level)level));
		return;
	case INTEGER:
		gw_buf_add_c(out, "an integer");
		break;
	case DURATION:
		gw_buf_add_c(out, "a duration");
		break;
	case SIZE:
		gw_buf_add_c(out, "a size");
		break;
	}
	gw_buf_add_c(out, " from ");
	gw_setting_format_number(out, setting->kind, setting->min);
	gw_buf_add_c(out, " to ");
	gw_setting_format_number(out, setting->kind, setting->max);
}

static bool is_clean_text(struct gw_str text)
{
	if (text.len > GW_SETTING_MAX || !gw_utf8_valid(text))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7F)
			return false;
	}
	return true;
}

/* scheme://host[:port][/path], where `scheme` may have an s behind it. */
static bool is_url(const char *text, const char *scheme)
{
	size_t len = strlen(scheme);
	const char *authority = NULL;

	if (strncasecmp(text, scheme, len) != 0)
		return false;
	authority = text + len + (text[len] == 's' || text[len] == 'S');
	if (strncmp(authority, "://", 3) != 0)
		return false;
	authority += 3;
	len = strcspn(authority, "/");
	return len > 0 && authority[0] != ':' && !memchr(authority, '@', len) &&
	       !strpbrk(authority, " ?#\\\"<>");
}

/* local@domain in ASCII, with room for a token in between. */
static bool is_inbound_address(const char *text)
{
	static const char name[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	size_t local = strspn(text, name);
	const char *domain = text + local + 1;

	return local > 0 && local <= INBOUND_LOCAL_MAX && text[local] == '@' && domain[0] != '\0' &&
	       domain[0] != '.' && domain[strspn(domain, name)] == '\0' && strlen(domain) <= 190;
}

static bool set_string(struct gw_config *config, const struct setting *setting, struct gw_str text)
{
	char **field = gw_setting_string(config, setting);

	if (!is_clean_text(text))
		return false;
	if (setting->kind == WEB_URL || setting->kind == SMTP_URL) {
		if (text.len == 0 && setting->fallback[0] != '\0')
			return false;
		if (text.len > 0 && !is_url(text.data, setting->kind == WEB_URL ? "http" : "smtp"))
			return false;
		while (text.len > 0 && text.data[text.len - 1] == '/')
			text.len--;
	}
	if (setting->kind == ADDRESS && text.len > 0 && !is_inbound_address(text.data))
		return false;
	gw_secret_free(*field);
	*field = gw_str_dup(text);
	return true;
}

static bool set_level(struct gw_config *config, struct gw_str text)
{
	for (int level = 0; level < GW_LOG_LEVELS; level++) {
		if (gw_str_equal_c(text, gw_log_level_name((enum gw_log_level)level))) {
			config->log_level = (enum gw_log_level)level;
			return true;
		}
	}
	return false;
}

bool gw_setting_set(struct gw_config *config, const struct setting *setting, const char *value)
{
	struct gw_str text = gw_str(value);
	int64_t number = 0;
	bool parsed = false;

	if (gw_setting_is_text(setting->kind))
		return set_string(config, setting, text);
	if (setting->kind == LEVEL)
		return set_level(config, text);
	if (setting->kind == BOOLEAN) {
		*gw_setting_number(config, setting) = gw_str_equal_c(text, "on");
		return gw_str_equal_c(text, "on") || gw_str_equal_c(text, "off");
	}
	if (setting->kind == DURATION)
		parsed = gw_duration_parse(text, &number);
	else if (setting->kind == SIZE)
		parsed = gw_size_parse(text, &number);
	else
		parsed = gw_parse_int64(text, INT64_MIN, INT64_MAX, &number);
	if (!parsed || number < setting->min || number > setting->max)
		return false;
	*gw_setting_number(config, setting) = number;
	return true;
}
