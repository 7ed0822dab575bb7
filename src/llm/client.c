/* SPDX-License-Identifier: ISC */
/*
 * client.c: see client.h. libcurl's multi interface on epoll ("curl_multi_socket_action" in its manual), so that the cost
 * of an event does not grow with the number of calls under way.
 */
#include "llm/client.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hosts.h"
#include "base/log.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_TIMEOUT_MS 10000L
#define RECEIVE_BUFFER 4096L /* per call; the default of 16 KiB is for downloads */
#define EVENTS 256
/* How long the end of the connection is waited for, once the answer is whole: then it can be used again. */
#define GRACE (GW_USEC_PER_SEC / 4)
#define SWEEP_MIN (GW_USEC_PER_SEC / 50)
#define SWEEP_MAX (GW_USEC_PER_SEC / 4)

struct gw_llm_call {
	struct gw_llm_call *next, *previous; /* all calls under way */
	CURL *easy;
	struct curl_slist *headers;
	struct gw_llm_wire wire;
	struct gw_llm_limits limits;
	struct gw_llm_reply *reply;
	void *arg;
	int64_t started;
	int64_t heard; /* when something was said last; gw_monotonic() */
	uint64_t progress;
	bool refused; /* its host has an address that is not public */
	char error[CURL_ERROR_SIZE];
};

struct gw_llm_client {
	CURLM *multi;
	CURLSH *share;
	char *ca_file;
	char *user_agent;
	int epoll;
	int64_t timer; /* libcurl wants to be called then; -1: not */
	int64_t sweep; /* when calls are next looked at for being too slow */
	int64_t sweep_interval;
	unsigned count;
	struct gw_llm_call *calls;
};

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct gw_llm_client *client = arg;
	struct epoll_event event = {.data.fd = fd};

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		(void)epoll_ctl(client->epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) |
		       (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0);
	if (known == NULL) {
		(void)curl_multi_assign(client->multi, fd, client);
		if (epoll_ctl(client->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
			return 0;
	}
	/* also when a descriptor that was closed came again without having been removed, or the reverse */
	if (epoll_ctl(client->epoll, EPOLL_CTL_MOD, fd, &event) == 0 ||
	    epoll_ctl(client->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
		return 0;
	/* watched for the wrong thing: the call would be woken by nothing but its time limit */
	(void)epoll_ctl(client->epoll, EPOLL_CTL_DEL, fd, NULL);
	(void)epoll_ctl(client->epoll, EPOLL_CTL_ADD, fd, &event);
	return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *arg)
{
	struct gw_llm_client *client = arg;

	(void)multi;
	client->timer = milliseconds < 0 ? -1 : gw_monotonic() + milliseconds * INT64_C(1000);
	return 0;
}

static size_t on_header(char *data, size_t size, size_t count, void *arg)
{
	struct gw_llm_call *call = arg;

	gw_llm_reply_header(call->reply, (struct gw_str){data, size * count});
	return size * count;
}

static size_t on_data(char *data, size_t size, size_t count, void *arg)
{
	struct gw_llm_call *call = arg;
	bool more = gw_llm_reply_data(call->reply, data, size * count);
	uint64_t progress = gw_llm_reply_progress(call->reply);

	if (progress != call->progress)
		call->heard = gw_monotonic();
	call->progress = progress;
	/* anything but the full size ends the transfer */
	return more ? size * count : 0;
}

/*
 * libcurl's way to a socket, after the name was resolved and for every address anew: a name that is public when it is looked at and
 * private when it is connected to gets no further.
 */
static curl_socket_t open_public(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct gw_llm_call *call = arg;

	(void)purpose;
	if (!gw_address_is_public(&address->addr)) {
		call->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A base_url's connections go to public addresses only, and no other call leaves it one that it might use. */
static void confine(struct gw_llm_call *call)
{
	const char *proxy = call->wire.public_only ? gw_url_proxy(call->wire.url) : NULL;

	if (proxy != NULL) {
		/* the operator's; its own address may well be private. What no_proxy names would be reached past it. */
		(void)curl_easy_setopt(call->easy, CURLOPT_PROXY, proxy);
		(void)curl_easy_setopt(call->easy, CURLOPT_NOPROXY, "");
	} else if (call->wire.public_only) {
		(void)curl_easy_setopt(call->easy, CURLOPT_OPENSOCKETFUNCTION, open_public);
		(void)curl_easy_setopt(call->easy, CURLOPT_OPENSOCKETDATA, call);
		(void)curl_easy_setopt(call->easy, CURLOPT_PROXY, "");
	} else if (call->wire.own_base && strncmp(call->wire.url, "http:", 5) == 0) {
		/* such a provider is on this machine */
		(void)curl_easy_setopt(call->easy, CURLOPT_FORBID_REUSE, 1L);
	}
}

enum gw_err gw_llm_client_new(const struct gw_llm_client_options *options,
			      struct gw_llm_client **ret_client)
{
	struct gw_llm_client *client = gw_xcalloc(1, sizeof(*client));

	client->timer = -1;
	client->sweep = INT64_MAX;
	client->sweep_interval = SWEEP_MAX;
	client->ca_file = gw_xstrdup(options->ca_file);
	client->user_agent = gw_xstrdup(options->user_agent);
	client->epoll = epoll_create1(EPOLL_CLOEXEC);
	client->multi = curl_multi_init();
	client->share = curl_share_init();
	if (client->epoll < 0 || client->multi == NULL || client->share == NULL) {
		gw_log_error("model client: cannot be set up");
		gw_llm_client_free(client);
		return GW_INTERNAL;
	}
	(void)curl_share_setopt(client->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	(void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
	(void)curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	(void)curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
	(void)curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)options->max_calls);
	*ret_client = client;
	return GW_OK;
}

static void call_free(struct gw_llm_client *client, struct gw_llm_call *call)
{
	if (call->previous != NULL)
		call->previous->next = call->next;
	else
		client->calls = call->next;
	if (call->next != NULL)
		call->next->previous = call->previous;
	client->count--;
	(void)curl_multi_remove_handle(client->multi, call->easy);
	curl_easy_cleanup(call->easy);
	/* the lines themselves belong to the wire */
	for (struct curl_slist *line = call->headers; line != NULL; line = line->next)
		line->data = NULL;
	curl_slist_free_all(call->headers);
	gw_llm_reply_free(call->reply);
	gw_llm_wire_release(&call->wire);
	free(call);
}

void gw_llm_client_free(struct gw_llm_client *client)
{
	if (client == NULL)
		return;
	while (client->calls != NULL)
		call_free(client, client->calls);
	(void)curl_multi_cleanup(client->multi);
	(void)curl_share_cleanup(client->share);
	if (client->epoll >= 0)
		(void)close(client->epoll);
	free(client->ca_file);
	free(client->user_agent);
	free(client);
}

int gw_llm_client_fd(const struct gw_llm_client *client)
{
	return client->epoll;
}

int64_t gw_llm_client_wait(const struct gw_llm_client *client)
{
	int64_t due = client->sweep;
	int64_t wait = 0;

	if (client->timer >= 0 && client->timer < due)
		due = client->timer;
	if (due == INT64_MAX)
		return -1;
	wait = due - gw_monotonic();
	return wait > 0 ? wait : 0;
}

unsigned gw_llm_client_count(const struct gw_llm_client *client)
{
	return client->count;
}

/* libcurl copies header lines; a list of our own saves it the copies of secrets that nobody wipes. */
static struct curl_slist *header_list(const struct gw_llm_wire *wire)
{
	static char no_expect[] = "Expect:";
	struct curl_slist *first = NULL;

	for (size_t i = 0; i <= GW_LLM_HEADERS; i++) {
		char *line = i < GW_LLM_HEADERS ? wire->headers[i] : no_expect;
		struct curl_slist *item = NULL;

		if (line == NULL)
			continue;
		item = gw_xmalloc(sizeof(*item));
		*item = (struct curl_slist){.data = line, .next = first};
		first = item;
	}
	return first;
}

static void set_options(struct gw_llm_client *client, struct gw_llm_call *call)
{
	CURL *easy = call->easy;

	(void)curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	(void)curl_easy_setopt(easy, CURLOPT_URL, call->wire.url);
#if LIBCURL_VERSION_NUM >= 0x075500
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	(void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	/* a thread that resolves a name which nobody answers for is not waited for */
	(void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	(void)curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_USERAGENT, client->user_agent);
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	(void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->wire.body.data);
	(void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->wire.body.len);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
	(void)curl_easy_setopt(easy, CURLOPT_SHARE, client->share);
	if (client->ca_file[0] != '\0')
		(void)curl_easy_setopt(easy, CURLOPT_CAINFO, client->ca_file);
	confine(call);
}

struct gw_llm_call *gw_llm_client_start(struct gw_llm_client *client, struct gw_llm_wire *wire,
					const struct gw_llm_limits *limits, void *arg)
{
	struct gw_llm_call *call = gw_xcalloc(1, sizeof(*call));
	int64_t interval = limits->stall / 10;

	call->wire = *wire;
	*wire = (struct gw_llm_wire){.dialect = NULL};
	call->limits = *limits;
	call->arg = arg;
	call->reply = gw_llm_reply_new(call->wire.dialect, limits->max_bytes);
	call->headers = header_list(&call->wire);
	call->easy = curl_easy_init();
	if (call->easy == NULL) {
		/* only for lack of memory */
		gw_log_error("model client: curl_easy_init failed");
		abort();
	}
	set_options(client, call);
	call->started = gw_monotonic();
	call->heard = call->started;
	call->next = client->calls;
	if (client->calls != NULL)
		client->calls->previous = call;
	client->calls = call;
	client->count++;
	if (interval < SWEEP_MIN)
		interval = SWEEP_MIN;
	if (interval < client->sweep_interval)
		client->sweep_interval = interval;
	if (client->sweep == INT64_MAX)
		client->sweep = call->started + client->sweep_interval;
	(void)curl_multi_add_handle(client->multi, call->easy);
	return call;
}

int64_t gw_llm_client_cancel(struct gw_llm_client *client, struct gw_llm_call *call)
{
	curl_off_t until_transfer = 0;
	int64_t tokens = 0;

	/* nothing is used before the request is on its way */
	(void)curl_easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T, &until_transfer);
	if (until_transfer > 0)
		tokens = gw_llm_reply_tokens(call->reply, call->wire.body.len);
	call_free(client, call);
	return tokens;
}

/* What libcurl calls the end of a transfer; whatever is not in the list happened in the middle. */
static enum gw_llm_end end_of(CURLcode code)
{
	static const struct {
		CURLcode code;
		enum gw_llm_end end;
	} ends[] = {
		{CURLE_OK, GW_LLM_END_IN_ORDER},
		{CURLE_UNSUPPORTED_PROTOCOL, GW_LLM_END_BAD_URL},
		{CURLE_URL_MALFORMAT, GW_LLM_END_BAD_URL},
		{CURLE_COULDNT_RESOLVE_PROXY, GW_LLM_END_UNREACHABLE},
		{CURLE_COULDNT_RESOLVE_HOST, GW_LLM_END_UNREACHABLE},
		{CURLE_COULDNT_CONNECT, GW_LLM_END_UNREACHABLE},
		{CURLE_OPERATION_TIMEDOUT,
		 GW_LLM_END_UNREACHABLE}, /* our time limit on connecting; we have no other */
		{CURLE_SSL_CONNECT_ERROR, GW_LLM_END_UNREACHABLE},
		{CURLE_PEER_FAILED_VERIFICATION, GW_LLM_END_UNREACHABLE},
		{CURLE_SSL_CACERT_BADFILE, GW_LLM_END_UNREACHABLE},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(ends); i++) {
		if (ends[i].code == code)
			return ends[i].end;
	}
	return GW_LLM_END_BROKEN_OFF;
}

static void finish(struct gw_llm_client *client, struct gw_llm_call *call, enum gw_llm_end end,
		   const char *problem, gw_llm_done *done, void *context)
{
	struct gw_llm_result result;
	void *arg = call->arg;

	gw_llm_reply_finish(call->reply, end, problem, call->wire.body.len, gw_now(), &result);
	call_free(client, call);
	done(context, arg, &result);
	gw_llm_result_release(&result);
}

static void collect(struct gw_llm_client *client, gw_llm_done *done, void *context)
{
	struct CURLMsg *message = NULL;
	int left = 0;

	while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
		struct gw_llm_call *call = NULL;
		CURLcode code = message->data.result;
		char problem[CURL_ERROR_SIZE];

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		(void)snprintf(problem, sizeof(problem), "%s",
			       code == CURLE_OK ? ""
			       : code == CURLE_COULDNT_CONNECT && call->refused
				       ? "its address is not public, and allow_private_hosts does "
					 "not name it"
			       : call->error[0] != '\0' ? call->error
							: curl_easy_strerror(code));
		finish(client, call, end_of(code), problem, done, context);
	}
}

/* Ends calls that are too slow, and those whose answer is whole while the connection does not come to an end. */
static void sweep(struct gw_llm_client *client, gw_llm_done *done, void *context)
{
	int64_t now = gw_monotonic();
	struct gw_llm_call *next = NULL;

	if (now < client->sweep)
		return;
	for (struct gw_llm_call *call = client->calls; call != NULL; call = next) {
		next = call->next;
		if (gw_llm_reply_complete(call->reply) && now - call->heard > GRACE)
			finish(client, call, GW_LLM_END_IN_ORDER, NULL, done, context);
		else if (now - call->started > call->limits.total)
			finish(client, call, GW_LLM_END_TIMED_OUT, NULL, done, context);
		else if (call->progress > 0 && now - call->heard > call->limits.stall)
			finish(client, call, GW_LLM_END_STALLED, NULL, done, context);
	}
	client->sweep = client->calls != NULL ? now + client->sweep_interval : INT64_MAX;
}

void gw_llm_client_run(struct gw_llm_client *client, gw_llm_done *done, void *context)
{
	struct epoll_event events[EVENTS];
	int running = 0;
	int count = 0;

	/* everything that has arrived is looked at before anybody is called too slow: we may have been away ourselves */
	do {
		count = epoll_wait(client->epoll, events, EVENTS, 0);
		for (int i = 0; i < count; i++) {
			int what =
				(events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
				(events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
				(events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);

			(void)curl_multi_socket_action(client->multi, events[i].data.fd, what,
						       &running);
		}
		if (client->timer >= 0 && gw_monotonic() >= client->timer) {
			client->timer = -1;
			(void)curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0,
						       &running);
		}
		collect(client, done, context);
	} while (count == EVENTS);
	sweep(client, done, context);
}
