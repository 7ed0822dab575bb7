/* SPDX-License-Identifier: ISC */
/*
 * test_screen.c: a reader of events misses none and gets none twice, though transactions commit in another order than they drew
 * their numbers, and though its connection is cut a thousand times.
 */
#include "lib/database.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "store/screen.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define USER "22222222-0000-4000-8000-000000000001"
#define WRITERS 4
#define EVENTS_EACH 2500
#define EVENTS (WRITERS * EVENTS_EACH)
#define CUTS 1000
#define LONGEST_US 3000
#define TIME_LIMIT (120 * GW_USEC_PER_SEC)

struct writer {
	pthread_t thread;
	struct gw_db *db;
	int number;
	unsigned seed;
};

static atomic_int writing;

/* Transactions of one to five events, which stay open for a random while between their numbers and their commit. */
static void *write_events(void *arg)
{
	struct writer *writer = arg;
	int next = 0;

	while (next < EVENTS_EACH) {
		int count = 1 + rand_r(&writer->seed) % 5;
		struct gw_tx *tx = NULL;

		cr_assert(gw_tx_begin(writer->db, &tx) == GW_OK);
		for (int i = 0; i < count && next < EVENTS_EACH; i++) {
			char sql[256];

			(void)snprintf(
				sql, sizeof(sql),
				"INSERT INTO clawgw.events (user_id, kind, error) VALUES ('" USER
				"', 'job', '%d:%d')",
				writer->number, next++);
			cr_assert(gw_tx_script(tx, sql) == GW_OK);
			usleep((useconds_t)(rand_r(&writer->seed) % LONGEST_US));
		}
		cr_assert(gw_tx_commit(tx) == GW_OK);
	}
	atomic_fetch_sub(&writing, 1);
	return NULL;
}

static struct gw_screen_reader reader(struct gw_db *db)
{
	struct gw_screen_reader reader = {.has_session = false};
	struct gw_user person = {.name = NULL};

	cr_assert(gw_uuid_parse(GW_STR_LIT(USER), &reader.user));
	cr_assert(gw_person_find(db, &reader.user, &person) == GW_OK);
	reader.tenant = person.tenant;
	gw_user_release(&person);
	return reader;
}

/* Reads what is behind the place and takes the first events of it, as many as arrive before the connection is cut. */
static int take(struct gw_db *db, const struct gw_screen_reader *person, struct gw_place *place,
		unsigned *seed, int next[WRITERS], bool *ret_cut)
{
	struct gw_screen_event event;
	struct gw_rows *rows = NULL;
	int count = 0;
	int arrive = 0;

	cr_assert(gw_screen_read(db, person, place, &rows) == GW_OK);
	gw_screen_row(rows, 0, &event);
	cr_assert(!gw_str_equal_c(event.status, "reset"));
	count = gw_rows_count(rows) - 1;
	arrive = count > 0 ? rand_r(seed) % (count + 1) : 0;
	*ret_cut = arrive < count;
	for (int row = 1; row <= arrive; row++) {
		char text[32];
		int writer = 0;
		int number = 0;
		char *end = NULL;

		gw_screen_row(rows, row, &event);
		(void)snprintf(text, sizeof(text), "%.*s", (int)event.error.len, event.error.data);
		writer = (int)strtol(text, &end, 10);
		number = (int)strtol(end + 1, NULL, 10);
		/* what one writer does one after another arrives so: the next one is neither a gap nor a double */
		cr_assert(number == next[writer], "writer %d: %d instead of %d", writer, number,
			  next[writer]);
		next[writer]++;
		*place = event.place;
	}
	gw_rows_free(rows);
	return arrive;
}

static void cut_off_a_thousand_times(void)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, WRITERS + 1);
	struct writer writers[WRITERS];
	struct gw_screen_reader person;
	struct gw_screen_event event;
	struct gw_place place = {0, 0};
	struct gw_rows *rows = NULL;
	int next[WRITERS] = {0};
	unsigned seed = 7;
	int taken = 0;
	int cuts = 0;
	int64_t until = gw_monotonic() + TIME_LIMIT;

	person = reader(db);
	cr_assert(gw_screen_read(db, &person, &place, &rows) == GW_OK);
	gw_screen_row(rows, 0, &event);
	place = event.place;
	gw_rows_free(rows);
	atomic_store(&writing, WRITERS);
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){.db = db, .number = i, .seed = (unsigned)i + 1};
		cr_assert(pthread_create(&writers[i].thread, NULL, write_events, &writers[i]) == 0);
	}
	while (taken < EVENTS && gw_monotonic() < until) {
		bool cut = false;

		taken += take(db, &person, &place, &seed, next, &cut);
		cuts += cut;
	}
	for (int i = 0; i < WRITERS; i++) {
		cr_assert(pthread_join(writers[i].thread, NULL) == 0);
		cr_expect(next[i] == EVENTS_EACH, "writer %d: %d of %d", i, next[i], EVENTS_EACH);
	}
	cr_expect(taken == EVENTS);
	cr_expect(cuts >= CUTS, "%d cuts", cuts);
	gw_db_free(db);
	free(conninfo);
}

Test(screen, a_reader_that_is_cut_off_a_thousand_times_gets_every_event_once, .timeout = 300)
{
	GW_TEST_ON_OUR_OWN();
	cut_off_a_thousand_times();
}

Test(screen, an_open_transaction_is_never_passed)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 3);
	struct gw_screen_reader person;
	struct gw_screen_event event;
	struct gw_place place = {1, 0};
	struct gw_tx *early = NULL;
	struct gw_rows *rows = NULL;

	person = reader(db);
	cr_assert(gw_tx_begin(db, &early) == GW_OK);
	cr_assert(gw_tx_script(early,
			       "INSERT INTO clawgw.events (user_id, kind, error) VALUES ('" USER
			       "', 'job', 'early')") == GW_OK);
	gw_test_sql(conninfo, "INSERT INTO clawgw.events (user_id, kind, error) VALUES ('" USER
			      "', 'job', 'late')");
	cr_assert(gw_screen_read(db, &person, &place, &rows) == GW_OK);
	gw_screen_row(rows, 0, &event);
	cr_expect(gw_rows_count(rows) == 1, "the later one waits for the earlier one");
	cr_expect(event.held, "and the reader knows that something waits");
	gw_rows_free(rows);
	cr_assert(gw_tx_commit(early) == GW_OK);
	/* of the server's other databases transactions may be open, too */
	for (int i = 0; i < 1000 && gw_screen_read(db, &person, &place, &rows) == GW_OK &&
			gw_rows_count(rows) < 3;
	     i++) {
		gw_rows_free(rows);
		usleep(10 * 1000);
	}
	cr_assert(gw_rows_count(rows) == 3);
	gw_screen_row(rows, 1, &event);
	cr_expect(gw_str_equal_c(event.error, "early"));
	gw_screen_row(rows, 2, &event);
	cr_expect(gw_str_equal_c(event.error, "late"));
	gw_rows_free(rows);
	gw_db_free(db);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
