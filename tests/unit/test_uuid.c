/* SPDX-License-Identifier: ISC */
/*
 * test_uuid.c: the forms in which UUIDs come in, the one in which they go out, and name-based ones.
 */
#include "base/uuid.h"

#include <criterion/criterion.h>

#define WANT "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

Test(uuid, the_forms_that_clients_send_are_accepted_and_no_others)
{
	static const struct {
		struct gw_str text;
		bool valid;
	} cases[] = {
		{GW_STR_LIT(WANT), true},
		{GW_STR_LIT("6BA7B810-9DAD-11D1-80B4-00C04FD430C8"), true},
		{GW_STR_LIT("6ba7B8109dad11d180b400c04fd430c8"), true},
		{GW_STR_LIT("{" WANT "}"), true},
		{GW_STR_LIT("{6ba7b8109dad11d180b400c04fd430c8}"), true},
		{GW_STR_LIT("urn:uuid:" WANT), true},
		{GW_STR_LIT("urn:uuid:6ba7b8109dad11d180b400c04fd430c8"), true},
		{{NULL, 0}, false},
		{GW_STR_LIT(""), false},
		{GW_STR_LIT("{}"), false},
		{GW_STR_LIT(" " WANT), false},
		{GW_STR_LIT(WANT " "), false},
		{GW_STR_LIT(WANT "\0"), false},
		{GW_STR_LIT("{" WANT), false},
		{GW_STR_LIT(WANT "}"), false},
		{GW_STR_LIT("{{" WANT "}}"), false},
		{GW_STR_LIT("uuid:" WANT), false},
		{GW_STR_LIT("urn:uuid:{" WANT "}"), false},
		{GW_STR_LIT("6ba7b810-9dad-11d1-80b4-00c04fd430c"), false},
		{GW_STR_LIT("6ba7b810-9dad-11d1-80b4-00c04fd430cg"), false},
		{GW_STR_LIT("6ba7b810-9dad-11d1-80b400-c04fd430c8"), false},
		{GW_STR_LIT("6ba7b810-9dad-11d1-80b4 00c04fd430c8"), false},
		{GW_STR_LIT("6ba7b8109dad11d180b4\0xc04fd430c8"), false},
		{GW_STR_LIT("6ba7b8109dad11d180b4-0c04fd430c8"), false},
		{GW_STR_LIT("0x6ba7b8109dad11d180b400c04fd430"), false},
		{GW_STR_LIT("+ba7b8109dad11d180b400c04fd430c8"), false},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_uuid uuid = {{0}};
		struct gw_uuid zero = {{0}};
		char text[GW_UUID_TEXT_SIZE];

		cr_expect_eq(gw_uuid_parse(cases[i].text, &uuid), cases[i].valid, "case %zu", i);
		if (cases[i].valid)
			cr_expect_str_eq(gw_uuid_format(&uuid, text), WANT);
		else
			cr_expect(gw_uuid_equal(&uuid, &zero), "case %zu changed the result", i);
	}
}

Test(uuid, random_ones_are_version_4_and_differ)
{
	struct gw_uuid a = gw_uuid_random();
	struct gw_uuid b = gw_uuid_random();

	cr_expect_eq(a.bytes[6] >> 4, 4);
	cr_expect_eq(a.bytes[8] >> 6, 2);
	cr_expect_not(gw_uuid_equal(&a, &b));
}

Test(uuid, name_based_ones_match_rfc_9562_and_python)
{
	static const struct {
		const char *name_space;
		const char *name;
		const char *want;
	} cases[] = {
		{WANT, "www.example.com",
		 "2ed6657d-e927-568b-95e1-2665a8aea6a2"}, /* RFC 9562, A.4 */
		{WANT, "python.org",
		 "886313e1-3b8a-5372-9b90-0c9aee199e5d"}, /* Python's documentation */
		{WANT, "", "4ebd0208-8328-5d69-8c44-ec50939c0967"},
	};

	for (size_t i = 0; i < GW_ARRAY_LEN(cases); i++) {
		struct gw_uuid name_space;
		struct gw_uuid uuid;
		char text[GW_UUID_TEXT_SIZE];

		cr_assert(gw_uuid_parse(gw_str(cases[i].name_space), &name_space));
		uuid = gw_uuid_v5(&name_space, gw_str(cases[i].name));
		cr_expect_str_eq(gw_uuid_format(&uuid, text), cases[i].want);
	}
}
