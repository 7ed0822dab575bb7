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
/* On the platform's tables the program is one test among others: there a process for each case is not worth its time. */
#define CASES_AT_ONCE (gw_test_platform() != NULL ? 25 : 1)

static const char *const files[] = {"contract", "more", "fronts", "hints", "mcp"};

/* Parameters cross to another process: no pointers. From `index` on, until the next one's. */
struct which {
	size_t file;
	size_t index;
	size_t end;
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

		for (size_t i = 0; i < json_object_array_length(list) && count < MAX_CASES;
		     i += CASES_AT_ONCE) {
			if (CASES_AT_ONCE > 1 || !needs_feishu(json_object_array_get_idx(list, i)))
				all[count++] = (struct which){f, i, i + CASES_AT_ONCE};
		}
		json_object_put(list);
	}
	return cr_make_param_array(struct which, all, count, free_cases);
}

static void run(struct json_object *item, const char *conninfo)
{
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
}

ParameterizedTest(struct which *which, cases, the_contract_holds)
{
	char *conninfo = gw_test_database_used();
	struct json_object *list = gw_cases_load(files[which->file]);

	for (size_t i = which->index; i < which->end && i < json_object_array_length(list); i++) {
		if (needs_feishu(json_object_array_get_idx(list, i)))
			continue;
		if (i > which->index)
			gw_test_database_refresh(conninfo);
		run(json_object_array_get_idx(list, i), conninfo);
	}
	json_object_put(list);
	free(conninfo);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
