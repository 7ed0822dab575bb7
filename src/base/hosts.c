/* SPDX-License-Identifier: ISC */
/*
 * hosts.c: see hosts.h.
 */
#include "base/hosts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct gw_str without_brackets(struct gw_str host)
{
	if (host.len >= 2 && host.data[0] == '[' && host.data[host.len - 1] == ']')
		return (struct gw_str){host.data + 1, host.len - 2};
	return host;
}

static bool entry_matches(struct gw_str entry, struct gw_str host)
{
	entry = without_brackets(entry);
	if (entry.len > 2 && entry.data[0] == '*' && entry.data[1] == '.') {
		entry = (struct gw_str){entry.data + 1, entry.len - 1};
		return host.len > entry.len &&
		       strncasecmp(host.data + host.len - entry.len, entry.data, entry.len) == 0;
	}
	return entry.len == host.len && strncasecmp(entry.data, host.data, host.len) == 0;
}

bool gw_host_listed(const char *list, struct gw_str host)
{
	host = without_brackets(host);
	if (host.len > 0 && host.data[host.len - 1] == '.')
		host.len--; /* the root may be written or not */
	while (host.len > 0 && *(list += strspn(list, ", \t")) != '\0') {
		struct gw_str entry = {list, strcspn(list, ", \t")};

		if (entry_matches(entry, host))
			return true;
		list += entry.len;
	}
	return false;
}

static bool ipv4_is_public(uint32_t address)
{
	static const struct {
		uint32_t network;
		unsigned bits;
	} special[] = {
		{0x00000000, 8},  /* this network */
		{0x0A000000, 8},  /* private */
		{0x64400000, 10}, /* shared (RFC 6598) */
		{0x7F000000, 8},  /* loopback */
		{0xA9FE0000, 16}, /* link-local: a cloud's metadata, too */
		{0xAC100000, 12}, /* private */
		{0xC0000000, 24}, /* protocol assignments */
		{0xC0000200, 24}, /* documentation */
		{0xC0586300, 24}, /* 6to4 relays */
		{0xC0A80000, 16}, /* private */
		{0xC6120000, 15}, /* benchmarks */
		{0xC6336400, 24}, /* documentation */
		{0xCB007100, 24}, /* documentation */
		{0xE0000000, 3},  /* multicast, reserved, broadcast */
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(special); i++) {
		if (((address ^ special[i].network) >> (32 - special[i].bits)) == 0)
			return false;
	}
	return true;
}

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static bool ipv6_is_public(const unsigned char *bytes)
{
	static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
	static const unsigned char nat64[12] = {0, 0x64, 0xFF, 0x9B};

	if (memcmp(bytes, mapped, sizeof(mapped)) == 0 || memcmp(bytes, nat64, sizeof(nat64)) == 0)
		return ipv4_is_public(big_endian(bytes + 12));
	if (bytes[0] == 0x20 && bytes[1] == 0x02) /* 6to4 */
		return ipv4_is_public(big_endian(bytes + 2));
	/* 2001::/23 (Teredo and other assignments), 2001:db8::/32 (documentation) */
	if (bytes[0] == 0x20 && bytes[1] == 0x01 &&
	    (bytes[2] < 2 || big_endian(bytes) == 0x20010DB8))
		return false;
	return (bytes[0] & 0xE0) == 0x20; /* 2000::/3 is all that is given out */
}

bool gw_address_is_public(const struct sockaddr *address)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (address->sa_family == AF_INET) {
		memcpy(&four, address, sizeof(four));
		return ipv4_is_public(ntohl(four.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&six, address, sizeof(six));
		return ipv6_is_public(six.sin6_addr.s6_addr);
	}
	return false;
}

/* In brackets: an IPv6 address, perhaps with a zone. */
static bool is_of_address(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == ':' || c == '.' || c == '%' || c == '-' || c == '_';
}

static bool ends_host(char c)
{
	return c == '/' || c == ':' || c == '?' || c == '#' || c == '\\' || c == '\0';
}

struct gw_str gw_url_host(struct gw_str url)
{
	const char *begin = url.len > 0 ? memmem(url.data, url.len, "://", 3) : NULL;
	struct gw_str rest = GW_STR_NULL;
	size_t len = 0;

	if (begin == NULL)
		return GW_STR_NULL;
	begin += 3;
	rest = (struct gw_str){begin, url.len - (size_t)(begin - url.data)};
	if (rest.len > 0 && rest.data[0] == '[') {
		len = 1;
		while (len < rest.len && is_of_address(rest.data[len]))
			len++;
		if (len == rest.len || rest.data[len] != ']' ||
		    (len + 1 < rest.len && !ends_host(rest.data[len + 1])))
			return GW_STR_NULL;
		return (struct gw_str){rest.data + 1, len - 1};
	}
	while (len < rest.len && !ends_host(rest.data[len]))
		len++;
	/* "https://good.example:x@evil.example": the host is behind a name and a password */
	for (size_t i = len; i < rest.len && strchr("/?#", rest.data[i]) == NULL; i++) {
		if (rest.data[i] == '@')
			return GW_STR_NULL;
	}
	return memchr(rest.data, '@', len) == NULL ? (struct gw_str){rest.data, len} : GW_STR_NULL;
}

bool gw_url_is_http(struct gw_str url)
{
	return ((url.len > 7 && strncasecmp(url.data, "http://", 7) == 0) ||
		(url.len > 8 && strncasecmp(url.data, "https://", 8) == 0)) &&
	       gw_url_host(url).len > 0;
}

enum gw_reach gw_url_reach(const char *url, const char *allow_http, const char *allow_private)
{
	struct gw_str host = gw_url_host(gw_str(url));

	if (strncasecmp(url, "https:", 6) != 0 &&
	    !gw_host_listed(allow_http != NULL ? allow_http : "", host))
		return GW_REACH_NOWHERE;
	return gw_host_listed(allow_private != NULL ? allow_private : "", host) ? GW_REACH_ANY
										: GW_REACH_PUBLIC;
}

const char *gw_url_proxy(const char *url)
{
	static const char *const names[][4] = {
		{"http_proxy", "all_proxy", "ALL_PROXY", NULL},
		{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"},
	};
	int https = strncasecmp(url, "https:", 6) == 0;

	for (size_t i = 0; i < GW_ARRAY_LEN(names[0]) && names[https][i] != NULL; i++) {
		const char *proxy = getenv(names[https][i]);

		if (proxy != NULL && *proxy != '\0')
			return proxy;
	}
	return NULL;
}
