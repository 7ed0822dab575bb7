/* SPDX-License-Identifier: ISC */
/*
 * database.h: a real PostgreSQL for store and endpoint tests.
 *
 * The test program's main() is gw_test_main(): it starts a temporary cluster with the schema in a template, runs all
 * tests of the program, and the cluster goes away with it. Each test asks for a database of its own. With GW_TEST_PLATFORM
 * (2026-04 or 2026-08) in the environment the tables are the platform's own of that version, adopted (tests/platform).
 */
#ifndef GW_TEST_DATABASE_H
#define GW_TEST_DATABASE_H

#include "base/buf.h"
#include "base/uuid.h"
#include "store/db.h"

int gw_test_main(int argc, char **argv);

/* A new, migrated, empty database; its conninfo, to be freed. */
char *gw_test_database_new(void);
/* The same, with the rows of tests/cases/fixtures.sql. */
char *gw_test_database_with_fixtures(void);
/*
 * The same, much quicker: a database that other tests had before, whose tables were emptied. For tests that change nothing but rows; ids
 * that are counted go on where they were.
 */
char *gw_test_database_used(void);
/* Empties all tables of a database, and fills in the fixtures anew; `conninfo` must be a superuser's. */
void gw_test_database_refresh(const char *conninfo);
/* Those rows as SQL, to be freed. */
char *gw_test_fixtures(void);
/* A pool on it, of a superuser; and of one of the roles clawgw (the owner), clawgw_web, clawgw_worker. */
struct gw_db *gw_test_db(const char *conninfo, unsigned connections);
struct gw_db *gw_test_db_as(const char *conninfo, const char *role, unsigned connections);

/* Runs SQL on a connection of its own; a failure fails the test. */
void gw_test_sql(const char *conninfo, const char *sql);
/* Which version of the platform's own tables is tested; NULL: our own. */
const char *gw_test_platform(void);
/* For a test that takes long, and in which it makes no difference whose the tables are: once is enough. */
#define GW_TEST_ON_OUR_OWN()                                                                       \
	do {                                                                                       \
		if (gw_test_platform() != NULL)                                                    \
			return;                                                                    \
	} while (0)
/*
 * False only with GW_TEST_PLATFORM, for SQL that the platform's own tables do not take, because a column is not there or must
 * be filled, or a row must be there: what it describes cannot be in such a database.
 */
bool gw_test_platform_allows(const char *conninfo, const char *sql);
/* `sql`, or, where the platform's tables do not take it, `otherwise`. */
const char *gw_test_either(const char *conninfo, const char *sql, const char *otherwise);
/* The first column of the first row as text, to be freed; "" for NULL or no row. */
char *gw_test_value(const char *conninfo, const char *sql);
/* Fails the test unless the query's value is `expected`. */
void gw_test_expect(const char *conninfo, const char *sql, const char *expected);

/* What a shell script of the source tree writes, to be freed; NULL if it fails or writes nothing. Arguments end with a NULL. */
char *gw_test_script(const char *path, const char *first, const char *second);
/* A file of the source tree, to be freed; its absence fails the test. */
char *gw_test_file(const char *path);

#endif
