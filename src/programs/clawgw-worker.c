/* SPDX-License-Identifier: ISC */
/*
 * clawgw-worker: drains the jobs table; see clawgw-worker(8).
 */
#include "worker/worker.h"

int main(int argc, char **argv)
{
	return gw_worker_main(argc, argv);
}
