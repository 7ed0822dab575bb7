/* SPDX-License-Identifier: ISC */
/*
 * channel.c: the table of channels, and what they share.
 */
#include "channels/channel.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

#define WRITER_PART_MAX 400 /* bytes of a name */

const struct gw_channel *const gw_channels[] = {
	&gw_channel_feishu,
	&gw_channel_email,
	NULL,
};

const struct gw_channel *gw_channel_named(struct gw_str name)
{
	for (size_t i = 0; gw_channels[i] != NULL; i++) {
		if (gw_str_equal_c(name, gw_channels[i]->name))
			return gw_channels[i];
	}
	return NULL;
}

const struct gw_channel *gw_channel_choose(const struct gw_config *config,
					   const struct gw_person *person, struct gw_str wanted)
{
	for (size_t i = 0; gw_channels[i] != NULL; i++) {
		if ((wanted.data == NULL || gw_str_equal_c(wanted, gw_channels[i]->name)) &&
		    gw_channels[i]->reaches(config, person))
			return gw_channels[i];
	}
	return NULL;
}

void gw_foreign_text(struct gw_buf *out, struct gw_str text, size_t max)
{
	struct gw_str head = {text.data, text.len < 4 * max ? text.len : 4 * max};
	struct gw_str cut = GW_STR_NULL;
	struct gw_buf clean;

	gw_buf_init(&clean, 3 * head.len + 1);
	gw_utf8_repair(&clean, head);
	for (size_t i = 0; i < clean.len; i++) {
		if ((unsigned char)clean.data[i] < ' ' || clean.data[i] == '\x7f')
			clean.data[i] = ' ';
	}
	cut = gw_str_trim(gw_utf8_cut(gw_buf_str(&clean), max));
	gw_buf_add_str(out, cut);
	gw_buf_release(&clean);
}

void gw_send_failure_set(struct gw_send_failure *failure, const char *fmt, ...)
{
	struct gw_str cut = GW_STR_NULL;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(failure->text, sizeof(failure->text), fmt, args);
	va_end(args);
	/* a long name may have been cut in the middle of a character */
	cut = gw_utf8_cut(gw_str(failure->text), sizeof(failure->text) - 4);
	failure->text[cut.len] = '\0';
}

void gw_letter_add_writer(struct gw_buf *out, const struct gw_letter *letter)
{
	gw_buf_add_str(out, gw_utf8_cut(letter->agent_name, WRITER_PART_MAX));
	gw_buf_add_c(out, " via ");
	gw_buf_add_str(out, gw_utf8_cut(gw_str(letter->config->site_name), WRITER_PART_MAX));
}
