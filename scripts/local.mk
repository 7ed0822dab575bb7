# SPDX-License-Identifier: ISC
# scripts: what quickstart and the end-to-end tests are made of; they run from the source folder and are not installed
dist_noinst_SCRIPTS += quickstart .ci/run scripts/supervise.sh
EXTRA_DIST += scripts/beta.sh scripts/build.sh scripts/demo.sh scripts/front.sh scripts/packages.sh scripts/postgres.sh scripts/processes.sh

# linters; LINT="tidy shell" for some of them
lint: $(BUILT_SOURCES)
	@LINT_LETTERS='-DGW_USES_GLIB $(GMIME_CFLAGS) $(XML_CFLAGS)' $(srcdir)/scripts/lint.sh $(srcdir) . $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS)

# every C file in the form that lint wants
format:
	@cd $(srcdir) && find src tests -name '*.[ch]' ! -path 'src/store/statements.[ch]' ! -path src/store/schema.c \
		! -path src/gateway/guide.c -exec clang-format -i {} +

# builds, installs and tries the package in a Debian of its own; needs root, debootstrap and minutes
SUITE = trixie
check-package:
	@$(srcdir)/tests/system/package $(SUITE)

# walks docs/install.md on a Debian of its own, word for word; needs the same
check-install:
	@$(srcdir)/tests/system/install $(SUITE)

# the linters of that Debian
check-lint:
	@$(srcdir)/tests/system/lint $(SUITE)

.PHONY: check-install check-lint check-package format lint
dist_noinst_SCRIPTS += scripts/lint.sh
EXTRA_DIST += .clang-format .clang-tidy .editorconfig COPYING HACKING NEWS compile_flags.txt
dist_noinst_SCRIPTS += tests/coverage tests/run tests/system/inside.sh tests/system/install tests/system/lint tests/system/package
EXTRA_DIST += tests/system/boot.sh tests/system/page.sh tests/system/root.sh tests/system/tap.sh
