/* SPDX-License-Identifier: ISC */
/*
 * dialect.h: what the two dialects have to offer to llm.c and reply.c. Private to src/llm.
 */
#ifndef GW_DIALECT_H
#define GW_DIALECT_H

#include "llm/llm.h"

struct json_object;

enum gw_llm_stop {
	GW_LLM_STOP_NONE, /* not said yet */
	GW_LLM_STOP_END,
	GW_LLM_STOP_LENGTH,
	GW_LLM_STOP_FILTER,
	GW_LLM_STOP_TOOL,
	GW_LLM_STOP_ERROR, /* the server gave up in the middle */
};

#define GW_LLM_CODE_SIZE 64
#define GW_LLM_MESSAGE_SIZE 512

/* What was gathered of an answer so far. */
struct gw_llm_answer {
	struct gw_buf text;
	enum gw_llm_stop stop;
	bool complete;  /* nothing of importance will follow */
	bool tool_call; /* one was seen */
	bool thought;   /* so were thoughts, which are not kept */
	bool counted;   /* the server counted tokens */
	int64_t input_tokens, output_tokens;
	bool failed;      /* the server reported an error: */
	int error_status; /* an HTTP status inside the body; 0 without one */
	char error_type[GW_LLM_CODE_SIZE];
	char error_code[GW_LLM_CODE_SIZE];
	char error_param
		[2 * GW_LLM_CODE_SIZE]; /* the parameters that it is about, with blanks between */
	char error_message[GW_LLM_MESSAGE_SIZE];
	int64_t retry_after; /* microseconds that the error asks to wait; -1: it does not say */
};

struct gw_llm_dialect {
	/* where it is below the base URL */
	const char *path;
	/* what `path` begins with and base URLs often end in already; NULL for nothing */
	const char *prefix;
	void (*build)(const struct gw_llm_request *request, struct gw_buf *body);
	/* Adds header lines by gw_llm_wire_header(). */
	void (*authorize)(const struct gw_llm_request *request, struct gw_llm_wire *wire);
	/* One event of a stream, which is a JSON object. Errors in it are read already. */
	void (*event)(struct gw_llm_answer *answer, const struct json_object *event);
	/* The answer of a server that does not stream. */
	void (*whole)(struct gw_llm_answer *answer, const struct json_object *body);
};

extern const struct gw_llm_dialect gw_llm_openai;
extern const struct gw_llm_dialect gw_llm_anthropic;

void gw_llm_wire_header(struct gw_llm_wire *wire, const char *name, struct gw_str value);
/* A number as JSON has it; nothing for one that is not finite. */
void gw_llm_add_number(struct gw_buf *body, const char *name, double value);

/* A member of an object: NULL if `value` is not an object or has none of that name. */
const struct json_object *gw_llm_member(const struct json_object *value, const char *name);
/* The text of a string; absent for everything else. */
struct gw_str gw_llm_text(const struct json_object *value);
/* The bytes of a string, NULs left out, appended; nothing for anything else. */
void gw_llm_add_text(struct gw_buf *out, const struct json_object *value);
/* A count of tokens; 0 for what cannot be one. */
int64_t gw_llm_count(const struct json_object *value);
/* Reads an error (an object of any of the known shapes, a list of them, or a string) into the answer, which has then failed. */
void gw_llm_read_error(struct gw_llm_answer *answer, const struct json_object *error);
/*
 * Whether a body, or an event of a stream, is an error or has one in it; it is then read into the answer. `refused`: the status
 * says that it is one.
 */
bool gw_llm_find_error(struct gw_llm_answer *answer, const struct json_object *body, bool refused);
/* The first words of a page that is not JSON, as the error's message. */
void gw_llm_read_page(struct gw_llm_answer *answer, struct gw_str page);
/* Appends a server's words without addresses and what looks like a secret, in one line. */
void gw_llm_add_words(struct gw_buf *out, struct gw_str text);
/* What the error's words say that the model does not take: a set of enum gw_llm_quirk. */
uint32_t gw_llm_quirks_of(int status, const struct gw_llm_answer *answer);

/* Appends what is said to the reader, without thoughts. Returns whether there were any. `out` has room for the whole. */
bool gw_llm_cut_thoughts(struct gw_str text, struct gw_buf *out);

/* "20s", "1m30s", "34.07s", "500ms" in microseconds; -1 for anything else. */
int64_t gw_llm_duration(struct gw_str text);
/* "Please try again in 20s." in microseconds; -1 if nothing of the kind is said. */
int64_t gw_llm_retry_in_words(struct gw_str text);

/* What a reason to stop ("finish_reason", "stop_reason") means; one that nobody knows is an end. */
enum gw_llm_stop gw_llm_stop_of(struct gw_str reason);

/* What a status and the error in the body mean: the tables in cause.c. */
enum gw_llm_cause gw_llm_classify(int status, const struct gw_llm_answer *answer);

#endif
