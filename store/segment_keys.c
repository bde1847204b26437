/* The keys that seal segments: STORE/keys. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "store/disk.h"
#include "store/segment_engine.h"

enum {
	SEED_BYTES = crypto_sign_SEEDBYTES,
	HEX_DIGITS = 2 * SEED_BYTES,
	HEX_LINE_BYTES = HEX_DIGITS + 1 /* with its line feed */
};

static const char secret_name[] = "keys/seal.secret";
static const char next_name[] = "keys/seal.secret.next";
static const char root_name[] = "keys/root.public";

static enum err
sync_keys(const char *store)
{
	char path[SEGMENT_PATH_MAX];

	return disk_sync_folder(store_file(store, "keys", path));
}

/* 32 bytes as a line of hex. */
static enum err
write_hex(const char *store, const char *name, const unsigned char *bytes,
    mode_t mode)
{
	char path[SEGMENT_PATH_MAX], line[HEX_LINE_BYTES + 1];
	enum err err;

	sodium_bin2hex(line, sizeof(line), bytes, SEED_BYTES);
	line[HEX_LINE_BYTES - 1] = '\n';
	err = disk_write_file(
	    store_file(store, name, path), line, HEX_LINE_BYTES, mode);
	sodium_memzero(line, sizeof(line));
	return err;
}

static enum err
read_hex(const char *store, const char *name, unsigned char *bytes)
{
	char path[SEGMENT_PATH_MAX], line[HEX_LINE_BYTES + 1];
	enum err err = ERR_MISSING;
	size_t len;
	ssize_t got;
	int fd;

	fd = open(store_file(store, name, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ERR_MISSING : ERR_IO;
	got = pread(fd, line, HEX_LINE_BYTES, 0);
	if (got >= HEX_DIGITS &&
	    sodium_hex2bin(
		bytes, SEED_BYTES, line, HEX_DIGITS, NULL, &len, NULL) == 0 &&
	    len == SEED_BYTES)
		err = OK;
	if (got < 0)
		err = ERR_IO;
	(void)close(fd);
	sodium_memzero(line, sizeof(line));
	return err;
}

/* Overwrites a secret where it lies.  One that is not there is fine. */
static enum err
wipe(const char *store, const char *name)
{
	static const unsigned char zeros[HEX_LINE_BYTES];
	char path[SEGMENT_PATH_MAX];
	enum err err;
	int fd;

	fd = disk.open(store_file(store, name, path), O_WRONLY, 0);
	if (fd < 0)
		return errno == ENOENT ? OK : disk_err(errno);
	err = disk_write(fd, zeros, sizeof(zeros), 0);
	if (err == OK && disk.fsync(fd) != 0)
		err = disk_err(errno);
	(void)close(fd);
	return err;
}

/* A key pair whose secret is durable under this name. */
static enum err
make(const char *store, const char *name, unsigned char *key,
    unsigned char *secret)
{
	unsigned char seed[SEED_BYTES];
	enum err err;

	randombytes_buf(seed, sizeof(seed));
	crypto_sign_seed_keypair(key, secret, seed);
	err = write_hex(store, name, seed, 0600);
	sodium_memzero(seed, sizeof(seed));
	return err == OK ? sync_keys(store) : err;
}

/* The key pair whose secret lies under this name. */
static enum err
load(const char *store, const char *name, unsigned char *key,
    unsigned char *secret)
{
	unsigned char seed[SEED_BYTES];
	enum err err;

	err = read_hex(store, name, seed);
	if (err == OK)
		crypto_sign_seed_keypair(key, secret, seed);
	sodium_memzero(seed, sizeof(seed));
	return err;
}

enum err
keys_prepare(const char *store, unsigned char *key, unsigned char *secret)
{
	return make(store, next_name, key, secret);
}

enum err
keys_first(const char *store, unsigned char *key, unsigned char *secret)
{
	return make(store, secret_name, key, secret);
}

enum err
keys_switch(const char *store)
{
	char from[SEGMENT_PATH_MAX], to[SEGMENT_PATH_MAX];
	enum err err;

	err = wipe(store, secret_name);
	if (err != OK)
		return err;
	if (disk.rename(store_file(store, next_name, from),
		store_file(store, secret_name, to)) != 0)
		return disk_err(errno);
	return sync_keys(store);
}

enum err
keys_load(const char *store, const unsigned char *key, unsigned char *secret)
{
	unsigned char found[SEAL_KEY_BYTES];
	char path[SEGMENT_PATH_MAX];
	enum err err;

	err = load(store, next_name, found, secret);
	if (err == OK && memcmp(found, key, sizeof(found)) == 0)
		return keys_switch(store);
	if (err != OK && err != ERR_MISSING)
		return err;
	err = load(store, secret_name, found, secret);
	if (err != OK)
		return err;
	if (memcmp(found, key, sizeof(found)) != 0)
		return ERR_MISSING;
	err = wipe(store, next_name);
	if (err == OK)
		err = disk_remove(store_file(store, next_name, path));
	return err;
}

enum err
keys_root_make(const char *store, unsigned char *secret)
{
	unsigned char key[SEAL_KEY_BYTES];
	enum err err;

	crypto_sign_keypair(key, secret);
	err = write_hex(store, root_name, key, 0644);
	return err == OK ? sync_keys(store) : err;
}

enum err
keys_root_read(const char *store, unsigned char *key)
{
	return read_hex(store, root_name, key);
}
