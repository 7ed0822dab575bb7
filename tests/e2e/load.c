/* SPDX-License-Identifier: ISC */
/*
 * load.c: many HTTP/1.1 clients at once, and an account of what they got. For the end-to-end tests.
 *
 *   load [-k] -s SOCKET | -t PORT  [-c CONNECTIONS] [-n REQUESTS] [-d SECONDS] [-w FILE]
 *        [-a STATUSES] [-m METHOD] [-p PATH] [-H HEADER]... [-b BODY]
 *
 * Every connection is a thread that sends one request after the other, over a connection of its own each (or with -k over one
 * that is kept), until REQUESTS were sent by all together, SECONDS are over or FILE is gone. `{n}` in the body becomes the number
 * of the request. Prints, one a line: the requests answered with one of STATUSES (comma-separated, default 200), those that were
 * not, answers by status, connections that broke, how many different bodies came (up to 1000 are told apart), and latencies in
 * microseconds. Exit status 0 only when none failed. No pipelining, no TLS, no redirects; answers of up to 64 MiB.
 */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 30 /* seconds for a step of a request */
#define ANSWER_MAX ((size_t)64 * 1024 * 1024)
#define REQUEST_MAX ((size_t)16 * 1024 * 1024)
#define CONNECTIONS_MAX 1024
#define STATUS_MAX 600
#define BODIES_MAX 1000
#define FAILURES_SHOWN 5

static struct {
	const char *socket;
	uint16_t port;
	bool keep;
	int64_t connections;
	int64_t requests;         /* 0: until the time is over */
	int64_t seconds;          /* 0: until all requests were sent */
	const char *while_exists; /* NULL: always */
	bool accepted[STATUS_MAX];
	const char *method;
	const char *path;
	struct gw_buf headers;
	const char *body;
} options = {.connections = 1, .method = "GET", .path = "/"};

static atomic_int_fast64_t sent;
static int64_t deadline;

static pthread_mutex_t account_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	int64_t by_status[STATUS_MAX];
	int64_t ok, failed, broken;
	int64_t *latencies;
	size_t latencies_len, latencies_cap;
	uint64_t bodies[BODIES_MAX];
	size_t bodies_len;
} account;

struct client {
	int fd; /* -1: not connected */
	struct gw_buf request;
	struct gw_buf answer;
	const char *problem; /* what broke the last request */
};

struct answer {
	int status;
	struct gw_str body;
	bool last; /* the server will not take another request on this connection */
};

static bool client_connect(struct client *client)
{
	struct timeval patience = {.tv_sec = PATIENCE};
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in inet = {.sin_family = AF_INET, .sin_port = htons(options.port)};
	const struct sockaddr *address = (struct sockaddr *)&inet;
	socklen_t len = sizeof(inet);

	inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (options.socket != NULL) {
		memcpy(local.sun_path, options.socket, strlen(options.socket) + 1);
		address = (struct sockaddr *)&local;
		len = sizeof(local);
	}
	client->fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0)
		return false;
	(void)setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return connect(client->fd, address, len) == 0;
}

static void client_disconnect(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
}

static bool client_send(struct client *client)
{
	size_t done = 0;

	while (done < client->request.len) {
		ssize_t n = send(client->fd, client->request.data + done,
				 client->request.len - done, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* False when nothing more comes; then errno is 0 if the server closed the connection in order. */
static bool client_receive(struct client *client)
{
	char *space = gw_buf_reserve(&client->answer, 65536);
	ssize_t n = 0;

	errno = EMSGSIZE;
	if (space == NULL)
		return false;
	errno = 0;
	n = recv(client->fd, space, 65536, 0);
	if (n <= 0)
		return false;
	gw_buf_added(&client->answer, (size_t)n);
	return true;
}

/* The value of a header in the head of an answer, or an absent one. */
static struct gw_str head_value(struct gw_str head, const char *name)
{
	const char *line = head.data;
	const char *end = head.data + head.len;
	size_t len = strlen(name);

	while (line < end) {
		const char *stop = memchr(line, '\r', (size_t)(end - line));
		if (stop == NULL)
			stop = end;
		if ((size_t)(stop - line) > len && line[len] == ':' &&
		    strncasecmp(line, name, len) == 0)
			return gw_str_trim(
				(struct gw_str){line + len + 1, (size_t)(stop - line) - len - 1});
		line = stop + 2;
	}
	return GW_STR_NULL;
}

/* RFC 9112, section 7.1, without trailers. Moves the chunks together. False while some are missing. */
static bool join_chunks(char *data, size_t len, size_t *ret_len)
{
	size_t in = 0;
	size_t out = 0;

	for (;;) {
		char *line_end = memchr(data + in, '\n', len - in);
		size_t size = 0;
		if (line_end == NULL)
			return false;
		size = strtoul(data + in, NULL, 16);
		in = (size_t)(line_end - data) + 1;
		if (len - in < 2 || size > len - in - 2)
			return false;
		if (size == 0)
			break;
		memmove(data + out, data + in, size);
		out += size;
		in += size + 2;
	}
	*ret_len = out;
	return true;
}

static bool read_answer(struct client *client, struct answer *ret_answer)
{
	struct gw_buf *in = &client->answer;
	const char *head_end = NULL;
	struct gw_str head, length_text, coding;
	struct answer answer = {.last = false};
	int64_t length = 0;
	bool ended = false;

	gw_buf_reset(in);
	while (head_end == NULL) {
		if (!client_receive(client)) {
			client->problem = in->len == 0 ? "no answer" : "answer cut off in its head";
			return false;
		}
		head_end = memmem(in->data, in->len, "\r\n\r\n", 4);
	}
	head.data = in->data;
	head.len = (size_t)(head_end - in->data);
	client->problem = "not an HTTP answer";
	if (head.len < 12 || memcmp(head.data, "HTTP/1.1 ", 9) != 0)
		return false;
	answer.status = (int)strtol(head.data + 9, NULL, 10);
	if (answer.status < 100 || answer.status >= STATUS_MAX)
		return false;
	client->problem = "answer cut off in its body";
	for (;;) {
		/* the buffer may have moved */
		size_t start = head.len + 4;
		head.data = in->data;
		length_text = head_value(head, "Content-Length");
		coding = head_value(head, "Transfer-Encoding");
		answer.last = gw_str_equal_c(head_value(head, "Connection"), "close");
		answer.body = (struct gw_str){in->data + start, in->len - start};
		if (coding.data != NULL) {
			struct gw_buf joined;
			bool complete = false;
			/* joined in a copy, for what has come so far may be incomplete */
			gw_buf_init(&joined, ANSWER_MAX);
			gw_buf_add_str(&joined, answer.body);
			complete = answer.body.len > 0 &&
				   join_chunks(joined.data, joined.len, &answer.body.len);
			if (complete)
				memcpy(in->data + start, joined.data, answer.body.len);
			gw_buf_release(&joined);
			if (complete)
				break;
		} else if (length_text.data != NULL) {
			if (!gw_parse_int64(length_text, 0, (int64_t)ANSWER_MAX, &length))
				return false;
			if (answer.body.len >= (size_t)length)
				break;
		} else if (ended) {
			break;
		}
		if (ended)
			return false;
		if (!client_receive(client)) {
			if (errno != 0)
				return false;
			ended = true;
		}
	}
	client->problem = NULL;
	*ret_answer = answer;
	return true;
}

static void write_request(struct gw_buf *out, int64_t number)
{
	struct gw_buf body;
	const char *rest = options.body;

	gw_buf_init(&body, REQUEST_MAX);
	while (rest != NULL && *rest != '\0') {
		const char *mark = strstr(rest, "{n}");
		if (mark == NULL) {
			gw_buf_add_c(&body, rest);
			break;
		}
		gw_buf_add(&body, rest, (size_t)(mark - rest));
		gw_buf_addf(&body, "%" PRId64, number);
		rest = mark + 3;
	}
	gw_buf_reset(out);
	gw_buf_addf(out, "%s %s HTTP/1.1\r\nHost: localhost\r\n", options.method, options.path);
	gw_buf_add_str(out, gw_buf_str(&options.headers));
	if (!options.keep)
		gw_buf_add_c(out, "Connection: close\r\n");
	if (options.body != NULL)
		gw_buf_addf(out, "Content-Length: %zu\r\n", body.len);
	gw_buf_add_c(out, "\r\n");
	gw_buf_add_str(out, gw_buf_str(&body));
	gw_buf_release(&body);
}

/* FNV-1a, 64 bits: enough to tell answers apart. */
static uint64_t body_hash(struct gw_str body)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < body.len; i++)
		hash = (hash ^ (unsigned char)body.data[i]) * UINT64_C(1099511628211);
	return hash;
}

static void count_body(uint64_t hash)
{
	for (size_t i = 0; i < account.bodies_len; i++) {
		if (account.bodies[i] == hash)
			return;
	}
	if (account.bodies_len < BODIES_MAX)
		account.bodies[account.bodies_len++] = hash;
}

static void count_answer(const struct client *client, const struct answer *answer, int64_t took)
{
	bool ok = client->problem == NULL && options.accepted[answer->status];

	pthread_mutex_lock(&account_lock);
	if (ok) {
		account.ok++;
	} else if (account.failed++ < FAILURES_SHOWN) {
		if (client->problem != NULL)
			(void)fprintf(stderr, "# %s\n", client->problem);
		else
			(void)fprintf(stderr, "# %d %.*s\n", answer->status,
				      answer->body.len > 300 ? 300 : (int)answer->body.len,
				      answer->body.data);
	}
	if (client->problem != NULL) {
		account.broken++;
	} else {
		account.by_status[answer->status]++;
		count_body(body_hash(answer->body));
		if (account.latencies_len == account.latencies_cap) {
			account.latencies_cap = account.latencies_cap * 2 + 1024;
			account.latencies = gw_xrealloc(account.latencies,
							account.latencies_cap * sizeof(int64_t));
		}
		account.latencies[account.latencies_len++] = took;
	}
	pthread_mutex_unlock(&account_lock);
}

static void *client_run(void *unused)
{
	struct client client = {.fd = -1};

	(void)unused;
	gw_buf_init(&client.request, REQUEST_MAX + 65536);
	gw_buf_init(&client.answer, ANSWER_MAX);
	for (;;) {
		struct answer answer = {.last = true};
		int64_t number = atomic_fetch_add(&sent, 1);
		int64_t began = gw_monotonic();
		if ((options.requests > 0 && number >= options.requests) ||
		    (deadline > 0 && began >= deadline) ||
		    (options.while_exists != NULL && access(options.while_exists, F_OK) != 0))
			break;
		write_request(&client.request, number);
		client.problem = "cannot connect";
		if (client.fd >= 0 || client_connect(&client)) {
			/* a server that refuses early answers before it has read everything */
			bool complete = client_send(&client);
			if (!read_answer(&client, &answer) && !complete)
				client.problem = "request not taken";
		}
		count_answer(&client, &answer, gw_monotonic() - began);
		if (!options.keep || answer.last || client.problem != NULL)
			client_disconnect(&client);
	}
	client_disconnect(&client);
	gw_buf_release(&client.request);
	gw_buf_release(&client.answer);
	return NULL;
}

static int compare_latencies(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static int64_t percentile(size_t percent)
{
	if (account.latencies_len == 0)
		return 0;
	return account.latencies[(account.latencies_len - 1) * percent / 100];
}

static void print_account(int64_t took)
{
	if (account.latencies_len > 0)
		qsort(account.latencies, account.latencies_len, sizeof(int64_t), compare_latencies);
	(void)printf("ok %" PRId64 "\nfailed %" PRId64 "\n", account.ok, account.failed);
	for (int status = 0; status < STATUS_MAX; status++) {
		if (account.by_status[status] > 0)
			(void)printf("status_%d %" PRId64 "\n", status, account.by_status[status]);
	}
	(void)printf("broken %" PRId64 "\nbodies %zu\nper_second %" PRId64 "\n", account.broken,
		     account.bodies_len,
		     took > 0 ? (account.ok + account.failed) * GW_USEC_PER_SEC / took : 0);
	(void)printf("p50_us %" PRId64 "\np99_us %" PRId64 "\nmax_us %" PRId64 "\n", percentile(50),
		     percentile(99), percentile(100));
}

static bool read_number(const char *text, int64_t max, int64_t *ret_number)
{
	return gw_parse_int64(gw_str(text), 1, max, ret_number);
}

static bool read_statuses(const char *text)
{
	char *end = NULL;

	do {
		long status = strtol(text, &end, 10);
		if (end == text || status < 100 || status >= STATUS_MAX)
			return false;
		options.accepted[status] = true;
		text = end + 1;
	} while (*end == ',');
	return *end == '\0';
}

static bool read_options(int argc, char **argv)
{
	bool statuses = false;
	bool ok = true;
	int64_t port = 0;
	int option = 0;

	while (ok && (option = getopt(argc, argv, "a:b:c:d:H:km:n:p:s:t:w:")) != -1) {
		switch (option) {
		case 'a':
			ok = statuses = read_statuses(optarg);
			break;
		case 'b':
			options.body = optarg;
			break;
		case 'c':
			ok = read_number(optarg, CONNECTIONS_MAX, &options.connections);
			break;
		case 'd':
			ok = read_number(optarg, 3600, &options.seconds);
			break;
		case 'H':
			gw_buf_addf(&options.headers, "%s\r\n", optarg);
			break;
		case 'k':
			options.keep = true;
			break;
		case 'm':
			options.method = optarg;
			break;
		case 'n':
			ok = read_number(optarg, INT64_C(100000000), &options.requests);
			break;
		case 'p':
			options.path = optarg;
			break;
		case 's':
			options.socket = optarg;
			ok = strlen(optarg) < sizeof(((struct sockaddr_un *)NULL)->sun_path);
			break;
		case 't':
			ok = read_number(optarg, UINT16_MAX, &port);
			options.port = (uint16_t)port;
			break;
		case 'w':
			options.while_exists = optarg;
			break;
		default:
			ok = false;
			break;
		}
	}
	if (!statuses)
		options.accepted[200] = true;
	return ok && optind == argc && (options.socket != NULL) != (port > 0) &&
	       (options.requests > 0 || options.seconds > 0);
}

int main(int argc, char **argv)
{
	pthread_t *threads = NULL;
	int64_t started = 0;
	int64_t began = 0;

	gw_buf_init(&options.headers, 65536);
	if (!read_options(argc, argv)) {
		(void)fprintf(
			stderr,
			"usage: load [-k] -s SOCKET | -t PORT [-c CONNECTIONS] [-n REQUESTS] "
			"[-d SECONDS]\n            [-w FILE] [-a STATUSES] [-m METHOD] [-p PATH] "
			"[-H HEADER]... [-b BODY]\n");
		return 2;
	}
	began = gw_monotonic();
	if (options.seconds > 0)
		deadline = began + options.seconds * GW_USEC_PER_SEC;
	threads = gw_xcalloc((size_t)options.connections, sizeof(*threads));
	while (started < options.connections &&
	       pthread_create(&threads[started], NULL, client_run, NULL) == 0)
		started++;
	for (int64_t i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL);
	print_account(gw_monotonic() - began);
	free(threads);
	free(account.latencies);
	gw_buf_release(&options.headers);
	return started == options.connections && account.failed == 0 && account.ok > 0 ? 0 : 1;
}
