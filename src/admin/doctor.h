/* SPDX-License-Identifier: ISC */
/*
 * doctor.h: `clawgw-admin doctor`: a list of checks, each with what to do if it fails.
 */
#ifndef GW_DOCTOR_H
#define GW_DOCTOR_H

#include "admin/admin.h"

#include <curl/curl.h>
#include <sys/types.h>

enum gw_finding {
	GW_FINDING_GOOD,
	GW_FINDING_NOTE, /* worth knowing, and no failure */
	GW_FINDING_BAD,
};

struct gw_doctor {
	struct gw_admin *admin;
	int findings;
	int failures;
	struct gw_buf found; /* all of them, as a JSON array that is still open */
};

/* Prints one finding. `advice` says what to do, NULL for nothing. */
void gw_doctor_say(struct gw_doctor *doctor, enum gw_finding finding, const char *check,
		   const char *advice, const char *fmt, ...) GW_PRINTF(5, 6);

/* Keeps in the database what was found on this host, for the operators' page (GET /operator/checks). Ends `found`. */
void gw_doctor_keep(struct gw_doctor *doctor);

/* Settings, secrets, the file that holds them (doctor_host.c). */
void gw_doctor_host(struct gw_doctor *doctor);
/* The file that the configuration is from, whether it is there or not. */
const char *gw_doctor_config_file(const struct gw_admin *admin);
/* Sockets: all there, served, and open to the web server alone (doctor_sockets.c). */
void gw_doctor_sockets(struct gw_doctor *doctor);
/* How many programs with a socket of their own there are. */
int gw_doctor_responders(void);
/* Server, schema, indexes, clock (doctor_database.c). False: the database cannot be used, other checks make no sense. */
bool gw_doctor_database(struct gw_doctor *doctor);
/* Worker, tidy, connections (doctor_backlog.c). */
void gw_doctor_backlog(struct gw_doctor *doctor);
/* The roles that responders and the worker connect as (doctor_roles.c). */
void gw_doctor_roles(struct gw_doctor *doctor);
/* public_url: there, and an address that agents can use (doctor_url.c). */
void gw_doctor_url(struct gw_doctor *doctor);
/* The mail server, if there is one (doctor_mail.c). */
void gw_doctor_mail(struct gw_doctor *doctor);
/*
 * Whether people's letters come in: the mail server takes them, others find it by its MX, and with --mail one is written and waited for
 * (doctor_letters.c).
 */
void gw_doctor_letters(struct gw_doctor *doctor);
/* The gateway through its public address (doctor_http.c). */
void gw_doctor_http(struct gw_doctor *doctor);
/*
 * A request to a path below the gateway's address `base`, with --unix-socket and a deadline of GW_TRANSFER_TIMEOUT; `headers` may be NULL, and
 * lasts as long. Give it back with gw_transfer_end().
 */
CURL *gw_doctor_request(const struct gw_doctor *doctor, const char *base, const char *path,
			struct curl_slist *headers);
/* The page for people, and that events reach it at once (doctor_page.c). */
void gw_doctor_page(struct gw_doctor *doctor, const char *base);
/* Every enabled language model (doctor_models.c). */
void gw_doctor_models(struct gw_doctor *doctor);

/* An account of this host (doctor_access.c). */
struct gw_doctor_account {
	const char *name;
	uid_t uid;
	gid_t *groups;
	int group_count;
};

/* False: there is no such account. Otherwise to be released. `name` is kept. */
bool gw_doctor_account(const char *name, struct gw_doctor_account *ret_account);
void gw_doctor_account_release(struct gw_doctor_account *account);
/*
 * Whether the account can go through all folders above `path` and then do with it what the bits say (4 read, 2 write). If not, the file or
 * folder that it fails at is added to *ret_where.
 */
bool gw_doctor_reaches(const struct gw_doctor_account *account, const char *path, mode_t bits,
		       struct gw_buf *ret_where);

/* Whether systemd runs here and has clawgw's units (doctor_units.c). */
bool gw_doctor_systemd(void);
/* systemctl's answer to a question such as "is-active"; true if it cannot be asked. */
bool gw_doctor_unit_is(const char *question, const char *unit);

#endif
