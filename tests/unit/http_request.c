/* SPDX-License-Identifier: ISC */
/*
 * http_request.c: requests out of CGI environments.
 */
#include "http/request.h"

#include <criterion/criterion.h>
#include <string.h>

static char *env_entry(const char *text)
{
	/* an environment is char *const *, but nobody writes to it */
	union {
		const char *in;
		char *out;
	} cast = {.in = text};

	return cast.out;
}

#define ENV(...) ((char *const *)(char *[]){__VA_ARGS__, NULL})
#define E(text) env_entry(text)

Test(request, the_path_is_that_of_the_request_target_decoded_once)
{
	static const struct {
		const char *uri;
		const char *path;
		const char *query;
	} table[] = {
		{"REQUEST_URI=/api/gateway/poll", "/api/gateway/poll", ""},
		{"REQUEST_URI=/api/gateway/poll?limit=3", "/api/gateway/poll", "limit=3"},
		{"REQUEST_URI=/a%20b/%c3%a9?x=%20", "/a b/\xc3\xa9", "x=%20"},
		{"REQUEST_URI=/a%2520", "/a%20", ""},
		{"REQUEST_URI=/a//b/", "/a//b/", ""},
		{"REQUEST_URI=/a%2fb", "/a/b", ""},
		{"REQUEST_URI=/a%00b", "", ""},
		{"REQUEST_URI=/a%zz", "", ""},
		{"REQUEST_URI=/a%2", "", ""},
		{"REQUEST_URI=http://host:1/a/b?c", "/a/b", "c"},
		{"REQUEST_URI=HTTPS://host", "/", ""},
		{"REQUEST_URI=http://host?x", "/", "x"},
		{"REQUEST_URI=/?", "/", ""},
		{"REQUEST_URI=", "", ""},
		{"NOTHING=", "", ""},
	};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(table); i++) {
		struct gw_request request;

		gw_request_init(&request, ENV(E(table[i].uri)), NULL);
		cr_expect(gw_str_equal_c(request.path, table[i].path), "%s: %s", table[i].uri,
			  request.path.data);
		cr_expect(gw_str_equal_c(request.query, table[i].query), "%s: %s", table[i].uri,
			  request.query.data);
		cr_expect(request.path.data[request.path.len] == '\0');
		gw_request_release(&request);
	}
}

Test(request, what_the_public_address_has_before_our_paths_is_taken_off)
{
	static const struct {
		const char *uri, *prefix, *path;
	} table[] = {
		{"REQUEST_URI=/claw/api/poll?a", "/claw", "/api/poll"},
		{"REQUEST_URI=/claw/api/poll", "", "/api/poll"},
		{"REQUEST_URI=/claw/", "/claw", "/"},
		{"REQUEST_URI=/claw", "/claw", "/claw"},
		{"REQUEST_URI=/clawed/api", "/claw", "/clawed/api"},
		{"REQUEST_URI=/api/poll", "/claw", "/api/poll"},
		{"REQUEST_URI=/%63law/api", "/claw", "/api"},
		{"REQUEST_URI=/claw/claw/api", "/claw", "/claw/api"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(table); i++) {
		struct gw_request request;
		const char *wanted = table[i].prefix[0] != '\0' ? table[i].path : "/claw/api/poll";

		gw_request_init(&request, ENV(E(table[i].uri)), NULL);
		gw_request_strip(&request, gw_str(table[i].prefix));
		cr_expect(gw_str_equal_c(request.path, wanted), "%s: %s", table[i].uri,
			  request.path.data);
		gw_request_release(&request);
	}
}

Test(request, without_a_target_the_path_is_script_name_and_path_info)
{
	struct gw_request request;

	gw_request_init(&request,
			ENV(E("SCRIPT_NAME=/gw"), E("PATH_INFO=/poll%20"), E("QUERY_STRING=a=1")),
			NULL);
	cr_expect(gw_str_equal_c(request.path, "/gw/poll%20"));
	cr_expect(gw_str_equal_c(request.query, "a=1"));
	cr_expect_str_eq(request.method, "");
	gw_request_release(&request);
}

Test(request, a_header_is_found_by_its_http_name)
{
	struct gw_request request;

	gw_request_init(&request,
			ENV(E("HTTP_X_API_KEY=one"), E("HTTP_X_API_KEY=two"), E("HTTP_X_EMPTY="),
			    E("CONTENT_TYPE=text/x"), E("HTTP_X_API_KEYS=no")),
			NULL);
	cr_expect(gw_str_equal_c(gw_request_header(&request, "X-Api-Key"), "one"));
	cr_expect(gw_str_equal_c(gw_request_header(&request, "X-Empty"), ""));
	cr_expect(gw_str_equal_c(gw_request_header(&request, "Content-Type"), "text/x"));
	cr_expect_null(gw_request_header(&request, "X-Api").data);
	gw_request_release(&request);
}

Test(request, the_trace_id_is_the_clients_when_it_is_harmless)
{
	static const char long_id[] =
		"HTTP_X_TRACE_ID=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff12345";
	struct gw_request request;

	gw_request_init(&request, ENV(E("HTTP_X_TRACE_ID=a.B_c-9"), E("HTTP_X_REQUEST_ID=other")),
			NULL);
	cr_expect_str_eq(request.trace_id, "a.B_c-9");
	gw_request_release(&request);
	gw_request_init(&request, ENV(E("HTTP_X_TRACE_ID=a b"), E("HTTP_X_REQUEST_ID=other")),
			NULL);
	cr_expect_str_eq(request.trace_id, "other");
	gw_request_release(&request);
	gw_request_init(&request, ENV(E(long_id)), NULL);
	cr_expect_eq(strlen(request.trace_id), 36);
	gw_request_release(&request);
	gw_request_init(&request, ENV(E("HTTP_X_TRACE_ID="), E("HTTP_X_REQUEST_ID=a\r\nb")), NULL);
	cr_expect_eq(strlen(request.trace_id), 36);
	gw_request_release(&request);
}

Test(request, of_a_repeated_query_parameter_the_last_wins)
{
	static const struct {
		const char *env;
		const char *value;
	} table[] = {
		{"QUERY_STRING=limit=1", "1"},
		{"QUERY_STRING=a=b&limit=1&limit=2", "2"},
		{"QUERY_STRING=limit=a%20b+c", "a b c"},
		{"QUERY_STRING=lim%69t=5", "5"},
		{"QUERY_STRING=limit", ""},
		{"QUERY_STRING=limit=%zz%4", "%zz%4"},
		{"QUERY_STRING=&&limit==&", "="},
		{"QUERY_STRING=limits=1&xlimit=2", NULL},
		{"QUERY_STRING=", NULL},
	};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(table); i++) {
		struct gw_request request;
		struct gw_buf storage;
		struct gw_str value;

		gw_buf_init(&storage, 64);
		gw_request_init(&request, ENV(E(table[i].env)), NULL);
		value = gw_request_query(&request, "limit", &storage);
		cr_expect(table[i].value ? gw_str_equal_c(value, table[i].value) : !value.data,
			  "%s", table[i].env);
		gw_request_release(&request);
		gw_buf_release(&storage);
	}
}

Test(request, the_origin_is_what_the_client_wrote_if_it_can_be_one)
{
	static const struct {
		const char *host;
		const char *other;
		const char *origin;
	} table[] = {
		{"HTTP_HOST=gw.example:8080", "X=", "http://gw.example:8080"},
		{"HTTP_HOST=gw.example", "HTTPS=on", "https://gw.example"},
		{"HTTP_HOST=[::1]:80", "HTTPS=off", "http://[::1]:80"},
		{"HTTP_HOST=gw.example", "HTTP_X_FORWARDED_PROTO=https, http",
		 "https://gw.example"},
		{"HTTP_HOST=gw.example", "HTTP_X_FORWARDED_PROTO=httpsx", "http://gw.example"},
		{"HTTP_HOST=a/b", "HTTPS=on", "http://localhost"},
		{"HTTP_HOST=a b", "X=", "http://localhost"},
		{"HTTP_HOST=", "X=", "http://localhost"},
	};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(table); i++) {
		struct gw_request request;
		struct gw_buf out;

		gw_buf_init(&out, 512);
		gw_request_init(&request, ENV(E(table[i].host), E(table[i].other)), NULL);
		gw_request_origin(&request, &out);
		cr_expect_str_eq(out.data, table[i].origin);
		gw_request_release(&request);
		gw_buf_release(&out);
	}
}
