/* SPDX-License-Identifier: ISC */
/*
 * log.c: lines on standard error.
 *
 * Nothing here allocates: the lines about memory that has run out come this way as well. 4096 bytes
 * are PIPE_BUF, up to which a write to a pipe is not mixed with those of other processes.
 */
#include "base/log.h"
#include "base/str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#define LINE_SIZE 4096

static const char *const level_names[GW_LOG_LEVELS] = {
	[GW_LOG_ERROR] = "error", [GW_LOG_WARNING] = "warning", [GW_LOG_NOTICE] = "notice",
	[GW_LOG_INFO] = "info",   [GW_LOG_DEBUG] = "debug",
};

/* What the journal takes for a line's priority: syslog's, in angle brackets before it (sd-daemon(3)). */
static const char *const level_priorities[GW_LOG_LEVELS] = {
	[GW_LOG_ERROR] = "<3>", [GW_LOG_WARNING] = "<4>", [GW_LOG_NOTICE] = "<5>",
	[GW_LOG_INFO] = "<6>",  [GW_LOG_DEBUG] = "<7>",
};

static const char *log_program = "clawgw";
static bool log_to_journal;
static atomic_int log_level = GW_LOG_NOTICE;
static bool log_to_syslog;
static _Thread_local const char *log_trace;

struct line {
	char data[LINE_SIZE];
	size_t len;
	bool cut;
};

const char *gw_log_level_name(enum gw_log_level level)
{
	return (unsigned)level < GW_LOG_LEVELS ? level_names[level] : "unknown";
}

/*
 * Whether standard error is the stream that systemd has connected to the journal and tells of in JOURNAL_STREAM
 * (systemd.exec(5)). The variable is inherited by programs whose output goes elsewhere: only the same file counts.
 */
static bool is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char here[64];

	if (stream == NULL || fstat(STDERR_FILENO, &status) != 0)
		return false;
	(void)snprintf(here, sizeof(here), "%ju:%ju", (uintmax_t)status.st_dev,
		       (uintmax_t)status.st_ino);
	return strcmp(stream, here) == 0;
}

void gw_log_init(const char *program, enum gw_log_level level)
{
	log_program = program;
	log_to_journal = is_journal();
	gw_log_set_level(level);
}

void gw_log_set_level(enum gw_log_level level)
{
	atomic_store_explicit(&log_level, (int)level, memory_order_relaxed);
}

void gw_log_set_trace(const char *trace_id)
{
	log_trace = trace_id;
}

/*
 * Whole pieces only, so that a cut line ends between characters; the last byte is kept for the line
 * feed.
 */
static void line_add(struct line *line, const char *data, size_t len)
{
	if (line->cut || len > LINE_SIZE - 1 - line->len) {
		line->cut = true;
		return;
	}
	memcpy(line->data + line->len, data, len);
	line->len += len;
}

static void line_add_escaped(struct line *line, const char *cstr)
{
	static const char hex[] = "0123456789abcdef";
	struct gw_str rest = gw_str(cstr);

	while (rest.len > 0 && !line->cut) {
		uint32_t code = 0;
		size_t len = gw_utf8_decode(rest, &code);
		/* U+0080 to U+009F are control characters too; some terminals obey them */
		bool plain =
			len > 0 && code >= 0x20 && (code < 0x7F || code > 0x9F) && code != '\\';

		if (plain) {
			line_add(line, rest.data, len);
		} else {
			len = len > 0 ? len : 1;
			for (size_t i = 0; i < len; i++) {
				unsigned char byte = (unsigned char)rest.data[i];
				char escape[4] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};

				line_add(line, escape, sizeof escape);
			}
		}
		rest.data += len;
		rest.len -= len;
	}
}

/* Always with microseconds, unlike gw_time_format(): the columns of a log stay in line. */
static void line_add_time(struct line *line)
{
	struct timespec now = {0};
	struct tm tm = {0};
	char text[64];
	int len = 0;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &tm);
	len = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ ",
		       tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		       tm.tm_sec, now.tv_nsec / 1000);
	if (len > 0)
		line_add(line, text, (size_t)len);
}

void gw_log_use_syslog(const char *name, int facility)
{
	openlog(name, LOG_PID, facility);
	log_to_syslog = true;
}

/* It has a time, a program and a process of its own. */
static void write_to_syslog(enum gw_log_level level, const char *message)
{
	static const int priorities[GW_LOG_LEVELS] = {LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO,
						      LOG_DEBUG};
	struct line line = {.len = 0};

	line_add_escaped(&line, message);
	line.data[line.len] = '\0';
	syslog(priorities[level], "%s", line.data);
}

void gw_log(enum gw_log_level level, const char *fmt, ...)
{
	int saved_errno = errno;
	/* the line has a beginning of its own, so it is always cut before this is */
	char message[LINE_SIZE];
	struct line line = {.len = 0};
	char pid[16];
	va_list args;

	if ((int)level > atomic_load_explicit(&log_level, memory_order_relaxed))
		return;
	va_start(args, fmt);
	if (vsnprintf(message, sizeof message, fmt, args) < 0)
		message[0] = '\0';
	va_end(args);
	if (log_to_syslog) {
		write_to_syslog(level, message);
		errno = saved_errno;
		return;
	}
	(void)snprintf(pid, sizeof pid, "[%d] ", (int)getpid());

	if (log_to_journal)
		line_add(&line, level_priorities[level], 3);
	line_add_time(&line);
	line_add_escaped(&line, log_program);
	line_add(&line, pid, strlen(pid));
	line_add_escaped(&line, gw_log_level_name(level));
	line_add(&line, " [", 2);
	line_add_escaped(&line, log_trace ? log_trace : "-");
	line_add(&line, "] ", 2);
	line_add_escaped(&line, message);
	line.data[line.len++] = '\n';
	while (write(STDERR_FILENO, line.data, line.len) < 0 && errno == EINTR)
		;
	errno = saved_errno;
}

#if GW_CHECKED
void gw_assert_failed(const char *condition, const char *file, int line)
{
	gw_log_error("%s:%d: does not hold: %s", file, line, condition);
	abort();
}
#endif
