/* SPDX-License-Identifier: ISC */
/*
 * err.h: the causes of failure that clawgw tells apart.
 *
 * One value per cause that somebody handles differently. The HTTP status of each is decided in
 * http/response.c, whether a failed operation may be tried again in gw_err_retryable().
 */
#ifndef GW_ERR_H
#define GW_ERR_H

#include "base/attrs.h"

#include <stdbool.h>

enum gw_err {
	GW_OK = 0,
	GW_INVALID,      /* the input breaks a rule; the message says which */
	GW_UNAUTHORIZED, /* nobody is authenticated */
	GW_FORBIDDEN,    /* somebody is, but may not do this */
	GW_NOT_FOUND,
	GW_CONFLICT,    /* the state of things does not allow it */
	GW_TOO_LARGE,   /* a limit on size was passed */
	GW_BUSY,        /* somebody else is doing it right now */
	GW_UNAVAILABLE, /* the database cannot be reached or is shutting down; trying later helps */
	GW_UPSTREAM,    /* an outside service (Feishu, SMTP, a model) refused or failed */
	GW_INTERNAL,    /* a fault of ours or of the installation; the log has the cause */
};

/* The value's name in lower case ("not_found"), a constant string; for logs. */
const char *gw_err_name(enum gw_err err);

/* True when the same operation may succeed later without anybody changing anything. */
bool gw_err_retryable(enum gw_err err);

#endif
