/* SPDX-License-Identifier: ISC */
/*
 * doctor_page.c: the page for people as a browser meets it, and whether events reach it at once: what buffers them, or compresses them,
 * somewhere in between, makes an answer appear when somebody has stopped waiting for it.
 *
 * The events are asked for in the name of somebody who may sign in, with a session that exists only meanwhile. What is asked for
 * shows nothing of that person's and changes nothing.
 */
#include "admin/doctor.h"

#include "base/clock.h"
#include "channels/transfer.h"
#include "store/bell.h"
#include "store/screen.h"

#define HEAD_MAX 32768
#define BODY_MAX 65536
#define COOKIE_SIZE 128
#define PATIENCE (5 * INT64_C(1000)) /* milliseconds; an event takes some, a busy host more */
#define MARK "name=\"clawgw-api\""

/* What came back. */
struct seen {
	long status; /* 0: nothing, `why` says why */
	const char *why;
	struct gw_buf head, body;
};

/* A stream of events that is tried: when its first event is here, one more is made, and awaited. */
struct trial {
	struct gw_doctor *doctor;
	struct gw_screen_reader reader;
	struct gw_uuid session;
	struct seen seen;
	bool begun, found;
	int64_t made, took; /* gw_monotonic(); microseconds until it came */
};

static size_t collect_body(char *data, size_t size, size_t count, void *arg)
{
	gw_buf_add(arg, data, size * count);
	return size * count; /* what is too long is cut */
}

/* What comes with the head of an answer passes where what comes later waits in a buffer: so it is the second event that counts. */
static size_t take_event(char *data, size_t size, size_t count, void *arg)
{
	struct trial *trial = arg;
	struct gw_db *db = trial->doctor->admin->db;
	struct gw_params params = GW_PARAMS_EMPTY;
	char topic[sizeof("user:") + GW_UUID_TEXT_SIZE] = "user:";

	gw_buf_add(&trial->seen.body, data, size * count);
	if (trial->seen.body.len == 0)
		return size * count;
	if (!trial->begun && strstr(trial->seen.body.data, "event: hello") != NULL) {
		trial->begun = true;
		trial->made = gw_monotonic();
		gw_params_uuid(&params, &trial->reader.user);
		gw_params_uuid(&params, &trial->session);
		if (gw_db_run(db, GW_STATEMENT_SESSION_PROBE_EVENT, &params) != GW_OK)
			return 0;
		(void)gw_uuid_format(&trial->reader.user, topic + strlen(topic));
		gw_bell_ring(db, topic);
	}
	if (!trial->begun || strstr(trial->seen.body.data, "event: job") == NULL)
		return size * count;
	trial->found = true;
	trial->took = gw_monotonic() - trial->made;
	return 0; /* enough: curl gives up */
}

/* As a browser asks: it takes compressed answers. `trial`: reads its stream. */
static void get(struct gw_doctor *doctor, const char *base, const char *path, const char *cookie,
		struct seen *seen, struct trial *trial)
{
	struct curl_slist *headers = NULL;
	CURL *curl = NULL;
	CURLcode code = CURLE_OK;

	if (cookie != NULL)
		headers = curl_slist_append(headers, cookie);
	curl = gw_doctor_request(doctor, base, path, headers);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect_body);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &seen->head);
	if (trial != NULL) {
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_event);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, trial);
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)PATIENCE);
	} else {
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect_body);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, &seen->body);
	}
	gw_buf_reset(&seen->head);
	gw_buf_reset(&seen->body);
	seen->status = 0;
	code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &seen->status);
	seen->why = gw_transfer_strerror(code);
	gw_transfer_end(curl, false);
	curl_slist_free_all(headers);
}

static bool has_header(const struct seen *seen, const char *name)
{
	return seen->head.len > 0 && strcasestr(seen->head.data, name) != NULL;
}

/* Returns whether the page is there. */
static bool check_files(struct gw_doctor *doctor, const char *base, struct seen *seen)
{
	const char *include = "include the shipped clawgw-page.conf beside clawgw.conf "
			      "(docs/install.md, \"The page for people\")";

	get(doctor, base, "/app/", NULL, seen, NULL);
	if (seen->status != 200 || seen->body.len == 0 || strstr(seen->body.data, MARK) == NULL) {
		gw_doctor_say(doctor, GW_FINDING_NOTE, "page", include,
			      "the page for people is not at %s/app/ (%ld)", base, seen->status);
		return false;
	}
	if (!has_header(seen, "\nContent-Security-Policy:")) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "page", include,
			      "%s/app/ comes without Content-Security-Policy", base);
		return true;
	}
	get(doctor, base, "/app/vendor/markdown-it.js", NULL, seen, NULL);
	if (seen->status == 200)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "page", NULL,
			      "%s/app/ is there, with its headers", base);
	else
		gw_doctor_say(doctor, GW_FINDING_NOTE, "page",
			      "install the package node-markdown-it, then run markdown.sh "
			      "(docs/install.md)",
			      "%s/app/ is there; it shows answers as plain text", base);
	return true;
}

/* Whether the event that did not come is held back by a transaction that is open. */
static bool is_held(const struct trial *trial)
{
	const struct gw_place beginning = {1, 0};
	struct gw_screen_event end = {.held = false};
	struct gw_rows *rows = NULL;

	if (!trial->begun ||
	    gw_screen_read(trial->doctor->admin->db, &trial->reader, &beginning, &rows) != GW_OK)
		return false;
	gw_screen_row(rows, 0, &end);
	gw_rows_free(rows);
	return end.held;
}

static void tell_events(struct gw_doctor *doctor, const char *base, const struct trial *trial)
{
	const long status = trial->seen.status;

	if (trial->found)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "events", NULL,
			      "nothing on the way keeps them back (one took %lld ms)",
			      (long long)(trial->took / 1000));
	else if (is_held(trial))
		gw_doctor_say(
			doctor, GW_FINDING_BAD, "events",
			"look for it in pg_stat_activity (backend_xid, xact_start) and end it",
			"a transaction that stays open on the database server holds them back");
	else if (status == 200 || status == 0)
		gw_doctor_say(
			doctor, GW_FINDING_BAD, "events",
			"turn off buffering and compression of text/event-stream in every server "
			"and proxy on the way: nginx must not ignore X-Accel-Buffering, "
			"Apache wants flushpackets=on, as in the shipped files",
			"an event does not arrive within %lld s at %s: something holds the "
			"stream back (%s)",
			(long long)(PATIENCE / 1000), base, trial->seen.why);
	else if (status == 501)
		gw_doctor_say(doctor, GW_FINDING_NOTE, "events",
			      "run the programs as FastCGI responders behind nginx or "
			      "mod_proxy_fcgi, if answers shall appear at once",
			      "there are none under CGI and mod_fcgid: the page asks every few "
			      "seconds what is new");
	else if (status == 401)
		gw_doctor_say(doctor, GW_FINDING_BAD, "events",
			      "let the header Cookie pass, and all programs have the same "
			      "database_url",
			      "somebody who is signed in is answered 401");
	else
		gw_doctor_say(doctor, GW_FINDING_BAD, "events",
			      "start events.fcgi; compare the web server's configuration with the "
			      "shipped one",
			      "%s/api/gateway/events is answered %ld", base, status);
}

/* Signs somebody in. False: there is nobody who may. */
static bool sign_in(struct gw_doctor *doctor, char cookie[COOKIE_SIZE], struct trial *trial)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_rows *rows = NULL;
	bool signed_in = false;

	trial->session = gw_uuid_random();
	trial->reader.has_session = true;
	gw_signin_token_new(token, trial->reader.session);
	(void)snprintf(cookie, COOKIE_SIZE, "Cookie: clawgw_session=%s", token);
	gw_secret_wipe(token, sizeof(token));
	gw_params_uuid(&params, &trial->session);
	gw_params_bytes(&params, trial->reader.session, sizeof(trial->reader.session));
	if (gw_db_exec(doctor->admin->db, GW_STATEMENT_SESSION_PROBE, &params, &rows) != GW_OK)
		return false;
	signed_in = gw_rows_count(rows) > 0 && gw_rows_uuid(rows, 0, 0, &trial->reader.user) &&
		    gw_rows_uuid(rows, 0, 1, &trial->reader.tenant);
	gw_rows_free(rows);
	return signed_in;
}

static void check_events(struct gw_doctor *doctor, const char *base)
{
	struct trial trial = {.doctor = doctor};
	struct gw_params end = GW_PARAMS_EMPTY;
	char cookie[COOKIE_SIZE];

	if (!sign_in(doctor, cookie, &trial)) {
		gw_doctor_say(doctor, GW_FINDING_NOTE, "events", NULL,
			      "not tried: nobody may sign in");
		return;
	}
	gw_buf_init(&trial.seen.head, HEAD_MAX);
	gw_buf_init(&trial.seen.body, BODY_MAX);
	get(doctor, base, "/api/gateway/events", cookie, &trial.seen, &trial);
	tell_events(doctor, base, &trial);
	gw_params_uuid(&end, &trial.reader.user);
	gw_params_uuid(&end, &trial.session);
	if (gw_db_run(doctor->admin->db, GW_STATEMENT_SESSION_PROBE_END, &end) != GW_OK)
		gw_doctor_say(
			doctor, GW_FINDING_BAD, "events",
			"run doctor again later: it takes away what an earlier one left behind",
			"the session that it was tried with could not be ended: %s",
			gw_db_last_message());
	gw_secret_wipe(cookie, sizeof(cookie));
	gw_buf_release(&trial.seen.head);
	gw_buf_release(&trial.seen.body);
}

void gw_doctor_page(struct gw_doctor *doctor, const char *base)
{
	struct seen seen = {.status = 0};

	gw_buf_init(&seen.head, HEAD_MAX);
	gw_buf_init(&seen.body, BODY_MAX);
	if (check_files(doctor, base, &seen))
		check_events(doctor, base);
	gw_buf_release(&seen.head);
	gw_buf_release(&seen.body);
}
