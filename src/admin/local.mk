# SPDX-License-Identifier: ISC
# src/admin: clawgw-admin, one file per group of commands
noinst_LIBRARIES += src/admin/libgwadmin.a
src_admin_libgwadmin_a_SOURCES = \
	src/admin/adopt.c \
	src/admin/admin.c src/admin/admin.h \
	src/admin/agent.c \
	src/admin/arguments.c \
	src/admin/audit.c \
	src/admin/commands.c \
	src/admin/completion.c \
	src/admin/doctor.c src/admin/doctor.h \
	src/admin/doctor_access.c \
	src/admin/doctor_backlog.c \
	src/admin/doctor_database.c \
	src/admin/doctor_finding.c \
	src/admin/doctor_host.c \
	src/admin/doctor_http.c \
	src/admin/doctor_letters.c \
	src/admin/doctor_mail.c \
	src/admin/doctor_models.c \
	src/admin/doctor_page.c \
	src/admin/doctor_request.c \
	src/admin/doctor_roles.c \
	src/admin/doctor_sockets.c \
	src/admin/doctor_units.c \
	src/admin/doctor_url.c \
	src/admin/edit.c \
	src/admin/help.c \
	src/admin/job.c \
	src/admin/letter.c \
	src/admin/message.c \
	src/admin/model.c \
	src/admin/model_ask.c src/admin/model_ask.h \
	src/admin/model_test.c \
	src/admin/noun.c \
	src/admin/organisation.c \
	src/admin/output.c src/admin/output.h \
	src/admin/purge.c \
	src/admin/queued.c \
	src/admin/session.c \
	src/admin/setup.c \
	src/admin/suggest.c \
	src/admin/system.c \
	src/admin/table.c src/admin/table.h \
	src/admin/tidy.c \
	src/admin/trace.c \
	src/admin/width.c src/admin/width.h

dist_man_MANS += man/clawgw-admin.8
