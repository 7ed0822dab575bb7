/* SPDX-License-Identifier: ISC */
/*
 * letter.c: see letter.h.
 */
#include "store/letter.h"

#include "base/alloc.h"
#include "store/array.h"
#include "store/conversation.h"

#define EXTERNALS_MAX ((size_t)256 * 1024)

enum gw_err gw_thread_find(struct gw_db *db, const struct gw_uuid *id, struct gw_thread *ret_thread)
{
	enum { AGENT, MEMBER, CHANNEL, MEMBER_NAME, EMAIL, MEMBER_THERE, AGENT_NAME, AGENT_THERE };
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_thread thread = {.id = *id};
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, id);
	err = gw_db_exec(db, GW_STATEMENT_LETTER_THREAD, &params, &thread.rows);
	if (err != GW_OK)
		return err;
	if (gw_rows_count(thread.rows) != 1 ||
	    !gw_rows_uuid(thread.rows, 0, AGENT, &thread.agent_id) ||
	    !gw_rows_uuid(thread.rows, 0, MEMBER, &thread.member_id)) {
		gw_rows_free(thread.rows);
		return GW_NOT_FOUND;
	}
	thread.channel = gw_rows_text(thread.rows, 0, CHANNEL);
	thread.member_name = gw_rows_text(thread.rows, 0, MEMBER_NAME);
	thread.email = gw_rows_text(thread.rows, 0, EMAIL);
	thread.member_present = gw_rows_bool(thread.rows, 0, MEMBER_THERE);
	thread.agent_name = gw_rows_text(thread.rows, 0, AGENT_NAME);
	thread.agent_present = gw_rows_bool(thread.rows, 0, AGENT_THERE);
	*ret_thread = thread;
	return GW_OK;
}

void gw_thread_release(struct gw_thread *thread)
{
	gw_rows_free(thread->rows);
	thread->rows = NULL;
}

static void add_externals(struct gw_buf *array, const struct gw_str *externals, size_t count)
{
	gw_buf_init(array, EXTERNALS_MAX);
	gw_array_begin(array);
	for (size_t i = 0; i < count; i++)
		gw_array_add_text(array, externals[i]);
	(void)gw_array_end(array);
}

enum gw_err gw_thread_find_by_letters(struct gw_db *db, const struct gw_uuid *agent,
				      const struct gw_uuid *member, const struct gw_str *externals,
				      size_t count, struct gw_uuid *ret_thread)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf array;
	enum gw_err err = GW_OK;

	add_externals(&array, externals, count);
	gw_params_uuid(&params, agent);
	gw_params_uuid(&params, member);
	gw_params_text(&params, gw_buf_str(&array));
	err = gw_db_exec(db, GW_STATEMENT_LETTER_THREAD_OF, &params, &rows);
	if (err == GW_OK && (gw_rows_count(rows) == 0 || !gw_rows_uuid(rows, 0, 0, ret_thread)))
		err = GW_NOT_FOUND;
	gw_rows_free(rows);
	gw_buf_release(&array);
	return err;
}

enum gw_err gw_correspondents_find(struct gw_db *db, struct gw_str address,
				   struct gw_str same_address, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_text(&params, address);
	gw_params_text(&params, same_address);
	return gw_db_exec(db, GW_STATEMENT_LETTER_CORRESPONDENTS, &params, ret_rows);
}

bool gw_correspondents_row(const struct gw_rows *rows, int row, struct gw_correspondents *ret)
{
	enum { AGENT, AGENT_NAME, SLUG, MEMBER, MEMBER_NAME };

	if (row >= gw_rows_count(rows) || !gw_rows_uuid(rows, row, AGENT, &ret->agent_id) ||
	    !gw_rows_uuid(rows, row, MEMBER, &ret->member_id))
		return false;
	ret->agent_name = gw_rows_text(rows, row, AGENT_NAME);
	ret->slug = gw_rows_text(rows, row, SLUG);
	ret->member_name = gw_rows_text(rows, row, MEMBER_NAME);
	return true;
}

static bool read_outcome(struct gw_str text, enum gw_letter_outcome *ret_outcome)
{
	static const char *const names[] = {
		[GW_LETTER_RECEIVED] = "received", [GW_LETTER_REPEATED] = "repeated",
		[GW_LETTER_GONE] = "gone",         [GW_LETTER_UNAVAILABLE] = "unavailable",
		[GW_LETTER_FULL] = "full",
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(names); i++) {
		if (gw_str_equal_c(text, names[i])) {
			*ret_outcome = (enum gw_letter_outcome)i;
			return true;
		}
	}
	return false;
}

enum gw_err gw_letter_receive(struct gw_db *db, const struct gw_letter_in *letter,
			      enum gw_letter_outcome *ret_outcome)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &letter->id);
	gw_params_uuid(&params, &letter->thread);
	gw_params_uuid(&params, &letter->agent_id);
	gw_params_uuid(&params, &letter->member_id);
	gw_params_text_c(&params, letter->channel);
	gw_params_text(&params, letter->place);
	gw_params_text(&params, letter->subject);
	gw_params_text(&params, letter->content);
	if (letter->whole.data != NULL)
		gw_params_bytes(&params, letter->whole.data, letter->whole.len);
	else
		gw_params_null(&params);
	gw_params_text(&params, letter->external);
	gw_params_bigint(&params, letter->max_pending_from);
	gw_params_bigint(&params, letter->max_pending);
	gw_params_bigint(&params, letter->max_pending_organisation);
	err = gw_db_exec(db, GW_STATEMENT_LETTER_RECEIVE, &params, &rows);
	if (err == GW_OK &&
	    (gw_rows_count(rows) != 1 || !read_outcome(gw_rows_text(rows, 0, 0), ret_outcome)))
		err = GW_INTERNAL;
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_letter_bounced(struct gw_db *db, const struct gw_uuid *thread,
			      const struct gw_str *externals, size_t count, struct gw_str why,
			      bool *ret_told)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf array;
	enum gw_err err = GW_OK;

	add_externals(&array, externals, count);
	gw_params_uuid(&params, thread);
	gw_params_text(&params, gw_buf_str(&array));
	gw_params_text(&params, why);
	err = gw_db_exec(db, GW_STATEMENT_LETTER_BOUNCED, &params, &rows);
	if (err == GW_OK)
		*ret_told = gw_rows_count(rows) == 1 && !gw_rows_is_null(rows, 0, 0);
	gw_rows_free(rows);
	gw_buf_release(&array);
	return err;
}

static bool read_letter(const struct gw_rows *rows, int row, struct gw_letter_out *letter)
{
	enum {
		N,
		ID,
		STATE,
		REPEATS,
		CONTENT,
		THREAD,
		CHANNEL,
		SUBJECT,
		PLACE,
		ANSWERED,
		IS_ANSWER,
		AGENT,
		AGENT_NAME,
		MEMBER,
		MEMBER_NAME,
		EXTERNAL_ID,
		OPEN_ID,
		EMAIL,
		EARLIER,
	};

	if (!gw_rows_uuid(rows, row, ID, &letter->id) ||
	    !gw_rows_uuid(rows, row, THREAD, &letter->thread) ||
	    !gw_rows_uuid(rows, row, AGENT, &letter->agent_id) ||
	    !gw_rows_uuid(rows, row, MEMBER, &letter->member_id))
		return false;
	letter->begun = gw_str_equal_c(gw_rows_text(rows, row, STATE), "sending");
	letter->repeats = gw_rows_int(rows, row, REPEATS);
	letter->content = gw_rows_text(rows, row, CONTENT);
	letter->channel = gw_rows_text(rows, row, CHANNEL);
	letter->subject = gw_rows_text(rows, row, SUBJECT);
	letter->place = gw_rows_text(rows, row, PLACE);
	letter->answered = gw_rows_text(rows, row, ANSWERED);
	letter->is_answer = gw_rows_bool(rows, row, IS_ANSWER);
	letter->agent_name = gw_rows_text(rows, row, AGENT_NAME);
	letter->member_name = gw_rows_text(rows, row, MEMBER_NAME);
	letter->external_id = gw_rows_text(rows, row, EXTERNAL_ID);
	letter->open_id = gw_rows_text(rows, row, OPEN_ID);
	letter->email = gw_rows_text(rows, row, EMAIL);
	letter->earlier = gw_rows_text(rows, row, EARLIER);
	letter->there = true;
	return true;
}

enum gw_err gw_letter_load(struct gw_tx *tx, const struct gw_job *const *jobs, size_t count,
			   struct gw_letter_batch **ret_batch)
{
	struct gw_letter_batch *batch = gw_xcalloc(1, sizeof(*batch));
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf ids;
	enum gw_err err = GW_OK;

	batch->count = count;
	batch->letters = gw_xcalloc(count, sizeof(*batch->letters));
	gw_buf_init(&ids, count * GW_UUID_TEXT_SIZE + 2);
	gw_array_begin(&ids);
	for (size_t i = 0; i < count; i++)
		gw_array_add_uuid(&ids, &jobs[i]->id);
	gw_params_text(&params, gw_array_end(&ids));
	err = gw_tx_exec(tx, GW_STATEMENT_LETTER_LOAD, &params, &batch->rows);
	gw_buf_release(&ids);
	for (int row = 0; err == GW_OK && row < gw_rows_count(batch->rows); row++) {
		int64_t n = gw_rows_int(batch->rows, row, 0);

		if (n < 1 || n > (int64_t)count ||
		    !read_letter(batch->rows, row, &batch->letters[n - 1]))
			err = GW_INTERNAL;
	}
	if (err == GW_OK)
		*ret_batch = batch;
	else
		gw_letter_batch_free(batch);
	return err;
}

void gw_letter_batch_free(struct gw_letter_batch *batch)
{
	if (batch == NULL)
		return;
	gw_rows_free(batch->rows);
	free(batch->letters);
	free(batch);
}

enum gw_err gw_letter_sending(struct gw_db *db, const struct gw_uuid *letter,
			      const struct gw_job_claim *claim, struct gw_str external)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, letter);
	gw_params_uuid(&params, &claim->id);
	gw_params_bigint(&params, claim->epoch);
	gw_params_text(&params, external);
	err = gw_db_exec(db, GW_STATEMENT_LETTER_SENDING, &params, &rows);
	if (err == GW_OK && gw_rows_count(rows) != 1)
		err = GW_CONFLICT;
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_letter_unsent(struct gw_db *db, const struct gw_uuid *letter, struct gw_str why)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, letter);
	gw_params_text(&params, why);
	return gw_db_run(db, GW_STATEMENT_LETTER_UNSENT, &params);
}

enum gw_err gw_letter_ended(struct gw_tx *tx, const struct gw_uuid *letter, enum gw_letter_end end,
			    struct gw_str why, struct gw_str external)
{
	static const char *const outcomes[] = {
		[GW_LETTER_SENT] = "sent",
		[GW_LETTER_FAILED] = "failed",
		[GW_LETTER_UNKNOWN] = "unknown",
		[GW_LETTER_GIVEN_UP] = "given_up",
	};
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, letter);
	gw_params_text_c(&params, outcomes[end]);
	gw_params_text(&params, why);
	gw_params_text(&params, external);
	gw_params_bool(&params, true);
	return gw_tx_run(tx, GW_STATEMENT_LETTER_END, &params);
}

enum gw_err gw_letter_compose(struct gw_db *db, const struct gw_letter_new *letter)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, &letter->id);
	gw_params_uuid(&params, &letter->agent_id);
	gw_params_uuid(&params, &letter->member_id);
	gw_params_text(&params, letter->channel);
	gw_params_text(&params, letter->name);
	gw_params_text(&params, letter->idempotency_key);
	gw_params_bytes(&params, letter->digest, GW_SHA256_SIZE);
	gw_params_text(&params, letter->place);
	gw_params_text(&params, letter->subject);
	gw_params_text(&params, letter->content);
	err = gw_db_exec(db, GW_STATEMENT_LETTER_COMPOSE, &params, &rows);
	if (err == GW_OK && (gw_rows_count(rows) != 1 || !gw_rows_bool(rows, 0, 0)))
		err = GW_BUSY;
	gw_rows_free(rows);
	return err;
}

enum gw_err gw_letter_ask(struct gw_tx *tx, const struct gw_job *const *jobs,
			  struct gw_question_batch *questions)
{
	return gw_conversation_ask_by(tx, GW_STATEMENT_LETTER_ASK, jobs, questions);
}

enum gw_err gw_letter_tell(struct gw_tx *tx, const struct gw_uuid *job, bool answered,
			   struct gw_str content)
{
	struct gw_uuid row = gw_uuid_v5(job, GW_STR_LIT("assistant"));
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, job);
	gw_params_uuid(&params, &row);
	gw_params_bool(&params, answered);
	gw_params_text(&params, content);
	return gw_tx_run(tx, GW_STATEMENT_LETTER_TELL, &params);
}

enum gw_err gw_letter_probe_add(struct gw_db *db, const struct gw_uuid *id)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, id);
	return gw_db_run(db, GW_STATEMENT_LETTER_PROBE_ADD, &params);
}

enum gw_err gw_letter_probed(struct gw_db *db, const struct gw_uuid *id, struct gw_str why,
			     bool *ret_awaited)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, id);
	gw_params_text(&params, why);
	err = gw_db_exec(db, GW_STATEMENT_LETTER_PROBED, &params, &rows);
	if (err != GW_OK)
		return err;
	*ret_awaited = gw_rows_bool(rows, 0, 0);
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_letter_probe_show(struct gw_db *db, const struct gw_uuid *id, bool *ret_came,
				 char **ret_why)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, id);
	err = gw_db_exec(db, GW_STATEMENT_LETTER_PROBE_SHOW, &params, &rows);
	if (err != GW_OK)
		return err;
	*ret_came = gw_rows_count(rows) == 1 && gw_rows_bool(rows, 0, 0);
	*ret_why = *ret_came && !gw_rows_is_null(rows, 0, 1) ? gw_str_dup(gw_rows_text(rows, 0, 1))
							     : NULL;
	gw_rows_free(rows);
	return GW_OK;
}

enum gw_err gw_letter_probe_end(struct gw_db *db, const struct gw_uuid *id)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, id);
	return gw_db_run(db, GW_STATEMENT_LETTER_PROBE_END, &params);
}

enum gw_err gw_letter_cut_off(struct gw_db *db, int32_t batch, int64_t *ret_count)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	gw_params_int(&params, batch);
	err = gw_db_exec(db, GW_STATEMENT_LETTER_CUT_OFF, &params, &rows);
	if (err != GW_OK)
		return err;
	*ret_count = gw_rows_int(rows, 0, 0);
	gw_rows_free(rows);
	return GW_OK;
}
