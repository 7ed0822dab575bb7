/* SPDX-License-Identifier: ISC */
/*
 * look.h: what an operator sees of messages, jobs and letters. clawgw-admin and the page ask the same.
 *
 * Results are rows as the statements name their columns, to be freed; whoever shows them makes a table or JSON of them. What belongs
 * to somebody outside the scope is not there.
 */
#ifndef GW_LOOK_H
#define GW_LOOK_H

#include "store/db.h"

/* Who looks: everything, an organisation's, or of that only what agents have to do that one user made. */
struct gw_scope {
	struct gw_db *db;
	const struct gw_uuid *tenant;  /* NULL: any */
	const struct gw_uuid *creator; /* NULL: any */
};

enum gw_subject { GW_SUBJECT_MESSAGE, GW_SUBJECT_JOB, GW_SUBJECT_LETTER };

/* "message", "job", "letter". */
const char *gw_subject_name(enum gw_subject subject);
/* False: it is none of these. */
bool gw_subject_parse(struct gw_str name, enum gw_subject *ret_subject);

/* Which of them. NULL, absent and 0: any. */
struct gw_look {
	const struct gw_uuid *agent;  /* for it; jobs and letters: from it, too */
	const struct gw_uuid *person; /* a user who wrote it; letters: or a member */
	struct gw_str state;
	struct gw_str text; /* words in it, in any case */
	int64_t older_than; /* microseconds */
	int64_t before;     /* a place: those behind this one in the list, with the id */
	struct gw_uuid before_id;
	int limit;     /* how many at most */
	int64_t reach; /* how many are looked at, wherever the filters leave few */
};

#define GW_LOOK_REACH 20000 /* some ten milliseconds */
#define GW_LOOK_FAR INT64_MAX

/* Newest first. */
GW_MUST_CHECK enum gw_err gw_look_list(const struct gw_scope *scope, enum gw_subject subject,
				       const struct gw_look *look, struct gw_rows **ret_rows);
/*
 * The place from which a list goes on that gave `rows`: its last row, or, where there were fewer than `limit`, the last that was looked
 * at. *ret_more is false, and the place not set, where there is nothing behind it.
 */
GW_MUST_CHECK enum gw_err gw_look_next(const struct gw_scope *scope, enum gw_subject subject,
				       const struct gw_look *look, const struct gw_rows *rows,
				       bool *ret_more, int64_t *ret_before,
				       struct gw_uuid *ret_before_id);

/* What an id means, or else a trace id: rows kind, id, state, created_at, agent_id, agent, tenant_id; at most 100. */
GW_MUST_CHECK enum gw_err gw_look_find(const struct gw_scope *scope, const struct gw_uuid *id,
				       const char *trace_id, struct gw_rows **ret_rows);
/* The story of one that was found: rows at, step, note, session, trace_id, related; oldest first. */
GW_MUST_CHECK enum gw_err gw_look_story(const struct gw_scope *scope, const struct gw_uuid *id,
					struct gw_rows **ret_rows);
/* One with everything about it, if it is in the scope: no row otherwise. */
GW_MUST_CHECK enum gw_err gw_look_show(const struct gw_scope *scope, enum gw_subject subject,
				       const struct gw_uuid *id, struct gw_rows **ret_rows);

/*
 * What keeps an agent from answering: rows weight, code, sentence, values (JSON), since; the gravest first. Rows of a weight above
 * GW_WHY_NOTABLE only say how it stands. An agent not seen for `online` microseconds is away; `lease`: how long a message may be worked on, 0 for ever.
 */
#define GW_WHY_NOTABLE 2
GW_MUST_CHECK enum gw_err gw_look_why(struct gw_db *db, const struct gw_uuid *agent, int64_t online,
				      int64_t lease, struct gw_rows **ret_rows);

/* The time that a plot shows, and the spans that it is made of. */
struct gw_period {
	const char *name; /* 1h, 24h, 30d; the list ends with NULL */
	int minutes;      /* of a span */
	int64_t back;     /* microseconds */
};
extern const struct gw_period gw_periods[];
const struct gw_period *gw_period_find(struct gw_str name); /* NULL: no such */

/* Rows at, what, value of an organisation (NULL: all together), in order of time; or summed up: what, value, most. */
GW_MUST_CHECK enum gw_err gw_look_numbers(struct gw_db *db, const struct gw_uuid *tenant,
					  const struct gw_period *period,
					  struct gw_rows **ret_rows);
GW_MUST_CHECK enum gw_err gw_look_totals(struct gw_db *db, const struct gw_uuid *tenant,
					 const struct gw_period *period, struct gw_rows **ret_rows);

#endif
