/* A random but sensible history: world_history. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_world.h"

struct history {
	struct world *world;
	uint64_t seed;
	uint64_t counter; /* of the producer */
};

unsigned
chance(uint64_t *seed, unsigned below)
{
	uint64_t x = (*seed += 0x9e3779b97f4a7c15u);

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((x ^ x >> 31) % below);
}

static unsigned
pick(struct history *h, unsigned below)
{
	return chance(&h->seed, below);
}

static struct counters
counters_of(struct history *h)
{
	struct counters counters;

	cr_assert_eq(state_counters(world_txn(h->world), &counters), OK);
	return counters;
}

static const char *
word(struct history *h, enum words list, unsigned count)
{
	return words_name(list, (int)pick(h, count));
}

/* Now and then a command has an idempotency key. */
static const char *
idem(struct history *h)
{
	static char facts[200];

	if (pick(h, 3) != 0)
		return "";
	(void)snprintf(facts, sizeof(facts),
	    ",'idem':'%032x','ask':'%032x','answer':{'id':'INC-1'}",
	    pick(h, 50), pick(h, 9));
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
	    pick(h, 2) ? "Malware" : "SCAN", pick(h, 2) ? "seen" : "found",
	    pick(h, 5), pick(h, 1000), pick(h, 20), pick(h, 5));
	return text;
}

/* Targets, one of them perhaps, of a few seconds. */
static const char *
spans(struct history *h)
{
	static char facts[100];

	(void)snprintf(facts, sizeof(facts),
	    ",'targets':{'%s':%u,'resolve':%u}",
	    pick(h, 4) ? "acknowledge" : "other", 1 + pick(h, 9000),
	    pick(h, 90000));
	return facts;
}

static void
incident_open(struct history *h, uint32_t actor, const char *more)
{
	uint64_t number = counters_of(h).incidents + 1;

	world_fold(h->world, EVENT_incident_opened, actor, inc(number),
	    facts_of("{'revision':1,'severity':'%s','status':'%s',"
		     "'tags':['t%u','t%u'],'hosts':['%016x'],"
		     "'assignee':%u%s%s%s}",
		word(h, WORDS_SEVERITY, SEVERITY_COUNT),
		word(h, WORDS_STATUS, STATUS_triage + 1), pick(h, 4),
		pick(h, 4), pick(h, 9), pick(h, 3), more,
		actor == ANALYST ? idem(h) : "", spans(h)),
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
	uint64_t count = counters_of(h).incidents;
	enum event kind = kinds[pick(h, 6)];
	bool weighs = kind == EVENT_incident_updated ||
		      kind == EVENT_incident_reopened ||
		      kind == EVENT_incident_raised;

	if (count == 0)
		return;
	world_fold(h->world, kind, pick(h, 4) ? ANALYST : WORKER,
	    inc(1 + pick(h, (unsigned)count)),
	    facts_of("{'severity':'%s','tag':['t%u'],'untag':['t%u'],"
		     "'to':'%s','verdict':'other','impact':'none'%s%s}",
		word(h, WORDS_SEVERITY, SEVERITY_COUNT), pick(h, 4), pick(h, 4),
		word(h, WORDS_STATUS, STATUS_COUNT), idem(h),
		weighs ? spans(h) : ""),
	    pick(h, 2) ? incident_text_of(h) : "{'text':'noted'}");
}

static void
incident_assign(struct history *h)
{
	uint64_t count = counters_of(h).incidents;

	if (count == 0)
		return;
	world_fold(h->world, EVENT_incident_assigned, ANALYST,
	    inc(1 + pick(h, (unsigned)count)),
	    facts_of("{'to':%u%s}", pick(h, 3), idem(h)), NULL);
}

/* Merged where that makes no circle, taken out again, linked, restricted. */
static void
incident_relate(struct history *h)
{
	uint64_t count = counters_of(h).incidents;
	struct incident one, other;

	if (count < 2)
		return;
	cr_assert_eq(incident_get(world_txn(h->world),
			 1 + pick(h, (unsigned)count), &one),
	    OK);
	cr_assert_eq(incident_resolve(
			 h->world->txn, 1 + pick(h, (unsigned)count), &other),
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
		    pick(h, 2)   ? EVENT_incident_merged
		    : pick(h, 3) ? EVENT_incident_linked
				 : EVENT_incident_unlinked,
		    ANALYST, inc(one.number),
		    facts_of("{'from':'new','relation':'causes',"
			     "'other':'INC-%" PRIu64 "'%s}",
			other.number, idem(h)),
		    "{'reason':'R'}");
	else
		world_fold(h->world,
		    pick(h, 2) ? EVENT_incident_restricted
			       : EVENT_incident_unrestricted,
		    ANALYST, inc(one.number), "{'named':[1,2]}",
		    "{'reason':'R'}");
}

/* A file more, or one is read. */
static void
file_act(struct history *h)
{
	uint64_t count = counters_of(h).incidents;
	struct incident incident;

	if (count == 0)
		return;
	cr_assert_eq(incident_get(world_txn(h->world),
			 1 + pick(h, (unsigned)count), &incident),
	    OK);
	if (incident.files == 0 || pick(h, 2))
		world_fold(h->world, EVENT_file_added, ANALYST,
		    inc(incident.number),
		    facts_of("{'file':%u,'bytes':%u,'sha256':'%064x'%s}",
			incident.files + 1, pick(h, 99), pick(h, 9), idem(h)),
		    pick(h, 2) ? "{'name':'N'}" : NULL);
	else if (pick(h, 3) == 0)
		world_fold(h->world, EVENT_file_discarded, ANALYST,
		    inc(incident.number),
		    facts_of(
			"{'file':%u%s}", 1 + pick(h, incident.files), idem(h)),
		    "{'reason':'R'}");
	else
		world_fold(h->world, EVENT_file_read, pick(h, 2) ? ANALYST : 1,
		    inc(incident.number),
		    facts_of("{'file':%u}", 1 + pick(h, incident.files)), NULL);
}

/* A task more, or a change of one that is there. */
static void
task_act(struct history *h)
{
	uint64_t count = counters_of(h).incidents;
	struct incident incident;

	if (count == 0)
		return;
	cr_assert_eq(incident_get(world_txn(h->world),
			 1 + pick(h, (unsigned)count), &incident),
	    OK);
	if (incident.tasks > 0 && pick(h, 4) == 0) {
		world_fold(h->world, EVENT_task_overdue, 0,
		    inc(incident.number),
		    facts_of(
			"{'task':%u,'due':1}", 1 + pick(h, incident.tasks)),
		    NULL);
		return;
	}
	if (incident.tasks == 0 || pick(h, 3) == 0) {
		world_fold(h->world, EVENT_task_added,
		    pick(h, 4) ? ANALYST : WORKER, inc(incident.number),
		    facts_of("{'task':%u,'owner':%u,'due':%u,'mandatory':%s%s}",
			incident.tasks + 1, pick(h, 3), pick(h, 2) * 1000,
			pick(h, 2) ? "true" : "false", idem(h)),
		    pick(h, 2) ? "{'title':'T'}" : NULL);
		return;
	}
	world_fold(h->world, EVENT_task_updated, ANALYST, inc(incident.number),
	    facts_of("{'task':%u,'to':'%s','owner':%u,'due':%u,'no_due':%s%s}",
		1 + pick(h, incident.tasks),
		word(h, WORDS_TASK_STATUS, TASK_STATUS_COUNT), pick(h, 3),
		pick(h, 9) * 1000, pick(h, 3) ? "false" : "true", idem(h)),
	    pick(h, 2) ? "{'title':'U'}" : "{'reason':'R'}");
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
		target_next_percent(target.percent), pick(h, 2) * 1000),
	    NULL);
	world_fold(h->world, EVENT_incident_escalated, 0, inc(timer.a),
	    facts_of("{'level':%u}", pick(h, 9)), NULL);
}

/* Actions proposed, moved on, overdue; reviews drafted and filled in. */
static void
lessons_change(struct history *h)
{
	uint64_t incidents = counters_of(h).incidents, last;
	struct ref incident = inc(1 + pick(h, (unsigned)incidents + 1));
	struct ref action = {SUBJECT_ACTION, 0, 0};

	cr_assert_eq(action_last(world_txn(h->world), &last), OK);
	if (incident.number > incidents)
		return;
	action.number = last + 1;
	if (last == 0 || pick(h, 3) == 0)
		world_fold(h->world, EVENT_action_added, ANALYST, action,
		    facts_of("{'revision':1,'incident':'INC-%" PRIu64
			     "','owner':%u,'due':%u%s}",
			incident.number, pick(h, 3), 1 + pick(h, 9000),
			idem(h)),
		    "{'title':'T','description':'D'}");
	cr_assert_eq(action_last(world_txn(h->world), &last), OK);
	action.number = 1 + pick(h, (unsigned)last);
	world_fold(h->world,
	    pick(h, 3) ? EVENT_action_updated : EVENT_action_overdue, ANALYST,
	    action,
	    facts_of("{'incident':'INC-%" PRIu64
		     "','to':'%s','owner':%u,'due':%u}",
		incident.number, word(h, WORDS_ACTION, ACTION_COUNT),
		pick(h, 3), 1 + pick(h, 9000)),
	    "{'comment':'C'}");
	world_fold(h->world,
	    pick(h, 2) ? EVENT_review_drafted : EVENT_review_updated, ANALYST,
	    incident,
	    facts_of("{'text':['went_well'],'cost':%u,'approved':%s}",
		pick(h, 99), pick(h, 2) ? "true" : "false"),
	    "{'went_well':'W'}");
}

static void
alert_receive(struct history *h)
{
	unsigned count = 1 + pick(h, 4);

	h->counter++;
	world_fold(h->world, EVENT_alert_received, SENSOR,
	    alr(counters_of(h).alerts + 1, 0),
	    facts_of("{'source':'s%u','n':%u,'format':'native',"
		     "'session':'%016x','counter':%u}",
		pick(h, 3), count, 1 + (unsigned)h->counter / 90,
		(unsigned)h->counter),
	    NULL);
}

static bool
timer_pick(void *arg, const struct timer_row *row)
{
	*(uint64_t *)arg = row->a;
	return false;
}

/* What is expected of sources, and the first that is due: silent or heard. */
static void
source_act(struct history *h)
{
	char name[LIMIT_NAME_BYTES_MAX + 1];
	struct source source;
	uint64_t number = 0;

	(void)snprintf(name, sizeof(name), "s%u", pick(h, 3));
	world_fold(h->world, EVENT_source_updated, pick(h, 2) ? ADMIN : 0,
	    source_subject(name),
	    facts_of("{'source':'%s','interval_ms':%u%s}", name, pick(h, 3000),
		pick(h, 2) ? ",'configured':true" : ""),
	    NULL);
	cr_assert_eq(
	    timer_each(world_txn(h->world), TIMER_SOURCE, timer_pick, &number),
	    OK);
	if (number == 0)
		return;
	cr_assert_eq(source_get(h->world->txn, (uint32_t)number, &source), OK);
	cr_assert_eq(source_name(h->world->txn, source.number, name), OK);
	world_fold(h->world,
	    source.silent ? EVENT_source_heard : EVENT_source_silent, 0,
	    source_subject(name),
	    facts_of("{'source':'%s','interval_ms':1,'alert':'ALR-1'}", name),
	    NULL);
}

static void
silence_act(struct history *h)
{
	uint64_t count = counters_of(h).silences;

	world_fold(h->world, EVENT_silence_added, ANALYST,
	    (struct ref){SUBJECT_SILENCE, 0, count + 1},
	    facts_of("{'source':'s%u','rule':'%016x','until':%" PRIu64 "%s}",
		pick(h, 3), pick(h, 3), h->world->time_ms + pick(h, 9000),
		idem(h)),
	    "{'rule':'r','reason':'R'}");
	if (pick(h, 2))
		world_fold(h->world, EVENT_silence_ended, ANALYST,
		    (struct ref){
			SUBJECT_SILENCE, 0, 1 + pick(h, (unsigned)count + 1)},
		    "{}", NULL);
}

/* ---- jobs ---- */

static bool
lease_pick(void *arg, const struct lease *lease)
{
	*(struct lease *)arg = *lease;
	return false;
}

static bool
retry_pick(void *arg, const struct retry *retry)
{
	*(struct retry *)arg = *retry;
	return retry->dead;
}

static void
job_lease(struct history *h, unsigned workflow, uint64_t first, uint64_t last,
    unsigned attempt)
{
	world_fold(h->world, EVENT_job_leased, WORKER,
	    job(counters_of(h).leases + 1),
	    facts_of("{'workflow':'%s','first':%" PRIu64 ",'last':%" PRIu64
		     ",'worker':3,'token':'%032x','for_ms':30000,"
		     "'attempt':%u}",
		words_name(WORDS_WORKFLOW, (int)workflow), first, last,
		pick(h, 99999), attempt),
	    NULL);
}

static void
job_begin(struct history *h)
{
	unsigned workflow = 1 + pick(h, 2);
	struct workflow_row row;
	struct retry retry = {.dead = true};
	uint64_t last;

	cr_assert_eq(
	    workflow_get(world_txn(h->world), (enum workflow)workflow, &row),
	    OK);
	cr_assert_eq(retry_each(h->world->txn, (enum workflow)workflow, 1,
			 retry_pick, &retry),
	    OK);
	if (!retry.dead && pick(h, 2)) {
		job_lease(h, workflow, retry.item, retry.item,
		    retry.attempts == 0 ? 1 : retry.attempts);
		return;
	}
	last = row.frontier + pick(h, 6);
	if (last <= row.last)
		job_lease(h, workflow, row.frontier, last, 0);
}

static void
triage_part(struct history *h, char *facts, size_t size, unsigned number)
{
	static const char *const wishes[] = {
	    "opened", "attached", "kept", "resolved"};
	uint64_t incidents = counters_of(h).incidents;
	unsigned wish = pick(h, 4);
	size_t len = strlen(facts);

	if (wish < 2 && incidents == 0)
		wish = 2;
	len += (size_t)snprintf(facts + len, size - len,
	    "%s{'p':%u,'disposition':'%s','severity':'%s',"
	    "'cluster':'%032x','rule':'%016x'",
	    number == 1 ? "" : ",", number, wishes[wish],
	    word(h, WORDS_SEVERITY, SEVERITY_COUNT), pick(h, 12), pick(h, 3));
	if (pick(h, 2))
		len += (size_t)snprintf(
		    facts + len, size - len, ",'external':'%016x'", pick(h, 9));
	if (wish < 2)
		len += (size_t)snprintf(facts + len, size - len,
		    ",'incident':'INC-%u'", 1 + pick(h, (unsigned)incidents));
	if (pick(h, 3) == 0)
		len += (size_t)snprintf(facts + len, size - len, ",'%s':%u",
		    pick(h, 2) ? "lag_ms" : "ahead_ms", pick(h, 99999));
	(void)snprintf(facts + len, size - len, ",'again':%s}",
	    pick(h, 2) ? "true" : "false");
}

static void
triage_item(struct history *h, uint64_t alert)
{
	char facts[4100] = "{'format':'native','disposition':'kept','parts':[";
	char text[4000] = "{'parts':[";
	unsigned parts = pick(h, 4);

	if (pick(h, 3) == 0)
		incident_open(h, WORKER,
		    ",'source':'s1','rule':'00000000000000aa','window':9");
	for (unsigned i = 1; i <= parts; i++) {
		size_t len = strlen(text);

		triage_part(h, facts, sizeof(facts) - 3, i);
		(void)snprintf(text + len, sizeof(text) - len - 3,
		    "%s{'p':%u,'host':'db%u','user':'u%u','observables':"
		    "[{'type':'domain','value':'d%u.example'}]}",
		    i == 1 ? "" : ",", i, pick(h, 5), pick(h, 5), pick(h, 9));
	}
	memcpy(facts + strlen(facts), "]", 2);
	(void)snprintf(facts + strlen(facts), sizeof(facts) - strlen(facts),
	    "%s%s}", pick(h, 4) == 0 ? ",'remap':true" : "",
	    pick(h, 8) == 0 ? ",'unchanged':true" : "");
	memcpy(text + strlen(text), "]}", 3);
	world_fold(
	    h->world, EVENT_alert_triaged, WORKER, alr(alert, 0), facts, text);
}

static void
job_finish(struct history *h)
{
	struct lease lease = {.number = 0};
	enum event kind = EVENT_job_done;

	cr_assert_eq(lease_each(world_txn(h->world), lease_pick, &lease), OK);
	if (lease.number == 0)
		return;
	if (pick(h, 3) == 0)
		kind = pick(h, 2) ? EVENT_job_failed : EVENT_job_expired;
	for (uint64_t i = lease.first; i <= lease.last; i++) {
		if (kind != EVENT_job_done)
			break;
		if (lease.workflow == WORKFLOW_triage)
			triage_item(h, i);
		else
			world_fold(h->world,
			    pick(h, 2) ? EVENT_notification_sent
				       : EVENT_notification_dropped,
			    WORKER, note(i), "{}", NULL);
	}
	world_fold(h->world, kind, WORKER, job(lease.number),
	    facts_of("{'workflow':'%s','retry_ms':%u}",
		words_name(WORDS_WORKFLOW, (int)lease.workflow),
		pick(h, 3) * 1000),
	    NULL);
}

static void
job_revive(struct history *h)
{
	world_fold(h->world, EVENT_job_retried, ANALYST, job(0),
	    facts_of("{'workflow':'triage','items':[%u,%u,%u]}",
		1 + pick(h, 99), 1 + pick(h, 99), 1 + pick(h, 99)),
	    NULL);
}

static void
alert_change(struct history *h)
{
	static const enum event kinds[] = {EVENT_alert_acknowledged,
	    EVENT_alert_closed, EVENT_alert_promoted, EVENT_alert_requeued};
	struct counters counters = counters_of(h);
	unsigned kind = pick(h, 4);
	struct alert alert;
	uint32_t part = 0;

	if (counters.alerts == 0 || counters.incidents == 0)
		return;
	cr_assert_eq(alert_get(h->world->txn,
			 1 + pick(h, (unsigned)counters.alerts), &alert),
	    OK);
	if (alert.parts > 0 && pick(h, 2) && kind < 3)
		part = 1 + pick(h, alert.parts);
	world_fold(h->world, kinds[kind], ANALYST, alr(alert.number, part),
	    facts_of("{'verdict':'test','incident':'INC-%u'%s%s}",
		1 + pick(h, (unsigned)counters.incidents),
		pick(h, 3) == 0 ? ",'remap':true" : "", idem(h)),
	    NULL);
}

static void
notification_queue(struct history *h)
{
	if (counters_of(h).incidents > 0)
		world_fold(h->world, EVENT_notification_queued, 0,
		    note(counters_of(h).notifications + 1),
		    pick(h, 2)
			? "{'hook':'mail','on':'opened','incident':'INC-1'}"
			: "{'hook':'siem','on':'triaged','alert':'ALR-1/2'}",
		    NULL);
}

static void
store_change(struct history *h)
{
	uint64_t person = counters_of(h).people + 1;

	world_fold(h->world, EVENT_config_loaded, 0, store_ref(),
	    facts_of("{'version':'%016x'}", pick(h, 99)), NULL);
	world_fold(h->world,
	    pick(h, 2) ? EVENT_clock_jumped : EVENT_clock_confirmed, 0,
	    store_ref(), "{}", NULL);
	if (pick(h, 4) != 0)
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
		(unsigned)person + 1, (unsigned)person, pick(h, 9)),
	    NULL);
	if (pick(h, 2) == 0)
		world_fold(h->world, EVENT_token_revoked, ADMIN,
		    (struct ref){SUBJECT_TOKEN, 0, person + 1}, "{}", NULL);
}

static void
open_by_hand(struct history *h)
{
	incident_open(h, ANALYST, "");
}

/* The disk, too, lives through a history. */
static void
disk_change(struct history *h)
{
	if (pick(h, 3) == 0)
		world_commit(h->world);
	else if (pick(h, 30) == 0)
		world_reopen(h->world);
	else if (pick(h, 30) == 0)
		world_abort(h->world);
}

void
world_history(struct world *world, uint64_t seed, unsigned steps)
{
	static void (*const deeds[])(struct history * h) = {open_by_hand,
	    incident_change, incident_change, incident_relate, incident_assign,
	    alert_receive, alert_receive, job_begin, job_begin, job_finish,
	    job_finish, job_revive, alert_change, notification_queue,
	    store_change, target_act, source_act, task_act, task_act, file_act,
	    silence_act, lessons_change};
	struct history h = {.world = world, .seed = seed};

	world_people(world);
	world_commit(world);
	for (unsigned i = 0; i < steps; i++) {
		world->time_ms += pick(&h, 1000);
		if (pick(&h, 200) == 0)
			world->time_ms += LIMIT_IDEMPOTENCY_MS / 2;
		deeds[pick(&h, sizeof(deeds) / sizeof(deeds[0]))](&h);
		disk_change(&h);
	}
	world_commit(world);
}
