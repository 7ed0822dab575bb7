/* SPDX-License-Identifier: ISC */
/*
 * connect.h: clawgw-connect as its main sees it.
 */
#ifndef GW_CONNECT_CONNECT_H
#define GW_CONNECT_CONNECT_H

/* Reads the command line and does what it says. An exit status of sysexits.h. */
int gw_connect_main(int argc, char **argv);

#endif
