/* A store in a folder of its own, and entries to put into it. */
#ifndef TOCSIN_TEST_JOURNAL_FIXTURE_H
#define TOCSIN_TEST_JOURNAL_FIXTURE_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal.h"
#include "store/segment.h"

enum { WHY_BYTES = 512, SMALL_SEGMENT = 65536, SECRET_LINE_BYTES = 65 };

struct store {
	char path[64];
	struct journal_options options;
	struct journal *journal;
	struct journal_head head;
	struct journal_repair repair;
	char why[WHY_BYTES];
	uint64_t now_ms;
};

__attribute__((unused)) static void
store_make_with(struct store *store, uint64_t segment_bytes)
{
	memset(store, 0, sizeof(*store));
	strcpy(store->path, "/tmp/tocsin-journal-XXXXXX");
	cr_assert_not_null(mkdtemp(store->path));
	store->now_ms = 1700000000000;
	store->options = (struct journal_options){
	    .path = store->path,
	    .segment_bytes = segment_bytes,
	    .now_ms = store->now_ms,
	};
	cr_assert_eq(journal_create(&store->options, store->why, WHY_BYTES), OK,
	    "%s", store->why);
}

__attribute__((unused)) static void
store_make(struct store *store)
{
	store_make_with(store, SMALL_SEGMENT);
}

__attribute__((unused)) static enum err
store_try_open(struct store *store)
{
	enum err err;

	err = journal_open(&store->options, &store->journal, &store->repair,
	    store->why, WHY_BYTES);
	if (store->journal != NULL)
		journal_head(store->journal, &store->head);
	return err;
}

__attribute__((unused)) static void
store_open(struct store *store)
{
	enum err err = store_try_open(store);

	cr_assert_eq(err, OK, "%s", store->why);
}

__attribute__((unused)) static void
store_close(struct store *store)
{
	journal_close(&store->journal);
}

__attribute__((unused)) static int
remove_one(
    const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

__attribute__((unused)) static void
store_drop(struct store *store)
{
	journal_close(&store->journal);
	nftw(store->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* An entry with facts that name it and one payload of len bytes. */
__attribute__((unused)) static struct record *
make_record(uint64_t seq, uint64_t time_ms, size_t len, bool more)
{
	char facts[64];
	unsigned char *payload = malloc(len + 1);
	struct part part = {
	    .kind = PART_PAYLOAD, .len = (uint32_t)len, .bytes = payload};
	struct entry_draft draft = {
	    .kind = EVENT_alert_received,
	    .actor = 7,
	    .subject = {.type = SUBJECT_ALERT},
	    .more = more,
	    .facts = facts,
	    .parts = &part,
	    .parts_count = 1,
	};
	struct record *record;
	size_t i;

	for (i = 0; i < len; i++)
		payload[i] = (unsigned char)(seq * 31 + i * 7 + 1);
	draft.facts_len = (uint32_t)snprintf(facts, sizeof(facts),
	    "{\"source\":\"s\",\"n\":%lu}", (unsigned long)seq);
	cr_assert_eq(record_make(&draft, &record), OK);
	record_number(record, seq, time_ms, seq);
	free(payload);
	return record;
}

/* Appends count entries of len bytes of payload as one group. */
__attribute__((unused)) static enum err
store_try_append(struct store *store, size_t count, size_t len)
{
	struct record **records = calloc(count, sizeof(struct record *));
	struct journal_head before = store->head;
	enum err err;
	size_t i;

	store->now_ms += 3;
	for (i = 0; i < count; i++)
		records[i] =
		    make_record(before.seq + 1 + i, store->now_ms, len, false);
	err = journal_append(
	    store->journal, &before, records, count, &store->head);
	for (i = 0; i < count; i++)
		record_release(&records[i]);
	free(records);
	return err;
}

__attribute__((unused)) static void
store_append(struct store *store, size_t count, size_t len)
{
	cr_assert_eq(store_try_append(store, count, len), OK);
}

/* Reads from `from` to the end; returns how many, each as it was made. */
__attribute__((unused)) static uint64_t
store_count_until(struct store *store, uint64_t from, enum err end)
{
	struct journal_cursor *cursor;
	struct entry entry;
	uint64_t count = 0;
	char facts[64];
	enum err err;
	int len;

	cr_assert_eq(journal_read(store->journal, from, &cursor), OK);
	while ((err = journal_next(cursor, &entry)) == OK) {
		len = snprintf(facts, sizeof(facts),
		    "{\"source\":\"s\",\"n\":%lu}",
		    (unsigned long)(from + count));
		cr_assert_eq(entry.seq, from + count);
		cr_assert_eq(entry.facts_len, (uint32_t)len);
		cr_assert_eq(memcmp(entry.facts, facts, (size_t)len), 0);
		cr_assert(entry_parts_hold(&entry));
		count++;
	}
	cr_assert_eq(err, end, "reading ended with %d", err);
	journal_cursor_close(&cursor);
	return count;
}

__attribute__((unused)) static uint64_t
store_count(struct store *store, uint64_t from)
{
	return store_count_until(store, from, ERR_END);
}

/* The path of a file of the store, in a buffer that the next call reuses. */
__attribute__((unused)) static const char *
store_path(struct store *store, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", store->path, name);
	return path;
}

__attribute__((unused)) static const char *
store_segment(struct store *store, unsigned number)
{
	char name[64];

	snprintf(name, sizeof(name), "journal/%016u.seg", number);
	return store_path(store, name);
}

/* Waits until the next segment is prepared, so that its thread is quiet. */
__attribute__((unused)) static void
store_await_next(struct store *store)
{
	uint64_t free_bytes, needed;
	struct stat status;
	int tries;

	for (tries = 0; tries < 5000; tries++) {
		cr_assert_eq(
		    journal_room(store->journal, &free_bytes, &needed), OK);
		if (needed == 0 &&
		    stat(store_path(store, "keys/seal.secret.next"), &status) ==
			0 &&
		    status.st_size == SECRET_LINE_BYTES)
			return;
		usleep(1000);
	}
	cr_assert_fail("the next segment is never ready");
}

/* The whole file, malloced. */
__attribute__((unused)) static unsigned char *
file_read(const char *path, size_t *len)
{
	unsigned char *bytes;
	struct stat status;
	int fd = open(path, O_RDONLY);

	cr_assert_geq(fd, 0, "%s", path);
	cr_assert_eq(fstat(fd, &status), 0);
	*len = (size_t)status.st_size;
	bytes = malloc(*len + 1);
	cr_assert_eq(pread(fd, bytes, *len, 0), (ssize_t)*len);
	close(fd);
	return bytes;
}

__attribute__((unused)) static void
file_write(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	cr_assert_geq(fd, 0, "%s", path);
	cr_assert_eq(ftruncate(fd, (off_t)len), 0);
	cr_assert_eq(pwrite(fd, bytes, len, 0), (ssize_t)len);
	close(fd);
}

/* Overwrites bytes of a file. */
__attribute__((unused)) static void
file_poke(const char *path, off_t at, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY);

	cr_assert_geq(fd, 0, "%s", path);
	cr_assert_eq(pwrite(fd, bytes, len, at), (ssize_t)len);
	close(fd);
}

__attribute__((unused)) static void
file_flip(const char *path, off_t at)
{
	unsigned char byte;
	int fd = open(path, O_RDWR);

	cr_assert_geq(fd, 0, "%s", path);
	cr_assert_eq(pread(fd, &byte, 1, at), 1);
	byte ^= 0x20;
	cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

#endif
