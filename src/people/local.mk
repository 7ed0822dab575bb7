# SPDX-License-Identifier: ISC
# src/people: the endpoints of people at their screens

noinst_LIBRARIES += src/people/libgwpeople.a
src_people_libgwpeople_a_SOURCES = \
	src/people/agents.c \
	src/people/conversations.c \
	src/people/events.c \
	src/people/link.c \
	src/people/messages.c \
	src/people/people.c src/people/people.h \
	src/people/search.c \
	src/people/session.c \
	src/people/signin.c src/people/signin.h
