/*
 * poll.c: see poll.h. The statement is sql/statements/message_poll.sql.
 */
#include "store/poll.h"

#include "base/alloc.h"

struct gw_poll {
	struct gw_rows *rows;
	int next;
};

/* Columns of message_poll.sql. */
enum column { KIND, N, ID, TEXT1, TEXT2, TEXT3, TEXT4, USER_ID, CREATED_AT, FLAGS };

enum { FLAG_FEISHU = 1, FLAG_EMAIL = 2 };

enum gw_err gw_message_poll(struct gw_db *db, const struct gw_agent_key *key,
			    const struct gw_poll_limits *limits, struct gw_poll **ret_poll)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_poll *poll = NULL;
	enum gw_err err = GW_OK;
	int agents = 0;

	gw_params_agent_key(&params, key);
	gw_params_interval(&params, limits->seen_interval);
	gw_params_int(&params, limits->max_messages);
	gw_params_bigint(&params, limits->max_bytes);
	gw_params_interval(&params, limits->delivery_lease);
	gw_params_int(&params, limits->max_deliveries);
	gw_params_int(&params, limits->max_reply_depth);
	gw_params_int(&params, limits->max_content);
	err = gw_db_exec(db, GW_STATEMENT_MESSAGE_POLL, &params, &rows);
	if (err != GW_OK)
		return err;
	/* a row without a kind for each agent that the key fits, if it fits several */
	while (agents < gw_rows_count(rows) && gw_rows_is_null(rows, agents, KIND))
		agents++;
	if (agents == 0 && gw_rows_count(rows) > 0)
		agents = 1;
	err = gw_agent_only(key, agents);
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
		(void)gw_rows_uuid(rows, row, ID, &out.id);
		out.conversation_id = gw_rows_text(rows, row, TEXT1);
		out.sender_agent = gw_rows_text(rows, row, TEXT2);
		out.sender_user = gw_rows_text(rows, row, TEXT3);
		out.content = gw_rows_text(rows, row, TEXT4);
		out.has_sender_user = gw_rows_uuid(rows, row, USER_ID, &out.sender_user_id);
		out.created_at = gw_rows_time(rows, row, CREATED_AT);
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
		flags = gw_rows_int(rows, row, FLAGS);
		out.feishu = (flags & FLAG_FEISHU) != 0;
		out.email = (flags & FLAG_EMAIL) != 0;
		break;
	}
	poll->next++;
	*ret_row = out;
	return true;
}
