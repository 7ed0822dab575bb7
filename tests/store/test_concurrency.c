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

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
