/* SPDX-License-Identifier: ISC */
/*
 * setup.c: `clawgw-admin setup': from an installed package and a PostgreSQL server to a gateway that can be started.
 *
 * Each step leaves alone what is there already, so that it may be run again.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/digest.h"
#include "base/text.h"
#include "store/migration.h"
#include "store/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (1u << 20)
#define MESSAGE_MAX 4096
#define SLUG_SIZE 51
#define SECRET_BYTES 32
#define URL_SIZE 502
/* in the folder that systemd/clawgw@.service makes; nobody makes it without systemd */
#define METRICS_FILE "/run/clawgw-state/metrics"

/*
 * --database-url, or what standard input says if it is "-": arguments can be read by everybody on the host. `line` belongs
 * to the caller, who wipes it.
 */
static enum gw_exit find_url(struct gw_admin *admin, char line[URL_SIZE], const char **ret_url)
{
	const char *given = gw_admin_option(admin, "database-url");

	if (strcmp(given, "-") != 0) {
		*ret_url = given;
		return GW_EXIT_OK;
	}
	if (fgets(line, URL_SIZE, stdin) == NULL || strchr(line, '\n') == NULL)
		return gw_admin_fail(GW_EXIT_USAGE,
				     "--database-url -: standard input must be one line of at most "
				     "%d characters",
				     URL_SIZE - 2);
	line[strcspn(line, "\n")] = '\0';
	*ret_url = line;
	return GW_EXIT_OK;
}

static enum gw_exit make_database(struct gw_admin *admin, const char *url)
{
	const char *superuser = gw_admin_option(admin, "superuser-url");
	struct gw_buf message;
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = GW_OK;

	if (superuser == NULL)
		return GW_EXIT_OK;
	gw_buf_init(&message, MESSAGE_MAX);
	err = gw_setup_database(superuser, url, gw_admin_option(admin, "reset-password") != NULL,
				"clawgw-admin", &message);
	if (err == GW_OK && !admin->json)
		gw_output_buf(&message);
	else if (err == GW_UNAVAILABLE)
		status = gw_admin_fail(GW_EXIT_UNAVAILABLE, "--superuser-url: %s",
				       gw_buf_str(&message).data);
	else if (err != GW_OK)
		status = gw_admin_fail(err == GW_INVALID ? GW_EXIT_USAGE : GW_EXIT_FAILED, "%s",
				       gw_buf_str(&message).data);
	gw_buf_release(&message);
	return status;
}

static void one_applied(void *arg, const struct gw_migration *migration)
{
	const struct gw_admin *admin = arg;

	if (!admin->json)
		gw_output_line("applied %04d %s", migration->version, migration->name);
}

static enum gw_exit make_schema(struct gw_admin *admin)
{
	enum gw_err err = gw_migration_apply(admin->db, false, one_applied, admin);

	if (err == GW_UNAVAILABLE && gw_admin_option(admin, "superuser-url") == NULL)
		return gw_admin_fail(
			GW_EXIT_UNAVAILABLE,
			"--database-url: %s; with --superuser-url, role and database are made",
			gw_db_last_message());
	if (err == GW_FORBIDDEN)
		return gw_admin_fail(GW_EXIT_CONFLICT, GW_ADMIN_NOT_ADOPTED);
	return err == GW_OK ? GW_EXIT_OK : gw_admin_store_failed(err, "make the schema");
}

/* A slug made of a name: "Example & Söhne" becomes "example-s-hne". */
static void slug_of(const char *name, char slug[SLUG_SIZE])
{
	size_t len = 0;

	for (; *name != '\0' && len < SLUG_SIZE - 1; name++) {
		if ((*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9'))
			slug[len++] = *name;
		else if (*name >= 'A' && *name <= 'Z')
			slug[len++] = (char)(*name - 'A' + 'a');
		else if (len > 0 && slug[len - 1] != '-')
			slug[len++] = '-';
	}
	while (len > 0 && slug[len - 1] == '-')
		len--;
	slug[len] = '\0';
}

/* *ret_id of the tenant with the slug: the one that is there, or a new one. */
static enum gw_exit make_tenant(struct gw_admin *admin, struct gw_uuid *ret_id)
{
	const char *name = gw_admin_option(admin, "tenant");
	const char *given = gw_admin_option(admin, "slug");
	const char *timezone = gw_admin_option(admin, "timezone");
	struct gw_uuid id = gw_uuid_random();
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	char slug[SLUG_SIZE];
	bool unknown_zone = false;
	enum gw_err err = GW_OK;

	slug_of(given != NULL ? given : name, slug);
	if (*slug == '\0' || (given != NULL && strcmp(given, slug) != 0))
		return gw_admin_fail(GW_EXIT_USAGE,
				     "--slug is needed, of a-z, 0-9 and single hyphens");
	gw_params_uuid(&params, &id);
	gw_params_text_c(&params, name);
	gw_params_text_c(&params, slug);
	gw_params_text_c(&params, timezone != NULL ? timezone : "UTC");
	err = gw_db_exec(admin->db, GW_STATEMENT_TENANT_ADD, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "add the organisation");
	unknown_zone = gw_str_equal_c(gw_rows_text(rows, 0, 0), "timezone");
	gw_rows_free(rows);
	if (unknown_zone)
		return gw_admin_fail(GW_EXIT_USAGE, "the database knows no such --timezone");
	return gw_noun_id(admin, &gw_noun_tenant, slug, NULL, ret_id);
}

static enum gw_exit make_admin(struct gw_admin *admin, const struct gw_uuid *tenant)
{
	const char *name = gw_admin_option(admin, "admin");
	const char *role = gw_admin_option(admin, "role");
	struct gw_uuid id = gw_uuid_random();
	struct gw_params find = GW_PARAMS_EMPTY;
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	bool there = false;
	enum gw_err err = GW_OK;

	gw_params_uuid(&find, tenant);
	gw_params_uuid(&find, NULL);
	gw_params_text_c(&find, name);
	gw_params_int(&find, 1);
	err = gw_db_exec(admin->db, GW_STATEMENT_USER_LIST, &find, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "look for the user");
	there = gw_rows_count(rows) > 0;
	gw_rows_free(rows);
	if (there)
		return GW_EXIT_OK;
	gw_params_uuid(&params, &id);
	gw_params_uuid(&params, tenant);
	gw_params_text_c(&params, name);
	gw_params_text_c(&params, role != NULL ? role : "org_admin");
	err = gw_db_run(admin->db, GW_STATEMENT_USER_ADD, &params);
	return err == GW_OK ? GW_EXIT_OK : gw_admin_store_failed(err, "add the user");
}

static void add_setting(struct gw_buf *out, const char *key, const char *value)
{
	gw_buf_addf(out, "%s = %s\n", key, value);
}

static void random_secret(struct gw_buf *out)
{
	unsigned char bytes[SECRET_BYTES];

	gw_random_bytes(bytes, sizeof(bytes));
	gw_base64url_encode(out, bytes, sizeof(bytes));
	gw_secret_wipe(bytes, sizeof(bytes));
}

/* The line that lets programs use a role of their own, if they can. */
static void add_program_url(struct gw_buf *out, const char *key, const char *url,
			    const char *program)
{
	struct gw_buf own;
	struct gw_db *db = NULL;
	int version = 0;

	gw_buf_init(&own, FILE_MAX);
	if (gw_setup_program_url(url, program, &own) == GW_OK) {
		db = gw_db_new(own.data, "clawgw-admin", 1, 0);
		if (gw_migration_current(db, &version) == GW_OK)
			add_setting(out, key, own.data);
		else
			gw_buf_addf(out, "#%s =\n", key);
		gw_db_free(db);
	}
	gw_secret_wipe(own.data, own.len);
	gw_buf_release(&own);
}

/* The sample, with what is known filled in and new secrets. */
static void make_config(struct gw_admin *admin, const char *url, struct gw_buf *out)
{
	const char *public_url = gw_admin_option(admin, "public-url");
	struct gw_buf sample;
	struct gw_buf jwt;
	struct gw_buf secret;

	gw_buf_init(&sample, FILE_MAX);
	gw_buf_init(&jwt, 100);
	gw_buf_init(&secret, 100);
	random_secret(&jwt);
	random_secret(&secret);
	gw_config_sample(&sample);
	for (const char *line = sample.data; *line != '\0';
	     line += strcspn(line, "\n"), line += *line == '\n') {
		struct gw_str text = {line, strcspn(line, "\n") + 1};

		if (strncmp(line, "#database_url =", 15) == 0)
			add_setting(out, "database_url", url);
		else if (strncmp(line, "#database_url_web =", 19) == 0)
			add_program_url(out, "database_url_web", url, "_web");
		else if (strncmp(line, "#database_url_worker =", 22) == 0)
			add_program_url(out, "database_url_worker", url, "_worker");
		else if (strncmp(line, "#jwt_secret =", 13) == 0)
			add_setting(out, "jwt_secret", jwt.data);
		else if (strncmp(line, "#secret_key =", 13) == 0)
			add_setting(out, "secret_key", secret.data);
		else if (strncmp(line, "#metrics_file =", 15) == 0 && geteuid() == 0 &&
			 access("/run/systemd/system", F_OK) == 0)
			add_setting(out, "metrics_file", METRICS_FILE);
		else if (strncmp(line, "#public_url =", 13) == 0 && public_url != NULL)
			add_setting(out, "public_url", public_url);
		else
			gw_buf_add_str(out, text);
	}
	gw_secret_wipe(jwt.data, jwt.len);
	gw_secret_wipe(secret.data, secret.len);
	gw_buf_release(&jwt);
	gw_buf_release(&secret);
	gw_buf_release(&sample);
}

/* The group that --group names; (gid_t)-1 without the option, which fchown() takes for "as it is". */
static enum gw_exit find_group(struct gw_admin *admin, gid_t *ret_group)
{
	const char *name = gw_admin_option(admin, "group");
	const struct group *group = name != NULL ? getgrnam(name) : NULL;

	if (name != NULL && group == NULL)
		return gw_admin_fail(GW_EXIT_NOT_FOUND, "there is no group %s on this host", name);
	*ret_group = group != NULL ? group->gr_gid : (gid_t)-1;
	return GW_EXIT_OK;
}

/* Whether the file is the sample as it was installed, in which nobody has set anything. */
static bool is_sample(const char *path)
{
	FILE *file = fopen(path, "re");
	struct gw_buf sample;
	size_t at = 0;
	bool same = false;
	int c = 0;

	if (file == NULL)
		return false;
	gw_buf_init(&sample, FILE_MAX);
	gw_config_sample(&sample);
	while ((c = getc(file)) != EOF && at < sample.len && c == (unsigned char)sample.data[at])
		at++;
	same = c == EOF && ferror(file) == 0 && at == sample.len;
	gw_buf_release(&sample);
	(void)fclose(file);
	return same;
}

/*
 * *ret_written is false when the file is there already. A host's file is for the group of the programs; that of somebody
 * who rents web space is for nobody else.
 */
static enum gw_exit write_config(struct gw_admin *admin, const char *url, gid_t group,
				 bool *ret_written)
{
	const char *file = admin->config_file;
	const mode_t mode = geteuid() != 0 && group == (gid_t)-1 ? 0600 : 0640;
	struct gw_buf text;
	enum gw_exit status = GW_EXIT_OK;
	int fd = -1;

	*ret_written = false;
	if (file == NULL)
		return GW_EXIT_OK;
	gw_buf_init(&text, FILE_MAX);
	if (is_sample(file))
		(void)unlink(file);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0 && errno == EEXIST)
		goto out;
	if (fd < 0) {
		status = gw_admin_fail(GW_EXIT_FAILED, "%s: %s", file, strerror(errno));
		goto out;
	}
	make_config(admin, url, &text);
	if (fchmod(fd, mode) != 0 || fchown(fd, (uid_t)-1, group) != 0 ||
	    write(fd, text.data, text.len) != (ssize_t)text.len || fsync(fd) != 0) {
		status = gw_admin_fail(GW_EXIT_FAILED, "%s: %s", file, strerror(errno));
		(void)unlink(file);
		goto out;
	}
	*ret_written = true;
out:
	if (fd >= 0)
		close(fd);
	gw_secret_wipe(text.data, text.len);
	gw_buf_release(&text);
	return status;
}

static void say_done(const struct gw_admin *admin, const struct gw_uuid *tenant, bool written)
{
	char id[GW_UUID_TEXT_SIZE];

	gw_uuid_format(tenant, id);
	if (admin->json) {
		gw_output_line("{\"tenant_id\":\"%s\",\"version\":%d,\"config_written\":%s}", id,
			       gw_migration_latest(), written ? "true" : "false");
		return;
	}
	gw_output_line("the organisation has the id %s", id);
	if (admin->config_file != NULL)
		gw_output_line("%s %s", admin->config_file,
			       written ? "was written" : "was there already and stays as it is");
	gw_output_line(
		"next: start the responders and the worker, then look with `clawgw-admin doctor'");
}

enum gw_exit gw_setup(struct gw_admin *admin)
{
	struct gw_uuid tenant;
	char line[URL_SIZE];
	const char *url = NULL;
	gid_t group = (gid_t)-1;
	bool written = false;
	enum gw_exit status = find_group(admin, &group);

	if (status != GW_EXIT_OK || (status = find_url(admin, line, &url)) != GW_EXIT_OK ||
	    (status = make_database(admin, url)) != GW_EXIT_OK)
		goto out;
	admin->db = gw_db_new(url, "clawgw-admin", 1, 0);
	if ((status = make_schema(admin)) == GW_EXIT_OK &&
	    (status = make_tenant(admin, &tenant)) == GW_EXIT_OK &&
	    (status = make_admin(admin, &tenant)) == GW_EXIT_OK &&
	    (status = write_config(admin, url, group, &written)) == GW_EXIT_OK)
		say_done(admin, &tenant, written);
	gw_db_free(admin->db);
	admin->db = NULL;
out:
	gw_secret_wipe(line, sizeof(line));
	return status;
}
