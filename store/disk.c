#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/disk.h"

static int
posix_open(const char *path, int flags, mode_t mode)
{
	return open(path, flags | O_CLOEXEC, mode);
}

static int
posix_reserve(int fd, off_t len)
{
	return fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, len);
}

static int
posix_push(int fd, off_t at, off_t len, bool await)
{
	unsigned flags = SYNC_FILE_RANGE_WRITE;

	if (await)
		flags |=
		    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER;
	return sync_file_range(fd, at, len, flags);
}

const struct disk_calls disk_posix = {
    .open = posix_open,
    .pwrite = pwrite,
    .fdatasync = fdatasync,
    .fsync = fsync,
    .reserve = posix_reserve,
    .push = posix_push,
    .rename = rename,
    .unlink = unlink,
    .mkdir = mkdir,
};

struct disk_calls disk = {
    .open = posix_open,
    .pwrite = pwrite,
    .fdatasync = fdatasync,
    .fsync = fsync,
    .reserve = posix_reserve,
    .push = posix_push,
    .rename = rename,
    .unlink = unlink,
    .mkdir = mkdir,
};

enum err
disk_err(int errno_value)
{
	switch (errno_value) {
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case ENOMEM:
		return ERR_MEMORY;
	default:
		return ERR_IO;
	}
}

enum err
disk_write(int fd, const void *bytes, size_t len, uint64_t at)
{
	const char *from = bytes;
	ssize_t done;

	while (len > 0) {
		done = disk.pwrite(fd, from, len, (off_t)at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return disk_err(errno);
		if (done == 0)
			return ERR_IO;
		from += done;
		len -= (size_t)done;
		at += (uint64_t)done;
	}
	return OK;
}

enum err
disk_sync(int fd)
{
	return disk.fdatasync(fd) == 0 ? OK : disk_err(errno);
}

enum err
disk_sync_folder(const char *path)
{
	enum err err;
	int fd;

	fd = disk.open(path, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return disk_err(errno);
	err = disk.fsync(fd) == 0 ? OK : disk_err(errno);
	(void)close(fd);
	return err;
}

enum err
disk_make_folder(const char *path, mode_t mode)
{
	if (disk.mkdir(path, mode) == 0 || errno == EEXIST)
		return OK;
	return disk_err(errno);
}

enum err
disk_write_file(const char *path, const void *bytes, size_t len, mode_t mode)
{
	enum err err;
	int fd;

	fd = disk.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	if (fd < 0)
		return disk_err(errno);
	err = disk_write(fd, bytes, len, 0);
	if (err == OK && disk.fsync(fd) != 0)
		err = disk_err(errno);
	(void)close(fd);
	return err;
}

enum err
disk_remove(const char *path)
{
	if (disk.unlink(path) == 0 || errno == ENOENT)
		return OK;
	return disk_err(errno);
}
