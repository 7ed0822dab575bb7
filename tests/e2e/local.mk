# SPDX-License-Identifier: ISC
# tests/e2e: everything behind a real web server. The tests are shell scripts that speak TAP (lib.sh).

TEST_EXTENSIONS = .test
TEST_LOG_DRIVER = $(LOG_DRIVER)

check_PROGRAMS += tests/e2e/load
tests_e2e_load_SOURCES = tests/e2e/load.c
tests_e2e_load_LDADD = $(BASE_LIBS)
check_PROGRAMS += tests/e2e/waiters
tests_e2e_waiters_SOURCES = tests/e2e/waiters.c
tests_e2e_waiters_LDADD = $(BASE_LIBS)
check_PROGRAMS += tests/e2e/ledger
tests_e2e_ledger_SOURCES = tests/e2e/ledger.c tests/e2e/cut_client.c tests/e2e/cut_client.h
tests_e2e_ledger_CPPFLAGS = -I$(top_srcdir)/tests $(AM_CPPFLAGS)
tests_e2e_ledger_LDADD = $(BASE_LIBS)
check_PROGRAMS += tests/e2e/cutter
tests_e2e_cutter_SOURCES = tests/e2e/cutter.c
tests_e2e_cutter_LDADD = $(BASE_LIBS)
EXTRA_DIST += tests/e2e/ledger_load.sql tests/e2e/ledger_check.sql

EXTRA_DIST += tests/browser/browser.mjs tests/browser/console.mjs tests/browser/console.sql \
	tests/browser/console_why.mjs tests/browser/demo.mjs \
	tests/browser/fronts.mjs tests/browser/lib.sh tests/browser/package.json tests/browser/page.mjs
GW_BROWSER_TESTS = tests/browser/page.test tests/browser/console.test tests/browser/console_why.test \
	tests/browser/page_fronts.test
TESTS += $(GW_BROWSER_TESTS)
EXTRA_DIST += $(GW_BROWSER_TESTS)

GW_E2E_TESTS = \
	tests/e2e/admin.test \
	tests/e2e/admin_console.test \
	tests/e2e/admin_edit.test \
	tests/e2e/channels.test \
	tests/e2e/clock.test \
	tests/e2e/concurrency.test \
	tests/e2e/connect.test \
	tests/e2e/connect_campaign.test \
	tests/e2e/connect_network.test \
	tests/e2e/connections.test \
	tests/e2e/conversation.test \
	tests/e2e/database_away.test \
	tests/e2e/database_restart.test \
	tests/e2e/docs.test \
	tests/e2e/doctor.test \
	tests/e2e/failover.test \
	tests/e2e/frozen.test \
	tests/e2e/guide.test \
	tests/e2e/health.test \
	tests/e2e/join.test \
	tests/e2e/manual.test \
	tests/e2e/mcp.test \
	tests/e2e/hostile.test \
	tests/e2e/feishu.test \
	tests/e2e/leases.test \
	tests/e2e/ledger.test \
	tests/e2e/letter_arrival.test \
	tests/e2e/letter_delivery.test \
	tests/e2e/letters.test \
	tests/e2e/outside.test \
	tests/e2e/page.test \
	tests/e2e/people_campaign.test \
	tests/e2e/pooler.test \
	tests/e2e/signin.test \
	tests/e2e/upgrade.test \
	tests/e2e/vanishing.test \
	tests/e2e/waiting_restart.test \
	tests/e2e/worker.test \
	tests/e2e/worker_campaign.test \
	tests/e2e/worker_shares.test

# "# alone: why" is in each of these (tests/timed)
GW_ALONE_TESTS = \
	tests/e2e/connect_costs.test \
	tests/e2e/events.test \
	tests/e2e/rolling_restart.test \
	tests/e2e/streams.test \
	tests/e2e/waiting.test
TESTS += $(GW_E2E_TESTS)
EXTRA_DIST += tests/e2e/connect_lib.sh tests/e2e/lib.sh tests/e2e/mail_lib.sh tests/e2e/worker_lib.sh $(GW_E2E_TESTS) $(GW_ALONE_TESTS)

include tests/e2e/fronts.mk
EXTRA_DIST += tests/mcp/package.json tests/mcp/clients.mjs tests/mcp/clients.test
TESTS += tests/mcp/clients.test

PROOFS += tests/browser/page.test tests/e2e/ledger.test tests/e2e/connect_campaign.test tests/e2e/streams.test tests/e2e/waiting_restart.test tests/e2e/people_campaign.test tests/e2e/letter_delivery.test tests/e2e/upgrade.test
PROOFS += tests/e2e/failover.test
