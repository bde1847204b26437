/*
 * Preloaded into a broker: makes system calls fail or wait as the file named
 * by FAIL_DISK says, line by line, read anew at each call:
 *
 *   CALL PART ERRNO      the call fails on files whose path holds PART
 *   CALL PART -MS        the call waits MS milliseconds first
 *   CALL PART -1         the call waits for as long as that line stands there;
 *                        FAIL_DISK.held is there once one waits
 *   clock - SECONDS      the wall clock is that many seconds ahead
 *   put NTH CODE         each NTH row that is put into LMDB is refused with CODE
 *   map - BYTES          LMDB opens with a map of so many bytes
 *   calloc LEAST MOST    there is no memory for a thing of so many bytes
 *
 * CALL is sync (fdatasync, fsync, msync) or write (pwrite, pwritev, write).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/*
 * The number that the control file gives for call and path; 0 for none.  *between
 * is PART as a number; NULL for whoever does not want it.
 */
static long
asked(const char *call, const char *path, long *between)
{
	char line[256], word[64], part[128];
	const char *control = getenv("FAIL_DISK");
	FILE *file = control == NULL ? NULL : fopen(control, "re");
	long number, found = 0;

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "%63s %127s %ld", word, part, &number) == 3 &&
		    strcmp(word, call) == 0 &&
		    (path == NULL || strstr(path, part) != NULL)) {
			found = number;
			if (between != NULL)
				*between = atol(part);
		}
	fclose(file);
	return found;
}

enum { HOLD = -1, LOOK_AGAIN_US = 5000 };

static void
say_held(void)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s.held", getenv("FAIL_DISK"));
	file = fopen(path, "we");
	if (file != NULL)
		fclose(file);
}

/* Waits or fails as asked; -1 with errno set when it is to fail. */
static int
meddle(const char *call, int fd)
{
	char link[64], path[512];
	ssize_t len;
	long number;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	if (len < 0 || path[0] != '/')
		return 0;
	path[len] = '\0';
	while ((number = asked(call, path, NULL)) == HOLD) {
		say_held();
		usleep(LOOK_AGAIN_US);
	}
	if (number < 0)
		usleep((useconds_t)-number * 1000);
	if (number <= 0)
		return 0;
	errno = (int)number;
	return -1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int
fdatasync(int fd)
{
	return meddle("sync", fd) < 0 ? -1 : NEXT(fdatasync)(fd);
}

int
fsync(int fd)
{
	return meddle("sync", fd) < 0 ? -1 : NEXT(fsync)(fd);
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	return meddle("write", fd) < 0 ? -1 : NEXT(pwrite)(fd, bytes, len, at);
}

ssize_t
pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
	return meddle("write", fd) < 0 ? -1
				       : NEXT(pwritev)(fd, parts, count, at);
}

int
clock_gettime(clockid_t clock, struct timespec *at)
{
	int rc = NEXT(clock_gettime)(clock, at);

	if (clock == CLOCK_REALTIME)
		at->tv_sec += asked("clock", NULL, NULL);
	return rc;
}

/* LMDB's own, which the broker calls in its shared library. */
int mdb_put(void *txn, unsigned table, void *key, void *value, unsigned flags);
int mdb_env_set_mapsize(void *env, size_t bytes);

int
mdb_put(void *txn, unsigned table, void *key, void *value, unsigned flags)
{
	static unsigned long puts;
	long nth = 0, code = asked("put", NULL, &nth);

	puts++;
	if (code != 0 && nth > 0 && puts % (unsigned long)nth == 0)
		return (int)code;
	return NEXT(mdb_put)(txn, table, key, value, flags);
}

int
mdb_env_set_mapsize(void *env, size_t bytes)
{
	long less = asked("map", NULL, NULL);

	return NEXT(mdb_env_set_mapsize)(env, less > 0 ? (size_t)less : bytes);
}

extern void *__libc_calloc(size_t count, size_t size);

void *
calloc(size_t count, size_t size)
{
	long least = 0, most = asked("calloc", NULL, &least);

	if (most == 0 || count != 1 || size < (size_t)least ||
	    size > (size_t)most)
		return __libc_calloc(count, size);
	errno = ENOMEM;
	return NULL;
}
