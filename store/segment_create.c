/*
 * Making an empty store.  The first segment gets its name last, so that a
 * creation that was interrupted left no store and can be repeated.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "store/disk.h"
#include "store/segment_engine.h"

static enum err
make_folders(const char *store)
{
	static const char *const names[] = {"", "journal", "keys"};
	static const mode_t modes[] = {0750, 0750, 0750};
	char path[SEGMENT_PATH_MAX];
	enum err err;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		err = disk_make_folder(
		    store_file(store, names[i], path), modes[i]);
		if (err != OK)
			return err;
	}
	err = disk_sync_folder(store);
	if (err != OK)
		return err;
	return disk_sync_folder(store_file(store, "..", path));
}

/* The header of segment 1, signed by a root key that nobody keeps. */
static enum err
make_header(const struct journal_options *options, unsigned char *block)
{
	unsigned char root[SEAL_SECRET_BYTES], secret[SEAL_SECRET_BYTES];
	struct segment_header header = {
	    .number = 1,
	    .first_seq = 1,
	    .bytes = options->segment_bytes,
	    .begun_ms = options->now_ms,
	};
	enum err err;

	randombytes_buf(header.store_id, STORE_ID_BYTES);
	memcpy(header.before, header.store_id, STORE_ID_BYTES);
	err = keys_first(options->path, header.key, secret);
	if (err == OK)
		err = keys_root_make(options->path, root);
	if (err == OK)
		segment_header_write(&header, root, block);
	sodium_memzero(root, sizeof(root));
	sodium_memzero(secret, sizeof(secret));
	return err;
}

static enum err
fill(int fd, const unsigned char *block, uint64_t bytes)
{
	static const unsigned char zeros[PREWRITE_STEP_BYTES];
	uint64_t at;
	size_t len;
	enum err err;

	err = disk_write(fd, block, SEGMENT_BLOCK_BYTES, 0);
	for (at = SEGMENT_BLOCK_BYTES; err == OK && at < bytes; at += len) {
		len = sizeof(zeros);
		if (len > bytes - at)
			len = (size_t)(bytes - at);
		err = disk_write(fd, zeros, len, at);
	}
	if (err == OK && disk.fsync(fd) != 0)
		err = disk_err(errno);
	return err;
}

static enum err
make_segment(const struct journal_options *options)
{
	char from[SEGMENT_PATH_MAX], to[SEGMENT_PATH_MAX];
	unsigned char block[SEGMENT_BLOCK_BYTES];
	enum err err;
	int fd;

	err = make_header(options, block);
	if (err != OK)
		return err;
	fd = disk.open(store_file(options->path, "journal/next.tmp", from),
	    O_RDWR | O_CREAT | O_TRUNC, 0640);
	if (fd < 0)
		return disk_err(errno);
	err = fill(fd, block, options->segment_bytes);
	(void)close(fd);
	if (err != OK)
		return err;
	if (disk.rename(from, segments_file(options->path, 1, to)) != 0)
		return disk_err(errno);
	return disk_sync_folder(store_file(options->path, "journal", from));
}

static enum err
create(const struct journal_options *options, char *why, size_t size)
{
	struct segment_files files;
	enum err err;

	err = segment_files_list(options->path, &files);
	if (err == OK && files.first != 0)
		return segments_why(ERR_CONFLICT, why, size,
		    "%s holds a store already", options->path);
	if (err == OK)
		err = make_segment(options);
	if (err != OK)
		return segments_why(err, why, size,
		    "cannot make a store in %s: %s", options->path,
		    strerror(errno));
	return OK;
}

enum err
segments_create(const struct journal_options *options, char *why, size_t size)
{
	enum err err;
	int lock;

	if (sodium_init() < 0)
		return segments_why(
		    ERR_IO, why, size, "libsodium does not start");
	err = segments_options_check(options, why, size);
	if (err != OK)
		return err;
	err = make_folders(options->path);
	if (err != OK)
		return segments_why(err, why, size,
		    "cannot make the folders of %s: %s", options->path,
		    strerror(errno));
	err = segments_lock(options->path, &lock);
	if (err != OK)
		return segments_why(err, why, size, "cannot lock %s: %s",
		    options->path,
		    err == ERR_LOCKED ? "another process holds it"
				      : strerror(errno));
	err = create(options, why, size);
	(void)close(lock);
	return err;
}
