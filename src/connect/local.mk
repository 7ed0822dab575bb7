# SPDX-License-Identifier: ISC
# src/connect: clawgw-connect, which makes any command an agent; base and libcurl, nothing of a gateway

noinst_LIBRARIES += src/connect/libgwconnect.a
src_connect_libgwconnect_a_SOURCES = \
	src/connect/agent.c src/connect/agent.h \
	src/connect/agent_poll.c \
	src/connect/agent_report.c \
	src/connect/agent_work.c \
	src/connect/client.c src/connect/client.h \
	src/connect/command.c src/connect/command.h \
	src/connect/connect.h \
	src/connect/files.c src/connect/files.h \
	src/connect/held.c src/connect/held.h \
	src/connect/identity.c src/connect/identity.h \
	src/connect/join.c src/connect/join.h \
	src/connect/journal.c src/connect/journal.h \
	src/connect/keeper.c \
	src/connect/main.c \
	src/connect/options.c src/connect/options.h \
	src/connect/preset.c src/connect/preset.h \
	src/connect/prompt.c src/connect/prompt.h \
	src/connect/result.c src/connect/result.h \
	src/connect/run.c src/connect/run.h \
	src/connect/service.c src/connect/service.h \
	src/connect/sessions.c src/connect/sessions.h \
	src/connect/status.c src/connect/status.h \
	src/connect/trial.c src/connect/trial.h

# what a program that links libgwconnect.a needs besides; no database library among it
CONNECT_LIBS = src/connect/libgwconnect.a $(BASE_LIBS) $(CURL_LIBS)

bin_PROGRAMS += clawgw-connect
clawgw_connect_SOURCES = src/programs/clawgw-connect.c
clawgw_connect_LDADD = $(CONNECT_LIBS)
dist_man_MANS += man/clawgw-connect.1

# `make install-connect' installs that program and what belongs to it, and builds nothing else
install-connect: clawgw-connect$(EXEEXT)
	$(MKDIR_P) "$(DESTDIR)$(bindir)" "$(DESTDIR)$(mandir)/man1" "$(DESTDIR)$(docdir)" \
		"$(DESTDIR)$(bashcompletiondir)" "$(DESTDIR)$(zshcompletiondir)"
	$(INSTALL_PROGRAM) clawgw-connect$(EXEEXT) "$(DESTDIR)$(bindir)"
	$(INSTALL_DATA) $(srcdir)/man/clawgw-connect.1 "$(DESTDIR)$(mandir)/man1"
	$(INSTALL_DATA) $(srcdir)/docs/connect.md "$(DESTDIR)$(docdir)"
	$(INSTALL_DATA) $(srcdir)/completion/clawgw-connect "$(DESTDIR)$(bashcompletiondir)"
	$(INSTALL_DATA) $(srcdir)/completion/_clawgw-connect "$(DESTDIR)$(zshcompletiondir)"

.PHONY: install-connect
