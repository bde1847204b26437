/*
 * Targets: set by what opens, reopens or weighs an incident anew, started and
 * stopped by what becomes of it, and moved on step by step.
 */
#include "store/fold_entry.h"

/* Is what the target asks for done? */
static bool
is_met(enum target_kind kind, const struct incident *incident)
{
	if (kind == TARGET_acknowledge)
		return incident->acknowledged_ms != 0;
	return incident->status == STATUS_recovered ||
	       incident->status == STATUS_review ||
	       !status_is_open(incident->status);
}

/* Does its time pass? */
static bool
is_running(enum target_kind kind, const struct incident *incident)
{
	return status_is_open(incident->status) &&
	       incident->status != STATUS_on_hold && !is_met(kind, incident);
}

static uint64_t
step_ms(const struct incident_target *target, unsigned percent)
{
	return target->armed_ms + target->paused_ms +
	       target->span_ms / 100 * percent +
	       target->span_ms % 100 * percent / 100;
}

/* Goes to the next step that the target's time does not have behind it. */
static void
seek_step(struct incident_target *target, uint64_t now)
{
	target->percent = 0;
	target->next_ms = step_ms(target, 50);
	while (target->next_ms <= now && target->percent < 75) {
		target->percent = target_next_percent(target->percent);
		target->next_ms =
		    step_ms(target, target_next_percent(target->percent));
	}
}

/*
 * Gives the target the time that the facts say.  anew: it begins now; else it
 * goes on from where it began.  That it is over is told at once, unless it was
 * missed before.
 */
static void
arm(struct incident_target *target, uint64_t span_ms, bool anew, uint64_t now)
{
	if (anew)
		*target = (struct incident_target){
		    .incident = target->incident,
		    .kind = target->kind,
		    .armed_ms = now,
		};
	/* What stands still goes on by as much later as it stood. */
	if (target->stopped_ms != 0)
		now = target->stopped_ms;
	target->span_ms = span_ms;
	if (target->percent == 100 && target_due_ms(target) <= now)
		return;
	seek_step(target, now);
	if (target->next_ms < now)
		target->next_ms = now;
}

/* Lets it run, or stop, as the incident now is. */
static void
follow(struct incident_target *target, const struct incident *incident,
    uint64_t now)
{
	bool runs = is_running(target->kind, incident);
	uint64_t stood;

	if (runs && target->stopped_ms != 0) {
		stood = now - target->stopped_ms;
		target->paused_ms += stood;
		if (target->next_ms != 0)
			target->next_ms += stood;
		target->stopped_ms = target->met_ms = 0;
	}
	if (!runs && target->stopped_ms == 0)
		target->stopped_ms = now;
	if (!runs && target->met_ms == 0 && is_met(target->kind, incident))
		target->met_ms = now;
}

static uint64_t
sooner(uint64_t a, uint64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

struct change {
	struct facts spans; /* the facts' targets */
	bool set; /* there are some */
	bool anew; /* they begin now */
};

static enum err
fold_one(struct folding *f, struct change *change, enum target_kind kind,
    struct incident *after)
{
	const char *name = words_name(WORDS_TARGET, kind);
	uint64_t span_ms = facts_number(&change->spans, name, 0);
	struct incident_target target;
	enum err err = target_get(f->txn, after->number, kind, &target);
	bool there = err == OK;

	if (err != OK && err != ERR_MISSING)
		return err;
	if (change->set && span_ms == 0)
		return target_delete(f->txn, after->number, kind);
	if (!there && !change->set)
		return OK;
	/* Nobody takes an incident up twice. */
	if (change->set && (kind != TARGET_acknowledge || !is_met(kind, after)))
		arm(&target, span_ms, change->anew || !there,
		    f->entry->time_ms);
	else if (!there)
		return OK;
	follow(&target, after, f->entry->time_ms);
	if (target.stopped_ms == 0) {
		after->due_ms = sooner(after->due_ms, target_due_ms(&target));
		after->missed |= target.percent == 100;
	}
	return target_put(f->txn, &target);
}

enum err
fold_targets(
    struct folding *f, const struct incident *before, struct incident *after)
{
	struct change change = {
	    .spans.json =
		cJSON_GetObjectItemCaseSensitive(f->facts.json, "targets"),
	};
	enum err err = OK;

	change.set = change.spans.json != NULL;
	change.anew = before == NULL || !status_is_open(before->status);
	if (change.set && !cJSON_IsObject(change.spans.json))
		return ERR_CORRUPT;
	if (!change.set && before != NULL && before->status == after->status &&
	    before->acknowledged_ms == after->acknowledged_ms)
		return OK;
	after->due_ms = 0;
	after->missed = false;
	for (int kind = 0; kind < TARGET_COUNT && err == OK; kind++)
		err = fold_one(f, &change, (enum target_kind)kind, after);
	if (change.spans.bad)
		return ERR_CORRUPT;
	return err;
}

/* Its incident is found among those that are overdue from now on. */
static enum err
miss(struct folding *f, const struct incident_target *target)
{
	struct incident before, after;
	enum err err = incident_get(f->txn, target->incident, &before);

	if (err != OK || target->stopped_ms != 0 || before.missed)
		return err;
	after = before;
	after.missed = true;
	return incident_put(f->txn, &before, &after);
}

enum err
fold_target_step(struct folding *f)
{
	int kind = facts_word(&f->facts, "target", WORDS_TARGET, -1);
	uint64_t percent = facts_number(&f->facts, "percent", 0);
	uint64_t again_ms = facts_number(&f->facts, "again_ms", 0);
	struct incident_target target;
	enum err err;

	if (kind < 0 || (percent != 50 && percent != 75 && percent != 100))
		return ERR_CORRUPT;
	err = target_get(
	    f->txn, f->entry->subject.number, (enum target_kind)kind, &target);
	if (err != OK)
		return err;
	target.percent = (unsigned)percent;
	target.next_ms = 0;
	if (percent < 100)
		target.next_ms =
		    step_ms(&target, target_next_percent(target.percent));
	else if (again_ms != 0)
		target.next_ms = f->entry->time_ms + again_ms;
	err = target_put(f->txn, &target);
	return err == OK && percent == 100 ? miss(f, &target) : err;
}
