/* SPDX-License-Identifier: ISC */
/*
 * clawgw-admin.c: migrates, creates and lists everything; see src/admin.
 */
#include "admin/admin.h"

int main(int argc, char **argv)
{
	return gw_admin_main(argc, argv);
}
