/* SPDX-License-Identifier: ISC */
/*
 * trial.c: see trial.h.
 */
#include "connect/trial.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "connect/client.h"
#include "connect/command.h"
#include "connect/files.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECONDS 30
#define LOOK_EVERY 50 /* milliseconds */
#define SHOWN 300     /* bytes of an answer */

static const char question[] = "This is a test of the connection, by clawgw-connect on this "
			       "machine. Please answer with one short sentence.";

static bool is_program(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

char *gw_trial_find(const struct gw_connect_options *options)
{
	const char *name = options->preset != NULL ? options->program : options->command[0];
	const char *path = getenv("PATH");
	char *found = NULL;

	if (name == NULL || name[0] == '\0')
		return NULL;
	if (strchr(name, '/') != NULL)
		return is_program(name) ? gw_xstrdup(name) : NULL;
	if (path == NULL)
		path = "/usr/local/bin:/usr/bin:/bin";
	while (found == NULL) {
		size_t len = strcspn(path, ":");
		struct gw_buf file;

		gw_buf_init(&file, PATH_MAX);
		gw_buf_addf(&file, "%.*s/%s", (int)len, len > 0 ? path : ".", name);
		if (is_program(file.data))
			found = gw_xstrdup(file.data);
		gw_buf_release(&file);
		if (path[len] == '\0')
			break;
		path += len + 1;
	}
	return found;
}

/* ----- the gateway ----- */

struct answer {
	bool is_there;
	int status;
	bool waited;
	struct gw_buf body, trouble;
};

static void answered(void *arg, const struct gw_reply *reply)
{
	struct answer *answer = arg;

	answer->is_there = true;
	answer->status = reply->status;
	answer->waited = reply->waited;
	gw_buf_add_str(&answer->body, gw_utf8_cut(reply->body, answer->body.max));
	gw_buf_add_c(&answer->trouble, reply->trouble);
	if (reply->location[0] != '\0')
		gw_buf_addf(&answer->trouble, "it points to %s", reply->location);
}

static void ask(struct gw_client *client, const char *path, struct gw_str body,
		struct answer *answer)
{
	*answer = (struct answer){.status = 0};
	gw_buf_init(&answer->body, 4096);
	gw_buf_init(&answer->trouble, 1024);
	(void)gw_client_call(client, path, body, SECONDS, answered, answer);
	while (!answer->is_there)
		gw_client_run(client, -1, GW_USEC_PER_SEC);
}

static void release(struct answer *answer)
{
	gw_buf_release(&answer->body);
	gw_buf_release(&answer->trouble);
}

static bool try_gateway(struct gw_client *client, const char *url)
{
	struct answer answer;
	bool good = false;

	ask(client, "/heartbeat", GW_STR_LIT(""), &answer);
	good = answer.status == 200 && strstr(answer.body.data, "agent_id") != NULL;
	if (good)
		(void)printf("ok    the gateway knows the key: %s\n", answer.body.data);
	else if (answer.status == 0)
		(void)printf("FAIL  %s cannot be reached: %s\n", url, answer.trouble.data);
	else if (answer.status == 401)
		(void)printf(
			"FAIL  %s does not know the key (401): ask its operator for a new one\n",
			url);
	else
		(void)printf("FAIL  %s answers %d %s%.200s\n", url, answer.status,
			     answer.trouble.data, answer.body.data);
	release(&answer);
	if (!good)
		return false;
	ask(client, "/poll?peek=1&wait=1", GW_STR_NULL, &answer);
	if (answer.status == 200 && strncmp(answer.body.data, "{\"waiting\":", 11) == 0)
		(void)printf("ok    messages that wait: %s%s\n", answer.body.data,
			     answer.waited || strcmp(answer.body.data, "{\"waiting\":0}") != 0
				     ? ""
				     : "; this gateway cannot let a request wait, so it is asked "
				       "now and then");
	else
		(void)printf(
			"ok    this gateway does not say what waits: it is asked now and then\n");
	release(&answer);
	return true;
}

/* ----- the program ----- */

static void make_message(struct gw_held *held)
{
	struct gw_uuid id = gw_uuid_random();

	*held = (struct gw_held){.state = GW_HELD_WAITING};
	(void)gw_uuid_format(&id, held->id);
	held->message = json_object_new_object();
	(void)json_object_object_add(held->message, "id", json_object_new_string(held->id));
	(void)json_object_object_add(held->message, "sender_user_name",
				     json_object_new_string("clawgw-connect"));
	(void)json_object_object_add(held->message, "content", json_object_new_string(question));
	(void)json_object_object_add(held->message, "history", json_object_new_array());
}

static void show_result(const struct gw_result *result)
{
	struct gw_str text = gw_utf8_cut(gw_buf_str(&result->text), SHOWN);

	(void)printf("%s  the program %s: ", result->failed ? "FAIL" : "ok  ",
		     result->failed ? "failed" : "answered");
	for (size_t i = 0; i < text.len; i++)
		(void)putchar(text.data[i] == '\n' ? ' ' : text.data[i]);
	(void)putchar('\n');
}

static bool run_once(const struct gw_connect_options *options, int folder, struct gw_held *held)
{
	struct gw_command command;
	struct gw_run_end end = {.how = GW_RUN_NO_ROOM};
	struct gw_run *run = NULL;
	bool good = false;

	gw_command_compose(options, held, NULL, "trial", &command);
	if (gw_run_start(folder, held->id, &command.run, &run) == GW_OK) {
		struct gw_result result;

		while (gw_run_look(run) == GW_RUN_RUNNING)
			(void)poll(NULL, 0, LOOK_EVERY);
		if (gw_run_read_exit(run, &end) == GW_OK && end.how != GW_RUN_NO_ROOM &&
		    end.how != GW_RUN_CANCELLED &&
		    gw_command_result(options, run, &end, false, &result) == GW_OK) {
			show_result(&result);
			good = !result.failed;
			gw_result_release(&result);
		} else {
			(void)printf("FAIL  the program's end could not be written down in %s: is "
				     "the disk full?\n",
				     options->state);
		}
	}
	gw_run_free(run);
	gw_folder_remove(folder, held->id);
	gw_command_release(&command);
	return good;
}

static bool try_program(const struct gw_connect_options *options)
{
	int state = gw_folder_open(options->state);
	int folder = -1;
	struct gw_held held;
	bool good = false;

	if (state >= 0 && (mkdirat(state, "trial", 0700) == 0 || errno == EEXIST))
		folder = openat(state, "trial", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		(void)printf("FAIL  the state folder %s cannot be written: %s\n", options->state,
			     strerror(errno));
	} else {
		make_message(&held);
		good = run_once(options, folder, &held);
		json_object_put(held.message);
		close(folder);
		(void)unlinkat(state, "trial", AT_REMOVEDIR);
	}
	if (state >= 0)
		close(state);
	return good;
}

bool gw_trial(const struct gw_connect_options *options)
{
	const struct gw_client_options what = {
		.url = options->url,
		.key_file = options->key_file,
		.ca_file = options->ca_file,
		.proxy = options->proxy,
	};
	struct gw_client *client = NULL;
	char *program = gw_trial_find(options);
	bool good = program != NULL;

	if (program == NULL)
		(void)printf("FAIL  there is no program %s in PATH\n",
			     options->preset != NULL ? options->program : options->command[0]);
	else
		(void)printf("ok    the program is %s\n", program);
	free(program);
	if (gw_client_new(&what, &client) == GW_OK) {
		(void)printf("ok    the key file is %s\n", options->key_file);
		if (!gw_client_is_private(&what))
			(void)printf("note  %s is not encrypted: the key can be read on the way\n",
				     what.url);
		good = try_gateway(client, options->url) && good;
	} else {
		(void)printf("FAIL  there is no key in %s\n", options->key_file);
		good = false;
	}
	gw_client_free(client);
	(void)fflush(stdout);
	return good && try_program(options);
}
