/* Evidence on disk: chunks, whole files, what the disk refuses. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/limits.h"
#include "store/disk.h"
#include "store/evidence.h"

/* SHA-256 of "abc". */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static char store[64];
static struct evidence_upload upload;
static uint64_t received;

static void
begin(void)
{
	size_t unfinished;

	(void)snprintf(store, sizeof(store), "/tmp/tocsin-evidence-XXXXXX");
	cr_assert_not_null(mkdtemp(store));
	upload = (struct evidence_upload){
	    .store = store, .principal = 7, .sha256 = ABC, .bytes = 3};
	cr_assert_eq(evidence_begin(&upload, 0, &unfinished), OK);
}

static void
end(void)
{
	char command[128];

	disk = disk_posix;
	(void)snprintf(command, sizeof(command), "rm -rf %s", store);
	cr_assert_eq(system(command), 0);
}

TestSuite(evidence, .init = begin, .fini = end);

static uint64_t
got_so_far(void)
{
	cr_assert_eq(evidence_received(&upload, &received), OK);
	return received;
}

Test(evidence, grows_by_chunks_and_is_read_once_it_is_whole)
{
	char bytes[8];
	size_t got;

	cr_expect_eq(got_so_far(), 0);
	cr_assert_eq(evidence_append(&upload, 0, "ab", 2), OK);
	cr_expect_eq(got_so_far(), 2);
	cr_expect_eq(evidence_read(store, ABC, 0, bytes, sizeof(bytes), &got),
	    ERR_MISSING);
	cr_assert_eq(evidence_append(&upload, 2, "c", 1), OK);
	cr_assert_eq(evidence_finish(&upload), OK);
	cr_expect_eq(got_so_far(), 0);
	cr_assert_eq(
	    evidence_read(store, ABC, 1, bytes, sizeof(bytes), &got), OK);
	cr_expect_eq(got, 2);
	cr_expect_eq(memcmp(bytes, "bc", 2), 0);
	cr_assert_eq(
	    evidence_read(store, ABC, 3, bytes, sizeof(bytes), &got), OK);
	cr_expect_eq(got, 0);
}

Test(evidence, throws_away_what_is_not_what_it_says)
{
	cr_assert_eq(evidence_append(&upload, 0, "abd", 3), OK);
	cr_expect_eq(evidence_finish(&upload), ERR_CORRUPT);
	cr_expect_eq(got_so_far(), 0);
}

Test(evidence, throws_away_more_than_there_may_be)
{
	cr_assert_eq(evidence_append(&upload, 0, "abcd", 4), OK);
	cr_expect_eq(got_so_far(), 0);
	cr_assert_eq(evidence_append(&upload, 0, "abc", 3), OK);
	cr_expect_eq(got_so_far(), 3);
}

Test(evidence, counts_what_others_began_and_forgets_what_is_old)
{
	struct evidence_upload other = upload, foreign = upload;
	size_t unfinished;

	memset(other.sha256, 'a', SHA256_HEX);
	memset(foreign.sha256, 'b', SHA256_HEX);
	foreign.principal = 77;
	cr_assert_eq(evidence_append(&other, 0, "a", 1), OK);
	cr_assert_eq(evidence_append(&foreign, 0, "a", 1), OK);
	cr_assert_eq(evidence_append(&upload, 0, "a", 1), OK);
	cr_assert_eq(evidence_begin(&upload, 0, &unfinished), OK);
	cr_expect_eq(unfinished, 1);
	cr_assert_eq(evidence_begin(&upload, UINT64_MAX, &unfinished), OK);
	cr_expect_eq(unfinished, 0);
	cr_expect_eq(got_so_far(), 0);
}

static ssize_t
no_room(int fd, const void *bytes, size_t len, off_t at)
{
	(void)fd;
	(void)bytes;
	(void)len;
	(void)at;
	errno = ENOSPC;
	return -1;
}

static int
no_sync(int fd)
{
	(void)fd;
	errno = EIO;
	return -1;
}

Test(evidence, keeps_what_it_had_when_the_disk_is_full)
{
	cr_assert_eq(evidence_append(&upload, 0, "ab", 2), OK);
	disk.pwrite = no_room;
	cr_expect_eq(evidence_append(&upload, 2, "c", 1), ERR_FULL);
	cr_expect_eq(got_so_far(), 2);
}

static void
finish(void)
{
	cr_assert_eq(evidence_append(&upload, 0, "abc", 3), OK);
	cr_assert_eq(evidence_finish(&upload), OK);
}

/* Files are synced, the folders that name them are not. */
static int
no_sync_of_folders(int fd)
{
	struct stat stat;

	if (fstat(fd, &stat) == 0 && !S_ISDIR(stat.st_mode))
		return disk_posix.fsync(fd);
	errno = EIO;
	return -1;
}

Test(evidence, is_not_whole_before_its_name_is_synced)
{
	struct evidence_upload again = upload;
	size_t unfinished;

	/* Of a folder that is there already. */
	finish();
	again.principal = 8;
	cr_assert_eq(evidence_begin(&again, 0, &unfinished), OK);
	cr_assert_eq(evidence_append(&again, 0, "abc", 3), OK);
	disk.fsync = no_sync_of_folders;
	cr_expect_eq(evidence_finish(&again), ERR_IO);
}

Test(evidence, is_not_there_before_it_is_synced)
{
	char bytes[8];
	size_t got;

	cr_assert_eq(evidence_append(&upload, 0, "abc", 3), OK);
	disk.fsync = no_sync;
	cr_expect_eq(evidence_finish(&upload), ERR_IO);
	cr_expect_eq(evidence_read(store, ABC, 0, bytes, sizeof(bytes), &got),
	    ERR_MISSING);
	disk = disk_posix;
	cr_expect_eq(evidence_finish(&upload), OK);
}

/* ---- no longer needed ---- */

static bool
name_first(void *arg, const char *sha256)
{
	(void)snprintf(arg, SHA256_HEX + 1, "%s", sha256);
	return true;
}

static const char *
first_of(unsigned char folder)
{
	static char name[SHA256_HEX + 1];

	name[0] = '\0';
	cr_assert_eq(evidence_each(store, folder, name_first, name), OK);
	return name;
}

Test(evidence, is_gone_through_discarded_and_that_twice)
{
	finish();
	cr_expect_str_eq(first_of(0xba), ABC);
	cr_expect_str_eq(first_of(0xbb), "");
	cr_assert_eq(evidence_discard(store, ABC), OK);
	cr_expect_str_eq(first_of(0xba), "");
	cr_assert_eq(evidence_discard(store, ABC), OK);
}

Test(evidence, is_set_aside_for_a_day)
{
	const uint64_t now_ms = UINT64_C(1700000000000);
	size_t removed;

	finish();
	cr_assert_eq(evidence_set_aside(store, ABC, now_ms), OK);
	cr_expect_str_eq(first_of(0xba), "");
	cr_assert_eq(
	    evidence_expire(store, now_ms + LIMIT_UPLOAD_EXPIRY_MS, &removed),
	    OK);
	cr_expect_eq(removed, 0);
	cr_assert_eq(evidence_expire(store,
			 now_ms + LIMIT_UPLOAD_EXPIRY_MS + 1000, &removed),
	    OK);
	cr_expect_eq(removed, 1);
}

static int
no_unlink(const char *path)
{
	(void)path;
	errno = EIO;
	return -1;
}

Test(evidence, says_when_it_cannot_be_destroyed)
{
	finish();
	disk.unlink = no_unlink;
	cr_expect_eq(evidence_discard(store, ABC), ERR_IO);
	cr_expect_str_eq(first_of(0xba), ABC);
}
