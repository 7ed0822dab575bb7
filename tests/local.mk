# SPDX-License-Identifier: ISC
# tests: Criterion programs that speak TAP, so that every single test is counted.
#
# A leak is reported after its test has passed and changes no exit status. The sanitizers therefore write
# to log files, which are removed before a run and fail it when there are any afterwards.

sanitizer_logs = $(abs_top_builddir)/tests/sanitizer

# how long each test took, for those who look where the time goes
times = $(abs_top_builddir)/tests/times

LOG_DRIVER = env AM_TAP_AWK='$(AWK)' SHELL='$(SHELL)' $(SHELL) $(top_srcdir)/tests/timed $(times) $(top_srcdir)/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = \
	CRITERION_OUTPUTS=tap:-; export CRITERION_OUTPUTS; \
	ASAN_OPTIONS=log_path=$(sanitizer_logs)/log:detect_stack_use_after_return=1; export ASAN_OPTIONS; \
	UBSAN_OPTIONS=log_path=$(sanitizer_logs)/log:print_stacktrace=1; export UBSAN_OPTIONS; \
	TSAN_OPTIONS=log_path=$(sanitizer_logs)/log; export TSAN_OPTIONS; \
	LSAN_OPTIONS=suppressions=$(abs_top_srcdir)/tests/lsan.supp:print_suppressions=0; export LSAN_OPTIONS; \
	GW_TESTS=$${GW_TESTS-$(GW_TESTS)}; export GW_TESTS; \
	GW_TEST_SRCDIR=$(abs_top_srcdir); export GW_TEST_SRCDIR; \
	GW_TEST_BUILDDIR=$(abs_top_builddir); export GW_TEST_BUILDDIR;

# distcheck finds out whether the tarball is complete; what the programs do, quickstart test finds out
AM_DISTCHECK_CONFIGURE_FLAGS = --enable-werror GW_TESTS=quick

EXTRA_DIST += tests/lsan.supp tests/timed

check_DATA = remove-sanitizer-logs
remove-sanitizer-logs:
	@rm -rf $(sanitizer_logs) $(times) && $(MKDIR_P) $(sanitizer_logs)

check-local: check-TESTS
	@set -- $(TESTS); if test $$# -gt 10 && test -e $(times); then \
		echo "the slowest of $$# tests (all of them: $(times)):"; sort -rn $(times) | sed 20q; fi
	@set -- $(sanitizer_logs)/log*; if test -e "$$1"; then \
		cat "$$@"; echo "$$# sanitizer report(s) in $(sanitizer_logs)" >&2; exit 1; fi

clean-local:
	-rm -rf $(sanitizer_logs) $(times) $(times).lock coverage coverage.txt
	-find . -name '*.gc[dn][ao]' -exec rm -f {} +

# what the tests reach of src
coverage: all
if COVERAGE
	@$(MAKE) -s $(check_PROGRAMS)
	@$(srcdir)/tests/coverage $(srcdir) .
else
	@echo "coverage: this build counts nothing: configure one with --enable-coverage" >&2; exit 2
endif

.PHONY: coverage remove-sanitizer-logs

# In this order they run. What takes long comes early, so that with make -j none of it is left over at the end; who wants to be alone waits for
# whoever still runs, and so these are together, at the very end.
include tests/mock/local.mk
include tests/unit/local.mk
include tests/system/local.mk
include tests/fuzz/local.mk
include tests/store/local.mk
include tests/endpoint/local.mk
include tests/faults/local.mk
include tests/model/local.mk
include tests/e2e/local.mk
include tests/bench/local.mk
TESTS += $(GW_ALONE_TESTS)

# by hand, because what they need is large; HACKING says how
EXTRA_DIST += tests/manual/exim.sh tests/manual/mcp.sh tests/manual/model.mjs tests/manual/openclaw.sh
