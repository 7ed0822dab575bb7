/* SPDX-License-Identifier: ISC */
/*
 * metrics.c: GET /metrics. What the responders have counted and how things stand in the database, in the text format of
 * Prometheus (version 0.0.4). For callers on this machine, and for those who have metrics_token. A database that is away
 * takes its own numbers away and nothing else.
 */
#include "gateway/endpoints.h"

#include "base/clock.h"
#include "gateway/caller.h"
#include "gateway/counters.h"
#include "gateway/gateway.h"
#include "store/overview.h"

#include <arpa/inet.h>
#include <inttypes.h>

/* Agents are told to poll every five minutes; one that was late once is not gone. */
#define ONLINE (11 * 60 * GW_USEC_PER_SEC)

/*
 * True if the request came from this machine. Behind another proxy the address is that proxy's, which may well be local while
 * the client is not; a proxy says so in one of these headers.
 */
static bool is_local(const struct gw_request *request)
{
	static const char *const passed_on[] = {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"};
	struct gw_str address = gw_request_env(request, "REMOTE_ADDR");
	struct in6_addr six;
	struct in_addr four;

	for (size_t i = 0; i < GW_ARRAY_LEN(passed_on); i++) {
		if (gw_request_header(request, passed_on[i]).data != NULL)
			return false;
	}
	if (address.data == NULL)
		return false;
	/* a client on a Unix socket has no address; nginx writes "unix:" */
	if (address.len == 0 || gw_str_equal_c(address, "unix:"))
		return true;
	if (inet_pton(AF_INET, address.data, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, address.data, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK(&six) ||
		       (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
	return false;
}

static void add_head(struct gw_buf *out, const char *name, const char *type, const char *help)
{
	gw_buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_requests(struct gw_buf *out, const struct gw_metrics *metrics)
{
	struct gw_metrics_sample sample;

	add_head(out, "clawgw_requests_total", "counter", "Requests answered.");
	for (size_t name = 0; gw_counter_names[name] != NULL; name++) {
		gw_metrics_read(metrics, name, &sample);
		for (size_t i = 0; i < GW_METRICS_CODES; i++) {
			if (sample.codes[i].count == 0)
				continue;
			gw_buf_addf(out, "clawgw_requests_total{endpoint=\"%s\",status=\"",
				    gw_counter_names[name]);
			if (sample.codes[i].code != 0)
				gw_buf_addf(out, "%d", sample.codes[i].code);
			else
				gw_buf_add_c(out, "other");
			gw_buf_addf(out, "\"} %" PRIu64 "\n", sample.codes[i].count);
		}
	}
}

static void add_durations(struct gw_buf *out, const struct gw_metrics *metrics)
{
	static const char histogram[] = "clawgw_request_duration_seconds";
	struct gw_metrics_sample sample;

	add_head(out, histogram, "histogram", "Time from the request to its written answer.");
	for (size_t name = 0; gw_counter_names[name] != NULL; name++) {
		const char *endpoint = gw_counter_names[name];
		uint64_t count = 0;

		gw_metrics_read(metrics, name, &sample);
		for (size_t i = 0; i < GW_METRICS_BUCKETS; i++) {
			count += sample.buckets[i];
			gw_buf_addf(out, "%s_bucket{endpoint=\"%s\",le=\"%g\"} %" PRIu64 "\n",
				    histogram, endpoint, (double)gw_metrics_bounds[i] / 1e6, count);
		}
		count += sample.buckets[GW_METRICS_BUCKETS];
		gw_buf_addf(out,
			    "%s_bucket{endpoint=\"%s\",le=\"+Inf\"} %" PRIu64
			    "\n%s_sum{endpoint=\"%s\"} %.6f\n%s_count{endpoint=\"%s\"} %" PRIu64
			    "\n",
			    histogram, endpoint, count, histogram, endpoint,
			    (double)sample.microseconds / 1e6, histogram, endpoint, count);
	}
}

/* Requests that wait, and what wakes them. */
static void add_waiting(struct gw_buf *out, const struct gw_metrics *metrics)
{
	struct gw_metrics_gauge gauges[GW_METRICS_GAUGES_MAX];

	gw_metrics_gauges(metrics, gauges);
	add_head(out, "clawgw_waiting_requests", "gauge",
		 "Requests that wait now, open streams included.");
	for (size_t name = 0; gw_counter_names[name + 1] != NULL; name++)
		gw_buf_addf(out, "clawgw_waiting_requests{endpoint=\"%s\"} %" PRId64 "\n",
			    gw_counter_names[name], gauges[name].sum > 0 ? gauges[name].sum : 0);
	add_head(out, "clawgw_wakeups_total", "counter", "Waiting requests that a ring woke.");
	gw_buf_addf(out, "clawgw_wakeups_total %" PRIu64 "\n",
		    gw_metrics_total(metrics, GW_TOTAL_WOKEN));
	add_head(out, "clawgw_handouts_total", "counter",
		 "Messages handed out to polls: for the first time, after a lease, without a "
		 "receipt.");
	for (size_t i = 0; i < GW_HANDOUT_REASONS; i++)
		gw_buf_addf(out, "clawgw_handouts_total{reason=\"%s\"} %" PRIu64 "\n",
			    gw_handout_reason_names[i],
			    gw_metrics_total(metrics, GW_TOTAL_HANDOUTS + i));
	add_head(out, "clawgw_bell_lag_seconds", "gauge",
		 "How long the last test ring took, in the process where it took longest.");
	gw_buf_addf(out, "clawgw_bell_lag_seconds %.6f\n",
		    (double)gauges[gw_gauge_bell_lag()].largest / 1e6);
	add_head(out, "clawgw_bells_deaf", "gauge",
		 "Processes that hear no rings and look once a second.");
	gw_buf_addf(out, "clawgw_bells_deaf %" PRId64 "\n", gauges[gw_gauge_bell_deaf()].sum);
}

/* How the kinds of gw_overview_read() are called here. */
static const struct kind {
	const char *what;
	const char *name;
	const char *label;
	const char *help;
} kinds[] = {
	{"messages", "clawgw_messages", "status", "Messages stored; large numbers are estimates."},
	{"message_age", "clawgw_message_oldest_pending_age_seconds", NULL,
	 "Age of the oldest message that waits to be polled."},
	{"jobs", "clawgw_jobs", "state",
	 "Answers of native agents to make and letters to deliver; large numbers are estimates."},
	{"job_age", "clawgw_job_oldest_age_seconds", NULL,
	 "Age of the oldest answer of a native agent that is not there yet."},
	{"sends", "clawgw_sends", "outcome",
	 "Messages to people on record; large numbers are estimates."},
	{"letters", "clawgw_letters", "state",
	 "Letters from and to people on record; large numbers are estimates."},
	{"letter_age", "clawgw_letter_oldest_age_seconds", NULL,
	 "Age of the oldest letter that waits to be delivered."},
	{"workers", "clawgw_workers", NULL, "Workers that are alive."},
	{"agents_online", "clawgw_agents_online", NULL,
	 "OpenClaw agents that called in the last eleven minutes."},
};

struct writer {
	struct gw_buf *out;
	const struct kind *last;
};

static void add_number(void *arg, struct gw_str what, struct gw_str which, double value)
{
	struct writer *writer = arg;

	for (size_t i = 0; i < GW_ARRAY_LEN(kinds); i++) {
		const struct kind *kind = &kinds[i];

		if (!gw_str_equal_c(what, kind->what))
			continue;
		if (writer->last != kind)
			add_head(writer->out, kind->name, "gauge", kind->help);
		writer->last = kind;
		gw_buf_add_c(writer->out, kind->name);
		if (kind->label != NULL)
			gw_buf_addf(writer->out, "{%s=\"%.*s\"}", kind->label, (int)which.len,
				    which.data);
		gw_buf_addf(writer->out, " %.15g\n", value);
	}
}

enum gw_err gw_handle_metrics(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct writer writer = {.out = &response->body};
	enum gw_err err = GW_OK;

	if (!is_local(request) && !gw_caller_has_token(request, gateway->config->metrics_token))
		return gw_response_error(
			response, GW_FORBIDDEN,
			"Metrics are for local addresses and for holders of the metrics token");
	add_requests(&response->body, gateway->metrics);
	add_durations(&response->body, gateway->metrics);
	add_waiting(&response->body, gateway->metrics);
	/* its failure is logged there, and told by the last number */
	err = gw_overview_read(gateway->db, ONLINE, add_number, &writer);
	add_head(&response->body, "clawgw_database_up", "gauge",
		 "Whether the database answered just now.");
	gw_buf_addf(&response->body, "clawgw_database_up %d\n", err == GW_OK);
	response->content_type = "text/plain; version=0.0.4";
	return GW_OK;
}
