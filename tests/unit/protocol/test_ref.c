#include "protocol/ref.h"

#include <criterion/criterion.h>

static void
reads(const char *text, enum subject_type type, uint64_t number, uint32_t part)
{
	struct ref ref;

	cr_assert_eq(ref_parse(text, &ref), OK, "%s", text);
	cr_assert_eq(ref.type, type, "%s", text);
	cr_assert_eq(ref.number, number, "%s", text);
	cr_assert_eq(ref.part, part, "%s", text);
}

Test(ref_parse, reads_incidents_alerts_and_their_parts)
{
	reads("INC-1", SUBJECT_INCIDENT, 1, 0);
	reads("inc-12", SUBJECT_INCIDENT, 12, 0);
	reads("ALR-7", SUBJECT_ALERT, 7, 0);
	reads("Alr-7/3", SUBJECT_ALERT, 7, 3);
	reads("act-4", SUBJECT_ACTION, 4, 0);
	reads("INC-9223372036854775807", SUBJECT_INCIDENT, INT64_MAX, 0);
	reads("ALR-1/4294967295", SUBJECT_ALERT, 1, UINT32_MAX);
}

Test(ref_parse, refuses_all_else_and_leaves_ref_alone)
{
	static const char *const bad[] = {"", "INC", "INC-", "INC-0", "INC-01",
	    "INC--1", "INC-+1", "INC- 1", "INC-1 ", " INC-1", "INC-1x",
	    "INC-1/1", "ALR-1/", "ALR-1/0", "ALR-1/01", "ALR-1/1/1", "ALR/1",
	    "INC1", "ACT-1/1", "TAR-1", "INC-9223372036854775808",
	    "INC-18446744073709551617", "ALR-1/4294967296"};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ref ref = {SUBJECT_JOB, 5, 6};

		cr_assert_eq(
		    ref_parse(bad[i], &ref), ERR_INVALID, "%s", bad[i]);
		cr_assert(ref.type == SUBJECT_JOB && ref.part == 5 &&
			  ref.number == 6);
	}
}

Test(ref_format, writes_what_ref_parse_reads)
{
	static const char *const texts[] = {"INC-1", "ALR-7", "ALR-7/3",
	    "ACT-4", "ALR-9223372036854775807/4294967295"};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char out[REF_TEXT_MAX];
		struct ref ref;

		cr_assert_eq(ref_parse(texts[i], &ref), OK);
		cr_assert_str_eq(ref_format(ref, out), texts[i]);
	}
}

Test(ref_format, shows_what_has_no_spelling)
{
	char out[REF_TEXT_MAX];
	struct ref ref = {SUBJECT_PERSON, 0, UINT64_MAX};

	cr_assert_str_eq(ref_format(ref, out), "?-18446744073709551615");
}
