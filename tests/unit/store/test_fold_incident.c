#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fresh_world.h"

TestSuite(fold_incident, .init = fresh_begin, .fini = fresh_end);

static struct incident
incident_of(uint64_t number)
{
	struct incident incident;

	cr_assert_eq(incident_get(world_txn(&world), number, &incident), OK);
	return incident;
}

/* INC-1, by hand or by triage, at WORLD_TIME_MS + 100. */
static void
open_by(uint32_t actor)
{
	world.time_ms = WORLD_TIME_MS + 100;
	world_fold(&world, EVENT_incident_opened, actor, inc(1),
	    "{'revision':1,'severity':'high'}",
	    "{'title':'Malware on db1','description':'Found by \\'av\\''}");
	world.time_ms += 100;
}

static void
change(enum event kind, uint32_t actor, const char *facts)
{
	world_fold(&world, kind, actor, inc(1), facts, NULL);
	world.time_ms += 100;
}

static bool
text_is(uint64_t number, const char *expected)
{
	const char *json;
	size_t len;

	if (incident_text(world_txn(&world), number, &json, &len) != OK)
		return false;
	return len == strlen(expected) && memcmp(json, expected, len) == 0;
}

static uint64_t
counted(enum status status, enum severity severity)
{
	uint64_t count;

	cr_assert_eq(
	    incident_count(world_txn(&world), status, severity, &count), OK);
	return count;
}

Test(fold_incident, opens_with_what_was_said)
{
	struct incident incident;

	world_fold(&world, EVENT_incident_opened, ANALYST, inc(1),
	    "{'revision':1,'severity':'critical','status':'triage',"
	    "'kind':'data_breach','classification':'intrusions','tlp':'red',"
	    "'pap':'green','major':true,'tags':['vip','vip','erp'],"
	    "'techniques':['t1059.001'],'hosts':['0011223344556677'],"
	    "'occurred':5,'detected':6,'config':'0123456789abcdef',"
	    "'assignee':2,'reasons':['x'],'unheard':{'of':1}}",
	    "{'title':'T','description':'D'}");
	incident = incident_of(1);
	cr_assert_eq(incident.revision, 1);
	cr_assert_eq(incident.severity, SEVERITY_critical);
	cr_assert_eq(incident.status, STATUS_triage);
	cr_assert_eq(incident.kind, KIND_data_breach);
	cr_assert_eq(incident.classification, RSIT_intrusions);
	cr_assert_eq(incident.tlp, TLP_red);
	cr_assert_eq(incident.pap, PAP_green);
	cr_assert(incident.major);
	cr_assert_eq(incident.tags_count, 2);
	cr_assert_str_eq(incident.tags[1], "erp");
	cr_assert_eq(incident.techniques_count, 1);
	cr_assert_str_eq(incident.techniques[0], "t1059.001");
	cr_assert_eq(incident.hosts_count, 1);
	cr_assert_eq(incident.hosts[0][7], 0x77);
	cr_assert_eq(incident.occurred_ms, 5);
	cr_assert_eq(incident.detected_ms, 6);
	cr_assert_str_eq(incident.config, "0123456789abcdef");
	cr_assert_eq(incident.assignee, ANALYST);
	cr_assert_eq(incident.acknowledged_ms, WORLD_TIME_MS);
	cr_assert_eq(incident.triaged_ms, 0);
	cr_assert(text_is(1, "{\"title\":\"T\",\"description\":\"D\"}"));
	cr_assert_eq(counted(STATUS_triage, SEVERITY_critical), 1);
}

Test(fold_incident, has_defaults)
{
	struct incident incident;

	world_fold(&world, EVENT_incident_opened, ANALYST, inc(1), "{}", NULL);
	incident = incident_of(1);
	cr_assert_eq(incident.revision, 1);
	cr_assert_eq(incident.severity, SEVERITY_medium);
	cr_assert_eq(incident.status, STATUS_new);
	cr_assert_eq(incident.kind, KIND_incident);
	cr_assert_eq(incident.tlp, TLP_amber);
	cr_assert_eq(incident.pap, PAP_amber);
	cr_assert_eq(incident.opened_ms, WORLD_TIME_MS);
	cr_assert_eq(incident.detected_ms, WORLD_TIME_MS);
	cr_assert_eq(incident.occurred_ms, 0);
	cr_assert_eq(incident.acknowledged_ms, 0);
	cr_assert_eq(incident.assignee, 0);
	cr_assert_not(text_is(1, "{}"));
}

Test(fold_incident, knows_who_opened_it)
{
	open_by(ANALYST);
	cr_assert_eq(incident_of(1).opened_by, ANALYST);
	cr_assert_not(incident_of(1).unread);
	world_fold(&world, EVENT_incident_opened, WORKER, inc(2), "{}", NULL);
	cr_assert_eq(incident_of(2).opened_by, 0);
	cr_assert(incident_of(2).unread);
	world_fold(&world, EVENT_incident_opened, 0, inc(3), "{}", NULL);
	cr_assert_eq(incident_of(3).opened_by, 0);
	cr_assert(incident_of(3).unread);
}

/* A row for each would make every incident that triage opens dearer. */
Test(fold_incident, is_not_indexed_by_opener_when_triage_opened_it)
{
	char *dump;

	world_fold(&world, EVENT_incident_opened, WORKER, inc(1), "{}", NULL);
	dump = world_dump(&world, true);
	cr_assert_not_null(strstr(dump, "\nincident_index 03"));
	cr_assert_null(strstr(dump, "\nincident_index 05"));
	free(dump);
	world_fold(&world, EVENT_incident_opened, ANALYST, inc(2), "{}", NULL);
	dump = world_dump(&world, true);
	cr_assert_not_null(strstr(dump, "\nincident_index 05"));
	free(dump);
}

Test(fold_incident, was_detected_when_its_alert_came)
{
	world_fold(&world, EVENT_alert_received, SENSOR, alr(1, 0),
	    "{'source':'wazuh','n':1}", NULL);
	world.time_ms += 500;
	world_fold(&world, EVENT_incident_opened, WORKER, inc(1),
	    "{'alert':'ALR-1/1','source':'wazuh','follows':'INC-9'}", NULL);
	cr_assert_eq(incident_of(1).detected_ms, WORLD_TIME_MS);
	cr_assert_eq(incident_of(1).opened_ms, WORLD_TIME_MS + 500);
	cr_assert_eq(incident_of(1).source, 1);
	cr_assert_eq(incident_of(1).follows, 9);
}

Test(fold_incident, takes_updates)
{
	struct incident incident;

	open_by(ANALYST);
	world_fold(&world, EVENT_incident_updated, ANALYST, inc(1),
	    "{'revision':2,'severity':'low','tag':['a','b'],'major':true,"
	    "'techniques':['t1'],'detected':3}",
	    "{'title':'Better'}");
	world_fold(&world, EVENT_incident_updated, ANALYST, inc(1),
	    "{'revision':3,'untag':['a','zzz'],'tag':['c']}", NULL);
	incident = incident_of(1);
	cr_assert_eq(incident.revision, 3);
	cr_assert_eq(incident.severity, SEVERITY_low);
	cr_assert(incident.major);
	cr_assert_eq(incident.tags_count, 2);
	cr_assert_str_eq(incident.tags[0], "b");
	cr_assert_str_eq(incident.tags[1], "c");
	cr_assert_eq(incident.detected_ms, 3);
	cr_assert_eq(incident.updated_ms, WORLD_TIME_MS + 200);
	cr_assert_eq(incident.opened_ms, WORLD_TIME_MS + 100);
	cr_assert(text_is(1, "{\"title\":\"Better\",\"description\":"
			     "\"Found by \\\"av\\\"\"}"));
	cr_assert_eq(counted(STATUS_new, SEVERITY_high), 0);
	cr_assert_eq(counted(STATUS_new, SEVERITY_low), 1);
}

Test(fold_incident, is_acknowledged_by_the_first_person_who_acts)
{
	open_by(WORKER);
	change(EVENT_incident_assigned, WORKER, "{'to':2}");
	cr_assert_eq(incident_of(1).acknowledged_ms, 0);
	cr_assert_eq(incident_of(1).assignee, ANALYST);
	change(EVENT_incident_assigned, ANALYST, "{'to':0}");
	cr_assert_eq(incident_of(1).acknowledged_ms, 0);
	change(EVENT_incident_commented, ANALYST, "{}");
	cr_assert_eq(incident_of(1).acknowledged_ms, 0);
	change(EVENT_incident_assigned, ANALYST, "{'to':1}");
	cr_assert_eq(incident_of(1).acknowledged_ms, WORLD_TIME_MS + 500);
	change(EVENT_incident_assigned, ANALYST, "{'to':2}");
	cr_assert_eq(incident_of(1).acknowledged_ms, WORLD_TIME_MS + 500);
}

Test(fold_incident, is_read_once_a_person_acts)
{
	open_by(WORKER);
	change(EVENT_incident_assigned, WORKER, "{'to':2}");
	cr_assert(incident_of(1).unread);
	change(EVENT_incident_commented, ANALYST, "{}");
	cr_assert_not(incident_of(1).unread);
	change(EVENT_incident_raised, WORKER,
	    "{'alert':'ALR-1/1','severity':'critical',"
	    "'techniques':['t2'],'hosts':['0011223344556677'],"
	    "'reasons':['severity']}");
	cr_assert(incident_of(1).unread);
	cr_assert_eq(incident_of(1).severity, SEVERITY_critical);
	cr_assert_eq(incident_of(1).techniques_count, 1);
	cr_assert_eq(incident_of(1).hosts_count, 1);
	change(EVENT_incident_updated, ANALYST, "{}");
	cr_assert_not(incident_of(1).unread);
	change(EVENT_incident_raised, ANALYST, "{}");
	cr_assert(incident_of(1).unread);
}

Test(fold_incident, notes_each_time_once)
{
	struct incident incident;

	open_by(ANALYST); /* at 100 */
	change(EVENT_incident_moved, ANALYST, "{'to':'triage'}");
	change(EVENT_incident_moved, ANALYST, "{'to':'investigating'}");
	change(EVENT_incident_moved, ANALYST, "{'to':'contained'}");
	change(EVENT_incident_moved, ANALYST, "{'to':'investigating'}");
	change(EVENT_incident_moved, ANALYST, "{'to':'contained'}");
	change(EVENT_incident_moved, ANALYST, "{'to':'recovered'}");
	incident = incident_of(1);
	cr_assert_eq(incident.acknowledged_ms, WORLD_TIME_MS + 200);
	cr_assert_eq(incident.triaged_ms, WORLD_TIME_MS + 300);
	cr_assert_eq(incident.contained_ms, WORLD_TIME_MS + 400);
	cr_assert_eq(incident.resolved_ms, WORLD_TIME_MS + 700);
	cr_assert_eq(incident.closed_ms, 0);
	cr_assert_eq(incident.revision, 7);
	change(EVENT_incident_closed, ANALYST,
	    "{'verdict':'true_positive','impact':'with_impact'}");
	incident = incident_of(1);
	cr_assert_eq(incident.resolved_ms, WORLD_TIME_MS + 700);
	cr_assert_eq(incident.closed_ms, WORLD_TIME_MS + 800);
	cr_assert_eq(incident.status, STATUS_closed);
	cr_assert_eq(incident.verdict, VERDICT_true_positive);
	cr_assert_eq(incident.impact, IMPACT_with_impact);
}

Test(fold_incident, closes_and_reopens)
{
	struct incident incident;

	open_by(WORKER);
	world_fold(&world, EVENT_incident_closed, ANALYST, inc(1),
	    "{'from':'new','verdict':'false_positive','impact':'none'}",
	    "{'root_cause':'rule 7','comment':'see above'}");
	incident = incident_of(1);
	cr_assert_eq(incident.acknowledged_ms, WORLD_TIME_MS + 200);
	cr_assert_eq(incident.triaged_ms, WORLD_TIME_MS + 200);
	cr_assert_eq(incident.resolved_ms, WORLD_TIME_MS + 200);
	cr_assert_eq(incident.closed_ms, WORLD_TIME_MS + 200);
	cr_assert(text_is(1, "{\"title\":\"Malware on db1\","
			     "\"description\":\"Found by \\\"av\\\"\","
			     "\"root_cause\":\"rule 7\","
			     "\"comment\":\"see above\"}"));
	cr_assert_eq(counted(STATUS_new, SEVERITY_high), 0);
	cr_assert_eq(counted(STATUS_closed, SEVERITY_high), 0);
	world.time_ms += 100;
	change(EVENT_incident_reopened, ANALYST, "{'to':'triage'}");
	incident = incident_of(1);
	cr_assert_eq(incident.status, STATUS_triage);
	cr_assert_eq(incident.verdict, VERDICT_none);
	cr_assert_eq(incident.closed_ms, 0);
	cr_assert_eq(incident.resolved_ms, WORLD_TIME_MS + 200);
	cr_assert_eq(counted(STATUS_triage, SEVERITY_high), 1);
}

Test(fold_incident, ends_with_cancelled_too)
{
	open_by(ANALYST);
	change(EVENT_incident_moved, ANALYST, "{'to':'cancelled'}");
	cr_assert_eq(incident_of(1).closed_ms, WORLD_TIME_MS + 200);
	cr_assert_eq(incident_of(1).resolved_ms, 0);
	cr_assert_eq(counted(STATUS_cancelled, SEVERITY_high), 0);
}

Test(fold_incident, keeps_no_more_than_the_limits)
{
	struct incident incident;

	open_by(ANALYST);
	for (int i = 0; i < LIMIT_TAGS_MAX + 5; i++) {
		world_fold(&world, EVENT_incident_updated, ANALYST, inc(1),
		    facts_of("{'tag':['t%d'],'techniques':['t%d']}", i, i),
		    NULL);
		world_fold(&world, EVENT_incident_raised, WORKER, inc(1),
		    facts_of("{'hosts':['%016d']}", i), NULL);
	}
	incident = incident_of(1);
	cr_assert_eq(incident.tags_count, LIMIT_TAGS_MAX);
	cr_assert_str_eq(incident.tags[LIMIT_TAGS_MAX - 1], "t31");
	cr_assert_eq(incident.techniques_count, LIMIT_TECHNIQUES_MAX);
	cr_assert_eq(incident.hosts_count, LIMIT_HOSTS_MAX);
}

Test(fold_incident, refuses_what_makes_no_sense)
{
	static const struct {
		enum event kind;
		uint64_t number;
		const char *facts;
	} rows[] = {
	    {EVENT_incident_opened, 1, "{}"},
	    {EVENT_incident_opened, 2, "{'severity':'terrible'}"},
	    {EVENT_incident_opened, 2, "{'severity':3}"},
	    {EVENT_incident_opened, 2, "{'tags':'a'}"},
	    {EVENT_incident_opened, 2, "{'tags':[1]}"},
	    {EVENT_incident_opened, 2, "{'hosts':['00']}"},
	    {EVENT_incident_opened, 2, "{'major':1}"},
	    {EVENT_incident_opened, 2, "{'occurred':-1}"},
	    {EVENT_incident_opened, 2, "{'occurred':1.5}"},
	    {EVENT_incident_opened, 2, "{'occurred':1e300}"},
	    {EVENT_incident_opened, 2, "{'follows':'ALR-1'}"},
	    {EVENT_incident_opened, 2, "{'follows':7}"},
	    {EVENT_incident_opened, 2, "{'alert':'ALR-1'}"},
	    {EVENT_incident_opened, 2, "{'source':''}"},
	    {EVENT_incident_opened, 2, "{'techniques':['t0123456789012345']}"},
	    {EVENT_incident_updated, 2, "{}"},
	    {EVENT_incident_commented, 2, "{}"},
	    {EVENT_incident_assigned, 2, "{'to':1}"},
	    {EVENT_incident_moved, 2, "{'to':'triage'}"},
	    {EVENT_incident_moved, 1, "{'to':'nowhere'}"},
	    {EVENT_incident_closed, 2, "{'verdict':'other'}"},
	    {EVENT_incident_closed, 1, "{'verdict':'guilty'}"},
	    {EVENT_incident_reopened, 2, "{}"},
	    {EVENT_incident_raised, 2, "{}"},
	};

	open_by(ANALYST);
	world_commit(&world);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(world_try(&world, rows[i].kind, ANALYST,
				 inc(rows[i].number), rows[i].facts, NULL),
		    ERR_CORRUPT, "%s %s", event_name(rows[i].kind),
		    rows[i].facts);
		world_abort(&world);
	}
	cr_assert_eq(incident_of(1).revision, 1);
}

/* ---- history ---- */

struct story {
	struct history_row rows[16];
	size_t count, stop;
};

static bool
story_add(void *arg, const struct history_row *row)
{
	struct story *story = arg;

	story->rows[story->count++] = *row;
	return story->count != story->stop;
}

Test(fold_incident, tells_its_story_in_order)
{
	struct story story = {.count = 0};
	uint64_t first;

	open_by(WORKER);
	first = world.position.seq;
	change(EVENT_incident_assigned, ANALYST, "{'to':2}");
	world_fold(&world, EVENT_incident_opened, WORKER, inc(2), "{}", NULL);
	change(EVENT_incident_closed, ANALYST, "{'verdict':'test'}");
	cr_assert_eq(
	    history_each(world.txn, SUBJECT_INCIDENT, 1, 0, story_add, &story),
	    OK);
	cr_assert_eq(story.count, 3);
	cr_assert_eq(story.rows[0].kind, EVENT_incident_opened);
	cr_assert_eq(story.rows[0].actor, WORKER);
	cr_assert_eq(story.rows[0].seq, first);
	cr_assert_eq(story.rows[0].time_ms, WORLD_TIME_MS + 100);
	cr_assert_eq(story.rows[2].kind, EVENT_incident_closed);
	cr_assert_eq(story.rows[2].seq, first + 3);

	story = (struct story){.stop = 1};
	cr_assert_eq(history_each(world.txn, SUBJECT_INCIDENT, 1, first,
			 story_add, &story),
	    OK);
	cr_assert_eq(story.count, 1);
	cr_assert_eq(story.rows[0].kind, EVENT_incident_assigned);
	story.count = 0;
	cr_assert_eq(
	    history_each(world.txn, SUBJECT_INCIDENT, 3, 0, story_add, &story),
	    OK);
	cr_assert_eq(story.count, 0);
	cr_assert_eq(history_each(world.txn, SUBJECT_INCIDENT, 1, UINT64_MAX,
			 story_add, &story),
	    OK);
	cr_assert_eq(story.count, 0);
}

Test(fold_incident, has_notifications_in_its_story)
{
	struct story story = {.count = 0};

	open_by(WORKER);
	world_fold(&world, EVENT_notification_queued, 0, note(1),
	    "{'hook':'mail','on':'opened','incident':'INC-1'}", NULL);
	world_fold(&world, EVENT_notification_sent, WORKER, note(1),
	    "{'hook':'mail','incident':'INC-1'}", NULL);
	cr_assert_eq(
	    history_each(world.txn, SUBJECT_INCIDENT, 1, 0, story_add, &story),
	    OK);
	cr_assert_eq(story.count, 3);
	cr_assert_eq(story.rows[2].kind, EVENT_notification_sent);
}

/* So many people by number. */
static const char *
named(unsigned count)
{
	static char facts[1024];
	size_t n = (size_t)snprintf(facts, sizeof(facts), "{'named':[");
	unsigned i;

	for (i = 0; i < count; i++)
		n += (size_t)snprintf(facts + n, sizeof(facts) - n, "%s%u",
		    i > 0 ? "," : "", i + 1);
	(void)snprintf(facts + n, sizeof(facts) - n, "]}");
	return facts;
}

Test(fold_incident, is_restricted_to_as_many_as_the_limit_and_no_more)
{
	struct incident incident[2];

	world_fold(&world, EVENT_incident_opened, ANALYST, inc(1),
	    "{'severity':'low'}", NULL);
	world_commit(&world);
	cr_assert_eq(world_try(&world, EVENT_incident_restricted, ANALYST,
			 inc(1), named(LIMIT_GRANTS_MAX + 1), NULL),
	    ERR_CORRUPT);
	world_abort(&world);
	world_fold(&world, EVENT_incident_restricted, ANALYST, inc(1),
	    named(LIMIT_GRANTS_MAX), NULL);
	cr_assert_eq(incident_get(world_txn(&world), 1, incident), OK);
	cr_assert_eq(incident->grants_count, LIMIT_GRANTS_MAX);
}
