# SPDX-License-Identifier: ISC
# src/letters: what people write, and how it comes in
noinst_LIBRARIES += src/letters/libgwletters.a
src_letters_libgwletters_a_SOURCES = \
	src/letters/arrive.c src/letters/arrive.h \
	src/letters/charset.c \
	src/letters/class.c src/letters/class.h \
	src/letters/feishu_event.c src/letters/feishu_event.h \
	src/letters/feishu_hook.c \
	src/letters/feishu_text.c src/letters/feishu_text.h \
	src/letters/html.c \
	src/letters/incoming.c src/letters/incoming.h \
	src/letters/mail_main.c src/letters/mail_main.h \
	src/letters/mime.c src/letters/mime.h \
	src/letters/reply.c \
	src/letters/reply_line.c src/letters/reply_line.h \
	src/letters/text.h
src_letters_libgwletters_a_CPPFLAGS = -DGW_USES_GLIB $(AM_CPPFLAGS) $(GMIME_CFLAGS) $(XML_CFLAGS)

HOOK_LIBS = src/letters/libgwletters.a $(GATEWAY_LIBS)
LETTERS_LIBS = src/letters/libgwletters.a src/channels/libgwchannels.a src/store/libgwstore.a $(BASE_LIBS) $(GMIME_LIBS) $(XML_LIBS) \
	$(PQ_LIBS) $(CURL_LIBS) $(IDN_LIBS)

sbin_PROGRAMS += clawgw-mail
clawgw_mail_SOURCES = src/programs/clawgw-mail.c
clawgw_mail_LDADD = $(LETTERS_LIBS)
dist_man_MANS += man/clawgw-mail.8
