/*
 * What the fold's handlers share: one for each kind of entry, one entry at a
 * time.  A handler reads facts with the facts_* functions; facts that turn out
 * bad are refused by fold_apply after it.
 */
#ifndef TOCSIN_STORE_FOLD_ENTRY_H
#define TOCSIN_STORE_FOLD_ENTRY_H

#include "protocol/json.h"
#include "store/facts.h"
#include "store/fold.h"
#include "store/rows.h"

struct folding {
	struct state_txn *txn;
	const struct entry *entry;
	struct counters *counters;
	struct facts facts;
	/* The tree that facts is of, empty while nobody parsed it: the kind that
	 * comes by the ten thousand a second reads its facts without one. */
	struct json_doc facts_tree;
	/* The first TEXT part, when it was asked for. */
	bool text_read;
	struct json_doc text_tree;
	bool no_memory; /* for the text: the entry is not folded */
};

#define EVENT(number, name, subject)                                           \
	MUST_CHECK                                                             \
	enum err fold_##name(struct folding *f);
#include "store/events.def"
#undef EVENT

/* Parses the facts.  ERR_CORRUPT when they are no object; ERR_MEMORY. */
MUST_CHECK
enum err folding_facts(struct folding *f);

/* The free text of the entry, an object, or NULL when it has none or it was
 * erased.  Only tables of class T may be written from it. */
const cJSON *folding_text(struct folding *f);

/* The incident's own row: its revision, and that a person has looked. */
MUST_CHECK
enum err folding_touch(struct folding *f, uint64_t incident);

/*
 * Writes the subject's row of free text: what the entry's text has of the
 * names, in their order, and what the row had of the others.
 */
MUST_CHECK
enum err fold_texts_merge(struct folding *f, enum table table,
    const char *const *names, size_t count);

/* ---- incidents ---- */

/* Counts the alert part in or out of the incident. */
MUST_CHECK
enum err fold_incident_alert(struct folding *f, uint64_t incident,
    uint64_t alert, uint32_t part, bool attached);
/* Counts an incident that triage opened for source and rule. */
MUST_CHECK
enum err fold_umbrella(
    struct folding *f, uint32_t source, const struct incident *incident);

/*
 * What the entry does to the targets of an incident that it changes; before is
 * NULL for a new one.  Sets after->due_ms: to be called before it is written.
 */
MUST_CHECK
enum err fold_targets(
    struct folding *f, const struct incident *before, struct incident *after);

/* ---- alerts ---- */

/* Applies the parts of alert_triaged, and drops older ones beyond them: all,
 * or, once remapped, those behind the last one that an incident has. */
MUST_CHECK
enum err fold_alert_parts(
    struct folding *f, struct alert *alert, const cJSON *parts, bool remapped);
/* Gives the part its new status and incident (0: none), with what follows. */
MUST_CHECK
enum err fold_alert_part_set(struct folding *f, struct alert_part *part,
    enum alert_status status, uint64_t incident);
/* The alert as a whole has the status of its least advanced part. */
MUST_CHECK
enum err fold_alert_sum(struct folding *f, struct alert *alert);

/* ---- sources ---- */

/* Deliveries came from it. */
MUST_CHECK
enum err fold_source_received(
    struct folding *f, uint32_t source, uint64_t count);
/* A delivery of it was one thing and is another now. */
MUST_CHECK
enum err fold_source_disposition(struct folding *f, uint32_t source,
    enum disposition before, enum disposition after);
/* What the parts of a delivery tell of its clock. */
MUST_CHECK
enum err fold_source_lags(
    struct folding *f, uint32_t source, const cJSON *parts);

/* again: the same part of the same delivery was counted before. */
MUST_CHECK
enum err fold_cluster(struct folding *f, struct facts *facts,
    const struct alert_part *part, bool again);

/* Triage has given up on the delivery, or it waits for another try. */
MUST_CHECK
enum err fold_alert_failed(struct folding *f, uint64_t alert);
MUST_CHECK
enum err fold_alert_waits(struct folding *f, uint64_t alert);
/* Makes a dead retry due now; *revived says whether it was one. */
MUST_CHECK
enum err fold_revive(
    struct folding *f, enum workflow workflow, uint64_t item, bool *revived);

/* ---- observables: from free text, into class T alone ---- */

/* Those of the text itself, for the incident. */
MUST_CHECK
enum err fold_observables_incident(struct folding *f, uint64_t incident);
/* Those of each part of alert_triaged, for the part and its incident. */
MUST_CHECK
enum err fold_observables_parts(
    struct folding *f, uint64_t alert, const cJSON *parts);

#endif
