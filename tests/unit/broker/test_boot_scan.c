#include "broker/boot_scan.h"

#include "broker/principals.h"
#include "broker/producers.h"
#include "tests/unit/store/journal_fixture.h"

#define PUBLIC "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"

static struct store store;
static struct principals *principals;
static struct producers *producers;

static void
begin(void)
{
	store_make(&store);
	store_open(&store);
	cr_assert_eq(principals_new(&principals), OK);
	cr_assert_eq(producers_new(&producers), OK);
}

static void
end(void)
{
	principals_free(&principals);
	producers_free(&producers);
	store_drop(&store);
}

TestSuite(boot_scan, .init = begin, .fini = end);

static void
append(enum event kind, struct ref subject, const char *facts)
{
	struct entry_draft draft = {
	    .kind = kind,
	    .actor = 1,
	    .subject = subject,
	    .facts = facts,
	    .facts_len = (uint32_t)strlen(facts),
	};
	struct journal_head before = store.head;
	struct record *record;

	cr_assert_eq(record_make(&draft, &record), OK);
	store.now_ms += 5;
	record_number(record, before.seq + 1, store.now_ms, subject.number);
	cr_assert_eq(
	    journal_append(store.journal, &before, &record, 1, &store.head),
	    OK);
	record_release(&record);
}

/* Enrols principal 1 with so many sources. */
static void
enrol(int sources)
{
	char facts[2048];
	size_t n;
	int i;

	n = (size_t)snprintf(facts, sizeof(facts),
	    "{\"name\":\"probe\",\"public\":\"" PUBLIC
	    "\",\"roles\":[\"sensor\"],\"sources\":[");
	for (i = 0; i < sources; i++)
		n += (size_t)snprintf(facts + n, sizeof(facts) - n,
		    "%s\"source-%d\"", i > 0 ? "," : "", i);
	(void)snprintf(facts + n, sizeof(facts) - n, "]}");
	append(
	    EVENT_people_enrolled, (struct ref){SUBJECT_PERSON, 0, 1}, facts);
}

static enum err
scan(uint64_t *alerts)
{
	uint64_t time_ms = 0;
	enum err err =
	    boot_scan(store.journal, principals, producers, &time_ms, alerts);

	cr_assert_eq(time_ms, store.now_ms);
	return err;
}

Test(boot_scan, knows_people_sensors_and_what_was_pushed)
{
	const struct person *person;
	uint64_t alerts;

	enrol(2);
	append(EVENT_alert_received, (struct ref){SUBJECT_ALERT, 0, 1},
	    "{\"source\":\"source-1\",\"n\":3}");
	cr_assert_eq(scan(&alerts), OK);
	cr_assert_eq(alerts, 3);
	person = principals_get(principals, 1);
	cr_assert_not_null(person);
	cr_assert_str_eq(person->name, "probe");
	cr_assert_str_eq(person->public_z85, PUBLIC);
	cr_assert_eq(person->roles, ROLE_sensor);
	cr_assert(person->active);
	cr_assert_eq(person->sources_count, 2);
	cr_assert_str_eq(person->sources[1], "source-1");
	cr_assert_eq(principals_by_key(principals, PUBLIC), person);

	append(EVENT_people_revoked, (struct ref){SUBJECT_PERSON, 0, 1}, "{}");
	cr_assert_eq(scan(&alerts), OK);
	person = principals_get(principals, 1);
	cr_assert_not(person->active);
	cr_assert_eq(person->revoked_ms, store.now_ms);
	cr_assert_null(principals_by_key(principals, PUBLIC));
}

Test(boot_scan, keeps_as_many_sources_as_one_sensor_may_have)
{
	const struct person *person;
	uint64_t alerts;

	enrol(LIMIT_SOURCES_MAX);
	cr_assert_eq(scan(&alerts), OK);
	cr_assert_eq(
	    principals_get(principals, 1)->sources_count, LIMIT_SOURCES_MAX);
	enrol(LIMIT_SOURCES_MAX + 1);
	cr_assert_eq(scan(&alerts), OK);
	person = principals_get(principals, 1);
	cr_assert_eq(person->sources_count, LIMIT_SOURCES_MAX);
	cr_assert_str_eq(person->sources[LIMIT_SOURCES_MAX - 1], "source-31");
}

Test(boot_scan, refuses_a_revocation_of_nobody)
{
	uint64_t alerts;

	append(EVENT_people_revoked, (struct ref){SUBJECT_PERSON, 0, 9}, "{}");
	cr_assert_eq(scan(&alerts), ERR_CORRUPT);
}
