# SPDX-License-Identifier: ISC
# tests/system: whole Debian systems. What takes many minutes is not in `make check': scripts/local.mk has the names.

TESTS += tests/system/release.test
EXTRA_DIST += tests/system/release.test

# only there: its packages are asked for by nothing else
EXTRA_DIST += tests/system/patroni.test tests/system/valgrind.test
PROOFS += tests/system/patroni.test tests/system/valgrind.test
