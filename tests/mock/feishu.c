/* SPDX-License-Identifier: ISC */
/*
 * feishu.c: a stand-in for Feishu's server API, as far as clawgw speaks it, and all the ways in
 * which it can fail.
 *
 *   feishu [-p PORT] [-d FOLDER]    prints the port it listens on (127.0.0.1), logs to FOLDER/feishu.log
 *
 * The app id decides about tokens: badapp_… is refused, slowapp_… takes a second, hangapp_… never
 * answers, shortapp_… gives a token that lives for 10 s, notoken_… none, eviltoken_… one that would
 * break out of a header, busyapp_… one at the second try, fullapp_… takes no requests for 100 s. The receiver decides about messages: fail_… HTTP 400, biz_… an error in
 * HTTP 200, html_… HTTP 502 with HTML, slow_… takes the message and answers after 3 s, hang_… never
 * answers, reset_… breaks the connection, badutf8_… an error that is not UTF-8, huge_… an endless
 * answer, busy_… takes no more (400, 230020) the first two times, quota_… once (429, 99991400, a second to wait), full_… never takes
 * any (200, 11232, 100 s to wait), stale_… refuses the first token it is shown, denied_… every token. As Feishu does, it
 * delivers a message once per uuid.
 *
 * A reply to a message has that one's id for a receiver, and the type "reply".
 *
 * Log: "token APP SECRET TOKEN", "sent TYPE RECEIVER UUID CONTENT", "again …" (recognised by its
 * uuid), "refused …".
 */
#include "mock/mock.h"

#include "base/alloc.h"

#include <json-c/json.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_MAX ((size_t)32 * 1024 * 1024)
#define REMEMBERED 4096
#define UUID_MAX 50

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned token_count;
static char *uuids[REMEMBERED];
static unsigned uuid_count;
static char *stale[REMEMBERED]; /* receivers that have refused a token */
static unsigned stale_count;

/* True if `text` was in the list; it is from now on. */
static bool remember(char **list, unsigned *count, const char *text)
{
	bool known = false;

	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < *count && i < REMEMBERED; i++)
		known = known || strcmp(list[i], text) == 0;
	if (!known) {
		free(list[*count % REMEMBERED]);
		list[(*count)++ % REMEMBERED] = gw_xstrdup(text);
	}
	pthread_mutex_unlock(&lock);
	return known;
}

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		data += sent;
		len -= (size_t)sent;
	}
}

static bool answer_with(int fd, int status, const char *headers, const char *type,
			struct gw_str body)
{
	struct gw_buf out;

	gw_buf_init(&out, body.len + 512);
	gw_buf_addf(&out, "HTTP/1.1 %d %s\r\n%sContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
		    status, status == 200 ? "OK" : "Error", headers, type, body.len);
	gw_buf_add_str(&out, body);
	send_all(fd, out.data, out.len);
	gw_buf_release(&out);
	return true;
}

static bool answer(int fd, int status, const char *type, struct gw_str body)
{
	return answer_with(fd, status, "", type, body);
}

static bool answer_json(int fd, int status, const char *json)
{
	return answer(fd, status, "application/json; charset=utf-8", gw_str(json));
}

static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return "";
	return json_object_get_string(value);
}

/* How often this receiver or app was asked for, this time included. */
static unsigned remembered(const char *receiver)
{
	static char *names[REMEMBERED];
	static unsigned counts[REMEMBERED];
	static unsigned known;
	unsigned at = 0;
	unsigned count = 0;

	pthread_mutex_lock(&lock);
	while (at < known && strcmp(names[at], receiver) != 0)
		at++;
	if (at == known && known < REMEMBERED)
		names[known++] = gw_xstrdup(receiver);
	count = ++counts[at % REMEMBERED];
	pthread_mutex_unlock(&lock);
	return count;
}

/* Takes no more requests for as many seconds. */
static bool limit(int fd, int seconds)
{
	char headers[80];

	(void)snprintf(headers, sizeof(headers),
		       "x-ogw-ratelimit-limit: 50\r\nx-ogw-ratelimit-reset: %d\r\n", seconds);
	return answer_with(
		fd, 429, headers, "application/json",
		GW_STR_LIT("{\"code\":99991400,\"msg\":\"request trigger frequency limit\"}"));
}

static bool give_token(int fd, struct json_object *body)
{
	const char *app = text_of(body, "app_id");
	const char *secret = text_of(body, "app_secret");
	char json[512];
	unsigned number = 0;

	if (app[0] == '\0' || secret[0] == '\0' || begins(app, "badapp_")) {
		mock_log("token %s %s refused", app, secret);
		return answer_json(fd, 200, "{\"code\":10003,\"msg\":\"invalid param\"}");
	}
	if (begins(app, "hangapp_")) {
		mock_log("token %s %s hanging", app, secret);
		mock_sleep(60000);
		return false;
	}
	if (begins(app, "busyapp_") && remembered(app) <= 1)
		return limit(fd, 1);
	if (begins(app, "fullapp_"))
		return limit(fd, 100);
	if (begins(app, "slowapp_"))
		mock_sleep(1000);
	if (begins(app, "notoken_"))
		return answer_json(fd, 200, "{\"code\":0,\"msg\":\"ok\",\"expire\":7200}");
	if (begins(app, "eviltoken_"))
		return answer_json(fd, 200,
				   "{\"code\":0,\"tenant_access_token\":\"a\\r\\nX-Evil: 1\"}");
	pthread_mutex_lock(&lock);
	number = ++token_count;
	pthread_mutex_unlock(&lock);
	mock_log("token %s %s t-%ld-%u", app, secret, (long)getpid(), number);
	(void)snprintf(json, sizeof(json),
		       "{\"code\":0,\"msg\":\"ok\",\"app_access_token\":\"t-%ld-%u\","
		       "\"tenant_access_token\":\"t-%ld-%u\",\"expire\":%d}",
		       (long)getpid(), number, (long)getpid(), number,
		       begins(app, "shortapp_") ? 10 : 7200);
	return answer_json(fd, 200, json);
}

static bool token_known(const char *bearer)
{
	char prefix[64];

	(void)snprintf(prefix, sizeof(prefix), "t-%ld-", (long)getpid());
	return begins(bearer, prefix);
}

static bool refuse_token(int fd, const char *receiver)
{
	mock_log("refused token %s", receiver);
	return answer_json(fd, 400,
			   "{\"code\":99991663,\"msg\":\"Invalid access token for authorization. "
			   "Please make a test attempt with a valid token\"}");
}

/*
 * The faults that an answer can have; false if the receiver is none of those. *ret_keep: the
 * connection goes on.
 */
static bool misbehave(int fd, const char *receiver, bool *ret_keep)
{
	struct gw_buf huge;

	*ret_keep = true;
	if (begins(receiver, "fail_"))
		return answer_json(fd, 400,
				   "{\"code\":230001,\"msg\":\"Your request contains an invalid "
				   "request parameter.\"}");
	if (begins(receiver, "biz_"))
		return answer_json(fd, 200,
				   "{\"code\":230002,\"msg\":\"Bot/User can NOT be out of the "
				   "chat.\"}");
	if (begins(receiver, "html_"))
		return answer(fd, 502, "text/html",
			      GW_STR_LIT("<html><h1>502 Bad Gateway</h1></html>"));
	if (begins(receiver, "badutf8_"))
		return answer(fd, 200, "application/json",
			      GW_STR_LIT("{\"code\":230003,\"msg\":\"bad \xff\xfe words\"}"));
	if (begins(receiver, "huge_")) {
		gw_buf_init(&huge, (size_t)1024 * 1024);
		while (huge.len < (size_t)512 * 1024)
			gw_buf_add_c(&huge, "{\"code\":0,\"msg\":\"all this is far too long\"}   ");
		(void)answer(fd, 200, "application/json", gw_buf_str(&huge));
		gw_buf_release(&huge);
		return true;
	}
	if (begins(receiver, "busy_") && remembered(receiver) <= 2)
		return answer_json(fd, 400,
				   "{\"code\":230020,\"msg\":\"This operation triggers the "
				   "frequency limit.\"}");
	if (begins(receiver, "quota_") && remembered(receiver) <= 1)
		return limit(fd, 1);
	if (begins(receiver, "full_"))
		return answer_with(fd, 200, "x-ogw-ratelimit-reset: 100\r\n", "application/json",
				   GW_STR_LIT("{\"code\":11232,\"msg\":\"create message trigger "
					      "bot msg limit\"}"));
	*ret_keep = false;
	if (begins(receiver, "hang_")) {
		mock_sleep(60000);
		return true;
	}
	if (begins(receiver, "reset_")) {
		mock_reset(fd);
		return true;
	}
	return false;
}

/* `answered`: the message that it replies to, in place of a receiver; NULL: none. */
static bool take_message(int fd, const char *type, const char *answered, const char *bearer,
			 struct json_object *body)
{
	const char *receiver = answered != NULL ? answered : text_of(body, "receive_id");
	const char *content = text_of(body, "content");
	const char *uuid = text_of(body, "uuid");
	struct json_object *inner = json_tokener_parse(content);
	bool valid = (strcmp(type, "user_id") == 0 || strcmp(type, "open_id") == 0 ||
		      strcmp(type, "chat_id") == 0 || answered != NULL) &&
		     receiver[0] != '\0' && strcmp(text_of(body, "msg_type"), "text") == 0 &&
		     text_of(inner, "text")[0] != '\0' && strlen(uuid) <= UUID_MAX;
	bool keep = true;

	json_object_put(inner);
	if (!token_known(bearer) || begins(receiver, "denied_") ||
	    (begins(receiver, "stale_") && !remember(stale, &stale_count, receiver)))
		return refuse_token(fd, receiver);
	if (!valid) {
		mock_log("refused message %s %s", type, receiver);
		return answer_json(fd, 400, "{\"code\":230001,\"msg\":\"invalid parameter\"}");
	}
	if (misbehave(fd, receiver, &keep)) {
		mock_log("refused %s %s %s", type, receiver, uuid);
		return keep;
	}
	mock_log("%s %s %s %s %s",
		 uuid[0] != '\0' && remember(uuids, &uuid_count, uuid) ? "again" : "sent", type,
		 receiver, uuid, content);
	if (begins(receiver, "slow_"))
		mock_sleep(3000);
	return answer_json(fd, 200,
			   "{\"code\":0,\"msg\":\"success\",\"data\":{\"message_id\":\"om_1\"}}");
}

/* The value of a header in the head, to be freed; "" if it is not there. */
static char *header(const char *head, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
		line += 2;
		if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
			line += len + 1;
			line += strspn(line, " ");
			return gw_xstrndup(line, strcspn(line, "\r"));
		}
	}
	return gw_xstrdup("");
}

/* `head` is NUL-terminated. False: the connection is to be closed. */
static bool respond(int fd, const char *head, struct gw_str text)
{
	static const char messages[] = "POST /open-apis/im/v1/messages?receive_id_type=";
	static const char replies[] = "POST /open-apis/im/v1/messages/";
	struct json_object *body = NULL;
	char *copy = gw_str_dup(text);
	char *authorization = header(head, "Authorization");
	char *type = NULL;
	bool keep = true;

	body = json_tokener_parse(copy);
	if (begins(head, "POST /open-apis/auth/v3/app_access_token/internal ")) {
		keep = give_token(fd, body);
	} else if (begins(head, messages)) {
		type = gw_xstrndup(head + sizeof(messages) - 1,
				   strcspn(head + sizeof(messages) - 1, " &"));
		keep = take_message(fd, type, NULL,
				    begins(authorization, "Bearer ") ? authorization + 7 : "",
				    body);
	} else if (begins(head, replies) &&
		   begins(head + sizeof(replies) - 1 + strcspn(head + sizeof(replies) - 1, "/ "),
			  "/reply ")) {
		type = gw_xstrndup(head + sizeof(replies) - 1,
				   strcspn(head + sizeof(replies) - 1, "/"));
		keep = take_message(fd, "reply", type,
				    begins(authorization, "Bearer ") ? authorization + 7 : "",
				    body);
	} else {
		keep = answer_json(fd, 404, "{\"code\":404,\"msg\":\"404 page not found\"}");
	}
	json_object_put(body);
	free(type);
	free(authorization);
	free(copy);
	return keep;
}

/*
 * One request of what has come in; false to end the connection. *ret_used: its bytes, 0 if it is
 * not whole yet.
 */
static bool take_request(int fd, struct gw_str in, size_t *ret_used)
{
	const char *end = memmem(in.data, in.len, "\r\n\r\n", 4);
	unsigned long body_len = 0;
	size_t head_len = 0;
	char *length = NULL;
	char *head = NULL;
	bool keep = true;

	*ret_used = 0;
	if (end == NULL)
		return true;
	head_len = (size_t)(end - in.data) + 4;
	head = gw_xstrndup(in.data, head_len);
	length = header(head, "Content-Length");
	body_len = strtoul(length, NULL, 10);
	if (body_len > REQUEST_MAX) {
		keep = false;
	} else if (in.len - head_len >= body_len) {
		*ret_used = head_len + body_len;
		keep = respond(fd, head, (struct gw_str){in.data + head_len, body_len});
	}
	free(length);
	free(head);
	return keep;
}

static void serve(int fd)
{
	struct gw_buf in;
	bool keep = true;

	gw_buf_init(&in, REQUEST_MAX + 65536);
	while (keep) {
		char *room = gw_buf_reserve(&in, 16384);
		ssize_t got = room == NULL ? 0 : recv(fd, room, 16384, 0);
		size_t used = 0;

		if (got <= 0)
			break;
		gw_buf_added(&in, (size_t)got);
		keep = take_request(fd, gw_buf_str(&in), &used);
		if (used > 0) {
			memmove(in.data, in.data + used, in.len - used + 1);
			in.len -= used;
		}
	}
	gw_buf_release(&in);
}

int main(int argc, char **argv)
{
	struct mock_options options = {.name = "feishu", .folder = ".", .help = ""};

	mock_arguments(argc, argv, &options);
	return mock_serve(&options, serve);
}
