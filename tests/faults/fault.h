/* SPDX-License-Identifier: ISC */
/*
 * fault.h: what shim.c and its users share: the n-th call of a kind, counted from when `count` was set to 0, fails.
 */
#ifndef GW_TEST_FAULT_H
#define GW_TEST_FAULT_H

#include <stdatomic.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_MEMORY,
	FAULT_OPEN,
	FAULT_READ,
	FAULT_WRITE,
	FAULT_EPOLL,
	FAULT_KINDS
};

struct fault {
	atomic_int kind;
	atomic_ulong nth; /* from 1; 0: none, they are only counted */
	atomic_ulong count;
};

#endif
