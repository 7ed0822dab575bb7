/* SPDX-License-Identifier: ISC */
/*
 * model.c: a stand-in for language models, and all the ways in which they can fail.
 *
 *   model [-p PORT] [-d FOLDER]    prints the port it listens on (127.0.0.1), logs to FOLDER/model.log
 *
 * POST …/chat/completions is OpenAI's dialect, POST …/messages is Anthropic's. The answer is "LLM echo: " and the last line of
 * the last message. What else happens is asked for by words in the model's name or in that line (which wins):
 *
 *   fault=NAME[:NUMBER][*COUNT@KEY]   the fault NAME; with a count only so often for that KEY, then none
 *   delay=MILLISECONDS                before the first byte
 *
 * NAME is one of the table in model_faults.c. Log: "call FAULT MODEL MESSAGES CREDENTIAL LAST-LINE" when a request has come, and
 * "answered LAST-LINE" behind a whole answer.
 */
#include "mock/mock.h"
#include "mock/model.h"

#include "base/alloc.h"
#include "base/text.h"

#include <pthread.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD_MAX ((size_t)32 * 1024)
#define BODY_MAX ((size_t)64 * 1024 * 1024)
#define KEYS 4096

/* How often the faults of a key were asked for, this time included. */
static int64_t count_key(const char *key)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct {
		char *key;
		int64_t count;
	} known[KEYS];
	int64_t count = 0;
	size_t i = 0;

	pthread_mutex_lock(&lock);
	while (i < KEYS - 1 && known[i].key != NULL && strcmp(known[i].key, key) != 0)
		i++;
	if (known[i].key == NULL)
		known[i].key = gw_xstrdup(key);
	count = ++known[i].count;
	pthread_mutex_unlock(&lock);
	return count;
}

/* Reads fault=… and delay=… from a text. */
static void read_wishes(struct call *call, const char *text, int *delay)
{
	const char *fault = strstr(text, "fault=");
	const char *wait = strstr(text, "delay=");
	size_t len = 0;

	if (wait != NULL)
		*delay = (int)strtol(wait + strlen("delay="), NULL, 10);
	if (fault == NULL)
		return;
	fault += strlen("fault=");
	len = strspn(fault, "abcdefghijklmnopqrstuvwxyz0123456789");
	(void)snprintf(call->fault, sizeof(call->fault), "%.*s", (int)len, fault);
	fault += len;
	call->number = *fault == ':' ? strtol(fault + 1, NULL, 10) : 0;
	fault += strcspn(fault, "* \n");
	if (*fault == '*') {
		char *key = NULL;
		int64_t limit = strtol(fault + 1, &key, 10);
		char *copy = gw_xstrndup(key, strcspn(key, " \n"));

		if (count_key(copy) > limit)
			(void)snprintf(call->fault, sizeof(call->fault), "none");
		free(copy);
	}
}

static void answer(struct call *call, const char *credential)
{
	int delay = 0;

	(void)snprintf(call->fault, sizeof(call->fault), "none");
	call->text = echo_text(&call->request);
	read_wishes(call, call->request.model, &delay);
	read_wishes(call, call->text, &delay);
	mock_log("call %s %s %zu %s %s", call->fault, call->request.model, call->request.messages,
		 credential, call->text + strlen("LLM echo: "));
	if (delay > 0)
		mock_sleep(delay);
	model_answer(call);
	free(call->text);
}

/* The value of a header in the head, NULL without one. To be freed. */
static char *header(const char *head_text, const char *name)
{
	const char *found = strcasestr(head_text, name);

	if (found == NULL)
		return NULL;
	found += strlen(name);
	found += strspn(found, " ");
	return gw_xstrndup(found, strcspn(found, "\r\n"));
}

/* Reads one request; returns its body within `in`, whose head is then cut off at its end. */
static bool read_request(int fd, struct gw_buf *in, struct gw_str *ret_body)
{
	size_t wanted = SIZE_MAX;
	char *end = NULL;

	while (wanted == SIZE_MAX || in->len < wanted) {
		char *room = gw_buf_reserve(in, 65536);
		ssize_t got = room != NULL ? recv(fd, room, 65536, 0) : -1;
		char *value = NULL;
		int64_t length = 0;

		if (got <= 0)
			return false;
		gw_buf_added(in, (size_t)got);
		if (wanted != SIZE_MAX)
			continue;
		end = strstr(in->data, "\r\n\r\n");
		if (end == NULL)
			continue;
		*end = '\0';
		value = header(in->data, "\r\nContent-Length:");
		if (value == NULL ||
		    !gw_parse_int64(gw_str(value), 0, (int64_t)BODY_MAX, &length)) {
			free(value);
			return false;
		}
		free(value);
		wanted = (size_t)(end + 4 - in->data) + (size_t)length;
	}
	*ret_body = (struct gw_str){in->data + strlen(in->data) + 4, wanted - strlen(in->data) - 4};
	return true;
}

static bool serve_one(int fd, struct gw_buf *in)
{
	struct call call = {.fd = fd};
	struct gw_str body = GW_STR_NULL;
	char *credential = NULL;
	bool anthropic = false;

	if (!read_request(fd, in, &body))
		return false;
	gw_buf_init(&call.out, 2 * BODY_MAX);
	anthropic = memmem(in->data, strcspn(in->data, "\r"), "/messages ", 10) != NULL;
	credential = header(in->data, anthropic ? "\r\nx-api-key:" : "\r\nAuthorization:");
	if (echo_read(body, anthropic, &call.request)) {
		answer(&call, credential != NULL ? credential : "-");
		echo_release(&call.request);
	} else {
		send_error(&call, 400, "", "invalid_request_error", "");
	}
	free(credential);
	gw_buf_release(&call.out);
	return !call.close;
}

static void serve(int fd)
{
	struct gw_buf in;
	bool again = true;

	gw_buf_init(&in, HEAD_MAX + BODY_MAX);
	while (again) {
		again = serve_one(fd, &in);
		gw_buf_reset(&in);
	}
	gw_buf_release(&in);
}

int main(int argc, char **argv)
{
	struct mock_options options = {.name = "model", .folder = ".", .help = ""};

	mock_arguments(argc, argv, &options);
	return mock_serve(&options, serve);
}
