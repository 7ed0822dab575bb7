# SPDX-License-Identifier: ISC
# tests/endpoint: handlers called directly, on a real database

DATABASE_TEST_LIBS = tests/lib/libtest.a src/letters/libgwletters.a src/mcp/libgwmcp.a $(PEOPLE_LIBS) $(CRITERION_LIBS)
TEST_CPPFLAGS = -I$(top_srcdir)/tests $(AM_CPPFLAGS) $(CRITERION_CFLAGS)

EXTRA_DIST += tests/lib/cluster.sh tests/cases/README tests/cases/contract.json tests/cases/more.json tests/cases/fronts.json tests/cases/hints.json tests/cases/mcp.json \
	tests/cases/fixtures.sql

if HAVE_CRITERION
check_LIBRARIES += tests/lib/libtest.a
tests_lib_libtest_a_SOURCES = \
	tests/lib/cases.c tests/lib/cases.h \
	tests/lib/database.c tests/lib/database.h \
	tests/lib/direct.c tests/lib/direct.h \
	tests/lib/people.c tests/lib/people.h \
	tests/lib/proxy.c tests/lib/proxy.h \
	tests/lib/scene.c tests/lib/scene.h \
	tests/lib/stand_in.c tests/lib/stand_in.h
tests_lib_libtest_a_CPPFLAGS = $(TEST_CPPFLAGS)

endpoint_tests = tests/endpoint/test_cases tests/endpoint/test_channels tests/endpoint/test_events tests/endpoint/test_guide \
	tests/endpoint/test_keys tests/endpoint/test_lost_answers tests/endpoint/test_mail \
	tests/endpoint/test_mcp \
	tests/endpoint/test_metrics tests/endpoint/test_names tests/endpoint/test_odd_rows tests/endpoint/test_operator tests/endpoint/test_operator_make tests/endpoint/test_operator_state \
	tests/endpoint/test_people tests/endpoint/test_signin
check_PROGRAMS += $(endpoint_tests)
TESTS += $(endpoint_tests)
PROOFS += tests/endpoint/test_odd_rows

tests_endpoint_test_cases_SOURCES = tests/endpoint/test_cases.c
tests_endpoint_test_cases_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_cases_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_events_SOURCES = tests/endpoint/test_events.c
tests_endpoint_test_events_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_events_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_guide_SOURCES = tests/endpoint/test_guide.c
tests_endpoint_test_guide_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_guide_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_keys_SOURCES = tests/endpoint/test_keys.c
tests_endpoint_test_keys_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_keys_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_lost_answers_SOURCES = tests/endpoint/test_lost_answers.c
tests_endpoint_test_lost_answers_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_lost_answers_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_mcp_SOURCES = tests/endpoint/test_mcp.c
tests_endpoint_test_mcp_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_mcp_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_metrics_SOURCES = tests/endpoint/test_metrics.c
tests_endpoint_test_metrics_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_metrics_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_operator_SOURCES = tests/endpoint/test_operator.c
tests_endpoint_test_operator_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_operator_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_operator_make_SOURCES = tests/endpoint/test_operator_make.c
tests_endpoint_test_operator_make_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_operator_make_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_operator_state_SOURCES = tests/endpoint/test_operator_state.c
tests_endpoint_test_operator_state_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_operator_state_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_people_SOURCES = tests/endpoint/test_people.c
tests_endpoint_test_people_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_people_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_odd_rows_SOURCES = tests/endpoint/test_odd_rows.c
tests_endpoint_test_odd_rows_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_odd_rows_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_signin_SOURCES = tests/endpoint/test_signin.c
tests_endpoint_test_signin_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_signin_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_channels_SOURCES = tests/endpoint/test_channels.c
tests_endpoint_test_mail_SOURCES = tests/endpoint/test_mail.c
tests_endpoint_test_mail_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_mail_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_channels_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_channels_LDADD = $(DATABASE_TEST_LIBS)

tests_endpoint_test_names_SOURCES = tests/endpoint/test_names.c
tests_endpoint_test_names_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_names_LDADD = $(DATABASE_TEST_LIBS)
endif
