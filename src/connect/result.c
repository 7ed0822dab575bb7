/* SPDX-License-Identifier: ISC */
/*
 * result.c: see result.h.
 */
#include "connect/result.h"

#include "base/text.h"
#include "base/units.h"

#include <limits.h>

#define ERRORS_MAX 2000 /* bytes of what a command said about its failure */
/* The gateway takes a text that begins so for progress (docs/protocol.md). */
#define PROGRESS_MARK "\xe2\x8f\xb3"

static const char cut_note[] = "\n\n(The rest was cut off.)";
static const char blank_note[] = "(The agent ended without saying anything.)";
static const char unkept_note[] =
	"(What the agent said could not be kept: its disk is full, or out of order.)";

void gw_result_add_clean(struct gw_buf *out, struct gw_str text, size_t max, bool is_cut)
{
	struct gw_buf repaired;
	struct gw_str clean;

	/* one more than what is wanted tells that there is more; each bad byte becomes three */
	if (text.len > max + 1) {
		text.len = max + 1;
		is_cut = true;
	}
	gw_buf_init(&repaired, 3 * (max + 1) + 16);
	gw_utf8_repair(&repaired, text);
	clean = gw_str_trim(gw_buf_str(&repaired));
	if (clean.len == 0) {
		gw_buf_add_c(out, is_cut ? unkept_note : blank_note);
		goto out;
	}
	if (clean.len >= strlen(PROGRESS_MARK) &&
	    memcmp(clean.data, PROGRESS_MARK, strlen(PROGRESS_MARK)) == 0)
		gw_buf_add_char(out, ' ');
	if (clean.len > max - 1)
		is_cut = true;
	if (is_cut)
		clean = gw_str_trim(gw_utf8_cut(clean, max - 1 - strlen(cut_note)));
	gw_buf_add_str(out, clean);
	if (is_cut)
		gw_buf_add_c(out, cut_note);
out:
	gw_buf_release(&repaired);
}

/* The end of a text, from the beginning of a line if there is one. */
static struct gw_str tail(struct gw_str text, size_t max)
{
	const char *line = NULL;

	if (text.len <= max)
		return text;
	text.data += text.len - max;
	text.len = max;
	line = memchr(text.data, '\n', text.len);
	if (line != NULL) {
		text.len -= (size_t)(line + 1 - text.data);
		text.data = line + 1;
	}
	return text;
}

static void add_sentence(struct gw_buf *out, const struct gw_result_source *source)
{
	switch (source->end.how) {
	case GW_RUN_TIMED_OUT:
		gw_buf_add_c(out, "The agent did not come to an end within ");
		gw_duration_format(out, source->time_limit);
		gw_buf_add_c(out, " and was stopped.");
		return;
	case GW_RUN_SIGNALLED:
		gw_buf_addf(out, "The agent's program was ended by signal %d (%s).",
			    source->end.code, strsignal(source->end.code));
		return;
	case GW_RUN_NO_START:
		gw_buf_addf(out, "The agent's program cannot be started: %s.",
			    strerror(source->end.code));
		return;
	case GW_RUN_EXITED:
	case GW_RUN_CANCELLED:
	case GW_RUN_NO_ROOM:
		break;
	}
	if (source->end.code != 0)
		gw_buf_addf(out, "The agent's program failed (exit status %d).", source->end.code);
	else
		gw_buf_add_c(out, "The agent's program failed.");
}

/* `words`: what the program itself says about it. */
static void compose_failure(const struct gw_result_source *source, struct gw_str words,
			    struct gw_result *result)
{
	struct gw_buf text;

	result->failed = true;
	gw_buf_init(&text, (size_t)4 * ERRORS_MAX);
	add_sentence(&text, source);
	if (gw_str_trim(words).len == 0)
		words = source->err;
	words = tail(gw_str_trim(words), ERRORS_MAX);
	if (words.len > 0) {
		gw_buf_add_c(&text, "\n\n");
		gw_buf_add_str(&text, words);
	}
	gw_result_add_clean(&result->text, gw_buf_str(&text), source->max, false);
	gw_buf_release(&text);
}

static void compose_preset(const struct gw_result_source *source, struct gw_result *result)
{
	bool ended_well = source->end.how == GW_RUN_EXITED && source->end.code == 0;
	struct gw_preset_outcome outcome = {.failed = false};

	gw_buf_init(&outcome.text, (size_t)source->out.len + 1);
	gw_buf_init(&outcome.session, 256);
	source->preset->read(source->out, &outcome);
	gw_buf_add_str(&result->session, gw_buf_str(&outcome.session));
	if (ended_well && !outcome.failed) {
		gw_result_add_clean(&result->text, gw_buf_str(&outcome.text), source->max,
				    source->end.is_cut);
	} else {
		result->unknown_session =
			source->had_session && source->end.how == GW_RUN_EXITED &&
			gw_preset_unknown_session(gw_buf_str(&outcome.text), source->err);
		compose_failure(source, outcome.failed ? gw_buf_str(&outcome.text) : GW_STR_NULL,
				result);
	}
	gw_buf_release(&outcome.text);
	gw_buf_release(&outcome.session);
}

void gw_result_compose(const struct gw_result_source *source, struct gw_result *ret_result)
{
	*ret_result = (struct gw_result){.failed = false};
	/* a bad byte becomes three; the notes have room besides */
	gw_buf_init(&ret_result->text, source->max + 1024);
	gw_buf_init(&ret_result->session, 256);
	if (source->preset != NULL)
		compose_preset(source, ret_result);
	else if (source->end.how == GW_RUN_EXITED && source->end.code == 0)
		gw_result_add_clean(&ret_result->text, source->out, source->max,
				    source->is_out_cut || source->end.is_cut);
	else
		compose_failure(source, GW_STR_NULL, ret_result);
}

void gw_result_release(struct gw_result *result)
{
	gw_buf_release(&result->text);
	gw_buf_release(&result->session);
}
