/* SPDX-License-Identifier: ISC */
/*
 * hosts.h: where an address that somebody else configured may lead to.
 *
 * Rows of the database name servers that clawgw calls (a Feishu domain, a model's base_url). Whoever may write such a row must not
 * be able to reach what only this machine or its network can: its database, its web interfaces, a cloud's metadata service.
 */
#ifndef GW_HOSTS_H
#define GW_HOSTS_H

#include "base/buf.h"

#include <sys/socket.h>

/*
 * `list` holds names and addresses, separated by commas or blanks; *.example.org means every name below example.org. True if
 * `host` is one of them, whatever its case. IPv6 addresses may stand in brackets.
 */
bool gw_host_listed(const char *list, struct gw_str host);

/*
 * True for an address that belongs to everybody's Internet: not this machine, not a private, shared, link-local, multicast or
 * reserved one (the IANA special-purpose registries, RFC 6890), nor one of those in an IPv6 address's clothes.
 */
bool gw_address_is_public(const struct sockaddr *address);

/*
 * The host of scheme://host[:port][/…], without brackets; absent if there is none, or if a user name stands before it: where such
 * a URL leads to is easily mistaken.
 */
struct gw_str gw_url_host(struct gw_str url);

/* Whether it is http:// or https:// with a host that gw_url_host() finds. */
bool gw_url_is_http(struct gw_str url);

/* How far a URL that comes from a row of the database may lead. */
enum gw_reach {
	GW_REACH_NOWHERE, /* it is not https, and `allow_http` does not list its host */
	GW_REACH_PUBLIC, /* to addresses that are public; or through gw_url_proxy(), which then sees to that */
	GW_REACH_ANY, /* `allow_private` lists its host */
};

/* The two lists are the settings allow_http_hosts and allow_private_hosts; NULL lists nothing. */
enum gw_reach gw_url_reach(const char *url, const char *allow_http, const char *allow_private);

/*
 * The proxy that the environment names for `url`, as libcurl chooses it, but whatever no_proxy says: whoever wrote the URL must not
 * get past the operator's proxy by a name that is in that list. NULL: none. (HTTP_PROXY is not looked at: in the environment of a
 * CGI program it is a header of the client's, CVE-2016-5385.)
 */
const char *gw_url_proxy(const char *url);

#endif
