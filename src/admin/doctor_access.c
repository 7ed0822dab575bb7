/* SPDX-License-Identifier: ISC */
/*
 * doctor_access.c: whether an account can reach a file: by the bits of the file and of every folder above it.
 *
 * Asked without becoming that account, so that whoever may look at the folders may ask. Access lists beyond the bits are not
 * looked at.
 */
#include "admin/doctor.h"

#include "base/alloc.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#define GROUPS_MAX 256

bool gw_doctor_account(const char *name, struct gw_doctor_account *ret_account)
{
	const struct passwd *entry = getpwnam(name);
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;

	if (entry == NULL)
		return false;
	ret_account->name = name;
	ret_account->uid = entry->pw_uid;
	if (getgrouplist(name, entry->pw_gid, groups, &count) < 0) {
		groups[0] = entry->pw_gid;
		count = 1;
	}
	ret_account->groups = gw_xcalloc((size_t)count, sizeof(*groups));
	memcpy(ret_account->groups, groups, (size_t)count * sizeof(*groups));
	ret_account->group_count = count;
	return true;
}

void gw_doctor_account_release(struct gw_doctor_account *account)
{
	free(account->groups);
	account->groups = NULL;
}

static bool is_member(const struct gw_doctor_account *account, gid_t group)
{
	for (int i = 0; i < account->group_count; i++) {
		if (account->groups[i] == group)
			return true;
	}
	return false;
}

static bool may(const struct gw_doctor_account *account, const struct stat *status, mode_t bits)
{
	mode_t mode = status->st_mode;

	if (account->uid == 0)
		return true;
	if (account->uid == status->st_uid)
		mode >>= 6;
	else if (is_member(account, status->st_gid))
		mode >>= 3;
	return (mode & bits) == bits;
}

bool gw_doctor_reaches(const struct gw_doctor_account *account, const char *path, mode_t bits,
		       struct gw_buf *ret_where)
{
	struct stat status;
	char folder[4096];
	char *real = realpath(path, NULL);

	/* what cannot be looked at is not this check's to tell */
	if (real == NULL || strlen(real) >= sizeof(folder)) {
		free(real);
		return true;
	}
	for (size_t at = 1; real[at] != '\0'; at++) {
		if (real[at] != '/')
			continue;
		memcpy(folder, real, at);
		folder[at] = '\0';
		if (stat(folder, &status) == 0 && !may(account, &status, 1)) {
			gw_buf_add_c(ret_where, folder);
			free(real);
			return false;
		}
	}
	if (stat(real, &status) == 0 && !may(account, &status, bits)) {
		gw_buf_add_c(ret_where, real);
		free(real);
		return false;
	}
	free(real);
	return true;
}
