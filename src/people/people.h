/* SPDX-License-Identifier: ISC */
/*
 * people.h: what the endpoints of people share: who asks, ids in queries, JSON of rows.
 */
#ifndef GW_PEOPLE_H
#define GW_PEOPLE_H

#include "gateway/gateway.h"
#include "http/validate.h"
#include "store/person.h"

/*
 * Who asks, looked up in the database. On GW_OK the request is authenticated and *ret_person is to be released. Otherwise the
 * answer is made: 401 for nobody, 403 for a page that is not ours.
 */
GW_MUST_CHECK enum gw_err gw_people_caller(struct gw_request *request, struct gw_response *response,
					   struct gw_user *ret_person);

/* Wakes somebody's open streams, so that they see what has changed for him. After the commit. */
void gw_people_ring(struct gw_db *db, const struct gw_uuid *user);

/* A UUID of the query string; false if it is not there. What is no UUID adds uuid_parsing. */
bool gw_people_query_uuid(const struct gw_request *request, const char *name,
			  struct gw_invalid *invalid, struct gw_uuid *ret);

/* Appends `,"name":` and a time; 0 gives null. */
void gw_people_add_time(struct gw_buf *out, const char *name, int64_t time);
void gw_people_add_string(struct gw_buf *out, const char *name, struct gw_str text);
void gw_people_add_uuid(struct gw_buf *out, const char *name, const struct gw_uuid *id);
void gw_people_add_int(struct gw_buf *out, const char *name, int64_t value);
void gw_people_add_bool(struct gw_buf *out, const char *name, bool value);

/* A row of a conversation as all answers and events show it. `progress`: it is not the last word. */
struct gw_people_line {
	struct gw_uuid id;
	struct gw_str role, sender, content, status, error;
	bool truncated, progress;
	int64_t created_at;
};
void gw_people_add_line(struct gw_buf *out, const struct gw_people_line *line);

#endif
