/* SPDX-License-Identifier: ISC */
/*
 * http_serve.c: gw_serve() in a process of its own, spoken to in FastCGI over a Unix socket.
 *
 * Handlers that are to be slow wait for a byte on the pipe `gate` after having said so on `started`; so nothing here
 * depends on how long anything takes.
 */
#include "fcgi_client.h"
#include "serve_process.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/serve.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_BODY ((size_t)1024 * 1024)
#define LARGE_RESPONSE ((size_t)1500 * 1000)

static int gate[2];
static int started[2];

static enum gw_err answer_echo(struct gw_request *request, struct gw_response *response)
{
	gw_buf_addf(&response->body, "%zu:", request->body.len);
	if (request->body.len < 100)
		gw_buf_add_str(&response->body, request->body);
	return GW_OK;
}

static enum gw_err answer_large(struct gw_request *request, struct gw_response *response)
{
	(void)request;
	while (response->body.len < LARGE_RESPONSE)
		gw_buf_add_c(&response->body, "0123456789");
	return GW_OK;
}

static void wait_at_gate(void)
{
	char byte = 's';

	if (write(started[1], &byte, 1) != 1 || read(gate[0], &byte, 1) != 1)
		abort();
}

static enum gw_err answer_held(struct gw_request *request, struct gw_response *response)
{
	(void)request;
	wait_at_gate();
	gw_buf_add_c(&response->body, "held");
	return GW_OK;
}

static enum gw_err answer_blocked(struct gw_request *request, struct gw_response *response)
{
	enum gw_err err = gw_serve_blocking_begin();

	(void)request;
	if (err != GW_OK)
		return err;
	wait_at_gate();
	gw_serve_blocking_end();
	gw_buf_add_c(&response->body, "blocked");
	return GW_OK;
}

static const struct gw_endpoint endpoints[] = {
	{"echo", "GET", "/echo", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, answer_echo},
	{"echo", "POST", "/echo", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, answer_echo},
	{"large", "GET", "/large", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, answer_large},
	{"held", "GET", "/held", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, answer_held},
	{"blocked", "GET", "/blocked", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, answer_blocked},
	{NULL, NULL, NULL, GW_ACCESS_NOBODY, GW_BODY_IGNORED, NULL},
};

static struct gw_serve_options options_for(unsigned threads, unsigned max_blocked)
{
	return (struct gw_serve_options){
		.endpoints = endpoints,
		.threads = threads,
		.max_blocked = max_blocked,
		.max_body_bytes = MAX_BODY,
		.max_response_bytes = 4 * MAX_BODY,
	};
}

static pid_t start_process(unsigned threads, unsigned max_blocked)
{
	const struct gw_serve_options options = options_for(threads, max_blocked);

	return serve_start(&options);
}

static void set_up(void)
{
	serve_set_up();
	cr_assert_eq(pipe2(gate, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(started, O_CLOEXEC), 0);
}

static void open_gate(unsigned count)
{
	while (count--)
		cr_assert_eq(write(gate[1], "g", 1), 1);
}

static void wait_started(unsigned count)
{
	char byte;

	while (count--)
		cr_assert_eq(read(started[0], &byte, 1), 1);
}

/* Reads a response; it must have the status line and end in `end`. */
static void expect_answer(int fd, const char *status, const char *end)
{
	struct gw_buf out;

	gw_buf_init(&out, 8 * MAX_BODY);
	cr_assert(fcgi_receive(fd, &out), "no response, expected %s", status);
	cr_expect(strncmp(out.data, status, strlen(status)) == 0, "%s", out.data);
	cr_expect(out.len >= strlen(end) && strcmp(out.data + out.len - strlen(end), end) == 0,
		  "%s", out.data);
	cr_expect_not_null(strstr(out.data, "\r\nX-Trace-Id: "));
	cr_expect_not_null(strstr(out.data, "\r\nCache-Control: no-store\r\n"));
	cr_expect_not_null(strstr(out.data, "\r\nX-Content-Type-Options: nosniff\r\n"));
	gw_buf_release(&out);
}

static void expect_get(int fd, bool keep)
{
	cr_assert(fcgi_send_get(fd, "/echo", keep));
	expect_answer(fd,
		      "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n",
		      "\r\n\r\n0:");
}

static void expect_served(void)
{
	int fd = serve_connected();

	expect_get(fd, false);
	cr_expect(fcgi_closed_within(fd, 5));
	close(fd);
}

TestSuite(serve, .init = set_up, .fini = serve_tear_down, .timeout = 300);

Test(serve, many_requests_at_once_are_all_answered)
{
	pid_t pid = start_process(4, 0);
	int fds[50];
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(fds); i++) {
		fds[i] = serve_connected();
		cr_assert(fcgi_send_get(fds[i], "/echo", false));
	}
	for (i = 0; i < GW_ARRAY_LEN(fds); i++) {
		expect_answer(fds[i], "Status: 200 OK", "\r\n\r\n0:");
		cr_expect(fcgi_closed_within(fds[i], 5));
		close(fds[i]);
	}
	serve_expect_end(pid, SIGTERM);
}

Test(serve, kept_connections_hold_no_thread)
{
	pid_t pid = start_process(2, 0);
	int fds[8];
	size_t i;
	int round;

	for (i = 0; i < GW_ARRAY_LEN(fds); i++)
		fds[i] = serve_connected();
	for (round = 0; round < 3; round++) {
		for (i = 0; i < GW_ARRAY_LEN(fds); i++)
			expect_get(fds[i], true);
		expect_served();
	}
	for (i = 0; i < GW_ARRAY_LEN(fds); i++)
		close(fds[i]);
	expect_served();
	serve_expect_end(pid, SIGINT);
}

Test(serve, a_request_with_a_body_leaves_its_connection_usable)
{
	pid_t pid = start_process(1, 0);
	int fd = serve_connected();
	struct gw_buf request;
	int round;

	gw_buf_init(&request, 4096);
	fcgi_add_request(&request, "POST", "/echo", GW_STR_LIT("hello"), NULL, true);
	for (round = 0; round < 3; round++) {
		cr_assert(fcgi_send(fd, gw_buf_str(&request)));
		expect_answer(fd, "Status: 200 OK", "\r\n\r\n5:hello");
	}
	gw_buf_reset(&request);
	fcgi_add_request(&request, "POST", "/echo", GW_STR_LIT("unannounced"), "", true);
	cr_assert(fcgi_send(fd, gw_buf_str(&request)));
	expect_answer(fd, "Status: 200 OK", "\r\n\r\n11:unannounced");
	gw_buf_release(&request);
	close(fd);
	serve_expect_end(pid, SIGTERM);
}

Test(serve, bodies_that_are_not_as_announced_are_answered_with_400)
{
	static const struct {
		const char *length;
		const char *status;
	} table[] = {
		{"6", "Status: 400 Bad Request\r\n"},
		{"1048576", "Status: 400 Bad Request\r\n"},
		{"5x", "Status: 400 Bad Request\r\n"},
		{"-5", "Status: 400 Bad Request\r\n"},
		{" 5", "Status: 400 Bad Request\r\n"},
		{"1048577", "Status: 413 Content Too Large\r\n"},
		{"99999999999999999999999", "Status: 413 Content Too Large\r\n"},
		{"3", "Status: 200 OK\r\n"},
	};
	pid_t pid = start_process(1, 0);
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(table); i++) {
		int fd = serve_connected();
		struct gw_buf request;

		gw_buf_init(&request, 4096);
		fcgi_add_request(&request, "POST", "/echo", GW_STR_LIT("hello"), table[i].length,
				 false);
		cr_assert(fcgi_send(fd, gw_buf_str(&request)));
		expect_answer(fd, table[i].status, "");
		gw_buf_release(&request);
		close(fd);
	}
	serve_expect_end(pid, SIGTERM);
}

Test(serve, a_body_above_the_limit_is_answered_with_413_although_the_peer_sends_it_all)
{
	pid_t pid = start_process(1, 0);
	int round;

	for (round = 0; round < 2; round++) {
		int fd = serve_connected();
		struct gw_buf body;
		struct gw_buf request;

		gw_buf_init(&body, 8 * MAX_BODY);
		gw_buf_init(&request, 8 * MAX_BODY);
		while (body.len <= 3 * MAX_BODY)
			gw_buf_add_c(&body, "0123456789abcdef");
		fcgi_add_request(&request, "POST", "/echo", gw_buf_str(&body), round ? "" : NULL,
				 true);
		cr_assert(fcgi_send(fd, gw_buf_str(&request)));
		expect_answer(fd, "Status: 413 Content Too Large\r\n",
			      "\r\n\r\n{\"detail\":\"Request body too large\"}");
		cr_expect(fcgi_closed_within(fd, 10));
		gw_buf_release(&body);
		gw_buf_release(&request);
		close(fd);
	}
	expect_served();
	serve_expect_end(pid, SIGTERM);
}

Test(serve, a_large_response_arrives_whole)
{
	pid_t pid = start_process(1, 0);
	int fd = serve_connected();
	int round;

	for (round = 0; round < 2; round++) {
		struct gw_buf out;
		const char *body;
		size_t i;

		gw_buf_init(&out, 8 * MAX_BODY);
		cr_assert(fcgi_send_get(fd, "/large", true));
		cr_assert(fcgi_receive(fd, &out));
		body = strstr(out.data, "\r\n\r\n");
		cr_assert_not_null(body);
		cr_assert_not_null(strstr(out.data, "\r\nContent-Length: 1500000\r\n"));
		cr_assert_eq(strlen(body + 4), LARGE_RESPONSE);
		for (i = 0; i < LARGE_RESPONSE; i++)
			cr_assert(body[4 + i] == (char)('0' + i % 10));
		gw_buf_release(&out);
	}
	close(fd);
	serve_expect_end(pid, SIGTERM);
}

Test(serve, silent_peers_and_half_records_are_dropped_and_keep_nobody_waiting)
{
	pid_t pid = start_process(2, 0);
	int64_t begin = gw_monotonic();
	int silent[6];
	int half;
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(silent); i++)
		silent[i] = serve_connected();
	half = serve_connected();
	cr_assert(fcgi_send(half, (struct gw_str){"\1\1\0\1", 4}));
	expect_served();
	expect_served();
	cr_expect_lt(gw_monotonic() - begin, 2 * GW_USEC_PER_SEC);
	cr_expect(fcgi_closed_within(half, 10));
	for (i = 0; i < GW_ARRAY_LEN(silent); i++) {
		cr_expect(fcgi_closed_within(silent[i], 10));
		close(silent[i]);
	}
	close(half);
	expect_served();
	serve_expect_end(pid, SIGTERM);
}

Test(serve, malformed_records_end_their_connection_only)
{
	static const struct gw_str junk[] = {
		{"GET / HTTP/1.0\r\n\r\n", 18},
		{"\2\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0", 16},
		{"\1\1\0\1\0\4\0\0\0\1\0\0", 12},
	};
	/* a name that ends after one byte, a length of four bytes of which two are there, a value that is missing */
	static const struct gw_str params[] = {{"\5\5a", 3},
					       {"\200\1", 2},
					       {"\1\377\377\377\377a", 6},
					       {"\1", 1}};
	pid_t pid = start_process(1, 0);
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(junk) + GW_ARRAY_LEN(params); i++) {
		int fd = serve_connected();
		struct gw_buf request;

		gw_buf_init(&request, 4096);
		if (i < GW_ARRAY_LEN(junk)) {
			gw_buf_add_str(&request, junk[i]);
		} else {
			struct gw_str pair = params[i - GW_ARRAY_LEN(junk)];

			fcgi_add_begin(&request, true);
			fcgi_add_record(&request, FCGI_TYPE_PARAMS, pair.data, pair.len);
			fcgi_add_record(&request, FCGI_TYPE_PARAMS, "", 0);
		}
		cr_assert(fcgi_send(fd, gw_buf_str(&request)));
		cr_expect(fcgi_closed_within(fd, 10), "case %zu", i);
		gw_buf_release(&request);
		close(fd);
	}
	expect_served();
	serve_expect_end(pid, SIGTERM);
}

/* FastCGI 1.0, 5.5: END_REQUEST with the protocol status UNKNOWN_ROLE (3) */
Test(serve, a_role_that_is_nobodys_is_refused_in_words_of_the_protocol)
{
	static const struct gw_str roles[] = {
		{"\1\1\0\7\0\10\0\0\0\11\0\0\0\0\0\0", 16}, /* 9: none */
		{"\1\1\0\7\0\10\0\0\0\2\0\0\0\0\0\0", 16},  /* an authorizer */
	};
	static const char refusal[] = "\1\3\0\7\0\10\0\0\0\0\0\0\3\0\0";
	pid_t pid = start_process(1, 0);

	for (size_t i = 0; i < GW_ARRAY_LEN(roles); i++) {
		int fd = serve_connected();
		char answer[32] = {0};

		cr_assert(fcgi_send(fd, roles[i]));
		cr_assert_eq(recv(fd, answer, sizeof(answer), MSG_WAITALL), 16);
		cr_expect_eq(memcmp(answer, refusal, 16), 0, "case %zu", i);
		close(fd);
	}
	expect_served();
	serve_expect_end(pid, SIGTERM);
}

Test(serve, a_process_without_work_leaves_at_once)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGUSR1};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(signals); i++) {
		pid_t pid = start_process(3, 2);
		int kept = serve_connected();
		int64_t begin;

		expect_get(kept, true);
		begin = gw_monotonic();
		serve_expect_end(pid, signals[i]);
		/* not when the connection that is kept would be given up */
		cr_expect_lt(gw_monotonic() - begin, 4 * GW_USEC_PER_SEC);
		cr_expect(fcgi_closed_within(kept, 5));
		close(kept);
	}
}

Test(serve, a_process_with_work_finishes_it_first)
{
	pid_t pid = start_process(2, 0);
	int kept = serve_connected();
	int once = serve_connected();

	cr_assert(fcgi_send_get(kept, "/held", true));
	cr_assert(fcgi_send_get(once, "/held", false));
	wait_started(2);
	cr_assert_eq(kill(pid, SIGTERM), 0);
	open_gate(2);
	expect_answer(kept, "Status: 200 OK", "\r\n\r\nheld");
	expect_answer(once, "Status: 200 OK", "\r\n\r\nheld");
	cr_expect(fcgi_closed_within(kept, 5));
	serve_expect_end(pid, 0);
	close(kept);
	close(once);
}

Test(serve, a_connection_accepted_before_the_end_is_still_served)
{
	pid_t pid = start_process(2, 0);
	int early = serve_connected();
	int late;

	/* connections are accepted in order: once a later one has been served, the early one has been accepted */
	expect_served();
	cr_assert_eq(kill(pid, SIGTERM), 0);
	/* when the process has stopped accepting, new connections stay in the queue: this one is for the next process */
	cr_assert(fcgi_send_get(early, "/echo", true));
	expect_answer(early, "Status: 200 OK", "\r\n\r\n0:");
	cr_expect(fcgi_closed_within(early, 5));
	serve_expect_end(pid, 0);
	late = serve_connected();
	cr_assert(fcgi_send_get(late, "/echo", false));
	pid = start_process(1, 0);
	expect_answer(late, "Status: 200 OK", "\r\n\r\n0:");
	serve_expect_end(pid, SIGTERM);
	close(early);
	close(late);
}

Test(serve, requests_that_wait_for_outside_services_keep_nobody_waiting)
{
	pid_t pid = start_process(1, 8);
	int fds[8];
	int more;
	size_t i;
	int round;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < GW_ARRAY_LEN(fds); i++) {
			fds[i] = serve_connected();
			cr_assert(fcgi_send_get(fds[i], "/blocked", false));
		}
		wait_started(GW_ARRAY_LEN(fds));
		expect_served();
		more = serve_connected();
		cr_assert(fcgi_send_get(more, "/blocked", false));
		expect_answer(more, "Status: 503 Service Unavailable",
			      "{\"detail\":\"Service temporarily unavailable\"}");
		close(more);
		open_gate(GW_ARRAY_LEN(fds));
		for (i = 0; i < GW_ARRAY_LEN(fds); i++) {
			expect_answer(fds[i], "Status: 200 OK", "\r\n\r\nblocked");
			close(fds[i]);
		}
		expect_served();
	}
	serve_expect_end(pid, SIGTERM);
}
