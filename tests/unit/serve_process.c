/* SPDX-License-Identifier: ISC */
/*
 * serve_process.c: see serve_process.h.
 */
#include "serve_process.h"

#include "base/log.h"
#include "fcgi_client.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/gw-serve-XXXXXX";
static char socket_path[64];
static int listener = -1;

void serve_set_up(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGUSR1);
	cr_assert_eq(sigprocmask(SIG_BLOCK, &signals, NULL), 0);
	cr_assert_not_null(mkdtemp(folder));
	snprintf(socket_path, sizeof(socket_path), "%s/socket", folder);
	memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_geq(listener, 0);
	cr_assert_eq(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(listener, 128), 0);
}

void serve_tear_down(void)
{
	close(listener);
	unlink(socket_path);
	rmdir(folder);
}

pid_t serve_start(const struct gw_serve_options *options)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (dup2(listener, STDIN_FILENO) < 0)
			_exit(2);
		gw_log_init("serve-test", GW_LOG_ERROR);
		_exit(gw_serve(options) == GW_OK ? 0 : 1);
	}
	cr_assert_gt(pid, 0);
	return pid;
}

void serve_expect_end(pid_t pid, int signal_number)
{
	int status = 0;

	if (signal_number)
		cr_assert_eq(kill(pid, signal_number), 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
}

int serve_connected(void)
{
	int fd = fcgi_connect(socket_path);

	cr_assert_geq(fd, 0);
	return fd;
}

const char *serve_socket(void)
{
	return socket_path;
}

int serve_listener(void)
{
	return listener;
}
