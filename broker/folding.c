#include "broker/folding.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "broker/principals.h"
#include "protocol/kill_point.h"
#include "protocol/log.h"

enum { CATCH_UP_ENTRIES = 10000, CATCH_UP_BYTES = 8 << 20 };

enum err
folding_begin(struct folding *folding)
{
	if (folding->txn != NULL)
		return OK;
	return state_begin(folding->state, true, &folding->txn);
}

void
folding_abort(struct folding *folding)
{
	state_abort(&folding->txn);
	record_release(&folding->last);
	batch_clear(&folding->batch);
	folding->folded = folding->committed.seq;
	folding->people_count = 0;
	folding->people_all = false;
}

static void
note_person(struct folding *folding, const struct entry *entry)
{
	if (entry->subject.type != SUBJECT_PERSON &&
	    entry->subject.type != SUBJECT_TOKEN)
		return;
	if (folding->people_count == FOLDING_PEOPLE_MAX)
		folding->people_all = true;
	else
		folding->people[folding->people_count++] =
		    (uint32_t)entry->subject.number;
}

static enum err
fold(struct folding *folding, const struct entry *entry)
{
	enum err err = folding_begin(folding);

	if (err == OK)
		err = fold_apply(folding->txn, entry);
	if (err != OK) {
		log_error("entry %" PRIu64 " (%s) cannot be folded: %s",
		    entry->seq, event_name(entry->kind), err_meaning(err));
		return err;
	}
	folding->folded = entry->seq;
	note_person(folding, entry);
	return OK;
}

enum err
folding_record(struct folding *folding, struct record *record)
{
	struct entry entry;
	enum err err;

	entry_of_record(record, &entry);
	err = fold(folding, &entry);
	if (err != OK)
		return err;
	KILL_POINT(folded);
	record_release(&folding->last);
	folding->last = record_hold(record);
	return OK;
}

enum err
folding_batch(struct folding *folding, struct batch *batch)
{
	enum err err = OK;
	size_t i;

	for (i = 0; err == OK && i < batch->count; i++)
		/* After a catch-up the inbox may hold what was read already. */
		if (record_seq(batch->records[i]) > folding->folded)
			err = folding_record(folding, batch->records[i]);
	sequencer_folded(folding->sequencer, batch->bytes);
	batch_clear(batch);
	return err;
}

enum err
folding_drain(struct folding *folding)
{
	sequencer_take_inbox(folding->sequencer, &folding->batch);
	return folding_batch(folding, &folding->batch);
}

/* Collects posts about changed people, to be put once they are committed. */
struct changed {
	struct post *first, **end;
	bool lost; /* no memory for one */
};

static bool
collect(void *arg, const struct person *person)
{
	struct changed *changed = arg;
	struct post *post = principals_post(person);

	changed->lost = post == NULL;
	if (changed->lost)
		return false;
	post->next = NULL;
	*changed->end = post;
	changed->end = &post->next;
	return true;
}

static enum err
collect_people(struct folding *folding, struct changed *changed)
{
	struct person person;
	enum err err = OK;
	size_t i;

	if (folding->people_all)
		err = person_each(folding->txn, collect, changed);
	for (i = 0; err == OK && !folding->people_all &&
		    i < folding->people_count && !changed->lost;
	     i++) {
		err = person_get(folding->txn, folding->people[i], &person);
		if (err == OK)
			(void)collect(changed, &person);
	}
	return err == OK && changed->lost ? ERR_MEMORY : err;
}

static void
tell(struct folding *folding, struct post *post, bool put)
{
	while (post != NULL) {
		struct post *next = post->next;

		if (put)
			mailbox_put(folding->mailbox, post);
		else
			free(post);
		post = next;
	}
}

static void
position_now(const struct folding *folding, struct position *position)
{
	position->seq = folding->folded;
	if (folding->last != NULL)
		memcpy(position->hash, record_chain(folding->last), HASH_BYTES);
	else
		memcpy(position->hash, folding->read.hash, HASH_BYTES);
}

enum err
folding_commit(struct folding *folding, struct progress *progress)
{
	struct position position;
	struct changed changed = {NULL, &changed.first, false};
	enum err err = OK;

	if (folding->txn == NULL || folding->folded == folding->committed.seq)
		return OK;
	/* The chain hash is there once the entry is durable. */
	if (!LEFT_OUT(commit_wait))
		err = journal_thread_await(
		    folding->journal_thread, folding->folded);
	if (err == OK)
		err = collect_people(folding, &changed);
	if (err != OK) {
		tell(folding, changed.first, false);
		folding_abort(folding);
		return err;
	}
	position_now(folding, &position);
	KILL_POINT(committing);
	err = state_commit(&folding->txn, &position);
	tell(folding, changed.first, err == OK);
	if (err != OK) {
		folding_abort(folding);
		return err;
	}
	KILL_POINT(committed);
	folding->committed = position;
	record_release(&folding->last);
	folding->read = position;
	folding->people_count = 0;
	folding->people_all = false;
	progress->committed = position.seq;
	mailbox_publish(folding->mailbox, progress);
	return OK;
}

/*
 * Folds entries until a batch is full, until `last` or until the durable head
 * (*end).
 */
static enum err
fold_some(struct folding *folding, struct journal_cursor *cursor, uint64_t last,
    bool *end)
{
	size_t i, bytes = 0;
	enum err err;

	for (i = 0; i < CATCH_UP_ENTRIES && bytes < CATCH_UP_BYTES; i++) {
		struct entry entry;

		if (folding->folded == last)
			break;
		err = journal_next(cursor, &entry);
		if (err == ERR_END)
			break;
		if (err == OK)
			err = fold(folding, &entry);
		if (err != OK)
			return err;
		folding->read.seq = entry.seq;
		memcpy(folding->read.hash, entry.chain, HASH_BYTES);
		bytes += entry.len;
	}
	*end = i == 0;
	return OK;
}

static enum err
catch_up(struct folding *folding, struct journal_cursor *cursor,
    struct progress *progress, bool (*stop)(void *arg), void *arg)
{
	uint64_t last = UINT64_MAX;
	bool end = false;
	enum err err;

	while (folding->folded != last) {
		if (stop(arg))
			return ERR_END;
		err = fold_some(folding, cursor, last, &end);
		if (err == OK)
			err = folding_commit(folding, progress);
		if (err != OK)
			return err;
		if (!end)
			continue;
		/* Near the head: from here on the inbox has what comes. */
		if (last == UINT64_MAX) {
			last = sequencer_open_inbox(folding->sequencer);
			continue;
		}
		err = journal_thread_await(
		    folding->journal_thread, folding->folded + 1);
		if (err != OK)
			return err;
	}
	return OK;
}

enum err
folding_catch_up(struct folding *folding, struct progress *progress,
    bool (*stop)(void *arg), void *arg)
{
	struct journal_cursor *cursor;
	enum err err;

	folding_abort(folding);
	folding->read = folding->committed;
	err =
	    journal_read(folding->journal, folding->committed.seq + 1, &cursor);
	if (err != OK)
		return err;
	err = catch_up(folding, cursor, progress, stop, arg);
	journal_cursor_close(&cursor);
	if (err != OK) {
		folding_abort(folding);
		sequencer_close_inbox(folding->sequencer);
	}
	return err;
}
