/* SPDX-License-Identifier: ISC */
/*
 * test_signin.c: how people get in and out, called directly: links, passwords, mail, sessions and their cookie.
 */
#include "lib/database.h"
#include "lib/people.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(signin, a_link_signs_in_once)
{
	struct gw_people_fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;
	char *cookie = NULL;

	gw_people_setup(&fixture);
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	answer = gw_people_open_link(&fixture, token, "");
	cr_expect(answer.status == 200, "%s", answer.body);
	cr_expect(strstr(answer.body, "\"name\":\"Ursula User\"") != NULL, "%s", answer.body);
	cr_expect(strstr(answer.headers, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000\r\n") !=
			  NULL,
		  "%s", answer.headers);
	cookie = gw_people_cookie(&answer);
	gw_people_release(&answer);
	gw_people_expect(&fixture, "GET", "/session", cookie, NULL, 200, "\"organisation\":{");
	answer = gw_people_open_link(&fixture, token, "");
	cr_expect(answer.status == 410 && strstr(answer.body, "used already") != NULL, "%s",
		  answer.body);
	gw_people_release(&answer);
	/* the cookie's value is nowhere in the database */
	gw_test_expect(fixture.conninfo,
		       "SELECT count(*) FROM clawgw.sessions WHERE length(digest) = 32", "1");
	free(cookie);
	gw_people_teardown(&fixture);
}

Test(signin, links_that_are_old_unknown_or_of_somebody_disabled_are_refused_in_words)
{
	struct gw_people_fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;

	gw_people_setup(&fixture);
	gw_people_link(&fixture, URSULA, "-1 second", token);
	answer = gw_people_open_link(&fixture, token, "");
	cr_expect(answer.status == 410 && strstr(answer.body, "too old") != NULL, "%s",
		  answer.body);
	gw_people_release(&answer);
	answer = gw_people_open_link(&fixture, "nonsense", "");
	cr_expect(answer.status == 401, "%s", answer.body);
	gw_people_release(&answer);
	gw_people_link(&fixture, VICTOR, "15 minutes", token);
	gw_test_sql(fixture.conninfo, "UPDATE users SET is_active = false WHERE id = '" VICTOR "'");
	answer = gw_people_open_link(&fixture, token, "");
	cr_expect(answer.status == 403, "%s", answer.body);
	gw_people_release(&answer);
	gw_test_sql(fixture.conninfo, "UPDATE users SET is_active = true WHERE id = '" VICTOR "'");
	/* a refusal has not used it up, nor does looking (a mail scanner's GET) */
	gw_people_expect(&fixture, "GET", "/session", "", NULL, 401, "Not signed in");
	answer = gw_people_open_link(&fixture, token, "");
	cr_expect(answer.status == 200, "%s", answer.body);
	gw_people_release(&answer);
	gw_people_expect(&fixture, "POST", "/session", "", "{}", 422, "\"missing\"");
	gw_people_expect(&fixture, "POST", "/session", "", "{\"name\":\"x\"}", 422, "\"password\"");
	gw_people_teardown(&fixture);
}

Test(signin, the_cookie_is_secure_behind_tls)
{
	struct gw_people_fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;

	gw_people_setup(&fixture);
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	answer = gw_people_open_link(&fixture, token, "X-Forwarded-Proto: https");
	cr_expect(answer.status == 200 && strstr(answer.headers, "; Secure") != NULL, "%s",
		  answer.headers);
	gw_people_release(&answer);
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	answer = gw_people_open_link(&fixture, token, "Sec-Fetch-Site: cross-site");
	cr_expect(answer.status == 403, "signing somebody in from another site: %s", answer.body);
	gw_people_release(&answer);
	gw_people_teardown(&fixture);
}

Test(signin, changes_with_the_cookie_come_from_the_own_site_only)
{
	static const struct {
		const char *headers;
		int status;
	} rows[] = {
		{"", 403},
		{"Sec-Fetch-Site: cross-site", 403},
		{"Sec-Fetch-Site: same-site", 403},
		{"Sec-Fetch-Site: none", 403},
		{"Origin: https://evil.example", 403},
		{"Origin: null", 403},
		{"Origin: http://gateway.example.evil.example", 403},
		{"Origin: http://gateway.example\nSec-Fetch-Site: cross-site", 403},
		{"Origin: http://gateway.example", 200},
		{"Sec-Fetch-Site: same-origin", 200},
	};
	struct gw_people_fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;
	char *cookie = NULL;

	gw_people_setup(&fixture);
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	answer = gw_people_open_link(&fixture, token, "");
	cookie = gw_people_cookie(&answer);
	gw_people_release(&answer);
	for (size_t i = 0; i < GW_ARRAY_LEN(rows); i++) {
		struct gw_buf headers;

		gw_buf_init(&headers, 2048);
		gw_buf_addf(&headers, "%s%s%s", cookie, rows[i].headers[0] != '\0' ? "\n" : "",
			    rows[i].headers);
		answer = gw_people_call(&fixture, "POST", "/messages", headers.data,
					"{\"agent\":\"" BETA "\",\"content\":\"x\"}");
		cr_expect(answer.status == rows[i].status, "%s: %d", rows[i].headers,
			  answer.status);
		gw_people_release(&answer);
		gw_buf_release(&headers);
	}
	/* looking is no change */
	gw_people_expect(&fixture, "GET", "/agents", cookie, NULL, 200, "Beta Claw");
	free(cookie);
	gw_people_teardown(&fixture);
}

/* Whoever plants a cookie in somebody's browser, or has it sign in as himself, gains nothing. */
Test(signin, a_planted_cookie_never_becomes_a_session)
{
	static const char planted[] =
		"Cookie: clawgw_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct gw_people_fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;
	char *cookie = NULL;

	gw_people_setup(&fixture);
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	answer = gw_people_open_link(&fixture, token, "Sec-Fetch-Site: cross-site");
	cr_expect_eq(answer.status, 403, "%s", answer.body);
	cr_expect(strstr(answer.headers, "Set-Cookie") == NULL, "%s", answer.headers);
	gw_people_release(&answer);
	answer = gw_people_open_link(&fixture, token, planted);
	cr_assert_eq(answer.status, 200, "%s", answer.body);
	cookie = gw_people_cookie(&answer);
	gw_people_release(&answer);
	cr_expect(strstr(cookie, strchr(planted, '=')) == NULL, "%s", cookie);
	gw_people_expect(&fixture, "GET", "/session", cookie, NULL, 200, "Ursula");
	gw_people_expect(&fixture, "GET", "/session", planted, NULL, 401, "detail");
	free(cookie);
	gw_people_teardown(&fixture);
}

Test(signin, sessions_are_listed_and_ended)
{
	struct gw_people_fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;
	struct gw_buf path;
	char *first = NULL;
	char *second = NULL;
	char *id = NULL;
	char *other = NULL;

	gw_people_setup(&fixture);
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	answer = gw_people_open_link(&fixture, token, "User-Agent: Old\xff Browser");
	first = gw_people_cookie(&answer);
	gw_people_release(&answer);
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	/* a cookie that somebody planted is not taken over: the session gets its own */
	answer = gw_people_open_link(&fixture, token, "Cookie: clawgw_session=planted");
	second = gw_people_cookie(&answer);
	cr_expect(strstr(second, "planted") == NULL && strcmp(first, second) != 0);
	gw_people_release(&answer);
	gw_people_expect(&fixture, "GET", "/sessions", second, NULL, 200, "\"current\":true");
	gw_people_expect(&fixture, "GET", "/sessions", second, NULL, 200, "Browser\"");
	id = gw_test_value(fixture.conninfo,
			   "SELECT id FROM clawgw.sessions ORDER BY created_at LIMIT 1");
	gw_buf_init(&path, 256);
	gw_buf_addf(&path, "/sessions/%s", id);
	other = gw_people_bearer(VICTOR);
	gw_people_expect(&fixture, "DELETE", path.data, other, NULL, 404, "Session not found");
	gw_buf_add_char(&path, '\0');
	{
		char *own = gw_people_bearer(URSULA);

		gw_people_expect(&fixture, "DELETE", path.data, own, NULL, 200, "ok");
		free(own);
	}
	gw_people_expect(&fixture, "GET", "/session", first, NULL, 401, "Not signed in");
	gw_people_expect(&fixture, "GET", "/session", second, NULL, 200, "Ursula");
	gw_test_sql(fixture.conninfo,
		    "UPDATE clawgw.sessions SET seen_at = now() - interval '31 days'");
	gw_people_expect(&fixture, "GET", "/session", second, NULL, 401, "Not signed in");
	gw_test_sql(fixture.conninfo, "UPDATE clawgw.sessions SET seen_at = now()");
	gw_test_sql(fixture.conninfo, "UPDATE users SET is_active = false WHERE id = '" URSULA "'");
	gw_people_expect(&fixture, "GET", "/session", second, NULL, 401, "Not signed in");
	gw_buf_release(&path);
	free(first);
	free(second);
	free(other);
	free(id);
	gw_people_teardown(&fixture);
}

Test(signin, names_and_passwords_are_slow_after_failures_and_tell_nobody_who_exists)
{
	struct gw_people_fixture fixture;

	gw_people_setup(&fixture);
	for (int i = 0; i < 3; i++)
		gw_people_expect(&fixture, "POST", "/session", "",
				 "{\"name\":\"nobody\",\"password\":\"wrong\"}", 401,
				 "Wrong name or password");
	gw_people_expect(&fixture, "POST", "/session", "",
			 "{\"name\":\"nobody\",\"password\":\"wrong\"}", 429, "Too many attempts");
	gw_people_teardown(&fixture);
}

Test(signin, mail_links_answer_the_same_whoever_asks)
{
	struct gw_people_fixture fixture;

	gw_people_setup(&fixture);
	gw_people_expect(&fixture, "POST", "/session/link", "", "{\"email\":\"emma@example.com\"}",
			 501, "not set up");
	free(fixture.test.config.smtp_url);
	free(fixture.test.config.smtp_from);
	free(fixture.test.config.public_url);
	fixture.test.config.smtp_url = gw_xstrdup("smtp://127.0.0.1:1");
	fixture.test.config.smtp_from = gw_xstrdup("gateway@example.org");
	fixture.test.config.public_url = gw_xstrdup("https://gateway.example");
	gw_people_expect(&fixture, "POST", "/session/link", "",
			 "{\"email\":\"nobody@example.com\"}", 202, "accepted");
	gw_people_expect(&fixture, "POST", "/session/link", "", "{\"email\":\"not an address\"}",
			 202, "accepted");
	gw_test_expect(fixture.conninfo, "SELECT count(*) FROM clawgw.signin_links", "0");
	gw_test_sql(fixture.conninfo, "UPDATE org_members SET user_id = '" URSULA
				      "' WHERE email = 'emma@example.com'");
	for (int i = 0; i < 5; i++)
		gw_people_expect(&fixture, "POST", "/session/link", "",
				 "{\"email\":\"Emma@Example.com\"}", 202, "accepted");
	gw_test_expect(fixture.conninfo, "SELECT count(*) FROM clawgw.signin_links", "3");
	gw_people_expect(&fixture, "POST", "/session/link", "", "{}", 422, "missing");
	gw_people_teardown(&fixture);
}

/* Tables as the platform has them, on our own schema; on the platform's they are there. */
static char *database_with_identities(void)
{
	char *conninfo = gw_test_database_with_fixtures();

	gw_test_sql(
		conninfo,
		"CREATE TABLE IF NOT EXISTS identities (id uuid PRIMARY KEY, email varchar(255) "
		"UNIQUE, phone varchar(50) UNIQUE, username varchar(100) UNIQUE, password_hash "
		"varchar(255), is_active boolean NOT NULL, is_platform_admin boolean NOT NULL, "
		"email_verified boolean NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), "
		"updated_at timestamptz NOT NULL DEFAULT now())");
	gw_test_sql(conninfo,
		    "ALTER TABLE users ADD COLUMN IF NOT EXISTS identity_id uuid REFERENCES "
		    "identities (id)");
	/* as the next migrate does */
	gw_test_sql(conninfo, "GRANT SELECT ON identities TO clawgw_web; "
			      "GRANT SELECT (identity_id) ON users TO clawgw_web");
	/* the second is a test vector of crypt_blowfish: "U*U" */
	gw_test_sql(
		conninfo,
		"INSERT INTO identities (id, username, email, phone, password_hash, is_active, "
		"is_platform_admin, email_verified) VALUES "
		"('88888888-0000-4000-8000-000000000001', "
		"'ursula', 'ursula@example.com', '+15550100', "
		"'$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', true, false, "
		"true), "
		"('88888888-0000-4000-8000-000000000002', 'victor', 'victor@example.com', NULL, "
		"'$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', true, false, "
		"true), "
		"('88888888-0000-4000-8000-000000000003', 'olga', 'olga@example.com', NULL, NULL, "
		"true, false, true)");
	gw_test_sql(conninfo,
		    "UPDATE users SET identity_id = ('88888888-0000-4000-8000-00000000000' "
		    "|| right(id::text, 1))::uuid WHERE id IN ('" URSULA "', '" VICTOR "')");
	gw_test_sql(conninfo,
		    "UPDATE users SET identity_id = '88888888-0000-4000-8000-000000000003' "
		    "WHERE id = '" OLGA "'");
	return conninfo;
}

static void expect_password(struct gw_people_fixture *fixture, const char *name,
			    const char *password, int status, const char *part)
{
	struct gw_buf body;

	gw_buf_init(&body, 4096);
	gw_buf_addf(&body, "{\"name\":\"%s\",\"password\":\"%s\"}", name, password);
	gw_people_expect(fixture, "POST", "/session", "", body.data, status, part);
	gw_buf_release(&body);
}

Test(signin, a_right_password_signs_in_as_the_platform_stores_it)
{
	struct gw_people_fixture fixture;
	struct gw_case_answer answer;
	char *cookie = NULL;

	gw_people_setup_on(&fixture, database_with_identities());
	answer = gw_people_call(&fixture, "POST", "/session", "",
				"{\"name\":\"ursula\",\"password\":\"U*U\"}");
	cr_assert(answer.status == 200, "%s", answer.body);
	cookie = gw_people_cookie(&answer);
	gw_people_release(&answer);
	gw_people_expect(&fixture, "GET", "/session", cookie, NULL, 200, "Ursula User");
	gw_people_expect(&fixture, "GET", "/sessions", cookie, NULL, 200, "\"way\":\"password\"");
	expect_password(&fixture, "Ursula@Example.COM", "U*U", 200, "Ursula User");
	expect_password(&fixture, "+15550100", "U*U", 200, "Ursula User");
	expect_password(&fixture, "victor", "U*U", 200, "\"role\":\"member\"");
	expect_password(&fixture, "ursula", "U*u", 401, "Wrong name or password");
	expect_password(&fixture, "ursula",
			"$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 401,
			"Wrong name or password");
	/* nothing was ever stored for her: no password is right */
	expect_password(&fixture, "olga", "", 422, "string_too_short");
	expect_password(&fixture, "olga", "x", 401, "Wrong name or password");
	free(cookie);
	gw_people_teardown(&fixture);
}

Test(signin, who_was_disabled_on_the_platform_gets_in_by_no_way)
{
	static const char *const ways[][2] = {
		{"UPDATE users SET is_active = false WHERE id = '" URSULA "'",
		 "UPDATE users SET is_active = true WHERE id = '" URSULA "'"},
		{"UPDATE identities SET is_active = false WHERE username = 'ursula'",
		 "UPDATE identities SET is_active = true WHERE username = 'ursula'"},
		{"UPDATE tenants SET is_active = false", "UPDATE tenants SET is_active = true"},
	};
	struct gw_people_fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;
	char *cookie = NULL;
	char *bearer = gw_people_bearer(URSULA);

	gw_people_setup_on(&fixture, database_with_identities());
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	answer = gw_people_open_link(&fixture, token, "");
	cookie = gw_people_cookie(&answer);
	gw_people_release(&answer);
	for (size_t i = 0; i < GW_ARRAY_LEN(ways); i++) {
		gw_people_link(&fixture, URSULA, "15 minutes", token);
		gw_test_sql(fixture.conninfo, ways[i][0]);
		expect_password(&fixture, "ursula", "U*U", 401, "Wrong name or password");
		gw_test_sql(fixture.conninfo, "DELETE FROM clawgw.signin_failures");
		answer = gw_people_open_link(&fixture, token, "");
		cr_expect(answer.status == 403, "%zu: %s", i, answer.body);
		gw_people_release(&answer);
		gw_people_expect(&fixture, "GET", "/session", cookie, NULL, 401, "Not signed in");
		gw_people_expect(&fixture, "GET", "/session", bearer, NULL, 401, "Not signed in");
		gw_test_sql(fixture.conninfo, ways[i][1]);
		expect_password(&fixture, "ursula", "U*U", 200, "Ursula User");
	}
	free(cookie);
	free(bearer);
	gw_people_teardown(&fixture);
}

Test(signin, guessing_is_slowed_by_name_and_by_address_and_forgiven_to_the_right_one_only)
{
	struct gw_people_fixture fixture;

	gw_people_setup_on(&fixture, database_with_identities());
	for (int i = 0; i < 3; i++)
		expect_password(&fixture, "ursula", "wrong", 401, "Wrong name or password");
	/* the right one has to wait, too: who guesses learns nothing */
	expect_password(&fixture, "ursula", "U*U", 429, "Too many attempts");
	gw_test_expect(fixture.conninfo, "SELECT count(*) FROM clawgw.sessions", "0");
	gw_test_sql(fixture.conninfo,
		    "UPDATE clawgw.signin_failures SET last_at = last_at - interval '10 seconds'");
	expect_password(&fixture, "ursula", "U*U", 200, "Ursula User");
	/* twice as long each time: 128 seconds after ten */
	gw_test_sql(fixture.conninfo, "UPDATE clawgw.signin_failures SET failures = 10, last_at = "
				      "clock_timestamp() - interval '100 seconds'");
	expect_password(&fixture, "victor", "U*U", 429, "Too many attempts");
	gw_test_sql(fixture.conninfo, "UPDATE clawgw.signin_failures SET failures = 10, last_at = "
				      "clock_timestamp() - interval '130 seconds'");
	expect_password(&fixture, "victor", "U*U", 200, "Acme");
	gw_people_teardown(&fixture);
}

/* What an unknown name costs: about as much as a known one, which is what a password takes. */
static int64_t time_of(struct gw_people_fixture *fixture, const char *name)
{
	int64_t begin = gw_monotonic();

	expect_password(fixture, name, "wrong", 401, "Wrong name or password");
	return gw_monotonic() - begin;
}

static bool alike(int64_t known, int64_t unknown)
{
	return known < INT64_MAX && unknown > known / 2 && unknown < known * 2;
}

Test(signin, an_unknown_name_takes_as_long_as_a_known_one)
{
	struct gw_people_fixture fixture;
	int64_t known = INT64_MAX;
	int64_t unknown = INT64_MAX;

	GW_TEST_ON_OUR_OWN();
	gw_people_setup_on(&fixture, database_with_identities());
	/* at the cost that the platform uses; the best of some, as the machine is busy */
	gw_test_sql(fixture.conninfo,
		    "UPDATE identities SET password_hash = replace(password_hash, '$05$', '$12$')");
	for (int i = 0; i < 10 && !alike(known, unknown); i++) {
		int64_t one = time_of(&fixture, "ursula");
		int64_t other = time_of(&fixture, "nobody");

		known = one < known ? one : known;
		unknown = other < unknown ? other : unknown;
		gw_test_sql(fixture.conninfo, "DELETE FROM clawgw.signin_failures");
	}
	cr_expect(alike(known, unknown), "%lld and %lld µs", (long long)known, (long long)unknown);
	gw_people_teardown(&fixture);
}

Test(signin, the_cookie_has_no_secure_flag_where_there_is_no_tls)
{
	struct gw_people_fixture fixture;
	char token[GW_SIGNIN_TOKEN_SIZE];
	struct gw_case_answer answer;

	gw_people_setup(&fixture);
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	answer = gw_people_open_link(&fixture, token, "");
	cr_expect(strstr(answer.headers, "Secure") == NULL &&
			  strstr(answer.headers, "HttpOnly; SameSite=Lax") != NULL &&
			  strstr(answer.headers, "Domain=") == NULL,
		  "%s", answer.headers);
	gw_people_release(&answer);
	/* a proxy that ends TLS elsewhere and says nothing: the address that people use tells */
	free(fixture.test.config.public_url);
	fixture.test.config.public_url = gw_xstrdup("https://gateway.example/claw");
	gw_people_link(&fixture, URSULA, "15 minutes", token);
	answer = gw_people_open_link(&fixture, token, "");
	cr_expect(strstr(answer.headers, "; Secure") != NULL, "%s", answer.headers);
	gw_people_release(&answer);
	gw_people_teardown(&fixture);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
