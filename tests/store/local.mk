# SPDX-License-Identifier: ISC
# tests/store: statements on a real database

if HAVE_CRITERION
store_tests = tests/store/test_adoption tests/store/test_screen tests/store/test_search tests/store/test_capability tests/store/test_concurrency tests/store/test_db tests/store/test_messages tests/store/test_indexes tests/store/test_roles
check_PROGRAMS += $(store_tests)
TESTS += $(store_tests)

tests_store_test_adoption_SOURCES = tests/store/test_adoption.c
tests_store_test_adoption_CPPFLAGS = $(TEST_CPPFLAGS)
tests_store_test_adoption_LDADD = $(DATABASE_TEST_LIBS)

tests_store_test_capability_SOURCES = tests/store/test_capability.c
tests_store_test_capability_CPPFLAGS = $(TEST_CPPFLAGS)
tests_store_test_capability_LDADD = $(DATABASE_TEST_LIBS)

tests_store_test_concurrency_SOURCES = tests/store/test_concurrency.c
tests_store_test_concurrency_CPPFLAGS = $(TEST_CPPFLAGS)
tests_store_test_concurrency_LDADD = $(DATABASE_TEST_LIBS)

tests_store_test_roles_SOURCES = tests/store/test_roles.c
tests_store_test_roles_CPPFLAGS = $(TEST_CPPFLAGS)
tests_store_test_roles_LDADD = $(DATABASE_TEST_LIBS)

tests_store_test_screen_SOURCES = tests/store/test_screen.c
tests_store_test_screen_CPPFLAGS = $(TEST_CPPFLAGS)
tests_store_test_screen_LDADD = $(DATABASE_TEST_LIBS)

tests_store_test_search_SOURCES = tests/store/test_search.c
tests_store_test_search_CPPFLAGS = $(TEST_CPPFLAGS)
tests_store_test_search_LDADD = $(DATABASE_TEST_LIBS)

tests_store_test_db_SOURCES = tests/store/test_db.c
tests_store_test_db_CPPFLAGS = $(TEST_CPPFLAGS)
tests_store_test_db_LDADD = $(DATABASE_TEST_LIBS)

tests_store_test_messages_SOURCES = tests/store/test_messages.c
tests_store_test_messages_CPPFLAGS = $(TEST_CPPFLAGS)
tests_store_test_messages_LDADD = $(DATABASE_TEST_LIBS)

# through the handlers, because what matters is what a request reads
tests_store_test_indexes_SOURCES = tests/store/test_indexes.c
tests_store_test_indexes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_store_test_indexes_LDADD = $(DATABASE_TEST_LIBS)
endif

EXTRA_DIST += tests/store/uses.awk tests/store/uses.sh

# the platform's tables of two versions, and what makes SQL of them
EXTRA_DIST += \
	tests/platform/2026-04-seed.columns.csv tests/platform/2026-04-seed.constraints.csv \
	tests/platform/2026-04-seed.enums.csv tests/platform/2026-04-seed.indexes.csv \
	tests/platform/2026-08-v1.11.5.columns.csv tests/platform/2026-08-v1.11.5.constraints.csv \
	tests/platform/2026-08-v1.11.5.enums.csv tests/platform/2026-08-v1.11.5.indexes.csv \
	tests/platform/database.sh tests/platform/defaults.sql tests/platform/lib.sh tests/platform/old_service.pl tests/platform/programs.sh tests/platform/schema.awk
GW_PLATFORM_TESTS = tests/platform/2026-04.test tests/platform/2026-08.test tests/platform/adopt.test \
	tests/platform/conformance_2026-04.test tests/platform/conformance_2026-08.test tests/platform/switch.test \
	tests/platform/feishu_2026-04.test tests/platform/feishu_2026-08.test \
	tests/platform/letters_2026-04.test tests/platform/letters_2026-08.test
TESTS += $(GW_PLATFORM_TESTS)
EXTRA_DIST += $(GW_PLATFORM_TESTS)
