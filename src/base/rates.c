/* SPDX-License-Identifier: ISC */
/*
 * rates.c: see rates.h.
 *
 * A bucket is a pair of numbers, a digest and the time at which it would be full again. Both are changed by single atomic
 * operations. Two processes that take the same free place in the same instant lose one count: a limit need not be exact, and
 * nothing can block. The file appears under its name only when it is complete, and is never changed in size (see metrics.c).
 */
#include "base/rates.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/rand.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETS 4096 /* a power of two */
#define WAYS 8
#define SEED_SIZE 32
#define MARK_LIFE (3600 * GW_USEC_PER_SEC)
#define MARK_RENEWED (MARK_LIFE / 2) /* not written again before that has passed */

struct bucket {
	_Atomic uint64_t who; /* 0: nobody's */
	_Atomic int64_t full; /* when it is full again; of a mark, when it ends */
};

struct layout {
	char magic[8];
	unsigned char seed[SEED_SIZE]; /* of the digests: nobody can aim at another's bucket */
	_Atomic int64_t told;
	_Atomic uint64_t untold;
	_Alignas(64) struct bucket buckets[SETS][WAYS];
};

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "buckets in shared memory cannot have locks");

static const char magic[8] = "GWRATE1";

struct gw_rates {
	struct layout *layout; /* mapped */
};

static struct layout *map(int fd)
{
	int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	void *memory = mmap(NULL, sizeof(struct layout), PROT_READ | PROT_WRITE, flags, fd, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static bool fits(int fd)
{
	struct stat status;
	char found[sizeof(magic)];

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       (status.st_mode & S_IWOTH) == 0 && status.st_size == (off_t)sizeof(struct layout) &&
	       pread(fd, found, sizeof(found), 0) == (ssize_t)sizeof(found) &&
	       memcmp(found, magic, sizeof(magic)) == 0;
}

/* A complete file beside `path`, then under that name. 0, or the cause. */
static int make_file(const char *path)
{
	char temporary[PATH_MAX];
	unsigned char seed[SEED_SIZE];
	int error = 0;
	int fd = -1;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary))
		return ENAMETOOLONG;
	if (RAND_bytes(seed, sizeof(seed)) != 1)
		return EIO;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return errno;
	/* posix_fallocate: a full disk shows here, not as a signal at the first count */
	error = posix_fallocate(fd, 0, (off_t)sizeof(struct layout));
	if (error == 0 && (pwrite(fd, magic, sizeof(magic), 0) != (ssize_t)sizeof(magic) ||
			   pwrite(fd, seed, sizeof(seed), offsetof(struct layout, seed)) !=
				   (ssize_t)sizeof(seed) ||
			   fchmod(fd, 0660) != 0 || rename(temporary, path) != 0))
		error = errno;
	if (error != 0)
		(void)unlink(temporary);
	close(fd);
	return error;
}

static int open_file(const char *path, struct layout **ret_layout)
{
	int error = 0;
	/* O_NONBLOCK: opening a FIFO must not wait */
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd >= 0 && !fits(fd)) {
		close(fd);
		fd = -1;
		errno = ENOENT;
	}
	if (fd < 0 && errno == ENOENT) {
		error = make_file(path);
		if (error != 0)
			return error;
		fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	}
	if (fd < 0)
		return errno;
	/* of two that made one, the later is there: both end up with it or count for themselves */
	*ret_layout = fits(fd) ? map(fd) : NULL;
	error = *ret_layout != NULL ? 0 : EAGAIN;
	close(fd);
	return error;
}

struct gw_rates *gw_rates_open(const char *path)
{
	struct gw_rates *rates = gw_xcalloc(1, sizeof(*rates));
	int error = 0;

	if (path[0] != '\0') {
		error = open_file(path, &rates->layout);
		if (error != 0)
			gw_log_warning("%s: %s; this process limits rates by itself", path,
				       strerror(error));
	}
	if (rates->layout == NULL) {
		rates->layout = map(-1);
		if (rates->layout != NULL)
			(void)RAND_bytes(rates->layout->seed, SEED_SIZE);
	}
	return rates;
}

void gw_rates_close(struct gw_rates *rates)
{
	if (rates == NULL)
		return;
	if (rates->layout != NULL)
		(void)munmap(rates->layout, sizeof(struct layout));
	free(rates);
}

static int64_t now_shared(void)
{
	struct timespec now = {0};

	/* the same for all processes of the machine, and no clock that somebody sets */
	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * GW_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Never 0. */
static uint64_t digest_of(const struct gw_rates *rates, enum gw_rate_kind kind, struct gw_str who)
{
	unsigned char digest[GW_SHA256_SIZE];
	uint64_t value = 0;
	struct gw_buf name;

	gw_buf_init(&name, who.len + 1);
	gw_buf_add_char(&name, (char)('a' + (int)kind));
	gw_buf_add_str(&name, who);
	gw_hmac_sha256((struct gw_str){(const char *)rates->layout->seed, SEED_SIZE},
		       gw_buf_str(&name), digest);
	gw_secret_wipe(name.data, name.len);
	gw_buf_release(&name);
	memcpy(&value, digest, sizeof(value));
	return value != 0 ? value : 1;
}

/* Whose bucket it is; NULL if there is none and `make` is false. */
static struct bucket *find(const struct gw_rates *rates, uint64_t who, bool make)
{
	struct bucket *set = rates->layout->buckets[who & (SETS - 1)];
	struct bucket *oldest = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		if (atomic_load_explicit(&set[i].who, memory_order_relaxed) == who)
			return &set[i];
		if (atomic_load_explicit(&set[i].full, memory_order_relaxed) <
		    atomic_load_explicit(&oldest->full, memory_order_relaxed))
			oldest = &set[i];
	}
	if (!make)
		return NULL;
	atomic_store_explicit(&oldest->full, 0, memory_order_relaxed);
	atomic_store_explicit(&oldest->who, who, memory_order_relaxed);
	return oldest;
}

static bool weigh(struct gw_rates *rates, enum gw_rate_kind kind, struct gw_str who,
		  const struct gw_rate *rate, bool take, int64_t *ret_wait)
{
	struct bucket *bucket = NULL;
	int64_t now = now_shared();
	int64_t each = 0;  /* what one costs */
	int64_t depth = 0; /* how far ahead of now `full` may be afterwards */
	int64_t full = 0;
	int64_t base = 0;

	if (rates == NULL || rates->layout == NULL || rate->per_second <= 0)
		return true;
	each = GW_USEC_PER_SEC / rate->per_second;
	depth = each * rate->burst;
	bucket = find(rates, digest_of(rates, kind, who), take);
	if (bucket == NULL)
		return true;
	full = atomic_load_explicit(&bucket->full, memory_order_relaxed);
	do {
		/* what lies further ahead than it can is from before the machine was started */
		base = full > now && full <= now + depth ? full : now;
		if (base + each > now + depth) {
			*ret_wait = base + each - now - depth;
			return false;
		}
	} while (take && !atomic_compare_exchange_weak_explicit(&bucket->full, &full, base + each,
								memory_order_relaxed,
								memory_order_relaxed));
	return true;
}

bool gw_rates_take(struct gw_rates *rates, enum gw_rate_kind kind, struct gw_str who,
		   const struct gw_rate *rate, int64_t *ret_wait)
{
	return weigh(rates, kind, who, rate, true, ret_wait);
}

bool gw_rates_allows(struct gw_rates *rates, enum gw_rate_kind kind, struct gw_str who,
		     const struct gw_rate *rate, int64_t *ret_wait)
{
	return weigh(rates, kind, who, rate, false, ret_wait);
}

void gw_rates_mark(struct gw_rates *rates, struct gw_str who)
{
	struct bucket *bucket = NULL;
	int64_t now = now_shared();

	if (rates == NULL || rates->layout == NULL)
		return;
	bucket = find(rates, digest_of(rates, GW_RATE_KNOWN, who), true);
	if (atomic_load_explicit(&bucket->full, memory_order_relaxed) < now + MARK_RENEWED)
		atomic_store_explicit(&bucket->full, now + MARK_LIFE, memory_order_relaxed);
}

bool gw_rates_marked(struct gw_rates *rates, struct gw_str who)
{
	const struct bucket *bucket = NULL;
	int64_t now = now_shared();
	int64_t end = 0;

	if (rates == NULL || rates->layout == NULL)
		return false;
	bucket = find(rates, digest_of(rates, GW_RATE_KNOWN, who), false);
	if (bucket == NULL)
		return false;
	end = atomic_load_explicit(&bucket->full, memory_order_relaxed);
	return end > now && end <= now + MARK_LIFE;
}

uint64_t gw_rates_tell(struct gw_rates *rates)
{
	int64_t now = now_shared();
	int64_t told = 0;

	if (rates == NULL || rates->layout == NULL)
		return 1;
	(void)atomic_fetch_add_explicit(&rates->layout->untold, 1, memory_order_relaxed);
	told = atomic_load_explicit(&rates->layout->told, memory_order_relaxed);
	if ((told != 0 && told <= now && now - told < GW_USEC_PER_SEC) ||
	    !atomic_compare_exchange_strong_explicit(&rates->layout->told, &told, now,
						     memory_order_relaxed, memory_order_relaxed))
		return 0;
	return atomic_exchange_explicit(&rates->layout->untold, 0, memory_order_relaxed);
}
