/* SPDX-License-Identifier: ISC */
/*
 * rows.c: reads results in PostgreSQL's binary formats.
 *
 * The formats are those of the server's type send functions: integers and times big-endian, times as microseconds
 * since 2000-01-01, UUIDs as 16 bytes, text as its bytes.
 */
#include "store/rows.h"

#include "base/alloc.h"
#include "base/log.h"

#include <limits.h>

/* From the server's pg_type.dat; these never change. */
enum pg_type {
	PG_BOOL = 16,
	PG_BYTEA = 17,
	PG_NAME = 19,
	PG_INT8 = 20,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_JSON = 114,
	PG_FLOAT8 = 701,
	PG_VARCHAR = 1043,
	PG_TIMESTAMPTZ = 1184,
	PG_UUID = 2950,
};

#define PG_EPOCH INT64_C(946684800000000) /* 2000-01-01 in microseconds since 1970 */

struct gw_rows {
	PGresult *result;
	enum gw_statement statement;
};

struct gw_rows *gw_rows_new(PGresult *result, enum gw_statement statement)
{
	struct gw_rows *rows = gw_xmalloc(sizeof(*rows));

	*rows = (struct gw_rows){.result = result, .statement = statement};
	return rows;
}

void gw_rows_free(struct gw_rows *rows)
{
	if (rows == NULL)
		return;
	PQclear(rows->result);
	free(rows);
}

int gw_rows_count(const struct gw_rows *rows)
{
	return PQntuples(rows->result);
}

/* A statement and its reader that disagree are a fault in this program, found by the first test that runs them. */
GW_NORETURN static void mismatch(const struct gw_rows *rows, int column)
{
	gw_log_error("statement %s: column %d has type %u, not the one that is read",
		     gw_statement_names[rows->statement], column, PQftype(rows->result, column));
	abort();
}

bool gw_rows_is_null(const struct gw_rows *rows, int row, int column)
{
	if (column >= PQnfields(rows->result) || row >= PQntuples(rows->result))
		mismatch(rows, column);
	return PQgetisnull(rows->result, row, column) != 0;
}

static uint64_t big_endian(const char *bytes, int len)
{
	uint64_t value = 0;

	for (int i = 0; i < len; i++)
		value = value << 8 | (unsigned char)bytes[i];
	return value;
}

static void expect(const struct gw_rows *rows, int column, enum pg_type type)
{
	if (PQftype(rows->result, column) != (Oid)type)
		mismatch(rows, column);
}

bool gw_rows_type_is_text(const struct gw_rows *rows, int column)
{
	Oid type = PQftype(rows->result, column);

	return type == PG_TEXT || type == PG_VARCHAR || type == PG_NAME || type == PG_JSON;
}

struct gw_str gw_rows_text(const struct gw_rows *rows, int row, int column)
{
	if (gw_rows_is_null(rows, row, column))
		return GW_STR_NULL;
	if (!gw_rows_type_is_text(rows, column) && PQftype(rows->result, column) != PG_BYTEA)
		mismatch(rows, column);
	return (struct gw_str){PQgetvalue(rows->result, row, column),
			       (size_t)PQgetlength(rows->result, row, column)};
}

bool gw_rows_uuid(const struct gw_rows *rows, int row, int column, struct gw_uuid *ret_uuid)
{
	if (gw_rows_is_null(rows, row, column))
		return false;
	expect(rows, column, PG_UUID);
	memcpy(ret_uuid->bytes, PQgetvalue(rows->result, row, column), sizeof(ret_uuid->bytes));
	return true;
}

int64_t gw_rows_int(const struct gw_rows *rows, int row, int column)
{
	const char *value = NULL;

	if (gw_rows_is_null(rows, row, column))
		return 0;
	value = PQgetvalue(rows->result, row, column);
	switch (PQftype(rows->result, column)) {
	case PG_INT2:
		return (int16_t)big_endian(value, 2);
	case PG_INT4:
		return (int32_t)big_endian(value, 4);
	case PG_INT8:
		return (int64_t)big_endian(value, 8);
	default:
		mismatch(rows, column);
	}
}

double gw_rows_double(const struct gw_rows *rows, int row, int column)
{
	uint64_t bits = 0;
	double value = 0;

	if (gw_rows_is_null(rows, row, column))
		return 0;
	expect(rows, column, PG_FLOAT8);
	bits = big_endian(PQgetvalue(rows->result, row, column), 8);
	memcpy(&value, &bits, sizeof(value));
	return value;
}

bool gw_rows_bool(const struct gw_rows *rows, int row, int column)
{
	if (gw_rows_is_null(rows, row, column))
		return false;
	expect(rows, column, PG_BOOL);
	return *PQgetvalue(rows->result, row, column) != 0;
}

int64_t gw_rows_time(const struct gw_rows *rows, int row, int column)
{
	int64_t value = 0;

	if (gw_rows_is_null(rows, row, column))
		return 0;
	expect(rows, column, PG_TIMESTAMPTZ);
	value = (int64_t)big_endian(PQgetvalue(rows->result, row, column), 8);
	if (value > INT64_MAX - PG_EPOCH) /* infinity is INT64_MAX */
		return INT64_MAX;
	return value == INT64_MIN ? INT64_MIN : value + PG_EPOCH;
}

int gw_rows_columns(const struct gw_rows *rows)
{
	return PQnfields(rows->result);
}

const char *gw_rows_name(const struct gw_rows *rows, int column)
{
	return PQfname(rows->result, column);
}

enum gw_type gw_rows_type(const struct gw_rows *rows, int column)
{
	switch (PQftype(rows->result, column)) {
	case PG_BOOL:
		return GW_TYPE_BOOLEAN;
	case PG_INT2:
	case PG_INT4:
	case PG_INT8:
		return GW_TYPE_INTEGER;
	case PG_FLOAT8:
		return GW_TYPE_DOUBLE;
	case PG_TIMESTAMPTZ:
		return GW_TYPE_TIME;
	case PG_UUID:
		return GW_TYPE_UUID;
	case PG_JSON:
		return GW_TYPE_JSON;
	default:
		return gw_rows_type_is_text(rows, column) ? GW_TYPE_TEXT : GW_TYPE_OTHER;
	}
}
