/* SPDX-License-Identifier: ISC */
/*
 * doctor_sockets.c: the responders' sockets: every one there and served, and open to the web server and nobody else.
 */
#include "admin/doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKETS_DEFAULT "/run/clawgw"
#define WEB_ACCOUNT_DEFAULT "www-data"
#define MEND_MAX 8400

/* As in init/responders.list; tests/unit/endpoints.test compares them. */
static const char *const responders[] = {
	"poll",   "report", "heartbeat", "send-message", "setup-guide", "api-key",
	"health", "people", "events",    "hook",         "mcp",
};

int gw_doctor_responders(void)
{
	return (int)GW_ARRAY_LEN(responders);
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

static const char *folder_of(const struct gw_doctor *doctor)
{
	const char *named = gw_admin_option(doctor->admin, "sockets");

	return named != NULL ? named : SOCKETS_DEFAULT;
}

/* Whether systemd holds the sockets of this folder. */
static bool is_systemds(const char *folder)
{
	return strcmp(folder, SOCKETS_DEFAULT) == 0 && gw_doctor_systemd();
}

/* Names the account of the web server, if this host has it. */
static bool web_account(const struct gw_doctor *doctor, struct gw_doctor_account *ret_account)
{
	const char *named = gw_admin_option(doctor->admin, "web-account");

	return gw_doctor_account(named != NULL ? named : WEB_ACCOUNT_DEFAULT, ret_account);
}

/* The group by its name, or by its number. */
static void add_group(struct gw_buf *out, gid_t gid)
{
	const struct group *group = getgrgid(gid);

	if (group != NULL)
		gw_buf_add_c(out, group->gr_name);
	else
		gw_buf_addf(out, "%u", (unsigned)gid);
}

/* The web server connects to the socket only if it may write it. */
static bool is_for_web_server(struct gw_doctor *doctor, const struct gw_doctor_account *web,
			      const char *path, const struct stat *status)
{
	struct gw_buf where;
	struct gw_buf group;
	char mend[MEND_MAX];
	bool reaches = true;

	if (web == NULL)
		return true;
	gw_buf_init(&where, 4096);
	gw_buf_init(&group, 256);
	reaches = gw_doctor_reaches(web, path, 6, &where);
	if (!reaches) {
		add_group(&group, status->st_gid);
		(void)snprintf(mend, sizeof(mend),
			       "chgrp %s %s, and let what opens it do so: SocketGroup= in "
			       "clawgw@.socket, -U and -G of spawn-fcgi",
			       web->name, path);
		gw_doctor_say(doctor, GW_FINDING_BAD, "sockets", mend,
			      "%s belongs to the group %s, and the web server's account %s is not "
			      "in it",
			      path, gw_buf_str(&group).data, web->name);
	}
	gw_buf_release(&where);
	gw_buf_release(&group);
	return reaches;
}

static void check_socket(struct gw_doctor *doctor, const struct gw_doctor_account *web,
			 const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode))
		return;
	if ((status.st_mode & 0777) != 0660)
		gw_doctor_say(doctor, GW_FINDING_BAD, "sockets",
			      "start the responders with spawn-fcgi -M 0660, or SocketMode=0660; "
			      "only the web server may connect",
			      "%s has mode %04o", path, (unsigned)(status.st_mode & 0777));
	else if (!is_for_web_server(doctor, web, path, &status))
		return;
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

/* One that the others are there without was stopped, or never started: its requests are answered 502. */
static void check_missing(struct gw_doctor *doctor, const char *folder)
{
	for (size_t i = 0; i < GW_ARRAY_LEN(responders); i++) {
		struct gw_buf path;
		char mend[MEND_MAX];

		gw_buf_init(&path, 4096);
		gw_buf_addf(&path, "%s/%s.sock", folder, responders[i]);
		if (access(path.data, F_OK) != 0) {
			if (is_systemds(folder))
				(void)snprintf(mend, sizeof(mend),
					       "systemctl start clawgw@%s.socket", responders[i]);
			else
				(void)snprintf(mend, sizeof(mend),
					       "clawgw-responders start (it starts what "
					       "responders.list names)");
			gw_doctor_say(doctor, GW_FINDING_BAD, "sockets", mend,
				      "%s is not there: %s is not running", path.data,
				      responders[i]);
		}
		gw_buf_release(&path);
	}
}

/* One finding for all sockets where their folder is closed to the web server. */
static bool is_open_folder(struct gw_doctor *doctor, const struct gw_doctor_account *web,
			   const char *folder)
{
	struct gw_buf where;
	char mend[MEND_MAX];
	bool reaches = true;

	if (web == NULL)
		return true;
	gw_buf_init(&where, 4096);
	reaches = gw_doctor_reaches(web, folder, 1, &where);
	if (!reaches) {
		(void)snprintf(mend, sizeof(mend), "chmod o+x %s", where.data);
		gw_doctor_say(
			doctor, GW_FINDING_BAD, "sockets", mend,
			"the web server's account %s cannot enter %s, and so reaches no socket",
			web->name, where.data);
	}
	gw_buf_release(&where);
	return reaches;
}

static void check_folder(struct gw_doctor *doctor, const struct gw_doctor_account *web,
			 const char *folder, DIR *dir)
{
	const int before = doctor->findings;
	const struct dirent *entry = NULL;
	const bool named = gw_admin_option(doctor->admin, "sockets") != NULL;
	bool single = false;

	if (!is_open_folder(doctor, web, folder))
		return;
	while ((entry = readdir(dir)) != NULL) {
		struct gw_buf path;

		single = single || strcmp(entry->d_name, "gateway.sock") == 0;
		gw_buf_init(&path, 4096);
		gw_buf_addf(&path, "%s/%s", folder, entry->d_name);
		check_socket(doctor, web, path.data);
		gw_buf_release(&path);
	}
	if (doctor->findings == before && is_systemds(folder))
		gw_doctor_say(doctor, GW_FINDING_BAD, "sockets",
			      "systemctl enable --now clawgw.target", "%s holds no sockets",
			      folder);
	else if (doctor->findings == before)
		gw_doctor_say(doctor, named ? GW_FINDING_BAD : GW_FINDING_NOTE, "sockets",
			      "start the responders, or name another folder with --sockets",
			      "%s holds no sockets", folder);
	else if (!single)
		check_missing(doctor, folder);
}

void gw_doctor_sockets(struct gw_doctor *doctor)
{
	const char *folder = folder_of(doctor);
	struct gw_doctor_account web = {.groups = NULL};
	bool has_web = false;
	DIR *dir = opendir(folder);

	if (dir == NULL) {
		if (is_systemds(folder) && errno == ENOENT)
			gw_doctor_say(doctor, GW_FINDING_BAD, "sockets",
				      "systemctl enable --now clawgw.target", "%s is not there",
				      folder);
		else if (gw_admin_option(doctor->admin, "sockets") != NULL || errno != ENOENT)
			gw_doctor_say(doctor, GW_FINDING_BAD, "sockets",
				      errno == EACCES
					      ? "run doctor as root or as the web server's user"
					      : "name the folder of the sockets with --sockets",
				      "%s: %s", folder, strerror(errno));
		else
			gw_doctor_say(
				doctor, GW_FINDING_NOTE, "sockets", NULL,
				"%s is not there; name the folder of the sockets with --sockets",
				folder);
		return;
	}
	has_web = web_account(doctor, &web);
	check_folder(doctor, has_web ? &web : NULL, folder, dir);
	gw_doctor_account_release(&web);
	closedir(dir);
}
