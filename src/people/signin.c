/* SPDX-License-Identifier: ISC */
/*
 * signin.c: POST /people/session signs somebody in, by a one-time link or by name and password, and sets the cookie.
 *
 * Nobody learns which names exist: an unknown name costs the same time as a wrong password and gets the same answer. Checking
 * a password is meant to be slow, so one process checks one at a time, and failures make the next attempt wait.
 */
#include "people/signin.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/caller.h"
#include "gateway/endpoints.h"
#include "http/serve.h"
#include "people/people.h"

#include <crypt.h>
#include <json-c/json.h>
#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

#define COOKIE_AGE 2592000 /* seconds: GW_SESSION_IDLE */
#define TEXT_MAX 200       /* bytes of an address, and of a browser's name */
#define PASSWORD_MAX 512
#define NAME_MAX_BYTES 320

_Static_assert(GW_SESSION_IDLE == COOKIE_AGE * INT64_C(1000000), "cookie and session end together");

/* bcrypt of something that nobody can type: for names that nobody has. */
static const char nobody[] = "$2b$12$abcdefghijklmnopqrstuuMO7GqUpRDXgFjVLXkRJqPUyYWvSAmkq";

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static bool is_secure(const struct gw_request *request, const struct gw_config *config)
{
	struct gw_buf origin;
	bool secure = strncasecmp(config->public_url, "https:", 6) == 0;

	gw_buf_init(&origin, 512);
	gw_request_origin(request, &origin);
	secure = secure || strncmp(origin.data, "https:", 6) == 0;
	gw_buf_release(&origin);
	return secure;
}

void gw_signin_cookie(const struct gw_request *request, struct gw_response *response,
		      const char *value)
{
	const struct gw_config *config = gw_gateway_of(request)->config;
	struct gw_str prefix = gw_gateway_prefix(config);
	struct gw_buf cookie;

	gw_buf_init(&cookie, 4096);
	gw_buf_addf(&cookie,
		    GW_CALLER_COOKIE "=%s; Path=%.*s/; HttpOnly; SameSite=Lax; Max-Age=%d%s", value,
		    (int)prefix.len, prefix.len > 0 ? prefix.data : "",
		    value[0] != '\0' ? COOKIE_AGE : 0,
		    is_secure(request, config) ? "; Secure" : "");
	gw_response_header(response, "Set-Cookie", cookie.data);
	gw_secret_wipe(cookie.data, cookie.len);
	gw_buf_release(&cookie);
}

void gw_signin_add_person(struct gw_buf *out, const struct gw_user *person,
			  const struct gw_config *config)
{
	gw_buf_add_c(out, "{\"user\":{");
	gw_people_add_uuid(out, "id", &person->id);
	gw_people_add_string(out, "name", gw_str(person->name));
	gw_people_add_string(out, "role", gw_str(person->role));
	gw_buf_add_c(out, "},\"organisation\":{");
	gw_people_add_uuid(out, "id", &person->tenant);
	gw_people_add_string(out, "name", gw_str(person->tenant_name));
	gw_buf_add_c(out, "},\"session\":");
	if (person->has_session) {
		gw_buf_add_char(out, '{');
		gw_people_add_uuid(out, "id", &person->session);
		gw_people_add_time(out, "created_at", person->session_created);
		gw_buf_add_char(out, '}');
	} else {
		gw_buf_add_c(out, "null");
	}
	gw_people_add_string(out, "site_name", gw_str(config->site_name));
	gw_buf_add_char(out, '}');
}

static struct gw_str shortened(struct gw_str text)
{
	return text.len > TEXT_MAX ? (struct gw_str){text.data, TEXT_MAX} : text;
}

/* A browser may call itself anything. */
static char *clean(struct gw_str text)
{
	struct gw_buf out;

	if (text.data == NULL)
		return NULL;
	gw_buf_init(&out, 3 * TEXT_MAX);
	gw_utf8_repair(&out, shortened(text));
	return gw_buf_detach(&out);
}

/* The session is open: the cookie, and who it is. */
static enum gw_err welcome(struct gw_request *request, struct gw_response *response,
			   const char *token, const struct gw_session_new *session)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_user person = {.name = NULL};
	enum gw_err err = gw_session_find(gateway->db, session->digest, &person);

	if (err != GW_OK)
		return err == GW_UNAUTHORIZED
			       ? gw_response_error(response, GW_UNAUTHORIZED, "Not signed in")
			       : err;
	request->authenticated = true;
	gw_signin_cookie(request, response, token);
	gw_signin_add_person(&response->body, &person, gateway->config);
	gw_log_info("%s signed in", person.name);
	gw_user_release(&person);
	return GW_OK;
}

static enum gw_err by_link(struct gw_request *request, struct gw_response *response,
			   struct gw_str presented, const char *token,
			   const struct gw_session_new *session)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	enum gw_signin_outcome outcome = GW_SIGNIN_UNKNOWN;
	unsigned char digest[GW_SHA256_SIZE];
	enum gw_err err = GW_OK;

	gw_sha256(presented, digest);
	err = gw_session_open_link(gateway->db, digest, session, &outcome);
	if (err != GW_OK)
		return err;
	switch (outcome) {
	case GW_SIGNIN_OK:
		return welcome(request, response, token, session);
	case GW_SIGNIN_USED:
		return gw_response_error_status(response, GW_CONFLICT, 410,
						"This link has been used already");
	case GW_SIGNIN_EXPIRED:
		return gw_response_error_status(response, GW_CONFLICT, 410, "This link is too old");
	case GW_SIGNIN_DISABLED:
		return gw_response_error(response, GW_FORBIDDEN, "This account is disabled");
	case GW_SIGNIN_UNKNOWN:
		break;
	}
	return gw_response_error(response, GW_UNAUTHORIZED, "This link is not valid");
}

/* Whether a password is the one behind a hash of crypt(3). */
static bool verifies(struct gw_str password, const char *hash)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	char *typed = gw_str_dup(password);
	const char *made = NULL;
	bool same = false;

	if (data != NULL)
		made = crypt_r(typed, hash, data);
	same = made != NULL && made[0] != '*' && gw_secret_equal(gw_str(made), gw_str(hash));
	if (data != NULL)
		gw_secret_wipe(data, sizeof(*data));
	free(data);
	gw_secret_free(typed);
	return same;
}

/* Looks the name up and checks the password, slowly. GW_UNAUTHORIZED: no. */
static enum gw_err check(struct gw_db *db, struct gw_str name, struct gw_str password,
			 struct gw_uuid *ret_user)
{
	char *hash = NULL;
	bool right = false;
	enum gw_err err = gw_signin_password(db, name, ret_user, &hash);
	bool known = err == GW_OK;

	if (err != GW_OK && err != GW_NOT_FOUND)
		return err;
	err = gw_serve_blocking_begin();
	if (err == GW_OK) {
		(void)pthread_mutex_lock(&one_at_a_time);
		right = verifies(password, known ? hash : nobody);
		(void)pthread_mutex_unlock(&one_at_a_time);
		gw_serve_blocking_end();
		err = known && right ? GW_OK : GW_UNAUTHORIZED;
	}
	gw_secret_free(hash);
	return err;
}

static enum gw_err refuse_for_now(struct gw_response *response, int64_t wait)
{
	char seconds[32];

	(void)snprintf(seconds, sizeof(seconds), "%lld",
		       (long long)((wait + GW_USEC_PER_SEC - 1) / GW_USEC_PER_SEC));
	gw_response_header(response, "Retry-After", seconds);
	return gw_response_error_status(response, GW_BUSY, 429,
					"Too many attempts; try again in %s seconds", seconds);
}

static enum gw_err by_password(struct gw_request *request, struct gw_response *response,
			       struct gw_str name, struct gw_str password, const char *token,
			       const struct gw_session_new *session)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_signin_keys keys = {.count = 0};
	struct gw_uuid user;
	int64_t wait = 0;
	enum gw_err err = GW_OK;

	gw_signin_keys_add(&keys, "name", name);
	gw_signin_keys_add(&keys, "address", session->address);
	err = gw_signin_wait(gateway->db, &keys, &wait);
	if (err != GW_OK)
		return err;
	if (wait > 0)
		return refuse_for_now(response, wait);
	err = check(gateway->db, name, password, &user);
	if (err == GW_OK)
		err = gw_session_open_password(gateway->db, &user, session);
	if (err == GW_UNAUTHORIZED) {
		gw_log_notice("a wrong name or password from %.*s", (int)session->address.len,
			      session->address.data != NULL ? session->address.data : "");
		err = gw_signin_failed(gateway->db, &keys);
		return err != GW_OK ? err
				    : gw_response_error(response, GW_UNAUTHORIZED,
							"Wrong name or password");
	}
	if (err != GW_OK)
		return err;
	/* the address stays noted: one right password among many wrong ones excuses nobody else's */
	keys.count = 1;
	err = gw_signin_succeeded(gateway->db, &keys);
	return err != GW_OK ? err : welcome(request, response, token, session);
}

/* The fields of either way; both absent, or more than one way: `missing`. */
static void read_body(struct json_object *body, struct gw_invalid *invalid,
		      struct gw_str *ret_token, struct gw_str *ret_name,
		      struct gw_str *ret_password)
{
	*ret_token =
		gw_field_string(body, "token", 1, GW_FIELD_OPTIONAL | GW_FIELD_NULLABLE, invalid);
	*ret_name = GW_STR_NULL;
	*ret_password = GW_STR_NULL;
	if (ret_token->data != NULL || gw_invalid_any(invalid))
		return;
	if (body != NULL && !json_object_object_get_ex(body, "name", NULL)) {
		(void)gw_field_string(body, "token", 1, 0, invalid);
		return;
	}
	*ret_name = gw_field_string(body, "name", 1, GW_FIELD_TRIM, invalid);
	*ret_password = gw_field_string(body, "password", 1, 0, invalid);
}

enum gw_err gw_handle_session_open(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_session_new session = {.id = gw_uuid_random()};
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct json_object *body = NULL;
	struct gw_str presented = GW_STR_NULL;
	struct gw_str name = GW_STR_NULL;
	struct gw_str password = GW_STR_NULL;
	struct gw_invalid invalid;
	char *browser = NULL;
	char *address = NULL;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	gw_signin_token_new(token, session.digest);
	if (!gw_caller_same_site(request, gateway->config, true)) {
		err = gw_response_error(response, GW_FORBIDDEN,
					"This request does not come from a page of this site");
		goto out;
	}
	err = gw_field_body(request, response, &invalid, &body);
	if (err != GW_OK)
		goto out;
	read_body(body, &invalid, &presented, &name, &password);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	browser = clean(gw_request_header(request, "User-Agent"));
	address = clean(gw_request_env(request, "REMOTE_ADDR"));
	session.browser = gw_str(browser);
	session.address = gw_str(address);
	if (presented.data != NULL)
		err = by_link(request, response, presented, token, &session);
	else if (name.len > NAME_MAX_BYTES || password.len > PASSWORD_MAX)
		err = gw_response_error(response, GW_UNAUTHORIZED, "Wrong name or password");
	else
		err = by_password(request, response, name, password, token, &session);
out:
	gw_secret_wipe(token, sizeof(token));
	free(browser);
	free(address);
	json_object_put(body);
	gw_invalid_release(&invalid);
	return err;
}
