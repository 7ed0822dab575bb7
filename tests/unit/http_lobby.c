/* SPDX-License-Identifier: ISC */
/*
 * http_lobby.c: requests that wait, and streams, spoken to in FastCGI. The handlers' topics are the query strings; GET /ring
 * rings one. What the process saw is counted in memory that it shares with the test.
 */
#include "fcgi_client.h"
#include "serve_process.h"

#include "base/clock.h"
#include "http/bell.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_TIME (20 * GW_USEC_PER_SEC)
#define BRIEF (200 * 1000)

/* Shared with the process that serves. */
struct shared {
	atomic_int calls, written, lost, freed, status, things;
	atomic_bool ring_in_call;
};
static struct shared *shared;

static void note_written(struct gw_request *request, bool written)
{
	(void)request;
	atomic_fetch_add(written ? &shared->written : &shared->lost, 1);
}

static void free_state(void *state)
{
	atomic_fetch_add(&shared->freed, 1);
	free(state);
}

/* Answers as soon as there are things, one for one; waits 20 s, with ?brief 0.2 s. */
static enum gw_err answer_wait(struct gw_request *request, struct gw_response *response)
{
	bool brief = gw_str_equal_c(request->query, "brief");
	int64_t *until = request->state;
	int things = atomic_load(&shared->things);

	atomic_fetch_add(&shared->calls, 1);
	gw_request_after(request, note_written);
	if (until == NULL) {
		until = request->state = calloc(1, sizeof(*until));
		request->free_state = free_state;
		*until = gw_monotonic() + (brief ? BRIEF : WAIT_TIME);
	}
	while (things > 0 && !atomic_compare_exchange_weak(&shared->things, &things, things - 1))
		continue;
	if (things > 0) {
		gw_buf_add_c(&response->body, "\"thing\"");
		return GW_OK;
	}
	if (request->last_call) {
		gw_buf_add_c(&response->body, request->may_wait ? "\"late\"" : "\"none\"");
		return GW_OK;
	}
	gw_buf_add_c(&response->body, "dropped");
	gw_response_header(response, "X-Dropped", "1");
	gw_request_watch(request, "agent:other");
	if (atomic_exchange(&shared->ring_in_call, false)) {
		atomic_fetch_add(&shared->things, 1);
		gw_wake(GW_STR_LIT("agent:other"));
	}
	return gw_request_wait(request, "agent:me", *until);
}

static enum gw_err answer_ring(struct gw_request *request, struct gw_response *response)
{
	if (gw_str_equal_c(request->query, "all"))
		gw_wake_all();
	else
		gw_wake(request->query);
	gw_buf_addf(&response->body, "%zu", gw_waiting_count());
	return GW_OK;
}

/* A line for each ring; with ?flood 100 KiB each; ends when there are no things left. */
static enum gw_err answer_stream(struct gw_request *request, struct gw_response *response)
{
	atomic_fetch_add(&shared->calls, 1);
	gw_request_after(request, note_written);
	if (request->state == NULL) {
		request->state = calloc(1, 1);
		request->free_state = free_state;
		gw_response_stream(response, "application/x-ndjson");
		gw_buf_add_c(&response->body, "begin\n");
		return gw_request_wait(request, "stream", gw_monotonic() + WAIT_TIME);
	}
	if (request->last_call || atomic_load(&shared->things) == 0) {
		gw_buf_add_c(&response->body, "end\n");
		return GW_OK;
	}
	if (gw_str_equal_c(request->query, "fail"))
		return gw_response_error(response, GW_INTERNAL, "in the middle");
	atomic_fetch_sub(&shared->things, 1);
	for (int i = 0; i < (gw_str_equal_c(request->query, "flood") ? 10000 : 1); i++)
		gw_buf_add_c(&response->body, "line line\n");
	return gw_request_wait(request, "stream", gw_monotonic() + WAIT_TIME);
}

static const struct gw_endpoint endpoints[] = {
	{"wait", "GET", "/wait", GW_ACCESS_PUBLIC, GW_BODY_IGNORED, answer_wait},
	{"ring", "GET", "/ring", GW_ACCESS_PUBLIC, GW_BODY_IGNORED, answer_ring},
	{"stream", "GET", "/stream", GW_ACCESS_PUBLIC, GW_BODY_IGNORED, answer_stream},
	{NULL, NULL, NULL, GW_ACCESS_NOBODY, GW_BODY_IGNORED, NULL},
};

static void note_finished(void *context, const struct gw_request *request, int status,
			  int64_t microseconds)
{
	(void)context;
	(void)microseconds;
	if (strcmp(request->endpoint->name, "ring") != 0)
		atomic_store(&shared->status, status);
}

static pid_t start(unsigned max_waiting)
{
	const struct gw_serve_options options = {
		.endpoints = endpoints,
		.threads = 2,
		.max_waiting = max_waiting,
		.max_body_bytes = 1024,
		.max_response_bytes = (size_t)1024 * 1024,
		.finished = note_finished,
	};

	return serve_start(&options);
}

static void set_up(void)
{
	serve_set_up();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	cr_assert_neq(shared, MAP_FAILED);
}

TestSuite(lobby, .init = set_up, .fini = serve_tear_down, .timeout = 300);

static int ask(const char *uri, bool keep)
{
	int fd = serve_connected();

	cr_assert(fcgi_send_get(fd, uri, keep));
	return fd;
}

/* The text of the whole answer, which the caller frees. */
static char *answer_of(int fd)
{
	struct gw_buf out;

	gw_buf_init(&out, (size_t)64 * 1024 * 1024);
	cr_assert(fcgi_receive(fd, &out), "no answer");
	return gw_buf_detach(&out);
}

static void expect_answer(int fd, const char *end)
{
	char *answer = answer_of(fd);
	size_t len = strlen(answer);

	cr_expect(len >= strlen(end) && strcmp(answer + len - strlen(end), end) == 0,
		  "%s is not %s", answer, end);
	cr_expect_null(strstr(answer, "X-Dropped"));
	free(answer);
	close(fd);
}

/* Rings; returns how many wait after that. */
static int ring(const char *topic)
{
	char uri[64];
	char *answer = NULL;
	int count = 0;
	int fd = -1;

	snprintf(uri, sizeof(uri), "/ring?%s", topic);
	fd = ask(uri, false);
	answer = answer_of(fd);
	count = (int)strtol(strrchr(answer, '\n') + 1, NULL, 10);
	free(answer);
	close(fd);
	return count;
}

static void until_waiting(int count)
{
	while (ring("nobody") != count)
		(void)poll(NULL, 0, 2);
}

static void until_equal(const atomic_int *what, int value)
{
	while (atomic_load(what) != value)
		(void)poll(NULL, 0, 2);
}

Test(lobby, what_rings_wakes_who_waits_for_it_and_one_of_several_gets_it)
{
	pid_t pid = start(100);
	int fds[3];
	struct pollfd polls[3];
	int ready = 0;

	for (size_t i = 0; i < 3; i++) {
		fds[i] = ask("/wait", false);
		polls[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	}
	until_waiting(3);
	(void)ring("agent:somebody");
	cr_expect_eq(atomic_load(&shared->calls), 3);
	atomic_store(&shared->things, 1);
	(void)ring("agent:me");
	cr_expect_eq(poll(polls, 3, 15000), 1);
	until_waiting(2);
	atomic_store(&shared->things, 2);
	(void)ring("agent:other");
	for (size_t i = 0; i < 3; i++)
		expect_answer(fds[i], "\"thing\"");
	until_equal(&shared->freed, 3);
	cr_expect_eq(atomic_load(&shared->written), 3);
	cr_expect_eq(atomic_load(&shared->lost), 0);
	ready = atomic_load(&shared->status);
	cr_expect_eq(ready, 200);
	serve_expect_end(pid, SIGTERM);
}

Test(lobby, what_rings_while_the_handler_looks_is_not_missed)
{
	pid_t pid = start(100);

	atomic_store(&shared->ring_in_call, true);
	expect_answer(ask("/wait", false), "\"thing\"");
	cr_expect_eq(atomic_load(&shared->calls), 2);
	serve_expect_end(pid, SIGTERM);
}

Test(lobby, who_waits_in_vain_is_answered_when_the_time_has_come)
{
	pid_t pid = start(100);
	int64_t begin = gw_monotonic();
	int fd = ask("/wait?brief", true);
	char *answer = NULL;

	answer = answer_of(fd);
	cr_expect_geq(gw_monotonic() - begin, BRIEF);
	cr_expect_leq(gw_monotonic() - begin, WAIT_TIME / 2);
	cr_expect_not_null(strstr(answer, "\"late\""));
	free(answer);
	/* the connection is kept for another */
	cr_assert(fcgi_send_get(fd, "/wait?brief", false));
	expect_answer(fd, "\"late\"");
	serve_expect_end(pid, SIGTERM);
}

Test(lobby, who_leaves_while_it_waits_is_not_called_again)
{
	pid_t pid = start(100);
	int fd = ask("/wait", false);

	until_waiting(1);
	close(fd);
	until_waiting(0);
	until_equal(&shared->freed, 1);
	cr_expect_eq(atomic_load(&shared->lost), 1);
	cr_expect_eq(atomic_load(&shared->written), 0);
	cr_expect_eq(atomic_load(&shared->calls), 1);
	cr_expect_eq(atomic_load(&shared->status), 499);

	/* by the words of the protocol, which keeps the connection: FCGI_ABORT_REQUEST */
	fd = ask("/wait", true);
	until_waiting(1);
	cr_assert(fcgi_send(fd, (struct gw_str){"\1\2\0\1\0\0\0\0", 8}));
	until_equal(&shared->freed, 2);
	cr_expect_eq(atomic_load(&shared->calls), 2);
	close(fd);
	serve_expect_end(pid, SIGTERM);
}

Test(lobby, who_has_left_before_its_turn_is_not_called_at_all)
{
	pid_t pid = start(100);
	int fd = -1;

	cr_assert_eq(kill(pid, SIGSTOP), 0);
	fd = ask("/wait", false);
	close(fd);
	cr_assert_eq(kill(pid, SIGCONT), 0);
	until_equal(&shared->status, 499);
	cr_expect_eq(atomic_load(&shared->calls), 0);
	serve_expect_end(pid, SIGTERM);
}

Test(lobby, beyond_the_maximum_nobody_waits)
{
	pid_t pid = start(1);
	int fd = ask("/wait", false);

	until_waiting(1);
	expect_answer(ask("/wait", false), "\"none\"");
	atomic_store(&shared->things, 1);
	(void)ring("agent:me");
	expect_answer(fd, "\"thing\"");
	serve_expect_end(pid, SIGTERM);
}

Test(lobby, the_end_is_a_last_call_for_everybody)
{
	pid_t pid = start(100);
	int waiting = ask("/wait", true);
	int stream = ask("/stream", false);

	until_waiting(2);
	cr_assert_eq(kill(pid, SIGHUP), 0);
	until_waiting(2);
	cr_assert_eq(kill(pid, SIGTERM), 0);
	expect_answer(waiting, "\"none\"");
	expect_answer(stream, "begin\nend\n");
	serve_expect_end(pid, 0);
	cr_expect_eq(atomic_load(&shared->written), 2);
}

Test(lobby, after_an_outage_everybody_looks_again)
{
	pid_t pid = start(100);
	int fds[20];

	for (size_t i = 0; i < GW_ARRAY_LEN(fds); i++)
		fds[i] = ask("/wait", false);
	until_waiting(GW_ARRAY_LEN(fds));
	atomic_store(&shared->things, (int)GW_ARRAY_LEN(fds));
	(void)ring("all");
	for (size_t i = 0; i < GW_ARRAY_LEN(fds); i++)
		expect_answer(fds[i], "\"thing\"");
	serve_expect_end(pid, SIGTERM);
}

Test(lobby, a_stream_comes_piece_by_piece)
{
	pid_t pid = start(100);
	int fd = ask("/stream", false);
	char piece[1024] = "";
	char *rest = NULL;

	until_waiting(1);
	cr_assert_gt(recv(fd, piece, sizeof(piece), 0), 0);
	cr_expect_not_null(memmem(piece, sizeof(piece), "begin\n", 6));
	cr_expect_null(memmem(piece, sizeof(piece), "Content-Length", 14));
	cr_expect_not_null(memmem(piece, sizeof(piece), "X-Accel-Buffering: no", 21));
	atomic_store(&shared->things, 1);
	(void)ring("stream");
	cr_assert_gt(recv(fd, piece, sizeof(piece), 0), 0);
	cr_expect_not_null(memmem(piece, sizeof(piece), "line line\n", 10));
	until_waiting(1);
	(void)ring("stream");
	rest = answer_of(fd);
	cr_expect_str_eq(rest, "end\n");
	free(rest);
	close(fd);
	serve_expect_end(pid, SIGTERM);
}

Test(lobby, a_stream_is_written_no_faster_than_it_is_read)
{
	pid_t pid = start(100);
	int fd = ask("/stream?flood", false);
	int calls = 0;

	atomic_store(&shared->things, 50);
	for (int i = 0; i < 200; i++)
		(void)ring("stream");
	calls = atomic_load(&shared->calls);
	/* 50 pieces are 5 MB; a socket holds some 200 KB */
	cr_expect_lt(calls, 25, "%d calls", calls);
	while (atomic_load(&shared->things) > 0) {
		char chunk[65536];

		(void)ring("stream");
		(void)recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		(void)recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
	}
	close(fd);
	until_equal(&shared->freed, 1);
	serve_expect_end(pid, SIGTERM);
}

Test(lobby, an_error_in_a_stream_ends_it)
{
	pid_t pid = start(100);
	int fd = ask("/stream?fail", false);

	until_waiting(1);
	atomic_store(&shared->things, 1);
	(void)ring("stream");
	expect_answer(fd, "begin\n");
	until_equal(&shared->freed, 1);
	cr_expect_eq(atomic_load(&shared->lost), 1);
	serve_expect_end(pid, SIGTERM);
}
