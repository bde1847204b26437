#include "journal_fixture.h"

Test(journal_create, makes_a_store_that_opens_empty)
{
	struct store store;

	store_make(&store);
	store_open(&store);
	cr_assert_eq(store.head.seq, 0);
	cr_assert_eq(
	    memcmp(store.head.hash, journal_store_id(store.journal), 16), 0);
	cr_assert_eq(store_count(&store, 1), 0);
	store_drop(&store);
}

Test(journal_create, refuses_a_folder_that_holds_a_store)
{
	struct store store;

	store_make(&store);
	cr_assert_eq(
	    journal_create(&store.options, store.why, WHY_BYTES), ERR_CONFLICT);
	cr_assert_neq(strstr(store.why, store.path), NULL);
	store_drop(&store);
}

Test(journal_append, is_read_back_and_survives_a_restart)
{
	struct store store;

	store_make(&store);
	store_open(&store);
	store_append(&store, 3, 100);
	store_append(&store, 1, 5000);
	cr_assert_eq(store.head.seq, 4);
	cr_assert_eq(store_count(&store, 1), 4);
	cr_assert_eq(store_count(&store, 3), 2);
	store_close(&store);

	store_open(&store);
	cr_assert(store.repair.clean);
	cr_assert_eq(store.head.seq, 4);
	cr_assert_eq(store_count(&store, 1), 4);
	store_append(&store, 2, 9000);
	cr_assert_eq(store_count(&store, 1), 6);
	store_drop(&store);
}

Test(journal_append, rolls_over_many_small_segments)
{
	struct store store;
	int i;

	store_make(&store);
	store_open(&store);
	for (i = 0; i < 200; i++)
		store_append(&store, 3, 1000);
	cr_assert_eq(store_count(&store, 1), 600);
	cr_assert_eq(access(store_segment(&store, 15), F_OK), 0);
	store_close(&store);
	store_open(&store);
	cr_assert_eq(store.head.seq, 600);
	cr_assert_eq(store_count(&store, 1), 600);
	store_drop(&store);
}
