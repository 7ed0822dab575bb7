/* SPDX-License-Identifier: ISC */
/*
 * config.h: the one configuration of all programs.
 *
 * A file of `key = value` lines (inih), every key also as the environment variable CLAWGW_<KEY>,
 * which wins. The keys, their types, limits and defaults are one alphabetical table in config.c;
 * the shipped sample and the manual are checked against it.
 */
#ifndef GW_CONFIG_H
#define GW_CONFIG_H

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"

#include <stdint.h>

#define GW_CONFIG_DEFAULT_FILE GW_SYSCONFDIR "/clawgw/clawgw.conf"

/* Durations are in microseconds, sizes in bytes, switches 0 or 1. Strings are "" when not set, never NULL. */
struct gw_config {
	char *admin_token;
	char *allow_http_hosts;
	char *allow_private_hosts;
	char *ca_file;
	char *database_url;
	char *database_url_web;
	char *database_url_worker;
	int64_t db_connections;
	int64_t delivery_lease;
	char *feishu_url;
	char *guide_hosts;
	int64_t handout_lease;
	char *inbound_address;
	int64_t inbound_any_sender;
	char *inbound_auth_host;
	int64_t inbound_bounces;
	int64_t inbound_unproven;
	int64_t job_deadline;
	int64_t job_lease;
	int64_t jwt_leeway;
	char *jwt_secret;
	int64_t keep_audit;
	int64_t keep_completed;
	int64_t keep_events;
	int64_t keep_idempotency;
	int64_t keep_jobs;
	int64_t keep_letters;
	int64_t keep_sends;
	int64_t letter_attempts;
	char *letter_secret;
	int64_t letter_ttl;
	char *listen_url;
	enum gw_log_level log_level;
	int64_t max_body_bytes;
	int64_t max_deliveries;
	int64_t max_inflight;
	int64_t max_job_attempts;
	int64_t max_letter_bytes;
	int64_t max_pending;
	int64_t max_pending_from;
	int64_t max_pending_organisation;
	int64_t max_poll_bytes;
	int64_t max_reply_bytes;
	int64_t max_reply_depth;
	int64_t max_request_timeout;
	int64_t max_wait;
	int64_t max_waiting;
	char *message_id_domain;
	int64_t message_ttl;
	char *metrics_file;
	char *metrics_token;
	int64_t online_after;
	bool operator_actions;
	int64_t poll_batch;
	int64_t poll_interval;
	char *public_url;
	int64_t rate_requests;
	int64_t rate_requests_burst;
	int64_t rate_sends;
	int64_t rate_sends_burst;
	int64_t rate_wrong_keys;
	int64_t rate_wrong_keys_burst;
	char *secret_key;
	int64_t seen_interval;
	int64_t share_model;
	int64_t share_organisation;
	int64_t shutdown_timeout;
	char *site_name;
	char *smtp_from;
	char *smtp_password;
	char *smtp_reply_to;
	char *smtp_url;
	char *smtp_user;
	int64_t stall_timeout;
	int64_t statement_timeout;
	int64_t threads;
};

/*
 * Fills *ret_config from defaults, the file and the environment. `path` NULL means $CLAWGW_CONFIG,
 * or else GW_CONFIG_DEFAULT_FILE if that exists; a file that was named must be readable. On
 * GW_INVALID `error` says file, line and key in one sentence, and *ret_config is released.
 * An unknown CLAWGW_ variable is logged as a warning (CLAWGW_CONFIG and CLAWGW_PORT are known).
 */
GW_MUST_CHECK enum gw_err gw_config_load(const char *path, struct gw_buf *error,
					 struct gw_config *ret_config);
/* The database as a kind of program reaches it: its own setting, else database_url. */
const char *gw_config_web_url(const struct gw_config *config);
const char *gw_config_worker_url(const struct gw_config *config);
/* Where LISTEN works, for the program that reaches the database by `url`: listen_url, else the same. */
const char *gw_config_listen_url(const struct gw_config *config, const char *url);
/* Wipes secrets. */
void gw_config_release(struct gw_config *config);

/* Writes the documented sample file: every key, its meaning, its default commented out. */
void gw_config_sample(struct gw_buf *out);
/*
 * Calls `visit` for every key in alphabetical order with its default and its current value as text
 * in the file's own notation; the value of a secret is "(set)" or "".
 */
typedef void gw_config_visit(void *arg, const char *key, const char *value,
			     const char *default_value, const char *help);
void gw_config_each(const struct gw_config *config, gw_config_visit *visit, void *arg);

#endif
