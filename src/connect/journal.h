/* SPDX-License-Identifier: ISC */
/*
 * journal.h: a file to which records are only ever added, each on the disk before anybody relies on it.
 *
 * A record is a line: a checksum of eight hexadecimal digits, a blank, and a JSON object. A line that a crash cut short is
 * taken away when the journal is opened; one that is damaged in the middle is reported and left out.
 */
#ifndef GW_JOURNAL_H
#define GW_JOURNAL_H

#include "base/buf.h"
#include "base/err.h"

struct gw_journal;
struct json_object;

/* Called for each record in the order of writing; the record is the journal's and lasts as long as the call. */
typedef void gw_journal_visit(void *arg, struct json_object *record);

/* Opens or makes `name` in the folder `dir` and reads what it holds. GW_INTERNAL: it cannot be; logged. */
GW_MUST_CHECK enum gw_err gw_journal_open(int dir, const char *name, gw_journal_visit *visit,
					  void *arg, struct gw_journal **ret_journal);
void gw_journal_close(struct gw_journal *journal); /* NULL is allowed */

/* Puts a record (JSON text without line feeds) into the form of a line, at the end of `out`. */
void gw_journal_frame(struct gw_buf *out, struct gw_str record);
/*
 * Adds lines. GW_OK: they are on the disk. GW_INTERNAL: none of them is in the journal (no room on the disk, say); logged.
 */
GW_MUST_CHECK enum gw_err gw_journal_append(struct gw_journal *journal, struct gw_str lines);
/* Puts these lines in place of all that the journal holds; on GW_INTERNAL it holds what it did. */
GW_MUST_CHECK enum gw_err gw_journal_rewrite(struct gw_journal *journal, struct gw_str lines);
/* Bytes that it holds. */
size_t gw_journal_size(const struct gw_journal *journal);

#endif
