/* SPDX-License-Identifier: ISC */
/*
 * model_ask.c: see model_ask.h.
 */
#include "admin/model_ask.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "llm/client.h"
#include "operator/trial.h"

#include <poll.h>

#define MODELS_MAX 100
#define CALL_TIMEOUT (30 * GW_USEC_PER_SEC)
#define REPLY_MAX ((size_t)64 * 1024)
#define KEY_MAX 4096
#define ANSWER_TOKENS 16 /* the least that all providers accept */

/* Columns of sql/statements/model_probe.sql. */
enum { NAME, TENANT, PROVIDER, MODEL, BASE_URL, KEY };

static void done(void *context, void *arg, struct gw_llm_result *result)
{
	struct gw_model_answer *answer = arg;

	(void)context;
	answer->ended = true;
	answer->took = gw_monotonic() - answer->took;
	answer->result = *result;
	gw_buf_init(&result->text, 0); /* it is kept: whoever calls would release it */
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

static void start(const struct gw_admin *admin, struct gw_llm_client *client,
		  const struct gw_rows *rows, int row, struct gw_model_answer *answer)
{
	const struct gw_llm_limits limits = {.stall = CALL_TIMEOUT,
					     .total = CALL_TIMEOUT,
					     .max_bytes = REPLY_MAX};
	struct gw_llm_request request = {
		.provider = gw_rows_text(rows, row, PROVIDER),
		.base_url = gw_rows_text(rows, row, BASE_URL),
		.allow_http_hosts = admin->config.allow_http_hosts,
		.allow_private_hosts = admin->config.allow_private_hosts,
		.model = gw_rows_text(rows, row, MODEL),
		.max_output_tokens = ANSWER_TOKENS,
		.system = GW_STR_LIT("Answer with the one word OK."),
		.message = GW_STR_LIT("OK?"),
	};
	struct gw_str tenant = gw_rows_text(rows, row, TENANT);
	struct gw_llm_wire wire;
	struct gw_buf key;
	struct gw_buf name;

	gw_buf_init(&name, 1000);
	gw_buf_add_str(&name, gw_rows_text(rows, row, NAME));
	gw_buf_addf(&name, " (tenant %.*s)", (int)tenant.len, tenant.len > 0 ? tenant.data : "");
	answer->name = gw_buf_detach(&name);
	answer->took = gw_monotonic();
	gw_buf_init(&key, KEY_MAX);
	add_key(&key, &admin->config, gw_rows_text(rows, row, KEY));
	request.key = key.len > 0 ? gw_buf_str(&key) : GW_STR_LIT("");
	if (gw_llm_prepare(&request, &answer->problem, &wire) == GW_OK)
		(void)gw_llm_client_start(client, &wire, &limits, answer);
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

enum gw_err gw_models_ask(struct gw_admin *admin, const struct gw_uuid *only,
			  struct gw_model_answer **ret_answers, int *ret_count)
{
	const struct gw_llm_client_options options = {
		.ca_file = admin->config.ca_file,
		.user_agent = "clawgw-admin/" PACKAGE_VERSION,
		.max_calls = MODELS_MAX,
	};
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_model_answer *answers = NULL;
	struct gw_llm_client *client = NULL;
	struct gw_rows *rows = NULL;
	enum gw_err err = GW_OK;
	int count = 0;

	gw_params_int(&params, MODELS_MAX);
	gw_params_uuid(&params, only);
	err = gw_db_exec(admin->db, GW_STATEMENT_MODEL_PROBE, &params, &rows);
	if (err != GW_OK)
		return err;
	count = gw_rows_count(rows);
	if (count > 0 && gw_llm_client_new(&options, &client) != GW_OK) {
		err = GW_INTERNAL;
		goto out;
	}
	answers = gw_xcalloc((size_t)count + 1, sizeof(*answers));
	for (int row = 0; row < count; row++)
		start(admin, client, rows, row, &answers[row]);
	if (count > 0)
		wait_for_all(client);
	*ret_answers = answers;
	*ret_count = count;
out:
	gw_llm_client_free(client);
	gw_rows_free(rows);
	return err;
}

void gw_model_answers_release(struct gw_model_answer *answers, int count)
{
	for (int i = 0; i < count; i++) {
		if (answers[i].ended)
			gw_llm_result_release(&answers[i].result);
		free(answers[i].name);
	}
	free(answers);
}

bool gw_model_answered(const struct gw_model_answer *answer)
{
	enum gw_llm_cause cause = answer->result.cause;

	return answer->ended && (cause == GW_LLM_ANSWERED || cause == GW_LLM_CUT_OFF ||
				 cause == GW_LLM_EMPTY || cause == GW_LLM_FILTERED);
}

const char *gw_model_advice(const struct gw_model_answer *answer)
{
	if (answer->problem != NULL)
		return "set that up with `clawgw-admin model edit'";
	return gw_trial_advice(answer->result.cause);
}
