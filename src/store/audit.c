/* SPDX-License-Identifier: ISC */
/*
 * audit.c: see audit.h; the statement is sql/statements/audit_add.sql.
 */
#include "store/audit.h"

#include "base/text.h"

#define FIELD_MAX ((size_t)300)
#define FIELDS 7

/* Appends the text in a form that the database takes; it stays valid as long as `out`. */
static struct gw_str fit(struct gw_buf *out, struct gw_str text)
{
	gw_buf_init(out, 3 * FIELD_MAX + 1);
	if (text.len == 0)
		return GW_STR_NULL;
	gw_utf8_repair(out,
		       (struct gw_str){text.data, text.len < FIELD_MAX ? text.len : FIELD_MAX});
	return gw_buf_str(out);
}

enum gw_err gw_audit_add(struct gw_db *db, const struct gw_audit *entry)
{
	const struct gw_str texts[FIELDS] = {entry->actor,   entry->action,  entry->target,
					     entry->outcome, entry->address, entry->trace_id,
					     entry->change};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf fitting[FIELDS];
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < FIELDS; i++)
		gw_params_text(&params, fit(&fitting[i], texts[i]));
	err = gw_db_exec(db, GW_STATEMENT_AUDIT_ADD, &params, &rows);
	for (size_t i = 0; i < FIELDS; i++)
		gw_buf_release(&fitting[i]);
	gw_rows_free(rows);
	return err;
}
