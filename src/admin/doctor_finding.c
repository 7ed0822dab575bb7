/* SPDX-License-Identifier: ISC */
/*
 * doctor_finding.c: what a check found, as a line or as JSON.
 */
#include "admin/doctor.h"

#include "admin/output.h"
#include "base/json.h"
#include "base/log.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FINDING_MAX 16384

static const char *const finding_names[] = {"ok", "note", "failed"};

static void add_json(struct gw_buf *out, enum gw_finding finding, const char *check,
		     const char *text, const char *advice)
{
	gw_buf_add_char(out, '{');
	gw_json_add_name(out, "check");
	gw_json_add_string_c(out, check);
	gw_json_add_name(out, "finding");
	gw_json_add_string_c(out, finding_names[finding]);
	gw_json_add_name(out, "text");
	gw_json_add_string_c(out, text);
	gw_json_add_name(out, "advice");
	gw_json_add_string_c(out, advice);
	gw_buf_add_char(out, '}');
}

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
		gw_buf_add_c(&line, doctor->findings > 0 ? "," : "");
		add_json(&line, finding, check, text, advice);
	} else {
		gw_buf_addf(&line, "%-6s %-14s ",
			    finding == GW_FINDING_BAD ? "FAILED" : finding_names[finding], check);
		gw_output_escape(&line, gw_str(text));
		if (advice != NULL)
			gw_buf_addf(&line, "\n       %-14s -> %s", "", advice);
	}
	gw_output_buf(&line);
	gw_buf_release(&line);
	gw_json_add_comma(&doctor->found);
	add_json(&doctor->found, finding, check, text, advice);
	free(text);
	doctor->findings++;
	doctor->failures += finding == GW_FINDING_BAD;
}

void gw_doctor_keep(struct gw_doctor *doctor)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	char host[HOST_NAME_MAX + 1] = "";

	if (gethostname(host, sizeof(host) - 1) != 0 || !gw_utf8_valid(gw_str(host)))
		return;
	gw_buf_add_char(&doctor->found, ']');
	gw_params_text_c(&params, host);
	gw_params_text(&params, gw_buf_str(&doctor->found));
	if (gw_buf_overflowed(&doctor->found) ||
	    gw_db_run(doctor->admin->db, GW_STATEMENT_FINDINGS_KEEP, &params) != GW_OK)
		gw_log_notice("what was found is not kept for the operators' page");
}
