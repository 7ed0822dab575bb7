/* SPDX-License-Identifier: ISC */
/*
 * db.h: statements on PostgreSQL through a small pool of connections.
 *
 * SQL lives in sql/statements, one statement a file, and is built into the programs; enum gw_statement (generated)
 * names them. Each is prepared once per connection. Parameters and results travel in binary form, so text
 * keeps its length and times their microseconds. Only src/store includes libpq-fe.h.
 *
 * A connection is borrowed for one statement, or for one transaction, never longer; in particular not while an
 * outside service is being called.
 */
#ifndef GW_DB_H
#define GW_DB_H

#include "base/buf.h"
#include "base/err.h"
#include "base/uuid.h"
#include "store/statements.h"

#include <stdbool.h>
#include <stdint.h>

struct gw_db;
struct gw_tx;
struct gw_rows;

/*
 * A pool of at most `connections` connections to `conninfo` (libpq URI or key=value), opened when first
 * needed. Never fails: a database that is not there shows with the first statement.
 * `statement_timeout` in microseconds, 0 for none. Threads may be more than connections: they wait for one.
 */
struct gw_db *gw_db_new(const char *conninfo, const char *program, unsigned connections,
			int64_t statement_timeout);
void gw_db_free(struct gw_db *db);
/*
 * Before the first statement: leaves the planner as the server has it, for what takes long and is asked rarely. Otherwise plans are made
 * once per connection, and for large tables.
 */
void gw_db_plan_freely(struct gw_db *db);

#define GW_PARAMS_MAX 32

/* Parameters of a statement, in the order of $1, $2, …; the values must live until it was executed. */
struct gw_params {
	int count;
	struct {
		const void *value;
		int length;
		bool in_scratch; /* the value is below, so that params may be copied */
		unsigned char scratch[16];
	} items[GW_PARAMS_MAX];
};

#define GW_PARAMS_EMPTY ((struct gw_params){.count = 0})

void gw_params_text(struct gw_params *params, struct gw_str text); /* absent is SQL NULL */
void gw_params_text_c(struct gw_params *params, const char *text); /* NULL is SQL NULL */
void gw_params_bytes(struct gw_params *params, const void *data, size_t len); /* bytea */
void gw_params_uuid(struct gw_params *params, const struct gw_uuid *uuid);    /* NULL is SQL NULL */
void gw_params_int(struct gw_params *params, int32_t value);                  /* integer */
void gw_params_bigint(struct gw_params *params, int64_t value);               /* bigint */
void gw_params_double(struct gw_params *params, double value);                /* double precision */
void gw_params_bool(struct gw_params *params, bool value);                    /* boolean */
void gw_params_interval(struct gw_params *params, int64_t microseconds);      /* interval */
void gw_params_time(struct gw_params *params, int64_t time);                  /* timestamptz */
void gw_params_null(struct gw_params *params);

/*
 * Executes a statement in a transaction of its own. GW_OK: *ret_rows is the result, to be freed.
 * A connection that turns out to be of no use is reopened and the statement sent once more, at most once: always when the
 * server said that nothing was done, and when nobody knows (the connection broke before the answer) only if the
 * statement's comment says "May be repeated". GW_UNAVAILABLE: no connection, the server is starting, stopping or out of
 * connections, does not answer (nor says that it gave up) until a second after `statement_timeout`, or the connection
 * broke under a statement that may not be repeated. GW_CONFLICT: a unique or foreign key forbids it. GW_BUSY: others were
 * in the way. GW_INTERNAL: anything else, among it other constraints.
 * What the server said is logged here, once, for GW_INTERNAL and the first GW_UNAVAILABLE of an outage.
 */
GW_MUST_CHECK enum gw_err gw_db_exec(struct gw_db *db, enum gw_statement statement,
				     const struct gw_params *params, struct gw_rows **ret_rows);
/* The same for a statement whose result is of no interest. */
GW_MUST_CHECK enum gw_err gw_db_run(struct gw_db *db, enum gw_statement statement,
				    const struct gw_params *params);

/*
 * One command of SQL text outside of any transaction, for what must be so: indexes that are made beside others. Sent once.
 * The same errors.
 */
GW_MUST_CHECK enum gw_err gw_db_script(struct gw_db *db, const char *sql);

/*
 * Prepares every statement, on a connection of the pool that is a fresh one then and closed afterwards. GW_OK: each fits the database. Otherwise
 * *ret_statement, where it is not left alone, is the name of the first one that does not, and gw_db_last_message() says why.
 */
GW_MUST_CHECK enum gw_err gw_db_prepare_all(struct gw_db *db, const char **ret_statement);

/* Several statements in one transaction. Whatever fails, _rollback (NULL allowed) follows; after _commit the tx is gone. */
GW_MUST_CHECK enum gw_err gw_tx_begin(struct gw_db *db, struct gw_tx **ret_tx);
GW_MUST_CHECK enum gw_err gw_tx_exec(struct gw_tx *tx, enum gw_statement statement,
				     const struct gw_params *params, struct gw_rows **ret_rows);
/* The same for a statement whose result is of no interest. */
GW_MUST_CHECK enum gw_err gw_tx_run(struct gw_tx *tx, enum gw_statement statement,
				    const struct gw_params *params);
/* SQL text that is not one of ours by name: migrations. May hold several commands. */
GW_MUST_CHECK enum gw_err gw_tx_script(struct gw_tx *tx, const char *sql);
GW_MUST_CHECK enum gw_err gw_tx_commit(struct gw_tx *tx);
void gw_tx_rollback(struct gw_tx *tx);

/* The database's own words for the last failure of this thread ("" if none): for people at a terminal, not for clients. */
const char *gw_db_last_message(void);

int gw_rows_count(const struct gw_rows *rows);
void gw_rows_free(struct gw_rows *rows); /* NULL allowed */
bool gw_rows_is_null(const struct gw_rows *rows, int row, int column);
/*
 * Values by position. Each expects the column's SQL type to be the named one (checked by an assertion: a
 * mismatch is a fault of the statement, not of the data). NULL gives absent, 0 or false.
 */
struct gw_str gw_rows_text(const struct gw_rows *rows, int row,
			   int column); /* text, varchar, bytea, enum, json */
bool gw_rows_uuid(const struct gw_rows *rows, int row, int column,
		  struct gw_uuid *ret_uuid); /* false for NULL */
int64_t gw_rows_int(const struct gw_rows *rows, int row,
		    int column); /* smallint, integer, bigint */
double gw_rows_double(const struct gw_rows *rows, int row, int column);
bool gw_rows_bool(const struct gw_rows *rows, int row, int column);
int64_t gw_rows_time(const struct gw_rows *rows, int row,
		     int column); /* timestamptz; infinities are clamped */
bool gw_rows_type_is_text(const struct gw_rows *rows, int column);

/* For whoever prints any result: how many columns, what they are called, and which reader above fits. */
enum gw_type {
	GW_TYPE_OTHER,
	GW_TYPE_TEXT,
	GW_TYPE_JSON, /* gw_rows_text() reads it, too */
	GW_TYPE_INTEGER,
	GW_TYPE_DOUBLE,
	GW_TYPE_BOOLEAN,
	GW_TYPE_TIME,
	GW_TYPE_UUID
};
int gw_rows_columns(const struct gw_rows *rows);
const char *gw_rows_name(const struct gw_rows *rows, int column);
enum gw_type gw_rows_type(const struct gw_rows *rows, int column);

/*
 * Waiting for NOTIFY on a connection of its own. _open listens on `channel` (a constant identifier). _fd may be
 * polled for reading; it changes when the connection was reopened and is -1 while there is none. _drain takes what
 * arrived and returns true if there was anything; it also reopens a lost connection, at most once a second.
 */
struct gw_listener;
struct gw_listener *gw_listener_new(const char *conninfo, const char *program, const char *channel);
void gw_listener_free(struct gw_listener *listener);
int gw_listener_fd(const struct gw_listener *listener);
bool gw_listener_drain(struct gw_listener *listener);
/* From then on _drain calls `heard` for each payload, and with an absent one when it has made a new connection. */
typedef void gw_listener_heard(void *arg, struct gw_str payload);
void gw_listener_hear(struct gw_listener *listener, gw_listener_heard *heard, void *arg);

/*
 * Whether `conninfo` names several servers and would be content with one that cannot be written to: after a fail-over with the
 * old primary first in the list, say. libpq's target_session_attrs prevents that. False for what cannot be read.
 */
bool gw_conninfo_takes_standby(const char *conninfo);

#endif
