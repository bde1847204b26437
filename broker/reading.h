/* What the read_*.c files share. */
#ifndef TOCSIN_BROKER_READING_H
#define TOCSIN_BROKER_READING_H

#include "broker/put.h"
#include "broker/read.h"
#include "broker/view.h"

/* One handler for each verb of effect READ. */
#define READER_WRITE(name)
#define READER_INTAKE(name)
#define READER_STREAM(name)
#define READER_READ(name)                                                      \
	MUST_CHECK                                                             \
	enum err read_##name(struct reading *r);
#define VERB(name, roles, effect, help) READER_##effect(name)
#include "protocol/verbs.def"
#undef VERB
#undef READER_READ

/* Sets the fault and returns err, as decision_refuse. */
__attribute__((format(printf, 4, 5))) MUST_CHECK enum err reading_refuse(
    struct reading *r, enum err err, const char *field, const char *format,
    ...);

/* Does the principal see only the incidents that it opened? */
bool reading_only_reports(const struct reading *r);

/* ---- what the principal may see (read_relation.c) ---- */

/* A reporter sees what it opened, a restricted incident is for those named. */
bool reading_shows(const struct reading *r, const struct incident *incident);
/* The same by number; 0, which is no incident, is shown. */
bool reading_shows_number(struct reading *r, uint64_t number);
/* Is none of the delivery's parts in an incident that is not shown? */
bool reading_shows_alert(struct reading *r, const struct alert *alert);
/* Does the entry tell of nothing that is not shown? */
bool reading_shows_entry(struct reading *r, const struct entry *entry);

/* Adds "merged", "links" and "restricted_to" to the answer. */
MUST_CHECK
enum err reading_relations(struct reading *r, const struct incident *incident);

/* ---- pages ---- */

/*
 * Is there room and time for the item in the answer?  Counts it when there is.
 * The first of a page (`rows` is 0) always has time.
 */
bool reading_fits(struct reading *r, const cJSON *item, size_t rows);

/* Rows of the page that is asked for, at least 1. */
size_t reading_limit(const struct reading *r);

/* The field cursor, "" when it is absent. */
const char *reading_cursor(const struct reading *r);

/* Is the cursor so many whole numbers with dots between them?  Reads them. */
bool reading_cursor_numbers(
    const struct reading *r, uint64_t *numbers, size_t count);

/* "next", unless the list is at its end, and "visited". */
void reading_page_end(struct reading *r, const char *next, size_t visited);

/* ---- the journal ---- */

/*
 * The entry with the number; it lives until the next call.  ERR_MISSING when
 * the journal does not have it.
 */
MUST_CHECK
enum err reading_entry(
    struct reading *r, uint64_t seq, const struct entry **entry);

/* The TEXT part of the entry as a tree, the caller's; NULL when there is none
 * or it was erased, of which *erased tells. */
cJSON *entry_text_tree(const struct entry *entry, bool *erased);

/* The event as history and watches show it. */
void reading_event(struct reading *r, cJSON *out, const struct entry *entry);

/* ---- incidents and alerts ---- */

/*
 * The title of the incident: its own or, when it was promoted without one, its
 * alert's.  False when it was erased.
 */
bool reading_title(struct reading *r, uint64_t incident,
    char title[LIMIT_TITLE_BYTES_MAX + 1]);

/* The incident as lists have it; the caller's. */
cJSON *reading_incident_row(struct reading *r, const struct incident *incident);

/* The incident with its text, as `show` has it without alerts and history. */
void reading_incident(
    struct reading *r, cJSON *out, const struct incident *incident);

/* "due" and "overdue": when the first of its targets that run ends. */
void reading_due(
    struct reading *r, cJSON *out, const struct incident *incident);
/* "targets": each with its times and how it stands. */
void reading_targets(
    struct reading *r, cJSON *out, const struct incident *incident);

/* A task as lists have it. */
void reading_task(
    struct reading *r, cJSON *row, const struct incident_task *task);

/* "tasks": those of the incident and of what was merged into it; "tasks_more"
 * when not all are there. */
MUST_CHECK
enum err reading_tasks(
    struct reading *r, cJSON *out, const struct incident *incident);

/* "files": those of the incident and, unless own, of what was merged into it;
 * "files_more" when not all are there. */
MUST_CHECK
enum err reading_files(
    struct reading *r, cJSON *out, const struct incident *incident, bool own);

/* Adds the observables of the text that are not there yet, as many as are kept
 * of anything. */
void reading_gather_observables(cJSON *all, const cJSON *text);
/* The same from the incident's entries, the oldest first; "observables_more"
 * when there are too many to look at. */
MUST_CHECK
enum err reading_observed(
    struct reading *r, const struct incident *incident, cJSON *observables);
/* Adds "attached" and "resolved_by_source" to the answer, and what its alerts
 * hold to observables. */
MUST_CHECK
enum err reading_attached(
    struct reading *r, const struct incident *incident, cJSON *observables);

/* ---- lessons ---- */

/* "as_of": the entry, its chain head and time, that the answer is computed from. */
MUST_CHECK
enum err reading_position(struct reading *r, struct counters *counters);
/* A corrective action with its text. */
void reading_action(struct reading *r, cJSON *out, const struct action *action);
/* "actions": those of the incident and of what was merged into it; with
 * "actions_more" where there are too many. */
MUST_CHECK
enum err reading_actions(struct reading *r, cJSON *out, uint64_t incident);
/* "times": ttd, tta, ttt, ttc, ttr, each with the entries that it comes from. */
void reading_times(cJSON *out, const struct incident *incident);
/* "similar": earlier incidents that share observables, hosts or techniques. */
MUST_CHECK
enum err reading_similar(struct reading *r, cJSON *out,
    const struct incident *incident, const cJSON *observables);

/*
 * What the decision of this part says: its facts and its text, borrowed until
 * the next call; NULL where there are none (any more).
 */
void reading_part(struct reading *r, const struct alert_part *part,
    const cJSON **facts, const cJSON **text);

/* What became of the alert, or of one part (0: all), as alert.outcome tells it
 * (read_outcome.c). */
MUST_CHECK
enum err reading_outcome(
    struct reading *r, cJSON *out, const struct alert *alert, uint32_t only);

/* Adds what a callback's notification tells, and where to, to a job's item; or
 * why it is dropped (read_callback.c). */
MUST_CHECK
enum err reading_callback(
    struct reading *r, cJSON *item, const struct notification *told);

/* A row of alert.list; part is NULL for a delivery without parts. */
void reading_alert_row(struct reading *r, cJSON *out, const struct alert *alert,
    const struct alert_part *part);

#endif
