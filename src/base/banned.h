/* SPDX-License-Identifier: ISC */
/*
 * banned.h: functions that no file of clawgw may call.
 *
 * Included ahead of every source file by the build (-include). The standard headers that declare
 * these names come first, so that only our own uses are refused. What to use instead:
 *   strcpy strcat strncpy sprintf  ->  struct gw_buf, snprintf, memcpy
 *   strtok                         ->  strchr, strspn
 *   atoi sscanf                    ->  gw_parse_int64 (base/text.h)
 *   gmtime localtime               ->  gw_time_format (base/clock.h), gmtime_r
 *   rand                           ->  gw_random_bytes (base/digest.h)
 *   gets alloca                    ->  nothing
 */
#ifndef GW_BANNED_H
#define GW_BANNED_H

#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef GW_USES_GLIB
#include <gmime/gmime.h> /* whose macros are made of alloca() */
#endif

#undef strncpy
#undef strcat
#undef strcpy
#undef sprintf
#undef alloca
#pragma GCC poison strcpy strcat strncpy sprintf vsprintf strtok atoi atol sscanf gets
#pragma GCC poison gmtime localtime alloca
/* OpenSSL has parameters of this name, which a poisoned identifier may not be */
#define rand() gw_banned_rand

#endif
