/* SPDX-License-Identifier: ISC */
/*
 * doctor_models.c: asks every language model for one word, all at once, the way the worker asks.
 */
#include "admin/doctor.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "llm/client.h"

#include <limits.h>
#include <poll.h>

#define MODELS_MAX 100
#define CALL_TIMEOUT (30 * GW_USEC_PER_SEC)
#define REPLY_MAX ((size_t)64 * 1024)
#define KEY_MAX 4096
#define ANSWER_TOKENS 16 /* the least that all providers accept */

struct call {
	char *name; /* label (tenant) */
	bool ended;
	struct gw_llm_result result;
};

static void done(void *context, void *arg, struct gw_llm_result *result)
{
	struct call *call = arg;

	(void)context;
	call->ended = true;
	call->result = *result;
}

/* What the table holds, decrypted if it is encrypted under secret_key. */
static void add_key(struct gw_buf *out, const struct gw_config *config, struct gw_str stored)
{
	if (*config->secret_key != '\0' && stored.len > 0 &&
	    gw_secret_decrypt(out, gw_str(config->secret_key), stored))
		return;
	gw_buf_reset(out);
	gw_buf_add_str(out, stored);
}

static void start(struct gw_doctor *doctor, struct gw_llm_client *client,
		  const struct gw_rows *rows, int row, struct call *call)
{
	const struct gw_llm_limits limits = {.stall = CALL_TIMEOUT,
					     .total = CALL_TIMEOUT,
					     .max_bytes = REPLY_MAX};
	struct gw_llm_request request = {
		.provider = gw_rows_text(rows, row, 2),
		.base_url = gw_rows_text(rows, row, 4),
		.allow_http_hosts = doctor->admin->config.allow_http_hosts,
		.allow_private_hosts = doctor->admin->config.allow_private_hosts,
		.model = gw_rows_text(rows, row, 3),
		.max_output_tokens = ANSWER_TOKENS,
		.system = GW_STR_LIT("Answer with the one word OK."),
		.message = GW_STR_LIT("OK?"),
	};
	struct gw_llm_wire wire;
	const char *problem = NULL;
	struct gw_buf key;
	struct gw_buf name;

	gw_buf_init(&name, 1000);
	gw_buf_addf(&name, "%.*s (tenant %.*s)", (int)gw_rows_text(rows, row, 0).len,
		    gw_rows_text(rows, row, 0).data, (int)gw_rows_text(rows, row, 1).len,
		    gw_rows_text(rows, row, 1).len > 0 ? gw_rows_text(rows, row, 1).data : "");
	call->name = gw_buf_detach(&name);
	gw_buf_init(&key, KEY_MAX);
	add_key(&key, &doctor->admin->config, gw_rows_text(rows, row, 5));
	request.key = key.len > 0 ? gw_buf_str(&key) : GW_STR_LIT("");
	if (gw_llm_prepare(&request, &problem, &wire) == GW_OK) {
		(void)gw_llm_client_start(client, &wire, &limits, call);
	} else {
		gw_doctor_say(doctor, GW_FINDING_BAD, "models",
			      "set that up, or remove it and add it again as it should be",
			      "%s: %s", call->name, problem);
		free(call->name);
		call->name = NULL;
	}
	gw_secret_wipe(key.data, key.len);
	gw_buf_release(&key);
}

static void wait_for_all(struct gw_llm_client *client)
{
	while (gw_llm_client_count(client) > 0) {
		struct pollfd pfd = {.fd = gw_llm_client_fd(client), .events = POLLIN};
		int64_t wait = gw_llm_client_wait(client);

		if (wait < 0 || wait > GW_USEC_PER_SEC)
			wait = GW_USEC_PER_SEC;
		(void)poll(&pfd, 1, (int)((wait + 999) / 1000));
		gw_llm_client_run(client, done, NULL);
	}
}

static const char *advice(enum gw_llm_cause cause)
{
	switch (gw_llm_cause_outcome(cause)) {
	case GW_LLM_OK:
		return NULL;
	case GW_LLM_RETRY:
		return "check its base URL (a private address must be named in "
		       "allow_private_hosts), ca_file and the way there; ask again later if its "
		       "provider has a bad day";
	case GW_LLM_PERMANENT:
		break;
	}
	return "check its key, its name at the provider, its base URL and the account";
}

/* An answer that was cut off, or had no text, is one: the model was reached and took the key. */
static bool is_reached(enum gw_llm_cause cause)
{
	return cause == GW_LLM_ANSWERED || cause == GW_LLM_CUT_OFF || cause == GW_LLM_EMPTY ||
	       cause == GW_LLM_FILTERED;
}

static void say(struct gw_doctor *doctor, const struct call *call)
{
	if (is_reached(call->result.cause))
		gw_doctor_say(doctor, GW_FINDING_GOOD, "models", NULL, "%s answers", call->name);
	else
		/* the server's words may quote the key, so they stay here */
		gw_doctor_say(doctor, GW_FINDING_BAD, "models", advice(call->result.cause),
			      "%s: %s", call->name, gw_llm_cause_name(call->result.cause));
}

void gw_doctor_models(struct gw_doctor *doctor)
{
	const struct gw_llm_client_options options = {
		.ca_file = doctor->admin->config.ca_file,
		.user_agent = "clawgw-admin/" PACKAGE_VERSION,
		.max_calls = MODELS_MAX,
	};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_llm_client *client = NULL;
	struct gw_rows *rows = NULL;
	struct call *calls = NULL;

	gw_params_int(&params, MODELS_MAX);
	if (gw_db_exec(doctor->admin->db, GW_STATEMENT_MODEL_PROBE, &params, &rows) != GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "models", NULL, "they cannot be listed: %s",
			      gw_db_last_message());
		return;
	}
	if (gw_rows_count(rows) == 0) {
		gw_doctor_say(doctor, GW_FINDING_NOTE, "models", NULL, "there are none");
		goto out;
	}
	if (gw_llm_client_new(&options, &client) != GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "models", NULL, "libcurl does not work here");
		goto out;
	}
	calls = gw_xcalloc((size_t)gw_rows_count(rows), sizeof(*calls));
	for (int row = 0; row < gw_rows_count(rows); row++)
		start(doctor, client, rows, row, &calls[row]);
	wait_for_all(client);
	for (int row = 0; row < gw_rows_count(rows); row++) {
		if (calls[row].ended) {
			say(doctor, &calls[row]);
			gw_llm_result_release(&calls[row].result);
		}
		free(calls[row].name);
	}
out:
	free(calls);
	gw_llm_client_free(client);
	gw_rows_free(rows);
}
