/* SPDX-License-Identifier: ISC */
/*
 * mail_main.h: clawgw-mail.
 */
#ifndef GW_LETTERS_MAIL_MAIN_H
#define GW_LETTERS_MAIL_MAIN_H

/* Runs the program; returns a status of sysexits.h. */
int gw_mail_main(int argc, char **argv);

#endif
