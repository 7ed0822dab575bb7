# SPDX-License-Identifier: ISC
# tests/faults: programs whose n-th call of something fails
EXTRA_DIST += tests/faults/fault.h tests/faults/shim.c tests/faults/programs.test
TESTS += tests/faults/programs.test
PROOFS += tests/faults/programs.test
check_DATA += tests/faults/shim.so
CLEANFILES += tests/faults/shim.so
if HAVE_CRITERION
check_PROGRAMS += tests/faults/test_faults
TESTS += tests/faults/test_faults
PROOFS += tests/faults/test_faults
tests_faults_test_faults_SOURCES = tests/faults/test_faults.c tests/unit/fcgi_client.c tests/unit/fcgi_client.h
tests_faults_test_faults_CPPFLAGS = $(TEST_CPPFLAGS)
tests_faults_test_faults_LDADD = $(DATABASE_TEST_LIBS)
EXTRA_tests_faults_test_faults_DEPENDENCIES = tests/faults/shim.so
endif

# without the sanitizers of its host: it stands before them
tests/faults/shim.so: tests/faults/shim.c tests/faults/fault.h
	$(AM_V_CCLD)$(MKDIR_P) tests/faults && $(CC) -D_GNU_SOURCE -O1 -fPIC -shared -I$(top_srcdir)/tests/faults -o $@ $(srcdir)/tests/faults/shim.c
