/* SPDX-License-Identifier: ISC */
/*
 * main.c: the command line of clawgw-worker.
 */
#include "worker/worker.h"

#include "base/clock.h"
#include "base/text.h"

#include <curl/curl.h>
#include <getopt.h>
#include <sysexits.h>

static const char usage[] =
	"usage: clawgw-worker [-1hV] [-c file] [-m seconds]\n"
	"  -c, --config FILE        configuration (default $CLAWGW_CONFIG or the system's)\n"
	"  -1, --once               do what is due, then end (for cron)\n"
	"  -m, --max-seconds N      begin no job after N seconds, then end\n"
	"  -h, --help, -V, --version\n";

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},      {"once", no_argument, NULL, '1'},
	{"max-seconds", required_argument, NULL, 'm'}, {"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},           {NULL, 0, NULL, 0},
};

/* Returns an exit status, or -1 to go on. */
static int read_arguments(int argc, char **argv, struct gw_worker_options *options)
{
	int64_t seconds = 0;
	int option = 0;

	while ((option = getopt_long(argc, argv, "c:1m:hV", long_options, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->config_path = optarg;
			break;
		case '1':
			options->once = true;
			break;
		case 'm':
			if (!gw_parse_int64(gw_str(optarg), 1, 366 * 86400, &seconds)) {
				(void)fprintf(
					stderr,
					"clawgw-worker: --max-seconds wants a number of seconds\n");
				return EX_USAGE;
			}
			options->max_time = seconds * GW_USEC_PER_SEC;
			break;
		case 'h':
			(void)fputs(usage, stdout);
			return EX_OK;
		case 'V':
			(void)printf("clawgw-worker %s\n", options->version);
			return EX_OK;
		default:
			(void)fputs(usage, stderr);
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		(void)fputs(usage, stderr);
		return EX_USAGE;
	}
	return -1;
}

int gw_worker_main(int argc, char **argv)
{
	struct gw_worker_options options = {.version = PACKAGE_VERSION};
	struct gw_config config;
	struct gw_buf error;
	enum gw_err err = GW_OK;
	int status = read_arguments(argc, argv, &options);

	if (status >= 0)
		return status;
	gw_log_init("worker", GW_LOG_NOTICE);
	gw_buf_init(&error, 4096);
	if (gw_config_load(options.config_path, &error, &config) != GW_OK) {
		gw_log_error("%s", gw_buf_str(&error).data);
		gw_buf_release(&error);
		return EX_CONFIG;
	}
	gw_buf_release(&error);
	gw_log_set_level(config.log_level);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		gw_log_error("libcurl cannot be set up");
		gw_config_release(&config);
		return EX_SOFTWARE;
	}
	err = gw_worker_run(&config, &options);
	curl_global_cleanup();
	gw_config_release(&config);
	if (err == GW_UNAVAILABLE)
		return EX_TEMPFAIL;
	return err == GW_OK ? EX_OK : EX_SOFTWARE;
}
