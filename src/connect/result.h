/* SPDX-License-Identifier: ISC */
/*
 * result.h: what is reported about a run that has ended.
 */
#ifndef GW_CONNECT_RESULT_H
#define GW_CONNECT_RESULT_H

#include "base/buf.h"
#include "connect/preset.h"
#include "connect/run.h"

#include <stdbool.h>
#include <stdint.h>

/* What is known of the run. */
struct gw_result_source {
	const struct gw_preset *preset; /* NULL: the output is the answer */
	struct gw_run_end end;
	struct gw_str out, err; /* as the keeper kept them: any bytes */
	bool is_out_cut;        /* there was more output than is kept */
	bool had_session;       /* the program was to go on with a session */
	int64_t time_limit;     /* microseconds */
	size_t max;             /* bytes of the result */
};

struct gw_result {
	struct gw_buf text;    /* UTF-8, at least one character, at most `max` bytes */
	struct gw_buf session; /* of the program, if its output names one */
	bool failed;
	bool unknown_session; /* the program does not know the session: a new one may do */
};

/* Not for GW_RUN_CANCELLED and GW_RUN_NO_ROOM, which have no result. Release `ret_result`. */
void gw_result_compose(const struct gw_result_source *source, struct gw_result *ret_result);
void gw_result_release(struct gw_result *result);

/* The text as it may be reported: repaired, trimmed, cut, never blank, never taken for progress. Appends. */
void gw_result_add_clean(struct gw_buf *out, struct gw_str text, size_t max, bool is_cut);

#endif
