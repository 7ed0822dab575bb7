# SPDX-License-Identifier: ISC
# what src/connect does without a gateway

if HAVE_CRITERION
UNIT_TESTS_CONNECT = tests/unit/test_connect_journal tests/unit/test_connect_run tests/unit/test_connect_text
check_PROGRAMS += $(UNIT_TESTS_CONNECT)
TESTS += $(UNIT_TESTS_CONNECT)

tests_unit_test_connect_journal_SOURCES = tests/unit/test_connect_journal.c tests/unit/connect_folder.h
tests_unit_test_connect_journal_LDADD = $(CONNECT_LIBS) $(CRITERION_LIBS)
tests_unit_test_connect_run_SOURCES = tests/unit/test_connect_run.c tests/unit/connect_folder.h
tests_unit_test_connect_run_LDADD = $(CONNECT_LIBS) $(CRITERION_LIBS)
tests_unit_test_connect_text_SOURCES = tests/unit/test_connect_text.c
tests_unit_test_connect_text_LDADD = $(CONNECT_LIBS) $(CRITERION_LIBS)
endif
