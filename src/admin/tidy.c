/* SPDX-License-Identifier: ISC */
/*
 * tidy.c: removes what is finished and old, a little at a time.
 *
 * Each batch is a transaction of its own, so that nobody waits for long. What is not finished is never removed, nor are
 * conversations: they are the platform's. Messages that nobody will answer are ended, and their senders told.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/clock.h"
#include "store/session.h"

/* Feishu repeats an event for some hours. */
#define PURGE_BATCH 1000
#define FEISHU_EVENTS_KEPT (INT64_C(3) * 86400 * GW_USEC_PER_SEC)
#define INVITATIONS_KEPT (INT64_C(7) * 86400 * GW_USEC_PER_SEC)
#define TOKENS_KEPT (INT64_C(7) * 86400 * GW_USEC_PER_SEC)

enum gw_exit gw_admin_sweep(struct gw_admin *admin, enum gw_statement statement, int64_t age,
			    int64_t batch, bool has_state, const char *state, int64_t *ret_removed)
{
	int64_t removed = 0;
	int64_t total = 0;

	do {
		struct gw_params params = GW_PARAMS_EMPTY;
		struct gw_rows *rows = NULL;
		enum gw_err err = GW_OK;

		gw_params_interval(&params, age);
		gw_params_int(&params, (int32_t)batch);
		if (has_state)
			gw_params_text_c(&params, state);
		err = gw_db_exec(admin->db, statement, &params, &rows);
		if (err != GW_OK)
			return gw_admin_store_failed(err, "remove what is old");
		removed = gw_rows_int(rows, 0, 0);
		total += removed;
		gw_rows_free(rows);
	} while (removed >= batch);
	*ret_removed = total;
	return GW_EXIT_OK;
}

/* A thread stays while an address for answers leads to it. */
static int64_t threads_kept(const struct gw_config *config)
{
	if (config->keep_letters == 0)
		return 0;
	return config->keep_letters > config->letter_ttl ? config->keep_letters
							 : config->letter_ttl;
}

enum gw_exit gw_tidy(struct gw_admin *admin)
{
	const struct {
		const char *what;
		enum gw_statement statement;
		int64_t keep; /* 0: for ever */
		bool has_state;
	} heaps[] = {
		{"messages", GW_STATEMENT_MESSAGE_TIDY, admin->config.keep_completed, false},
		{"jobs", GW_STATEMENT_JOB_TIDY, admin->config.keep_jobs, true},
		{"idempotency_keys", GW_STATEMENT_IDEMPOTENCY_TIDY, admin->config.keep_idempotency,
		 false},
		{"sends", GW_STATEMENT_SEND_TIDY, admin->config.keep_sends, false},
		{"tokens", GW_STATEMENT_TOKEN_TIDY, TOKENS_KEPT, false},
		{"events", GW_STATEMENT_EVENT_TIDY, admin->config.keep_events, false},
		{"audit", GW_STATEMENT_AUDIT_TIDY, admin->config.keep_audit, false},
		{"sessions", GW_STATEMENT_SIGNIN_TIDY, GW_SESSION_IDLE, false},
		{"invitations", GW_STATEMENT_INVITATION_TIDY, INVITATIONS_KEPT, false},
		{"letters", GW_STATEMENT_LETTER_TIDY, admin->config.keep_letters, true},
		{"threads", GW_STATEMENT_THREAD_TIDY, threads_kept(&admin->config), false},
		{"feishu_events", GW_STATEMENT_FEISHU_EVENT_TIDY, FEISHU_EVENTS_KEPT, false},
		{"steps", GW_STATEMENT_STEP_TIDY, admin->config.keep_completed, false},
	};
	struct gw_buf line;
	int64_t batch = 0;
	int64_t ended = 0;
	enum gw_exit status = gw_admin_integer(admin, "batch", 1, 100000, 1000, &batch);

	gw_buf_init(&line, 1000);
	/* what nobody will answer ends first; it is removed later, like everything that has ended */
	if (status == GW_EXIT_OK)
		status = gw_admin_sweep(admin, GW_STATEMENT_MESSAGE_OVERDUE,
					admin->config.message_ttl, batch, false, NULL, &ended);
	for (size_t i = 0; i < GW_ARRAY_LEN(heaps) && status == GW_EXIT_OK; i++) {
		int64_t removed = 0;

		if (heaps[i].keep > 0)
			status = gw_admin_sweep(admin, heaps[i].statement, heaps[i].keep, batch,
						heaps[i].has_state, NULL, &removed);
		if (status == GW_EXIT_OK && admin->json)
			gw_buf_addf(&line, "%s\"%s\":%lld", i > 0 ? "," : "{", heaps[i].what,
				    (long long)removed);
		else if (status == GW_EXIT_OK)
			gw_buf_addf(&line, "%s%lld %s", i > 0 ? ", " : "removed ",
				    (long long)removed, heaps[i].what);
	}
	if (status == GW_EXIT_OK) {
		gw_buf_add_c(&line, admin->json ? "}" : "");
		gw_output_buf(&line);
	}
	gw_buf_release(&line);
	return status;
}

enum gw_exit gw_admin_purge(struct gw_admin *admin, enum gw_statement statement, const char *things)
{
	const char *state = gw_admin_option(admin, "state");
	int64_t removed = 0;
	int64_t age = 0;
	enum gw_exit status = GW_EXIT_OK;

	if (gw_admin_option(admin, "older-than") == NULL && state == NULL)
		return gw_admin_fail(GW_EXIT_USAGE,
				     "say what to remove with --state, --older-than, or both");
	if ((status = gw_admin_duration(admin, "older-than", 0, &age)) != GW_EXIT_OK ||
	    (status = gw_admin_sweep(admin, statement, age, PURGE_BATCH, true, state, &removed)) !=
		    GW_EXIT_OK)
		return status;
	if (admin->json)
		gw_output_line("{\"%s\":%lld}", things, (long long)removed);
	else
		gw_output_line("removed %lld %s", (long long)removed, things);
	return GW_EXIT_OK;
}
