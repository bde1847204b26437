/* The keys that seal: switched with the segments, erased where they lay. */
#include <errno.h>

#include "store/disk.h"
#include "verify_fixture.h"

/* The secret in use and the next one, as files, around a roll. */
struct keys {
	unsigned char *old, *next;
	size_t old_len, next_len;
};

/* A journal of which segment 2 has just begun; what the keys were before. */
static void
make_rolled(struct store *store, struct keys *keys)
{
	store_make(store);
	store_open(store);
	store_await_next(store);
	keys->old =
	    file_read(store_path(store, "keys/seal.secret"), &keys->old_len);
	keys->next = file_read(
	    store_path(store, "keys/seal.secret.next"), &keys->next_len);
	while (access(store_segment(store, 2), F_OK) != 0)
		store_append(store, 2, 3000);
	store_close(store);
	cr_assert_neq(access(store_segment(store, 3), F_OK), 0);
}

/* It opens, appends and seals with the right key, and has erased the other. */
static void
keys_work(struct store *store, const struct keys *keys)
{
	unsigned char *now;
	size_t len;

	store_open(store);
	store_append(store, 1, 100);
	cr_assert_eq(journal_seal(store->journal, store->now_ms + 100), OK);
	store_close(store);
	verify_content(store);
	now = file_read(store_path(store, "keys/seal.secret"), &len);
	cr_assert_eq(len, keys->next_len);
	cr_assert_eq(memcmp(now, keys->next, len), 0);
	free(now);
	store_drop(store);
	free(keys->old);
	free(keys->next);
}

Test(keys, are_switched_after_a_roll)
{
	struct store store;
	struct keys keys;

	make_rolled(&store, &keys);
	keys_work(&store, &keys);
}

Test(keys, are_switched_at_the_next_start_when_the_roll_did_not_come_to_it)
{
	struct store store;
	struct keys keys;

	make_rolled(&store, &keys);
	file_write(
	    store_path(&store, "keys/seal.secret"), keys.old, keys.old_len);
	file_write(store_path(&store, "keys/seal.secret.next"), keys.next,
	    keys.next_len);
	keys_work(&store, &keys);
}

Test(keys, are_switched_when_the_old_secret_is_erased_already)
{
	static const unsigned char zeros[65];
	struct store store;
	struct keys keys;

	make_rolled(&store, &keys);
	file_write(
	    store_path(&store, "keys/seal.secret"), zeros, sizeof(zeros));
	file_write(store_path(&store, "keys/seal.secret.next"), keys.next,
	    keys.next_len);
	keys_work(&store, &keys);
}

/* No next segment, and so no key for it. */
static int
no_reserve(int fd, off_t len)
{
	(void)fd;
	(void)len;
	errno = ENOSPC;
	return -1;
}

Test(keys, leave_no_unused_secret_behind)
{
	struct store store;
	struct keys keys;

	make_rolled(&store, &keys);
	file_write(store_path(&store, "keys/seal.secret.next"), keys.old,
	    keys.old_len);
	store.options.segment_bytes = SEGMENT_BYTES_MAX;
	disk.reserve = no_reserve;
	store_open(&store);
	cr_assert_neq(
	    access(store_path(&store, "keys/seal.secret.next"), F_OK), 0);
	store_close(&store);
	disk = disk_posix;
	store.options.segment_bytes = SMALL_SEGMENT;
	keys_work(&store, &keys);
}

Test(keys, that_are_lost_leave_a_journal_to_read)
{
	struct store store;
	struct keys keys;
	uint64_t last;

	make_rolled(&store, &keys);
	last = store.head.seq;
	file_write(
	    store_path(&store, "keys/seal.secret"), keys.old, keys.old_len);
	unlink(store_path(&store, "keys/seal.secret.next"));
	cr_assert_eq(store_try_open(&store), ERR_CORRUPT);
	cr_assert_not_null(strstr(store.why, "keys"), "%s", store.why);
	cr_assert_eq(store_count_until(&store, 1, ERR_CORRUPT), last);
	cr_assert_eq(store_try_append(&store, 1, 1), ERR_CORRUPT);
	store_close(&store);
	file_write(
	    store_path(&store, "keys/seal.secret"), keys.next, keys.next_len);
	keys_work(&store, &keys);
}

Test(keys, erases_the_old_secret_where_it_lay)
{
	struct store store;
	struct keys keys;
	char path[128];
	unsigned char line[80] = {0};
	int fd;

	store_make(&store);
	store_open(&store);
	store_await_next(&store);
	snprintf(
	    path, sizeof(path), "%s", store_path(&store, "keys/seal.secret"));
	/* Held open, the old file can be read after its name is gone. */
	fd = open(path, O_RDONLY);
	keys.old = file_read(path, &keys.old_len);
	while (access(store_segment(&store, 2), F_OK) != 0)
		store_append(&store, 2, 3000);
	store_close(&store);
	cr_assert_eq(pread(fd, line, keys.old_len, 0), (ssize_t)keys.old_len);
	cr_assert_neq(memcmp(line, keys.old, keys.old_len), 0);
	cr_assert_eq(line[0], 0);
	cr_assert_eq(memcmp(line, line + 1, keys.old_len - 1), 0);
	close(fd);
	free(keys.old);
	store_drop(&store);
}
