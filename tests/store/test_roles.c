/* SPDX-License-Identifier: ISC */
/*
 * test_roles.c: the roles of the programs may do what the programs do, and nothing else.
 *
 * Which program uses which statement is read from the sources (uses.awk). Each is then explained under its program's role: the server
 * checks rights before it says how it would do it. (What functions do is seen by the tests that run them: those of the
 * endpoints connect as clawgw_web, the end-to-end tests with both roles.)
 */
#include "lib/database.h"

#include "base/alloc.h"
#include "store/capability.h"
#include "store/migration.h"
#include "store/setup.h"

#include <criterion/criterion.h>
#include <libpq-fe.h>

#define WEB "clawgw_web"
#define WORKER "clawgw_worker"

static PGconn *connect_as(const char *conninfo, const char *role)
{
	struct gw_buf text;
	PGconn *pg = NULL;

	gw_buf_init(&text, 1024);
	gw_buf_addf(&text, "%s user=%s", conninfo, role);
	pg = PQconnectdb(text.data);
	cr_assert(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
	gw_buf_release(&text);
	return pg;
}

static enum gw_statement statement_named(const char *name)
{
	for (int i = 0; i < GW_STATEMENT_COUNT; i++) {
		if (strcmp(gw_statement_names[i], name) == 0)
			return (enum gw_statement)i;
	}
	return GW_STATEMENT_COUNT;
}

/* What the platform's tables lack of what statements can do without; to be freed. */
static char *lacking_of(PGconn *pg)
{
	char *names = gw_str_dup(gw_capability_names());
	const char *value = names;
	PGresult *result = PQexecParams(pg, gw_statement_texts[GW_STATEMENT_CAPABILITY_LIST], 1,
					NULL, &value, NULL, NULL, 0);
	char *lacking = NULL;

	cr_assert_eq(PQresultStatus(result), PGRES_TUPLES_OK, "%s", PQerrorMessage(pg));
	lacking = gw_xstrdup(PQgetvalue(result, 0, 0));
	PQclear(result);
	free(names);
	return lacking;
}

/* "EXPLAIN EXECUTE name(NULL, NULL)" with as many parameters as the statement has. */
static void explain(PGconn *pg, enum gw_statement statement, const char *lacking)
{
	const char *name = gw_statement_names[statement];
	struct gw_buf sql;
	char *text = gw_capability_render(gw_statement_texts[statement], lacking);
	PGresult *result = PQprepare(pg, name, text, 0, NULL);
	int parameters = 0;

	free(text);

	cr_expect(PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", name, PQerrorMessage(pg));
	PQclear(result);
	result = PQdescribePrepared(pg, name);
	parameters = PQnparams(result);
	PQclear(result);
	gw_buf_init(&sql, 1024);
	gw_buf_addf(&sql, "EXPLAIN EXECUTE %s", name);
	for (int i = 0; i < parameters; i++)
		gw_buf_add_c(&sql, i == 0 ? "(NULL" : ", NULL");
	gw_buf_add_c(&sql, parameters > 0 ? ")" : "");
	result = PQexec(pg, sql.data);
	cr_expect(PQresultStatus(result) == PGRES_TUPLES_OK, "%s of %s: %s", name, PQuser(pg),
		  PQerrorMessage(pg));
	PQclear(result);
	gw_buf_release(&sql);
}

/* Explains what uses.awk says; returns how many statements `program` uses. */
static unsigned explain_all(const char *conninfo, const char *program, const char *role)
{
	PGconn *pg = connect_as(conninfo, role);
	char *rest = NULL;
	char *uses = gw_test_script("tests/store/uses.sh", NULL, NULL);
	char *lacking = lacking_of(pg);
	size_t len = strlen(program);
	unsigned count = 0;

	cr_assert(uses != NULL);
	for (char *line = strtok_r(uses, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		enum gw_statement statement = GW_STATEMENT_COUNT;

		if (strncmp(line, program, len) == 0 && line[len] == ' ')
			statement = statement_named(line + len + 1);
		if (statement == GW_STATEMENT_COUNT)
			continue;
		explain(pg, statement, lacking);
		count++;
	}
	free(uses);
	free(lacking);
	PQfinish(pg);
	return count;
}

Test(roles, may_execute_the_statements_of_their_program)
{
	char *conninfo = gw_test_database_new();

	cr_expect(explain_all(conninfo, "web", WEB) > 40);
	cr_expect(explain_all(conninfo, "worker", WORKER) > 15);
	free(conninfo);
}

struct forbidden {
	const char *sql;
	bool worker_may;
	bool web_may;
};

static const struct forbidden forbidden[] = {
	/* secrets */
	{"SELECT api_key_encrypted FROM llm_models", true, false},
	{"SELECT id FROM llm_models", true, false},
	{"SELECT llm_models FROM llm_models", true, false},
	{"SELECT app_secret FROM channel_configs", false, false},
	{"SELECT extra_config FROM channel_configs", false, false},
	{"SELECT count(*) FROM channel_configs", false, false},
	{"SELECT * FROM clawgw.channel_app(gen_random_uuid())", true, true},
	{"SELECT token FROM clawgw.feishu_tokens", true, true},
	{"SELECT digest FROM clawgw.sessions", false, true},
	{"SELECT digest FROM clawgw.signin_links", false, true},
	{"SELECT * FROM clawgw.audit", false, false},
	{"SELECT rolpassword FROM pg_authid", false, false},
	{"SELECT pg_read_file('/etc/passwd')", false, false},
	/* who may what */
	{"UPDATE users SET role = 'platform_admin'", false, false},
	{"UPDATE users SET is_active = true", false, false},
	{"SELECT id FROM users FOR UPDATE", false, false},
	{"INSERT INTO users (display_name) VALUES ('x')", false, false},
	{"DELETE FROM users", false, false},
	{"UPDATE tenants SET is_active = true", false, false},
	{"INSERT INTO agents (name) VALUES ('x')", false, false},
	{"UPDATE agents SET tenant_id = NULL", false, false},
	{"UPDATE agents SET creator_id = NULL", false, false},
	{"UPDATE agents SET primary_model_id = NULL", false, false},
	{"UPDATE agents SET api_key_hash = NULL WHERE false", false, true},
	{"UPDATE agents SET max_tokens_per_day = NULL", false, false},
	{"DELETE FROM agents", false, false},
	{"UPDATE llm_models SET base_url = 'https://elsewhere.example'", false, false},
	{"INSERT INTO channel_configs (agent_id, channel_type) VALUES (gen_random_uuid(), "
	 "'feishu')",
	 false, false},
	{"DELETE FROM agent_relationships", false, false},
	{"INSERT INTO agent_agent_relationships (agent_id, target_agent_id) VALUES "
	 "(gen_random_uuid(), gen_random_uuid())",
	 false, false},
	{"UPDATE org_members SET email = 'x'", false, false},
	/* what was written stays */
	{"DELETE FROM gateway_messages", false, false},
	{"UPDATE gateway_messages SET agent_id = agent_id", false, false},
	{"UPDATE chat_messages SET user_id = NULL", false, false},
	{"DELETE FROM chat_sessions", false, false},
	{"UPDATE clawgw.audit SET outcome = 'x'", false, false},
	{"DELETE FROM clawgw.audit", false, false},
	{"DELETE FROM clawgw.jobs", false, false},
	{"INSERT INTO clawgw.jobs (content) VALUES ('x')", false, true},
	{"UPDATE clawgw.jobs SET content = 'x'", false, false},
	{"DELETE FROM clawgw.events", false, false},
	{"DELETE FROM clawgw.sends", false, false},
	{"UPDATE clawgw.migrations SET version = version", false, false},
	{"INSERT INTO clawgw.migrations VALUES (99999, 'x')", false, false},
	{"TRUNCATE gateway_messages", false, false},
	{"TRUNCATE clawgw.jobs", false, false},
	{"TRUNCATE clawgw.handouts", false, false},
	{"LOCK TABLE agents IN ACCESS EXCLUSIVE MODE", false, false},
	/* definitions, other roles, the machine */
	{"CREATE TABLE x ()", false, false},
	{"CREATE TABLE clawgw.x ()", false, false},
	{"CREATE SCHEMA x", false, false},
	{"CREATE FUNCTION public.x() RETURNS integer LANGUAGE sql AS 'SELECT 1'", false, false},
	{"CREATE OR REPLACE FUNCTION clawgw.name_key(name text) RETURNS text LANGUAGE sql AS "
	 "'SELECT 1'",
	 false, false},
	{"ALTER TABLE agents ADD COLUMN x text", false, false},
	{"ALTER TABLE agents DISABLE TRIGGER ALL", false, false},
	{"DROP TABLE clawgw.reads", false, false},
	{"CREATE TRIGGER x AFTER INSERT ON chat_messages EXECUTE FUNCTION "
	 "clawgw.job_changed()",
	 false, false},
	{"CREATE INDEX ON chat_messages (content)", false, false},
	{"CREATE EXTENSION hstore", false, false},
	{"CREATE ROLE x", false, false},
	{"ALTER ROLE clawgw PASSWORD 'x'", false, false},
	{"ALTER ROLE " WEB " CREATEROLE", false, false},
	{"SET ROLE clawgw", false, false},
	{"SET ROLE postgres", false, false},
	{"SET SESSION AUTHORIZATION clawgw", false, false},
	{"ALTER SYSTEM SET log_statement = 'all'", false, false},
	{"SET session_replication_role = 'replica'", false, false},
	{"COPY agents TO PROGRAM 'true'", false, false},
	{"COPY agents TO '/tmp/x'", false, false},
	{"CREATE DATABASE x", false, false},
};

static void expect_right(PGconn *pg, const char *sql, bool may)
{
	PGresult *result = PQexec(pg, "BEGIN");
	const char *state = NULL;
	bool refused = false;

	PQclear(result);
	result = PQexec(pg, sql);
	state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (state != NULL && strcmp(state, "25001") == 0) { /* not inside of a transaction */
		PQclear(result);
		PQclear(PQexec(pg, "ROLLBACK"));
		result = PQexec(pg, sql);
		state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	}
	/* 42501 insufficient_privilege; a command that fails otherwise has passed the check, or could not be made */
	refused = state != NULL && strcmp(state, "42501") == 0;
	cr_expect(refused != may, "%s, %s: %s", PQuser(pg), sql,
		  refused ? "is refused" : PQerrorMessage(pg));
	PQclear(result);
	PQclear(PQexec(pg, "ROLLBACK"));
}

Test(roles, may_do_nothing_else)
{
	char *conninfo = gw_test_database_new();
	PGconn *web = connect_as(conninfo, WEB);
	PGconn *worker = connect_as(conninfo, WORKER);

	for (size_t i = 0; i < GW_ARRAY_LEN(forbidden); i++) {
		expect_right(web, forbidden[i].sql, forbidden[i].web_may);
		expect_right(worker, forbidden[i].sql, forbidden[i].worker_may);
	}
	PQfinish(web);
	PQfinish(worker);
	free(conninfo);
}

/* Whatever tables come: the columns that hold secrets and that a role can read are these. */
Test(roles, read_no_column_that_looks_like_a_secret_but_these)
{
	char *conninfo = gw_test_database_new();
	static const char seen[] =
		"SELECT coalesce(string_agg(attrelid::regclass || '.' || attname, ' ' ORDER BY "
		"attrelid::regclass::text, attname), '') FROM pg_attribute JOIN pg_class ON "
		"pg_class.oid = attrelid WHERE relkind = 'r' AND relnamespace IN "
		"('public'::regnamespace, 'clawgw'::regnamespace) AND attnum > 0 AND attname ~ "
		"'secret|password|token$|api_key|verification|encrypt_key' AND "
		"has_column_privilege('%s', attrelid, attnum, 'SELECT')";
	struct gw_buf sql;

	gw_buf_init(&sql, 2048);
	gw_buf_addf(&sql, seen, WEB);
	/* our own tables have no identities */
	gw_test_expect(
		conninfo, sql.data,
		gw_test_platform() != NULL
			? "agents.api_key_hash clawgw.feishu_tokens.token identities.password_hash"
			: "agents.api_key_hash clawgw.feishu_tokens.token");
	gw_buf_reset(&sql);
	gw_buf_addf(&sql, seen, WORKER);
	gw_test_expect(
		conninfo, sql.data,
		"agents.api_key_hash clawgw.feishu_tokens.token llm_models.api_key_encrypted");
	gw_buf_release(&sql);
	free(conninfo);
}

Test(roles, lose_a_right_that_is_not_listed_with_the_next_migration)
{
	char *conninfo = gw_test_database_new();
	struct gw_db *owner = gw_test_db_as(conninfo, "clawgw", 1);
	PGconn *web = connect_as(conninfo, WEB);

	gw_test_sql(conninfo, "GRANT SELECT (api_key_encrypted), DELETE ON llm_models TO " WEB);
	expect_right(web, "SELECT api_key_encrypted FROM llm_models", true);
	cr_assert(gw_migration_apply(owner, false, NULL, NULL) == GW_OK);
	expect_right(web, "SELECT api_key_encrypted FROM llm_models", false);
	expect_right(web, "DELETE FROM llm_models", false);
	PQfinish(web);
	gw_db_free(owner);
	free(conninfo);
}

/* The platform's tables with an owner of their own: each owner runs the same text. */
Test(roles, get_their_rights_from_two_owners)
{
	char *conninfo = gw_test_database_new();
	struct gw_db *owner = gw_test_db_as(conninfo, "clawgw", 1);
	PGconn *web = connect_as(conninfo, WEB);

	gw_test_sql(conninfo, "REVOKE ALL ON users FROM " WEB);
	gw_test_sql(conninfo, "ALTER TABLE users OWNER TO postgres");
	cr_assert(gw_migration_apply(owner, false, NULL, NULL) == GW_OK);
	expect_right(web, "SELECT id FROM users", false);
	expect_right(web, "SELECT id FROM agents", true);
	gw_test_sql(conninfo, gw_grants_sql);
	expect_right(web, "SELECT id FROM users", true);
	PQfinish(web);
	gw_db_free(owner);
	free(conninfo);
}

/* What session_configure would set in a session that has nothing but its role's settings, or all that it can set. */
static int unsettled(PGconn *pg, const char *all)
{
	const char *values[] = {"10000", "true", all};
	PGresult *result = PQexecParams(pg, gw_statement_texts[GW_STATEMENT_SESSION_CONFIGURE], 3,
					NULL, values, NULL, NULL, 0);
	int count = PQntuples(result);

	cr_expect(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(pg));
	PQclear(result);
	return count;
}

Test(roles, bring_the_settings_of_a_session_along)
{
	char *server = gw_test_database_new();
	struct gw_buf wanted;
	struct gw_buf message;
	PGconn *pg = NULL;

	gw_buf_init(&wanted, 1024);
	gw_buf_init(&message, 4096);
	gw_buf_addf(&wanted, "%s user=clawgw dbname=installed", server);
	cr_assert(gw_setup_database(server, wanted.data, false, "test", &message) == GW_OK, "%s",
		  message.data);
	for (int i = 0; i < 2; i++) {
		pg = connect_as(wanted.data, i == 0 ? WEB : WORKER);
		cr_expect(unsettled(pg, "false") == 0, "%s", PQuser(pg));
		cr_expect(unsettled(pg, "true") > 10);
		expect_right(pg, "CREATE TEMPORARY TABLE x ()", false);
		PQfinish(pg);
	}
	pg = connect_as(server, WEB);
	cr_expect(unsettled(pg, "false") > 5, "elsewhere they have none");
	PQfinish(pg);
	gw_buf_release(&message);
	gw_buf_release(&wanted);
	free(server);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
