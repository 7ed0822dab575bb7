/* SPDX-License-Identifier: ISC */
/*
 * setup.h: makes the roles and the database that a connection string asks for.
 */
#ifndef GW_SETUP_H
#define GW_SETUP_H

#include "store/db.h"

/*
 * Connects with `superuser` and makes what `wanted` (a libpq URI or key=value) names: the role with its password, and a
 * UTF-8 database that it owns; and for responders and the worker roles of their own, called like it with _web and _worker
 * behind, with the settings that their sessions need in that database. What is there already stays as it is, the role's password too unless `reset_password`: other
 * programs may use it. `ret_message` gets what was done, or what is wrong.
 * GW_INVALID: `wanted` cannot be read, or names no user or no database. GW_UNAVAILABLE: no connection with `superuser`.
 * GW_FORBIDDEN: the server refused a command.
 */
GW_MUST_CHECK enum gw_err gw_setup_database(const char *superuser, const char *wanted,
					    bool reset_password, const char *program,
					    struct gw_buf *ret_message);

/*
 * The same connection string for a program's role: `program` is "_web" or "_worker". The password, if there is one, is made of the
 * owner's. GW_INVALID: it cannot be read or names no user.
 */
GW_MUST_CHECK enum gw_err gw_setup_program_url(const char *conninfo, const char *program,
					       struct gw_buf *out);

#endif
