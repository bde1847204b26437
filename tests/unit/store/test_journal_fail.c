/* A disk that refuses: nothing false is acknowledged, reading goes on. */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>

#include "store/disk.h"
#include "verify_fixture.h"

/* The seam: which call fails from now on, and how many were made. */
static atomic_int failing; /* errno of the call that fails, 0 for none */
static atomic_int calls;
static atomic_long room; /* bytes that may still be reserved */

static int
failing_sync(int fd)
{
	calls++;
	if (failing != 0) {
		errno = failing;
		return -1;
	}
	return disk_posix.fdatasync(fd);
}

static ssize_t
failing_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	calls++;
	if (failing == 0)
		return disk_posix.pwrite(fd, bytes, len, at);
	if (len > 512)
		(void)!disk_posix.pwrite(fd, bytes, 512, at);
	errno = failing;
	return -1;
}

static ssize_t
short_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	calls++;
	return disk_posix.pwrite(fd, bytes, len > 100 ? 100 : len, at);
}

static int
limited_reserve(int fd, off_t len)
{
	if (len > room) {
		errno = ENOSPC;
		return -1;
	}
	room -= len;
	return disk_posix.reserve(fd, len);
}

static int
failing_rename(const char *from, const char *to)
{
	if (failing != 0 && strstr(to, ".seg") != NULL) {
		errno = failing;
		return -1;
	}
	return disk_posix.rename(from, to);
}

static void
reset(void)
{
	disk = disk_posix;
	failing = 0;
	calls = 0;
}

static void
fails_for_good(enum err (*act)(struct store *), void (*arm)(void))
{
	struct store store;
	int before;

	store_make(&store);
	store_open(&store);
	store_append(&store, 3, 100);
	store_await_next(&store);
	arm();
	failing = EIO;
	cr_assert_eq(act(&store), ERR_IO);
	failing = 0;
	before = calls;
	cr_assert_eq(
	    store_try_append(&store, 1, 10), ERR_IO, "it must not try again");
	cr_assert_eq(journal_seal(store.journal, store.now_ms), ERR_IO);
	cr_assert_eq(calls, before, "the disk is touched again");
	cr_assert_eq(store.head.seq, 3);
	cr_assert_eq(store_count(&store, 1), 3);
	store_close(&store);
	reset();

	store_open(&store);
	cr_assert_not(store.repair.clean);
	cr_assert_geq(store.head.seq, 3);
	store_append(&store, 2, 100);
	cr_assert_eq(store_count(&store, 1), store.head.seq);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

static enum err
append_large(struct store *store)
{
	return store_try_append(store, 2, 5000);
}

static enum err
append_small(struct store *store)
{
	return store_try_append(store, 1, 10);
}

static enum err
seal(struct store *store)
{
	cr_assert_eq(store_try_append(store, 1, 10), ERR_IO);
	return journal_seal(store->journal, store->now_ms + 1000);
}

static void
arm_sync(void)
{
	disk.fdatasync = failing_sync;
}

static void
arm_pwrite(void)
{
	disk.pwrite = failing_pwrite;
}

Test(journal_append, never_repeats_an_fdatasync_that_failed)
{
	fails_for_good(append_small, arm_sync);
}

Test(journal_append, stops_after_a_write_that_failed)
{
	fails_for_good(append_large, arm_pwrite);
}

Test(journal_append, stops_sealing_too)
{
	fails_for_good(seal, arm_sync);
}

Test(journal_append, takes_a_disk_that_is_full_in_mid_write_for_broken)
{
	struct store store;

	store_make(&store);
	store_open(&store);
	store_append(&store, 1, 100);
	store_await_next(&store);
	arm_pwrite();
	failing = ENOSPC;
	cr_assert_eq(store_try_append(&store, 1, 10), ERR_IO);
	failing = 0;
	cr_assert_eq(store_try_append(&store, 1, 10), ERR_IO);
	reset();
	store_drop(&store);
}

Test(journal_append, goes_on_after_a_short_write)
{
	struct store store;

	store_make(&store);
	store_open(&store);
	disk.pwrite = short_pwrite;
	store_append(&store, 2, 3000);
	cr_assert_gt(calls, 10);
	reset();
	cr_assert_eq(store_count(&store, 1), 2);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_append, appends_nothing_when_there_is_no_room_for_a_segment)
{
	struct store store;
	uint64_t last;
	enum err err;

	store_make(&store);
	room = 0;
	disk.reserve = limited_reserve;
	store_open(&store);
	while ((err = store_try_append(&store, 2, 5000)) == OK)
		;
	cr_assert_eq(err, ERR_FULL);
	last = store.head.seq;
	cr_assert_gt(last, 5);
	/* What is smaller may still fit, and full is not broken. */
	while ((err = store_try_append(&store, 1, 10)) == OK)
		;
	cr_assert_eq(err, ERR_FULL);
	cr_assert_gt(store.head.seq, last);
	last = store.head.seq;
	cr_assert_eq(store_count(&store, 1), last);
	cr_assert_neq(access(store_segment(&store, 2), F_OK), 0);
	cr_assert_eq(journal_seal(store.journal, store.now_ms), OK);

	room = 1 << 30;
	store_append(&store, 2, 3000);
	cr_assert_eq(store.head.seq, last + 2);
	cr_assert_eq(store_count(&store, 1), last + 2);
	reset();
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_append, tries_a_roll_again_that_had_no_room_for_a_name)
{
	struct store store;
	uint64_t last;
	enum err err;

	store_make(&store);
	store_open(&store);
	disk.rename = failing_rename;
	failing = ENOSPC;
	while ((err = store_try_append(&store, 2, 3000)) == OK)
		;
	cr_assert_eq(err, ERR_FULL);
	last = store.head.seq;
	cr_assert_eq(store_try_append(&store, 1, 1), ERR_FULL);
	failing = 0;
	store_append(&store, 1, 1);
	cr_assert_eq(store_count(&store, 1), last + 1);
	reset();
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_open, goes_on_after_a_segment_that_ended_without_a_successor)
{
	struct store store;
	uint64_t last;

	store_make(&store);
	store_open(&store);
	disk.rename = failing_rename;
	failing = ENOSPC;
	while (store_try_append(&store, 2, 3000) == OK)
		;
	last = store.head.seq;
	store_close(&store);
	reset();
	store_open(&store);
	cr_assert_eq(store.head.seq, last);
	store_append(&store, 2, 300);
	cr_assert_eq(store_count(&store, 1), last + 2);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_room, tells_what_the_next_segment_needs)
{
	struct store store;
	uint64_t free_bytes, needed;

	store_make(&store);
	room = 0;
	disk.reserve = limited_reserve;
	store_open(&store);
	cr_assert_eq(journal_room(store.journal, &free_bytes, &needed), OK);
	cr_assert_eq(needed, SMALL_SEGMENT);
	cr_assert_gt(free_bytes, 0);
	store_close(&store);
	reset();
	store_open(&store);
	store_await_next(&store);
	cr_assert_eq(journal_room(store.journal, &free_bytes, &needed), OK);
	cr_assert_eq(needed, 0);
	store_drop(&store);
}

Test(journal_open, refuses_a_second_opener)
{
	struct store store, second;

	store_make(&store);
	store_open(&store);
	second = store;
	cr_assert_eq(journal_open(&second.options, &second.journal,
			 &second.repair, second.why, WHY_BYTES),
	    ERR_LOCKED);
	cr_assert_null(second.journal);
	cr_assert_not_null(strstr(second.why, "lock"), "%s", second.why);
	store_close(&store);
	store_open(&second);
	store_drop(&second);
}

Test(journal_open, finds_no_store_where_there_is_none)
{
	struct store store;

	store_make(&store);
	store.options.path = "/tmp/tocsin-journal-nowhere";
	cr_assert_eq(store_try_open(&store), ERR_MISSING);
	cr_assert_null(store.journal);
	store.options.path = store.path;
	store_drop(&store);
}

Test(journal_open, refuses_segments_of_an_impossible_size)
{
	static const uint64_t bad[] = {
	    0, 4096, 8192, 65537, (uint64_t)SEGMENT_BYTES_MAX + 4096};
	struct store store;
	size_t i;

	store_make(&store);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		store.options.segment_bytes = bad[i];
		cr_assert_eq(store_try_open(&store), ERR_INVALID);
	}
	store.options.segment_bytes = 12288;
	store_open(&store);
	store_append(&store, 1, 10);
	store_append(&store, 1, 3000);
	cr_assert_eq(store_count(&store, 1), 2);
	store_drop(&store);
}
