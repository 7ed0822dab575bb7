/* SPDX-License-Identifier: ISC */
/*
 * scene.c: see scene.h.
 */
#include "lib/scene.h"

#include "lib/database.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void set_text(char **field, const char *fmt, int port)
{
	struct gw_buf text;

	gw_buf_init(&text, 256);
	for (const char *c = fmt; *c != '\0'; c++) {
		if (*c == '@')
			gw_buf_addf(&text, "%d", port);
		else
			gw_buf_add_char(&text, *c);
	}
	free(*field);
	*field = gw_buf_detach(&text);
}

void open_gateway(struct scene *scene, unsigned connections)
{
	gw_test_gateway_init(&scene->test, scene->conninfo, connections);
	set_text(&scene->test.config.feishu_url, "http://127.0.0.1:@", scene->feishu.port);
}

void begin(struct scene *scene)
{
	gw_stand_in_start(&scene->feishu, "feishu", NULL, NULL);
	scene->conninfo = gw_test_database_used();
	open_gateway(scene, 4);
}

void end(struct scene *scene)
{
	gw_test_gateway_release(&scene->test);
	gw_stand_in_stop(&scene->feishu);
	free(scene->conninfo);
}

void sql(struct scene *scene, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	gw_test_sql(scene->conninfo, text);
}

int write_to(struct gw_test_gateway *test, const char *name, const char *key, char **ret_body)
{
	char body[512];

	if (key != NULL)
		(void)snprintf(body, sizeof(body),
			       "{\"target\":\"%s\",\"content\":\"hello\",\"message_id\":\"%s\"}",
			       name, key);
	else
		(void)snprintf(body, sizeof(body), "{\"target\":\"%s\",\"content\":\"hello\"}",
			       name);
	return gw_test_call(test, "POST", SEND, ALPHA, body, ret_body);
}

void expect(struct gw_test_gateway *test, const char *name, const char *key, int status,
	    const char *words)
{
	char *body = NULL;
	int got = write_to(test, name, key, &body);

	cr_expect_eq(got, status, "%s: %d %s", name, got, body);
	cr_expect_not_null(strstr(body, words), "%s: %s has no %s", name, body, words);
	free(body);
}

void begin_mail(struct scene *scene, struct gw_stand_in *smtp, const char *option,
		const char *value, const char *url)
{
	begin(scene);
	gw_stand_in_start(smtp, "smtp", option, value);
	set_text(&scene->test.config.smtp_url, url, smtp->port);
	set_text(&scene->test.config.smtp_from, "gateway#example.org", 0);
	scene->test.config.smtp_from[7] = '@';
}
