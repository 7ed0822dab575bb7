/* SPDX-License-Identifier: ISC */
/*
 * channel.h: how an agent's organisation has configured the services that reach people.
 */
#ifndef GW_STORE_CHANNEL_H
#define GW_STORE_CHANNEL_H

#include "store/db.h"

/* An app at Feishu. The caller releases it. */
struct gw_feishu_app {
	char *app_id;
	char *app_secret;
	char *extra_config; /* JSON text of any shape; NULL if there is none */
};

/*
 * The app that an agent writes with: its own, else the oldest of an agent of its tenant that is not
 * deleted. GW_NOT_FOUND: there is none with an id and a secret.
 */
GW_MUST_CHECK enum gw_err gw_channel_find_feishu(struct gw_db *db, const struct gw_uuid *agent,
						 struct gw_feishu_app *ret_app);
/* Wipes the secret. Zeroed storage is allowed. */
void gw_feishu_app_release(struct gw_feishu_app *app);

#endif
