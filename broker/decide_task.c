/* Tasks of an incident: added, changed, overdue; and those that hold up its
 * close. */
#include <inttypes.h>

#include "broker/decision.h"

/* ---- adding ---- */

static enum err
check_title(struct decision *d)
{
	if (!ask_has(d->ask, "title") || !text_blank(ask_text(d->ask, "title")))
		return OK;
	return decision_refuse(d, ERR_INVALID, "title",
	    "title is empty: say in one line what is to be done");
}

static enum err
check_room(struct decision *d, const struct incident *incident)
{
	if (incident->tasks < LIMIT_TASKS_MAX)
		return OK;
	return decision_refuse(d, ERR_CONFLICT, "incident",
	    "INC-%" PRIu64 " has had %d tasks, which is as many as there may "
	    "be: change one of them, or open an incident and link it",
	    incident->number, LIMIT_TASKS_MAX);
}

static void
answer_task(struct decision *d, const struct incident *incident, uint32_t task)
{
	put_number(decision_answer_incident(d, incident), "task", task);
}

enum err
decide_task_add(struct decision *d)
{
	struct incident incident;
	uint32_t owner = 0;
	cJSON *facts;
	enum err err = decision_open_incident(d, &incident);

	if (err == OK)
		err = check_title(d);
	if (err == OK)
		err = check_room(d, &incident);
	if (err == OK && ask_has(d->ask, "owner"))
		err = decision_worker(d, "owner", &owner);
	if (err == OK)
		err = decision_may_see(d, "owner", &incident, owner);
	if (err != OK)
		return err;
	facts = decision_emit_incident(d, EVENT_task_added, &incident);
	put_number(facts, "task", incident.tasks + 1u);
	if (owner != 0)
		put_number(facts, "owner", owner);
	if (ask_has(d->ask, "due"))
		put_signed(facts, "due", ask_time_ms(d->ask, "due", 0));
	if (ask_flag(d->ask, "mandatory", false))
		put_flag(facts, "mandatory", true);
	decision_copy_text(d, "title");
	answer_task(d, &incident, incident.tasks + 1u);
	return OK;
}

/* ---- changing ---- */

/*
 * The incident that holds the task, which may be merged into another, and is
 * worked as long as that one is.
 */
static enum err
find_task(
    struct decision *d, struct incident *incident, struct incident_task *task)
{
	uint32_t number = (uint32_t)ask_number(d->ask, "task", 0);
	struct incident root;
	enum err err = decision_named_incident(d, "incident", &root);

	if (err == OK)
		err = decision_own_incident(d, incident);
	if (err != OK)
		return err;
	err = task_get(d->txn, incident->number, number, task);
	if (err == ERR_MISSING)
		return decision_refuse(d, ERR_MISSING, "task",
		    "INC-%" PRIu64 " has no task %" PRIu32
		    ": `tocsin task list INC-%" PRIu64 "` says which it has",
		    incident->number, number, incident->number);
	if (err == OK && !status_is_open(root.status))
		err = decision_refuse(d, ERR_CONFLICT, "incident",
		    "INC-%" PRIu64 " is %s: reopen it first", root.number,
		    words_name(WORDS_STATUS, (int)root.status));
	if (err != OK || !ask_has(d->ask, "owner"))
		return err;
	err = decision_worker(d, "owner", &task->owner);
	return err == OK ? decision_may_see(d, "owner", &root, task->owner)
			 : err;
}

static enum err
check_change(
    struct decision *d, const struct incident_task *task, enum task_status to)
{
	if (ask_has(d->ask, "due") && ask_flag(d->ask, "no_due", false))
		return decision_refuse(d, ERR_INVALID, "no_due",
		    "the due time is both to be set and to be taken away");
	if (to != TASK_STATUS_cancelled || task->status == to ||
	    !task->mandatory || !text_blank(ask_text(d->ask, "reason")))
		return check_title(d);
	return decision_refuse(d, ERR_INVALID, "reason",
	    "task %" PRIu32 " is mandatory: say why it is not to be done",
	    task->number);
}

/* What of the task changes, as facts; none for none. */
static void
put_changes(struct decision *d, cJSON *facts,
    const struct incident_task *before, const struct incident_task *after)
{
	if (after->status != before->status) {
		put_word(facts, "from", WORDS_TASK_STATUS, before->status);
		put_word(facts, "to", WORDS_TASK_STATUS, after->status);
	}
	if (after->owner != before->owner)
		put_number(facts, "owner", after->owner);
	if (after->due_ms != 0 && after->due_ms != before->due_ms)
		put_number(facts, "due", after->due_ms);
	if (after->due_ms == 0 && before->due_ms != 0)
		put_flag(facts, "no_due", true);
	/* Decide reads no private part: what is sent counts as changed. */
	if (ask_has(d->ask, "title"))
		put_text(put_array(facts, "text"), NULL, "title");
}

enum err
decide_task_update(struct decision *d)
{
	struct incident incident;
	struct incident_task before, after;
	cJSON *changes, *facts, *item;
	enum err err = find_task(d, &incident, &after);

	if (err == OK)
		err = task_get(d->txn, incident.number, after.number, &before);
	if (err != OK)
		return err;
	after.status =
	    (enum task_status)ask_word(d->ask, "status", (int)before.status);
	after.due_ms =
	    ask_flag(d->ask, "no_due", false)
		? 0
		: (uint64_t)ask_time_ms(d->ask, "due", (int64_t)before.due_ms);
	/* Who takes up what nobody has, has it. */
	if (after.status == TASK_STATUS_in_progress &&
	    before.status != after.status && after.owner == 0 &&
	    !ask_has(d->ask, "owner"))
		after.owner = d->actor->number;
	err = check_change(d, &before, after.status);
	if (err != OK)
		return err;
	changes = put_object(NULL, NULL);
	put_changes(d, changes, &before, &after);
	if (changes->child != NULL) {
		facts =
		    decision_emit_incident(d, EVENT_task_updated, &incident);
		put_number(facts, "task", after.number);
		while ((item = cJSON_DetachItemFromArray(changes, 0)) != NULL)
			put_item(facts, item->string, item);
		decision_copy_text(d, "title");
		decision_copy_text(d, "reason");
	}
	cJSON_Delete(changes);
	answer_task(d, &incident, after.number);
	return OK;
}

/* ---- overdue ---- */

enum err
decision_task_overdue(struct decision *d, const struct timer_row *timer)
{
	struct incident_task task;
	struct incident incident;
	cJSON *facts;
	enum err err = incident_get(d->txn, timer->a, &incident);

	if (err == OK)
		err = task_get(d->txn, timer->a, (uint32_t)timer->b, &task);
	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_task_overdue,
	    (struct ref){SUBJECT_INCIDENT, 0, incident.number});
	put_number(facts, "task", task.number);
	if (task.owner != 0)
		put_number(facts, "owner", task.owner);
	put_number(facts, "due", task.due_ms);
	if (decision_is_late(d, timer->due_ms))
		put_flag(facts, "late", true);
	return decision_notify_overdue(d, &incident, 0, task.number);
}

/* ---- what holds up a close ---- */

struct search {
	struct decision *d;
	struct incident_task found; /* number 0: none */
	enum err err;
};

static bool
look_at_task(void *arg, const struct incident_task *task)
{
	struct search *search = arg;

	if (!task->mandatory || !task_is_open(task->status))
		return true;
	search->found = *task;
	return false;
}

static bool
look_at_incident(void *arg, const struct incident *incident)
{
	struct search *search = arg;

	if (incident->tasks_mandatory > 0)
		search->err = task_each(
		    search->d->txn, incident->number, look_at_task, search);
	return search->err == OK && search->found.number == 0;
}

enum err
decision_tasks_done(struct decision *d, const struct incident *incident)
{
	struct search search = {.d = d};
	enum err err =
	    incident_tree_each(d->txn, incident, look_at_incident, &search);

	if (err == OK)
		err = search.err;
	if (err != OK || search.found.number == 0)
		return err;
	return decision_refuse(d, ERR_CONFLICT, "incident",
	    "task %" PRIu32 " of INC-%" PRIu64 " is mandatory and %s: finish "
	    "it, or cancel it with the reason, then close",
	    search.found.number, search.found.incident,
	    words_name(WORDS_TASK_STATUS, (int)search.found.status));
}
