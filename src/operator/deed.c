/* SPDX-License-Identifier: ISC */
/*
 * deed.c: see deed.h. Each deed is one statement, which looks at the state itself: whatever happened since somebody looked, it is done
 * to what it is for, or not at all.
 */
#include "operator/deed.h"

#include "base/log.h"
#include "store/bell.h"
#include "store/conversation.h"
#include "store/event.h"

#include <stdio.h>
#include <string.h>

#define PAGE 500

typedef enum gw_err gw_deed_run(struct gw_db *db, const struct gw_uuid *id,
				struct gw_rows **ret_rows);

static enum gw_err by_id(struct gw_db *db, enum gw_statement statement, const struct gw_uuid *id,
			 struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, id);
	return gw_db_exec(db, statement, &params, ret_rows);
}

static enum gw_err redeliver(struct gw_db *db, const struct gw_uuid *id, struct gw_rows **ret_rows)
{
	return by_id(db, GW_STATEMENT_MESSAGE_REDELIVER, id, ret_rows);
}

static enum gw_err expire(struct gw_db *db, const struct gw_uuid *id, struct gw_rows **ret_rows)
{
	return by_id(db, GW_STATEMENT_MESSAGE_EXPIRE, id, ret_rows);
}

static enum gw_err purge_message(struct gw_db *db, const struct gw_uuid *id,
				 struct gw_rows **ret_rows)
{
	return by_id(db, GW_STATEMENT_MESSAGE_PURGE, id, ret_rows);
}

static enum gw_err retry_job(struct gw_db *db, const struct gw_uuid *id, struct gw_rows **ret_rows)
{
	return by_id(db, GW_STATEMENT_JOB_RETRY, id, ret_rows);
}

static enum gw_err cancel_job(struct gw_db *db, const struct gw_uuid *id, struct gw_rows **ret_rows)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	char conversation[GW_UUID_TEXT_SIZE];
	struct gw_uuid notice = gw_job_message_id(id); /* the one that the answer would have had */
	struct gw_rows *pair = NULL;
	struct gw_uuid lo, hi, between;
	enum gw_err err = by_id(db, GW_STATEMENT_JOB_PAIR, id, &pair);

	if (err != GW_OK)
		return err;
	gw_params_uuid(&params, id);
	gw_params_uuid(&params, &notice);
	if (gw_rows_count(pair) > 0 && gw_rows_uuid(pair, 0, 0, &lo) &&
	    gw_rows_uuid(pair, 0, 1, &hi)) {
		between = gw_job_conversation(&lo, &hi);
		gw_params_text_c(&params, gw_uuid_format(&between, conversation));
	} else {
		gw_params_null(&params);
	}
	gw_rows_free(pair);
	return gw_db_exec(db, GW_STATEMENT_JOB_CANCEL, &params, ret_rows);
}

static enum gw_err purge_job(struct gw_db *db, const struct gw_uuid *id, struct gw_rows **ret_rows)
{
	return by_id(db, GW_STATEMENT_JOB_PURGE, id, ret_rows);
}

static enum gw_err retry_letter(struct gw_db *db, const struct gw_uuid *id,
				struct gw_rows **ret_rows)
{
	return by_id(db, GW_STATEMENT_LETTER_RETRY, id, ret_rows);
}

static enum gw_err purge_letter(struct gw_db *db, const struct gw_uuid *id,
				struct gw_rows **ret_rows)
{
	return by_id(db, GW_STATEMENT_LETTER_PURGE, id, ret_rows);
}

static const struct {
	struct gw_deed deed;
	gw_deed_run *run;
} deeds[] = {
	{{"redeliver", GW_SUBJECT_MESSAGE, "delivered, expired or failed", "pending"}, redeliver},
	{{"expire", GW_SUBJECT_MESSAGE, "pending or delivered", "expired"}, expire},
	{{"purge", GW_SUBJECT_MESSAGE, "completed, failed, expired or cancelled", "gone"},
	 purge_message},
	{{"retry", GW_SUBJECT_JOB, "dead or queued", "queued"}, retry_job},
	{{"cancel", GW_SUBJECT_JOB, "queued or running", "dead"}, cancel_job},
	{{"purge", GW_SUBJECT_JOB, "done or dead", "gone"}, purge_job},
	{{"retry", GW_SUBJECT_LETTER, "failed, unknown or queued", "queued"}, retry_letter},
	{{"purge", GW_SUBJECT_LETTER, "sent, failed, unknown or received", "gone"}, purge_letter},
};

const struct gw_deed *gw_deed_find(enum gw_subject subject, struct gw_str name)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(deeds); i++) {
		if (deeds[i].deed.subject == subject && gw_str_equal_c(name, deeds[i].deed.name))
			return &deeds[i].deed;
	}
	return NULL;
}

static gw_deed_run *run_of(const struct gw_deed *deed)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(deeds); i++) {
		if (&deeds[i].deed == deed)
			return deeds[i].run;
	}
	abort(); /* it did not come from gw_deed_find() */
}

/* Whether the deed is for what is in this state. */
static bool is_for(const struct gw_deed *deed, struct gw_str state)
{
	for (const char *at = deed->from; *at != '\0'; at += strspn(at, " ,")) {
		size_t len = strcspn(at, " ,");

		if (len == state.len && memcmp(at, state.data, len) == 0)
			return true;
		at += len;
	}
	return false;
}

/* Those who wait hear of it at once; hints only. */
static void tell(struct gw_db *db, const struct gw_deed *deed, const struct gw_uuid *id)
{
	switch (deed->subject) {
	case GW_SUBJECT_MESSAGE:
		gw_bell_ring_message(db, id);
		break;
	case GW_SUBJECT_JOB:
	case GW_SUBJECT_LETTER:
		if (gw_job_notify(db) != GW_OK)
			gw_log_info("workers were not told of the job; they will find it");
		break;
	}
}

/* Whoever calls has seen that it is in his scope. */
static enum gw_err do_one(struct gw_db *db, const struct gw_deed *deed, const struct gw_uuid *id,
			  char ret_was[GW_DEED_STATE_SIZE])
{
	struct gw_rows *rows = NULL;
	struct gw_str was;
	enum gw_err err = run_of(deed)(db, id, &rows);

	if (err != GW_OK)
		return err;
	was = gw_rows_count(rows) > 0 ? gw_rows_text(rows, 0, 0) : GW_STR_NULL;
	(void)snprintf(ret_was, GW_DEED_STATE_SIZE, "%.*s", (int)was.len,
		       was.len > 0 ? was.data : "");
	if (was.data == NULL)
		err = GW_NOT_FOUND;
	else if (!is_for(deed, was))
		err = GW_CONFLICT;
	gw_rows_free(rows);
	if (err == GW_OK)
		tell(db, deed, id);
	return err;
}

enum gw_err gw_deed_do(const struct gw_scope *scope, const struct gw_deed *deed,
		       const struct gw_uuid *id, char ret_was[GW_DEED_STATE_SIZE])
{
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_look_show(scope, deed->subject, id, &rows);

	*ret_was = '\0';
	if (err == GW_OK && gw_rows_count(rows) == 0)
		err = GW_NOT_FOUND;
	gw_rows_free(rows);
	return err == GW_OK ? do_one(scope->db, deed, id, ret_was) : err;
}

/* Visits all that match: does it, or only counts. */
static enum gw_err each(const struct gw_scope *scope, const struct gw_deed *deed,
			const struct gw_look *look, bool act, int64_t most, int64_t *ret_count)
{
	enum { ID, STATE, STATE_OF_LETTER = 3 }; /* columns of the lists */
	int state = deed->subject == GW_SUBJECT_LETTER ? STATE_OF_LETTER : STATE;
	struct gw_look page = *look;
	int64_t count = 0;
	bool more = true;

	page.limit = PAGE;
	page.reach = GW_LOOK_REACH;
	while (more && count < most) {
		struct gw_rows *rows = NULL;
		enum gw_err err = gw_look_list(scope, deed->subject, &page, &rows);

		for (int row = 0; err == GW_OK && row < gw_rows_count(rows) && count < most;
		     row++) {
			char was[GW_DEED_STATE_SIZE];
			struct gw_uuid id;

			if (!gw_rows_uuid(rows, row, ID, &id) ||
			    !is_for(deed, gw_rows_text(rows, row, state)))
				continue;
			if (act)
				err = do_one(scope->db, deed, &id, was);
			/* what somebody else has changed or removed meanwhile does not count */
			count += err == GW_OK;
			err = err == GW_NOT_FOUND || err == GW_CONFLICT ? GW_OK : err;
		}
		if (err == GW_OK)
			err = gw_look_next(scope, deed->subject, &page, rows, &more, &page.before,
					   &page.before_id);
		gw_rows_free(rows);
		*ret_count = count;
		if (err != GW_OK)
			return err;
	}
	*ret_count = count;
	return GW_OK;
}

enum gw_err gw_deed_count(const struct gw_scope *scope, const struct gw_deed *deed,
			  const struct gw_look *look, int64_t *ret_count)
{
	return each(scope, deed, look, false, INT64_MAX, ret_count);
}

enum gw_err gw_deed_do_all(const struct gw_scope *scope, const struct gw_deed *deed,
			   const struct gw_look *look, int64_t most, int64_t *ret_done)
{
	return each(scope, deed, look, true, most, ret_done);
}
