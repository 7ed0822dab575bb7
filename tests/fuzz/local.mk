# SPDX-License-Identifier: ISC
# tests/fuzz: what comes from outside, mutated. The check program runs the corpus and a fixed number of mutations of
# it; for libFuzzer compile fuzz_http.c with -DGW_LIBFUZZER and clang's -fsanitize=fuzzer.
check_PROGRAMS += tests/fuzz/fuzz_http
TESTS += tests/fuzz/fuzz_http
tests_fuzz_fuzz_http_SOURCES = tests/fuzz/fuzz_http.c
tests_fuzz_fuzz_http_LDADD = $(HTTP_LIBS) $(BASE_LIBS)

EXTRA_DIST += \
	tests/fuzz/corpus/http/bom \
	tests/fuzz/corpus/http/duplicates \
	tests/fuzz/corpus/http/guide \
	tests/fuzz/corpus/http/long \
	tests/fuzz/corpus/http/nested \
	tests/fuzz/corpus/http/numbers \
	tests/fuzz/corpus/http/poll \
	tests/fuzz/corpus/http/report \
	tests/fuzz/corpus/http/send \
	tests/fuzz/corpus/http/surrogates \
	tests/fuzz/corpus/http/too-nested \
	tests/fuzz/corpus/http/wrong-types
