/* SPDX-License-Identifier: ISC */
/*
 * held.c: see held.h. Records of `taken`: {"take":{message}} and {"end":id}. Of `results`: {"id","result","no_reply"}. Both are
 * rewritten when most of what they hold is over.
 */
#include "connect/held.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "connect/journal.h"

#include <json-c/json.h>

#define REWRITE_FROM ((size_t)1024 * 1024)
#define RECENT 256
#define RECENT_FOR (120 * GW_USEC_PER_SEC)
#define RECORD_MAX ((size_t)64 * 1024 * 1024)

struct gw_recent {
	struct {
		char id[GW_UUID_TEXT_SIZE];
		int64_t at;
	} entries[RECENT];
	unsigned next;
};

struct gw_str gw_held_field(const struct gw_held *held, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(held->message, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return GW_STR_NULL;
	return gw_json_string(value);
}

bool gw_held_expects_reply(const struct gw_held *held)
{
	struct json_object *value = NULL;

	return !json_object_object_get_ex(held->message, "expects_reply", &value) ||
	       !json_object_is_type(value, json_type_boolean) || json_object_get_boolean(value);
}

static struct gw_held *find(const struct gw_ledger *ledger, const char *id)
{
	struct gw_held *held = NULL;

	TAILQ_FOREACH(held, &ledger->held, link)
	{
		if (strcmp(held->id, id) == 0)
			return held;
	}
	return NULL;
}

/* The id of a message in the form that is used everywhere; false if it has none. */
static bool id_of(struct json_object *message, const char *field, char id[GW_UUID_TEXT_SIZE])
{
	struct json_object *value = NULL;
	struct gw_uuid uuid;

	if (!json_object_object_get_ex(message, field, &value) ||
	    !json_object_is_type(value, json_type_string) ||
	    !gw_uuid_parse(gw_json_string(value), &uuid))
		return false;
	(void)gw_uuid_format(&uuid, id);
	return true;
}

static void add(struct gw_ledger *ledger, struct json_object *message,
		const char id[GW_UUID_TEXT_SIZE])
{
	struct gw_held *held = gw_xcalloc(1, sizeof(*held));

	memcpy(held->id, id, GW_UUID_TEXT_SIZE);
	held->message = json_object_get(message);
	TAILQ_INSERT_TAIL(&ledger->held, held, link);
	ledger->count++;
}

static void forget(struct gw_ledger *ledger, struct gw_held *held)
{
	TAILQ_REMOVE(&ledger->held, held, link);
	ledger->count--;
	json_object_put(held->message);
	free(held->result);
	free(held->said);
	free(held);
}

static void read_taken(void *arg, struct json_object *record)
{
	struct gw_ledger *ledger = arg;
	struct json_object *message = NULL;
	struct gw_held *held = NULL;
	char id[GW_UUID_TEXT_SIZE];

	if (id_of(record, "end", id)) {
		held = find(ledger, id);
		if (held != NULL)
			forget(ledger, held);
	} else if (json_object_object_get_ex(record, "take", &message) &&
		   id_of(message, "id", id) && find(ledger, id) == NULL) {
		add(ledger, message, id);
	}
}

static void read_result(void *arg, struct json_object *record)
{
	struct gw_ledger *ledger = arg;
	struct json_object *value = NULL;
	struct gw_held *held = NULL;
	char id[GW_UUID_TEXT_SIZE];

	if (!id_of(record, "id", id))
		return;
	held = find(ledger, id);
	if (held == NULL || !json_object_object_get_ex(record, "result", &value) ||
	    !json_object_is_type(value, json_type_string))
		return;
	free(held->result);
	held->result = gw_str_dup(gw_json_string(value));
	held->no_reply = json_object_object_get_ex(record, "no_reply", &value) &&
			 json_object_get_boolean(value);
	held->state = GW_HELD_FINISHED;
}

enum gw_err gw_ledger_open(int dir, struct gw_ledger *ret_ledger)
{
	enum gw_err err = GW_OK;

	*ret_ledger = (struct gw_ledger){.count = 0};
	TAILQ_INIT(&ret_ledger->held);
	ret_ledger->rewrite_from = REWRITE_FROM;
	ret_ledger->recent = gw_xcalloc(1, sizeof(*ret_ledger->recent));
	err = gw_journal_open(dir, "taken", read_taken, ret_ledger, &ret_ledger->taken);
	if (err == GW_OK)
		err = gw_journal_open(dir, "results", read_result, ret_ledger,
				      &ret_ledger->results);
	if (err != GW_OK)
		gw_ledger_close(ret_ledger);
	return err;
}

void gw_ledger_close(struct gw_ledger *ledger)
{
	struct gw_held *next = NULL;

	for (struct gw_held *held = TAILQ_FIRST(&ledger->held); held != NULL; held = next) {
		next = TAILQ_NEXT(held, link);
		forget(ledger, held);
	}
	gw_journal_close(ledger->taken);
	gw_journal_close(ledger->results);
	free(ledger->recent);
	*ledger = (struct gw_ledger){.count = 0};
	TAILQ_INIT(&ledger->held);
}

static bool is_recent(const struct gw_ledger *ledger, const char *id)
{
	int64_t since = gw_monotonic() - RECENT_FOR;

	for (unsigned i = 0; i < RECENT; i++) {
		if (ledger->recent->entries[i].id[0] != '\0' &&
		    ledger->recent->entries[i].at >= since &&
		    strcmp(ledger->recent->entries[i].id, id) == 0)
			return true;
	}
	return false;
}

/* Whether the message is to be held; then its id. */
static bool is_new(const struct gw_ledger *ledger, struct json_object *message,
		   char ret_id[GW_UUID_TEXT_SIZE])
{
	return json_object_is_type(message, json_type_object) && id_of(message, "id", ret_id) &&
	       find(ledger, ret_id) == NULL && !is_recent(ledger, ret_id);
}

static void write_taken(struct gw_buf *lines, struct json_object *message)
{
	struct gw_buf record;

	gw_buf_init(&record, RECORD_MAX);
	gw_buf_add_c(&record, "{\"take\":");
	gw_json_add_value(&record, message);
	gw_buf_add_char(&record, '}');
	gw_journal_frame(lines, gw_buf_str(&record));
	gw_buf_release(&record);
}

enum gw_err gw_ledger_take(struct gw_ledger *ledger, struct json_object *messages,
			   unsigned *ret_new)
{
	char id[GW_UUID_TEXT_SIZE];
	struct gw_buf lines;
	enum gw_err err = GW_OK;
	unsigned before = ledger->count;
	size_t count = 0;

	if (!json_object_is_type(messages, json_type_array))
		return GW_INVALID;
	count = json_object_array_length(messages);
	gw_buf_init(&lines, RECORD_MAX);
	for (size_t i = 0; i < count; i++) {
		struct json_object *message = json_object_array_get_idx(messages, i);

		if (is_new(ledger, message, id))
			write_taken(&lines, message);
		else if (!json_object_is_type(message, json_type_object) ||
			 !id_of(message, "id", id))
			gw_log_warning("the gateway handed out a message without an id");
	}
	err = gw_buf_overflowed(&lines) ? GW_INTERNAL
					: gw_journal_append(ledger->taken, gw_buf_str(&lines));
	gw_buf_release(&lines);
	if (err != GW_OK)
		return err;
	for (size_t i = 0; i < count; i++) {
		struct json_object *message = json_object_array_get_idx(messages, i);

		if (is_new(ledger, message, id))
			add(ledger, message, id);
	}
	*ret_new = ledger->count - before;
	return GW_OK;
}

static void write_result(struct gw_buf *lines, const struct gw_held *held)
{
	struct gw_buf record;

	gw_buf_init(&record, RECORD_MAX);
	gw_buf_add_char(&record, '{');
	gw_json_add_name(&record, "id");
	gw_json_add_string_c(&record, held->id);
	gw_json_add_name(&record, "result");
	gw_json_add_string_c(&record, held->result);
	gw_json_add_name(&record, "no_reply");
	gw_json_add_bool(&record, held->no_reply);
	gw_buf_add_char(&record, '}');
	gw_journal_frame(lines, gw_buf_str(&record));
	gw_buf_release(&record);
}

enum gw_err gw_ledger_finish(struct gw_ledger *ledger, struct gw_held *held, char *result,
			     bool no_reply)
{
	struct gw_buf lines;
	enum gw_err err = GW_OK;

	held->state = GW_HELD_FINISHED;
	free(held->result);
	held->result = result;
	held->no_reply = no_reply;
	gw_buf_init(&lines, RECORD_MAX);
	write_result(&lines, held);
	err = gw_buf_overflowed(&lines) ? GW_INTERNAL
					: gw_journal_append(ledger->results, gw_buf_str(&lines));
	gw_buf_release(&lines);
	return err;
}

/* What is over stays out. A crash between the two leaves results of messages that are over, which are not looked at. */
static void rewrite(struct gw_ledger *ledger)
{
	const struct gw_held *held = NULL;
	struct gw_buf taken;
	struct gw_buf results;

	gw_buf_init(&taken, RECORD_MAX);
	gw_buf_init(&results, RECORD_MAX);
	TAILQ_FOREACH(held, &ledger->held, link)
	{
		write_taken(&taken, held->message);
		if (held->state == GW_HELD_FINISHED)
			write_result(&results, held);
	}
	/* what cannot be rewritten stays as it is, and is looked at again when it has grown */
	if (!gw_buf_overflowed(&taken) && !gw_buf_overflowed(&results) &&
	    gw_journal_rewrite(ledger->taken, gw_buf_str(&taken)) == GW_OK &&
	    gw_journal_rewrite(ledger->results, gw_buf_str(&results)) == GW_OK)
		gw_log_debug("the journals were rewritten: %u messages are held", ledger->count);
	ledger->rewrite_from = 2 * (taken.len + results.len);
	if (ledger->rewrite_from < REWRITE_FROM)
		ledger->rewrite_from = REWRITE_FROM;
	gw_buf_release(&taken);
	gw_buf_release(&results);
}

void gw_ledger_end(struct gw_ledger *ledger, struct gw_held *held)
{
	struct gw_recent *recent = ledger->recent;
	struct gw_buf lines;
	char record[64];
	int len = snprintf(record, sizeof(record), "{\"end\":\"%s\"}", held->id);

	gw_buf_init(&lines, 1024);
	gw_journal_frame(&lines, (struct gw_str){record, (size_t)len});
	/* when this fails the next process reports once more, which has no second effect */
	if (gw_journal_append(ledger->taken, gw_buf_str(&lines)) != GW_OK)
		gw_log_warning("the end of message %s is not on the disk", held->id);
	gw_buf_release(&lines);
	memcpy(recent->entries[recent->next].id, held->id, GW_UUID_TEXT_SIZE);
	recent->entries[recent->next].at = gw_monotonic();
	recent->next = (recent->next + 1) % RECENT;
	forget(ledger, held);
	if (gw_journal_size(ledger->taken) + gw_journal_size(ledger->results) >
	    ledger->rewrite_from)
		rewrite(ledger);
}
