/* SPDX-License-Identifier: ISC */
/*
 * setup.c: see setup.h. The only statements that run outside of a transaction: CREATE DATABASE must.
 */
#include "store/setup.h"

#include "base/alloc.h"
#include "base/digest.h"
#include "store/connection.h"

/* As statement_timeout is unless the operator sets it. */
#define ROLE_STATEMENT_TIMEOUT_MS "10000"

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

/*
 * A password that stands in a URL as it is may end it early: with an @ or a / in it, the rest would be the name of a host or of a
 * database. (RFC 3986, 3.2; libpq takes the first @ for the end of the password.)
 */
static bool is_ambiguous(const char *conninfo)
{
	const char *begin = strstr(conninfo, "://");
	const char *at = NULL;
	size_t len = 0;

	if (strncmp(conninfo, "postgres", 8) != 0 || begin == NULL)
		return false;
	begin += 3;
	len = strcspn(begin, "?");
	at = memchr(begin, '@', len);
	return at != NULL && (memchr(begin, '/', (size_t)(at - begin)) != NULL ||
			      memchr(at + 1, '@', len - (size_t)(at + 1 - begin)) != NULL);
}

static enum gw_err wanted_parse(const char *conninfo, struct wanted *ret_wanted,
				struct gw_buf *message)
{
	struct wanted wanted = {NULL, NULL, NULL};
	char *error = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &error);

	if (options != NULL && is_ambiguous(conninfo)) {
		gw_buf_add_c(message,
			     "the database's URL can be read in several ways: in its user name and "
			     "password write %40 for @, %2F for / and %25 for %");
		PQconninfoFree(options);
		return GW_INVALID;
	}
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

/* The roles of the programs are called like their owner, with this behind it; sql/grants.sql says what they may do. */
static const char *const programs[] = {"_web", "_worker"};

/*
 * Their passwords are made of the owner's, by HMAC-SHA256 with the role's name: so whoever knows that one can write the
 * configuration, also when somebody else has made the roles; and not the other way round.
 */
static char *derived_password(const char *password, const char *role)
{
	unsigned char digest[GW_SHA256_SIZE];
	struct gw_buf text;

	gw_hmac_sha256(gw_str(password), gw_str(role), digest);
	gw_buf_init(&text, 64);
	gw_base64url_encode(&text, digest, sizeof(digest));
	gw_secret_wipe(digest, sizeof(digest));
	return gw_buf_detach(&text);
}

static char *role_name(const char *owner, const char *program)
{
	struct gw_buf name;

	gw_buf_init(&name, 256);
	gw_buf_addf(&name, "%s%s", owner, program);
	return gw_buf_detach(&name);
}

/* "key='value' ": quotes and backslashes get a backslash (libpq, 34.1.1.1). */
static void add_option(struct gw_buf *out, const char *key, const char *value)
{
	gw_buf_addf(out, "%s%s='", out->len > 0 ? " " : "", key);
	for (const char *c = value; *c != '\0'; c++) {
		if (*c == '\'' || *c == '\\')
			gw_buf_add_char(out, '\\');
		gw_buf_add_char(out, *c);
	}
	gw_buf_add_char(out, '\'');
}

enum gw_err gw_setup_program_url(const char *conninfo, const char *program, struct gw_buf *out)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	char *owner = NULL;
	char *role = NULL;

	for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL;
	     option++) {
		if (strcmp(option->keyword, "user") == 0 && option->val != NULL)
			owner = option->val;
	}
	if (owner == NULL) {
		PQconninfoFree(options);
		return GW_INVALID;
	}
	role = role_name(owner, program);
	for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
		if (option->val == NULL || option->val[0] == '\0')
			continue;
		if (strcmp(option->keyword, "user") == 0) {
			add_option(out, option->keyword, role);
		} else if (strcmp(option->keyword, "password") == 0) {
			char *password = derived_password(option->val, role);

			add_option(out, option->keyword, password);
			gw_secret_free(password);
		} else {
			add_option(out, option->keyword, option->val);
		}
	}
	free(role);
	PQconninfoFree(options);
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

/* Makes a role, with its password if there is one; *ret_made says whether there was anything to do. */
static enum gw_err make_role(struct gw_connection *connection, const char *name,
			     const char *password, bool reset_password, struct gw_buf *message,
			     bool *ret_made)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	char *stored = NULL;
	enum gw_err err = GW_OK;

	if (password != NULL) {
		/* so that the password itself is in no log of the server's */
		stored = PQencryptPasswordConn(connection->pg, password, name, NULL);
		if (stored == NULL) {
			gw_buf_add_c(message, PQerrorMessage(connection->pg));
			return GW_FORBIDDEN;
		}
	}
	gw_params_text_c(&params, name);
	gw_params_text_c(&params, stored);
	gw_params_bool(&params, reset_password);
	err = run_made(connection, GW_STATEMENT_ROLE_CREATE, &params, message, ret_made);
	PQfreemem(stored);
	return err;
}

/* The programs' roles with the settings that their sessions need. */
static enum gw_err make_programs(struct gw_connection *connection, const struct wanted *wanted,
				 bool reset_password, bool made_database, struct gw_buf *message)
{
	struct gw_params settings = GW_PARAMS_EMPTY;
	struct gw_params connect = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	bool made = false;
	enum gw_err err = GW_OK;

	for (size_t i = 0; err == GW_OK && i < GW_ARRAY_LEN(programs); i++) {
		char *name = role_name(wanted->user, programs[i]);
		char *password =
			wanted->password != NULL ? derived_password(wanted->password, name) : NULL;

		err = make_role(connection, name, password, reset_password, message, &made);
		gw_secret_free(password);
		free(name);
	}
	if (err != GW_OK)
		return err;
	gw_params_text_c(&connect, wanted->database);
	gw_params_text_c(&connect, wanted->user);
	gw_params_bool(&connect, made_database);
	err = run_made(connection, GW_STATEMENT_ROLE_CONNECT, &connect, message, &made);
	if (err != GW_OK)
		return err;
	/* this session gets all of them, and is the model */
	gw_params_text_c(&settings, ROLE_STATEMENT_TIMEOUT_MS);
	gw_params_bool(&settings, true);
	gw_params_bool(&settings, true);
	if (gw_connection_exec(connection, GW_STATEMENT_SESSION_CONFIGURE, &settings, message,
			       &rows)
		    .err != GW_OK)
		return GW_FORBIDDEN;
	gw_rows_free(rows);
	for (size_t i = 0; err == GW_OK && i < GW_ARRAY_LEN(programs); i++) {
		struct gw_params role = GW_PARAMS_EMPTY;
		char *name = role_name(wanted->user, programs[i]);

		gw_params_text_c(&role, name);
		gw_params_text_c(&role, wanted->database);
		err = run_made(connection, GW_STATEMENT_ROLE_SETTINGS, &role, message, &made);
		free(name);
	}
	return err;
}

static enum gw_err create(struct gw_connection *connection, const struct wanted *wanted,
			  bool reset_password, struct gw_buf *message)
{
	struct gw_params database = GW_PARAMS_EMPTY;
	bool made_role = false;
	bool made_database = false;
	enum gw_err err = make_role(connection, wanted->user, wanted->password, reset_password,
				    message, &made_role);

	if (err != GW_OK)
		return err;
	gw_params_text_c(&database, wanted->database);
	gw_params_text_c(&database, wanted->user);
	err = run_made(connection, GW_STATEMENT_DATABASE_CREATE, &database, message,
		       &made_database);
	if (err == GW_OK)
		err = make_programs(connection, wanted, reset_password, made_database, message);
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
	struct gw_conninfo info = {.text = NULL};
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
