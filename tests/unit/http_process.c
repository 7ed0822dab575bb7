/* SPDX-License-Identifier: ISC */
/*
 * http_process.c: processes of gw_serve(): one restarted after the other under load, and one run for a single request of CGI.
 */
#include "fcgi_client.h"
#include "serve_process.h"

#include "http/serve.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static enum gw_err answer_echo(struct gw_request *request, struct gw_response *response)
{
	gw_buf_addf(&response->body, "%zu:", request->body.len);
	gw_buf_add_str(&response->body, request->body);
	return GW_OK;
}

static const struct gw_endpoint endpoints[] = {
	{"echo", "GET", "/echo", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, answer_echo},
	{"echo", "POST", "/echo", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, answer_echo},
	{NULL, NULL, NULL, GW_ACCESS_NOBODY, GW_BODY_IGNORED, NULL},
};

static const struct gw_serve_options serve_options = {
	.endpoints = endpoints,
	.threads = 2,
	.max_body_bytes = (size_t)1024 * 1024,
	.max_response_bytes = (size_t)1024 * 1024,
};

TestSuite(process, .init = serve_set_up, .fini = serve_tear_down, .timeout = 300);

/* Shared with the processes that make load: threads would not go together with all the forking. */
struct load {
	atomic_bool enough;
	atomic_uint served;
	atomic_uint failed;
};

static void make_load_and_exit(struct load *load)
{
	while (!atomic_load(&load->enough)) {
		int fd = fcgi_connect(serve_socket());
		struct gw_buf out;

		gw_buf_init(&out, 4096);
		if (fd >= 0 && fcgi_send_get(fd, "/echo", false) && fcgi_receive(fd, &out) &&
		    strstr(out.data, "\r\n\r\n0:"))
			atomic_fetch_add(&load->served, 1);
		else
			atomic_fetch_add(&load->failed, 1);
		gw_buf_release(&out);
		if (fd >= 0)
			close(fd);
	}
	_exit(0);
}

Test(process, restarting_one_process_after_the_other_loses_no_request)
{
	struct load *load = mmap(NULL, sizeof(*load), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t clients[4];
	pid_t pids[2] = {serve_start(&serve_options), serve_start(&serve_options)};
	size_t i;
	int round;

	cr_assert(load != MAP_FAILED);
	for (i = 0; i < GW_ARRAY_LEN(clients); i++) {
		clients[i] = fork();
		if (clients[i] == 0)
			make_load_and_exit(load);
		cr_assert_gt(clients[i], 0);
	}
	for (round = 0; round < 100; round++) {
		unsigned before = atomic_load(&load->served);
		pid_t old = pids[round % 2];

		pids[round % 2] = serve_start(&serve_options);
		serve_expect_end(old, SIGTERM);
		/* some requests between any two restarts */
		while (atomic_load(&load->served) - before < 20 && atomic_load(&load->failed) == 0)
			(void)poll(NULL, 0, 1);
	}
	atomic_store(&load->enough, true);
	for (i = 0; i < GW_ARRAY_LEN(clients); i++)
		serve_expect_end(clients[i], 0);
	cr_expect_eq(atomic_load(&load->failed), 0, "%u of %u failed", atomic_load(&load->failed),
		     atomic_load(&load->served) + atomic_load(&load->failed));
	serve_expect_end(pids[0], SIGTERM);
	serve_expect_end(pids[1], SIGTERM);
	munmap(load, sizeof(*load));
}

/* Runs the one request of a CGI process and returns what it wrote. */
static void run_cgi(const char *method, const char *length, const char *body, struct gw_buf *out)
{
	int in[2];
	int result[2];
	int status;
	char chunk[4096];
	ssize_t got;
	pid_t pid;

	cr_assert_eq(pipe2(in, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(result, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		(void)dup2(in[0], STDIN_FILENO);
		(void)dup2(result[1], STDOUT_FILENO);
		close(in[1]);
		setenv("REQUEST_METHOD", method, 1);
		setenv("REQUEST_URI", "/echo", 1);
		if (length)
			setenv("CONTENT_LENGTH", length, 1);
		_exit(gw_serve(&serve_options) == GW_OK ? 0 : 1);
	}
	close(in[0]);
	close(result[1]);
	cr_assert_eq(write(in[1], body, strlen(body)), (ssize_t)strlen(body));
	close(in[1]);
	while ((got = read(result[0], chunk, sizeof(chunk))) > 0)
		gw_buf_add(out, chunk, (size_t)got);
	close(result[0]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

Test(process, a_plain_cgi_request_is_answered_on_standard_output)
{
	static const struct {
		const char *method;
		const char *length;
		const char *body;
		const char *begin;
		const char *end;
	} table[] = {
		{"GET", NULL, "",
		 "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n",
		 "\r\n\r\n0:"},
		{"POST", "5", "hello", "Status: 200 OK\r\n", "\r\n\r\n5:hello"},
		{"POST", "5", "hello and more", "Status: 200 OK\r\n", "\r\n\r\n5:hello"},
		{"POST", "6", "hello", "Status: 400 Bad Request\r\n",
		 "{\"detail\":\"There was an error parsing the body\"}"},
		{"POST", "9999999", "hello", "Status: 413 Content Too Large\r\n",
		 "{\"detail\":\"Request body too large\"}"},
		{"PUT", NULL, "", "Status: 405 Method Not Allowed\r\n",
		 "{\"detail\":\"Method Not Allowed\",\"hint\":\"This path takes GET, POST.\"}"},
	};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(table); i++) {
		struct gw_buf out;
		size_t end = strlen(table[i].end);

		gw_buf_init(&out, 65536);
		run_cgi(table[i].method, table[i].length, table[i].body, &out);
		cr_expect(strncmp(out.data, table[i].begin, strlen(table[i].begin)) == 0, "%s",
			  out.data);
		cr_expect(out.len > end && strcmp(out.data + out.len - end, table[i].end) == 0,
			  "%s", out.data);
		cr_expect_not_null(strstr(out.data, "\r\nX-Trace-Id: "));
		gw_buf_release(&out);
	}
}
