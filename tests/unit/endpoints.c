/* SPDX-License-Identifier: ISC */
/*
 * endpoints.c: prints the list of endpoints, a line each: program, name, methods, path. For endpoints.test.
 */
#include "gateway/endpoints.h"

#include <stdio.h>

#define PRINT_ROW(name, methods, path, access, body, handler)                                      \
	(void)printf("%s %s %s %s\n", program, name, methods, path);
#define PRINT_PROGRAM(name, list)                                                                  \
	program = name;                                                                            \
	list(PRINT_ROW)

int main(void)
{
	const char *program = NULL;

	GW_PROGRAMS(PRINT_PROGRAM)
	return 0;
}
