/*
 * listener.c: a connection that only waits for NOTIFY.
 *
 * What it tells is a hint: whoever uses it looks at the tables, and looks there from time to time anyway.
 */
#include "store/db.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/connection.h"

struct gw_listener {
	struct gw_conninfo info;
	char *channel;
	PGconn *pg;
	int64_t next_attempt; /* gw_monotonic() */
};

struct gw_listener *gw_listener_new(const char *conninfo, const char *program, const char *channel)
{
	struct gw_listener *listener = gw_xcalloc(1, sizeof(*listener));

	listener->info.text = gw_xstrdup(conninfo);
	listener->info.program = gw_xstrdup(program);
	listener->channel = gw_xstrdup(channel);
	return listener;
}

void gw_listener_free(struct gw_listener *listener)
{
	if (listener == NULL)
		return;
	PQfinish(listener->pg);
	free(listener->info.text);
	free(listener->info.program);
	free(listener->channel);
	free(listener);
}

int gw_listener_fd(const struct gw_listener *listener)
{
	return listener->pg != NULL ? PQsocket(listener->pg) : -1;
}

static void lose(struct gw_listener *listener)
{
	PQfinish(listener->pg);
	listener->pg = NULL;
}

static bool reopen(struct gw_listener *listener)
{
	struct gw_buf text;
	PGresult *result = NULL;
	bool ok = false;

	gw_buf_init(&text, 1024);
	listener->pg = gw_pg_connect(&listener->info, &text);
	if (listener->pg == NULL) {
		gw_log_debug("listener: %s", gw_buf_str(&text).data);
		goto out;
	}
	gw_buf_reset(&text);
	gw_buf_addf(&text, "LISTEN %s", listener->channel);
	result = PQexec(listener->pg, text.data);
	ok = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!ok)
		lose(listener);
out:
	PQclear(result);
	gw_buf_release(&text);
	return ok;
}

bool gw_listener_drain(struct gw_listener *listener)
{
	PGnotify *notify = NULL;
	bool any = false;

	if (listener->pg != NULL &&
	    (PQconsumeInput(listener->pg) == 0 || PQstatus(listener->pg) != CONNECTION_OK))
		lose(listener);
	if (listener->pg == NULL) {
		if (gw_monotonic() < listener->next_attempt)
			return false;
		listener->next_attempt = gw_monotonic() + GW_USEC_PER_SEC;
		/* what was notified while we were away is lost: as good as a notification */
		any = reopen(listener);
	}
	while (listener->pg != NULL && (notify = PQnotifies(listener->pg)) != NULL) {
		any = true;
		PQfreemem(notify);
	}
	return any;
}
