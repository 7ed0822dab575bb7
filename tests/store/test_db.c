/* SPDX-License-Identifier: ISC */
/*
 * test_db.c: connections that come and go, values on their way to the database and back, migrations.
 */
#include "lib/database.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/agent.h"
#include "store/event.h"
#include "store/migration.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#define ALPHA_KEY "oc-alpha-plaintext-key-0001"
#define KILL_OTHERS                                                                                \
	"SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = "     \
	"current_database() "                                                                      \
	"AND pid <> pg_backend_pid() AND backend_type = 'client backend'"

static enum gw_err heartbeat(struct gw_db *db)
{
	struct gw_agent_key key;
	struct gw_uuid id;

	gw_agent_key_init(&key, GW_STR_LIT(ALPHA_KEY));
	return gw_agent_heartbeat(db, &key, 0, &id);
}

Test(db, a_connection_that_died_while_idle_is_replaced)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 1);

	cr_assert(heartbeat(db) == GW_OK);
	for (int i = 0; i < 5; i++) {
		gw_test_expect(conninfo, KILL_OTHERS, "1");
		cr_expect(heartbeat(db) == GW_OK);
	}
	gw_db_free(db);
	free(conninfo);
}

Test(db, an_unreachable_database_is_unavailable_and_nothing_else)
{
	struct gw_db *db = gw_test_db("host=/nonexistent dbname=x", 2);
	struct gw_tx *tx = NULL;

	cr_expect(heartbeat(db) == GW_UNAVAILABLE);
	cr_expect(gw_tx_begin(db, &tx) == GW_UNAVAILABLE);
	cr_expect(gw_db_last_message()[0] != '\0');
	gw_db_free(db);
}

Test(db, a_database_without_our_schema_is_unavailable)
{
	char *conninfo = gw_test_database_new();
	struct gw_db *db = gw_test_db(conninfo, 1);

	gw_test_sql(conninfo,
		    "DROP SCHEMA clawgw CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
	cr_expect(heartbeat(db) == GW_UNAVAILABLE);
	gw_db_free(db);
	free(conninfo);
}

Test(db, a_statement_survives_a_migration_of_what_it_returns)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 1);

	cr_assert(heartbeat(db) == GW_OK);
	gw_test_sql(conninfo, "ALTER TABLE agents ADD COLUMN extra integer DEFAULT 0");
	cr_expect(heartbeat(db) == GW_OK);
	gw_db_free(db);
	free(conninfo);
}

Test(db, a_transaction_that_failed_is_not_committed)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 1);
	struct gw_tx *tx = NULL;

	cr_assert(gw_tx_begin(db, &tx) == GW_OK);
	cr_assert(gw_tx_script(tx, "UPDATE tenants SET name = 'changed'") == GW_OK);
	cr_expect(gw_tx_script(tx, "UPDATE tenants SET slug = 'acme' WHERE slug = 'other'") ==
		  GW_CONFLICT);
	cr_expect(gw_tx_commit(tx) != GW_OK);
	gw_test_expect(conninfo, "SELECT count(*) FROM tenants WHERE name = 'changed'", "0");
	cr_expect(heartbeat(db) == GW_OK, "the connection is good for the next one");
	gw_db_free(db);
	free(conninfo);
}

Test(db, a_transaction_whose_connection_died_fails_and_the_next_one_works)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 1);
	struct gw_tx *tx = NULL;

	cr_assert(gw_tx_begin(db, &tx) == GW_OK);
	gw_test_expect(conninfo, KILL_OTHERS, "1");
	cr_expect(gw_tx_script(tx, "SELECT 1") == GW_UNAVAILABLE);
	gw_tx_rollback(tx);
	cr_expect(heartbeat(db) == GW_OK);
	gw_db_free(db);
	free(conninfo);
}

/* A pooler that exchanges the server's side, or DISCARD ALL, takes prepared statements away; migrations spoil them. */
Test(db, a_transaction_that_lost_its_prepared_statement_fails_and_the_next_one_works)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 1);
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_tx *tx = NULL;

	cr_assert(gw_tx_begin(db, &tx) == GW_OK);
	cr_assert(gw_tx_run(tx, GW_STATEMENT_JOB_NOTIFY, &none) == GW_OK);
	cr_assert(gw_tx_script(tx, "DEALLOCATE ALL") == GW_OK);
	cr_expect(gw_tx_run(tx, GW_STATEMENT_JOB_NOTIFY, &none) == GW_BUSY);
	gw_tx_rollback(tx);
	cr_assert(gw_tx_begin(db, &tx) == GW_OK);
	cr_expect(gw_tx_run(tx, GW_STATEMENT_JOB_NOTIFY, &none) == GW_OK);
	cr_expect(gw_tx_commit(tx) == GW_OK);
	gw_db_free(db);
	free(conninfo);
}

/* A server that has stopped without a word (a frozen machine) costs its statement_timeout and a second, not for ever. */
Test(db, a_server_that_does_not_answer_is_waited_for_a_second_longer_than_a_statement_may_take)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_db_new(conninfo, "frozen", 1, GW_USEC_PER_SEC / 2);
	struct gw_db *other = NULL;
	char *pid = NULL;
	int64_t started = 0;

	cr_assert(heartbeat(db) == GW_OK);
	pid = gw_test_value(conninfo,
			    "SELECT pid FROM pg_stat_activity WHERE application_name = 'frozen'");
	cr_assert(kill((pid_t)strtol(pid, NULL, 10), SIGSTOP) == 0);
	started = gw_monotonic();
	cr_expect(heartbeat(db) == GW_UNAVAILABLE);
	cr_expect(gw_monotonic() - started >= GW_USEC_PER_SEC);
	cr_expect(gw_monotonic() - started < 3 * GW_USEC_PER_SEC);
	cr_expect(heartbeat(db) == GW_OK, "the next one gets a new connection");
	cr_assert(kill((pid_t)strtol(pid, NULL, 10), SIGCONT) == 0);
	other = gw_test_db(conninfo, 1);
	cr_expect(heartbeat(other) == GW_OK);
	gw_db_free(other);
	gw_db_free(db);
	free(pid);
	free(conninfo);
}

Test(db, a_thread_that_gets_no_connection_gives_up)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_db_new(conninfo, "test", 1, GW_USEC_PER_SEC / 10);
	struct gw_tx *tx = NULL;
	int64_t started = 0;

	cr_assert(gw_tx_begin(db, &tx) == GW_OK);
	started = gw_monotonic();
	cr_expect(heartbeat(db) == GW_UNAVAILABLE);
	cr_expect(gw_monotonic() - started < 3 * GW_USEC_PER_SEC);
	gw_tx_rollback(tx);
	cr_expect(heartbeat(db) == GW_OK);
	gw_db_free(db);
	free(conninfo);
}

Test(db, only_keys_are_conflicts_and_other_constraints_faults)
{
	static const struct {
		const char *sql;
		enum gw_err err;
	} cases[] = {
		{"UPDATE tenants SET slug = 'acme' WHERE slug = 'other'", GW_CONFLICT},
		{"UPDATE users SET tenant_id = gen_random_uuid()", GW_CONFLICT},
		{"UPDATE tenants SET name = NULL", GW_INTERNAL},
		{"INSERT INTO clawgw.deliveries (message_id, attempts) VALUES "
		 "(gen_random_uuid(), -1)",
		 GW_INTERNAL},
	};
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 1);

	gw_log_init("test", GW_LOG_ERROR);
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_tx *tx = NULL;

		cr_assert(gw_tx_begin(db, &tx) == GW_OK);
		cr_expect(gw_tx_script(tx, cases[i].sql) == cases[i].err, "%s", cases[i].sql);
		cr_expect(strstr(gw_db_last_message(), "DETAIL") == NULL &&
				  strstr(gw_db_last_message(), "acme") == NULL &&
				  strstr(gw_db_last_message(), "ailing row") == NULL,
			  "rows are nobody's business: %s", gw_db_last_message());
		cr_expect(strstr(gw_db_last_message(), "SQLSTATE 23") != NULL, "%s: %s",
			  cases[i].sql, gw_db_last_message());
		gw_tx_rollback(tx);
	}
	gw_db_free(db);
	free(conninfo);
}

/* A primary that became a standby refuses to write; whoever connects again may find the new primary. */
Test(db, a_server_that_became_read_only_is_left_for_another)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_db_new(conninfo, "test", 1, 0);
	struct gw_tx *tx = NULL;

	cr_assert(gw_tx_begin(db, &tx) == GW_OK);
	cr_assert(gw_tx_script(tx, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY") ==
		  GW_OK);
	cr_assert(gw_tx_commit(tx) == GW_OK);
	cr_expect(heartbeat(db) == GW_OK, "on a new connection");
	gw_db_free(db);
	free(conninfo);
}

Test(db, the_isolation_level_is_ours_whatever_the_database_s_default_is)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 1);
	struct gw_tx *tx = NULL;
	struct gw_buf sql;

	gw_buf_init(&sql, 256);
	gw_buf_addf(&sql, "ALTER DATABASE %s SET default_transaction_isolation = 'serializable'",
		    strstr(conninfo, "dbname=") + strlen("dbname="));
	gw_test_sql(conninfo, sql.data);
	cr_assert(gw_tx_begin(db, &tx) == GW_OK);
	cr_expect(gw_tx_script(tx, "DO $$ BEGIN ASSERT current_setting('transaction_isolation') = "
				   "'read committed'; END $$") == GW_OK);
	gw_tx_rollback(tx);
	gw_buf_release(&sql);
	gw_db_free(db);
	free(conninfo);
}

struct migration_race {
	struct gw_db *db;
	atomic_int applied;
	enum gw_err err;
};

static void count_applied(void *arg, const struct gw_migration *migration)
{
	struct migration_race *race = arg;

	(void)migration;
	atomic_fetch_add(&race->applied, 1);
}

static void *migrate(void *arg)
{
	struct migration_race *race = arg;

	race->err = gw_migration_apply(race->db, false, count_applied, race);
	return NULL;
}

Test(migration, two_at_once_apply_each_file_once_and_a_third_time_is_nothing)
{
	char *conninfo = gw_test_database_new();
	struct migration_race races[2] = {{.db = gw_test_db(conninfo, 1)},
					  {.db = gw_test_db(conninfo, 1)}};
	pthread_t threads[2];
	int count = 0;
	int version = 0;

	while (gw_migrations[count].version != 0)
		count++;
	gw_test_sql(conninfo,
		    "DROP SCHEMA clawgw CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
	cr_expect(gw_migration_current(races[0].db, &version) == GW_OK && version == 0);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, migrate, &races[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	cr_expect(races[0].err == GW_OK && races[1].err == GW_OK);
	cr_expect(atomic_load(&races[0].applied) + atomic_load(&races[1].applied) == count);
	cr_expect(gw_migration_current(races[0].db, &version) == GW_OK &&
		  version == gw_migration_latest());
	(void)migrate(&races[0]);
	cr_expect(races[0].err == GW_OK);
	cr_expect(atomic_load(&races[0].applied) + atomic_load(&races[1].applied) == count);
	gw_db_free(races[0].db);
	gw_db_free(races[1].db);
	free(conninfo);
}

Test(migration, a_newer_database_is_refused)
{
	char *conninfo = gw_test_database_new();
	struct gw_db *db = gw_test_db(conninfo, 1);

	gw_test_sql(conninfo,
		    "INSERT INTO clawgw.migrations (version, name) VALUES (9999, 'future')");
	cr_expect(gw_migration_apply(db, false, NULL, NULL) == GW_CONFLICT);
	gw_db_free(db);
	free(conninfo);
}

Test(migration, a_database_that_lacks_an_earlier_one_is_refused)
{
	char *conninfo = gw_test_database_new();
	struct gw_db *db = gw_test_db(conninfo, 1);

	gw_test_sql(conninfo, "DELETE FROM clawgw.migrations WHERE version = 2");
	cr_expect(gw_migration_apply(db, false, NULL, NULL) == GW_CONFLICT);
	gw_db_free(db);
	free(conninfo);
}

Test(migration, versions_ascend_and_the_list_ends)
{
	for (int i = 1; gw_migrations[i].version != 0; i++)
		cr_expect(gw_migrations[i].version > gw_migrations[i - 1].version);
}

Test(listener, hears_a_notification_and_comes_back_after_its_connection_died)
{
	char *conninfo = gw_test_database_new();
	struct gw_db *db = gw_test_db(conninfo, 1);
	struct gw_listener *listener = gw_listener_new(conninfo, "test", "clawgw_jobs");
	struct pollfd pfd = {.events = POLLIN};

	cr_expect(gw_listener_drain(listener), "a new connection may have missed something");
	cr_expect(!gw_listener_drain(listener));
	cr_assert(gw_job_notify(db) == GW_OK);
	pfd.fd = gw_listener_fd(listener);
	cr_assert(poll(&pfd, 1, 5000) == 1);
	cr_expect(gw_listener_drain(listener));
	gw_test_sql(conninfo, KILL_OTHERS);
	pfd.fd = gw_listener_fd(listener);
	cr_assert(poll(&pfd, 1, 5000) == 1);
	for (int i = 0; i < 500 && !gw_listener_drain(listener); i++)
		(void)poll(NULL, 0, 10);
	cr_expect(gw_listener_fd(listener) >= 0);
	gw_listener_free(listener);
	gw_db_free(db);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}

Test(db, several_servers_without_a_wish_for_a_writable_one_may_end_at_a_standby)
{
	static const struct {
		const char *conninfo;
		bool takes_standby;
	} cases[] = {
		{"postgresql://u@a,b/d", true},
		{"host=a,b dbname=d", true},
		{"hostaddr=127.0.0.1,127.0.0.2 dbname=d target_session_attrs=any", true},
		{"postgresql://u@a,b/d?target_session_attrs=prefer-standby", true},
		{"postgresql://u@a,b/d?target_session_attrs=read-write", false},
		{"host=a,b target_session_attrs=primary", false},
		{"postgresql://u@a/d", false},
		{"", false},
		{"postgresql://%zz", false},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++)
		cr_expect(gw_conninfo_takes_standby(cases[i].conninfo) == cases[i].takes_standby,
			  "%s", cases[i].conninfo);
}
