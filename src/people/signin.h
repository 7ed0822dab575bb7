/* SPDX-License-Identifier: ISC */
/*
 * signin.h: what signing in is made of: the cookie, and who one is then.
 */
#ifndef GW_SIGNIN_H
#define GW_SIGNIN_H

#include "gateway/gateway.h"
#include "store/session.h"

/* Sets the cookie; an empty value takes it away. */
void gw_signin_cookie(const struct gw_request *request, struct gw_response *response,
		      const char *value);
/* {"user","organisation","session","site_name"} */
void gw_signin_add_person(struct gw_buf *out, const struct gw_user *person,
			  const struct gw_config *config);

#endif
