/* Rows of incidents: what no incident of ours could have written is refused. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/store/fold_world.h"

enum {
	ROW_BYTES_MAX = 8192,
	/* Where the counts stand, and the bytes of one element of each. */
	AT_TAGS = 17,
	AT_TECHNIQUES = 18,
	AT_HOSTS = 19,
	TAG_BYTES = 1 + 3,
	TECHNIQUE_BYTES = 1 + 5,
	GRANT_BYTES = 4
};

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

TestSuite(rows_incident, .init = setup, .fini = teardown);

/* Everything that is counted, as often as it may be there. */
static void
put_full(void)
{
	static struct incident incident;

	incident = (struct incident){.number = 1, .revision = 1};
	for (unsigned i = 0; i < LIMIT_TAGS_MAX; i++)
		(void)snprintf(
		    incident.tags[incident.tags_count++], 4, "t%02u", i);
	for (unsigned i = 0; i < LIMIT_TECHNIQUES_MAX; i++)
		(void)snprintf(incident.techniques[incident.techniques_count++],
		    6, "T10%02u", i);
	incident.hosts_count = LIMIT_HOSTS_MAX;
	while (incident.grants_count < LIMIT_GRANTS_MAX)
		incident.grants[incident.grants_count++] = ADMIN;
	cr_assert_eq(incident_put(world_txn(&world), NULL, &incident), OK);
}

/*
 * Inserts one element more, of size bytes that stand `before_end` bytes before
 * the row's end already, and counts it.
 */
static void
put_one_more(size_t count_at, size_t size, size_t before_end)
{
	static unsigned char row[ROW_BYTES_MAX];
	struct slice value;
	size_t kept;
	PACK(key, 8);

	pack_u64(&key, 1);
	cr_assert_eq(lmdb_get(world_txn(&world)->lmdb, TABLE_incidents,
			 pack_slice(&key), &value),
	    OK);
	cr_assert_leq(value.len + size, ROW_BYTES_MAX);
	kept = value.len - before_end;
	memcpy(row, value.bytes, kept);
	memcpy(row + kept, value.bytes + kept - size, size);
	memcpy(row + kept + size, value.bytes + kept, before_end);
	row[count_at]++;
	value = (struct slice){row, value.len + size};
	cr_assert_eq(lmdb_put(world_txn(&world)->lmdb, TABLE_incidents,
			 pack_slice(&key), value),
	    OK);
}

Test(rows_incident, hold_as_much_as_the_limits_allow_and_no_more)
{
	enum {
		HOSTS = LIMIT_HOSTS_MAX * HASH8,
		TECHNIQUES = HOSTS + LIMIT_TECHNIQUES_MAX * TECHNIQUE_BYTES,
		TAGS = TECHNIQUES + LIMIT_TAGS_MAX * TAG_BYTES + 1,
		AT_GRANTS = AT_HOSTS + 1 + 3 * 4 + 11 * 8 + 1 + 8 + 8 + 4
	};
	static const struct {
		size_t count_at, size, before_end;
	} rows[] = {
	    {AT_HOSTS, HASH8, 0},
	    {AT_TECHNIQUES, TECHNIQUE_BYTES, HOSTS},
	    {AT_TAGS, TAG_BYTES, TECHNIQUES},
	    {AT_GRANTS, GRANT_BYTES, TAGS},
	};
	struct incident
	    incident[2]; /* a row too long must not pass the first */

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_full();
		cr_assert_eq(incident_get(world_txn(&world), 1, incident), OK);
		cr_assert_eq(incident->hosts_count, LIMIT_HOSTS_MAX);
		cr_assert_str_eq(incident->tags[LIMIT_TAGS_MAX - 1], "t31");
		put_one_more(
		    rows[i].count_at, rows[i].size, rows[i].before_end);
		cr_expect_eq(incident_get(world_txn(&world), 1, incident),
		    ERR_CORRUPT, "row %zu", i);
		world_abort(&world);
	}
}
