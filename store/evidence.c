#include "store/evidence.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/limits.h"
#include "store/disk.h"

enum { PATH_BYTES = 4096, READ_BYTES = 65536, WHOLE_MODE = 0400 };

static const char unfinished_folder[] = "unfinished";

/* ---- paths ---- */

struct path {
	char text[PATH_BYTES];
};

static enum err
folder_path(const char *store, const char *name, struct path *path)
{
	int len = snprintf(path->text, sizeof(path->text), "%s/evidence%s%s",
	    store, name[0] != '\0' ? "/" : "", name);

	return len < (int)sizeof(path->text) ? OK : ERR_IO;
}

static enum err
unfinished_path(const struct evidence_upload *upload, struct path *path)
{
	char name[sizeof(unfinished_folder) + 16 + SHA256_HEX];

	(void)snprintf(name, sizeof(name), "%s/%" PRIu32 "-%s",
	    unfinished_folder, upload->principal, upload->sha256);
	return folder_path(upload->store, name, path);
}

static enum err
whole_path(const char *store, const char *sha256, struct path *path)
{
	char name[3 + SHA256_HEX + 1];

	(void)snprintf(name, sizeof(name), "%.2s/%s", sha256, sha256);
	return folder_path(store, name, path);
}

/* Makes the folder, with its name durable in `above`. */
static enum err
make_folder(const char *store, const char *name, const char *above)
{
	struct path path;
	enum err err = folder_path(store, name, &path);

	if (err == OK && access(path.text, F_OK) == 0)
		return OK;
	if (err == OK)
		err = disk_make_folder(path.text, 0700);
	return err == OK ? disk_sync_folder(above) : err;
}

static enum err
make_folder_within(const char *store, const char *name)
{
	struct path evidence;
	enum err err = folder_path(store, "", &evidence);

	if (err == OK)
		err = make_folder(store, "", store);
	return err == OK ? make_folder(store, name, evidence.text) : err;
}

/* ---- unfinished ---- */

enum err
evidence_received(const struct evidence_upload *upload, uint64_t *received)
{
	struct path path;
	struct stat status;
	enum err err = unfinished_path(upload, &path);

	*received = 0;
	if (err != OK)
		return err;
	if (lstat(path.text, &status) != 0)
		return errno == ENOENT || errno == ENOTDIR ? OK : ERR_IO;
	if (!S_ISREG(status.st_mode))
		return ERR_IO;
	*received = (uint64_t)status.st_size;
	if (*received <= upload->bytes)
		return OK;
	*received = 0;
	return disk_remove(path.text);
}

/* What stands before the dash of its name. */
static bool
is_of(const char *name, uint32_t principal)
{
	char *end;

	return strtoull(name, &end, 10) == principal && *end == '-';
}

/* Removes it when nobody goes on with it; *counted when it is the principal's. */
static enum err
look_at(const struct evidence_upload *upload, const struct path *folder,
    const char *name, uint64_t now_ms, size_t *counted)
{
	struct path path;
	struct stat status;
	const char *dash = strchr(name, '-');

	if (name[0] == '.' || dash == NULL ||
	    snprintf(path.text, sizeof(path.text), "%s/%s", folder->text,
		name) >= (int)sizeof(path.text) ||
	    lstat(path.text, &status) != 0)
		return OK;
	if ((uint64_t)status.st_mtime * 1000 + LIMIT_UPLOAD_EXPIRY_MS < now_ms)
		return disk_remove(path.text);
	*counted += is_of(name, upload->principal) &&
		    strcmp(dash + 1, upload->sha256) != 0;
	return OK;
}

enum err
evidence_begin(
    const struct evidence_upload *upload, uint64_t now_ms, size_t *unfinished)
{
	const struct dirent *entry;
	struct path folder;
	enum err err = make_folder_within(upload->store, unfinished_folder);
	DIR *open_folder;

	*unfinished = 0;
	if (err == OK)
		err = folder_path(upload->store, unfinished_folder, &folder);
	if (err != OK)
		return err;
	open_folder = opendir(folder.text);
	if (open_folder == NULL)
		return disk_err(errno);
	while (err == OK && (entry = readdir(open_folder)) != NULL)
		err =
		    look_at(upload, &folder, entry->d_name, now_ms, unfinished);
	(void)closedir(open_folder);
	return err;
}

enum err
evidence_append(const struct evidence_upload *upload, uint64_t at,
    const void *bytes, size_t len)
{
	struct path path;
	enum err err = unfinished_path(upload, &path);
	int fd;

	if (err != OK)
		return err;
	fd = disk.open(
	    path.text, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return disk_err(errno);
	err = disk_write(fd, bytes, len, at);
	/* A chunk that was cut short is no chunk. */
	if (err != OK && ftruncate(fd, (off_t)at) != 0)
		err = ERR_IO;
	if (close(fd) != 0 && err == OK)
		err = disk_err(errno);
	return err;
}

/* ---- whole ---- */

/* Does the open file hash to the name? */
static enum err
check_hash(int fd, const char *sha256)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	static unsigned char bytes[READ_BYTES]; /* one thread finishes */
	crypto_hash_sha256_state state;
	char hex[SHA256_HEX + 1];
	uint64_t at = 0;
	ssize_t got;

	(void)crypto_hash_sha256_init(&state);
	while ((got = pread(fd, bytes, sizeof(bytes), (off_t)at)) > 0) {
		(void)crypto_hash_sha256_update(
		    &state, bytes, (unsigned long long)got);
		at += (uint64_t)got;
	}
	if (got < 0)
		return disk_err(errno);
	(void)crypto_hash_sha256_final(&state, hash);
	(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	return strcmp(hex, sha256) == 0 ? OK : ERR_CORRUPT;
}

static enum err
sync_if_right(const char *path, const char *sha256)
{
	int fd = disk.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
	enum err err;

	if (fd < 0)
		return disk_err(errno);
	err = check_hash(fd, sha256);
	if (err == OK && fchmod(fd, WHOLE_MODE) != 0)
		err = disk_err(errno);
	if (err == OK && disk.fsync(fd) != 0)
		err = disk_err(errno);
	(void)close(fd);
	return err;
}

enum err
evidence_finish(const struct evidence_upload *upload)
{
	struct path from, to, folder;
	char name[3];
	enum err err = unfinished_path(upload, &from);

	if (err == OK)
		err = whole_path(upload->store, upload->sha256, &to);
	(void)snprintf(name, sizeof(name), "%.2s", upload->sha256);
	if (err == OK)
		err = folder_path(upload->store, name, &folder);
	if (err == OK)
		err = make_folder_within(upload->store, name);
	if (err == OK)
		err = sync_if_right(from.text, upload->sha256);
	if (err == ERR_CORRUPT && disk_remove(from.text) != OK)
		return ERR_IO;
	if (err == OK && disk.rename(from.text, to.text) != 0)
		err = disk_err(errno);
	return err == OK ? disk_sync_folder(folder.text) : err;
}

enum err
evidence_read(const char *store, const char *sha256, uint64_t at, void *bytes,
    size_t len, size_t *got)
{
	unsigned char *out = bytes;
	struct path path;
	ssize_t some = 1;
	enum err err = whole_path(store, sha256, &path);
	int fd;

	*got = 0;
	if (err != OK)
		return err;
	fd = open(path.text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_MISSING
							   : disk_err(errno);
	while (*got < len && some > 0) {
		some = pread(fd, out + *got, len - *got, (off_t)(at + *got));
		*got += some > 0 ? (size_t)some : 0;
	}
	if (some < 0)
		err = disk_err(errno);
	(void)close(fd);
	return err;
}
