/* SPDX-License-Identifier: ISC */
/*
 * status.c: see status.h.
 */
#include "connect/status.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "base/units.h"
#include "connect/files.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <sys/file.h>
#include <unistd.h>

#define STATUS_MAX 4096

enum gw_err gw_state_lock(int dir, int *ret_lock)
{
	int fd = openat(dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	char id[24];

	if (fd < 0) {
		gw_log_error("the state folder cannot be written: %s", strerror(errno));
		return GW_INTERNAL;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return GW_BUSY;
	}
	(void)snprintf(id, sizeof(id), "%d\n", (int)getpid());
	/* only `status` reads it: a full disk is no reason not to work */
	if (ftruncate(fd, 0) != 0 || !gw_write_all(fd, gw_str(id)))
		gw_log_info("the process id cannot be written down: %s", strerror(errno));
	*ret_lock = fd;
	return GW_OK;
}

int64_t gw_state_owner(int dir)
{
	int fd = openat(dir, "lock", O_RDWR | O_CLOEXEC);
	struct gw_buf text;
	int64_t owner = 0;

	if (fd < 0)
		return 0;
	gw_buf_init(&text, 64);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 &&
	    (!gw_file_read(dir, "lock", &text) ||
	     !gw_parse_int64(gw_str_trim(gw_buf_str(&text)), 1, INT32_MAX, &owner)))
		owner = -1;
	gw_buf_release(&text);
	close(fd);
	return owner;
}

bool gw_status_equal(const struct gw_status *a, const struct gw_status *b)
{
	return a->since == b->since && a->reached == b->reached &&
	       strcmp(a->trouble, b->trouble) == 0 && a->answered == b->answered &&
	       a->failed == b->failed && a->running == b->running && a->waiting == b->waiting &&
	       a->unreported == b->unreported;
}

void gw_status_write(int dir, const struct gw_status *status)
{
	struct gw_buf text;

	gw_buf_init(&text, STATUS_MAX);
	gw_buf_add_char(&text, '{');
	gw_json_add_name(&text, "since");
	gw_json_add_int(&text, status->since);
	gw_json_add_name(&text, "reached");
	gw_json_add_bool(&text, status->reached);
	gw_json_add_name(&text, "trouble");
	gw_json_add_string_c(&text, status->trouble);
	gw_json_add_name(&text, "answered");
	gw_json_add_int(&text, status->answered);
	gw_json_add_name(&text, "failed");
	gw_json_add_int(&text, status->failed);
	gw_json_add_name(&text, "running");
	gw_json_add_int(&text, status->running);
	gw_json_add_name(&text, "waiting");
	gw_json_add_int(&text, status->waiting);
	gw_json_add_name(&text, "unreported");
	gw_json_add_int(&text, status->unreported);
	gw_buf_add_c(&text, "}\n");
	if (!gw_file_write(dir, "status", gw_buf_str(&text), false))
		gw_log_debug("the status cannot be written: %s", strerror(errno));
	gw_buf_release(&text);
}

static int64_t number_of(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(object, name, &value) ? json_object_get_int64(value) : 0;
}

static void describe(struct json_object *status, struct gw_buf *out)
{
	struct json_object *value = NULL;
	int64_t since = number_of(status, "since");
	struct gw_str trouble = GW_STR_NULL;

	if (json_object_object_get_ex(status, "trouble", &value) &&
	    json_object_is_type(value, json_type_string))
		trouble = gw_json_string(value);
	gw_buf_add_c(out, "since       ");
	gw_time_format(out, since - since % GW_USEC_PER_SEC);
	gw_buf_add_c(out, "\ngateway     ");
	if (trouble.len > 0) {
		gw_buf_add_c(out, "of no use at the moment: ");
		gw_buf_add_str(out, trouble);
	} else {
		gw_buf_add_c(out, number_of(status, "reached") != 0 ? "answers" : "not asked yet");
	}
	gw_buf_addf(
		out,
		"\nanswered    %lld (and %lld with a failure)\nrunning     %lld\nwaiting     %lld\n"
		"unreported  %lld\n",
		(long long)number_of(status, "answered"), (long long)number_of(status, "failed"),
		(long long)number_of(status, "running"), (long long)number_of(status, "waiting"),
		(long long)number_of(status, "unreported"));
}

bool gw_status_describe(int dir, struct gw_buf *out)
{
	struct json_object *value = NULL;
	struct gw_json_error error;
	struct gw_buf text;
	bool good = false;

	gw_buf_init(&text, STATUS_MAX);
	good = gw_file_read(dir, "status", &text) &&
	       gw_json_parse(gw_buf_str(&text), &error, &value) == GW_OK &&
	       json_object_is_type(value, json_type_object);
	if (good)
		describe(value, out);
	json_object_put(value);
	gw_buf_release(&text);
	return good;
}
