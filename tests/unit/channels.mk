# SPDX-License-Identifier: ISC
# tests of src/channels
channels_unit_tests = tests/unit/channels_feishu tests/unit/channels_mail
channels_unit_libs = src/channels/libgwchannels.a $(HTTP_LIBS) src/store/libgwstore.a $(CURL_LIBS) $(IDN_LIBS) $(PQ_LIBS) $(BASE_LIBS) \
	$(CRITERION_LIBS)

if HAVE_CRITERION
check_PROGRAMS += $(channels_unit_tests)
TESTS += $(channels_unit_tests)
endif

tests_unit_channels_feishu_SOURCES = tests/unit/channels_feishu.c
tests_unit_channels_feishu_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
tests_unit_channels_feishu_LDADD = $(channels_unit_libs)
tests_unit_channels_mail_SOURCES = tests/unit/channels_mail.c
tests_unit_channels_mail_CPPFLAGS = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
tests_unit_channels_mail_LDADD = $(channels_unit_libs)
