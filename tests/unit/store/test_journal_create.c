/* A store is there once every name on the way to it is on the disk. */
#include <errno.h>
#include <limits.h>

#include "store/disk.h"
#include "verify_fixture.h"

static char doomed[PATH_MAX]; /* what cannot be synced */
static int tried; /* how often that was asked */

static int
refusing_fsync(int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	cr_assert_gt(len, 0);
	path[len] = '\0';
	if (strcmp(path, doomed) != 0)
		return disk_posix.fsync(fd);
	tried++;
	errno = EIO;
	return -1;
}

/* Makes a store in a folder whose file or folder `name` cannot be synced. */
static enum err
create_without(struct store *store, const char *name)
{
	char above[PATH_MAX];
	enum err err;

	memset(store, 0, sizeof(*store));
	strcpy(store->path, "/tmp/tocsin-journal-XXXXXX");
	cr_assert_not_null(mkdtemp(store->path));
	store->now_ms = 1700000000000;
	store->options = (struct journal_options){
	    .path = store->path,
	    .segment_bytes = SMALL_SEGMENT,
	    .now_ms = store->now_ms,
	};
	cr_assert_not_null(realpath(store_path(store, ".."), above));
	if (strcmp(name, "..") == 0)
		snprintf(doomed, sizeof(doomed), "%s", above);
	else
		snprintf(doomed, sizeof(doomed), "%s%s", store->path, name);
	disk.fsync = refusing_fsync;
	tried = 0;
	err = journal_create(&store->options, store->why, WHY_BYTES);
	disk = disk_posix;
	cr_assert_eq(tried, 1, "%s: synced %d times", doomed, tried);
	cr_assert_not_null(strstr(store->why, store->path), "%s", store->why);
	return err;
}

Test(journal_create, leaves_no_store_while_a_name_or_a_file_may_be_lost)
{
	static const char *const names[] = {
	    "..", "", "/keys/seal.secret", "/journal/next.tmp"};
	struct store store;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cr_assert_eq(
		    create_without(&store, names[i]), ERR_IO, "%s", names[i]);
		cr_assert_eq(store_try_open(&store), ERR_MISSING);
		/* It can be repeated, and then it stands. */
		cr_assert_eq(
		    journal_create(&store.options, store.why, WHY_BYTES), OK,
		    "%s: %s", names[i], store.why);
		store_open(&store);
		store_append(&store, 2, 100);
		store_close(&store);
		verify_content(&store);
		store_drop(&store);
	}
}

Test(journal_create, fails_when_the_segments_own_name_may_be_lost)
{
	struct store store;

	cr_assert_eq(create_without(&store, "/journal"), ERR_IO);
	store_drop(&store);
}
