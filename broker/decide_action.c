/* Corrective actions: proposed, moved on by the table of words.c, overdue. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "broker/decision.h"

enum { APPROVERS = ROLE_lead | ROLE_manager };

static struct ref
action_ref(uint64_t number)
{
	return (struct ref){SUBJECT_ACTION, 0, number};
}

/* Whoever sees to it: somebody at work here, and at work on incidents. */
static enum err
find_owner(struct decision *d, uint32_t otherwise, uint32_t *owner)
{
	const char *name = ask_text(d->ask, "owner");
	struct person person;
	enum err err;

	*owner = otherwise;
	if (name == NULL || strcmp(name, "me") == 0) {
		if (name != NULL)
			*owner = d->actor->number;
		return OK;
	}
	err = person_by_name(d->txn, name, &person);
	if (err == ERR_MISSING || (err == OK && !person.active))
		return decision_refuse(d, ERR_INVALID, "owner",
		    "nobody called %s is enrolled here: `people list` says who "
		    "is",
		    name);
	if (err != OK)
		return err;
	if ((person.roles & (ROLE_analyst | ROLE_lead | ROLE_manager)) == 0)
		return decision_refuse(d, ERR_INVALID, "owner",
		    "%s is neither analyst, lead nor manager, and could not "
		    "see to it",
		    name);
	*owner = person.number;
	return OK;
}

static enum err
find_due(struct decision *d, uint64_t otherwise, uint64_t *due_ms)
{
	*due_ms = (uint64_t)ask_time_ms(d->ask, "due", (int64_t)otherwise);
	if (*due_ms > d->now_ms || *due_ms == otherwise)
		return OK;
	return decision_refuse(d, ERR_INVALID, "due",
	    "that time is over: say a time that is to come");
}

static cJSON *
answer_action(struct decision *d, uint64_t number, uint64_t revision)
{
	cJSON_Delete(d->answer);
	d->answer = put_object(NULL, NULL);
	put_ref(d->answer, "id", action_ref(number));
	put_number(d->answer, "revision", revision);
	return d->answer;
}

/* ---- proposed ---- */

enum err
decide_action_add(struct decision *d)
{
	struct incident incident;
	uint64_t number, due_ms = 0;
	uint32_t owner;
	cJSON *facts;
	enum err err;

	err = decision_incident(d, &incident);
	if (err == OK)
		err = find_owner(d, d->actor->number, &owner);
	if (err == OK)
		err = find_due(d, 0, &due_ms);
	if (err == OK && due_ms == 0)
		err = decision_refuse(d, ERR_INVALID, "due",
		    "that time is over: say a time that is to come");
	if (err == OK)
		err = decision_number(d, EVENT_action_added, &number);
	if (err != OK)
		return err;
	facts = decision_emit(d, EVENT_action_added, action_ref(number));
	put_number(facts, "revision", 1);
	put_incident(facts, "incident", incident.number);
	put_number(facts, "owner", owner);
	put_number(facts, "due", due_ms);
	decision_copy_text(d, "title");
	decision_copy_text(d, "description");
	put_incident(answer_action(d, number, 1), "incident", incident.number);
	return OK;
}

/* ---- moved on ---- */

/* What the field "action" names, for who may see its incident. */
static enum err
find_action(struct decision *d, struct action *action)
{
	struct ref ref = ask_ref(d->ask, "action");
	int64_t revision = ask_number(d->ask, "if_revision", -1);
	struct incident incident;
	char text[REF_TEXT_MAX];
	enum err err = action_get(d->txn, ref.number, action);

	if (err == OK)
		err = incident_get(d->txn, action->incident, &incident);
	if (err == OK && !incident_shown_to(&incident, d->actor->number))
		err = ERR_MISSING;
	if (err == ERR_MISSING)
		return decision_refuse(d, ERR_MISSING, "action",
		    "there is no %s, or you may not know of it",
		    ref_format(ref, text));
	if (err != OK || revision < 0 || (uint64_t)revision == action->revision)
		return err;
	return decision_refuse(d, ERR_CONFLICT, "if_revision",
	    "ACT-%" PRIu64 " is at revision %" PRIu64 ", not %" PRId64
	    ": look at it again, then decide anew",
	    action->number, action->revision, revision);
}

static enum err
refuse_status(
    struct decision *d, const struct action *action, enum action_status to)
{
	char may[128] = "";
	size_t used = 0;
	int status;

	for (status = 0; status < ACTION_COUNT; status++)
		if (action_may_become(
			action->status, (enum action_status)status))
			used += (size_t)snprintf(may + used, sizeof(may) - used,
			    "%s%s", used > 0 ? ", " : "",
			    words_name(WORDS_ACTION, status));
	return decision_refuse(d, ERR_CONFLICT, "status",
	    "ACT-%" PRIu64 " cannot go from %s to %s: it may go to %s",
	    action->number, words_name(WORDS_ACTION, (int)action->status),
	    words_name(WORDS_ACTION, (int)to), may);
}

/* Approving, and saying whether it helped, is not for who carries it out. */
static bool
needs_approver(enum action_status from, enum action_status to)
{
	return (from == ACTION_proposed && to == ACTION_approved) ||
	       to == ACTION_effective || to == ACTION_not_effective;
}

static enum err
check_status(
    struct decision *d, const struct action *action, enum action_status to)
{
	if (to == action->status)
		return OK;
	if (!action_may_become(action->status, to))
		return refuse_status(d, action, to);
	if (needs_approver(action->status, to) && !decision_by(d, APPROVERS))
		return decision_refuse(d, ERR_DENIED, "status",
		    "%s is for a lead or a manager to say",
		    words_name(WORDS_ACTION, (int)to));
	return OK;
}

/* Decide reads no private part, so a text that is sent counts as changed. */
static bool
put_texts(struct decision *d, cJSON *facts, cJSON *text)
{
	static const char *const fields[] = {"title", "description"};
	cJSON *names = NULL;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (ask_text(d->ask, fields[i]) == NULL)
			continue;
		if (names == NULL)
			names = put_array(facts, "text");
		put_text(names, NULL, fields[i]);
		put_text(text, fields[i], ask_text(d->ask, fields[i]));
	}
	if (!text_blank(ask_text(d->ask, "comment")))
		put_text(text, "comment", ask_text(d->ask, "comment"));
	return text->child != NULL;
}

static bool
put_changes(const struct action *old, const struct action *new, cJSON *facts)
{
	if (new->status != old->status) {
		put_word(facts, "from", WORDS_ACTION, (int)old->status);
		put_word(facts, "to", WORDS_ACTION, (int)new->status);
	}
	if (new->owner != old->owner)
		put_number(facts, "owner", new->owner);
	if (new->due_ms != old->due_ms)
		put_number(facts, "due", new->due_ms);
	return facts->child != NULL;
}

/* Emits what was collected. */
static void
emit_updated(struct decision *d, struct action *action, const cJSON *changed,
    const cJSON *text)
{
	cJSON *facts =
	    decision_emit(d, EVENT_action_updated, action_ref(action->number));
	const cJSON *item;

	put_number(facts, "revision", ++action->revision);
	put_incident(facts, "incident", action->incident);
	cJSON_ArrayForEach (item, changed)
		put_copy(facts, item->string, item);
	cJSON_ArrayForEach (item, text)
		put_copy(decision_text(d), item->string, item);
}

enum err
decide_action_update(struct decision *d)
{
	struct action old, new;
	cJSON *changed, *text;
	bool any;
	enum err err;

	err = find_action(d, &old);
	if (err != OK)
		return err;
	new = old;
	new.status =
	    (enum action_status)ask_word(d->ask, "status", (int)old.status);
	err = check_status(d, &old, new.status);
	if (err == OK && ask_has(d->ask, "title") &&
	    text_blank(ask_text(d->ask, "title")))
		err = decision_refuse(d, ERR_INVALID, "title",
		    "title is empty: say in one line what is to be done");
	if (err == OK)
		err = find_owner(d, old.owner, &new.owner);
	if (err == OK)
		err = find_due(d, old.due_ms, &new.due_ms);
	if (err != OK)
		return err;
	changed = put_object(NULL, NULL);
	text = put_object(NULL, NULL);
	any = put_changes(&old, &new, changed);
	any = put_texts(d, changed, text) || any;
	if (any)
		emit_updated(d, &new, changed, text);
	cJSON_Delete(changed);
	cJSON_Delete(text);
	put_word(answer_action(d, new.number, new.revision), "status",
	    WORDS_ACTION, (int)new.status);
	return OK;
}

/* ---- overdue ---- */

enum err
decision_action_overdue(struct decision *d, const struct timer_row *timer)
{
	struct incident incident;
	struct action action;
	cJSON *facts;
	enum err err = action_get(d->txn, timer->a, &action);

	if (err == OK)
		err = incident_get(d->txn, action.incident, &incident);
	if (err != OK)
		return err;
	facts =
	    decision_emit(d, EVENT_action_overdue, action_ref(action.number));
	put_incident(facts, "incident", action.incident);
	put_number(facts, "owner", action.owner);
	put_number(facts, "due", action.due_ms);
	if (decision_is_late(d, timer->due_ms))
		put_flag(facts, "late", true);
	return decision_notify_overdue(d, &incident, action.number, 0);
}
