/* SPDX-License-Identifier: ISC */
/*
 * clawgw-connect: makes any command an agent; see clawgw-connect(1).
 */
#include "connect/connect.h"

int main(int argc, char **argv)
{
	return gw_connect_main(argc, argv);
}
