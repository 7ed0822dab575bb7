/* SPDX-License-Identifier: ISC */
/*
 * patience.c: see patience.h.
 */
#include "gateway/patience.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_SECONDS 50

/* RFC 7240, 2: preferences are separated by commas, their parameters by semicolons; 4.3: wait=<seconds>. -1: none. */
static int64_t preferred(struct gw_str header)
{
	int64_t seconds = -1;

	while (header.len > 0 && seconds < 0) {
		const char *comma = memchr(header.data, ',', header.len);
		size_t len = comma != NULL ? (size_t)(comma - header.data) : header.len;
		struct gw_str one = {header.data, len};
		const char *semicolon = memchr(one.data, ';', one.len);
		const char *equals = NULL;

		if (semicolon != NULL)
			one.len = (size_t)(semicolon - one.data);
		equals = memchr(one.data, '=', one.len);
		if (equals != NULL) {
			size_t name_len = (size_t)(equals - one.data);
			struct gw_str name = gw_str_trim((struct gw_str){one.data, name_len});
			struct gw_str value =
				gw_str_trim((struct gw_str){equals + 1, one.len - name_len - 1});

			if (name.len == 4 && strncasecmp(name.data, "wait", 4) == 0 &&
			    !gw_parse_int64(value, 0, INT32_MAX, &seconds))
				return -1;
		}
		header.data += len;
		header.len -= len;
		if (comma != NULL) {
			header.data++;
			header.len--;
		}
	}
	return seconds;
}

int64_t gw_patience(const struct gw_request *request, const struct gw_config *config,
		    struct gw_invalid *invalid)
{
	int64_t seconds = gw_field_query_int(request, "wait", 0, MAX_SECONDS, -1, invalid);
	int64_t most = config->max_wait / GW_USEC_PER_SEC;

	if (seconds < 0)
		seconds = preferred(gw_request_header(request, "Prefer"));
	if (seconds < 0)
		return 0;
	return seconds < most ? seconds : most;
}

bool gw_patience_begin(struct gw_request *request, int64_t seconds)
{
	int64_t *until = request->state;

	if (seconds == 0 || !request->may_wait || request->last_call)
		return false;
	if (until == NULL) {
		until = request->state = gw_xmalloc(sizeof(*until));
		request->free_state = free;
		*until = gw_monotonic() + seconds * GW_USEC_PER_SEC;
	}
	return *until > gw_monotonic();
}

int64_t gw_patience_end(const struct gw_request *request)
{
	const int64_t *until = request->state;

	return *until;
}

void gw_patience_applied(const struct gw_request *request, struct gw_response *response,
			 int64_t seconds)
{
	char value[32];

	if (seconds == 0 || !request->may_wait)
		return;
	(void)snprintf(value, sizeof(value), "wait=%" PRId64, seconds);
	gw_response_header(response, "Preference-Applied", value);
}
