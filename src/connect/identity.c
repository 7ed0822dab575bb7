/* SPDX-License-Identifier: ISC */
/*
 * identity.c: see identity.h. The file `session` holds {"session","replaces","machine"}.
 */
#include "connect/identity.h"

#include "base/json.h"
#include "base/log.h"
#include "connect/files.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>

#define IDENTITY_MAX 1024

void gw_machine_read(char ret_machine[GW_MACHINE_SIZE])
{
	struct gw_buf text;
	size_t len = 0;

	gw_buf_init(&text, 256);
	if (gw_file_read(AT_FDCWD, "/etc/machine-id", &text)) {
		while (len < text.len && len < GW_MACHINE_SIZE - 1 &&
		       isalnum((unsigned char)text.data[len]))
			len++;
		memcpy(ret_machine, text.data, len);
	}
	ret_machine[len] = '\0';
	gw_buf_release(&text);
}

static void copy(struct json_object *object, const char *name, char *out, size_t size)
{
	struct json_object *value = NULL;
	struct gw_str text = GW_STR_NULL;

	if (json_object_object_get_ex(object, name, &value) &&
	    json_object_is_type(value, json_type_string))
		text = gw_json_string(value);
	if (text.len >= size)
		text.len = 0;
	if (text.len > 0)
		memcpy(out, text.data, text.len);
	out[text.len] = '\0';
}

/* A session as a UUID in its usual form; false: it is none. */
static bool is_session(const char *text)
{
	struct gw_uuid uuid;

	return strlen(text) == GW_UUID_TEXT_SIZE - 1 && gw_uuid_parse(gw_str(text), &uuid);
}

/* GW_NOT_FOUND: there is none, or none that makes sense. GW_INTERNAL, logged: nobody can tell at the moment. */
static enum gw_err read_identity(int dir, struct gw_identity *identity)
{
	struct json_object *value = NULL;
	struct gw_json_error error;
	struct gw_buf text;
	enum gw_err err = GW_NOT_FOUND;

	gw_buf_init(&text, IDENTITY_MAX);
	if (!gw_file_read(dir, "session", &text)) {
		/* a session that is given up for want of a descriptor leaves its messages to their lease */
		if (gw_errno_passes(errno)) {
			gw_log_error("the session cannot be read: %s", strerror(errno));
			err = GW_INTERNAL;
		}
	} else if (gw_json_parse(gw_buf_str(&text), &error, &value) == GW_OK &&
		   json_object_is_type(value, json_type_object)) {
		copy(value, "session", identity->session, sizeof(identity->session));
		copy(value, "replaces", identity->replaces, sizeof(identity->replaces));
		copy(value, "machine", identity->machine, sizeof(identity->machine));
		err = is_session(identity->session) ? GW_OK : GW_NOT_FOUND;
		if (!is_session(identity->replaces))
			identity->replaces[0] = '\0';
	}
	json_object_put(value);
	gw_buf_release(&text);
	return err;
}

static enum gw_err write_identity(int dir, const struct gw_identity *identity)
{
	struct gw_buf text;
	bool written = false;

	gw_buf_init(&text, IDENTITY_MAX);
	gw_buf_add_char(&text, '{');
	gw_json_add_name(&text, "session");
	gw_json_add_string_c(&text, identity->session);
	gw_json_add_name(&text, "replaces");
	gw_json_add_string_c(&text, identity->replaces);
	gw_json_add_name(&text, "machine");
	gw_json_add_string_c(&text, identity->machine);
	gw_buf_add_c(&text, "}\n");
	written = gw_file_write(dir, "session", gw_buf_str(&text), true);
	gw_buf_release(&text);
	if (written)
		return GW_OK;
	gw_log_error("the state folder cannot be written: %s", strerror(errno));
	return GW_INTERNAL;
}

enum gw_err gw_identity_open(int dir, const char *machine, struct gw_identity *ret_identity)
{
	struct gw_identity identity = {.session = ""};
	enum gw_err err = read_identity(dir, &identity);
	bool is_known = err == GW_OK;
	struct gw_uuid fresh;

	if (err == GW_INTERNAL)
		return err;
	if (is_known && (strcmp(identity.machine, machine) == 0 || machine[0] == '\0')) {
		*ret_identity = identity;
		return GW_OK;
	}
	/* of several moves in a row without a poll the first session is the one that was given messages */
	if (!is_known)
		identity.replaces[0] = '\0';
	else if (identity.replaces[0] == '\0')
		memcpy(identity.replaces, identity.session, sizeof(identity.replaces));
	fresh = gw_uuid_random();
	(void)gw_uuid_format(&fresh, identity.session);
	(void)snprintf(identity.machine, sizeof(identity.machine), "%s", machine);
	*ret_identity = identity;
	return write_identity(dir, &identity);
}

void gw_identity_replaced(int dir, struct gw_identity *identity)
{
	if (identity->replaces[0] == '\0')
		return;
	identity->replaces[0] = '\0';
	/* if this fails the session is replaced once more after a restart, and has nothing any more */
	if (write_identity(dir, identity) != GW_OK)
		gw_log_info("the session will be replaced once more");
}
