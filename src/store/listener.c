/* SPDX-License-Identifier: ISC */
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

/* How long the server may take to say that it heard LISTEN. */
#define PATIENCE (3 * GW_USEC_PER_SEC)

struct gw_listener {
	struct gw_conninfo info;
	char *channel;
	struct gw_connection connection;
	int64_t next_attempt;     /* gw_monotonic() */
	gw_listener_heard *heard; /* may be NULL */
	void *arg;
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
	gw_connection_close(&listener->connection);
	free(listener->info.text);
	free(listener->info.program);
	free(listener->channel);
	free(listener);
}

int gw_listener_fd(const struct gw_listener *listener)
{
	return listener->connection.pg != NULL ? PQsocket(listener->connection.pg) : -1;
}

void gw_listener_hear(struct gw_listener *listener, gw_listener_heard *heard, void *arg)
{
	listener->heard = heard;
	listener->arg = arg;
}

static bool reopen(struct gw_listener *listener)
{
	struct gw_connection *connection = &listener->connection;
	struct gw_buf listen;
	struct gw_buf message;
	enum gw_err err = GW_UNAVAILABLE;

	gw_buf_init(&listen, 256);
	gw_buf_addf(&listen, "LISTEN %s", listener->channel);
	gw_buf_init(&message, 2048);
	connection->pg = gw_pg_connect(&listener->info, &message);
	if (connection->pg != NULL) {
		connection->until = gw_monotonic() + PATIENCE;
		err = gw_connection_script(connection, gw_buf_str(&listen).data, &message).err;
	}
	if (err != GW_OK) {
		gw_log_debug("listener: %s", message.data != NULL ? message.data : "");
		gw_connection_close(connection);
	}
	gw_buf_release(&message);
	gw_buf_release(&listen);
	return err == GW_OK;
}

bool gw_listener_drain(struct gw_listener *listener)
{
	PGnotify *notify = NULL;
	bool any = false;

	if (listener->connection.pg != NULL && (PQconsumeInput(listener->connection.pg) == 0 ||
						PQstatus(listener->connection.pg) != CONNECTION_OK))
		gw_connection_close(&listener->connection);
	if (listener->connection.pg == NULL) {
		if (gw_monotonic() < listener->next_attempt)
			return false;
		listener->next_attempt = gw_monotonic() + GW_USEC_PER_SEC;
		/* what was notified while we were away is lost: as good as a notification */
		any = reopen(listener);
		if (any && listener->heard != NULL)
			listener->heard(listener->arg, GW_STR_NULL);
	}
	while (listener->connection.pg != NULL &&
	       (notify = PQnotifies(listener->connection.pg)) != NULL) {
		any = true;
		if (listener->heard != NULL)
			listener->heard(listener->arg, gw_str(notify->extra));
		PQfreemem(notify);
	}
	return any;
}
