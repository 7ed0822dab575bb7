/* SPDX-License-Identifier: ISC */
/*
 * doctor_letters.c: whether what people write by mail comes in: asked of the mail server, of the DNS, and with --mail tried.
 */
#include "admin/doctor.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "channels/channel.h"
#include "channels/transfer.h"
#include "store/letter.h"

#include <arpa/nameser.h>
#include <idn2.h>
#include <netdb.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SET_UP "docs/letters.md says how a mail server hands mail for %s to clawgw-mail"
#define ADVICE_MAX 1000
#define REPLY_BYTES 8192
#define DNS_SECONDS 2 /* for each server's answer, … */
#define DNS_TRIES 2   /* … this often */
#define LOOK_EVERY (GW_USEC_PER_SEC / 4)
#define SECONDS_TO_WAIT 60

/* -- the mail server */

/* False: it would not take one. */
static bool ask_server(struct gw_doctor *doctor)
{
	const struct gw_config *config = &doctor->admin->config;
	struct gw_send_failure failure = {.text = ""};
	struct gw_uuid id = gw_uuid_random();
	char advice[ADVICE_MAX];

	if (gw_email_probe(config, &id, false, gw_monotonic() + GW_TRANSFER_TIMEOUT, &failure) ==
	    GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_GOOD, "letters", NULL,
			      "the mail server takes mail for %s", config->inbound_address);
		return true;
	}
	(void)snprintf(advice, sizeof(advice), SET_UP, config->inbound_address);
	gw_doctor_say(doctor, GW_FINDING_BAD, "letters", advice,
		      "the mail server takes no mail for %s: %s", config->inbound_address,
		      failure.text);
	return false;
}

/* -- the DNS */

enum mx_finding {
	MX_THERE,
	MX_NONE,     /* and no address either: nobody finds it */
	MX_REFUSES,  /* a null MX (RFC 7505): the domain takes no mail */
	MX_NOT_THERE /* DNS does not answer */
};

static bool has_address(const char *host)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	bool any = getaddrinfo(host, "25", &hints, &found) == 0;

	if (any)
		freeaddrinfo(found);
	return any;
}

/* The first mail server of the domain that has an address (RFC 5321, 5.1); without any MX the domain's own. */
static enum mx_finding read_records(const unsigned char *reply, int len, char host[NS_MAXDNAME])
{
	ns_msg message;
	ns_rr record;
	bool any = false;

	if (ns_initparse(reply, len, &message) != 0)
		return MX_NOT_THERE;
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
		if (ns_parserr(&message, ns_s_an, i, &record) != 0 ||
		    ns_rr_type(record) != ns_t_mx || ns_rr_rdlen(record) < 3 ||
		    dn_expand(reply, reply + len, ns_rr_rdata(record) + 2, host, NS_MAXDNAME) < 0)
			continue;
		if (host[0] == '\0')
			return MX_REFUSES;
		any = true;
		if (has_address(host))
			return MX_THERE;
	}
	return any ? MX_NONE : MX_NOT_THERE;
}

static enum mx_finding find_mx(const char *domain, char host[NS_MAXDNAME])
{
	unsigned char reply[REPLY_BYTES];
	enum mx_finding found = MX_NOT_THERE;
	struct __res_state resolver;
	int len = 0;

	memset(&resolver, 0, sizeof(resolver));
	if (res_ninit(&resolver) != 0)
		return MX_NOT_THERE;
	resolver.retrans = DNS_SECONDS;
	resolver.retry = DNS_TRIES;
	len = res_nquery(&resolver, domain, ns_c_in, ns_t_mx, reply, (int)sizeof(reply));
	if (len > 0) {
		found = read_records(reply, len < (int)sizeof(reply) ? len : (int)sizeof(reply),
				     host);
	} else if (resolver.res_h_errno == NO_DATA || resolver.res_h_errno == HOST_NOT_FOUND) {
		(void)snprintf(host, NS_MAXDNAME, "%s", domain);
		found = has_address(domain) ? MX_THERE : MX_NONE;
	}
	res_nclose(&resolver);
	return found;
}

/* A domain that only the own mail server knows is no fault. */
static void ask_dns(struct gw_doctor *doctor)
{
	const char *at = strchr(doctor->admin->config.inbound_address, '@');
	char host[NS_MAXDNAME] = "";
	char *domain = NULL;

	if (at == NULL || idn2_to_ascii_8z(at + 1, &domain, IDN2_NFC_INPUT) != IDN2_OK)
		return;
	switch (find_mx(domain, host)) {
	case MX_THERE:
		gw_doctor_say(doctor, GW_FINDING_GOOD, "mx", NULL, "mail for %s is taken by %s",
			      domain, host);
		break;
	case MX_NONE:
		gw_doctor_say(
			doctor, GW_FINDING_NOTE, "mx",
			"give the domain an MX record, unless all mail comes from inside",
			"%s has no mail server in the DNS: mail from outside does not find it",
			domain);
		break;
	case MX_REFUSES:
		gw_doctor_say(doctor, GW_FINDING_NOTE, "mx",
			      "take the null MX record away, unless all mail comes from inside",
			      "%s says in the DNS that it takes no mail", domain);
		break;
	case MX_NOT_THERE:
		gw_doctor_say(doctor, GW_FINDING_NOTE, "mx", NULL,
			      "the DNS does not say where mail for %s goes", domain);
		break;
	}
	idn2_free(domain);
}

/* -- a letter to ourselves */

static void await(struct gw_doctor *doctor, const struct gw_uuid *id, int64_t wait)
{
	const struct gw_config *config = &doctor->admin->config;
	const struct timespec pause = {.tv_nsec = LOOK_EVERY * 1000};
	int64_t begin = gw_monotonic();
	char advice[ADVICE_MAX];
	char *why = NULL;
	bool came = false;
	enum gw_err err = GW_OK;

	while (err == GW_OK && !came && gw_monotonic() - begin < wait) {
		(void)nanosleep(&pause, NULL);
		err = gw_letter_probe_show(doctor->admin->db, id, &came, &why);
	}
	(void)snprintf(advice, sizeof(advice),
		       "see the mail server's log and queue (mailq); " SET_UP,
		       config->inbound_address);
	if (err != GW_OK)
		gw_doctor_say(doctor, GW_FINDING_BAD, "letters", NULL,
			      "what became of a letter to ourselves cannot be read: %s",
			      gw_db_last_message());
	else if (why != NULL)
		gw_doctor_say(doctor, GW_FINDING_BAD, "letters", advice,
			      "a letter to ourselves came back: %s", why);
	else if (came)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "letters", NULL,
			      "a letter to ourselves came in after %.1f s",
			      (double)(gw_monotonic() - begin) / GW_USEC_PER_SEC);
	else
		gw_doctor_say(doctor, GW_FINDING_BAD, "letters", advice,
			      "the mail server took a letter to ourselves, and it has not come in "
			      "within %lld s",
			      (long long)(wait / GW_USEC_PER_SEC));
	free(why);
}

static void try(struct gw_doctor *doctor, int64_t wait)
{
	struct gw_send_failure failure = {.text = ""};
	struct gw_uuid id = gw_uuid_random();
	enum gw_err err = gw_letter_probe_add(doctor->admin->db, &id);

	if (err != GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "letters", NULL,
			      "that a letter to ourselves is sent cannot be noted: %s",
			      gw_db_last_message());
		return;
	}
	if (gw_email_probe(&doctor->admin->config, &id, true, gw_monotonic() + GW_TRANSFER_TIMEOUT,
			   &failure) == GW_OK)
		await(doctor, &id, wait);
	else
		gw_doctor_say(doctor, GW_FINDING_BAD, "letters", NULL,
			      "a letter to ourselves was not taken: %s", failure.text);
	/* a row that stays is forgotten with the next one */
	if (gw_letter_probe_end(doctor->admin->db, &id) != GW_OK)
		gw_doctor_say(doctor, GW_FINDING_NOTE, "letters", NULL, "%s", gw_db_last_message());
}

void gw_doctor_letters(struct gw_doctor *doctor)
{
	const struct gw_config *config = &doctor->admin->config;
	bool wanted = gw_admin_option(doctor->admin, "mail") != NULL;
	int64_t wait = SECONDS_TO_WAIT * GW_USEC_PER_SEC;

	if (gw_admin_duration(doctor->admin, "mail-wait", wait, &wait) != GW_EXIT_OK) {
		doctor->failures++;
		return;
	}
	if (config->inbound_address[0] == '\0' || config->smtp_url[0] == '\0') {
		gw_doctor_say(doctor, wanted ? GW_FINDING_BAD : GW_FINDING_NOTE, "letters",
			      wanted ? "set inbound_address, letter_secret and smtp_url, see "
				       "docs/letters.md"
				     : NULL,
			      "%s is not set: people cannot answer by mail",
			      config->smtp_url[0] == '\0' ? "smtp_url" : "inbound_address");
		return;
	}
	if (!ask_server(doctor))
		return;
	if (wanted)
		try(doctor, wait);
	ask_dns(doctor);
}
