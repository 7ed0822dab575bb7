/* SPDX-License-Identifier: ISC */
/*
 * doctor.c: runs all checks and prints what they find.
 */
#include "admin/doctor.h"

#include "admin/output.h"

#define FOUND_MAX ((size_t)1024 * 1024)

enum gw_exit gw_doctor_command(struct gw_admin *admin)
{
	struct gw_doctor doctor = {.admin = admin};

	gw_buf_init(&doctor.found, FOUND_MAX);
	gw_buf_add_char(&doctor.found, '[');
	if (admin->json)
		gw_output_line("[");
	gw_doctor_host(&doctor);
	gw_doctor_url(&doctor);
	gw_doctor_mail(&doctor);
	if (gw_doctor_database(&doctor)) {
		gw_doctor_roles(&doctor);
		gw_doctor_backlog(&doctor);
		gw_doctor_letters(&doctor);
		gw_doctor_http(&doctor);
		if (gw_admin_option(admin, "models") != NULL)
			gw_doctor_models(&doctor);
		gw_doctor_keep(&doctor);
	}
	gw_buf_release(&doctor.found);
	if (admin->json)
		gw_output_line("]");
	else
		gw_output_line("%d of %d checks failed", doctor.failures, doctor.findings);
	return doctor.failures > 0 ? GW_EXIT_FAILED : GW_EXIT_OK;
}
