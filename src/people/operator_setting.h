/* SPDX-License-Identifier: ISC */
/*
 * operator_setting.h: members of a request's body that say how an agent, a person or a model is to be.
 */
#ifndef GW_PEOPLE_OPERATOR_SETTING_H
#define GW_PEOPLE_OPERATOR_SETTING_H

#include "http/validate.h"

enum gw_setting_kind {
	GW_SETTING_TEXT,  /* trimmed, not empty; `most` characters */
	GW_SETTING_LINES, /* the same, and may be empty */
	GW_SETTING_URL,   /* http:// or https:// */
	GW_SETTING_UUID,
	GW_SETTING_INTEGER, /* from `least` to `most` */
	GW_SETTING_NUMBER,
	GW_SETTING_BOOL,
};

struct gw_setting {
	const char *name; /* NULL ends a table */
	enum gw_setting_kind kind;
	bool nullable; /* null takes it away; otherwise null is as if it were not there */
	double least, most;
};

/*
 * Appends those of the table that the body has, as a JSON object, fit for jsonb. What is not as it should be is added to `invalid`. With a
 * NULL body the object is empty. Returns how many there are.
 */
size_t gw_settings_read(struct json_object *body, const struct gw_setting *table,
			struct gw_invalid *invalid, struct gw_buf *out);

#endif
