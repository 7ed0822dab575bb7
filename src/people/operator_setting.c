/* SPDX-License-Identifier: ISC */
/*
 * operator_setting.c: see operator_setting.h.
 */
#include "people/operator_setting.h"

#include "base/hosts.h"
#include "base/json.h"

#include <json-c/json.h>
#include <math.h>
#include <stdio.h>

#define MESSAGE_MAX 120

static void refuse(const struct gw_setting *setting, struct gw_invalid *invalid,
		   const char *message)
{
	gw_invalid_add(invalid, "value_error", "body", setting->name, message, GW_STR_LIT("null"),
		       NULL);
}

static void read_text(const struct gw_setting *setting, struct json_object *body,
		      struct gw_invalid *invalid, struct gw_buf *out)
{
	struct gw_str text =
		gw_field_string(body, setting->name, setting->kind == GW_SETTING_LINES ? 0 : 1,
				GW_FIELD_TRIM, invalid);
	char message[MESSAGE_MAX];

	if (text.data == NULL)
		return;
	(void)snprintf(message, sizeof(message), "String should have at most %.0f characters",
		       setting->most);
	if ((double)gw_utf8_length(text) > setting->most)
		refuse(setting, invalid, message);
	else if (setting->kind == GW_SETTING_URL && !gw_url_is_http(text))
		refuse(setting, invalid, "Input should be http:// or https:// and a host");
	gw_json_add_string(out, text);
}

static void read_number(const struct gw_setting *setting, struct json_object *value,
			struct gw_invalid *invalid, struct gw_buf *out)
{
	bool whole = setting->kind == GW_SETTING_INTEGER;
	bool fits = json_object_is_type(value, json_type_int) ||
		    (!whole && json_object_is_type(value, json_type_double));
	double number = fits ? json_object_get_double(value) : NAN;
	char message[MESSAGE_MAX];

	(void)snprintf(message, sizeof(message), "Input should be %s from %.0f to %.0f",
		       whole ? "an integer" : "a number", setting->least, setting->most);
	if (!isfinite(number) || number < setting->least || number > setting->most) {
		refuse(setting, invalid, message);
		number = setting->least;
	}
	gw_buf_addf(out, whole ? "%.0f" : "%.15g", number);
}

static void read_one(const struct gw_setting *setting, struct json_object *body,
		     struct json_object *value, struct gw_invalid *invalid, struct gw_buf *out)
{
	struct gw_uuid id;
	bool given = false;

	switch (setting->kind) {
	case GW_SETTING_TEXT:
	case GW_SETTING_LINES:
	case GW_SETTING_URL:
		read_text(setting, body, invalid, out);
		break;
	case GW_SETTING_UUID:
		gw_field_uuid(body, setting->name, GW_FIELD_TRIM, invalid, &id, &given);
		gw_json_add_uuid(out, given ? &id : NULL);
		break;
	case GW_SETTING_INTEGER:
	case GW_SETTING_NUMBER:
		read_number(setting, value, invalid, out);
		break;
	case GW_SETTING_BOOL:
		if (!json_object_is_type(value, json_type_boolean))
			refuse(setting, invalid, "Input should be true or false");
		gw_json_add_bool(out, json_object_get_boolean(value));
		break;
	}
}

size_t gw_settings_read(struct json_object *body, const struct gw_setting *table,
			struct gw_invalid *invalid, struct gw_buf *out)
{
	size_t count = 0;

	gw_buf_add_char(out, '{');
	for (; body != NULL && table->name != NULL; table++) {
		struct json_object *value = NULL;

		if (!json_object_object_get_ex(body, table->name, &value) ||
		    (value == NULL && !table->nullable))
			continue;
		count++;
		gw_json_add_name(out, table->name);
		if (value == NULL)
			gw_buf_add_c(out, "null");
		else
			read_one(table, body, value, invalid, out);
	}
	gw_buf_add_char(out, '}');
	return count;
}
