/* A random but sensible history: world_history. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_history.h"

unsigned
chance(uint64_t *seed, unsigned below)
{
	uint64_t x = (*seed += 0x9e3779b97f4a7c15u);

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((x ^ x >> 31) % below);
}

unsigned
history_pick(struct history *h, unsigned below)
{
	return chance(&h->seed, below);
}

struct counters
history_counters_of(struct history *h)
{
	struct counters counters;

	cr_assert_eq(state_counters(world_txn(h->world), &counters), OK);
	return counters;
}

const char *
history_word(struct history *h, enum words list, unsigned count)
{
	return words_name(list, (int)history_pick(h, count));
}

/* Now and then a command has an idempotency key. */
const char *
history_idem(struct history *h)
{
	static char facts[200];

	if (history_pick(h, 3) != 0)
		return "";
	(void)snprintf(facts, sizeof(facts),
	    ",'idem':'%032x','ask':'%032x','answer':{'id':'INC-1'}",
	    history_pick(h, 50), history_pick(h, 9));
	return facts;
}

static const char *
incident_text_of(struct history *h)
{
	static char text[500];

	(void)snprintf(text, sizeof(text),
	    "{'title':'%s %s on db%u','description':'D%u',"
	    "'observables':[{'type':'ipv4','value':'192.0.2.%u'}],"
	    "'hosts':['db%u']}",
	    history_pick(h, 2) ? "Malware" : "SCAN",
	    history_pick(h, 2) ? "seen" : "found", history_pick(h, 5),
	    history_pick(h, 1000), history_pick(h, 20), history_pick(h, 5));
	return text;
}

/* Targets, one of them perhaps, of a few seconds. */
static const char *
spans(struct history *h)
{
	static char facts[100];

	(void)snprintf(facts, sizeof(facts),
	    ",'targets':{'%s':%u,'resolve':%u}",
	    history_pick(h, 4) ? "acknowledge" : "other",
	    1 + history_pick(h, 9000), history_pick(h, 90000));
	return facts;
}

void
history_incident_open(struct history *h, uint32_t actor, const char *more)
{
	uint64_t number = history_counters_of(h).incidents + 1;

	world_fold(h->world, EVENT_incident_opened, actor, inc(number),
	    facts_of("{'revision':1,'severity':'%s','status':'%s',"
		     "'tags':['t%u','t%u'],'hosts':['%016x'],"
		     "'assignee':%u%s%s%s}",
		history_word(h, WORDS_SEVERITY, SEVERITY_COUNT),
		history_word(h, WORDS_STATUS, STATUS_triage + 1),
		history_pick(h, 4), history_pick(h, 4), history_pick(h, 9),
		history_pick(h, 3), more,
		actor == ANALYST ? history_idem(h) : "", spans(h)),
	    incident_text_of(h));
}

static void
incident_change(struct history *h)
{
	static const enum event kinds[] = {
	    EVENT_incident_updated,
	    EVENT_incident_commented,
	    EVENT_incident_moved,
	    EVENT_incident_closed,
	    EVENT_incident_reopened,
	    EVENT_incident_raised,
	};
	uint64_t count = history_counters_of(h).incidents;
	enum event kind = kinds[history_pick(h, 6)];
	bool weighs = kind == EVENT_incident_updated ||
		      kind == EVENT_incident_reopened ||
		      kind == EVENT_incident_raised;

	if (count == 0)
		return;
	world_fold(h->world, kind, history_pick(h, 4) ? ANALYST : WORKER,
	    inc(1 + history_pick(h, (unsigned)count)),
	    facts_of("{'severity':'%s','tag':['t%u'],'untag':['t%u'],"
		     "'to':'%s','verdict':'other','impact':'none'%s%s}",
		history_word(h, WORDS_SEVERITY, SEVERITY_COUNT),
		history_pick(h, 4), history_pick(h, 4),
		history_word(h, WORDS_STATUS, STATUS_COUNT), history_idem(h),
		weighs ? spans(h) : ""),
	    history_pick(h, 2) ? incident_text_of(h) : "{'text':'noted'}");
}

static void
incident_assign(struct history *h)
{
	uint64_t count = history_counters_of(h).incidents;

	if (count == 0)
		return;
	world_fold(h->world, EVENT_incident_assigned, ANALYST,
	    inc(1 + history_pick(h, (unsigned)count)),
	    facts_of("{'to':%u%s}", history_pick(h, 3), history_idem(h)), NULL);
}

/* Merged where that makes no circle, taken out again, linked, restricted. */
static void
incident_relate(struct history *h)
{
	uint64_t count = history_counters_of(h).incidents;
	struct incident one, other;

	if (count < 2)
		return;
	cr_assert_eq(incident_get(world_txn(h->world),
			 1 + history_pick(h, (unsigned)count), &one),
	    OK);
	cr_assert_eq(incident_resolve(h->world->txn,
			 1 + history_pick(h, (unsigned)count), &other),
	    OK);
	if (one.merged_into != 0)
		world_fold(h->world, EVENT_incident_unmerged, ANALYST,
		    inc(one.number),
		    facts_of("{'to':'triage','other':'INC-%" PRIu64 "'}",
			one.merged_into),
		    NULL);
	else if (one.number != other.number &&
		 one.merge_depth < LIMIT_MERGE_DEPTH_MAX)
		world_fold(h->world,
		    history_pick(h, 2)   ? EVENT_incident_merged
		    : history_pick(h, 3) ? EVENT_incident_linked
					 : EVENT_incident_unlinked,
		    ANALYST, inc(one.number),
		    facts_of("{'from':'new','relation':'causes',"
			     "'other':'INC-%" PRIu64 "'%s}",
			other.number, history_idem(h)),
		    "{'reason':'R'}");
	else
		world_fold(h->world,
		    history_pick(h, 2) ? EVENT_incident_restricted
				       : EVENT_incident_unrestricted,
		    ANALYST, inc(one.number), "{'named':[1,2]}",
		    "{'reason':'R'}");
}

/* A file more, or one is read. */
static void
file_act(struct history *h)
{
	uint64_t count = history_counters_of(h).incidents;
	struct incident incident;

	if (count == 0)
		return;
	cr_assert_eq(incident_get(world_txn(h->world),
			 1 + history_pick(h, (unsigned)count), &incident),
	    OK);
	if (incident.files == 0 || history_pick(h, 2))
		world_fold(h->world, EVENT_file_added, ANALYST,
		    inc(incident.number),
		    facts_of("{'file':%u,'bytes':%u,'sha256':'%064x'%s}",
			incident.files + 1, history_pick(h, 99),
			history_pick(h, 9), history_idem(h)),
		    history_pick(h, 2) ? "{'name':'N'}" : NULL);
	else if (history_pick(h, 3) == 0)
		world_fold(h->world, EVENT_file_discarded, ANALYST,
		    inc(incident.number),
		    facts_of("{'file':%u%s}",
			1 + history_pick(h, incident.files), history_idem(h)),
		    "{'reason':'R'}");
	else
		world_fold(h->world, EVENT_file_read,
		    history_pick(h, 2) ? ANALYST : 1, inc(incident.number),
		    facts_of(
			"{'file':%u}", 1 + history_pick(h, incident.files)),
		    NULL);
}

/* A task more, or a change of one that is there. */
static void
task_act(struct history *h)
{
	uint64_t count = history_counters_of(h).incidents;
	struct incident incident;

	if (count == 0)
		return;
	cr_assert_eq(incident_get(world_txn(h->world),
			 1 + history_pick(h, (unsigned)count), &incident),
	    OK);
	if (incident.tasks > 0 && history_pick(h, 4) == 0) {
		world_fold(h->world, EVENT_task_overdue, 0,
		    inc(incident.number),
		    facts_of("{'task':%u,'due':1}",
			1 + history_pick(h, incident.tasks)),
		    NULL);
		return;
	}
	if (incident.tasks == 0 || history_pick(h, 3) == 0) {
		world_fold(h->world, EVENT_task_added,
		    history_pick(h, 4) ? ANALYST : WORKER, inc(incident.number),
		    facts_of("{'task':%u,'owner':%u,'due':%u,'mandatory':%s%s}",
			incident.tasks + 1, history_pick(h, 3),
			history_pick(h, 2) * 1000,
			history_pick(h, 2) ? "true" : "false", history_idem(h)),
		    history_pick(h, 2) ? "{'title':'T'}" : NULL);
		return;
	}
	world_fold(h->world, EVENT_task_updated, ANALYST, inc(incident.number),
	    facts_of("{'task':%u,'to':'%s','owner':%u,'due':%u,'no_due':%s%s}",
		1 + history_pick(h, incident.tasks),
		history_word(h, WORDS_TASK_STATUS, TASK_STATUS_COUNT),
		history_pick(h, 3), history_pick(h, 9) * 1000,
		history_pick(h, 3) ? "false" : "true", history_idem(h)),
	    history_pick(h, 2) ? "{'title':'U'}" : "{'reason':'R'}");
}

static bool
target_pick(void *arg, const struct timer_row *row)
{
	*(struct timer_row *)arg = *row;
	return false;
}

/* The first target with a step to come takes it, due or not. */
static void
target_act(struct history *h)
{
	struct timer_row timer = {.a = 0};
	struct incident_target target;

	cr_assert_eq(
	    timer_each(world_txn(h->world), TIMER_TARGET, target_pick, &timer),
	    OK);
	if (timer.a == 0)
		return;
	cr_assert_eq(target_get(h->world->txn, timer.a,
			 (enum target_kind)timer.b, &target),
	    OK);
	world_fold(h->world, EVENT_target_step, 0, inc(timer.a),
	    facts_of("{'target':'%s','percent':%u,'due':1,'again_ms':%u}",
		words_name(WORDS_TARGET, (int)timer.b),
		target_next_percent(target.percent), history_pick(h, 2) * 1000),
	    NULL);
	world_fold(h->world, EVENT_incident_escalated, 0, inc(timer.a),
	    facts_of("{'level':%u}", history_pick(h, 9)), NULL);
}

/* Actions proposed, moved on, overdue; reviews drafted and filled in. */
static void
lessons_change(struct history *h)
{
	uint64_t incidents = history_counters_of(h).incidents, last;
	struct ref incident = inc(1 + history_pick(h, (unsigned)incidents + 1));
	struct ref action = {SUBJECT_ACTION, 0, 0};

	cr_assert_eq(action_last(world_txn(h->world), &last), OK);
	if (incident.number > incidents)
		return;
	action.number = last + 1;
	if (last == 0 || history_pick(h, 3) == 0)
		world_fold(h->world, EVENT_action_added, ANALYST, action,
		    facts_of("{'revision':1,'incident':'INC-%" PRIu64
			     "','owner':%u,'due':%u%s}",
			incident.number, history_pick(h, 3),
			1 + history_pick(h, 9000), history_idem(h)),
		    "{'title':'T','description':'D'}");
	cr_assert_eq(action_last(world_txn(h->world), &last), OK);
	action.number = 1 + history_pick(h, (unsigned)last);
	world_fold(h->world,
	    history_pick(h, 3) ? EVENT_action_updated : EVENT_action_overdue,
	    ANALYST, action,
	    facts_of("{'incident':'INC-%" PRIu64
		     "','to':'%s','owner':%u,'due':%u}",
		incident.number, history_word(h, WORDS_ACTION, ACTION_COUNT),
		history_pick(h, 3), 1 + history_pick(h, 9000)),
	    "{'comment':'C'}");
	world_fold(h->world,
	    history_pick(h, 2) ? EVENT_review_drafted : EVENT_review_updated,
	    ANALYST, incident,
	    facts_of("{'text':['went_well'],'cost':%u,'approved':%s}",
		history_pick(h, 99), history_pick(h, 2) ? "true" : "false"),
	    "{'went_well':'W'}");
}

static void
notification_queue(struct history *h)
{
	if (history_counters_of(h).incidents > 0)
		world_fold(h->world, EVENT_notification_queued, 0,
		    note(history_counters_of(h).notifications + 1),
		    history_pick(h, 2)
			? "{'hook':'mail','on':'opened','incident':'INC-1'}"
			: "{'hook':'siem','on':'triaged','alert':'ALR-1/2'}",
		    NULL);
}

static void
store_change(struct history *h)
{
	uint64_t person = history_counters_of(h).people + 1;

	world_fold(h->world, EVENT_config_loaded, 0, store_ref(),
	    facts_of("{'version':'%016x'}", history_pick(h, 99)), NULL);
	world_fold(h->world,
	    history_pick(h, 2) ? EVENT_clock_jumped : EVENT_clock_confirmed, 0,
	    store_ref(), "{}", NULL);
	if (history_pick(h, 4) != 0)
		return;
	world_fold(h->world, EVENT_people_enrolled, ADMIN, person_ref(person),
	    facts_of("{'name':'p%u','public':'k%u','roles':['auditor']}",
		(unsigned)person, (unsigned)person),
	    "{'display':'P'}");
	world_fold(h->world, EVENT_people_revoked, ADMIN, person_ref(person),
	    "{}", NULL);
	world_fold(h->world, EVENT_token_issued, ADMIN,
	    (struct ref){SUBJECT_TOKEN, 0, person + 1},
	    facts_of("{'name':'t%u','hash':'%064x','roles':['sensor'],"
		     "'sources':['s'],'rate':%u}",
		(unsigned)person + 1, (unsigned)person, history_pick(h, 9)),
	    NULL);
	if (history_pick(h, 2) == 0)
		world_fold(h->world, EVENT_token_revoked, ADMIN,
		    (struct ref){SUBJECT_TOKEN, 0, person + 1}, "{}", NULL);
}

static void
open_by_hand(struct history *h)
{
	history_incident_open(h, ANALYST, "");
}

/* The disk, too, lives through a history. */
static void
disk_change(struct history *h)
{
	if (history_pick(h, 3) == 0)
		world_commit(h->world);
	else if (history_pick(h, 30) == 0)
		world_reopen(h->world);
	else if (history_pick(h, 30) == 0)
		world_abort(h->world);
}

void
world_history(struct world *world, uint64_t seed, unsigned steps)
{
	static void (*const deeds[])(struct history * h) = {open_by_hand,
	    incident_change, incident_change, incident_relate, incident_assign,
	    history_alert_receive, history_alert_receive, history_job_begin,
	    history_job_begin, history_job_finish, history_job_finish,
	    history_job_revive, history_alert_change, notification_queue,
	    store_change, target_act, history_source_act, task_act, task_act,
	    file_act, history_silence_act, lessons_change};
	struct history h = {.world = world, .seed = seed};

	world_people(world);
	world_commit(world);
	for (unsigned i = 0; i < steps; i++) {
		world->time_ms += history_pick(&h, 1000);
		if (history_pick(&h, 200) == 0)
			world->time_ms += LIMIT_IDEMPOTENCY_MS / 2;
		deeds[history_pick(&h, sizeof(deeds) / sizeof(deeds[0]))](&h);
		disk_change(&h);
	}
	world_commit(world);
}
