/* SPDX-License-Identifier: ISC */
/*
 * test_mail.c: send-message to people, by mail, against the stand-in for a mail server
 * with all their faults.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "channels/channel.h"
#include "lib/cases.h"
#include "lib/database.h"
#include "lib/scene.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a poll says of a person is what send-message would do. */
Test(channels, a_poll_offers_mail_only_where_there_is_a_mail_server)
{
	static const char *const urls[] = {"smtp://127.0.0.1:@", ""};
	struct gw_stand_in smtp;
	struct scene scene;

	for (size_t i = 0; i < GW_ARRAY_LEN(urls); i++) {
		char *body = NULL;

		begin_mail(&scene, &smtp, NULL, NULL, urls[i]);
		cr_expect_eq(gw_test_call(&scene.test, "GET", "/api/gateway/poll", ALPHA, NULL,
					  &body),
			     200);
		cr_expect_not_null(
			strstr(body, i == 0 ? "\"name\":\"Emma Mail\",\"type\":\"human\",\"role\":"
					      "\"collaborator\",\"description\":\"mail "
					      "only\",\"channels\":[\"email\"]"
					    : "\"description\":\"mail only\",\"channels\":[]"),
			"%s", body);
		expect(&scene.test, "Emma Mail", NULL, i == 0 ? 200 : 400,
		       i == 0 ? "\"email\"" : "No available channel");
		free(body);
		end(&scene);
		gw_stand_in_stop(&smtp);
	}
}

Test(channels, mail_goes_out_whole_and_in_order)
{
	struct gw_stand_in smtp;
	struct scene scene;
	char *mail = NULL;

	begin_mail(&scene, &smtp, NULL, NULL, "smtp://127.0.0.1:@");
	sql(&scene,
	    "UPDATE agents SET name = E'Alpha\\r\\nBcc: eve#example.org' WHERE name = 'Alpha Claw';"
	    "UPDATE org_members SET name = E'Emma \u00dcml\u00e4ut' WHERE name = 'Emma Mail'");
	expect(&scene.test, "Emma \u00dcml\u00e4ut", NULL, 200,
	       "{\"status\":\"sent\",\"target\":\"Emma \u00dcml\u00e4ut\",\"type\":\"human\","
	       "\"channel\":\"email\"");
	cr_expect_eq(gw_stand_in_count(&smtp, "mail 1 gateway@example.org emma@example.com tls=no"),
		     1);
	mail = gw_stand_in_file(&smtp, "mail-1.eml");
	cr_assert_not_null(mail);
	cr_expect_null(strstr(mail, "\nBcc"));
	cr_expect_not_null(strstr(mail, "\r\n\r\naGVsbG8NCg==\r\n"), "%s", mail);
	cr_expect_not_null(strstr(mail, "@example.org>\r\nAuto-Submitted"), "%s", mail);
	free(mail);
	gw_stand_in_stop(&smtp);
	end(&scene);
}

Test(channels, every_fault_of_a_mail_server_ends_in_its_answer)
{
	static const struct {
		const char *address;
		int status;
		const char *words;
		const char *outcome;
	} cases[] = {
		{"anna@example.org", 200, "\"channel\":\"email\"", "sent"},
		{" anna@example.org\t", 200, "\"channel\":\"email\"", "sent"},
		{"refused_1@example.org", 409, "no such user \xef\xbf\xbd here (code 550)",
		 "failed"},
		{"later_1@example.org", 503, "try again later (code 451)", "failed"},
		{"cut_1@example.org", 502, "(code N/A)", "failed"},
		{"nodata_1@example.org", 409, "not wanted (code 554)", "failed"},
		{"lost_1@example.org", 502, "(code N/A)", "unknown"},
		{"anna", 409, "not one that mail can go to", "failed"},
		{"anna@example.org>\\r\\nRCPT TO:<eve@example.org", 409, "not one that mail",
		 "failed"},
		{"anna@example.org,eve@example.org", 409, "not one that mail can go to", "failed"},
	};
	struct gw_stand_in smtp;
	struct scene scene;

	begin_mail(&scene, &smtp, NULL, NULL, "smtp://127.0.0.1:@");
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		sql(&scene, "DELETE FROM clawgw.sends");
		sql(&scene, "UPDATE org_members SET email = E'%s' WHERE name = 'Emma Mail'",
		    cases[i].address);
		expect(&scene.test, "Emma Mail", NULL, cases[i].status, cases[i].words);
		gw_test_expect(scene.conninfo, "SELECT outcome FROM clawgw.sends",
			       cases[i].outcome);
	}
	gw_stand_in_stop(&smtp);
	end(&scene);
}

Test(channels, tls_and_passwords_are_asked_for_where_they_must_be)
{
	static const struct {
		const char *option, *value; /* of the server */
		const char *url;
		const char *account;
		bool trusted;
		int status;
		const char *words;
		const char *log;
	} cases[] = {
		{"-s", NULL, "smtp://127.0.0.1:@", "", false, 200, "sent", "tls=no"},
		{"-sa", "me:secret", "smtp://127.0.0.1:@", "me", true, 200, "sent",
		 "tls=yes user=me"},
		{"-sa", "me:secret", "smtp://localhost:@", "me", true, 200, "sent",
		 "tls=yes user=me"},
		{"-sa", "me:other", "smtp://127.0.0.1:@", "me", true, 502, "535",
		 "login me refused"},
		{"-sa", "me:secret", "smtp://127.0.0.1:@", "me", false, 502, "not trusted", ""},
		{"-a", "me:secret", "smtp://127.0.0.1:@", "me", true, 502, "no TLS", ""},
		{"-t", NULL, "smtps://127.0.0.1:@", "", true, 200, "sent", "tls=yes"},
		{"-t", NULL, "smtps://127.0.0.1:@", "", false, 502, "not trusted", ""},
		{"-ta", "me:secret", "smtps://127.0.0.1:@", "me", true, 200, "sent", "user=me"},
		{NULL, NULL, "smtp://127.0.0.2:@", "", true, 502, "(code N/A)", ""},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_stand_in smtp;
		struct scene scene;
		char file[128];

		begin_mail(&scene, &smtp, cases[i].option, cases[i].value, cases[i].url);
		set_text(&scene.test.config.smtp_user, cases[i].account, 0);
		set_text(&scene.test.config.smtp_password, "secret", 0);
		(void)snprintf(file, sizeof(file), "%s/ca.pem", smtp.folder);
		if (cases[i].trusted && access(file, R_OK) == 0)
			set_text(&scene.test.config.ca_file, file, 0);
		expect(&scene.test, "Emma Mail", NULL, cases[i].status, cases[i].words);
		if (cases[i].log[0] != '\0')
			cr_expect_eq(gw_stand_in_count(&smtp, cases[i].log), 1, "case %zu", i);
		gw_stand_in_stop(&smtp);
		end(&scene);
	}
}

Test(channels, addresses_beyond_ascii_go_out_as_the_server_takes_them)
{
	static const struct {
		const char *option;
		const char *address;
		int status;
		const char *words;
		const char *log;
	} cases[] = {
		{NULL, "anna@bücher.example", 200, "sent", " anna@xn--bcher-kva.example "},
		{NULL, "anna@BÜCHER.example", 200, "sent", " anna@xn--bcher-kva.example "},
		{NULL, "anna@例子.example", 200, "sent", " anna@xn--fsqu00a.example "},
		{"-u", "jörg@bücher.example", 200, "sent", " jörg@xn--bcher-kva.example "},
		{"-su", "jörg@bücher.example", 200, "sent", " jörg@xn--bcher-kva.example "},
		{NULL, "jörg@bücher.example", 409, "no SMTPUTF8", NULL},
		{"-s", "jörg@bücher.example", 409, "no SMTPUTF8", NULL},
		{"-u", "j​org@example.org", 409, "not one that mail can go to", NULL},
		{"-u", "anna@-bücher.example", 409, "not one that mail can go to", NULL},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_stand_in smtp;
		struct scene scene;

		begin_mail(&scene, &smtp, cases[i].option, NULL, "smtp://127.0.0.1:@");
		sql(&scene, "UPDATE org_members SET email = '%s' WHERE name = 'Emma Mail'",
		    cases[i].address);
		expect(&scene.test, "Emma Mail", NULL, cases[i].status, cases[i].words);
		cr_expect_eq(gw_stand_in_count(&smtp, "mail "), cases[i].log != NULL, "%s",
			     cases[i].address);
		if (cases[i].log != NULL)
			cr_expect_eq(gw_stand_in_count(&smtp, cases[i].log), 1, "%s",
				     cases[i].address);
		gw_stand_in_stop(&smtp);
		end(&scene);
	}
}

Test(channels, mail_is_never_sent_twice_under_one_key)
{
	struct gw_stand_in smtp;
	struct scene scene;

	begin_mail(&scene, &smtp, NULL, NULL, "smtp://127.0.0.1:@");
	sql(&scene, "UPDATE org_members SET email = 'lost_1@example.org' WHERE name = 'Emma Mail'");
	expect(&scene.test, "Emma Mail", KEY, 502, "E-mail send failed");
	expect(&scene.test, "Emma Mail", KEY, 409, "send_outcome_unknown");
	cr_expect_eq(gw_stand_in_count(&smtp, "mail "), 1);
	gw_stand_in_stop(&smtp);
	end(&scene);
}

Test(channels, without_a_mail_server_nobody_is_reached_by_mail)
{
	struct scene scene;

	begin(&scene);
	expect(&scene.test, "Emma Mail", NULL, 400,
	       "No available channel to reach Emma Mail. feishu_user_id=no, feishu_open_id=no");
	end(&scene);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
