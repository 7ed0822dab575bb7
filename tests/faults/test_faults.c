/* SPDX-License-Identifier: ISC */
/*
 * test_faults.c: a responder whose n-th call for memory, descriptors, reading, writing or epoll fails, for every n, in every kind of
 * request. The answer is the right one, a 5xx, or none; a process may only end by its own word, for want of memory, and another
 * is started. Nothing is lost and nothing is done twice: the same request afterwards does what it should.
 *
 * Each request is tried with a connection to the database that is there and with one that has to be made. Every 7th call is
 * made to fail, from another first one for each kind; with GW_PROVE each.
 */
#include "faults/fault.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "lib/database.h"
#include "unit/fcgi_client.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ALPHA "oc-alpha-plaintext-key-0001"
#define GAMMA "oc-gamma-plain-key-0003"
#define ALPHA_ID "33333333-0000-4000-8000-000000000001"
#define MESSAGE_ID "99999999-0000-4000-8000-000000000001"
#define STRIDE 7

/* A request, the state of the world before it, and what must be true whatever happened to it. */
struct scenario {
	const char *method, *uri, *key, *body;
	const char *good;    /* in the answer of a success */
	const char *prepare; /* SQL */
	const char *holds;   /* a query whose value is "t" after the fault */
	const char *later;   /* SQL: time passes, until what was held is held no more */
	const char *
		ends; /* a query whose value is "t" after the request was repeated without a fault */
	unsigned members; /* of the JSON object in the body */
	unsigned stride;  /* without GW_PROVE one call in so many is tried; 0: STRIDE */
};

struct rig {
	char *conninfo;
	PGconn *pg; /* kept, because every try asks a few times */
	char folder[64];
	char socket[96], log[96], control[96];
	struct fault *fault;
	pid_t pid;
	int listener;
	unsigned restarts;
	unsigned
		crashes; /* in json-c, which follows a null pointer when it has no memory for a member's name */
};

/* The beginning of a file; static. */
static const char *text_of(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "r");
	size_t len = file != NULL ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[len] = '\0';
	if (file != NULL)
		(void)fclose(file);
	return text;
}

static bool file_says(const char *path, const char *words)
{
	return strstr(text_of(path), words) != NULL;
}

static void start(struct rig *rig)
{
	const char *build = getenv("GW_TEST_BUILDDIR");
	char program[512], shim[512];
	int log = open(rig->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	(void)snprintf(program, sizeof(program), "%s/gateway.fcgi", build != NULL ? build : ".");
	(void)snprintf(shim, sizeof(shim), "%s/tests/faults/shim.so", build != NULL ? build : ".");
	cr_assert_geq(log, 0);
	atomic_store(&rig->fault->kind, FAULT_NONE);
	rig->pid = fork();
	if (rig->pid == 0) {
		char asan[600];

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(rig->listener, STDIN_FILENO);
		(void)dup2(log, STDERR_FILENO);
		(void)snprintf(
			asan, sizeof(asan),
			"%s:verify_asan_link_order=0:allocator_may_return_null=1:detect_leaks=0",
			getenv("ASAN_OPTIONS") != NULL ? getenv("ASAN_OPTIONS") : "");
		(void)setenv("ASAN_OPTIONS", asan, 1);
		(void)setenv("CLAWGW_CONFIG", "/dev/null", 1);
		(void)setenv("CLAWGW_DATABASE_URL", rig->conninfo, 1);
		(void)setenv("CLAWGW_THREADS", "1", 1);
		(void)setenv("CLAWGW_RATE_WRONG_KEYS", "0", 1);
		(void)setenv("CLAWGW_RATE_SENDS", "0", 1);
		(void)setenv("GW_FAULT", rig->control, 1);
		(void)setenv("LD_PRELOAD", shim, 1);
		(void)execl(program, program, (char *)NULL);
		_exit(127);
	}
	(void)close(log);
	cr_assert_gt(rig->pid, 0);
}

static void rig_begin(struct rig *rig)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = -1;

	*rig = (struct rig){.conninfo = gw_test_database_with_fixtures()};
	rig->pg = PQconnectdb(rig->conninfo);
	(void)snprintf(rig->folder, sizeof(rig->folder), "/tmp/gw-faults-XXXXXX");
	cr_assert_not_null(mkdtemp(rig->folder));
	(void)snprintf(rig->socket, sizeof(rig->socket), "%s/socket", rig->folder);
	(void)snprintf(rig->log, sizeof(rig->log), "%s/log", rig->folder);
	(void)snprintf(rig->control, sizeof(rig->control), "%s/control", rig->folder);
	fd = open(rig->control, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	cr_assert(fd >= 0 && ftruncate(fd, sizeof(*rig->fault)) == 0);
	rig->fault = mmap(NULL, sizeof(*rig->fault), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	cr_assert_neq((void *)rig->fault, MAP_FAILED);
	(void)close(fd);
	memcpy(address.sun_path, rig->socket, strlen(rig->socket) + 1);
	rig->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(rig->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(rig->listener, 16), 0);
	start(rig);
}

static void rig_end(struct rig *rig)
{
	(void)kill(rig->pid, SIGKILL);
	(void)waitpid(rig->pid, NULL, 0);
	(void)munmap(rig->fault, sizeof(*rig->fault));
	(void)close(rig->listener);
	(void)unlink(rig->socket);
	(void)unlink(rig->log);
	(void)unlink(rig->control);
	(void)rmdir(rig->folder);
	PQfinish(rig->pg);
	free(rig->conninfo);
}

/* The answer, as far as it came. */
static void ask(const struct rig *rig, const struct scenario *scenario, struct gw_buf *answer)
{
	struct gw_buf request;
	char length[24];
	size_t len = strlen(scenario->body);
	int fd = fcgi_connect(rig->socket);

	cr_assert_geq(fd, 0);
	/* nobody may be there */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 20},
			 sizeof(struct timeval));
	(void)snprintf(length, sizeof(length), "%zu", len);
	gw_buf_init(&request, 65536);
	gw_buf_reset(answer);
	gw_buf_add_c(answer, "");
	fcgi_add_begin(&request, false);
	fcgi_add_param(&request, "REQUEST_METHOD", scenario->method);
	fcgi_add_param(&request, "REQUEST_URI", scenario->uri);
	fcgi_add_param(&request, "HTTP_X_API_KEY", scenario->key);
	fcgi_add_param(&request, "HTTP_IDEMPOTENCY_KEY", "faults");
	fcgi_add_param(&request, "CONTENT_TYPE", "application/json");
	fcgi_add_param(&request, "CONTENT_LENGTH", length);
	fcgi_add_record(&request, FCGI_TYPE_PARAMS, "", 0);
	if (len > 0)
		fcgi_add_record(&request, FCGI_TYPE_STDIN, scenario->body, len);
	fcgi_add_record(&request, FCGI_TYPE_STDIN, "", 0);
	(void)fcgi_send(fd, gw_buf_str(&request));
	(void)fcgi_receive(fd, answer);
	(void)close(fd);
	gw_buf_release(&request);
}

/* Whether a process has begun to end: it closes its descriptors before it can be waited for. */
static bool is_ending(pid_t pid)
{
	char path[32];
	const char *at = NULL;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	at = strrchr(text_of(path), ')');
	/* the seventh word after the name is the kernel's flags, of which 4 is PF_EXITING */
	for (int word = 0; word < 7 && at != NULL; word++)
		at = strchr(at + 1, ' ');
	return at == NULL || (strtoul(at, NULL, 10) & 4) != 0;
}

/* What a process says that ends for want of memory: we, what we ask of libcrypto, and libfcgi. */
static bool said_why(const struct rig *rig)
{
	return file_says(rig->log, "out of memory") || file_says(rig->log, "libcrypto: ") ||
	       file_says(rig->log, "Malloc: Assertion");
}

/* If the process has ended, it did so by its own word; another one is started. */
static void look_after(struct rig *rig, const char *where)
{
	int status = 0;
	bool crashed = false;

	if (waitpid(rig->pid, &status, is_ending(rig->pid) ? 0 : WNOHANG) == 0)
		return;
	crashed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
	rig->crashes += crashed ? 1 : 0;
	cr_expect(crashed || (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && said_why(rig)),
		  "%s: the process ended with %x; its log: %s", where, (unsigned)status,
		  text_of(rig->log));
	rig->restarts++;
	start(rig);
}

static void sql(const struct rig *rig, const char *text)
{
	PGresult *result = PQexec(rig->pg, text);

	cr_assert(PQresultStatus(result) == PGRES_COMMAND_OK ||
			  PQresultStatus(result) == PGRES_TUPLES_OK,
		  "%s: %s", text, PQerrorMessage(rig->pg));
	PQclear(result);
}

static void expect(const struct rig *rig, const char *query, const char *where)
{
	PGresult *result = PQexec(rig->pg, query);

	cr_expect(PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") == 0, "%s: %s",
		  where, query);
	PQclear(result);
}

/* Right, or a failure that says so, or nothing. */
static void judge(const struct gw_buf *answer, const struct scenario *scenario, const char *where)
{
	const char *status = strstr(answer->data, "Status: ");
	bool good = strstr(answer->data, scenario->good) != NULL;
	int number = status != NULL
			     ? (status[8] - '0') * 100 + (status[9] - '0') * 10 + status[10] - '0'
			     : 200;

	if (answer->len == 0)
		return;
	cr_expect((number == 200 && (good || strstr(answer->data, "\r\n\r\n") == NULL)) ||
			  number >= 500,
		  "%s: %s", where, answer->data);
}

/* One fault in one request. False: there are not so many calls of the kind. */
static bool try(struct rig *rig, const struct scenario *scenario, enum fault_kind kind,
		unsigned long nth, bool cold)
{
	char where[128];
	struct gw_buf answer;
	unsigned long count = 0;

	(void)snprintf(where, sizeof(where), "%s, %s call %lu of kind %d", scenario->uri,
		       cold ? "cold" : "warm", nth, (int)kind);
	gw_buf_init(&answer, (size_t)1 << 20);
	sql(rig, scenario->prepare);
	if (cold)
		sql(rig, "SELECT pg_terminate_backend(pid, 5000) FROM "
			 "pg_stat_activity WHERE datname = "
			 "current_database() AND pid <> pg_backend_pid()");
	atomic_store(&rig->fault->count, 0);
	atomic_store(&rig->fault->nth, nth);
	atomic_store(&rig->fault->kind, (int)kind);
	ask(rig, scenario, &answer);
	atomic_store(&rig->fault->kind, FAULT_NONE);
	count = atomic_load(&rig->fault->count);
	look_after(rig, where);
	judge(&answer, scenario, where);
	expect(rig, scenario->holds, where);
	if (count >= nth) {
		sql(rig, scenario->later);
		ask(rig, scenario, &answer);
		if (strstr(answer.data, scenario->good) == NULL) {
			cr_expect(false, "%s, afterwards: %s; its log: %s", where, answer.data,
				  text_of(rig->log));
		}
		expect(rig, scenario->ends, where);
	}
	gw_buf_release(&answer);
	return count >= nth;
}

static void try_all(const struct scenario *scenario)
{
	unsigned stride = scenario->stride > 0 ? scenario->stride : STRIDE;
	unsigned long tried = 0;
	struct gw_buf answer;
	struct rig rig;

	if (getenv("GW_PROVE") != NULL)
		stride = 1;
	rig_begin(&rig);
	gw_buf_init(&answer, (size_t)1 << 20);
	for (int cold = 0; cold < 2; cold++) {
		for (int kind = FAULT_MEMORY; kind < FAULT_KINDS; kind++) {
			unsigned long nth = (unsigned long)(kind + cold * 3) % stride + 1;

			/* so that the first of a process is not what is tried */
			sql(&rig, scenario->prepare);
			ask(&rig, scenario, &answer);
			cr_assert_gt(answer.len, 0, "no answer; the log: %s", text_of(rig.log));
			while (try(&rig, scenario, (enum fault_kind)kind, nth, cold == 1)) {
				tried++;
				nth += stride;
			}
		}
	}
	/* with a connection and without */
	cr_expect_leq(rig.crashes, 2 * scenario->members, "%u crashes", rig.crashes);
	cr_expect_gt(tried, 4, "calls were made to fail");
	(void)printf("# measured: %s: %lu calls failed, %u processes ended for want of memory, "
		     "nothing lost\n",
		     scenario->uri, tried, rig.restarts);
	gw_buf_release(&answer);
	rig_end(&rig);
}

#define NOTHING                                                                                    \
	"DELETE FROM clawgw.sends; DELETE FROM clawgw.idempotency_keys; DELETE FROM "              \
	"gateway_messages; DELETE FROM chat_messages; "
/* Gamma wrote it to Alpha. */
#define MESSAGE(status)                                                                            \
	NOTHING "INSERT INTO gateway_messages (id, agent_id, sender_agent_id, content, status, "   \
		"created_at, delivered_at) "                                                       \
		"VALUES ('" MESSAGE_ID "', '" ALPHA_ID                                             \
		"', '33333333-0000-4000-8000-000000000003', 'a fine day', '" status                \
		"', now(), CASE '" status "' WHEN 'delivered' THEN now() END)"
#define IS "FROM gateway_messages WHERE id = '" MESSAGE_ID "'"
#define LAPSE                                                                                      \
	"UPDATE gateway_messages SET delivered_at = delivered_at - interval '2 hours' WHERE "      \
	"status = 'delivered'"

Test(faults, heartbeat)
{
	try_all(&(struct scenario){
		.method = "POST",
		.uri = "/api/gateway/heartbeat",
		.key = ALPHA,
		.body = "",
		.good = "\"status\":\"ok\"",
		.prepare = "UPDATE agents SET openclaw_last_seen = NULL",
		.holds = "SELECT true",
		.later = "SELECT",
		.ends = "SELECT openclaw_last_seen IS NOT NULL FROM agents WHERE id = '" ALPHA_ID
			"'",
	});
}

Test(faults, poll)
{
	try_all(&(struct scenario){
		.method = "GET",
		.uri = "/api/gateway/poll",
		.key = ALPHA,
		.body = "",
		.good = "a fine day",
		.prepare = MESSAGE("pending"),
		.holds = "SELECT status IN ('pending', 'delivered') " IS,
		.later = LAPSE,
		.ends = "SELECT status = 'delivered' " IS,
	});
}

Test(faults, report)
{
	try_all(&(struct scenario){
		.method = "POST",
		.uri = "/api/gateway/report",
		.key = ALPHA,
		.body = "{\"message_id\":\"" MESSAGE_ID "\",\"result\":\"so it is\"}",
		.members = 2,
		.good = "\"status\":\"ok\"",
		.prepare = MESSAGE("delivered"),
		.holds = "SELECT (status = 'completed') = (result IS NOT NULL) AND status IN "
			 "('delivered', 'completed') " IS,
		.later = "SELECT",
		.ends = "SELECT status = 'completed' AND result = 'so it is' AND (SELECT count(*) "
			"FROM chat_messages WHERE content = "
			"'so it is') < 2 AND (SELECT count(*) FROM gateway_messages WHERE agent_id "
			"<> '" ALPHA_ID "') = 1 " IS,
	});
}

Test(faults, send)
{
	try_all(&(struct scenario){
		.method = "POST",
		.uri = "/api/gateway/send-message",
		.key = ALPHA,
		.body = "{\"target\":\"Gamma\",\"content\":\"a fine day\"}",
		.members = 2,
		.good = "\"status\":\"accepted\"",
		.prepare = NOTHING,
		.holds = "SELECT count(*) < 2 FROM gateway_messages",
		.later = "SELECT",
		.ends = "SELECT count(*) = 1 FROM gateway_messages WHERE status = 'pending' AND "
			"content = 'a fine day'",
	});
}

Test(faults, status)
{
	try_all(&(struct scenario){
		.method = "GET",
		.uri = "/api/gateway/messages/" MESSAGE_ID,
		.key = GAMMA,
		.body = "",
		.good = "\"status\":\"pending\"",
		.prepare = MESSAGE("pending"),
		.holds = "SELECT status = 'pending' " IS,
		.later = "SELECT",
		.ends = "SELECT status = 'pending' " IS,
	});
}

Test(faults, health)
{
	try_all(&(struct scenario){
		.method = "GET",
		.uri = "/api/gateway/health",
		.key = "",
		.body = "",
		.good = "\"status\":\"ok\"",
		.prepare = "SELECT",
		.holds = "SELECT true",
		/* it is remembered for a second */
		.later = "SELECT pg_sleep(1.1)",
		.ends = "SELECT true",
		.stride = 29,
	});
}

Test(faults, guide)
{
	try_all(&(struct scenario){
		.method = "GET",
		.uri = "/api/gateway/setup-guide/" ALPHA_ID,
		.key = ALPHA,
		.body = "",
		.good = "skill_content",
		.prepare = "SELECT",
		.holds = "SELECT true",
		.later = "SELECT",
		.ends = "SELECT true",
	});
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
