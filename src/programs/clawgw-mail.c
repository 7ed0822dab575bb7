/* SPDX-License-Identifier: ISC */
/*
 * clawgw-mail: takes people's letters from a mail server; see clawgw-mail(8).
 */
#include "letters/mail_main.h"

int main(int argc, char **argv)
{
	return gw_mail_main(argc, argv);
}
