/*
 * retry_after.c: how long a server asks us to wait.
 */
#include "llm/llm.h"

#include "base/clock.h"

#include <curl/curl.h>

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
