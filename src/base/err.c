/* SPDX-License-Identifier: ISC */
/*
 * err.c: names of the causes of failure, and which of them pass by themselves.
 */
#include "base/err.h"

const char *gw_err_name(enum gw_err err)
{
	switch (err) {
	case GW_OK:
		return "ok";
	case GW_INVALID:
		return "invalid";
	case GW_UNAUTHORIZED:
		return "unauthorized";
	case GW_FORBIDDEN:
		return "forbidden";
	case GW_NOT_FOUND:
		return "not_found";
	case GW_CONFLICT:
		return "conflict";
	case GW_TOO_LARGE:
		return "too_large";
	case GW_BUSY:
		return "busy";
	case GW_UNAVAILABLE:
		return "unavailable";
	case GW_UPSTREAM:
		return "upstream";
	case GW_INTERNAL:
		return "internal";
	}
	return "unknown";
}

bool gw_err_retryable(enum gw_err err)
{
	switch (err) {
	case GW_BUSY:
	case GW_UNAVAILABLE:
	case GW_UPSTREAM:
		return true;
	case GW_OK:
	case GW_INVALID:
	case GW_UNAUTHORIZED:
	case GW_FORBIDDEN:
	case GW_NOT_FOUND:
	case GW_CONFLICT:
	case GW_TOO_LARGE:
	case GW_INTERNAL:
		return false;
	}
	return false;
}
