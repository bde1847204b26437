/*
 * Rows for those who write and list them: inside the state alone.  Getters for
 * everybody else stand in state.h.
 *
 * Every function that writes needs a write transaction; its errors are LMDB's
 * (ERR_FULL, ERR_IO, ERR_MEMORY), after which the transaction can only be
 * aborted.
 */
#ifndef TOCSIN_STORE_ROWS_H
#define TOCSIN_STORE_ROWS_H

#include "store/lmdb.h"
#include "store/pack.h"
#include "store/silence.h"
#include "store/source.h"
#include "store/state.h"

/* The last entry that a principal caused. */
struct acted {
	uint32_t number;
	uint64_t seq, time_ms;
};
enum { ACTED_PENDING_MAX = 32 };

struct state_txn {
	struct lmdb_txn *lmdb;
	bool write;
	/*
	 * Rows that nearly every entry changes: read at most once, written
	 * once, at the commit.  The getters show what is pending.
	 */
	bool counters_read, counters_dirty;
	struct counters counters;
	bool workflows_read[WORKFLOW_COUNT], workflows_dirty[WORKFLOW_COUNT];
	struct workflow_row workflows[WORKFLOW_COUNT];
	/* The sources that came up last, in turn: what is pending of them is
	 * written when another takes the place, or at the commit. */
	struct source_place {
		struct source row; /* number 0: free */
		uint64_t due_ms; /* of the timer that the table has */
		bool dirty;
	} sources[16];
	unsigned sources_turn;
	bool source_heard;
	/* Time of the oldest idempotency row; UINT64_MAX when there is none. */
	bool oldest_read;
	uint64_t oldest_ms;
	/* Who acted in it, and when last: written once, at the commit. */
	size_t acted_count;
	struct acted acted[ACTED_PENDING_MAX];
};

/* As state_open, with a map of map_bytes. */
MUST_CHECK
enum err state_open_sized(const char *store_path, bool read_only,
    size_t map_bytes, struct state **state, char *why, size_t size);

/* ---- meta ---- */

/* The counters, to read and, in a write transaction, to change. */
MUST_CHECK
enum err counters_edit(struct state_txn *txn, struct counters **counters);
MUST_CHECK
enum err counters_flush(struct state_txn *txn);
MUST_CHECK
enum err position_put(struct state_txn *txn, const struct position *position);

/* ---- people ---- */

/* Also finds it by name and by key from now on. */
MUST_CHECK
enum err person_put(struct state_txn *txn, const struct person *person);
/* Is the principal a person at work, not nobody and not a mere worker? */
MUST_CHECK
enum err person_is_human(struct state_txn *txn, uint32_t number, bool *human);

/* The principal caused this entry (rows_acted.c). */
MUST_CHECK
enum err acted_note(struct state_txn *txn, const struct acted *acted);
MUST_CHECK
enum err acted_flush(struct state_txn *txn);

/* ---- texts: rows of JSON, for screens ---- */

MUST_CHECK
enum err text_put(
    struct state_txn *txn, enum table table, uint64_t number, const char *json);
MUST_CHECK
enum err text_get(struct state_txn *txn, enum table table, uint64_t number,
    const char **json, size_t *len);

/* ---- history ---- */

MUST_CHECK
enum err history_put(struct state_txn *txn, enum subject_type type,
    uint64_t number, const struct history_row *row);

/* ---- incidents ---- */

/*
 * Keys of incident_index: u8 index, what it selects by, then open u8 (0 open,
 * 1 closed; not in INDEX_STATUS), inverse severity u8, incident u64.  All that
 * an index selects is so grouped by openness and severity, oldest first.
 */
enum incident_index {
	INDEX_OPEN = 1, /* nothing to select by */
	INDEX_STATUS = 2, /* status u8 */
	INDEX_ASSIGNEE = 3, /* principal u32, 0: nobody */
	INDEX_TAG = 4, /* length u8, tag */
	INDEX_OPENED_BY = 5, /* principal u32; none for triage */
	INDEX_OVERDUE =
	    6, /* nothing to select by; of those with a missed target */
};

struct index_group {
	enum incident_index index;
	uint32_t number; /* status, assignee or opener */
	const char *tag;
	bool closed;
	enum severity severity;
};

enum { INDEX_KEY_BYTES_MAX = 1 + 1 + LIMIT_NAME_BYTES_MAX + 2 + 8 };

/* Packs the key up to the incident. */
void index_group_pack(struct pack *pack, const struct index_group *group);

/*
 * Writes the incident, with its indexes and counts.  before is the row that
 * stands there now, NULL for a new one.
 */
MUST_CHECK
enum err incident_put(struct state_txn *txn, const struct incident *before,
    const struct incident *after);

/* ---- how incidents stand to each other (rows_relation.c) ---- */

MUST_CHECK
enum err incident_merged_set(
    struct state_txn *txn, uint64_t into, uint64_t merged, bool there);
/* Writes both ends; replaces what link there was. */
MUST_CHECK
enum err incident_link_put(struct state_txn *txn, uint64_t number,
    uint64_t other, enum relation relation);
/* Nothing there is fine. */
MUST_CHECK
enum err incident_link_delete(
    struct state_txn *txn, uint64_t number, uint64_t other);

/* A target, with its timer while it runs.  Replaces what was there. */
MUST_CHECK
enum err target_put(
    struct state_txn *txn, const struct incident_target *target);
/* Nothing there is fine. */
MUST_CHECK
enum err target_delete(
    struct state_txn *txn, uint64_t incident, enum target_kind kind);

/* ---- tasks (rows_task.c) ---- */

/*
 * Writes the task; listed: its incident is worked, so that an open task is
 * found by its owner, and told of when it is overdue.  before is the row that stands there now, NULL for a new
 * one.
 */
MUST_CHECK
enum err task_put(struct state_txn *txn, const struct incident_task *before,
    const struct incident_task *after, bool listed);
MUST_CHECK
enum err task_text_put(struct state_txn *txn, uint64_t incident,
    uint32_t number, const char *json);
/*
 * Lists the open tasks of the incident and of what was merged into it, or
 * takes them off the lists, when it begins or ends to be worked.
 */
MUST_CHECK
enum err tasks_follow(struct state_txn *txn, const struct incident *before,
    const struct incident *after);

/* ---- files (rows_file.c) ---- */

MUST_CHECK
enum err file_put(struct state_txn *txn, const struct incident_file *file);
MUST_CHECK
enum err file_text_put(struct state_txn *txn, uint64_t incident,
    uint32_t number, const char *json);
MUST_CHECK
enum err file_read_set(struct state_txn *txn, uint64_t incident,
    uint32_t number, uint32_t principal, uint64_t at_ms);

/* ---- lessons ---- */

MUST_CHECK
enum err review_put(struct state_txn *txn, const struct review *review);
/* With its indexes and, while it is to be carried out and not told of as
 * overdue, its timer.  before is the row that stands there, NULL for none. */
MUST_CHECK
enum err action_put(struct state_txn *txn, const struct action *before,
    const struct action *after);

/* ---- alerts ---- */

/* The alert must be above all others. */
MUST_CHECK
enum err alert_append(struct state_txn *txn, const struct alert *alert);
MUST_CHECK
enum err alert_put(struct state_txn *txn, const struct alert *alert);
MUST_CHECK
enum err alert_part_put(struct state_txn *txn, const struct alert_part *part);
MUST_CHECK
enum err alert_part_delete(
    struct state_txn *txn, uint64_t alert, uint32_t part);
/* Marks the part (0: the delivery) as waiting for a person, or not. */
MUST_CHECK
enum err alert_open_set(
    struct state_txn *txn, uint64_t alert, uint32_t part, bool open);
/* *changed: it was not so before. */
MUST_CHECK
enum err incident_alert_set(struct state_txn *txn, uint64_t incident,
    uint64_t alert, uint32_t part, bool attached, bool *changed);

/* The source's number; a new one for a new name. */
MUST_CHECK
enum err source_make(struct state_txn *txn, const char *name, uint32_t *number);

/*
 * What was received from the source, to read and, in a write transaction, to
 * change until the next call.  An alert so costs no row of its own here.
 */
MUST_CHECK
enum err source_edit(
    struct state_txn *txn, uint32_t number, struct source **source);
MUST_CHECK
enum err sources_flush(struct state_txn *txn);

MUST_CHECK
enum err cluster_put(struct state_txn *txn, const struct cluster *cluster);
MUST_CHECK
enum err external_put(struct state_txn *txn,
    const unsigned char key[CLUSTER_KEY_BYTES], const unsigned char id[HASH8],
    const struct external *external);
MUST_CHECK
enum err umbrella_put(struct state_txn *txn, uint32_t source,
    const unsigned char rule[HASH8], const struct umbrella *umbrella);
/* Keeps the first entry that saw it. */
MUST_CHECK
enum err observable_put(struct state_txn *txn, const unsigned char hash[HASH16],
    const struct sighting *sighting);

/* before is the row that stands there now, NULL for a new one. */
MUST_CHECK
enum err silence_put(struct state_txn *txn, const struct silence *before,
    const struct silence *after);

/* ---- producers and idempotency ---- */

/* Remembers the message; forgets the session that spoke longest ago when a
 * principal has too many. */
MUST_CHECK
enum err produced_put(struct state_txn *txn, const struct produced *row);
MUST_CHECK
enum err idempotency_put(struct state_txn *txn, uint32_t principal,
    const unsigned char key[HASH16], const struct remembered *row);
/* Forgets a few of those that are too old at now_ms. */
MUST_CHECK
enum err idempotency_prune(struct state_txn *txn, uint64_t now_ms);

/* ---- timers ---- */

/* There is such a row from now on, or there is none. */
MUST_CHECK
enum err timer_set(
    struct state_txn *txn, const struct timer_row *row, bool there);

/* ---- jobs ---- */

/* The workflow's row, to read and, in a write transaction, to change. */
MUST_CHECK
enum err workflow_edit(
    struct state_txn *txn, enum workflow workflow, struct workflow_row **row);
MUST_CHECK
enum err workflows_flush(struct state_txn *txn);
/* A lease and its timer. */
MUST_CHECK
enum err lease_put(struct state_txn *txn, const struct lease *lease);
MUST_CHECK
enum err lease_delete(struct state_txn *txn, const struct lease *lease);
/* A retry, its timer unless it is dead, and the workflow's numbers. Replaces
 * what was there for the item. */
MUST_CHECK
enum err retry_put(struct state_txn *txn, const struct retry *retry);
/* Nothing there is fine. */
MUST_CHECK
enum err retry_delete(
    struct state_txn *txn, enum workflow workflow, uint64_t item);
MUST_CHECK
enum err notification_put(
    struct state_txn *txn, const struct notification *row);

/* ---- cursors of lists ---- */

/* Writes len bytes as a cursor of the list that kind names. */
void cursor_write(unsigned kind, const unsigned char *bytes, size_t len,
    char out[CURSOR_TEXT_MAX]);
/*
 * Reads it back.  *given is false for "" and NULL.  ERR_INVALID when it is none
 * of this kind and length.
 */
MUST_CHECK
enum err cursor_read(unsigned kind, const char *text, unsigned char *bytes,
    size_t len, bool *given);

#endif
