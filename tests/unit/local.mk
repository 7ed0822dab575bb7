# SPDX-License-Identifier: ISC
# tests/unit: one program per subject of src/base and src/http; no database, no web server

if HAVE_CRITERION
UNIT_TESTS_BASE = \
	tests/unit/test_buf \
	tests/unit/test_clock \
	tests/unit/test_config \
	tests/unit/test_digest \
	tests/unit/test_json \
	tests/unit/test_hosts \
	tests/unit/test_jwt \
	tests/unit/test_log \
	tests/unit/test_metrics \
	tests/unit/test_manual \
	tests/unit/test_rates \
	tests/unit/test_text \
	tests/unit/test_width \
	tests/unit/test_uuid
check_PROGRAMS += $(UNIT_TESTS_BASE)
TESTS += $(UNIT_TESTS_BASE)

BASE_TEST_LIBS = $(BASE_LIBS) $(CRITERION_LIBS)

tests_unit_test_buf_SOURCES = tests/unit/test_buf.c
tests_unit_test_buf_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_clock_SOURCES = tests/unit/test_clock.c
tests_unit_test_clock_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_config_SOURCES = tests/unit/test_config.c
tests_unit_test_config_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_digest_SOURCES = tests/unit/test_digest.c
tests_unit_test_digest_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_json_SOURCES = tests/unit/test_json.c
tests_unit_test_json_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_hosts_SOURCES = tests/unit/test_hosts.c
tests_unit_test_hosts_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_jwt_SOURCES = tests/unit/test_jwt.c
tests_unit_test_jwt_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_log_SOURCES = tests/unit/test_log.c
tests_unit_test_log_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_metrics_SOURCES = tests/unit/test_metrics.c
tests_unit_test_metrics_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_manual_SOURCES = tests/unit/test_manual.c
tests_unit_test_manual_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_rates_SOURCES = tests/unit/test_rates.c
tests_unit_test_rates_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_width_SOURCES = tests/unit/test_width.c
tests_unit_test_width_LDADD = $(clawgw_admin_LDADD) $(CRITERION_LIBS)
tests_unit_test_text_SOURCES = tests/unit/test_text.c
tests_unit_test_text_LDADD = $(BASE_TEST_LIBS)
tests_unit_test_uuid_SOURCES = tests/unit/test_uuid.c
tests_unit_test_uuid_LDADD = $(BASE_TEST_LIBS)
endif

check_PROGRAMS += tests/unit/endpoints
tests_unit_endpoints_SOURCES = tests/unit/endpoints.c
TESTS += tests/unit/alerts.test tests/unit/endpoints.test tests/unit/house.test
EXTRA_DIST += tests/unit/alerts.rules.yml tests/unit/alerts.test tests/unit/endpoints.test tests/unit/house.test

include tests/unit/channels.mk
include tests/unit/letters.mk
include tests/unit/http.mk
include tests/unit/llm.mk
include tests/unit/connect.mk
