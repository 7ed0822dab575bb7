/* SPDX-License-Identifier: ISC */
/*
 * ears.h: what the bell (store/bell.h) tells goes to the requests that wait in this process (http/bell.h), and is counted.
 */
#ifndef GW_EARS_H
#define GW_EARS_H

#include "store/bell.h"

/* Their context is the struct gw_gateway. */
extern const struct gw_bell_ears gw_ears;

#endif
