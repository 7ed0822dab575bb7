/*
 * connection.c: opens a connection, prepares statements on it, and says what a failure means.
 *
 * It neither retries nor logs; db.c does.
 */
#include "store/connection.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "store/rows.h"

#include <poll.h>

#define CONNECT_TIMEOUT_S "3"

/* Notices ("schema exists already") are no concern of anybody's. */
static void ignore_notice(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}

PGconn *gw_pg_connect(const struct gw_conninfo *info, struct gw_buf *ret_message)
{
	/* of a key given twice the last wins, so what the operator wrote beats our defaults */
	static const char *const keys[] = {
		"connect_timeout",  "keepalives_idle",  "keepalives_interval",
		"keepalives_count", "tcp_user_timeout", "fallback_application_name",
		"dbname",           "client_encoding",  NULL,
	};
	/* a server that is gone without a word (power, network) is noticed within half a minute, not after hours */
	const char *const values[] = {
		CONNECT_TIMEOUT_S, "15", "5", "3", "15000", info->program, info->text, "UTF8", NULL,
	};
	PGconn *pg = PQconnectdbParams(keys, values, 1);

	if (PQstatus(pg) != CONNECTION_OK) {
		gw_buf_add_c(ret_message, pg != NULL ? PQerrorMessage(pg) : "out of memory");
		PQfinish(pg);
		return NULL;
	}
	PQsetNoticeReceiver(pg, ignore_notice, NULL);
	return pg;
}

/*
 * An idle connection has nothing to say. If there is something to read, it is the server's farewell (or a
 * changed setting): either way a new connection is the safe answer, before a statement is lost on this one.
 */
static bool looks_dead(PGconn *pg)
{
	struct pollfd pfd = {.fd = PQsocket(pg), .events = POLLIN};

	return PQstatus(pg) != CONNECTION_OK || pfd.fd < 0 || poll(&pfd, 1, 0) != 0;
}

/* Settings of a new session, and what its database lacks. */
static struct gw_failure begin_session(struct gw_connection *connection, int64_t statement_timeout,
				       struct gw_buf *message, char **ret_missing)
{
	struct gw_params settings = GW_PARAMS_EMPTY;
	struct gw_params wanted = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_failure failure;
	char timeout[32];

	(void)snprintf(timeout, sizeof(timeout), "%lld", (long long)(statement_timeout / 1000));
	gw_params_text_c(&settings, timeout);
	failure = gw_connection_exec(connection, GW_STATEMENT_SESSION_CONFIGURE, &settings, message,
				     &rows);
	if (failure.err != GW_OK)
		return failure;
	gw_rows_free(rows);
	gw_params_text(&wanted, gw_capability_names());
	failure = gw_connection_exec(connection, GW_STATEMENT_CAPABILITY_LIST, &wanted, message,
				     &rows);
	if (failure.err != GW_OK)
		return failure;
	*ret_missing = gw_str_dup(gw_rows_text(rows, 0, 0));
	gw_rows_free(rows);
	return failure;
}

enum gw_err gw_connection_open(struct gw_connection *connection, const struct gw_conninfo *info,
			       int64_t statement_timeout, struct gw_buf *message,
			       char **ret_missing)
{
	if (connection->pg != NULL && !looks_dead(connection->pg))
		return GW_OK;
	gw_connection_close(connection);
	connection->pg = gw_pg_connect(info, message);
	if (connection->pg == NULL)
		return GW_UNAVAILABLE;
	if (begin_session(connection, statement_timeout, message, ret_missing).err != GW_OK) {
		gw_connection_close(connection);
		return GW_UNAVAILABLE;
	}
	return GW_OK;
}

void gw_connection_close(struct gw_connection *connection)
{
	PQfinish(connection->pg);
	*connection = (struct gw_connection){.pg = NULL};
}

static bool state_is(const char *state, const char *prefix)
{
	return state != NULL && strncmp(state, prefix, strlen(prefix)) == 0;
}

/* What an error report means; see "PostgreSQL Error Codes" in its manual. The code is NULL when libpq made the report. */
static struct gw_failure classify(PGconn *pg, const PGresult *result)
{
	static const struct {
		const char *prefix;
		struct gw_failure failure;
	} meanings[] = {
		{"08", {GW_UNAVAILABLE, true}}, /* connection exception */
		{"57P01",
		 {GW_UNAVAILABLE,
		  true}}, /* the server is being stopped, or this backend was ended */
		{"57P02", {GW_UNAVAILABLE, true}},  /* another backend crashed */
		{"57P03", {GW_UNAVAILABLE, true}},  /* starting up */
		{"57014", {GW_UNAVAILABLE, false}}, /* statement timeout */
		{"53", {GW_UNAVAILABLE, false}},    /* out of connections, disk or memory */
		{"25006", {GW_UNAVAILABLE, false}}, /* read only: a standby */
		{"40", {GW_BUSY, true}},            /* serialization failure, deadlock */
		{"55P03", {GW_BUSY, false}},        /* lock not available */
		{"42P01",
		 {GW_UNAVAILABLE,
		  false}}, /* a table, schema or function is missing: not migrated yet */
		{"3F000", {GW_UNAVAILABLE, false}},
		{"42883", {GW_UNAVAILABLE, false}},
		{"26000",
		 {GW_BUSY, true}}, /* our prepared statement is gone (a pooler, DISCARD ALL) */
		{"0A000",
		 {GW_BUSY, true}}, /* a migration changed what a prepared statement returns */
		{"23", {GW_CONFLICT, false}},   /* a constraint forbids it */
		{"22021", {GW_INVALID, false}}, /* text that the database's encoding cannot hold */
		{"22P05", {GW_INVALID, false}},
	};
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	for (size_t i = 0; i < GW_ARRAY_LEN(meanings); i++) {
		if (state_is(state, meanings[i].prefix))
			return meanings[i].failure;
	}
	if (PQstatus(pg) != CONNECTION_OK)
		return (struct gw_failure){GW_UNAVAILABLE, true};
	return (struct gw_failure){GW_INTERNAL, false};
}

static struct gw_failure fail(struct gw_connection *connection, PGresult *result,
			      struct gw_buf *message)
{
	struct gw_failure failure = classify(connection->pg, result);
	const char *text =
		result != NULL ? PQresultErrorMessage(result) : PQerrorMessage(connection->pg);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (state != NULL)
		gw_buf_addf(message, "SQLSTATE %s: ", state);
	gw_buf_add_c(message, text);
	PQclear(result);
	return failure;
}

struct gw_failure gw_connection_exec(struct gw_connection *connection, enum gw_statement statement,
				     const struct gw_params *params, struct gw_buf *message,
				     struct gw_rows **ret_rows)
{
	const char *name = gw_statement_names[statement];
	const char *values[GW_PARAMS_MAX];
	int lengths[GW_PARAMS_MAX];
	int formats[GW_PARAMS_MAX];
	PGresult *result = NULL;

	if (!connection->prepared[statement]) {
		const char *const *texts = connection->variant != NULL ? connection->variant->texts
								       : gw_statement_texts;

		result = PQprepare(connection->pg, name, texts[statement], 0, NULL);
		if (PQresultStatus(result) != PGRES_COMMAND_OK)
			return fail(connection, result, message);
		PQclear(result);
		connection->prepared[statement] = true;
	}
	for (int i = 0; i < params->count; i++) {
		values[i] = params->items[i].in_scratch ? (const char *)params->items[i].scratch
							: params->items[i].value;
		lengths[i] = params->items[i].length;
		formats[i] = 1;
	}
	result = PQexecPrepared(connection->pg, name, params->count, values, lengths, formats, 1);
	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		return fail(connection, result, message);
	*ret_rows = gw_rows_new(result, statement);
	return (struct gw_failure){GW_OK, false};
}

struct gw_failure gw_connection_script(struct gw_connection *connection, const char *sql,
				       struct gw_buf *message)
{
	PGresult *result = PQexec(connection->pg, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
		return fail(connection, result, message);
	PQclear(result);
	return (struct gw_failure){GW_OK, false};
}
