/* SPDX-License-Identifier: ISC */
/*
 * test_policy.c: whether a job is tried again, when, and with which model; and the names of conversations.
 */
#include "store/conversation.h"
#include "worker/policy.h"
#include "worker/prompt.h"

#include "base/clock.h"

#include <criterion/criterion.h>

#define SECONDS(n) (GW_USEC_PER_SEC * (n))

Test(policy, decides_by_a_table)
{
	static const struct {
		int64_t attempts;
		int model;
		bool primary, fallback; /* usable */
		int64_t other_after;
		enum gw_llm_cause cause;
		int64_t retry_after;
		enum gw_job_state state;
		bool use_fallback;
		int64_t least, most; /* delay */
	} cases[] = {
		{0, GW_JOB_PRIMARY, true, true, 0, GW_LLM_ANSWERED, -1, GW_JOB_DONE, false, 0,
		 INT64_MAX},
		{0, GW_JOB_PRIMARY, true, false, 0, GW_LLM_STALLED, -1, GW_JOB_RETRY, false,
		 SECONDS(1) / 2, SECONDS(1)},
		{3, GW_JOB_PRIMARY, true, false, 0, GW_LLM_STALLED, -1, GW_JOB_RETRY, false,
		 SECONDS(4), SECONDS(8)},
		{6, GW_JOB_PRIMARY, true, false, 0, GW_LLM_STALLED, -1, GW_JOB_RETRY, false,
		 SECONDS(32), SECONDS(64)},
		{7, GW_JOB_PRIMARY, true, true, 0, GW_LLM_STALLED, -1, GW_JOB_DEAD, false, 0, 0},
		{7, GW_JOB_PRIMARY, true, true, 0, GW_LLM_QUOTA, -1, GW_JOB_DEAD, true, 0, 0},
		{0, GW_JOB_PRIMARY, true, false, 0, GW_LLM_RATE_LIMITED, SECONDS(7200),
		 GW_JOB_RETRY, false, SECONDS(7200), SECONDS(7201)},
		{0, GW_JOB_PRIMARY, true, true, 0, GW_LLM_RATE_LIMITED, SECONDS(7200), GW_JOB_RETRY,
		 true, 0, 0},
		{0, GW_JOB_PRIMARY, true, true, SECONDS(9000), GW_LLM_RATE_LIMITED, SECONDS(7200),
		 GW_JOB_RETRY, false, SECONDS(7200), SECONDS(7201)},
		{0, GW_JOB_PRIMARY, true, true, 0, GW_LLM_STALLED, -1, GW_JOB_RETRY, false,
		 SECONDS(1) / 2, SECONDS(1)},
		{1, GW_JOB_PRIMARY, true, true, 0, GW_LLM_STALLED, -1, GW_JOB_RETRY, true, 0, 0},
		{2, GW_JOB_FALLBACK, true, true, 0, GW_LLM_STALLED, -1, GW_JOB_RETRY, false, 0, 0},
		{2, GW_JOB_FALLBACK, false, true, 0, GW_LLM_STALLED, -1, GW_JOB_RETRY, true,
		 SECONDS(2), SECONDS(4)},
		{0, GW_JOB_PRIMARY, true, false, 0, GW_LLM_KEY_REFUSED, -1, GW_JOB_DEAD, false, 0,
		 0},
		{0, GW_JOB_PRIMARY, true, true, 0, GW_LLM_KEY_REFUSED, -1, GW_JOB_RETRY, true, 0,
		 0},
		{1, GW_JOB_FALLBACK, true, true, SECONDS(9), GW_LLM_FILTERED, -1, GW_JOB_RETRY,
		 false, SECONDS(9), SECONDS(9)},
		{1, GW_JOB_FALLBACK, false, true, 0, GW_LLM_FILTERED, -1, GW_JOB_DEAD, false, 0, 0},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_policy_state state = {
			.attempts = cases[i].attempts,
			.max_attempts = 8,
			.model = cases[i].model,
			.usable = {cases[i].primary, cases[i].fallback},
			.left = SECONDS(86400),
		};
		struct gw_llm_result result = {.cause = cases[i].cause,
					       .retry_after = cases[i].retry_after};
		struct gw_policy_decision decision;

		state.after[cases[i].model == GW_JOB_PRIMARY ? GW_JOB_FALLBACK : GW_JOB_PRIMARY] =
			cases[i].other_after;
		for (uint32_t chance = 0; chance < 1000; chance++) {
			gw_policy_decide(&state, &result, chance * 4294967, &decision);
			cr_expect_eq(decision.state, cases[i].state, "case %zu", i);
			if (decision.state != GW_JOB_RETRY)
				continue;
			cr_expect_eq(decision.use_fallback, cases[i].use_fallback, "case %zu", i);
			cr_expect(decision.delay >= cases[i].least &&
					  decision.delay <= cases[i].most,
				  "case %zu: %lld", i, (long long)decision.delay);
		}
	}
}

Test(policy, never_waits_longer_than_five_minutes_by_itself)
{
	struct gw_policy_state state = {.attempts = 900,
					.max_attempts = 1000,
					.usable = {true, false},
					.left = SECONDS(86400)};
	struct gw_llm_result result = {.cause = GW_LLM_STALLED, .retry_after = -1};
	struct gw_policy_decision decision;

	gw_policy_decide(&state, &result, UINT32_MAX, &decision);
	cr_expect_eq(decision.state, GW_JOB_RETRY);
	cr_expect_leq(decision.delay, SECONDS(300));
}

Test(policy, a_refusal_for_good_is_remembered)
{
	struct gw_policy_state state = {.max_attempts = 8,
					.usable = {true, true},
					.left = SECONDS(86400)};
	struct gw_llm_result result = {.cause = GW_LLM_KEY_REFUSED, .retry_after = -1};
	struct gw_policy_decision decision;

	gw_policy_decide(&state, &result, 0, &decision);
	cr_expect_eq(decision.after[GW_JOB_PRIMARY], GW_JOB_NEVER);
	cr_expect_eq(decision.after[GW_JOB_FALLBACK], -1);
}

Test(policy, the_larger_of_what_the_server_asks_for_and_the_backoff_counts)
{
	for (uint32_t chance = 0; chance < 1000; chance++) {
		cr_expect_geq(gw_policy_delay(0, 0, chance * 4294967), SECONDS(1) / 2);
		cr_expect_geq(gw_policy_delay(5, 0, chance * 4294967), SECONDS(16));
		cr_expect_geq(gw_policy_delay(0, SECONDS(20), chance * 4294967), SECONDS(20));
		cr_expect_geq(gw_policy_delay(9, SECONDS(1), chance * 4294967), SECONDS(150));
	}
}

Test(policy, nobody_pays_for_more_than_a_few_attempts_and_waits_past_the_deadline)
{
	static const struct {
		enum gw_llm_cause cause;
		bool billed;
		int64_t attempts, wasted, retry_after, left;
		enum gw_job_state state;
		bool expired; /* dead because the time is over */
	} cases[] = {
		/* an outage costs nothing: tried as long as there is time */
		{GW_LLM_UNREACHABLE, false, 7, 0, -1, SECONDS(86400), GW_JOB_RETRY, false},
		{GW_LLM_RATE_LIMITED, false, 100, 0, -1, SECONDS(86400), GW_JOB_RETRY, false},
		{GW_LLM_SERVER_ERROR, false, 250, 0, -1, SECONDS(86400), GW_JOB_RETRY, false},
		{GW_LLM_SERVER_ERROR, false, 299, 0, -1, SECONDS(86400), GW_JOB_DEAD, false},
		{GW_LLM_SERVER_ERROR, false, 20, 0, -1, SECONDS(60), GW_JOB_DEAD, true},
		{GW_LLM_RATE_LIMITED, false, 0, 0, SECONDS(315360000), SECONDS(86400), GW_JOB_DEAD,
		 true},
		{GW_LLM_RATE_LIMITED, false, 0, 0, SECONDS(86000), SECONDS(86400), GW_JOB_RETRY,
		 false},
		{GW_LLM_STALLED, true, 6, 6, -1, SECONDS(86400), GW_JOB_RETRY, false},
		{GW_LLM_STALLED, true, 7, 7, -1, SECONDS(86400), GW_JOB_DEAD, false},
		{GW_LLM_EMPTY, true, 0, 0, -1, SECONDS(86400), GW_JOB_RETRY, false},
		{GW_LLM_EMPTY, true, 1, 1, -1, SECONDS(86400), GW_JOB_DEAD, false},
		{GW_LLM_TOOL_CALL, true, 5, 1, -1, SECONDS(86400), GW_JOB_DEAD, false},
		{GW_LLM_ONLY_THOUGHTS, true, 9, 0, -1, SECONDS(86400), GW_JOB_RETRY, false},
		{GW_LLM_ONLY_THOUGHTS, true, 9, 1, -1, SECONDS(86400), GW_JOB_DEAD, false},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_policy_state state = {.attempts = cases[i].attempts,
						.max_attempts = 300,
						.wasted = cases[i].wasted,
						.left = cases[i].left,
						.usable = {true, false}};
		struct gw_llm_result result = {.cause = cases[i].cause,
					       .retry_after = cases[i].retry_after,
					       .billed = cases[i].billed};
		struct gw_policy_decision decision;

		gw_policy_decide(&state, &result, UINT32_MAX, &decision);
		cr_expect_eq(decision.state, cases[i].state, "case %zu", i);
		cr_expect_eq(decision.expired, cases[i].expired, "case %zu", i);
	}
}

Test(policy, asks_the_model_whose_time_has_come)
{
	static const struct {
		bool primary, fallback; /* usable */
		int64_t primary_after, fallback_after;
		bool use_fallback;
		int model;
		int64_t wait;
	} cases[] = {
		{true, true, 0, 0, false, GW_JOB_PRIMARY, 0},
		{true, true, 0, 0, true, GW_JOB_FALLBACK, 0},
		{true, true, SECONDS(3600), 0, false, GW_JOB_FALLBACK, 0},
		{true, true, 0, SECONDS(3600), true, GW_JOB_PRIMARY, 0},
		{true, true, SECONDS(3600), SECONDS(5), false, GW_JOB_FALLBACK, SECONDS(5)},
		/* the other one is gone: no reason to bother one that wants to be left alone */
		{true, false, SECONDS(3600), 0, true, GW_JOB_PRIMARY, SECONDS(3600)},
		{false, true, 0, SECONDS(3600), false, GW_JOB_FALLBACK, SECONDS(3600)},
		{false, false, 0, 0, false, -1, -1},
	};
	struct gw_question question = {.outcome = GW_QUESTION_ASK};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_policy_state state = {.usable = {cases[i].primary, cases[i].fallback},
						.after = {cases[i].primary_after,
							  cases[i].fallback_after}};
		const char *reason = NULL;
		int64_t wait = -1;

		cr_expect_eq(gw_policy_choose(&state, &question, cases[i].use_fallback, &wait,
					      &reason),
			     cases[i].model, "case %zu", i);
		cr_expect_eq(wait, cases[i].wait, "case %zu", i);
		cr_expect_eq(reason == NULL, cases[i].model >= 0, "case %zu", i);
	}
}

Test(conversation, is_the_same_for_both_directions)
{
	struct gw_uuid a, b, one, other;
	char text[GW_UUID_TEXT_SIZE];

	cr_assert(gw_uuid_parse(GW_STR_LIT("33333333-0000-4000-8000-000000000001"), &a));
	cr_assert(gw_uuid_parse(GW_STR_LIT("33333333-0000-4000-8000-00000000000a"), &b));
	one = gw_job_conversation(&a, &b);
	other = gw_job_conversation(&b, &a);
	cr_expect(gw_uuid_equal(&one, &other));
	/* python: uuid.uuid5(uuid.UUID("a1b2c3d4-e5f6-7890-abcd-ef1234567890"), f"{lo}_{hi}") */
	cr_expect_str_eq(gw_uuid_format(&one, text), "793c8e47-cf6c-5475-92bb-b9be87a6e0f4");
}

Test(notice, is_one_sentence)
{
	struct gw_buf out;

	gw_buf_init(&out, 1024);
	gw_prompt_notice(GW_STR_LIT("Nina"), "it has no language model", &out);
	cr_expect_str_eq(
		out.data,
		"No answer to your message will come from Nina: it has no language model.");
	gw_buf_reset(&out);
	gw_prompt_notice(GW_STR_LIT(""), "so it is", &out);
	cr_expect_str_eq(out.data, "No answer to your message will come: so it is.");
	gw_buf_release(&out);
}
