# tests/endpoint: handlers called directly, on a real database

DATABASE_TEST_LIBS = src/gateway/libgwgateway.a src/channels/libgwchannels.a src/http/libgwhttp.a src/store/libgwstore.a src/base/libgwbase.a \
	$(CURL_LIBS) $(FCGI_LIBS) $(PQ_LIBS) $(JSON_LIBS) $(CRYPTO_LIBS) $(UUID_LIBS) $(INIH_LIBS) $(CRITERION_LIBS) -lm
DATABASE_TEST_SOURCES = tests/lib/database.c tests/lib/database.h
ENDPOINT_TEST_SOURCES = $(DATABASE_TEST_SOURCES) tests/lib/cases.c tests/lib/cases.h tests/lib/direct.c tests/lib/direct.h
TEST_CPPFLAGS = -I$(top_srcdir)/tests $(AM_CPPFLAGS) $(CRITERION_CFLAGS)

EXTRA_DIST += tests/lib/cluster.sh tests/cases/README tests/cases/contract.json tests/cases/more.json \
	tests/cases/fixtures.sql

if HAVE_CRITERION
check_PROGRAMS += tests/endpoint/test_cases
TESTS += tests/endpoint/test_cases
tests_endpoint_test_cases_SOURCES = tests/endpoint/test_cases.c $(ENDPOINT_TEST_SOURCES)
tests_endpoint_test_cases_CPPFLAGS = $(TEST_CPPFLAGS)
tests_endpoint_test_cases_LDADD = $(DATABASE_TEST_LIBS)
endif
