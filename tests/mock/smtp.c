/* SPDX-License-Identifier: ISC */
/*
 * smtp.c: a stand-in for a mail server (RFC 5321), and ways in which one can fail.
 *
 *   smtp [-p PORT] [-d FOLDER] [-s] [-t] [-a USER:PASSWORD] [-u] [-n MAILS]
 *
 * Prints the port it listens on (127.0.0.1). -s offers STARTTLS, -t speaks TLS from the beginning,
 * both with a certificate made at the start, FOLDER/ca.pem. -a wants AUTH PLAIN or LOGIN before
 * mail. -u offers SMTPUTF8. -n ends a connection with 421 when it has brought so many. Messages are stored as FOLDER/mail-N.eml. The recipient decides: refused_… is answered with
 * 550, later_… with 451, cut_… by closing the connection, hang_… not at all; nodata_… refuses the
 * message after it came, lost_… takes and stores it, and closes without an answer.
 *
 * Log: "connection", "mail N FROM TO tls=yes|no user=NAME", "login NAME refused".
 */
#include "mock/mock.h"

#include "base/alloc.h"
#include "base/digest.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_SIZE 4096
#define MAIL_MAX ((size_t)16 * 1024 * 1024)

static struct mock_options options = {.name = "smtp",
				      .folder = ".",
				      .help = "[-s] [-t] [-u] [-a USER:PASSWORD] [-n MAILS]"};
static SSL_CTX *tls_context;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned mail_count;

struct session {
	int fd;
	SSL *tls; /* NULL: in the clear */
	char user[256];
	char from[300];
	char to[300];
	unsigned mails; /* that this connection has brought */
	size_t held;    /* bytes in `in` */
	size_t at;
	char in[LINE_SIZE];
};

static int read_char(struct session *session)
{
	if (session->at == session->held) {
		ssize_t got = session->tls != NULL
				      ? SSL_read(session->tls, session->in, sizeof(session->in))
				      : recv(session->fd, session->in, sizeof(session->in), 0);

		if (got <= 0)
			return -1;
		session->held = (size_t)got;
		session->at = 0;
	}
	return (unsigned char)session->in[session->at++];
}

/* A line without its end; false at the end of the stream or if it is too long. */
static bool read_line(struct session *session, char line[LINE_SIZE])
{
	size_t len = 0;
	int c = 0;

	while ((c = read_char(session)) >= 0 && c != '\n' && len < LINE_SIZE - 1)
		line[len++] = (char)c;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	return c == '\n';
}

static void say(struct session *session, const char *fmt, ...) GW_PRINTF(2, 3);
static void say(struct session *session, const char *fmt, ...)
{
	char text[512];
	va_list args;
	int len = 0;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text) - 2, fmt, args);
	va_end(args);
	memcpy(text + len, "\r\n", 2);
	if (session->tls != NULL)
		(void)SSL_write(session->tls, text, len + 2);
	else
		(void)send(session->fd, text, (size_t)len + 2, MSG_NOSIGNAL);
}

static bool start_tls(struct session *session)
{
	session->tls = SSL_new(tls_context);
	session->held = session->at =
		0; /* what was said in the clear is forgotten (RFC 3207, 4.2) */
	return session->tls != NULL && SSL_set_fd(session->tls, session->fd) == 1 &&
	       SSL_accept(session->tls) == 1;
}

/* A whole, dot-unstuffed message; false at the end of the stream. */
static bool read_mail(struct session *session, struct gw_buf *mail)
{
	char line[LINE_SIZE];

	while (read_line(session, line)) {
		if (strcmp(line, ".") == 0)
			return true;
		gw_buf_add_c(mail, line[0] == '.' ? line + 1 : line);
		gw_buf_add_c(mail, "\r\n");
	}
	return false;
}

static void store(struct session *session, const struct gw_buf *mail)
{
	char name[64];
	char *path = NULL;
	FILE *file = NULL;
	unsigned number = 0;

	pthread_mutex_lock(&lock);
	number = ++mail_count;
	pthread_mutex_unlock(&lock);
	(void)snprintf(name, sizeof(name), "mail-%u.eml", number);
	path = mock_path(name);
	file = fopen(path, "we");
	if (file == NULL || fwrite(mail->data, 1, mail->len, file) != mail->len)
		perror(path);
	if (file != NULL)
		(void)fclose(file);
	free(path);
	mock_log("mail %u %s %s tls=%s user=%s", number, session->from, session->to,
		 session->tls != NULL ? "yes" : "no", session->user);
}

/* The address between < and > of MAIL FROM:<…> and RCPT TO:<…>. */
static bool address_of(const char *line, char *address, size_t size)
{
	const char *begin = strchr(line, '<');
	const char *end = begin == NULL ? NULL : strchr(begin, '>');

	if (end == NULL || (size_t)(end - begin) > size)
		return false;
	(void)snprintf(address, size, "%.*s", (int)(end - begin - 1), begin + 1);
	return true;
}

static bool log_in(struct session *session, const char *name, const char *password)
{
	char given[512];

	(void)snprintf(given, sizeof(given), "%s:%s", name, password);
	if (options.account == NULL || strcmp(given, options.account) != 0) {
		mock_log("login %s refused", name);
		say(session, "535 5.7.8 wrong user name or password");
		return true;
	}
	(void)snprintf(session->user, sizeof(session->user), "%s", name);
	say(session, "235 2.7.0 welcome");
	return true;
}

static bool decode(const char *text, struct gw_buf *out)
{
	gw_buf_reset(out);
	return gw_base64_decode(out, gw_str(text));
}

/* AUTH PLAIN (RFC 4616) with or without an initial response, and AUTH LOGIN. */
static bool authenticate(struct session *session, const char *arguments)
{
	char line[LINE_SIZE];
	struct gw_buf first;
	struct gw_buf second;
	bool more = true;

	gw_buf_init(&first, 600);
	gw_buf_init(&second, 600);
	(void)snprintf(line, sizeof(line), "%s", arguments);
	if (strncasecmp(arguments, "PLAIN", 5) == 0) {
		if (arguments[5] == ' ') {
			(void)snprintf(line, sizeof(line), "%s", arguments + 6);
		} else {
			say(session, "334 ");
			more = read_line(session, line);
		}
		if (more && decode(line, &first) && first.len > 2 && first.data[0] == '\0')
			more = log_in(session, first.data + 1,
				      first.data + 2 + strlen(first.data + 1));
		else
			say(session, "501 5.5.2 not understood");
	} else if (strcasecmp(arguments, "LOGIN") == 0) {
		say(session, "334 VXNlcm5hbWU6");
		more = read_line(session, line) && decode(line, &first);
		say(session, "334 UGFzc3dvcmQ6");
		more = more && read_line(session, line) && decode(line, &second) &&
		       log_in(session, first.data, second.data);
	} else {
		say(session, "504 5.5.4 unknown mechanism");
	}
	gw_buf_release(&first);
	gw_buf_release(&second);
	return more;
}

static bool begins(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static void greet(struct session *session)
{
	say(session, "250-mock");
	if (options.offers_starttls && session->tls == NULL)
		say(session, "250-STARTTLS");
	if (options.account != NULL)
		say(session, "250-AUTH PLAIN LOGIN");
	if (options.offers_utf8)
		say(session, "250-SMTPUTF8");
	say(session, "250 8BITMIME");
}

static bool take_recipient(struct session *session, const char *line)
{
	if (session->from[0] == '\0' || !address_of(line, session->to, sizeof(session->to))) {
		say(session, "503 5.5.1 not now");
		return true;
	}
	if (begins(session->to, "hang_"))
		mock_sleep(60000);
	if (begins(session->to, "cut_") || begins(session->to, "hang_"))
		return false;
	if (begins(session->to, "refused_"))
		say(session, "550 5.1.1 no such user \xff here");
	else if (begins(session->to, "later_"))
		say(session, "451 4.3.0 try again later");
	else
		say(session, "250 2.1.5 ok");
	return true;
}

static bool take_mail(struct session *session)
{
	struct gw_buf mail;
	bool more = false;

	if (session->to[0] == '\0') {
		say(session, "503 5.5.1 not now");
		return true;
	}
	say(session, "354 go on");
	gw_buf_init(&mail, MAIL_MAX);
	more = read_mail(session, &mail);
	if (more && begins(session->to, "nodata_")) {
		say(session, "554 5.7.1 not wanted");
	} else if (more) {
		store(session, &mail);
		session->mails++;
		more = !begins(session->to, "lost_");
		if (more)
			say(session, "250 2.0.0 queued");
	}
	gw_buf_release(&mail);
	return more;
}

/* False: the connection ends. */
static bool obey(struct session *session, const char *line)
{
	if (begins(line, "EHLO ") || begins(line, "HELO ")) {
		greet(session);
	} else if (strcasecmp(line, "STARTTLS") == 0 && options.offers_starttls) {
		say(session, "220 2.0.0 go ahead");
		return start_tls(session);
	} else if (begins(line, "AUTH ")) {
		return authenticate(session, line + 5);
	} else if (begins(line, "MAIL FROM:")) {
		if (options.mails > 0 && session->mails >= options.mails) {
			say(session, "421 4.7.0 enough for one connection");
			return false;
		}
		if (options.account != NULL && session->user[0] == '\0')
			say(session, "530 5.7.0 who are you?");
		else if (address_of(line, session->from, sizeof(session->from)))
			say(session, "250 2.1.0 ok");
		else
			say(session, "501 5.1.7 no address");
	} else if (begins(line, "RCPT TO:")) {
		return take_recipient(session, line);
	} else if (strcasecmp(line, "DATA") == 0) {
		return take_mail(session);
	} else if (strcasecmp(line, "NOOP") == 0) {
		say(session, "250 2.0.0 ok");
	} else if (strcasecmp(line, "QUIT") == 0) {
		say(session, "221 2.0.0 bye");
		return false;
	} else {
		say(session, "500 5.5.1 not understood");
	}
	return true;
}

static void serve(int fd)
{
	struct session *session = gw_xcalloc(1, sizeof(*session));
	char line[LINE_SIZE];

	session->fd = fd;
	mock_log("connection");
	if (!options.is_tls || start_tls(session)) {
		say(session, "220 mock ESMTP");
		while (read_line(session, line) && obey(session, line))
			;
	}
	SSL_free(session->tls);
	free(session);
}

static bool add_extension(X509 *certificate, int kind, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension = NULL;
	bool added = false;

	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
	added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return added;
}

/*
 * A key and a self-signed certificate for this machine, good for a day; ca.pem is what clients have
 * to trust.
 */
static bool make_certificate(void)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);
	char *path = mock_path("ca.pem");
	FILE *file = fopen(path, "we");
	bool made = false;

	tls_context = SSL_CTX_new(TLS_server_method());
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"mock", -1, -1,
				   0);
	made = file != NULL && tls_context != NULL && X509_set_version(certificate, 2) == 1 &&
	       X509_set_issuer_name(certificate, name) == 1 &&
	       X509_set_pubkey(certificate, key) == 1 &&
	       add_extension(certificate, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost") &&
	       add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
	       X509_sign(certificate, key, EVP_sha256()) > 0 &&
	       PEM_write_X509(file, certificate) == 1 &&
	       SSL_CTX_use_certificate(tls_context, certificate) == 1 &&
	       SSL_CTX_use_PrivateKey(tls_context, key) == 1;
	if (file != NULL)
		(void)fclose(file);
	free(path);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return made;
}

int main(int argc, char **argv)
{
	mock_arguments(argc, argv, &options);
	mock_prepare(&options);
	if ((options.offers_starttls || options.is_tls) && !make_certificate()) {
		(void)fprintf(stderr, "smtp: no certificate could be made\n");
		return 1;
	}
	return mock_serve(&options, serve);
}
