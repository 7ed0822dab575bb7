/* SPDX-License-Identifier: ISC */
/*
 * conversation.c: see conversation.h.
 */
#include "store/conversation.h"

#include "base/alloc.h"
#include "store/array.h"

/* Columns of conversation_ask.sql. */
enum ask_column { N, KIND, TEXT, NAME };
enum { KIND_JOB, KIND_HISTORY };

struct gw_uuid gw_job_conversation(const struct gw_uuid *a, const struct gw_uuid *b)
{
	static const struct gw_uuid name_space = {{0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x78, 0x90,
						   0xab, 0xcd, 0xef, 0x12, 0x34, 0x56, 0x78, 0x90}};
	bool in_order = memcmp(a->bytes, b->bytes, sizeof(a->bytes)) < 0;
	char name[2 * GW_UUID_TEXT_SIZE];

	/* the order of the bytes is that of their lower-case hexadecimal digits */
	(void)gw_uuid_format(in_order ? a : b, name);
	name[GW_UUID_TEXT_SIZE - 1] = '_';
	(void)gw_uuid_format(in_order ? b : a, name + GW_UUID_TEXT_SIZE);
	return gw_uuid_v5(&name_space, gw_str(name));
}

struct gw_uuid gw_job_message_id(const struct gw_uuid *job)
{
	return gw_uuid_v5(job, GW_STR_LIT("reply"));
}

/* Adds what conversation_ask.sql found to the questions. */
static enum gw_err read_lines(const struct gw_rows *rows, struct gw_question_batch *batch)
{
	int count = gw_rows_count(rows);
	size_t described = 0;
	size_t line = 0;

	batch->lines = gw_xcalloc((size_t)count, sizeof(*batch->lines));
	for (int row = 0; row < count; row++) {
		int64_t n = gw_rows_int(rows, row, N);
		struct gw_question *question = NULL;

		if (n < 1 || n > (int64_t)batch->count)
			return GW_INTERNAL;
		question = &batch->questions[n - 1];
		if (gw_rows_int(rows, row, KIND) == KIND_JOB) {
			question->writer = gw_rows_text(rows, row, TEXT);
			described++;
			continue;
		}
		if (question->history_count == 0)
			question->history = &batch->lines[line];
		batch->lines[line].assistant =
			gw_str_equal_c(gw_rows_text(rows, row, NAME), "assistant");
		batch->lines[line].text = gw_rows_text(rows, row, TEXT);
		question->history_count++;
		line++;
	}
	return described == batch->count ? GW_OK : GW_INTERNAL;
}

enum gw_err gw_conversation_ask(struct gw_tx *tx, const struct gw_job *const *jobs,
				struct gw_question_batch *questions)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf ids, conversations, user_rows;
	size_t max = questions->count * GW_UUID_TEXT_SIZE + 2;
	enum gw_err err = GW_OK;

	gw_buf_init(&ids, max);
	gw_buf_init(&conversations, max);
	gw_buf_init(&user_rows, max);
	gw_array_begin(&ids);
	gw_array_begin(&conversations);
	gw_array_begin(&user_rows);
	for (size_t i = 0; i < questions->count; i++) {
		struct gw_uuid user_row = gw_uuid_v5(&jobs[i]->id, GW_STR_LIT("user"));
		struct gw_uuid conversation =
			gw_job_conversation(&jobs[i]->source_agent, &jobs[i]->target_agent);

		gw_array_add_uuid(&ids, &jobs[i]->id);
		gw_array_add_uuid(&conversations, &conversation);
		gw_array_add_uuid(&user_rows, &user_row);
	}
	gw_params_text(&params, gw_array_end(&ids));
	gw_params_text(&params, gw_array_end(&conversations));
	err = gw_tx_run(tx, GW_STATEMENT_CONVERSATION_OPEN, &params);
	if (err != GW_OK)
		goto out;
	gw_params_text(&params, gw_array_end(&user_rows));
	gw_params_int(&params, GW_QUESTION_HISTORY);
	gw_params_int(&params, GW_QUESTION_HISTORY_CHARACTERS);
	err = gw_tx_exec(tx, GW_STATEMENT_CONVERSATION_ASK, &params, &rows);
	if (err != GW_OK)
		goto out;
	gw_question_keep(questions, rows);
	err = read_lines(rows, questions);
out:
	gw_buf_release(&ids);
	gw_buf_release(&conversations);
	gw_buf_release(&user_rows);
	return err;
}

enum gw_err gw_conversation_ask_person(struct gw_tx *tx, const struct gw_job *const *jobs,
				       struct gw_question_batch *questions)
{
	return gw_conversation_ask_by(tx, GW_STATEMENT_PERSON_ASK, jobs, questions);
}

enum gw_err gw_conversation_ask_by(struct gw_tx *tx, enum gw_statement statement,
				   const struct gw_job *const *jobs,
				   struct gw_question_batch *questions)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_buf ids;
	enum gw_err err = GW_OK;

	gw_buf_init(&ids, questions->count * GW_UUID_TEXT_SIZE + 2);
	gw_array_begin(&ids);
	for (size_t i = 0; i < questions->count; i++)
		gw_array_add_uuid(&ids, &jobs[i]->id);
	gw_params_text(&params, gw_array_end(&ids));
	gw_params_int(&params, GW_QUESTION_HISTORY);
	gw_params_int(&params, GW_QUESTION_HISTORY_CHARACTERS);
	err = gw_tx_exec(tx, statement, &params, &rows);
	if (err == GW_OK) {
		gw_question_keep(questions, rows);
		err = read_lines(rows, questions);
	}
	gw_buf_release(&ids);
	return err;
}

enum gw_err gw_conversation_tell_person(struct gw_tx *tx,
					const struct gw_conversation_answer *answers, size_t count)
{
	enum { JOBS, ANSWERED_ONES, TEXTS, ROWS, LISTS };
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf lists[LISTS];
	enum gw_err err = GW_OK;

	for (int i = 0; i < LISTS; i++) {
		gw_buf_init(&lists[i], GW_ARRAY_MAX);
		gw_array_begin(&lists[i]);
	}
	for (size_t i = 0; i < count; i++) {
		struct gw_uuid row = gw_uuid_v5(&answers[i].job, GW_STR_LIT("assistant"));

		gw_array_add_uuid(&lists[JOBS], &answers[i].job);
		gw_array_add_text(&lists[ANSWERED_ONES],
				  answers[i].answered ? GW_STR_LIT("t") : GW_STR_LIT("f"));
		gw_array_add_text(&lists[TEXTS], answers[i].content);
		gw_array_add_uuid(&lists[ROWS], &row);
	}
	for (int i = 0; i < LISTS; i++)
		gw_params_text(&params, gw_array_end(&lists[i]));
	err = gw_tx_run(tx, GW_STATEMENT_PERSON_ANSWER, &params);
	for (int i = 0; i < LISTS; i++)
		gw_buf_release(&lists[i]);
	return err;
}

/* The arrays of job_answer.sql, in the order of its parameters. */
enum array { IDS, ANSWERED, CONTENTS, CONVERSATIONS, SPOKEN_ROWS, MESSAGES, ARRAYS };

static void add_answer(struct gw_buf arrays[ARRAYS], const struct gw_conversation_answer *answer)
{
	struct gw_uuid spoken = gw_uuid_v5(&answer->job, GW_STR_LIT("assistant"));
	struct gw_uuid message = gw_job_message_id(&answer->job);

	gw_array_add_uuid(&arrays[IDS], &answer->job);
	gw_array_add_text(&arrays[ANSWERED], answer->answered ? GW_STR_LIT("t") : GW_STR_LIT("f"));
	gw_array_add_text(&arrays[CONTENTS], answer->content);
	gw_array_add_uuid(&arrays[CONVERSATIONS], &answer->conversation);
	gw_array_add_uuid(&arrays[SPOKEN_ROWS], &spoken);
	gw_array_add_uuid(&arrays[MESSAGES], &message);
}

enum gw_err gw_conversation_tell(struct gw_tx *tx, const struct gw_conversation_answer *answers,
				 size_t count)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf arrays[ARRAYS];
	enum gw_err err = GW_OK;

	for (int i = 0; i < ARRAYS; i++) {
		gw_buf_init(&arrays[i], GW_ARRAY_MAX);
		gw_array_begin(&arrays[i]);
	}
	for (size_t i = 0; i < count; i++)
		add_answer(arrays, &answers[i]);
	for (int i = 0; i < ARRAYS; i++)
		gw_params_text(&params, gw_array_end(&arrays[i]));
	err = gw_tx_run(tx, GW_STATEMENT_JOB_ANSWER, &params);
	for (int i = 0; i < ARRAYS; i++)
		gw_buf_release(&arrays[i]);
	return err;
}
