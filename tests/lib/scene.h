/* SPDX-License-Identifier: ISC */
/*
 * scene.h: a gateway that writes to people, on a database of its own, with stand-ins for Feishu and a mail server.
 */
#ifndef GW_TEST_SCENE_H
#define GW_TEST_SCENE_H

#include "lib/direct.h"
#include "lib/stand_in.h"

#define ALPHA "oc-alpha-plaintext-key-0001"
#define SEND "/api/gateway/send-message"
#define KEY "0b0e0000-0000-4000-8000-000000000001"

struct scene {
	struct gw_stand_in feishu;
	struct gw_test_gateway test;
	char *conninfo;
};

/* A setting; each @ becomes the port. */
void set_text(char **field, const char *fmt, int port);
void open_gateway(struct scene *scene, unsigned connections);
void begin(struct scene *scene);
/* The same with a mail server, started with an option and its value. */
void begin_mail(struct scene *scene, struct gw_stand_in *smtp, const char *option,
		const char *value, const char *url);
void end(struct scene *scene);
void sql(struct scene *scene, const char *fmt, ...) GW_PRINTF(2, 3);
/* Sends "hello" to a person, by name; `key` is a message_id or NULL. */
int write_to(struct gw_test_gateway *test, const char *name, const char *key, char **ret_body);
/* The same; fails the test unless it ends with this status and words. */
void expect(struct gw_test_gateway *test, const char *name, const char *key, int status,
	    const char *words);

#endif
