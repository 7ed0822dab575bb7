/* SPDX-License-Identifier: ISC */
/*
 * log.h: one line on stderr per event.
 *
 *   2026-01-01T00:00:02.123456Z poll[4711] error [trace-id] text of the message
 *
 * Text from outside may be passed as %s: control characters, backslashes and bytes that are not
 * UTF-8 are written as \xNN, so an event is always one line. Without a trace id `[-]` stands there.
 * Where standard error is systemd's journal, the line begins with its priority, which the journal takes off and keeps:
 * <3> error, <4> warning, <5> notice, <6> info, <7> debug. A line is written with one write(2) and cut at 4 KiB. Secrets are never passed to these
 * functions.
 */
#ifndef GW_LOG_H
#define GW_LOG_H

#include "base/attrs.h"

enum gw_log_level { GW_LOG_ERROR, GW_LOG_WARNING, GW_LOG_NOTICE, GW_LOG_INFO, GW_LOG_DEBUG };
#define GW_LOG_LEVELS 5

/* "error", "warning", …: a constant string. */
const char *gw_log_level_name(enum gw_log_level level);

/*
 * Names the program in every line, and looks what standard error is. `program` must stay valid. Call once, before threads
 * start.
 */
void gw_log_init(const char *program, enum gw_log_level level);
void gw_log_set_level(enum gw_log_level level);
/*
 * Lines go to syslog(3) from now on, under this name and facility (LOG_MAIL …), instead of standard error. `name` must stay valid. Once,
 * before threads start.
 */
void gw_log_use_syslog(const char *name, int facility);
/* The id of the request or job that this thread is working on; NULL for none. Not copied. */
void gw_log_set_trace(const char *trace_id);

void gw_log(enum gw_log_level level, const char *fmt, ...) GW_PRINTF(2, 3);

#define gw_log_error(...) gw_log(GW_LOG_ERROR, __VA_ARGS__)
#define gw_log_warning(...) gw_log(GW_LOG_WARNING, __VA_ARGS__)
#define gw_log_notice(...) gw_log(GW_LOG_NOTICE, __VA_ARGS__)
#define gw_log_info(...) gw_log(GW_LOG_INFO, __VA_ARGS__)
#define gw_log_debug(...) gw_log(GW_LOG_DEBUG, __VA_ARGS__)

#endif
