/* What somebody had who is no longer enrolled: to another, or to nobody. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/decision.h"

struct handing {
	struct decision *d;
	const struct person *from;
	uint32_t to;
	uint64_t incidents, tasks, actions, kept; /* kept: actions that stay */
	bool more;
};

enum err
decision_successor(struct decision *d, const struct person *from, uint32_t *to)
{
	*to = 0;
	if (!ask_has(d->ask, "to") ||
	    strcmp(ask_text(d->ask, "to"), "none") == 0)
		return OK;
	if (strcmp(ask_text(d->ask, "to"), from->name) == 0)
		return decision_refuse(d, ERR_INVALID, "to",
		    "%s is who is revoked: say who else gets their work",
		    from->name);
	return decision_worker(d, "to", to);
}

/* May another one be handed over?  Counts it. */
static bool
is_one_more(struct handing *handing)
{
	uint64_t done = handing->incidents + handing->tasks + handing->actions;

	handing->more = done == LIMIT_HANDED_OVER_MAX;
	return !handing->more;
}

static void
put_why(struct decision *d, const struct person *from)
{
	char why[LIMIT_NAME_BYTES_MAX + 32];

	(void)snprintf(why, sizeof(why), "%s was revoked", from->name);
	put_text(decision_text(d), "reason", why);
}

/* ---- incidents ---- */

static bool
take_incident(void *arg, const struct incident *incident)
{
	*(struct incident *)arg = *incident;
	return false;
}

/* Restricted ones go to nobody who is not named. */
static enum err
hand_incident(struct handing *handing, struct incident *incident)
{
	struct decision *d = handing->d;
	uint32_t to =
	    incident_shown_to(incident, handing->to) ? handing->to : 0;
	enum err err = decision_room(d, 1 + CONFIG_HOOKS_MAX);

	if (err != OK)
		return err;
	put_number(decision_emit_incident(d, EVENT_incident_assigned, incident),
	    "to", to);
	put_why(d, handing->from);
	if (to != 0)
		err = decision_notify(
		    d, incident->number, incident->severity, OCCASION_assigned);
	handing->incidents++;
	return err == OK ? d->flush(d->flush_arg, d) : err;
}

static enum err
hand_incidents(struct handing *handing)
{
	const struct incident_filter filter = {
	    .status = -1,
	    .severity = -1,
	    .assignee = handing->from->number,
	    .opened_by = -1,
	    .viewer = handing->from->number,
	    .sort = SORT_SEVERITY,
	    .visit_max = LIMIT_LIST_VISIT_MAX,
	};
	struct incident incident;
	char next[CURSOR_TEXT_MAX];
	size_t visited;
	enum err err = OK;

	while (err == OK) {
		incident.number = 0;
		err = incident_list(handing->d->txn, &filter, "", take_incident,
		    &incident, next, &visited);
		if (err != OK || incident.number == 0 || !is_one_more(handing))
			break;
		err = hand_incident(handing, &incident);
	}
	return err;
}

/* ---- tasks ---- */

static bool
take_task(void *arg, const struct incident_task *task)
{
	*(struct incident_task *)arg = *task;
	return false;
}

static enum err
hand_task(struct handing *handing, const struct incident_task *task)
{
	struct decision *d = handing->d;
	struct incident incident, root;
	cJSON *facts;
	enum err err = incident_get(d->txn, task->incident, &incident);

	if (err == OK)
		err = incident_resolve(d->txn, task->incident, &root);
	if (err == OK)
		err = decision_room(d, 1);
	if (err != OK)
		return err;
	facts = decision_emit_incident(d, EVENT_task_updated, &incident);
	put_number(facts, "task", task->number);
	put_number(facts, "owner",
	    incident_shown_to(&root, handing->to) ? handing->to : 0);
	put_why(d, handing->from);
	handing->tasks++;
	return d->flush(d->flush_arg, d);
}

static enum err
hand_tasks(struct handing *handing)
{
	struct incident_task task;
	char next[CURSOR_TEXT_MAX];
	size_t visited;
	enum err err = OK;

	while (err == OK) {
		task.number = 0;
		err = task_open_each(handing->d->txn, handing->from->number, "",
		    1, take_task, &task, next, &visited);
		if (err != OK || task.number == 0 || !is_one_more(handing))
			break;
		err = hand_task(handing, &task);
	}
	return err;
}

/* ---- corrective actions ---- */

struct action_search {
	struct handing *handing;
	struct action found; /* number 0: none */
};

static bool
look_at_action(void *arg, const struct action *action)
{
	struct action_search *search = arg;
	struct handing *handing = search->handing;
	struct incident incident;

	if (action->owner != handing->from->number)
		return true;
	/* Somebody must own it, who may see what it follows from. */
	if (handing->to == 0 ||
	    incident_get(handing->d->txn, action->incident, &incident) != OK ||
	    !incident_shown_to(&incident, handing->to)) {
		handing->kept++;
		return true;
	}
	search->found = *action;
	return false;
}

static enum err
hand_action(struct handing *handing, const struct action *action)
{
	struct decision *d = handing->d;
	cJSON *facts;
	enum err err = decision_room(d, 1);

	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_action_updated,
	    (struct ref){SUBJECT_ACTION, 0, action->number});
	put_number(facts, "revision", action->revision + 1);
	put_incident(facts, "incident", action->incident);
	put_number(facts, "owner", handing->to);
	handing->actions++;
	return d->flush(d->flush_arg, d);
}

static enum err
hand_actions(struct handing *handing)
{
	struct action_search search = {.handing = handing};
	enum err err = OK;

	while (err == OK) {
		search.found.number = 0;
		handing->kept = 0;
		err = action_each(handing->d->txn, ACTIONS_OPEN, 0, 0,
		    look_at_action, &search);
		if (err != OK || search.found.number == 0 ||
		    !is_one_more(handing))
			break;
		err = hand_action(handing, &search.found);
	}
	return err;
}

static void
answer(const struct handing *handing)
{
	struct decision *d = handing->d;

	cJSON_Delete(d->answer);
	d->answer = put_object(NULL, NULL);
	put_text(d->answer, "name", handing->from->name);
	put_number(d->answer, "number", handing->from->number);
	put_number(d->answer, "incidents", handing->incidents);
	put_number(d->answer, "tasks", handing->tasks);
	put_number(d->answer, "actions", handing->actions);
	put_number(d->answer, "actions_kept", handing->kept);
	put_flag(d->answer, "more", handing->more);
}

enum err
decision_hand_over(struct decision *d, const struct person *from, uint32_t to)
{
	struct handing handing = {.d = d, .from = from, .to = to};
	enum err err = hand_incidents(&handing);

	if (err == OK && !handing.more)
		err = hand_tasks(&handing);
	if (err == OK && !handing.more)
		err = hand_actions(&handing);
	if (err == OK)
		answer(&handing);
	return err;
}
