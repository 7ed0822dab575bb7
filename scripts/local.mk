# scripts: what quickstart and the end-to-end tests are made of; they run from the source folder and are not installed
dist_noinst_SCRIPTS += quickstart .ci/run scripts/supervise.sh
EXTRA_DIST += scripts/beta.sh scripts/build.sh scripts/demo.sh scripts/front.sh scripts/packages.sh scripts/postgres.sh scripts/processes.sh

# linters; LINT="tidy shell" for some of them
lint: $(BUILT_SOURCES)
	@$(srcdir)/scripts/lint.sh $(srcdir) . $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS)

.PHONY: lint
dist_noinst_SCRIPTS += scripts/lint.sh
EXTRA_DIST += .clang-format .clang-tidy
