/* SPDX-License-Identifier: ISC */
/*
 * db.c: the pool of connections, statements and transactions on it, and what is said when the database is away.
 */
#include "store/db.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/connection.h"

#include <pthread.h>
#include <stdatomic.h>

#define MESSAGE_MAX 2048

/* How much longer than the server's statement_timeout we wait for the server to say so. */
#define GRACE GW_USEC_PER_SEC

struct gw_db {
	struct gw_conninfo info;
	int64_t statement_timeout;
	atomic_bool down; /* an outage was logged and has not ended */
	pthread_mutex_t lock;
	pthread_cond_t returned;
	unsigned
		idle_count; /* the last one that came back is the first to go out: its caches are warm */
	struct gw_connection **idle;
	unsigned connections;
	struct gw_connection *storage;
	struct gw_variants variants; /* of the statements' texts; under `lock` */
};

struct gw_tx {
	struct gw_db *db;
	struct gw_connection *connection;
	bool spoilt; /* the connection has failed, or what was prepared on it has gone */
};

static _Thread_local char last_message[MESSAGE_MAX];

struct gw_db *gw_db_new(const char *conninfo, const char *program, unsigned connections,
			int64_t statement_timeout)
{
	struct gw_db *db = gw_xcalloc(1, sizeof(*db));
	pthread_condattr_t monotonic;

	db->info.text = gw_xstrdup(conninfo);
	db->info.program = gw_xstrdup(program);
	db->statement_timeout = statement_timeout;
	db->connections = connections;
	db->storage = gw_xcalloc(connections, sizeof(*db->storage));
	db->idle = gw_xcalloc(connections, sizeof(struct gw_connection *));
	for (unsigned i = 0; i < connections; i++)
		db->idle[i] = &db->storage[i];
	db->idle_count = connections;
	pthread_mutex_init(&db->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&db->returned, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return db;
}

void gw_db_plan_freely(struct gw_db *db)
{
	db->info.plans_freely = true;
}

void gw_db_free(struct gw_db *db)
{
	if (db == NULL)
		return;
	for (unsigned i = 0; i < db->connections; i++)
		gw_connection_close(&db->storage[i]);
	pthread_cond_destroy(&db->returned);
	pthread_mutex_destroy(&db->lock);
	gw_variants_release(&db->variants);
	free(db->storage);
	free(db->idle);
	free(db->info.text);
	free(db->info.program);
	free(db);
}

/* When a wait that begins now ends at the latest, on gw_monotonic()'s clock; 0: never. */
static int64_t deadline(const struct gw_db *db)
{
	return db->statement_timeout > 0 ? gw_monotonic() + db->statement_timeout + GRACE : 0;
}

/* A connection of one's own, with its waits ending at `until`; NULL: none came back until then. */
static struct gw_connection *borrow(struct gw_db *db, int64_t until)
{
	const struct timespec end = {
		.tv_sec = (time_t)(until / GW_USEC_PER_SEC),
		.tv_nsec = (long)(until % GW_USEC_PER_SEC) * 1000,
	};
	struct gw_connection *connection = NULL;
	int error = 0;

	pthread_mutex_lock(&db->lock);
	while (db->idle_count == 0 && error == 0)
		error = until == 0 ? pthread_cond_wait(&db->returned, &db->lock)
				   : pthread_cond_timedwait(&db->returned, &db->lock, &end);
	if (db->idle_count > 0)
		connection = db->idle[--db->idle_count];
	pthread_mutex_unlock(&db->lock);
	if (connection != NULL)
		connection->until = until;
	return connection;
}

static void give_back(struct gw_db *db, struct gw_connection *connection)
{
	pthread_mutex_lock(&db->lock);
	db->idle[db->idle_count++] = connection;
	pthread_cond_signal(&db->returned);
	pthread_mutex_unlock(&db->lock);
}

/* The server's message, which may have several lines, as one line in last_message. */
static void remember(const struct gw_buf *message)
{
	size_t len = 0;

	for (size_t i = 0; i < message->len && len < sizeof(last_message) - 1; i++) {
		char c = message->data[i];

		if (c == '\n' || c == '\t')
			c = ' ';
		if (c != ' ' || (len > 0 && last_message[len - 1] != ' '))
			last_message[len++] = c;
	}
	while (len > 0 && last_message[len - 1] == ' ')
		len--;
	last_message[len] = '\0';
}

/* Faults are logged each time, an outage when it begins and when it ends. */
static void tell(struct gw_db *db, enum gw_err err, const char *what, const struct gw_buf *message)
{
	remember(message);
	if (err == GW_OK) {
		if (atomic_load_explicit(&db->down, memory_order_relaxed) &&
		    atomic_exchange(&db->down, false))
			gw_log_notice("database: reachable again");
	} else if (err == GW_UNAVAILABLE) {
		if (!atomic_exchange(&db->down, true))
			gw_log_error("database: unavailable (%s): %s", what, last_message);
	} else if (err == GW_INTERNAL) {
		gw_log_error("database: statement %s failed: %s", what, last_message);
	} else {
		gw_log_debug("database: statement %s: %s: %s", what, gw_err_name(err),
			     last_message);
	}
}

/* What is to be done on an open connection: a statement of ours, or SQL text. */
struct task {
	const char *name; /* for the log */
	bool repeatable;  /* doing it twice is as good as once */
	enum gw_statement statement;
	const struct gw_params *params; /* NULL: `sql` is meant */
	const char *sql;
	struct gw_rows **ret_rows;
};

static struct gw_failure perform(struct gw_connection *connection, const struct task *task,
				 struct gw_buf *message)
{
	if (task->params == NULL)
		return gw_connection_script(connection, task->sql, message);
	return gw_connection_exec(connection, task->statement, task->params, message,
				  task->ret_rows);
}

/* An open connection with the texts that fit its database. */
static enum gw_err open_for(struct gw_db *db, struct gw_connection *connection,
			    struct gw_buf *message)
{
	char *missing = NULL;
	enum gw_err err =
		gw_connection_open(connection, &db->info, db->statement_timeout, message, &missing);

	if (err != GW_OK || missing == NULL)
		return err;
	pthread_mutex_lock(&db->lock);
	connection->variant = gw_variants_get(&db->variants, missing);
	pthread_mutex_unlock(&db->lock);
	free(missing);
	if (connection->variant != NULL)
		return GW_OK;
	gw_buf_add_c(message, "the marks of optional parts in a statement do not match");
	gw_connection_close(connection);
	return GW_INTERNAL;
}

/*
 * Opens the connection if need be, performs the task, and does both once more if the connection was to blame and a second
 * time is as good as the first: because the first did nothing, or because the task is made for that.
 */
static enum gw_err attempt(struct gw_db *db, struct gw_connection *connection,
			   const struct task *task)
{
	struct gw_failure failure = {GW_OK, GW_AGAIN_NO};
	struct gw_buf message;

	gw_buf_init(&message, MESSAGE_MAX);
	for (int attempts = 0; attempts < 2; attempts++) {
		gw_buf_reset(&message);
		failure.err = open_for(db, connection, &message);
		if (failure.err != GW_OK)
			break;
		failure = perform(connection, task, &message);
		if (failure.err == GW_OK)
			break;
		if (failure.again == GW_AGAIN_NO) {
			/* a server that did not answer may do so yet, to the next question */
			if (PQtransactionStatus(connection->pg) == PQTRANS_ACTIVE)
				gw_connection_close(connection);
			break;
		}
		gw_connection_close(connection);
		if (failure.again == GW_AGAIN_UNKNOWN && !task->repeatable)
			break;
	}
	tell(db, failure.err, task->name, &message);
	gw_buf_release(&message);
	return failure.err;
}

/* Nobody gave a connection back in time. */
static enum gw_err all_busy(struct gw_db *db, const char *what)
{
	struct gw_buf message;

	gw_buf_init(&message, MESSAGE_MAX);
	gw_buf_add_c(&message, "all connections of this process are busy");
	tell(db, GW_UNAVAILABLE, what, &message);
	gw_buf_release(&message);
	return GW_UNAVAILABLE;
}

/* The same on a borrowed connection, which is *ret_connection's if it is wanted and the task was performed. */
static enum gw_err attempt_on_any(struct gw_db *db, const struct task *task,
				  struct gw_connection **ret_connection)
{
	struct gw_connection *connection = borrow(db, deadline(db));
	enum gw_err err = GW_OK;

	if (connection == NULL)
		return all_busy(db, task->name);
	err = attempt(db, connection, task);
	if (err == GW_OK && ret_connection != NULL)
		*ret_connection = connection;
	else
		give_back(db, connection);
	return err;
}

enum gw_err gw_db_exec(struct gw_db *db, enum gw_statement statement,
		       const struct gw_params *params, struct gw_rows **ret_rows)
{
	const struct task task = {
		.name = gw_statement_names[statement],
		.repeatable = gw_statement_repeatable[statement],
		.statement = statement,
		.params = params,
		.ret_rows = ret_rows,
	};

	return attempt_on_any(db, &task, NULL);
}

enum gw_err gw_db_run(struct gw_db *db, enum gw_statement statement, const struct gw_params *params)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_db_exec(db, statement, params, &rows);

	if (err == GW_OK)
		gw_rows_free(rows);
	return err;
}

enum gw_err gw_db_script(struct gw_db *db, const char *sql)
{
	const struct task task = {.name = "script", .sql = sql};

	return attempt_on_any(db, &task, NULL);
}

enum gw_err gw_db_prepare_all(struct gw_db *db, const char **ret_statement)
{
	struct gw_failure failure = {GW_OK, GW_AGAIN_NO};
	struct gw_connection *connection = borrow(db, deadline(db));
	struct gw_buf message;

	if (connection == NULL)
		return all_busy(db, "prepare");
	gw_buf_init(&message, MESSAGE_MAX);
	/* what is prepared on a connection tells nothing about the tables of today */
	gw_connection_close(connection);
	failure.err = open_for(db, connection, &message);
	if (failure.err != GW_OK)
		tell(db, failure.err, "prepare", &message);
	for (size_t i = 0; failure.err == GW_OK && i < GW_STATEMENT_COUNT; i++) {
		failure = gw_connection_prepare(connection, (enum gw_statement)i, &message);
		if (failure.err == GW_OK)
			continue;
		remember(&message);
		if (PQstatus(connection->pg) == CONNECTION_OK)
			*ret_statement = gw_statement_names[i];
	}
	gw_connection_close(connection);
	give_back(db, connection);
	gw_buf_release(&message);
	return failure.err;
}

enum gw_err gw_tx_begin(struct gw_db *db, struct gw_tx **ret_tx)
{
	const struct task task = {.name = "begin", .repeatable = true, .sql = "BEGIN"};
	struct gw_connection *connection = NULL;
	enum gw_err err = attempt_on_any(db, &task, &connection);
	struct gw_tx *tx = NULL;

	if (err != GW_OK)
		return err;
	tx = gw_xmalloc(sizeof(*tx));
	*tx = (struct gw_tx){.db = db, .connection = connection};
	*ret_tx = tx;
	return GW_OK;
}

enum gw_err gw_tx_exec(struct gw_tx *tx, enum gw_statement statement,
		       const struct gw_params *params, struct gw_rows **ret_rows)
{
	struct gw_failure failure;
	struct gw_buf message;

	gw_buf_init(&message, MESSAGE_MAX);
	tx->connection->until = deadline(tx->db);
	failure = gw_connection_exec(tx->connection, statement, params, &message, ret_rows);
	tx->spoilt = tx->spoilt || failure.again != GW_AGAIN_NO;
	tell(tx->db, failure.err, gw_statement_names[statement], &message);
	gw_buf_release(&message);
	return failure.err;
}

enum gw_err gw_tx_run(struct gw_tx *tx, enum gw_statement statement, const struct gw_params *params)
{
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_tx_exec(tx, statement, params, &rows);

	if (err == GW_OK)
		gw_rows_free(rows);
	return err;
}

enum gw_err gw_tx_script(struct gw_tx *tx, const char *sql)
{
	struct gw_failure failure;
	struct gw_buf message;

	gw_buf_init(&message, MESSAGE_MAX);
	tx->connection->until = deadline(tx->db);
	failure = gw_connection_script(tx->connection, sql, &message);
	tell(tx->db, failure.err, "script", &message);
	gw_buf_release(&message);
	return failure.err;
}

/* Ends the transaction's hold on its connection; one in an unknown state is closed rather than reused. */
static void tx_end(struct gw_tx *tx)
{
	if (tx->spoilt || PQtransactionStatus(tx->connection->pg) != PQTRANS_IDLE)
		gw_connection_close(tx->connection);
	give_back(tx->db, tx->connection);
	free(tx);
}

enum gw_err gw_tx_commit(struct gw_tx *tx)
{
	/* COMMIT of a failed transaction "succeeds" by rolling back; the server's status tells beforehand */
	bool failed = PQtransactionStatus(tx->connection->pg) == PQTRANS_INERROR;
	enum gw_err err = failed ? GW_INTERNAL : gw_tx_script(tx, "COMMIT");

	tx_end(tx);
	return err;
}

void gw_tx_rollback(struct gw_tx *tx)
{
	struct gw_failure failure;
	struct gw_buf message;

	if (tx == NULL)
		return;
	gw_buf_init(&message, MESSAGE_MAX);
	tx->connection->until = deadline(tx->db);
	failure = gw_connection_script(tx->connection, "ROLLBACK", &message);
	if (failure.err != GW_OK)
		gw_connection_close(tx->connection);
	gw_buf_release(&message);
	tx_end(tx);
}

const char *gw_db_last_message(void)
{
	return last_message;
}
