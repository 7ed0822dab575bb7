/* SPDX-License-Identifier: ISC */
/*
 * doctor_host.c: the configuration, its file, the secrets in it.
 */
#include "admin/doctor.h"

#include <sys/stat.h>

#define SECRET_LENGTH 32 /* RFC 7518, 3.2: a key for HS256 has 256 bits at least */
#define SECRET_VARIETY 8 /* different characters */
#define ACCOUNT_DEFAULT "clawgw"
#define MEND_MAX 8400

const char *gw_doctor_config_file(const struct gw_admin *admin)
{
	const char *file =
		admin->config_file != NULL ? admin->config_file : getenv("CLAWGW_CONFIG");

	return file != NULL && *file != '\0' ? file : GW_CONFIG_DEFAULT_FILE;
}

/* Whether the account that the programs run as can read the file; says why not. */
static bool is_readable(struct gw_doctor *doctor, const char *file)
{
	const char *named = gw_admin_option(doctor->admin, "account");
	struct gw_doctor_account account;
	struct gw_buf where;
	char mend[MEND_MAX];
	bool readable = true;

	if (!gw_doctor_account(named != NULL ? named : ACCOUNT_DEFAULT, &account)) {
		if (named != NULL)
			gw_doctor_say(doctor, GW_FINDING_BAD, "configuration",
				      "name the account that the programs run as with --account",
				      "there is no account %s on this host", named);
		return named == NULL;
	}
	gw_buf_init(&where, 4096);
	readable = gw_doctor_reaches(&account, file, 4, &where);
	if (!readable) {
		bool itself = strcmp(gw_buf_str(&where).data, file) == 0;

		(void)snprintf(mend, sizeof(mend), "chgrp %s %s && chmod %s %s", account.name,
			       where.data, itself ? "640" : "750", where.data);
		gw_doctor_say(doctor, GW_FINDING_BAD, "configuration", mend,
			      "the account %s, which the programs run as, cannot %s %s",
			      account.name, itself ? "read" : "enter", where.data);
	}
	gw_buf_release(&where);
	gw_doctor_account_release(&account);
	return readable;
}

static void check_file(struct gw_doctor *doctor)
{
	const char *file = gw_doctor_config_file(doctor->admin);
	struct stat status;

	if (stat(file, &status) != 0) {
		gw_doctor_say(doctor, GW_FINDING_NOTE, "configuration", NULL,
			      "%s is not there; all settings are from the environment or defaults",
			      file);
		return;
	}
	if (S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXO | S_IWGRP)) != 0)
		gw_doctor_say(doctor, GW_FINDING_BAD, "configuration",
			      "chmod 640 it, with the group that the gateway runs as",
			      "%s holds secrets and has mode %04o", file,
			      (unsigned)(status.st_mode & 07777));
	else if (is_readable(doctor, file))
		gw_doctor_say(doctor, GW_FINDING_GOOD, "configuration", NULL, "%s can be used",
			      file);
}

static bool is_weak(const char *secret)
{
	bool seen[256] = {false};
	int variety = 0;

	for (const char *at = secret; *at != '\0'; at++) {
		variety += !seen[(unsigned char)*at];
		seen[(unsigned char)*at] = true;
	}
	return strlen(secret) < SECRET_LENGTH || variety < SECRET_VARIETY;
}

static void check_secrets(struct gw_doctor *doctor)
{
	const struct gw_config *config = &doctor->admin->config;
	const struct {
		const char *name;
		const char *value;
		const char *without;
	} secrets[] = {
		{"jwt_secret", config->jwt_secret, "no user can make keys through the API"},
		{"admin_token", config->admin_token, "there is no master token"},
		{"secret_key", config->secret_key,
		 "keys of language models are stored as they are"},
		{"metrics_token", config->metrics_token, "metrics are for local addresses only"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(secrets); i++) {
		if (*secrets[i].value == '\0')
			gw_doctor_say(doctor, GW_FINDING_NOTE, "secrets", NULL, "%s is not set: %s",
				      secrets[i].name, secrets[i].without);
		else if (is_weak(secrets[i].value))
			gw_doctor_say(
				doctor, GW_FINDING_BAD, "secrets",
				"use one of at least 32 random characters: openssl rand -base64 32",
				"%s is weak", secrets[i].name);
		else
			gw_doctor_say(doctor, GW_FINDING_GOOD, "secrets", NULL, "%s is set",
				      secrets[i].name);
	}
}

void gw_doctor_host(struct gw_doctor *doctor)
{
	check_file(doctor);
	check_secrets(doctor);
	gw_doctor_sockets(doctor);
}
