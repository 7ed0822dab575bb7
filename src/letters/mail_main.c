/* SPDX-License-Identifier: ISC */
/*
 * mail_main.c: the command line of clawgw-mail, a filter that mail servers give one message on standard input.
 *
 * Whatever is wrong on our side (configuration, database) is for now: the mail server tries again. What it prints on standard output is for
 * whoever wrote the letter; the log goes to syslog, because mail servers show people what programs write to standard error.
 */
#include "letters/mail_main.h"

#include "base/log.h"
#include "channels/address.h"
#include "letters/arrive.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

/* Mail servers wait for some minutes, and end a filter that takes longer. */
#define ALARM_SECONDS 240

static const char usage[] =
	"usage: clawgw-mail [-hsV] [-c file] [-f sender] [recipient ...]\n"
	"  -c, --config FILE    configuration (default $CLAWGW_CONFIG or the system's)\n"
	"  -f, --sender ADDRESS sender of the envelope (default $SENDER, else Return-Path)\n"
	"  -s, --stderr         log to standard error instead of syslog\n"
	"  -h, --help, -V, --version\n";

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'}, {"sender", required_argument, NULL, 'f'},
	{"stderr", no_argument, NULL, 's'},       {"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},      {NULL, 0, NULL, 0},
};

struct options {
	const char *config_path;
	const char *sender; /* NULL: not said */
	bool to_stderr;
	char *const *recipients; /* as many as recipient_count */
	size_t recipient_count;
	char *alone; /* the only one, where the environment names it */
};

/* Returns an exit status, or -1 to go on. */
static int read_arguments(int argc, char **argv, struct options *options)
{
	int option = 0;

	while ((option = getopt_long(argc, argv, "c:f:shV", long_options, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->config_path = optarg;
			break;
		case 'f':
			options->sender = optarg;
			break;
		case 's':
			options->to_stderr = true;
			break;
		case 'h':
			(void)fputs(usage, stdout);
			return EX_OK;
		case 'V':
			(void)printf("clawgw-mail %s\n", PACKAGE_VERSION);
			return EX_OK;
		default:
			(void)fputs(usage, stderr);
			return EX_USAGE;
		}
	}
	options->recipients = argv + optind;
	options->recipient_count = (size_t)(argc - optind);
	return -1;
}

/* What Postfix and Exim tell programs of .forward files and aliases (local(8), pipe transport). */
static void read_environment(struct options *options)
{
	static const char *const names[] = {"ORIGINAL_RECIPIENT", "RECIPIENT"};

	if (options->sender == NULL)
		options->sender = getenv("SENDER");
	for (size_t i = 0; options->recipient_count == 0 && i < GW_ARRAY_LEN(names); i++) {
		options->alone = getenv(names[i]);
		if (options->alone != NULL && options->alone[0] != '\0') {
			options->recipients = &options->alone;
			options->recipient_count = 1;
		}
	}
}

/* EX_OK, or a status. */
static int read_message(const struct gw_config *config, struct gw_buf *message)
{
	char piece[65536];
	ssize_t got = 0;

	for (;;) {
		got = read(STDIN_FILENO, piece, sizeof(piece));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			gw_log_error("standard input cannot be read: errno %d", errno);
			return EX_TEMPFAIL;
		}
		if (got == 0)
			return EX_OK;
		gw_buf_add(message, piece, (size_t)got);
		if (gw_buf_overflowed(message)) {
			(void)printf("Your letter is too large: %lld bytes are taken at most.\n",
				     (long long)config->max_letter_bytes);
			return EX_DATAERR;
		}
	}
}

/* Where nobody says for whom it is, its headers do: the first of our addresses, one with a token before all others. */
static struct gw_str find_recipient(const struct gw_config *config, const struct gw_incoming *mail)
{
	struct gw_str found = GW_STR_NULL;

	for (size_t i = 0; i < mail->recipient_count; i++) {
		struct gw_str address = gw_str(mail->recipients[i]);
		struct gw_str local = GW_STR_NULL;
		struct gw_uuid thread;

		if (!gw_address_is_inbound(config, address, &local))
			continue;
		if (gw_address_read(config, local, 0, &thread) != GW_ADDRESS_PLAIN)
			return address;
		if (found.data == NULL)
			found = address;
	}
	return found.data != NULL ? found : GW_STR_LIT("");
}

static bool is_ours(const struct gw_config *config, struct gw_str address)
{
	struct gw_str local = GW_STR_NULL;

	return gw_address_is_inbound(config, address, &local);
}

/* For now wins over for good, and a refusal over success: what was taken already is recognised when it comes again. */
static int worse(int a, int b)
{
	if (a == EX_TEMPFAIL || b == EX_TEMPFAIL)
		return EX_TEMPFAIL;
	return a != EX_OK ? a : b;
}

static int arrive(struct gw_arrival *arrival, const struct options *options)
{
	struct gw_str only = GW_STR_NULL;
	struct gw_buf words;
	int status = EX_OK;
	bool any = false;

	for (size_t i = 0; i < options->recipient_count; i++)
		any = any || is_ours(arrival->config, gw_str(options->recipients[i]));
	only = find_recipient(arrival->config, arrival->mail);
	for (size_t i = 0; i < (any ? options->recipient_count : 1); i++) {
		struct gw_str recipient = any ? gw_str(options->recipients[i]) : only;
		int one = EX_OK;

		/* a catch-all hands over what was written to others, too */
		if (any && !is_ours(arrival->config, recipient))
			continue;
		gw_buf_init(&words, GW_ARRIVAL_WORDS_MAX);
		one = gw_letter_arrive(arrival, recipient, &words);
		if (one != EX_OK)
			(void)printf("%s\n", words.data);
		gw_buf_release(&words);
		status = worse(status, one);
	}
	return status;
}

static int run(const struct gw_config *config, const struct options *options)
{
	struct gw_arrival arrival = {.config = config};
	struct gw_incoming mail = {.from = NULL};
	struct gw_buf message;
	int status = EX_OK;

	if (config->inbound_address[0] == '\0') {
		gw_log_error("inbound_address is not set: no mail is taken");
		return EX_TEMPFAIL;
	}
	gw_buf_init(&message, (size_t)config->max_letter_bytes);
	status = read_message(config, &message);
	if (status == EX_OK && gw_incoming_read(gw_buf_str(&message), gw_str(options->sender),
						config->inbound_auth_host, &mail) != GW_OK) {
		gw_log_notice("refused (%d): not a message", EX_DATAERR);
		(void)puts("This is not a letter that can be read.");
		status = EX_DATAERR;
	} else if (status == EX_OK) {
		arrival.whole = gw_buf_str(&message);
		arrival.mail = &mail;
		arrival.db = gw_db_new(gw_config_web_url(config), "clawgw-mail", 1,
				       config->statement_timeout);
		status = arrive(&arrival, options);
		gw_db_free(arrival.db);
		gw_incoming_release(&mail);
	}
	gw_buf_release(&message);
	return status;
}

int gw_mail_main(int argc, char **argv)
{
	struct options options = {.config_path = NULL};
	struct gw_config config;
	struct gw_buf error;
	int status = read_arguments(argc, argv, &options);

	if (status >= 0)
		return status;
	(void)alarm(ALARM_SECONDS);
	gw_log_init("mail", GW_LOG_NOTICE);
	if (!options.to_stderr)
		gw_log_use_syslog("clawgw-mail", LOG_MAIL);
	read_environment(&options);
	gw_buf_init(&error, 4096);
	if (gw_config_load(options.config_path, &error, &config) != GW_OK) {
		gw_log_error("%s", gw_buf_str(&error).data);
		gw_buf_release(&error);
		return EX_TEMPFAIL;
	}
	gw_buf_release(&error);
	gw_log_set_level(config.log_level);
	status = run(&config, &options);
	gw_config_release(&config);
	return status;
}
