/*
 * What the handlers of decide share: looking things up, refusing, emitting.
 * A handler reads the state and the ask, then emits events and answers, or
 * refuses; it is called after the checks that all verbs have in common.
 */
#ifndef TOCSIN_BROKER_DECISION_H
#define TOCSIN_BROKER_DECISION_H

#include "broker/decide.h"
#include "broker/put.h"

/* One handler for each verb of effect WRITE. */
#define HANDLER_READ(name)
#define HANDLER_INTAKE(name)
#define HANDLER_STREAM(name)
#define HANDLER_WRITE(name)                                                    \
	MUST_CHECK                                                             \
	enum err decide_##name(struct decision *d);
#define VERB(name, roles, effect, help) HANDLER_##effect(name)
#include "protocol/verbs.def"
#undef VERB
#undef HANDLER_WRITE

/* ---- refusing ---- */

/*
 * Sets the fault and returns err.  field is "" where none is at fault.  The
 * sentence says what was tried, on what, why not, and what to do.
 */
__attribute__((format(printf, 4, 5))) MUST_CHECK enum err decision_refuse(
    struct decision *d, enum err err, const char *field, const char *format,
    ...);

/* May the actor do this by one of these roles (a set)? */
bool decision_by(const struct decision *d, uint32_t roles);

/* Is the actor one that sees only the incidents that it opened? */
bool decision_only_reports(const struct decision *d);

/* Is there anything in text but blanks?  NULL counts as blank. */
bool text_blank(const char *text);

/* Is text an ATT&CK technique id in lower case, t1059 or t1059.001? */
bool technique_valid(const char *text);

/* ---- looking up ---- */

/*
 * The incident that the field "incident" names, or the one that it was merged
 * into.  ERR_MISSING when there is none or it is not for the actor to know;
 * ERR_CONFLICT when if_revision is not its revision.
 */
MUST_CHECK
enum err decision_incident(struct decision *d, struct incident *incident);

/* As decision_incident, but the merged one itself. */
MUST_CHECK
enum err decision_own_incident(struct decision *d, struct incident *incident);

/* The incident that another field names; if_revision does not concern it. */
MUST_CHECK
enum err decision_named_incident(
    struct decision *d, const char *field, struct incident *incident);

/* As decision_incident; ERR_CONFLICT also when it is closed or cancelled. */
MUST_CHECK
enum err decision_open_incident(struct decision *d, struct incident *incident);

/*
 * The principal that the field names: an analyst or lead, the actor for "me"
 * and where it is absent, 0 for "none".
 */
MUST_CHECK
enum err decision_worker(struct decision *d, const char *field, uint32_t *to);

/* ERR_CONFLICT when the incident is restricted, and not to the principal whom
 * the field names. */
MUST_CHECK
enum err decision_may_see(struct decision *d, const char *field,
    const struct incident *incident, uint32_t to);

/* ERR_CONFLICT, with the task, when a mandatory one is open: in the incident,
 * or in what was merged into it. */
MUST_CHECK
enum err decision_tasks_done(
    struct decision *d, const struct incident *incident);

/* ---- emitting ---- */

/*
 * Adds an event and returns its facts to fill in.  There is room: callers that
 * emit more than a few ask decision_room first.
 */
cJSON *decision_emit(struct decision *d, uint16_t kind, struct ref subject);

/* The text of the event emitted last, made on first use. */
cJSON *decision_text(struct decision *d);

/* Gives the event emitted last this payload, as JSON; takes it. */
void decision_payload(struct decision *d, cJSON *payload);

/* Copies the ask's TEXT field, when it is there, to the last event's text. */
void decision_copy_text(struct decision *d, const char *field);

/*
 * Adds an event of an incident that the state holds, with its next revision,
 * and raises that in *incident.
 */
cJSON *decision_emit_incident(
    struct decision *d, uint16_t kind, struct incident *incident);

/* Throws away what was emitted and not flushed. */
void decision_drop(struct decision *d);

/* Makes room for count events more, by a flush when there is not enough. */
MUST_CHECK
enum err decision_room(struct decision *d, size_t count);

/* The number that the next new thing of the event's kind will have. */
MUST_CHECK
enum err decision_number(struct decision *d, uint16_t kind, uint64_t *number);

/* Queues what the hook or callback of that name tells of: alert or incident. */
MUST_CHECK
enum err decision_queue(
    struct decision *d, const char *name, struct ref about, enum occasion on);

/* Queues the hooks that want to know that an action is overdue which follows
 * from the incident, or one of its tasks; the other is 0.  At most
 * CONFIG_HOOKS_MAX events. */
MUST_CHECK
enum err decision_notify_overdue(struct decision *d,
    const struct incident *incident, uint64_t action, uint32_t task);

/* Queues the hooks that want to know that the incident opened, or is assigned
 * to somebody.  At most CONFIG_HOOKS_MAX events. */
MUST_CHECK
enum err decision_notify(struct decision *d, uint64_t incident,
    enum severity severity, enum occasion on);

/* ---- callbacks (decide_callback.c) ---- */

/* Queues the callbacks of the alert's source that want to know this of it, or of
 * one part; part is 0 for the whole.  At most CONFIG_CALLBACKS_MAX events. */
MUST_CHECK
enum err decision_callbacks(struct decision *d, const struct alert *alert,
    enum occasion on, uint32_t part);

/* The same for the sources of an incident's alerts, once it is closed. */
MUST_CHECK
enum err decision_callbacks_closed(
    struct decision *d, const struct incident *incident);

/* ---- targets and escalation (decide_target.c) ---- */

/* Most events of one step of a target. */
enum { TARGET_EVENTS_MAX = 3 + CONFIG_HOOKS_MAX };

/* Puts the times that an incident of this severity has into the facts of what
 * opens, reopens or weighs it anew. */
void decision_put_targets(
    const struct decision *d, cJSON *facts, enum severity severity);

/*
 * Takes the step that a target's timer is due for; *raised: it was missed, and
 * its incident is escalated, which only the next decision sees.  There is room
 * for TARGET_EVENTS_MAX events.
 */
MUST_CHECK
enum err decision_target(
    struct decision *d, const struct timer_row *timer, bool *raised);

/* Was nobody there to act when it was due? */
bool decision_is_late(const struct decision *d, uint64_t due_ms);

/* ---- sources (decide_source.c) ---- */

/* Most events of one source's silence or of its end. */
enum { SOURCE_EVENTS_MAX = 3 };

/* Acts on a source that has been silent for too long, or was heard again.
 * There is room for SOURCE_EVENTS_MAX events. */
MUST_CHECK
enum err decision_source(struct decision *d, const struct timer_row *timer);

/* ---- lessons (decide_review.c, decide_action.c) ---- */

/* The incident was closed: its review is drafted. */
void decision_draft_review(struct decision *d, uint64_t incident);

/* Most events of an action or a task that is overdue. */
enum { OVERDUE_EVENTS_MAX = 1 + CONFIG_HOOKS_MAX };

/* Tells of the action whose timer is due.  There is room for
 * OVERDUE_EVENTS_MAX events. */
MUST_CHECK
enum err decision_action_overdue(
    struct decision *d, const struct timer_row *timer);

/* The same for a task (decide_task.c). */
MUST_CHECK
enum err decision_task_overdue(
    struct decision *d, const struct timer_row *timer);

/* ---- answering ---- */

/* {"id":"INC-1","revision":3}, and returns it for more. */
cJSON *decision_answer_incident(
    struct decision *d, const struct incident *incident);

/* ---- parts of handlers used by more than one ---- */

/* Checks a LIST of techniques' form.  NULL is fine. */
MUST_CHECK
enum err decision_techniques(struct decision *d, const cJSON *techniques);

/*
 * Checks the field "observables" of the ask and sets *out to a new array in
 * canonical spelling, or to NULL when there is none.
 */
MUST_CHECK
enum err decision_observables(struct decision *d, cJSON **out);

/* The principal that the field "to" names, who is to have what the other one
 * had; 0 where it is not said. */
MUST_CHECK
enum err decision_successor(
    struct decision *d, const struct person *from, uint32_t *to);

/*
 * Hands the person's open incidents, tasks and corrective actions over, at
 * most HANDED_OVER_MAX of them, one by one, each with a flush; to 0 nobody has
 * the incidents and tasks from then on, and actions stay.  Answers how many.
 */
MUST_CHECK
enum err decision_hand_over(
    struct decision *d, const struct person *from, uint32_t to);

/* Has the name another meaning where a person's name is asked for? */
bool decision_name_reserved(const char *name);

/* ERR_INVALID or ERR_CONFLICT when no new principal can be called so. */
MUST_CHECK
enum err decision_new_name(struct decision *d, const char *name);

/* ---- idempotency ---- */

/*
 * Looks the ask's key up.  *repeated is set, with answer and repeat_of, when
 * this command was decided before.  ERR_REUSED when the key stood for another.
 */
MUST_CHECK
enum err decision_repeat(struct decision *d, bool *repeated);

/* Adds the facts by which a repeat is known to the facts of a first event. */
void decision_remember(struct decision *d, cJSON *facts);

#endif
