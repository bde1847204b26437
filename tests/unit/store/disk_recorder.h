/*
 * Power cuts: everything that the journal does to its files is recorded, and a
 * store is laid out as a disk may hold it when the power fails after so many
 * of these calls.
 *
 * What was synced is there.  Of what was not, each 512-byte sector is there or
 * not.  Names in one folder change in order: those that were synced with it,
 * and a prefix of the others.
 */
#ifndef TOCSIN_TEST_DISK_RECORDER_H
#define TOCSIN_TEST_DISK_RECORDER_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/disk.h"

enum {
	RECORDER_SECTOR = 512,
	RECORDER_FILES = 256,
	RECORDER_NAME = 64,
	RECORDER_FDS = 1024
};

enum op_kind {
	OP_WRITE,
	OP_SYNC,
	OP_NAME,
	OP_UNNAME,
	OP_SYNC_NAMES,
	OP_ACK,
	OP_LOSE
};

struct op {
	enum op_kind kind;
	int file;
	char name[RECORDER_NAME]; /* of OP_NAME and OP_UNNAME, in the store */
	uint64_t at; /* offset; of OP_ACK the number */
	int folder; /* of the name, or the one that is synced */
	size_t len;
	unsigned char *bytes;
};

static struct {
	pthread_mutex_t lock;
	char root[64]; /* the store's folder */
	bool
	    failing; /* the next fdatasync fails and loses what it had to write */
	bool lazy; /* forgets every fdatasync */
	struct op *ops;
	size_t count, room;
	int files;
	int of_fd[RECORDER_FDS]; /* 0: none of the store's files */
	int folder_of_fd[RECORDER_FDS];
	struct {
		char name[RECORDER_NAME];
		int file;
	} names[RECORDER_FILES]; /* as they are now */
	size_t names_count;
} recorder = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The folders of a store: its own, journal/ and keys/. */
static int
folder_of(const char *name)
{
	if (strncmp(name, "journal", 7) == 0)
		return 1;
	return strncmp(name, "keys", 4) == 0 ? 2 : 0;
}

static struct op *
record_op(enum op_kind kind, int file, const char *name)
{
	struct op *op;

	if (recorder.count == recorder.room) {
		recorder.room = recorder.room * 2 + 1024;
		recorder.ops = realloc(
		    recorder.ops, recorder.room * sizeof(*recorder.ops));
	}
	op = &recorder.ops[recorder.count++];
	memset(op, 0, sizeof(*op));
	op->kind = kind;
	op->file = file;
	op->folder = folder_of(name);
	snprintf(op->name, sizeof(op->name), "%s", name);
	return op;
}

static const char *
inside(const char *path)
{
	size_t len = strlen(recorder.root);

	if (strncmp(path, recorder.root, len) != 0 || path[len] != '/')
		return NULL;
	return path + len + 1;
}

static int *
named(const char *name)
{
	size_t i;

	for (i = 0; i < recorder.names_count; i++)
		if (strcmp(recorder.names[i].name, name) == 0)
			return &recorder.names[i].file;
	i = recorder.names_count++;
	if (i >= RECORDER_FILES)
		abort();
	snprintf(recorder.names[i].name, RECORDER_NAME, "%s", name);
	recorder.names[i].file = 0;
	return &recorder.names[i].file;
}

static int
recorded_open(const char *path, int flags, mode_t mode)
{
	int fd = disk_posix.open(path, flags, mode), *file;
	const char *name = inside(path);

	if (fd < 0)
		return fd;
	pthread_mutex_lock(&recorder.lock);
	recorder.of_fd[fd] = 0;
	recorder.folder_of_fd[fd] = folder_of(name == NULL ? "" : name);
	if (name != NULL && !(flags & O_DIRECTORY)) {
		file = named(name);
		if (*file == 0 || (flags & O_TRUNC)) {
			*file = ++recorder.files;
			record_op(OP_NAME, *file, name);
		}
		recorder.of_fd[fd] = *file;
	}
	pthread_mutex_unlock(&recorder.lock);
	return fd;
}

static ssize_t
recorded_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	struct op *op;

	pthread_mutex_lock(&recorder.lock);
	if (recorder.of_fd[fd] != 0) {
		op = record_op(OP_WRITE, recorder.of_fd[fd], "");
		op->at = (uint64_t)at;
		op->len = len;
		op->bytes = malloc(len);
		memcpy(op->bytes, bytes, len);
	}
	pthread_mutex_unlock(&recorder.lock);
	return disk_posix.pwrite(fd, bytes, len, at);
}

static int
recorded_fsync(int fd)
{
	pthread_mutex_lock(&recorder.lock);
	if (recorder.of_fd[fd] != 0)
		record_op(OP_SYNC, recorder.of_fd[fd], "");
	else
		record_op(OP_SYNC_NAMES, 0, "")->folder =
		    recorder.folder_of_fd[fd];
	pthread_mutex_unlock(&recorder.lock);
	return 0;
}

static int
recorded_fdatasync(int fd)
{
	if (!recorder.failing)
		return recorder.lazy ? 0 : recorded_fsync(fd);
	pthread_mutex_lock(&recorder.lock);
	recorder.failing = false;
	record_op(OP_LOSE, recorder.of_fd[fd], "");
	pthread_mutex_unlock(&recorder.lock);
	errno = EIO;
	return -1;
}

static int
recorded_rename(const char *from, const char *to)
{
	int file;

	pthread_mutex_lock(&recorder.lock);
	file = *named(inside(from));
	*named(inside(from)) = 0;
	*named(inside(to)) = file;
	record_op(OP_NAME, file, inside(to));
	record_op(OP_UNNAME, file, inside(from));
	pthread_mutex_unlock(&recorder.lock);
	return disk_posix.rename(from, to);
}

static int
recorded_unlink(const char *path)
{
	int status = disk_posix.unlink(path);

	pthread_mutex_lock(&recorder.lock);
	if (status == 0) {
		record_op(OP_UNNAME, *named(inside(path)), inside(path));
		*named(inside(path)) = 0;
	}
	pthread_mutex_unlock(&recorder.lock);
	return status;
}

static int
recorded_push(int fd, off_t at, off_t len, bool await)
{
	(void)fd, (void)at, (void)len, (void)await;
	return 0;
}

static void
recorder_forget(void)
{
	size_t i;

	for (i = 0; i < recorder.count; i++)
		free(recorder.ops[i].bytes);
	recorder.count = 0;
	recorder.files = 0;
	recorder.names_count = 0;
	memset(recorder.of_fd, 0, sizeof(recorder.of_fd));
}

/* A file that is there when recording begins. */
static void
recorder_know(const char *name)
{
	char path[160];
	struct stat status;
	struct op *op;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", recorder.root, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return;
	fstat(fd, &status);
	*named(name) = ++recorder.files;
	record_op(OP_NAME, recorder.files, name);
	op = record_op(OP_WRITE, recorder.files, "");
	op->len = (size_t)status.st_size;
	op->bytes = malloc(op->len + 1);
	if (pread(fd, op->bytes, op->len, 0) != (ssize_t)op->len)
		abort();
	close(fd);
	record_op(OP_SYNC, recorder.files, "");
	record_op(OP_SYNC_NAMES, 0, name);
}

static void
recorder_start(void)
{
	disk = disk_posix;
	disk.open = recorded_open;
	disk.pwrite = recorded_pwrite;
	disk.fdatasync = recorded_fdatasync;
	disk.fsync = recorded_fsync;
	disk.rename = recorded_rename;
	disk.unlink = recorded_unlink;
	disk.push = recorded_push;
}

/* Records what happens to the store at root from now on. */
static void
recorder_begin(const char *root, bool lazy)
{
	recorder_forget();
	snprintf(recorder.root, sizeof(recorder.root), "%s", root);
	recorder.lazy = lazy;
	recorder_start();
}

static void
recorder_end(void)
{
	disk = disk_posix;
}

static void
recorder_acknowledge(uint64_t seq)
{
	pthread_mutex_lock(&recorder.lock);
	record_op(OP_ACK, 0, "")->at = seq;
	pthread_mutex_unlock(&recorder.lock);
}

static unsigned
dice(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/*
 * Is the write that ops[i] is synced before the cut?  After an fdatasync that
 * failed it is in the cache and may never be: no later one writes it.
 */
static bool
is_synced(size_t i, size_t cut)
{
	size_t j;

	for (j = i + 1; j < cut; j++) {
		if (recorder.ops[j].file != recorder.ops[i].file)
			continue;
		if (recorder.ops[j].kind == OP_LOSE)
			return false;
		if (recorder.ops[j].kind == OP_SYNC)
			return true;
	}
	return false;
}

/* What a killed program leaves while the machine runs on: every write. */
static void
copy_file(const char *path, int file, size_t cut)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	const struct op *op;
	size_t i;

	for (i = 0; i < cut; i++) {
		op = &recorder.ops[i];
		if (op->kind == OP_WRITE && op->file == file &&
		    pwrite(fd, op->bytes, op->len, (off_t)op->at) !=
			(ssize_t)op->len)
			abort();
	}
	close(fd);
}

static void
lay_out_file(const char *path, int file, size_t cut, unsigned *seed)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	const struct op *op;
	size_t i, at, len;
	bool synced;

	for (i = 0; i < cut; i++) {
		op = &recorder.ops[i];
		if (op->kind != OP_WRITE || op->file != file)
			continue;
		synced = is_synced(i, cut);
		for (at = 0; at < op->len; at += len) {
			len = synced ? op->len : RECORDER_SECTOR;
			if (len > op->len - at)
				len = op->len - at;
			if ((synced || dice(seed) & 1) &&
			    pwrite(fd, op->bytes + at, len,
				(off_t)(op->at + at)) != (ssize_t)len)
				abort();
		}
	}
	close(fd);
}

/* Up to which call the changes of names in a folder are kept. */
static size_t
names_kept(int folder, size_t cut, unsigned *seed)
{
	size_t i, synced = 0;

	for (i = 0; i < cut; i++)
		if (recorder.ops[i].kind == OP_SYNC_NAMES &&
		    recorder.ops[i].folder == folder)
			synced = i;
	return synced + dice(seed) % (cut - synced + 1);
}

/* The number that was acknowledged before the cut; 0 for none. */
static uint64_t
recorder_acknowledged(size_t cut, bool *made)
{
	uint64_t seq = 0;
	size_t i;

	*made = false;
	for (i = 0; i < cut; i++)
		if (recorder.ops[i].kind == OP_ACK) {
			seq = recorder.ops[i].at;
			*made = true;
		}
	return seq;
}

/* Lays out, in an empty folder, what a power cut after `cut` calls leaves. */
static void
recorder_lay_out(const char *folder, size_t cut, unsigned seed)
{
	struct {
		const char *name;
		int file;
	} names[RECORDER_FILES];
	size_t kept[3], count = 0, i, j;
	const struct op *op;
	char path[160];

	for (i = 0; i < 3; i++)
		kept[i] = names_kept((int)i, cut, &seed);
	for (i = 0; i < cut; i++) {
		op = &recorder.ops[i];
		if ((op->kind != OP_NAME && op->kind != OP_UNNAME) ||
		    i >= kept[op->folder])
			continue;
		for (j = 0; j < count; j++)
			if (strcmp(names[j].name, op->name) == 0)
				break;
		if (j == count)
			count++;
		names[j].name = op->name;
		names[j].file = op->kind == OP_NAME ? op->file : 0;
	}
	snprintf(path, sizeof(path), "%s/journal", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/keys", folder);
	mkdir(path, 0700);
	for (j = 0; j < count; j++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[j].name);
		if (names[j].file != 0)
			lay_out_file(path, names[j].file, cut, &seed);
	}
}

/*
 * Kills the program that was recorded after `cut` calls: the files are laid out
 * in an empty folder as the cache has them, and recording goes on there, what
 * was not synced still not being so.
 */
static void
recorder_kill(const char *folder, size_t cut)
{
	const struct op *op;
	char path[160];
	size_t i;

	for (i = cut; i < recorder.count; i++)
		free(recorder.ops[i].bytes);
	recorder.count = cut;
	recorder.names_count = 0;
	memset(recorder.of_fd, 0, sizeof(recorder.of_fd));
	snprintf(recorder.root, sizeof(recorder.root), "%s", folder);
	for (i = 0; i < cut; i++) {
		op = &recorder.ops[i];
		if (op->kind == OP_NAME)
			*named(op->name) = op->file;
		else if (op->kind == OP_UNNAME)
			*named(op->name) = 0;
	}
	snprintf(path, sizeof(path), "%s/journal", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/keys", folder);
	mkdir(path, 0700);
	for (i = 0; i < recorder.names_count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder,
		    recorder.names[i].name);
		if (recorder.names[i].file != 0)
			copy_file(path, recorder.names[i].file, cut);
	}
	recorder_start();
}

#endif
