/* SPDX-License-Identifier: ISC */
/*
 * poll.c: see poll.h. The statement is sql/statements/message_poll.sql.
 */
#include "store/poll.h"

#include "base/alloc.h"
#include "store/array.h"
#include "store/bell.h"

#include <stdlib.h>

struct gw_poll {
	struct gw_rows *rows;
	int next;
};

/* Columns of message_poll.sql. */
enum column {
	KIND,
	N,
	ID,
	TEXT1,
	TEXT2,
	TEXT3,
	TEXT4,
	USER_ID,
	CREATED_AT,
	NUMBER,
	IN_REPLY_TO,
	EXPECTS_REPLY,
	REASON,
	MAY_ACT
};

enum { FLAG_FEISHU = 1, FLAG_EMAIL = 2 };

enum gw_err gw_message_poll(struct gw_db *db, const struct gw_agent_key *key,
			    const struct gw_poll_request *request,
			    const struct gw_poll_limits *limits, struct gw_poll **ret_poll)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_poll *poll = NULL;
	enum gw_err err = GW_OK;
	int agents = 0;

	gw_params_agent_key(&params, key);
	gw_params_interval(&params, limits->seen_interval);
	gw_params_uuid(&params, &request->receipt);
	gw_params_text(&params, request->session);
	gw_params_uuid(&params, request->presented);
	gw_params_text(&params, request->replaces);
	gw_params_int(&params, request->max_messages);
	gw_params_bigint(&params, limits->max_bytes);
	gw_params_interval(&params, limits->handout_lease);
	gw_params_interval(&params, limits->delivery_lease);
	gw_params_int(&params, limits->max_deliveries);
	gw_params_int(&params, limits->max_content);
	err = gw_db_exec(db, GW_STATEMENT_MESSAGE_POLL, &params, &rows);
	if (err != GW_OK)
		return err;
	/* a row without a kind for each agent that the key fits, if it fits several or one that may not act */
	while (agents < gw_rows_count(rows) && gw_rows_is_null(rows, agents, KIND))
		agents++;
	if (agents == 0 && gw_rows_count(rows) > 0)
		agents = 1;
	err = gw_agent_only(key, agents);
	if (err == GW_OK && !gw_rows_bool(rows, 0, MAY_ACT))
		err = GW_FORBIDDEN;
	if (err != GW_OK) {
		gw_rows_free(rows);
		return err;
	}
	poll = gw_xmalloc(sizeof(*poll));
	*poll = (struct gw_poll){.rows = rows, .next = 0};
	*ret_poll = poll;
	return GW_OK;
}

void gw_poll_free(struct gw_poll *poll)
{
	if (poll == NULL)
		return;
	gw_rows_free(poll->rows);
	free(poll);
}

const char *const gw_handout_reason_names[GW_HANDOUT_REASONS] = {
	[GW_HANDOUT_PENDING] = "pending",
	[GW_HANDOUT_LAPSED] = "lapsed",
	[GW_HANDOUT_RECEIPT] = "receipt",
};

static enum gw_handout_reason reason_of(struct gw_str name)
{
	for (size_t i = 0; i < GW_HANDOUT_REASONS; i++) {
		if (gw_str_equal_c(name, gw_handout_reason_names[i]))
			return (enum gw_handout_reason)i;
	}
	return GW_HANDOUT_PENDING;
}

static void read_message(const struct gw_rows *rows, int row, struct gw_poll_row *out)
{
	(void)gw_rows_uuid(rows, row, ID, &out->id);
	out->conversation_id = gw_rows_text(rows, row, TEXT1);
	out->sender_agent = gw_rows_text(rows, row, TEXT2);
	out->sender_user = gw_rows_text(rows, row, TEXT3);
	out->content = gw_rows_text(rows, row, TEXT4);
	out->has_sender_user = gw_rows_uuid(rows, row, USER_ID, &out->sender_user_id);
	out->created_at = gw_rows_time(rows, row, CREATED_AT);
	out->attempt = gw_rows_int(rows, row, NUMBER);
	out->is_reply = gw_rows_uuid(rows, row, IN_REPLY_TO, &out->in_reply_to);
	out->expects_reply = gw_rows_bool(rows, row, EXPECTS_REPLY);
	out->reason = reason_of(gw_rows_text(rows, row, REASON));
}

bool gw_poll_next(struct gw_poll *poll, struct gw_poll_row *ret_row)
{
	struct gw_poll_row out = {.kind = GW_POLL_AGENT};
	const struct gw_rows *rows = poll->rows;
	int row = poll->next;
	int64_t flags = 0;

	if (row >= gw_rows_count(rows))
		return false;
	out.kind = (enum gw_poll_kind)gw_rows_int(rows, row, KIND);
	switch (out.kind) {
	case GW_POLL_AGENT:
		(void)gw_rows_uuid(rows, row, ID, &out.id);
		out.name = gw_rows_text(rows, row, TEXT1);
		break;
	case GW_POLL_MESSAGE:
		read_message(rows, row, &out);
		break;
	case GW_POLL_HISTORY:
		out.role = gw_rows_text(rows, row, TEXT1);
		out.sender = gw_rows_text(rows, row, TEXT2);
		out.content = gw_rows_text(rows, row, TEXT4);
		out.created_at = gw_rows_time(rows, row, CREATED_AT);
		break;
	case GW_POLL_PERSON:
	case GW_POLL_PEER:
		out.name = gw_rows_text(rows, row, TEXT1);
		out.relation = gw_rows_text(rows, row, TEXT2);
		out.description = gw_rows_text(rows, row, TEXT3);
		flags = gw_rows_int(rows, row, NUMBER);
		out.feishu = (flags & FLAG_FEISHU) != 0;
		out.email = (flags & FLAG_EMAIL) != 0;
		break;
	case GW_POLL_GIVEN_UP:
		(void)gw_rows_uuid(rows, row, ID, &out.id);
		out.has_told = gw_rows_uuid(rows, row, USER_ID, &out.told);
		break;
	}
	poll->next++;
	*ret_row = out;
	return true;
}

#define HANDOUT_TEXT 48 /* bytes of an entry of an array of UUIDs */

enum gw_err gw_message_confirm(struct gw_db *db, const struct gw_handout *handouts, size_t count)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf agents;
	struct gw_buf receipts;
	struct gw_rows *rows = NULL;
	struct gw_uuid *carried = NULL;
	size_t messages = 0;
	enum gw_err err = GW_OK;

	gw_buf_init(&agents, count * HANDOUT_TEXT + 2);
	gw_buf_init(&receipts, count * HANDOUT_TEXT + 2);
	gw_array_begin(&agents);
	gw_array_begin(&receipts);
	for (size_t i = 0; i < count; i++) {
		gw_array_add_uuid(&agents, &handouts[i].agent_id);
		gw_array_add_uuid(&receipts, &handouts[i].receipt);
	}
	gw_params_text(&params, gw_array_end(&agents));
	gw_params_text(&params, gw_array_end(&receipts));
	err = gw_db_exec(db, GW_STATEMENT_MESSAGE_CONFIRM, &params, &rows);
	gw_buf_release(&agents);
	gw_buf_release(&receipts);
	if (err != GW_OK)
		return err;
	carried = gw_xcalloc((size_t)gw_rows_count(rows) + 1, sizeof(*carried));
	for (int row = 0; row < gw_rows_count(rows); row++)
		messages += gw_rows_uuid(rows, row, 0, &carried[messages]);
	gw_rows_free(rows);
	gw_bell_ring_messages(db, carried, messages);
	free(carried);
	return GW_OK;
}

enum gw_err gw_message_give_back(struct gw_db *db, const struct gw_handout *handout)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, &handout->agent_id);
	gw_params_uuid(&params, &handout->receipt);
	return gw_db_run(db, GW_STATEMENT_MESSAGE_GIVE_BACK, &params);
}
