/*
 * Every call by which the journal changes the disk, as one table, so that a
 * test can record, fail or delay each of them.  The functions below go through
 * the table and translate errno.
 */
#ifndef TOCSIN_STORE_DISK_H
#define TOCSIN_STORE_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol/err.h"

/*
 * As in POSIX: -1 and errno.  Only a test changes the table, before it opens a
 * journal; calls come from the appending thread and from the prewriter's.
 */
struct disk_calls {
	int (*open)(const char *path, int flags, mode_t mode);
	ssize_t (*pwrite)(int fd, const void *bytes, size_t len, off_t at);
	int (*fdatasync)(int fd);
	int (*fsync)(int fd);
	/* Blocks for bytes 0 to len, the file's size unchanged. */
	int (*reserve)(int fd, off_t len);
	/* Starts to write a range to the disk; await: until it is there.  No
	 * barrier, nothing that replaces a sync. */
	int (*push)(int fd, off_t at, off_t len, bool await);
	int (*rename)(const char *from, const char *to);
	int (*unlink)(const char *path);
	int (*mkdir)(const char *path, mode_t mode);
};

extern struct disk_calls disk;
extern const struct disk_calls disk_posix;

/* ERR_FULL for ENOSPC and EDQUOT, ERR_MEMORY for ENOMEM, else ERR_IO. */
enum err disk_err(int errno_value);

/* Writes all of it; a write that is cut short goes on.  ERR_FULL, ERR_IO. */
MUST_CHECK
enum err disk_write(int fd, const void *bytes, size_t len, uint64_t at);

/* fdatasync, once.  ERR_FULL, ERR_IO. */
MUST_CHECK
enum err disk_sync(int fd);

/* Makes the names in a folder durable. */
MUST_CHECK
enum err disk_sync_folder(const char *path);

/* Makes a folder; one that is there already is fine. */
MUST_CHECK
enum err disk_make_folder(const char *path, mode_t mode);

/*
 * Makes a file with these bytes and no others, synced; its name is not yet:
 * see disk_sync_folder.
 */
MUST_CHECK
enum err disk_write_file(
    const char *path, const void *bytes, size_t len, mode_t mode);

/* Removes a file; one that is not there is fine. */
MUST_CHECK
enum err disk_remove(const char *path);

#endif
