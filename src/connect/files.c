/* SPDX-License-Identifier: ISC */
/*
 * files.c: see files.h. A file is written under another name, brought to the disk and renamed; then the folder is.
 */
#include "connect/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_SIZE 128

bool gw_file_read(int dir, const char *name, struct gw_buf *out)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;
	int error = 0;

	if (fd < 0)
		return false;
	for (;;) {
		char block[8192];

		got = read(fd, block, sizeof(block));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		gw_buf_add(out, block, (size_t)got);
		if (gw_buf_overflowed(out))
			break;
	}
	error = gw_buf_overflowed(out) ? EFBIG : errno;
	close(fd);
	errno = error;
	return got == 0 && !gw_buf_overflowed(out);
}

bool gw_errno_passes(int error)
{
	switch (error) {
	case EAGAIN:
	case EINTR:
	case EIO:
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case ESTALE:
	case ETXTBSY:
		return true;
	default:
		return false;
	}
}

bool gw_write_all(int fd, struct gw_str text)
{
	while (text.len > 0) {
		ssize_t written = write(fd, text.data, text.len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		text.data += written;
		text.len -= (size_t)written;
	}
	return true;
}

bool gw_file_write(int dir, const char *name, struct gw_str content, bool durable)
{
	char temporary[NAME_SIZE];
	bool written = false;
	int error = 0;
	int fd = -1;

	(void)snprintf(temporary, sizeof(temporary), "%s.new", name);
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	written = gw_write_all(fd, content) && (!durable || fsync(fd) == 0);
	error = errno;
	if (close(fd) != 0 && written) {
		written = false;
		error = errno;
	}
	if (written && renameat(dir, temporary, dir, name) != 0) {
		written = false;
		error = errno;
	}
	if (!written) {
		(void)unlinkat(dir, temporary, 0);
		errno = error;
		return false;
	}
	if (durable && dir >= 0)
		(void)fsync(dir);
	return true;
}

int gw_folder_open(const char *path)
{
	char part[PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(part, path, len + 1);
	for (char *at = part + 1; len > 0; at++) {
		char saved = *at;

		if (saved != '/' && saved != '\0')
			continue;
		*at = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return -1;
		*at = saved;
		if (saved == '\0')
			break;
	}
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void gw_folder_remove(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry = NULL;

	if (folder == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(fd, entry->d_name, 0);
	}
	closedir(folder);
	(void)unlinkat(dir, name, AT_REMOVEDIR);
}
