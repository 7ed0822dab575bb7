/* SPDX-License-Identifier: ISC */
/*
 * metrics.c: see metrics.h.
 *
 * The file appears under its name only when it is complete, and is never changed in size afterwards: a process that has it
 * mapped would be killed by touching a page that is no more. So a file that does not fit is replaced, not repaired. Who may
 * write to it (its owner and group) can still cut it short under running processes; it belongs where only they can write.
 *
 * A process that sets a gauge takes a place in the file and holds a lock on the byte of that number (an open file description's:
 * the system gives it back with the process, whatever ends it). A place that nobody has locked says nothing.
 */
#include "base/metrics.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAYOUT_VERSION 2
#define PLACES 128
#define ATTEMPTS 10

const int64_t gw_metrics_bounds[GW_METRICS_BUCKETS] = {
	1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000,
};

/* Part of the layout: another table is another LAYOUT_VERSION. The first counts what is not in it. */
static const int codes[GW_METRICS_CODES] = {0,   200, 201, 202, 204, 400, 401, 403,
					    404, 405, 408, 409, 411, 413, 415, 422,
					    429, 499, 500, 501, 502, 503, 504, 505};

struct counters {
	_Atomic uint64_t codes[GW_METRICS_CODES];
	_Atomic uint64_t buckets[GW_METRICS_BUCKETS + 1];
	_Atomic uint64_t microseconds;
};

struct head {
	char magic[8];
	uint32_t version;
	uint32_t size; /* of the whole file */
	char names[(GW_SHA256_HEX_SIZE + 3) / 4 *
		   4]; /* no padding: two heads are compared by bytes */
};

struct layout {
	struct head head;
	_Alignas(64) struct counters counters[GW_METRICS_NAMES_MAX];
	_Atomic uint64_t totals[GW_METRICS_TOTALS_MAX];
	struct place {
		_Alignas(64) _Atomic int64_t gauges[GW_METRICS_GAUGES_MAX];
	} places[PLACES];
};

_Static_assert(sizeof(struct head) == 16 + sizeof(((struct head *)0)->names), "no padding");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "counters in shared memory cannot have locks");

struct gw_metrics {
	struct layout *layout; /* mapped */
	size_t names;
	int fd;                        /* -1: no other process sees the counters */
	bool is_full;                  /* there is no place for this process */
	_Atomic(struct place *) place; /* NULL: no gauge was set yet, or is_full */
};

/* Appends names, in a line each and an empty one. Returns how many there are. */
static size_t add_names(struct gw_buf *text, const char *const *names, size_t max)
{
	size_t count = 0;

	for (; names != NULL && count < max && names[count] != NULL; count++)
		gw_buf_addf(text, "%s\n", names[count]);
	gw_buf_add_char(text, '\n');
	return count;
}

/* What the head of a file for these names looks like. Returns the number of events. */
static size_t make_head(const struct gw_metrics_table *table, struct head *ret_head)
{
	struct gw_buf text;
	size_t count = 0;

	*ret_head = (struct head){.magic = "GWCOUNT",
				  .version = LAYOUT_VERSION,
				  .size = sizeof(struct layout)};
	gw_buf_init(&text, 8192);
	count = add_names(&text, table->events, GW_METRICS_NAMES_MAX);
	(void)add_names(&text, table->totals, GW_METRICS_TOTALS_MAX);
	(void)add_names(&text, table->gauges, GW_METRICS_GAUGES_MAX);
	gw_sha256_hex(gw_buf_str(&text), ret_head->names);
	gw_buf_release(&text);
	return count;
}

static struct layout *map(int fd)
{
	int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	void *memory = mmap(NULL, sizeof(struct layout), PROT_READ | PROT_WRITE, flags, fd, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/* True if what `fd` refers to may be mapped: it is complete, and it is ours. */
static bool fits(int fd, const struct head *head)
{
	struct head found;

	return pread(fd, &found, sizeof(found), 0) == (ssize_t)sizeof(found) &&
	       memcmp(&found, head, sizeof(found)) == 0;
}

/*
 * Makes a complete file beside `path` and gives it that name: instead of what is there if `replace`, else only if there is
 * nothing. 0, or the cause.
 */
static int make_file(const char *path, const struct head *head, bool replace)
{
	char temporary[PATH_MAX];
	int error = 0;
	int fd = -1;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary))
		return ENAMETOOLONG;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return errno;
	/* posix_fallocate: a full disk shows here, not as a signal at the first count */
	error = posix_fallocate(fd, 0, (off_t)sizeof(struct layout));
	if (error == 0 &&
	    (pwrite(fd, head, sizeof(*head), 0) != (ssize_t)sizeof(*head) || fchmod(fd, 0660) != 0))
		error = errno;
	if (error == 0 && replace && rename(temporary, path) != 0)
		error = errno;
	if (error == 0 && !replace && link(temporary, path) != 0 && errno != EEXIST)
		error = errno;
	if (error != 0 || !replace)
		(void)unlink(temporary);
	close(fd);
	return error;
}

/* Replaces the file open as `fd` unless somebody has done so meanwhile. */
static int replace_file(const char *path, int fd, const struct head *head)
{
	struct stat mine;
	struct stat there;

	/* whoever wants to replace the same file waits here, and then finds another one there */
	if (flock(fd, LOCK_EX) != 0 || fstat(fd, &mine) != 0)
		return errno;
	if (stat(path, &there) != 0 || there.st_dev != mine.st_dev || there.st_ino != mine.st_ino)
		return 0;
	gw_log_warning("%s is not a file of counters of this version: starting a new one", path);
	return make_file(path, head, true);
}

/* *ret_layout and *ret_fd, or the cause of there being none. */
static int open_file(const char *path, const struct head *head, struct layout **ret_layout,
		     int *ret_fd)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		struct stat stat;
		int error = 0;
		/* O_NONBLOCK: opening a FIFO must not wait */
		int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

		if (fd < 0 && errno != ENOENT)
			return errno;
		if (fd < 0) {
			error = make_file(path, head, false);
		} else if (fstat(fd, &stat) != 0) {
			error = errno;
		} else if (!S_ISREG(stat.st_mode) || (stat.st_mode & S_IWOTH) != 0) {
			error = EPERM;
		} else if (stat.st_size == (off_t)sizeof(struct layout) && fits(fd, head)) {
			*ret_layout = map(fd);
			error = *ret_layout != NULL ? 0 : errno;
		} else {
			error = replace_file(path, fd, head);
		}
		if (*ret_layout != NULL)
			*ret_fd = fd;
		else if (fd >= 0)
			close(fd);
		if (error != 0 || *ret_layout != NULL)
			return error;
	}
	return EAGAIN;
}

struct gw_metrics *gw_metrics_open(const char *path, const struct gw_metrics_table *table)
{
	struct gw_metrics *metrics = gw_xcalloc(1, sizeof(*metrics));
	struct head head;
	int error = 0;

	metrics->names = make_head(table, &head);
	metrics->fd = -1;
	if (path[0] != '\0') {
		error = open_file(path, &head, &metrics->layout, &metrics->fd);
		if (error != 0)
			gw_log_warning("%s: %s; this process counts for itself", path,
				       strerror(error));
	}
	if (metrics->layout == NULL)
		metrics->layout = map(-1);
	return metrics;
}

void gw_metrics_close(struct gw_metrics *metrics)
{
	if (metrics == NULL)
		return;
	if (metrics->layout != NULL)
		(void)munmap(metrics->layout, sizeof(struct layout));
	if (metrics->fd >= 0)
		close(metrics->fd);
	free(metrics);
}

static void add(_Atomic uint64_t *counter, uint64_t value)
{
	(void)atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static struct counters *of(const struct gw_metrics *metrics, size_t name)
{
	return &metrics->layout->counters[name < metrics->names ? name : metrics->names - 1];
}

void gw_metrics_count(struct gw_metrics *metrics, size_t name, int code, int64_t microseconds)
{
	struct counters *counters = NULL;
	size_t at = 0;
	size_t bucket = 0;

	if (metrics == NULL || metrics->layout == NULL || metrics->names == 0)
		return;
	counters = of(metrics, name);
	for (size_t i = 1; i < GW_METRICS_CODES && at == 0; i++) {
		if (codes[i] == code)
			at = i;
	}
	while (bucket < GW_METRICS_BUCKETS && microseconds > gw_metrics_bounds[bucket])
		bucket++;
	add(&counters->codes[at], 1);
	add(&counters->buckets[bucket], 1);
	add(&counters->microseconds, microseconds > 0 ? (uint64_t)microseconds : 0);
}

void gw_metrics_read(const struct gw_metrics *metrics, size_t name,
		     struct gw_metrics_sample *ret_sample)
{
	const struct counters *counters = NULL;

	memset(ret_sample, 0, sizeof(*ret_sample));
	for (size_t i = 0; i < GW_METRICS_CODES; i++)
		ret_sample->codes[i].code = codes[i];
	if (metrics == NULL || metrics->layout == NULL || metrics->names == 0)
		return;
	counters = of(metrics, name);
	for (size_t i = 0; i < GW_METRICS_CODES; i++)
		ret_sample->codes[i].count = get(&counters->codes[i]);
	for (size_t i = 0; i <= GW_METRICS_BUCKETS; i++)
		ret_sample->buckets[i] = get(&counters->buckets[i]);
	ret_sample->microseconds = get(&counters->microseconds);
}

void gw_metrics_add(struct gw_metrics *metrics, size_t total, uint64_t count)
{
	if (metrics != NULL && metrics->layout != NULL && total < GW_METRICS_TOTALS_MAX &&
	    count > 0)
		add(&metrics->layout->totals[total], count);
}

uint64_t gw_metrics_total(const struct gw_metrics *metrics, size_t total)
{
	if (metrics == NULL || metrics->layout == NULL || total >= GW_METRICS_TOTALS_MAX)
		return 0;
	return get(&metrics->layout->totals[total]);
}

/* --- gauges ------------------------------------------------------------------------------------- */

/* The place that this process has now; NULL: none. */
static struct place *place_of(const struct gw_metrics *metrics)
{
	return atomic_load_explicit(&metrics->place, memory_order_acquire);
}

static struct flock lock_of(size_t place)
{
	return (struct flock){.l_type = F_WRLCK,
			      .l_whence = SEEK_SET,
			      .l_start = (off_t)place,
			      .l_len = 1};
}

/* Without a file there is only this process. */
static struct place *find_place(const struct gw_metrics *metrics)
{
	size_t at = 0;

	for (; metrics->fd >= 0 && at < PLACES; at++) {
		struct flock lock = lock_of(at);

		if (fcntl(metrics->fd, F_OFD_SETLK, &lock) == 0)
			break;
	}
	return at < PLACES ? &metrics->layout->places[at] : NULL;
}

/* Takes a place, with what the last process left there removed. */
static struct place *take_place(struct gw_metrics *metrics)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct place *place = NULL;

	pthread_mutex_lock(&lock);
	place = place_of(metrics);
	if (place == NULL && !metrics->is_full) {
		place = find_place(metrics);
		if (place == NULL) {
			gw_log_warning("too many processes: what waits in this one is not counted");
			metrics->is_full = true;
		} else {
			for (size_t i = 0; i < GW_METRICS_GAUGES_MAX; i++)
				atomic_store(&place->gauges[i], 0);
			atomic_store_explicit(&metrics->place, place, memory_order_release);
		}
	}
	pthread_mutex_unlock(&lock);
	return place;
}

/* The gauge of this process; NULL: there is none. */
static _Atomic int64_t *own(struct gw_metrics *metrics, size_t gauge)
{
	struct place *place = NULL;

	if (metrics == NULL || metrics->layout == NULL || gauge >= GW_METRICS_GAUGES_MAX)
		return NULL;
	place = place_of(metrics);
	if (place == NULL)
		place = take_place(metrics);
	return place != NULL ? &place->gauges[gauge] : NULL;
}

void gw_metrics_gauge_add(struct gw_metrics *metrics, size_t gauge, int64_t difference)
{
	_Atomic int64_t *own_gauge = own(metrics, gauge);

	if (own_gauge != NULL)
		(void)atomic_fetch_add_explicit(own_gauge, difference, memory_order_relaxed);
}

void gw_metrics_gauge_set(struct gw_metrics *metrics, size_t gauge, int64_t value)
{
	_Atomic int64_t *own_gauge = own(metrics, gauge);

	if (own_gauge != NULL)
		atomic_store_explicit(own_gauge, value, memory_order_relaxed);
}

/* True if a process has the place: this one, or another that holds the lock. */
static bool is_taken(const struct gw_metrics *metrics, size_t at)
{
	struct flock lock = lock_of(at);

	if (&metrics->layout->places[at] == place_of(metrics))
		return true;
	return metrics->fd >= 0 && fcntl(metrics->fd, F_OFD_GETLK, &lock) == 0 &&
	       lock.l_type != F_UNLCK;
}

void gw_metrics_gauges(const struct gw_metrics *metrics,
		       struct gw_metrics_gauge ret_gauges[GW_METRICS_GAUGES_MAX])
{
	memset(ret_gauges, 0, GW_METRICS_GAUGES_MAX * sizeof(*ret_gauges));
	for (size_t at = 0; metrics != NULL && metrics->layout != NULL && at < PLACES; at++) {
		if (!is_taken(metrics, at))
			continue;
		for (size_t i = 0; i < GW_METRICS_GAUGES_MAX; i++) {
			int64_t value = atomic_load_explicit(&metrics->layout->places[at].gauges[i],
							     memory_order_relaxed);

			ret_gauges[i].sum += value;
			if (value > ret_gauges[i].largest)
				ret_gauges[i].largest = value;
		}
	}
}
