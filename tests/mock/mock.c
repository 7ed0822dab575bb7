/* SPDX-License-Identifier: ISC */
/*
 * mock.c: see mock.h.
 */
#include "mock/mock.h"

#include "base/alloc.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 65536
#define SILENT_SECONDS 120

static struct {
	const struct mock_options *options;
	int log;
	void (*serve)(int fd);
} mock = {.log = -1};

void mock_arguments(int argc, char **argv, struct mock_options *options)
{
	int64_t number = 0;
	int option = 0;

	while ((option = getopt(argc, argv, "p:d:stua:n:")) != -1) {
		if (option == 'p' && gw_parse_int64(gw_str(optarg), 0, 65535, &number))
			options->port = (int)number;
		else if (option == 'n' && gw_parse_int64(gw_str(optarg), 1, 1000000, &number))
			options->mails = (unsigned)number;
		else if (option == 'd')
			options->folder = optarg;
		else if (option == 's')
			options->offers_starttls = true;
		else if (option == 't')
			options->is_tls = true;
		else if (option == 'u')
			options->offers_utf8 = true;
		else if (option == 'a')
			options->account = optarg;
		else
			option = '?';
		if (option == '?')
			break;
	}
	if (option == '?' || optind < argc) {
		(void)fprintf(stderr, "usage: %s [-p PORT] [-d FOLDER] %s\n", options->name,
			      options->help);
		exit(2);
	}
}

void mock_prepare(const struct mock_options *options)
{
	mock.options = options;
}

char *mock_path(const char *name)
{
	struct gw_buf path;

	gw_buf_init(&path, 4096);
	gw_buf_addf(&path, "%s/%s", mock.options->folder, name);
	return gw_buf_detach(&path);
}

void mock_log(const char *fmt, ...)
{
	struct gw_buf line;
	char *text = NULL;
	va_list args;
	int len = 0;

	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	if (len < 0)
		abort();
	gw_buf_init(&line, LINE_MAX_BYTES);
	for (char *c = text; *c != '\0'; c++) {
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	}
	gw_buf_add_str(&line, (struct gw_str){text, (size_t)len < 60000 ? (size_t)len : 60000});
	gw_buf_add_char(&line, '\n');
	if (write(mock.log, line.data, line.len) < 0)
		perror(mock.options->name);
	gw_buf_release(&line);
	free(text);
}

void mock_sleep(int milliseconds)
{
	struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};

	while (nanosleep(&time, &time) != 0 && errno == EINTR)
		;
}

void mock_reset(int fd)
{
	struct linger linger = {.l_onoff = 1, .l_linger = 0};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void *run(void *arg)
{
	int fd = (int)(intptr_t)arg;

	mock.serve(fd);
	close(fd);
	return NULL;
}

static void start_thread(int fd)
{
	struct timeval silence = {.tv_sec = SILENT_SECONDS};
	pthread_attr_t attr;
	pthread_t thread;
	int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, (size_t)512 * 1024);
	if (pthread_create(&thread, &attr, run, (void *)(intptr_t)fd) != 0)
		close(fd);
	pthread_attr_destroy(&attr);
}

int mock_serve(const struct mock_options *options, void (*serve)(int fd))
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)options->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);
	char name[64];
	char *path = NULL;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	mock_prepare(options);
	mock.serve = serve;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)snprintf(name, sizeof(name), "%s.log", options->name);
	path = mock_path(name);
	mock.log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	free(path);
	(void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (mock.log < 0 || listener < 0 ||
	    bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 4096) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
		perror(options->name);
		return 1;
	}
	(void)printf("%d\n", ntohs(address.sin_port));
	(void)fflush(stdout);
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0)
			start_thread(fd);
		else if (errno != EINTR && errno != ECONNABORTED)
			return 1;
	}
}
