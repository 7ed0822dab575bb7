# SPDX-License-Identifier: ISC
# tests/mock: stand-ins for outside services, for tests and for quickstart
noinst_PROGRAMS += tests/mock/feishu tests/mock/smtp
MOCK_CPPFLAGS = -I$(top_srcdir)/tests $(AM_CPPFLAGS)
MOCK_SOURCES = tests/mock/mock.c tests/mock/mock.h
tests_mock_feishu_SOURCES = tests/mock/feishu.c $(MOCK_SOURCES)
tests_mock_feishu_CPPFLAGS = $(MOCK_CPPFLAGS)
tests_mock_feishu_LDADD = $(BASE_LIBS)
tests_mock_smtp_SOURCES = tests/mock/smtp.c $(MOCK_SOURCES)
tests_mock_smtp_CPPFLAGS = $(MOCK_CPPFLAGS)
tests_mock_smtp_LDADD = $(BASE_LIBS) $(SSL_LIBS)

# language models: one behind quickstart's nginx, and one with faults
noinst_PROGRAMS += tests/mock/echo-model.fcgi tests/mock/model
tests_mock_echo_model_fcgi_SOURCES = tests/mock/echo_model.c tests/mock/echo.c tests/mock/echo.h
tests_mock_echo_model_fcgi_CPPFLAGS = $(MOCK_CPPFLAGS)
tests_mock_echo_model_fcgi_LDADD = $(HTTP_LIBS) $(BASE_LIBS)
tests_mock_model_SOURCES = tests/mock/model.c tests/mock/model.h tests/mock/model_faults.c tests/mock/model_send.c tests/mock/echo.c tests/mock/echo.h $(MOCK_SOURCES)
tests_mock_model_CPPFLAGS = $(MOCK_CPPFLAGS)
tests_mock_model_LDADD = $(HTTP_LIBS) $(BASE_LIBS)

# a proxy of the web, for programs that reach the gateway through one
noinst_PROGRAMS += tests/mock/web_proxy
tests_mock_web_proxy_SOURCES = tests/mock/web_proxy.c $(MOCK_SOURCES)
tests_mock_web_proxy_CPPFLAGS = $(MOCK_CPPFLAGS)
tests_mock_web_proxy_LDADD = $(BASE_LIBS)

# what Feishu sends to an app's address; names of mail domains
EXTRA_DIST += tests/mock/dns.mjs tests/mock/feishu_event.mjs
