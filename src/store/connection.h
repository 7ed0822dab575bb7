/* SPDX-License-Identifier: ISC */
/*
 * connection.h: one connection to PostgreSQL and the statements prepared on it. Private to src/store.
 */
#ifndef GW_CONNECTION_H
#define GW_CONNECTION_H

#include "store/capability.h"
#include "store/db.h"

#include <libpq-fe.h>

struct gw_connection {
	PGconn *pg; /* NULL while closed */
	int64_t until; /* gw_monotonic(): no wait of ours for the server goes on after that; 0: no end */
	const struct gw_variant
		*variant; /* what is prepared; NULL until it is known what the database has */
	bool prepared[GW_STATEMENT_COUNT];
};

/* How a connection is made; shared by the pool and listeners. */
struct gw_conninfo {
	char *text;        /* libpq URI or key=value */
	char *program;     /* becomes application_name */
	bool plans_freely; /* the planner's settings are left as they are: not for requests */
};

/*
 * A fresh connection without any settings of ours; NULL on failure, with *ret_message filled for the log. Each address that
 * the conninfo names gets three seconds to answer, if it does not say otherwise.
 */
PGconn *gw_pg_connect(const struct gw_conninfo *info, struct gw_buf *ret_message);

/*
 * Makes sure that the connection is open and not known to be dead. GW_UNAVAILABLE with `message` filled
 * otherwise. `statement_timeout` in microseconds.
 * *ret_missing is written when a new connection was made: the optional tables and columns that its database lacks (see
 * capability.h), to be freed by the caller, who then sets `variant`; until then statements are taken as they are written.
 */
GW_MUST_CHECK enum gw_err gw_connection_open(struct gw_connection *connection,
					     const struct gw_conninfo *info,
					     int64_t statement_timeout, struct gw_buf *message,
					     char **ret_missing);
void gw_connection_close(struct gw_connection *connection);

/* What is known about a statement that failed, once it is clear that its connection cannot be used any longer. */
enum gw_again {
	GW_AGAIN_NO, /* the statement is to blame, or time: sending it once more changes nothing */
	GW_AGAIN_UNDONE, /* the connection is to blame, and the server said that nothing was done */
	GW_AGAIN_UNKNOWN, /* the connection is to blame, and the statement may have been committed */
};

struct gw_failure {
	enum gw_err err;
	enum gw_again again;
};

/*
 * Executes one statement, preparing it first if need be. `message` gets the server's words on failure: its error, never
 * its DETAIL, which holds values of rows. A server that says nothing until `connection->until` is GW_UNAVAILABLE, and the
 * connection is of no use then.
 */
GW_MUST_CHECK struct gw_failure gw_connection_exec(struct gw_connection *connection,
						   enum gw_statement statement,
						   const struct gw_params *params,
						   struct gw_buf *message,
						   struct gw_rows **ret_rows);
/* Prepares a statement without executing it, unless it is prepared. */
GW_MUST_CHECK struct gw_failure gw_connection_prepare(struct gw_connection *connection,
						      enum gw_statement statement,
						      struct gw_buf *message);
/* Any SQL text, perhaps several commands, by the simple protocol. */
GW_MUST_CHECK struct gw_failure gw_connection_script(struct gw_connection *connection,
						     const char *sql, struct gw_buf *message);

#endif
