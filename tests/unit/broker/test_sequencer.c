#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "broker/sequencer.h"
#include "protocol/limits.h"

static uint64_t clock_ms;

static uint64_t
read_clock(void)
{
	return clock_ms;
}

static struct record *
make(size_t payload, bool more)
{
	static unsigned char bytes[LIMIT_FRAME_BYTES_MAX];
	struct part part = {PART_PAYLOAD, true, (uint32_t)payload, bytes};
	struct entry_draft draft = {.kind = EVENT_alert_received,
	    .subject = {.type = SUBJECT_ALERT},
	    .facts = "{}",
	    .facts_len = 2,
	    .more = more,
	    .parts = &part,
	    .parts_count = payload > 0 ? 1 : 0};
	struct record *record;

	cr_assert_eq(record_make(&draft, &record), OK);
	return record;
}

static struct sequencer *
begin(bool inbox)
{
	struct sequencer_start start = {.seq = 10,
	    .time_ms = 5000,
	    .alerts = 3,
	    .clock_ms = read_clock,
	    .inbox = inbox};
	struct sequencer *sequencer;

	clock_ms = 6000;
	cr_assert_eq(sequencer_new(&start, &sequencer), OK);
	return sequencer;
}

static enum err
deliver(struct sequencer *sequencer, size_t payload, uint32_t count,
    struct numbered *numbered, bool *first)
{
	struct record *record = make(payload, false);
	enum err err =
	    sequencer_deliver(sequencer, record, count, numbered, first);

	record_release(&record);
	return err;
}

Test(sequencer, goes_on_from_where_the_journal_ends)
{
	struct sequencer *sequencer = begin(true);
	struct numbered numbered;
	bool first;

	cr_assert_eq(deliver(sequencer, 1, 2, &numbered, &first), OK);
	cr_assert_eq(numbered.seq, 11);
	cr_assert_eq(numbered.alert, 4);
	cr_assert(first);
	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
	cr_assert_eq(numbered.seq, 12);
	cr_assert_eq(numbered.alert, 6);
	cr_assert_not(first);
	cr_assert_eq(sequencer_last(sequencer), 12);
	sequencer_free(&sequencer);
}

Test(sequencer, puts_what_it_numbers_on_both_queues_in_order)
{
	struct sequencer *sequencer = begin(true);
	struct batch queue = {0}, inbox = {0};
	struct numbered numbered;
	struct entry entry;
	bool first;
	size_t i;

	for (i = 0; i < 1000; i++)
		cr_assert_eq(deliver(sequencer, 10, 1, &numbered, &first), OK);
	sequencer_take_queue(sequencer, &queue);
	sequencer_take_inbox(sequencer, &inbox);
	cr_assert_eq(queue.count, 1000);
	cr_assert_eq(inbox.count, 1000);
	for (i = 0; i < 1000; i++) {
		cr_assert_eq(queue.records[i], inbox.records[i]);
		entry_of_record(queue.records[i], &entry);
		cr_assert_eq(entry.seq, 11 + i);
		cr_assert_eq(entry.subject.number, 4 + i);
	}
	batch_fini(&queue);
	batch_fini(&inbox);
	sequencer_free(&sequencer);
}

Test(sequencer, wakes_the_journal_for_the_first_and_for_the_last_it_wants)
{
	struct sequencer *sequencer = begin(true);
	struct batch queue = {0};
	struct numbered numbered;
	size_t i;
	bool first;

	cr_assert_eq(sequencer_want(sequencer, 3), 0);
	for (i = 1; i <= 5; i++) {
		cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
		cr_assert_eq(numbered.wake, i == 1 || i == 3);
	}
	cr_assert_eq(sequencer_want(sequencer, 1), 5);
	sequencer_take_queue(sequencer, &queue);
	cr_assert_eq(sequencer_want(sequencer, 1), 0);
	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
	cr_assert(numbered.wake);
	batch_fini(&queue);
	sequencer_free(&sequencer);
}

Test(sequencer, never_lets_time_go_back)
{
	struct sequencer *sequencer = begin(true);
	static const uint64_t clocks[] = {4000, 6000, 5999, 7000, 0, 7001};
	static const uint64_t times[] = {5000, 6000, 6000, 7000, 7000, 7001};
	struct batch queue = {0};
	struct numbered numbered;
	struct entry entry;
	bool first;
	size_t i;

	for (i = 0; i < 6; i++) {
		clock_ms = clocks[i];
		cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
	}
	sequencer_take_queue(sequencer, &queue);
	for (i = 0; i < 6; i++) {
		entry_of_record(queue.records[i], &entry);
		cr_assert_eq(entry.time_ms, times[i], "%zu", i);
	}
	batch_fini(&queue);
	sequencer_free(&sequencer);
}

Test(sequencer, gives_late_arrivals_before_a_command_s_own_numbers)
{
	struct sequencer *sequencer = begin(true);
	struct record *own[2] = {make(0, true), make(0, false)};
	struct batch late = {0}, queue = {0};
	struct numbered numbered;
	uint64_t last;
	bool first;

	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
	cr_assert_eq(sequencer_decided(sequencer, own, 2, &late, &last), OK);
	cr_assert_eq(late.count, 1);
	cr_assert_eq(record_seq(late.records[0]), 11);
	cr_assert_eq(record_seq(own[0]), 12);
	cr_assert_eq(record_seq(own[1]), 13);
	cr_assert_eq(last, 13);
	sequencer_take_queue(sequencer, &queue);
	cr_assert_eq(queue.count, 3);
	/* Its own entries are not in the inbox: it folds them itself. */
	batch_clear(&late);
	sequencer_take_inbox(sequencer, &late);
	cr_assert_eq(late.count, 0);
	batch_fini(&late);
	batch_fini(&queue);
	record_release(&own[0]);
	record_release(&own[1]);
	sequencer_free(&sequencer);
}

Test(sequencer, has_a_delivery_wake_for_what_was_decided_before_it)
{
	struct sequencer *sequencer = begin(false);
	struct record *own = make(0, false);
	struct batch late = {0}, queue = {0};
	struct numbered numbered;
	uint64_t last;
	bool first;
	int i;

	(void)sequencer_want(sequencer, 100);
	for (i = 0; i < 2; i++) {
		cr_assert_eq(
		    sequencer_decided(sequencer, &own, 1, &late, &last), OK);
		/* The command goes on: nobody was woken for it yet. */
		cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
		cr_assert(numbered.wake);
		cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
		cr_assert_not(numbered.wake);
	}
	/* What is taken needs nobody to be woken. */
	cr_assert_eq(sequencer_decided(sequencer, &own, 1, &late, &last), OK);
	sequencer_take_queue(sequencer, &queue);
	batch_clear(&queue);
	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
	cr_assert(numbered.wake);
	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
	cr_assert_not(numbered.wake);
	record_release(&own);
	batch_fini(&queue);
	sequencer_free(&sequencer);
}

Test(sequencer, refuses_alerts_beyond_the_bound_until_they_are_durable)
{
	struct sequencer *sequencer = begin(false);
	struct batch queue = {0};
	struct numbered numbered;
	uint64_t last_good = 0;
	bool first;
	enum err err;

	while ((err = deliver(sequencer, LIMIT_FRAME_BYTES_MAX, 1, &numbered,
		    &first)) == OK)
		last_good = numbered.seq;
	cr_assert_eq(err, ERR_BUSY);
	cr_assert_geq(sequencer_fill(sequencer), 980);
	cr_assert_eq(sequencer_last(sequencer), last_good);
	/* Taken is not settled: there is no room yet. */
	sequencer_take_queue(sequencer, &queue);
	cr_assert_leq(queue.bytes, LIMIT_INTAKE_QUEUE_BYTES_MAX);
	cr_assert_eq(
	    deliver(sequencer, LIMIT_FRAME_BYTES_MAX, 1, &numbered, &first),
	    ERR_BUSY);
	sequencer_durable(sequencer, queue.bytes);
	cr_assert_eq(sequencer_fill(sequencer), 0);
	cr_assert_eq(
	    deliver(sequencer, LIMIT_FRAME_BYTES_MAX, 1, &numbered, &first),
	    OK);
	cr_assert_eq(numbered.seq, last_good + 1);
	batch_fini(&queue);
	sequencer_free(&sequencer);
}

Test(sequencer, refuses_alerts_beyond_the_bound_until_they_are_folded)
{
	struct sequencer *sequencer = begin(true);
	struct batch queue = {0}, inbox = {0};
	struct numbered numbered;
	bool first;

	while (deliver(sequencer, LIMIT_FRAME_BYTES_MAX, 1, &numbered,
		   &first) == OK)
		continue;
	sequencer_take_queue(sequencer, &queue);
	sequencer_durable(sequencer, queue.bytes);
	cr_assert_eq(
	    deliver(sequencer, LIMIT_FRAME_BYTES_MAX, 1, &numbered, &first),
	    ERR_BUSY);
	sequencer_take_inbox(sequencer, &inbox);
	sequencer_folded(sequencer, inbox.bytes);
	cr_assert_eq(
	    deliver(sequencer, LIMIT_FRAME_BYTES_MAX, 1, &numbered, &first),
	    OK);
	batch_fini(&queue);
	batch_fini(&inbox);
	sequencer_free(&sequencer);
}

Test(sequencer, takes_commands_when_alerts_are_refused)
{
	struct sequencer *sequencer = begin(false);
	struct record *own = make(0, false);
	struct batch late = {0};
	struct numbered numbered;
	uint64_t last;
	bool first;

	while (deliver(sequencer, LIMIT_FRAME_BYTES_MAX, 1, &numbered,
		   &first) == OK)
		continue;
	cr_assert_eq(sequencer_decided(sequencer, &own, 1, &late, &last), OK);
	cr_assert_eq(last, numbered.seq + 1);
	record_release(&own);
	batch_fini(&late);
	sequencer_free(&sequencer);
}

Test(sequencer, fills_the_inbox_only_while_it_is_open)
{
	struct sequencer *sequencer = begin(false);
	struct batch inbox = {0};
	struct numbered numbered;
	bool first;

	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
	cr_assert_not(first);
	cr_assert_eq(sequencer_open_inbox(sequencer), 11);
	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
	cr_assert(first);
	sequencer_take_inbox(sequencer, &inbox);
	cr_assert_eq(inbox.count, 1);
	cr_assert_eq(record_seq(inbox.records[0]), 12);
	batch_clear(&inbox);
	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), OK);
	sequencer_close_inbox(sequencer);
	sequencer_take_inbox(sequencer, &inbox);
	cr_assert_eq(inbox.count, 0);
	batch_fini(&inbox);
	sequencer_free(&sequencer);
}

Test(sequencer, gives_no_number_once_closed)
{
	struct sequencer *sequencer = begin(true);
	struct record *own = make(0, false);
	struct batch late = {0};
	struct numbered numbered;
	uint64_t last;
	bool first;

	sequencer_close(sequencer);
	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), ERR_IO);
	cr_assert_eq(
	    sequencer_decided(sequencer, &own, 1, &late, &last), ERR_IO);
	cr_assert_eq(sequencer_last(sequencer), 10);
	record_release(&own);
	batch_fini(&late);
	sequencer_free(&sequencer);
}

static void *
push_many(void *arg)
{
	struct numbered numbered;
	bool first;
	int i;

	for (i = 0; i < 2000; i++)
		cr_assert_eq(deliver(arg, 1, 1, &numbered, &first), OK);
	return NULL;
}

Test(sequencer, keeps_one_order_between_threads)
{
	struct sequencer *sequencer = begin(true);
	struct batch late = {0}, queue = {0};
	uint64_t last, folded = 10;
	pthread_t thread;
	size_t i;

	cr_assert_eq(pthread_create(&thread, NULL, push_many, sequencer), 0);
	while (folded < 10 + 2500) {
		struct record *own = make(0, false);

		cr_assert_eq(
		    sequencer_decided(sequencer, &own, 1, &late, &last), OK);
		for (i = 0; i < late.count; i++)
			cr_assert_eq(record_seq(late.records[i]), ++folded);
		cr_assert_eq(record_seq(own), ++folded);
		batch_clear(&late);
		record_release(&own);
	}
	cr_assert_eq(pthread_join(thread, NULL), 0);
	sequencer_take_queue(sequencer, &queue);
	for (i = 0; i < queue.count; i++)
		cr_assert_eq(record_seq(queue.records[i]), 11 + i);
	batch_fini(&late);
	batch_fini(&queue);
	sequencer_free(&sequencer);
}

Test(sequencer, takes_no_more_alerts_than_the_disk_has_room_for)
{
	struct sequencer *sequencer = begin(true);
	struct record *probe = make(1000, false);
	size_t bytes = record_bytes(probe);
	struct batch queue = {0}, late = {0};
	struct numbered numbered;
	uint64_t last;
	bool first;

	cr_assert_eq(deliver(sequencer, 1000, 1, &numbered, &first), OK);
	/* What is on the queue needs its room, too. */
	sequencer_room(sequencer, 3 * bytes);
	cr_assert_eq(deliver(sequencer, 1000, 1, &numbered, &first), OK);
	cr_assert_eq(deliver(sequencer, 1000, 1, &numbered, &first), OK);
	cr_assert_eq(deliver(sequencer, 1000, 1, &numbered, &first), ERR_FULL);
	/* The reserve is for commands: they are numbered all the same. */
	cr_assert_eq(sequencer_decided(sequencer, &probe, 1, &late, &last), OK);
	sequencer_take_queue(sequencer, &queue);
	cr_assert_eq(queue.count, 4);
	sequencer_durable(sequencer, queue.bytes);
	sequencer_room(sequencer, bytes);
	cr_assert_eq(deliver(sequencer, 1000, 1, &numbered, &first), OK);
	cr_assert_eq(deliver(sequencer, 1000, 1, &numbered, &first), ERR_FULL);
	sequencer_room(sequencer, 0);
	cr_assert_eq(deliver(sequencer, 1, 1, &numbered, &first), ERR_FULL);
	batch_fini(&queue);
	batch_fini(&late);
	record_release(&probe);
	sequencer_free(&sequencer);
}
