/* SPDX-License-Identifier: ISC */
/*
 * operator_checks.c: GET /operator/checks: what `clawgw-admin doctor` found when it was run last, on each host. It is run there, by who may
 * see the host; a responder may not.
 */
#include "gateway/endpoints.h"

#include "people/operator.h"
#include "store/rows_json.h"

/* A column of sql/statements/findings_list.sql. */
enum { FINDING = 2 };

enum gw_err gw_handle_operator_checks(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	const struct gw_params none = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	int64_t failed = 0;
	enum gw_err err = gw_operator_caller(request, response, &actor);

	if (err == GW_OK && actor.rank < GW_RANK_PLATFORM_ADMIN)
		err = gw_response_error(response, GW_NOT_FOUND, "Not Found");
	if (err == GW_OK)
		err = gw_db_exec(actor.scope.db, GW_STATEMENT_FINDINGS_LIST, &none, &rows);
	if (err == GW_OK) {
		for (int row = 0; row < gw_rows_count(rows); row++)
			failed += gw_str_equal_c(gw_rows_text(rows, row, FINDING), "failed");
		gw_buf_add_c(&response->body, "{\"items\":");
		gw_rows_add_array(&response->body, rows, gw_rows_count(rows));
		gw_people_add_int(&response->body, "failed", failed);
		gw_buf_add_char(&response->body, '}');
	}
	gw_rows_free(rows);
	gw_operator_release(&actor);
	return err;
}
