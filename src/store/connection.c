/* SPDX-License-Identifier: ISC */
/*
 * connection.c: opens a connection, prepares statements on it, and says what a failure means.
 *
 * It neither retries nor logs; db.c does.
 */
#include "store/connection.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "store/rows.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

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
	/* so that a server that takes nothing any more does not hold us; never fails before anything was sent */
	(void)PQsetnonblocking(pg, 1);
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
static struct gw_failure begin_session(struct gw_connection *connection, bool plans_freely,
				       int64_t statement_timeout, struct gw_buf *message,
				       char **ret_missing)
{
	struct gw_params settings = GW_PARAMS_EMPTY;
	struct gw_params wanted = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_failure failure;
	char timeout[32];

	(void)snprintf(timeout, sizeof(timeout), "%lld", (long long)(statement_timeout / 1000));
	gw_params_text_c(&settings, timeout);
	gw_params_bool(&settings, !plans_freely);
	gw_params_bool(&settings, false);
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
	if (begin_session(connection, info->plans_freely, statement_timeout, message, ret_missing)
		    .err != GW_OK) {
		gw_connection_close(connection);
		return GW_UNAVAILABLE;
	}
	return GW_OK;
}

void gw_connection_close(struct gw_connection *connection)
{
	int64_t until = connection->until;

	PQfinish(connection->pg);
	*connection = (struct gw_connection){.pg = NULL, .until = until};
}

/* Waits for the socket until `until`; false: that time has come. */
static bool wait_for_socket(PGconn *pg, short events, int64_t until)
{
	struct pollfd pfd = {.fd = PQsocket(pg), .events = events};

	for (;;) {
		int64_t left = until - gw_monotonic();
		int got = 0;

		if (until != 0 && left <= 0)
			return false;
		/* rounded up, so that the end is not waited for in a hurry */
		got = poll(&pfd, 1, until != 0 ? (int)(left / 1000 + 1) : -1);
		if (got != 0 && !(got < 0 && errno == EINTR))
			return true;
	}
}

/* Sends what libpq has buffered and reads until the next result is whole. False: the time is over. */
static bool wait_for_result(PGconn *pg, int64_t until)
{
	int unsent = 1;

	while ((unsent = PQflush(pg)) > 0) {
		if (!wait_for_socket(pg, POLLIN | POLLOUT, until))
			return false;
		if (PQconsumeInput(pg) == 0)
			return true; /* PQgetResult() tells */
	}
	while (unsent == 0 && PQisBusy(pg) != 0) {
		if (!wait_for_socket(pg, POLLIN, until))
			return false;
		if (PQconsumeInput(pg) == 0)
			return true;
	}
	return true;
}

/*
 * What the server answers to what was sent: the first error, else the last result; NULL if there was none. When the time is
 * over, *ret_late is set, and the connection is cut: whether the server gets to the statement is not known. (It is not
 * asked to cancel: that would be one more wait, and statement_timeout ends it there.)
 */
static PGresult *take_result(struct gw_connection *connection, bool *ret_late)
{
	PGconn *pg = connection->pg;
	PGresult *kept = NULL;
	PGresult *result = NULL;

	*ret_late = false;
	for (;;) {
		if (!wait_for_result(pg, connection->until)) {
			(void)shutdown(PQsocket(pg), SHUT_RDWR);
			*ret_late = true;
			break;
		}
		result = PQgetResult(pg);
		if (result == NULL)
			break;
		if (kept != NULL && PQresultStatus(kept) == PGRES_FATAL_ERROR) {
			PQclear(result);
			continue;
		}
		PQclear(kept);
		kept = result;
		if (PQresultStatus(kept) == PGRES_COPY_IN ||
		    PQresultStatus(kept) == PGRES_COPY_OUT ||
		    PQresultStatus(kept) == PGRES_COPY_BOTH)
			break; /* no statement of ours does that; it would never end */
	}
	return kept;
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
		/* connection exception */
		{"08", {GW_UNAVAILABLE, GW_AGAIN_UNKNOWN}},
		/* this backend was ended, perhaps while a commit waited for a standby; or another one crashed */
		{"57P01", {GW_UNAVAILABLE, GW_AGAIN_UNKNOWN}},
		{"57P02", {GW_UNAVAILABLE, GW_AGAIN_UNKNOWN}},
		/* starting up */
		{"57P03", {GW_UNAVAILABLE, GW_AGAIN_UNDONE}},
		/* idle for too long, inside a transaction or outside */
		{"57P05", {GW_UNAVAILABLE, GW_AGAIN_UNDONE}},
		{"25P03", {GW_UNAVAILABLE, GW_AGAIN_UNDONE}},
		/* statement timeout */
		{"57014", {GW_UNAVAILABLE, GW_AGAIN_NO}},
		/* out of connections, disk or memory */
		{"53", {GW_UNAVAILABLE, GW_AGAIN_NO}},
		/* read only: it became a standby, and another host is the primary now */
		{"25006", {GW_UNAVAILABLE, GW_AGAIN_UNDONE}},
		/* serialization failure, deadlock */
		{"40", {GW_BUSY, GW_AGAIN_UNDONE}},
		{"55P03", {GW_BUSY, GW_AGAIN_NO}}, /* lock not available */
		/* a table, schema, function or column is missing: not migrated yet, or our connection knows another version */
		{"42P01", {GW_UNAVAILABLE, GW_AGAIN_UNDONE}},
		{"3F000", {GW_UNAVAILABLE, GW_AGAIN_UNDONE}},
		{"42883", {GW_UNAVAILABLE, GW_AGAIN_UNDONE}},
		{"42703", {GW_UNAVAILABLE, GW_AGAIN_UNDONE}},
		/* rights were taken away, or never given */
		{"42501", {GW_UNAVAILABLE, GW_AGAIN_NO}},
		/* our prepared statement is gone (a pooler, DISCARD ALL) */
		{"26000", {GW_BUSY, GW_AGAIN_UNDONE}},
		/* or there, although we do not know it */
		{"42P05", {GW_BUSY, GW_AGAIN_UNDONE}},
		/* a migration changed what a prepared statement returns */
		{"0A000", {GW_BUSY, GW_AGAIN_UNDONE}},
		/* somebody else was first, or what is meant has gone; the other constraints are for faults of ours */
		{"23505", {GW_CONFLICT, GW_AGAIN_NO}},
		{"23503", {GW_CONFLICT, GW_AGAIN_NO}},
		/* a column got there that the connection does not know of, and must be filled */
		{"23502", {GW_INTERNAL, GW_AGAIN_UNDONE}},
		/* text that the database's encoding cannot hold */
		{"22021", {GW_INVALID, GW_AGAIN_NO}},
		{"22P05", {GW_INVALID, GW_AGAIN_NO}},
	};
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	for (size_t i = 0; i < GW_ARRAY_LEN(meanings); i++) {
		if (state_is(state, meanings[i].prefix))
			return meanings[i].failure;
	}
	/* libpq's own report (memory, a protocol that it does not understand): whatever the server did, it was not heard */
	if (PQstatus(pg) != CONNECTION_OK || state == NULL)
		return (struct gw_failure){GW_UNAVAILABLE, GW_AGAIN_UNKNOWN};
	return (struct gw_failure){GW_INTERNAL, GW_AGAIN_NO};
}

/*
 * The server's error without DETAIL ("Failing row contains …", "Key (email)=(…)"), HINT, CONTEXT and the statement:
 * rows hold secrets and letters, and logs are read by others. Constraint and column are names, and tell what it was.
 */
static void describe(const struct gw_connection *connection, const PGresult *result, bool late,
		     struct gw_buf *message)
{
	static const struct {
		int field;
		const char *what;
	} names[] = {
		{PG_DIAG_TABLE_NAME, "table"},
		{PG_DIAG_COLUMN_NAME, "column"},
		{PG_DIAG_CONSTRAINT_NAME, "constraint"},
	};
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (late) {
		gw_buf_add_c(message, "the server did not answer in time");
		return;
	}
	if (state == NULL || primary == NULL) {
		/* libpq's own words */
		gw_buf_add_c(message, PQerrorMessage(connection->pg));
		return;
	}
	gw_buf_addf(message, "SQLSTATE %s: %s", state, primary);
	for (size_t i = 0; i < GW_ARRAY_LEN(names); i++) {
		const char *name = PQresultErrorField(result, names[i].field);

		if (name != NULL && strstr(primary, name) == NULL)
			gw_buf_addf(message, " (%s %s)", names[i].what, name);
	}
}

static struct gw_failure fail(struct gw_connection *connection, PGresult *result, bool late,
			      struct gw_buf *message)
{
	struct gw_failure failure = {GW_UNAVAILABLE, GW_AGAIN_NO};

	if (!late)
		failure = classify(connection->pg, result);
	describe(connection, result, late, message);
	PQclear(result);
	return failure;
}

static bool is_success(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
	       status == PGRES_EMPTY_QUERY;
}

/* Takes the result of what was sent, if it was. On success it goes to *ret_result, where that is not NULL. */
static struct gw_failure finish(struct gw_connection *connection, int sent, struct gw_buf *message,
				PGresult **ret_result)
{
	bool late = false;
	PGresult *result = sent != 0 ? take_result(connection, &late) : NULL;

	if (late || !is_success(result))
		return fail(connection, result, late, message);
	if (ret_result != NULL)
		*ret_result = result;
	else
		PQclear(result);
	return (struct gw_failure){GW_OK, GW_AGAIN_NO};
}

static struct gw_failure prepare(struct gw_connection *connection, enum gw_statement statement,
				 struct gw_buf *message)
{
	const char *const *texts =
		connection->variant != NULL ? connection->variant->texts : gw_statement_texts;
	struct gw_failure failure =
		finish(connection,
		       PQsendPrepare(connection->pg, gw_statement_names[statement],
				     texts[statement], 0, NULL),
		       message, NULL);

	connection->prepared[statement] = failure.err == GW_OK;
	/* whatever became of it, the statement itself was not executed */
	if (failure.again == GW_AGAIN_UNKNOWN)
		failure.again = GW_AGAIN_UNDONE;
	return failure;
}

struct gw_failure gw_connection_prepare(struct gw_connection *connection,
					enum gw_statement statement, struct gw_buf *message)
{
	return connection->prepared[statement] ? (struct gw_failure){GW_OK, GW_AGAIN_NO}
					       : prepare(connection, statement, message);
}

struct gw_failure gw_connection_exec(struct gw_connection *connection, enum gw_statement statement,
				     const struct gw_params *params, struct gw_buf *message,
				     struct gw_rows **ret_rows)
{
	const char *values[GW_PARAMS_MAX];
	int lengths[GW_PARAMS_MAX];
	int formats[GW_PARAMS_MAX];
	PGresult *result = NULL;
	struct gw_failure failure = gw_connection_prepare(connection, statement, message);

	if (failure.err != GW_OK)
		return failure;
	for (int i = 0; i < params->count; i++) {
		values[i] = params->items[i].in_scratch ? (const char *)params->items[i].scratch
							: params->items[i].value;
		lengths[i] = params->items[i].length;
		formats[i] = 1;
	}
	failure = finish(connection,
			 PQsendQueryPrepared(connection->pg, gw_statement_names[statement],
					     params->count, values, lengths, formats, 1),
			 message, &result);
	if (failure.err == GW_OK)
		*ret_rows = gw_rows_new(result, statement);
	return failure;
}

struct gw_failure gw_connection_script(struct gw_connection *connection, const char *sql,
				       struct gw_buf *message)
{
	return finish(connection, PQsendQuery(connection->pg, sql), message, NULL);
}

bool gw_conninfo_takes_standby(const char *conninfo)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	bool several = false;
	bool writable = false;

	for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL;
	     option++) {
		const char *value = option->val != NULL ? option->val : "";

		if (strcmp(option->keyword, "host") == 0 ||
		    strcmp(option->keyword, "hostaddr") == 0)
			several = several || strchr(value, ',') != NULL;
		else if (strcmp(option->keyword, "target_session_attrs") == 0)
			writable =
				strcmp(value, "read-write") == 0 || strcmp(value, "primary") == 0;
	}
	PQconninfoFree(options);
	return several && !writable;
}
