/* SPDX-License-Identifier: ISC */
/*
 * retry_after.c: how long a server asks us to wait.
 */
#include "llm/dialect.h"

#include "base/clock.h"

#include <ctype.h>
#include <curl/curl.h>
#include <strings.h>

#define BETWEEN_MAX 40 /* bytes between "try again" and how long */
#define MAX_WAIT (INT64_C(3650) * 86400 * GW_USEC_PER_SEC)

/* A decimal number, perhaps with a fraction, times `unit`; false for anything else. */
static bool read_number(struct gw_str text, int64_t unit, int64_t *ret_value)
{
	int64_t value = 0;
	int64_t place = unit; /* of the last digit that was read */
	bool fraction = false;
	size_t digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '.' && !fraction && digits > 0) {
			fraction = true;
			continue;
		}
		if (c < '0' || c > '9')
			return false;
		digits++;
		if (fraction) {
			place /= 10;
			value += (c - '0') * place;
		} else if (value > MAX_WAIT / 10) {
			value = MAX_WAIT; /* and no more digits: they would not fit */
		} else {
			value = value * 10 + (c - '0') * unit;
		}
		if (value > MAX_WAIT)
			value = MAX_WAIT;
	}
	if (digits == 0)
		return false;
	*ret_value = value;
	return true;
}

static bool read_date(struct gw_str text, int64_t now, int64_t *ret_value)
{
	char date[64];
	time_t time = 0;

	if (text.len < 8 || text.len >= sizeof(date))
		return false;
	memcpy(date, text.data, text.len);
	date[text.len] = '\0';
	time = curl_getdate(date, NULL);
	if (time < 0)
		return false;
	/* a year far away must not overflow on its way to MAX_WAIT */
	if ((int64_t)time > (now + MAX_WAIT) / GW_USEC_PER_SEC)
		*ret_value = MAX_WAIT;
	else
		*ret_value = (int64_t)time * GW_USEC_PER_SEC - now;
	return true;
}

int64_t gw_llm_retry_after(struct gw_str milliseconds, struct gw_str retry_after, int64_t now)
{
	int64_t wait = 0;

	milliseconds = gw_str_trim(milliseconds);
	retry_after = gw_str_trim(retry_after);
	if (!read_number(milliseconds, 1000, &wait) &&
	    !read_number(retry_after, GW_USEC_PER_SEC, &wait) &&
	    !read_date(retry_after, now, &wait))
		return -1;
	if (wait < 0)
		return 0;
	return wait < MAX_WAIT ? wait : MAX_WAIT;
}

/* A number with its unit at the beginning of `text`; 0 if there is none, else its length. */
static size_t read_part(struct gw_str text, int64_t *ret_value)
{
	static const struct {
		const char *name;
		int64_t unit;
	} units[] = {
		{"milliseconds", 1000},
		{"millisecond", 1000},
		{"ms", 1000},
		{"seconds", GW_USEC_PER_SEC},
		{"second", GW_USEC_PER_SEC},
		{"secs", GW_USEC_PER_SEC},
		{"sec", GW_USEC_PER_SEC},
		{"s", GW_USEC_PER_SEC},
		{"minutes", 60 * GW_USEC_PER_SEC},
		{"minute", 60 * GW_USEC_PER_SEC},
		{"mins", 60 * GW_USEC_PER_SEC},
		{"min", 60 * GW_USEC_PER_SEC},
		{"m", 60 * GW_USEC_PER_SEC},
		{"hours", 3600 * GW_USEC_PER_SEC},
		{"hour", 3600 * GW_USEC_PER_SEC},
		{"h", 3600 * GW_USEC_PER_SEC},
		{"days", 86400 * GW_USEC_PER_SEC},
		{"day", 86400 * GW_USEC_PER_SEC},
		{"d", 86400 * GW_USEC_PER_SEC},
	};
	size_t digits = 0;
	size_t at = 0;
	size_t letters = 0;

	while (digits < text.len && (isdigit((unsigned char)text.data[digits]) ||
				     (text.data[digits] == '.' && digits + 1 < text.len &&
				      isdigit((unsigned char)text.data[digits + 1]))))
		digits++;
	at = digits;
	while (at < text.len && text.data[at] == ' ')
		at++;
	while (at + letters < text.len && isalpha((unsigned char)text.data[at + letters]))
		letters++;
	for (size_t i = 0; digits > 0 && i < GW_ARRAY_LEN(units); i++) {
		if (letters == strlen(units[i].name) &&
		    strncasecmp(text.data + at, units[i].name, letters) == 0 &&
		    read_number((struct gw_str){text.data, digits}, units[i].unit, ret_value))
			return at + letters;
	}
	return 0;
}

/* Parts in a row: "1m30s", "1 minute 30 seconds". */
static size_t read_duration(struct gw_str text, int64_t *ret_value)
{
	int64_t sum = 0;
	size_t read = 0;

	for (;;) {
		int64_t value = 0;
		size_t skip = read;
		size_t len = 0;

		while (skip < text.len && text.data[skip] == ' ')
			skip++;
		len = read_part((struct gw_str){text.data + skip, text.len - skip}, &value);
		if (len == 0)
			break;
		sum = sum + value < MAX_WAIT ? sum + value : MAX_WAIT;
		read = skip + len;
	}
	if (read > 0)
		*ret_value = sum;
	return read;
}

int64_t gw_llm_duration(struct gw_str text)
{
	int64_t value = -1;

	text = gw_str_trim(text);
	return text.len > 0 && read_duration(text, &value) == text.len ? value : -1;
}

/* "20 秒后重试" */
static bool read_chinese(struct gw_str text, int64_t *ret_value)
{
	static const struct {
		const char *name;
		int64_t unit;
	} units[] = {
		{"秒", GW_USEC_PER_SEC},
		{"分钟", 60 * GW_USEC_PER_SEC},
		{"小时", 3600 * GW_USEC_PER_SEC},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(units); i++) {
		const char *unit =
			memmem(text.data, text.len, units[i].name, strlen(units[i].name));
		size_t end = unit != NULL ? (size_t)(unit - text.data) : 0;
		size_t start = 0;

		while (end > 0 && text.data[end - 1] == ' ')
			end--;
		start = end;
		while (start > 0 && isdigit((unsigned char)text.data[start - 1]))
			start--;
		if (start < end && read_number((struct gw_str){text.data + start, end - start},
					       units[i].unit, ret_value))
			return true;
	}
	return false;
}

/* Between a word that speaks of waiting and how long: "again in ", "_after\": \"", but no other number and no end of a sentence. */
static bool is_between(char c)
{
	return isalpha((unsigned char)c) || c == ' ' || c == '_' || c == '-' || c == ':' ||
	       c == '\'' || c == '"' || c == '=' || c == '\\';
}

int64_t gw_llm_retry_in_words(struct gw_str text)
{
	static const char *const words[] = {"again", "retry", "available in", "wait", "reset"};
	static const char *const chinese[] = {"重试", "再试", "等待", "稍后"};
	int64_t value = -1;

	for (size_t i = 0; i < GW_ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i]);

		for (size_t at = 0; at + len < text.len; at++) {
			size_t from = at + len;

			if (strncasecmp(text.data + at, words[i], len) != 0)
				continue;
			while (from < text.len && from - at - len < BETWEEN_MAX &&
			       is_between(text.data[from]))
				from++;
			if (read_duration((struct gw_str){text.data + from, text.len - from},
					  &value) > 0)
				return value;
		}
	}
	for (size_t i = 0; text.len > 0 && i < GW_ARRAY_LEN(chinese); i++) {
		if (memmem(text.data, text.len, chinese[i], strlen(chinese[i])) != NULL &&
		    read_chinese(text, &value))
			return value;
	}
	return -1;
}
