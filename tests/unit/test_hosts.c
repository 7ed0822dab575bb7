/* SPDX-License-Identifier: ISC */
/*
 * test_hosts.c: which addresses are everybody's, and which hosts are on a list.
 */
#include "base/hosts.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

static bool is_public(const char *text)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	bool answer = false;

	cr_assert_eq(getaddrinfo(text, NULL, &hints, &found), 0, "%s", text);
	answer = gw_address_is_public(found->ai_addr);
	freeaddrinfo(found);
	return answer;
}

Test(hosts, what_belongs_to_this_machine_or_network_is_not_public)
{
	static const char *const inside[] = {
		"0.0.0.0",
		"0.1.2.3",
		"10.0.0.1",
		"10.255.255.255",
		"100.64.0.1",
		"100.127.255.255",
		"127.0.0.1",
		"127.8.8.8",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.1",
		"192.0.2.1",
		"192.168.0.1",
		"198.18.0.1",
		"198.19.255.255",
		"198.51.100.1",
		"203.0.113.1",
		"224.0.0.1",
		"239.1.1.1",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::ffff:127.0.0.1",
		"::ffff:10.0.0.1",
		"::127.0.0.1",
		"64:ff9b::7f00:1",
		"64:ff9b::a9fe:a9fe",
		"2002:7f00:1::",
		"2001::1",
		"2001:db8::1",
		"fc00::1",
		"fd12:3456::1",
		"fe80::1",
		"fec0::1",
		"ff02::1",
	};
	static const char *const outside[] = {
		"1.1.1.1",         "8.8.8.8",          "9.255.255.255",
		"11.0.0.1",        "100.63.255.255",   "100.128.0.1",
		"126.1.1.1",       "128.0.0.1",        "169.253.1.1",
		"172.15.255.255",  "172.32.0.1",       "192.167.1.1",
		"192.169.1.1",     "198.17.1.1",       "198.20.1.1",
		"223.255.255.255", "2606:4700::1111",  "2a00:1450::1",
		"::ffff:8.8.8.8",  "64:ff9b::808:808", "2001:4860:4860::8888",
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(inside); i++)
		cr_expect_not(is_public(inside[i]), "%s", inside[i]);
	for (size_t i = 0; i < GW_ARRAY_LEN(outside); i++)
		cr_expect(is_public(outside[i]), "%s", outside[i]);
	cr_expect_not(gw_address_is_public(&(struct sockaddr){.sa_family = AF_UNIX}));
}

Test(hosts, a_list_names_hosts_and_everything_below_a_domain)
{
	static const char list[] = "localhost, 127.0.0.1 [::1],*.example.org";
	static const struct {
		const char *host;
		bool listed;
	} cases[] = {
		{"localhost", true},
		{"LOCALHOST", true},
		{"localhost.", true},
		{"127.0.0.1", true},
		{"::1", true},
		{"[::1]", true},
		{"a.example.org", true},
		{"a.b.Example.org", true},
		{"example.org", false},
		{"badexample.org", false},
		{"a.example.org.x", false},
		{"127.0.0.10", false},
		{"local", false},
		{"", false},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++)
		cr_expect_eq(gw_host_listed(list, gw_str(cases[i].host)), cases[i].listed, "%s",
			     cases[i].host);
	cr_expect_not(gw_host_listed("", gw_str("localhost")));
	cr_expect_not(gw_host_listed(" , ", gw_str("localhost")));
}

Test(hosts, the_host_of_a_url)
{
	static const struct {
		const char *url, *host;
	} cases[] = {
		{"https://open.feishu.cn", "open.feishu.cn"},
		{"http://127.0.0.1:8080/x", "127.0.0.1"},
		{"http://[::1]:8080/x", "::1"},
		{"https://a/b:c", "a"},
		{"http://[::1", NULL},
		{"a.b", NULL},
		{"http://user@evil.example/", NULL},
		{"http://good.example:x@evil.example", NULL},
		{"http://[::1]@evil.example", NULL},
		{"http://[::1", NULL},
		{"http://[::1/x]:80", NULL},
		{"http://[fe80::1%25eth0]:80/", "fe80::1%25eth0"},
		{"http://good.example\\@evil.example", NULL},
		{"http://good.example/a@b", "good.example"},
		{"http://good.example:80?a@b", "good.example"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_str host = gw_url_host(gw_str(cases[i].url));

		if (cases[i].host == NULL)
			cr_expect_null(host.data, "%s", cases[i].url);
		else
			cr_expect(gw_str_equal_c(host, cases[i].host), "%s", cases[i].url);
	}
}

Test(hosts, of_http_are_urls_with_a_host)
{
	static const char *const good[] = {"http://a", "https://a.example/v1", "HTTPS://[::1]:1/x"};
	static const char *const bad[] = {"",        "http",           "http://", "https:///v1",
					  "ftp://a", "https://u:p@a/", "http//a", " http://a"};

	for (size_t i = 0; i < GW_ARRAY_LEN(good); i++)
		cr_expect(gw_url_is_http(gw_str(good[i])), "%s", good[i]);
	for (size_t i = 0; i < GW_ARRAY_LEN(bad); i++)
		cr_expect_not(gw_url_is_http(gw_str(bad[i])), "%s", bad[i]);
}
