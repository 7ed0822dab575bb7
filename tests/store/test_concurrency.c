/* SPDX-License-Identifier: ISC */
/*
 * test_concurrency.c: what several processes do at once takes effect once.
 */
#include "lib/database.h"

#include "base/alloc.h"
#include "store/message.h"
#include "store/poll.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define THREADS 8
#define ALPHA_KEY "oc-alpha-plaintext-key-0001"
#define GAMMA_KEY "oc-gamma-plain-key-0003"
#define GAMMA "33333333-0000-4000-8000-000000000003"

struct shared {
	struct gw_db *db;
	pthread_barrier_t start;
	atomic_int handed_out, ok, other;
};

static void run_threads(struct shared *shared, void *(*function)(void *))
{
	pthread_t threads[THREADS];

	pthread_barrier_init(&shared->start, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, function, shared);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&shared->start);
}

static struct gw_agent_key key_of(const char *text)
{
	struct gw_agent_key key;

	gw_agent_key_init(&key, gw_str(text));
	return key;
}

static void *poll_until_empty(void *arg)
{
	const struct gw_poll_limits limits = {
		.seen_interval = 0, /* every poll writes the agent's row as well */
		.max_bytes = 1000000,
		.delivery_lease = INT64_C(3600000000),
		.max_deliveries = 5,
		.handout_lease = INT64_C(90000000),
		.max_content = 1000,
	};
	struct gw_agent_key key = key_of(GAMMA_KEY);
	struct shared *shared = arg;
	int empty = 0;

	pthread_barrier_wait(&shared->start);
	while (empty < 3) { /* others may hold the rest for a moment */
		const struct gw_poll_request request = {.receipt = gw_uuid_random(),
							.max_messages = 3};
		struct gw_poll *poll = NULL;
		struct gw_poll_row row;
		int count = 0;

		if (gw_message_poll(shared->db, &key, &request, &limits, &poll) != GW_OK) {
			atomic_fetch_add(&shared->other, 1);
			break;
		}
		while (gw_poll_next(poll, &row))
			count += row.kind == GW_POLL_MESSAGE;
		gw_poll_free(poll);
		atomic_fetch_add(&shared->handed_out, count);
		empty = count == 0 ? empty + 1 : 0;
	}
	return NULL;
}

Test(concurrency, parallel_polls_never_share_a_message)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct shared shared = {.db = gw_test_db(conninfo, THREADS)};

	gw_test_sql(conninfo, "INSERT INTO gateway_messages (agent_id, content) SELECT '" GAMMA
			      "', n::text FROM generate_series(1, 300) n");
	run_threads(&shared, poll_until_empty);
	cr_expect(atomic_load(&shared.other) == 0);
	cr_expect(atomic_load(&shared.handed_out) == 300, "%d hand-outs of 300 messages",
		  atomic_load(&shared.handed_out));
	gw_test_expect(conninfo, "SELECT count(*) FROM gateway_messages WHERE status = 'delivered'",
		       "300");
	gw_test_expect(conninfo, "SELECT count(*) FROM clawgw.deliveries", "0");
	gw_db_free(shared.db);
	free(conninfo);
}

static void *report_once(void *arg)
{
	struct gw_agent_key key = key_of(ALPHA_KEY);
	struct shared *shared = arg;
	struct gw_report report = {.result = GW_STR_LIT("done"), .final = true, .reply = true};
	struct gw_report_result result = {.conversation_id = NULL};

	cr_assert(gw_uuid_parse(GW_STR_LIT("99999999-0000-4000-8000-000000000001"),
				&report.message_id));
	pthread_barrier_wait(&shared->start);
	if (gw_message_report(shared->db, &key, &report, &result) != GW_OK)
		atomic_fetch_add(&shared->other, 1);
	else if (result.outcome == GW_REPORT_APPLIED)
		atomic_fetch_add(&shared->ok, 1);
	else if (result.outcome != GW_REPORT_SAME)
		atomic_fetch_add(&shared->other, 1);
	free(result.conversation_id);
	return NULL;
}

Test(concurrency, parallel_reports_take_effect_once)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct shared shared = {.db = gw_test_db(conninfo, THREADS)};

	gw_test_sql(
		conninfo,
		"INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, "
		"content) VALUES "
		"('99999999-0000-4000-8000-000000000001', '33333333-0000-4000-8000-000000000001', "
		"'33333333-0000-4000-8000-000000000002', 'c', 'hello')");
	run_threads(&shared, report_once);
	cr_expect(atomic_load(&shared.ok) == 1, "%d reports were applied", atomic_load(&shared.ok));
	cr_expect(atomic_load(&shared.other) == 0, "%d reports failed", atomic_load(&shared.other));
	gw_test_expect(conninfo, "SELECT count(*) FROM gateway_messages", "2");
	gw_test_expect(conninfo, "SELECT count(*) FROM chat_messages", "1");
	gw_db_free(shared.db);
	free(conninfo);
}

static void send_with_key(struct shared *shared, const char *target)
{
	struct gw_agent_key key = key_of(ALPHA_KEY);
	struct gw_send send = {
		.target = gw_str(target),
		.content = GW_STR_LIT("once"),
		.idempotency_key = GW_STR_LIT("header:same"),
		.message_id = gw_uuid_random(),
		.max_pending_from = 1000,
		.max_pending = 10000,
		.max_pending_organisation = 1000000,
	};
	struct gw_send_result result;

	pthread_barrier_wait(&shared->start);
	if (gw_message_send(shared->db, &key, &send, &result) != GW_OK) {
		atomic_fetch_add(&shared->other, 1);
		return;
	}
	if (result.outcome == GW_SEND_STORED)
		atomic_fetch_add(&shared->ok, 1);
	else if (result.outcome != GW_SEND_REPEATED)
		atomic_fetch_add(&shared->other, 1);
	gw_send_result_release(&result);
}

static void *send_to_claw(void *arg)
{
	send_with_key(arg, "Beta Claw");
	return NULL;
}

static void *send_to_native(void *arg)
{
	send_with_key(arg, "Nina Native");
	return NULL;
}

Test(concurrency, parallel_sends_with_one_key_make_one_message)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct shared shared = {.db = gw_test_db(conninfo, THREADS)};

	run_threads(&shared, send_to_claw);
	cr_expect(atomic_load(&shared.ok) == 1, "%d were stored", atomic_load(&shared.ok));
	cr_expect(atomic_load(&shared.other) == 0, "%d had another outcome",
		  atomic_load(&shared.other));
	gw_test_expect(conninfo, "SELECT count(*) FROM gateway_messages", "1");
	gw_test_expect(conninfo, "SELECT count(*) FROM chat_messages", "1");
	gw_db_free(shared.db);
	free(conninfo);
}

Test(concurrency, parallel_sends_with_one_key_make_one_job)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct shared shared = {.db = gw_test_db(conninfo, THREADS)};

	run_threads(&shared, send_to_native);
	cr_expect(atomic_load(&shared.ok) == 1, "%d were stored", atomic_load(&shared.ok));
	cr_expect(atomic_load(&shared.other) == 0, "%d had another outcome",
		  atomic_load(&shared.other));
	gw_test_expect(conninfo, "SELECT count(*) FROM clawgw.jobs", "1");
	gw_db_free(shared.db);
	free(conninfo);
}

#define JOBS 12
#define ROUNDS 40

/* What a worker does: takes what is due, and ends it. */
static void *take_and_end(void *arg)
{
	struct shared *shared = arg;
	int number = atomic_fetch_add(&shared->ok, 1);
	struct gw_buf sql;

	gw_buf_init(&sql, 1024);
	gw_buf_addf(
		&sql,
		"SELECT count(*) FROM clawgw.jobs_take('w%d', '1 minute', 3, 3, NULL, NULL, '{}', "
		"'{}', '{}', '{}', 100, 100);"
		"UPDATE clawgw.jobs SET state = 'done', finished_at = clock_timestamp() WHERE "
		"state = 'running' AND lease_owner = 'w%d'",
		number, number);
	pthread_barrier_wait(&shared->start);
	for (int i = 0; i < ROUNDS; i++) {
		struct gw_tx *tx = NULL;

		if (gw_tx_begin(shared->db, &tx) != GW_OK || gw_tx_script(tx, sql.data) != GW_OK ||
		    gw_tx_commit(tx) != GW_OK)
			atomic_fetch_add(&shared->other, 1);
	}
	gw_buf_release(&sql);
	return NULL;
}

/* What an operator does: `clawgw-admin job cancel' and `job retry', whatever state a job is in. */
static void *cancel_and_retry(void *arg)
{
	struct shared *shared = arg;
	int number = atomic_fetch_add(&shared->ok, 1);

	pthread_barrier_wait(&shared->start);
	for (int i = 0; i < ROUNDS; i++) {
		struct gw_params cancel = GW_PARAMS_EMPTY;
		struct gw_params retry = GW_PARAMS_EMPTY;
		struct gw_uuid notice = gw_uuid_random();
		struct gw_uuid id;
		char text[40];

		(void)snprintf(text, sizeof(text), "88888888-0000-4000-8000-0000000000%02d",
			       (number + 5 * i) % JOBS);
		cr_assert(gw_uuid_parse(gw_str(text), &id));
		gw_params_uuid(&cancel, &id);
		gw_params_uuid(&cancel, &notice);
		gw_params_text_c(&cancel, "77777777-0000-4000-8000-000000000007");
		gw_params_uuid(&retry, &id);
		if (gw_db_run(shared->db, GW_STATEMENT_JOB_CANCEL, &cancel) != GW_OK ||
		    gw_db_run(shared->db, GW_STATEMENT_JOB_RETRY, &retry) != GW_OK)
			atomic_fetch_add(&shared->other, 1);
	}
	return NULL;
}

static void *work_or_interfere(void *arg)
{
	struct shared *shared = arg;

	return atomic_fetch_add(&shared->handed_out, 1) % 2 == 0 ? take_and_end(arg)
								 : cancel_and_retry(arg);
}

/* All lock in one order: the job, its lane, the next job of the lane. */
Test(concurrency, workers_and_operators_never_lock_each_other_out)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct shared shared = {.db = gw_test_db(conninfo, THREADS)};

	gw_test_sql(
		conninfo,
		"INSERT INTO clawgw.jobs (id, source_agent_id, target_agent_id, content) SELECT "
		"('88888888-0000-4000-8000-0000000000' || lpad(i::text, 2, '0'))::uuid, CASE WHEN "
		"i % 2 = 0 THEN '33333333-0000-4000-8000-000000000001'::uuid ELSE '" GAMMA
		"' END, '33333333-0000-4000-8000-000000000004', 'x' FROM generate_series(0, 11) i");
	run_threads(&shared, work_or_interfere);
	cr_expect(atomic_load(&shared.other) == 0, "%d failed", atomic_load(&shared.other));
	gw_db_free(shared.db);
	/* counters are delivered when a backend ends */
	gw_test_sql(conninfo,
		    "DO $$ BEGIN WHILE (SELECT count(*) FROM pg_stat_activity WHERE datname = "
		    "current_database()) > 1 LOOP PERFORM pg_sleep(0.01); PERFORM "
		    "pg_stat_clear_snapshot(); END LOOP; END $$");
	gw_test_expect(conninfo,
		       "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
		       "0");
	/* and of each lane that waits, one is its head */
	gw_test_expect(
		conninfo,
		"SELECT count(*) FROM (SELECT lane FROM clawgw.jobs WHERE state IN ('queued', "
		"'running') GROUP BY lane HAVING count(*) FILTER (WHERE head) <> 1) x",
		"0");
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
