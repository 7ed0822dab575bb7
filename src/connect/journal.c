/* SPDX-License-Identifier: ISC */
/*
 * journal.c: see journal.h.
 */
#include "connect/journal.h"

#include "base/alloc.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "connect/files.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <unistd.h>

#define JOURNAL_MAX ((size_t)512 * 1024 * 1024)
#define SUM_LEN 8

struct gw_journal {
	int dir;
	int fd;
	size_t size; /* what is whole and on the disk; the file may hold a torn line behind it while `torn` */
	bool torn;
	char name[32];
};

/* FNV-1a, 32 bits (draft-eastlake-fnv): tells a torn line from a whole one; nobody forges journals. */
static uint32_t checksum(struct gw_str text)
{
	uint32_t sum = 2166136261U;

	for (size_t i = 0; i < text.len; i++)
		sum = (sum ^ (unsigned char)text.data[i]) * 16777619U;
	return sum;
}

void gw_journal_frame(struct gw_buf *out, struct gw_str record)
{
	gw_buf_addf(out, "%08x ", checksum(record));
	gw_buf_add_str(out, record);
	gw_buf_add_char(out, '\n');
}

static bool read_line(struct gw_str line, gw_journal_visit *visit, void *arg)
{
	struct json_object *record = NULL;
	struct gw_json_error error;
	struct gw_str text;
	char sum[SUM_LEN + 2];

	if (line.len <= SUM_LEN + 1)
		return false;
	text = (struct gw_str){line.data + SUM_LEN + 1, line.len - SUM_LEN - 1};
	(void)snprintf(sum, sizeof(sum), "%08x ", checksum(text));
	if (memcmp(sum, line.data, SUM_LEN + 1) != 0 ||
	    gw_json_parse(text, &error, &record) != GW_OK)
		return false;
	if (json_object_is_type(record, json_type_object))
		visit(arg, record);
	json_object_put(record);
	return true;
}

/* Takes away what a write that failed has left: the next record must not begin in the middle of a line. */
static bool cut_back(struct gw_journal *journal)
{
	journal->torn = ftruncate(journal->fd, (off_t)journal->size) != 0;
	if (journal->torn)
		gw_log_error("journal %s cannot be cut back: %s", journal->name, strerror(errno));
	return !journal->torn;
}

static enum gw_err read_all(struct gw_journal *journal, gw_journal_visit *visit, void *arg)
{
	struct gw_buf content;
	struct gw_str rest;
	enum gw_err err = GW_OK;

	gw_buf_init(&content, JOURNAL_MAX);
	if (!gw_file_read(journal->dir, journal->name, &content)) {
		gw_log_error("journal %s cannot be read: %s", journal->name, strerror(errno));
		err = GW_INTERNAL;
		goto out;
	}
	rest = gw_buf_str(&content);
	while (rest.len > 0) {
		const char *end = memchr(rest.data, '\n', rest.len);
		size_t len = end != NULL ? (size_t)(end - rest.data) : rest.len;

		if (end == NULL) {
			/* the record of a process that died while it wrote: nobody has relied on it */
			if (!cut_back(journal))
				err = GW_INTERNAL;
			break;
		}
		if (!read_line((struct gw_str){rest.data, len}, visit, arg))
			gw_log_warning("journal %s: a damaged record at byte %zu is left out",
				       journal->name, journal->size);
		journal->size += len + 1;
		rest.data += len + 1;
		rest.len -= len + 1;
	}
out:
	gw_buf_release(&content);
	return err;
}

static int open_file(int dir, const char *name)
{
	return openat(dir, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

enum gw_err gw_journal_open(int dir, const char *name, gw_journal_visit *visit, void *arg,
			    struct gw_journal **ret_journal)
{
	struct gw_journal *journal = gw_xcalloc(1, sizeof(*journal));

	journal->dir = dir;
	(void)snprintf(journal->name, sizeof(journal->name), "%s", name);
	journal->fd = open_file(dir, name);
	if (journal->fd < 0) {
		gw_log_error("journal %s cannot be opened: %s", name, strerror(errno));
		gw_journal_close(journal);
		return GW_INTERNAL;
	}
	if (read_all(journal, visit, arg) != GW_OK) {
		gw_journal_close(journal);
		return GW_INTERNAL;
	}
	(void)fsync(dir);
	*ret_journal = journal;
	return GW_OK;
}

void gw_journal_close(struct gw_journal *journal)
{
	if (journal == NULL)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	free(journal);
}

enum gw_err gw_journal_append(struct gw_journal *journal, struct gw_str lines)
{
	if (lines.len == 0)
		return GW_OK;
	if (journal->torn && !cut_back(journal))
		return GW_INTERNAL;
	if (gw_write_all(journal->fd, lines) && fdatasync(journal->fd) == 0) {
		journal->size += lines.len;
		return GW_OK;
	}
	gw_log_error("journal %s cannot be written: %s", journal->name, strerror(errno));
	(void)cut_back(journal);
	return GW_INTERNAL;
}

/* The new file is opened before it takes the old one's place: nothing is ever added to a file that has no name any more. */
enum gw_err gw_journal_rewrite(struct gw_journal *journal, struct gw_str lines)
{
	char temporary[sizeof(journal->name) + 4];
	int fd = -1;

	(void)snprintf(temporary, sizeof(temporary), "%s.new", journal->name);
	fd = openat(journal->dir, temporary, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0600);
	if (fd < 0 || !gw_write_all(fd, lines) || fdatasync(fd) != 0 ||
	    renameat(journal->dir, temporary, journal->dir, journal->name) != 0) {
		gw_log_warning("journal %s cannot be rewritten: %s", journal->name,
			       strerror(errno));
		if (fd >= 0) {
			close(fd);
			(void)unlinkat(journal->dir, temporary, 0);
		}
		return GW_INTERNAL;
	}
	(void)fsync(journal->dir);
	close(journal->fd);
	journal->fd = fd;
	journal->size = lines.len;
	journal->torn = false;
	return GW_OK;
}

size_t gw_journal_size(const struct gw_journal *journal)
{
	return journal->size;
}
