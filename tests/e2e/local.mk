# tests/e2e: everything behind a real web server. The tests are shell scripts that speak TAP (lib.sh).

TEST_EXTENSIONS = .test
TEST_LOG_DRIVER = $(LOG_DRIVER)

EXTRA_DIST += tests/e2e/lib.sh

include tests/e2e/fronts.mk
