/*
 * Loaded into a broker with LD_PRELOAD: writes down, in order, everything that
 * it does to the files below TOCSIN_POWER_ROOT, into the log TOCSIN_POWER_LOG.
 * tests/fault/power lays the files out from it as a disk may hold them after
 * the power failed.
 *
 * A record, in the machine's byte order:
 *     0  4  magic "PWR1"
 *     4  2  kind
 *     6  2  length of the name, n
 *     8  8  token: names this call, for the record that ends it
 *    16  8  file: its inode
 *    24  8  offset; of OPEN: 1 when it is emptied
 *    32  8  length
 *    40  n  name, below the root; of RENAME two, each ended by a zero byte
 *           then, of WRITE, the bytes
 *
 * A write is written down before it is done.  A sync is two records: what was
 * written before BEGIN is on the disk once END stands there, not what another
 * thread writes between them.  A write to a file that was opened with O_DSYNC
 * has an END of its own.  Nothing is synced in fact; a call takes up to
 * SYNC_US_MAX instead, at random, as a disk would.
 *
 * Without TOCSIN_POWER_LOG nothing is written down, and nothing synced either.
 * TOCSIN_POWER_LOSE=journal, or =state, tells the program that its fdatasync of
 * the journal's segments, or of LMDB's file, worked, and writes down nothing.
 *
 * LMDB's lock file is written through a map, which is not seen here; LMDB makes
 * it anew when nobody has it open, as after a power cut.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
	FDS = 16384,
	NAME_BYTES = 128,
	PARTS_MAX = 1024,
	SYNC_US_MAX = 2000,
	NS_PER_US = 1000,
	MAGIC = 0x31525750 /* "PWR1" */
};

enum kind {
	OPEN = 1,
	WRITE,
	TRUNCATE,
	BEGIN,
	END,
	RENAME,
	UNLINK,
	BEGIN_NAMES /* a folder's names are synced */
};

struct header {
	uint32_t magic;
	uint16_t kind;
	uint16_t name_len;
	uint64_t token;
	uint64_t file;
	uint64_t at;
	uint64_t len;
};

/* What is known of a descriptor; file 0: it is none of the store's. */
struct known {
	uint64_t file;
	bool folder;
	bool dsync;
	char name[NAME_BYTES];
};

static struct {
	pthread_mutex_t lock;
	pthread_once_t once;
	const char *root;
	const char *lose;
	int log;
	uint64_t tokens;
	uint64_t dice;
	struct known fds[FDS];
	int (*open)(const char *path, int flags, ...);
	int (*close)(int fd);
	ssize_t (*pwrite)(int fd, const void *bytes, size_t len, off_t at);
	ssize_t (*write)(int fd, const void *bytes, size_t len);
	ssize_t (*writev)(int fd, const struct iovec *parts, int count);
	int (*ftruncate)(int fd, off_t len);
	int (*rename)(const char *from, const char *to);
	int (*unlink)(const char *path);
} it = {.lock = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT};

static _Noreturn void
give_up(const char *what)
{
	(void)fprintf(
	    stderr, "power_recorder: %s: %s\n", what, strerror(errno));
	abort();
}

/* ISO C has no conversion from an object's pointer to a function's. */
static void
find(const char *name, void *function)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		give_up(name);
	memcpy(function, &found, sizeof(found));
}

static void
begin(void)
{
	const char *path = getenv("TOCSIN_POWER_LOG");

	find("open", &it.open);
	find("close", &it.close);
	find("pwrite", &it.pwrite);
	find("write", &it.write);
	find("writev", &it.writev);
	find("ftruncate", &it.ftruncate);
	find("rename", &it.rename);
	find("unlink", &it.unlink);
	it.root = getenv("TOCSIN_POWER_ROOT");
	it.lose = getenv("TOCSIN_POWER_LOSE");
	it.log = -1;
	it.tokens = (uint64_t)getpid() << 32;
	it.dice = it.tokens + 1;
	if (path == NULL || it.root == NULL)
		return;
	it.log = it.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (it.log < 0)
		give_up(path);
}

static void
hold(void)
{
	(void)pthread_once(&it.once, begin);
	(void)pthread_mutex_lock(&it.lock);
}

static void
let_go(void)
{
	(void)pthread_mutex_unlock(&it.lock);
}

/* The path below the root, or NULL when it is none. */
static const char *
inside(const char *path)
{
	size_t len;

	if (it.log < 0)
		return NULL;
	len = strlen(it.root);
	return strncmp(path, it.root, len) == 0 && path[len] == '/'
		   ? path + len + 1
		   : NULL;
}

static struct known *
known(int fd)
{
	return it.log >= 0 && fd >= 0 && fd < FDS && it.fds[fd].file != 0
		   ? &it.fds[fd]
		   : NULL;
}

/* Appends one record, all of it at once; returns its token. */
static uint64_t
note(struct header header, const char *name, size_t name_len,
    const struct iovec *bytes, int count)
{
	struct iovec parts[PARTS_MAX + 2];
	size_t all = sizeof(header) + name_len;
	int i;

	if (count > PARTS_MAX)
		give_up("too many parts");
	header.magic = MAGIC;
	header.name_len = (uint16_t)name_len;
	if (header.token == 0)
		header.token = ++it.tokens;
	parts[0] = (struct iovec){&header, sizeof(header)};
	parts[1] = (struct iovec){(void *)(uintptr_t)name, name_len};
	for (i = 0; i < count; i++) {
		parts[2 + i] = bytes[i];
		all += bytes[i].iov_len;
	}
	if (it.writev(it.log, parts, 2 + count) != (ssize_t)all)
		give_up("the log");
	return header.token;
}

static void
note_end(uint64_t token)
{
	(void)note(
	    (struct header){.kind = END, .token = token}, "", 0, NULL, 0);
}

/* As long as a disk may take.  The lock is held before and after. */
static void
take_time(void)
{
	struct timespec time = {0};

	it.dice = it.dice * 6364136223846793005u + 1442695040888963407u;
	time.tv_nsec = (long)((it.dice >> 33) % SYNC_US_MAX) * NS_PER_US;
	let_go();
	(void)nanosleep(&time, NULL);
	hold();
}

static void
note_open(int fd, const char *name, int flags)
{
	struct stat status;
	struct known *now = &it.fds[fd];

	if (fd >= FDS || fstat(fd, &status) != 0)
		give_up(name);
	now->file = status.st_ino;
	now->folder = S_ISDIR(status.st_mode);
	now->dsync = (flags & O_DSYNC) != 0;
	(void)snprintf(now->name, sizeof(now->name), "%s", name);
	if (!now->folder)
		(void)note((struct header){.kind = OPEN,
			       .file = now->file,
			       .at = (flags & O_TRUNC) != 0},
		    name, strlen(name), NULL, 0);
}

__attribute__((visibility("default"))) int
open(const char *path, int flags, ...)
{
	const char *name;
	va_list rest;
	mode_t mode;
	int fd;

	va_start(rest, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	hold();
	/* Nothing waits for a disk here: END says when it would be there. */
	fd = it.open(path, flags & ~O_DSYNC, mode);
	name = inside(path);
	if (fd >= 0 && name != NULL)
		note_open(fd, name, flags);
	let_go();
	return fd;
}

__attribute__((visibility("default"))) int
open64(const char *path, int flags, ...)
{
	va_list rest;
	mode_t mode;

	va_start(rest, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	return open(path, flags, mode);
}

__attribute__((visibility("default"))) int
close(int fd)
{
	int status;

	hold();
	if (fd >= 0 && fd < FDS)
		it.fds[fd].file = 0;
	status = it.close(fd);
	let_go();
	return status;
}

static size_t
sum(const struct iovec *parts, int count)
{
	size_t all = 0;
	int i;

	for (i = 0; i < count; i++)
		all += parts[i].iov_len;
	return all;
}

static uint64_t
note_write(
    const struct known *file, off_t at, const struct iovec *parts, int count)
{
	return note((struct header){.kind = WRITE,
			.file = file->file,
			.at = (uint64_t)at,
			.len = sum(parts, count)},
	    "", 0, parts, count);
}

/* What is written down must be what is done. */
static ssize_t
conclude(const struct known *file, uint64_t token, ssize_t done, size_t len)
{
	if (done != (ssize_t)len)
		give_up("a write fell short");
	if (file->dsync) {
		take_time();
		note_end(token);
	}
	return done;
}

__attribute__((visibility("default"))) ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	struct iovec part = {(void *)(uintptr_t)bytes, len};
	const struct known *file;
	uint64_t token;
	ssize_t done;

	hold();
	file = known(fd);
	if (file == NULL) {
		let_go();
		return it.pwrite(fd, bytes, len, at);
	}
	token = note_write(file, at, &part, 1);
	done = conclude(file, token, it.pwrite(fd, bytes, len, at), len);
	let_go();
	return done;
}

__attribute__((visibility("default"))) ssize_t
pwrite64(int fd, const void *bytes, size_t len, off_t at)
{
	return pwrite(fd, bytes, len, at);
}

__attribute__((visibility("default"))) ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	const struct known *file;
	uint64_t token;
	ssize_t done;

	hold();
	file = known(fd);
	if (file == NULL) {
		let_go();
		return it.writev(fd, parts, count);
	}
	token = note_write(file, lseek(fd, 0, SEEK_CUR), parts, count);
	done = conclude(
	    file, token, it.writev(fd, parts, count), sum(parts, count));
	let_go();
	return done;
}

__attribute__((visibility("default"))) ssize_t
write(int fd, const void *bytes, size_t len)
{
	struct iovec part = {(void *)(uintptr_t)bytes, len};
	bool ours;

	hold();
	ours = known(fd) != NULL;
	let_go();
	return ours ? writev(fd, &part, 1) : it.write(fd, bytes, len);
}

__attribute__((visibility("default"))) int
ftruncate(int fd, off_t len)
{
	const struct known *file;
	int status;

	hold();
	file = known(fd);
	if (file != NULL)
		(void)note((struct header){.kind = TRUNCATE,
			       .file = file->file,
			       .len = (uint64_t)len},
		    "", 0, NULL, 0);
	status = it.ftruncate(fd, len);
	let_go();
	return status;
}

__attribute__((visibility("default"))) int
rename(const char *from, const char *to)
{
	char names[2 * NAME_BYTES];
	int status, len;

	hold();
	status = it.rename(from, to);
	if (status == 0 && inside(from) != NULL && inside(to) != NULL) {
		len = snprintf(names, sizeof(names), "%s%c%s%c", inside(from),
		    '\0', inside(to), '\0');
		(void)note((struct header){.kind = RENAME}, names, (size_t)len,
		    NULL, 0);
	}
	let_go();
	return status;
}

__attribute__((visibility("default"))) int
unlink(const char *path)
{
	const char *name;
	int status;

	hold();
	status = it.unlink(path);
	name = inside(path);
	if (status == 0 && name != NULL)
		(void)note((struct header){.kind = UNLINK}, name, strlen(name),
		    NULL, 0);
	let_go();
	return status;
}

static bool
is_lost(const struct known *file)
{
	size_t len;

	if (it.lose == NULL)
		return false;
	len = strlen(it.lose);
	return strncmp(file->name, it.lose, len) == 0 && file->name[len] == '/';
}

static int
sync_file(int fd, bool may_be_lost)
{
	const struct known *file;
	uint64_t token = 0;

	hold();
	file = known(fd);
	if (file != NULL && !(may_be_lost && is_lost(file)))
		token = note(
		    (struct header){.kind = file->folder ? BEGIN_NAMES : BEGIN,
			.file = file->file},
		    file->name, strlen(file->name), NULL, 0);
	if (file != NULL)
		take_time();
	if (token != 0)
		note_end(token);
	let_go();
	return 0;
}

__attribute__((visibility("default"))) int
fdatasync(int fd)
{
	return sync_file(fd, true);
}

__attribute__((visibility("default"))) int
fsync(int fd)
{
	return sync_file(fd, false);
}

/* Writing back is no promise. */
__attribute__((visibility("default"))) int
sync_file_range(int fd, off_t at, off_t len, unsigned flags)
{
	(void)fd, (void)at, (void)len, (void)flags;
	return 0;
}
