/* What any engine owes its callers: order, one head, and no write after a
 * failure. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "protocol/bytes.h"
#include "store/entry_layout.h"
#include "store/journal.h"
#include "store/segments.h"

struct journal {
	struct segments *segments;
	bool read_only;
	bool corrupt; /* found so when it was opened: it ends at a fault */
	/* OK, or why nothing is appended any more.  The appending thread's. */
	enum err failed;
	uint64_t last_ms; /* of the last entry appended; that thread's, too */
	pthread_mutex_t lock; /* of head */
	struct journal_head head;
	_Atomic uint64_t durable; /* head.seq, for readers that need no hash */
};

struct journal_cursor {
	struct journal *journal;
	struct segments_cursor *at;
	uint64_t next;
};

enum err
journal_create(const struct journal_options *options, char *why, size_t size)
{
	return segments_create(options, why, size);
}

/* Under the lock, so that who was told a head can read up to it. */
static void
head_set(struct journal *journal, const struct journal_head *head)
{
	pthread_mutex_lock(&journal->lock);
	journal->head = *head;
	atomic_store_explicit(
	    &journal->durable, head->seq, memory_order_release);
	pthread_mutex_unlock(&journal->lock);
}

enum err
journal_open(const struct journal_options *options, struct journal **out,
    struct journal_repair *repair, char *why, size_t size)
{
	struct journal *journal;
	enum err err;

	*out = NULL;
	*repair = (struct journal_repair){0};
	journal = calloc(1, sizeof(*journal));
	if (journal == NULL)
		return ERR_MEMORY;
	pthread_mutex_init(&journal->lock, NULL);
	journal->read_only = options->read_only;
	err = segments_open(
	    options, &journal->segments, &journal->head, repair, why, size);
	if (err != OK && journal->segments == NULL) {
		pthread_mutex_destroy(&journal->lock);
		free(journal);
		return err;
	}
	atomic_init(&journal->durable, journal->head.seq);
	journal->failed = err;
	journal->corrupt = err == ERR_CORRUPT;
	*out = journal;
	return err;
}

void
journal_close(struct journal **journal)
{
	struct journal *closing = *journal;
	bool seal;

	*journal = NULL;
	if (closing == NULL)
		return;
	seal = closing->failed == OK && !closing->read_only;
	segments_close(&closing->segments, seal ? &closing->head : NULL);
	pthread_mutex_destroy(&closing->lock);
	free(closing);
}

/* A running broker appends behind the back of who only reads. */
static void
refresh(struct journal *journal)
{
	if (!journal->read_only || journal->corrupt)
		return;
	pthread_mutex_lock(&journal->lock);
	segments_refresh(journal->segments, &journal->head);
	atomic_store_explicit(
	    &journal->durable, journal->head.seq, memory_order_release);
	pthread_mutex_unlock(&journal->lock);
}

void
journal_head(struct journal *journal, struct journal_head *head)
{
	refresh(journal);
	pthread_mutex_lock(&journal->lock);
	*head = journal->head;
	pthread_mutex_unlock(&journal->lock);
}

const unsigned char *
journal_store_id(const struct journal *journal)
{
	return segments_store_id(journal->segments);
}

static uint64_t
record_time(const struct record *record)
{
	return get_be64(record_data(record) + ENTRY_AT_TIME);
}

static void
chain(struct journal *journal, const struct journal_head *behind,
    struct record *const *records, size_t count, struct journal_head *after)
{
	size_t i, bytes = 0;

	*after = *behind;
	for (i = 0; i < count; i++) {
		assert(record_seq(records[i]) == after->seq + 1);
		assert(record_time(records[i]) >= journal->last_ms);
		journal->last_ms = record_time(records[i]);
		record_chain_set(records[i], after->hash, after->hash);
		after->seq++;
		bytes += record_bytes(records[i]);
	}
	assert(bytes <= LIMIT_GROUP_BYTES_MAX);
	assert((record_data(records[count - 1])[ENTRY_AT_FLAGS] & ENTRY_MORE) ==
	       0);
}

enum err
journal_append(struct journal *journal, const struct journal_head *behind,
    struct record *const *records, size_t count, struct journal_head *head)
{
	struct journal_head after;
	enum err err;

	assert(count > 0 && !journal->read_only);
	if (journal->failed != OK)
		return journal->failed;
	/* Only this thread changes the head: it may read it without the lock. */
	if (behind->seq != journal->head.seq ||
	    memcmp(behind->hash, journal->head.hash, HASH_BYTES) != 0)
		return ERR_STALE;
	chain(journal, behind, records, count, &after);
	err =
	    segments_append(journal->segments, behind, records, count, &after);
	if (err == ERR_FULL)
		return err;
	if (err != OK) {
		journal->failed = ERR_IO;
		return ERR_IO;
	}
	head_set(journal, &after);
	*head = after;
	return OK;
}

enum err
journal_seal(struct journal *journal, uint64_t now_ms)
{
	assert(!journal->read_only);
	if (journal->failed != OK)
		return journal->failed;
	if (segments_seal(journal->segments, &journal->head, now_ms) != OK)
		journal->failed = ERR_IO;
	return journal->failed;
}

enum err
journal_room(
    struct journal *journal, uint64_t *free_bytes, uint64_t *needed_bytes)
{
	return segments_room(journal->segments, free_bytes, needed_bytes);
}

enum err
journal_read(
    struct journal *journal, uint64_t from, struct journal_cursor **cursor)
{
	struct journal_cursor *made;
	enum err err;

	*cursor = NULL;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return ERR_MEMORY;
	made->journal = journal;
	err = journal_seek(made, from);
	if (err == OK)
		err = segments_cursor_open(journal->segments, &made->at);
	if (err != OK) {
		free(made);
		return err;
	}
	*cursor = made;
	return OK;
}

enum err
journal_seek(struct journal_cursor *cursor, uint64_t from)
{
	if (from == 0 || from < segments_first(cursor->journal->segments))
		return ERR_MISSING;
	cursor->next = from;
	return OK;
}

enum err
journal_next(struct journal_cursor *cursor, struct entry *entry)
{
	struct journal *journal = cursor->journal;
	enum err err;

	if (cursor->next >
	    atomic_load_explicit(&journal->durable, memory_order_acquire)) {
		refresh(journal);
		if (cursor->next > atomic_load_explicit(
				       &journal->durable, memory_order_acquire))
			return journal->corrupt ? ERR_CORRUPT : ERR_END;
	}
	err = segments_cursor_get(cursor->at, cursor->next, entry);
	if (err == OK)
		cursor->next++;
	return err;
}

void
journal_cursor_close(struct journal_cursor **cursor)
{
	struct journal_cursor *closing = *cursor;

	*cursor = NULL;
	if (closing == NULL)
		return;
	segments_cursor_close(&closing->at);
	free(closing);
}
