# SPDX-License-Identifier: ISC
# tests of src/http
http_unit_tests = tests/unit/http_lobby tests/unit/http_process tests/unit/http_request tests/unit/http_route tests/unit/http_serve \
	tests/unit/http_validate
serve_process = tests/unit/fcgi_client.c tests/unit/fcgi_client.h tests/unit/serve_process.c \
	tests/unit/serve_process.h
http_unit_libs = $(HTTP_LIBS) $(BASE_LIBS) $(CRITERION_LIBS)

if HAVE_CRITERION
check_PROGRAMS += $(http_unit_tests)
TESTS += $(http_unit_tests)
endif

# with ThreadSanitizer (--enable-tsan) only those in which threads meet
thread_tests = tests/unit/http_lobby tests/unit/http_process tests/unit/http_serve
if TSAN
check_PROGRAMS += $(thread_tests)
TESTS += $(thread_tests)
noinst_LIBRARIES += tests/plain/libplain.a
EXTRA_tests_unit_http_lobby_DEPENDENCIES = tests/plain/libplain.a
EXTRA_tests_unit_http_process_DEPENDENCIES = tests/plain/libplain.a
EXTRA_tests_unit_http_serve_DEPENDENCIES = tests/plain/libplain.a
endif
tests_plain_libplain_a_SOURCES = tests/plain/plain.c tests/plain/criterion/criterion.h
tests_plain_libplain_a_CPPFLAGS = -I$(top_srcdir)/tests/plain

check-threads: $(BUILT_SOURCES) remove-sanitizer-logs
	@$(MAKE) check-local TESTS='$(thread_tests)'
.PHONY: check-threads

tests_unit_http_lobby_SOURCES = tests/unit/http_lobby.c $(serve_process)
tests_unit_http_lobby_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
tests_unit_http_lobby_LDADD = $(http_unit_libs)
tests_unit_http_process_SOURCES = tests/unit/http_process.c $(serve_process)
tests_unit_http_process_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
tests_unit_http_process_LDADD = $(http_unit_libs)
tests_unit_http_request_SOURCES = tests/unit/http_request.c
tests_unit_http_request_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
tests_unit_http_request_LDADD = $(http_unit_libs)
tests_unit_http_route_SOURCES = tests/unit/http_route.c
tests_unit_http_route_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
tests_unit_http_route_LDADD = $(http_unit_libs)
tests_unit_http_serve_SOURCES = tests/unit/http_serve.c $(serve_process)
tests_unit_http_serve_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
tests_unit_http_serve_LDADD = $(http_unit_libs)
tests_unit_http_validate_SOURCES = tests/unit/http_validate.c
tests_unit_http_validate_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
tests_unit_http_validate_LDADD = $(http_unit_libs)
