/* SPDX-License-Identifier: ISC */
/*
 * doctor_host.c: what can be seen on this host: the configuration, its file, secrets, sockets.
 */
#include "admin/doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SECRET_LENGTH 32 /* RFC 7518, 3.2: a key for HS256 has 256 bits at least */
#define SECRET_VARIETY 8 /* different characters */
#define SOCKETS_DEFAULT "/run/clawgw"

static const char *config_file(const struct gw_admin *admin)
{
	const char *file =
		admin->config_file != NULL ? admin->config_file : getenv("CLAWGW_CONFIG");

	return file != NULL && *file != '\0' ? file : GW_CONFIG_DEFAULT_FILE;
}

static void check_file(struct gw_doctor *doctor)
{
	const char *file = config_file(doctor->admin);
	struct stat status;

	if (stat(file, &status) != 0) {
		gw_doctor_say(doctor, GW_FINDING_NOTE, "configuration", NULL,
			      "%s is not there; all settings are from the environment or defaults",
			      file);
		return;
	}
	if (S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXO | S_IWGRP)) != 0)
		gw_doctor_say(doctor, GW_FINDING_BAD, "configuration",
			      "chmod 640 it, with the group that the gateway runs as",
			      "%s holds secrets and has mode %04o", file,
			      (unsigned)(status.st_mode & 07777));
	else
		gw_doctor_say(doctor, GW_FINDING_GOOD, "configuration", NULL, "%s can be used",
			      file);
}

static bool is_weak(const char *secret)
{
	bool seen[256] = {false};
	int variety = 0;

	for (const char *at = secret; *at != '\0'; at++) {
		variety += !seen[(unsigned char)*at];
		seen[(unsigned char)*at] = true;
	}
	return strlen(secret) < SECRET_LENGTH || variety < SECRET_VARIETY;
}

static void check_secrets(struct gw_doctor *doctor)
{
	const struct gw_config *config = &doctor->admin->config;
	const struct {
		const char *name;
		const char *value;
		const char *without;
	} secrets[] = {
		{"jwt_secret", config->jwt_secret, "no user can make keys through the API"},
		{"admin_token", config->admin_token, "there is no master token"},
		{"secret_key", config->secret_key,
		 "keys of language models are stored as they are"},
		{"metrics_token", config->metrics_token, "metrics are for local addresses only"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(secrets); i++) {
		if (*secrets[i].value == '\0')
			gw_doctor_say(doctor, GW_FINDING_NOTE, "secrets", NULL, "%s is not set: %s",
				      secrets[i].name, secrets[i].without);
		else if (is_weak(secrets[i].value))
			gw_doctor_say(
				doctor, GW_FINDING_BAD, "secrets",
				"use one of at least 32 random characters: openssl rand -base64 32",
				"%s is weak", secrets[i].name);
		else
			gw_doctor_say(doctor, GW_FINDING_GOOD, "secrets", NULL, "%s is set",
				      secrets[i].name);
	}
}

/* Whether somebody listens there; errno says why not. */
static bool listens(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int saved = 0;
	int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 ||
	    errno == EAGAIN) {
		close(fd);
		return true;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return false;
}

static void check_socket(struct gw_doctor *doctor, const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode))
		return;
	if ((status.st_mode & 0777) != 0660)
		gw_doctor_say(doctor, GW_FINDING_BAD, "sockets",
			      "start the responders with spawn-fcgi -M 0660, or SocketMode=0660; "
			      "only the web server may connect",
			      "%s has mode %04o", path, (unsigned)(status.st_mode & 0777));
	else if (!listens(path))
		gw_doctor_say(
			doctor, GW_FINDING_BAD, "sockets",
			errno == EACCES
				? "run doctor as root or as the web server's user"
				: "start the responder, or remove what an old one left behind",
			"%s: %s", path, strerror(errno));
	else
		gw_doctor_say(doctor, GW_FINDING_GOOD, "sockets", NULL, "%s is served", path);
}

static void check_sockets(struct gw_doctor *doctor)
{
	const char *named = gw_admin_option(doctor->admin, "sockets");
	const char *folder = named != NULL ? named : SOCKETS_DEFAULT;
	const int before = doctor->findings;
	const struct dirent *entry = NULL;
	DIR *dir = opendir(folder);

	if (dir == NULL) {
		if (named != NULL || errno != ENOENT)
			gw_doctor_say(doctor, GW_FINDING_BAD, "sockets",
				      "name the folder of the sockets with --sockets", "%s: %s",
				      folder, strerror(errno));
		else
			gw_doctor_say(
				doctor, GW_FINDING_NOTE, "sockets", NULL,
				"%s is not there; name the folder of the sockets with --sockets",
				folder);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		struct gw_buf path;

		gw_buf_init(&path, 4096);
		gw_buf_addf(&path, "%s/%s", folder, entry->d_name);
		check_socket(doctor, path.data);
		gw_buf_release(&path);
	}
	closedir(dir);
	if (doctor->findings == before)
		gw_doctor_say(doctor, named != NULL ? GW_FINDING_BAD : GW_FINDING_NOTE, "sockets",
			      "start the responders, or name another folder with --sockets",
			      "%s holds no sockets", folder);
}

void gw_doctor_host(struct gw_doctor *doctor)
{
	check_file(doctor);
	check_secrets(doctor);
	check_sockets(doctor);
}
