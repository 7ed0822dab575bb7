/* SPDX-License-Identifier: ISC */
/*
 * cgi.h: the one request of a CGI process (RFC 3875). Part of serve.c.
 */
#ifndef GW_CGI_H
#define GW_CGI_H

#include "http/serve.h"

/* Answers it: `env`, standard input, standard output. Nothing waits here. */
void gw_cgi_serve(const struct gw_serve_options *options, char *const *env);

#endif
