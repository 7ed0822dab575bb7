/* SPDX-License-Identifier: ISC */
/*
 * prompt.c: see prompt.h.
 */
#include "worker/prompt.h"

static void add_paragraph(struct gw_buf *out, const char *title, struct gw_str text)
{
	text = gw_str_trim(text);
	if (text.len == 0)
		return;
	gw_buf_addf(out, "\n\n%s", title);
	gw_buf_add_str(out, text);
}

static void introduce(const struct gw_question *question, struct gw_buf *out)
{
	gw_buf_add_c(out, "You are ");
	gw_buf_add_str(out, question->target_name);
	gw_buf_add_c(out, ", an agent in an organisation of people and agents.");
	add_paragraph(out, "Your role: ", question->role_description);
	add_paragraph(out, "About you: ", question->bio);
}

void gw_prompt_person(const struct gw_question *question, struct gw_buf *out)
{
	introduce(question, out);
	gw_buf_add_c(out, "\n\nThe messages in this conversation come from a person of the "
			  "organisation, ");
	gw_buf_add_str(out, question->writer);
	gw_buf_add_c(out, ". Your answer is shown on a page, where simple Markdown is understood; "
			  "you need no tool to send it.");
}

void gw_prompt_correspondent(const struct gw_question *question, struct gw_buf *out)
{
	introduce(question, out);
	gw_buf_add_c(out, "\n\nThe messages in this conversation are letters from a person of the "
			  "organisation, ");
	gw_buf_add_str(out, question->writer);
	gw_buf_add_c(out,
		     ", by mail or in a chat. Answer with plain text only, without Markdown: it "
		     "is delivered as a letter by itself, and you need no tool to send it.");
}

void gw_prompt_agent(const struct gw_question *question, struct gw_buf *out)
{
	introduce(question, out);
	gw_buf_add_c(out, "\n\nThe messages in this conversation come from another agent, ");
	gw_buf_add_str(out, question->writer);
	gw_buf_add_c(out, ", not from a person. Answer with plain text only: it is delivered to ");
	gw_buf_add_str(out, question->writer);
	gw_buf_add_c(out, " by itself, and you need no tool to send it.");
}

void gw_prompt_notice(struct gw_str target, const char *reason, struct gw_buf *out)
{
	gw_buf_add_c(out, "No answer to your message will come");
	if (target.len > 0) {
		gw_buf_add_c(out, " from ");
		gw_buf_add_str(out, target);
	}
	gw_buf_addf(out, ": %s.", reason);
}
