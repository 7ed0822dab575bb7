/* SPDX-License-Identifier: ISC */
/*
 * validate.h: reads the fields of a request, and collects everything that is wrong with them (invalid.h). A handler reads its fields in the order of the list, then asks
 * gw_invalid_any().
 *
 *     struct gw_invalid invalid;
 *     gw_invalid_init(&invalid);
 *     key = gw_field_header(request, "X-Api-Key", &invalid);
 *     err = gw_field_body(request, response, &invalid, &body);   (GW_OK even if it is no object)
 *     gw_field_uuid(body, "message_id", &invalid, &id);
 *     if (gw_invalid_any(&invalid)) { err = gw_invalid_respond(&invalid, response); goto out; }
 */
#ifndef GW_VALIDATE_H
#define GW_VALIDATE_H

#include "base/json.h"
#include "http/invalid.h"
#include "http/request.h"
#include "http/response.h"

/* A required header: absent adds `missing`. An empty one is returned empty. */
struct gw_str gw_field_header(const struct gw_request *request, const char *name,
			      struct gw_invalid *invalid);
/* The endpoint's path parameter as a UUID, else `uuid_parsing`. */
bool gw_field_path_uuid(const struct gw_request *request, const char *name,
			struct gw_invalid *invalid, struct gw_uuid *ret);
/*
 * An integer of the query string in [min, max]; absent gives `value`, else int_parsing,
 * greater_than_equal, less_than_equal.
 */
int64_t gw_field_query_int(const struct gw_request *request, const char *name, int64_t min,
			   int64_t max, int64_t value, struct gw_invalid *invalid);

/* A UUID of the query string; false if it is absent, or is none: then `uuid_parsing`. */
bool gw_field_query_uuid(const struct gw_request *request, const char *name,
			 struct gw_invalid *invalid, struct gw_uuid *ret);

/*
 * The body as a JSON object. Not JSON: answers 422 `json_invalid` at once and returns GW_INVALID;
 * not UTF-8 or too deep: 400 and GW_INVALID. Otherwise GW_OK with *ret_body the object, or NULL
 * after adding `missing` (empty body or null) or `model_attributes_type`. The caller releases it
 * with json_object_put().
 */
GW_MUST_CHECK enum gw_err gw_field_body(const struct gw_request *request,
					struct gw_response *response, struct gw_invalid *invalid,
					struct json_object **ret_body);

enum gw_field_flags {
	GW_FIELD_OPTIONAL = 1, /* may be absent: gives GW_STR_NULL */
	GW_FIELD_NULLABLE = 2, /* may be null: gives GW_STR_NULL */
	GW_FIELD_TRIM = 4, /* white space at both ends is removed before the length is checked */
};
/*
 * A string member of at least `min` characters (0 or 1). Adds missing, string_type,
 * string_too_short or string_unicode. With a NULL body nothing is added. The view lasts as long as
 * the body.
 */
struct gw_str gw_field_string(struct json_object *body, const char *name, size_t min,
			      unsigned flags, struct gw_invalid *invalid);
/*
 * A UUID member; *ret_present tells whether it was there (GW_FIELD_OPTIONAL, GW_FIELD_NULLABLE).
 * Adds missing, uuid_type, uuid_parsing.
 */
void gw_field_uuid(struct json_object *body, const char *name, unsigned flags,
		   struct gw_invalid *invalid, struct gw_uuid *ret_uuid, bool *ret_present);

#endif
