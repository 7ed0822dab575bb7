/* SPDX-License-Identifier: ISC */
/*
 * fuzz_config.c: a configuration file of any content: it is read, or one sentence says what is wrong in it.
 */
#include "fuzz.h"

#include "base/config.h"
#include "base/log.h"

#include <sys/mman.h>
#include <unistd.h>

const char *const fuzz_corpus = "config";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("clawgw.conf", MFD_CLOEXEC);
	struct gw_config config;
	struct gw_buf error;
	char path[64];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	gw_buf_init(&error, 4096);
	gw_buf_add_c(&error, "");
	if (gw_config_load(path, &error, &config) == GW_OK)
		gw_config_release(&config);
	else
		fuzz_require(error.len > 0 && memchr(error.data, '\n', error.len) == NULL,
			     "what is wrong is said in one line");
	gw_buf_release(&error);
	(void)close(fd);
	return 0;
}
