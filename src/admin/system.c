/* SPDX-License-Identifier: ISC */
/*
 * system.c: the schema and the configuration.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/json.h"
#include "store/migration.h"

#define CONFIG_MAX (1u << 20)

struct applied {
	bool json;
	struct gw_buf names; /* JSON: elements of an array */
};

static void one_applied(void *arg, const struct gw_migration *migration)
{
	struct applied *applied = arg;

	if (!applied->json) {
		gw_output_line("applied %04d %s", migration->version, migration->name);
		return;
	}
	gw_json_add_comma(&applied->names);
	gw_json_add_string_c(&applied->names, migration->name);
}

enum gw_exit gw_migrate(struct gw_admin *admin)
{
	struct applied applied = {.json = admin->json};
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = GW_OK;
	enum gw_holding holding = GW_HOLDS_NOTHING;
	int version = 0;

	/* on the platform's own database there is more to look after */
	if (gw_migration_holding(admin->db, &holding) == GW_OK && holding == GW_HOLDS_ADOPTED)
		return gw_adopt_again(admin);
	gw_buf_init(&applied.names, CONFIG_MAX);
	gw_buf_add_char(&applied.names, '[');
	err = gw_migration_apply(admin->db, false, one_applied, &applied);
	if (err == GW_OK)
		err = gw_migration_current(admin->db, &version);
	gw_buf_add_char(&applied.names, ']');
	if (err == GW_CONFLICT && *gw_db_last_message() == '\0')
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "the database's schema is newer than this program's (%d), "
				       "or of another line "
				       "of it: use the clawgw that made it",
				       gw_migration_latest());
	else if (err == GW_FORBIDDEN)
		status = gw_admin_fail(GW_EXIT_CONFLICT, GW_ADMIN_NOT_ADOPTED);
	else if (err != GW_OK)
		status = gw_admin_store_failed(err, "migrate");
	else if (admin->json)
		gw_output_line("{\"version\":%d,\"applied\":%s}", version, applied.names.data);
	else
		gw_output_line("the schema has version %d", version);
	gw_buf_release(&applied.names);
	return status;
}

static void show_json(void *arg, const char *key, const char *value, const char *default_value,
		      const char *help)
{
	struct gw_buf *out = arg;

	(void)default_value;
	(void)help;
	gw_json_add_name(out, key);
	gw_json_add_string_c(out, value);
}

static void show_line(void *arg, const char *key, const char *value, const char *default_value,
		      const char *help)
{
	struct gw_buf *out = arg;

	(void)help;
	gw_buf_reset(out);
	gw_buf_addf(out, "%-18s = ", key);
	gw_output_escape(out, gw_str(value));
	if (strcmp(value, default_value) != 0)
		gw_buf_add_c(out, "  (not the default)");
	gw_output_buf(out);
}

enum gw_exit gw_config_show(struct gw_admin *admin)
{
	struct gw_buf out;

	gw_buf_init(&out, CONFIG_MAX);
	if (admin->json) {
		gw_buf_add_char(&out, '{');
		gw_config_each(&admin->config, show_json, &out);
		gw_buf_add_char(&out, '}');
		gw_output_buf(&out);
	} else {
		gw_config_each(&admin->config, show_line, &out);
	}
	gw_buf_release(&out);
	return GW_EXIT_OK;
}

enum gw_exit gw_config_sample_command(struct gw_admin *admin)
{
	struct gw_buf out;

	(void)admin;
	gw_buf_init(&out, CONFIG_MAX);
	gw_config_sample(&out);
	while (out.len > 0 && out.data[out.len - 1] == '\n')
		out.data[--out.len] = '\0';
	gw_output_buf(&out);
	gw_buf_release(&out);
	return GW_EXIT_OK;
}
