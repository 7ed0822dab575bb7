/* SPDX-License-Identifier: ISC */
/*
 * doctor_mail.c: the mail server, asked as a letter would ask, without one.
 */
#include "admin/doctor.h"

#include "base/clock.h"
#include "channels/channel.h"
#include "channels/transfer.h"

void gw_doctor_mail(struct gw_doctor *doctor)
{
	const struct gw_config *config = &doctor->admin->config;
	bool sign_in = false;
	const char *why = NULL;

	if (*config->smtp_url == '\0') {
		gw_doctor_say(doctor, GW_FINDING_NOTE, "mail", NULL,
			      "smtp_url is not set: nobody is reached by e-mail");
		return;
	}
	if (*config->smtp_from == '\0')
		gw_doctor_say(doctor, GW_FINDING_BAD, "mail",
			      "set smtp_from to the address that letters come from",
			      "smtp_from is not set, without which no letter is sent");
	if (gw_email_check(config, gw_monotonic() + GW_TRANSFER_TIMEOUT, &sign_in, &why) == GW_OK)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "mail", NULL, "%s answers",
			      config->smtp_url);
	else if (sign_in)
		gw_doctor_say(doctor, GW_FINDING_BAD, "mail", "correct smtp_user and smtp_password",
			      "%s: %s", config->smtp_url, why);
	else
		gw_doctor_say(doctor, GW_FINDING_BAD, "mail",
			      "start the mail server, or correct smtp_url (and ca_file, if its "
			      "certificate is of a private authority)",
			      "%s: %s", config->smtp_url, why);
}
