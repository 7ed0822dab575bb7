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
#include <sys/wait.h>
#include <unistd.h>

#define DIR_VARIABLE "GW_TEST_CLUSTER"
#define TEMPLATE "clawgw_template"
/* made once in a cluster: whoever makes it names it so when it is whole */
#define TEMPLATE_UNFINISHED "clawgw_unfinished"
#define PLATFORM_VARIABLE "GW_TEST_PLATFORM"

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
	tests = criterion_initialize();
	if (criterion_handle_args(argc, argv, true))
		status = criterion_run_all_tests(tests) ? 0 : 1;
	criterion_finalize(tests);
	return status;
}

void gw_test_sql(const char *conninfo, const char *sql)
{
	PGconn *pg = PQconnectdb(conninfo);
	PGresult *result = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(result);

	cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
		  PQerrorMessage(pg));
	PQclear(result);
	PQfinish(pg);
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
	pg = PQconnectdb(conninfo);
	PQclear(PQexec(pg, "BEGIN"));
	result = PQexec(pg, sql);
	state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	for (size_t i = 0; state != NULL && i < GW_ARRAY_LEN(impossible); i++)
		allowed = allowed && strcmp(state, impossible[i]) != 0;
	PQclear(result);
	PQfinish(pg);
	return allowed;
}

const char *gw_test_either(const char *conninfo, const char *sql, const char *otherwise)
{
	return gw_test_platform_allows(conninfo, sql) ? sql : otherwise;
}

char *gw_test_value(const char *conninfo, const char *sql)
{
	PGconn *pg = PQconnectdb(conninfo);
	PGresult *result = PQexec(pg, sql);
	char *value = NULL;

	cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s", sql, PQerrorMessage(pg));
	value = gw_xstrdup(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	PQfinish(pg);
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

char *gw_test_fixtures(void)
{
	char *sql = gw_test_platform() != NULL ? gw_test_script("tests/platform/database.sh",
								gw_test_platform(), "fixtures")
					       : gw_test_file("tests/cases/fixtures.sql");

	cr_assert(sql != NULL, "the fixtures cannot be written");
	return sql;
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
