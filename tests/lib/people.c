/* SPDX-License-Identifier: ISC */
/*
 * people.c: see people.h.
 */
#include "lib/people.h"

#include "lib/database.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/jwt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define SECRET "a-secret-for-tokens-of-the-platform-0123"
#define PEOPLE "/api/gateway/people"

void gw_people_setup(struct gw_people_fixture *fixture)
{
	gw_people_setup_on(fixture, gw_test_database_used());
}

void gw_people_setup_on(struct gw_people_fixture *fixture, char *conninfo)
{
	fixture->conninfo = conninfo;
	gw_test_gateway_init(&fixture->test, fixture->conninfo, 4);
	free(fixture->test.config.jwt_secret);
	fixture->test.config.jwt_secret = gw_xstrdup(SECRET);
}

void gw_people_restart(struct gw_people_fixture *fixture)
{
	gw_test_gateway_release(&fixture->test);
	gw_people_setup_on(fixture, fixture->conninfo);
}

void gw_people_teardown(struct gw_people_fixture *fixture)
{
	gw_test_gateway_release(&fixture->test);
	free(fixture->conninfo);
}

/* "name: value\n…" as the list that a transport takes. */
static struct json_object *header_list(const char *lines)
{
	struct json_object *list = json_object_new_array();

	while (*lines != '\0') {
		struct json_object *pair = json_object_new_array();
		size_t name = strcspn(lines, ":");
		size_t end = strcspn(lines, "\n");

		json_object_array_add(pair, json_object_new_string_len(lines, (int)name));
		json_object_array_add(pair, json_object_new_string_len(lines + name + 2,
								       (int)(end - name - 2)));
		json_object_array_add(list, pair);
		lines += end + (lines[end] == '\n');
	}
	return list;
}

struct gw_case_answer gw_people_call(struct gw_people_fixture *fixture, const char *method,
				     const char *path, const char *headers, const char *body)
{
	struct gw_case_answer answer = {.body = NULL};
	struct json_object *list = header_list(headers);
	struct gw_buf whole;

	gw_buf_init(&whole, 4096);
	if (strncmp(path, "/operator/", strlen("/operator/")) == 0)
		gw_buf_addf(&whole, "/api/gateway%s", path);
	else
		gw_buf_addf(&whole, PEOPLE "%s", path);
	gw_test_direct(&fixture->test, method, whole.data, list, gw_str(body != NULL ? body : ""),
		       &answer);
	gw_buf_release(&whole);
	json_object_put(list);
	return answer;
}

void gw_people_release(struct gw_case_answer *answer)
{
	free(answer->headers);
	free(answer->body);
}

void gw_people_expect(struct gw_people_fixture *fixture, const char *method, const char *path,
		      const char *headers, const char *body, int status, const char *part)
{
	struct gw_case_answer answer = gw_people_call(fixture, method, path, headers, body);

	cr_expect(answer.status == status, "%s %s: %d instead of %d: %s", method, path,
		  answer.status, status, answer.body);
	cr_expect(strstr(answer.body, part) != NULL, "%s %s: no %s in %s", method, path, part,
		  answer.body);
	gw_people_release(&answer);
}

char *gw_people_bearer(const char *user)
{
	struct gw_uuid id;
	struct gw_buf header;

	cr_assert(gw_uuid_parse(gw_str(user), &id));
	gw_buf_init(&header, 1024);
	gw_buf_add_c(&header, "Authorization: Bearer ");
	gw_jwt_sign(&header, GW_STR_LIT(SECRET), &id, gw_now() / GW_USEC_PER_SEC,
		    gw_now() / GW_USEC_PER_SEC + 600);
	return gw_buf_detach(&header);
}

void gw_people_link(struct gw_people_fixture *fixture, const char *user, const char *life,
		    char token[GW_SIGNIN_TOKEN_SIZE])
{
	unsigned char digest[GW_SHA256_SIZE];
	char hex[GW_SHA256_HEX_SIZE];
	struct gw_buf sql;

	gw_signin_token_new(token, digest);
	(void)gw_sha256_hex(gw_str(token), hex);
	gw_buf_init(&sql, 1024);
	gw_buf_addf(
		&sql,
		"INSERT INTO clawgw.signin_links VALUES (decode('%s', 'hex'), '%s', now(), now() + "
		"interval '%s')",
		hex, user, life);
	gw_test_sql(fixture->conninfo, sql.data);
	gw_buf_release(&sql);
}

struct gw_case_answer gw_people_open_link(struct gw_people_fixture *fixture, const char *token,
					  const char *headers)
{
	struct gw_case_answer answer;
	struct gw_buf body;

	gw_buf_init(&body, 1024);
	gw_buf_addf(&body, "{\"token\":\"%s\"}", token);
	answer = gw_people_call(fixture, "POST", "/session", headers, body.data);
	gw_buf_release(&body);
	return answer;
}

char *gw_people_cookie(const struct gw_case_answer *answer)
{
	const char *begin = strstr(answer->headers, "Set-Cookie: ");
	struct gw_buf header;

	cr_assert(begin != NULL, "no cookie in %s", answer->headers);
	begin += strlen("Set-Cookie: ");
	gw_buf_init(&header, 1024);
	gw_buf_add_c(&header, "Cookie: other=1; ");
	gw_buf_add(&header, begin, strcspn(begin, ";"));
	return gw_buf_detach(&header);
}
