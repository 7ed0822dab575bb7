/* SPDX-License-Identifier: ISC */
/*
 * doctor_database.c: the database: reachable, of the right schema, complete and in time.
 */
#include "admin/doctor.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "store/adoption.h"
#include "store/health.h"
#include "store/migration.h"

#define OLDEST_VERSION 130000 /* gen_random_uuid() */
#define CLOCK_TOLERANCE (2 * GW_USEC_PER_SEC)
#define COMMAND_MAX 2000
#define NAME_MAX_BYTES 64 /* of identifiers in PostgreSQL, with a NUL */

static bool check_server(struct gw_doctor *doctor)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	int64_t before = gw_now();
	int64_t after = 0;
	int64_t off = 0;
	enum gw_err err = gw_db_exec(doctor->admin->db, GW_STATEMENT_SERVER_SHOW, &none, &rows);

	if (err != GW_OK) {
		gw_doctor_say(
			doctor, GW_FINDING_BAD, "database",
			"start PostgreSQL; check database_url, the role's password and pg_hba.conf",
			"the database cannot be reached: %s", gw_db_last_message());
		return false;
	}
	/* the first answer took the time to connect */
	gw_rows_free(rows);
	before = gw_now();
	if (gw_db_exec(doctor->admin->db, GW_STATEMENT_SERVER_SHOW, &none, &rows) != GW_OK)
		return false;
	after = gw_now();
	gw_doctor_say(doctor,
		      gw_rows_int(rows, 0, 1) < OLDEST_VERSION ? GW_FINDING_BAD : GW_FINDING_GOOD,
		      "database",
		      gw_rows_int(rows, 0, 1) < OLDEST_VERSION ? "use PostgreSQL 13 or later"
							       : NULL,
		      "PostgreSQL %.*s answers in %lld us", (int)gw_rows_text(rows, 0, 0).len,
		      gw_rows_text(rows, 0, 0).data, (long long)(after - before));
	if (!gw_str_equal_c(gw_rows_text(rows, 0, 2), "UTF8"))
		gw_doctor_say(doctor, GW_FINDING_BAD, "database",
			      "create the database with ENCODING 'UTF8'",
			      "its encoding is not UTF8");
	if (gw_rows_bool(rows, 0, 3))
		gw_doctor_say(doctor, GW_FINDING_BAD, "database",
			      "let database_url name the primary",
			      "it is a standby, which cannot be written to");
	if (gw_conninfo_takes_standby(doctor->admin->config.database_url))
		gw_doctor_say(doctor, GW_FINDING_BAD, "database",
			      "add target_session_attrs=read-write to database_url",
			      "database_url names several servers and may end at a standby");
	if (!gw_rows_bool(rows, 0, 4))
		gw_doctor_say(doctor, GW_FINDING_BAD, "database",
			      "set fsync = on in postgresql.conf",
			      "fsync is off: a power failure destroys it");
	off = gw_rows_time(rows, 0, 6) - (before + (after - before) / 2);
	if (off < -CLOCK_TOLERANCE || off > CLOCK_TOLERANCE)
		gw_doctor_say(doctor, GW_FINDING_BAD, "clock",
			      "let both hosts keep time by NTP (timedatectl set-ntp true)",
			      "the database's clock differs from this host's by %.1f s",
			      (double)off / (double)GW_USEC_PER_SEC);
	else
		gw_doctor_say(doctor, GW_FINDING_GOOD, "clock", NULL,
			      "the database's clock agrees with this host's");
	gw_rows_free(rows);
	return true;
}

static bool check_version(struct gw_doctor *doctor)
{
	int version = 0;

	if (gw_migration_current(doctor->admin->db, &version) != GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "schema",
			      "grant the role the use of the schemas public and clawgw",
			      "its version cannot be read: %s", gw_db_last_message());
		return false;
	}
	if (version == gw_migration_latest()) {
		gw_doctor_say(doctor, GW_FINDING_GOOD, "schema", NULL, "version %d", version);
		return true;
	}
	gw_doctor_say(doctor, GW_FINDING_BAD, "schema",
		      version < gw_migration_latest() ? "run `clawgw-admin migrate'"
						      : "install the newer clawgw everywhere",
		      "version %d, this program needs %d", version, gw_migration_latest());
	return false;
}

/* Takes the next word of SQL at *at. */
static struct gw_str next_word(const char **at)
{
	struct gw_str word;

	*at += strspn(*at, " \t\n");
	word = (struct gw_str){*at, strcspn(*at, " \t\n(;")};
	*at += word.len;
	return word;
}

/*
 * The index that a line of a schema file makes, as the schema files write it; absent if it makes none. What is indented is
 * inside of a block that makes it only where it can. *ret_rest is what follows the name.
 */
static struct gw_str created_index(const char *line, bool *ret_unique, const char **ret_rest)
{
	struct gw_str word = GW_STR_NULL;

	if (strncmp(line, "CREATE ", 7) != 0)
		return GW_STR_NULL;
	line += 7;
	word = next_word(&line);
	*ret_unique = gw_str_equal_c(word, "UNIQUE");
	if (*ret_unique)
		word = next_word(&line);
	if (!gw_str_equal_c(word, "INDEX"))
		return GW_STR_NULL;
	word = next_word(&line);
	if (gw_str_equal_c(word, "IF")) {
		(void)next_word(&line); /* NOT */
		(void)next_word(&line); /* EXISTS */
		word = next_word(&line);
	}
	*ret_rest = line;
	return word;
}

/* The command that makes the index beside running programs, on one line. */
static void add_command(struct gw_buf *out, struct gw_str name, bool unique, const char *rest)
{
	bool space = false;

	gw_buf_addf(out, "CREATE %sINDEX CONCURRENTLY %.*s", unique ? "UNIQUE " : "", (int)name.len,
		    name.data);
	for (; *rest != '\0' && *rest != ';'; rest++) {
		bool blank = *rest == ' ' || *rest == '\t' || *rest == '\n';

		if (!blank) {
			gw_buf_addf(out, "%s%c", space ? " " : "", *rest);
			space = false;
		} else {
			space = true;
		}
	}
}

/* What to do about an index that is not there, or that cannot be used. */
static void say_sick(struct gw_doctor *doctor, const struct gw_migration *migration,
		     struct gw_str name, int state, const char *command)
{
	char mend[COMMAND_MAX + 40];

	if (state == 0)
		(void)snprintf(mend, sizeof(mend), "REINDEX INDEX CONCURRENTLY %.*s;",
			       (int)name.len, name.data);
	else
		(void)snprintf(mend, sizeof(mend), "as the schema's owner: %s;", command);
	gw_doctor_say(doctor, GW_FINDING_BAD, "indexes", mend, "%.*s (migration %04d) is %s",
		      (int)name.len, name.data, migration->version,
		      state == 0 ? "invalid" : "missing");
}

/* Whether a later migration takes it away again. */
static bool is_dropped(const struct gw_migration *migration, struct gw_str name)
{
	char command[NAME_MAX_BYTES + 20];
	char own_schema[NAME_MAX_BYTES + 20];

	(void)snprintf(command, sizeof(command), "DROP INDEX %.*s;", (int)name.len, name.data);
	(void)snprintf(own_schema, sizeof(own_schema), "DROP INDEX clawgw.%.*s;", (int)name.len,
		       name.data);
	for (; migration->version != 0; migration++) {
		if (strstr(migration->sql, command) != NULL ||
		    strstr(migration->sql, own_schema) != NULL)
			return true;
	}
	return false;
}

/* -1: not there, 0: cannot be used, 1: good */
static int index_state(const struct gw_rows *rows, struct gw_str name)
{
	for (int row = 0; row < gw_rows_count(rows); row++) {
		if (gw_str_equal(gw_rows_text(rows, row, 0), name))
			return gw_rows_bool(rows, row, 1) ? 1 : 0;
	}
	return -1;
}

/* The indexes that one schema file makes, and that no later one takes away. */
static void check_migration(struct gw_doctor *doctor, const struct gw_rows *rows,
			    const struct gw_migration *migration, const char *sql, int *good,
			    int *bad)
{
	for (const char *line = sql; *line != '\0';
	     line += strcspn(line, "\n"), line += *line == '\n') {
		const char *rest = NULL;
		bool unique = false;
		struct gw_str name = created_index(line, &unique, &rest);
		struct gw_buf command;
		int state = 0;

		if (name.len == 0 || name.len >= NAME_MAX_BYTES || is_dropped(migration, name))
			continue;
		state = index_state(rows, name);
		*good += state == 1;
		*bad += state != 1;
		if (state == 1)
			continue;
		gw_buf_init(&command, COMMAND_MAX);
		add_command(&command, name, unique, rest);
		say_sick(doctor, migration, name, state, gw_buf_str(&command).data);
		gw_buf_release(&command);
	}
}

/* On the platform's own tables: what adopting them would still do. */
static void check_adoption(struct gw_doctor *doctor, int *bad)
{
	struct gw_rows *plan = NULL;
	bool outdated = false;

	if (gw_adoption_plan(doctor->admin->db, &plan) != GW_OK ||
	    gw_migration_outdated(doctor->admin->db, &outdated) != GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "platform", NULL,
			      "what it needs cannot be found out: %s", gw_db_last_message());
		gw_rows_free(plan);
		return;
	}
	for (int row = 0; row < gw_rows_count(plan); row++) {
		struct gw_str command = gw_rows_text(plan, row, 1);

		*bad += gw_rows_int(plan, row, 0) >= GW_ADOPTION_LEFTOVER;
		gw_doctor_say(doctor, GW_FINDING_BAD, "platform",
			      gw_rows_bool(plan, row, 2)
				      ? "let an owner of the tables run what `clawgw-admin adopt "
					"--dry-run' prints"
				      : "run `clawgw-admin adopt'",
			      "not done: %.*s", (int)command.len, command.data);
	}
	gw_rows_free(plan);
	if (outdated)
		gw_doctor_say(doctor, GW_FINDING_BAD, "platform",
			      "run `clawgw-admin migrate', and restart the gateway's programs",
			      "its tables have changed since clawgw was made to fit them");
	else
		gw_doctor_say(doctor, GW_FINDING_GOOD, "platform", NULL,
			      "its own tables, as clawgw knows them");
}

/* The schema files themselves say which indexes there should be. */
static void check_indexes(struct gw_doctor *doctor)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	enum gw_holding holding = GW_HOLDS_OWN;
	struct gw_rows *rows = NULL;
	int good = 0;
	int bad = 0;

	if (gw_migration_holding(doctor->admin->db, &holding) != GW_OK ||
	    gw_db_exec(doctor->admin->db, GW_STATEMENT_INDEX_LIST, &none, &rows) != GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "indexes", NULL, "they cannot be listed: %s",
			      gw_db_last_message());
		return;
	}
	for (const struct gw_migration *migration = gw_migrations; migration->version != 0;
	     migration++) {
		char *sql = gw_migration_sql(migration, holding == GW_HOLDS_ADOPTED);

		check_migration(doctor, rows, migration, sql != NULL ? sql : "", &good, &bad);
		free(sql);
	}
	if (holding == GW_HOLDS_ADOPTED)
		check_adoption(doctor, &bad);
	if (bad == 0)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "indexes", NULL,
			      "all %d are there and valid", good);
	gw_rows_free(rows);
}

static void check_statements(struct gw_doctor *doctor)
{
	struct gw_buf why;
	enum gw_err err = GW_OK;

	gw_buf_init(&why, 512);
	err = gw_health_statements(doctor->admin->db, &why);
	if (err != GW_OK)
		gw_doctor_say(doctor, GW_FINDING_BAD, "statements", "ask again",
			      "they cannot be tried: %s", gw_db_last_message());
	else if (why.len > 0)
		gw_doctor_say(doctor, GW_FINDING_BAD, "statements",
			      "run `clawgw-admin migrate' with this program, or grant the role "
			      "what it lacks",
			      "%s", why.data);
	else
		gw_doctor_say(doctor, GW_FINDING_GOOD, "statements", NULL,
			      "all %d fit the database", GW_STATEMENT_COUNT);
	gw_buf_release(&why);
}

bool gw_doctor_database(struct gw_doctor *doctor)
{
	if (!check_server(doctor) || !check_version(doctor))
		return false;
	check_statements(doctor);
	check_indexes(doctor);
	return true;
}
