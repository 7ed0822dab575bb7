# SPDX-License-Identifier: ISC
# src/http: between the web server and the handlers

noinst_LIBRARIES += src/http/libgwhttp.a
src_http_libgwhttp_a_SOURCES = \
	src/http/alarms.c src/http/alarms.h \
	src/http/bell.c src/http/bell.h \
	src/http/body.c src/http/body.h \
	src/http/cgi.c src/http/cgi.h \
	src/http/exchange.c src/http/exchange.h \
	src/http/fcgi.c src/http/fcgi.h \
	src/http/guests.c src/http/guests.h \
	src/http/invalid.c src/http/invalid.h \
	src/http/lobby.c src/http/lobby.h \
	src/http/request.c src/http/request.h \
	src/http/response.c src/http/response.h \
	src/http/route.c src/http/route.h \
	src/http/serve.c src/http/serve.h \
	src/http/threads.c src/http/threads.h \
	src/http/topic.c src/http/topic.h \
	src/http/validate.c src/http/validate.h

# what a program that links libgwhttp.a needs besides
HTTP_LIBS = src/http/libgwhttp.a $(FCGI_LIBS) $(JSON_LIBS)
