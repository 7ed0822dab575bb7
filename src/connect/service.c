/* SPDX-License-Identifier: ISC */
/*
 * service.c: see service.h.
 */
#include "connect/service.h"

#include "base/log.h"
#include "connect/files.h"
#include "connect/status.h"
#include "connect/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define UNIT_MAX ((size_t)64 * 1024)

/* One word of a command line, or the value of a setting, as systemd.unit(5) reads it. */
static void add_word(struct gw_buf *out, const char *word, bool is_command)
{
	gw_buf_add_char(out, '"');
	for (const char *c = word; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			gw_buf_addf(out, "\\%c", *c);
		else if (*c == '\n')
			gw_buf_add_c(out, "\\n");
		else if (*c == '%' || (is_command && *c == '$'))
			gw_buf_addf(out, "%c%c", *c, *c);
		else
			gw_buf_add_char(out, *c);
	}
	gw_buf_add_char(out, '"');
}

void gw_service_unit(struct gw_buf *out, const struct gw_connect_options *options,
		     const char *program, const char *directory, const char *path)
{
	gw_buf_addf(out,
		    "# written by `clawgw-connect install'; `clawgw-connect uninstall --name %s' "
		    "removes it\n",
		    options->name);
	gw_buf_addf(out,
		    "[Unit]\n"
		    "Description=clawgw-connect: the agent %s\n"
		    "After=network-online.target\n\n"
		    "[Service]\n"
		    "ExecStart=",
		    options->name);
	add_word(out, program, true);
	for (char *const *word = options->words; *word != NULL; word++) {
		gw_buf_add_char(out, ' ');
		add_word(out, *word, true);
	}
	gw_buf_add_c(out, "\nWorkingDirectory=");
	for (const char *c = directory; *c != '\0'; c++)
		gw_buf_addf(out, *c == '%' ? "%c%%" : "%c", *c);
	gw_buf_add_c(out, "\nEnvironment=");
	{
		struct gw_buf value;

		gw_buf_init(&value, UNIT_MAX);
		gw_buf_addf(&value, "PATH=%s", path);
		add_word(out, value.data, false);
		gw_buf_release(&value);
	}
	/* commands are stopped by clawgw-connect itself, which keeps what they were working on */
	gw_buf_add_c(out, "\nExecReload=kill -HUP $MAINPID\n"
			  "KillMode=mixed\n"
			  "TimeoutStopSec=30\n"
			  "Restart=on-failure\n"
			  "RestartSec=5\n"
			  "RestartPreventExitStatus=64 66 69 73\n\n"
			  "[Install]\n"
			  "WantedBy=default.target\n");
}

static void unit_name(const struct gw_connect_options *options, struct gw_buf *out)
{
	gw_buf_addf(out, "clawgw-connect-%s.service", options->name);
}

static void unit_folder(struct gw_buf *out)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (config != NULL && config[0] == '/')
		gw_buf_addf(out, "%s/systemd/user", config);
	else
		gw_buf_addf(out, "%s/.config/systemd/user", home != NULL ? home : "");
}

/* Runs it; its exit status, or -1. */
static int execute(char *const *words)
{
	pid_t pid = 0;
	int status = 0;

	(void)fflush(NULL);
	if (posix_spawnp(&pid, words[0], NULL, NULL, words, environ) != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int systemctl(const char *verb, const char *unit)
{
	struct gw_arguments words = {NULL, 0};
	int status = -1;

	gw_arguments_add(&words, "systemctl");
	gw_arguments_add(&words, "--user");
	gw_arguments_add(&words, verb);
	if (unit != NULL)
		gw_arguments_add(&words, unit);
	status = execute(words.items);
	gw_arguments_release(&words);
	return status;
}

static bool has_systemd(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	struct gw_buf path;
	bool found = false;

	gw_buf_init(&path, PATH_MAX);
	gw_buf_addf(&path, "%s/systemd", runtime != NULL ? runtime : "");
	found = runtime != NULL && access(path.data, F_OK) == 0;
	gw_buf_release(&path);
	return found;
}

static void print_shell(const char *word)
{
	(void)putchar('\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			(void)fputs("'\\''", stdout);
		else
			(void)putchar(*word);
	}
	(void)putchar('\'');
}

/* What to do where nothing starts programs for a user but cron. */
static void print_cron(const struct gw_connect_options *options, const char *program)
{
	(void)printf("\nThere is no systemd for this account here. Where there is cron, put this "
		     "line into your crontab\n"
		     "(crontab -e); messages are then answered within a minute:\n\n* * * * * ");
	print_shell(program);
	(void)printf(" --once");
	for (char *const *word = options->words; *word != NULL; word++) {
		(void)putchar(' ');
		print_shell(*word);
	}
	(void)printf("\n\nOr let it run in a terminal: the same without --once.\n");
}

static bool read_self(char *path, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", path, size - 1);

	if (len <= 0)
		return false;
	path[len] = '\0';
	return true;
}

static bool write_unit(const struct gw_connect_options *options, const char *program)
{
	const char *path = getenv("PATH");
	char here[PATH_MAX];
	struct gw_buf folder;
	struct gw_buf name;
	struct gw_buf text;
	bool written = false;
	int dir = -1;

	gw_buf_init(&folder, PATH_MAX);
	gw_buf_init(&name, 256);
	gw_buf_init(&text, UNIT_MAX);
	unit_folder(&folder);
	unit_name(options, &name);
	if (getcwd(here, sizeof(here)) == NULL)
		(void)snprintf(here, sizeof(here), "/");
	gw_service_unit(&text, options, program, here, path != NULL ? path : "/usr/bin:/bin");
	dir = gw_folder_open(folder.data);
	written = dir >= 0 && gw_file_write(dir, name.data, gw_buf_str(&text), true);
	if (written)
		(void)printf("ok    %s/%s is written\n", folder.data, name.data);
	else
		(void)printf("FAIL  %s/%s cannot be written: %s\n", folder.data, name.data,
			     strerror(errno));
	if (dir >= 0)
		close(dir);
	gw_buf_release(&folder);
	gw_buf_release(&name);
	gw_buf_release(&text);
	return written;
}

static int start_unit(const struct gw_connect_options *options)
{
	struct gw_buf name;
	bool started = false;

	gw_buf_init(&name, 256);
	unit_name(options, &name);
	started = systemctl("daemon-reload", NULL) == 0 && systemctl("enable", name.data) == 0 &&
		  systemctl("restart", name.data) == 0;
	if (started)
		(void)printf("ok    %s runs\n\n"
			     "how it does   clawgw-connect status --name %s\n"
			     "its log       journalctl --user -u %s\n"
			     "to stop it    clawgw-connect uninstall --name %s\n"
			     "So that it also runs while you are not logged in: loginctl "
			     "enable-linger\n",
			     name.data, options->name, name.data, options->name);
	else
		(void)printf("FAIL  %s cannot be started: systemctl --user status %s says why\n",
			     name.data, name.data);
	gw_buf_release(&name);
	return started ? EX_OK : EX_UNAVAILABLE;
}

int gw_service_install(const struct gw_connect_options *options)
{
	char program[PATH_MAX];

	if (!gw_trial(options)) {
		(void)printf("\nNothing was installed.\n");
		return EX_UNAVAILABLE;
	}
	if (!read_self(program, sizeof(program)))
		return EX_OSERR;
	if (!has_systemd()) {
		print_cron(options, program);
		return EX_OK;
	}
	return write_unit(options, program) ? start_unit(options) : EX_CANTCREAT;
}

int gw_service_doctor(const struct gw_connect_options *options)
{
	return gw_trial(options) ? EX_OK : EX_UNAVAILABLE;
}

static void purge(const struct gw_connect_options *options)
{
	static const char *const files[] = {"lock",     "results", "session",
					    "sessions", "status",  "taken"};
	int dir = open(options->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return;
	gw_folder_remove(dir, "histories");
	gw_folder_remove(dir, "runs");
	for (size_t i = 0; i < GW_ARRAY_LEN(files); i++)
		(void)unlinkat(dir, files[i], 0);
	close(dir);
	if (rmdir(options->state) == 0)
		(void)printf("ok    %s is removed\n", options->state);
	else
		(void)printf("note  %s is not empty and stays\n", options->state);
}

int gw_service_uninstall(const struct gw_connect_options *options)
{
	struct gw_buf path;
	struct gw_buf name;
	int dir = -1;

	gw_buf_init(&path, PATH_MAX);
	gw_buf_init(&name, 256);
	unit_folder(&path);
	unit_name(options, &name);
	gw_buf_addf(&path, "/%s", name.data);
	if (access(path.data, F_OK) == 0) {
		if (has_systemd() &&
		    (systemctl("stop", name.data) != 0 || systemctl("disable", name.data) != 0))
			(void)printf("note  systemd does not know %s\n", name.data);
		if (unlink(path.data) == 0)
			(void)printf("ok    %s is removed\n", path.data);
		if (has_systemd() && systemctl("daemon-reload", NULL) != 0)
			(void)printf("note  systemd was not told\n");
	} else {
		(void)printf("ok    there is no %s\n", path.data);
	}
	gw_buf_release(&path);
	gw_buf_release(&name);
	dir = open(options->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0) {
		int64_t owner = gw_state_owner(dir);

		close(dir);
		if (owner != 0) {
			(void)printf("FAIL  process %lld still works in %s\n", (long long)owner,
				     options->state);
			return EX_TEMPFAIL;
		}
		if (options->purge)
			purge(options);
		else
			(void)printf("note  %s stays; --purge removes it\n", options->state);
	}
	return EX_OK;
}

int gw_service_status(const struct gw_connect_options *options)
{
	int dir = open(options->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int64_t owner = dir >= 0 ? gw_state_owner(dir) : 0;
	struct gw_buf text;

	if (owner == 0) {
		(void)printf("%s does not run\n", options->name);
		if (dir >= 0)
			close(dir);
		return EX_UNAVAILABLE;
	}
	gw_buf_init(&text, 4096);
	(void)printf("agent       %s\nprocess     %lld\n", options->name, (long long)owner);
	if (gw_status_describe(dir, &text))
		(void)fwrite(text.data, 1, text.len, stdout);
	gw_buf_release(&text);
	close(dir);
	return EX_OK;
}
