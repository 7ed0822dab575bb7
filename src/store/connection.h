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
	const struct gw_variant
		*variant; /* what is prepared; NULL until it is known what the database has */
	bool prepared[GW_STATEMENT_COUNT];
};

/* How a connection is made; shared by the pool and listeners. */
struct gw_conninfo {
	char *text;    /* libpq URI or key=value */
	char *program; /* becomes application_name */
};

/* A fresh connection without any settings of ours; NULL on failure, with *ret_message filled for the log. */
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

/* Whether a failed statement may be sent once more on a new connection: it was the connection that failed. */
struct gw_failure {
	enum gw_err err;
	bool again;
};

/* Executes one statement, preparing it first if need be. `message` gets the server's words on failure. */
GW_MUST_CHECK struct gw_failure gw_connection_exec(struct gw_connection *connection,
						   enum gw_statement statement,
						   const struct gw_params *params,
						   struct gw_buf *message,
						   struct gw_rows **ret_rows);
/* Any SQL text, perhaps several commands, by the simple protocol. */
GW_MUST_CHECK struct gw_failure gw_connection_script(struct gw_connection *connection,
						     const char *sql, struct gw_buf *message);

#endif
