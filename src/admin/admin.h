/* SPDX-License-Identifier: ISC */
/*
 * admin.h: what the commands of clawgw-admin are made of.
 *
 * A command is one line of the table in commands.c: noun, verb, who may run it, arguments, options, help, function. The parser,
 * --help and the check of the manual are made of that table.
 */
#ifndef GW_ADMIN_H
#define GW_ADMIN_H

#include "base/buf.h"
#include "base/config.h"
#include "base/uuid.h"
#include "operator/look.h"
#include "store/db.h"

/* What the process ends with; documented in the manual. */
enum gw_exit {
	GW_EXIT_OK = 0,
	GW_EXIT_FAILED = 1,
	GW_EXIT_USAGE = 2,
	GW_EXIT_NOT_FOUND = 3,
	GW_EXIT_CONFLICT = 4,
	GW_EXIT_UNAVAILABLE = 5,
};

/* Who may run a command. What is not set may be run by nobody. */
enum gw_may_run {
	GW_MAY_RUN_NOBODY = 0,
	GW_MAY_RUN_ANYBODY,     /* needs nothing */
	GW_MAY_RUN_CONFIGURED,  /* whoever can read the configuration */
	GW_MAY_RUN_ON_DATABASE, /* and reach the database, whatever its schema */
	GW_MAY_RUN_ON_SCHEMA,   /* and finds its schema as this program knows it */
};

struct gw_option {
	const char *name;     /* without the dashes; the list ends with NULL */
	const char *argument; /* NULL: a flag. With bars in it ("a|b"): one of these words */
	size_t max;           /* characters of the value, 0: GW_OPTION_DEFAULT_MAX */
	bool required;
	const char *help;
};

#define GW_OPTION_DEFAULT_MAX 500
#define GW_OPTIONS_MAX 16   /* of one command, the general ones not counted */
#define GW_TEXT_MAX 1000000 /* characters of a message */

#define GW_CHANGE_SIZE 300

struct gw_admin;
typedef enum gw_exit gw_admin_run(struct gw_admin *admin);

struct gw_command {
	const char *noun; /* the table ends with NULL */
	const char *verb; /* NULL: the noun stands alone */
	enum gw_may_run may_run;
	const char *arguments;           /* "AGENT [TEXT]": words in brackets may be left out */
	size_t argument_max;             /* characters of each */
	const struct gw_option *options; /* NULL: none but the general ones */
	const char *help;                /* one sentence */
	gw_admin_run *run;
};

extern const struct gw_command gw_commands[];

/* One run of the program. */
struct gw_admin {
	const struct gw_command *command;
	bool json;
	const char *config_file; /* as named on the command line, or NULL */
	struct gw_config config;
	struct gw_db *db; /* NULL unless the command runs on it */
	int argument_count;
	char **arguments;
	const char *values[GW_OPTIONS_MAX]; /* "" for a flag that was given */
	char change
		[GW_CHANGE_SIZE]; /* what the command changed, for the audit; "" if it does not say */
};

/* Runs the command that the arguments name; returns the exit status. */
int gw_admin_main(int argc, char **argv);

/* Prints the help of everything, of a noun, or of one command. */
void gw_help_all(void);
bool gw_help_noun(const char *noun); /* false: no such noun */
void gw_help_command(const struct gw_command *command);
/* Whether the words of `arguments` are `count` at least and at most. */
bool gw_arguments_fit(const char *arguments, int count);

/* The options of every command; the list ends as that of a command does. */
extern const struct gw_option gw_general_options[];

/*
 * What may have been meant (suggest.c): the command that is nearest to these words (`verb` NULL: there was one word), the option of the
 * command, or a general one, without its dashes. NULL: nothing is near.
 */
const struct gw_command *gw_suggest_command(const char *noun, const char *verb);
const char *gw_suggest_option(const struct gw_command *command, const char *word);
/* Whether `candidate` is near to `word`, and nearer than *nearest, which is changed then; SIZE_MAX to begin with. */
bool gw_suggest_nearer(const char *word, const char *candidate, size_t *nearest);

/* Says for the audit what the command changes: "pending, now expired". No secrets. */
void gw_admin_changes(struct gw_admin *admin, const char *fmt, ...) GW_PRINTF(2, 3);
/*
 * The same of an edit: what each option that was given changes, where `before`, the first row of a list, has a column of its name
 * (--fallback-model: fallback_model; --label: name).
 */
void gw_admin_edits(struct gw_admin *admin, const struct gw_rows *before);

/* The value of an option of the running command; NULL if it was not given. A name that it does not have ends the program. */
const char *gw_admin_option(const struct gw_admin *admin, const char *name);
/* The same as a number in [min, max]; `fallback` if not given. GW_EXIT_USAGE is said by these functions themselves. */
GW_MUST_CHECK enum gw_exit gw_admin_integer(const struct gw_admin *admin, const char *name,
					    int64_t min, int64_t max, int64_t fallback,
					    int64_t *ret_value);
GW_MUST_CHECK enum gw_exit gw_admin_duration(const struct gw_admin *admin, const char *name,
					     int64_t fallback, int64_t *ret_value);
/* The value of an option that is a secret; "-" reads it from a line of standard input. NULL if not given; the caller frees. */
GW_MUST_CHECK enum gw_exit gw_admin_secret(const struct gw_admin *admin, const char *name,
					   char **ret_secret);

/* Writes one line to standard error, escaped, and returns `status`: `return gw_admin_fail(GW_EXIT_USAGE, "…")`. */
enum gw_exit gw_admin_fail(enum gw_exit status, const char *fmt, ...) GW_PRINTF(2, 3);
/* What a failure of the store means to a person; `doing` completes "cannot …". */
enum gw_exit gw_admin_store_failed(enum gw_err err, const char *doing);

/*
 * Nouns whose things have an id and mostly a name, and whose list is one statement with the parameters
 * $1 tenant, $2 id, $3 name, $4 limit (each NULL for any) and the columns id, name, tenant, …
 */
struct gw_noun {
	const char *name;
	const char *plural;
	enum gw_statement list;
	enum gw_statement remove; /* $1 id; one row: text, what still refers to it ("": removed) */
};

extern const struct gw_noun gw_noun_tenant, gw_noun_user, gw_noun_agent, gw_noun_member,
	gw_noun_model, gw_noun_relationship, gw_noun_channel;

struct gw_thing {
	struct gw_uuid id;
	struct gw_rows *rows; /* one row of the list, to be freed */
};

/*
 * Finds the one thing that `reference` (an id or a name) means, in `tenant` if not NULL. Says itself what is wrong:
 * GW_EXIT_NOT_FOUND; GW_EXIT_CONFLICT and the candidates when several have the name.
 */
GW_MUST_CHECK enum gw_exit gw_noun_find(struct gw_admin *admin, const struct gw_noun *noun,
					const char *reference, const struct gw_uuid *tenant,
					struct gw_thing *ret_thing);
/* The same when only the id matters. */
GW_MUST_CHECK enum gw_exit gw_noun_id(struct gw_admin *admin, const struct gw_noun *noun,
				      const char *reference, const struct gw_uuid *tenant,
				      struct gw_uuid *ret_id);
/*
 * The tenant of --tenant; without the option *ret_given is false, unless `needed`: then the only tenant is taken, and
 * GW_EXIT_USAGE if there are several.
 */
GW_MUST_CHECK enum gw_exit gw_admin_tenant(struct gw_admin *admin, bool needed,
					   struct gw_uuid *ret_tenant, bool *ret_given);
/* Prints what was just added or changed: the row as JSON, or "user Ana (<id>) added". */
enum gw_exit gw_noun_done(struct gw_admin *admin, const struct gw_noun *noun,
			  const struct gw_uuid *id, const char *done);

/*
 * Asks a question that "y" answers with yes. GW_EXIT_OK: it did, or --yes was given. GW_EXIT_FAILED: it did not, which is said.
 * GW_EXIT_USAGE: there is nobody at standard input to be asked.
 */
GW_MUST_CHECK enum gw_exit gw_admin_confirm(const struct gw_admin *admin, const char *question);

/* list, show and remove of any noun above. */
gw_admin_run gw_noun_list, gw_noun_show, gw_noun_remove;

/*
 * What is called by its id only: messages, jobs and letters (queued.c). `state` is the option that says which states are meant. Lists
 * and deeds take the options --tenant, --agent, --person, --text and --older-than, lists --limit.
 */
enum gw_exit gw_admin_filtered_list(struct gw_admin *admin, enum gw_subject subject,
				    const char *state);
GW_MUST_CHECK enum gw_exit gw_admin_id(const struct gw_admin *admin, struct gw_uuid *ret_id);
/* Prints the one that the argument names. */
enum gw_exit gw_admin_show(struct gw_admin *admin, enum gw_subject subject);
/*
 * Does what src/operator/deed.h calls `name`: to the one that the argument names, or, without an argument, to all that the options
 * leave, once their number is confirmed. GW_EXIT_CONFLICT: the one is in none of the states that this is for.
 */
enum gw_exit gw_admin_deed(struct gw_admin *admin, enum gw_subject subject, const char *name,
			   const char *state);

/* The rest of the commands, by file. */
gw_admin_run gw_tenant_add, gw_user_add, gw_user_token, gw_member_add;         /* organisation.c */
gw_admin_run gw_agent_add, gw_agent_invite, gw_agent_key, gw_relationship_add; /* agent.c */
gw_admin_run gw_model_add, gw_model_edit, gw_channel_add;                      /* model.c */
gw_admin_run gw_model_test;                                                    /* model_test.c */
gw_admin_run gw_trace, gw_stats, gw_agent_why;                                 /* trace.c */
gw_admin_run gw_tenant_purge;                                                  /* purge.c */
gw_admin_run gw_message_send_command, gw_message_list, gw_message_show;        /* message.c */
gw_admin_run gw_message_redeliver, gw_message_expire, gw_message_purge;
gw_admin_run gw_job_list, gw_job_show, gw_job_retry, gw_job_cancel, gw_job_purge; /* job.c */
gw_admin_run gw_queue, gw_send_list;
gw_admin_run gw_letter_list, gw_letter_show, gw_letter_retry, gw_letter_purge; /* letter.c */
gw_admin_run gw_agent_edit, gw_agent_suspend, gw_agent_resume;                 /* edit.c */
gw_admin_run gw_user_edit, gw_user_suspend, gw_user_resume;
gw_admin_run gw_user_link, gw_user_signout, gw_session_list_command,
	gw_session_revoke;                                         /* session.c */
gw_admin_run gw_audit_list;                                        /* audit.c */
gw_admin_run gw_tidy;                                              /* tidy.c */
gw_admin_run gw_doctor_command;                                    /* doctor.c */
gw_admin_run gw_setup;                                             /* setup.c */
gw_admin_run gw_adopt;                                             /* adopt.c */
gw_admin_run gw_completion;                                        /* completion.c */
gw_admin_run gw_migrate, gw_config_show, gw_config_sample_command; /* system.c */

/* Said where somebody wants our own tables beside the platform's. */
#define GW_ADMIN_NOT_ADOPTED                                                                       \
	"these tables are the platform's own: `clawgw-admin adopt --dry-run' says what adopting "  \
	"them means, `clawgw-admin adopt' does it"
/* What `migrate' is on a database that was adopted (adopt.c). */
enum gw_exit gw_adopt_again(struct gw_admin *admin);

/* Notes in clawgw.audit who ran the command on whom, and whether it did it (audit.c); commands that only look leave no trace. */
void gw_admin_note(const struct gw_admin *admin, enum gw_exit status);

/* The commands "purge" (tidy.c): removes what the options --state and --older-than say, and tells how many `things` that were. */
enum gw_exit gw_admin_purge(struct gw_admin *admin, enum gw_statement statement,
			    const char *things);
/* Removes in batches until nothing is left (tidy.c): what was finished `age` microseconds ago; `state` NULL for any. */
GW_MUST_CHECK enum gw_exit gw_admin_sweep(struct gw_admin *admin, enum gw_statement statement,
					  int64_t age, int64_t batch, bool has_state,
					  const char *state, int64_t *ret_removed);

#endif
