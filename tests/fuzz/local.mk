# SPDX-License-Identifier: ISC
# tests/fuzz: what comes from outside, mutated. The check programs run the corpus and a fixed number of mutations of it; fuzz.test
# builds the same targets for libFuzzer (--enable-fuzzing, with clang) and lets each run for a while.
FUZZ_TARGETS = \
	tests/fuzz/fuzz_base \
	tests/fuzz/fuzz_caller \
	tests/fuzz/fuzz_channels \
	tests/fuzz/fuzz_config \
	tests/fuzz/fuzz_connect \
	tests/fuzz/fuzz_http \
	tests/fuzz/fuzz_letters \
	tests/fuzz/fuzz_mcp \
	tests/fuzz/fuzz_model \
	tests/fuzz/fuzz_names \
	tests/fuzz/fuzz_records
check_PROGRAMS += $(FUZZ_TARGETS)
EXTRA_DIST += tests/fuzz/driver.c tests/fuzz/fuzz.h tests/fuzz/fuzz.test

if FUZZING
FUZZ_DRIVER =
FUZZ_ENGINE = -fsanitize=fuzzer
else
FUZZ_DRIVER = tests/fuzz/driver.c
FUZZ_ENGINE =
TESTS += $(FUZZ_TARGETS) tests/fuzz/fuzz.test
PROOFS += tests/fuzz/fuzz.test
endif

tests_fuzz_fuzz_base_SOURCES = tests/fuzz/fuzz_base.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_base_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_base_LDADD = $(BASE_LIBS)
tests_fuzz_fuzz_caller_SOURCES = tests/fuzz/fuzz_caller.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_caller_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_caller_LDADD = $(GATEWAY_LIBS)
tests_fuzz_fuzz_channels_SOURCES = tests/fuzz/fuzz_channels.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_channels_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_channels_LDADD = $(GATEWAY_LIBS)
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_config_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_config_LDADD = $(BASE_LIBS)
tests_fuzz_fuzz_connect_SOURCES = tests/fuzz/fuzz_connect.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_connect_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_connect_LDADD = $(CONNECT_LIBS)
tests_fuzz_fuzz_http_SOURCES = tests/fuzz/fuzz_http.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_http_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_http_LDADD = $(HTTP_LIBS) $(BASE_LIBS)
tests_fuzz_fuzz_letters_SOURCES = tests/fuzz/fuzz_letters.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_letters_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_letters_LDADD = $(LETTERS_LIBS)
tests_fuzz_fuzz_mcp_SOURCES = tests/fuzz/fuzz_mcp.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_mcp_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_mcp_LDADD = $(MCP_LIBS)
tests_fuzz_fuzz_model_SOURCES = tests/fuzz/fuzz_model.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_model_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_model_LDADD = $(LLM_LIBS) $(BASE_LIBS)
tests_fuzz_fuzz_names_SOURCES = tests/fuzz/fuzz_names.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_names_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_names_LDADD = src/gateway/libgwgateway.a $(BASE_LIBS)
tests_fuzz_fuzz_records_SOURCES = tests/fuzz/fuzz_records.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_records_LDFLAGS = $(FUZZ_ENGINE)
tests_fuzz_fuzz_records_LDADD = $(HTTP_LIBS) $(BASE_LIBS)

EXTRA_DIST += \
	tests/fuzz/corpus/letters/mime-type-of-any-bytes \
	tests/fuzz/corpus/letters/bounce \
	tests/fuzz/corpus/letters/event \
	tests/fuzz/corpus/letters/html \
	tests/fuzz/corpus/letters/mail \
	tests/fuzz/corpus/letters/multipart \
	tests/fuzz/corpus/letters/post \
	tests/fuzz/corpus/letters/sealed \
	tests/fuzz/corpus/letters/token \
	tests/fuzz/corpus/base/base64 \
	tests/fuzz/corpus/base/base64url \
	tests/fuzz/corpus/base/duration \
	tests/fuzz/corpus/base/host \
	tests/fuzz/corpus/base/number \
	tests/fuzz/corpus/base/secret \
	tests/fuzz/corpus/base/size \
	tests/fuzz/corpus/base/time \
	tests/fuzz/corpus/base/utf8 \
	tests/fuzz/corpus/base/uuid \
	tests/fuzz/corpus/caller/bearer \
	tests/fuzz/corpus/caller/cookie \
	tests/fuzz/corpus/caller/jwt \
	tests/fuzz/corpus/caller/key \
	tests/fuzz/corpus/caller/none \
	tests/fuzz/corpus/caller/site \
	tests/fuzz/corpus/channels/domain \
	tests/fuzz/corpus/channels/limited \
	tests/fuzz/corpus/channels/mail \
	tests/fuzz/corpus/channels/mail-utf8 \
	tests/fuzz/corpus/channels/token \
	tests/fuzz/corpus/config/bom \
	tests/fuzz/corpus/config/continued \
	tests/fuzz/corpus/config/nul-in-a-long-line \
	tests/fuzz/corpus/config/quoted \
	tests/fuzz/corpus/config/small \
	tests/fuzz/corpus/config/wrong \
	tests/fuzz/corpus/connect/aider \
	tests/fuzz/corpus/connect/claude \
	tests/fuzz/corpus/connect/codex \
	tests/fuzz/corpus/connect/gemini \
	tests/fuzz/corpus/connect/journals \
	tests/fuzz/corpus/connect/opencode \
	tests/fuzz/corpus/connect/prompt \
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
	tests/fuzz/corpus/http/wrong-types \
	tests/fuzz/corpus/mcp/ambiguous \
	tests/fuzz/corpus/mcp/arguments \
	tests/fuzz/corpus/mcp/batch \
	tests/fuzz/corpus/mcp/error \
	tests/fuzz/corpus/mcp/initialize \
	tests/fuzz/corpus/mcp/origin \
	tests/fuzz/corpus/mcp/stateless \
	tests/fuzz/corpus/model/after-the-end \
	tests/fuzz/corpus/model/anthropic \
	tests/fuzz/corpus/model/blanks_before_a_stream \
	tests/fuzz/corpus/model/detail \
	tests/fuzz/corpus/model/error \
	tests/fuzz/corpus/model/harmony \
	tests/fuzz/corpus/model/page \
	tests/fuzz/corpus/model/refused \
	tests/fuzz/corpus/model/stream \
	tests/fuzz/corpus/model/whole \
	tests/fuzz/corpus/names/around \
	tests/fuzz/corpus/names/beta \
	tests/fuzz/corpus/names/quotes \
	tests/fuzz/corpus/names/typo \
	tests/fuzz/corpus/records/abort \
	tests/fuzz/corpus/records/cut \
	tests/fuzz/corpus/records/framed \
	tests/fuzz/corpus/records/request \
	tests/fuzz/corpus/records/role \
	tests/fuzz/corpus/records/unknown \
	tests/fuzz/corpus/records/unread \
	tests/fuzz/corpus/records/unread-many
