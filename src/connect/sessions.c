/* SPDX-License-Identifier: ISC */
/*
 * sessions.c: see sessions.h. A journal of {"program","conversation","session"}; the last record of a conversation counts.
 */
#include "connect/sessions.h"

#include "base/alloc.h"
#include "base/json.h"
#include "base/log.h"
#include "connect/journal.h"

#include <json-c/json.h>

#define SESSIONS_MAX 500
#define NAME_MAX_BYTES 256
#define REWRITE_FROM ((size_t)256 * 1024)

struct entry {
	char *conversation, *session;
	unsigned used; /* greater: later */
};

struct gw_sessions {
	struct gw_journal *journal;
	const char *program;
	struct entry entries[SESSIONS_MAX];
	size_t count;
	unsigned clock;
};

static void drop(struct gw_sessions *sessions, size_t at)
{
	free(sessions->entries[at].conversation);
	free(sessions->entries[at].session);
	sessions->entries[at] = sessions->entries[--sessions->count];
}

static void put(struct gw_sessions *sessions, struct gw_str conversation, struct gw_str session)
{
	struct entry *entry = NULL;
	size_t oldest = 0;

	for (size_t i = 0; i < sessions->count; i++) {
		if (gw_str_equal_c(conversation, sessions->entries[i].conversation)) {
			drop(sessions, i);
			break;
		}
	}
	if (session.len == 0)
		return;
	if (sessions->count == SESSIONS_MAX) {
		for (size_t i = 1; i < SESSIONS_MAX; i++) {
			if (sessions->entries[i].used < sessions->entries[oldest].used)
				oldest = i;
		}
		drop(sessions, oldest);
	}
	entry = &sessions->entries[sessions->count++];
	entry->conversation = gw_str_dup(conversation);
	entry->session = gw_str_dup(session);
	entry->used = ++sessions->clock;
}

static struct gw_str text_of(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return GW_STR_LIT("");
	return gw_json_string(value);
}

static void read_record(void *arg, struct json_object *record)
{
	struct gw_sessions *sessions = arg;
	struct gw_str conversation = text_of(record, "conversation");

	if (conversation.len > 0 && gw_str_equal_c(text_of(record, "program"), sessions->program))
		put(sessions, conversation, text_of(record, "session"));
}

enum gw_err gw_sessions_open(int dir, const char *program, struct gw_sessions **ret_sessions)
{
	struct gw_sessions *sessions = gw_xcalloc(1, sizeof(*sessions));
	enum gw_err err = GW_OK;

	sessions->program = program;
	err = gw_journal_open(dir, "sessions", read_record, sessions, &sessions->journal);
	if (err != GW_OK)
		gw_sessions_close(sessions);
	else
		*ret_sessions = sessions;
	return err;
}

void gw_sessions_close(struct gw_sessions *sessions)
{
	if (sessions == NULL)
		return;
	while (sessions->count > 0)
		drop(sessions, 0);
	gw_journal_close(sessions->journal);
	free(sessions);
}

const char *gw_sessions_find(struct gw_sessions *sessions, struct gw_str conversation)
{
	for (size_t i = 0; i < sessions->count; i++) {
		if (gw_str_equal_c(conversation, sessions->entries[i].conversation)) {
			sessions->entries[i].used = ++sessions->clock;
			return sessions->entries[i].session;
		}
	}
	return NULL;
}

static void frame(const struct gw_sessions *sessions, struct gw_buf *lines,
		  struct gw_str conversation, struct gw_str session)
{
	struct gw_buf record;

	gw_buf_init(&record, (size_t)16 * NAME_MAX_BYTES);
	gw_buf_add_char(&record, '{');
	gw_json_add_name(&record, "program");
	gw_json_add_string_c(&record, sessions->program);
	gw_json_add_name(&record, "conversation");
	gw_json_add_string(&record, conversation);
	gw_json_add_name(&record, "session");
	gw_json_add_string(&record, session);
	gw_buf_add_char(&record, '}');
	gw_journal_frame(lines, gw_buf_str(&record));
	gw_buf_release(&record);
}

void gw_sessions_set(struct gw_sessions *sessions, struct gw_str conversation,
		     struct gw_str session)
{
	enum gw_err err = GW_OK;
	struct gw_buf lines;

	if (conversation.len == 0 || conversation.len > NAME_MAX_BYTES ||
	    session.len > NAME_MAX_BYTES)
		return;
	put(sessions, conversation, session);
	gw_buf_init(&lines, (size_t)16 * NAME_MAX_BYTES * SESSIONS_MAX);
	if (gw_journal_size(sessions->journal) > REWRITE_FROM) {
		for (size_t i = 0; i < sessions->count; i++)
			frame(sessions, &lines, gw_str(sessions->entries[i].conversation),
			      gw_str(sessions->entries[i].session));
		err = gw_journal_rewrite(sessions->journal, gw_buf_str(&lines));
	} else {
		frame(sessions, &lines, conversation, session);
		err = gw_journal_append(sessions->journal, gw_buf_str(&lines));
	}
	/* it costs a new session after a restart, no more */
	if (err != GW_OK)
		gw_log_info("the session of a conversation is not on the disk");
	gw_buf_release(&lines);
}
