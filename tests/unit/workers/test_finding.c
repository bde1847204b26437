#include "workers/finding.h"

#include <criterion/criterion.h>
#include <string.h>

Test(finding_reason, fills_its_places_once_and_within_bounds)
{
	static struct finding finding;
	char text[2 * FINDING_REASON_BYTES];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	finding_reason(&finding, REASON_time_unreadable, text, NULL, NULL);
	finding_reason(&finding, REASON_time_unreadable, "b", NULL, NULL);
	cr_assert_eq(finding.reasons_count, 1);
	cr_assert_eq(
	    strlen(finding.reasons[0].sentence), FINDING_REASON_BYTES - 1);
	for (int i = 0; i < REASON_COUNT; i++)
		finding_reason(&finding, (enum reason)i, "a", "b", "c");
	cr_assert_eq(finding.reasons_count, LIMIT_REASONS_MAX);
}
