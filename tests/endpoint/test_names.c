/* SPDX-License-Identifier: ISC */
/*
 * test_names.c: who is meant by a name, however it was written, and what somebody is told who named nobody.
 */
#include "base/alloc.h"
#include "gateway/nearness.h"
#include "base/json.h"
#include "lib/database.h"
#include "lib/direct.h"

#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>

#define ALPHA "oc-alpha-plaintext-key-0001"
#define TENANT "'11111111-0000-4000-8000-000000000001'"

/* Agents beside those of the fixtures; the comments say what is in their names. */
static const char agents[] =
	"INSERT INTO agents (name, tenant_id, creator_id, agent_type, api_key_hash) SELECT "
	"name, " TENANT ", '22222222-0000-4000-8000-000000000001', 'openclaw', 'none' FROM (VALUES "
	"(U&'Zo\\00EB'), "                                         /* composed */
	"(U&'Zoe\\0308 Miller'), "                                 /* decomposed */
	"(U&'Stra\\00DFe'), "                                      /* sharp s */
	"(U&'\\738B\\4E94'), "                                     /* Wang Wu */
	"(U&'I\\015F\\0131k'), "                                   /* dotless i */
	"(U&'\\039F\\03B4\\03C5\\03C3\\03C3\\03B5\\03CD\\03C2'), " /* Odysseus, with a final sigma */
	"(U&'Rene\\0301'), (U&'Ren\\00E9'), " /* the same to a reader, two names as written */
	"('Data  Bot'), "                     /* two blanks */
	"(U&'\\200BGhost\\200B')"             /* zero width spaces around it */
	") new (name);";

static int send_to(struct gw_test_gateway *test, const char *target, char **ret_body)
{
	struct gw_buf body;
	int status = 0;

	gw_buf_init(&body, 4096);
	gw_buf_add_c(&body, "{\"content\":\"x\",\"target\":");
	gw_json_add_string_c(&body, target);
	gw_buf_add_char(&body, '}');
	status =
		gw_test_call(test, "POST", "/api/gateway/send-message", ALPHA, body.data, ret_body);
	gw_buf_release(&body);
	return status;
}

Test(names, a_name_is_found_however_it_was_written)
{
	static const struct {
		const char *target;
		const char *found; /* NULL: nobody; "": several */
	} cases[] = {
		{"Zoë", "Zoë"},
		{"Zoe\xCC\x88", "Zoë"},
		{"ZOE\xCC\x88", "Zoë"},
		{"zoë\xE2\x80\x8B", "Zoë"},
		{"\xEF\xBB\xBFZoë", "Zoë"},
		{"Zo\xC2\xADë", "Zoë"},
		{"\xE2\x80\x8EZoë\xE2\x80\x8F", "Zoë"},
		{"zoë miller", "Zoe\xCC\x88 Miller"},
		{"Ｚｏë　Ｍｉｌｌｅｒ", "Zoe\xCC\x88 Miller"},
		{"oë mill", "Zoe\xCC\x88 Miller"},
		{"Zoe", NULL},
		{"STRASSE", "Straße"},
		{"strasse", "Straße"},
		{"STRA\xE1\xBA\x9E"
		 "E",
		 "Straße"},
		{"Stra\xC3\x9F"
		 "e",
		 "Straße"},
		{"王五", "王五"},
		{"王\xE2\x80\x8D五", "王五"},
		{"IŞIK", NULL},
		{"işık", "Işık"},
		{"ΟΔΥΣΣΕΎΣ", "Οδυσσεύς"},
		{"οδυσσεύσ", "Οδυσσεύς"},
		{"ΥΣΣΕ", "Οδυσσεύς"},
		{"René", "René"},
		{"Rene\xCC\x81", "Rene\xCC\x81"},
		{"RENÉ", ""},
		{"data bot", "Data  Bot"},
		{"Data\xC2\xA0"
		 "Bot",
		 "Data  Bot"},
		{"Data\\tBot", NULL},
		{"GHOST", "\xE2\x80\x8BGhost\xE2\x80\x8B"},
		{"\xE2\x80\x8B", NULL},
		{"\xE2\x80\x8B\xEF\xBB\xBF", NULL},
		{"École Strasse i̇", "ÉCOLE Straße İ"},
		{"beta claw", "Beta Claw"},
		{"Ｂｅｔａ Ｃｌａｗ", "Beta Claw"},
		{"%", "Zed 100%_done"},
	};
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;

	gw_test_sql(conninfo, agents);
	gw_test_gateway_init(&test, conninfo, 1);
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		int want = cases[i].found == NULL ? 404 : cases[i].found[0] == '\0' ? 409 : 200;
		char *body = NULL;
		int status = send_to(&test, cases[i].target, &body);

		cr_expect_eq(status, want, "%s: %d %s", cases[i].target, status, body);
		if (want == 200 && status == 200) {
			struct json_object *answer = json_tokener_parse(body);
			struct json_object *target = NULL;

			cr_assert(json_object_object_get_ex(answer, "target", &target));
			cr_expect_str_eq(json_object_get_string(target), cases[i].found, "%s",
					 cases[i].target);
			json_object_put(answer);
		}
		free(body);
	}
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(names, people_are_found_by_the_same_rules)
{
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;
	char *body = NULL;

	gw_test_sql(conninfo,
		    "UPDATE org_members SET name = U&'No\\00EBl Weiss' WHERE name = 'Nora None'");
	gw_test_gateway_init(&test, conninfo, 1);
	cr_expect_eq(send_to(&test, "NOE\xCC\x88L WEIß", &body), 400, "%s", body);
	cr_expect_not_null(strstr(body, "No available channel to reach Noël Weiss"), "%s", body);
	free(body);
	cr_expect_eq(send_to(&test, "oë\xE2\x80\x8Bl", &body), 400, "%s", body);
	free(body);
	gw_test_gateway_release(&test);
	free(conninfo);
}

Test(names, who_names_nobody_is_told_the_nearest_names)
{
	static const struct {
		const char *target;
		const char *nearest; /* the first of the candidates; NULL: there are none */
	} cases[] = {
		{"@Beta Claw", "Beta Claw"},
		{"\"Beta Claw\"", "Beta Claw"},
		{"'Beta Claw'.", "Beta Claw"},
		{"“Beta Claw”", "Beta Claw"},
		{"**Beta Claw**", "Beta Claw"},
		{"「王五」", "王五"},
		{"@strasse", "Straße"},
		{"Beta Claw.", "Beta Claw"},
		{"Beta Clwa", "Beta Claw"},
		{"Betta Claw", "Beta Claw"},
		{"Zoe", "Zoë"},
		{"the Beta Claw agent", "Beta Claw"},
		{"Gama", "Gamma"},
		{"Emma Mial", "Emma Mail"},
		{"@Foreign Fox", NULL},
		{"Nobody Here", NULL},
		{"@", NULL},
		{"\xE2\x80\x8B", NULL},
	};
	char *conninfo = gw_test_database_used();
	struct gw_test_gateway test;

	gw_test_sql(conninfo, agents);
	gw_test_gateway_init(&test, conninfo, 1);
	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct json_object *answer = NULL;
		struct json_object *list = NULL;
		char *body = NULL;

		cr_expect_eq(send_to(&test, cases[i].target, &body), 404, "%s: %s", cases[i].target,
			     body);
		answer = json_tokener_parse(body);
		cr_assert_not_null(answer, "%s", body);
		(void)json_object_object_get_ex(answer, "candidates", &list);
		if (cases[i].nearest == NULL) {
			cr_expect_null(list, "%s: %s", cases[i].target, body);
		} else {
			const char *first = list == NULL
						    ? "none"
						    : json_object_get_string(
							      json_object_array_get_idx(list, 0));

			cr_expect_str_eq(first, cases[i].nearest, "%s: %s", cases[i].target, body);
			cr_expect(list == NULL || json_object_array_length(list) <= 5);
		}
		cr_expect_eq(strncmp(body, "{\"detail\":\"Target '", 19), 0, "%s", body);
		json_object_put(answer);
		free(body);
	}
	gw_test_gateway_release(&test);
	free(conninfo);
}

/*
 * Every character of the first two planes, by what must hold for any: the forms of a name are one name, and a key is its own key.
 */
Test(names, the_key_of_a_name_is_that_of_all_its_forms)
{
	char *conninfo = gw_test_database_new();

	gw_test_expect(
		conninfo,
		"WITH letter AS MATERIALIZED (SELECT c, 'a' || chr(c) || 'b' AS name FROM "
		"generate_series(1, 131071) c WHERE c NOT BETWEEN 55296 AND 57343 AND c <> 61745), "
		"keyed AS MATERIALIZED (SELECT *, clawgw.name_key(name) AS key FROM letter) "
		"SELECT count(*) FROM keyed WHERE key <> clawgw.name_key(key) "
		"OR key <> clawgw.name_key(normalize(name, NFKD)) "
		"OR key <> clawgw.name_key(normalize(name, NFC)) "
		"OR (c <> 305 AND key <> clawgw.name_key(upper(name COLLATE \"und-x-icu\"))) "
		"OR key <> clawgw.name_key(lower(name COLLATE \"und-x-icu\"))",
		"0");
	gw_test_expect(conninfo,
		       "SELECT count(DISTINCT clawgw.name_key(chr(c))) FROM "
		       "generate_series(19968, 40959) c",
		       "20992"); /* no two Chinese characters are one */
	free(conninfo);
}

Test(nearness, what_stands_around_a_name_is_no_part_of_it)
{
	static const struct {
		const char *text, *bare;
	} cases[] = {
		{"Beta", "Beta"},
		{"@Beta", "Beta"},
		{" \"Beta\" ", "Beta"},
		{"«Beta»", "Beta"},
		{"[Beta](x", "Beta](x"},
		{"C++", "C++"},
		{"100%_done", "100%_done"},
		{"@", ""},
		{"", ""},
		{"王五。", "王五"},
		{"J. R.", "J. R"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_str bare = gw_name_bare(gw_str(cases[i].text));

		cr_expect(bare.len == strlen(cases[i].bare) &&
				  memcmp(bare.data, cases[i].bare, bare.len) == 0,
			  "%s: %.*s", cases[i].text, (int)bare.len, bare.data);
	}
}

Test(nearness, nearer_is_smaller)
{
	static const struct {
		const char *wanted, *nearer, *farther;
	} cases[] = {
		{"beta", "beta", "betas"},     {"beta claw", "beta clwa", "beta"},
		{"beta", "beat", "xyz"},       {"gama", "gamma", "gamma ray"},
		{"beta bot", "beta", "alpha"}, {"bot seven", "seven eleven", "six"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++)
		cr_expect_lt(gw_nearness(gw_str(cases[i].wanted), gw_str(cases[i].nearer)),
			     gw_nearness(gw_str(cases[i].wanted), gw_str(cases[i].farther)), "%s",
			     cases[i].wanted);
	cr_expect_eq(gw_nearness(gw_str("a"), gw_str("b")), GW_NEARNESS_NONE);
	cr_expect_eq(gw_nearness(gw_str(""), gw_str("b")), GW_NEARNESS_NONE);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
