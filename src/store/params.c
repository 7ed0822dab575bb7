/* SPDX-License-Identifier: ISC */
/*
 * params.c: writes parameters in PostgreSQL's binary formats; see rows.c.
 */
#include "store/db.h"

#include "base/log.h"

#include <limits.h>

#define PG_EPOCH INT64_C(946684800000000)

static void add(struct gw_params *params, const void *value, size_t length)
{
	if (params->count >= GW_PARAMS_MAX || length > INT_MAX) {
		/* lengths have passed max_body_bytes long before */
		gw_log_error("a statement has more parameters, or a longer one, than can be sent");
		abort();
	}
	params->items[params->count].value = value;
	params->items[params->count].length = (int)length;
	params->items[params->count].in_scratch = false;
	params->count++;
}

static void add_big_endian(struct gw_params *params, uint64_t value, size_t bytes)
{
	unsigned char *scratch = NULL;

	add(params, NULL, bytes);
	scratch = params->items[params->count - 1].scratch;
	for (size_t i = 0; i < bytes; i++)
		scratch[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
	params->items[params->count - 1].in_scratch = true;
}

void gw_params_text(struct gw_params *params, struct gw_str text)
{
	add(params, text.data, text.len);
}

void gw_params_text_c(struct gw_params *params, const char *text)
{
	gw_params_text(params, gw_str(text));
}

void gw_params_bytes(struct gw_params *params, const void *data, size_t len)
{
	add(params, data, len);
}

void gw_params_uuid(struct gw_params *params, const struct gw_uuid *uuid)
{
	add(params, uuid != NULL ? uuid->bytes : NULL, sizeof(uuid->bytes));
}

void gw_params_int(struct gw_params *params, int32_t value)
{
	add_big_endian(params, (uint64_t)value, 4);
}

void gw_params_bigint(struct gw_params *params, int64_t value)
{
	add_big_endian(params, (uint64_t)value, 8);
}

void gw_params_double(struct gw_params *params, double value)
{
	uint64_t bits = 0;

	memcpy(&bits, &value, sizeof(bits));
	add_big_endian(params, bits, 8);
}

void gw_params_bool(struct gw_params *params, bool value)
{
	add_big_endian(params, value ? 1 : 0, 1);
}

void gw_params_interval(struct gw_params *params, int64_t microseconds)
{
	/* microseconds, then days and months, which stay 0 */
	add_big_endian(params, (uint64_t)microseconds, 8);
	memset(params->items[params->count - 1].scratch + 8, 0, 8);
	params->items[params->count - 1].length = 16;
}

void gw_params_time(struct gw_params *params, int64_t time)
{
	add_big_endian(params, (uint64_t)(time - PG_EPOCH), 8);
}

void gw_params_null(struct gw_params *params)
{
	add(params, NULL, 0);
}
