/* The verifier's word on a store. */
#ifndef TOCSIN_TEST_VERIFY_FIXTURE_H
#define TOCSIN_TEST_VERIFY_FIXTURE_H

#include "journal_fixture.h"
#include "store/verify/verify.h"

/* Verifies a store against its own root key and these receipts. */
__attribute__((unused)) static void
verify_with(struct store *store, struct verify_receipt *receipts, size_t count,
    struct verify_report *report)
{
	unsigned char root[VERIFY_KEY_BYTES];
	char why[WHY_BYTES];
	size_t len;
	char *text;

	text = (char *)file_read(store_path(store, "keys/root.public"), &len);
	text[len] = '\0';
	cr_assert(verify_hex(text, root));
	free(text);
	cr_assert(verify_store(store->path, root, receipts, count, report, why,
		      sizeof(why)),
	    "%s", why);
}

__attribute__((unused)) static void
verify(struct store *store, struct verify_report *report)
{
	verify_with(store, NULL, 0, report);
}

/* It must be content, torn end and all. */
__attribute__((unused)) static void
verify_content(struct store *store)
{
	struct verify_report report;

	verify(store, &report);
	cr_assert_not(report.fault.found, "%s byte %lu entry %lu: %s",
	    report.fault.file, (unsigned long)report.fault.offset,
	    (unsigned long)report.fault.seq, report.fault.what);
	cr_assert_not(report.torn.found, "%s byte %lu entry %lu: %s",
	    report.torn.file, (unsigned long)report.torn.offset,
	    (unsigned long)report.torn.seq, report.torn.what);
}

#endif
