/* SPDX-License-Identifier: ISC */
/*
 * settings.h: the table of settings, in alphabetical order; part of config.c, of no use elsewhere.
 *
 * The sample file and the manual page say the same in other words; tests hold them against it.
 */
#ifndef GW_SETTINGS_H
#define GW_SETTINGS_H

#include "base/clock.h"
#include "base/setting.h"

#define FIELD(name) #name, offsetof(struct gw_config, name)
/* clang-format off */
#define MSEC(n) ((n) * INT64_C(1000))
#define HOURS(n) ((n) * INT64_C(3600) * GW_USEC_PER_SEC)
#define DAYS(n) ((n) * 24 * HOURS(1))
#define KIB(n) ((n) * INT64_C(1024))
#define MIB(n) ((n) * KIB(1024))
/* clang-format on */

static const struct setting settings[] = {
	{FIELD(admin_token), SECRET, "", 0, 0,
	 "Bearer token that may make a new API key for any agent. Without it and without "
	 "jwt_secret nobody may."},
	{FIELD(allow_http_hosts), STRING, "", 0, 0,
	 "Hosts that a model's base_url and an organisation's own Feishu address may name without "
	 "https, such as models.internal *.example.org."},
	{FIELD(allow_private_hosts), STRING, "", 0, 0,
	 "Hosts that a model's base_url and an organisation's own Feishu address may name although "
	 "they are on this machine or in a private network."},
	{FIELD(ca_file), STRING, "", 0, 0,
	 "Certificates (PEM) that outside servers are checked against, instead of the system's."},
	{FIELD(database_url), SECRET, "", 0, 0,
	 "PostgreSQL, as a libpq URI or key=value string. Empty means libpq's own defaults (PGHOST "
	 "and so on)."},
	{FIELD(database_url_web), SECRET, "", 0, 0,
	 "The same for responders, as a role that may do what they need and no more. Empty means "
	 "database_url."},
	{FIELD(database_url_worker), SECRET, "", 0, 0,
	 "The same for workers. Empty means database_url."},
	{FIELD(db_connections), INTEGER, "2", 1, 64,
	 "Database connections that one responder has at the most; its threads share them."},
	{FIELD(delivery_lease), DURATION, "1h", 0, DAYS(3650),
	 "A delivered message without a final report is handed out again after this time. 0 means "
	 "never."},
	{FIELD(feishu_url), WEB_URL, "https://open.feishu.cn", 0, 0,
	 "Base URL of the Feishu API; Lark is https://open.larksuite.com."},
	{FIELD(guide_hosts), STRING, "", 0, 0,
	 "Hosts that may stand for this gateway in what agents and people are given, as the "
	 "request names "
	 "them, when public_url is empty."},
	{FIELD(handout_lease), DURATION, "90s", GW_USEC_PER_SEC, HOURS(1),
	 "A message whose answer is not known to have arrived is handed out again after this "
	 "time."},
	{FIELD(inbound_address), ADDRESS, "", 0, 0,
	 "Address that people's letters come to, such as agents@example.org; answers go to it with "
	 "a "
	 "token behind a plus sign. Empty means that no mail comes in."},
	{FIELD(inbound_any_sender), BOOLEAN, "off", 0, 0,
	 "Whether an answer by mail may come from another address than the person's own."},
	{FIELD(inbound_auth_host), STRING, "", 0, 0,
	 "The mail server whose Authentication-Results headers are believed (RFC 8601)."},
	{FIELD(inbound_bounces), BOOLEAN, "on", 0, 0,
	 "Whether mail that cannot be delivered comes back to inbound_address. The mail server "
	 "must "
	 "take "
	 "that as the sender of mail."},
	{FIELD(inbound_unproven), BOOLEAN, "off", 0, 0,
	 "Whether people may write first by mail although nothing proves who they are."},
	{FIELD(job_deadline), DURATION, "1d", MSEC(100), DAYS(365),
	 "A job that has not been done after this time is dead, and its sender is told."},
	{FIELD(job_lease), DURATION, "15s", MSEC(100), HOURS(1),
	 "A worker that has not renewed its claim for this time counts as dead, and its jobs run "
	 "again."},
	{FIELD(jwt_leeway), DURATION, "30s", 0, HOURS(1),
	 "How far the clocks of whoever makes login tokens and of this machine may differ."},
	{FIELD(jwt_secret), SECRET, "", 0, 0,
	 "Secret of the platform's login tokens (JWT, HS256)."},
	{FIELD(keep_audit), DURATION, "400d", 0, DAYS(36500),
	 "Who did what to whom is forgotten after this time. 0 means never."},
	{FIELD(keep_completed), DURATION, "30d", 0, DAYS(36500),
	 "Completed and expired messages are removed after this time; their conversations stay. 0 "
	 "means never. In tables that are the platform's own none is removed."},
	{FIELD(keep_events), DURATION, "1d", MSEC(60000), DAYS(365),
	 "Screens that were away for longer than this load anew what they show, instead of being "
	 "told what they missed."},
	{FIELD(keep_idempotency), DURATION, "7d", 0, DAYS(36500),
	 "A repeated send-message is recognised for this time. 0 means for ever."},
	{FIELD(keep_jobs), DURATION, "30d", 0, DAYS(36500),
	 "Finished and dead jobs are removed after this time. 0 means never."},
	{FIELD(keep_letters), DURATION, "180d", 0, DAYS(36500),
	 "Letters are removed after this time; their conversations stay. 0 means never."},
	{FIELD(keep_sends), DURATION, "90d", 0, DAYS(36500),
	 "The record of what was sent to people is removed after this time. 0 means never."},
	{FIELD(letter_attempts), INTEGER, "250", 1, 1000,
	 "A letter that could not be delivered this many times has failed, and its agent is told."},
	{FIELD(letter_secret), SECRET, "", 0, 0,
	 "Secret that the tokens in addresses are made with, at least 16 characters; needed with "
	 "inbound_address."},
	{FIELD(letter_ttl), DURATION, "90d", DAYS(1), DAYS(3650),
	 "How long after a letter its token takes answers."},
	{FIELD(listen_url), SECRET, "", 0, 0,
	 "PostgreSQL without a pooler in between, where the other URLs lead to a transaction "
	 "pooler: for LISTEN. Empty means the program's own URL."},
	{FIELD(log_level), LEVEL, "notice", 0, 0, "How much goes to the log."},
	{FIELD(max_body_bytes), SIZE, "2M", KIB(1), MIB(64),
	 "Larger request bodies are refused (413)."},
	{FIELD(max_deliveries), INTEGER, "5", 1, 1000,
	 "A message that was handed out this many times without a report expires."},
	{FIELD(max_inflight), INTEGER, "64", 1, 2000,
	 "Model calls that one worker has under way at once."},
	{FIELD(max_job_attempts), INTEGER, "300", 1, 1000,
	 "A job that failed this many times is dead. So is one that failed 8 times in a way that "
	 "the "
	 "model's provider is paid for."},
	{FIELD(max_letter_bytes), SIZE, "25M", KIB(16), MIB(64),
	 "Larger letters are refused when they come in by mail."},
	{FIELD(max_pending), INTEGER, "10000", 1, 10000000,
	 "No more messages are taken for an agent for which this many wait (429)."},
	{FIELD(max_pending_from), INTEGER, "1000", 1, 10000000,
	 "The same for messages from one agent or person to one agent."},
	{FIELD(max_pending_organisation), INTEGER, "1000000", 1, INT64_C(1000000000),
	 "The same for all agents of an organisation together."},
	{FIELD(max_poll_bytes), SIZE, "8M", KIB(64), MIB(192),
	 "A poll hands out fewer messages, or less history, rather than a larger answer."},
	{FIELD(max_reply_bytes), SIZE, "1M", KIB(1), MIB(64),
	 "Larger answers of models are an error."},
	{FIELD(max_reply_depth), INTEGER, "8", 0, 1000,
	 "0: the result of an agent is not passed on to the agent that asked. Anything else: it "
	 "is."},
	{FIELD(max_request_timeout), DURATION, "30m", GW_USEC_PER_SEC, DAYS(1),
	 "No model call may take longer, whatever the model's own request_timeout says."},
	{FIELD(max_wait), DURATION, "50s", 0, 50 * GW_USEC_PER_SEC,
	 "The longest that a poll with ?wait= waits for a message. 0 means that none waits."},
	{FIELD(max_waiting), INTEGER, "10000", 0, 100000,
	 "Requests of one process that may wait at once. Each needs a descriptor."},
	{FIELD(message_id_domain), STRING, "", 0, 0,
	 "Domain in the Message-ID of mail. Empty means that of smtp_from."},
	{FIELD(message_ttl), DURATION, "30d", HOURS(1), DAYS(3650),
	 "A message that nobody has completed after this time expires, and its sender is told."},
	{FIELD(metrics_file), STRING, "", 0, 0,
	 "The responders' common counters, a file; beside it, with .rates behind its name, is what "
	 "limits "
	 "rates. Empty means that each counts for itself."},
	{FIELD(metrics_token), SECRET, "", 0, 0, "Bearer token that may read the metrics."},
	{FIELD(online_after), DURATION, "90s", MSEC(1000), DAYS(1),
	 "An agent that was not seen for this time counts as offline."},
	{FIELD(operator_actions), BOOLEAN, "on", 0, 0,
	 "Whether administrators may change something at the operators' page. Off: they only look, "
	 "for a screen on the wall, say."},
	{FIELD(poll_batch), INTEGER, "100", 1, 1000,
	 "Messages that one poll hands out unless it asks with ?limit=."},
	{FIELD(poll_interval), DURATION, "5s", MSEC(100), HOURS(1),
	 "How often a worker looks for jobs that it was not told about."},
	{FIELD(public_url), WEB_URL, "", 0, 0,
	 "Base URL under which agents reach this gateway. Empty means scheme and host of the "
	 "request if guide_hosts or this machine has such a name, else http://localhost."},
	{FIELD(rate_requests), INTEGER, "0", 0, 100000,
	 "Requests of one API key that are answered in a second, on the average; more get 429. 0 "
	 "means "
	 "no limit."},
	{FIELD(rate_requests_burst), INTEGER, "600", 1, 1000000,
	 "Requests of one API key that are answered at once after a quiet time."},
	{FIELD(rate_sends), INTEGER, "20", 0, 100000,
	 "Messages that one API key may send in a second, on the average; more get 429. 0 means no "
	 "limit."},
	{FIELD(rate_sends_burst), INTEGER, "600", 1, 1000000,
	 "Messages that one API key may send at once after a quiet time."},
	{FIELD(rate_wrong_keys), INTEGER, "5", 0, 100000,
	 "Wrong API keys and tokens that are looked up for one address in a second, on the "
	 "average; "
	 "then keys that were not right within the hour get 429. 0 means no limit."},
	{FIELD(rate_wrong_keys_burst), INTEGER, "100", 1, 1000000,
	 "Wrong API keys and tokens that are looked up for one address at once after a quiet "
	 "time."},
	{FIELD(secret_key), SECRET, "", 0, 0,
	 "Secret under which the platform encrypts the API keys of models."},
	{FIELD(seen_interval), DURATION, "10s", 0, HOURS(1),
	 "That an agent was seen is not written again within this time."},
	{FIELD(share_model), INTEGER, "66", 1, 100,
	 "Percent of max_inflight that one model may have when it is alone. 100 means no limit."},
	{FIELD(share_organisation), INTEGER, "75", 1, 100,
	 "Percent of max_inflight that one organisation may have when it is alone. 100 means no "
	 "limit."},
	{FIELD(shutdown_timeout), DURATION, "30s", MSEC(100), HOURS(1),
	 "After SIGTERM a program finishes its work for at most this time."},
	{FIELD(site_name), STRING, "clawgw", 0, 0,
	 "Name of this installation in texts that people read."},
	{FIELD(smtp_from), STRING, "", 0, 0, "Sender address of e-mail."},
	{FIELD(smtp_password), SECRET, "", 0, 0, "Password at the mail server."},
	{FIELD(smtp_reply_to), STRING, "", 0, 0,
	 "Address that answers to e-mail go to, if not smtp_from."},
	{FIELD(smtp_url), SMTP_URL, "", 0, 0,
	 "Mail server, such as smtps://mail.example.org:465. Empty means no e-mail."},
	{FIELD(smtp_user), STRING, "", 0, 0, "User name at the mail server."},
	{FIELD(stall_timeout), DURATION, "1m", MSEC(100), DAYS(1),
	 "A model call during which nothing arrives for this time has failed."},
	{FIELD(statement_timeout), DURATION, "10s", 0, HOURS(1),
	 "The longest a single database statement may take. 0 means no limit."},
	{FIELD(threads), INTEGER, "4", 1, 64, "Requests that one responder works on at once."},
};

#endif
