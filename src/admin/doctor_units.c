/* SPDX-License-Identifier: ISC */
/*
 * doctor_units.c: what systemd says about clawgw's units, where systemd runs and knows them.
 */
#include "admin/doctor.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

bool gw_doctor_systemd(void)
{
	static const char *const files[] = {"/etc/systemd/system/clawgw@.service",
					    "/usr/lib/systemd/system/clawgw@.service",
					    "/lib/systemd/system/clawgw@.service"};

	if (access("/run/systemd/system", F_OK) != 0)
		return false;
	for (size_t i = 0; i < GW_ARRAY_LEN(files); i++) {
		if (access(files[i], F_OK) == 0)
			return true;
	}
	return false;
}

bool gw_doctor_unit_is(const char *question, const char *unit)
{
	char command[] = "systemctl";
	char quiet[] = "--quiet";
	char verb[32];
	char name[128];
	char *arguments[] = {command, quiet, verb, name, NULL};
	posix_spawn_file_actions_t actions;
	pid_t child = 0;
	int status = -1;

	(void)snprintf(verb, sizeof(verb), "%s", question);
	(void)snprintf(name, sizeof(name), "%s", unit);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return true;
	(void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	(void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&child, command, &actions, NULL, arguments, environ) != 0 ||
	    waitpid(child, &status, 0) != child)
		status = 0; /* who cannot be asked has said nothing */
	(void)posix_spawn_file_actions_destroy(&actions);
	return status == 0;
}
