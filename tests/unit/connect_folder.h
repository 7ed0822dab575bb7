/* SPDX-License-Identifier: ISC */
/*
 * connect_folder.h: a temporary folder for a test of what clawgw-connect keeps.
 */
#ifndef GW_TEST_CONNECT_FOLDER_H
#define GW_TEST_CONNECT_FOLDER_H

#include "base/buf.h"
#include "connect/files.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct folder {
	char path[64];
	int fd;
};

static inline void folder_make(struct folder *folder)
{
	const char *base = getenv("GW_TMP");

	(void)snprintf(folder->path, sizeof(folder->path), "%s/gw-connect-XXXXXX",
		       base != NULL && strlen(base) < 30 ? base : "/tmp");
	cr_assert(mkdtemp(folder->path) != NULL);
	folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert(folder->fd >= 0);
}

/* Files in it, not folders. */
static inline void folder_remove(struct folder *folder)
{
	gw_folder_remove(AT_FDCWD, folder->path);
	close(folder->fd);
}

static inline void folder_read(const struct folder *folder, const char *name, struct gw_buf *out)
{
	gw_buf_reset(out);
	cr_assert(gw_file_read(folder->fd, name, out), "%s", name);
}

#endif
