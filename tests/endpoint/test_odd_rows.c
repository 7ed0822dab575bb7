/* SPDX-License-Identifier: ISC */
/*
 * test_odd_rows.c: rows as other software may leave them in the platform's tables: nothing where something may be missing, labels that
 * nobody has heard of, times at the ends of the calendar. Every endpoint must answer sensibly, and the worker must be able to begin.
 *
 * Which columns there are is asked from the database; those that no statement mentions are left out. Each gets values that its type
 * allows, in all rows at once. Where the column decides who may do what, requests may be refused; where it does not, every answer has
 * the status that it has without. With GW_PROVE each value is tried by itself; else those of one table that decide nothing, together.
 */
#include "lib/database.h"
#include "lib/direct.h"
#include "lib/people.h"

#include "base/alloc.h"
#include "base/text.h"
#include "store/migration.h"
#include "store/question.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <libpq-fe.h>

#define SLICES 4
#define TOKEN "operator-token-0123456789"
#define WAITING "99999999-0000-4000-8000-000000000001"
#define HANDED_OUT "99999999-0000-4000-8000-000000000002"
#define FROM_PERSON "99999999-0000-4000-8000-000000000003"
#define CONVERSATION "aaaaaaaa-0000-4000-8000-000000000001"
#define LINE "cccccccc-0000-4000-8000-000000000001"

/* What one conversation of each kind leaves behind. */
static const char scene[] =
	"INSERT INTO chat_sessions (id, agent_id, user_id, title, created_at, last_message_at) "
	"VALUES ('" CONVERSATION "', '" ALPHA "', '" URSULA "', 'Talk', now(), now());"
	"INSERT INTO participants (id, type, ref_id, display_name) VALUES "
	"('88888888-0000-4000-8000-0000000000ff', 'user', '" URSULA "', 'Ursula User');"
	"INSERT INTO chat_messages (id, agent_id, user_id, role, content, conversation_id, "
	"participant_id, created_at) VALUES "
	"('" LINE "', '" ALPHA "', '" URSULA "', 'user', 'Hello', '" CONVERSATION
	"', '88888888-0000-4000-8000-0000000000ff', now()), "
	"('cccccccc-0000-4000-8000-000000000002', '" ALPHA "', '" URSULA
	"', 'assistant', 'Hello, Ursula', '" CONVERSATION
	"', '88888888-0000-4000-8000-000000000001', now());"
	"INSERT INTO gateway_messages (id, agent_id, sender_agent_id, sender_user_id, "
	"conversation_id, content, status, created_at, "
	"delivered_at) VALUES "
	"('" WAITING "', '" ALPHA "', '" BETA
	"', NULL, 'pair', 'waiting', 'pending', now(), NULL), "
	"('" HANDED_OUT "', '" ALPHA "', '" BETA
	"', NULL, 'pair', 'handed out', 'delivered', now() - interval '3 hours', now() - "
	"interval '2 hours'), "
	"('" FROM_PERSON "', '" ALPHA "', NULL, '" URSULA "', '" CONVERSATION
	"', 'from a person', 'pending', now(), NULL);";

/* Whether a value decides what may be done, and whether rows of the scene would vanish from sight with it. */
static const char deciding[] =
	" agents.agent_type agents.api_key_hash agents.creator_id agents.expires_at "
	"agents.is_expired agents.llm_calls_today "
	"agents.max_llm_calls_per_day agents.name agents.primary_model_id agents.status "
	"agents.tenant_id agents.access_mode "
	"agents.deleted_at agents.tokens_used_today agents.tokens_used_month "
	"agents.max_tokens_per_day agents.max_tokens_per_month "
	"agent_permissions.scope_type agent_permissions.scope_id agent_permissions.access_level "
	"channel_configs.app_id channel_configs.app_secret channel_configs.channel_type "
	"channel_configs.is_configured "
	"channel_configs.encrypt_key channel_configs.verification_token "
	"channel_configs.extra_config "
	"chat_messages.agent_id chat_messages.conversation_id chat_messages.user_id "
	"chat_messages.tenant_id "
	"chat_sessions.agent_id chat_sessions.user_id chat_sessions.source_channel "
	"chat_sessions.deleted_at chat_sessions.is_group "
	"chat_sessions.session_type chat_sessions.tenant_id chat_sessions.peer_agent_id "
	"gateway_messages.conversation_id gateway_messages.created_at "
	"gateway_messages.delivered_at gateway_messages.sender_agent_id "
	"gateway_messages.sender_user_id gateway_messages.status "
	"llm_models.deleted_at llm_models.enabled llm_models.tenant_id "
	"org_members.email org_members.external_id org_members.name org_members.open_id "
	"org_members.status org_members.tenant_id "
	"org_members.department_id org_members.user_id "
	"participants.ref_id participants.type "
	"tenants.is_active users.identity_id users.is_active users.role users.tenant_id ";

/*
 * A row: what it is, whether it decides, the UPDATE. Numbers stay where sums of them fit. A text's longest form is of what takes most
 * bytes.
 */
static const char variations_sql[] =
	"SELECT relname || '.' || attname || ' = ' || value, position(' ' || relname || '.' || "
	"attname || ' ' IN $1) > 0, "
	"format('UPDATE public.%I SET %I = %s', relname, attname, value), relname || ' ' || kind "
	"FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_type ON pg_type.oid = "
	"atttypid "
	"CROSS JOIN LATERAL ("
	"SELECT 'NULL' AS value, 1 AS kind WHERE NOT attnotnull "
	"UNION ALL SELECT quote_literal(v) || '::timestamptz', n + 1 FROM unnest(ARRAY['infinity', "
	"'-infinity', '9999-12-31 23:59:59.999999Z', "
	"'4713-01-01 00:00:00Z BC', '294276-12-31 23:59:59Z', '0001-01-01 00:00:00Z']) WITH "
	"ORDINALITY u (v, n) WHERE typname = 'timestamptz' "
	"UNION ALL SELECT v, n + 1 FROM unnest(ARRAY[$$''$$, CASE WHEN atttypmod > 0 THEN "
	"format('repeat(%L, %s)', '😀', atttypmod - 4) ELSE "
	"format('repeat(%L, 70000)', '😀') END, $$E'\\x01\\x7f \"\\\\\\u2028</script>'$$]) WITH "
	"ORDINALITY u (v, n) "
	"WHERE typname IN ('varchar', 'text') "
	"UNION ALL SELECT v, n + 1 FROM unnest(ARRAY['-1', '2147483647', '0', '-2147483648']) WITH "
	"ORDINALITY u (v, n) WHERE typname = 'int4' "
	"UNION ALL SELECT v, n + 1 FROM unnest(ARRAY['true', 'false']) WITH ORDINALITY u (v, n) "
	"WHERE typname = 'bool' "
	"UNION ALL SELECT quote_literal(v), n + 1 FROM unnest(ARRAY['null', '[]', '\"x\"', "
	"'{\"a\":{\"b\":[1,null]}}']) WITH ORDINALITY u "
	"(v, n) WHERE typname IN ('json', 'jsonb') "
	"UNION ALL SELECT quote_literal(v) || '::float8', n + 1 FROM unnest(ARRAY['NaN', "
	"'Infinity', '-1']) WITH ORDINALITY u (v, n) "
	"WHERE typname = 'float8' "
	"UNION ALL SELECT quote_literal(enumlabel), row_number() OVER (ORDER BY enumsortorder "
	"DESC) + 1 FROM pg_enum WHERE enumtypid = atttypid "
	"UNION ALL SELECT 'gen_random_uuid()', 2 WHERE typname = 'uuid' AND attname NOT IN ('id') "
	") AS values "
	"WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT "
	"attisdropped "
	"ORDER BY relname, attname, kind";

/* So that a label that this version of the platform does not have can be in a row. */
static const char unheard_of[] = "DO $$ DECLARE type regtype; BEGIN FOR type IN SELECT oid FROM "
				 "pg_type WHERE typtype = 'e' AND typnamespace = "
				 "'public'::regnamespace LOOP EXECUTE format('ALTER TYPE %s ADD "
				 "VALUE %L', type, 'unheard_of'); END LOOP; END $$";

enum caller { AGENT, OPERATOR, PERSON, NOBODY };

static const struct {
	enum caller caller;
	const char *method, *path, *body;
} requests[] = {
	{AGENT, "POST", "/api/gateway/heartbeat", NULL},
	{AGENT, "GET", "/api/gateway/poll?peek=1", NULL},
	{AGENT, "GET", "/api/gateway/poll", NULL},
	{AGENT, "GET", "/api/gateway/poll?session=s1&relationships=0", NULL},
	{AGENT, "GET", "/api/gateway/directory?q=a", NULL},
	{AGENT, "GET", "/api/gateway/messages/" WAITING, NULL},
	{AGENT, "POST", "/api/gateway/send-message",
	 "{\"target\":\"Beta Claw\",\"content\":\"x\"}"},
	{AGENT, "POST", "/api/gateway/send-message", "{\"target\":\"beta\",\"content\":\"x\"}"},
	{AGENT, "POST", "/api/gateway/send-message",
	 "{\"target\":\"Nina Native\",\"content\":\"x\"}"},
	{AGENT, "POST", "/api/gateway/send-message",
	 "{\"target\":\"Nora None\",\"content\":\"x\"}"},
	{AGENT, "POST", "/api/gateway/send-message",
	 "{\"target\":\"Emma Mail\",\"content\":\"x\",\"queue\":true}"},
	{AGENT, "POST", "/api/gateway/send-message",
	 "{\"target\":\"Fei Shu\",\"content\":\"x\",\"queue\":true}"},
	{AGENT, "POST", "/api/gateway/report",
	 "{\"message_id\":\"" HANDED_OUT "\",\"result\":\"half\",\"status\":\"in_progress\"}"},
	{AGENT, "POST", "/api/gateway/report",
	 "{\"message_id\":\"" HANDED_OUT "\",\"result\":\"done\"}"},
	{AGENT, "POST", "/api/gateway/report",
	 "{\"message_id\":\"" FROM_PERSON "\",\"result\":\"done\"}"},
	{AGENT, "POST", "/api/gateway/messages/" WAITING "/cancel", NULL},
	{AGENT, "GET", "/api/gateway/setup-guide/" ALPHA, NULL},
	{AGENT, "POST", "/api/gateway/mcp",
	 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/"
	 "call\",\"params\":{\"name\":\"directory\",\"arguments\":{}}}"},
	{NOBODY, "GET", "/api/gateway/health", NULL},
	{OPERATOR, "GET", "/api/gateway/metrics", NULL},
	{NOBODY, "POST", "/api/channel/feishu/" ALPHA "/webhook",
	 "{\"type\":\"url_verification\",\"token\":\"t\",\"challenge\":\"c\"}"},
	{PERSON, "GET", "/api/gateway/people/session", NULL},
	{PERSON, "GET", "/api/gateway/people/sessions", NULL},
	{NOBODY, "POST", "/api/gateway/people/session", "{\"name\":\"ursula\",\"password\":\"x\"}"},
	{NOBODY, "POST", "/api/gateway/people/session/link", "{\"email\":\"ursula@example.com\"}"},
	{PERSON, "GET", "/api/gateway/people/agents", NULL},
	{PERSON, "GET", "/api/gateway/people/conversations", NULL},
	{PERSON, "GET", "/api/gateway/people/conversations?agent=" ALPHA "&limit=1", NULL},
	{PERSON, "GET", "/api/gateway/people/conversations/" CONVERSATION "/messages", NULL},
	{PERSON, "GET",
	 "/api/gateway/people/conversations/" CONVERSATION "/messages?limit=1&around=" LINE, NULL},
	{PERSON, "POST", "/api/gateway/people/conversations/" CONVERSATION "/read", NULL},
	{PERSON, "GET", "/api/gateway/people/search?q=hello", NULL},
	{PERSON, "POST", "/api/gateway/people/messages",
	 "{\"agent\":\"" ALPHA "\",\"content\":\"x\"}"},
	{PERSON, "POST", "/api/gateway/people/messages",
	 "{\"agent\":\"33333333-0000-4000-8000-000000000004\",\"content\":\"x\"}"},
	{PERSON, "GET", "/api/gateway/people/messages/" FROM_PERSON, NULL},
	{PERSON, "POST", "/api/gateway/people/messages/" FROM_PERSON "/cancel", NULL},
	{OPERATOR, "POST", "/api/gateway/agents/" BETA "/api-key", NULL},
};

struct rig {
	char *conninfo;
	struct gw_people_fixture people;
	char *person; /* a header */
	struct gw_db *worker;
	int statuses[GW_ARRAY_LEN(requests)]; /* on rows without oddities */
};

static bool update(const char *conninfo, const char *sql)
{
	PGconn *pg = PQconnectdb(conninfo);
	PGresult *result = PQexec(pg, sql);
	bool ok = PQresultStatus(result) == PGRES_COMMAND_OK ||
		  PQresultStatus(result) == PGRES_TUPLES_OK;

	PQclear(result);
	PQfinish(pg);
	return ok;
}

static void rig_up(struct rig *rig)
{
	/* not one of those that others use: it gets labels that they do not know */
	rig->conninfo = gw_test_database_new();
	gw_test_sql(rig->conninfo, unheard_of);
	gw_people_setup_on(&rig->people, gw_xstrdup(rig->conninfo));
	free(rig->people.test.config.admin_token);
	rig->people.test.config.admin_token = gw_xstrdup(TOKEN);
	/* letters are queued, for a worker that is not here */
	free(rig->people.test.config.smtp_url);
	rig->people.test.config.smtp_url = gw_xstrdup("smtp://127.0.0.1:1");
	free(rig->people.test.config.feishu_url);
	rig->people.test.config.feishu_url = gw_xstrdup("http://127.0.0.1:1");
	rig->person = gw_people_bearer(URSULA);
	rig->worker = gw_test_db_as(rig->conninfo, "clawgw_worker", 1);
}

static void rig_down(struct rig *rig)
{
	gw_db_free(rig->worker);
	gw_people_teardown(&rig->people);
	free(rig->person);
	free(rig->conninfo);
}

static void refresh(struct rig *rig)
{
	gw_test_database_refresh(rig->conninfo);
	gw_test_sql(rig->conninfo, scene);
	/* the platform of 2026-08 knows whose a conversation is by these, too */
	(void)update(rig->conninfo, "UPDATE chat_sessions SET session_type = 'direct'");
}

static struct gw_case_answer ask(struct rig *rig, size_t i)
{
	static const char *const headers[] = {
		[AGENT] = "[[\"X-Api-Key\",\"" ALPHA_KEY
			  "\"],[\"Content-Type\",\"application/json\"],"
			  "[\"Accept\",\"application/json, text/event-stream\"]]",
		[OPERATOR] = "[[\"Authorization\",\"Bearer " TOKEN "\"]]",
		[NOBODY] = "[]",
	};
	struct gw_case_answer answer = {.body = NULL};
	struct json_object *list = NULL;

	if (requests[i].caller == PERSON) {
		struct json_object *pair = json_object_new_array();

		list = json_object_new_array();
		json_object_array_add(pair, json_object_new_string("Authorization"));
		json_object_array_add(pair, json_object_new_string(strchr(rig->person, ' ') + 1));
		json_object_array_add(list, pair);
	} else {
		list = json_tokener_parse(headers[requests[i].caller]);
	}
	gw_test_direct(&rig->people.test, requests[i].method, requests[i].path, list,
		       gw_str(requests[i].body != NULL ? requests[i].body : ""), &answer);
	json_object_put(list);
	return answer;
}

/* Whatever waits for the worker can be taken and looked at. */
static enum gw_err take_jobs(struct rig *rig)
{
	const struct gw_job_demand demand = {.worker = "odd",
					     .lease = 60 * INT64_C(1000000),
					     .room = 10,
					     .free = 10,
					     .tenant_part = 1,
					     .resource_part = 1};
	struct gw_job_batch *batch = NULL;
	struct gw_question_batch *questions = NULL;
	struct gw_tx *tx = NULL;
	enum gw_err err = gw_tx_begin(rig->worker, &tx);

	if (err == GW_OK)
		err = gw_job_take(tx, &demand, &batch);
	if (err == GW_OK) {
		const struct gw_job **jobs = gw_xcalloc(batch->count + 1, sizeof(*jobs));
		bool *wanted = gw_xcalloc(batch->count + 1, sizeof(*wanted));
		size_t count = 0;

		/* a letter asks no model */
		for (size_t i = 0; i < batch->count; i++) {
			if (gw_str_equal_c(batch->jobs[i].kind, "letter"))
				continue;
			jobs[count] = &batch->jobs[i];
			wanted[count++] = true;
		}
		if (count > 0)
			err = gw_question_consult(tx, jobs, wanted, count, &questions);
		gw_question_batch_free(questions);
		free(jobs);
		free(wanted);
	}
	gw_job_batch_free(batch);
	if (err == GW_OK)
		err = gw_tx_commit(tx);
	else
		gw_tx_rollback(tx);
	return err;
}

static void check(struct rig *rig, const char *what, bool decides)
{
	enum gw_err err = GW_OK;

	for (size_t i = 0; i < GW_ARRAY_LEN(requests); i++) {
		struct gw_case_answer answer;
		struct json_object *body = NULL;

		/* a password takes long, by design */
		if (strstr(requests[i].path, "people/session") != NULL &&
		    requests[i].caller == NOBODY && strncmp(what, "users.", 6) != 0 &&
		    strncmp(what, "identities.", 11) != 0)
			continue;
		answer = ask(rig, i);
		body = json_tokener_parse(answer.body);

		cr_expect(answer.status < 500 || answer.status == rig->statuses[i],
			  "%s: %s %s: %d %.300s", what, requests[i].method, requests[i].path,
			  answer.status, answer.body);
		cr_expect(decides || answer.status == rig->statuses[i],
			  "%s: %s %s %s: %d instead of %d: %.300s", what, requests[i].method,
			  requests[i].path, requests[i].body != NULL ? requests[i].body : "",
			  answer.status, rig->statuses[i], answer.body);
		cr_expect(gw_utf8_valid(gw_str(answer.body)), "%s: %s", what, requests[i].path);
		cr_expect(body != NULL || strstr(requests[i].path, "metrics") != NULL,
			  "%s: %s: %.300s", what, requests[i].path, answer.body);
		json_object_put(body);
		free(answer.headers);
		free(answer.body);
	}
	err = take_jobs(rig);
	cr_expect(err == GW_OK, "%s: the worker: %s", what, gw_db_last_message());
}

static PGresult *variations(const char *conninfo)
{
	const char *parameters[] = {deciding};
	PGconn *pg = PQconnectdb(conninfo);
	PGresult *result = PQexecParams(pg, variations_sql, 1, NULL, parameters, NULL, NULL, 0);

	cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(pg));
	PQfinish(pg);
	return result;
}

/* Whether a text has the name as a word of its own. */
static bool has_word(const char *text, const char *name, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

	for (const char *at = strstr(text, name); at != NULL; at = strstr(at + 1, name)) {
		if ((at == text || strchr(letters, at[-1]) == NULL) &&
		    (at[len] == '\0' || strchr(letters, at[len]) == NULL))
			return true;
	}
	return false;
}

/* Whether any SQL of ours names the column ("table.column = value"). */
static bool names_column(const char *what)
{
	const char *begin = strchr(what, '.') + 1;
	char *name = gw_str_dup((struct gw_str){begin, strcspn(begin, " ")});
	size_t len = strlen(name);
	bool used = false;

	for (size_t i = 0; !used && i < GW_STATEMENT_COUNT; i++)
		used = has_word(gw_statement_texts[i], name, len);
	for (const struct gw_function *function = gw_functions; !used && function->name != NULL;
	     function++)
		used = has_word(function->sql, name, len);
	free(name);
	return used;
}

/* Looked for once: rows of one column stand together. */
static bool *used;

static void find_used(const PGresult *list)
{
	used = gw_xcalloc((size_t)PQntuples(list) + 1, sizeof(*used));
	for (int row = 0; row < PQntuples(list); row++) {
		const char *what = PQgetvalue(list, row, 0);
		size_t len = strcspn(what, " ");

		used[row] = row > 0 && strncmp(what, PQgetvalue(list, row - 1, 0), len + 1) == 0
				    ? used[row - 1]
				    : names_column(what);
	}
}

/* Applies one value, and, where it decides nothing and not each is to be tried by itself, the values of its kind in the whole table. */
static unsigned vary(struct rig *rig, const PGresult *list, int row)
{
	const char *what = PQgetvalue(list, row, 0);
	bool decides = PQgetvalue(list, row, 1)[0] == 't';
	bool alone = decides || getenv("GW_PROVE") != NULL || strstr(what, "= NULL") != NULL;
	unsigned applied = 0;

	refresh(rig);
	for (int other = alone ? row : 0; other < (alone ? row + 1 : PQntuples(list)); other++) {
		if (strcmp(PQgetvalue(list, other, 3), PQgetvalue(list, row, 3)) == 0 &&
		    (alone || PQgetvalue(list, other, 1)[0] == 'f') && used[other])
			applied += update(rig->conninfo, PQgetvalue(list, other, 2));
	}
	/* what a constraint forbids cannot be there */
	if (applied > 0)
		check(rig, what, decides);
	return applied;
}

/*
 * Whether a row is left out without GW_PROVE: of what decides nothing, one of a kind in a table stands for all; of what decides, the
 * first value and a missing one have to do.
 */
static bool is_left_out(const PGresult *list, int row)
{
	const char *kind = PQgetvalue(list, row, 3);

	if (getenv("GW_PROVE") != NULL || strstr(PQgetvalue(list, row, 0), "= NULL") != NULL)
		return false;
	if (PQgetvalue(list, row, 1)[0] == 't')
		return strtol(strchr(kind, ' '), NULL, 10) > 2;
	for (int other = 0; other < row; other++) {
		if (strcmp(PQgetvalue(list, other, 3), kind) == 0 &&
		    PQgetvalue(list, other, 1)[0] == 'f' && used[other])
			return true;
	}
	return false;
}

static void free_slices(struct criterion_test_params *params)
{
	cr_free(params->params);
}

ParameterizedTestParameters(odd_rows, are_answered_sensibly)
{
	int *slices = cr_malloc(sizeof(*slices) * SLICES);

	for (int i = 0; i < SLICES; i++)
		slices[i] = i;
	return cr_make_param_array(int, slices, SLICES, free_slices);
}

ParameterizedTest(int *slice, odd_rows, are_answered_sensibly, .timeout = 3600)
{
	unsigned tried = 0;
	int turn = 0;
	struct rig rig;
	PGresult *list = NULL;

	rig_up(&rig);
	list = variations(rig.conninfo);
	find_used(list);
	refresh(&rig);
	for (size_t i = 0; i < GW_ARRAY_LEN(requests); i++) {
		struct gw_case_answer answer = ask(&rig, i);

		rig.statuses[i] = answer.status;
		/* there is no mail server, and no Feishu */
		cr_expect(answer.status < 500 || answer.status == 501 || answer.status == 502,
			  "%s %s: %d %s", requests[i].method, requests[i].path, answer.status,
			  answer.body);
		free(answer.headers);
		free(answer.body);
	}
	for (int row = 0; row < PQntuples(list); row++) {
		if (!used[row] || is_left_out(list, row) || turn++ % SLICES != *slice)
			continue;
		tried += vary(&rig, list, row);
	}
	cr_expect(tried > 10, "%u values were tried", tried);
	(void)printf("# %u values tried\n", tried);
	free(used);
	PQclear(list);
	rig_down(&rig);
}

int main(int argc, char **argv)
{
	return gw_test_main(argc, argv);
}
