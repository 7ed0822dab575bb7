/* SPDX-License-Identifier: ISC */
/*
 * shim.c: a preloaded library that lets one call of a program fail. Which one is said in a file that is mapped by both sides
 * (struct fault in fault.h; GW_FAULT names the file), so that it can be changed while the program runs.
 *
 *   memory   malloc, calloc, realloc                 ENOMEM
 *   open     open, openat, socket, accept, pipe …    EMFILE
 *   read     read, recv and their kin                ECONNRESET, and a connection is broken; EIO of what is none
 *   write    write, send and their kin               EPIPE, likewise
 *   epoll    epoll_create1, epoll_ctl                ENOMEM
 */
#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static struct fault *fault;

/* dlsym() may allocate, before there is somebody to ask for memory. */
static char arena[65536];
static atomic_size_t arena_used;

static void *from_arena(size_t size)
{
	size_t at = atomic_fetch_add(&arena_used, (size + 31) & ~(size_t)15);

	return at + size + 16 <= sizeof(arena) ? arena + at : NULL;
}

static bool in_arena(const void *ptr)
{
	return (uintptr_t)ptr >= (uintptr_t)arena &&
	       (uintptr_t)ptr < (uintptr_t)arena + sizeof(arena);
}

static bool fails(enum fault_kind kind)
{
	return fault != NULL && (int)kind == atomic_load(&fault->kind) &&
	       atomic_fetch_add(&fault->count, 1) + 1 == atomic_load(&fault->nth);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("GW_FAULT");
	void *shared = MAP_FAILED;
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	shared = mmap(NULL, sizeof(*fault), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	/* programs that this one starts are none of our business */
	(void)unsetenv("GW_FAULT");
	(void)unsetenv("LD_PRELOAD");
	if (shared != MAP_FAILED)
		fault = shared;
}

/* What a connection is after such an error: libpq keeps that of a write to itself until the connection's end is read. */
static bool breaks(enum fault_kind kind, int fd, int *error)
{
	if (!fails(kind))
		return false;
	*error = shutdown(fd, SHUT_RDWR) == 0 || errno != ENOTSOCK ? *error : EIO;
	return true;
}

#define REAL(name)                                                                                 \
	static __typeof__(&name) real;                                                             \
	if (real == NULL)                                                                          \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

#define FAIL(kind, error, result)                                                                  \
	if (fails(kind)) {                                                                         \
		errno = (error);                                                                   \
		return (result);                                                                   \
	}

#define BREAK(kind, error)                                                                         \
	{                                                                                          \
		int broken = (error);                                                              \
                                                                                                   \
		if (breaks(kind, fd, &broken)) {                                                   \
			errno = broken;                                                            \
			return -1;                                                                 \
		}                                                                                  \
	}

/* Set while dlsym() is asked; not of a thread: that needs memory, too. */
static volatile bool asking;

void *malloc(size_t size)
{
	static void *(*real)(size_t);

	if (real == NULL) {
		if (asking)
			return from_arena(size);
		asking = true;
		*(void **)&real = dlsym(RTLD_NEXT, "malloc");
		asking = false;
	}
	FAIL(FAULT_MEMORY, ENOMEM, NULL)
	return real(size);
}

void *calloc(size_t number, size_t size)
{
	static void *(*real)(size_t, size_t);

	if (real == NULL) {
		if (asking)
			return from_arena(number * size);
		asking = true;
		*(void **)&real = dlsym(RTLD_NEXT, "calloc");
		asking = false;
	}
	FAIL(FAULT_MEMORY, ENOMEM, NULL)
	return real(number, size);
}

void free(void *ptr)
{
	static void (*real)(void *);

	if (in_arena(ptr))
		return;
	if (real == NULL) {
		/* the words of dlsym()'s last error: let them be */
		if (asking)
			return;
		asking = true;
		*(void **)&real = dlsym(RTLD_NEXT, "free");
		asking = false;
	}
	real(ptr);
}

void *realloc(void *ptr, size_t size)
{
	static void *(*real)(void *, size_t);

	if (real == NULL) {
		asking = true;
		*(void **)&real = dlsym(RTLD_NEXT, "realloc");
		asking = false;
	}
	FAIL(FAULT_MEMORY, ENOMEM, NULL)
	if (in_arena(ptr)) {
		void *copy = malloc(size);
		size_t left = sizeof(arena) - (size_t)((char *)ptr - arena);

		if (copy != NULL)
			memcpy(copy, ptr, size < left ? size : left);
		return copy;
	}
	return real(ptr, size);
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list arguments;
	REAL(open);

	va_start(arguments, flags);
	if ((flags & (O_CREAT | O_TMPFILE)) != 0)
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	FAIL(FAULT_OPEN, EMFILE, -1)
	return real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list arguments;
	REAL(openat);

	va_start(arguments, flags);
	if ((flags & (O_CREAT | O_TMPFILE)) != 0)
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	FAIL(FAULT_OPEN, EMFILE, -1)
	return real(folder, path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	REAL(fopen);
	FAIL(FAULT_OPEN, EMFILE, NULL)
	return real(path, mode);
}

int socket(int domain, int type, int protocol)
{
	REAL(socket);
	FAIL(FAULT_OPEN, EMFILE, -1)
	return real(domain, type, protocol);
}

int accept4(int fd, struct sockaddr *address, socklen_t *len, int flags)
{
	REAL(accept4);
	FAIL(FAULT_OPEN, EMFILE, -1)
	return real(fd, address, len, flags);
}

int pipe2(int fds[2], int flags)
{
	REAL(pipe2);
	FAIL(FAULT_OPEN, EMFILE, -1)
	return real(fds, flags);
}

ssize_t read(int fd, void *data, size_t len)
{
	REAL(read);
	BREAK(FAULT_READ, ECONNRESET)
	return real(fd, data, len);
}

ssize_t recv(int fd, void *data, size_t len, int flags)
{
	REAL(recv);
	BREAK(FAULT_READ, ECONNRESET)
	return real(fd, data, len, flags);
}

ssize_t recvfrom(int fd, void *data, size_t len, int flags, struct sockaddr *address,
		 socklen_t *size)
{
	REAL(recvfrom);
	BREAK(FAULT_READ, ECONNRESET)
	return real(fd, data, len, flags, address, size);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	REAL(recvmsg);
	BREAK(FAULT_READ, ECONNRESET)
	return real(fd, message, flags);
}

ssize_t write(int fd, const void *data, size_t len)
{
	REAL(write);
	BREAK(FAULT_WRITE, EPIPE)
	return real(fd, data, len);
}

ssize_t writev(int fd, const struct iovec *parts, int number)
{
	REAL(writev);
	BREAK(FAULT_WRITE, EPIPE)
	return real(fd, parts, number);
}

ssize_t send(int fd, const void *data, size_t len, int flags)
{
	REAL(send);
	BREAK(FAULT_WRITE, EPIPE)
	return real(fd, data, len, flags);
}

ssize_t sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *address,
	       socklen_t size)
{
	REAL(sendto);
	BREAK(FAULT_WRITE, EPIPE)
	return real(fd, data, len, flags, address, size);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	REAL(sendmsg);
	BREAK(FAULT_WRITE, EPIPE)
	return real(fd, message, flags);
}

int epoll_create1(int flags)
{
	REAL(epoll_create1);
	FAIL(FAULT_EPOLL, ENOMEM, -1)
	return real(flags);
}

int epoll_ctl(int fd, int operation, int watched, struct epoll_event *event)
{
	REAL(epoll_ctl);
	FAIL(FAULT_EPOLL, ENOMEM, -1)
	return real(fd, operation, watched, event);
}
