# SPDX-License-Identifier: ISC
# src/store: one file per noun; the only place that knows libpq
noinst_LIBRARIES += src/store/libgwstore.a
src_store_libgwstore_a_SOURCES = \
	src/store/adoption.c src/store/adoption.h \
	src/store/agent.c src/store/agent.h \
	src/store/array.c src/store/array.h \
	src/store/bell.c src/store/bell.h \
	src/store/capability.c src/store/capability.h \
	src/store/audit.c src/store/audit.h \
	src/store/channel.c src/store/channel.h \
	src/store/connection.c src/store/connection.h \
	src/store/conversation.c src/store/conversation.h \
	src/store/db.c src/store/db.h \
	src/store/event.c src/store/event.h \
	src/store/health.c src/store/health.h \
	src/store/invitation.c src/store/invitation.h \
	src/store/job.c src/store/job.h \
	src/store/listener.c \
	src/store/feishu.c src/store/feishu.h \
	src/store/letter.c src/store/letter.h \
	src/store/message.c src/store/message.h \
	src/store/migration.c src/store/migration.h \
	src/store/model.c src/store/model.h \
	src/store/outcome.c src/store/outcome.h \
	src/store/overview.c src/store/overview.h \
	src/store/params.c \
	src/store/person.c src/store/person.h \
	src/store/poll.c src/store/poll.h \
	src/store/question.c src/store/question.h \
	src/store/rows.c src/store/rows.h \
	src/store/rows_json.c src/store/rows_json.h \
	src/store/screen.c src/store/screen.h \
	src/store/send.c src/store/send.h \
	src/store/session.c src/store/session.h \
	src/store/settlement.c \
	src/store/setup.c src/store/setup.h \
	src/store/target.c src/store/target.h \
	src/store/token.c src/store/token.h
nodist_src_store_libgwstore_a_SOURCES = src/store/statements.c src/store/statements.h src/store/schema.c src/store/functions.c \
	src/store/grants.c src/store/indexes.c
