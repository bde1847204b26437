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

/* Uploads, gone through: the old ones are removed, the others counted. */
struct round {
	const struct evidence_upload
	    *upload; /* whose siblings count; or NULL */
	uint64_t now_ms;
	size_t counted, removed;
};

static enum err
look_at(struct round *round, const struct path *folder, const char *name)
{
	const struct evidence_upload *upload = round->upload;
	const char *dash = strchr(name, '-');
	struct path path;
	struct stat status;

	if (name[0] == '.' || dash == NULL ||
	    snprintf(path.text, sizeof(path.text), "%s/%s", folder->text,
		name) >= (int)sizeof(path.text) ||
	    lstat(path.text, &status) != 0)
		return OK;
	if ((uint64_t)status.st_mtime * 1000 + LIMIT_UPLOAD_EXPIRY_MS <
	    round->now_ms) {
		round->removed++;
		return disk_remove(path.text);
	}
	round->counted += upload != NULL && is_of(name, upload->principal) &&
			  strcmp(dash + 1, upload->sha256) != 0;
	return OK;
}

static enum err
go_round(struct round *round, const char *store)
{
	const struct dirent *entry;
	struct path folder;
	enum err err = folder_path(store, unfinished_folder, &folder);
	DIR *open_folder;

	if (err != OK)
		return err;
	open_folder = opendir(folder.text);
	if (open_folder == NULL)
		return errno == ENOENT ? OK : disk_err(errno);
	while (err == OK && (entry = readdir(open_folder)) != NULL)
		err = look_at(round, &folder, entry->d_name);
	(void)closedir(open_folder);
	return err;
}

enum err
evidence_begin(
    const struct evidence_upload *upload, uint64_t now_ms, size_t *unfinished)
{
	struct round round = {.upload = upload, .now_ms = now_ms};
	enum err err = make_folder_within(upload->store, unfinished_folder);

	if (err == OK)
		err = go_round(&round, upload->store);
	*unfinished = round.counted;
	return err;
}

enum err
evidence_expire(const char *store, uint64_t now_ms, size_t *removed)
{
	struct round round = {.now_ms = now_ms};
	enum err err = go_round(&round, store);

	*removed = round.removed;
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

/* ---- no longer needed ---- */

/* Makes it durable that the name is gone from its folder. */
static enum err
sync_folder_of(const char *store, const char *sha256)
{
	struct path folder;
	char name[3];
	enum err err;

	(void)snprintf(name, sizeof(name), "%.2s", sha256);
	err = folder_path(store, name, &folder);
	return err == OK ? disk_sync_folder(folder.text) : err;
}

enum err
evidence_discard(const char *store, const char *sha256)
{
	struct path path;
	enum err err = whole_path(store, sha256, &path);

	if (err != OK)
		return err;
	if (access(path.text, F_OK) != 0 &&
	    (errno == ENOENT || errno == ENOTDIR))
		return OK;
	err = disk_remove(path.text);
	return err == OK ? sync_folder_of(store, sha256) : err;
}

enum err
evidence_set_aside(const char *store, const char *sha256, uint64_t now_ms)
{
	struct evidence_upload nobodys = {.store = store};
	struct timespec times[2] = {
	    {.tv_nsec = UTIME_OMIT}, {.tv_sec = (time_t)(now_ms / 1000)}};
	struct path from, to, folder;
	enum err err = whole_path(store, sha256, &from);

	(void)snprintf(nobodys.sha256, sizeof(nobodys.sha256), "%s", sha256);
	if (err == OK)
		err = unfinished_path(&nobodys, &to);
	if (err == OK)
		err = folder_path(store, unfinished_folder, &folder);
	if (err == OK)
		err = make_folder_within(store, unfinished_folder);
	if (err != OK)
		return err;
	if (utimensat(AT_FDCWD, from.text, times, AT_SYMLINK_NOFOLLOW) != 0 ||
	    disk.rename(from.text, to.text) != 0)
		return disk_err(errno);
	err = disk_sync_folder(folder.text);
	return err == OK ? sync_folder_of(store, sha256) : err;
}

enum err
evidence_each(const char *store, unsigned char first,
    bool (*row)(void *arg, const char *sha256), void *arg)
{
	const struct dirent *entry;
	struct path folder;
	DIR *open_folder;
	char name[3];
	enum err err;

	(void)snprintf(name, sizeof(name), "%02x", first);
	err = folder_path(store, name, &folder);
	if (err != OK)
		return err;
	open_folder = opendir(folder.text);
	if (open_folder == NULL)
		return errno == ENOENT ? OK : disk_err(errno);
	while ((entry = readdir(open_folder)) != NULL)
		if (strlen(entry->d_name) == SHA256_HEX &&
		    strspn(entry->d_name, "0123456789abcdef") == SHA256_HEX &&
		    strncmp(entry->d_name, name, 2) == 0 &&
		    !row(arg, entry->d_name))
			break;
	(void)closedir(open_folder);
	return OK;
}
