/* SPDX-License-Identifier: ISC */
/*
 * commands.c: the table of all commands. The manual (man/clawgw-admin.8) is checked against it.
 */
#include "admin/admin.h"

/* clang-format off */
#define TEXT(name, argument, max, help) {name, argument, max, false, help}
#define NEEDED(name, argument, max, help) {name, argument, max, true, help}
#define FLAG(name, help) {name, NULL, 0, false, help}
#define END {NULL, NULL, 0, false, NULL}
#define TENANT TEXT("tenant", "TENANT", 200, "its organisation: id, slug or name; may be left out when there is only one")
#define NARROW TEXT("tenant", "TENANT", 200, "only of this organisation: id, slug or name")
#define YES FLAG("yes", "do not ask")
#define LIMIT TEXT("limit", "N", 20, "at most so many rows (1000)")

static const struct gw_option only_narrow[] = {NARROW, END};
static const struct gw_option list_all[] = {LIMIT, END};
static const struct gw_option list_narrow[] = {NARROW, LIMIT, END};

static const struct gw_option tenant_add[] = {
	NEEDED("slug", "SLUG", 50, "its short name, unique"),
	TEXT("timezone", "ZONE", 50, "where its days begin, such as Asia/Shanghai (UTC)"),
	END,
};

static const struct gw_option tenant_purge[] = {
	TEXT("batch", "N", 20, "rows in one transaction (1000)"),
	YES,
	END,
};

static const struct gw_option user_add[] = {
	TENANT,
	TEXT("role", "platform_admin|org_admin|agent_admin|member", 0, "what the user may do (member)"),
	END,
};

static const struct gw_option user_edit[] = {
	NARROW,
	TEXT("name", "NAME", 100, "another name"),
	TEXT("role", "platform_admin|org_admin|agent_admin|member", 0, "what the user may do"),
	END,
};

static const struct gw_option user_token[] = {
	NARROW,
	TEXT("expires", "DURATION", 20, "when it ends (1h)"),
	END,
};

static const struct gw_option user_link[] = {
	NARROW,
	TEXT("expires", "DURATION", 20, "when it ends (15m)"),
	END,
};

static const struct gw_option audit_list[] = {
	TEXT("actor", "WHO", 300, "only what this one did: operator, user:ID, admin:ACCOUNT"),
	TEXT("action", "WHAT", 100, "only this: api-key, or the words of a command"),
	TEXT("target", "WHOM", 300, "only on this one: agent:ID, or the name that a command was given"),
	TEXT("limit", "N", 20, "at most so many rows (100)"),
	END,
};

static const struct gw_option session_list[] = {
	NARROW,
	TEXT("user", "USER", 100, "only those of this user"),
	TEXT("limit", "N", 20, "at most so many rows (100)"),
	END,
};

static const struct gw_option agent_add[] = {
	TENANT,
	NEEDED("creator", "USER", 100, "who may manage it"),
	TEXT("type", "native|openclaw", 0, "a language model answers for it, or a program with a key (native)"),
	TEXT("model", "MODEL", 200, "native: the label of its model"),
	TEXT("fallback-model", "MODEL", 200, "native: the label of the model that steps in"),
	TEXT("role-description", "TEXT", 500, "what it is there for"),
	TEXT("bio", "TEXT", 20000, "more about it"),
	TEXT("access-mode", "MODE", 20, "company: everybody may write to it; else those with a relationship (company)"),
	END,
};

static const struct gw_option agent_edit[] = {
	NARROW,
	TEXT("name", "NAME", 100, "another name"),
	TEXT("role-description", "TEXT", 500, "what it is there for"),
	TEXT("bio", "TEXT", 20000, "more about it"),
	TEXT("creator", "USER", 100, "who may manage it from now on"),
	TEXT("access-mode", "MODE", 20, "company: everybody may write to it; else those with a relationship"),
	TEXT("model", "MODEL", 200, "native: the label of its model"),
	TEXT("fallback-model", "MODEL", 200, "native: the label of the model that steps in; none: no such"),
	END,
};

static const struct gw_option agent_remove[] = {
	NARROW,
	YES,
	END,
};

static const struct gw_option agent_key[] = {
	NARROW,
	FLAG("revoke", "take the key away instead of making a new one"),
	END,
};

static const struct gw_option agent_invite[] = {
	NARROW,
	TEXT("expires", "DURATION", 20, "when it ends (10m)"),
	TEXT("language", "en|zh", 0, "of what the line says when it is run (en)"),
	END,
};

static const struct gw_option member_add[] = {
	TENANT,
	TEXT("email", "ADDRESS", 200, "for e-mail"),
	TEXT("open-id", "ID", 100, "Feishu open id"),
	TEXT("external-id", "ID", 100, "Feishu user id"),
	TEXT("title", "TEXT", 200, "the person's position"),
	END,
};

static const struct gw_option relationship_add[] = {
	NARROW,
	TEXT("member", "MEMBER", 100, "the person that the agent may write to"),
	TEXT("agent", "AGENT", 100, "or the agent"),
	TEXT("relation", "TEXT", 50, "what they are to each other (collaborator)"),
	TEXT("description", "TEXT", 2000, "more about it"),
	END,
};

static const struct gw_option model_add[] = {
	TENANT,
	NEEDED("provider", "NAME", 50, "openai, anthropic, deepseek, qwen, ollama, custom, …"),
	NEEDED("model", "NAME", 100, "the provider's name of the model"),
	TEXT("base-url", "URL", 500, "where its API is, if not at the provider's own place"),
	TEXT("key", "KEY", 500, "the API key; - reads it from standard input; encrypted when secret_key is set"),
	TEXT("temperature", "NUMBER", 20, "0 to 2"),
	TEXT("max-output-tokens", "N", 20, "of one answer"),
	TEXT("max-tokens-per-day", "N", 20, "of all answers of a day"),
	TEXT("request-timeout", "SECONDS", 20, "for a whole answer (120)"),
	FLAG("disabled", "not to be used yet"),
	END,
};

static const struct gw_option model_edit[] = {
	NARROW,
	TEXT("label", "LABEL", 200, "another label"),
	TEXT("model", "NAME", 100, "the provider's name of the model"),
	TEXT("base-url", "URL", 500, "where its API is; none: at the provider's own place"),
	TEXT("key", "KEY", 500, "the API key; - reads it from standard input; encrypted when secret_key is set"),
	TEXT("temperature", "NUMBER", 20, "0 to 2"),
	TEXT("max-output-tokens", "N", 20, "of one answer"),
	TEXT("max-tokens-per-day", "N", 20, "of all answers of a day; none: any number"),
	TEXT("price", "PRICE", 40, "what a million tokens cost, as 2.50 EUR; none: nobody says"),
	TEXT("request-timeout", "SECONDS", 20, "for a whole answer"),
	TEXT("enabled", "yes|no", 0, "whether agents may use it"),
	END,
};

static const struct gw_option channel_add[] = {
	NARROW,
	NEEDED("agent", "AGENT", 100, "whose channel"),
	TEXT("type", "feishu|wecom|wechat|whatsapp|dingtalk|slack|discord|atlassian|microsoft_teams|agentbay", 0,
	     "what kind (feishu)"),
	NEEDED("app-id", "ID", 255, "of the app at Feishu"),
	NEEDED("app-secret", "SECRET", 500, "of the app; - reads it from standard input"),
	TEXT("domain", "URL", 200, "another API than feishu_url, such as https://open.larksuite.com"),
	TEXT("encrypt-key", "KEY", 255, "the key that the app's events are encrypted with, for answers from people"),
	TEXT("verification-token", "TOKEN", 255, "the token that the app's events carry, for answers from people"),
	END,
};

static const struct gw_option message_send[] = {
	NARROW,
	NEEDED("from-user", "USER", 100, "who writes"),
	NEEDED("to", "AGENT", 100, "the openclaw agent"),
	TEXT("conversation", "ID", 100, "the conversation that it belongs to (none)"),
	END,
};

/* Which of them, of lists and of what is done to all that match. */
#define MESSAGES_LOOK \
	NARROW, TEXT("agent", "AGENT", 100, "only those for this agent"), \
	TEXT("status", "pending|delivered|completed|failed|expired|cancelled", 0, "only those in this state"), WRITTEN_LOOK
#define JOBS_LOOK \
	NARROW, TEXT("agent", "AGENT", 100, "only those from or for this agent"), \
	TEXT("state", "queued|running|done|dead", 0, "only those in this state"), WRITTEN_LOOK
#define LETTERS_LOOK \
	NARROW, TEXT("agent", "AGENT", 100, "only those from or for this agent"), \
	TEXT("state", "queued|sending|sent|failed|unknown|received", 0, "only those in this state; received are those that came in"), \
	WRITTEN_LOOK
#define WRITTEN_LOOK \
	TEXT("person", "USER", 100, "only those of this user"), \
	TEXT("text", "WORDS", 200, "only those with these words in them, in any case"), \
	TEXT("older-than", "DURATION", 20, "only those so old")
#define NEWEST TEXT("limit", "N", 20, "at most so many rows, the newest (100)")

static const struct gw_option message_list[] = {MESSAGES_LOOK, NEWEST, END};
static const struct gw_option message_deed[] = {MESSAGES_LOOK, YES, END};
static const struct gw_option job_list[] = {JOBS_LOOK, NEWEST, END};
static const struct gw_option job_deed[] = {JOBS_LOOK, YES, END};

static const struct gw_option job_purge[] = {
	TEXT("state", "done|dead", 0, "only those that ended so (both)"),
	TEXT("older-than", "DURATION", 20, "only those that ended so long ago (0)"),
	END,
};

static const struct gw_option send_list[] = {
	NARROW,
	TEXT("agent", "AGENT", 100, "only those by this agent"),
	TEXT("outcome", "sending|sent|failed|unknown", 0, "only those that ended so"),
	TEXT("limit", "N", 20, "at most so many rows, the newest (100)"),
	END,
};

static const struct gw_option letter_list[] = {LETTERS_LOOK, NEWEST, END};
static const struct gw_option letter_deed[] = {LETTERS_LOOK, YES, END};

static const struct gw_option letter_show[] = {
	FLAG("whole", "instead, what came in, as it came"),
	END,
};

static const struct gw_option letter_purge[] = {
	TEXT("state", "sent|failed|unknown|received", 0, "only those in this state (all of them)"),
	TEXT("older-than", "DURATION", 20, "only those so old (0)"),
	END,
};

static const struct gw_option stats[] = {
	NARROW,
	TEXT("period", "1h|24h|30d", 0, "how far back (24h)"),
	FLAG("series", "each minute, ten minutes or hour of it instead of the sums"),
	END,
};

static const struct gw_option adopt[] = {
	FLAG("dry-run", "only print what would be done, as SQL for psql"),
	FLAG("undo", "take everything of clawgw out of the platform's database again"),
	FLAG("force", "with --undo: even if jobs are lost that have not ended"),
	END,
};

static const struct gw_option tidy[] = {
	TEXT("batch", "N", 20, "rows in one transaction (1000)"),
	END,
};

static const struct gw_option doctor[] = {
	TEXT("url", "URL", 500, "the gateway's address (public_url)"),
	TEXT("key", "KEY", 46, "the agent's key to try with (one that exists only meanwhile)"),
	TEXT("unix-socket", "PATH", 107, "where the web server listens, if not at the address"),
	TEXT("sockets", "FOLDER", 400, "the responders' sockets (/run/clawgw)"),
	TEXT("account", "NAME", 32, "whom the programs run as (clawgw)"),
	TEXT("web-account", "NAME", 32, "whom the web server runs as (www-data)"),
	FLAG("models", "also ask every enabled language model for a word, which costs a few tokens"),
	FLAG("mail", "also write a letter to inbound_address and wait until it has come in"),
	TEXT("mail-wait", "DURATION", 20, "how long to wait for it (60s)"),
	END,
};

static const struct gw_option setup[] = {
	NEEDED("database-url", "URL", 500, "how the gateway shall reach its database, with user and password; -: a line of standard input"),
	TEXT("superuser-url", "URL", 500, "how to reach the server as one who may make roles and databases; without it they must be there"),
	FLAG("reset-password", "give a role that exists already the password of --database-url"),
	NEEDED("tenant", "NAME", 200, "the first organisation"),
	TEXT("slug", "SLUG", 50, "its short name (made of its name)"),
	TEXT("timezone", "ZONE", 50, "where its days begin, such as Asia/Shanghai (UTC)"),
	NEEDED("admin", "NAME", 100, "its first user"),
	TEXT("role", "platform_admin|org_admin|agent_admin|member", 0, "what that user may do (org_admin)"),
	TEXT("public-url", "URL", 500, "the gateway's address, for the configuration"),
	TEXT("group", "GROUP", 32, "who may read the configuration that is written"),
	END,
};

#define DIRECTORY_REMOVED_WITH(noun, upper, options_of_list, options_of_one, options_of_removal, help_of_removal) \
	{noun, "list", GW_MAY_RUN_ON_SCHEMA, "", 0, options_of_list, "List them, oldest first", gw_noun_list}, \
	{noun, "show", GW_MAY_RUN_ON_SCHEMA, upper, 200, options_of_one, "Show one", gw_noun_show}, \
	{noun, "remove", GW_MAY_RUN_ON_SCHEMA, upper, 200, options_of_removal, help_of_removal, gw_noun_remove}
#define DIRECTORY(noun, upper, options_of_list, options_of_one) \
	DIRECTORY_REMOVED_WITH(noun, upper, options_of_list, options_of_one, options_of_one, "Remove one that nothing needs any more")

const struct gw_command gw_commands[] = {
	{"migrate", NULL, GW_MAY_RUN_ON_DATABASE, "", 0, NULL, "Bring the database's schema up to date", gw_migrate},
	{"adopt", NULL, GW_MAY_RUN_ON_DATABASE, "", 0, adopt, "Let the gateway work on a database that is the platform's own", gw_adopt},

	{"tenant", "add", GW_MAY_RUN_ON_SCHEMA, "NAME", 200, tenant_add, "Add an organisation", gw_tenant_add},
	{"tenant", "purge", GW_MAY_RUN_ON_SCHEMA, "TENANT", 200, tenant_purge,
	 "Remove an organisation and everything that is its own, a piece at a time", gw_tenant_purge},
	DIRECTORY("tenant", "TENANT", list_all, NULL),

	{"user", "add", GW_MAY_RUN_ON_SCHEMA, "NAME", 100, user_add, "Add a user of the platform", gw_user_add},
	{"user", "edit", GW_MAY_RUN_ON_SCHEMA, "USER", 100, user_edit, "Change a user", gw_user_edit},
	{"user", "suspend", GW_MAY_RUN_ON_SCHEMA, "USER", 100, only_narrow, "Shut a user out, at once", gw_user_suspend},
	{"user", "resume", GW_MAY_RUN_ON_SCHEMA, "USER", 100, only_narrow, "Let a suspended user in again", gw_user_resume},
	{"user", "token", GW_MAY_RUN_ON_SCHEMA, "USER", 100, user_token, "Make a login token (JWT) for a user", gw_user_token},
	{"user", "link", GW_MAY_RUN_ON_SCHEMA, "USER", 100, user_link, "Make a link that signs a user in on the page, once", gw_user_link},
	{"user", "signout", GW_MAY_RUN_ON_SCHEMA, "USER", 100, only_narrow, "End all sessions and links of a user", gw_user_signout},
	{"session", "list", GW_MAY_RUN_ON_SCHEMA, "", 0, session_list, "List where users are signed in, the last used first",
	 gw_session_list_command},
	{"session", "revoke", GW_MAY_RUN_ON_SCHEMA, "ID", 36, NULL, "End one session", gw_session_revoke},
	DIRECTORY("user", "USER", list_narrow, only_narrow),

	{"agent", "add", GW_MAY_RUN_ON_SCHEMA, "NAME", 100, agent_add, "Add an agent", gw_agent_add},
	{"agent", "edit", GW_MAY_RUN_ON_SCHEMA, "AGENT", 100, agent_edit, "Change an agent", gw_agent_edit},
	{"agent", "suspend", GW_MAY_RUN_ON_SCHEMA, "AGENT", 100, only_narrow, "Let an agent act no more, and take no messages",
	 gw_agent_suspend},
	{"agent", "resume", GW_MAY_RUN_ON_SCHEMA, "AGENT", 100, only_narrow, "Let a suspended agent act again", gw_agent_resume},
	{"agent", "key", GW_MAY_RUN_ON_SCHEMA, "AGENT", 100, agent_key,
	 "Make a new key for an openclaw agent; the old one stops working", gw_agent_key},
	{"agent", "invite", GW_MAY_RUN_ON_SCHEMA, "AGENT", 100, agent_invite,
	 "Make a one-time line that connects a program as an openclaw agent", gw_agent_invite},
	{"agent", "why", GW_MAY_RUN_ON_SCHEMA, "AGENT", 100, only_narrow, "Say what keeps an agent from answering", gw_agent_why},
	DIRECTORY_REMOVED_WITH("agent", "AGENT", list_narrow, only_narrow, agent_remove,
			       "Remove one: say what that will end, and ask"),

	{"member", "add", GW_MAY_RUN_ON_SCHEMA, "NAME", 100, member_add, "Add a person that agents may write to", gw_member_add},
	DIRECTORY("member", "MEMBER", list_narrow, only_narrow),

	{"relationship", "add", GW_MAY_RUN_ON_SCHEMA, "AGENT", 100, relationship_add,
	 "Let an agent know a person or another agent", gw_relationship_add},
	DIRECTORY("relationship", "ID", list_narrow, only_narrow),

	{"model", "add", GW_MAY_RUN_ON_SCHEMA, "LABEL", 200, model_add, "Add a language model", gw_model_add},
	{"model", "edit", GW_MAY_RUN_ON_SCHEMA, "MODEL", 200, model_edit, "Change a language model", gw_model_edit},
	{"model", "test", GW_MAY_RUN_ON_SCHEMA, "MODEL", 200, only_narrow,
	 "Ask a language model for a word, which costs a few tokens", gw_model_test},
	DIRECTORY("model", "MODEL", list_narrow, only_narrow),

	{"channel", "add", GW_MAY_RUN_ON_SCHEMA, "", 0, channel_add, "Give an agent its way to people", gw_channel_add},
	DIRECTORY("channel", "ID", list_narrow, only_narrow),

	{"message", "send", GW_MAY_RUN_ON_SCHEMA, "TEXT", GW_TEXT_MAX, message_send, "Write to an openclaw agent as a user",
	 gw_message_send_command},
	{"message", "list", GW_MAY_RUN_ON_SCHEMA, "", 0, message_list, "List messages, newest first", gw_message_list},

	{"message", "show", GW_MAY_RUN_ON_SCHEMA, "ID", 100, NULL, "Show one", gw_message_show},
	{"message", "redeliver", GW_MAY_RUN_ON_SCHEMA, "[ID]", 100, message_deed,
	 "Hand a delivered or expired message out again, as if for the first time", gw_message_redeliver},
	{"message", "expire", GW_MAY_RUN_ON_SCHEMA, "[ID]", 100, message_deed,
	 "Give a message up that is not completed, and tell an agent that sent it", gw_message_expire},
	{"message", "purge", GW_MAY_RUN_ON_SCHEMA, "[ID]", 100, message_deed, "Remove a message that has ended", gw_message_purge},

	{"job", "list", GW_MAY_RUN_ON_SCHEMA, "", 0, job_list, "List jobs of native agents, newest first", gw_job_list},
	{"job", "show", GW_MAY_RUN_ON_SCHEMA, "ID", 100, NULL, "Show one", gw_job_show},
	{"job", "retry", GW_MAY_RUN_ON_SCHEMA, "[ID]", 100, job_deed, "Let a dead job, or one that waits, run now", gw_job_retry},
	{"job", "cancel", GW_MAY_RUN_ON_SCHEMA, "[ID]", 100, job_deed, "End a job that has not ended, and tell the sender",
	 gw_job_cancel},
	{"job", "purge", GW_MAY_RUN_ON_SCHEMA, "[ID]", 100, job_purge, "Remove a job that has ended, or all that did", gw_job_purge},

	{"queue", NULL, GW_MAY_RUN_ON_SCHEMA, "", 0, NULL, "Show the jobs by state, and the workers", gw_queue},

	{"send", "list", GW_MAY_RUN_ON_SCHEMA, "", 0, send_list, "List what was sent to people, newest first", gw_send_list},

	{"letter", "list", GW_MAY_RUN_ON_SCHEMA, "", 0, letter_list, "List letters to and from people, newest first", gw_letter_list},
	{"letter", "show", GW_MAY_RUN_ON_SCHEMA, "ID", 100, letter_show, "Show one", gw_letter_show},
	{"letter", "retry", GW_MAY_RUN_ON_SCHEMA, "[ID]", 100, letter_deed,
	 "Send a letter again that failed, or of which nobody knows whether it arrived", gw_letter_retry},
	{"letter", "purge", GW_MAY_RUN_ON_SCHEMA, "[ID]", 100, letter_purge, "Remove a letter that waits for nothing, or all that do", gw_letter_purge},

	{"trace", NULL, GW_MAY_RUN_ON_SCHEMA, "ID", 100, NULL,
	 "Tell the story of a message, job or letter by its id, or of what a trace id led to", gw_trace},
	{"stats", NULL, GW_MAY_RUN_ON_SCHEMA, "", 0, stats, "Show how much went through, and how quickly", gw_stats},

	{"audit", "list", GW_MAY_RUN_ON_SCHEMA, "", 0, audit_list, "List who did what to whom, newest first", gw_audit_list},

	{"tidy", NULL, GW_MAY_RUN_ON_SCHEMA, "", 0, tidy,
	 "Remove what is finished and older than keep_completed, keep_jobs, keep_idempotency, keep_sends, keep_letters and keep_audit say", gw_tidy},

	{"config", "show", GW_MAY_RUN_CONFIGURED, "", 0, NULL, "Show every setting that is in force; secrets are not shown",
	 gw_config_show},
	{"config", "sample", GW_MAY_RUN_ANYBODY, "", 0, NULL, "Print a sample configuration with every setting",
	 gw_config_sample_command},

	{"completion", NULL, GW_MAY_RUN_ANYBODY, "SHELL", 20, NULL, "Print what bash or zsh needs to complete these commands",
	 gw_completion},

	{"doctor", NULL, GW_MAY_RUN_ON_DATABASE, "", 0, doctor,
	 "Look for what is wrong with this installation, and say what to do about it", gw_doctor_command},

	{"setup", NULL, GW_MAY_RUN_ANYBODY, "", 0, setup,
	 "Make roles, database, schema and first organisation, and write the file that --config names, with new secrets", gw_setup},

	{NULL, NULL, GW_MAY_RUN_NOBODY, NULL, 0, NULL, NULL, NULL},
};
