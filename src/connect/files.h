/* SPDX-License-Identifier: ISC */
/*
 * files.h: small files that are there as a whole or not at all, whenever the power goes.
 */
#ifndef GW_FILES_H
#define GW_FILES_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * Appends the content of a file below the folder `dir` (or AT_FDCWD). False, with errno: ENOENT: it is absent; EFBIG: it is longer than
 * `out` may be; else it cannot be read, which gw_errno_passes() judges.
 */
GW_MUST_CHECK bool gw_file_read(int dir, const char *name, struct gw_buf *out);
/* Replaces the file by one with this content, mode 0600; on the disk when it returns if `durable`. False, with errno: nothing changed. */
GW_MUST_CHECK bool gw_file_write(int dir, const char *name, struct gw_str content, bool durable);
/*
 * Whether what failed with this errno may succeed a moment later, with nobody having done anything about it: descriptors or memory
 * are scarce, a program is just being written, a disk stuttered. Nothing final follows from such a failure.
 */
bool gw_errno_passes(int error);
/* All of `text` to a descriptor. False with errno. */
GW_MUST_CHECK bool gw_write_all(int fd, struct gw_str text);
/* Makes the folder and those above it, mode 0700, and opens it; -1 with errno. */
int gw_folder_open(const char *path);
/* Removes a folder below `dir` with the files in it (no folders); one that is not there is no error. */
void gw_folder_remove(int dir, const char *name);

#endif
