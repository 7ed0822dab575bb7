/* SPDX-License-Identifier: ISC */
/*
 * keeper.c: the process that stands between clawgw-connect and a command; see run.h.
 *
 * It is made by fork without exec, so that an upgrade of the program does not change what runs. From TERM (or QUIT: at once) on
 * it ends the command's process group. A command that leaves children behind does not hold it up: what they still write
 * within a second after the end of the command counts, then the group is killed.
 */
#include "connect/run.h"

#include "base/clock.h"
#include "connect/files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_AFTER (10 * GW_USEC_PER_SEC)
#define LINGER GW_USEC_PER_SEC
#define CANNOT_START 127
#define RECORD_SIZE 128
#define MISREADS_MAX 10

struct keeper {
	int folder;
	pid_t command;
	int out, err;      /* the command's output; -1: ended */
	unsigned misreads; /* of the output, in a row */
	int out_file;
	int exit_file; /* holds as many bytes as the record of the end will need: there is room for it on the disk */
	size_t out_left; /* bytes that the file may still take */
	bool is_cut; /* some of the output is not in the file: the disk is full, or it could not be read */
	struct gw_buf errors;
	size_t max_err;
	int64_t deadline; /* of the command; then of what it left behind */
	enum gw_run_how how;
	int code;
	bool unborn; /* there was no command: how and code say why */
	bool asked;  /* the group was sent TERM */
	bool ended;  /* the command is no more */
};

/* What a process that was to become the command tells about why it could not. */
struct refusal {
	int error;
	bool passes; /* it says nothing about the command: try again later */
};

static int signals[2] = {-1, -1};

static void on_signal(int number)
{
	int saved = errno;
	unsigned char byte = (unsigned char)number;

	if (write(signals[1], &byte, 1) < 0) {
		/* the pipe is full of signals: there is one to be read */
	}
	errno = saved;
}

static void take_signal(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(number, &action, NULL);
}

/* The descriptors of the process that was forked are none of a keeper's business, its lock and its connections least of all. */
static void close_others(int folder, int lock)
{
	int low = folder < lock ? folder : lock;
	int high = folder < lock ? lock : folder;

	if (low > 3)
		(void)close_range(3, (unsigned)low - 1, 0);
	if (high > low + 1)
		(void)close_range((unsigned)low + 1, (unsigned)high - 1, 0);
	(void)close_range((unsigned)high + 1, ~0U, 0);
}

GW_NORETURN static void become(const struct keeper *keeper, const struct gw_run_command *command,
			       int out, int err, int failed, pid_t parent)
{
	int in = openat(keeper->folder, "prompt", O_RDONLY | O_CLOEXEC);
	/* what comes next has an errno of its own; what is ours to open is none of the command's faults */
	struct refusal refusal = {.error = errno, .passes = true};
	sigset_t none;

	(void)setpgid(0, 0);
	/* a command does not outlive its keeper: nobody would take its result */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(CANNOT_START);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (int number = 1; number < NSIG; number++) {
		if (number != SIGKILL && number != SIGSTOP)
			take_signal(number, SIG_DFL);
	}
	for (char *const *variable = command->environment; *variable != NULL; variable++)
		(void)putenv(*variable);
	if (in >= 0) {
		if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
		    dup2(err, STDERR_FILENO) >= 0) {
			(void)execvp(command->argv[0], command->argv);
			refusal.passes = gw_errno_passes(errno);
		}
		refusal.error = errno;
	}
	if (!gw_write_all(failed, (struct gw_str){(const char *)&refusal, sizeof(refusal)}))
		_exit(CANNOT_START + 1);
	_exit(CANNOT_START);
}

/* Adds to the count of starts. False, with errno: it is as it was. */
static bool count_start(const struct keeper *keeper, int change)
{
	struct gw_buf text;
	char number[24];
	long starts = 0;
	bool counted = false;

	gw_buf_init(&text, 64);
	/* a count that is there and cannot be read is not 0 */
	if (gw_file_read(keeper->folder, "starts", &text))
		starts = strtol(text.data, NULL, 10);
	else if (errno != ENOENT)
		goto out;
	(void)snprintf(number, sizeof(number), "%ld", starts + change);
	counted = gw_file_write(keeper->folder, "starts", gw_str(number), true);
out:
	gw_buf_release(&text);
	return counted;
}

/* Makes sure that what the command leads to can be written down. False, with errno: it cannot be. */
static bool reserve(struct keeper *keeper)
{
	char blank[RECORD_SIZE];

	memset(blank, ' ', sizeof(blank));
	keeper->exit_file =
		openat(keeper->folder, "exit.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (keeper->exit_file < 0 ||
	    !gw_write_all(keeper->exit_file, (struct gw_str){blank, sizeof(blank)}) ||
	    fsync(keeper->exit_file) != 0)
		return false;
	keeper->out_file = openat(keeper->folder, "out",
				  O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	return keeper->out_file >= 0 && count_start(keeper, 1);
}

static void not_started(struct keeper *keeper, enum gw_run_how how, int code)
{
	keeper->how = how;
	keeper->code = code;
	keeper->unborn = true;
}

/* As read(2), but what fails is tried a few times. */
static ssize_t read_patiently(int fd, void *data, size_t size)
{
	ssize_t got = -1;

	for (unsigned i = 0; i < MISREADS_MAX && got < 0; i++) {
		got = read(fd, data, size);
		if (got < 0 && errno != EINTR)
			(void)poll(NULL, 0, 10);
	}
	return got;
}

/* As gw_write_all(), but for what passes: it is tried a few times. */
static bool write_patiently(int fd, struct gw_str text)
{
	unsigned failures = 0;

	while (text.len > 0) {
		ssize_t written = write(fd, text.data, text.len);

		if (written < 0 && (!gw_errno_passes(errno) || ++failures == MISREADS_MAX))
			return false;
		if (written < 0) {
			(void)poll(NULL, 0, 10);
			continue;
		}
		text.data += written;
		text.len -= (size_t)written;
	}
	return true;
}

static void start(struct keeper *keeper, const struct gw_run_command *command)
{
	int out[2] = {-1, -1};
	int err[2] = {-1, -1};
	int failed[2] = {-1, -1};
	pid_t self = getpid();
	struct refusal refusal = {.error = 0};

	if (!reserve(keeper)) {
		not_started(keeper, GW_RUN_NO_ROOM, errno);
		keeper->ended = true;
		return;
	}
	if (pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0 &&
	    pipe2(failed, O_CLOEXEC) == 0) {
		keeper->command = fork();
		if (keeper->command == 0)
			become(keeper, command, out[1], err[1], failed[1], self);
	}
	if (keeper->command <= 0) {
		not_started(keeper, GW_RUN_NO_ROOM, errno);
		keeper->ended = true;
		goto uncount;
	}
	/* both do it: whoever comes first, the group is there before it is needed */
	(void)setpgid(keeper->command, keeper->command);
	close(out[1]);
	close(err[1]);
	close(failed[1]);
	keeper->out = out[0];
	keeper->err = err[0];
	if (read_patiently(failed[0], &refusal, sizeof(refusal)) == (ssize_t)sizeof(refusal))
		not_started(keeper, refusal.passes ? GW_RUN_NO_ROOM : GW_RUN_NO_START,
			    refusal.error);
	close(failed[0]);
	if (!keeper->unborn || keeper->how != GW_RUN_NO_ROOM)
		return;
uncount:
	/* if that fails, too, the count is one too high: the command is run once less often, never more often */
	(void)count_start(keeper, -1);
}

/* Errors are kept from their end: when twice as many as wanted are there, the older half goes. */
static void add_errors(struct keeper *keeper, const char *data, size_t len)
{
	if (keeper->errors.len + len > 2 * keeper->max_err) {
		size_t keep =
			keeper->errors.len < keeper->max_err ? keeper->errors.len : keeper->max_err;

		memmove(keeper->errors.data, keeper->errors.data + keeper->errors.len - keep, keep);
		keeper->errors.len = keep;
		keeper->errors.data[keep] = '\0';
	}
	gw_buf_add(&keeper->errors, data, len);
}

static void take_output(struct keeper *keeper, int *fd, bool is_out)
{
	char block[8192];
	ssize_t got = read(*fd, block, sizeof(block));
	size_t len = 0;

	/* an error is not the end of the output: half an answer must not pass for a whole one */
	if (got < 0 && (errno == EINTR || ++keeper->misreads < MISREADS_MAX))
		return;
	if (got <= 0) {
		keeper->is_cut |= got < 0 && is_out;
		close(*fd);
		*fd = -1;
		return;
	}
	keeper->misreads = 0;
	len = (size_t)got;
	if (!is_out) {
		add_errors(keeper, block, len);
		return;
	}
	if (len > keeper->out_left)
		len = keeper->out_left;
	if (len > 0 && !keeper->is_cut)
		keeper->is_cut = !write_patiently(keeper->out_file, (struct gw_str){block, len});
	keeper->out_left -= len;
}

static void end_group(struct keeper *keeper, enum gw_run_how how, bool now)
{
	if (keeper->ended)
		return;
	(void)kill(-keeper->command, now ? SIGKILL : SIGTERM);
	/* what is stopped cannot obey */
	(void)kill(-keeper->command, SIGCONT);
	if (!keeper->asked) {
		keeper->how = how;
		keeper->asked = true;
	}
	keeper->deadline = gw_monotonic() + KILL_AFTER;
}

static void reap(struct keeper *keeper)
{
	int status = 0;

	if (keeper->ended || waitpid(keeper->command, &status, WNOHANG) != keeper->command)
		return;
	keeper->ended = true;
	keeper->deadline = gw_monotonic() + LINGER;
	if (keeper->asked || keeper->unborn)
		return;
	keeper->how = WIFSIGNALED(status) ? GW_RUN_SIGNALLED : GW_RUN_EXITED;
	keeper->code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void take_signals(struct keeper *keeper)
{
	unsigned char bytes[16];
	ssize_t got = read(signals[0], bytes, sizeof(bytes));

	for (ssize_t i = 0; i < got; i++) {
		if (bytes[i] == SIGTERM || bytes[i] == SIGQUIT)
			end_group(keeper, GW_RUN_CANCELLED, bytes[i] == SIGQUIT);
	}
	reap(keeper);
}

static void watch(struct keeper *keeper)
{
	while (!keeper->ended || keeper->out >= 0 || keeper->err >= 0) {
		struct pollfd fds[] = {{.fd = signals[0], .events = POLLIN},
				       {.fd = keeper->out, .events = POLLIN},
				       {.fd = keeper->err, .events = POLLIN}};
		int64_t left = keeper->deadline - gw_monotonic();

		if (left <= 0) {
			if (keeper->ended)
				break;
			end_group(keeper, GW_RUN_TIMED_OUT, keeper->asked);
			continue;
		}
		left = left / 1000 + 1;
		if (poll(fds, GW_ARRAY_LEN(fds), left > 60000 ? 60000 : (int)left) < 0)
			continue;
		if (fds[1].revents != 0)
			take_output(keeper, &keeper->out, true);
		if (fds[2].revents != 0)
			take_output(keeper, &keeper->err, false);
		if (fds[0].revents != 0)
			take_signals(keeper);
	}
	if (keeper->command > 0)
		(void)kill(-keeper->command, SIGKILL);
}

static void write_down(struct keeper *keeper)
{
	struct gw_str errors = gw_buf_str(&keeper->errors);
	char record[RECORD_SIZE];
	int len = 0;

	if (errors.len > keeper->max_err) {
		errors.data += errors.len - keeper->max_err;
		errors.len = keeper->max_err;
	}
	/* what went wrong is worth a second try; the answer does not depend on it */
	for (int i = 0; i < 2 && !gw_file_write(keeper->folder, "err", errors, false); i++)
		continue;
	if (keeper->out_file >= 0 && fsync(keeper->out_file) != 0)
		keeper->is_cut = true;
	len = snprintf(record, sizeof(record), "{\"how\":%d,\"code\":%d,\"cut\":%s}",
		       (int)keeper->how, keeper->code, keeper->is_cut ? "true" : "false");
	/* in place, where blanks held the room; without this file the one that asked sees a keeper that ended without a word */
	if (keeper->exit_file >= 0 && pwrite(keeper->exit_file, record, (size_t)len, 0) == len &&
	    fsync(keeper->exit_file) == 0 &&
	    renameat(keeper->folder, "exit.new", keeper->folder, "exit") == 0)
		(void)fsync(keeper->folder);
}

void gw_keeper(int folder, int lock, const struct gw_run_command *command)
{
	static const int ignored[] = {SIGINT, SIGHUP, SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2, SIGALRM};
	struct keeper keeper = {
		.folder = folder,
		.out = -1,
		.err = -1,
		.out_file = -1,
		.exit_file = -1,
		.out_left = command->max_out,
		.max_err = command->max_err,
		.deadline = gw_monotonic() + command->time_limit,
	};
	char id[16];
	sigset_t none;
	int null = -1;

	(void)setsid();
	(void)prctl(PR_SET_NAME, "clawgw-keeper");
	close_others(folder, lock);
	/* whoever reads the other end of clawgw-connect's standard error must not wait for a keeper */
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		_exit(1);
	for (int fd = 0; fd < 3; fd++)
		(void)dup2(null, fd);
	if (pipe2(signals, O_CLOEXEC | O_NONBLOCK) != 0)
		_exit(1);
	for (size_t i = 0; i < GW_ARRAY_LEN(ignored); i++)
		take_signal(ignored[i], SIG_IGN);
	take_signal(SIGTERM, on_signal);
	take_signal(SIGQUIT, on_signal);
	take_signal(SIGCHLD, on_signal);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)snprintf(id, sizeof(id), "%d\n", (int)getpid());
	if (ftruncate(lock, 0) != 0 || !gw_write_all(lock, gw_str(id)))
		_exit(1);
	gw_buf_init(&keeper.errors, 2 * keeper.max_err + 8192);
	start(&keeper, command);
	watch(&keeper);
	write_down(&keeper);
	_exit(0);
}
