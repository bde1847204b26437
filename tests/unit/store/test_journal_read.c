#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "verify_fixture.h"

Test(journal_append, refuses_a_stale_head)
{
	struct store store;
	struct journal_head old, head;
	struct record *record;

	store_make(&store);
	store_open(&store);
	old = store.head;
	store_append(&store, 1, 10);
	record = make_record(old.seq + 1, store.now_ms, 10, false);
	cr_assert_eq(
	    journal_append(store.journal, &old, &record, 1, &head), ERR_STALE);
	record_release(&record);
	old = store.head;
	old.hash[5] ^= 1;
	record = make_record(old.seq + 1, store.now_ms, 10, false);
	cr_assert_eq(
	    journal_append(store.journal, &old, &record, 1, &head), ERR_STALE);
	cr_assert_eq(store_count(&store, 1), 1);
	cr_assert_eq(
	    journal_append(store.journal, &store.head, &record, 1, &head), OK);
	cr_assert_eq(head.seq, 2);
	record_release(&record);
	store_drop(&store);
}

Test(journal_append, gives_a_group_that_is_too_large_a_segment_of_its_own)
{
	struct store store;
	struct stat status;

	store_make(&store);
	store_open(&store);
	store_append(&store, 1, 10);
	store_append(&store, 3, 100000);
	cr_assert_eq(stat(store_segment(&store, 2), &status), 0);
	cr_assert_gt(status.st_size, 300000);
	store_append(&store, 1, 50000);
	cr_assert_eq(stat(store_segment(&store, 3), &status), 0);
	cr_assert_eq(status.st_size, SMALL_SEGMENT);
	cr_assert_eq(store_count(&store, 1), 5);
	store_close(&store);
	verify_content(&store);
	store_open(&store);
	cr_assert_eq(store_count(&store, 1), 5);
	store_drop(&store);
}

Test(journal_append, takes_a_group_of_the_largest_size)
{
	struct record *records[2], *rest;
	struct store store;
	struct journal_head head;
	size_t left;

	store_make_with(&store, 1048576);
	store_open(&store);
	records[0] =
	    make_record(1, store.now_ms, LIMIT_ENTRY_BYTES_MAX - 200, false);
	left = LIMIT_GROUP_BYTES_MAX - record_bytes(records[0]);
	/* Fixed bytes of an entry with one part and facts {"source"..}. */
	rest = make_record(2, store.now_ms, 0, false);
	left -= record_bytes(rest);
	record_release(&rest);
	records[1] = make_record(2, store.now_ms, left, false);
	cr_assert_eq(record_bytes(records[0]) + record_bytes(records[1]),
	    LIMIT_GROUP_BYTES_MAX);
	cr_assert_eq(
	    journal_append(store.journal, &store.head, records, 2, &head), OK);
	record_release(&records[0]);
	record_release(&records[1]);
	store.head = head;
	store_append(&store, 1, 1);
	cr_assert_eq(store_count(&store, 1), 3);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_seek, finds_each_entry_of_each_segment)
{
	struct store store;
	struct journal_cursor *cursor;
	struct entry entry;
	uint64_t seq;
	int i;

	store_make(&store);
	store_open(&store);
	for (i = 0; i < 120; i++)
		store_append(&store, 1 + (size_t)i % 5, (size_t)i * 20);
	cr_assert_eq(journal_read(store.journal, 1, &cursor), OK);
	for (seq = store.head.seq; seq > 0; seq--) {
		cr_assert_eq(journal_seek(cursor, seq), OK);
		cr_assert_eq(journal_next(cursor, &entry), OK);
		cr_assert_eq(entry.seq, seq);
		if (seq < store.head.seq) {
			cr_assert_eq(journal_next(cursor, &entry), OK);
			cr_assert_eq(entry.seq, seq + 1);
		}
	}
	cr_assert_eq(journal_seek(cursor, 0), ERR_MISSING);
	journal_cursor_close(&cursor);
	cr_assert_null(cursor);
	cr_assert_eq(journal_read(store.journal, 0, &cursor), ERR_MISSING);
	cr_assert_null(cursor);
	store_drop(&store);
}

/* Lines of /proc/self/maps that are of segments. */
static size_t
segments_mapped(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	size_t count = 0;

	cr_assert_not_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL)
		count += strstr(line, ".seg") != NULL;
	(void)fclose(maps);
	return count;
}

Test(journal_seek, keeps_no_more_segments_in_memory_than_a_few)
{
	struct store store;
	int segment;

	store_make(&store);
	store_open(&store);
	for (segment = 2; segment <= 20; segment++)
		while (access(store_segment(&store, segment), F_OK) != 0)
			store_append(&store, 1, 10000);
	/* What was given back is read again. */
	cr_assert_eq(store_count(&store, 1), store.head.seq);
	cr_assert_leq(segments_mapped(), 8);
	cr_assert_eq(store_count(&store, 1), store.head.seq);
	cr_assert_leq(segments_mapped(), 8);
	store_close(&store);
	cr_assert_eq(segments_mapped(), 0);
	store_drop(&store);
}

Test(journal_seek, reads_below_the_first_segment_that_is_kept_as_missing)
{
	struct store store;
	struct journal_cursor *cursor;
	struct entry entry;
	uint64_t first;

	store_make(&store);
	store_open(&store);
	while (access(store_segment(&store, 3), F_OK) != 0) {
		if (access(store_segment(&store, 2), F_OK) != 0)
			first = store.head.seq + 1;
		store_append(&store, 2, 3000);
	}
	store_close(&store);
	cr_assert_eq(unlink(store_segment(&store, 1)), 0);
	store_open(&store);
	cr_assert_eq(
	    journal_read(store.journal, first - 1, &cursor), ERR_MISSING);
	cr_assert_eq(journal_read(store.journal, first, &cursor), OK);
	cr_assert_eq(journal_next(cursor, &entry), OK);
	cr_assert_eq(entry.seq, first);
	journal_cursor_close(&cursor);
	store_drop(&store);
}

Test(journal_next, waits_at_the_head_and_goes_on)
{
	struct store store;
	struct journal_cursor *cursor;
	struct entry entry;

	store_make(&store);
	store_open(&store);
	cr_assert_eq(journal_read(store.journal, 3, &cursor), OK);
	cr_assert_eq(journal_next(cursor, &entry), ERR_END);
	store_append(&store, 2, 10);
	cr_assert_eq(journal_next(cursor, &entry), ERR_END);
	store_append(&store, 30, 3000);
	cr_assert_eq(journal_next(cursor, &entry), OK);
	cr_assert_eq(entry.seq, 3);
	journal_cursor_close(&cursor);
	store_drop(&store);
}

Test(journal_seal, does_nothing_when_the_head_is_sealed)
{
	struct store store;
	struct verify_report report;
	uint64_t seals;

	store_make(&store);
	store_open(&store);
	store_append(&store, 1, 10);
	store_append(&store, 1, 10);
	verify(&store, &report);
	cr_assert_lt(report.sealed_seq, 2);
	seals = report.seals;
	cr_assert_eq(journal_seal(store.journal, store.now_ms), OK);
	verify(&store, &report);
	cr_assert_eq(report.sealed_seq, 2);
	cr_assert_eq(report.seals, seals + 1);
	cr_assert_eq(journal_seal(store.journal, store.now_ms), OK);
	verify(&store, &report);
	cr_assert_eq(report.seals, seals + 1);
	store_drop(&store);
}

Test(journal_seal, works_in_each_block_up_to_the_last)
{
	struct store store;
	int i;

	store_make(&store);
	store_open(&store);
	for (i = 0; i < 50; i++) {
		store_append(&store, 1, 10);
		cr_assert_eq(journal_seal(store.journal, store.now_ms + 1), OK);
		verify_content(&store);
	}
	cr_assert_eq(store_count(&store, 1), 50);
	store_close(&store);
	verify_content(&store);
	store_drop(&store);
}

Test(journal_close, ends_in_good_order_wherever_the_segment_stands)
{
	struct store store;
	int i;

	store_make(&store);
	for (i = 0; i < 60; i++) {
		store_open(&store);
		cr_assert(store.repair.clean || i == 0);
		cr_assert_eq(store.head.seq, (uint64_t)i);
		store_append(&store, 1, 100);
		store_close(&store);
		verify_content(&store);
	}
	store_drop(&store);
}

Test(journal_append, finds_room_for_the_opening_block_or_rolls)
{
	struct store store;
	int blocks, i;

	for (blocks = 0; blocks < 14; blocks++) {
		store_make(&store);
		store_open(&store);
		for (i = 0; i < blocks; i++)
			store_append(&store, 1, 10);
		store_close(&store);
		store_open(&store);
		store_append(&store, 1, 5000);
		store_close(&store);
		verify_content(&store);
		store_open(&store);
		cr_assert_eq(store_count(&store, 1), (uint64_t)blocks + 1);
		store_drop(&store);
	}
}

/* Opens the store in a process of its own and appends one entry of that time;
 * returns the signal that ended it, or 0. */
static int
append_apart(struct store *store, long later_ms, bool more)
{
	struct record *record;
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		store_open(store);
		store_append(store, 1, 10);
		record = make_record(store->head.seq + 1,
		    store->now_ms + (uint64_t)later_ms, 10, more);
		(void)!journal_append(
		    store->journal, &store->head, &record, 1, &store->head);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

Test(journal_append, stops_a_program_whose_time_goes_back)
{
	struct store store;

	store_make(&store);
	cr_assert_eq(append_apart(&store, 0, false), 0);
	store.now_ms += 10;
	cr_assert_eq(append_apart(&store, -1, false), SIGABRT);
	store_drop(&store);
}

Test(journal_append, stops_a_program_that_cuts_a_command)
{
	struct store store;

	store_make(&store);
	cr_assert_eq(append_apart(&store, 0, true), SIGABRT);
	store_drop(&store);
}

Test(journal_close, writes_nothing_when_nothing_was_appended)
{
	struct store store;
	unsigned char *before, *after;
	size_t len;

	store_make(&store);
	store_open(&store);
	store_append(&store, 1, 10);
	store_close(&store);
	before = file_read(store_segment(&store, 1), &len);
	store_open(&store);
	store_close(&store);
	after = file_read(store_segment(&store, 1), &len);
	cr_assert_eq(memcmp(before, after, len), 0);
	free(before);
	free(after);
	store_drop(&store);
}

/* Readers at work while entries are appended. */
struct race {
	struct store store;
	atomic_bool done;
	uint64_t last;
	struct journal_options read_only;
};

/* Follows from entry 1 to the end, in order, without a gap. */
static void
follow(struct race *race, struct journal *journal)
{
	struct journal_cursor *cursor;
	struct entry entry;
	uint64_t next = 1;
	bool done;
	enum err err;

	cr_assert_eq(journal_read(journal, 1, &cursor), OK);
	for (;;) {
		done = atomic_load(&race->done);
		err = journal_next(cursor, &entry);
		if (err == ERR_END && done)
			break;
		if (err == ERR_END)
			continue;
		cr_assert_eq(err, OK);
		cr_assert_eq(entry.seq, next);
		cr_assert(entry_parts_hold(&entry));
		next++;
	}
	cr_assert_eq(next, race->last + 1);
	journal_cursor_close(&cursor);
}

static void *
follow_inside(void *argument)
{
	struct race *race = argument;

	follow(race, race->store.journal);
	return NULL;
}

static void *
follow_outside(void *argument)
{
	struct race *race = argument;
	struct journal_repair repair;
	struct journal *journal;
	char why[WHY_BYTES];

	cr_assert_eq(
	    journal_open(&race->read_only, &journal, &repair, why, sizeof(why)),
	    OK, "%s", why);
	follow(race, journal);
	journal_close(&journal);
	return NULL;
}

static void *
seek_about(void *argument)
{
	struct race *race = argument;
	struct journal_cursor *cursor;
	struct journal_head head;
	struct entry entry;
	unsigned seed = 99;
	uint64_t seq;

	cr_assert_eq(journal_read(race->store.journal, 1, &cursor), OK);
	while (!atomic_load(&race->done)) {
		journal_head(race->store.journal, &head);
		if (head.seq == 0)
			continue;
		seed = seed * 1103515245 + 12345;
		seq = 1 + (seed >> 8) % head.seq;
		cr_assert_eq(journal_seek(cursor, seq), OK);
		cr_assert_eq(journal_next(cursor, &entry), OK);
		cr_assert_eq(entry.seq, seq);
	}
	journal_cursor_close(&cursor);
	return NULL;
}

Test(journal_next, follows_and_seeks_while_entries_are_appended, .timeout = 60)
{
	static void *(*const readers[])(void *) = {
	    follow_inside, follow_outside, seek_about, follow_outside};
	enum { READERS = sizeof(readers) / sizeof(readers[0]) };
	static struct race race;
	pthread_t threads[READERS];
	int i;

	store_make(&race.store);
	store_open(&race.store);
	race.read_only = race.store.options;
	race.read_only.read_only = true;
	for (i = 0; i < READERS; i++)
		pthread_create(&threads[i], NULL, readers[i], &race);
	for (i = 0; i < 300; i++) {
		store_append(
		    &race.store, 1 + (size_t)i % 7, (size_t)(i * 37 % 2500));
		if (i % 10 == 0)
			cr_assert_eq(
			    journal_seal(race.store.journal, race.store.now_ms),
			    OK);
	}
	race.last = race.store.head.seq;
	atomic_store(&race.done, true);
	for (i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	store_close(&race.store);
	verify_content(&race.store);
	store_drop(&race.store);
}

Test(journal_open, reads_beside_a_writer_and_changes_nothing)
{
	struct store store, reader;
	struct journal_head head;

	store_make(&store);
	store_open(&store);
	store_append(&store, 3, 100);
	reader = store;
	reader.options.read_only = true;
	reader.journal = NULL;
	store_open(&reader);
	cr_assert_eq(reader.head.seq, 3);
	cr_assert_not(reader.repair.cut);
	store_append(&store, 40, 3000);
	journal_head(reader.journal, &head);
	cr_assert_eq(head.seq, 43);
	cr_assert_eq(memcmp(head.hash, store.head.hash, HASH_BYTES), 0);
	cr_assert_eq(store_count(&reader, 1), 43);
	store_close(&reader);
	store_append(&store, 1, 10);
	store_drop(&store);
}
