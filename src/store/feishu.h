/* SPDX-License-Identifier: ISC */
/*
 * feishu.h: what the webhook for Feishu's events looks up.
 */
#ifndef GW_STORE_FEISHU_H
#define GW_STORE_FEISHU_H

#include "store/db.h"

/* The app of an agent; release it. Views last until then; absent where nothing is configured. */
struct gw_feishu_hook {
	struct gw_str app_id, encrypt_key, verification_token, extra_config, agent_name;
	struct gw_rows *rows;
};

/* GW_NOT_FOUND: there is no such agent, or it has no app. */
GW_MUST_CHECK enum gw_err gw_feishu_hook_find(struct gw_db *db, const struct gw_uuid *agent,
					      struct gw_feishu_hook *ret_hook);
void gw_feishu_hook_release(struct gw_feishu_hook *hook);

/* The person of the agent's organisation with one of these ids (absent: none). GW_NOT_FOUND: nobody. */
GW_MUST_CHECK enum gw_err gw_feishu_sender_find(struct gw_db *db, const struct gw_uuid *agent,
						struct gw_str open_id, struct gw_str user_id,
						struct gw_uuid *ret_member);

/* Notes what is not to be done again; *ret_first is false if it was noted before. */
GW_MUST_CHECK enum gw_err gw_feishu_event_note(struct gw_db *db, struct gw_str what,
					       bool *ret_first);

#endif
