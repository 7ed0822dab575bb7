/* SPDX-License-Identifier: ISC */
/*
 * database.h: a real PostgreSQL for store and endpoint tests.
 *
 * The test program's main() is gw_test_main(): it starts a temporary cluster with the schema in a template, runs all
 * tests of the program, and the cluster goes away with it. Each test asks for a database of its own.
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
/* A pool on it. */
struct gw_db *gw_test_db(const char *conninfo, unsigned connections);

/* Runs SQL on a connection of its own; a failure fails the test. */
void gw_test_sql(const char *conninfo, const char *sql);
/* The first column of the first row as text, to be freed; "" for NULL or no row. */
char *gw_test_value(const char *conninfo, const char *sql);
/* Fails the test unless the query's value is `expected`. */
void gw_test_expect(const char *conninfo, const char *sql, const char *expected);

/* A file of the source tree, to be freed; its absence fails the test. */
char *gw_test_file(const char *path);

#endif
