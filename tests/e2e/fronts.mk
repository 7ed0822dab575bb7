# SPDX-License-Identifier: ISC
# Web servers, processes and installation: the fronts of the gateway.

if HAVE_CRITERION
check_PROGRAMS += tests/e2e/conformance
tests_e2e_conformance_SOURCES = tests/e2e/conformance.c
tests_e2e_conformance_CPPFLAGS = $(TEST_CPPFLAGS)
tests_e2e_conformance_LDADD = $(DATABASE_TEST_LIBS) $(CURL_LIBS)

GW_CONFORMANCE_TESTS = \
	tests/e2e/conformance_cgi.test \
	tests/e2e/conformance_fcgid.test \
	tests/e2e/conformance_htaccess.test \
	tests/e2e/conformance_nginx.test \
	tests/e2e/conformance_proxy_fcgi.test
TESTS += $(GW_CONFORMANCE_TESTS)
endif

GW_FRONT_TESTS = \
	tests/e2e/install.test \
	tests/e2e/responders.test \
	tests/e2e/systemd.test \
	tests/e2e/apache_refusals.test
TESTS += $(GW_FRONT_TESTS)
EXTRA_DIST += tests/e2e/apache.sh $(GW_CONFORMANCE_TESTS) $(GW_FRONT_TESTS)
