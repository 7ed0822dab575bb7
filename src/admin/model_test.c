/* SPDX-License-Identifier: ISC */
/*
 * model_test.c: asking a language model for a word, to see whether it works.
 */
#include "admin/admin.h"
#include "admin/model_ask.h"
#include "admin/output.h"

#include "base/clock.h"
#include "base/json.h"

#define LINE_MAX_BYTES ((size_t)1024 * 1024)

static void write_json(const struct gw_model_answer *answer)
{
	struct gw_buf line;

	gw_buf_init(&line, LINE_MAX_BYTES);
	gw_buf_addf(&line, "{\"answers\":%s", gw_model_answered(answer) ? "true" : "false");
	gw_json_add_name(&line, "cause");
	gw_json_add_string(&line, gw_str(answer->problem != NULL
						 ? answer->problem
						 : gw_llm_cause_name(answer->result.cause)));
	gw_json_add_name(&line, "said");
	gw_json_add_string(&line, answer->ended ? gw_buf_str(&answer->result.text) : GW_STR_NULL);
	gw_buf_addf(&line, ",\"milliseconds\":%lld,\"tokens\":%lld}",
		    (long long)(answer->ended ? answer->took / 1000 : 0),
		    (long long)(answer->ended ? answer->result.tokens : 0));
	gw_output_buf(&line);
	gw_buf_release(&line);
}

static void write_line(const struct gw_model_answer *answer)
{
	struct gw_buf line;

	gw_buf_init(&line, LINE_MAX_BYTES);
	gw_output_escape(&line, gw_str(answer->name));
	gw_buf_addf(&line,
		    " answers, after %lld ms and %lld tokens: ", (long long)(answer->took / 1000),
		    (long long)answer->result.tokens);
	gw_output_escape(&line, gw_buf_str(&answer->result.text));
	gw_output_buf(&line);
	gw_buf_release(&line);
}

enum gw_exit gw_model_test(struct gw_admin *admin)
{
	struct gw_model_answer *answers = NULL;
	struct gw_uuid tenant, model;
	bool narrowed = false;
	int count = 0;
	enum gw_err err = GW_OK;
	enum gw_exit status = gw_admin_tenant(admin, false, &tenant, &narrowed);

	if (status != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_model, admin->arguments[0],
				 narrowed ? &tenant : NULL, &model)) != GW_EXIT_OK)
		return status;
	err = gw_models_ask(admin, &model, &answers, &count);
	if (err == GW_INTERNAL)
		return gw_admin_fail(GW_EXIT_FAILED, "libcurl does not work here");
	if (err != GW_OK)
		return gw_admin_store_failed(err, "look at the model");
	if (count == 0) {
		status = gw_admin_fail(GW_EXIT_NOT_FOUND, "the model is not there any more");
		goto out;
	}
	if (admin->json)
		write_json(&answers[0]);
	else if (gw_model_answered(&answers[0]))
		write_line(&answers[0]);
	if (!gw_model_answered(&answers[0]))
		/* the server's words may quote the key, so they stay here */
		status = gw_admin_fail(GW_EXIT_FAILED, "%s: %s: %s", answers[0].name,
				       answers[0].problem != NULL
					       ? answers[0].problem
					       : gw_llm_cause_name(answers[0].result.cause),
				       gw_model_advice(&answers[0]));
out:
	gw_model_answers_release(answers, count);
	return status;
}
