/* SPDX-License-Identifier: ISC */
/*
 * purge.c: removes an organisation with everything that is its own.
 *
 * A piece is a transaction, so nobody waits for long and nothing is half done; what was interrupted goes on when it is called again
 * (sql/functions/tenant_purge.sql knows the order). From the first piece on nobody of the organisation acts.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define BATCH_MOST 100000
#define KINDS_MAX 16

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

struct tally {
	int count;
	struct {
		char what[40];
		int64_t removed;
	} kinds[KINDS_MAX];
};

static void add(struct tally *tally, struct gw_str what, int64_t removed)
{
	int i = 0;

	while (i < tally->count && !gw_str_equal_c(what, tally->kinds[i].what))
		i++;
	if (i == KINDS_MAX)
		return;
	if (i == tally->count) {
		(void)snprintf(tally->kinds[i].what, sizeof(tally->kinds[i].what), "%.*s",
			       (int)what.len, what.data);
		tally->count++;
	}
	tally->kinds[i].removed += removed;
	if (isatty(STDERR_FILENO))
		(void)fprintf(stderr, "\r\033[K%s: %lld", tally->kinds[i].what,
			      (long long)tally->kinds[i].removed);
}

static void say(const struct gw_admin *admin, const struct tally *tally, bool whole)
{
	if (isatty(STDERR_FILENO))
		(void)fprintf(stderr, "\r\033[K");
	if (admin->json) {
		struct gw_buf line;

		gw_buf_init(&line, 4096);
		gw_buf_addf(&line, "{\"finished\":%s", whole ? "true" : "false");
		for (int i = 0; i < tally->count; i++)
			gw_buf_addf(&line, ",\"%s\":%lld", tally->kinds[i].what,
				    (long long)tally->kinds[i].removed);
		gw_buf_add_char(&line, '}');
		gw_output_buf(&line);
		gw_buf_release(&line);
		return;
	}
	for (int i = 0; i < tally->count; i++)
		gw_output_line("%s removed: %lld", tally->kinds[i].what,
			       (long long)tally->kinds[i].removed);
}

/* What is there, and whether it shall go. */
static enum gw_exit confirm(struct gw_admin *admin, const struct gw_uuid *tenant)
{
	enum { AGENTS, USERS, MEMBERS, MESSAGES, CONVERSATIONS };
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	char question[600];
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, tenant);
	err = gw_db_exec(admin->db, GW_STATEMENT_TENANT_WEIGH, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "look at what belongs to it");
	(void)snprintf(question, sizeof(question),
		       "%.200s: %lld agents, %lld users, %lld members, %lld messages and %lld "
		       "conversations, with everything in them. Remove all of it, for ever?",
		       admin->arguments[0], (long long)gw_rows_int(rows, 0, AGENTS),
		       (long long)gw_rows_int(rows, 0, USERS),
		       (long long)gw_rows_int(rows, 0, MEMBERS),
		       (long long)gw_rows_int(rows, 0, MESSAGES),
		       (long long)gw_rows_int(rows, 0, CONVERSATIONS));
	status = gw_admin_confirm(admin, question);
	gw_rows_free(rows);
	return status;
}

/* One piece; *ret_more is false after the last one. */
static enum gw_exit remove_piece(struct gw_admin *admin, const struct gw_uuid *tenant,
				 int64_t batch, struct tally *tally, bool *ret_more)
{
	enum { ADOPTED, WHAT, REMOVED };
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	enum gw_exit status = GW_EXIT_OK;
	enum gw_err err = GW_OK;

	gw_params_uuid(&params, tenant);
	gw_params_int(&params, (int32_t)batch);
	err = gw_db_exec(admin->db, GW_STATEMENT_TENANT_PURGE, &params, &rows);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "remove it");
	*ret_more = false;
	if (gw_rows_bool(rows, 0, ADOPTED)) {
		status = gw_admin_fail(GW_EXIT_CONFLICT,
				       "these tables are the platform's own: it alone knows what "
				       "else belongs to an organisation; `user suspend' and `agent "
				       "remove' shut people and agents out");
	} else if (!gw_rows_is_null(rows, 0, WHAT)) {
		add(tally, gw_rows_text(rows, 0, WHAT), gw_rows_int(rows, 0, REMOVED));
		*ret_more = !gw_str_equal_c(gw_rows_text(rows, 0, WHAT), "tenant");
	}
	gw_rows_free(rows);
	return status;
}

enum gw_exit gw_tenant_purge(struct gw_admin *admin)
{
	struct sigaction action = {.sa_handler = interrupt};
	struct tally tally = {.count = 0};
	struct gw_uuid tenant;
	int64_t batch = 0;
	bool more = true;
	enum gw_exit status = gw_admin_integer(admin, "batch", 1, BATCH_MOST, 1000, &batch);

	if (status != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_tenant, admin->arguments[0], NULL, &tenant)) !=
		    GW_EXIT_OK ||
	    (status = confirm(admin, &tenant)) != GW_EXIT_OK)
		return status;
	/* ^C ends it between two pieces, and the piece is counted */
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	while (status == GW_EXIT_OK && more && !interrupted)
		status = remove_piece(admin, &tenant, batch, &tally, &more);
	if (status == GW_EXIT_OK || tally.count > 0)
		say(admin, &tally, status == GW_EXIT_OK && !more);
	if (status == GW_EXIT_OK && more)
		return gw_admin_fail(GW_EXIT_FAILED,
				     "it was interrupted; the same command goes on from here");
	return status;
}
