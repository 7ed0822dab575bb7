/* SPDX-License-Identifier: ISC */
/*
 * direct.c: see direct.h.
 */
#include "lib/direct.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "gateway/background.h"
#include "gateway/counters.h"
#include "gateway/endpoints.h"
#include "lib/database.h"

#include <criterion/criterion.h>
#include <ctype.h>

#define MAX_VARIABLES 32

static const struct gw_endpoint endpoints[] = {
	GW_ENDPOINTS(GW_ENDPOINT_ROW) GW_ENDPOINT_END,
};

void gw_test_gateway_init(struct gw_test_gateway *test, const char *conninfo, unsigned connections)
{
	struct gw_buf error;

	gw_buf_init(&error, 1024);
	cr_assert(gw_config_load("/dev/null", &error, &test->config) == GW_OK, "%s", error.data);
	gw_buf_release(&error);
	test->gateway.config = &test->config;
	test->gateway.db = gw_test_db_as(conninfo, "clawgw_web", connections);
	test->gateway.handouts = NULL;
	test->gateway.metrics = gw_metrics_open("", &gw_counter_table);
	test->gateway.rates = NULL;
	free(test->config.guide_hosts);
	test->config.guide_hosts = gw_xstrdup("gateway.example");
}

void gw_test_gateway_release(struct gw_test_gateway *test)
{
	(void)gw_background_wait(60 * GW_USEC_PER_SEC); /* they use the configuration */
	gw_db_free(test->gateway.db);
	gw_metrics_close(test->gateway.metrics);
	gw_config_release(&test->config);
}

static char *variable(const char *prefix, const char *name, const char *value)
{
	struct gw_buf text;

	gw_buf_init(&text, 1024 * 1024);
	gw_buf_addf(&text, "%s%s=%s", prefix, name, value);
	for (char *c = text.data; *c != '='; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	return gw_buf_detach(&text);
}

/* nginx does not pass on headers whose name has an underscore. */
static bool passes(const char *name)
{
	return strchr(name, '_') == NULL;
}

void gw_test_direct(void *arg, const char *method, const char *path, struct json_object *headers,
		    struct gw_str body, struct gw_case_answer *ret_answer)
{
	struct gw_test_gateway *test = arg;
	char *env[MAX_VARIABLES] = {NULL};
	struct gw_request request;
	struct gw_response response;
	size_t count = 0;

	env[count++] = variable("", "REQUEST_METHOD", method);
	env[count++] = variable("", "REQUEST_URI", path);
	env[count++] = variable("", "HTTP_HOST", "gateway.example");
	if (getenv("GW_TEST_ADDRESS") != NULL)
		env[count++] = variable("", "REMOTE_ADDR", getenv("GW_TEST_ADDRESS"));
	for (size_t i = 0; headers != NULL && i < json_object_array_length(headers); i++) {
		struct json_object *pair = json_object_array_get_idx(headers, i);
		const char *name = json_object_get_string(json_object_array_get_idx(pair, 0));

		cr_assert(count < MAX_VARIABLES - 1);
		if (passes(name))
			env[count++] = variable("HTTP_", name,
						json_object_get_string(
							json_object_array_get_idx(pair, 1)));
	}
	gw_request_init(&request, env, &test->gateway);
	request.body = body;
	request.may_wait = test->may_wait;
	gw_response_init(&response, 256U * 1024 * 1024);
	gw_route(endpoints, &request, &response);
	ret_answer->status = response.status;
	ret_answer->headers = gw_str_dup(gw_buf_str(&response.headers));
	ret_answer->body = gw_str_dup(gw_buf_str(&response.body));
	if (ret_answer->body == NULL)
		ret_answer->body = gw_xstrdup("");
	gw_response_release(&response);
	gw_request_release(&request);
	for (size_t i = 0; i < count; i++)
		free(env[i]);
}

int gw_test_call(struct gw_test_gateway *test, const char *method, const char *path,
		 const char *key, const char *body, char **ret_body)
{
	struct json_object *headers = json_object_new_array();
	struct json_object *pair = json_object_new_array();
	struct gw_case_answer answer = {.body = NULL};

	if (key != NULL) {
		json_object_array_add(pair, json_object_new_string("X-Api-Key"));
		json_object_array_add(pair, json_object_new_string(key));
		json_object_array_add(headers, json_object_get(pair));
	}
	gw_test_direct(test, method, path, headers, gw_str(body != NULL ? body : ""), &answer);
	json_object_put(pair);
	json_object_put(headers);
	free(answer.headers);
	if (ret_body != NULL)
		*ret_body = answer.body;
	else
		free(answer.body);
	return answer.status;
}
