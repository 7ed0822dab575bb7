/* SPDX-License-Identifier: ISC */
/*
 * test_cases.c: every case of tests/cases, on the handlers themselves. The end-to-end tests run the same cases through
 * web servers.
 */
#include "lib/cases.h"
#include "lib/database.h"
#include "lib/direct.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#define MAX_CASES 1000

static const char *const files[] = {"contract", "more", "fronts", "hints", "mcp"};

/* Parameters cross to another process: no pointers. */
struct which {
	size_t file;
	size_t index;
};

/* Cases that need the Feishu stand-in are for the end-to-end run. */
static bool needs_feishu(struct json_object *item)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(item, "feishu", &value) && json_object_get_boolean(value);
}

static void free_cases(struct criterion_test_params *params)
{
	cr_free(params->params);
}

ParameterizedTestParameters(cases, the_contract_holds)
{
	struct which *all = cr_malloc(sizeof(*all) * MAX_CASES);
	size_t count = 0;

	for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
		struct json_object *list = gw_cases_load(files[f]);

		for (size_t i = 0; i < json_object_array_length(list) && count < MAX_CASES; i++) {
			if (!needs_feishu(json_object_array_get_idx(list, i)))
				all[count++] = (struct which){f, i};
		}
		json_object_put(list);
	}
	return cr_make_param_array(struct which, all, count, free_cases);
}

ParameterizedTest(struct which *which, cases, the_contract_holds)
{
	char *conninfo = gw_test_database_with_fixtures();
	struct json_object *list = gw_cases_load(files[which->file]);
	struct json_object *item = json_object_array_get_idx(list, which->index);
	struct gw_test_gateway test;
	struct gw_buf title;
	struct gw_buf why;

	gw_buf_init(&title, 1024);
	gw_buf_init(&why, 64 * 1024);
	gw_case_title(item, &title);
	gw_test_gateway_init(&test, conninfo, 1);
	cr_expect(gw_case_run(item, conninfo, gw_test_direct, &test, &why), "%s: %s", title.data,
		  why.data);
	if (gw_buf_str(&why).len > 0)
		printf("# %s: %s\n", title.data, why.data);
	gw_test_gateway_release(&test);
	gw_buf_release(&why);
	gw_buf_release(&title);
	json_object_put(list);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
