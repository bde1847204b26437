/* STORE/journal/end spares a start the walk; it is never believed blindly. */
#include <errno.h>

#include "store/disk.h"
#include "verify_fixture.h"

static const char hint[] = "journal/end";

static void
lay_hint(struct store *store, const char *text)
{
	file_write(store_path(store, hint), text, strlen(text));
}

static char *
take_hint(struct store *store)
{
	size_t len;
	char *text = (char *)file_read(store_path(store, hint), &len);

	text[len] = '\0';
	return text;
}

static void
make_closed(struct store *store, size_t groups)
{
	store_make(store);
	store_open(store);
	while (groups-- > 0)
		store_append(store, 2, 900);
	store_close(store);
}

/*
 * It opens with all that was written and finds each entry.  Without a hint
 * that holds, the end is mended as after a crash.
 */
static void
opens_whole(struct store *store, uint64_t last, bool hinted)
{
	struct journal_cursor *cursor;
	struct entry entry;
	uint64_t seq;

	store_open(store);
	cr_assert_eq(store->repair.clean, hinted);
	cr_assert_not(store->repair.cut);
	cr_assert_eq(store->head.seq, last);
	cr_assert_eq(journal_read(store->journal, last, &cursor), OK);
	for (seq = last; seq > 0; seq--) {
		cr_assert_eq(journal_seek(cursor, seq), OK);
		cr_assert_eq(journal_next(cursor, &entry), OK);
		cr_assert_eq(entry.seq, seq);
	}
	journal_cursor_close(&cursor);
	store_append(store, 1, 9000);
	cr_assert_eq(store_count(store, 1), last + 1);
	store_close(store);
	verify_content(store);
	store_open(store);
	cr_assert_eq(store->head.seq, last + 1);
	store_close(store);
}

Test(journal_hint, names_the_end_and_the_last_entries)
{
	struct store store;
	char *text;

	make_closed(&store, 3);
	text = take_hint(&store);
	cr_assert_str_eq(text, "1 12288 16384\n", "%s", text);
	free(text);
	opens_whole(&store, 6, true);
	store_drop(&store);
}

/* A sync that fails tells so once: what comes after it may well succeed. */
static int syncs, writes;

static int
first_sync_fails(int fd)
{
	if (syncs++ > 0)
		return disk_posix.fdatasync(fd);
	errno = EIO;
	return -1;
}

static ssize_t
counted_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	writes++;
	return disk_posix.pwrite(fd, bytes, len, at);
}

Test(journal_hint, is_missed_where_the_segment_cannot_be_synced)
{
	struct store store;

	make_closed(&store, 3);
	unlink(store_path(&store, hint));
	disk.fdatasync = first_sync_fails;
	disk.pwrite = counted_pwrite;
	cr_assert_eq(store_try_open(&store), ERR_IO);
	cr_assert_null(store.journal);
	cr_assert_not_null(strstr(store.why, "last segment:"), "%s", store.why);
	cr_assert_eq(writes, 0, "it writes onto what may not be on the disk");
	disk = disk_posix;
	opens_whole(&store, 6, false);
	store_drop(&store);
}

Test(journal_hint, is_not_needed)
{
	struct store store;

	make_closed(&store, 3);
	unlink(store_path(&store, hint));
	opens_whole(&store, 6, false);
	store_drop(&store);
}

static void
opens_whole_with(const char *text, bool hinted)
{
	struct store store;

	make_closed(&store, 3);
	lay_hint(&store, text);
	opens_whole(&store, 6, hinted);
	store_drop(&store);
}

Test(journal_hint, may_be_wrong_in_any_way)
{
	static const char *const wrong[] = {"", "\n", "x", "1", "1 12288",
	    "1 12288 16384", "1 12288 16385\n", "2 12288 16384\n",
	    "1 12288 12288\n", "1 12288 4096\n", "1 12288 0\n",
	    "1 12288 20480\n", "1 12288 65536\n",
	    "1 12288 18446744073709547520\n",
	    "99999999999999999999999 12288 16384\n", "-1 -4096 -4096\n"};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		opens_whole_with(wrong[i], false);
}

Test(journal_hint, may_be_wrong_about_the_last_entries)
{
	static const char *const wrong[] = {"1 0 16384\n", "1 16384 16384\n",
	    "1 4096 16384\n", "1 1048576 16384\n",
	    "1 18446744073709547520 16384\n"};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		opens_whole_with(wrong[i], true);
}

Test(journal_hint, is_not_believed_when_it_is_stale)
{
	struct store store;
	char *stale;

	make_closed(&store, 3);
	stale = take_hint(&store);
	store_open(&store);
	store_append(&store, 1, 10);
	store_close(&store);
	lay_hint(&store, stale);
	opens_whole(&store, 7, false);
	free(stale);
	store_drop(&store);
}

Test(journal_hint, is_not_believed_after_a_crash)
{
	struct store store;
	unsigned char *bytes;
	size_t len;

	make_closed(&store, 3);
	store_open(&store);
	store_append(&store, 1, 10);
	store_append(&store, 3, 5000);
	bytes = file_read(store_segment(&store, 1), &len);
	store_close(&store);
	file_write(store_segment(&store, 1), bytes, len);
	free(bytes);
	lay_hint(&store, "1 12288 16384\n");
	store_open(&store);
	cr_assert_not(store.repair.clean);
	cr_assert_eq(store.head.seq, 10);
	store_drop(&store);
}

Test(journal_hint, is_not_believed_when_the_seal_s_block_is_damaged)
{
	struct store store;

	make_closed(&store, 3);
	file_poke(store_segment(&store, 1), 16384 + 300, "x", 1);
	store_open(&store);
	cr_assert_not(store.repair.clean);
	cr_assert_eq(store.head.seq, 6);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_hint, does_not_hide_a_number_that_is_known)
{
	struct store store;

	make_closed(&store, 3);
	store.options.known_seq = 7;
	cr_assert_eq(store_try_open(&store), ERR_CORRUPT);
	store_close(&store);
	store.options.known_seq = 6;
	store_open(&store);
	store_drop(&store);
}
