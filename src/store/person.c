/* SPDX-License-Identifier: ISC */
/*
 * person.c: see person.h.
 */
#include "store/person.h"

#define LAST_CHARACTERS 200  /* of the row that stands for its conversation in a list */
#define SEARCH_CHARACTERS 60 /* shown on either side of what was found */

void gw_person_agent_row(const struct gw_rows *rows, int row, struct gw_person_agent *ret_agent)
{
	enum {
		ID,
		NAME,
		TYPE,
		DESCRIPTION,
		ONLINE,
		LAST_SEEN,
		UNREAD,
		LAST_MESSAGE,
		AVAILABLE,
		UNTOLD,
	};

	(void)gw_rows_uuid(rows, row, ID, &ret_agent->id);
	ret_agent->name = gw_rows_text(rows, row, NAME);
	ret_agent->type = gw_rows_text(rows, row, TYPE);
	ret_agent->description = gw_rows_text(rows, row, DESCRIPTION);
	ret_agent->online = gw_rows_bool(rows, row, ONLINE);
	ret_agent->last_seen = gw_rows_time(rows, row, LAST_SEEN);
	ret_agent->unread = gw_rows_int(rows, row, UNREAD);
	ret_agent->last_message_at = gw_rows_time(rows, row, LAST_MESSAGE);
	ret_agent->available = gw_rows_bool(rows, row, AVAILABLE);
	ret_agent->untold = gw_rows_bool(rows, row, UNTOLD);
}

enum gw_err gw_person_agents(struct gw_db *db, const struct gw_user *person,
			     const struct gw_uuid *agent, int64_t online_after,
			     struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, &person->id);
	gw_params_uuid(&params, &person->tenant);
	gw_params_interval(&params, online_after);
	gw_params_int(&params, GW_PERSON_AGENTS_MAX);
	gw_params_uuid(&params, agent);
	return gw_db_exec(db, GW_STATEMENT_PERSON_AGENTS, &params, ret_rows);
}

enum gw_err gw_conversation_list(struct gw_db *db, const struct gw_user *person,
				 const struct gw_uuid *agent, const struct gw_uuid *before,
				 const struct gw_uuid *id, int limit, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, &person->id);
	gw_params_uuid(&params, agent);
	gw_params_uuid(&params, before);
	gw_params_int(&params, limit);
	gw_params_int(&params, LAST_CHARACTERS);
	gw_params_uuid(&params, id);
	return gw_db_exec(db, GW_STATEMENT_CONVERSATION_LIST, &params, ret_rows);
}

void gw_conversation_row(const struct gw_rows *rows, int row, struct gw_conversation *ret)
{
	enum {
		ID,
		AGENT_ID,
		AGENT,
		AGENT_TYPE,
		TITLE,
		CHANNEL,
		CREATED,
		LAST_AT,
		UNREAD,
		LAST_ROLE,
		LAST_CONTENT,
		LAST_CREATED,
		WRITABLE,
	};

	(void)gw_rows_uuid(rows, row, ID, &ret->id);
	(void)gw_rows_uuid(rows, row, AGENT_ID, &ret->agent_id);
	ret->agent = gw_rows_text(rows, row, AGENT);
	ret->agent_type = gw_rows_text(rows, row, AGENT_TYPE);
	ret->title = gw_rows_text(rows, row, TITLE);
	ret->channel = gw_rows_text(rows, row, CHANNEL);
	ret->created_at = gw_rows_time(rows, row, CREATED);
	ret->last_at = gw_rows_time(rows, row, LAST_AT);
	ret->unread = gw_rows_int(rows, row, UNREAD);
	ret->has_last = !gw_rows_is_null(rows, row, LAST_ROLE);
	ret->last_role = gw_rows_text(rows, row, LAST_ROLE);
	ret->last_content = gw_rows_text(rows, row, LAST_CONTENT);
	ret->last_created_at = gw_rows_time(rows, row, LAST_CREATED);
	ret->writable = gw_rows_bool(rows, row, WRITABLE);
}

enum gw_err gw_conversation_read(struct gw_db *db, const struct gw_user *person,
				 const struct gw_uuid *conversation, const struct gw_uuid *until)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &person->id);
	gw_params_uuid(&params, conversation);
	gw_params_uuid(&params, until);
	err = gw_db_exec(db, GW_STATEMENT_CONVERSATION_READ, &params, &rows);
	if (err != GW_OK)
		return err;
	err = gw_rows_count(rows) > 0 ? GW_OK : GW_NOT_FOUND;
	gw_rows_free(rows);
	return err;
}

void gw_line_row(const struct gw_rows *rows, int row, struct gw_line *ret_line)
{
	enum {
		KIND,
		SIDE,
		ID,
		ROLE,
		CONTENT,
		TRUNCATED,
		SENDER,
		CREATED,
		STATUS,
		PROGRESS,
		ERROR,
		AGENT_ID,
		PLACED,
	};

	ret_line->kind = (int)gw_rows_int(rows, row, KIND);
	ret_line->behind = gw_rows_int(rows, row, SIDE) == 1;
	(void)gw_rows_uuid(rows, row, ID, &ret_line->id);
	(void)gw_rows_uuid(rows, row, AGENT_ID, &ret_line->agent_id);
	ret_line->role = gw_rows_text(rows, row, ROLE);
	ret_line->content = gw_rows_text(rows, row, CONTENT);
	ret_line->truncated = gw_rows_bool(rows, row, TRUNCATED);
	ret_line->sender = gw_rows_text(rows, row, SENDER);
	ret_line->created_at = gw_rows_time(rows, row, CREATED);
	ret_line->status = gw_rows_text(rows, row, STATUS);
	ret_line->progress = gw_rows_text(rows, row, PROGRESS);
	ret_line->error = gw_rows_text(rows, row, ERROR);
	ret_line->placed = gw_rows_bool(rows, row, PLACED);
}

enum gw_err gw_conversation_lines(struct gw_db *db, const struct gw_user *person,
				  const struct gw_uuid *conversation,
				  const struct gw_line_place *place, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_line head = {.kind = -1};
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &person->id);
	gw_params_uuid(&params, conversation);
	gw_params_uuid(&params, place->row);
	gw_params_bool(&params, place->before);
	gw_params_bool(&params, place->behind);
	gw_params_int(&params, place->limit);
	gw_params_int(&params, GW_LINE_CHARACTERS);
	gw_params_bool(&params, place->itself);
	err = gw_db_exec(db, GW_STATEMENT_CONVERSATION_MESSAGES, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) > 0)
		gw_line_row(rows, 0, &head);
	if (gw_rows_count(rows) == 0 || head.kind != 0 || !head.placed) {
		gw_rows_free(rows);
		return GW_NOT_FOUND;
	}
	*ret_rows = rows;
	return GW_OK;
}

struct gw_uuid gw_line_answer_id(const struct gw_uuid *message)
{
	return gw_uuid_v5(message, GW_STR_LIT("gateway-report-result"));
}

void gw_person_message_row(const struct gw_rows *rows, struct gw_person_message *ret_message)
{
	enum {
		ID,
		ROLE,
		CONTENT,
		CONVERSATION,
		AGENT_ID,
		AGENT,
		AGENT_TYPE,
		CREATED,
		SENDER,
		STATUS,
		PROGRESS,
		ERROR,
		DELIVERED,
		COMPLETED,
		ATTEMPTS,
	};

	(void)gw_rows_uuid(rows, 0, ID, &ret_message->id);
	(void)gw_rows_uuid(rows, 0, AGENT_ID, &ret_message->agent_id);
	ret_message->role = gw_rows_text(rows, 0, ROLE);
	ret_message->content = gw_rows_text(rows, 0, CONTENT);
	ret_message->conversation = gw_rows_text(rows, 0, CONVERSATION);
	ret_message->agent = gw_rows_text(rows, 0, AGENT);
	ret_message->agent_type = gw_rows_text(rows, 0, AGENT_TYPE);
	ret_message->created_at = gw_rows_time(rows, 0, CREATED);
	ret_message->sender = gw_rows_text(rows, 0, SENDER);
	ret_message->status = gw_rows_text(rows, 0, STATUS);
	ret_message->progress = gw_rows_text(rows, 0, PROGRESS);
	ret_message->error = gw_rows_text(rows, 0, ERROR);
	ret_message->delivered_at = gw_rows_time(rows, 0, DELIVERED);
	ret_message->completed_at = gw_rows_time(rows, 0, COMPLETED);
	ret_message->attempts = gw_rows_int(rows, 0, ATTEMPTS);
}

enum gw_err gw_person_message_show(struct gw_db *db, const struct gw_user *person,
				   const struct gw_uuid *row, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &person->id);
	gw_params_uuid(&params, row);
	err = gw_db_exec(db, GW_STATEMENT_PERSON_MESSAGE_SHOW, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0) {
		gw_rows_free(rows);
		return GW_NOT_FOUND;
	}
	*ret_rows = rows;
	return GW_OK;
}

enum gw_err gw_person_message_cancel(struct gw_db *db, const struct gw_user *person,
				     const struct gw_uuid *row)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_str status;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &person->id);
	gw_params_uuid(&params, row);
	err = gw_db_exec(db, GW_STATEMENT_PERSON_MESSAGE_CANCEL, &params, &rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(rows) == 0) {
		err = GW_NOT_FOUND;
	} else {
		status = gw_rows_text(rows, 0, 0);
		/* taken back before: a repeat is no second try */
		if (!gw_str_equal_c(status, "pending") && !gw_str_equal_c(status, "cancelled"))
			err = GW_CONFLICT;
	}
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_person_message_send(struct gw_db *db, const struct gw_user *person,
				   const struct gw_person_send *send,
				   struct gw_person_sent *ret_sent)
{
	static const char *const outcomes[] = {
		[GW_PERSON_SENT] = "sent",
		[GW_PERSON_REPEATED] = "repeated",
		[GW_PERSON_NO_AGENT] = "agent",
		[GW_PERSON_NO_CONVERSATION] = "conversation",
		[GW_PERSON_UNAVAILABLE] = "unavailable",
		[GW_PERSON_FULL] = "full",
		[GW_PERSON_MISMATCH] = "mismatch",
		[GW_PERSON_RACE] = "race",
	};
	enum { OUTCOME, CONVERSATION, AGENT, AGENT_TYPE, STATUS, FULL };
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &person->id);
	gw_params_uuid(&params, &send->agent);
	gw_params_uuid(&params, &send->message);
	gw_params_uuid(&params, &send->conversation);
	gw_params_bool(&params, send->continues);
	gw_params_text(&params, send->content);
	gw_params_text(&params, send->title);
	gw_params_bigint(&params, send->max_pending_from);
	gw_params_bigint(&params, send->max_pending);
	gw_params_bigint(&params, send->max_pending_organisation);
	gw_params_text_c(&params, send->trace_id);
	err = gw_db_exec(db, GW_STATEMENT_PERSON_MESSAGE_SEND, &params, &rows);
	if (err != GW_OK)
		return err;
	err = GW_INTERNAL;
	for (size_t i = 0; i < GW_ARRAY_LEN(outcomes); i++) {
		if (!gw_str_equal_c(gw_rows_text(rows, 0, OUTCOME), outcomes[i]))
			continue;
		ret_sent->outcome = (enum gw_person_send_outcome)i;
		err = GW_OK;
	}
	if (err != GW_OK) {
		gw_rows_free(rows);
		return err;
	}
	ret_sent->rows = rows;
	ret_sent->conversation = gw_rows_text(rows, 0, CONVERSATION);
	ret_sent->agent = gw_rows_text(rows, 0, AGENT);
	ret_sent->agent_type = gw_rows_text(rows, 0, AGENT_TYPE);
	ret_sent->status = gw_rows_text(rows, 0, STATUS);
	ret_sent->full = gw_rows_text(rows, 0, FULL);
	return GW_OK;
}

/* A text as a pattern of LIKE that finds it anywhere. */
static void add_pattern(struct gw_buf *out, struct gw_str text)
{
	gw_buf_add_char(out, '%');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '%' || text.data[i] == '_' || text.data[i] == '\\')
			gw_buf_add_char(out, '\\');
		gw_buf_add_char(out, text.data[i]);
	}
	gw_buf_add_char(out, '%');
}

enum gw_err gw_message_search(struct gw_db *db, const struct gw_user *person, struct gw_str wanted,
			      const struct gw_uuid *agent, const struct gw_uuid *before, int limit,
			      struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf pattern;
	enum gw_err err = GW_OK;

	gw_buf_init(&pattern, 2 * wanted.len + 2);
	add_pattern(&pattern, wanted);
	gw_params_uuid(&params, &person->id);
	gw_params_text(&params, wanted);
	gw_params_text(&params, gw_buf_str(&pattern));
	gw_params_uuid(&params, agent);
	gw_params_uuid(&params, before);
	gw_params_int(&params, limit);
	gw_params_int(&params, SEARCH_CHARACTERS);
	err = gw_db_exec(db, GW_STATEMENT_MESSAGE_SEARCH, &params, ret_rows);
	gw_buf_release(&pattern);
	return err;
}

void gw_search_row(const struct gw_rows *rows, int row, struct gw_search_hit *ret_hit)
{
	enum {
		ID,
		CONVERSATION,
		TITLE,
		AGENT_ID,
		AGENT,
		ROLE,
		CREATED,
		BEFORE,
		MARK,
		AFTER,
		CUT_BEFORE,
		CUT_AFTER,
	};

	(void)gw_rows_uuid(rows, row, ID, &ret_hit->id);
	(void)gw_rows_uuid(rows, row, AGENT_ID, &ret_hit->agent_id);
	ret_hit->conversation = gw_rows_text(rows, row, CONVERSATION);
	ret_hit->title = gw_rows_text(rows, row, TITLE);
	ret_hit->agent = gw_rows_text(rows, row, AGENT);
	ret_hit->role = gw_rows_text(rows, row, ROLE);
	ret_hit->created_at = gw_rows_time(rows, row, CREATED);
	ret_hit->before = gw_rows_text(rows, row, BEFORE);
	ret_hit->mark = gw_rows_text(rows, row, MARK);
	ret_hit->after = gw_rows_text(rows, row, AFTER);
	ret_hit->cut_before = gw_rows_bool(rows, row, CUT_BEFORE);
	ret_hit->cut_after = gw_rows_bool(rows, row, CUT_AFTER);
}
