/* Of a random history: alerts, sources, silences, jobs. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_history.h"

void
history_alert_receive(struct history *h)
{
	unsigned count = 1 + history_pick(h, 4);

	h->counter++;
	world_fold(h->world, EVENT_alert_received, SENSOR,
	    alr(history_counters_of(h).alerts + 1, 0),
	    facts_of("{'source':'s%u','n':%u,'format':'native',"
		     "'session':'%016x','counter':%u}",
		history_pick(h, 3), count, 1 + (unsigned)h->counter / 90,
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
void
history_source_act(struct history *h)
{
	char name[LIMIT_NAME_BYTES_MAX + 1];
	struct source source;
	uint64_t number = 0;

	(void)snprintf(name, sizeof(name), "s%u", history_pick(h, 3));
	world_fold(h->world, EVENT_source_updated,
	    history_pick(h, 2) ? ADMIN : 0, source_subject(name),
	    facts_of("{'source':'%s','interval_ms':%u%s}", name,
		history_pick(h, 3000),
		history_pick(h, 2) ? ",'configured':true" : ""),
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

void
history_silence_act(struct history *h)
{
	uint64_t count = history_counters_of(h).silences;

	world_fold(h->world, EVENT_silence_added, ANALYST,
	    (struct ref){SUBJECT_SILENCE, 0, count + 1},
	    facts_of("{'source':'s%u','rule':'%016x','until':%" PRIu64 "%s}",
		history_pick(h, 3), history_pick(h, 3),
		h->world->time_ms + history_pick(h, 9000), history_idem(h)),
	    "{'rule':'r','reason':'R'}");
	if (history_pick(h, 2))
		world_fold(h->world, EVENT_silence_ended, ANALYST,
		    (struct ref){SUBJECT_SILENCE, 0,
			1 + history_pick(h, (unsigned)count + 1)},
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
	    job(history_counters_of(h).leases + 1),
	    facts_of("{'workflow':'%s','first':%" PRIu64 ",'last':%" PRIu64
		     ",'worker':3,'token':'%032x','for_ms':30000,"
		     "'attempt':%u}",
		words_name(WORDS_WORKFLOW, (int)workflow), first, last,
		history_pick(h, 99999), attempt),
	    NULL);
}

void
history_job_begin(struct history *h)
{
	unsigned workflow = 1 + history_pick(h, 2);
	struct workflow_row row;
	struct retry retry = {.dead = true};
	uint64_t last;

	cr_assert_eq(
	    workflow_get(world_txn(h->world), (enum workflow)workflow, &row),
	    OK);
	cr_assert_eq(retry_each(h->world->txn, (enum workflow)workflow, 1,
			 retry_pick, &retry),
	    OK);
	if (!retry.dead && history_pick(h, 2)) {
		job_lease(h, workflow, retry.item, retry.item,
		    retry.attempts == 0 ? 1 : retry.attempts);
		return;
	}
	last = row.frontier + history_pick(h, 6);
	if (last <= row.last)
		job_lease(h, workflow, row.frontier, last, 0);
}

static void
triage_part(struct history *h, char *facts, size_t size, unsigned number)
{
	static const char *const wishes[] = {
	    "opened", "attached", "kept", "resolved"};
	uint64_t incidents = history_counters_of(h).incidents;
	unsigned wish = history_pick(h, 4);
	size_t len = strlen(facts);

	if (wish < 2 && incidents == 0)
		wish = 2;
	len += (size_t)snprintf(facts + len, size - len,
	    "%s{'p':%u,'disposition':'%s','severity':'%s',"
	    "'cluster':'%032x','rule':'%016x'",
	    number == 1 ? "" : ",", number, wishes[wish],
	    history_word(h, WORDS_SEVERITY, SEVERITY_COUNT),
	    history_pick(h, 12), history_pick(h, 3));
	if (history_pick(h, 2))
		len += (size_t)snprintf(facts + len, size - len,
		    ",'external':'%016x'", history_pick(h, 9));
	if (wish < 2)
		len += (size_t)snprintf(facts + len, size - len,
		    ",'incident':'INC-%u'",
		    1 + history_pick(h, (unsigned)incidents));
	if (history_pick(h, 3) == 0)
		len += (size_t)snprintf(facts + len, size - len, ",'%s':%u",
		    history_pick(h, 2) ? "lag_ms" : "ahead_ms",
		    history_pick(h, 99999));
	(void)snprintf(facts + len, size - len, ",'again':%s}",
	    history_pick(h, 2) ? "true" : "false");
}

static void
triage_item(struct history *h, uint64_t alert)
{
	char facts[4100] = "{'format':'native','disposition':'kept','parts':[";
	char text[4000] = "{'parts':[";
	unsigned parts = history_pick(h, 4);

	if (history_pick(h, 3) == 0)
		history_incident_open(h, WORKER,
		    ",'source':'s1','rule':'00000000000000aa','window':9");
	for (unsigned i = 1; i <= parts; i++) {
		size_t len = strlen(text);

		triage_part(h, facts, sizeof(facts) - 3, i);
		(void)snprintf(text + len, sizeof(text) - len - 3,
		    "%s{'p':%u,'host':'db%u','user':'u%u','observables':"
		    "[{'type':'domain','value':'d%u.example'}]}",
		    i == 1 ? "" : ",", i, history_pick(h, 5),
		    history_pick(h, 5), history_pick(h, 9));
	}
	memcpy(facts + strlen(facts), "]", 2);
	(void)snprintf(facts + strlen(facts), sizeof(facts) - strlen(facts),
	    "%s%s}", history_pick(h, 4) == 0 ? ",'remap':true" : "",
	    history_pick(h, 8) == 0 ? ",'unchanged':true" : "");
	memcpy(text + strlen(text), "]}", 3);
	world_fold(
	    h->world, EVENT_alert_triaged, WORKER, alr(alert, 0), facts, text);
}

void
history_job_finish(struct history *h)
{
	struct lease lease = {.number = 0};
	enum event kind = EVENT_job_done;

	cr_assert_eq(lease_each(world_txn(h->world), lease_pick, &lease), OK);
	if (lease.number == 0)
		return;
	if (history_pick(h, 3) == 0)
		kind =
		    history_pick(h, 2) ? EVENT_job_failed : EVENT_job_expired;
	for (uint64_t i = lease.first; i <= lease.last; i++) {
		if (kind != EVENT_job_done)
			break;
		if (lease.workflow == WORKFLOW_triage)
			triage_item(h, i);
		else
			world_fold(h->world,
			    history_pick(h, 2) ? EVENT_notification_sent
					       : EVENT_notification_dropped,
			    WORKER, note(i), "{}", NULL);
	}
	world_fold(h->world, kind, WORKER, job(lease.number),
	    facts_of("{'workflow':'%s','retry_ms':%u}",
		words_name(WORDS_WORKFLOW, (int)lease.workflow),
		history_pick(h, 3) * 1000),
	    NULL);
}

void
history_job_revive(struct history *h)
{
	world_fold(h->world, EVENT_job_retried, ANALYST, job(0),
	    facts_of("{'workflow':'triage','items':[%u,%u,%u]}",
		1 + history_pick(h, 99), 1 + history_pick(h, 99),
		1 + history_pick(h, 99)),
	    NULL);
}

void
history_alert_change(struct history *h)
{
	static const enum event kinds[] = {EVENT_alert_acknowledged,
	    EVENT_alert_closed, EVENT_alert_promoted, EVENT_alert_requeued};
	struct counters counters = history_counters_of(h);
	unsigned kind = history_pick(h, 4);
	struct alert alert;
	uint32_t part = 0;

	if (counters.alerts == 0 || counters.incidents == 0)
		return;
	cr_assert_eq(
	    alert_get(h->world->txn,
		1 + history_pick(h, (unsigned)counters.alerts), &alert),
	    OK);
	if (alert.parts > 0 && history_pick(h, 2) && kind < 3)
		part = 1 + history_pick(h, alert.parts);
	world_fold(h->world, kinds[kind], ANALYST, alr(alert.number, part),
	    facts_of("{'verdict':'test','incident':'INC-%u'%s%s}",
		1 + history_pick(h, (unsigned)counters.incidents),
		history_pick(h, 3) == 0 ? ",'remap':true" : "",
		history_idem(h)),
	    NULL);
}
