/* SPDX-License-Identifier: ISC */
/*
 * link.c: POST /people/session/link sends a sign-in link by e-mail. The answer is the same whoever asks, and it does not wait for the
 * mail server: neither its words nor its time tell whether the address is known.
 */
#include "gateway/endpoints.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "channels/channel.h"
#include "channels/mail.h"
#include "gateway/background.h"
#include "gateway/caller.h"
#include "people/people.h"
#include "people/signin.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <strings.h>

#define MAIL_MAX 4096
#define UNDER_WAY_MAX 8 /* mails at once; what is more is not sent */

/* A mail on its way, owned by its thread. */
struct errand {
	const struct gw_config *config;
	char *address;
	char *name;
	char *subject;
	char *text;
};

static void errand_free(struct errand *errand)
{
	free(errand->address);
	free(errand->name);
	free(errand->subject);
	gw_secret_free(errand->text);
	free(errand);
}

static void run(void *arg)
{
	struct errand *errand = arg;
	struct gw_send_failure failure = {.text = ""};
	const struct gw_letter letter = {
		.config = errand->config,
		.agent_name = gw_str(errand->subject),
		.person = {.name = gw_str(errand->name), .email = gw_str(errand->address)},
		.text = gw_str(errand->text),
		.id = gw_uuid_random(),
		.deadline = gw_monotonic() + GW_LETTER_LONGEST,
	};

	if (gw_channel_email.send(&letter, &failure) != GW_OK)
		gw_log_warning("a sign-in link was not sent: %s", failure.text);
	errand_free(errand);
}

static void start(struct errand *errand)
{
	if (!gw_background_start(run, errand, UNDER_WAY_MAX)) {
		gw_log_warning("a sign-in link was not sent: %s", "too many at once");
		errand_free(errand);
	}
}

static void write_text(struct gw_buf *out, const char *base, const char *token, const char *name,
		       bool chinese)
{
	gw_buf_addf(out, chinese ? "%s，您好：\n\n" : "Hello %s,\n\n", name);
	gw_buf_add_c(out, chinese ? "点击以下链接登录，链接在 15 分钟内有效，只能使用一次：\n\n"
				  : "this link signs you in. It is good for 15 minutes, once:\n\n");
	gw_buf_addf(out, "%s/app/#in=%s\n\n", base, token);
	gw_buf_add_c(out, chinese ? "如果不是您本人操作，请忽略此邮件。\n"
				  : "If you did not ask for it, do nothing.\n");
}

/* Makes a link if there is somebody to send it to, and sets the mail going. */
static enum gw_err send_link(const struct gw_request *request, struct gw_str address)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_str language = gw_request_header(request, "Accept-Language");
	bool chinese = language.len >= 2 && strncasecmp(language.data, "zh", 2) == 0;
	unsigned char digest[GW_SHA256_SIZE];
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct errand *errand = NULL;
	struct gw_buf base;
	struct gw_buf text;
	char *name = NULL;
	enum gw_err err = GW_OK;

	gw_signin_token_new(token, digest);
	err = gw_signin_link_mail(gateway->db, digest, address, &name);
	if (err == GW_NOT_FOUND)
		return GW_OK;
	if (err != GW_OK)
		return err;
	gw_buf_init(&base, 1024);
	gw_buf_init(&text, MAIL_MAX);
	/* never the host of the request: whoever asks could have somebody else's link point to himself */
	gw_buf_add_c(&base, gateway->config->public_url);
	write_text(&text, base.data, token, name, chinese);
	errand = gw_xcalloc(1, sizeof(*errand));
	errand->config = gateway->config;
	errand->address = gw_str_dup(address);
	errand->name = name;
	errand->subject = gw_xstrdup(chinese ? "登录链接" : "Your sign-in link");
	errand->text = gw_buf_detach(&text);
	start(errand);
	gw_secret_wipe(token, sizeof(token));
	gw_buf_release(&base);
	gw_buf_release(&text);
	return GW_OK;
}

enum gw_err gw_handle_session_link(struct gw_request *request, struct gw_response *response)
{
	const struct gw_config *config = gw_gateway_of(request)->config;
	struct json_object *body = NULL;
	struct gw_invalid invalid;
	struct gw_str address = GW_STR_NULL;
	char *folded = NULL;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	if (!gw_caller_same_site(request, config, true)) {
		err = gw_response_error(response, GW_FORBIDDEN,
					"This request does not come from a page of this site");
		goto out;
	}
	err = gw_field_body(request, response, &invalid, &body);
	if (err != GW_OK)
		goto out;
	address = gw_field_string(body, "email", 1, GW_FIELD_TRIM, &invalid);
	if (gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	if (config->smtp_url[0] == '\0' || config->smtp_from[0] == '\0' ||
	    config->public_url[0] == '\0') {
		err = gw_response_error_status(response, GW_INVALID, 501,
					       "Sign-in links by e-mail are not set up here");
		goto out;
	}
	if (gw_address_valid(address)) {
		folded = gw_str_dup(address);
		for (char *c = folded; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c); /* a valid address is ASCII */
		err = send_link(request, gw_str(folded));
	}
	if (err == GW_OK) {
		response->status = 202;
		gw_buf_add_c(&response->body, "{\"status\":\"accepted\"}");
	}
out:
	free(folded);
	json_object_put(body);
	gw_invalid_release(&invalid);
	return err;
}
