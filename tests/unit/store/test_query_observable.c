/* Where an observable was seen, entry by entry. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/observable.h"
#include "tests/unit/store/fresh_world.h"

TestSuite(query_observable, .init = fresh_begin, .fini = fresh_end);

struct seen {
	struct sighting at[100];
	size_t count, stop;
};

static bool
seen_add(void *arg, const struct sighting *sighting)
{
	struct seen *seen = arg;

	if (seen->count == seen->stop)
		return false;
	seen->at[seen->count++] = *sighting;
	return true;
}

static void
find(const char *type, const char *value, struct seen *seen)
{
	char next[CURSOR_TEXT_MAX];
	unsigned char hash[HASH16];

	*seen = (struct seen){.stop = 100};
	observable_hash(type, value, hash);
	cr_assert_eq(
	    observable_each(world_txn(&world), hash, "", seen_add, seen, next),
	    OK);
	cr_assert_str_eq(next, "");
}

static void
expect_seen(const struct seen *seen, size_t i, struct ref ref)
{
	cr_assert_lt(i, seen->count);
	cr_assert_eq(seen->at[i].subject.type, ref.type);
	cr_assert_eq(seen->at[i].subject.number, ref.number);
	cr_assert_eq(seen->at[i].subject.part, ref.part);
}

static void
triage_two(void)
{
	world_fold(&world, EVENT_alert_received, SENSOR, alr(1, 0),
	    "{'source':'s','n':2}", NULL);
	world_fold(&world, EVENT_incident_opened, WORKER, inc(1), "{}",
	    "{'title':'t','observables':[{'type':'md5','value':"
	    "'D41D8CD98F00B204E9800998ECF8427E'}],'hosts':['DB1']}");
	world_fold(&world, EVENT_alert_triaged, WORKER, alr(1, 0),
	    "{'disposition':'opened','parts':["
	    "{'p':1,'disposition':'opened','incident':'INC-1'},"
	    "{'p':2,'disposition':'kept','again':true},"
	    "{'p':3,'disposition':'kept'}]}",
	    "{'parts':[{'p':1,'host':'db1','user':'EVE','observables':["
	    "{'type':'ipv4','value':'192[.]0.2.1'},"
	    "{'type':'ipv4','value':'not one'},{'type':'x','value':'y'}]},"
	    "{'p':2,'host':'db2'},{'p':3,'host':'db3'}]}");
}

Test(query_observable, finds_where_a_thing_was_seen)
{
	struct seen seen;
	uint64_t opened;

	triage_two();
	opened = world.position.seq - 1;
	find("ipv4", "192.0.2.1", &seen);
	cr_assert_eq(seen.count, 2);
	expect_seen(&seen, 0, inc(1));
	expect_seen(&seen, 1, alr(1, 1));
	cr_assert_eq(seen.at[1].seq, world.position.seq);
	find("md5", "d41d8cd98f00b204e9800998ecf8427e", &seen);
	cr_assert_eq(seen.count, 1);
	cr_assert_eq(seen.at[0].seq, opened);
	find("host", "db1", &seen);
	cr_assert_eq(seen.count, 2);
	cr_assert_eq(seen.at[0].seq, opened, "the first entry that saw it");
	find("user", "eve", &seen);
	cr_assert_eq(seen.count, 2);
	find("host", "db3", &seen);
	cr_assert_eq(seen.count, 1);
	expect_seen(&seen, 0, alr(1, 3));
}

Test(query_observable, finds_nothing_else)
{
	struct seen seen;

	triage_two();
	find("ipv6", "192.0.2.1", &seen);
	cr_assert_eq(seen.count, 0);
	find("ipv4", "not one", &seen);
	cr_assert_eq(seen.count, 0);
	find("x", "y", &seen);
	cr_assert_eq(seen.count, 0);
	find("host", "db2", &seen);
	cr_assert_eq(seen.count, 0, "its cluster had it already");
}

Test(query_observable, pages)
{
	char cursor[CURSOR_TEXT_MAX] = "";
	unsigned char hash[HASH16];
	struct seen seen = {.count = 0};

	for (uint64_t i = 1; i <= 20; i++)
		world_fold(&world, EVENT_incident_opened, ANALYST, inc(i), "{}",
		    "{'hosts':['db1']}");
	observable_hash("host", "db1", hash);
	for (size_t page = 1; page <= 7; page++) {
		char next[CURSOR_TEXT_MAX];

		seen.stop = 3 * page;
		cr_assert_eq(observable_each(world.txn, hash, cursor, seen_add,
				 &seen, next),
		    OK);
		cr_assert_eq(next[0] == '\0', page == 7);
		memcpy(cursor, next, sizeof(cursor));
	}
	cr_assert_eq(seen.count, 20);
	for (size_t i = 0; i < 20; i++)
		expect_seen(&seen, i, inc(i + 1));
	cr_assert_eq(
	    observable_each(world.txn, hash, "63", seen_add, &seen, cursor),
	    ERR_INVALID);
}

Test(query_observable, keeps_types_and_values_apart)
{
	unsigned char a[HASH16];
	unsigned char b[HASH16];

	observable_hash("ab", "c", a);
	observable_hash("a", "bc", b);
	cr_assert_arr_neq(a, b, HASH16);
	observable_hash("ab", "c", b);
	cr_assert_arr_eq(a, b, HASH16);
}
