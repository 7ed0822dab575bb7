/* SPDX-License-Identifier: ISC */
/*
 * refusals.c: see refusals.h.
 */
#include "gateway/refusals.h"

#include "base/clock.h"
#include "base/log.h"
#include "gateway/background.h"
#include "http/route.h"

#include <stdatomic.h>
#include <string.h>

#define PAUSE (2 * GW_USEC_PER_SEC)
#define THREADS 64 /* of this process, whoever else has something to do beside requests */

static atomic_uint_fast64_t keys, rates;
static atomic_bool writing; /* somebody is going to write what is noted */

static void write_them(struct gw_db *db)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	uint64_t key_count = atomic_exchange(&keys, 0);
	uint64_t rate_count = atomic_exchange(&rates, 0);

	gw_params_bigint(&params, (int64_t)key_count);
	gw_params_bigint(&params, (int64_t)rate_count);
	if (gw_db_run(db, GW_STATEMENT_REFUSAL_ADD, &params) != GW_OK)
		gw_log_info("refused requests were not noted: %s", gw_db_last_message());
}

static void run(void *arg)
{
	gw_background_pause(PAUSE);
	/* what is noted from now on wants another thread */
	atomic_store(&writing, false);
	write_them(arg);
}

/* Agents' keys; a session that has ended is no attempt of anybody's. */
static bool is_of_agents(const struct gw_request *request)
{
	static const char *const others[] = {"people-", "operator-", "events", "feishu-"};

	if (request->endpoint == NULL)
		return false;
	for (size_t i = 0; i < GW_ARRAY_LEN(others); i++) {
		if (strncmp(request->endpoint->name, others[i], strlen(others[i])) == 0)
			return false;
	}
	return true;
}

void gw_refusals_note(const struct gw_gateway *gateway, const struct gw_request *request,
		      int status)
{
	if (status == 401 && is_of_agents(request))
		(void)atomic_fetch_add(&keys, 1);
	else if (status == 429)
		(void)atomic_fetch_add(&rates, 1);
	else
		return;
	if (!atomic_exchange(&writing, true) && !gw_background_start(run, gateway->db, THREADS))
		atomic_store(&writing, false);
}
