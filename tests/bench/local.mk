# tests/bench: `make bench` prints a table of what a whole gateway does on this machine. No part of `make check`.
# Needs what quickstart runs the gateway with, and pgbench (postgresql-15, postgresql-client-15).

EXTRA_PROGRAMS += tests/bench/echo tests/bench/loadgen
CLEANFILES += tests/bench/echo$(EXEEXT) tests/bench/loadgen$(EXEEXT)
tests_bench_echo_SOURCES = tests/bench/echo.c
tests_bench_echo_LDADD = $(HTTP_LIBS) $(BASE_LIBS)
tests_bench_loadgen_SOURCES = tests/bench/loadgen.c
tests_bench_loadgen_LDADD = $(BASE_LIBS)

EXTRA_DIST += tests/bench/fill.sql tests/bench/more.sql tests/bench/run tests/bench/worker.sh

bench: all tests/bench/echo$(EXEEXT) tests/bench/loadgen$(EXEEXT)
	@srcdir=$(abs_top_srcdir) builddir=$(abs_top_builddir) $(srcdir)/tests/bench/run

bench-worker: all
	@srcdir=$(abs_top_srcdir) builddir=$(abs_top_builddir) $(srcdir)/tests/bench/worker.sh

.PHONY: bench bench-worker
