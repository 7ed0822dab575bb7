/* SPDX-License-Identifier: ISC */
/*
 * test_search.c: a word among 100,000 messages of one person is found quickly, in whatever script, and a search reads what it finds
 * and not the whole table.
 */
#include "lib/database.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "store/person.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define URSULA "22222222-0000-4000-8000-000000000001"
#define ALPHA "33333333-0000-4000-8000-000000000001"
#define CONVERSATION "77777777-0000-4000-8000-000000000001"
#define LONGEST (100 * INT64_C(1000)) /* microseconds */
/* adopting makes no index over words of three characters and more: there a search goes from row to row */
#define LONGEST_ADOPTED (1000 * INT64_C(1000))
#define TRIES 20 /* the best counts: the machine may be busy */

/* Ordinary talk in two scripts; rare words far back. */
static const char fill[] =
	"INSERT INTO chat_sessions (id, agent_id, user_id, title) VALUES ('" CONVERSATION
	"', '" ALPHA "', '" URSULA "', 'Long');"
	"INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, "
	"created_at) SELECT gen_random_uuid(), '" ALPHA "', '" URSULA
	"', CASE WHEN n % 2 = 0 THEN 'user' ELSE 'assistant' END::chat_role_enum, "
	"CASE WHEN n % 2 = 0 THEN 'The figures of day ' || n || ' were sent to everybody in the "
	"office, as usual.' "
	"ELSE '我们今天讨论了第' || n || '号项目的进展，大家都同意按照计划继续工作。' END || "
	"CASE WHEN n = 777 THEN ' serendipity' WHEN n = 778 THEN ' 意外之喜' WHEN n = 779 THEN ' "
	"QX' WHEN n = 780 THEN ' 100%_\\done' ELSE '' END, '" CONVERSATION
	"', now() - interval '90 days' + n * interval '1 second' FROM generate_series(1, 100000) n;"
	"ANALYZE chat_messages;";

/* How long it takes, or the first time that is good enough. */
static int64_t search(struct gw_db *db, const struct gw_user *person, const char *wanted,
		      int64_t longest, int *ret)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < TRIES && best >= longest; i++) {
		struct gw_rows *rows = NULL;
		int64_t begin = gw_monotonic();
		int64_t took = 0;

		cr_assert(gw_message_search(db, person, gw_str(wanted), NULL, NULL, 30, &rows) ==
			  GW_OK);
		took = gw_monotonic() - begin;
		best = took < best ? took : best;
		*ret = gw_rows_count(rows);
		gw_rows_free(rows);
	}
	return best;
}

Test(search, a_word_is_found_among_100000_messages_within_100_milliseconds, .timeout = 300)
{
	static const struct {
		const char *wanted;
		int found;
	} rows[] = {
		{"serendipity", 1}, {"SERENDIP", 1},    {"意外", 1},         {"意外之喜", 1},
		{"之喜", 1},        {"我们", 30},       {"大家都同意", 30},  {"everybody", 30},
		{"没有的词", 0},    {"仅仅", 0},        {"nothing such", 0}, {"day 4242 ", 1},
		{"第4243号", 1},    {"100%_\\done", 1},
	};
	char *conninfo = gw_test_database_with_fixtures();
	struct gw_db *db = gw_test_db(conninfo, 1);
	struct gw_user person = {.name = NULL};
	int64_t longest = gw_test_platform() != NULL ? LONGEST_ADOPTED : LONGEST;
	struct gw_uuid user;

	gw_test_sql(conninfo, fill);
	cr_assert(gw_uuid_parse(GW_STR_LIT(URSULA), &user));
	cr_assert(gw_person_find(db, &user, &person) == GW_OK);
	for (size_t i = 0; i < GW_ARRAY_LEN(rows); i++) {
		int found = 0;
		int64_t took = search(db, &person, rows[i].wanted, longest, &found);

		cr_expect(found == rows[i].found, "%s: %d", rows[i].wanted, found);
		cr_expect(took < longest, "%s: %lld µs", rows[i].wanted, (long long)took);
		(void)printf("# %s: %lld µs\n", rows[i].wanted, (long long)took);
	}
	gw_user_release(&person);
	gw_db_free(db);
	free(conninfo);
}

Test(search, pairs_are_made_of_neighbours_in_scripts_without_blanks_only)
{
	char *conninfo = gw_test_database_with_fixtures();

	gw_test_expect(conninfo,
		       "SELECT clawgw.word_pairs('" URSULA "', 'plain words, Ünïcode, 12') = '{}'",
		       "t");
	gw_test_expect(conninfo, "SELECT clawgw.word_pairs('" URSULA "', '') = '{}'", "t");
	gw_test_expect(conninfo,
		       "SELECT cardinality(clawgw.word_pairs('" URSULA
		       "', '预算 报告 예산 予算 预算'))",
		       "4");
	gw_test_expect(conninfo,
		       "SELECT clawgw.word_pairs('" URSULA "', '预算') <> "
		       "clawgw.word_pairs('22222222-0000-4000-8000-000000000002', '预算')",
		       "t");
	/* a row without an owner is nobody's to find */
	gw_test_expect(conninfo, "SELECT coalesce(cardinality(clawgw.word_pairs(NULL, '预算')), 0)",
		       "0");
	/* what a text of two MiB costs has an end */
	gw_test_expect(conninfo,
		       "SELECT cardinality(clawgw.word_pairs('" URSULA
		       "', repeat('预算报告', 200000))) = 4",
		       "t");
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
