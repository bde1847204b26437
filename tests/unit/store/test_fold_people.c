#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/store/fold_world.h"

static struct world world;

static void
setup(void)
{
	world_init(&world);
}

static void
teardown(void)
{
	world_fini(&world);
}

TestSuite(fold_people, .init = setup, .fini = teardown);
TestSuite(fold_store, .init = setup, .fini = teardown);

static bool
count_person(void *arg, const struct person *person)
{
	uint32_t *last = arg;

	cr_assert_eq(person->number, *last + 1);
	*last = person->number;
	return *last < 3;
}

Test(fold_people, finds_who_was_enrolled)
{
	struct person person;
	const char *json;
	size_t len;
	uint32_t last = 0;

	world_people(&world);
	cr_assert_eq(person_get(world.txn, SENSOR, &person), OK);
	cr_assert_str_eq(person.name, "siem");
	cr_assert_str_eq(person.public_z85, "key-of-siem");
	cr_assert_eq(person.roles, ROLE_sensor);
	cr_assert(person.active);
	cr_assert_eq(person.enrolled_ms, WORLD_TIME_MS);
	cr_assert_eq(person.sources_count, 2);
	cr_assert_str_eq(person.sources[1], "prometheus");

	cr_assert_eq(person_by_name(world.txn, "ann", &person), OK);
	cr_assert_eq(person.number, ANALYST);
	cr_assert_eq(person.roles, ROLE_analyst | ROLE_lead);
	cr_assert_eq(person_by_key(world.txn, "key-of-ada", &person), OK);
	cr_assert_eq(person.number, ADMIN);
	cr_assert_eq(
	    text_get(world.txn, TABLE_people_text, ADMIN, &json, &len), OK);
	cr_assert_eq(strncmp(json, "{\"display\":\"Somebody\"}", len), 0);

	cr_assert_eq(person_each(world.txn, count_person, &last), OK);
	cr_assert_eq(last, 3);
}

Test(fold_people, finds_nobody_else)
{
	struct person person;
	char name[600];

	world_people(&world);
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	cr_assert_eq(person_get(world.txn, 0, &person), ERR_MISSING);
	cr_assert_eq(person_get(world.txn, 5, &person), ERR_MISSING);
	cr_assert_eq(person_by_name(world.txn, "", &person), ERR_MISSING);
	cr_assert_eq(person_by_name(world.txn, "an", &person), ERR_MISSING);
	cr_assert_eq(person_by_name(world.txn, name, &person), ERR_MISSING);
	cr_assert_eq(person_by_key(world.txn, "ann", &person), ERR_MISSING);
}

Test(fold_people, remembers_who_was_revoked)
{
	struct person person;

	world_people(&world);
	world.time_ms += 5;
	world_fold(&world, EVENT_people_revoked, ADMIN, person_ref(SENSOR),
	    "{'name':'siem'}", "{'reason':'stolen'}");
	cr_assert_eq(person_by_name(world.txn, "siem", &person), OK);
	cr_assert_not(person.active);
	cr_assert_eq(person.revoked_ms, WORLD_TIME_MS + 5);
	cr_assert_eq(person.enrolled_ms, WORLD_TIME_MS);
	cr_assert_eq(person_by_key(world.txn, "key-of-siem", &person), OK);
	cr_assert_not(person.active);
}

Test(fold_people, refuses_what_makes_no_sense)
{
	static const char *const facts[] = {
	    "{'public':'k','roles':[]}",
	    "{'name':'a','roles':[]}",
	    "{'name':'','public':'k','roles':[]}",
	    "{'name':'a','public':'','roles':[]}",
	    "{'name':'a','public':'k','roles':['king']}",
	    "{'name':'a','public':'k','roles':[7]}",
	    "{'name':'a','public':'k','roles':'admin'}",
	    "{'name':'a','public':'k','sources':[1]}",
	    "{'name':7,'public':'k'}",
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		cr_assert_eq(world_try(&world, EVENT_people_enrolled, 0,
				 person_ref(1), facts[i], NULL),
		    ERR_CORRUPT, "%s", facts[i]);
		world_abort(&world);
	}
	world_fold(&world, EVENT_people_enrolled, 0, person_ref(1),
	    "{'name':'a','public':'k','unheard':'of'}", NULL);
	cr_assert_eq(world_try(&world, EVENT_people_enrolled, 0, person_ref(1),
			 "{'name':'b','public':'l'}", NULL),
	    ERR_CORRUPT);
	cr_assert_eq(world_try(&world, EVENT_people_revoked, 0, person_ref(2),
			 "{}", NULL),
	    ERR_CORRUPT);
}

Test(fold_people, bounds_names_and_sources)
{
	char name[LIMIT_NAME_BYTES_MAX + 2];
	char sources[LIMIT_SOURCES_MAX * 8 + 16] = "'s0'";

	memset(name, 'n', sizeof(name));
	name[LIMIT_NAME_BYTES_MAX + 1] = '\0';
	cr_assert_eq(world_try(&world, EVENT_people_enrolled, 0, person_ref(1),
			 facts_of("{'name':'%s','public':'k'}", name), NULL),
	    ERR_CORRUPT);
	name[LIMIT_NAME_BYTES_MAX] = '\0';
	world_abort(&world);
	world_fold(&world, EVENT_people_enrolled, 0, person_ref(1),
	    facts_of("{'name':'%s','public':'k'}", name), NULL);
	for (int i = 1; i < LIMIT_SOURCES_MAX; i++)
		memcpy(sources + strlen(sources), ",'s'", sizeof(",'s'"));
	world_fold(&world, EVENT_people_enrolled, 0, person_ref(2),
	    facts_of("{'name':'b','public':'l','sources':[%s]}", sources),
	    NULL);
	cr_assert_eq(
	    world_try(&world, EVENT_people_enrolled, 0, person_ref(3),
		facts_of(
		    "{'name':'c','public':'m','sources':[%s,'t']}", sources),
		NULL),
	    ERR_CORRUPT);
}

Test(fold_store, knows_the_configuration_in_force)
{
	struct counters counters;

	world_fold(&world, EVENT_store_created, 0, store_ref(),
	    "{'store':'00','software':'t'}", NULL);
	world_fold(&world, EVENT_config_loaded, 0, store_ref(),
	    "{'version':'0123456789abcdef'}", NULL);
	world_fold(&world, EVENT_journal_cut, 0, store_ref(),
	    "{'after':2,'blocks':1,'bytes':4096}", NULL);
	cr_assert_eq(state_counters(world.txn, &counters), OK);
	cr_assert_str_eq(counters.config, "0123456789abcdef");
	cr_assert_eq(counters.folded_seq, 3);
	cr_assert_eq(counters.time_ms, WORLD_TIME_MS);
	cr_assert_eq(world_try(&world, EVENT_config_loaded, 0, store_ref(),
			 "{'version':'0123456789abcdef0'}", NULL),
	    ERR_CORRUPT);
}

Test(fold_store, holds_timers_until_somebody_confirms)
{
	struct counters counters;

	world_fold(&world, EVENT_clock_jumped, 0, store_ref(),
	    "{'by_ms':-3600000}", NULL);
	cr_assert_eq(state_counters(world.txn, &counters), OK);
	cr_assert(counters.timers_held);
	world_commit(&world);
	world_reopen(&world);
	cr_assert_eq(state_counters(world_txn(&world), &counters), OK);
	cr_assert(counters.timers_held);
	world_fold(&world, EVENT_clock_confirmed, ADMIN, store_ref(), "{}",
	    "{'reason':'summer time'}");
	cr_assert_eq(state_counters(world.txn, &counters), OK);
	cr_assert_not(counters.timers_held);
}

/* ---- idempotency ---- */

static const char REMEMBERED[] =
    "{'idem':'000102030405060708090a0b0c0d0e%02x',"
    "'ask':'f0f1f2f3f4f5f6f7f8f9fafbfcfdfe%02x','answer':{'n':%d}}";

static void
remember(unsigned key, unsigned ask)
{
	world_fold(&world, EVENT_clock_confirmed, ANALYST, store_ref(),
	    facts_of(REMEMBERED, key, ask, 7), NULL);
}

static enum err
recall(unsigned key, struct remembered *out)
{
	unsigned char bytes[HASH16];

	for (size_t i = 0; i < HASH16; i++)
		bytes[i] = (unsigned char)i;
	bytes[15] = (unsigned char)key;
	return idempotency_get(world_txn(&world), ANALYST, bytes, out);
}

Test(fold_store, remembers_answers)
{
	struct remembered row;

	remember(1, 9);
	cr_assert_eq(recall(1, &row), OK);
	cr_assert_eq(row.ask[0], 0xf0);
	cr_assert_eq(row.ask[15], 9);
	cr_assert_eq(row.seq, 1);
	cr_assert_eq(row.time_ms, WORLD_TIME_MS);
	cr_assert_eq(row.answer_len, strlen("{\"n\":7}"));
	cr_assert_eq(strncmp(row.answer, "{\"n\":7}", row.answer_len), 0);
	cr_assert_eq(recall(2, &row), ERR_MISSING);
}

Test(fold_store, remembers_no_answer_longer_than_a_day)
{
	struct remembered row;

	for (unsigned i = 0; i < 10; i++)
		remember(i, i);
	world.time_ms += LIMIT_IDEMPOTENCY_MS;
	remember(100, 1);
	cr_assert_eq(recall(0, &row), OK);
	world.time_ms += 1;
	remember(101, 1);
	/* Four at a time: a flood of them costs nobody much. */
	for (unsigned i = 0; i < 10; i++)
		cr_assert_eq(recall(i, &row), i < 4 ? ERR_MISSING : OK);
	remember(102, 1);
	remember(103, 1);
	cr_assert_eq(recall(9, &row), ERR_MISSING);
	cr_assert_eq(recall(100, &row), OK);
}

Test(fold_store, takes_the_newer_answer_of_a_key_used_again)
{
	struct remembered row;

	remember(1, 1);
	world.time_ms += 10;
	remember(1, 2);
	cr_assert_eq(recall(1, &row), OK);
	cr_assert_eq(row.ask[15], 2);
	world.time_ms += LIMIT_IDEMPOTENCY_MS;
	remember(2, 2);
	cr_assert_eq(recall(1, &row), OK);
	world.time_ms += 1;
	remember(3, 3);
	cr_assert_eq(recall(1, &row), ERR_MISSING);
}

Test(fold_store, refuses_bad_keys)
{
	cr_assert_eq(world_try(&world, EVENT_clock_confirmed, ANALYST,
			 store_ref(), "{'idem':'0g'}", NULL),
	    ERR_CORRUPT);
	world_abort(&world);
	cr_assert_eq(world_try(&world, EVENT_clock_confirmed, ANALYST,
			 store_ref(), "{'idem':12}", NULL),
	    ERR_CORRUPT);
}

Test(fold_people, are_noted_as_having_acted_once_each_and_nobody_else)
{
	char *dump;
	const char *at;
	unsigned rows = 0;

	world_fold(&world, EVENT_incident_opened, ANALYST, inc(1),
	    "{'severity':'low'}", NULL);
	world_fold(&world, EVENT_incident_commented, ANALYST, inc(1), "{}",
	    "{'text':'x'}");
	world_commit(&world);
	dump = world_dump(&world, true);
	for (at = strstr(dump, "people_acted "); at != NULL;
	     at = strstr(at + 1, "people_acted "))
		rows++;
	cr_assert_eq(rows, 1, "%s", dump);
	free(dump);
}
