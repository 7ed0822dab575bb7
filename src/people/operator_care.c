/* SPDX-License-Identifier: ISC */
/*
 * operator_care.c: see operator_care.h.
 */
#include "people/operator_care.h"

#include "base/digest.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#define SETTINGS_MAX ((size_t)32 * 1024) /* of a body of at most GW_BODY_SMALL */

void gw_operator_care_done(struct gw_operator_care *care, const char *done)
{
	struct gw_buf *out = &care->response->body;

	gw_buf_add_char(out, '{');
	gw_people_add_string(out, "done", gw_str(done));
	gw_people_add_uuid(out, "id", &care->id);
}

static enum gw_err run(struct gw_operator_care *care, const struct gw_operator_tending *tending,
		       struct gw_str does)
{
	const struct gw_operator_deed *deed = tending->deeds;
	char action[60];
	enum gw_err err = gw_operator_caller(care->request, care->response, &care->actor);

	if (err != GW_OK)
		return err;
	while (tending->parameter != NULL && deed->name != NULL &&
	       !gw_str_equal_c(does, deed->name))
		deed++;
	if (tending->find != NULL)
		err = tending->find(care);
	if (err == GW_OK)
		err = deed->name == NULL
			      ? gw_response_error_code(care->response, GW_CONFLICT, "no_deed",
						       "There is nothing of that name to be done")
			      : gw_operator_may(&care->actor, care->request, deed->least,
						care->response);
	if (err == GW_OK)
		err = deed->run(care);
	if (err == GW_NOT_FOUND)
		return gw_response_error(care->response, GW_NOT_FOUND, "There is no such %s",
					 tending->parameter != NULL ? tending->kind
								    : "organisation");
	if (err != GW_OK)
		return err;
	(void)snprintf(action, sizeof(action), "%s %s", tending->kind, deed->name);
	gw_operator_note(&care->actor, care->request, action, tending->kind, &care->id, "done",
			 *care->change != '\0' ? care->change : NULL);
	return GW_OK;
}

/* The first of a new one's settings is its name, which it cannot do without. */
static void read_new(struct gw_operator_care *care, const struct gw_setting *settings,
		     struct gw_invalid *invalid)
{
	bool given = false;

	care->id = gw_uuid_random();
	(void)gw_field_string(care->body, settings->name, 1, GW_FIELD_TRIM, invalid);
	gw_field_uuid(care->body, "tenant", GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE, invalid,
		      &care->tenant_storage, &given);
	care->tenant = given ? &care->tenant_storage : NULL;
}

enum gw_err gw_operator_tend(struct gw_request *request, struct gw_response *response,
			     const struct gw_operator_tending *tending)
{
	const unsigned optional = GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE | GW_FIELD_TRIM;
	struct gw_operator_care care = {.request = request, .response = response};
	struct gw_str does = GW_STR_NULL;
	struct gw_invalid invalid;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	gw_buf_init(&care.settings, SETTINGS_MAX);
	err = gw_field_body(request, response, &invalid, &care.body);
	if (err != GW_OK)
		goto out;
	if (tending->parameter != NULL) {
		(void)gw_field_path_uuid(request, tending->parameter, &invalid, &care.id);
		does = gw_field_string(care.body, "do", 1, 0, &invalid);
	} else {
		read_new(&care, tending->settings, &invalid);
	}
	care.role = gw_field_string(care.body, "role", 1, optional, &invalid);
	if (tending->settings != NULL && !gw_invalid_any(&invalid))
		care.setting_count =
			gw_settings_read(care.body, tending->settings, &invalid, &care.settings);
	if (gw_invalid_any(&invalid))
		err = gw_invalid_respond(&invalid, response);
	else
		err = run(&care, tending, does);
out:
	gw_secret_wipe(care.settings.data, care.settings.len);
	gw_buf_release(&care.settings);
	gw_operator_release(&care.actor);
	json_object_put(care.body);
	gw_invalid_release(&invalid);
	return err;
}
