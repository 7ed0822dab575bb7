/* SPDX-License-Identifier: ISC */
/*
 * health.c: see health.h.
 */
#include "store/health.h"

#include "base/clock.h"
#include "store/migration.h"
#include "store/overview.h"

#include <pthread.h>
#include <string.h>

#define WRITE_COUNTS GW_USEC_PER_SEC
#define STATEMENTS_COUNT (300 * GW_USEC_PER_SEC)
#define WHY_MAX 512

/* What was found the last time, by whichever thread. A bad finding about statements counts no longer than one about writing. */
struct finding {
	const struct gw_db *db;
	int64_t until; /* gw_monotonic() */
	char why[WHY_MAX];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct finding written;
static struct finding prepared;

static bool recall(const struct finding *finding, const struct gw_db *db, struct gw_buf *why)
{
	bool known = false;

	pthread_mutex_lock(&lock);
	known = finding->db == db && gw_monotonic() < finding->until;
	if (known)
		gw_buf_add_c(why, finding->why);
	pthread_mutex_unlock(&lock);
	return known;
}

static void keep(struct finding *finding, const struct gw_db *db, int64_t counts,
		 const struct gw_buf *why)
{
	pthread_mutex_lock(&lock);
	finding->db = db;
	finding->until = gw_monotonic() + counts;
	(void)snprintf(finding->why, sizeof(finding->why), "%s",
		       gw_buf_str(why).data != NULL ? why->data : "");
	pthread_mutex_unlock(&lock);
}

/* The server's sentence without its code. */
static const char *last_sentence(void)
{
	const char *text = gw_db_last_message();
	const char *sentence = strncmp(text, "SQLSTATE ", 9) == 0 ? strstr(text, ": ") : NULL;

	return sentence != NULL ? sentence + 2 : text;
}

/*
 * What a failure that nobody expected means: GW_OK with a sentence when the server was there and refused. Who cannot be reached, or is
 * about to leave (SQLSTATE 08, 57P), has not answered: `err`.
 */
static enum gw_err refused(enum gw_err err, struct gw_buf *why)
{
	const char *text = gw_db_last_message();

	if (err == GW_OK || strncmp(text, "SQLSTATE ", 9) != 0 || strncmp(text + 9, "08", 2) == 0 ||
	    strncmp(text + 9, "57P", 3) == 0)
		return err;
	gw_buf_addf(why, "The database refuses what this program asks: %s", last_sentence());
	return GW_OK;
}

enum gw_err gw_health_statements(struct gw_db *db, struct gw_buf *why)
{
	const char *statement = NULL;
	enum gw_err err = gw_db_prepare_all(db, &statement);

	if (statement == NULL)
		return refused(err, why);
	gw_buf_addf(why, "The database lacks what this program needs (%s): %s", statement,
		    last_sentence());
	return GW_OK;
}

/* Who looks at the statements: one thread at a time, and whoever comes meanwhile takes what it finds. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool busy;
	unsigned count;  /* how often it was done */
	enum gw_err err; /* the last time */
} look = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};

/* True if it is this thread that looks; else *ret_err is what another one has found. */
static bool look_begin(enum gw_err *ret_err)
{
	bool mine = false;

	pthread_mutex_lock(&look.lock);
	mine = !look.busy;
	if (mine) {
		look.busy = true;
	} else {
		unsigned count = look.count;

		/* it has an end: the statements' */
		while (look.count == count)
			pthread_cond_wait(&look.done, &look.lock);
		*ret_err = look.err;
	}
	pthread_mutex_unlock(&look.lock);
	return mine;
}

static void look_end(enum gw_err err)
{
	pthread_mutex_lock(&look.lock);
	look.busy = false;
	look.count++;
	look.err = err;
	pthread_cond_broadcast(&look.done);
	pthread_mutex_unlock(&look.lock);
}

static enum gw_err check_statements(struct gw_db *db, struct gw_buf *why)
{
	enum gw_err err = GW_OK;

	if (recall(&prepared, db, why))
		return GW_OK;
	if (!look_begin(&err)) {
		if (err == GW_OK)
			(void)recall(&prepared, db, why);
		return err;
	}
	err = gw_health_statements(db, why);
	if (err == GW_OK)
		keep(&prepared, db, why->len > 0 ? WRITE_COUNTS : STATEMENTS_COUNT, why);
	look_end(err);
	return err;
}

enum gw_err gw_health_write(struct gw_db *db, struct gw_buf *why)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_tx *tx = NULL;
	enum gw_err err = gw_tx_begin(db, &tx);

	if (err != GW_OK)
		return refused(err, why);
	if ((err = gw_tx_run(tx, GW_STATEMENT_HEALTH_BEGIN, &none)) == GW_OK)
		err = gw_tx_run(tx, GW_STATEMENT_HEALTH_WRITE, &none);
	if (err != GW_OK)
		gw_buf_addf(why, "The database does not take what requests write: %s",
			    last_sentence());
	gw_tx_rollback(tx);
	return GW_OK;
}

static enum gw_err check_write(struct gw_db *db, struct gw_buf *why)
{
	enum gw_err err = GW_OK;

	if (recall(&written, db, why))
		return GW_OK;
	err = gw_health_write(db, why);
	if (err == GW_OK)
		keep(&written, db, WRITE_COUNTS, why);
	return err;
}

enum gw_err gw_health_check(struct gw_db *db, int64_t patience, struct gw_buf *why)
{
	bool stalled = false;
	int version = 0;
	enum gw_err err = gw_migration_current(db, &version);

	if (err != GW_OK)
		return refused(err, why);
	if (version < gw_migration_latest()) {
		gw_buf_addf(why,
			    "The database's schema has version %d, this program needs %d: run "
			    "clawgw-admin migrate",
			    version, gw_migration_latest());
		return GW_OK;
	}
	if ((err = check_statements(db, why)) != GW_OK || why->len > 0 ||
	    (err = check_write(db, why)) != GW_OK || why->len > 0)
		return err;
	if ((err = gw_overview_stalled(db, patience, &stalled)) != GW_OK)
		return refused(err, why);
	if (stalled)
		gw_buf_add_c(why, "Jobs wait and no worker is alive");
	return GW_OK;
}
