/* SPDX-License-Identifier: ISC */
/*
 * suggest.c: what somebody may have meant by a word that is none: the nearest of those that there are.
 */
#include "admin/admin.h"

#include <string.h>

#define WORD_MAX ((size_t)60)

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * How many letters were left out, added, changed or exchanged with their neighbour on the way from one word to the other (optimal
 * string alignment). Words of more than WORD_MAX letters are as far from anything as they are long.
 */
static size_t distance(const char *from, const char *to)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *older = rows[0], *old = rows[1], *now = rows[2];
	size_t from_len = strlen(from), to_len = strlen(to);

	if (from_len > WORD_MAX || to_len > WORD_MAX)
		return from_len > to_len ? from_len : to_len;
	for (size_t j = 0; j <= to_len; j++) {
		old[j] = j;
		older[j] = j;
	}
	for (size_t i = 1; i <= from_len; i++) {
		size_t *rest = older;

		now[0] = i;
		for (size_t j = 1; j <= to_len; j++) {
			size_t changed = old[j - 1] + (from[i - 1] != to[j - 1]);

			now[j] = least(least(old[j] + 1, now[j - 1] + 1), changed);
			if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
				now[j] = least(now[j], older[j - 2] + 1);
		}
		older = old;
		old = now;
		now = rest;
	}
	return old[to_len];
}

bool gw_suggest_nearer(const char *word, const char *candidate, size_t *nearest)
{
	/* a word of another kind is no misspelling: a third of its letters at most */
	size_t most = strlen(word) / 3 > 0 ? strlen(word) / 3 : 1;
	size_t far = distance(word, candidate);

	if (far > most || far >= *nearest)
		return false;
	*nearest = far;
	return true;
}

const struct gw_command *gw_suggest_command(const char *noun, const char *verb)
{
	const struct gw_command *found = NULL;
	char wanted[2 * WORD_MAX + 2];
	char words[2 * WORD_MAX + 2];
	size_t nearest = SIZE_MAX;

	for (const struct gw_command *command = gw_commands; command->noun != NULL; command++) {
		/* a command of one word is meant by the first, whatever follows */
		bool alone = command->verb == NULL || verb == NULL;

		if (strlen(noun) > WORD_MAX || (verb != NULL && strlen(verb) > WORD_MAX))
			return NULL;
		(void)snprintf(wanted, sizeof(wanted), "%s%s%s", noun, alone ? "" : " ",
			       alone ? "" : verb);
		(void)snprintf(words, sizeof(words), "%s%s%s", command->noun, alone ? "" : " ",
			       alone ? "" : command->verb);
		if (gw_suggest_nearer(wanted, words, &nearest))
			found = command;
	}
	return found;
}

const char *gw_suggest_option(const struct gw_command *command, const char *word)
{
	const char *found = NULL;
	size_t nearest = SIZE_MAX;

	for (size_t i = 0; i < 2; i++) {
		const struct gw_option *options = i == 0            ? gw_general_options
						  : command != NULL ? command->options
								    : NULL;

		for (; options != NULL && options->name != NULL; options++) {
			if (gw_suggest_nearer(word, options->name, &nearest))
				found = options->name;
		}
	}
	return found;
}
