/* SPDX-License-Identifier: ISC */
/*
 * http_route.c: paths to handlers, and what is added to their answers.
 */
#include "http/route.h"

#include "base/json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static enum gw_err answer_param(struct gw_request *request, struct gw_response *response)
{
	request->authenticated = true;
	gw_json_add_string(&response->body, request->path_param);
	return GW_OK;
}

static enum gw_err answer_nobody(struct gw_request *request, struct gw_response *response)
{
	(void)request;
	gw_response_header(response, "X-Secret", "1");
	gw_buf_add_c(&response->body, "secret");
	return GW_OK;
}

static enum gw_err fail_unavailable(struct gw_request *request, struct gw_response *response)
{
	(void)request;
	gw_buf_add_c(&response->body, "half an ans");
	return GW_UNAVAILABLE;
}

static enum gw_err fail_own_text(struct gw_request *request, struct gw_response *response)
{
	(void)request;
	return gw_response_error_code(response, GW_CONFLICT, "some_code", "it is %s", "\"so\"");
}

static enum gw_err too_much(struct gw_request *request, struct gw_response *response)
{
	int i;

	(void)request;
	for (i = 0; i < 1000; i++)
		gw_buf_add_c(&response->body, "0123456789");
	return GW_OK;
}

static enum gw_err not_implemented(struct gw_request *request, struct gw_response *response)
{
	(void)request;
	return gw_response_error_status(response, GW_INVALID, 501, "Use the other one");
}

static const struct gw_endpoint endpoints[] = {
	{"get", "GET", "/thing", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, answer_param},
	{"post", "POST", "/thing", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, answer_param},
	{"guide", "GET", "/guide/{id}", GW_ACCESS_AUTHENTICATED, GW_BODY_CONFIGURED, answer_param},
	{"key", "POST", "/agents/{id}/api-key", GW_ACCESS_AUTHENTICATED, GW_BODY_CONFIGURED,
	 answer_param},
	{"leak", "GET", "/leak", GW_ACCESS_AUTHENTICATED, GW_BODY_CONFIGURED, answer_nobody},
	{"closed", "GET", "/closed", GW_ACCESS_NOBODY, GW_BODY_IGNORED, answer_nobody},
	{"down", "GET", "/down", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, fail_unavailable},
	{"own", "GET", "/own", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, fail_own_text},
	{"much", "GET", "/much", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, too_much},
	{"never", "POST", "/never", GW_ACCESS_PUBLIC, GW_BODY_CONFIGURED, not_implemented},
	{NULL, NULL, NULL, GW_ACCESS_NOBODY, GW_BODY_IGNORED, NULL},
};

Test(route, each_request_finds_its_answer)
{
	static const struct {
		const char *method;
		const char *path;
		int status;
		const char *body;
		const char *header; /* or NULL */
	} table[] = {
		{"GET", "/thing", 200, "null", "X-Trace-Id: t1\r\n"},
		{"POST", "/thing?x=1", 200, "null", "Cache-Control: no-store\r\n"},
		{"PUT", "/thing", 405, "{\"detail\":\"Method Not Allowed\"}",
		 "Allow: GET, POST\r\n"},
		{"HEAD", "/thing", 405, "{\"detail\":\"Method Not Allowed\"}",
		 "X-Content-Type-Options: nosniff\r\n"},
		{"get", "/thing", 405, "{\"detail\":\"Method Not Allowed\"}", NULL},
		{"GET", "/thing/", 404, "{\"detail\":\"Not Found\"}", "X-Trace-Id: t1\r\n"},
		{"GET", "//thing", 404, "{\"detail\":\"Not Found\"}", NULL},
		{"GET", "/%zz", 404, "{\"detail\":\"Not Found\"}", NULL},
		{"GET", "/guide/abc", 200, "\"abc\"", NULL},
		{"GET", "/guide/a%20c", 200, "\"a c\"", NULL},
		{"GET", "/guide/", 404, "{\"detail\":\"Not Found\"}", NULL},
		{"GET", "/guide/a/b", 404, "{\"detail\":\"Not Found\"}", NULL},
		{"POST", "/guide/a", 405, "{\"detail\":\"Method Not Allowed\"}", "Allow: GET\r\n"},
		{"POST", "/agents/a1/api-key", 200, "\"a1\"", NULL},
		{"POST", "/agents//api-key", 404, "{\"detail\":\"Not Found\"}", NULL},
		{"POST", "/agents/api-key", 404, "{\"detail\":\"Not Found\"}", NULL},
		{"GET", "/leak", 500, "{\"detail\":\"Internal Server Error\"}", NULL},
		{"GET", "/closed", 403, "{\"detail\":\"Forbidden\"}", NULL},
		{"GET", "/down", 503, "{\"detail\":\"Service temporarily unavailable\"}",
		 "Retry-After: 2\r\n"},
		{"GET", "/own", 409,
		 "{\"detail\":{\"code\":\"some_code\",\"message\":\"it is \\\"so\\\"\"}}", NULL},
		{"GET", "/much", 500, "{\"detail\":\"Internal Server Error\"}", NULL},
		{"POST", "/never", 501, "{\"detail\":\"Use the other one\"}", NULL},
	};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(table); i++) {
		char method[64];
		char uri[64];
		char trace[] = "HTTP_X_TRACE_ID=t1";
		char *env[] = {method, uri, trace, NULL};
		struct gw_request request;
		struct gw_response response;

		snprintf(method, sizeof(method), "REQUEST_METHOD=%s", table[i].method);
		snprintf(uri, sizeof(uri), "REQUEST_URI=%s", table[i].path);
		gw_request_init(&request, env, NULL);
		gw_response_init(&response, 1000);
		gw_route(endpoints, &request, &response);
		cr_expect_eq(response.status, table[i].status, "%s %s: %d", method, uri,
			     response.status);
		/* who asks for what is not there gets a hint at the end of the object */
		if (response.status == 404 || response.status == 405)
			*strstr(response.body.data, ",\"hint\":\"") = '}';
		cr_expect_eq(strncmp(response.body.data, table[i].body, strlen(table[i].body)), 0,
			     "%s %s: %s", method, uri, response.body.data);
		cr_expect(!table[i].header || strstr(response.headers.data, table[i].header),
			  "%s %s: %s", method, uri, response.headers.data);
		cr_expect_null(strstr(response.headers.data, "X-Secret"));
		gw_request_release(&request);
		gw_response_release(&response);
	}
}

Test(route, every_cause_has_its_status)
{
	static const struct {
		enum gw_err err;
		int status;
	} table[] = {{GW_OK, 200},        {GW_INVALID, 422},   {GW_UNAUTHORIZED, 401},
		     {GW_FORBIDDEN, 403}, {GW_NOT_FOUND, 404}, {GW_CONFLICT, 409},
		     {GW_TOO_LARGE, 413}, {GW_BUSY, 503},      {GW_UNAVAILABLE, 503},
		     {GW_UPSTREAM, 502},  {GW_INTERNAL, 500}};
	size_t i;

	for (i = 0; i < GW_ARRAY_LEN(table); i++)
		cr_expect_eq(gw_http_status(table[i].err), table[i].status);
}

Test(route, a_header_value_cannot_add_a_line)
{
	struct gw_response response;

	gw_response_init(&response, 100);
	gw_response_header(&response, "X-A", "b\r\nSet-Cookie: c");
	gw_response_header(&response, "X-B", "ok");
	cr_expect_str_eq(response.headers.data, "X-B: ok\r\n");
	gw_response_release(&response);
}

Test(route, a_long_error_text_is_cut_between_characters)
{
	struct gw_response response;
	char text[6001];
	size_t i;

	for (i = 0; i + 2 < sizeof(text); i += 3)
		memcpy(text + i, "\xe7\x8e\x8b", 3);
	text[6000] = '\0';
	gw_response_init(&response, 10);
	cr_expect(gw_response_error(&response, GW_NOT_FOUND, "x%s", text) == GW_NOT_FOUND);
	cr_expect_not(gw_buf_overflowed(&response.body));
	cr_expect_null(strstr(response.body.data, "\xef\xbf\xbd"));
	cr_expect_eq(response.body.len, 4096 + strlen("{\"detail\":\"\"}"));
	gw_response_release(&response);
}
