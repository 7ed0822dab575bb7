/* SPDX-License-Identifier: ISC */
/*
 * database.c: see database.h.
 */
#include "lib/database.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/adoption.h"
#include "store/migration.h"

#include <criterion/criterion.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIR_VARIABLE "GW_TEST_CLUSTER"
#define TEMPLATE "clawgw_template"
/* made once in a cluster: whoever makes it names it so when it is whole */
#define TEMPLATE_UNFINISHED "clawgw_unfinished"
#define PLATFORM_VARIABLE "GW_TEST_PLATFORM"
#define USED "used_" /* and a number: databases that tests have one after another */

static const char *source_dir(void)
{
	const char *dir = getenv("GW_TEST_SRCDIR");

	return dir != NULL ? dir : ".";
}

static char *conninfo_of(const char *database)
{
	struct gw_buf text;

	gw_buf_init(&text, 1024);
	gw_buf_addf(&text, "host=%s user=postgres dbname=%s", getenv(DIR_VARIABLE), database);
	return gw_buf_detach(&text);
}

/* The same place for another role: of a word that is there twice, the last one counts. */
static char *conninfo_as(const char *conninfo, const char *role)
{
	struct gw_buf text;

	gw_buf_init(&text, 1024);
	gw_buf_addf(&text, "%s user=%s", conninfo, role);
	return gw_buf_detach(&text);
}

/* Starts cluster.sh; the write end of its standard input stays open in this process until it ends. */
static bool cluster_start(void)
{
	struct gw_buf script;
	char dir[256] = "";
	int in[2], out[2];
	pid_t pid = 0;
	ssize_t got = 0;

	if (pipe(in) != 0 || pipe(out) != 0)
		return false;
	gw_buf_init(&script, 4096);
	gw_buf_addf(&script, "%s/tests/lib/cluster.sh", source_dir());
	pid = fork();
	if (pid == 0) {
		(void)dup2(in[0], 0);
		(void)dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		(void)setsid();
		execl("/bin/sh", "sh", script.data, (char *)NULL);
		_exit(127);
	}
	gw_buf_release(&script);
	close(in[0]);
	close(out[1]);
	got = read(out[0], dir, sizeof(dir) - 1);
	close(out[0]);
	if (pid < 0 || got <= 1)
		return false;
	dir[got - 1] = '\0'; /* the newline */
	return setenv(DIR_VARIABLE, dir, 1) == 0;
}

const char *gw_test_platform(void)
{
	const char *version = getenv(PLATFORM_VARIABLE);

	return version != NULL && version[0] != '\0' ? version : NULL;
}

char *gw_test_script(const char *path, const char *first, const char *second)
{
	struct gw_buf text;
	char script[512];
	char block[8192];
	int out[2];
	int status = 0;
	ssize_t got = 0;
	pid_t pid = 0;

	(void)snprintf(script, sizeof(script), "%s/%s", source_dir(), path);
	if (pipe(out) != 0 || (pid = fork()) < 0)
		return NULL;
	if (pid == 0) {
		(void)dup2(out[1], 1);
		close(out[0]);
		execl("/bin/sh", "sh", script, first, second, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	gw_buf_init(&text, 4U * 1024 * 1024);
	while ((got = read(out[0], block, sizeof(block))) > 0)
		gw_buf_add(&text, block, (size_t)got);
	close(out[0]);
	if (waitpid(pid, &status, 0) != pid || status != 0 || text.len == 0) {
		gw_buf_release(&text);
		return NULL;
	}
	return gw_buf_detach(&text);
}

static void ignore_command(void *arg, struct gw_str command)
{
	(void)arg;
	(void)command;
}

static bool run(const char *conninfo, const char *sql)
{
	PGconn *pg = PQconnectdb(conninfo);
	PGresult *result = PQexec(pg, sql);
	bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;

	PQclear(result);
	PQfinish(pg);
	return ok;
}

/* Messages of tests are none of those from before. */
#define ADOPTED_LONG_AGO "UPDATE clawgw.migrations SET applied_at = '2020-01-01' WHERE version = 1"

/* The platform's tables, with what adopting them adds. */
static bool platform_make(const char *conninfo, struct gw_db *db)
{
	static const char *const parts[] = {"tables", "defaults"};
	struct gw_rows *plan = NULL;
	PGconn *pg = PQconnectdb(conninfo);
	bool ok = true;

	for (size_t i = 0; ok && i < GW_ARRAY_LEN(parts); i++) {
		char *sql =
			gw_test_script("tests/platform/database.sh", gw_test_platform(), parts[i]);
		PGresult *result = sql != NULL ? PQexec(pg, sql) : NULL;

		ok = PQresultStatus(result) == PGRES_COMMAND_OK;
		if (!ok)
			printf("# %s: %s\n", parts[i], PQerrorMessage(pg));
		PQclear(result);
		free(sql);
	}
	PQfinish(pg);
	ok = ok && gw_migration_apply(db, true, NULL, NULL) == GW_OK &&
	     gw_adoption_plan(db, &plan) == GW_OK &&
	     gw_adoption_run(db, plan, GW_ADOPTION_LEFTOVER, GW_ADOPTION_INDEX, ignore_command,
			     NULL) == GW_OK;
	gw_rows_free(plan);
	return ok && run(conninfo, ADOPTED_LONG_AGO);
}

static bool server_run(const char *sql)
{
	char *server = conninfo_of("postgres");
	bool ok = run(server, sql);

	free(server);
	return ok;
}

static bool template_make(void)
{
	char *conninfo = conninfo_of(TEMPLATE_UNFINISHED);
	char *owner = conninfo_as(conninfo, "clawgw");
	struct gw_db *db = NULL;
	bool ok = server_run("CREATE DATABASE " TEMPLATE_UNFINISHED " OWNER clawgw");

	if (ok) {
		db = gw_db_new(owner, "test", 1, 0);
		ok = gw_test_platform() != NULL
			     ? platform_make(owner, db)
			     : gw_migration_apply(db, false, NULL, NULL) == GW_OK;
		gw_db_free(db);
	}
	free(conninfo);
	free(owner);
	return ok && server_run("ALTER DATABASE " TEMPLATE_UNFINISHED " RENAME TO " TEMPLATE);
}

/* The cluster that a script shares among programs, one after the other, or one of this program's own. */
static bool cluster_find(void)
{
	if (getenv(DIR_VARIABLE) == NULL)
		return cluster_start() && template_make();
	return server_run("ALTER DATABASE " TEMPLATE " IS_TEMPLATE true") || template_make();
}

int gw_test_main(int argc, char **argv)
{
	struct criterion_test_set *tests = NULL;
	int status = 1;

	gw_log_init("test", GW_LOG_WARNING);
	if (!cluster_find()) {
		puts("Bail out! no PostgreSQL cluster to test with");
		return 99;
	}
	free(gw_test_fixtures());
	tests = criterion_initialize();
	if (criterion_handle_args(argc, argv, true))
		status = criterion_run_all_tests(tests) ? 0 : 1;
	criterion_finalize(tests);
	return status;
}

/*
 * A connection to a database, to be given back. One to a database of gw_test_database_used() is kept for the next time: making it costs
 * more than most that is done with it.
 */
static PGconn *kept;
static char *kept_conninfo;
static pid_t kept_by; /* a process that a test forks needs its own */

static PGconn *connection_take(const char *conninfo)
{
	PGconn *pg = kept;

	if (pg != NULL && kept_by == getpid() && strcmp(kept_conninfo, conninfo) == 0 &&
	    PQstatus(pg) == CONNECTION_OK) {
		kept = NULL;
		return pg;
	}
	return PQconnectdb(conninfo);
}

static void connection_give_back(PGconn *pg, const char *conninfo)
{
	if (kept != NULL || strstr(conninfo, "dbname=" USED) == NULL ||
	    PQtransactionStatus(pg) != PQTRANS_IDLE) {
		PQfinish(pg);
		return;
	}
	kept = pg;
	kept_by = getpid();
	free(kept_conninfo);
	kept_conninfo = gw_xstrdup(conninfo);
}

void gw_test_sql(const char *conninfo, const char *sql)
{
	PGconn *pg = connection_take(conninfo);
	PGresult *result = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(result);

	cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
		  PQerrorMessage(pg));
	PQclear(result);
	connection_give_back(pg, conninfo);
}

bool gw_test_platform_allows(const char *conninfo, const char *sql)
{
	/* a column must be filled or refers to a row that is not there, or is not there itself */
	static const char *const impossible[] = {"23502", "23503", "42703"};
	PGconn *pg = NULL;
	PGresult *result = NULL;
	const char *state = NULL;
	bool allowed = true;

	if (gw_test_platform() == NULL)
		return true;
	pg = connection_take(conninfo);
	PQclear(PQexec(pg, "BEGIN"));
	result = PQexec(pg, sql);
	state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	for (size_t i = 0; state != NULL && i < GW_ARRAY_LEN(impossible); i++)
		allowed = allowed && strcmp(state, impossible[i]) != 0;
	PQclear(result);
	PQclear(PQexec(pg, "ROLLBACK"));
	connection_give_back(pg, conninfo);
	return allowed;
}

const char *gw_test_either(const char *conninfo, const char *sql, const char *otherwise)
{
	return gw_test_platform_allows(conninfo, sql) ? sql : otherwise;
}

char *gw_test_value(const char *conninfo, const char *sql)
{
	PGconn *pg = connection_take(conninfo);
	PGresult *result = PQexec(pg, sql);
	char *value = NULL;

	cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s", sql, PQerrorMessage(pg));
	value = gw_xstrdup(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	connection_give_back(pg, conninfo);
	return value;
}

void gw_test_expect(const char *conninfo, const char *sql, const char *expected)
{
	char *value = gw_test_value(conninfo, sql);

	cr_expect(strcmp(value, expected) == 0, "%s: expected '%s', got '%s'", sql, expected,
		  value);
	free(value);
}

char *gw_test_database_new(void)
{
	static unsigned count;
	struct gw_buf sql;
	struct gw_buf name;
	char *server = conninfo_of("postgres");
	char *conninfo = NULL;

	gw_buf_init(&name, 64);
	/* with the time, because the ids of processes come again */
	gw_buf_addf(&name, "test_%d_%u_%lld", (int)getpid(), ++count, (long long)gw_monotonic());
	gw_buf_init(&sql, 256);
	gw_buf_addf(&sql, "CREATE DATABASE %s TEMPLATE " TEMPLATE " OWNER clawgw", name.data);
	gw_test_sql(server, sql.data);
	conninfo = conninfo_of(name.data);
	gw_buf_release(&sql);
	gw_buf_release(&name);
	free(server);
	return conninfo;
}

/*
 * A database that tests have one after another: database used_N belongs to whoever holds the advisory lock N, which ends with its process.
 * Emptying it takes a small part of the time that a new database does.
 */
#define USED_MAX 64
#define END_OTHERS                                                                                 \
	"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = "           \
	"current_database() AND pid <> pg_backend_pid()"
/* all but what a migration writes there */
#define EMPTY                                                                                      \
	"SET session_replication_role TO replica;"                                                 \
	"DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT oid FROM pg_class WHERE relkind = "   \
	"'r' AND relnamespace IN ('public'::regnamespace, 'clawgw'::regnamespace) AND oid NOT IN " \
	"('clawgw.migrations'::regclass, 'clawgw.capabilities'::regclass, "                        \
	"'clawgw.events_end'::regclass) AND pg_relation_size(oid) > 0 LOOP "                       \
	"EXECUTE 'DELETE FROM ' || one; END LOOP; END $$;"                                         \
	"SET session_replication_role TO origin;"

/* Whether database used_N is ours now; if so, it is there. */
static bool used_take(PGconn *holder, unsigned number)
{
	struct gw_buf sql;
	PGresult *result = NULL;
	bool taken = false;
	bool exists = false;

	gw_buf_init(&sql, 256);
	gw_buf_addf(&sql,
		    "SELECT pg_try_advisory_lock(%u), EXISTS (SELECT FROM pg_database WHERE "
		    "datname = '" USED "%u')",
		    number, number);
	result = PQexec(holder, sql.data);
	cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(holder));
	taken = PQgetvalue(result, 0, 0)[0] == 't';
	exists = PQgetvalue(result, 0, 1)[0] == 't';
	PQclear(result);
	if (taken && !exists) {
		gw_buf_reset(&sql);
		gw_buf_addf(&sql, "CREATE DATABASE " USED "%u TEMPLATE " TEMPLATE " OWNER clawgw",
			    number);
		result = PQexec(holder, sql.data);
		cr_assert(PQresultStatus(result) == PGRES_COMMAND_OK, "%s", PQerrorMessage(holder));
		PQclear(result);
	}
	gw_buf_release(&sql);
	return taken;
}

void gw_test_database_refresh(const char *conninfo)
{
	char *fixtures = gw_test_fixtures();
	char *emptying = strstr(fixtures, "TRUNCATE ");
	struct gw_buf text;

	/* that line is not wanted: it would take longer than all else */
	cr_assert(emptying != NULL);
	memcpy(emptying, "--", 2);
	gw_buf_init(&text, 1024U * 1024);
	gw_buf_addf(&text, "%s%s", EMPTY, fixtures);
	gw_test_sql(conninfo, text.data);
	gw_buf_release(&text);
	free(fixtures);
}

char *gw_test_database_used(void)
{
	static PGconn *holder;  /* until this process ends */
	static unsigned number; /* the last one taken: a test may want several */
	char *conninfo = NULL;
	struct gw_buf name;

	if (holder == NULL) {
		char *server = conninfo_of("postgres");

		holder = PQconnectdb(server);
		free(server);
	}
	do
		number++;
	while (number <= USED_MAX && !used_take(holder, number));
	cr_assert(number <= USED_MAX);
	gw_buf_init(&name, 64);
	gw_buf_addf(&name, USED "%u", number);
	conninfo = conninfo_of(name.data);
	gw_buf_release(&name);
	/* of the test before, which are ending */
	gw_test_sql(conninfo, END_OTHERS);
	gw_test_database_refresh(conninfo);
	return conninfo;
}

char *gw_test_fixtures(void)
{
	static char *sql; /* made once; tests, which are forked, find it here */

	if (sql == NULL)
		sql = gw_test_platform() != NULL ? gw_test_script("tests/platform/database.sh",
								  gw_test_platform(), "fixtures")
						 : gw_test_file("tests/cases/fixtures.sql");
	cr_assert(sql != NULL, "the fixtures cannot be written");
	return gw_xstrdup(sql);
}

char *gw_test_database_with_fixtures(void)
{
	char *conninfo = gw_test_database_new();
	char *sql = gw_test_fixtures();

	gw_test_sql(conninfo, sql);
	free(sql);
	return conninfo;
}

struct gw_db *gw_test_db(const char *conninfo, unsigned connections)
{
	return gw_db_new(conninfo, "test", connections, 30 * INT64_C(1000000));
}

struct gw_db *gw_test_db_as(const char *conninfo, const char *role, unsigned connections)
{
	char *own = conninfo_as(conninfo, role);
	struct gw_db *db = gw_test_db(own, connections);

	free(own);
	return db;
}

char *gw_test_file(const char *path)
{
	struct gw_buf name;
	struct gw_buf text;
	FILE *file = NULL;
	char block[8192];
	size_t got = 0;

	gw_buf_init(&name, 4096);
	gw_buf_addf(&name, "%s/%s", source_dir(), path);
	gw_buf_init(&text, 64U * 1024 * 1024);
	file = fopen(name.data, "re");
	cr_assert(file != NULL, "%s is not there", name.data);
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		gw_buf_add(&text, block, got);
	(void)fclose(file);
	gw_buf_release(&name);
	return gw_buf_detach(&text);
}
