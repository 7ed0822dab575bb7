/* SPDX-License-Identifier: ISC */
/*
 * model_faults.c: the ways in which the stand-in for language models answers, by name in the table at the end.
 */
#include "mock/mock.h"
#include "mock/model.h"

#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HUGE_BYTES ((size_t)64 * 1024 * 1024)
#define BODY_MAX ((size_t)64 * 1024 * 1024)

static const char *natural_stop(const struct call *call)
{
	return call->request.anthropic ? "end_turn" : "stop";
}

/* The number is the status. */
static void fault_status(struct call *call)
{
	send_error(call, (int)call->number, "", "some_error", "");
}

static void fault_seconds(struct call *call)
{
	char more[64];

	(void)snprintf(more, sizeof(more), "Retry-After: %lld\r\n", (long long)call->number);
	send_error(call, 429, more, "rate_limit_error", "");
}

static void fault_date(struct call *call)
{
	time_t when = time(NULL) + (time_t)call->number;
	struct tm tm;
	char more[96];

	(void)gmtime_r(&when, &tm);
	(void)strftime(more, sizeof(more), "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
	send_error(call, 503, more, "server_error", "");
}

static void fault_milliseconds(struct call *call)
{
	char more[96];

	(void)snprintf(more, sizeof(more), "retry-after: 7200\r\nretry-after-ms: %lld\r\n",
		       (long long)call->number);
	send_error(call, 429, more, "requests", "rate_limit_exceeded");
}

static void fault_quota(struct call *call)
{
	send_error(call, 429, "", "insufficient_quota", "insufficient_quota");
}

static void fault_spend(struct call *call)
{
	send_error(call, 429, "Retry-After: 60\r\n", "", "enforced_spend_limit_reached");
}

/* Until the other side loses patience. */
static void fault_hang(struct call *call)
{
	char byte = 0;

	while (recv(call->fd, &byte, 1, 0) > 0)
		;
	call->close = true;
}

static void fault_stall(struct call *call)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	echo_piece(&call->request, GW_STR_LIT("This is where I"), &call->out);
	(void)send_gathered(call);
	fault_hang(call);
}

static void fault_reset(struct call *call)
{
	mock_reset(call->fd);
	call->close = true;
}

static void fault_reset_later(struct call *call)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	echo_piece(&call->request, GW_STR_LIT("This is where I"), &call->out);
	(void)send_gathered(call);
	mock_sleep(50);
	fault_reset(call);
}

/* The connection ends in the middle of a chunk. */
static void fault_truncate(struct call *call)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	echo_piece(&call->request, GW_STR_LIT("This is where I"), &call->out);
	(void)send_gathered(call);
	(void)send_all(call->fd, "ff\r\ndata: {\"cho", 15);
	call->close = true;
}

/* HTTP ends in order, the stream does not. */
static void fault_early_end(struct call *call)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	echo_piece(&call->request, GW_STR_LIT("This is where I"), &call->out);
	(void)send_gathered(call);
	end_stream(call);
}

static void fault_bad_json(struct call *call)
{
	begin_stream(call);
	gw_buf_add_c(&call->out, "data: {\"choices\":[{\"delta\":\n\ndata: [DONE]\n\n");
	(void)send_gathered(call);
	end_stream(call);
}

static void fault_bad_json_whole(struct call *call)
{
	send_whole(call, 200, "application/json", "",
		   GW_STR_LIT("{\"choices\":[{\"message\":{\"content\":\"half"));
}

static void fault_html(struct call *call)
{
	send_whole(call, 200, "text/html", "",
		   GW_STR_LIT("<html><body>Please log in to this network</body></html>"));
}

/* A byte that is not UTF-8 in the text. */
static void fault_bad_utf8(struct call *call)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	echo_piece(&call->request, gw_str(call->text), &call->out);
	gw_buf_add_c(
		&call->out,
		call->request.anthropic
			? "data: "
			  "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\","
			  "\"text\":\" caf\xE9\"}}\n\n"
			: "data: {\"choices\":[{\"delta\":{\"content\":\" caf\xE9\"}}]}\n\n");
	echo_end(&call->request, natural_stop(call), true, &call->out);
	(void)send_gathered(call);
	end_stream(call);
}

/* Text that the database cannot hold as it is: U+0000, half a surrogate pair. */
static void fault_nul(struct call *call)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	echo_piece(&call->request, gw_str(call->text), &call->out);
	gw_buf_add_c(
		&call->out,
		call->request.anthropic
			? "data: "
			  "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\","
			  "\"text\":\" a\\u0000b\\ud83dc\"}}\n\n"
			: "data: {\"choices\":[{\"delta\":{\"content\":\" "
			  "a\\u0000b\\ud83dc\"}}]}\n\n");
	echo_end(&call->request, natural_stop(call), true, &call->out);
	(void)send_gathered(call);
	end_stream(call);
}

static void fault_huge(struct call *call)
{
	struct gw_buf piece;
	size_t sent = 0;
	bool ok = true;

	gw_buf_init(&piece, 65536);
	for (int i = 0; i < 4096; i++)
		gw_buf_add_c(&piece, "words and ");
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	while (ok && sent < HUGE_BYTES) {
		echo_piece(&call->request, gw_buf_str(&piece), &call->out);
		ok = send_gathered(call);
		sent += piece.len;
	}
	gw_buf_release(&piece);
	echo_end(&call->request, natural_stop(call), true, &call->out);
	(void)send_gathered(call);
	end_stream(call);
	call->close = !ok;
}

static void end_with(struct call *call, const char *text, const char *stop, bool counted)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	if (text[0] != '\0')
		echo_piece(&call->request, gw_str(text), &call->out);
	echo_end(&call->request, stop, counted, &call->out);
	(void)send_gathered(call);
	end_stream(call);
}

static void fault_empty(struct call *call)
{
	end_with(call, "", natural_stop(call), true);
}

static void fault_nothing(struct call *call)
{
	send_whole(call, 200, "text/event-stream", "", GW_STR_LIT(""));
}

static void fault_filter(struct call *call)
{
	end_with(call, "I would rather", call->request.anthropic ? "refusal" : "content_filter",
		 true);
}

static void fault_length(struct call *call)
{
	end_with(call, "", call->request.anthropic ? "max_tokens" : "length", true);
}

static void fault_uncounted(struct call *call)
{
	end_with(call, call->text, natural_stop(call), false);
}

static void fault_tool(struct call *call)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	gw_buf_add_c(&call->out,
		     call->request.anthropic
			     ? "data: "
			       "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{"
			       "\"type\":\"tool_use\","
			       "\"id\":\"t\",\"name\":\"send\",\"input\":{}}}\n\n"
			     : "data: "
			       "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":"
			       "\"t\",\"type\":\"function\","
			       "\"function\":{\"name\":\"send\",\"arguments\":\"{}\"}}]}}]}\n\n");
	echo_end(&call->request, call->request.anthropic ? "tool_use" : "tool_calls", true,
		 &call->out);
	(void)send_gathered(call);
	end_stream(call);
}

static void error_event(struct call *call, const char *type, const char *code)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	echo_piece(&call->request, GW_STR_LIT("This is where I"), &call->out);
	gw_buf_add_c(&call->out, call->request.anthropic ? "event: error\ndata: " : "data: ");
	error_body(call, type, code, &call->out);
	gw_buf_add_c(&call->out, "\n\n");
	(void)send_gathered(call);
	end_stream(call);
}

static void fault_error_event(struct call *call)
{
	error_event(call, call->request.anthropic ? "overloaded_error" : "server_error", "");
}

static void fault_quota_event(struct call *call)
{
	error_event(call, "insufficient_quota", "insufficient_quota");
}

/* The key would go wherever the redirect points to. */
static void fault_redirect(struct call *call)
{
	send_whole(call, 307, "text/plain", "Location: http://127.0.0.1:1/elsewhere\r\n",
		   GW_STR_LIT("over there"));
}

/* Answers in one piece although a stream was asked for. */
static void fault_plain(struct call *call)
{
	struct gw_buf body;

	gw_buf_init(&body, BODY_MAX);
	call->request.stream = false;
	echo_answer(&call->request, gw_str(call->text), &body);
	send_whole(call, 200, "application/json", "", gw_buf_str(&body));
	gw_buf_release(&body);
}

/* Never ends the response behind the last event. */
static void fault_open_end(struct call *call)
{
	begin_stream(call);
	echo_answer(&call->request, gw_str(call->text), &call->out);
	(void)send_gathered(call);
	fault_hang(call);
}

/* The number is how many milliseconds pass between pieces. */
static void fault_slow(struct call *call)
{
	bool ok = true;

	begin_stream(call);
	echo_begin(&call->request, &call->out);
	for (const char *c = call->text; ok && *c != '\0'; c++) {
		echo_piece(&call->request, (struct gw_str){c, 1}, &call->out);
		ok = send_gathered(call);
		mock_sleep((int)call->number);
	}
	echo_end(&call->request, natural_stop(call), true, &call->out);
	(void)send_gathered(call);
	end_stream(call);
}

static void no_fault(struct call *call)
{
	struct gw_buf body;

	if (call->request.stream) {
		begin_stream(call);
		echo_answer(&call->request, gw_str(call->text), &call->out);
		/* in one write with its frame: this is the one that is measured */
		gw_buf_init(&body, call->out.len + 64);
		gw_buf_addf(&body, "%zx\r\n", call->out.len);
		gw_buf_add_str(&body, gw_buf_str(&call->out));
		gw_buf_add_c(&body, "\r\n0\r\n\r\n");
		(void)send_all(call->fd, body.data, body.len);
		gw_buf_release(&body);
	} else {
		fault_plain(call);
	}
	mock_log("answered %s", call->text + strlen("LLM echo: "));
}

/* Refuses a temperature. */
static void fault_parameter(struct call *call)
{
	if (call->request.has_temperature)
		send_whole(
			call, 400, "application/json", "",
			GW_STR_LIT(
				"{\"error\":{\"message\":\"Unsupported value: 'temperature' does "
				"not "
				"support 0.5 with this model.\",\"type\":\"invalid_request_error\","
				"\"param\":\"temperature\",\"code\":\"unsupported_value\"}}"));
	else
		no_fault(call);
}

/* An event in the middle is cut; what follows makes sense without it. */
static void fault_hole(struct call *call)
{
	begin_stream(call);
	echo_begin(&call->request, &call->out);
	echo_piece(&call->request, GW_STR_LIT("Pay ten euros,"), &call->out);
	gw_buf_add_c(&call->out, "data: {\"choices\":[{\"delta\":{\"content\":\" but NOT bef\n\n");
	echo_piece(&call->request, GW_STR_LIT(" tomorrow."), &call->out);
	echo_end(&call->request, natural_stop(call), true, &call->out);
	(void)send_gathered(call);
	end_stream(call);
}

/* Comments only, for ever. */
static void fault_comments(struct call *call)
{
	bool ok = true;

	begin_stream(call);
	while (ok) {
		gw_buf_add_c(&call->out, ": ping\n\n");
		ok = send_gathered(call);
		mock_sleep(100);
	}
	call->close = true;
}

static const struct {
	const char *name;
	void (*run)(struct call *call);
} faults[] = {
	{"none", no_fault},
	{"badjson", fault_bad_json},
	{"badjsonwhole", fault_bad_json_whole},
	{"badutf8", fault_bad_utf8},
	{"comments", fault_comments},
	{"date", fault_date},
	{"earlyend", fault_early_end},
	{"empty", fault_empty},
	{"errorevent", fault_error_event},
	{"filter", fault_filter},
	{"hang", fault_hang},
	{"hole", fault_hole},
	{"html", fault_html},
	{"huge", fault_huge},
	{"length", fault_length},
	{"milliseconds", fault_milliseconds},
	{"nothing", fault_nothing},
	{"nul", fault_nul},
	{"openend", fault_open_end},
	{"parameter", fault_parameter},
	{"plain", fault_plain},
	{"quota", fault_quota},
	{"quotaevent", fault_quota_event},
	{"redirect", fault_redirect},
	{"reset", fault_reset},
	{"resetlater", fault_reset_later},
	{"seconds", fault_seconds},
	{"slow", fault_slow},
	{"spend", fault_spend},
	{"stall", fault_stall},
	{"status", fault_status},
	{"tool", fault_tool},
	{"truncate", fault_truncate},
	{"uncounted", fault_uncounted},
};

void model_answer(struct call *call)
{
	size_t i = 0;

	while (i < GW_ARRAY_LEN(faults) && strcmp(faults[i].name, call->fault) != 0)
		i++;
	if (i < GW_ARRAY_LEN(faults))
		faults[i].run(call);
	else
		send_error(call, 400, "", "no_such_fault", "");
}
