/* SPDX-License-Identifier: ISC */
/*
 * responder.c: see responder.h.
 */
#include "gateway/responder.h"

#include "base/config.h"
#include "base/log.h"
#include "gateway/background.h"
#include "gateway/counters.h"
#include "gateway/ears.h"
#include "gateway/gateway.h"
#include "gateway/handout.h"
#include "http/serve.h"
#include "store/bell.h"
#include "store/db.h"

#include <getopt.h>
#include <unistd.h>
#include <limits.h>

#define MAX_RESPONSE_BYTES (256U * 1024 * 1024)
#define MAX_BLOCKED 128 /* requests that wait for outside services, beyond `threads` */
#define ERROR_MAX 1024

enum { EXIT_OK = 0, EXIT_USAGE = 2 };

static void usage(FILE *out, const char *program)
{
	(void)fprintf(out,
		      "usage: %s [-c FILE]\n"
		      "A FastCGI responder: to be started by spawn-fcgi, multiwatch, systemd or a "
		      "web server with its\n"
		      "listening socket as descriptor 0, or by a web server as a CGI program.\n"
		      "  -c, --config FILE  configuration (default $CLAWGW_CONFIG, else %s)\n"
		      "  -h, --help         this text\n"
		      "  -V, --version      the version\n",
		      program, GW_CONFIG_DEFAULT_FILE);
}

/* Sets *ret_path. True if the program is to go on, else *ret_status is its exit status. */
static bool read_arguments(int argc, char **argv, const char *program, const char **ret_path,
			   int *ret_status)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	int option = 0;

	/* a web server hands a CGI program parts of the query string as arguments: they are not ours */
	if (getenv("GATEWAY_INTERFACE") != NULL)
		return true;
	while ((option = getopt_long(argc, argv, "c:hV", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			*ret_path = optarg;
			break;
		case 'h':
			usage(stdout, program);
			*ret_status = EXIT_OK;
			return false;
		case 'V':
			(void)printf("%s %s\n", program, PACKAGE_VERSION);
			*ret_status = EXIT_OK;
			return false;
		default:
			usage(stderr, program);
			*ret_status = EXIT_USAGE;
			return false;
		}
	}
	if (optind < argc) {
		usage(stderr, program);
		*ret_status = EXIT_USAGE;
		return false;
	}
	return true;
}

static void listen_from_now_on(void *context)
{
	struct gw_gateway *gateway = context;
	const struct gw_config *config = gateway->config;

	gateway->bell =
		gw_bell_open(gateway->db, gw_config_listen_url(config, gw_config_web_url(config)),
			     "bell", &gw_ears, gateway);
}

/* Beside the counters, as they are shared by the same programs. */
static struct gw_rates *open_rates(const struct gw_config *config)
{
	struct gw_rates *rates = NULL;
	struct gw_buf path;

	gw_buf_init(&path, PATH_MAX);
	if (config->metrics_file[0] != '\0')
		gw_buf_addf(&path, "%s.rates", config->metrics_file);
	rates = gw_rates_open(path.data);
	gw_buf_release(&path);
	return rates;
}

int gw_responder_main(int argc, char **argv, const char *program,
		      const struct gw_endpoint *endpoints)
{
	struct gw_gateway gateway = {.db = NULL};
	struct gw_serve_options options = {.endpoints = endpoints};
	const char *path = NULL;
	struct gw_config config;
	struct gw_buf error;
	int status = EXIT_OK;
	enum gw_err err = GW_OK;

	gw_log_init(program, GW_LOG_NOTICE);
	if (!read_arguments(argc, argv, program, &path, &status))
		return status;
	gw_buf_init(&error, ERROR_MAX);
	err = gw_config_load(path, &error, &config);
	if (err != GW_OK) {
		gw_log_error("%s", gw_buf_str(&error).data);
		gw_buf_release(&error);
		return EXIT_USAGE;
	}
	gw_buf_release(&error);
	gw_log_set_level(config.log_level);

	gateway.config = &config;
	gateway.db = gw_db_new(gw_config_web_url(&config), program, (unsigned)config.db_connections,
			       config.statement_timeout);
	gateway.handouts = gw_handouts_new(gateway.db);
	gateway.metrics = gw_metrics_open(config.metrics_file, &gw_counter_table);
	gateway.rates = open_rates(&config);
	options.context = &gateway;
	options.prefix = gw_gateway_prefix(&config);
	options.finished = gw_counters_finished;
	options.waiting = gw_counters_waiting;
	options.threads = (unsigned)config.threads;
	options.max_blocked = MAX_BLOCKED;
	options.max_waiting = (unsigned)config.max_waiting;
	options.shutdown_timeout = config.shutdown_timeout;
	options.max_body_bytes = (size_t)config.max_body_bytes;
	options.max_response_bytes = MAX_RESPONSE_BYTES;
	options.first_wait = listen_from_now_on;
	err = gw_serve(&options);
	if (!gw_background_wait(config.shutdown_timeout)) {
		/* they still use what would be released now; the process ends with them */
		_exit(err == GW_OK ? EXIT_OK : EXIT_USAGE);
	}
	gw_bell_close(gateway.bell);
	gw_handouts_free(gateway.handouts);
	gw_db_free(gateway.db);
	gw_metrics_close(gateway.metrics);
	gw_rates_close(gateway.rates);
	gw_config_release(&config);
	return err == GW_OK ? EXIT_OK : EXIT_USAGE;
}
