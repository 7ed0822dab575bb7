/* SPDX-License-Identifier: ISC */
/*
 * doctor_models.c: what every language model says when it is asked for one word.
 */
#include "admin/doctor.h"

#include "admin/model_ask.h"

static void say(struct gw_doctor *doctor, const struct gw_model_answer *answer)
{
	if (answer->problem != NULL)
		gw_doctor_say(doctor, GW_FINDING_BAD, "models", gw_model_advice(answer), "%s: %s",
			      answer->name, answer->problem);
	else if (gw_model_answered(answer))
		gw_doctor_say(doctor, GW_FINDING_GOOD, "models", NULL, "%s answers", answer->name);
	else if (answer->ended)
		gw_doctor_say(doctor, GW_FINDING_BAD, "models", gw_model_advice(answer), "%s: %s",
			      answer->name, gw_llm_cause_name(answer->result.cause));
}

void gw_doctor_models(struct gw_doctor *doctor)
{
	struct gw_model_answer *answers = NULL;
	int count = 0;
	enum gw_err err = gw_models_ask(doctor->admin, NULL, &answers, &count);

	if (err == GW_INTERNAL) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "models", NULL, "libcurl does not work here");
		return;
	}
	if (err != GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "models", NULL, "they cannot be listed: %s",
			      gw_db_last_message());
		return;
	}
	if (count == 0)
		gw_doctor_say(doctor, GW_FINDING_NOTE, "models", NULL, "there are none");
	for (int i = 0; i < count; i++)
		say(doctor, &answers[i]);
	gw_model_answers_release(answers, count);
}
