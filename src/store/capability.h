/* SPDX-License-Identifier: ISC */
/*
 * capability.h: SQL texts that fit several versions of the platform's tables. Private to src/store.
 *
 * A statement or function may say what it needs of the platform's schema, by the name of a table or of a column of it:
 *
 *   [chat_messages.tenant_id] , tenant_id []      kept where the column is there
 *   [!agents.deleted_at NULL::timestamptz ]       the words after the name are used where it is not
 *   [identities.email JOIN identities ]           the words after the name are used where it is: of what only the platform has
 *
 * where "[" is written as slash, asterisk, "[" and "]" as "]", asterisk, slash, and the first mark of the first line ends
 * with "]"'s asterisk and slash alone: to PostgreSQL the marks of the first line are two comments, the others one each.
 * sql/statements/message_report.sql has examples of the first. A name is that of a table, or table.column, of schema public.
 * Parts of the first kind may be nested. As it is written, each text is good for our own schema.
 */
#ifndef GW_CAPABILITY_H
#define GW_CAPABILITY_H

#include "base/attrs.h"
#include "base/buf.h"
#include "store/statements.h"

#include <stdbool.h>

/* The names that occur in statements and functions, as an array in PostgreSQL's text form; lasts as long as the process. */
struct gw_str gw_capability_names(void);

/*
 * `text` for a database that lacks `missing` (names, each followed by a newline); the caller frees it. NULL: the marks in
 * the text do not match.
 */
char *gw_capability_render(const char *text, const char *missing);

/* The texts of all statements for databases that lack the same. Constant once made; belongs to its set. */
struct gw_variant {
	char *missing;
	const char *texts[GW_STATEMENT_COUNT];
	struct gw_variant *next;
};

/* All that a pool has met: as a rule one. Made with all bits 0; not locked. */
struct gw_variants {
	struct gw_variant *first;
};

/* The variant for `missing`, made if it is not there. NULL: the marks in a statement do not match. */
const struct gw_variant *gw_variants_get(struct gw_variants *variants, const char *missing);
void gw_variants_release(struct gw_variants *variants);

#endif
