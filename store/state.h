/*
 * The state: LMDB tables that are a fold over the journal.  lmdb.c is the only
 * file that knows LMDB.
 *
 * One write transaction at a time, used by one thread (the state thread) for
 * fold and decide; any number of read transactions, each used by one thread.
 * What a getter returns is copied into the caller's struct; strings in it point
 * into the transaction and live until its next write or its end.
 */
#ifndef TOCSIN_STORE_STATE_H
#define TOCSIN_STORE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/err.h"
#include "protocol/limits.h"
#include "protocol/ref.h"
#include "protocol/words.h"
#include "store/entry.h"
#include "store/files.h"
#include "store/lessons.h"
#include "store/tasks.h"

struct state;
struct state_txn;

enum { HASH8 = 8, HASH16 = 16, CLUSTER_KEY_BYTES = 16 };

struct position {
	uint64_t seq;
	unsigned char hash[HASH_BYTES]; /* chain hash at seq */
};

/*
 * Opens or creates STORE/state.  ERR_IO with why for people; ERR_MEMORY.
 * read_only: for tools beside a running broker.
 */
MUST_CHECK enum err state_open(const char *store_path, bool read_only,
    struct state **state, char *why, size_t size);
void state_close(struct state **state);

/* Throws every table away: position 0. Nobody else may have it open. */
MUST_CHECK enum err state_discard(struct state *state);

/* ERR_FULL when the address space or the disk is exhausted. */
MUST_CHECK enum err state_begin(
    struct state *state, bool write, struct state_txn **txn);
/*
 * Commits with full sync, storing the position (its hash included) in the same
 * transaction.  The transaction is over whatever comes back.  ERR_FULL, ERR_IO.
 */
MUST_CHECK enum err state_commit(
    struct state_txn **txn, const struct position *position);
/* Ends a read transaction, or throws a write transaction away.  NULL is fine. */
void state_abort(struct state_txn **txn);
/* Renews a read transaction onto the newest snapshot. */
MUST_CHECK enum err state_renew(struct state_txn *txn);
/* Clears the slots of readers that died.  Any thread. */
void state_check_readers(struct state *state);

/* The committed position; seq 0 for an empty state. *fold_version is that of
 * the code that wrote it. */
MUST_CHECK enum err state_position(
    struct state_txn *txn, struct position *position, uint32_t *fold_version);

/* Numbers that fold keeps; 0 in an empty state. */
struct counters {
	uint64_t folded_seq; /* last entry folded in this transaction */
	uint64_t time_ms; /* its time: the "now" of decide */
	uint64_t people, incidents, alerts, leases, notifications,
	    silences; /* last number given */
	bool timers_held;
	char config[17]; /* version of the configuration in force */
};
MUST_CHECK enum err state_counters(
    struct state_txn *txn, struct counters *counters);

/* ---- people ---- */

struct person {
	uint32_t number;
	uint32_t roles; /* set of enum role */
	bool active;
	char name[LIMIT_NAME_BYTES_MAX + 1];
	char public_z85[41];
	uint64_t enrolled_ms, revoked_ms;
	size_t sources_count;
	char sources[LIMIT_SOURCES_MAX][LIMIT_NAME_BYTES_MAX + 1];
	/* A token: proved by a secret, not by a key (public_z85 is ""). */
	bool token;
	unsigned char secret[HASH_BYTES]; /* BLAKE2b-256 of it */
	uint32_t rate; /* alerts a second; 0: as configured */
};
/* ERR_MISSING when there is none. */
MUST_CHECK enum err person_get(
    struct state_txn *txn, uint32_t number, struct person *person);
MUST_CHECK enum err person_by_name(
    struct state_txn *txn, const char *name, struct person *person);
MUST_CHECK enum err person_by_key(
    struct state_txn *txn, const char *public_z85, struct person *person);
/* Calls row for each in order of number until it returns false. */
MUST_CHECK enum err person_each(struct state_txn *txn,
    bool (*row)(void *arg, const struct person *person), void *arg);

/* The last entry that the principal caused.  ERR_MISSING: none. */
MUST_CHECK enum err person_acted(
    struct state_txn *txn, uint32_t number, uint64_t *seq, uint64_t *time_ms);

/* ---- incidents ---- */

struct incident {
	uint64_t number, revision;
	enum severity severity;
	enum status status;
	enum kind kind;
	enum rsit classification;
	enum verdict verdict;
	enum impact impact;
	enum tlp tlp;
	enum pap pap;
	bool major, unread, umbrella;
	bool missed; /* a target that runs was missed, and that was told */
	uint32_t assignee; /* 0: nobody */
	uint32_t opened_by; /* 0: triage */
	uint32_t source; /* of the alert that opened it; 0: none */
	uint64_t follows; /* closed incident of the same cluster; 0: none */
	uint64_t alerts; /* alert parts attached, to it alone */
	/* Times in ms since 1970, 0 when it has not happened. */
	uint64_t occurred_ms, detected_ms, opened_ms, updated_ms;
	uint64_t acknowledged_ms; /* first assigned to or moved by a person */
	uint64_t triaged_ms, contained_ms, resolved_ms, closed_ms;
	/* How it stands to others. */
	uint64_t merged_into; /* 0: it stands for itself */
	unsigned merge_depth; /* of the chains that end in it */
	enum status merged_from, held_from; /* what they were before */
	bool restricted; /* to those in grants */
	size_t grants_count;
	uint32_t grants[LIMIT_GRANTS_MAX];
	/* How far it was escalated, and by when something is to be done: the
	 * end of the target that ends first of those that run; 0: none. */
	unsigned level;
	uint64_t due_ms;
	/* The entries that the times come from; 0 where there is none. */
	uint64_t occurred_seq, detected_seq, opened_seq;
	uint64_t acknowledged_seq;
	uint64_t triaged_seq, contained_seq, resolved_seq, closed_seq;
	/* Tasks: the last number given, how many are open, and mandatory. */
	uint32_t tasks, tasks_open, tasks_mandatory;
	uint32_t files; /* last number given */
	char config[17];
	size_t tags_count, techniques_count, hosts_count;
	char tags[LIMIT_TAGS_MAX][LIMIT_NAME_BYTES_MAX + 1];
	char techniques[LIMIT_TECHNIQUES_MAX][16];
	unsigned char hosts[LIMIT_HOSTS_MAX][HASH8];
};
MUST_CHECK enum err incident_get(
    struct state_txn *txn, uint64_t number, struct incident *incident);
/* The text row as JSON (not terminated), for screens alone; ERR_MISSING when
 * it was erased. */
MUST_CHECK enum err incident_text(
    struct state_txn *txn, uint64_t number, const char **json, size_t *len);

/*
 * The incident that it leads to: itself, unless it was merged.  At most
 * MERGE_DEPTH_MAX steps.
 */
MUST_CHECK enum err incident_resolve(
    struct state_txn *txn, uint64_t number, struct incident *incident);

/* Is the principal one of those who may see it, as far as it is restricted? */
bool incident_shown_to(const struct incident *incident, uint32_t principal);

/* Those that were merged into it, in order of number, until row returns false. */
MUST_CHECK enum err incident_merged_each(struct state_txn *txn, uint64_t number,
    bool (*row)(void *arg, uint64_t merged), void *arg);

/* Alert parts attached to it and to what was merged into it, looking at no
 * more than INCIDENTS_COUNTED_MAX incidents. */
enum { INCIDENTS_COUNTED_MAX = 64 };
MUST_CHECK enum err incident_alerts_all(
    struct state_txn *txn, const struct incident *incident, uint64_t *alerts);

/*
 * The incident and what was merged into it, and into that, in order of number
 * on each level, until row returns false.
 */
MUST_CHECK enum err incident_tree_each(struct state_txn *txn,
    const struct incident *root,
    bool (*row)(void *arg, const struct incident *incident), void *arg);

struct incident_link {
	uint64_t other;
	enum relation relation;
	bool inverse; /* the relation is told of the other: other causes this */
};
/* ERR_MISSING. */
MUST_CHECK enum err incident_link_get(struct state_txn *txn, uint64_t number,
    uint64_t other, struct incident_link *link);
MUST_CHECK enum err incident_link_each(struct state_txn *txn, uint64_t number,
    bool (*row)(void *arg, const struct incident_link *link), void *arg);

enum incident_sort { SORT_SEVERITY, SORT_AGE, SORT_NEWEST };

struct incident_filter {
	int status; /* -1: any */
	int severity; /* -1: any */
	int64_t assignee; /* -1: any, 0: nobody's */
	int64_t opened_by; /* -1: any (a reporter sees only own) */
	uint32_t viewer; /* who looks: restricted ones only when named */
	bool closed_too; /* with closed and cancelled ones */
	const char *tag; /* NULL: any */
	uint64_t since_ms, until_ms; /* of opening; 0: no bound */
	const char *text; /* words that the title holds, NULL: any */
	bool overdue; /* only those of which a target is missed */
	uint32_t source; /* only those opened by its alerts; 0: any */
	enum incident_sort sort;
	size_t visit_max;
};

/*
 * Calls row for the incidents that pass, in order, beginning after cursor (""
 * from the start), until it returns false (that one is then not counted as
 * seen) or visit_max rows were visited.  next receives the cursor to go on
 * with, or "" at the end.  The index for the filter is chosen here.
 * ERR_INVALID: the cursor is none of ours for this sort.
 */
MUST_CHECK enum err incident_list(struct state_txn *txn,
    const struct incident_filter *filter, const char *cursor,
    bool (*row)(void *arg, const struct incident *incident), void *arg,
    char next[CURSOR_TEXT_MAX], size_t *visited);

struct history_row {
	uint64_t seq, time_ms;
	unsigned kind;
	uint32_t actor, part;
};
/* What concerned the subject, newest first, seq below `before`. */
MUST_CHECK enum err history_back(struct state_txn *txn, enum subject_type type,
    uint64_t number, uint64_t before,
    bool (*row)(void *arg, const struct history_row *row), void *arg);
/* What concerned the subject, oldest first, seq above `after`. */
MUST_CHECK enum err history_each(struct state_txn *txn, enum subject_type type,
    uint64_t number, uint64_t after,
    bool (*row)(void *arg, const struct history_row *row), void *arg);

/*
 * One target of an incident: what is to be done with it within a time, which
 * runs while it is open, not on hold, and not done.
 */
struct incident_target {
	uint64_t incident;
	enum target_kind kind;
	uint64_t span_ms; /* the time that it has */
	uint64_t armed_ms; /* when that began */
	uint64_t paused_ms; /* how long it stood still since */
	uint64_t stopped_ms; /* when it stopped; 0: it runs */
	uint64_t met_ms; /* when it was done; 0: it is not */
	uint64_t next_ms; /* when its next step is due; 0: never */
	unsigned percent; /* last step: 0, 50, 75, 100 */
};
/* ERR_MISSING when the incident has none of the kind. */
MUST_CHECK enum err target_get(struct state_txn *txn, uint64_t incident,
    enum target_kind kind, struct incident_target *target);
/* The end of its time, as far as it ran without a stop. */
uint64_t target_due_ms(const struct incident_target *target);
/* The step that follows this one, in percent. */
unsigned target_next_percent(unsigned percent);

/* ---- alerts ---- */

struct alert { /* a delivery */
	uint64_t number;
	uint64_t seq; /* the entry that holds its payload */
	uint32_t payload; /* which PAYLOAD part of it, from 0 */
	uint32_t source;
	uint32_t actor; /* who pushed it */
	uint64_t received_ms;
	uint64_t triaged_seq; /* the newest decision; 0 while waiting */
	uint32_t parts;
	enum disposition disposition;
	bool test; /* nothing is to come of it */
	bool
	    remap; /* it is to be read again, and stays what it is until then */
	enum alert_status
	    status; /* of the delivery as a whole, by its parts' least advanced */
};
MUST_CHECK enum err alert_get(
    struct state_txn *txn, uint64_t number, struct alert *alert);

struct alert_part {
	uint64_t alert;
	uint32_t part; /* from 1 */
	enum disposition disposition;
	enum alert_status status;
	enum severity severity;
	enum rsit classification;
	unsigned char cluster[CLUSTER_KEY_BYTES];
	unsigned char rule[HASH8];
	uint64_t incident; /* 0: none */
	uint64_t occurred_ms;
	uint64_t seq; /* of the decision: the text stands there */
	uint32_t index; /* its place in that decision's parts */
};
MUST_CHECK enum err alert_part_get(struct state_txn *txn, uint64_t alert,
    uint32_t part, struct alert_part *out);

struct alert_filter {
	int status, disposition, severity; /* -1: any */
	uint32_t source; /* 0: any */
	uint64_t incident; /* 0: any */
	size_t visit_max;
};
/*
 * Newest first.  Calls row with the delivery and each part that passes; part
 * is NULL for a delivery without parts (waiting, unreadable).  Else as
 * incident_list.
 */
MUST_CHECK enum err alert_list(struct state_txn *txn,
    const struct alert_filter *filter, const char *cursor,
    bool (*row)(
	void *arg, const struct alert *alert, const struct alert_part *part),
    void *arg, char next[CURSOR_TEXT_MAX], size_t *visited);

/* Source number by name and back.  ERR_MISSING. */
MUST_CHECK enum err source_by_name(
    struct state_txn *txn, const char *name, uint32_t *number);
MUST_CHECK enum err source_name(struct state_txn *txn, uint32_t number,
    char name[LIMIT_NAME_BYTES_MAX + 1]);

struct cluster {
	unsigned char key[CLUSTER_KEY_BYTES];
	uint64_t count;
	uint64_t first_ms, last_ms; /* journal time */
	uint64_t first_alert, last_alert;
	uint64_t incident; /* newest incident of it; 0: none */
	enum severity severity; /* highest seen */
	uint64_t open; /* external ids firing and not resolved */
	unsigned char observables[HASH8]; /* digest of those last indexed */
};
MUST_CHECK enum err cluster_get(struct state_txn *txn,
    const unsigned char key[CLUSTER_KEY_BYTES], struct cluster *cluster);

struct external {
	uint64_t alert; /* highest that spoke of it */
	uint32_t part;
	bool resolved;
};
MUST_CHECK enum err external_get(struct state_txn *txn,
    const unsigned char key[CLUSTER_KEY_BYTES], const unsigned char id[HASH8],
    struct external *external);

struct umbrella {
	uint64_t since_ms; /* when its window began */
	uint32_t opened; /* incidents opened in the window */
	uint64_t incident; /* the umbrella incident; 0: none yet */
};
MUST_CHECK enum err umbrella_get(struct state_txn *txn, uint32_t source,
    const unsigned char rule[HASH8], struct umbrella *umbrella);

/*
 * The 16-byte name of an observable: BLAKE2b-128 of type, NUL, value in its
 * canonical spelling (lower case; see observable_canonical in workers).
 */
void observable_hash(
    const char *type, const char *value, unsigned char out[HASH16]);

struct sighting {
	struct ref subject; /* INC-n or ALR-n/m */
	uint64_t seq;
};
/* Where the observable was seen, after cursor; else as incident_list. */
MUST_CHECK enum err observable_each(struct state_txn *txn,
    const unsigned char hash[HASH16], const char *cursor,
    bool (*row)(void *arg, const struct sighting *sighting), void *arg,
    char next[CURSOR_TEXT_MAX]);
/* The incidents below `number` where it was seen, the newest first, until row
 * returns false. */
MUST_CHECK enum err observable_incidents_below(struct state_txn *txn,
    const unsigned char hash[HASH16], uint64_t number,
    bool (*row)(void *arg, const struct sighting *sighting), void *arg);

/* ---- producers and idempotency ---- */

struct produced {
	uint32_t principal;
	uint64_t session, counter, seq, alert;
	uint32_t count;
};
/* Every remembered message, for the loop to fill its window at start. */
MUST_CHECK enum err produced_each(struct state_txn *txn,
    bool (*row)(void *arg, const struct produced *row), void *arg);

struct remembered {
	unsigned char ask[HASH16];
	uint64_t time_ms, seq;
	const char *answer; /* JSON, answer_len bytes */
	size_t answer_len;
};
MUST_CHECK enum err idempotency_get(struct state_txn *txn, uint32_t principal,
    const unsigned char key[HASH16], struct remembered *out);

/* ---- jobs, timers, outbox ---- */

/*
 * A workflow's items are numbered from 1 without gaps: alerts for triage,
 * notifications for notify.  Those below the frontier have been leased at
 * least once; of those, what is neither leased nor in retries is done.
 */
struct workflow_row {
	uint64_t frontier; /* first item never leased; 1 at first */
	uint64_t last; /* last item that exists */
	uint64_t done, failed; /* items, over all time */
	uint64_t leased, retrying, dead; /* items, now */
};
MUST_CHECK enum err workflow_get(
    struct state_txn *txn, enum workflow workflow, struct workflow_row *row);

struct lease {
	uint64_t number;
	enum workflow workflow;
	uint64_t first, last;
	uint32_t worker; /* principal */
	unsigned char token[16];
	uint64_t deadline_ms;
	uint32_t attempt; /* 0 for a fresh range */
};
MUST_CHECK enum err lease_get(
    struct state_txn *txn, uint64_t number, struct lease *lease);
MUST_CHECK enum err lease_each(struct state_txn *txn,
    bool (*row)(void *arg, const struct lease *lease), void *arg);

struct retry {
	enum workflow workflow;
	uint64_t item;
	uint32_t attempts;
	uint64_t due_ms; /* when it may be leased again */
	bool dead;
	uint64_t seq; /* of the entry that says why it failed */
};
MUST_CHECK enum err retry_get(struct state_txn *txn, enum workflow workflow,
    uint64_t item, struct retry *retry);
/* In order of item, from `from` on. */
MUST_CHECK enum err retry_each(struct state_txn *txn, enum workflow workflow,
    uint64_t from, bool (*row)(void *arg, const struct retry *retry),
    void *arg);

enum timer {
	TIMER_LEASE = 1,
	TIMER_RETRY = 2,
	TIMER_TARGET = 3,
	TIMER_SOURCE = 4,
	TIMER_ACTION = 5,
	TIMER_TASK = 6,
	TIMER_END
};
struct timer_row {
	uint64_t due_ms;
	enum timer timer;
	uint64_t a, b; /* LEASE: lease, 0.  RETRY: workflow, item.
			* TARGET: incident, kind of target.
			* SOURCE: source, 0.
			* ACTION: action, 0.
			* TASK: incident, task. */
};
/* The timer's rows in order of due time.  A RETRY row is there from failure
 * until leased. */
MUST_CHECK enum err timer_each(struct state_txn *txn, enum timer timer,
    bool (*row)(void *arg, const struct timer_row *row), void *arg);

struct notification {
	uint64_t number, incident;
	uint64_t action; /* that is overdue; 0: none */
	uint64_t alert; /* that a callback is told of; 0: none */
	uint32_t alert_part; /* of it; 0: the whole */
	uint64_t seq; /* of the entry that queued it */
	uint32_t task; /* of the incident, that is overdue; 0: none */
	enum occasion on;
	bool done;
	uint64_t queued_ms;
	char hook[LIMIT_NAME_BYTES_MAX + 1];
};
MUST_CHECK enum err notification_get(
    struct state_txn *txn, uint64_t number, struct notification *out);

/* Open incidents with this status and severity. */
MUST_CHECK enum err incident_count(struct state_txn *txn, enum status status,
    enum severity severity, uint64_t *count);

/*
 * Writes every table in order as text, one line a row (table, key, value; in
 * hex where not printable; a newline at its end), through write until that
 * returns false.  Two states are equal when their dumps are.
 */
MUST_CHECK enum err state_dump(struct state_txn *txn,
    bool (*write)(void *arg, const char *line, size_t len), void *arg);

#endif
