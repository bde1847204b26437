/* Targets of incidents, as lists and `show` have them. */
#include "broker/reading.h"

void
reading_due(struct reading *r, cJSON *out, const struct incident *incident)
{
	if (incident->due_ms == 0)
		return;
	put_time(out, "due", incident->due_ms);
	put_flag(out, "overdue", incident->due_ms < r->health->now_ms);
}

/* How long it ran until at_ms, without what it stood still. */
static uint64_t
ran_ms(const struct incident_target *target, uint64_t at_ms)
{
	uint64_t began = target->armed_ms + target->paused_ms;

	return at_ms > began ? at_ms - began : 0;
}

static const char *
state_of(const struct incident_target *target, uint64_t used_ms)
{
	bool over = used_ms > target->span_ms;

	if (target->met_ms != 0)
		return over ? "missed" : "met";
	if (target->stopped_ms != 0)
		return "held";
	return over ? "overdue" : "running";
}

static void
put_target(const struct reading *r, cJSON *targets,
    const struct incident_target *target)
{
	uint64_t until =
	    target->stopped_ms != 0 ? target->stopped_ms : r->health->now_ms;
	uint64_t used_ms = ran_ms(target, until);
	cJSON *row = put_object(targets, NULL);

	put_word(row, "target", WORDS_TARGET, (int)target->kind);
	put_text(row, "state", state_of(target, used_ms));
	put_number(row, "within_ms", target->span_ms);
	put_number(row, "used_ms", used_ms);
	put_number(row, "percent", target->percent);
	put_time(row, "armed", target->armed_ms);
	if (target->stopped_ms == 0)
		put_time(row, "due", target_due_ms(target));
	put_time(row, "met", target->met_ms);
}

void
reading_targets(struct reading *r, cJSON *out, const struct incident *incident)
{
	cJSON *targets = put_array(out, "targets");
	struct incident_target target;
	int kind;

	for (kind = 0; kind < TARGET_COUNT; kind++)
		if (target_get(r->txn, incident->number, (enum target_kind)kind,
			&target) == OK)
			put_target(r, targets, &target);
}
