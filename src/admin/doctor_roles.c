/* SPDX-License-Identifier: ISC */
/*
 * doctor_roles.c: whether responders and the worker reach the database as roles of their own, which may do what they need.
 */
#include "admin/doctor.h"

#include "base/digest.h"
#include "store/health.h"

/* What a program's role is to be like. */
struct program {
	const char *check;
	const char *setting;
	bool reads_keys;
};

static const struct program web = {"responders' role", "database_url_web", false};
static const struct program worker = {"worker's role", "database_url_worker", true};

static const char advice_setup[] =
	"run `clawgw-admin setup' with --superuser-url and the same --database-url, which makes "
	"what is missing";

/* What the role may do, or is to be able to do, and is not right. */
static void check_rights(struct gw_doctor *doctor, const struct program *program, struct gw_db *db,
			 const struct gw_rows *rows)
{
	struct gw_str role = gw_rows_text(rows, 0, 0);
	struct gw_buf why;

	if (gw_rows_bool(rows, 0, 1)) {
		gw_doctor_say(doctor, GW_FINDING_BAD, program->check, advice_setup,
			      "%s may do whatever the owner of the schema may", role.data);
		return;
	}
	if (gw_rows_bool(rows, 0, 2) != program->reads_keys) {
		gw_doctor_say(doctor, GW_FINDING_BAD, program->check,
			      "run `clawgw-admin migrate', which gives and takes rights",
			      "%s %s the keys of language models", role.data,
			      program->reads_keys ? "cannot read" : "can read");
		return;
	}
	gw_buf_init(&why, 512);
	if (!program->reads_keys && (gw_health_write(db, &why) != GW_OK || why.len > 0)) {
		gw_doctor_say(doctor, GW_FINDING_BAD, program->check,
			      "run `clawgw-admin migrate', which gives and takes rights", "%s: %s",
			      role.data, why.len > 0 ? why.data : gw_db_last_message());
	} else if (gw_rows_int(rows, 0, 3) > 0) {
		gw_doctor_say(doctor, GW_FINDING_NOTE, program->check, advice_setup,
			      "%s lacks %lld settings, which its sessions set themselves: with a "
			      "pooler in transaction mode they would be lost",
			      role.data, (long long)gw_rows_int(rows, 0, 3));
	} else {
		gw_doctor_say(doctor, GW_FINDING_GOOD, program->check, NULL,
			      "%s may do what it needs", role.data);
	}
	gw_buf_release(&why);
}

static void check_program(struct gw_doctor *doctor, const struct program *program, const char *url)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	const struct gw_config *config = &doctor->admin->config;
	struct gw_rows *rows = NULL;
	struct gw_db *db = NULL;

	if (url[0] == '\0') {
		gw_doctor_say(doctor, GW_FINDING_NOTE, program->check, advice_setup,
			      "%s is not set: the program connects as the owner, who may do "
			      "anything",
			      program->setting);
		return;
	}
	db = gw_db_new(url, "clawgw-admin", 1, config->statement_timeout);
	if (gw_db_exec(db, GW_STATEMENT_ROLE_SHOW, &none, &rows) == GW_OK) {
		check_rights(doctor, program, db, rows);
		gw_rows_free(rows);
	} else {
		gw_doctor_say(doctor, GW_FINDING_BAD, program->check,
			      "check the URL, the role's password and pg_hba.conf",
			      "%s cannot be used: %s", program->setting, gw_db_last_message());
	}
	gw_db_free(db);
}

void gw_doctor_roles(struct gw_doctor *doctor)
{
	check_program(doctor, &web, doctor->admin->config.database_url_web);
	check_program(doctor, &worker, doctor->admin->config.database_url_worker);
}
