/* Similar earlier incidents: what counts, and just beyond what is looked at. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/broker/fresh_harness.h"
#include "tests/unit/broker/triage_fixture.h"

/* Bounds of the broker's answers, private to it. */
enum {
	SIMILAR_BACK_MAX = 2000,
	SIMILAR_KNOWN_MAX = 256,
	SIGHTINGS_MAX = 200,
};

TestSuite(read_similar, .init = fresh_begin, .fini = fresh_end);

static void
open_with(const char *more)
{
	harness_must(&h, ANALYST, VERB_open, body_of("{'title':'x'%s}", more));
}

static void
review(int incident)
{
	cr_assert_eq(harness_ask(&h, LEAD, VERB_review,
			 body_of("{'incident':'INC-%d'}", incident)),
	    OK, "%s", h.fault.message);
}

Test(read_similar, counts_a_shared_host_more_than_a_technique)
{
	static const char *const more[] = {
	    ",'host_hashes':['00000000000000aa']",
	    ",'host_hashes':['00000000000000bb']", ",'techniques':['t1566']",
	    (",'host_hashes':['00000000000000aa','00000000000000bb'],"
	     "'techniques':['t1566']")};
	static const char *const order[] = {"INC-2", "INC-1", "INC-3"};
	char path[32];
	int i;

	for (i = 0; i < 4; i++)
		(void)triage_one(&h, harness_push(&h, "wazuh", 1),
		    (struct told){.cluster = (unsigned)i + 1, .more = more[i]});
	review(4);
	cr_assert_eq(harness_count(&h, "similar"), 3);
	for (i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "similar[%d].id", i);
		cr_assert_str_eq(harness_text(&h, path), order[i]);
		(void)snprintf(
		    path, sizeof(path), "similar[%d].shared.hosts", i);
		cr_assert_eq(harness_number(&h, path), i < 2);
	}
	review(2);
	cr_assert_eq(harness_count(&h, "similar"), 0, "another host");
}

Test(read_similar, knows_the_newest_256_that_share_anything)
{
	static const char one[] = ",'techniques':['t1566']";
	static const char two[] = ",'techniques':['t1566','t1059']";
	int i;

	open_with(two);
	for (i = 2; i <= SIMILAR_KNOWN_MAX; i++)
		open_with(one);
	open_with(two);
	review(SIMILAR_KNOWN_MAX + 1);
	cr_assert_str_eq(harness_text(&h, "similar[0].id"), "INC-1");
	open_with(two);
	review(SIMILAR_KNOWN_MAX + 2);
	cr_assert_str_eq(harness_text(&h, "similar[0].id"), "INC-257");
	cr_assert_str_eq(harness_text(&h, "similar[1].id"), "INC-256");
}

Test(read_similar, looks_2000_incidents_back_for_hosts_and_techniques)
{
	static const char shared[] = ",'techniques':['t1566']";
	int i;

	open_with(shared);
	for (i = 2; i <= SIMILAR_BACK_MAX; i++)
		open_with("");
	open_with(shared);
	review(SIMILAR_BACK_MAX + 1);
	cr_assert_eq(harness_count(&h, "similar"), 1);
	open_with(shared);
	review(SIMILAR_BACK_MAX + 2);
	cr_assert_eq(harness_count(&h, "similar"), 1);
	cr_assert_str_eq(harness_text(&h, "similar[0].id"), "INC-2001");
}

Test(read_similar, looks_at_the_newest_200_that_saw_an_observable)
{
	static const char both[] =
	    ",'observables':[{'type':'ipv4','value':'192.0.2.1'},"
	    "{'type':'ipv4','value':'192.0.2.2'}]";
	static const char one[] =
	    ",'observables':[{'type':'ipv4','value':'192.0.2.1'}]";
	int i;

	open_with(both);
	for (i = 2; i <= SIGHTINGS_MAX; i++)
		open_with(one);
	open_with(both);
	review(SIGHTINGS_MAX + 1);
	cr_assert_str_eq(harness_text(&h, "similar[0].id"), "INC-1");
	cr_assert_eq(
	    harness_number(&h, "similar[0].shared.observables_count"), 2);
	open_with(both);
	review(SIGHTINGS_MAX + 2);
	cr_assert_str_eq(harness_text(&h, "similar[0].id"), "INC-201");
	/* Of the first, the observable that few saw is found all the same. */
	cr_assert_str_eq(harness_text(&h, "similar[1].id"), "INC-200");
	review(SIGHTINGS_MAX);
	cr_assert_str_eq(harness_text(&h, "similar[0].id"), "INC-199");
}
