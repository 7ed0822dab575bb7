/* SPDX-License-Identifier: ISC */
/*
 * doctor_backlog.c: whether somebody does what is done beside the requests: the worker, `clawgw-admin tidy'; and whether the
 * database lets all programs in at once.
 */
#include "admin/doctor.h"

#include "base/clock.h"

#include <errno.h>
#include <unistd.h>

#define LATE_JOB_SECONDS 600 /* cron may start a worker every few minutes */
#define TIDY_GRACE (INT64_C(3) * 86400 * GW_USEC_PER_SEC)
#define TIDY_SECONDS (INT64_C(2) * 86400) /* it runs every night */
#define WORKER_UNIT "clawgw-worker.service"
#define TIDY_UNIT "clawgw-tidy.timer"
#define CRON_FILE "/etc/cron.d/clawgw"
#define LIST_FILE GW_SYSCONFDIR "/clawgw/responders.list"
#define EAR_CONNECTIONS 1 /* of a responder at which somebody waits: what rings is heard by it */
#define WORKER_CONNECTIONS                                                                         \
	10 /* for its jobs, for what rings, and eight for letters (src/worker/errand.h) */
#define OTHER_CONNECTIONS 5 /* clawgw-admin, psql, a backup */

/* The columns of sql/statements/backlog_show.sql. */
enum {
	NATIVE_AGENTS,
	OLDEST_DUE,
	DEAD_TODAY,
	OLD_MESSAGES,
	OLD_JOBS,
	OLD_KEYS,
	OLD_SENDS,
	WORKERS,
	WORKER_SEEN,
	TIDY_RAN,
	AGE,
	CONNECTIONS
};

static void keep(struct gw_params *params, int64_t age)
{
	if (age > 0)
		gw_params_interval(params, age + TIDY_GRACE);
	else
		gw_params_null(params);
}

static void check_worker(struct gw_doctor *doctor, const struct gw_rows *rows)
{
	const char *mend = gw_doctor_systemd() ? "systemctl enable --now " WORKER_UNIT
					       : "start clawgw-worker, or let cron run "
						 "`clawgw-worker --once' every minute";
	int64_t late = gw_rows_int(rows, 0, OLDEST_DUE);
	int64_t seen = gw_rows_int(rows, 0, WORKER_SEEN);
	bool ever = !gw_rows_is_null(rows, 0, WORKER_SEEN);

	if (late > LATE_JOB_SECONDS)
		gw_doctor_say(doctor, GW_FINDING_BAD, "worker", mend,
			      "a job has been due for %lld s and nobody takes it", (long long)late);
	else if (gw_rows_int(rows, 0, WORKERS) > 0)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "worker", NULL,
			      "%lld alive, and no job waits longer than it should",
			      (long long)gw_rows_int(rows, 0, WORKERS));
	else if (gw_doctor_systemd() && access(CRON_FILE, F_OK) != 0)
		gw_doctor_say(doctor, GW_FINDING_BAD, "worker", mend,
			      "none is alive, and " WORKER_UNIT " is %s",
			      gw_doctor_unit_is("is-active", WORKER_UNIT)
				      ? "active: see journalctl -u " WORKER_UNIT
				      : "not running");
	else if (ever && seen > LATE_JOB_SECONDS)
		gw_doctor_say(doctor, GW_FINDING_BAD, "worker", mend,
			      "none is alive; the last was seen %lld minutes ago",
			      (long long)(seen / 60));
	else if (ever)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "worker", NULL,
			      "one was here %lld s ago, and no job waits longer than it should",
			      (long long)seen);
	else if (gw_rows_int(rows, 0, NATIVE_AGENTS) == 0)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "worker", NULL,
			      "there are no native agents, so none is needed");
	else
		gw_doctor_say(doctor, GW_FINDING_NOTE, "worker", mend,
			      "none was seen within a day: native agents need one to answer");
	if (gw_rows_int(rows, 0, DEAD_TODAY) > 0)
		gw_doctor_say(doctor, GW_FINDING_NOTE, "jobs", NULL,
			      "%lld jobs have died within a day; see `clawgw-admin job list "
			      "--state dead'",
			      (long long)gw_rows_int(rows, 0, DEAD_TODAY));
}

static void check_tidy(struct gw_doctor *doctor, const struct gw_rows *rows)
{
	const char *mend = gw_doctor_systemd() ? "systemctl enable --now " TIDY_UNIT
					       : "let cron run `clawgw-admin tidy' every day";
	int64_t old = 0;

	for (int column = OLD_MESSAGES; column <= OLD_SENDS; column++)
		old += gw_rows_int(rows, 0, column);
	if (old > 0)
		gw_doctor_say(doctor, GW_FINDING_BAD, "tidy", mend,
			      "%lld rows or more should have been removed three days ago",
			      (long long)old);
	else if (gw_doctor_systemd() && access(CRON_FILE, F_OK) != 0 &&
		 !gw_doctor_unit_is("is-active", TIDY_UNIT))
		gw_doctor_say(doctor, GW_FINDING_BAD, "tidy", mend, TIDY_UNIT " is not active");
	else if (!gw_rows_is_null(rows, 0, TIDY_RAN) &&
		 gw_rows_int(rows, 0, TIDY_RAN) <= TIDY_SECONDS)
		gw_doctor_say(doctor, GW_FINDING_GOOD, "tidy", NULL,
			      "it ran %lld h ago, and nothing is kept longer than it should be",
			      (long long)(gw_rows_int(rows, 0, TIDY_RAN) / 3600));
	else if (gw_rows_int(rows, 0, AGE) > TIDY_SECONDS)
		gw_doctor_say(doctor, GW_FINDING_BAD, "tidy", mend,
			      "`clawgw-admin tidy' has not run for two days");
	else
		gw_doctor_say(doctor, GW_FINDING_GOOD, "tidy", NULL,
			      "nothing is kept longer than it should be; this is too new for more");
}

/*
 * How many processes of responders this host runs: with the start script as many as its list says, with systemd one a socket.
 * *ret_from names where the number is from.
 */
static int64_t count_processes(char *ret_from, size_t size)
{
	FILE *file = gw_doctor_systemd() ? NULL : fopen(LIST_FILE, "re");
	int64_t count = 0;
	char line[200];

	if (file == NULL) {
		(void)snprintf(ret_from, size, "one process for each endpoint");
		return gw_doctor_responders();
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		const char *word = line + strspn(line, " \t");
		size_t len = strcspn(word, " \t\n");

		if (*word != '#' && len > 0 && strncmp(word, "worker", len) != 0)
			count += strtol(word + len, NULL, 10);
	}
	(void)fclose(file);
	(void)snprintf(ret_from, size, "the processes in " LIST_FILE);
	return count;
}

/* PostgreSQL refuses connections beyond max_connections, and requests that find none are answered 503. */
static void check_connections(struct gw_doctor *doctor, const struct gw_rows *rows)
{
	const struct gw_config *config = &doctor->admin->config;
	int64_t room = gw_rows_int(rows, 0, CONNECTIONS);
	char from[200];
	int64_t processes = count_processes(from, sizeof(from));
	int64_t needed = processes * (config->db_connections + EAR_CONNECTIONS) +
			 WORKER_CONNECTIONS + OTHER_CONNECTIONS;
	char mend[200];

	if (needed <= room) {
		gw_doctor_say(doctor, GW_FINDING_GOOD, "connections", NULL,
			      "the programs of this host need at most %lld of %lld",
			      (long long)needed, (long long)room);
		return;
	}
	(void)snprintf(
		mend, sizeof(mend),
		"set max_connections = %lld in postgresql.conf (and restart it), or run fewer "
		"processes, or lower `db_connections'",
		(long long)(needed + needed / 2));
	gw_doctor_say(doctor, GW_FINDING_BAD, "connections", mend,
		      "%lld may be needed (%s, %lld connections each and one to hear by), and "
		      "PostgreSQL has %lld",
		      (long long)needed, from, (long long)config->db_connections, (long long)room);
}

void gw_doctor_backlog(struct gw_doctor *doctor)
{
	const struct gw_config *config = &doctor->admin->config;
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;

	keep(&params, config->keep_completed);
	keep(&params, config->keep_jobs);
	keep(&params, config->keep_idempotency);
	keep(&params, config->keep_sends);
	if (gw_db_exec(doctor->admin->db, GW_STATEMENT_BACKLOG_SHOW, &params, &rows) != GW_OK) {
		gw_doctor_say(doctor, GW_FINDING_BAD, "backlog", NULL, "it cannot be read: %s",
			      gw_db_last_message());
		return;
	}
	check_worker(doctor, rows);
	check_tidy(doctor, rows);
	check_connections(doctor, rows);
	gw_rows_free(rows);
}
