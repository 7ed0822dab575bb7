/* SPDX-License-Identifier: ISC */
/* What a model thinks does not reach the reader; what it says about thinking does. And: why an answer ended. */
#include "base/buf.h"
#include "llm/dialect.h"

#include <criterion/criterion.h>

Test(thoughts, are_cut_out)
{
	static const struct {
		const char *text, *spoken;
	} cases[] = {
		{"Hi", "Hi"},
		{"<think>hm</think>Hi", "Hi"},
		{"hm</think>Hi", "Hi"},
		{"<think>hm", ""},
		{"<think>a<think>b</think>c</think>Hi", "Hi"},
		{"<think>should I write <think> here?</think>Hi", "Hi"},
		{"<think>hm</think>one</think>two", "onetwo"},
		{"<think>hm</think>```\n</think>\n```", "```\n</think>\n```"},
		{"```\n<think>x</think>\n```", "```\n<think>x</think>\n```"},
		{"Use `<think>` or `</think>`.", "Use `<think>` or `</think>`."},
		{"a < b, [THIS] and [THI", "a < b, [THIS] and [THI"},
		{"[THINK]hm[/THINK]Hi", "Hi"},
		{"◁think▷hm◁/think▷Hi ▷", "Hi ▷"},
		{"<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>Hi<|END_RESPONSE|>", "Hi"},
		{"<|begin_of_thought|>hm<|end_of_thought|>\n<|begin_of_solution|>Hi<|end_of_"
		 "solution|>",
		 "Hi"},
		{"<think>hm</think>\n<answer>\nHi\n</answer>", "\nHi\n"},
		{"<think>hm</think><answer></answer>", ""},
		{"<answer>Hi</answer>", "<answer>Hi</answer>"},
		{"<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|"
		 "message|>Hi"
		 "<|return|>",
		 "Hi"},
		{"<|channel|>analysis<|message|>hm", ""},
		{"", ""},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_buf out;
		bool found = false;

		gw_buf_init(&out, 4096);
		gw_buf_add_c(&out, "");
		found = gw_llm_cut_thoughts(gw_str(cases[i].text), &out);
		cr_expect(gw_str_equal_c(gw_buf_str(&out), cases[i].spoken), "case %zu: %.*s", i,
			  (int)out.len, out.len > 0 ? out.data : "");
		cr_expect_eq(found, strcmp(cases[i].text, cases[i].spoken) != 0, "case %zu", i);
		gw_buf_release(&out);
	}
}

Test(stops, are_what_providers_call_them)
{
	static const struct {
		const char *reason;
		enum gw_llm_stop stop;
	} cases[] = {
		{"stop", GW_LLM_STOP_END},
		{"STOP", GW_LLM_STOP_END},
		{"end_turn", GW_LLM_STOP_END},
		{"eos_token", GW_LLM_STOP_END},
		{"something_new", GW_LLM_STOP_END},
		{"length", GW_LLM_STOP_LENGTH},
		{"MAX_TOKENS", GW_LLM_STOP_LENGTH},
		{"max_output_tokens", GW_LLM_STOP_LENGTH},
		{"content_filter", GW_LLM_STOP_FILTER},
		{"SAFETY", GW_LLM_STOP_FILTER},
		{"PROHIBITED_CONTENT", GW_LLM_STOP_FILTER},
		{"tool_calls", GW_LLM_STOP_TOOL},
		{"error", GW_LLM_STOP_ERROR},
		{"network_error", GW_LLM_STOP_ERROR},
		{"cancelled", GW_LLM_STOP_ERROR},
		{"failed", GW_LLM_STOP_ERROR},
		{"MALFORMED_FUNCTION_CALL", GW_LLM_STOP_ERROR},
		{"insufficient_system_resource", GW_LLM_STOP_ERROR},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++)
		cr_expect_eq(gw_llm_stop_of(gw_str(cases[i].reason)), cases[i].stop, "%s",
			     cases[i].reason);
}
