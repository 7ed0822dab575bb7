/* SPDX-License-Identifier: ISC */
/*
 * agent_report.c: see agent.h. A result is reported until the gateway has taken it or refuses it for good. While a command
 * runs, a request waits at the gateway for the message to leave the state `working`: then nobody waits for the result.
 */
#include "connect/agent.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "connect/result.h"
#include "connect/run.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <unistd.h>

#define SECONDS 60
#define LOOK_SECONDS 50
#define SAID_MAX 400
#define SAY_EVERY (10 * GW_USEC_PER_SEC)
#define TAIL_MAX ((size_t)32 * 1024)
#define LOOK_PAUSE (20 * GW_USEC_PER_SEC)
#define PAUSE_REFUSED (60 * GW_USEC_PER_SEC)
#define SHORTEST ((size_t)1024)

static const char working[] = "Working on it";
static const char undeliverable[] =
	"The agent has an answer, but the gateway does not take it as it is.";

static void write_report(struct gw_buf *out, const struct gw_held *held, const char *text,
			 bool is_progress)
{
	gw_buf_add_char(out, '{');
	gw_json_add_name(out, "message_id");
	gw_json_add_string_c(out, held->id);
	gw_json_add_name(out, "result");
	gw_json_add_string_c(out, text);
	if (is_progress) {
		gw_json_add_name(out, "status");
		gw_json_add_string_c(out, "in_progress");
	}
	if (held->no_reply) {
		gw_json_add_name(out, "reply");
		gw_json_add_bool(out, false);
	}
	gw_buf_add_char(out, '}');
}

static struct gw_call *report(struct gw_agent *agent, struct gw_held *held, const char *text,
			      bool is_progress, gw_client_done *done)
{
	struct gw_call *call = NULL;
	struct gw_buf body;

	/* escaping makes a text up to six times as long */
	gw_buf_init(&body, 6 * strlen(text) + 1024);
	write_report(&body, held, text, is_progress);
	call = gw_client_call(agent->client, "/report", gw_buf_str(&body), SECONDS, done, held);
	gw_buf_release(&body);
	return call;
}

/* ----- the result ----- */

/* The code of an error, or its sentence. */
static void read_detail(const struct gw_reply *reply, struct gw_buf *out)
{
	struct json_object *answer = NULL;
	struct json_object *detail = NULL;
	struct gw_json_error error;

	if (gw_json_parse(reply->body, &error, &answer) == GW_OK &&
	    json_object_is_type(answer, json_type_object) &&
	    json_object_object_get_ex(answer, "detail", &detail)) {
		if (json_object_is_type(detail, json_type_object))
			(void)json_object_object_get_ex(detail, "code", &detail);
		if (json_object_is_type(detail, json_type_string))
			gw_buf_add_str(out, gw_utf8_cut(gw_json_string(detail), out->max));
	}
	json_object_put(answer);
}

static bool shorten(struct gw_held *held)
{
	size_t len = strlen(held->result);
	struct gw_buf text;

	if (len <= SHORTEST)
		return false;
	gw_buf_init(&text, len + 1024);
	gw_result_add_clean(&text, gw_str(held->result), len / 2, true);
	free(held->result);
	held->result = gw_buf_detach(&text);
	return true;
}

static bool replace(struct gw_held *held)
{
	if (strcmp(held->result, undeliverable) == 0)
		return false;
	free(held->result);
	held->result = gw_xstrdup(undeliverable);
	return true;
}

/* The gateway refuses the report with 4xx. */
static void report_refused(struct gw_agent *agent, struct gw_held *held,
			   const struct gw_reply *reply)
{
	struct gw_buf detail;

	gw_buf_init(&detail, 200);
	read_detail(reply, &detail);
	if (reply->status == 409 ||
	    (reply->status == 404 && detail.len > 0 && strcmp(detail.data, "Not Found") != 0)) {
		gw_log_notice("nobody wants the answer to %s any more: %s", held->id, detail.data);
		gw_agent_end(agent, held);
	} else if ((reply->status == 413 && shorten(held)) ||
		   ((reply->status == 413 || reply->status == 422 || reply->status == 400) &&
		    replace(held))) {
		gw_log_warning(
			"the gateway does not take the answer to %s (%d): another form is tried",
			held->id, reply->status);
		held->report_at = 0;
	} else if (reply->status == 413 || reply->status == 422 || reply->status == 400) {
		gw_log_error("the gateway takes no answer to %s (%d): %s", held->id, reply->status,
			     detail.data);
		gw_agent_end(agent, held);
	} else {
		/* a wrong key or address; that of the polls says so in the log */
		held->failures++;
		held->report_at =
			gw_monotonic() + gw_agent_pause(held->failures, reply->retry_after > 0
										? reply->retry_after
										: PAUSE_REFUSED);
	}
	gw_buf_release(&detail);
}

static void report_done(void *arg, const struct gw_reply *reply)
{
	struct gw_held *held = arg;
	struct gw_agent *agent = held->agent;

	held->report = NULL;
	if (reply->status >= 200 && reply->status < 300) {
		agent->seen_at = gw_monotonic();
		gw_log_info("the answer to %s was reported", held->id);
		gw_agent_end(agent, held);
	} else if (reply->status >= 400 && reply->status < 500 && reply->status != 408 &&
		   reply->status != 429) {
		report_refused(agent, held, reply);
	} else {
		held->failures++;
		held->report_at =
			gw_monotonic() + gw_agent_pause(held->failures, reply->retry_after);
		(void)gw_agent_judge(agent, reply);
	}
}

/* ----- progress ----- */

/* The last thing that the program has said about its work; false: nothing new. */
static bool hear(const struct gw_agent *agent, struct gw_held *held)
{
	const struct gw_preset *preset = agent->options->preset;
	int fd = openat(held->run->folder, "out", O_RDONLY | O_CLOEXEC);
	off_t end = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
	off_t from = end > (off_t)TAIL_MAX ? end - (off_t)TAIL_MAX : 0;
	struct gw_buf line;
	bool is_new = false;
	char *block = NULL;
	ssize_t got = -1;

	gw_buf_init(&line, TAIL_MAX);
	block = gw_xmalloc(TAIL_MAX);
	if (end > 0)
		got = pread(fd, block, TAIL_MAX, from);
	/* whole lines only, the last first */
	while (got > 0 && line.len == 0) {
		const char *last = memrchr(block, '\n', (size_t)got);
		const char *begin = NULL;

		if (last == NULL)
			break;
		begin = memrchr(block, '\n', (size_t)(last - block));
		begin = begin != NULL ? begin + 1 : block;
		if (!preset->say((struct gw_str){begin, (size_t)(last - begin)}, &line))
			gw_buf_reset(&line);
		got = begin - block;
	}
	if (line.len > 0) {
		struct gw_buf clean;

		gw_buf_init(&clean, (size_t)4 * SAID_MAX);
		gw_result_add_clean(&clean, gw_utf8_cut(gw_buf_str(&line), SAID_MAX),
				    SAID_MAX + 100, false);
		is_new = held->said == NULL || strcmp(held->said, clean.data) != 0;
		free(held->said);
		held->said = gw_buf_detach(&clean);
	}
	free(block);
	gw_buf_release(&line);
	if (fd >= 0)
		close(fd);
	return is_new;
}

static void progress_done(void *arg, const struct gw_reply *reply)
{
	struct gw_held *held = arg;
	struct gw_agent *agent = held->agent;
	struct gw_buf detail;

	held->progress = NULL;
	if (reply->status >= 200 && reply->status < 300)
		agent->seen_at = gw_monotonic();
	if (reply->status != 409 && reply->status != 404)
		return;
	gw_buf_init(&detail, 200);
	read_detail(reply, &detail);
	if (reply->status == 409 || strcmp(detail.data, "Message not found") == 0)
		gw_agent_withdraw(held);
	gw_buf_release(&detail);
}

static int64_t tell_progress(struct gw_agent *agent, struct gw_held *held, int64_t now)
{
	const struct gw_preset *preset = agent->options->preset;
	bool can_say = preset != NULL && preset->say != NULL;

	if (held->progress != NULL || held->withdrawn)
		return INT64_MAX;
	if (can_say && held->look_out_at <= now && held->said == NULL && held->progress_at <= now) {
		held->look_out_at = now + SAY_EVERY;
	} else if (can_say && held->look_out_at <= now) {
		held->look_out_at = now + SAY_EVERY;
		if (hear(agent, held))
			held->progress_at = now;
	}
	if (held->progress_at <= now) {
		held->progress_at = now + agent->options->lease / 3;
		held->progress = report(agent, held, held->said != NULL ? held->said : working,
					true, progress_done);
	}
	return can_say && held->look_out_at < held->progress_at ? held->look_out_at
								: held->progress_at;
}

/* ----- whether somebody waits ----- */

static void look_done(void *arg, const struct gw_reply *reply)
{
	struct gw_held *held = arg;
	struct gw_agent *agent = held->agent;
	struct json_object *answer = NULL;
	struct json_object *status = NULL;
	struct gw_json_error error;
	struct gw_buf detail;

	held->look = NULL;
	held->look_at = gw_monotonic() + (reply->waited ? 0 : LOOK_PAUSE);
	/* one that waits and answers at once all the same is not asked all the time */
	if (reply->waited && reply->took < GW_USEC_PER_SEC)
		held->look_at += GW_USEC_PER_SEC;
	gw_buf_init(&detail, 200);
	if (reply->status == 404) {
		read_detail(reply, &detail);
		if (strcmp(detail.data, "Message not found") == 0)
			gw_agent_withdraw(held);
		else
			agent->cannot_look = true;
	} else if (reply->status == 200 && gw_json_parse(reply->body, &error, &answer) == GW_OK &&
		   json_object_is_type(answer, json_type_object) &&
		   json_object_object_get_ex(answer, "status", &status) &&
		   json_object_is_type(status, json_type_string) &&
		   !gw_str_equal_c(gw_json_string(status), "working") &&
		   !gw_str_equal_c(gw_json_string(status), "pending")) {
		gw_agent_withdraw(held);
	} else if (reply->status >= 400 && reply->status < 500 && reply->status != 429) {
		agent->cannot_look = reply->status != 401 && reply->status != 403;
	}
	json_object_put(answer);
	gw_buf_release(&detail);
}

static int64_t look_after(struct gw_agent *agent, struct gw_held *held, int64_t now)
{
	char path[160];

	if (held->look != NULL || held->withdrawn || agent->cannot_look)
		return INT64_MAX;
	if (held->look_at > now)
		return held->look_at;
	(void)snprintf(path, sizeof(path), "/messages/%s?status=working&wait=%d", held->id,
		       LOOK_SECONDS);
	held->look = gw_client_call(agent->client, path, GW_STR_NULL, LOOK_SECONDS + 20, look_done,
				    held);
	return INT64_MAX;
}

int64_t gw_agent_report(struct gw_agent *agent, int64_t now)
{
	struct gw_held *held = NULL;
	int64_t due = INT64_MAX;

	TAILQ_FOREACH(held, &agent->ledger.held, link)
	{
		int64_t at = INT64_MAX;

		if (held->state == GW_HELD_RUNNING && agent->stop_at == 0) {
			int64_t look_at = look_after(agent, held, now);

			at = tell_progress(agent, held, now);
			at = look_at < at ? look_at : at;
		} else if (held->state == GW_HELD_FINISHED && held->report == NULL) {
			at = held->report_at;
			if (at <= now) {
				held->report =
					report(agent, held, held->result, false, report_done);
				at = INT64_MAX;
			}
		}
		due = at < due ? at : due;
	}
	return due;
}
