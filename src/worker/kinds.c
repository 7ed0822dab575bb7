/* SPDX-License-Identifier: ISC */
/*
 * kinds.c: the kinds of jobs that this worker does.
 */
#include "worker/kind.h"

#include <stddef.h>

const struct gw_kind *const gw_kinds[] = {
	&gw_kind_agent,  &gw_kind_person, &gw_kind_correspondent,
	&gw_kind_letter, &gw_kind_trial,  NULL,
};

const struct gw_kind *gw_kind_find(struct gw_str name)
{
	for (size_t i = 0; gw_kinds[i] != NULL; i++) {
		if (gw_str_equal_c(name, gw_kinds[i]->name))
			return gw_kinds[i];
	}
	return NULL;
}
