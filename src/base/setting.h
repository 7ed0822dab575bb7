/* SPDX-License-Identifier: ISC */
/*
 * setting.h: one line of the table of settings (settings.h): reading its value, writing it, saying what it has to be. For config.c.
 */
#ifndef GW_SETTING_H
#define GW_SETTING_H

#include "base/buf.h"
#include "base/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* bytes of a line of the file, without the line feed, and of a value in the environment */
#define GW_SETTING_MAX 65536

enum kind { STRING, SECRET, WEB_URL, SMTP_URL, ADDRESS, BOOLEAN, INTEGER, DURATION, SIZE, LEVEL };

struct setting {
	const char *key;
	size_t offset; /* of the field of struct gw_config */
	enum kind kind;
	const char *fallback; /* in the file's notation, as gw_config_each() would write it */
	int64_t min;          /* of numbers, in the field's unit */
	int64_t max;
	const char *help;
};

/* The field of a configuration; of a text and of a number. */
char **gw_setting_string(struct gw_config *config, const struct setting *setting);
int64_t *gw_setting_number(struct gw_config *config, const struct setting *setting);
bool gw_setting_is_text(enum kind kind);

/* Puts `value` into its field; false, and nothing changed, if it is not what gw_setting_describe() says. */
GW_MUST_CHECK bool gw_setting_set(struct gw_config *config, const struct setting *setting,
				  const char *value);
/* Appends what a value has to be, for "must be …": "an integer from 1 to 1000". */
void gw_setting_describe(struct gw_buf *out, const struct setting *setting);
/* Appends a number in the file's notation. */
void gw_setting_format_number(struct gw_buf *out, enum kind kind, int64_t value);

#endif
