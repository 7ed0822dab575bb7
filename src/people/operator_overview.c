/* SPDX-License-Identifier: ISC */
/*
 * operator_overview.c: GET /operator/overview: how it goes and went, in numbers by the minute, ten minutes or hour.
 *
 * The numbers are those of clawgw.rollups, which the worker keeps; an agent_admin sees none, because they are an organisation's.
 */
#include "gateway/endpoints.h"

#include "base/alloc.h"
#include "people/operator.h"
#include "store/rows_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WHATS_MAX 64

/* Columns of sql/statements/rollup_read.sql. */
enum { AT, WHAT, VALUE };

/* The rows as a table: a line for each kind, a column for each time. */
struct table {
	struct gw_str whats[WHATS_MAX];
	size_t what_count, time_count;
	double *values; /* of the first kind, then of the next; NAN: there is none */
};

/* Rows of one time follow one another. */
static size_t count_times(const struct gw_rows *rows)
{
	size_t count = 0;

	for (int row = 0; row < gw_rows_count(rows); row++)
		count += row == 0 || gw_rows_time(rows, row, AT) != gw_rows_time(rows, row - 1, AT);
	return count;
}

static size_t line_of(struct table *table, struct gw_str what)
{
	size_t line = 0;

	while (line < table->what_count && !gw_str_equal(table->whats[line], what))
		line++;
	if (line == table->what_count && line < WHATS_MAX)
		table->whats[table->what_count++] = what;
	return line;
}

static void fill(struct table *table, const struct gw_rows *rows)
{
	size_t column = 0;

	table->time_count = count_times(rows);
	table->values = gw_xcalloc(WHATS_MAX * (table->time_count + 1), sizeof(*table->values));
	for (size_t i = 0; i < WHATS_MAX * (table->time_count + 1); i++)
		table->values[i] = NAN;
	for (int row = 0; row < gw_rows_count(rows); row++) {
		size_t line = line_of(table, gw_rows_text(rows, row, WHAT));

		column += row > 0 && gw_rows_time(rows, row, AT) != gw_rows_time(rows, row - 1, AT);
		if (line < WHATS_MAX)
			table->values[line * table->time_count + column] =
				gw_rows_double(rows, row, VALUE);
	}
}

static void add_times(struct gw_buf *out, const struct gw_rows *rows)
{
	gw_buf_add_c(out, ",\"times\":[");
	for (int row = 0; row < gw_rows_count(rows); row++) {
		if (row > 0 && gw_rows_time(rows, row, AT) == gw_rows_time(rows, row - 1, AT))
			continue;
		gw_json_add_comma(out);
		gw_json_add_time(out, gw_rows_time(rows, row, AT));
	}
	gw_buf_add_char(out, ']');
}

/* {"accepted":[…],…}: a value for each time, null where there is none. */
static void add_series(struct gw_buf *out, const struct gw_rows *rows)
{
	struct table table = {.what_count = 0};

	fill(&table, rows);
	gw_buf_add_c(out, ",\"series\":{");
	for (size_t line = 0; line < table.what_count; line++) {
		gw_json_add_comma(out);
		gw_json_add_string(out, table.whats[line]);
		gw_buf_add_c(out, ":[");
		for (size_t column = 0; column < table.time_count; column++) {
			double value = table.values[line * table.time_count + column];

			gw_json_add_comma(out);
			if (isfinite(value))
				gw_buf_addf(out, "%.15g", value);
			else
				gw_buf_add_c(out, "null");
		}
		gw_buf_add_char(out, ']');
	}
	gw_buf_add_char(out, '}');
	free(table.values);
}

/* What this operator can do here, for a page that shows no more than that. */
static void add_offers(const struct gw_operator *actor, struct gw_buf *out)
{
	static const struct {
		const char *name;
		enum gw_operator_rank least;
	} offers[] = {
		{"agent add", GW_RANK_ORG_ADMIN},   {"agent limits", GW_RANK_ORG_ADMIN},
		{"person add", GW_RANK_ORG_ADMIN},  {"model add", GW_RANK_ORG_ADMIN},
		{"model ask", GW_RANK_ORG_ADMIN},   {"channel test", GW_RANK_ORG_ADMIN},
		{"checks", GW_RANK_PLATFORM_ADMIN}, {"health", GW_RANK_ORG_ADMIN},
		{"events", GW_RANK_AGENT_ADMIN},
	};

	gw_buf_add_c(out, ",\"offers\":[");
	for (size_t i = 0; i < GW_ARRAY_LEN(offers); i++) {
		if (actor->rank < offers[i].least)
			continue;
		gw_json_add_comma(out);
		gw_json_add_string_c(out, offers[i].name);
	}
	gw_buf_add_char(out, ']');
}

/* What only a platform_admin sees: the workers, and the organisations that he may narrow his view to. */
static enum gw_err add_platform(struct gw_db *db, struct gw_buf *out)
{
	const struct gw_params none = GW_PARAMS_EMPTY;
	enum gw_err err = gw_operator_add_rows(db, GW_STATEMENT_WORKER_LIST, &none, "workers", out);

	return err == GW_OK
		       ? gw_operator_add_rows(db, GW_STATEMENT_TENANT_NAMES, &none, "tenants", out)
		       : err;
}

enum gw_err gw_handle_operator_overview(struct gw_request *request, struct gw_response *response)
{
	struct gw_operator actor = {.person = {.name = NULL}};
	struct gw_buf *out = &response->body;
	const struct gw_period *period = NULL;
	struct gw_rows *series = NULL;
	struct gw_rows *totals = NULL;
	struct gw_invalid invalid;
	struct gw_uuid tenant;
	struct gw_buf storage;
	struct gw_str name;
	bool has_tenant = false;
	enum gw_err err = GW_OK;

	gw_invalid_init(&invalid);
	gw_buf_init(&storage, request->query.len + 1);
	has_tenant = gw_people_query_uuid(request, "tenant", &invalid, &tenant);
	name = gw_request_query(request, "period", &storage);
	period = gw_period_find(name.len > 0 ? name : GW_STR_LIT("24h"));
	if (period == NULL)
		gw_invalid_add(&invalid, "value_error", "query", "period",
			       "Input should be '1h', '24h' or '30d'", GW_STR_LIT("null"), NULL);
	if (period == NULL || gw_invalid_any(&invalid)) {
		err = gw_invalid_respond(&invalid, response);
		goto out;
	}
	err = gw_operator_caller(request, response, &actor);
	if (err != GW_OK)
		goto out;
	if (has_tenant)
		gw_operator_narrow(&actor, &tenant);
	gw_buf_addf(out, "{\"period\":\"%s\",\"minutes\":%d", period->name, period->minutes);
	gw_people_add_string(out, "role", gw_str(actor.person.role));
	gw_people_add_bool(out, "may_change", gw_gateway_of(request)->config->operator_actions);
	add_offers(&actor, out);
	if (actor.scope.creator == NULL) {
		err = gw_look_numbers(actor.scope.db, actor.scope.tenant, period, &series);
		if (err == GW_OK)
			err = gw_look_totals(actor.scope.db, actor.scope.tenant, period, &totals);
		if (err != GW_OK)
			goto out;
		add_times(out, series);
		add_series(out, series);
		gw_buf_add_c(out, ",\"totals\":");
		gw_rows_add_array(out, totals, gw_rows_count(totals));
	}
	if (actor.rank == GW_RANK_PLATFORM_ADMIN)
		err = add_platform(actor.scope.db, out);
	gw_buf_add_char(out, '}');
out:
	gw_rows_free(series);
	gw_rows_free(totals);
	gw_buf_release(&storage);
	gw_operator_release(&actor);
	gw_invalid_release(&invalid);
	return err;
}
