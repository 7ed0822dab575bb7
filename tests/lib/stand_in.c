/* SPDX-License-Identifier: ISC */
/*
 * stand_in.c: see stand_in.h.
 */
#include "lib/stand_in.h"

#include "base/buf.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_MAX ((size_t)8 * 1024 * 1024)

static void run(const struct gw_stand_in *stand_in, const char *name, const char *option,
		const char *value, int output)
{
	char *arguments[] = {NULL, NULL, NULL, NULL, NULL, NULL};
	struct gw_buf program;
	int i = 0;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	gw_buf_init(&program, 4096);
	gw_buf_addf(&program, "%s/tests/mock/%s", getenv("GW_TEST_BUILDDIR"), name);
	arguments[i++] = program.data;
	arguments[i++] = strdup("-d");
	arguments[i++] = strdup(stand_in->folder);
	if (option != NULL)
		arguments[i++] = strdup(option);
	if (value != NULL)
		arguments[i++] = strdup(value);
	if (dup2(output, STDOUT_FILENO) >= 0)
		(void)execv(program.data, arguments);
	_exit(127);
}

void gw_stand_in_start(struct gw_stand_in *stand_in, const char *name, const char *option,
		       const char *value)
{
	int ends[2] = {-1, -1};
	FILE *output = NULL;

	(void)snprintf(stand_in->folder, sizeof(stand_in->folder), "/tmp/gw-mock-XXXXXX");
	cr_assert_not_null(mkdtemp(stand_in->folder));
	(void)snprintf(stand_in->log, sizeof(stand_in->log), "%s/%s.log", stand_in->folder, name);
	cr_assert(pipe2(ends, O_CLOEXEC) == 0);
	stand_in->pid = fork();
	cr_assert(stand_in->pid >= 0);
	if (stand_in->pid == 0)
		run(stand_in, name, option, value, ends[1]);
	close(ends[1]);
	output = fdopen(ends[0], "r");
	cr_assert_eq(fscanf(output, "%d", &stand_in->port), 1, "%s did not start", name);
	(void)fclose(output);
}

void gw_stand_in_stop(struct gw_stand_in *stand_in)
{
	DIR *folder = opendir(stand_in->folder);

	(void)kill(stand_in->pid, SIGKILL);
	(void)waitpid(stand_in->pid, NULL, 0);
	for (struct dirent *entry = NULL; folder != NULL && (entry = readdir(folder)) != NULL;)
		(void)unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder != NULL)
		(void)closedir(folder);
	(void)rmdir(stand_in->folder);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	struct gw_buf content;
	size_t got = 0;

	if (file == NULL)
		return NULL;
	gw_buf_init(&content, FILE_MAX);
	do {
		char *room = gw_buf_reserve(&content, 65536);

		cr_assert_not_null(room);
		got = fread(room, 1, 65536, file);
		gw_buf_added(&content, got);
	} while (got > 0);
	(void)fclose(file);
	return gw_buf_detach(&content);
}

char *gw_stand_in_file(const struct gw_stand_in *stand_in, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", stand_in->folder, name);
	return read_file(path);
}

int gw_stand_in_count(const struct gw_stand_in *stand_in, const char *text)
{
	char *content = read_file(stand_in->log);
	int count = 0;

	for (char *line = content; line != NULL && *line != '\0';) {
		char *end = strchr(line, '\n');

		if (end != NULL)
			*end = '\0';
		if (strstr(line, text) != NULL)
			count++;
		line = end != NULL ? end + 1 : NULL;
	}
	free(content);
	return count;
}

void gw_stand_in_wait(const struct gw_stand_in *stand_in, const char *text, int count)
{
	for (int tries = 0; gw_stand_in_count(stand_in, text) < count; tries++) {
		cr_assert(tries < 500, "no \"%s\" in the log of the stand-in", text);
		(void)usleep(20000);
	}
}
