# SPDX-License-Identifier: ISC
# src/people: the endpoints of people at their screens

noinst_LIBRARIES += src/people/libgwpeople.a
src_people_libgwpeople_a_SOURCES = \
	src/people/agents.c \
	src/people/conversations.c \
	src/people/events.c \
	src/people/link.c \
	src/people/messages.c \
	src/people/operator.c src/people/operator.h \
	src/people/operator_agent.c \
	src/people/operator_care.c src/people/operator_care.h \
	src/people/operator_channel.c \
	src/people/operator_checks.c \
	src/people/operator_deed.c \
	src/people/operator_events.c \
	src/people/operator_health.c \
	src/people/operator_look.c \
	src/people/operator_model.c \
	src/people/operator_overview.c \
	src/people/operator_person.c \
	src/people/operator_setting.c src/people/operator_setting.h \
	src/people/operator_survey.c \
	src/people/people.c src/people/people.h \
	src/people/search.c \
	src/people/session.c \
	src/people/signin.c src/people/signin.h
