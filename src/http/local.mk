# src/http: between the web server and the handlers

noinst_LIBRARIES += src/http/libgwhttp.a
src_http_libgwhttp_a_SOURCES = \
	src/http/exchange.c src/http/exchange.h \
	src/http/request.c src/http/request.h \
	src/http/response.c src/http/response.h \
	src/http/route.c src/http/route.h \
	src/http/serve.c src/http/serve.h \
	src/http/validate.c src/http/validate.h

# what a program that links libgwhttp.a needs besides
HTTP_LIBS = src/http/libgwhttp.a $(FCGI_LIBS) $(JSON_LIBS)
