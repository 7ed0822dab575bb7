/* SPDX-License-Identifier: ISC */
/*
 * fuzz_connect.c: journals of clawgw-connect that a disk has damaged, what CLI agents print, and messages that become prompts.
 */
#include "fuzz.h"

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "connect/files.h"
#include "connect/held.h"
#include "connect/journal.h"
#include "connect/prompt.h"
#include "connect/result.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <unistd.h>

#define MAX_RESULT 2000

const char *const fuzz_corpus = "connect";

static char path[64];

static void leave(void)
{
	gw_folder_remove(AT_FDCWD, path);
}

/* A folder for the process, made with the first input. */
static int folder(void)
{
	static int dir = -1;
	const char *base = getenv("GW_TMP");

	if (dir >= 0)
		return dir;
	gw_log_init("fuzz", GW_LOG_ERROR);
	(void)snprintf(path, sizeof(path), "%s/gw-fuzz-XXXXXX",
		       base != NULL && strlen(base) < 30 ? base : "/tmp");
	fuzz_require(mkdtemp(path) != NULL, "there is a folder");
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)atexit(leave);
	return dir;
}

static void count_states(const struct gw_ledger *ledger, unsigned counts[3])
{
	const struct gw_held *held = NULL;
	const struct gw_held *other = NULL;
	unsigned all = 0;

	memset(counts, 0, 3 * sizeof(*counts));
	TAILQ_FOREACH(held, &ledger->held, link)
	{
		counts[held->state]++;
		all++;
		fuzz_require((held->state == GW_HELD_FINISHED) == (held->result != NULL),
			     "what is finished has a result");
		for (other = TAILQ_NEXT(held, link); other != NULL; other = TAILQ_NEXT(other, link))
			fuzz_require(strcmp(held->id, other->id) != 0, "each is held once");
	}
	fuzz_require(all == ledger->count, "they are counted");
}

/* Lines "+t<record>", "+r<record>": a whole record of `taken` or `results`; "-t…", "-r…": any line. */
static void check_journals(struct fuzz_input *input)
{
	struct gw_buf files[2];
	unsigned before[3];
	unsigned after[3];
	struct gw_ledger ledger;
	int dir = folder();

	for (int i = 0; i < 2; i++)
		gw_buf_init(&files[i], 2 * FUZZ_MAX_SIZE);
	while (input->size > 0) {
		struct gw_str line = fuzz_text(input, '\n');

		if (line.len >= 2) {
			struct gw_buf *file = &files[line.data[1] == 'r'];
			struct gw_str record = {line.data + 2, line.len - 2};

			if (line.data[0] == '+')
				gw_journal_frame(file, record);
			else
				gw_buf_add_str(file, record);
		}
		fuzz_free(line);
	}
	fuzz_require(gw_file_write(dir, "taken", gw_buf_str(&files[0]), false) &&
			     gw_file_write(dir, "results", gw_buf_str(&files[1]), false),
		     "the files can be written");
	fuzz_require(gw_ledger_open(dir, &ledger) == GW_OK, "whatever is there can be opened");
	count_states(&ledger, before);
	gw_ledger_close(&ledger);
	fuzz_require(gw_ledger_open(dir, &ledger) == GW_OK, "and again");
	count_states(&ledger, after);
	fuzz_require(memcmp(before, after, sizeof(before)) == 0, "with the same in it");
	gw_ledger_close(&ledger);
	for (int i = 0; i < 2; i++)
		gw_buf_release(&files[i]);
}

static void check_output(struct fuzz_input *input, const char *preset)
{
	struct gw_str out = fuzz_rest(input);
	struct gw_result_source source = {
		.preset = gw_preset_find(preset),
		.end = {.code = out.len % 3 == 0},
		.out = out,
		.err = out.len % 2 == 0 ? out : GW_STR_LIT(""),
		.max = MAX_RESULT,
	};
	struct gw_result result;
	struct gw_buf said;

	gw_result_compose(&source, &result);
	fuzz_require(result.text.len > 0 && result.text.len <= MAX_RESULT &&
			     !gw_buf_overflowed(&result.text),
		     "a result has a length");
	fuzz_require(gw_utf8_valid(gw_buf_str(&result.text)) &&
			     memchr(result.text.data, '\0', result.text.len) == NULL,
		     "and is text");
	fuzz_require(strncmp(result.text.data, "\xe2\x8f\xb3", 3) != 0, "and no progress");
	gw_result_release(&result);
	gw_buf_init(&said, FUZZ_MAX_SIZE);
	if (source.preset->say != NULL && source.preset->say(out, &said))
		fuzz_require(said.len > 0 && memchr(said.data, '\n', said.len) == NULL,
			     "what is said is a line");
	gw_buf_release(&said);
	fuzz_free(out);
}

static void check_prompt(struct fuzz_input *input)
{
	struct gw_str text = fuzz_rest(input);
	struct json_object *message = NULL;
	struct gw_json_error error;

	if (gw_json_parse(text, &error, &message) == GW_OK &&
	    json_object_is_type(message, json_type_object)) {
		struct gw_held held = {.message = message};
		struct gw_buf out;
		struct gw_buf sender;

		gw_buf_init(&out, 8 * FUZZ_MAX_SIZE);
		gw_buf_init(&sender, FUZZ_MAX_SIZE);
		for (int kind = GW_INPUT_PROMPT; kind <= GW_INPUT_JSON; kind++)
			gw_prompt_write(&out, &held, (enum gw_input)kind, true);
		fuzz_require(!gw_buf_overflowed(&out), "a prompt has room");
		gw_prompt_sender(&sender, &held);
		fuzz_require(strpbrk(sender.data, "\r\n") == NULL, "a sender is one line");
		gw_buf_release(&out);
		gw_buf_release(&sender);
	}
	json_object_put(message);
	fuzz_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const presets[] = {"claude", "codex", "gemini", "opencode", "aider"};
	struct fuzz_input input = {data, size};
	unsigned kind = fuzz_byte(&input) % 7;

	if (kind == 0)
		check_journals(&input);
	else if (kind <= GW_ARRAY_LEN(presets))
		check_output(&input, presets[kind - 1]);
	else
		check_prompt(&input);
	return 0;
}
