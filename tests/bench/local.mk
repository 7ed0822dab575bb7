# SPDX-License-Identifier: ISC
# tests/bench: `make bench` prints tables of what a whole gateway and its worker do on this machine. No part of `make check`.
# Needs what quickstart runs the gateway with, and pgbench (postgresql, postgresql-client).

EXTRA_PROGRAMS += tests/bench/echo tests/bench/loadgen
CLEANFILES += tests/bench/echo$(EXEEXT) tests/bench/loadgen$(EXEEXT)
tests_bench_echo_SOURCES = tests/bench/echo.c
tests_bench_echo_LDADD = $(HTTP_LIBS) $(BASE_LIBS)
tests_bench_loadgen_SOURCES = tests/bench/loadgen.c
tests_bench_loadgen_LDADD = $(BASE_LIBS)
# events.test uses it as well
check_PROGRAMS += tests/bench/streams
tests_bench_streams_SOURCES = tests/bench/streams.c
tests_bench_streams_LDADD = $(BASE_LIBS)

EXTRA_DIST += tests/bench/fill.sql tests/bench/least/heartbeat.sql tests/bench/least/poll.sql tests/bench/least/poll_empty.sql \
	tests/bench/least/report.sql tests/bench/least/send.sql tests/bench/more.sql tests/bench/operator.sh tests/bench/operator.sql tests/bench/run tests/bench/streams.sh tests/bench/waiting.sh tests/bench/worker.sh

# one after the other: each wants the whole machine
bench: bench-gateway
	@$(MAKE) bench-worker
	@$(MAKE) bench-waiting
	@$(MAKE) bench-streams

bench-gateway: all tests/bench/echo$(EXEEXT) tests/bench/loadgen$(EXEEXT)
	@srcdir=$(abs_top_srcdir) builddir=$(abs_top_builddir) $(srcdir)/tests/bench/run

bench-waiting: all tests/e2e/waiters$(EXEEXT)
	@srcdir=$(abs_top_srcdir) builddir=$(abs_top_builddir) $(srcdir)/tests/bench/waiting.sh

bench-streams: all tests/bench/streams$(EXEEXT)
	@srcdir=$(abs_top_srcdir) builddir=$(abs_top_builddir) $(srcdir)/tests/bench/streams.sh

bench-worker: all
	@srcdir=$(abs_top_srcdir) builddir=$(abs_top_builddir) $(srcdir)/tests/bench/worker.sh

# some minutes to fill a database, and 7 GB: by itself only
bench-operator: all
	@srcdir=$(abs_top_srcdir) builddir=$(abs_top_builddir) $(srcdir)/tests/bench/operator.sh

.PHONY: bench bench-gateway bench-operator bench-streams bench-waiting bench-worker
