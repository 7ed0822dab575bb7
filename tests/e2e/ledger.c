/* SPDX-License-Identifier: ISC */
/*
 * ledger.c: agents and people that write, poll and report while everything under them is killed, and a journal of what they were
 * told. ledger.sql compares it with the database.
 *
 *   ledger -s SOCKET -d FOLDER [-n MESSAGES] [-t SECONDS] [-c CUTS] [-r SEED]
 *
 * Agents have the keys oc-ledger-1 … and the names Ledger 1 …, people the sessions ledger-1 … (ledger.test makes them). The
 * messages are sent within some SECONDS. Of a thousand
 * requests the client breaks off CUTS: before all of it is sent, after it, or in the middle of the answer. What has no answer is
 * repeated until it has one, as the protocol asks for, with the same message_id; one kind of message is sent once and never again.
 * Prints "accepted" when everybody has an answer to all that he sent; then agents go on to poll until FOLDER/go is gone.
 *
 * The journal is FOLDER/NAME.tsv, for COPY; times are microseconds of one clock:
 *
 *   sent      content, kind, sender, receiver, message_id, outcome (accepted, unknown, refused), when
 *   got       agent, content, message's id, attempt, when the poll began, when it had ended
 *   polls     agent, when one began, when it had ended, whether its whole answer came, whether it was full
 *   reported  agent, message's id, answer's content, status, when
 *   dropped   agent, content, when: got by a process that ended before it did anything
 *
 * Contents are unique: "ledger N", and what is answered to it has its own in it.
 */
#include "e2e/cut_client.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/uuid.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AGENTS 6 /* the odd ones have sessions, two processes each */
#define PEOPLE 3
#define SENDERS 8
#define RECEIVERS (AGENTS + AGENTS / 2)
#define ANSWER_MAX ((size_t)4 * 1024 * 1024)
#define LIMIT 20
#define TRIES 3000 /* of a request; a pause follows each */

enum journal { SENT, GOT, POLLS, REPORTED, DROPPED, JOURNALS };

static struct {
	struct sockaddr_un address;
	const char *folder;
	int64_t messages, cuts, seed, seconds;
	FILE *journals[JOURNALS];
	atomic_int refused; /* answers that nobody expected */
} ledger = {.messages = 1000, .cuts = 100, .seed = 1};

/* What a thread has for itself. */
struct hand {
	unsigned short chance[3];
	long number; /* of the sender, or of the receiver */
	struct gw_buf answer;
};

static long chance(struct hand *hand, long below)
{
	return nrand48(hand->chance) % below;
}

static void hand_begin(struct hand *hand, long number)
{
	hand->number = number;
	hand->chance[0] = (unsigned short)ledger.seed;
	hand->chance[1] = (unsigned short)number;
	hand->chance[2] = (unsigned short)(ledger.seed >> 16);
	gw_buf_init(&hand->answer, ANSWER_MAX);
}

static int ask(struct hand *hand, const char *method, const char *path, const char *header,
	       const char *body, struct gw_str *ret_body)
{
	struct cut_request request = {.method = method,
				      .path = path,
				      .headers = header,
				      .body = body};

	if (chance(hand, 1000) < ledger.cuts) {
		static const enum cut cuts[] = {CUT_BEFORE, CUT_AFTER, CUT_MIDDLE};

		request.cut = cuts[chance(hand, 3)];
		request.cut_at = (size_t)chance(hand, request.cut == CUT_AFTER ? 20000 : 600);
	}
	return cut_ask(&ledger.address, &request, &hand->answer, ret_body);
}

static void pause_a_little(struct hand *hand)
{
	(void)usleep((useconds_t)(20000 + chance(hand, 100000)));
}

/* -- senders ------------------------------------------------------------------------------------------------------------ */

enum kind { AGENT, NATIVE, CONNECT, PERSON_AGENT, PERSON_NATIVE, LETTER, QUEUED, ONCE };
static const char *const kind_names[] = {"agent",         "native", "connect", "person_agent",
					 "person_native", "letter", "queued",  "once"};

/* What the messages of a score are. */
static const enum kind score[] = {AGENT,   AGENT,        NATIVE,        AGENT,  CONNECT,
				  AGENT,   PERSON_AGENT, AGENT,         LETTER, AGENT,
				  NATIVE,  AGENT,        PERSON_NATIVE, AGENT,  QUEUED,
				  CONNECT, AGENT,        NATIVE,        AGENT,  ONCE};
#define SCORE (sizeof(score) / sizeof(score[0]))

struct letter {
	int64_t n;
	enum kind kind;
	long from, to; /* agents or people, from 1 */
	char id[GW_UUID_TEXT_SIZE], path[32], header[128], body[512];
};

static void write_as_person(struct letter *letter)
{
	char target[GW_UUID_TEXT_SIZE] = "33333333-0000-4000-8000-000000000004";

	letter->from = 1 + (long)(letter->n / (int64_t)SCORE) % PEOPLE;
	if (letter->kind == PERSON_AGENT)
		(void)snprintf(target, sizeof(target), "1ed9e0aa-0000-4000-8000-%012ld",
			       letter->to);
	(void)snprintf(letter->path, sizeof(letter->path), "/people/messages");
	(void)snprintf(letter->header, sizeof(letter->header),
		       "Cookie: clawgw_session=ledger-%ld\r\nSec-Fetch-Site: same-origin\r\n",
		       letter->from);
	(void)snprintf(letter->body, sizeof(letter->body),
		       "{\"agent\":\"%s\",\"content\":\"ledger %" PRId64
		       "\",\"message_id\":\"%s\"}",
		       target, letter->n, letter->id);
}

static void write_letter(struct letter *letter, int64_t n)
{
	static const char *const natives[] = {"Nina Native", "Claude Native"};
	char target[64];
	const char *more = "";

	*letter = (struct letter){.n = n, .kind = score[(size_t)n % SCORE]};
	(void)snprintf(letter->id, sizeof(letter->id), "1ed9e000-0000-4000-8000-%012" PRIx64,
		       (uint64_t)n);
	letter->from = 1 + (long)(n / (int64_t)SCORE) % AGENTS;
	letter->to = 1 + (letter->from + n % (AGENTS - 1)) % AGENTS;
	(void)snprintf(target, sizeof(target), "Ledger %ld", letter->to);
	if (letter->kind == NATIVE)
		(void)snprintf(target, sizeof(target), "%s", natives[n % 3 == 0]);
	else if (letter->kind == CONNECT)
		(void)snprintf(target, sizeof(target), "Alpha Claw");
	else if (letter->kind == LETTER || letter->kind == QUEUED)
		(void)snprintf(target, sizeof(target), "Ledger Friend");
	if (letter->kind == QUEUED)
		more = ",\"queue\":true";
	if (letter->kind == PERSON_AGENT || letter->kind == PERSON_NATIVE) {
		write_as_person(letter);
		return;
	}
	(void)snprintf(letter->path, sizeof(letter->path), "/send-message");
	(void)snprintf(letter->header, sizeof(letter->header), "X-Api-Key: oc-ledger-%ld\r\n",
		       letter->from);
	(void)snprintf(letter->body, sizeof(letter->body),
		       "{\"target\":\"%s\",\"content\":\"ledger %" PRId64 "\"%s%s%s%s}", target, n,
		       more, letter->kind == ONCE ? "" : ",\"message_id\":\"",
		       letter->kind == ONCE ? "" : letter->id, letter->kind == ONCE ? "" : "\"");
}

static bool says(struct gw_str body, const char *words)
{
	return memmem(body.data, body.len, words, strlen(words)) != NULL;
}

/* NULL: to be repeated. */
static const char *outcome_of(const struct letter *letter, int status, struct gw_str body)
{
	if (status == 200)
		return "accepted";
	if (letter->kind == ONCE)
		return "unknown";
	if (status == 409 && says(body, "send_outcome_unknown"))
		return "unknown";
	if (status == 0 || status >= 500 ||
	    (status == 409 && says(body, "idempotency_in_progress")))
		return NULL;
	(void)fprintf(stderr, "ledger: %d %.*s to %s\n", status,
		      body.len > 300 ? 300 : (int)body.len, body.data, letter->body);
	atomic_fetch_add(&ledger.refused, 1);
	return "refused";
}

/* False: there is no final answer yet. */
static bool send_letter(struct hand *hand, const struct letter *letter)
{
	struct gw_str body = GW_STR_NULL;
	int status = ask(hand, "POST", letter->path, letter->header, letter->body, &body);
	const char *outcome = outcome_of(letter, status, body);

	if (outcome == NULL)
		return false;
	(void)fprintf(ledger.journals[SENT],
		      "ledger %" PRId64 "\t%s\t%ld\t%ld\t%s\t%s\t%" PRId64 "\n", letter->n,
		      kind_names[letter->kind], letter->from, letter->to, letter->id, outcome,
		      gw_monotonic());
	return true;
}

static void insist(struct hand *hand, const struct letter *letter)
{
	for (int tries = 0; !send_letter(hand, letter); tries++) {
		if (tries == TRIES) {
			(void)fprintf(stderr, "ledger: no answer to %s\n", letter->body);
			atomic_fetch_add(&ledger.refused, 1);
			return;
		}
		pause_a_little(hand);
	}
}

/* Letters whose first attempt was cut off stay "in progress" for a while: they are asked about again behind all others. */
static void *send_all(void *arg)
{
	struct hand hand;
	struct letter *later = gw_xcalloc((size_t)(ledger.messages / SENDERS + 1), sizeof(*later));
	size_t waiting = 0;
	int64_t began = gw_monotonic();

	hand_begin(&hand, (long)(intptr_t)arg);
	for (int64_t n = hand.number; n < ledger.messages; n += SENDERS) {
		struct letter letter;
		int64_t begins = began + ledger.seconds * GW_USEC_PER_SEC * n / ledger.messages;

		while (gw_monotonic() < begins)
			(void)usleep(10000);
		write_letter(&letter, n);
		if (letter.kind != LETTER)
			insist(&hand, &letter);
		else if (!send_letter(&hand, &letter))
			later[waiting++] = letter;
	}
	for (size_t i = 0; i < waiting; i++)
		insist(&hand, &later[i]);
	free(later);
	gw_buf_release(&hand.answer);
	return NULL;
}

/* -- receivers ---------------------------------------------------------------------------------------------------------- */

struct agent {
	struct hand hand;
	long number; /* from 1 */
	char key[64];
	bool sessions;
	unsigned lives;
	char session[32], replaced[32];
	char receipt[GW_UUID_TEXT_SIZE];
};

static void be_born(struct agent *agent)
{
	(void)snprintf(agent->replaced, sizeof(agent->replaced), "%s", agent->session);
	(void)snprintf(agent->session, sizeof(agent->session), "s%ld.%u", agent->hand.number,
		       agent->lives++);
	agent->receipt[0] = '\0';
}

/* Reports until there is an answer; status and time go into the journal. */
static void report(struct agent *agent, const char *id, const char *text, bool final)
{
	char body[640];
	struct gw_str unused = GW_STR_NULL;
	int status = 0;

	(void)snprintf(body, sizeof(body), "{\"message_id\":\"%s\",\"result\":\"%s\"%s}", id, text,
		       final ? "" : ",\"status\":\"in_progress\"");
	for (int tries = 0; tries < TRIES && (status == 0 || status >= 500); tries++) {
		if (tries > 0)
			pause_a_little(&agent->hand);
		status = ask(&agent->hand, "POST", "/report", agent->key, body, &unused);
	}
	if (final)
		(void)fprintf(ledger.journals[REPORTED], "%ld\t%s\t%s\t%d\t%" PRId64 "\n",
			      agent->number, id, text, status, gw_monotonic());
}

static void work(struct agent *agent, const char *id, const char *content, bool expects_reply)
{
	char text[320];

	(void)snprintf(text, sizeof(text), "%s%s", expects_reply ? "answer to " : "seen",
		       expects_reply ? content : "");
	if (expects_reply && chance(&agent->hand, 4) == 0)
		report(agent, id, "half way", false);
	report(agent, id, text, true);
	/* who is not sure says it again */
	if (chance(&agent->hand, 10) == 0)
		report(agent, id, text, true);
}

static const char *text_of(struct json_object *message, const char *name)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(message, name, &value) ? json_object_get_string(value)
								: "";
}

static int64_t number_of(struct json_object *message, const char *name)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(message, name, &value) ? json_object_get_int64(value) : 0;
}

/* As COPY takes it, and JSON: a notice has words of others in it. */
static void copy_content(struct json_object *message, char *out, size_t size)
{
	(void)snprintf(out, size, "%s", text_of(message, "content"));
	for (char *at = out; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == '\\' || *at == '"')
			*at = ' ';
	}
}

/* What a poll brought. Now and then the process ends before it has done anything. */
static void take(struct agent *agent, struct json_object *messages, int64_t began, int64_t ended)
{
	size_t count = json_object_array_length(messages);
	bool dies = agent->sessions && count > 0 && chance(&agent->hand, 20) == 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *message = json_object_array_get_idx(messages, i);
		char content[256];

		copy_content(message, content, sizeof(content));
		(void)fprintf(ledger.journals[GOT],
			      "%ld\t%s\t%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", agent->number,
			      content, text_of(message, "id"), number_of(message, "attempt"), began,
			      ended);
		if (dies)
			(void)fprintf(ledger.journals[DROPPED], "%ld\t%s\t%" PRId64 "\n",
				      agent->number, content, gw_monotonic());
	}
	if (dies)
		be_born(agent);
	for (size_t i = 0; i < count && !dies; i++) {
		struct json_object *message = json_object_array_get_idx(messages, i);
		char content[256];

		copy_content(message, content, sizeof(content));
		work(agent, text_of(message, "id"), content,
		     strcmp(text_of(message, "expects_reply"), "true") == 0);
	}
}

static void poll_once(struct agent *agent)
{
	char path[256];
	struct gw_str body = GW_STR_NULL;
	struct json_object *answer = NULL;
	struct json_object *messages = NULL;
	struct gw_json_error error = {0};
	int64_t began = gw_monotonic();
	int64_t ended = 0;
	int status = 0;
	size_t count = 0;

	(void)snprintf(path, sizeof(path), "/poll?wait=2&limit=%d%s%s%s%s%s%s", LIMIT,
		       agent->sessions ? "&session=" : "", agent->session,
		       agent->receipt[0] != '\0' ? "&receipt=" : "", agent->receipt,
		       agent->replaced[0] != '\0' ? "&replaces=" : "", agent->replaced);
	status = ask(&agent->hand, "GET", path, agent->key, NULL, &body);
	ended = gw_monotonic();
	if (status == 200 && gw_json_parse(body, &error, &answer) == GW_OK &&
	    json_object_object_get_ex(answer, "messages", &messages))
		count = json_object_array_length(messages);
	else if (status > 0 && status < 500)
		atomic_fetch_add(&ledger.refused, 1);
	(void)fprintf(ledger.journals[POLLS], "%ld\t%" PRId64 "\t%" PRId64 "\t%d\t%d\n",
		      agent->number, began, ended, messages != NULL, count >= LIMIT);
	if (messages != NULL) {
		struct gw_str receipt = cut_header(&agent->hand.answer, "X-Gateway-Receipt");

		agent->replaced[0] = '\0';
		if (agent->sessions && receipt.len == GW_UUID_TEXT_SIZE - 1)
			(void)snprintf(agent->receipt, sizeof(agent->receipt), "%.*s",
				       (int)receipt.len, receipt.data);
		take(agent, messages, began, ended);
	} else {
		pause_a_little(&agent->hand);
	}
	(void)json_object_put(answer);
}

static void *receive_all(void *arg)
{
	struct agent agent = {0};
	long n = (long)(intptr_t)arg;
	char go[256];

	hand_begin(&agent.hand, 100 + n);
	/* the threads beyond the agents are the second processes of the odd ones */
	agent.number = n < AGENTS ? n + 1 : 1 + 2 * (n - AGENTS);
	agent.sessions = agent.number % 2 == 1;
	(void)snprintf(agent.key, sizeof(agent.key), "X-Api-Key: oc-ledger-%ld\r\n", agent.number);
	if (agent.sessions)
		be_born(&agent);
	(void)snprintf(go, sizeof(go), "%s/go", ledger.folder);
	while (access(go, F_OK) == 0)
		poll_once(&agent);
	gw_buf_release(&agent.hand.answer);
	return NULL;
}

/* -- all of it ---------------------------------------------------------------------------------------------------------- */

static bool open_journals(void)
{
	static const char *const names[JOURNALS] = {"sent", "got", "polls", "reported", "dropped"};

	for (int i = 0; i < JOURNALS; i++) {
		char path[256];

		(void)snprintf(path, sizeof(path), "%s/%s.tsv", ledger.folder, names[i]);
		ledger.journals[i] = fopen(path, "we");
		if (ledger.journals[i] == NULL)
			return false;
	}
	return true;
}

static bool read_options(int argc, char **argv)
{
	bool ok = true;
	int option = 0;

	while (ok && (option = getopt(argc, argv, "c:d:n:r:s:t:")) != -1) {
		struct gw_str text = gw_str(optarg);

		if (option == 'c')
			ok = gw_parse_int64(text, 0, 900, &ledger.cuts);
		else if (option == 'd')
			ledger.folder = optarg;
		else if (option == 'n')
			ok = gw_parse_int64(text, 1, 1000000, &ledger.messages);
		else if (option == 'r')
			ok = gw_parse_int64(text, 0, INT64_MAX, &ledger.seed);
		else if (option == 't')
			ok = gw_parse_int64(text, 0, 86400, &ledger.seconds);
		else if (option == 's' && text.len < sizeof(ledger.address.sun_path))
			memcpy(ledger.address.sun_path, optarg, text.len + 1);
		else
			ok = false;
	}
	ledger.address.sun_family = AF_UNIX;
	return ok && ledger.folder != NULL && ledger.address.sun_path[0] != '\0';
}

int main(int argc, char **argv)
{
	pthread_t senders[SENDERS];
	pthread_t receivers[RECEIVERS];

	if (!read_options(argc, argv) || !open_journals()) {
		(void)fputs("usage: ledger -s SOCKET -d FOLDER [-n MESSAGES] [-t SECONDS] "
			    "[-c CUTS] [-r SEED]\n",
			    stderr);
		return 2;
	}
	for (intptr_t i = 0; i < RECEIVERS; i++) {
		if (pthread_create(&receivers[i], NULL, receive_all, (void *)i) != 0)
			return 2;
	}
	for (intptr_t i = 0; i < SENDERS; i++) {
		if (pthread_create(&senders[i], NULL, send_all, (void *)i) != 0)
			return 2;
	}
	for (int i = 0; i < SENDERS; i++)
		(void)pthread_join(senders[i], NULL);
	(void)puts("accepted");
	(void)fflush(stdout);
	for (int i = 0; i < RECEIVERS; i++)
		(void)pthread_join(receivers[i], NULL);
	for (int i = 0; i < JOURNALS; i++) {
		if (fclose(ledger.journals[i]) != 0)
			return 2;
	}
	return atomic_load(&ledger.refused) == 0 ? 0 : 1;
}
