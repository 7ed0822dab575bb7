/* SPDX-License-Identifier: ISC */
/*
 * join.c: see join.h. Both files are made before the code is spent: a key that cannot be kept would be lost, for it is shown once.
 */
#include "connect/join.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "connect/client.h"
#include "connect/files.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <limits.h>
#include <sysexits.h>
#include <unistd.h>

#define SECONDS 30
#define ANSWER_MAX 8192

static void add_folder(struct gw_buf *out)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (config != NULL && config[0] == '/')
		gw_buf_addf(out, "%s/clawgw-connect", config);
	else
		gw_buf_addf(out, "%s/.config/clawgw-connect",
			    home != NULL && home[0] == '/' ? home : "/");
}

char *gw_join_path(const char *name, const char *kind)
{
	struct gw_buf path;

	gw_buf_init(&path, (size_t)2 * PATH_MAX);
	add_folder(&path);
	gw_buf_addf(&path, "/%s.%s", name, kind);
	return gw_buf_detach(&path);
}

enum gw_err gw_join_url(const char *name, struct gw_buf *error, char **ret_url)
{
	char *path = gw_join_path(name, "url");
	enum gw_err err = GW_OK;
	struct gw_buf text;

	gw_buf_init(&text, 4096);
	if (gw_file_read(AT_FDCWD, path, &text)) {
		*ret_url = gw_str_dup(gw_str_trim(gw_buf_str(&text)));
	} else if (errno == ENOENT) {
		*ret_url = NULL;
	} else {
		err = gw_errno_passes(errno) ? GW_INTERNAL : GW_INVALID;
		gw_buf_addf(error, "the gateway's address, %s, cannot be read: %s", path,
			    strerror(errno));
	}
	gw_buf_release(&text);
	free(path);
	return err;
}

/* ----- the exchange ----- */

struct exchange {
	bool is_over;
	int status;
	struct gw_buf body, trouble;
};

static void exchanged(void *arg, const struct gw_reply *reply)
{
	struct exchange *exchange = arg;

	exchange->is_over = true;
	exchange->status = reply->status;
	gw_buf_add_str(&exchange->body, reply->body);
	gw_buf_add_c(&exchange->trouble, reply->trouble);
}

static struct gw_str text_of(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return GW_STR_LIT("");
	return gw_json_string(value);
}

/* A key that may stand in a header line. */
static bool is_key(struct gw_str key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (key.data[i] <= ' ' || key.data[i] > '~')
			return false;
	}
	return key.len > 0 && key.len < 256;
}

static bool keep(int folder, const char *name, struct json_object *answer, const char *invitation)
{
	struct gw_str key = text_of(answer, "api_key");
	struct gw_str url = text_of(answer, "url");
	char file[128];
	struct gw_buf text;
	bool kept = false;

	/* a gateway that does not say its address is where the invitation was */
	if (url.len == 0)
		url = (struct gw_str){invitation,
				      (size_t)(strstr(invitation, "/api/gateway") - invitation)};
	gw_buf_init(&text, 8192);
	gw_buf_addf(&text, "X-Api-Key: %.*s\n", (int)key.len, key.data);
	(void)snprintf(file, sizeof(file), "%s.key", name);
	kept = gw_file_write(folder, file, gw_buf_str(&text), true);
	gw_secret_wipe(text.data, text.len);
	gw_buf_reset(&text);
	gw_buf_add_str(&text, url);
	gw_buf_add_char(&text, '\n');
	(void)snprintf(file, sizeof(file), "%s.url", name);
	kept = kept && gw_file_write(folder, file, gw_buf_str(&text), true);
	gw_buf_release(&text);
	return kept;
}

static int take_answer(int folder, const struct gw_connect_options *options,
		       const struct exchange *exchange)
{
	struct json_object *answer = NULL;
	struct gw_json_error error;
	int status = EX_UNAVAILABLE;

	if (exchange->status == 0) {
		(void)printf("FAIL  the gateway cannot be reached: %s\n", exchange->trouble.data);
		return EX_TEMPFAIL;
	}
	if (gw_json_parse(gw_buf_str(&exchange->body), &error, &answer) != GW_OK ||
	    (exchange->status == 200 && !is_key(text_of(answer, "api_key")))) {
		(void)printf("FAIL  the answer (%d) is none of a gateway: is the address right?\n",
			     exchange->status);
	} else if (exchange->status != 200) {
		struct gw_str detail = text_of(answer, "detail");
		struct gw_str hint = text_of(answer, "hint");

		(void)printf("FAIL  %.*s (%d) %.*s\n", (int)detail.len, detail.data,
			     exchange->status, (int)hint.len, hint.data);
	} else if (!keep(folder, options->name, answer, options->invitation)) {
		(void)printf("FAIL  the key cannot be kept (%s): ask for another invitation\n",
			     strerror(errno));
		status = EX_CANTCREAT;
	} else {
		struct gw_str agent = text_of(answer, "agent");
		const char *which = strcmp(options->name, GW_CONNECT_NAME) == 0 ? "" : " --name ";

		(void)printf("ok    this is now the agent %.*s; its key is in the file %s.key\n\n"
			     "let a command answer    clawgw-connect%s%s -- cat\n"
			     "or a CLI agent          clawgw-connect%s%s --preset claude\n",
			     (int)agent.len, agent.data, options->name, which,
			     which[0] != '\0' ? options->name : "", which,
			     which[0] != '\0' ? options->name : "");
		status = EX_OK;
	}
	json_object_put(answer);
	return status;
}

int gw_join(const struct gw_connect_options *options)
{
	const struct gw_client_options what = {
		.url = options->invitation,
		.ca_file = options->ca_file,
		.proxy = options->proxy,
	};
	struct exchange exchange = {.is_over = false};
	struct gw_client *client = NULL;
	char *key = gw_join_path(options->name, "key");
	struct gw_buf folder_path;
	int folder = -1;
	int status = EX_CANTCREAT;

	gw_buf_init(&folder_path, (size_t)2 * PATH_MAX);
	gw_buf_init(&exchange.body, ANSWER_MAX);
	gw_buf_init(&exchange.trouble, 1024);
	add_folder(&folder_path);
	folder = gw_folder_open(folder_path.data);
	if (access(key, F_OK) == 0) {
		(void)printf("FAIL  %s is there already: give this agent another --name, or remove "
			     "that file\n",
			     key);
	} else if (folder < 0 || faccessat(folder, ".", W_OK, 0) != 0) {
		(void)printf("FAIL  %s cannot be written: %s\n", folder_path.data, strerror(errno));
	} else if (gw_client_new(&what, &client) == GW_OK) {
		(void)gw_client_call(client, "", GW_STR_LIT(""), SECONDS, exchanged, &exchange);
		while (!exchange.is_over)
			gw_client_run(client, -1, GW_USEC_PER_SEC);
		status = take_answer(folder, options, &exchange);
	}
	gw_client_free(client);
	if (folder >= 0)
		close(folder);
	gw_secret_wipe(exchange.body.data, exchange.body.len);
	gw_buf_release(&exchange.body);
	gw_buf_release(&exchange.trouble);
	gw_buf_release(&folder_path);
	free(key);
	return status;
}
