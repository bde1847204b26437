/* The next segment's file is zeros on the disk to its last block, or is not
 * taken at all. */
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "store/disk.h"
#include "verify_fixture.h"

enum { SEGMENT_BYTES = 1048576, ENTRY_BYTES = 60000 };

static sem_t begin, failed;
static atomic_long fails_at; /* the offset whose write fails, once */
static atomic_bool begun;

static bool
prepares(int fd)
{
	char link[64], path[256];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	cr_assert_gt(len, 0);
	path[len] = '\0';
	return strstr(path, "next.tmp") != NULL;
}

/* The prewriter begins when it is let, and one of its writes fails. */
static ssize_t
prewriting_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	if (!prepares(fd))
		return disk_posix.pwrite(fd, bytes, len, at);
	if (!atomic_exchange(&begun, true))
		sem_wait(&begin);
	if (at != fails_at)
		return disk_posix.pwrite(fd, bytes, len, at);
	fails_at = -1;
	sem_post(&failed);
	errno = EIO;
	return -1;
}

/*
 * The write at this offset fails when the segment in use is so full already
 * that the prewriter does not rest between its steps.
 */
static void
fails_behind(long at)
{
	struct store store;
	uint64_t last;
	enum err err;
	int i;

	cr_assert_eq(sem_init(&begin, 0, 0), 0);
	cr_assert_eq(sem_init(&failed, 0, 0), 0);
	store_make_with(&store, SEGMENT_BYTES);
	disk.pwrite = prewriting_pwrite;
	fails_at = at;
	store_open(&store);
	for (i = 0; i < 10; i++)
		store_append(&store, 1, ENTRY_BYTES);
	sem_post(&begin);
	sem_wait(&failed);
	while ((err = store_try_append(&store, 1, ENTRY_BYTES)) == OK)
		cr_assert_neq(access(store_segment(&store, 2), F_OK), 0,
		    "a segment is in use that was not written whole");
	cr_assert_eq(err, ERR_IO);
	last = store.head.seq;
	cr_assert_eq(store_count(&store, 1), last);
	cr_assert_eq(store_try_append(&store, 1, 10), ERR_IO);
	store_close(&store);

	/* The next start prepares it anew. */
	disk = disk_posix;
	store_open(&store);
	cr_assert_eq(store.head.seq, last);
	while (access(store_segment(&store, 2), F_OK) != 0)
		store_append(&store, 1, ENTRY_BYTES);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(prewriter, gives_no_file_whose_first_write_failed)
{
	fails_behind(0);
}

Test(prewriter, gives_no_file_of_which_a_later_write_failed)
{
	fails_behind(SEGMENT_BYTES / 2);
}

static atomic_int refused;
static atomic_long taken; /* bytes */

/* A file system that takes nothing past its cache, from some byte on. */
static ssize_t
caching_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	if ((fcntl(fd, F_GETFL) & O_DIRECT) != 0 && at >= fails_at) {
		refused++;
		errno = EINVAL;
		return -1;
	}
	if (prepares(fd))
		taken += (long)len;
	return disk_posix.pwrite(fd, bytes, len, at);
}

static void
fills_through_the_cache(long from)
{
	struct store store;

	store_make_with(&store, SEGMENT_BYTES);
	disk.pwrite = caching_pwrite;
	fails_at = from;
	store_open(&store);
	while (access(store_segment(&store, 3), F_OK) != 0)
		store_append(&store, 1, ENTRY_BYTES);
	store_close(&store);
	/* Where it is a disk's the first write of each file was refused. */
	cr_expect_leq(refused, 4);
	cr_expect_geq(taken, 2 * SEGMENT_BYTES);
	disk = disk_posix;
	verify_content(&store);
	store_drop(&store);
}

Test(prewriter, goes_through_the_cache_where_nothing_goes_past_it)
{
	fills_through_the_cache(0);
}

Test(prewriter, goes_through_the_cache_from_where_nothing_goes_past_it)
{
	fills_through_the_cache(SEGMENT_BYTES / 4);
}
