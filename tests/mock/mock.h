/* SPDX-License-Identifier: ISC */
/*
 * mock.h: what the stand-ins for outside services share: a listener on 127.0.0.1, a thread per
 * connection, a log file.
 */
#ifndef GW_MOCK_H
#define GW_MOCK_H

#include "base/buf.h"

#include <stdbool.h>

struct mock_options {
	const char *name; /* the log file is FOLDER/NAME.log */
	const char *folder;
	const char *help;
	int port; /* 0: any */
	bool offers_starttls;
	bool offers_utf8;
	bool is_tls;
	const char *account; /* "user:password"; NULL: nobody has to log in */
	unsigned mails;      /* that one connection may bring; 0: as many as it likes */
};

/*
 * Reads -p PORT, -d FOLDER, -s (STARTTLS), -t (TLS), -u (SMTPUTF8), -a USER:PASSWORD, -n MAILS; ends the program on
 * anything else.
 */
void mock_arguments(int argc, char **argv, struct mock_options *options);
/* Takes note of the options before anything is served. */
void mock_prepare(const struct mock_options *options);
/*
 * Listens on 127.0.0.1, prints the port on a line of its own, and calls `serve` in a thread of its
 * own for each connection, which it closes afterwards. Returns only to fail.
 */
int mock_serve(const struct mock_options *options, void (*serve)(int fd));

/* Appends a line to the log file, in one write(2). */
void mock_log(const char *fmt, ...) GW_PRINTF(1, 2);
/* FOLDER/NAME, to be freed; once mock_prepare() or mock_serve() was called. */
char *mock_path(const char *name);
void mock_sleep(int milliseconds);
/* Closes with a reset instead of an orderly end. */
void mock_reset(int fd);

#endif
