/* SPDX-License-Identifier: ISC */
/*
 * setup.c: see setup.h. The only statements that run outside of a transaction: CREATE DATABASE must.
 */
#include "store/setup.h"

#include "base/alloc.h"
#include "base/digest.h"
#include "store/connection.h"

/* What a connection string says; the caller frees all three. */
struct wanted {
	char *user;
	char *password; /* NULL: none */
	char *database;
};

static void wanted_release(struct wanted *wanted)
{
	free(wanted->user);
	gw_secret_free(wanted->password);
	free(wanted->database);
}

static enum gw_err wanted_parse(const char *conninfo, struct wanted *ret_wanted,
				struct gw_buf *message)
{
	struct wanted wanted = {NULL, NULL, NULL};
	char *error = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &error);

	if (options == NULL) {
		gw_buf_add_c(message, error != NULL ? error : "out of memory");
		PQfreemem(error);
		return GW_INVALID;
	}
	for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
		if (option->val == NULL || option->val[0] == '\0')
			continue;
		if (strcmp(option->keyword, "user") == 0)
			wanted.user = gw_xstrdup(option->val);
		else if (strcmp(option->keyword, "password") == 0)
			wanted.password = gw_xstrdup(option->val);
		else if (strcmp(option->keyword, "dbname") == 0)
			wanted.database = gw_xstrdup(option->val);
	}
	PQconninfoFree(options);
	if (wanted.user == NULL || wanted.database == NULL) {
		gw_buf_add_c(message, "the database's URL must name a user and a database");
		wanted_release(&wanted);
		return GW_INVALID;
	}
	*ret_wanted = wanted;
	return GW_OK;
}

/* Runs the command that a statement returns, if any; *ret_done says whether there was one. */
static enum gw_err run_made(struct gw_connection *connection, enum gw_statement statement,
			    const struct gw_params *params, struct gw_buf *message, bool *ret_done)
{
	struct gw_rows *rows = NULL;
	char *command = NULL;
	struct gw_failure failure =
		gw_connection_exec(connection, statement, params, message, &rows);

	if (failure.err != GW_OK)
		return GW_FORBIDDEN;
	command = gw_str_dup(gw_rows_text(rows, 0, 0));
	gw_rows_free(rows);
	*ret_done = command != NULL;
	if (command != NULL)
		failure = gw_connection_script(connection, command, message);
	gw_secret_free(command);
	return failure.err == GW_OK ? GW_OK : GW_FORBIDDEN;
}

static enum gw_err create(struct gw_connection *connection, const struct wanted *wanted,
			  bool reset_password, struct gw_buf *message)
{
	struct gw_params role = GW_PARAMS_EMPTY;
	struct gw_params database = GW_PARAMS_EMPTY;
	char *stored = NULL;
	bool made_role = false;
	bool made_database = false;
	enum gw_err err = GW_OK;

	if (wanted->password != NULL) {
		/* so that the password itself is in no log of the server's */
		stored =
			PQencryptPasswordConn(connection->pg, wanted->password, wanted->user, NULL);
		if (stored == NULL) {
			gw_buf_add_c(message, PQerrorMessage(connection->pg));
			return GW_FORBIDDEN;
		}
	}
	gw_params_text_c(&role, wanted->user);
	gw_params_text_c(&role, stored);
	gw_params_bool(&role, reset_password);
	err = run_made(connection, GW_STATEMENT_ROLE_CREATE, &role, message, &made_role);
	PQfreemem(stored);
	if (err != GW_OK)
		return err;
	gw_params_text_c(&database, wanted->database);
	gw_params_text_c(&database, wanted->user);
	err = run_made(connection, GW_STATEMENT_DATABASE_CREATE, &database, message,
		       &made_database);
	if (err != GW_OK)
		return err;
	gw_buf_addf(message, "role %s: %s; database %s: %s", wanted->user,
		    made_role ? "set" : "was there", wanted->database,
		    made_database ? "created" : "was there");
	return GW_OK;
}

enum gw_err gw_setup_database(const char *superuser, const char *wanted_conninfo,
			      bool reset_password, const char *program, struct gw_buf *ret_message)
{
	struct gw_conninfo info = {NULL, NULL};
	struct gw_connection connection = {.pg = NULL};
	struct wanted wanted;
	char *missing = NULL; /* of no interest here */
	enum gw_err err = wanted_parse(wanted_conninfo, &wanted, ret_message);

	if (err != GW_OK)
		return err;
	info.text = gw_xstrdup(superuser);
	info.program = gw_xstrdup(program);
	err = gw_connection_open(&connection, &info, 0, ret_message, &missing);
	if (err == GW_OK)
		err = create(&connection, &wanted, reset_password, ret_message);
	gw_connection_close(&connection);
	free(missing);
	gw_secret_free(info.text);
	free(info.program);
	wanted_release(&wanted);
	return err;
}
