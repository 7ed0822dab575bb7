/*
 * exchange.h: one request in, one response out; part of serve.c, of no use elsewhere.
 */
#ifndef GW_EXCHANGE_H
#define GW_EXCHANGE_H

#include "http/serve.h"

/*
 * Reads one FastCGI request from the connected socket `fd`, answers it, and returns true if the web
 * server keeps the connection for another one. Otherwise `fd` is closed, as it is when nothing that
 * makes sense arrived.
 */
bool gw_exchange_fastcgi(const struct gw_serve_options *options, int fd);

/* Answers the one request of a CGI process (RFC 3875): `env`, standard input, standard output. */
void gw_exchange_cgi(const struct gw_serve_options *options, char *const *env);

#endif
