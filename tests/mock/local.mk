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
