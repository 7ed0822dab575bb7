/* SPDX-License-Identifier: ISC */
/*
 * doctor_finding.c: what a check found, as a line or as JSON.
 */
#include "admin/doctor.h"

#include "admin/output.h"
#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FINDING_MAX 16384

static const char *const finding_names[] = {"ok", "note", "failed"};

void gw_doctor_say(struct gw_doctor *doctor, enum gw_finding finding, const char *check,
		   const char *advice, const char *fmt, ...)
{
	struct gw_buf line;
	va_list args;
	char *text = NULL;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		abort();
	va_end(args);
	gw_buf_init(&line, FINDING_MAX);
	if (doctor->admin->json) {
		gw_buf_add_c(&line, doctor->findings > 0 ? ",{" : "{");
		gw_json_add_name(&line, "check");
		gw_json_add_string_c(&line, check);
		gw_json_add_name(&line, "finding");
		gw_json_add_string_c(&line, finding_names[finding]);
		gw_json_add_name(&line, "text");
		gw_json_add_string_c(&line, text);
		gw_json_add_name(&line, "advice");
		gw_json_add_string_c(&line, advice);
		gw_buf_add_char(&line, '}');
	} else {
		gw_buf_addf(&line, "%-6s %-14s ",
			    finding == GW_FINDING_BAD ? "FAILED" : finding_names[finding], check);
		gw_output_escape(&line, gw_str(text));
		if (advice != NULL)
			gw_buf_addf(&line, "\n       %-14s -> %s", "", advice);
	}
	gw_output_buf(&line);
	gw_buf_release(&line);
	free(text);
	doctor->findings++;
	doctor->failures += finding == GW_FINDING_BAD;
}
